"""Which bracket to write for two columns of groups, and what the data cannot tell."""

from dataclasses import dataclass

from pages._ui.words import code, count, listed
from sim.designs import Relation
from sim.lmm.expressions import name_text

FEW = 5  # groups: an SD of fewer is hardly known
TWO = 2  # groups: nobody can know an SD


@dataclass(frozen=True, slots=True)
class Advice:
    """What to write.

    Parameters
    ----------
    kind : the relation in a few words; Markdown.
    terms : to start from, as typed.
    words : why, and what else it may be; Markdown.
    doubt : whether labels may be used again, which no table can tell.
    """

    kind: str
    terms: str
    words: str
    doubt: bool


def advise(found: Relation) -> Advice:
    """Recommend terms for a pair of columns."""
    if found.kind == "same":
        terms, why = _same(found), "Both columns divide the rows alike, so take one of them."
        return Advice("the same groups twice", terms, _joined(why, _few(found)), doubt=False)
    if found.kind == "nested":
        return _nested(found)
    a, b = name_text(found.a), name_text(found.b)
    why = (
        f"Right if a label of {code(found.b)} means the same thing in every group of "
        f"{code(found.a)}, as a word does for all who read it. If labels are used again (class a "
        f"in every school), write {code(f'(1 | {a}/{b})')} where {code(found.b)} lies within "
        f"{code(found.a)}, or {code(f'(1 | {b}/{a})')} where {code(found.a)} lies within "
        f"{code(found.b)}."
    )
    return Advice(found.kind, _beside(found), _joined(why, _few(found)), doubt=True)


def _same(found: Relation) -> str:
    name = name_text(found.a)
    return name if found.n_a <= TWO else f"(1 | {name})"


def _beside(found: Relation) -> str:
    """Both columns, each of them fixed where it has two groups."""
    sizes = {name_text(found.a): found.n_a, name_text(found.b): found.n_b}
    fixed = [name for name, n in sizes.items() if n <= TWO]
    return " + ".join([*fixed, *(f"(1 | {name})" for name in sizes if name not in fixed)])


def _nested(found: Relation) -> Advice:
    kind = f"{code(found.inner)} nested in {code(found.outer)}"
    inner, outer = name_text(found.inner), name_text(found.outer)
    nested = f"(1 | {outer}/{inner})"
    terms = _beside(found) if min(found.n_a, found.n_b) <= TWO else nested
    other = f"(1 | {outer}) + (1 | {inner})"
    why = f"Every label of {code(found.inner)} stands in one group of {code(found.outer)}"
    why += f", so {code(nested)} and {code(other)} are the same model."
    return Advice(kind, terms, _joined(why, _few(found)), doubt=False)


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _few(found: Relation) -> str:
    sizes = ((found.a, found.n_a), (found.b, found.n_b))
    small = [f"{code(name)} has only {count(n, 'group')}" for name, n in sizes if n < FEW]
    if not small:
        return ""
    return (
        f"If it is true that {listed(small)}, a fixed effect fits better there: an SD is hardly "
        "known from so few."
    )
