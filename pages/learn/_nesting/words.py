"""Where the two models agree and differ, in words that follow the numbers."""

import numpy as np

from pages._ui.words import code, count, number, sentence_case
from pages.learn._nesting.estimates import (
    METHOD,
    class_sd,
    method_tests,
    n_classes,
    quantities,
    school_sd,
)
from pages.learn._nesting.settings import CROSSED, NESTED, World

CLOSE = 0.03  # relative: an SD or a standard error that differs less has hardly changed
CLEAR = 2.0  # of the criterion: less is no difference worth a sentence


def _nested(world: World) -> str:
    fits = [world.fits[labels, NESTED] for labels in ("reused", "unique")]
    changed = abs(fits[0].criterion - fits[1].criterion)
    kept = "not a digit changes" if changed < 1e-6 else "nothing changes that would show"
    return (
        f"**{code(NESTED)}** takes school and label together (lme4 writes {code('class:school')}), "
        f"so it finds {n_classes(fits[0])} classes whatever they are called. Rename them all, and "
        f"{kept}: REML criterion {fits[0].criterion:.1f} with either labels."
    )


def _unique(world: World) -> str:
    nested, crossed = world.fits["unique", NESTED], world.fits["unique", CROSSED]
    alike = all(quantity.same for quantity in quantities(world, "unique"))
    same = "everything is the same" if alike else "the estimates agree closely"
    return (
        f"**With names of their own the two models agree**: {same}, from the criterion "
        f"({nested.criterion:.1f} and {crossed.criterion:.1f}) to the coefficients. The label "
        "alone already tells the class, so the slash adds nothing."
    )


def _reused(world: World) -> str:
    nested, crossed = world.fits["reused", NESTED], world.fits["reused", CROSSED]
    gap = crossed.criterion - nested.criterion
    labels = n_classes(crossed)
    start = (
        f"**With labels used again, {code(CROSSED)} is another model**: it believes in "
        f"{labels} classes, each with pupils in all {count(world.size('schools'), 'school')}."
    )
    both = "Both models estimate equally many quantities, so the smaller criterion fits better"
    if gap > CLEAR:
        return (
            f"{start} Its REML criterion is {crossed.criterion:.1f} in place of "
            f"{nested.criterion:.1f}. {both}: here {code(NESTED)}, by {gap:.1f}."
        )
    if gap < -CLEAR:
        return (
            f"{start} Its REML criterion is {crossed.criterion:.1f} in place of "
            f"{nested.criterion:.1f}. {both}: by chance it does here."
        )
    return (
        f"{start} Yet the criteria hardly differ here ({nested.criterion:.1f} and "
        f"{crossed.criterion:.1f}): these classes differ too little, or are too few, to tell."
    )


def _spread(world: World) -> str:
    nested, crossed = world.fits["reused", NESTED], world.fits["reused", CROSSED]
    rise = crossed.sigma / nested.sigma
    truth = number(world.truth.sigma or np.nan)
    found = (
        f"SD of classes {number(class_sd(nested))} against {number(class_sd(crossed))} (truth "
        f"{number(world.truth.sd['class', '(Intercept)'])}), SD of schools "
        f"{number(school_sd(nested))} against {number(school_sd(crossed))} (truth "
        f"{number(world.truth.sd['school', '(Intercept)'])})"
    )
    if rise < 1 + CLOSE:
        return (
            f"**The residual SD** is about the same, {number(nested.sigma)} and "
            f"{number(crossed.sigma)} (truth {truth}): where classes hardly differ, there is "
            f"little to mix up. {sentence_case(found)}."
        )
    return (
        f"**Where do the classes go?** Class a of school 1 and class a of school 2 have nothing in "
        "common but the letter. What makes them differ cannot be put on the letter, so it is "
        f"counted as noise: the residual SD is {number(crossed.sigma)} in place of "
        f"{number(nested.sigma)} (truth {truth}). {sentence_case(found)}."
    )


def _method(world: World) -> str:
    nested, crossed = world.fits["reused", NESTED], world.fits["reused", CROSSED]
    errors = float(nested.std_error[METHOD]), float(crossed.std_error[METHOD])
    effects = float(nested.fixef[METHOD]), float(crossed.fixef[METHOD])
    start = (
        f"**The method** is given to whole classes. Its effect is estimated as "
        f"{number(effects[0])} and {number(effects[1])} (truth "
        f"{number(world.truth.fixef[METHOD])})"
    )
    df = [float(test.df) for test in method_tests(world, "reused")]
    ratio = errors[1] / errors[0]
    both = f"{number(errors[1])} in place of {number(errors[0])}"
    if world.truth.sd["class", "(Intercept)"] == 0:
        return (
            f"{start}, with a standard error of {both}. In truth these classes do not differ, so "
            "there is nothing that a model could forget."
        )
    if ratio < 1 - CLOSE:
        return (
            f"{start}, with a standard error of {both} and {number(df[1])} degrees of freedom in "
            f"place of {number(df[0])}. The wrong model is **too sure**: it takes the pupils of "
            f"{world.n_classes} classes for independent pieces of information, though a lucky "
            "class lifts all of its pupils."
        )
    if ratio > 1 + CLOSE:
        return f"{start}, with a standard error of {both}: here the wrong model is less sure."
    return f"{start}, and the standard errors are about the same, {both}."


def agree_words(world: World) -> list[str]:
    """Where the two models agree; paragraphs of Markdown."""
    return [_nested(world), _unique(world), RULE]


def differ_words(world: World) -> list[str]:
    """Where they differ; paragraphs of Markdown."""
    return [_reused(world), _spread(world), _method(world)]


RULE = (
    "**What to do**: give every unit a name of its own, before any model. Then the table of counts "
    "shows who is nested, no bracket can misread it, and the slash is a matter of taste."
)
