"""Hostile and broken formulas: an error with its character or a parse, and nothing executed."""

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import FormulaError, LimitError
from sim.lmm.formula import parse_formula

VALID = [
    "reaction ~ 1 + days + (1 + days | subject)",
    "value ~ 1 + condition + group + (1 | participant)",
    "log(rt) ~ a*b*c - a:b:c + (x*z || g) + (1 | a/b/c)",
    "y ~ (a + b + c)^2 + poly(x, 3) + factor(k) + (0 + f | g:h)",
    "`a b` ~ I((x - 1)^2/2) + `1x`:`if` + scale(z) - 1 + (sqrt(w) || s)",
    "y/1000 ~ a/b + c:a + center(x) + (1 | a) + (-1 + x | b)",
]
TOKENS = [
    *"+-*/^:()|~,.`'\"_=<>!&$@[]{};#\\?% \t\n\r\0",
    *("||", "**", "<-", "->", "==", "%in%", "1", "0", "2", "1e5", ".5", "1e", "1e999", "x", "y"),
    *("days", "`a b`", "log(", "poly(", "I(", "factor(x)", "scale(", "(1 | g)", "(x || g)", "if"),
    *("TRUE", "..1", "...", "−", "∼", "｜", "＋", "（", "x²", "é", "х", "😀", "\u200b", "\u202e"),
    *("__import__('os').system('id')", "eval(", "lambda: 0", "().__class__.__bases__[0]", "exec("),
    *(
        "\ud800",
        "\u0301",
        "ﬁ",
        "Ⅷ",
        "١",
        "999999999",
        "0x1F",
        "1L",
        "a.b_c",
        "{{7*7}}",
        "%s",
        "\x1b[0m",
    ),
]
HOSTILE = [
    "__import__('os').system('id')",
    "y ~ __import__('os').system('id')",
    "y ~ system('id') + (1 | g)",
    "y ~ ().__class__.__bases__[0].__subclasses__()",
    "y ~ eval(parse(text = 'q()'))",
    "y ~ exec(\"import os; os.system('id')\")",
    "y ~ log(exec(1))",
    "y ~ I(__builtins__)",
    "y ~ getattr(x, '__class__')",
    "y ~ x if x else (1 | g)",
    "y ~ [x for x in ().__class__.__bases__]",
    "y ~ {{config}} + ${x} + `id`",
    "<script>alert(1)</script> ~ x",
    "y ~ x\0",
    "y ~ x; q()",
    "y ~ x # comment",
    "y ~ (λ: 0)()",
    "y ~ " + "log(" * 400 + "x" + ")" * 400,
    "y ~ " + "(" * 900,
    "y ~ " + ")" * 900,
    "y ~ " + "-" * 900 + "x",
    "y ~ x" + "^x" * 490,
    "y ~ x" + "^2" * 490,
    "y ~ x^999999999^999999999",
    "y ~ I(" + "9" * 900 + "*x)",
    "y ~ " + "*".join(f"v{i}" for i in range(200)),
    "y ~ (" + "+".join(f"v{i}" for i in range(190)) + ")^4",
    "y ~ (1|" + "/".join(f"v{i}" for i in range(200)) + ")",
    "y ~ " + "(1|g)+" * 150 + "x",
    "x" * 10_240,
    "y ~ " + "x + " * 2_560 + "x",
    "~" * 10_240,
    "\n" * 10_240,
    "`" * 10_240,
    "😀" * 2_560,
]
# Legal, and harmless: names are only looked up among the columns, numbers only multiplied.
HARMLESS = [
    "y ~ x.__class__.__mro__",
    "y ~ `__import__('os').system('id')`",
    "y ~ (1 | `'; DROP TABLE students; --`)",
    "y ~ I(9^9^9^9^9*x)",
    "y ~ " + ":".join(["(a+b)"] * 120),
]
FORBIDDEN_EVENTS = ("exec", "compile", "import", "os.", "subprocess.", "open", "ctypes.", "socket.")


@contextmanager
def watched() -> Iterator[list[str]]:
    """Collect what Python's audit hook sees of code run, files opened and processes started."""
    seen: list[str] = []
    watching = True

    def hook(event: str, _arguments: tuple[object, ...]) -> None:
        if watching and event.startswith(FORBIDDEN_EVENTS):
            seen.append(event)

    sys.addaudithook(hook)
    try:
        yield seen
    finally:
        # An audit hook cannot be removed, only silenced.
        watching = False


def outcome(text: str) -> str:
    """Parse, and check what every parse and every refusal must satisfy."""
    try:
        formula = parse_formula(text)
    except LimitError as error:
        assert error.problem and error.hint
        return "limit"
    except FormulaError as error:
        assert 0 <= error.position <= len(text)
        assert 1 <= error.length <= max(1, len(text))
        assert error.problem and error.hint and error.formula == text
        assert f"(character {error.position + 1} of the formula)." in error.problem
        return "refused"
    again = parse_formula(str(formula))
    assert again == formula
    assert str(again) == str(formula)
    from_r = parse_formula(formula.r_text)
    assert from_r == formula
    return "parsed"


def mutate(text: str, rng: random.Random) -> str:
    """Cut, double, replace or insert pieces of a formula."""
    pieces = list(text)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        at = rng.randrange(len(pieces) + 1)
        match rng.randrange(4):
            case 0:
                pieces[at : at + rng.randint(1, 5)] = []
            case 1:
                pieces[at:at] = pieces[at : at + rng.randint(1, 20)]
            case 2:
                pieces[at : at + 1] = rng.choice(TOKENS)
            case _:
                pieces.insert(at, rng.choice(TOKENS))
    return "".join(pieces)


def fuzzed(count: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    texts = HOSTILE + HARMLESS
    while len(texts) < count:
        if rng.random() < 0.8:
            texts.append(mutate(rng.choice(VALID), rng))
        else:
            texts.append("y ~ " + "".join(rng.choices(TOKENS, k=rng.randint(1, 12))))
    return texts


def test_ten_thousand_fuzzed_formulas_parse_or_name_a_character_and_run_nothing() -> None:
    texts = fuzzed(10_000, seed=20261122)
    outcome("y ~ x")
    with watched() as seen:
        outcomes = [outcome(text) for text in texts]
    assert seen == []
    counts = {kind: outcomes.count(kind) for kind in ("parsed", "refused", "limit")}
    # The mixture must reach all three, or the fuzzing has lost its edge.
    assert counts["parsed"] > 1_000
    assert counts["refused"] > 3_000
    assert counts["limit"] > 10


def test_the_watch_would_notice() -> None:
    with watched() as seen:
        compile("1", "<test>", "eval")
    assert "compile" in seen


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_formulas_are_refused(text: str) -> None:
    assert outcome(text) in ("refused", "limit")


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_formulas_are_read(text: str) -> None:
    assert outcome(text) == "parsed"


names = st.sampled_from(["a", "b", "c", "x1", "`a b`", "`if`", "log(x)", "poly(z, 2)", "I(a^2)"])
products = st.recursive(
    names,
    lambda inner: st.builds(
        "({} {} {})".format, inner, st.sampled_from(["+", "*", ":", "/", "-"]), inner
    ),
    max_leaves=4,
)
lefts = st.sampled_from(["1", "0 + x", "x", "1 + x + z", "a*z", "b:x", "0 + b"])
groups = st.sampled_from(["g", "g/h", "g:h", "`1x`", "g/h/k", "k:(g:h)"])
brackets = st.builds("({} {} {})".format, lefts, st.sampled_from(["|", "||"]), groups)
formulas = st.builds(
    "y ~ {}{} + {}".format,
    st.sampled_from(["", "0 + ", "1 + ", "-1 + "]),
    products,
    st.one_of(products, brackets),
)


@settings(max_examples=300, deadline=None)
@given(formulas)
def test_reading_what_was_written_gives_the_same_formula(text: str) -> None:
    assert outcome(text) == "parsed"


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=60))
def test_any_text_at_all(text: str) -> None:
    outcome(text)
    outcome("y ~ " + text)
