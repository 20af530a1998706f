"""Which bracket to write for two columns of groups, and what the data cannot tell."""

from dataclasses import dataclass

from pages._ui.words import code, count, listed
from sim.designs import Relation
from sim.lmm.expressions import name_text

FEW = 5  # groups: an SD of fewer is hardly known


@dataclass(frozen=True, slots=True)
class Advice:
    """What to write.

    Parameters
    ----------
    kind : the relation in a few words; Markdown.
    bracket : the one to start from, as typed.
    words : why, and what else it may be; Markdown.
    doubt : whether labels may be used again, which no table can tell.
    """

    kind: str
    bracket: str
    words: str
    doubt: bool


def advise(found: Relation) -> Advice:
    """Recommend random intercepts for a pair of columns."""
    a, b = name_text(found.a), name_text(found.b)
    if found.kind == "same":
        return Advice(
            "the same groups twice",
            f"(1 | {a})",
            f"Both columns divide the rows alike, so take one of them. {_few(found)}".strip(),
            doubt=False,
        )
    if found.kind == "nested":
        inner, outer = name_text(found.inner), name_text(found.outer)
        bracket, beside = f"(1 | {outer}/{inner})", f"(1 | {outer}) + (1 | {inner})"
        words = (
            f"Every label of {code(found.inner)} stands in one group of {code(found.outer)}, so "
            f"{code(beside)} is the same model."
        )
        return Advice(
            f"{code(found.inner)} nested in {code(found.outer)}",
            bracket,
            f"{words} {_few(found)}".strip(),
            doubt=False,
        )
    bracket = f"(1 | {a}) + (1 | {b})"
    words = (
        f"Right if a label of {code(found.b)} means the same thing in every group of "
        f"{code(found.a)}, and the other way round, as a word does for all who read it. If labels "
        f"are used again (class a in every school), write {code(f'(1 | {a}/{b})')} where "
        f"{code(found.b)} lies within {code(found.a)}, or {code(f'(1 | {b}/{a})')} where "
        f"{code(found.a)} lies within {code(found.b)}."
    )
    return Advice(found.kind, bracket, f"{words} {_few(found)}".strip(), doubt=True)


def _few(found: Relation) -> str:
    sizes = ((found.a, found.n_a), (found.b, found.n_b))
    small = [f"{code(name)} has only {count(n, 'group')}" for name, n in sizes if n < FEW]
    if not small:
        return ""
    return (
        f"But {listed(small)}: an SD is hardly known from so few. Such a column is rather a fixed "
        "effect."
    )
