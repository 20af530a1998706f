"""Why the panels differ, in words that follow what they show."""

from collections.abc import Sequence

import numpy as np

from pages._ui.words import code, count, number
from pages.learn._bootstrap.draws import Request, Result
from pages.learn._bootstrap.pictures import interval_words
from pages.learn._bootstrap.settings import CASES, LM_ROWS, MODEL, ROWS, World

NARROW, WIDE = 0.85, 1.12


def by_scheme(results: Sequence[Result]) -> dict[str, Result]:
    """The results under the titles of their schemes."""
    return {result.scheme.title: result for result in results}


def message_words(result: Result) -> str:
    """What lme4 would print under this bootstrap; Markdown."""
    said = result.draws.messages
    return "  \n".join(code(message) for message in said) if said else "No messages."


def _rows(world: World, rows: Result, model: Result, request: Request) -> str:
    ratio = rows.width(request.interval) / model.width(request.interval)
    setting = world.setting
    start = (
        f"**Rows** give {interval_words(rows, request)}, {number(ratio, 2)} times as wide as the "
        "model's interval."
    )
    if not np.isfinite(ratio):
        return f"**Rows** and the model cannot be compared: {interval_words(rows, request)}."
    if ratio < NARROW:
        forgotten = (
            "It forgets that the effect may differ from participant to participant."
            if setting.within
            else "A difference of groups is a difference between people, not between rows."
        )
        return (
            f"{start} That is **too narrow**. It treats {count(world.fit.nobs, 'row')} as "
            f"{world.fit.nobs:,} independent pieces of information, but the {setting.what} is "
            f"uncertain because only {count(world.people, 'participant')} came. Every resample of "
            "rows keeps nearly all of them, so it never asks: what if *others* had come? "
            f"{forgotten}"
        )
    if ratio > WIDE:
        return (
            f"{start} That is **too wide**: resampling rows is not always overconfident. Everybody "
            "was measured everywhere, so the differences between participants cancel. In a "
            "resample of rows, many participants appear on one side only, and their differences "
            "no longer cancel. The fewer rows each has, the more that costs."
        )
    return (
        f"{start} Here the two happen to agree. That is luck of this design and this truth, not a "
        "reason to resample rows."
    )


def _people(world: World, cases: Result, model: Result, request: Request) -> str:
    ratio = cases.width(request.interval) / model.width(request.interval)
    if not np.isfinite(ratio):
        return (
            f"**Participants** give {interval_words(cases, request)}, **the model** "
            f"{interval_words(model, request)}."
        )
    alike = "agree closely" if 0.9 < ratio < 1.1 else "agree only roughly"
    few = ""
    if world.people < 12:
        few = (
            f" With {count(world.people, 'participant')} there are few different resamples of "
            "participants, and they tend to be too narrow."
        )
    return (
        f"**Participants** ({interval_words(cases, request)}) and **the model** "
        f"({interval_words(model, request)}) {alike}: both ask what other participants would have "
        "given. The model's answer needs the model to be right: bell curves, equal variances. "
        f"Drawing participants needs no such belief, but many participants.{few}"
    )


def _linear(world: World, linear: Result, model: Result, request: Request) -> str:
    ratio = linear.width(request.interval) / model.width(request.interval)
    if not np.isfinite(ratio):
        return ""
    if ratio < NARROW:
        ending = "too narrow: it takes every row for a new person."
    elif ratio > WIDE:
        ending = "too wide: it counts the differences between participants as noise."
    else:
        ending = "about as wide, though it knows nothing of participants."
    return (
        f"**Rows with `lm`** ({interval_words(linear, request)}) is the bootstrap one learns "
        f"first. It is right where every row is a new person. Here it is {ending}"
    )


def _singular(results: Sequence[Result]) -> str:
    bad = [r for r in results if r.draws.n_singular or r.draws.n_not_converged or r.draws.n_failed]
    if not bad:
        return ""
    worst = max(bad, key=lambda r: r.draws.n_singular + r.draws.n_failed)
    draws = worst.draws
    text = (
        f"**The messages** are counted, not hidden. In {draws.n_singular:,} of "
        f"{count(draws.n, 'resample')} ({worst.scheme.title}) some variance came out as zero or a "
        "correlation as perfect. Those fits stay in the histogram: they are part of how much the "
        "answer varies."
    )
    if draws.n_failed:
        text += f" {draws.n_failed:,} could not be fitted at all and are left out."
    return f"{text} In R you may also see “failed to converge”: lme4 may stop its search earlier."


def see_why(world: World, results: Sequence[Result], request: Request) -> list[str]:
    """Paragraphs of Markdown."""
    found = by_scheme(results)
    linear, rows, cases, model = (found[scheme.title] for scheme in (LM_ROWS, ROWS, CASES, MODEL))
    parts = [
        _rows(world, rows, model, request),
        _people(world, cases, model, request),
        _linear(world, linear, model, request),
        _singular([rows, cases, model]),
    ]
    return [part for part in parts if part]


def population_words(world: World, model: Result, request: Request) -> str:
    """The interval is about the average, not about people; Markdown."""
    setting = world.setting
    found = model.intervals[request.interval]
    if not np.isfinite(found.low):
        return ""
    start = (
        f"**Not an interval for people.** {interval_words(model, request)} says where the "
        f"*average* {setting.what} may lie."
    )
    frame = world.fit.group_coef[setting.participant]
    own = frame[setting.effect].to_numpy(dtype=float)
    if setting.slopes and np.ptp(own) > 0:
        outside = int(np.count_nonzero((own < found.low) | (own > found.high)))
        table = world.fit.varcorr
        sd = table[table["var2"].isna()].set_index(["grp", "var1"])["sdcor"]
        spread = float(sd[(setting.participant, setting.effect)])
        low, high = (world.estimate + side * 1.96 * spread for side in (-1, 1))
        return (
            f"{start} Of the {world.people} participants here, {outside} have an estimated value "
            f"of their own outside it. The model expects 95% of *people* between {number(low)} and "
            f"{number(high)}. More participants shrink the first interval, never the second."
        )
    people = float(world.fit.varcorr["sdcor"].iloc[0])
    return (
        f"{start} It does not say where people or single measurements lie: participants vary with "
        f"an SD of {number(people)} {setting.unit}, and measurements of one participant with "
        f"{number(world.fit.sigma)}. More participants shrink the interval, but people stay as "
        "different as they are."
    )
