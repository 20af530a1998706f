"""The same lines as scripts: in R with lme4, in Python with `sim`."""

from pages.learn._pooling.settings import Study
from sim.pooling import Pooling
from sim.rcode import Analysis, python_data, r_data, string_constant


def _analysis(study: Study, pooling: Pooling) -> Analysis:
    dataset = study.dataset
    return Analysis(
        formula=pooling.fit.design.formula,
        data=dataset.frame,
        file=f"{dataset.stem}.csv",
        story=dataset.story,
    )


def r_script(study: Study, pooling: Pooling, gone: tuple[int, ...]) -> str:
    """An R script that runs as it stands beside the CSV."""
    formula = pooling.fit.design.formula
    x = pooling.measured.terms[1]
    line = f"{formula.response_text} ~ {x}"
    who = f"data[[{string_constant(study.dataset.roles.participant)}]]"
    taken = []
    if gone:
        rows = ", ".join(str(k + 1) for k in gone)
        taken = [
            "# The observations that were taken away on the page.",
            f"data <- data[-c({rows}), ]",
        ]
    lines = [
        "# Complete, no and partial pooling in R. It needs the package lme4:",
        '# install.packages("lme4")',
        "# Save the data (CSV) of the page in R's working directory first.",
        "library(lme4)",
        "",
        *r_data(_analysis(study, pooling)),
        *taken,
        "",
        "# Complete pooling: one line for everybody.",
        f"print(coef(lm({line}, data = data)))",
        "",
        "# No pooling: a line for each participant. One observation has no slope: NA.",
        f"people <- split(data, {who}, drop = TRUE)",
        f"own <- t(sapply(people, function(d) coef(lm({line}, data = d))))",
        "print(own)",
        "",
        "# Partial pooling.",
        f"fit <- lmer({formula.r_text},",
        "            data = data)",
        "print(summary(fit))",
        f"partial <- coef(fit)[[{string_constant(study.dataset.roles.participant)}]]",
        "print(partial)",
        "",
        "# How far the estimates spread.",
        "print(apply(own, 2, sd, na.rm = TRUE))",
        "print(apply(partial, 2, sd))",
        "",
        "# Arrows from no pooling to partial pooling.",
        'plot(rbind(own, as.matrix(partial[, colnames(own)])), type = "n")',
        "arrows(own[, 1], own[, 2], partial[rownames(own), colnames(own)[1]],",
        '       partial[rownames(own), colnames(own)[2]], length = 0.08, col = "red")',
        "text(own, rownames(own), pos = 3, cex = 0.7)",
    ]
    return "\n".join(lines) + "\n"


def python_script(study: Study, pooling: Pooling, percent: int, gone: tuple[int, ...]) -> str:
    """A Python script that runs as it stands in the project's folder."""
    analysis = _analysis(study, pooling)
    own, roles = analysis.story is None, study.dataset.roles
    names = [string_constant(n) for n in (roles.response, roles.predictor, roles.participant)]
    taken = []
    if gone:
        rows = ", ".join(map(str, gone))
        taken = [
            "# The observations that were taken away on the page.",
            f"data = data.drop(index=data.index[[{rows}]])",
        ]
    lines = [
        "# Complete, no and partial pooling. Run it in the project's folder, where `sim` is.",
        *(["import pandas as pd"] if own else ["import numpy as np"]),
        "",
        f"from sim import {'pool' if own else 'generate, pool'}, pooling_path",
        "",
        *python_data(analysis),
        *taken,
        f"lines = pool(data, {', '.join(names)}, {string_constant(pooling.varying)})",
        "print(lines.complete)",
        "print(lines.own)",
        "print(lines.partial)",
        "print(lines.spread)  # SD of the estimates",
        "print(lines.own_weight)",
    ]
    both = "lines" if pooling.varying == "both" else f"pool(data, {', '.join(names)})"
    lines += [
        "",
        f"# {percent}% pooling: 0 is no pooling, 50 the fit, 100 complete pooling.",
        f"path = pooling_path({both}, [{1 - percent / 100:g}])",
        "print(path.fixef[0], path.own_weight[0])",
    ]
    return "\n".join(lines) + "\n"
