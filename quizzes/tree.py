"""A strict reader of YAML and JSON: every value knows its line, every surprise is an error.

YAML turns `no` into false, `1e-3` into text, and lets the second of two equal keys win. Here a
plain word is text, anything that looks like a number is one, and the rest is refused.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from quizzes.errors import ItemError, shown

MAX_CHARACTERS = 200_000  # of a file
_MAX_DEPTH = 12

# No two parts that may both take the same digits: a million of them are read once.
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)
_INTEGER = re.compile(r"[-+]?\d+", re.ASCII)
_LEADING_ZERO = re.compile(r"[-+]?0\d+", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\ud800-\udfff]")
_SWITCHES = {"yes", "no", "on", "off", "true", "false"}
_NOTHING = {"", "~", "null"}
# The parser in C is ten times as fast; the one in Python is there where it could not be built.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Scalar = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Node:
    """A value and the line it stands on (0 if unknown)."""

    value: "Scalar | list[Node] | dict[str, Node]"
    line: int
    key_lines: Mapping[str, int] = field(default_factory=dict)


def read_yaml(text: str) -> Node:
    """Read one YAML document.

    Raises
    ------
    ItemError : no YAML, or YAML with something this reader refuses.
    """
    _check_length(text)
    try:
        events = iter(yaml.parse(text, Loader=_Loader))
        node = _document(events)
    except UnicodeEncodeError as problem:
        line = text.count("\n", 0, problem.start) + 1
        raise ItemError("There is half a character.", "Delete it.", line) from None
    except yaml.reader.ReaderError as problem:
        line = text.count("\n", 0, problem.position) + 1
        raise ItemError("There is a character that YAML does not allow.", "", line) from None
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        what = problem.problem or problem.context
        hint = "Text with a colon, a hash or a quote in it needs quotes, or a block after |-."
        line = min(mark.line, text.rstrip().count("\n")) + 1 if mark else 0
        raise ItemError(f"This is not YAML: {what}.", hint, line) from None
    return node


def read_json(text: str) -> Node:
    """Read one JSON document; its values know no lines.

    Raises
    ------
    ItemError : no JSON, or JSON with something this reader refuses.
    """
    _check_length(text, 50 * MAX_CHARACTERS)
    try:
        tree = json.loads(
            text,
            object_pairs_hook=_pairs,
            parse_constant=_constant,
            parse_int=lambda digits: _number(digits, 0),
        )
    except json.JSONDecodeError as problem:
        raise ItemError(f"This is not JSON: {problem.msg}.", "", problem.lineno) from None
    except RecursionError:
        raise _too_deep(0) from None
    return _from_json(tree, 0)


def _check_length(text: str, most: int = MAX_CHARACTERS) -> None:
    if len(text) > most:
        raise ItemError(f"This has {len(text):,} characters.", f"At most {most:,} are read.")


def _too_deep(line: int) -> ItemError:
    return ItemError("There are too many lists inside lists.", "An item needs four at most.", line)


def _document(events: Iterator[Any]) -> Node:
    next(events)  # the stream starts
    if isinstance(next(events), yaml.StreamEndEvent):
        raise ItemError("There is nothing in this file.", "Begin with 'kind: single_choice'.", 1)
    node = _node(next(events), events, 0)
    next(events)  # the document ends
    after = next(events)
    if not isinstance(after, yaml.StreamEndEvent):
        raise ItemError(
            "There are two documents in this file.",
            "Write one item a file, and no line of ---.",
            after.start_mark.line + 1,
        )
    return node


def _node(event: Any, events: Iterator[Any], depth: int) -> Node:
    line = event.start_mark.line + 1
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        raise ItemError(
            "Anchors (&) and aliases (*) are not read.", "Put text that begins so in quotes.", line
        )
    if event.tag is not None:
        raise ItemError("Tags (!) are not read.", "Put text that begins so in quotes.", line)
    if depth > _MAX_DEPTH:
        raise _too_deep(line)
    if isinstance(event, yaml.ScalarEvent):
        return Node(_scalar(event.value, bool(event.style), line), line)
    if isinstance(event, yaml.SequenceStartEvent):
        entries = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            entries.append(_node(event, events, depth + 1))
        return Node(entries, line)
    return _mapping(events, depth, line)


def _mapping(events: Iterator[Any], depth: int, line: int) -> Node:
    found: dict[str, Node] = {}
    lines: dict[str, int] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        at = event.start_mark.line + 1
        if not isinstance(event, yaml.ScalarEvent) or not event.value:
            raise ItemError("The name of a field must be a word.", "Write 'name: value'.", at)
        name = event.value
        _check_characters(name, at)
        if name in found:
            raise ItemError(
                f"The field '{name}' is there twice, first on line {lines[name]}.",
                "Keep one of them.",
                at,
            )
        lines[name] = at
        found[name] = _node(next(events), events, depth + 1)
    return Node(found, line, lines)


def _check_characters(text: str, line: int) -> None:
    """Refuse what no database keeps and no screen shows: halves of characters and controls."""
    found = _CONTROL.search(text)
    if found:
        raise ItemError(
            f"A text holds the character {found[0]!a}, which cannot be shown.", "Delete it.", line
        )


def _scalar(text: str, quoted: bool, line: int) -> Scalar:
    _check_characters(text, line)
    if quoted:
        return text
    if text in ("true", "false"):
        return text == "true"
    if text.lower() in _SWITCHES:
        raise ItemError(
            f"'{text}' without quotes may mean a word or a switch.",
            f"Write true or false, or '{text}' in quotes.",
            line,
        )
    if text.lower() in _NOTHING:
        raise ItemError(
            "A value is empty here.", 'Fill it in, leave the field out, or write "".', line
        )
    if _LEADING_ZERO.fullmatch(text):
        raise ItemError(
            f"'{text}' begins with a zero.", "Leave the zero out, or put text in quotes.", line
        )
    return _number(text, line) if _NUMBER.fullmatch(text) else text


def _number(text: str, line: int) -> int | float:
    if _INTEGER.fullmatch(text) and len(text) <= 20:
        return int(text)
    value = float(text)
    if math.isinf(value):
        raise ItemError(f"The number {shown(text)} is too large.", "Write a smaller one.", line)
    return value


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ItemError(f"The field '{name}' is there twice.", "Keep one of them.")
        found[name] = value
    return found


def _constant(text: str) -> Any:
    raise ItemError(f"'{text}' is not a number.", "Write a finite one.")


def _from_json(value: Any, depth: int) -> Node:
    if depth > _MAX_DEPTH:
        raise _too_deep(0)
    if value is None:
        raise ItemError("A value is null.", "Fill it in, or leave the field out.")
    if isinstance(value, float) and math.isinf(value):
        raise ItemError("A number is too large.", "Write a smaller one.")
    for text in value if isinstance(value, dict) else [value]:
        if isinstance(text, str):
            _check_characters(text, 0)
    if isinstance(value, dict):
        return Node({name: _from_json(entry, depth + 1) for name, entry in value.items()}, 0)
    if isinstance(value, list):
        return Node([_from_json(entry, depth + 1) for entry in value], 0)
    return Node(value, 0)
