"""The comparison as a script, in R with lme4 and in Python with `sim`."""

import pandas as pd

from pages.learn._convergence.settings import Settings
from sim.rcode import string_constant

FILE = "convergence.csv"


def _factors(frame: pd.DataFrame) -> list[str]:
    lines = []
    for name in frame.columns:
        column = frame[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            levels = ", ".join(string_constant(str(level)) for level in column.cat.categories)
            lines += [f"data${name} <- factor(data${name}, levels = c(", f"  {levels}))"]
    return lines


def _wrap(lines: list[str]) -> list[str]:
    """Break long lists of levels after commas."""
    result = []
    for line in lines:
        while len(line) > 88:
            cut = line.rfind(", ", 0, 88) + 1
            result.append(line[:cut])
            line = f"  {line[cut:].strip()}"
        result.append(line)
    return result


def r_script(settings: Settings) -> str:
    """An R script that runs beside the CSV file, with nothing but lme4."""
    frame = settings.trouble.frame(settings.cure)
    center = "center(" in settings.formula
    lines = [
        '# One criterion, several optimisers. It needs the package lme4: install.packages("lme4")',
        "# Save the data (CSV) of the page in R's working directory first.",
        "library(lme4)",
        "",
        f'data <- read.csv("{FILE}")',
        *_wrap(_factors(frame)),
        'options(contrasts = c("contr.treatment", "contr.poly"))',
        *(["center <- function(x) x - mean(x)"] if center else []),
        f"formula <- {settings.formula}",
        "",
        "# lme4's allFit(fit) does the same; it also wants the packages dfoptim and optimx.",
        'optimizers <- c("nloptwrap", "bobyqa", "Nelder_Mead", "nlminbwrap")',
        "for (optimizer in optimizers) {",
        '  cat("\\n==", optimizer, "\\n")',
        "  tryCatch({",
        "    fit <- withCallingHandlers(",
        "      lmer(formula, data = data, control = lmerControl(optimizer = optimizer)),",
        '      warning = function(w) { cat("warning:", conditionMessage(w), "\\n")',
        '                              invokeRestart("muffleWarning") },',
        '      message = function(m) { cat("message:", conditionMessage(m))',
        '                              invokeRestart("muffleMessage") })',
        '    cat("criterion:", format(REMLcrit(fit), nsmall = 4, digits = 10), "\\n")',
        '    cat("theta:", format(getME(fit, "theta"), digits = 4), "\\n")',
        "    print(VarCorr(fit))",
        '  }, error = function(e) cat("error:", conditionMessage(e), "\\n"))',
        "}",
    ]
    return "\n".join(lines) + "\n"


def python_script(settings: Settings) -> str:
    """A Python script that runs in the project's folder."""
    cure = string_constant(settings.cure)
    lines = [
        "# The same comparison in Python. Run it in the project's folder, where `sim` is.",
        "from sim import allfit, lmer",
        "from sim.inference.troubles import TROUBLES",
        "",
        f"trouble = TROUBLES[{string_constant(settings.name)}]",
        f"data = trouble.frame({cure})",
        f"fit = lmer({string_constant(settings.formula)}, data)",
        "found = allfit(fit)",
        "print(found.frame().T.to_string())",
        "",
        "# The path of each optimiser: theta and criterion at every evaluation.",
        "for attempt in found.attempts:",
        "    print(attempt.label, attempt.path[:3], attempt.path_criterion[:3])",
    ]
    return "\n".join(lines) + "\n"
