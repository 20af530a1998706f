"""Whatever stands in a file, the loader returns an item or an error with a sentence."""

import contextlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizzes import Item, ItemError, items_json, read_item, read_items_json
from quizzes.check import contradiction
from tests.bank.sample_items import BODIES, item_of, text_of

KINDS = sorted(BODIES)
PIECES = [
    *(
        "",
        " ",
        "\n",
        "\n\n",
        "  ",
        "\t",
        "-",
        "- ",
        ":",
        ": ",
        "#",
        "|-",
        ">",
        "?",
        "? ",
        "&a ",
        "*a",
    ),
    *(
        "!!python/name:os.system ",
        "!x ",
        "[",
        "]",
        "{",
        "}",
        '"',
        "'",
        ",",
        "%",
        "@",
        "`",
        "\\",
        "\0",
    ),
    *(
        "null",
        "~",
        "yes",
        "true",
        "1",
        "-1",
        "1e3",
        "1e-3",
        ".nan",
        "1e999",
        "9" * 30,
        "0o7",
        "017",
    ),
    *("<<: ", "---\n", "...\n", "\ufeff", "\ud800", "😀", "key", "near", "choices", "x" * 300),
    *("reaction ~ (", "0.05", "left", "sleepstudy", "[[[[[[[[[[[[[[[[[[", "kind: poll"),
]


def read(text: str) -> Item | None:
    try:
        item = read_item(text, "sample/mutant")
    except ItemError as problem:
        assert problem.problem.endswith(".") and len(problem.problem) < 1_000
        assert 0 <= problem.line <= text.count("\n") + 2
        return None
    return item


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_broken_files_get_a_sentence(kind: str, data: Any) -> None:
    text = text_of(kind)
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 12)))
        text = text[:start] + data.draw(st.sampled_from(PIECES)) + text[end:]
    item = read(text)
    if item is not None:
        assert read_items_json(items_json([item])) == (item,)


@pytest.mark.parametrize("kind", KINDS)
def test_files_without_one_line_get_a_sentence(kind: str) -> None:
    lines = text_of(kind).splitlines(keepends=True)
    for skip in range(len(lines)):
        item = read("".join(lines[:skip] + lines[skip + 1 :]))
        assert item is None or contradiction(item) == ""


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text_gets_a_sentence(text: str) -> None:
    read(text)
    with contextlib.suppress(ItemError):
        read_items_json(text)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_broken_documents_get_a_sentence(data: Any) -> None:
    text = items_json([item_of(kind) for kind in KINDS if kind != "line_up"])
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    with contextlib.suppress(ItemError):
        read_items_json(text[:start] + data.draw(st.sampled_from(PIECES)) + text[end:])
