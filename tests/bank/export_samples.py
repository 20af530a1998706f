"""Items for the tests of files, with pictures; some make life hard by what stands in them."""

from dataclasses import replace
from functools import cache

from quizzes import Item, generate_item, load_bank
from quizzes.generators import GENERATORS
from quizzes.kinds.choices import Choice
from quizzes.kinds.single_choice import SingleChoice
from quizzes.pictures import has_picture
from tests.bank.sample_items import BODIES, TEXT_POLL, WARM_UP, item_of

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="4"/></svg>'
PNG = b"\x89PNG\r\n\x1a\n rest of a picture"
# Markup, escapes, and characters no file can hold.
HOSTILE = (
    "<script>alert(1)</script>",
    "]]></text></questiontext><evil/>",
    "&amp; &lt;b&gt; &#x3c;script&#x3e; &nope;",
    "~=#{}:\\ \\n \\\\ // ::x:: -> %100% = ~ # { } : $CATEGORY: x",
    "a\x00b\x0bc\ufffed\ud800e",
    '"><img src=x onerror=alert(1)> \' "',
    "=HYPERLINK(1)+cmd|' /C calc'!A0",
    "[link](javascript:alert(1)) <http://example.org>",
    "$\\text{<script>x</script>}$ and $\\href{javascript:x}{y}$ and $\\nocommand{$",
    "{{ 7*7 }} {% raw %} @@PLUGINFILE@@/x",
    "\u202eright to left\u2066 and 🧪 and ثلاثة",
)


def hostile_item(text: str, number: int = 1) -> Item:
    """A single choice in which every text holds a hostile one, and the choices still differ."""
    choices = tuple(
        Choice(f"{letter} {text}", f"Feedback {letter} {text}", right=letter == "A")
        for letter in "ABC"
    )
    return Item(
        f"sample/hostile-{number}",
        "single_choice",
        "tails",
        1,
        f"Stem {text}",
        SingleChoice(choices),
        f"Explanation {text}",
        skills=(f"skill {text}",),
    )


def hostile_items() -> tuple[Item, ...]:
    return tuple(hostile_item(text, i) for i, text in enumerate(HOSTILE))


def sample_items() -> tuple[Item, ...]:
    """One of every kind."""
    extra = [
        replace(item_of("poll", TEXT_POLL), id="sample/text-poll"),
        replace(item_of("line_up", WARM_UP), id="sample/warm-up"),
    ]
    return (*(item_of(kind) for kind in BODIES), *extra)


def whole_bank() -> tuple[Item, ...]:
    return tuple(load_bank().values())


def generated(seeds: tuple[int, ...] = (1, 2, 3)) -> tuple[Item, ...]:
    return tuple(generate_item(name, seed) for name in GENERATORS for seed in seeds)


@cache
def everything() -> tuple[Item, ...]:
    """The bank, one item of each generator and each kind, and the hostile ones."""
    return (*whole_bank(), *generated((1,)), *sample_items(), *hostile_items())


def draw(item: Item, form: str) -> bytes | None:
    """A picture for whatever shows one."""
    if not has_picture(item):
        return None
    return SVG if form == "svg" else PNG
