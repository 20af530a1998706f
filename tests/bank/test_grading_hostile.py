"""No response of any type or size breaks grading, and none of its text escapes into Markdown."""

import json
import re
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizzes import arrange, grade, shown
from quizzes.item import Item, Mark
from quizzes.topics import MISCONCEPTIONS
from quizzes.words import code, code_block, plain
from tests.bank.sample_items import BODIES, TEXT_POLL, WARM_UP, item_of

ITEMS = [
    *(arrange(item_of(kind), 1) for kind in BODIES),
    item_of("poll", TEXT_POLL),
    item_of("line_up", WARM_UP),
    item_of("formula", 'key: "y ~ x + (1 | g)"\nright: Yes.\nwrong: No.\n'),
    item_of("numeric", "key: 12\nunit: ms\nright: Yes.\nwrong: No.\n"),
]

texts = st.one_of(
    st.text(st.characters(), max_size=60),  # surrogates included
    st.text("0123456789.,-+eE/% −∞½٣", max_size=12),
    st.text("yxreactiondays~+-*/^:()|` \n\\\"'1", max_size=40),
    st.sampled_from(
        ["left", "0", "1", "NaN", "-0", "1e308", "1e-400", "0x10", "1_0", "\0", "\ud800"]
    ),
)
atoms = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 9),
    st.integers(),
    st.floats(),
    st.complex_numbers(),
    st.binary(max_size=20),
    texts,
)
values = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.lists(inner, max_size=7),
        st.tuples(inner, inner),
        st.dictionaries(texts, inner, max_size=3),
        st.frozensets(st.integers(0, 4), max_size=4),
    ),
    max_leaves=12,
)


def check(item: Item, response: Any) -> Mark:
    mark = grade(item, response)
    assert isinstance(mark, Mark)
    assert mark.feedback.strip()
    assert len(mark.feedback) < 5_000
    mark.feedback.encode("utf-8")  # a browser must be able to read it
    assert mark.misconception == "" or mark.misconception in MISCONCEPTIONS
    if mark.malformed:
        assert mark.score is None
    elif mark.score is not None:
        assert 0 <= mark.score <= 1
    words = shown(item, response)
    words.encode("utf-8")
    assert (words == "") == mark.malformed
    assert grade(item, response) == mark
    return mark


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.kind)
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(values)
def test_any_response_gets_a_mark(item: Item, response: Any) -> None:
    check(item, response)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.kind)
@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([0, 1, 2, 3, 4, "0", "1", "left", "middle", "right"]), max_size=6))
def test_lists_that_nearly_fit_get_a_mark(item: Item, response: list[Any]) -> None:
    check(item, response)


def deep(n: int) -> list[Any]:
    nested: list[Any] = []
    for _ in range(n):
        nested = [nested]
    return nested


def loop() -> list[Any]:
    endless: list[Any] = []
    endless.append(endless)
    return endless


HUGE: list[Callable[[], Any]] = [
    lambda: "x" * 10_000_000,
    lambda: "9" * 10_000_000,
    lambda: "(" * 1_000,
    lambda: "y ~ " + "(" * 900,
    lambda: "y ~ " + " + ".join(f"x{i}" for i in range(150)),
    lambda: "reaction ~ " + "*".join(["days"] * 150),
    lambda: "reaction ~ (days + subject)^4 + (days * subject || subject/days)",
    lambda: "reaction ~ poly(days, 9) + (poly(days, 9) | subject)",
    lambda: "reaction ~ factor(days) * subject + (factor(days) * subject | days)",
    lambda: "reaction ~ log(subject) + (1 | subject)",
    lambda: "reaction ~ I(days/0) + (1 | subject)",
    lambda: "reaction ~ exp(exp(days)) + (days | subject)",
    lambda: "1/" * 1_000_000,
    lambda: 10**100_000,
    lambda: -(10**5_000),
    lambda: sys.float_info.max,
    lambda: b"\xff" * 10_000_000,
    lambda: list(range(1_000_000)),
    lambda: ["left"] * 1_000_000,
    lambda: [10**5_000, 0, 1],
    lambda: deep(100_000),
    loop,
    lambda: {"a": deep(1_000)},
    lambda: object(),
    lambda: type,
    lambda: iter(()),
    lambda: memoryview(b"1"),
    lambda: range(4),
    lambda: {0, 1},
]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.kind)
def test_huge_and_strange_responses_get_a_mark_at_once(item: Item) -> None:
    for make in HUGE:
        response = make()
        start = time.perf_counter()
        check(item, response)
        assert time.perf_counter() - start < 4


@pytest.mark.parametrize("text", ["`", "``", "a`b", "``` \n ```", "a\n\nb", "![x](http://e.org/p)"])
def test_typed_text_stays_code(text: str) -> None:
    written = code(text)
    fence = re.match("`+", written).group()  # type: ignore[union-attr]
    inside = written[len(fence) : -len(fence)]
    assert written.endswith(fence)
    assert fence not in re.findall("`+", inside)
    assert "\n" not in written
    block = code_block(text)
    fence = block.split("text\n")[0]
    assert set(fence) == {"`"} and fence not in block[len(fence) : -len(fence)]


def test_code_is_short_and_never_empty() -> None:
    assert code("") == code(" \n\t") == "(nothing)"
    assert code("x" * 500) == f"`{'x' * 120}…`"
    assert code("a\ud800b\u202ec\0d") == "`a b c d`"
    assert plain("a*b_c `d` <e> $f$ [g](h)") == r"a\*b\_c \`d\` \<e\> \$f\$ \[g\]\(h\)"


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.kind)
def test_a_response_cannot_draw_pictures_into_the_feedback(item: Item) -> None:
    picture = "![x](http://example.org/pixel.png)"
    for response in (
        picture,
        f"reaction ~ {picture}",
        f"reaction ~ `{picture}` + (1 | subject)",
        f"y ~ `{picture}` + (1 | g)",
        f"`{picture}` ~ x + (1 | g)",
        f"y ~ x + (1 | `{picture}`)",
        f"y ~ x + (`{picture}` | g)",
        f"12 ``{picture}",
    ):
        feedback = check(item, response).feedback
        bare = re.sub(r"(?s)(`+)(?!`).*?(?<!`)\1(?!`)", "", feedback)
        assert "![" not in bare.replace(r"\!\[", "")


def test_json_types_are_enough() -> None:
    for item in ITEMS:
        for text in ("0", "1.0", '"0"', "[0, 1]", '["left"]', "null", "true", "{}", "1e400"):
            check(item, json.loads(text))
