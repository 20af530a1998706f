"""Why the picture looks as it does, in words that depend on what is on the screen."""

from dataclasses import dataclass

import numpy as np

from pages._data.dataset import Dataset
from pages._ui.words import code, listed, number, plain
from sim.checks.statistics import STATISTICS, Check
from sim.lmm.expressions import Term, names_in
from sim.lmm.fit import Fit
from sim.lmm.formula import Bracket
from sim.scenarios import SCENARIOS
from sim.tables import quoted

# Slopes that differ by less than this share of a residual SD look parallel.
PARALLEL = 1e-4
NEARLY_ZERO = 1e-4
UNUSUAL = 0.05


@dataclass(frozen=True, slots=True)
class Tilt:
    """How much the participants' lines differ in steepness.

    Parameters
    ----------
    fitted : SD of the slopes of the fitted lines, response per unit of the predictor.
    check : the same of the actual data among that of simulated data sets.
    """

    fitted: float
    check: Check


def fitted_tilt(dataset: Dataset, fit: Fit) -> float:
    """SD of the fitted lines' slopes.

    Raises
    ------
    StatisticUnavailable : participants have no slopes to compare.
    """
    used = dataset.frame.iloc[np.asarray(fit.design.rows)]
    return float(STATISTICS["slope_sd"].compute(fit.fitted[:, None], used, dataset.roles)[0])


def are_parallel(tilt: Tilt, fit: Fit) -> bool:
    """Whether the fitted lines look parallel."""
    return tilt.fitted <= PARALLEL * max(fit.sigma, tilt.check.actual)


def _participant_brackets(dataset: Dataset, fit: Fit) -> list[Bracket]:
    brackets = fit.design.formula.brackets
    return [bracket for bracket in brackets if bracket.group == (dataset.roles.participant,)]


def _sds(dataset: Dataset, fit: Fit) -> dict[str, float]:
    """SD of each random effect of the participants, by lme4's name of the term."""
    table = fit.varcorr
    own = table["grp"].astype(str).str.replace(r"\.\d+$", "", regex=True)
    rows = table[(own == dataset.roles.participant) & table["var2"].isna() & table["var1"].notna()]
    return dict(zip(rows["var1"].astype(str), rows["sdcor"].astype(float), strict=True))


def participant_sd(dataset: Dataset, fit: Fit) -> float | None:
    """The estimated SD of the participants' intercepts; None without such a random effect."""
    return _sds(dataset, fit).get("(Intercept)")


def _unit(dataset: Dataset, value: float) -> str:
    unit = dataset.roles.units.get(dataset.roles.response, "")
    return f"{number(value)} {unit}".strip()


def _simulated_slopes(tilt: Tilt) -> str:
    usable = tilt.check.simulated[np.isfinite(tilt.check.simulated)]
    low, high = np.quantile(usable, [0.05, 0.95])
    return (
        f"In nine of ten simulated data sets the SD of the slopes is {number(float(low))} to "
        f"{number(float(high))}, in the actual data it is {number(tilt.check.actual)}."
    )


def _is_noise_enough(tilt: Tilt, dataset: Dataset, fit: Fit) -> str:
    beside = _simulated_slopes(tilt)
    rows = dataset.frame.iloc[np.asarray(fit.design.rows)]
    if rows[dataset.roles.participant].value_counts().max() <= 2:
        # The estimated noise is then made of nothing but these slopes.
        return (
            f"{beside} But from two measurements of each {code(dataset.roles.participant)} nobody "
            "can tell slopes of their own from noise: this model calls all of it noise."
        )
    if tilt.check.p_upper <= UNUSUAL:
        x, who = quoted(dataset.roles.predictor), quoted(dataset.roles.participant)
        return (
            f"{beside} The actual lines differ more than noise alone makes them differ, so "
            f"participants may have slopes of their own: try {code(f'(1 + {x} | {who})')}."
        )
    if tilt.check.p_lower <= UNUSUAL:
        return f"{beside} The actual lines differ less than this model believes."
    return f"{beside} So noise alone is enough to explain why the actual lines are not parallel."


def _same_lines(dataset: Dataset, bracket: str, others: str) -> str:
    who = code(dataset.roles.participant)
    first = f"{bracket} would give every {who} a level of their own, but its SD is estimated as 0."
    if others:
        return f"{first} Where the fitted lines differ all the same, it comes from {others}."
    return f"{first} So everybody gets the same fitted line, and they lie on top of each other."


def _other_sources(dataset: Dataset, fit: Fit) -> str:
    """What else moves fitted lines: other brackets and predictors; empty if nothing does."""
    formula = fit.design.formula
    brackets = [b.group_name for b in formula.brackets if b.group != (dataset.roles.participant,)]
    fixed = [name for name in formula.fixed.variables if name != dataset.roles.predictor]
    return (
        listed([code(name) for name in dict.fromkeys((*brackets, *fixed))])
        if (brackets or fixed)
        else ""
    )


def _simulated_value(dataset: Dataset, fit: Fit, others: str, has_level: bool) -> str:
    """What a simulated value adds up."""
    x, who = dataset.roles.predictor, code(dataset.roles.participant)
    parts = [f"the level of its {who}" if has_level else "the average"]
    if x in fit.design.formula.fixed.variables:
        parts.append(f"the effect of {code(x)}")
    if others:
        parts.append(f"what {others} {'add' if ' and ' in others else 'adds'}")
    return f"A simulated value is the sum of {listed([*parts, 'fresh noise'])}"


def _level_only(dataset: Dataset, fit: Fit, tilt: Tilt, sds: dict[str, float]) -> list[str]:
    who, others = dataset.roles.participant, _other_sources(dataset, fit)
    bracket = code(f"(1 | {quoted(who)})")
    has_level = sds["(Intercept)"] > NEARLY_ZERO * fit.sigma
    if not has_level:
        first = _same_lines(dataset, bracket, others)
    else:
        first = (
            f"{bracket} gives every {code(who)} one number, which moves the whole line up or down "
            "and never tilts it."
        )
        if are_parallel(tilt, fit):
            first += " All fitted lines share the same slope."
        elif others and not _with_interaction(dataset, fit):
            first += f" The lines drawn here tilt a little because {others} differs along them."
    lines = (
        "the actual lines of one group" if _with_interaction(dataset, fit) else "the actual lines"
    )
    noise = (
        f"To this model, {lines} are not parallel only because every single measurement has noise "
        f"of its own: it estimates the SD of the noise as {_unit(dataset, fit.sigma)}. "
        "The simulated lines are not parallel for the same reason. "
        f"{_simulated_value(dataset, fit, others, has_level)}; the fitted lines are shown without "
        "that noise."
    )
    return [first, noise, _is_noise_enough(tilt, dataset, fit)]


def _own_slopes(dataset: Dataset, tilt: Tilt, sds: dict[str, float], parallel: bool) -> list[str]:
    slopes = {term: sd for term, sd in sds.items() if term != "(Intercept)"}
    level = "a level and " if len(slopes) < len(sds) else ""
    who, x = dataset.roles.participant, dataset.roles.predictor
    spread = ", ".join(f"{code(term)} {number(sd)}" for term, sd in slopes.items())
    if parallel:
        return [
            f"The model lets every {code(who)} have a slope of their own over {code(x)}, but the "
            f"SD of these slopes is estimated as 0 ({spread}). So the lines are parallel all the "
            "same."
        ]
    shrunk = ""
    if tilt.fitted < 0.98 * tilt.check.actual:
        shrunk = (
            f"The fitted slopes differ less than those of the actual lines (SD "
            f"{number(tilt.fitted)} against {number(tilt.check.actual)}): every line is pulled "
            "towards the average line, the more so the less is known about that participant."
        )
    return [
        f"The bracket gives every {code(who)} {level}a slope of their own. "
        f"The estimated SD of the slopes: {spread}.",
        shrunk,
        f"The simulated lines get slopes from that same bell curve, and noise on top. "
        f"{_simulated_slopes(tilt)}",
    ]


def _no_bracket(dataset: Dataset, fit: Fit) -> list[str]:
    who = dataset.roles.participant
    groups = ", ".join(code(bracket.group_name) for bracket in fit.design.formula.brackets)
    return [
        f"This model has no bracket for {code(who)} alone; its random effects belong to {groups}. "
        f"Whatever the lines of a {code(who)} have in common comes from there."
    ]


def names_in_term(term: Term) -> set[str]:
    """Columns a term of the formula uses."""
    return {name.name for part in term for name in names_in(part)}


def _with_interaction(dataset: Dataset, fit: Fit) -> bool:
    """Whether the slope over the axis depends on another predictor."""
    together = [term for term in fit.design.formula.fixed.terms if len(term) > 1]
    return any(dataset.roles.predictor in names_in_term(term) for term in together)


def _predictor_words(dataset: Dataset, fit: Fit, own_slope: bool) -> str:
    x = dataset.roles.predictor
    fixed = fit.design.formula.fixed
    if x not in fixed.variables and not own_slope:
        return f"{code(x)} is not in the model, so it believes that nothing changes along the axis."
    if _with_interaction(dataset, fit):
        return (
            f"The interaction with {code(x)} gives the groups slopes of their own: fitted lines of "
            "the same group are parallel, those of different groups need not be."
        )
    return ""


def parallel_question(parallel: bool | None) -> str:
    """The lecture's question, as it fits the picture."""
    if parallel:
        return "Why are the fitted lines parallel, and the others not?"
    return "Why are the fitted lines not parallel?" if parallel is False else "What the model says"


def parallel_words(dataset: Dataset, fit: Fit, tilt: Tilt | None) -> list[str]:
    """Paragraphs that answer it, with the numbers on the screen; Markdown."""
    brackets = _participant_brackets(dataset, fit)
    x = dataset.roles.predictor
    own_slope = any(x in bracket.terms.variables for bracket in brackets)
    extra = _predictor_words(dataset, fit, own_slope)
    if not brackets:
        words = _no_bracket(dataset, fit)
    elif tilt is None:
        who = code(dataset.roles.participant)
        words = [f"Each fitted line joins what the model expects of one {who}."]
    else:
        sds = _sds(dataset, fit)
        if own_slope:
            words = _own_slopes(dataset, tilt, sds, are_parallel(tilt, fit))
        elif "(Intercept)" in sds:
            words = _level_only(dataset, fit, tilt, sds)
        else:
            words = _no_bracket(dataset, fit)
    return [part for part in (*words, extra) if part]


def repair_words(dataset: Dataset, first: Fit, now: Fit) -> str:
    """How the participants' SD and the residual SD changed from the first suggested model."""
    before, after = participant_sd(dataset, first), participant_sd(dataset, now)
    if before is None or after is None:
        return ""
    moved = "falls" if after < 0.9 * before else "rises" if after > 1.1 * before else "stays near"
    noise = number(first.sigma), number(now.sigma)
    sigma = f"the residual SD goes from {noise[0]} to {noise[1]}"
    if noise[0] == noise[1]:
        sigma = f"the residual SD stays {noise[0]}"
    formula = code(plain_formula(first))
    ending = f"from {number(before)} to {number(after)}"
    if moved == "stays near":
        ending = f"{number(before)} ({number(after)} now)"
    return f"Compared with {formula}, the participant SD {moved} {ending}; {sigma}."


def plain_formula(fit: Fit) -> str:
    """The formula as R writes it."""
    return fit.design.formula.r_text


def who_words(dataset: Dataset, fit: Fit, kinds: tuple[str, ...]) -> str:
    """What new and the same participants mean here; empty for new ones alone."""
    who = code(dataset.roles.participant)
    if "same" not in kinds:
        return ""
    same = (
        f"With the same participants every {who} keeps the estimated line, and only the noise is "
        "new. Such data look like the actual ones even where the model is wrong about people, "
        "because their lines were estimated from the actual data."
    )
    if "new" not in kinds:
        return same
    sds = listed([f"{code(term)} {number(sd)}" for term, sd in _sds(dataset, fit).items()])
    drawn = f" (SD {sds})" if sds else ""
    own = (dataset.roles.participant,)
    others = [b.group_name for b in fit.design.formula.brackets if b.group != own]
    too = listed([code(name) for name in dict.fromkeys(others)])
    also = f" {too} {'is' if len(set(others)) == 1 else 'are'} drawn anew too." if others else ""
    return (
        f"New participants get their lines from the estimated bell curve{drawn}: that shows what "
        f"the model believes about people.{also} {same}"
    )


def lesson_words(dataset: Dataset) -> str:
    """The story's point, or how to look at one's own data."""
    if dataset.lesson:
        at_start = SCENARIOS[dataset.name].complete({})
        is_moved = SCENARIOS[dataset.name].complete(dataset.parameters) != at_start
        note = "*You have moved true values; this is about those the story starts with.*\n\n"
        return (note if is_moved else "") + plain(dataset.lesson)
    return (
        "Hold the simulated data beside the actual data. Are the lines spread as widely, as "
        "evenly, as steeply? Is a line alone, or are there two bundles? Wherever the two pictures "
        "differ every time you simulate again, the model believes something that your data do not "
        "show."
    )
