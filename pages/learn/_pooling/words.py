"""Why some lines move more than others, in words that follow the picture."""

import numpy as np

from pages._ui.words import code, count, listed, number, plain
from pages.learn._pooling.predict import moves
from pages.learn._pooling.settings import Study
from sim.pooling import Pooling


def _model(pooling: Pooling) -> str:
    formula = pooling.fit.design.formula.r_text
    if pooling.varying == "both":
        what = "intercepts and slopes may differ between participants"
    elif pooling.varying == "intercepts":
        what = "only intercepts may differ, so the red lines are parallel"
    else:
        what = "only slopes may differ, so the red lines leave from one point"
    return f"**The model** behind the red lines: {code(formula)}. In it, {what}."


def _average(study: Study, pooling: Pooling) -> str:
    complete, fixef = pooling.complete.iloc[1], float(pooling.fit.fixef.iloc[1])
    text = (
        f"**The average** of complete pooling has a slope of {number(complete, 4)}, that of "
        f"partial pooling {number(fixef, 4)}."
    )
    if complete * fixef < 0:
        return (
            f"{text} They point in **opposite directions**: one line for all rows mixes "
            "differences between participants with changes within each of them."
        )
    return f"{text} Complete pooling counts rows, partial pooling weighs participants."


def _most(study: Study, pooling: Pooling) -> str:
    far = moves(study, pooling).dropna()
    if far.empty:
        return "**Nobody** has a line of their own: every participant was measured at one place."
    name, least = str(far.idxmax()), str(far.idxmin())
    n, usual = int(study.counts[name]), float(study.counts.median())
    weight = float(pooling.own_weight[name])
    if n < usual:
        reason = (
            f"{count(n, 'observation')} are soon outvoted: their own data weigh only "
            f"{number(weight, 2)}"
        )
    elif pooling.varying != "both":
        same = "slope" if pooling.varying == "intercepts" else "intercept"
        reason = f"this model gives everybody the same {same}, and theirs is far from it"
    else:
        reason = (
            f"with {count(n, 'observation')} they have as many data as others, but their line lies "
            "far from the average, so even a small share of the way is long"
        )
    return (
        f"**Who moves?** {plain(name)} most, by {number(far[name])}{study.unit}: {reason}. "
        f"{plain(least)} moves least ({number(far[least], 2)}{study.unit})."
    )


def _weights(study: Study, pooling: Pooling) -> str:
    weight = pooling.own_weight
    weight = weight.round(6)
    low, high = str(weight.idxmin()), str(weight.idxmax())
    scale = "0 is complete pooling, 1 is no pooling"
    more = "More observations, spread wider over the axis, give more weight."
    if pooling.varying != "both":
        half = "slope" if pooling.varying == "intercepts" else "intercept"
        scale = f"0 is complete pooling; 0.5 is the most here, because the {half} is everybody's"
    if pooling.varying == "intercepts":
        more = "More observations give more weight."
    if weight[high] - weight[low] < 0.01:
        return (
            "**Weight.** Everybody was measured alike, so all own data weigh "
            f"{number(weight[high], 2)} ({scale}). What differs is the way to the average."
        )
    return (
        f"**Weight.** The own data weigh from {number(weight[low], 2)} ({plain(low)}) to "
        f"{number(weight[high], 2)} ({plain(high)}); {scale}. {more}"
    )


def _without(study: Study, pooling: Pooling) -> str:
    none = [plain(name) for name in pooling.own.index[pooling.own.iloc[:, 1].isna()]]
    if not none:
        return ""
    who = listed(none) if len(none) <= 4 else count(len(none), "participant")
    return (
        f"**No line:** {who} {'was' if len(none) == 1 else 'were'} measured at one place only. No "
        "pooling has nothing to draw there; partial pooling takes the slope from the others."
    )


def _singular(pooling: Pooling) -> str:
    if not pooling.fit.is_singular:
        return ""
    return (
        "**A singular fit:** some SD was estimated as 0, or a correlation as 1 or −1. So the "
        "estimated population is flat, like the contours below: across it, the own data count for "
        "nothing, however many there are."
    )


def _variances(study: Study, pooling: Pooling) -> str:
    sd = [number(value) for value in np.sqrt(np.diag(pooling.covariance))]
    parts = [f"{sd[0]} in intercepts", f"{sd[1]} in slopes"]
    if pooling.varying != "both":
        parts = parts[:1] if pooling.varying == "intercepts" else parts[1:]
    return (
        f"**Why not all the way?** The model found participants to differ by an SD of "
        f"{listed(parts)}, and single observations by "
        f"{number(pooling.fit.sigma)} around their line. The noisier the observations beside the "
        "differences between people, the stronger the pull."
    )


def see_why(study: Study, pooling: Pooling) -> list[str]:
    """Paragraphs of Markdown."""
    parts = [
        _model(pooling),
        _most(study, pooling),
        _weights(study, pooling),
        _without(study, pooling),
        _variances(study, pooling),
        _singular(pooling),
        _average(study, pooling),
    ]
    return [part for part in parts if part]
