"""Decide whether two formulas are one model: always, or on the data at hand."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.errors import DesignError
from sim.lmm.brackets import Bracket
from sim.lmm.design import Design, RandomBlock, build_design
from sim.lmm.expressions import Term, deparse, term_text
from sim.lmm.formula import Formula, parse_formula
from sim.lmm.small import Array
from sim.lmm.terms import Terms

_Terms = tuple[bool, frozenset[frozenset[object]]]


@dataclass(frozen=True, slots=True)
class Equivalence:
    """Whether two formulas are the same model.

    Attributes
    ----------
    always : the same on all data, because they only differ in how they are written.
    on_data : the same on the data given; None without data, or where one cannot be fitted.
    reason : why, or the first difference.
    """

    always: bool
    on_data: bool | None
    reason: str


def equivalent(
    formula_a: str | Formula, formula_b: str | Formula, data: pd.DataFrame | None = None
) -> Equivalence:
    """Compare two formulas.

    Two formulas are the same model if they give every response the same likelihood: the same
    fixed effects, up to how their columns are coded, and the same random effects, up to the
    names of the groups.

    Parameters
    ----------
    data : where the formulas would be fitted; without it only what is always true is said.

    Raises
    ------
    FormulaError : a formula cannot be read, or names a column that is not in the data.
    DataError : the data cannot be used.
    """
    a = parse_formula(formula_a) if isinstance(formula_a, str) else formula_a
    b = parse_formula(formula_b) if isinstance(formula_b, str) else formula_b
    difference = _difference(a, b)
    if not difference:
        how = "They are written alike." if str(a) == str(b) else "They expand to the same terms."
        return Equivalence(True, None if data is None else True, how)
    if data is None:
        return Equivalence(False, None, difference)
    try:
        designs = build_design(a, data), build_design(b, data)
    except DesignError as problem:
        return Equivalence(False, None, f"{difference} On these data: {problem.problem}")
    same, reason = _same_on_data(*designs)
    return Equivalence(False, same, reason or difference)


def _difference(a: Formula, b: Formula) -> str:
    """The first difference in what the formulas are made of; empty if there is none."""
    if a.response != b.response:
        return f"The responses differ: {a.response_text} and {b.response_text}."
    if _normal(a.fixed) != _normal(b.fixed):
        return _terms_difference(a.fixed, b.fixed, "fixed effect")
    ours, theirs = _brackets(a), _brackets(b)
    if ours == theirs:
        return ""
    groups = [*dict.fromkeys(frozenset(x.group) for x in (*a.brackets, *b.brackets))]
    for group in groups:
        mine = [x for x in a.brackets if frozenset(x.group) == group]
        other = [x for x in b.brackets if frozenset(x.group) == group]
        if found := _group_difference(mine, other):
            return found
    return "Their brackets differ."


def _normal(terms: Terms) -> _Terms:
    return terms.intercept, frozenset(frozenset(term) for term in terms.terms)


def _brackets(formula: Formula) -> Counter[tuple[frozenset[str], _Terms]]:
    return Counter((frozenset(x.group), _normal(x.terms)) for x in formula.brackets)


def _terms_difference(a: Terms, b: Terms, what: str) -> str:
    if a.intercept != b.intercept:
        return f"The {_which(a.intercept)} has an intercept among its {what}s, the other has not."
    ours, theirs = _normal(a)[1], _normal(b)[1]
    extra: list[tuple[bool, Term]] = [(True, t) for t in a.terms if frozenset(t) not in theirs]
    extra += [(False, t) for t in b.terms if frozenset(t) not in ours]
    first, term = extra[0]
    return f"The {_which(first)} has the {what} {term_text(term)}, the other has not."


def _which(first: bool) -> str:
    return "first" if first else "second"


def _group_difference(a: list[Bracket], b: list[Bracket]) -> str:
    if not a or not b:
        name = (a or b)[0].group_name
        return f"The {_which(bool(a))} has random effects by {name}, the other has not."
    ours, theirs = _pieces(a), _pieces(b)
    for first, mine, other in ((True, ours, theirs), (False, theirs, ours)):
        for piece in mine:
            if piece not in other:
                return (
                    f"The {_which(first)} has {mine[piece]} by {a[0].group_name}, "
                    "the other has not."
                )
    together = [{frozenset(_pieces([x])) for x in brackets} for brackets in (a, b)]
    if together[0] == together[1]:
        return ""
    first = max(map(len, together[0])) >= max(map(len, together[1]))
    return (
        f"The {_which(first)} lets the random effects by {a[0].group_name} be correlated, "
        "the other takes them as unrelated."
    )


def _pieces(brackets: list[Bracket]) -> dict[object, str]:
    """What varies between groups, and in words."""
    pieces: dict[object, str] = {}
    for bracket in brackets:
        if bracket.terms.intercept:
            pieces["1"] = "a random intercept"
        for term in bracket.terms.terms:
            names = ":".join(deparse(factor) for factor in term)
            pieces[frozenset(term)] = f"a random effect of {names}"
    return pieces


def _same_on_data(a: Design, b: Design) -> tuple[bool, str]:
    """Whether two designs are one model, and why; an empty reason: the formulas' own difference."""
    if not np.array_equal(a.rows, b.rows):
        return False, "They use different rows, because of missing values in different columns."
    if not np.allclose(a.y, b.y, rtol=1e-12):
        return False, ""
    if not _same_columns(a.X, b.X):
        return False, ""
    reasons = []
    if set(a.x_names) != set(b.x_names):
        reasons.append("the columns of the fixed effects can be computed from each other")
    left = list(b.blocks)
    for block in a.blocks:
        twin = next((other for other in left if _same_block(block, other)), None)
        if twin is None:
            return False, ""
        left.remove(twin)
        reasons += _block_reasons(block, twin)
    if left:
        return False, ""
    why = ", and ".join(dict.fromkeys(reasons)) or "their columns and groups are the same"
    return True, f"The same on these data, because {why}."


def _same_block(a: RandomBlock, b: RandomBlock) -> bool:
    return _same_partition(a, b) and _same_columns(a.columns, b.columns)


def _same_partition(a: RandomBlock, b: RandomBlock) -> bool:
    pairs = np.unique(a.codes.astype(np.int64) * len(b.levels) + b.codes)
    return len(pairs) == len(a.levels) == len(b.levels)


def _same_columns(a: Array, b: Array) -> bool:
    """Whether two matrices of full column rank span the same space."""
    if a.shape != b.shape:
        return False
    scaled = b / np.sqrt(np.sum(b**2, axis=0))
    basis = np.linalg.qr(a / np.sqrt(np.sum(a**2, axis=0)))[0]
    return bool(np.abs(scaled - basis @ (basis.T @ scaled)).max(initial=0.0) < 1e-8)


def _block_reasons(a: RandomBlock, b: RandomBlock) -> list[str]:
    reasons = []
    if a.group != b.group:
        short, long = sorted((a.group, b.group), key=len)
        reasons.append(
            f"every level of {short} has its own name, so that {short} and {long} divide the rows "
            "in the same way"
        )
    if a.names != b.names:
        reasons.append(
            f"{a.text} and {b.text} describe the same covariances, one by levels and one by "
            "differences"
        )
    return reasons
