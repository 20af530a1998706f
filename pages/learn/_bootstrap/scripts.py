"""The same bootstrap as a script, in R with boot and lme4 and in Python with `sim`."""

from pages.learn._bootstrap.draws import Request
from pages.learn._bootstrap.settings import SCHEMES, World
from sim.rcode import Analysis, Story, python_data, r_data, string_constant

FILE = "bootstrap.csv"


def _analysis(world: World, story: bool) -> Analysis:
    setting = world.setting
    source = Story(setting.story, world.seed, world.parameters) if story else None
    return Analysis(setting.formula, world.frame, file=FILE, story=source)


def r_script(world: World, request: Request) -> str:
    """An R script that runs beside the CSV file, with boot and lme4."""
    setting = world.setting
    formula = world.fit.design.formula.r_text
    effect, participant = string_constant(setting.effect), string_constant(setting.participant)
    lines = [
        '# Four bootstraps of one effect. Packages: install.packages(c("lme4", "boot"))',
        "# Save the data (CSV) of the page in R's working directory first.",
        "# R draws other random numbers than Python, so the last digits differ.",
        "library(lme4)",
        "library(boot)",
        "",
        *r_data(_analysis(world, story=False)),
        "",
        f"B <- {request.n:d}  # lmer needs about 0.03 seconds for each",
        f"level <- {request.level:g}",
        f"effect <- {effect}",
        f"with_lm <- function(d) coef(lm({setting.linear}, data = d))[effect]",
        f"with_lmer <- function(d) fixef(lmer({formula}, data = d))[effect]",
        "",
        "# Rows, whoever they belong to.",
        "lm_rows <- function(d, i) with_lm(d[i, ])",
        "lmer_rows <- function(d, i) with_lmer(d[i, ])",
        "",
        "# Participants with all their rows; who is drawn twice counts as two.",
        f"people <- split(data, data[[{participant}]])",
        "lmer_people <- function(d, i) {",
        "  drawn <- Map(function(rows, name) {",
        f"    rows[[{participant}]] <- factor(name)",
        "    rows",
        "  }, people[i], seq_along(i))",
        "  with_lmer(do.call(rbind, drawn))",
        "}",
        "",
        "show <- function(title, b, L) {",
        '  cat("\\n==", title, "\\n")',
        '  print(boot.ci(b, conf = level, type = c("norm", "basic", "perc", "bca"), L = L))',
        "}",
        "left_out <- function(d, statistic) {",
        '  empinf(data = d, statistic = statistic, type = "jack", stype = "i")',
        "}",
        "",
        f"set.seed({request.draw:d})",
        'show("lm: rows", boot(data, lm_rows, R = B), left_out(data, lm_rows))',
        'show("lmer: rows", boot(data, lmer_rows, R = B), left_out(data, lmer_rows))',
        "L <- left_out(seq_along(people), lmer_people)",
        'show("lmer: participants", boot(seq_along(people), lmer_people, R = B), L)',
        "",
        "# The model: new participants from the fit. In lme4 before 1.1-34, refit() inside",
        "# bootMer() takes a wrong number of degrees of freedom for REML.",
        f"fit <- lmer({formula}, data = data)",
        "model <- bootMer(fit, function(f) fixef(f)[effect], nsim = B)",
        "print(model)  # with the messages, counted",
        'show("lmer: the model", model, L)',
    ]
    return "\n".join(lines) + "\n"


def python_script(world: World, request: Request) -> str:
    """A Python script that runs in the project's folder and prints what the page shows."""
    setting = world.setting
    effect = string_constant(setting.effect)
    runs = [
        f"    ({string_constant(s.title)}, {'fit_lm' if s.linear else 'fit'}, "
        f"{string_constant(s.kind)}, {s.number:d}),"
        for s in SCHEMES
    ]
    lines = [
        "# The same bootstraps in Python. Run it in the project's folder, where `sim` is.",
        "import numpy as np",
        "",
        "from sim import generate, lm, lmer",
        "from sim.inference.bootstrap import bootstrap",
        "from sim.inference.intervals import INTERVAL_KINDS, intervals",
        "",
        *python_data(_analysis(world, story=True)),
        f"fit_lm = lm({string_constant(setting.linear)}, data)",
        f"fit = lmer({string_constant(setting.formula)}, data)",
        "",
        "runs = [",
        *runs,
        "]",
        "for title, model, kind, number in runs:",
        f"    rng = np.random.default_rng([{request.draw:d}, number])",
        f"    draws = bootstrap(model, kind, {request.n:d}, rng)",
        "    print(title, *draws.messages)",
        "    for name in INTERVAL_KINDS:",
        f"        found = intervals(draws, name, level={request.level!r}).loc[{effect}]",
        '        print(f"  {name}: {found.conf_low:.4f} to {found.conf_high:.4f}")',
    ]
    return "\n".join(lines) + "\n"
