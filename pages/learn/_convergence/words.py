"""What happened, and which warnings matter, in words that change with the screen."""

import numpy as np

from pages._ui.words import code, count, listed, number, plain
from pages.learn._convergence.results import Verdict, judge, n_reached, says_singular
from pages.learn._convergence.settings import Settings
from sim.inference.allfit import AllFit, Attempt, estimates

TINY = 1e-4  # of the largest SD: zero on the screen


def _names(attempts: list[Attempt]) -> str:
    return listed([attempt.label for attempt in attempts])


def _of(found: AllFit, *verdicts: Verdict) -> list[Attempt]:
    return [a for a in found.attempts if judge(a, found) in verdicts]


def arrived(found: AllFit) -> str:
    """How many found the lowest point."""
    n, reached = len(found.attempts), n_reached(found)
    lowest = f"the lowest criterion, **{found.best:.3f}**"
    if reached == n:
        return f"All {n} optimisers found {lowest}."
    return f"**{reached} of {n}** optimisers found {lowest}."


def what_happened(settings: Settings, found: AllFit) -> list[str]:
    """Three to five sentences on this screen, as paragraphs; Markdown."""
    words = [arrived(found) + _misses(found)]
    if not settings.cure:
        words.append(_reason(settings.name))
        if settings.name != "singular":
            words.append(f"R: {plain(settings.trouble.lme4)}")
    return [word for word in words if word]


def _misses(found: AllFit) -> str:
    missed = [a for a in found.attempts if not a.reached and not a.failure]
    failed = _of(found, "failed")
    parts = []
    if missed:
        worst = max(missed, key=lambda a: a.excess)
        who = f": {worst.label} stands" if len(missed) > 1 else ","
        parts.append(
            f" {_names(missed)} stopped too early{who} {number(worst.excess)} above the lowest "
            f"point{_wrong_estimate(found, worst)}."
        )
    if failed:
        parts.append(f" {_names(failed)} gave no answer: {_lower(failed[0].failure)}")
    return "".join(parts)


def _lower(text: str) -> str:
    return plain(text[:1].lower() + text[1:])


def _wrong_estimate(found: AllFit, attempt: Attempt) -> str:
    """The estimate that is most wrong, beside the right one."""
    assert attempt.fit is not None
    wrong, right = estimates(attempt.fit), estimates(found.attempts[0].fit or found.fit)
    off = {
        name: abs(np.log((abs(wrong[name]) + 1e-9 * scale) / (abs(scale) + 1e-300)))
        for name, scale in right.items()
        if np.isfinite(scale) and scale != 0 and np.isfinite(wrong[name]) and name in _sds(right)
    }
    if not off:
        return ""
    name = max(off, key=lambda key: off[key])
    return (
        f", and estimates {code(name)} as {number(wrong[name])} where {number(right[name])} is best"
    )


def _sds(values: dict[str, float]) -> list[str]:
    """Names of SDs: a correlation has the name of two terms."""
    return [name for name in values if name == "sigma" or values[name] > 0]


def _reason(name: str) -> str:
    return {
        "none": "Nobody stumbles: start and lowest point are near each other, and the ground "
        "between them is an even bowl. Look how few steps Newton needs, which knows the slope "
        "and the curvature exactly, and how many the others need, which have to feel for them.",
        "seconds": "The start is the same for everybody: every SD equals the residual SD. For a "
        "slope per second that is a hundred thousand times too much. There the ground is flat "
        "and far from the valley, and steps that suit one theta are far too long for the other.",
        "milliseconds": "From such a start the sums in the computer lose all their digits. "
        "Newton goes on here because this site scales the columns before it searches.",
        "year": "Everybody's line is pinned to the year 0, so level and slope must change "
        "together: the valley is long and very narrow. An optimiser that walks across it sees "
        "steep walls, makes tiny steps and believes it has arrived.",
        "reference": "While it is calm people hardly differ, so theta 1 is small. A step that is "
        "a little too long ends on the boundary, theta 1 = 0. The slope there is always zero, "
        "and whoever lands there may believe to have arrived.",
        "correlation": "The lowest point lies on a boundary: the estimated correlation is "
        "exactly 1. Boundaries are hard for optimisers: one may be taken for another.",
        "singular": "The lowest point is at the left end, theta 1 = 0. There is nothing to the "
        "left of it: an SD cannot be negative.",
    }[name]


def cure_words(settings: Settings, before: AllFit, after: AllFit) -> str:
    """What a cure changed; Markdown."""
    cure = settings.trouble.cures[settings.cure]
    n, was, now = len(after.attempts), n_reached(before), n_reached(after)
    start = f"Before: {was} of {n} found the lowest point. Now: **{now} of {n}**."
    if cure.same_model:
        return (
            f"{start} It is the same model: the residual SD is "
            f"{number(before.fit.sigma, 4)} before and {number(after.fit.sigma, 4)} now, and every "
            "fitted value is the same. Slopes are told in another unit, and REML then adds a "
            "constant to the criterion."
            if before.fit.criterion != after.fit.criterion
            else f"{start} It is the same model with the same criterion."
        )
    rise = after.fit.criterion - before.fit.criterion
    less = len(before.fit.theta) - len(after.fit.theta)
    verdict = (
        "Such a rise says that the correlation was needed."
        if rise > 3.84 * less
        else "Such a rise is what leaving out a correlation of zero costs by chance alone."
    )
    return (
        f"{start} It is another model, with {count(less, 'theta', 'theta')} less; its best "
        f"criterion is {number(rise)} higher. {verdict}"
    )


def boundary_words(found: AllFit) -> list[str]:
    """Which component is on the boundary, and what that means; Markdown."""
    fit = found.fit
    zero, perfect = boundary_components(found)
    if not fit.is_singular:
        falsely = [a for a in found.attempts if says_singular(a)]
        words = ["The best fit is **not singular**: no SD is 0, no correlation is +1 or -1."]
        if falsely:
            small = [a for a in falsely if a.reached]
            lost = [a for a in falsely if not a.reached]
            if lost:
                words.append(
                    f"But {_names(lost)} stopped where lme4 says “boundary (singular) fit”. Here "
                    "that misleads: nothing is wrong with the data, the search got lost. Only "
                    "another optimiser, or a better scale, shows the difference."
                )
            if small:
                words.append(
                    f"lme4 would call even the right answer of {_names(small)} singular, because "
                    "it compares theta with 0.0001 whatever the unit. In this unit every theta of "
                    "a slope is that small."
                )
        return words
    words = []
    for group, term in zero:
        words.append(
            f"The SD of {code(term)} between levels of {code(group)} hit the boundary: it is "
            "**exactly 0**. Beyond the noise, the data give no sign that they differ in it."
        )
    for group, one, two, value in perfect:
        words.append(
            f"The correlation of {code(one)} and {code(two)} between levels of {code(group)} hit "
            f"the boundary: it is **exactly {value:+.0f}**. As far as these data can tell, one "
            "follows from the other; they are too few to tell more."
        )
    ends = listed([*(["0"] if zero else []), *(f"{value:+.0f}" for *_, value in perfect[:1])])
    words.append(
        "That is a legal answer and here the best one: the fixed effects may be reported. Say "
        f"that the fit is singular, and do not read the {ends} as a finding. A simpler bracket "
        "gives nearly the same criterion."
    )
    return words


def boundary_components(
    found: AllFit,
) -> tuple[list[tuple[str, str]], list[tuple[str, str, str, float]]]:
    """SDs that are zero and correlations that are perfect, with their groups and terms."""
    table = found.fit.varcorr
    zero, perfect = [], []
    for row in table.to_dict("records"):
        if row["var1"] is None:
            continue
        value = float(row["sdcor"])
        if row["var2"] is None and value < TINY * found.fit.sigma:
            zero.append((str(row["grp"]), str(row["var1"])))
        elif row["var2"] is not None and abs(value) > 1 - TINY:
            perfect.append((str(row["grp"]), str(row["var1"]), str(row["var2"]), value))
    return zero, perfect


def warning_words(found: AllFit) -> list[str]:
    """Is a warning a verdict? What this table says; Markdown."""
    alarms, caught = _of(found, "false alarm"), _of(found, "warned")
    silent, failed = _of(found, "silent"), _of(found, "failed")
    saying = [a for a in _of(found, "right") if says_singular(a)]
    words = []
    if alarms:
        words.append(
            f"**A warning does not make an answer wrong.** {_names(alarms)} "
            f"{'is' if len(alarms) == 1 else 'are'} at the lowest point, and lme4 would warn all "
            "the same: a false alarm."
        )
    if found.fit.is_singular and saying:
        words.append(
            "**A singular fit is not a wrong fit.** The message is true here: the lowest point is "
            f"on the boundary, and lme4 would say so of {_names(saying)}."
        )
    if caught:
        loud = [a for a in caught if a.success]
        more = (
            f" {_names(loud)} even reported success: an optimiser only knows that it cannot get "
            "on, not that it has arrived."
            if loud
            else ""
        )
        words.append(
            f"**Nor is a warning harmless.** {_names(caught)} missed the lowest point, so these "
            f"estimates must not be used.{more}"
        )
    if failed:
        words.append(
            f"**No answer is an honest answer.** {_names(failed)} could not compute anything; "
            "there is nothing to be misled by, and the scale of the predictor is the first suspect."
        )
    if silent:
        words.append(f"**Silence proves nothing.** {_names(silent)} missed it without a warning.")
    if not words:
        words.append("Nobody warns, all agree: there is nothing to worry about here.")
    return words


RULES = (
    "**What to do with a warning**, in this order:\n\n"
    "1. Look at the predictors: centre and scale what is large or far from zero, and choose a "
    "sensible reference level. That changes no conclusion and cures most warnings.\n"
    "2. Fit with several optimisers. Same criterion (to 0.001 or so) and same estimates: a false "
    "alarm. Different ones: only the lowest criterion can be right.\n"
    "3. Ask whether the data can tell all that the model asks for: a singular fit, or a "
    "correlation of 1, says no. Drop the correlation, or the slope, and say that you did.\n"
    "4. Do not report estimates of a fit that another optimiser beats."
)
