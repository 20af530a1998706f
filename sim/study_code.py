"""A repeated study as a script: a loop with lmerTest in R, and `repeat_study` in Python."""

from collections.abc import Sequence

import numpy as np

from sim.errors import ScenarioError
from sim.inference.means import LinearTest
from sim.inference.plan import Plan, prepare, true_value
from sim.lmm.formula import parse_formula
from sim.rcode import string_constant
from sim.scenarios import SCENARIOS, Value


def r_study_code(plan: Plan, n: int) -> str:
    """Write an R script that repeats the study with lmerTest.

    Parameters
    ----------
    n : repetitions.

    Returns
    -------
    A script that runs as it stands: it draws the data, fits, tests, and prints the shares with
    their Monte-Carlo intervals. Texts from outside stand in it only as string constants.

    Raises
    ------
    ScenarioError : a scenario that is only known in Python.
    """
    scenario = plan.scenario
    if not scenario.r_draw:
        known = (name for name, other in SCENARIOS.items() if other.r_draw)
        raise ScenarioError(
            f"The scenario '{scenario.name}' has no R code.",
            f"There is some for {', '.join(known)}.",
        )
    formula = parse_formula(plan.formula)
    unit = _slope_unit(plan)
    return "\n".join(
        [
            '# The same study in R. It needs the package lmerTest: install.packages("lmerTest")',
            "# R draws other random numbers than Python: expect the same up to the intervals.",
            "library(lmerTest)",
            "set.seed(1)",
            "",
            f"n <- {n:d}",
            f"alpha <- {plan.alpha!r}",
            *_wrapped("truth <- list(", [f"{k} = {_r_value(v)}" for k, v in plan.parameters]),
            "",
            "draw <- function(truth) with(truth, {",
            scenario.r_draw,
            "})",
            "",
            "analyse <- function(data) {",
            f"  fit <- suppressMessages(lmer({formula.r_text},",
            "                               data = data))",
            f"  found <- summary(fit)$coefficients[{string_constant(plan.term)}, ]",
            *_r_slopes(plan, unit),
            "  c(estimate = found[[1]], error = found[[2]], df = found[[3]], p = found[[5]],",
            "    singular = isSingular(fit)" + (", p_means = p_means)" if unit else ")"),
            "}",
            "",
            "failed <- function(problem) {",
            "  message(conditionMessage(problem))",
            f"  rep(NA, {6 if unit else 5})",
            "}",
            "results <- t(replicate(n, tryCatch(analyse(draw(truth)), error = failed)))",
            "results <- as.data.frame(results)",
            "",
            *_r_report(plan, bool(unit)),
        ]
    )


def _r_slopes(plan: Plan, unit: str) -> list[str]:
    if not unit:
        return []
    return [
        f"  # One number for each {unit}, and a t-test on them.",
        f"  x <- model.matrix(fit)[, {string_constant(plan.term)}]",
        '  y <- getME(fit, "y")',
        f"  rows <- split(seq_along(y), data[[{string_constant(unit)}]])",
        "  slopes <- sapply(rows, function(i) cov(x[i], y[i]) / var(x[i]))",
        "  p_means <- t.test(slopes)$p.value",
    ]


def _r_report(plan: Plan, means: bool) -> list[str]:
    truth = _truth_text(plan)
    lines = [
        "# A share with its Monte-Carlo interval (Wilson).",
        "share <- function(label, hits) {",
        "  hits <- hits[!is.na(hits)]",
        "  test <- suppressWarnings(prop.test(sum(hits), length(hits), correct = FALSE))",
        '  cat(sprintf("%-28s %.3f  (%.3f to %.3f)\\n", label,',
        "              mean(hits), test$conf.int[1], test$conf.int[2]))",
        "}",
        'share("significant, lmer", results$p <= alpha)',
    ]
    if means:
        lines.append('share("significant, on means", results$p_means <= alpha)')
    if truth is not None:
        lines += [
            f"true_value <- {truth}",
            "half <- qt(1 - alpha / 2, results$df) * results$error",
            'share("interval holds the truth", abs(results$estimate - true_value) <= half)',
            'cat("bias", mean(results$estimate - true_value, na.rm = TRUE), "\\n")',
        ]
    lines += [
        'share("singular fits", results$singular == 1)',
        'share("failed", is.na(results$p))',
        "",
    ]
    return lines


def _slope_unit(plan: Plan) -> str:
    """Return the grouping factor whose levels give one slope each, by one predictor only."""
    prepared = prepare(plan)
    X, unit = prepared.design.X, plan.scenario.roles.participant
    test = prepared.tests.get(unit)
    block = next((b for b in prepared.design.blocks if b.group == unit), None)
    if not isinstance(test, LinearTest) or block is None or test.X.shape[1] != 1:
        return ""
    sizes = np.bincount(block.codes)
    means = np.stack([np.bincount(block.codes, column) / sizes for column in X.T], axis=1)
    varies = np.abs(X - means[block.codes]).max(axis=0) > 1e-10
    column = prepared.design.x_names.index(plan.term)
    return unit if varies[column] and varies.sum() == 1 else ""


def _truth_text(plan: Plan) -> str | None:
    value = true_value(plan)
    return None if value is None else f"{value:.15g}"


def _r_value(value: Value) -> str:
    return string_constant(value) if isinstance(value, str) else f"{value:.15g}"


def _wrapped(start: str, items: Sequence[str]) -> list[str]:
    lines = [start + items[0]]
    for item in items[1:]:
        lines[-1] += ","
        if len(lines[-1]) + len(item) > 78:
            lines.append("             ")
        lines[-1] += f" {item}"
    lines[-1] += ")"
    return lines


def python_study_code(plan: Plan, n: int, seed: Sequence[int]) -> str:
    """Write a Python script that repeats the study with `sim`, with the same random numbers.

    Parameters
    ----------
    n : repetitions.
    seed : what the plan's rng was made from.
    """
    values = [f"        {name}={value!r}," for name, value in plan.parameters]
    methods = ", ".join(string_constant(method) for method in plan.methods)
    return "\n".join(
        [
            "# The same study in Python. Run it in the project's folder, where `sim` is.",
            "import numpy as np",
            "",
            "from sim.study import repeat_study",
            "",
            "study = repeat_study(",
            f"    {string_constant(plan.scenario.name)},",
            f"    {string_constant(plan.formula)},",
            f"    {n:d},",
            f"    np.random.default_rng([{', '.join(f'{part:d}' for part in seed)}]),",
            "    parameters=dict(",
            *values,
            "    ),",
            f"    term={string_constant(plan.term)},",
            f"    alpha={plan.alpha!r},",
            f"    methods=[{methods}],",
            ")",
            "print(study.table().to_string())",
            "print(study.failures)",
            "",
        ]
    )
