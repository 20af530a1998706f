"""Repetitions of a study, a block at a time.

Every repetition has its own random numbers, which follow from the study's and the repetition's
number alone, and the blocks never change. So a study is the same to the last digit however many
processes work on it and however often it is looked at in between.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from sim.errors import CancelledError, DataError, SimError
from sim.inference.counting import Outcomes
from sim.inference.means import LinearTest
from sim.inference.plan import Plan, Prepared, fit_mixed, linear_tests, prepare
from sim.inference.satterthwaite import satterthwaite_many, two_sided_p, uncertainty_of
from sim.lmm.design import build_design
from sim.lmm.formula import parse_formula
from sim.lmm.refit import Refits, refit
from sim.lmm.small import Array, BoolArray
from sim.stopping import Stop

EXACT = "A model fitted every value exactly, so there was no test."
DROPPED = "The coefficient was dropped: other predictors say the same."


@dataclass(frozen=True, slots=True)
class Block:
    """The outcomes of some repetitions, one method each, and what failed how often."""

    outcomes: Mapping[str, Outcomes]
    failures: Mapping[str, int]

    @property
    def n(self) -> int:
        """How many repetitions."""
        return next(iter(self.outcomes.values())).n


def n_blocks(plan: Plan, n: int) -> int:
    """Return how many blocks n repetitions are made of."""
    return -(-n // prepare(plan).block)


def run_block(plan: Plan, block: int, n: int, stop: Stop | None = None) -> Block:
    """Make one block of repetitions of a study that is repeated n times.

    Parameters
    ----------
    block : its number; the first is 0.
    stop : asked now and then; true ends the task.

    Raises
    ------
    CancelledError : `stop` said so.
    """
    prepared = prepare(plan)
    size = prepared.block
    numbers = range(block * size, min((block + 1) * size, n))
    found = {method: Outcomes.blank(len(numbers)) for method in plan.methods}
    filled = {m: {f: getattr(o, f).copy() for f in o.__slots__} for m, o in found.items()}
    failures: Counter[str] = Counter()
    places, responses = [], []
    for place, repetition in enumerate(numbers):
        if stop is not None and stop():
            raise CancelledError("The study was stopped.")
        columns = plan.columns(repetition)
        y = None if prepared.template is None else prepared.template.response_of(columns)
        if y is not None and np.isfinite(y).all():
            places.append(place)
            responses.append(y[prepared.design.rows])
            continue
        _put(filled, [place], _alone(plan, pd.DataFrame(columns), failures))
    if places:
        Y = np.column_stack(responses)
        _put(filled, places, _together(plan, prepared, Y, failures, stop))
    return Block({m: Outcomes(**values) for m, values in filled.items()}, dict(failures))


def _put(
    filled: dict[str, dict[str, Array]], places: Sequence[int], found: Mapping[str, Outcomes]
) -> None:
    for method, outcomes in found.items():
        for name, values in filled[method].items():
            values[places] = getattr(outcomes, name)


def _alone(plan: Plan, frame: pd.DataFrame, failures: Counter[str]) -> dict[str, Outcomes]:
    """Analyse one data set with a design of its own."""
    try:
        design = build_design(parse_formula(plan.formula), frame)
        if plan.term not in design.x_names:
            raise DataError(DROPPED)
        found = _by_linear_models(linear_tests(plan, design), design.y[:, None], failures)
    except SimError as problem:
        failures.update({problem.problem: 1})
        return {}
    if "lmer" not in plan.methods:
        return found
    try:
        fit = fit_mixed(design)
    except SimError as problem:
        failures.update({problem.problem: 1})
        return found
    column = design.x_names.index(plan.term)
    estimate = np.array([fit.beta[column]])
    variance, df = uncertainty_of(fit).df(np.eye(len(fit.beta))[column])
    error = np.sqrt(variance)
    p = two_sided_p(estimate / error, df)
    singular, converged = np.array([fit.is_singular]), np.array([fit.converged])
    return found | {"lmer": Outcomes(estimate, error, df, p, singular, converged)}


def _together(
    plan: Plan, prepared: Prepared, Y: Array, failures: Counter[str], stop: Stop | None
) -> dict[str, Outcomes]:
    """Analyse many responses to one design, shape (n, B)."""
    found = _by_linear_models(prepared.tests, Y, failures)
    if "lmer" not in plan.methods:
        return found
    column = prepared.design.x_names.index(plan.term)
    refits = refit(prepared.fit, Y, stop)
    usable = np.isfinite(refits.sigma)
    if lost := int(np.count_nonzero(~usable)):
        failures.update({EXACT: lost})
    values = np.full((4, Y.shape[1]), np.nan)
    if usable.any():
        tests = satterthwaite_many(prepared.fit, Y[:, usable], _only(refits, usable))
        names = ("estimate", "std_error", "df", "p_value")
        values[:, usable] = [getattr(tests, name)[:, column] for name in names]
    estimate, error, df, p = values
    singular, converged = refits.is_singular, refits.converged
    return found | {"lmer": Outcomes(estimate, error, df, p, singular, converged)}


def _by_linear_models(
    tests: Mapping[str, LinearTest | SimError], Y: Array, failures: Counter[str]
) -> dict[str, Outcomes]:
    found = {}
    for method, test in tests.items():
        if isinstance(test, SimError):
            failures.update({test.problem: Y.shape[1]})
            continue
        found[method] = test.test(Y)
        if lost := int(np.count_nonzero(~found[method].usable)):
            failures.update({EXACT: lost})
    return found


def _only(refits: Refits, usable: BoolArray) -> Refits:
    return Refits(*(getattr(refits, field.name)[usable] for field in fields(refits)))
