"""Tables of tests as R prints them."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.lmm.rformat import break_formula, format_numbers, round_number, string_matrix, zap_small

_DIGITS = 5  # print.anova's: getOption("digits") - 2
_P_DIGITS = 4
_SMALLEST = 2.220446049250313e-16
_STARS = ((0.001, "***"), (0.01, "**"), (0.05, "*"), (0.1, "."), (math.inf, " "))
_LEGEND = "Signif. codes:  0 ‘***’ 0.001 ‘**’ 0.01 ‘*’ 0.05 ‘.’ 0.1 ‘ ’ 1"


def anova_lines(table: pd.DataFrame, data_name: str, formulas: Sequence[str]) -> list[str]:
    """Write a comparison of models as lme4 prints it.

    Parameters
    ----------
    table : as in `likelihood.Comparison`.
    data_name : what the head calls the data.
    formulas : of the rows, as R prints them.

    Source
    ------
    R 4.2, `print.anova` and `printCoefmat`; lme4 1.1-31, `anova.merMod`.
    """
    names = [str(name) for name in table.index]
    head = [f"Data: {data_name}", "Models:"]
    for name, formula in zip(names, formulas, strict=True):
        head += [f"{name}: {line}" for line in break_formula(formula)]
    columns = [_column(table[name].to_numpy(dtype=float), str(name)) for name in table]
    titles = [str(name) for name in table]
    p = table.iloc[:, -1].to_numpy(dtype=float)
    starred = bool(np.any(p < 0.1))
    if starred:
        marks = [_stars(value) for value in p]
        width = max(len(mark) for mark in marks)
        columns.append([mark.ljust(width) for mark in marks])
        titles.append("")
    cells = [[column[i] for column in columns] for i in range(len(names))]
    lines = [*head, *string_matrix(names, titles, cells, right=True)]
    return [*lines, "---", _LEGEND] if starred else lines


def _column(values: np.ndarray, name: str) -> list[str]:
    known = [float(v) for v in values if not math.isnan(v)]
    if name.startswith("Pr("):
        texts = p_values(known)
    elif name == "Chisq":
        texts = format_numbers([round_number(v, _P_DIGITS) for v in known], _DIGITS)
    elif name in ("Df", "npar"):
        texts = [f"{v:.0f}" for v in known]
    else:
        texts = format_numbers(zap_small(known, _DIGITS), _DIGITS)
    left = iter(texts)
    return ["" if math.isnan(v) else next(left) for v in values]


def p_values(values: Sequence[float], digits: int = _P_DIGITS) -> list[str]:
    """Format p-values as R's `format.pval`: small ones by themselves, tiny ones as a bound."""
    known = [v for v in values if v >= _SMALLEST]
    fixed = [v for v in known if v == 0 or math.floor(math.log10(v)) >= -3]
    small = [v for v in known if v not in fixed]
    texts = dict(zip(fixed, format_numbers(fixed, digits), strict=True)) if fixed else {}
    texts |= dict(zip(small, format_numbers(small, digits), strict=True)) if small else {}
    bound = max(1, digits - 2)
    if known:
        width = max(len(texts[v]) for v in known)
        if bound > 1 and bound + 6 > width:
            bound = max(1, width - 7)
        gap = "" if bound == 1 and width <= 6 else " "
    else:
        gap = "" if bound == 1 else " "
    below = f"<{gap}{format_numbers([_SMALLEST], bound)[0]}"
    return [texts.get(v, below) for v in values]


def _stars(p: float) -> str:
    if math.isnan(p):
        return ""
    return next(mark for bound, mark in _STARS if p <= bound)
