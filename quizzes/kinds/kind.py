"""What a kind of item is: the phases every kind has, as functions of its body."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from quizzes.fields import Fields
from quizzes.item import Mark

Body = TypeVar("Body")
Answer = TypeVar("Answer")


class Unreadable(ValueError):
    """A response that cannot be read; its text says why and what to write, as Markdown."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong response with what must be said to it.

    Parameters
    ----------
    response : as a browser sends it.
    feedback : stands in the mark's feedback.
    misconception : the mark's, "" if none.
    """

    response: Any
    feedback: str
    misconception: str = ""


@dataclass(frozen=True, slots=True)
class Examples:
    """Responses a body makes for the tests of itself.

    Parameters
    ----------
    right : responses that earn the whole score (for a poll: that are taken).
    wrong : responses that do not.
    malformed : responses that cannot be read.
    """

    right: tuple[Any, ...]
    wrong: tuple[Wrong, ...]
    malformed: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Kind(Generic[Body, Answer]):
    """The phases of one kind of item.

    Parameters
    ----------
    name : as in the `kind:` of a file.
    body : class of `Item.body`.
    read : fields of a file -> body. Raises ItemError.
    write : body -> the same fields in JSON's types.
    arrange : (body, rng) -> body with its choices shuffled.
    ask : body -> what may be shown before the answer, in JSON's types: no key, no feedback.
    parse : (body, response) -> answer. Raises Unreadable, whatever the response, and nothing else.
    grade : (body, answer) -> mark.
    shown : (body, answer) -> the answer in words, for records and results.
    examples : body -> its own right, wrong and malformed responses.
    """

    name: str
    body: type[Body]
    read: Callable[[Fields], Body]
    write: Callable[[Body], dict[str, Any]]
    arrange: Callable[[Body, np.random.Generator], Body]
    ask: Callable[[Body], dict[str, Any]]
    parse: Callable[[Body, object], Answer]
    grade: Callable[[Body, Answer], Mark]
    shown: Callable[[Body, Answer], str]
    examples: Callable[[Body], Examples]
