"""The part of a distribution that counts against the null hypothesis."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from quizzes.fields import Fields
from quizzes.item import Mark
from quizzes.kinds.choices import Near, read_near, write_near
from quizzes.kinds.kind import Examples, Kind, Unreadable, Wrong
from quizzes.kinds.responses import NONSENSE
from quizzes.words import listed

PARTS = ("left", "middle", "right")
# How many degrees of freedom each family has.
FAMILIES: Mapping[str, int] = MappingProxyType({"t": 1, "F": 2, "normal": 0, "chi2": 1})


@dataclass(frozen=True, slots=True)
class Region:
    """Parts of a distribution to be shaded.

    Parameters
    ----------
    family : "t", "F", "normal" or "chi2".
    key : the parts to shade, out of `PARTS`.
    right, wrong : feedback.
    df : degrees of freedom; for F the two in order.
    statistic : the observed one, drawn as a line; None leaves it out.
    near : foreseen wrong regions, each a tuple of parts.
    """

    family: str
    key: tuple[str, ...]
    right: str
    wrong: str
    df: tuple[float, ...] = ()
    statistic: float | None = None
    near: tuple[Near, ...] = ()


def read_family(fields: Fields) -> tuple[str, tuple[float, ...]]:
    """Read `family:` and `df:`."""
    family = fields.one_of("family", FAMILIES)
    n = FAMILIES[family]
    df = fields.numbers("df", n, n)
    if any(value <= 0 for value in df):
        raise fields.error("df", "Degrees of freedom are positive.", "Write a larger number.")
    return family, df


def _parts(fields: Fields, name: str) -> tuple[str, ...]:
    """Read parts, in the order of `PARTS`."""
    found = fields.texts(name, 1, len(PARTS))
    unknown = [part for part in found if part not in PARTS]
    if unknown or len(set(found)) < len(found):
        raise fields.error(
            name,
            f"{listed([repr(part) for part in found])} are no parts of a distribution.",
            f"Take one or more of {listed([*PARTS])}, each once.",
        )
    return _sorted(found)


def _sorted(parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part for part in PARTS if part in parts)


def read(fields: Fields) -> Region:
    """Read the distribution, the key and the near answers."""
    family, df = read_family(fields)
    key = _parts(fields, "key")
    return Region(
        family,
        key,
        fields.markdown("right"),
        fields.markdown("wrong"),
        df,
        fields.maybe_number("statistic"),
        read_near(fields, _parts, key),
    )


def write(body: Region) -> dict[str, Any]:
    """Return the fields as `read` reads them."""
    written: dict[str, Any] = {"family": body.family, "key": list(body.key)}
    if body.df:
        written["df"] = list(body.df)
    if body.statistic is not None:
        written["statistic"] = body.statistic
    return written | {"right": body.right, "wrong": body.wrong} | write_near(body.near, list)


def arrange(body: Region, rng: np.random.Generator) -> Region:
    """Leave it: the parts have an order of their own."""
    return body


def ask(body: Region) -> dict[str, Any]:
    """Return the distribution and the observed statistic (None if there is none)."""
    return {
        "family": body.family,
        "df": list(body.df),
        "statistic": body.statistic,
        "parts": list(PARTS),
    }


def parse(body: Region, response: object) -> tuple[str, ...]:
    """Read a list of parts, in any order."""
    hint = f"I could not read what you shaded. Shade one part or more: {listed([*PARTS])}."
    if not isinstance(response, list | tuple) or not 1 <= len(response) <= len(PARTS):
        raise Unreadable(hint)
    if any(not isinstance(part, str) or part not in PARTS for part in response):
        raise Unreadable(hint)
    return _sorted(tuple(response))


def grade(body: Region, answer: tuple[str, ...]) -> Mark:
    """All the right parts and no other: 1, else 0."""
    if answer == _sorted(body.key):
        return Mark(1.0, body.right)
    for near in body.near:
        if answer == near.answer:
            return Mark(0.0, near.feedback, near.misconception)
    return Mark(0.0, body.wrong)


def shown(body: Region, answer: tuple[str, ...]) -> str:
    """Return the parts as words."""
    return listed([*answer])


def examples(body: Region) -> Examples:
    """The key in two orders, the near answers, one other, and what is no region."""
    near = {n.answer: Wrong(list(n.answer), n.feedback, n.misconception) for n in body.near}
    subsets = [tuple(p for i, p in enumerate(PARTS) if n >> i & 1) for n in range(1, 8)]
    known = {_sorted(body.key), *near}
    others = [Wrong(list(s), body.wrong) for s in subsets if s not in known]
    return Examples(
        right=(list(body.key), list(reversed(body.key))),
        wrong=(*near.values(), *others[:1]),
        malformed=([], "", ["top"], ["left"] * 4, [["left"]], 0, *NONSENSE),
    )


KIND = Kind("region", Region, read, write, arrange, ask, parse, grade, shown, examples)
