"""Decide whether two formulas are one model: always, or on the data at hand."""

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
_Key = tuple[frozenset[str], _Terms]


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
    names of the groups. Other columns for the same fixed effects (f or 0 + f) shift the REML
    criterion by a constant; the ML criterion and everything estimated stay.

    Parameters
    ----------
    data : where the formulas would be fitted; without it only what is always true is said.

    Raises
    ------
    FormulaError : a formula cannot be read, or names a column that is not in the data.
    DataError : the data cannot be used.
    """
    a = formula_a if isinstance(formula_a, Formula) else parse_formula(formula_a)
    b = formula_b if isinstance(formula_b, Formula) else parse_formula(formula_b)
    difference = _difference(a, b)
    how = "" if difference else _alike(a, b)
    if data is None:
        return Equivalence(not difference, None, difference or how)
    try:
        designs = build_design(a, data), build_design(b, data)
    except DesignError as problem:
        reason = f"{difference or how} On these data: {problem.problem}"
        return Equivalence(not difference, None, reason)
    if not difference:
        return Equivalence(True, True, how)
    same, reason = _same_on_data(*designs)
    return Equivalence(False, same, reason or difference)


def _alike(a: Formula, b: Formula) -> str:
    """Why two formulas are always the same."""
    if str(a) == str(b):
        return "Written out, they are the same."
    idle = [text for formula in (a, b) for text in _idle(formula)]
    return "They expand to the same terms" + "".join(f", and {text}" for text in idle) + "."


def _difference(a: Formula, b: Formula) -> str:
    """The first difference in what the formulas are made of; empty if there is none."""
    if a.response != b.response:
        return f"The responses differ: {a.response_text} and {b.response_text}."
    if _normal(a.fixed) != _normal(b.fixed):
        return _terms_difference(a.fixed, b.fixed, "fixed effect")
    ours, theirs = _needed(a), _needed(b)
    if set(ours) == set(theirs):
        return ""
    groups = dict.fromkeys(group for group, _ in (*ours, *theirs))
    differences = (
        _group_difference(
            [bracket for (own, _), bracket in ours.items() if own == group],
            [bracket for (own, _), bracket in theirs.items() if own == group],
        )
        for group in groups
    )
    return next(filter(None, differences))


def _normal(terms: Terms) -> _Terms:
    return terms.intercept, frozenset(frozenset(term) for term in terms.terms)


def _key(bracket: Bracket) -> _Key:
    return frozenset(bracket.group), _normal(bracket.terms)


def _part_of(small: _Key, large: _Key) -> bool:
    """Whether a bracket describes nothing that another one does not.

    True if it has the same groups and some of the terms: a sum of two covariance matrices of
    which one is a special case of the other is no more than the other.
    """
    (group, (intercept, terms)), (other, (has_intercept, others)) = small, large
    return group == other and intercept <= has_intercept and terms <= others


def _needed(formula: Formula) -> dict[_Key, Bracket]:
    """The brackets that are not part of another one."""
    found = {_key(bracket): bracket for bracket in formula.brackets}
    return {
        key: bracket
        for key, bracket in found.items()
        if not any(key != other and _part_of(key, other) for other in found)
    }


def _idle(formula: Formula) -> list[str]:
    """Name the brackets that add nothing to others."""
    needed = _needed(formula)
    return [
        f"{bracket.text} adds nothing to {large.text}"
        for bracket in formula.brackets
        for key, large in needed.items()
        if bracket is not large and _part_of(_key(bracket), key)
    ]


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
    sides = ((True, a, _pieces(b)), (False, b, _pieces(a)))
    for first, mine, theirs in sides:
        for piece, words in _pieces(mine).items():
            if piece not in theirs:
                return (
                    f"The {_which(first)} has {words} by {mine[0].group_name}, the other has not."
                )
    for first, mine, other in ((True, a, b), (False, b, a)):
        for bracket in mine:
            pieces = _pieces([bracket])
            if not any(pieces.keys() <= _pieces([x]).keys() for x in other):
                return (
                    f"The {_which(first)} lets {' and '.join(pieces.values())} by "
                    f"{bracket.group_name} be correlated, the other takes them as unrelated."
                )
    return ""


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
    if np.abs(a.y - b.y).max() > 1e-12 * np.abs(a.y).max():
        return False, ""
    if not _same_columns(a.X, b.X):
        return False, ""
    reasons = []
    if a.formula.response != b.formula.response:
        reasons.append("the responses have the same values")
    if {*a.x_names, *a.x_dropped} != {*b.x_names, *b.x_dropped}:
        reasons.append("the columns of the fixed effects can be computed from each other")
    ours, idle = _needed_blocks(a.blocks)
    theirs, more = _needed_blocks(b.blocks)
    for block in ours:
        twin = next((other for other in theirs if _same_block(block, other)), None)
        if twin is None:
            return False, ""
        theirs.remove(twin)
        reasons += _block_reasons(block, twin)
    if theirs:
        return False, ""
    why = ", and ".join(dict.fromkeys([*reasons, *idle, *more]))
    return (
        True,
        f"The same on these data, because {why or 'their columns and groups are the same'}.",
    )


def _needed_blocks(blocks: tuple[RandomBlock, ...]) -> tuple[list[RandomBlock], list[str]]:
    """The blocks that are not part of another one, and words for those that are."""
    needed: list[RandomBlock] = []
    idle = []
    # The widest first: only they can contain others.
    for block in sorted(blocks, key=lambda block: -block.columns.shape[1]):
        large = next((other for other in needed if _block_part_of(block, other)), None)
        if large is None:
            needed.append(block)
        else:
            idle.append(f"{block.text} adds nothing to {large.text}")
    return needed, idle


def _block_part_of(small: RandomBlock, large: RandomBlock) -> bool:
    if not _same_partition(small, large):
        return False
    if _contains(large.columns, small.columns):
        return True
    # The sign of a group's only effect is its own affair: -1 and 1 between groups are 1 and 1.
    single = small.columns.shape[1] == large.columns.shape[1] == 1
    return single and _contains(_unsigned(large), _unsigned(small))


def _unsigned(block: RandomBlock) -> Array:
    """The only column of a block, its first number other than zero positive in every group."""
    column = block.columns[:, 0]
    rows = np.flatnonzero(column)
    groups, first = np.unique(block.codes[rows], return_index=True)
    sign = np.ones(len(block.levels))
    sign[groups] = np.sign(column[rows[first]])
    flipped: Array = block.columns * sign[block.codes, None]
    return flipped


def _same_block(a: RandomBlock, b: RandomBlock) -> bool:
    return _block_part_of(a, b) and _block_part_of(b, a)


def _same_partition(a: RandomBlock, b: RandomBlock) -> bool:
    pairs = np.unique(a.codes.astype(np.int64) * len(b.levels) + b.codes)
    return len(pairs) == len(a.levels) == len(b.levels)


def _same_columns(a: Array, b: Array) -> bool:
    """Whether two matrices span the same space."""
    return _contains(a, b) and _contains(b, a)


def _contains(large: Array, small: Array) -> bool:
    """Whether every column of one matrix can be computed from those of another, of any rank."""
    large, small = (m / np.sqrt(np.sum(m**2, axis=0)) for m in (large, small))
    basis, root = np.linalg.qr(large)
    left, sizes, _ = np.linalg.svd(root)
    basis = basis @ left[:, sizes > 1e-10 * sizes.max(initial=0.0)]
    return bool(np.abs(small - basis @ (basis.T @ small)).max(initial=0.0) < 1e-8)


def _block_reasons(a: RandomBlock, b: RandomBlock) -> list[str]:
    reasons = []
    if a.group != b.group:
        short, long = sorted((a.group, b.group), key=len)
        own = f"every label of {short} stands for one group, so that "
        reasons.append(
            f"{own if short in long.split(':') else ''}{short} and {long} divide the rows in the "
            "same way"
        )
    if not _same_columns(a.columns, b.columns):
        reasons.append(f"{a.text} and {b.text} differ in nothing but the sign within some groups")
    elif a.names != b.names:
        reasons.append(f"the columns of {a.text} and {b.text} can be computed from each other")
    return reasons
