"""Files with one thing wrong, and what the loader says to each."""

from quizzes.learn_pages import LEARN_PAGES
from tests.bank.sample_items import text_of

CHOICES = text_of("single_choice")
NUMERIC = text_of("numeric")
FORMULA = text_of("formula")
ORDER = text_of("order")
REGION = text_of("region")
MULTIPLE = text_of("multiple_choice")
LINE_UP = text_of("line_up")
POLL = text_of("poll")


def changed(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
    return text.replace(old, new)


TAGS_HINT = "Put text that begins so in quotes."
WORDS_HINT = "Write text; text that looks like a number or a switch needs quotes."
REFUSED = {
    "empty": ("", "Line 1: There is nothing in this file. Begin with 'kind: single_choice'."),
    "comment only": (
        "# later\n",
        "Line 1: There is nothing in this file. Begin with 'kind: single_choice'.",
    ),
    "text only": (
        "hello",
        "Line 1: The item is the text 'hello', not fields with names. Write 'name: value', one a "
        "line.",
    ),
    "no yaml": (
        "kind: single_choice\nstem: a: b\n",
        "Line 2: This is not YAML: mapping values are not allowed in this context. Text with a "
        "colon, a hash or a quote in it needs quotes, or a block after |-.",
    ),
    "tab": (
        "kind: single_choice\nsee:\n\tpage: tails\n",
        "Line 3: This is not YAML: found character that cannot start any token. Text with a "
        "colon, a hash or a quote in it needs quotes, or a block after |-.",
    ),
    "strange character": (
        "kind: single_choice\nstem: a\x07b\n",
        "Line 2: There is a character that YAML does not allow.",
    ),
    "half a character": (
        "kind: single_choice\nstem: a\ud800b\n",
        "Line 2: There is half a character. Delete it.",
    ),
    "escaped control": (
        changed(CHOICES, "text: the twin", 'text: "the\\0twin"'),
        "Line 11: A text holds the character '\\x00', which cannot be shown. Delete it.",
    ),
    "two documents": (
        CHOICES + "---\nkind: poll\n",
        "Line 16: There are two documents in this file. Write one item a file, and no line of ---.",
    ),
    "duplicate": (
        changed(CHOICES, "level: 1", "level: 1\nlevel: 2"),
        "Line 4: The field 'level' is there twice, first on line 3. Keep one of them.",
    ),
    "duplicate inside": (
        changed(CHOICES, "    feedback: Not the twin.", "    feedback: No.\n    feedback: No."),
        "Line 13: The field 'feedback' is there twice, first on line 12. Keep one of them.",
    ),
    "no": (
        changed(CHOICES, "right: true", "right: no"),
        "Line 9: 'no' without quotes may mean a word or a switch. Write true or false, or 'no' in "
        "quotes.",
    ),
    "Yes": (
        changed(CHOICES, "text: the twin", "text: Yes"),
        "Line 11: 'Yes' without quotes may mean a word or a switch. Write true or false, or 'Yes' "
        "in quotes.",
    ),
    "True": (
        changed(CHOICES, "right: true", "right: True"),
        "Line 9: 'True' without quotes may mean a word or a switch. Write true or false, or "
        "'True' in quotes.",
    ),
    "null": (
        changed(CHOICES, "text: the twin", "text:"),
        'Line 11: A value is empty here. Fill it in, leave the field out, or write "".',
    ),
    "empty text": (
        changed(CHOICES, "text: the twin", 'text: " "'),
        "Line 11: 'text' of choice 2 is empty. Write text.",
    ),
    "anchor": (
        changed(CHOICES, "text: the twin", "text: &twin the twin"),
        f"Line 11: Anchors (&) and aliases (*) are not read. {TAGS_HINT}",
    ),
    "alias": (
        changed(CHOICES, "text: the twin", "text: *twin"),
        f"Line 11: Anchors (&) and aliases (*) are not read. {TAGS_HINT}",
    ),
    "tag": (
        changed(CHOICES, "text: the twin", "text: !!python/object/apply:os.system [id]"),
        f"Line 11: Tags (!) are not read. {TAGS_HINT}",
    ),
    "leading zero": (
        changed(NUMERIC, "key: 0.05", "key: 017"),
        "Line 7: '017' begins with a zero. Leave the zero out, or put text in quotes.",
    ),
    "huge number": (
        changed(NUMERIC, "key: 0.05", "key: 1e999"),
        "Line 7: The number '1e999' is too large. Write a smaller one.",
    ),
    "nan": (
        changed(NUMERIC, "key: 0.05", "key: .nan"),
        "Line 7: 'key' is the text '.nan'. Write a number.",
    ),
    "number as text": (
        changed(CHOICES, "text: the twin", "text: 17"),
        f"Line 11: 'text' of choice 2 is the number 17. {WORDS_HINT}",
    ),
    "text as number": (
        changed(NUMERIC, "key: 0.05", "key: five"),
        "Line 7: 'key' is the text 'five'. Write a number.",
    ),
    "switch as number": (
        changed(NUMERIC, "key: 0.05", "key: true"),
        "Line 7: 'key' is the switch true. Write a number.",
    ),
    "no list": (
        changed(CHOICES, "skills: [an example]", "skills: an example"),
        "Line 4: 'skills' is the text 'an example'. Write a list: one '- ' a line.",
    ),
    "name of a field": (
        changed(CHOICES, "level: 1", "[a]: 1\nlevel: 1"),
        "Line 3: The name of a field must be a word. Write 'name: value'.",
    ),
    "deep": (
        changed(CHOICES, "[an example]", "[" * 20 + "]" * 20),
        "Line 4: There are too many lists inside lists. An item needs four at most.",
    ),
    "long": (
        "#" * 300_000,
        "This has 300,000 characters. At most 200,000 are read.",
    ),
    "long text": (
        changed(CHOICES, "text: the twin", "text: " + "x" * 7_000),
        "Line 11: 'text' of choice 2 has 7,000 characters. At most 6,000 fit.",
    ),
    "missing": (
        changed(CHOICES, "explanation: Why it is so.\n", ""),
        "Line 1: The field 'explanation' is missing. Add it.",
    ),
    "missing inside": (
        changed(CHOICES, "    feedback: Not the third.\n", ""),
        "Line 14: The field 'feedback' of choice 3 is missing. Add it.",
    ),
    "slip of a needed field": (
        changed(CHOICES, "explanation:", "explanaton:"),
        "Line 6: There is no field 'explanaton' in an item of this kind. Did you mean "
        "'explanation'?",
    ),
    "slip of an optional field": (
        changed(CHOICES, "misconception:", "misconcepton:"),
        "Line 13: There is no field 'misconcepton' in choice 2. Did you mean 'misconception'?",
    ),
    "unknown field": (
        CHOICES + "bonus: 3\n",
        "Line 16: There is no field 'bonus' in an item of this kind. There are choices, "
        "explanation, keep_order, kind, level, picture, see, skills, stem, topic.",
    ),
    "unknown kind": (
        changed(CHOICES, "kind: single_choice", "kind: singel_choice"),
        "Line 1: 'kind' is 'singel_choice'. There are single_choice, multiple_choice, numeric, "
        "formula, order, line_up, region, poll. Did you mean 'single_choice'?",
    ),
    "unknown topic": (
        changed(CHOICES, "topic: syntax", "topic: sintax"),
        "Line 2: 'topic' is 'sintax'. There are tails, nesting, syntax, pooling, simulation, "
        "bootstrap, pvalues, convergence. Did you mean 'syntax'?",
    ),
    "level": (
        changed(CHOICES, "level: 1", "level: 4"),
        "Line 3: 'level' is 4. Write a whole number from 1 to 3.",
    ),
    "image": (
        changed(CHOICES, "stem: A question about $x$.", "stem: see ![x](http://a.b/c.png)"),
        "Line 5: 'stem' holds an image. Items draw their pictures from data: use 'picture:'.",
    ),
    "image among entries": (
        changed(ORDER, "second,", "'![](http://a.b/c.png)',"),
        "Line 7: 'entries' holds an image. Items draw their pictures from data: use 'picture:'.",
    ),
    "image as unit": (
        changed(NUMERIC, "key: 0.05", "key: 0.05\nunit: '![](http://a.b/c.png)'"),
        "Line 8: 'unit' holds an image. Items draw their pictures from data: use 'picture:'.",
    ),
    "image among options": (
        changed(POLL, "too slow", "'![](http://a.b/c.png)'"),
        "Line 7: 'options' holds an image. Items draw their pictures from data: use 'picture:'.",
    ),
    "image among skills": (
        changed(CHOICES, "skills: [an example]", "skills: ['![](http://a.b/c.png)']"),
        "Line 4: 'skills' holds an image. Items draw their pictures from data: use 'picture:'.",
    ),
    "see": (
        CHOICES + "see: {page: tail}\n",
        f"Line 16: 'page' of see is 'tail'. There are {', '.join(LEARN_PAGES)}. "
        "Did you mean 'tails'?",
    ),
    "setting": (
        CHOICES + "see: {page: tails, settings: {t: [1]}}\n",
        "Line 16: The setting 't' is a list. Write one value.",
    ),
    "one choice": (
        CHOICES[: CHOICES.index("  - text: the twin")],
        "Line 8: 'choices' has 1 entry. Give 2 to 6.",
    ),
    "none right": (
        changed(CHOICES, "    right: true\n", ""),
        "Line 7: None of the choices is right. Exactly one needs 'right: true'.",
    ),
    "two right": (
        changed(CHOICES, "    feedback: Not the third.", "    right: true\n    feedback: Yes."),
        "Line 7: 2 of the choices are right. Exactly one needs 'right: true'.",
    ),
    "all right": (
        MULTIPLE.replace(" feedback:", " right: true, feedback:")
        .replace("right: true, right: true", "right: true")
        .replace(", misconception: double-bar-splits", ""),
        "Line 8: All of the choices are right. Give at least one right and one wrong choice.",
    ),
    "twice the same": (
        changed(CHOICES, "text: the third", "text: the twin"),
        "Line 14: Choice 3 repeats another one. Write another text.",
    ),
    "right with a misconception": (
        changed(CHOICES, "right: true", "right: true\n    misconception: double-bar-splits"),
        "Line 10: Choice 1 is right and has a misconception. Leave one of the two out.",
    ),
    "unknown misconception": (
        changed(NUMERIC, "two-sided-is-default-truth", "two-sided-is-default"),
        None,
    ),
    "negative tolerance": (
        changed(NUMERIC, "tolerance: 0.001", "tolerance: -1"),
        "Line 8: The tolerance is negative. Write 0 or more.",
    ),
    "near the key": (
        changed(NUMERIC, "answer: 0.1,", "answer: 0.0505,"),
        "Line 12: The answer 0.0505 of near answer 1 is within the tolerance of the key. Every "
        "near answer is a wrong one.",
    ),
    "near twice": (
        changed(NUMERIC, "answer: 0.95,", "answer: 1e-1,"),
        "Line 13: Near answer 2 is the same as another one. Every near answer is a wrong one of "
        "its own.",
    ),
    "formula": (
        changed(FORMULA, 'key: "reaction ~ days + (days | subject)"', 'key: "reaction ~ (days"'),
        "Line 7: This '(' is never closed (character 12 of the formula). Write a ')' where it "
        "should end.",
    ),
    "column": (
        changed(FORMULA, "days + (days | subject)", "day + (day | subject)"),
        "Line 7: Scenario 'sleepstudy' has no column 'day'. It has reaction, days, subject. Did "
        "you mean 'days'?",
    ),
    "near formula is the key": (
        changed(FORMULA, "days + (1 | subject)", "1 + days + (1 + days | subject)"),
        "Line 15: Near answer 2 is the same model as the key. Written out, they are the same.",
    ),
    "entries": (
        changed(ORDER, "[first, second, third, fourth]", "[first, second, first]"),
        "Line 7: Two entries are equal. Write different ones.",
    ),
    "near order": (
        changed(ORDER, "[3, 2, 1, 0]", "[4, 3, 2, 1]"),
        "Line 12: [4, 3, 2, 1] does not name every entry once. Order the numbers 0 to 3; 0 is the "
        "first of 'entries'.",
    ),
    "scoring": (
        changed(ORDER, "scoring: pairs", "scoring: each"),
        "Line 8: 'scoring' is 'each'. There are all, pairs.",
    ),
    "region": (
        changed(REGION, "key: [left, right]", "key: [left, centre]"),
        "Line 10: 'left' and 'centre' are no parts of a distribution. Take one or more of left, "
        "middle and right, each once.",
    ),
    "df": (
        changed(REGION, "df: [17]", "df: [17, 3]"),
        "Line 8: 'df' has 2 entries. Give 1.",
    ),
    "scenario": (
        changed(LINE_UP, "scenario: sleepstudy", "scenario: sleepstudie"),
        None,
    ),
    "parameter": (
        changed(LINE_UP, "scenario: sleepstudy", "scenario: schools\nparameters: {n: 3}"),
        None,
    ),
    "poll": (
        changed(POLL, "just right", "too slow"),
        "Line 7: Two options are equal. Write different ones.",
    ),
    "picture form": (
        CHOICES + "picture: {form: pie, alt: A pie.}\n",
        "Line 16: 'form' of picture is 'pie'. There are lines, points, means, residuals, "
        "distribution, histogram, intervals, bars, membership.",
    ),
    "no alt": (
        CHOICES + "picture: {form: bars, label: [a], value: [1]}\n",
        "Line 16: The field 'alt' of picture is missing. Add it.",
    ),
    "lengths": (
        CHOICES + "picture: {form: bars, alt: Bars., label: [a, b], value: [1]}\n",
        "Line 16: The columns differ in length: 2 of label and 1 of value. Complete them.",
    ),
    "text in a column": (
        CHOICES + "picture: {form: bars, alt: Bars., label: [a], value: [b]}\n",
        "Line 16: Column 'value' holds text. Write numbers only.",
    ),
    "recipe": (
        CHOICES + "picture: {form: lines, alt: L., scenario: sleepstudy, show: [truth]}\n",
        "Line 16: A picture of lines cannot show 'truth'. There are actual, fitted, population "
        "and simulated.",
    ),
    "recipe's formula": (
        CHOICES
        + 'picture: {form: lines, alt: L., scenario: sleepstudy, formula: "reaction ~ q"}\n',
        None,
    ),
    "recipe of another form": (
        CHOICES + "picture: {form: bars, alt: B., scenario: sleepstudy}\n",
        "Line 16: A picture of form 'bars' is not drawn from a story. Write its columns.",
    ),
}
BEGINNINGS = {
    "unknown misconception": "Line 12: 'misconception' of near answer 1 is 'two-sided-is-default'. "
    "There are f-one-tail-directional,",
    "scenario": "Line 7: 'scenario' is 'sleepstudie'. There are outlier,",
    "parameter": "Line 7: Scenario 'schools' has no parameter 'n'. It has ",
    "recipe's formula": "Line 16: Column 'q'",
}
