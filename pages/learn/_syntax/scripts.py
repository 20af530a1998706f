"""The page as a script: in R with lme4, and in Python with `sim`."""

from pages.learn._syntax.compare import Comparison
from pages.learn._syntax.reading import Reading
from sim.lmm.formula import parse_formula
from sim.rcode import Analysis, python_data, r_data, string_constant


def _analysis(reading: Reading) -> Analysis:
    source = reading.source
    assert source.frame is not None
    return Analysis(reading.text, source.frame, source.file, story=source.story)


def _r_without_data(reading: Reading) -> list[str]:
    return [
        '# What lme4 reads in this formula. It needs the package lme4: install.packages("lme4")',
        "library(lme4)",
        "",
        f"formula <- {reading.explanation.formula.r_text}",
        "print(nobars(formula))     # the fixed effects",
        "print(findbars(formula))   # the brackets, / and || written out",
    ]


def _r_plain(reading: Reading) -> list[str]:
    """A model without random effects is one for lm."""
    return [
        "# No random effects: a model for lm, nothing to install.",
        "# Save the data (CSV) of the page in R's working directory first.",
        f"data <- read.csv({string_constant(reading.source.file)}, check.names = FALSE)",
        f"fit <- lm({reading.explanation.formula.r_text}, data = data)",
        "print(summary(fit))",
        'print(attr(logLik(fit), "df"))  # how many numbers are estimated',
    ]


def _r_second(compared: Comparison) -> list[str]:
    second = compared.second
    if second.explanation.problem or not second.explanation.varying:
        return []
    return [
        "",
        "# The second formula. By maximum likelihood, the same model reaches the same value.",
        *r_data(_analysis(second)),
        f"other <- lmer({second.explanation.formula.r_text}, data = data, REML = FALSE)",
        "fit_ml <- lmer(formula, data = data, REML = FALSE)",
        "print(c(first = -2 * logLik(fit_ml), second = -2 * logLik(other)))",
    ]


def r_script(reading: Reading, compared: Comparison | None) -> str:
    """R code that reads the formula, fits it, and counts."""
    found = reading.explanation
    if reading.source.frame is None:
        return "\n".join(_r_without_data(reading)) + "\n"
    if not found.varying:
        return "\n".join(_r_plain(reading)) + "\n"
    start = _r_without_data(reading)
    start.insert(1, "# Save the data (CSV) of the page in R's working directory first.")
    lines = [*start, "", *r_data(_analysis(reading)), ""]
    if found.problem:
        lines += ["# lmer refuses this formula for these data; `try` shows its reason.",
                  "try(lmer(formula, data = data))"]  # fmt: skip
        return "\n".join(lines) + "\n"
    lines += [
        "fit <- lmer(formula, data = data)",
        "print(summary(fit))",
        f'print(attr(logLik(fit), "df"))  # how many numbers are estimated: {reading.n}',
        'Z <- getME(fit, "Z")',
        "print(dim(Z))",
        "print(image(Z))",
    ]
    if compared is not None:
        lines += _r_second(compared)
    return "\n".join(lines) + "\n"


def _python_frame(reading: Reading) -> tuple[list[str], list[str]]:
    """Imports and lines that make `data`."""
    if reading.source.frame is None:
        return [], ["data = None"]
    if not parse_formula(reading.text).brackets:
        file = string_constant(reading.source.file)
        return ["import pandas as pd", ""], [f"data = pd.read_csv({file})"]
    lines = python_data(_analysis(reading))
    if reading.source.story is None:
        return ["import pandas as pd", ""], lines
    return ["import numpy as np", ""], lines


def python_script(reading: Reading, compared: Comparison | None) -> str:
    """Python code that explains the formula and compares it with the second one."""
    imports, data = _python_frame(reading)
    names = ["equivalent", "explain"]
    if reading.source.story is not None and "generate(" in "".join(data):
        names.append("generate")
    lines = [
        "# The same explanation in Python. Run it in the project's folder, where `sim` is.",
        *imports,
        f"from sim import {', '.join(names)}",
        "",
        *data,
        f"formula = {string_constant(reading.text)}",
        "found = explain(formula, data)",
        'print("\\n".join(found.words))',
        "print(found.equation)",
        "for quantity in found.quantities:",
        '    print(quantity.name, "-", quantity.words)',
        'print(found.n_parameters, "numbers are estimated")',
        "for step in found.steps:",
        '    print(step.before, "means", step.after)',
        "print(found.problem, found.hint)",
        "if found.z is not None:",
        "    print(found.z.values.shape, found.z.columns[:4])",
    ]
    if compared is not None:
        other = string_constant(compared.second.text)
        lines += ["", f"print(equivalent(formula, {other}, data))"]
    return "\n".join(lines) + "\n"
