"""What a/b, b/a and a + b mean on the data at hand."""

from dataclasses import dataclass

from sim.designs.relations import Relation
from sim.lmm.expressions import name_text


@dataclass(frozen=True, slots=True)
class Reading:
    """What random intercepts for two columns mean on the data at hand.

    Attributes
    ----------
    bracket : as typed: "(1 | a/b)".
    groups : grouping factors as lme4 names them, with the number of groups of each.
    words : what it takes to be one group.
    same_as : other readings that are the same model on these data.
    problem : why lmer refuses it; empty if it does not.
    """

    bracket: str
    groups: tuple[tuple[str, int], ...]
    words: str
    same_as: tuple[str, ...]
    problem: str


def readings(found: Relation) -> tuple[Reading, ...]:
    """Say what (1 | a/b), (1 | b/a) and (1 | a) + (1 | b) mean on the data of a relation."""
    a, b = name_text(found.a), name_text(found.b)
    nested, other = f"(1 | {a}/{b})", f"(1 | {b}/{a})"
    beside = f"(1 | {a}) + (1 | {b})"
    b_in_a = found.n_pairs == found.n_b
    a_in_b = found.n_pairs == found.n_a
    alike = {
        nested: [beside] * b_in_a + [other] * (a_in_b and b_in_a),
        other: [beside] * a_in_b + [nested] * (a_in_b and b_in_a),
        beside: [nested] * b_in_a + [other] * a_in_b,
    }
    within = _within(found.a, found.b, found.n_a, found.n_pairs, b_in_a)
    around = _within(found.b, found.a, found.n_b, found.n_pairs, a_in_b)
    sizes: tuple[tuple[str, tuple[tuple[str, int], ...], str], ...] = (
        (nested, ((f"{b}:{a}", found.n_pairs), (found.a, found.n_a)), within),
        (other, ((f"{a}:{b}", found.n_pairs), (found.b, found.n_b)), around),
        (beside, ((found.a, found.n_a), (found.b, found.n_b)), _beside(found)),
    )
    return tuple(
        Reading(bracket, groups, words, tuple(alike[bracket]), _refusal(groups, found.n_rows))
        for bracket, groups, words in sizes
    )


def _within(outer: str, inner: str, n_outer: int, n_pairs: int, unique: bool) -> str:
    names = (
        f"every label of {inner} stands in one group of {outer} anyway"
        if unique
        else f"the same label of {inner} in two groups of {outer} means two different things"
    )
    return (
        f"{inner} within {outer}: {outer} has {n_outer} groups and {inner} has {n_pairs}; {names}."
    )


def _beside(found: Relation) -> str:
    a, b = found.a, found.b
    side = f"{a} and {b} side by side: {a} has {found.n_a} groups and {b} has {found.n_b}"
    if found.b_labels == "unique":
        return f"{side}; every label of {b} stands in one group of {a} anyway."
    return f"{side}; the same label of {b} means the same thing in every group of {a}."


def _refusal(groups: tuple[tuple[str, int], ...], n_rows: int) -> str:
    for name, count in groups:
        if count < 2:
            return f"grouping factors must have > 1 sampled level: '{name}' has only one."
    crowded = [name for name, count in groups if count >= n_rows]
    if not crowded:
        return ""
    return (
        "number of levels of each grouping factor must be < number of observations "
        f"(problems: {', '.join(crowded)})."
    )
