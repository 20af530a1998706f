"""The line-up as a script: in R with lme4, and in Python with `sim`."""

from pages._ui.line_ups import frame_of
from pages.practice._line_up.drawing import PANELS, seed_of
from pages.practice._line_up.settings import Setting
from sim.checks.line_up import LineUp
from sim.rcode import Analysis, python_data, r_data, string_constant


def _analysis(setting: Setting) -> Analysis:
    dataset, choice = setting.dataset, setting.outcome.choice
    return Analysis(
        choice.formula,
        dataset.frame,
        f"{dataset.stem}.csv",
        choice.reml,
        choice.contrasts,
        story=dataset.story,
    )


def r_script(setting: Setting, found: LineUp) -> str:
    """A script that draws a line-up of the same data, model and plot, and says where they are.

    Raises
    ------
    SimError : as `sim.rcode.r_data`.
    """
    analysis, roles = _analysis(setting), setting.dataset.roles
    reml = "TRUE" if analysis.reml else "FALSE"
    lines = [
        "# A line-up: the actual data among data simulated from the model.",
        '# It needs the package lme4: install.packages("lme4")',
        "# Save the data (CSV) of the page in R's working directory first.",
        "library(lme4)",
        "",
        *r_data(analysis),
        "",
        f"fit <- lmer({analysis.parsed().r_text},",
        f"            data = data, REML = {reml})",
        "",
        "# 19 simulations with new participants, and a place for the actual data that",
        "# nobody knows. R draws other random numbers than Python.",
        f"set.seed({setting.draw:d})",
        f"n_panels <- {PANELS:d}",
        "place <- sample(n_panels, 1)",
        "panels <- matrix(nrow = nobs(fit), ncol = n_panels)",
        'panels[, place] <- getME(fit, "y")',
        "panels[, -place] <- as.matrix(simulate(fit, nsim = n_panels - 1, re.form = NA))",
        "",
        "used <- data[rownames(model.frame(fit)), ]",
        f"who <- factor(used[[{string_constant(roles.participant)}]])",
        *_R_PLOTS[setting.plot](setting, found),
        "",
        "# Look at the panels first. Whoever finds the actual data has p = 1/20.",
        'if (interactive()) invisible(readline("Which panel is it? Then press Enter. "))',
        'cat("The actual data are in panel", place, "\\n")',
    ]
    return "\n".join(lines) + "\n"


def _r_lines(setting: Setting, found: LineUp) -> list[str]:
    roles = setting.dataset.roles
    if roles.group is None:
        kind = ["kind <- rep(1, nrow(used))"]
    else:
        kind = [f"kind <- as.integer(factor(used[[{string_constant(roles.group)}]]))"]
    if frame_of(found).straight:
        each = ["    b <- coef(lm(y[rows] ~ x[rows]))", "    at <- range(x[rows])"]
        each.append("    if (!anyNA(b)) lines(at, b[1] + b[2] * at, lty = kind[rows[1]])")
        each.append("    points(x[rows], y[rows], pch = 16, cex = 0.3)")
    else:
        each = ["    m <- tapply(y[rows], x[rows], mean)"]
        each.append('    lines(as.numeric(names(m)), m, type = "o", pch = 16, cex = 0.4,')
        each.append("          lty = kind[rows[1]])")
    return [
        f"x <- used[[{string_constant(roles.predictor)}]]",
        "if (!is.numeric(x)) x <- as.integer(factor(x))",
        *kind,
        "",
        "par(mfrow = c(4, 5), mar = c(1, 1, 2, 1))",
        "for (i in seq_len(n_panels)) {",
        "  y <- panels[, i]",
        "  # The same axes in every panel.",
        '  plot(x, y, type = "n", main = i, axes = FALSE, ann = TRUE, xlab = "", ylab = "",',
        "       xlim = range(x, na.rm = TRUE), ylim = range(panels))",
        "  box()",
        "  for (rows in split(seq_along(y), list(who, kind), drop = TRUE)) {",
        *each,
        "  }",
        "}",
    ]


def _r_means(setting: Setting, found: LineUp) -> list[str]:
    return [
        "means <- apply(panels, 2, function(y) tapply(y, who, mean))",
        "",
        "# The same axes in every panel.",
        "breaks <- seq(min(means), max(means), length.out = 15)",
        "counts <- apply(means, 2, function(m) hist(m, breaks, plot = FALSE)$counts)",
        "par(mfrow = c(4, 5), mar = c(1, 1, 2, 1))",
        "for (i in seq_len(n_panels)) {",
        '  hist(means[, i], breaks, main = i, axes = FALSE, xlab = "", ylab = "",',
        '       ylim = c(0, max(counts)), col = "steelblue", border = "white")',
        "  box()",
        "}",
    ]


def _r_residuals(setting: Setting, found: LineUp) -> list[str]:
    reml = "TRUE" if setting.outcome.choice.reml else "FALSE"
    return [
        "",
        "# The model is fitted to each panel's own data.",
        "again <- formula(fit)",
        "again[[2]] <- quote(.panel)",
        "fits <- apply(panels, 2, function(y) {",
        f"  lmer(again, data = cbind(used, .panel = y), REML = {reml})",
        "})",
        "x <- sapply(fits, fitted)",
        "y <- sapply(fits, resid)",
        "par(mfrow = c(4, 5), mar = c(1, 1, 2, 1))",
        "for (i in seq_len(n_panels)) {",
        "  # The same axes in every panel.",
        '  plot(x[, i], y[, i], main = i, axes = FALSE, xlab = "", ylab = "",',
        "       xlim = range(x), ylim = range(y), pch = 16, cex = 0.5)",
        "  abline(h = 0, lty = 2)",
        "  box()",
        "}",
    ]


_R_PLOTS = {"lines": _r_lines, "means": _r_means, "residuals": _r_residuals}

_MARKS = {
    "lines": 'mark_line(point=True).encode(\n    x={x}, y={y}, detail="participant:N"\n)',
    "means": 'mark_bar().encode(x=alt.X("x:Q").bin(maxbins=15), y="count()")',
    "residuals": "mark_point().encode(x={x}, y={y})",
}


def python_script(setting: Setting, found: LineUp) -> str:
    """A script that makes this line-up again, draws it, and says where the actual data are.

    Raises
    ------
    SimError : as `sim.rcode.python_data`.
    """
    analysis, roles = _analysis(setting), setting.dataset.roles
    is_story = analysis.story is not None
    columns = [roles.response, roles.predictor, roles.participant]
    columns += [] if roles.group is None else [roles.group]
    x = 'alt.X("x:O")' if found.x_levels else 'alt.X("x:Q").scale(zero=False)'
    marks = _MARKS[setting.plot].format(x=x, y='alt.Y("y:Q").scale(zero=False)')
    seed = ", ".join(f"{part:d}" for part in seed_of(setting))
    lines = [
        "# The same line-up in Python. Run it in the project's folder, where `sim` is.",
        "import altair as alt",
        "import numpy as np",
        *([] if is_story else ["import pandas as pd"]),
        "",
        f"from sim import {'generate, ' if is_story else ''}lmer",
        "from sim.checks.line_up import line_up",
        "from sim.scenarios import Roles",
        "",
        *python_data(analysis),
        "fit = lmer(",
        f"    {string_constant(analysis.parsed().text or str(analysis.parsed()))},",
        "    data,",
        f"    reml={analysis.reml!r},",
        f"    contrasts={string_constant(analysis.contrasts)},",
        ")",
        "# Response, predictor, participant, and the kind of participant if there are kinds.",
        f"roles = Roles({', '.join(string_constant(name) for name in columns)})",
        f"rng = np.random.default_rng([{seed}])",
        f'found = line_up(fit, data, roles, "{setting.plot}", rng, panels={PANELS:d})',
        "",
        f"chart = alt.Chart(found.rows).{marks}",
        'chart = chart.properties(width=160, height=110).facet("panel:O", columns=5)',
        'chart.save("line_up.svg")',
        "",
        "# Look at line_up.svg first. Whoever finds the actual data has p = 1/20.",
        'print("The actual data are in panel", found.actual)',
    ]
    return "\n".join(lines) + "\n"
