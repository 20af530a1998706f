"""The fields of an item, each asked for by its name and type; surprises are errors."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from quizzes.errors import ItemError, did_you_mean, shown
from quizzes.plain import frozen
from quizzes.tree import Node, Scalar
from quizzes.words import count, sentence_case

MAX_TEXT = 6_000  # characters of one text
MAX_ENTRIES = 2_000  # of one list


class Fields:
    """The fields of one mapping, each to be asked for once by its name and type.

    A field that nobody asked for is an error of `finish`.

    Parameters
    ----------
    node : a mapping.
    place : where in the item, in words: "choice 2"; "" for the item itself.

    Raises
    ------
    ItemError : the node is no mapping; every method, if the value is not what was asked for.
    """

    def __init__(self, node: Node, place: str = "") -> None:
        if not isinstance(node.value, dict):
            raise ItemError(
                f"{sentence_case(place or 'the item')} is {_what(node)}, not fields with names.",
                "Write 'name: value', one a line.",
                node.line,
            )
        self._nodes = node.value
        self._lines = node.key_lines
        self._asked: set[str] = set()
        self.place = place
        self.at = node.line

    def has(self, name: str) -> bool:
        """Return whether an optional field is there."""
        self._asked.add(name)
        return name in self._nodes

    def line(self, name: str) -> int:
        """Return the line a field stands on; the mapping's own for one that is not there."""
        return self._lines.get(name, self.at)

    def error(self, name: str, problem: str, hint: str = "") -> ItemError:
        """Return an error about a field, with its line."""
        return ItemError(problem, hint, self.line(name))

    def named(self, name: str) -> str:
        """Return the field's name as it stands in a sentence: 'text' of choice 2."""
        return f"'{name}' of {self.place}" if self.place else f"'{name}'"

    def finish(self) -> None:
        """Refuse fields that nobody asked for."""
        for name in self._nodes:
            if name not in self._asked:
                raise self._unknown(name, self._asked)

    def _unknown(self, name: str, known: set[str]) -> ItemError:
        what = self.place or "an item of this kind"
        missing = known - set(self._nodes)
        hint = did_you_mean(name, sorted(missing)) or f" There are {', '.join(sorted(known))}."
        return self.error(name, f"There is no field '{name}' in {what}.", hint.strip())

    def _node(self, name: str) -> Node | None:
        self._asked.add(name)
        return self._nodes.get(name)

    def _needed(self, name: str) -> Node:
        node = self._node(name)
        if node is None:
            # A slip in a name makes two errors, of which the one with the slip's line helps.
            slip = get_close_matches(name, self._nodes.keys() - self._asked, n=1)
            if slip:
                raise self._unknown(slip[0], {name})
            whose = f" of {self.place}" if self.place else ""
            raise ItemError(f"The field '{name}'{whose} is missing.", "Add it.", self.at)
        return node

    def _typed(self, name: str, node: Node, kinds: tuple[type, ...], wanted: str) -> Any:
        value = node.value
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise ItemError(
                f"{sentence_case(self.named(name))} is {_what(node)}.", wanted, node.line
            )
        return value

    def text(self, name: str, default: str | None = None, most: int = MAX_TEXT) -> str:
        """Return a text without spaces at its ends; a default makes it optional."""
        node = self._needed(name) if default is None else self._node(name)
        return default or "" if node is None else self._text(name, node, most)

    def _text(self, name: str, node: Node, most: int = MAX_TEXT) -> str:
        wanted = "Write text; text that looks like a number or a switch needs quotes."
        text: str = self._typed(name, node, (str,), wanted).strip()
        if not text:
            raise ItemError(
                f"{sentence_case(self.named(name))} is empty.", "Write text.", node.line
            )
        if len(text) > most:
            raise ItemError(
                f"{sentence_case(self.named(name))} has {len(text):,} characters.",
                f"At most {most:,} fit.",
                node.line,
            )
        return text

    def markdown(self, name: str, default: str | None = None, most: int = MAX_TEXT) -> str:
        """Return a text that is shown as Markdown.

        Raises
        ------
        ItemError : as `text`, or it holds a picture from elsewhere.
        """
        return self._without_images(name, self.text(name, default, most))

    def _without_images(self, name: str, text: str) -> str:
        if "![" in text:
            raise self.error(
                name,
                f"{sentence_case(self.named(name))} holds an image.",
                "Items draw their pictures from data: use 'picture:'.",
            )
        return text

    def number(self, name: str, default: float | None = None) -> float:
        """Return a finite number."""
        node = self._needed(name) if default is None else self._node(name)
        if node is None:
            return default or 0.0
        value: int | float = self._typed(name, node, (int, float), "Write a number.")
        return value

    def maybe_number(self, name: str) -> float | None:
        """Return a finite number, or None if there is no such field."""
        return self.number(name) if self.has(name) else None

    def integer(self, name: str, low: int, high: int, default: int | None = None) -> int:
        """Return a whole number from `low` to `high`.

        Raises
        ------
        ItemError : it is missing and has no default, no whole number, or outside.
        """
        node = self._needed(name) if default is None else self._node(name)
        if node is None:
            return default or 0
        hint = f"Write {_range(low, high, 'a whole number from ')}."
        value: int = self._typed(name, node, (int,), hint)
        if not low <= value <= high:
            raise ItemError(f"{sentence_case(self.named(name))} is {value}.", hint, node.line)
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """Return true or false."""
        node = self._node(name)
        if node is None:
            return default
        value: bool = self._typed(name, node, (bool,), "Write true or false.")
        return value

    def one_of(
        self, name: str, known: Mapping[str, Any] | tuple[str, ...], default: str | None = None
    ) -> str:
        """Return one of the known words; a default makes it optional.

        Raises
        ------
        ItemError : it is missing and has no default, or not known.
        """
        node = self._needed(name) if default is None else self._node(name)
        if node is None:
            return default or ""
        value = self._text(name, node)
        if value not in known:
            hint = f"There are {', '.join(known)}.{did_you_mean(value, known)}"
            raise ItemError(
                f"{sentence_case(self.named(name))} is {shown(value)}.", hint, node.line
            )
        return value

    def _list(self, name: str, least: int, most: int) -> list[Node]:
        node = self._needed(name) if least else self._node(name)
        if node is None:
            return []
        entries: list[Node] = self._typed(name, node, (list,), "Write a list: one '- ' a line.")
        if not least <= len(entries) <= most:
            raise ItemError(
                f"{sentence_case(self.named(name))} has {count(len(entries), 'entry', 'entries')}.",
                f"Give {_range(least, most)}.",
                node.line,
            )
        return entries

    def texts(self, name: str, least: int, most: int) -> tuple[str, ...]:
        """Return a list of texts, shown as Markdown; none is an empty list if `least` is 0.

        Raises
        ------
        ItemError : as `markdown`.
        """
        return tuple(
            self._without_images(name, self._text(name, entry))
            for entry in self._list(name, least, most)
        )

    def numbers(self, name: str, least: int, most: int) -> tuple[float, ...]:
        """Return a list of finite numbers."""
        return tuple(
            self._typed(name, entry, (int, float), "Write a list of numbers.")
            for entry in self._list(name, least, most)
        )

    def column(self, name: str) -> tuple[Scalar, ...]:
        """Return a list of texts or numbers."""
        wanted = "Write a list of texts and numbers."
        return tuple(
            self._typed(name, entry, (str, int, float, bool), wanted)
            for entry in self._list(name, 1, MAX_ENTRIES)
        )

    def records(self, name: str, what: str, least: int, most: int) -> list["Fields"]:
        """Return a list of mappings; `what` names one of them: "choice" makes "choice 2".

        If `least` is 0, no field is an empty list.
        """
        return [
            Fields(entry, f"{what} {number}")
            for number, entry in enumerate(self._list(name, least, most), 1)
        ]

    def record(self, name: str) -> "Fields | None":
        """Return a mapping, or None if there is no such field."""
        node = self._node(name)
        return None if node is None else Fields(node, name)

    def values(self, name: str) -> Mapping[str, Any]:
        """Return a mapping of values of any kind, unchecked; empty if there is no such field."""
        node = self._node(name)
        if node is None:
            return frozen({})
        self._typed(name, node, (dict,), "Write 'name: value' pairs.")
        found: Mapping[str, Any] = frozen(_bare(node))
        return found

    def value(self, name: str) -> Any:
        """Return a value of any kind, unchecked; lists as tuples."""
        return frozen(_bare(self._needed(name)))


def _bare(node: Node) -> Any:
    if isinstance(node.value, dict):
        return {name: _bare(entry) for name, entry in node.value.items()}
    if isinstance(node.value, list):
        return [_bare(entry) for entry in node.value]
    return node.value


def _what(node: Node) -> str:
    match node.value:
        case bool():
            return f"the switch {str(node.value).lower()}"
        case int() | float():
            return f"the number {node.value:g}"
        case str():
            return f"the text {shown(node.value)}"
        case list():
            return "a list"
    return "a mapping"


def _range(low: int, high: int, lead: str = "") -> str:
    return str(low) if low == high else f"{lead}{low} to {high}"
