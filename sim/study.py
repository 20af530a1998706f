"""Repeat a whole study under a scenario and a model, and count what its test says."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import repeat
from multiprocessing import get_context

import numpy as np
import pandas as pd

from sim.errors import CancelledError, LimitError, ScenarioError, shown
from sim.inference.counting import Outcomes, Study
from sim.inference.plan import Plan, plan_study, true_value
from sim.inference.repetition import Block, n_blocks, run_block
from sim.limits import MAX_REPLICATES
from sim.scenarios import Scenario, Value
from sim.stopping import Stop

MAX_SIZES = 40  # points of a power curve
MAX_WORKERS = 16

Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class PowerCurve:
    """The same study at several sizes.

    Parameters
    ----------
    parameter : what is varied, "participants" for most scenarios.
    studies : value of the parameter -> study.
    """

    parameter: str
    studies: Mapping[int, Study]

    def table(self, method: str = "lmer") -> pd.DataFrame:
        """Return the power at every size with its 95% Monte-Carlo interval.

        Returns
        -------
        Columns: the parameter, estimate, conf_low, conf_high, n.
        """
        rows = []
        for size, study in self.studies.items():
            rate = study.of(method).rejected
            rows.append((size, rate.estimate, *rate.interval(), rate.n))
        names = [self.parameter, "estimate", "conf_low", "conf_high", "n"]
        return pd.DataFrame(rows, columns=names)


def repeat_study(
    scenario: str | Scenario,
    formula: str,
    n: int,
    rng: np.random.Generator,
    *,
    parameters: Mapping[str, Value] | None = None,
    term: str | None = None,
    alpha: float = 0.05,
    methods: Sequence[str] = ("lmer",),
    workers: int = 1,
    stop: Stop | None = None,
    report: Report | None = None,
) -> Study:
    """Draw data from a scenario, fit, and test, n times.

    Parameters
    ----------
    scenario : key of `SCENARIOS`, or a scenario.
    formula : for lmer, fitted by REML and tested with Satterthwaite's degrees of freedom.
    rng : the same rng gives the same study, whatever the number of workers.
    parameters : true values; the others have their defaults.
    term : the coefficient to test, named as lme4 names it; by default the scenario's predictor.
    alpha : two-sided; the intervals have level 1 - alpha.
    methods : "lmer"; "rows" for lm on single rows; the name of a grouping factor for the t-test
        on one number for each of its levels (by-participant ANOVA). All see the same data.
    workers : processes. With several, a script must stand under `if __name__ == "__main__"`.
    stop : asked now and then; true ends the task.
    report : called as report(done, n) after every block of repetitions.

    Raises
    ------
    ScenarioError : an unknown scenario or parameter, or data that are never drawn anew.
    FormulaError, DataError, DesignError : the model cannot be fitted to the first data sets. What
        fails later is counted in the study.
    LimitError : more repetitions or workers than this server accepts.
    CancelledError : `stop` said so.
    """
    check_repetitions(n)
    plan = plan_study(
        scenario, formula, rng, parameters=parameters, term=term, alpha=alpha, methods=methods
    )
    blocks = []
    for block in _blocks(plan, n, workers, stop):
        blocks.append(block)
        if report is not None:
            report(sum(block.n for block in blocks), n)
    return gather(plan, n, blocks)


def check_repetitions(n: int) -> None:
    """Refuse what is no number of repetitions, or too many.

    Raises
    ------
    LimitError : not a whole number from 1 to the limit.
    """
    whole = isinstance(n, int | np.integer) and not isinstance(n, bool)
    if not whole or not 1 <= n <= MAX_REPLICATES:
        shown = f"{n:,}" if whole and abs(n) < 10**15 else "That"
        raise LimitError(
            f"{shown} repetitions were asked for; this server makes 1 to {MAX_REPLICATES:,}.",
            "Ask for fewer: the Monte-Carlo interval says how exact the answer is.",
        )


def _blocks(plan: Plan, n: int, workers: int, stop: Stop | None) -> Iterator[Block]:
    numbers = range(n_blocks(plan, n))
    if not isinstance(workers, int) or not 1 <= workers <= MAX_WORKERS:
        raise LimitError(
            f"{shown(workers)} workers were asked for.",
            f"Choose a whole number from 1 to {MAX_WORKERS}.",
        )
    if workers == 1:
        for number in numbers:
            yield run_block(plan, number, n, stop)
        return
    # Fresh processes: a forked one could inherit a lock of a thread that it does not have.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for block in pool.map(run_block, repeat(plan), numbers, repeat(n)):
            if stop is not None and stop():
                pool.shutdown(wait=False, cancel_futures=True)
                raise CancelledError("The study was stopped.")
            yield block


def gather(plan: Plan, n: int, blocks: Sequence[Block]) -> Study:
    """Put blocks of repetitions together, all of them or those that are there.

    Parameters
    ----------
    n : repetitions asked for.
    blocks : in order, the first one first.
    """
    failures: Counter[str] = Counter()
    for block in blocks:
        failures.update(block.failures)
    return Study(
        scenario=plan.scenario.name,
        formula=plan.formula,
        term=plan.term,
        truth=true_value(plan),
        alpha=plan.alpha,
        asked=n,
        outcomes={
            method: Outcomes.joined([block.outcomes[method] for block in blocks])
            for method in plan.methods
        },
        failures=dict(failures),
    )


def size_parameter(scenario: Scenario) -> str:
    """Return the parameter that says how many participants (or else schools) there are.

    Raises
    ------
    ScenarioError : there is none.
    """
    names = [parameter.name for parameter in scenario.parameters]
    for name in ("participants", f"{scenario.roles.participant}s"):
        if name in names:
            return name
    raise ScenarioError(
        f"Scenario '{scenario.name}' has no number of participants.",
        f"Its parameters are {', '.join(names)}." if names else "Its data are fixed.",
    )


def resized(plan: Plan, parameter: str, size: int) -> Plan:
    """Return the same study with another number of participants and its own random numbers.

    Raises
    ------
    ScenarioError : a size outside the parameter's range.
    """
    values = plan.scenario.complete({**dict(plan.parameters), parameter: size})
    # Four numbers are the study's own; the size is the fifth, so no two sizes share their noise.
    return replace(plan, parameters=tuple(values.items()), entropy=(*plan.entropy[:4], int(size)))


def power_curve(
    scenario: str | Scenario,
    formula: str,
    sizes: Sequence[int],
    n: int,
    rng: np.random.Generator,
    *,
    parameters: Mapping[str, Value] | None = None,
    term: str | None = None,
    alpha: float = 0.05,
    methods: Sequence[str] = ("lmer",),
    parameter: str | None = None,
    stop: Stop | None = None,
    report: Callable[[PowerCurve], None] | None = None,
) -> PowerCurve:
    """Repeat a study at several numbers of participants, n times each.

    Parameters
    ----------
    sizes : numbers of participants; a size gives the same study whatever the others are.
    parameter : what to vary; by default the number of participants.
    report : called with the curve so far, after each round of a block at every size.
    others : as in `repeat_study`.

    Raises
    ------
    LimitError : more sizes or repetitions than this server accepts.
    Others : as in `repeat_study`.
    """
    check_repetitions(n)
    if not 1 <= len(sizes) <= MAX_SIZES:
        raise LimitError(f"{len(sizes)} sizes were asked for.", f"Choose 1 to {MAX_SIZES} of them.")
    plan = plan_study(
        scenario, formula, rng, parameters=parameters, term=term, alpha=alpha, methods=methods
    )
    varied = parameter or size_parameter(plan.scenario)
    plans = {int(size): resized(plan, varied, int(size)) for size in sorted(set(sizes))}
    found: dict[int, list[Block]] = {size: [] for size in plans}
    curve = PowerCurve(varied, {})
    for number in range(max(n_blocks(one, n) for one in plans.values())):
        for size, one in plans.items():
            if number < n_blocks(one, n):
                found[size].append(run_block(one, number, n, stop))
        curve = PowerCurve(
            varied, {size: gather(one, n, found[size]) for size, one in plans.items()}
        )
        if report is not None:
            report(curve)
    return curve
