"""Two models compared by their likelihoods: statistic, degrees of freedom, REML or ML."""

import numpy as np

from quizzes.generators.effects import Part, draw_topic, model
from quizzes.generators.foreseen import apart
from quizzes.generators.generator import Generator
from quizzes.generators.wording import number
from quizzes.item import Item, See
from quizzes.kinds.choices import Choice, Near
from quizzes.kinds.multiple_choice import MultipleChoice
from quizzes.kinds.numeric import Numeric
from quizzes.words import count, listed
from sim.syntax.explain import explain
from sim.syntax.quantities import Quantity


def _nested(rng: np.random.Generator) -> tuple[str, str]:
    """Draw a formula and one that is a special case of it."""
    topic = draw_topic(rng)
    x, z = topic.numbers
    group = topic.groups[0]
    one = Part((), True, True, group)
    both = Part((x,), True, True, group)
    apart_ = Part((x,), True, False, group)
    two = Part((x, z), True, True, group)
    y = topic.response
    pairs = [
        (model(y, (x,), both), model(y, (x,), one)),
        (model(y, (x,), both), model(y, (x,), apart_)),
        (model(y, (x,), apart_), model(y, (x,), one)),
        (model(y, (x, z), two), model(y, (x, z), both)),
        (model(y, (x, z), both), model(y, (x,), both)),
        (model(y, (x, z), two), model(y, (x, z), one)),
        (f"{y} ~ {x} * {z} + {one.text}", f"{y} ~ {x} + {one.text}"),
        (f"{y} ~ {x} * {z} + {both.text}", model(y, (x, z), both)),
    ]
    return pairs[int(rng.integers(len(pairs)))]


def make_ratio(rng: np.random.Generator, level: int) -> Item:
    """Ask for the chi-squared statistic (1) or its degrees of freedom (2)."""
    large, small = _nested(rng)
    low = round(-float(rng.uniform(300, 900)), 1)
    high = round(low + float(rng.uniform(1.2, 9)), 1)
    gain = round(high - low, 1)
    df = explain(large).n_parameters - explain(small).n_parameters
    models = (
        f"1. `{small}`, log likelihood {number(low, 1)}\n"
        f"2. `{large}`, log likelihood {number(high, 1)}"
    )
    intro = (
        f"Two models were fitted to the same data by ML; all predictors are numbers:\n\n{models}"
    )
    facts = {"low": low, "high": high, "large": large, "small": small, "level": level}
    if level == 1:
        key = round(2 * gain, 1)
        body = Numeric(
            key, 0.051, f"Yes: twice {number(gain, 1)}.",
            f"Take the difference of the log likelihoods, {number(gain, 1)}, times two.",
            near=apart(key, 0.051, (
                Near(gain, "That is the difference of the log likelihoods. It has to be doubled: "
                     "only then it follows a chi-squared distribution if the small model is true."),
                Near(-key, "The sign: the larger model never has the smaller likelihood, so the "
                     "statistic is not negative."),
                Near(4 * gain, "Doubled twice: from log likelihoods, once is enough."),
            )),
        )  # fmt: skip
        ask = "How large is the likelihood-ratio statistic $\\chi^2$?"
        explanation = (
            f"$\\chi^2 = 2 \\cdot ({number(high, 1)} - ({number(low, 1)})) = {number(key, 1)}$, to "
            f"be compared with a chi-squared distribution with {count(df, 'degree')} of freedom: "
            "the number of parameters that the larger model has more."
        )
    else:
        key = df
        more = explain(large)
        known = {quantity.name for quantity in explain(small).quantities}
        new = [quantity for quantity in more.quantities if quantity.name not in known]
        told = listed([_in_words(quantity) for quantity in new])
        terms = abs(len(large.split("+")) - len(small.split("+")))
        body = Numeric(
            key, 0, f"Yes: {told}.",
            "List all that each model estimates: fixed effects, SDs, correlations. Count what is "
            "new.",
            near=apart(key, 0, (
                Near(sum(q.kind != "correlation" for q in new), "The correlation is estimated "
                     "too, and counts."),
                Near(sum(q.kind == "fixed" for q in new), "Fixed effects are not all: SDs and "
                     "correlations of random effects count too."),
                Near(explain(large).n_parameters, "That is the number of all parameters of the "
                     "larger model. Only what it has *more* counts."),
                Near(terms, "It is parameters that count, not terms of the formula."),
            )),
        )  # fmt: skip
        ask = "How many degrees of freedom has the likelihood-ratio test?"
        explanation = (
            f"The larger model also estimates {told}: {count(key, 'parameter')} more. That is the "
            "number of degrees of freedom. The number of participants plays no part in it."
        )
    return Item(
        "likelihood-ratio", "numeric", "pvalues", level, f"{intro}\n\n{ask}", body, explanation,
        see=See("pvalues"), facts={**facts, "key": key},
    )  # fmt: skip


def _in_words(quantity: Quantity) -> str:
    """Name what is estimated: the slope of `x`, the SD of its random slopes, a correlation."""
    if quantity.kind == "fixed":
        return f"the fixed effect `{quantity.name}`"
    of, group = quantity.name.removeprefix("sd_").removeprefix("cor_").split("|")
    if quantity.kind == "sd":
        what = "intercepts" if of == "(Intercept)" else f"slopes of `{of}`"
        return f"the SD of the {what} by `{group}`"
    return f"a correlation of random effects by `{group}`"


def make_reml(rng: np.random.Generator, level: int) -> Item:
    """Ask which pairs of models may be compared by their REML criteria."""
    topic = draw_topic(rng)
    x, z = topic.numbers
    group, other = topic.groups
    y = topic.response
    one, both = Part((), True, True, group), Part((x,), True, True, group)
    split, beside = Part((x,), True, False, group), Part((), True, True, other)
    pairs = [
        (model(y, (x,), one), model(y, (x,), both)),
        (model(y, (x,), split), model(y, (x,), both)),
        (model(y, (x,), one), model(y, (x,), one, beside)),
        (model(y, (x, z), one), model(y, (x, z), both)),
        (model(y, (), one), model(y, (x,), one)),
        (model(y, (x,), both), model(y, (x, z), both)),
        (f"{y} ~ {x} * {z} + {one.text}", model(y, (x, z), one)),
        (model(y, (z,), one), model(y, (x, z), both)),
    ]
    good = int(rng.integers(1, 4 if level > 1 else 3))
    total = 4
    chosen = [*rng.permutation(4)[:good], *(4 + rng.permutation(4)[: total - good])]
    choices = tuple(_pair(*pairs[int(i)]) for i in chosen)
    explanation = (
        "REML looks at what is left of the data when the fixed effects are taken out. Models with "
        "other fixed effects leave other things, so their REML criteria compare different data. "
        "With the same fixed effects, and only other random effects, the comparison is fair. For "
        "other fixed effects fit both by ML; `anova()` does that by itself."
    )
    return Item(
        "reml-or-ml", "multiple_choice", "pvalues", level,
        "Both models of each pair are fitted to the same rows by **REML**. For which pairs may "
        "their REML criteria be compared?",
        MultipleChoice(choices, "each"), explanation, see=See("pvalues"),
        facts={"pairs": [choice.text for choice in choices],
               "key": [choice.text for choice in choices if choice.right]},
    )  # fmt: skip


def _fixed(formula: str) -> list[str]:
    return sorted(q.name for q in explain(formula).quantities if q.kind == "fixed")


def _pair(first: str, second: str) -> Choice:
    same = _fixed(first) == _fixed(second)
    more = sorted(set(_fixed(first)) ^ set(_fixed(second)))
    return Choice(
        f"`{first}` and `{second}`",
        "Both have the same fixed effects and differ in random effects only: REML is fine."
        if same
        else f"Their fixed effects differ ({', '.join(f'`{name}`' for name in more)}), so REML "
        "criteria are about different things. Fit both by ML.",
        same,
    )


GENERATORS = (
    Generator(
        "likelihood-ratio",
        "pvalues",
        "pvalues",
        (1, 2),
        (),
        ("likelihood-ratio test",),
        "The statistic of a likelihood-ratio test, and its degrees of freedom",
        make_ratio,
    ),
    Generator(
        "reml-or-ml",
        "pvalues",
        "pvalues",
        (2, 3),
        (),
        ("REML or ML",),
        "Which models may be compared by REML?",
        make_reml,
    ),
)
