"""Everything about a repeated study that is known before its first repetition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd

from sim.arguments import check_alpha, check_rng
from sim.errors import DataError, ScenarioError, SimError, did_you_mean
from sim.inference.matching import Template, make_template
from sim.inference.means import LinearTest, rows_test, unit_test
from sim.lmm.design import Design, build_design
from sim.lmm.fit import Fit, fit_design
from sim.lmm.formula import parse_formula
from sim.scenarios import SCENARIOS, Scenario, Value, find_scenario
from sim.scenarios.scenario import Columns

SHARED_BLOCK = 100  # repetitions of one design, fitted side by side
SINGLE_BLOCK = 10  # repetitions that are fitted one after the other
_TRIES = 5  # data sets tried before a model is said not to fit the scenario


@dataclass(frozen=True, slots=True)
class Plan:
    """A study to be repeated; equal plans give equal studies.

    Parameters
    ----------
    scenario, parameters : where the data come from, every parameter with its value.
    formula : of lmer, fitted by REML.
    term : the coefficient that is tested.
    alpha : of the tests.
    methods : "lmer" (t-test with Satterthwaite's df), "rows" (lm on single rows), or the name of
        a grouping factor (t-test on one number for each of its levels).
    entropy : where all random numbers come from.
    """

    scenario: Scenario
    parameters: tuple[tuple[str, Value], ...]
    formula: str
    term: str
    alpha: float
    methods: tuple[str, ...]
    entropy: tuple[int, ...]

    def columns(self, repetition: int) -> Columns:
        """Draw the columns of one repetition's data; the first repetition is 0."""
        seed = np.random.SeedSequence(self.entropy, spawn_key=(repetition,))
        drawn = self.scenario.draw(np.random.default_rng(seed), **dict(self.parameters))
        return {str(name): column for name, column in drawn.items()}

    def data(self, repetition: int) -> pd.DataFrame:
        """Draw the data of one repetition as a frame."""
        return pd.DataFrame(self.columns(repetition))


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What the repetitions of a plan share.

    Parameters
    ----------
    fit : of the first data set that could be fitted.
    template : its data; None if every response has to be computed.
    tests : of the methods without a mixed model; the reason where one is not defined.
    block : how many repetitions are made at a time.
    """

    fit: Fit
    template: Template | None
    tests: Mapping[str, LinearTest | SimError]
    block: int

    @property
    def design(self) -> Design:
        """Return the design of the example that the plan was made with."""
        return self.fit.design


def plan_study(
    scenario: str | Scenario,
    formula: str,
    rng: np.random.Generator,
    *,
    parameters: Mapping[str, Value] | None = None,
    term: str | None = None,
    alpha: float = 0.05,
    methods: Sequence[str] = ("lmer",),
) -> Plan:
    """Check everything about a study before it is repeated.

    Parameters
    ----------
    scenario : key of `SCENARIOS`, or a scenario.
    formula : for lmer.
    rng : four numbers are drawn from it; everything else follows from them.
    parameters : true values; the others have their defaults.
    term : the coefficient to test, named as lme4 names it; by default the scenario's predictor.
    alpha, methods : as in `Plan`.

    Raises
    ------
    ScenarioError : an unknown scenario or parameter, or data that are never drawn anew.
    FormulaError, DataError, DesignError, LimitError : as in `lmer`.
    DataError : an alpha, term or method that does not exist, or `rng` is not a generator.
    """
    if not isinstance(scenario, Scenario):
        scenario = find_scenario(scenario)
    if not scenario.parameters:
        raise ScenarioError(
            f"The data of '{scenario.name}' are fixed: every repetition would be the same.",
            f"Choose one of {', '.join(n for n, s in SCENARIOS.items() if s.parameters)}.",
        )
    check_alpha(alpha)
    check_rng(rng)
    values = scenario.complete(parameters or {})
    entropy = tuple(int(x) for x in rng.integers(0, 2**32, 4))
    methods = tuple(dict.fromkeys(methods))
    plan = Plan(scenario, tuple(values.items()), formula, "", alpha, methods, entropy)
    design = prepare(plan).design
    _check_methods(methods, design)
    return replace(plan, term=_tested(term, scenario, design.x_names))


def _check_methods(methods: Sequence[str], design: Design) -> None:
    known = ["lmer", "rows", *dict.fromkeys(block.group for block in design.blocks)]
    for method in methods:
        if method not in known:
            raise DataError(
                f"There is no method '{method}'.",
                f"There are {', '.join(known)}.{did_you_mean(method, known)}",
            )
    if not methods:
        raise DataError("No method was asked for.", f"There are {', '.join(known)}.")


def _tested(term: str | None, scenario: Scenario, names: Sequence[str]) -> str:
    if term is not None:
        if term not in names:
            raise DataError(
                f"The model has no coefficient '{term}'.",
                f"It has {', '.join(names)}.{did_you_mean(term, names)}",
            )
        return term
    start = scenario.roles.predictor
    others = [name for name in names if name != "(Intercept)"]
    return next((name for name in others if name.startswith(start)), (*others, names[0])[0])


@lru_cache(maxsize=32)
def prepare(plan: Plan) -> Prepared:
    """Fit the first data set that can be fitted, for the others to follow.

    Raises
    ------
    FormulaError, DataError, DesignError, LimitError : as in `lmer`, if no data set can be fitted.
    """
    formula = parse_formula(plan.formula)
    for repetition in range(_TRIES):
        columns = plan.columns(repetition)
        try:
            design = build_design(formula, pd.DataFrame(columns))
            fit = fit_mixed(design)
        except SimError:
            if repetition == _TRIES - 1:
                raise
            continue
        break
    tests = linear_tests(plan, design) if plan.term else {}
    template = make_template(formula, columns)
    other = plan.columns(repetition + 1)
    alike = template is not None and template.response_of(other) is not None
    return Prepared(fit, template, tests, SHARED_BLOCK if alike else SINGLE_BLOCK)


def fit_mixed(design: Design) -> Fit:
    """Fit by REML.

    Raises
    ------
    DataError : the model has no random effects.
    DesignError, LimitError : as in `lmer`.
    """
    if not design.blocks:
        raise DataError("The model has no random effects.", "Add one, such as (1 | participant).")
    return fit_design(design)


def linear_tests(plan: Plan, design: Design) -> dict[str, LinearTest | SimError]:
    """Return the test of each method without a mixed model, or why there is none."""
    column = design.x_names.index(plan.term)
    tests: dict[str, LinearTest | SimError] = {}
    for method in plan.methods:
        if method == "lmer":
            continue
        try:
            if method == "rows":
                tests[method] = rows_test(design.X, column)
            else:
                codes = next(b.codes for b in design.blocks if b.group == method)
                tests[method] = unit_test(design.X, column, codes, method)
        except SimError as problem:
            tests[method] = problem
    return tests


def true_value(plan: Plan) -> float | None:
    """Return the true value of the coefficient that is tested, where it has one."""
    truth = plan.scenario.truth(**dict(plan.parameters))
    names = prepare(plan).design.x_names
    return None if truth is None else truth.beside(names).fixef.get(plan.term)


def effect_parameter(plan: Plan) -> str | None:
    """Return the parameter that is the true value of the tested coefficient, if there is one.

    Set to 0 it takes the effect away, and every rejection becomes an error.
    """
    names = prepare(plan).design.x_names
    values = dict(plan.parameters)
    for parameter in plan.scenario.parameters:
        if parameter.kind == "choice" or not parameter.minimum <= 0 <= parameter.maximum:
            continue
        found = []
        for value in (0.0, parameter.step):
            kind = int if parameter.kind == "int" else float
            truth = plan.scenario.truth(**{**values, parameter.name: kind(value)})
            known = {} if truth is None else truth.beside(names).fixef
            found.append(known.get(plan.term, np.nan))
        if np.allclose(found, [0.0, parameter.step], rtol=1e-9, atol=1e-12):
            return parameter.name
    return None
