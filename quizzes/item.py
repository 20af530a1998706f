"""What an item is: a question with its key, what may be shown of it, and what a mark says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

NOTHING: Mapping[str, Any] = MappingProxyType({})


def _nothing() -> Mapping[str, Any]:
    return NOTHING


@dataclass(frozen=True, slots=True)
class See:
    """Where a student can see it happen.

    Parameters
    ----------
    page : url path of a learn page, such as "tails".
    settings : what stands in the page's link, by the name of the control.
    """

    page: str
    settings: Mapping[str, str] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Picture:
    """Data for one picture; drawn by the pages, never stored as an image.

    Parameters
    ----------
    form : what is drawn; `quizzes.pictures.FORMS` lists the forms with their columns.
    alt : what the picture shows, for people who hear the page; does not give the answer away.
    columns : values by column, all of the same length.
    settings : titles with units, reference lines, distributions.
    """

    form: str
    alt: str
    columns: Mapping[str, tuple[Any, ...]] = field(default_factory=_nothing)
    settings: Mapping[str, Any] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Item:
    """One question, whatever its kind, with everything that must stay on the server.

    Parameters
    ----------
    id : the path below the bank without its ending, "tails/two-tails-of-t"; for an item of a
        generator the generator's name, which has no slash.
    kind : name of a kind, as in `quizzes.kinds.KINDS`.
    topic : one of `quizzes.topics.TOPICS`.
    level : 1 first meeting, 2 practice, 3 transfer.
    stem : the question, Markdown with LaTeX between dollars.
    body : choices, key and feedback, of the class that belongs to the kind.
    explanation : why the right answer is right, Markdown; shown after every answer.
    skills : what is practised, in a few words each.
    see : a page with settings that shows it.
    picture : what stands above the stem.
    seed : what a generator drew from, and what the order of the choices was drawn from.
    facts : the numbers a generator computed the key from; never sent to a browser.
    """

    id: str
    kind: str
    topic: str
    level: int
    stem: str
    body: Any
    explanation: str
    skills: tuple[str, ...] = ()
    see: See | None = None
    picture: Picture | None = None
    seed: int | None = None
    facts: Mapping[str, Any] = field(default_factory=_nothing, repr=False)


@dataclass(frozen=True, slots=True)
class Question:
    """What may be sent to a browser before the answer is in: an item without key and feedback.

    Parameters
    ----------
    ask : what the kind shows, in JSON's types: options, unit, entries, number of panels.
    The others are as in `Item`.
    """

    id: str
    kind: str
    topic: str
    level: int
    stem: str
    ask: Mapping[str, Any]
    picture: Picture | None = None
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """What an answer is worth and what to say about it.

    Parameters
    ----------
    score : from 0 to 1; None for a poll, which has no key, and for what could not be read.
    feedback : Markdown for this answer; for a malformed one what could not be read and what
        to write instead.
    misconception : tag of `quizzes.topics.MISCONCEPTIONS` that this answer reveals, or "".
    malformed : the answer could not be read, which is not the same as wrong.
    """

    score: float | None
    feedback: str
    misconception: str = ""
    malformed: bool = False

    @property
    def is_right(self) -> bool:
        """Whether the answer earns the whole score."""
        return self.score is not None and self.score >= 1.0
