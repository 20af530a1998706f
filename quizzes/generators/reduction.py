"""Proportional reduction in error: its size, its F, and what it says."""

import numpy as np

from quizzes.generators.foreseen import apart
from quizzes.generators.generator import Generator
from quizzes.generators.wording import number, p_text, short
from quizzes.item import Item, See
from quizzes.kinds.choices import Choice, Near
from quizzes.kinds.numeric import Numeric
from quizzes.kinds.single_choice import SingleChoice
from quizzes.words import count, sentence_case
from sim.inference.conversions import pre_to_f, proportional_reduction

# What is predicted, what the compact model knows already, what the augmented one adds.
MODELS = (
    ("exam scores", "nothing but the mean of all", "hours of study", 1, 1),
    ("reaction times", "nothing but the mean of all", "hours of sleep", 1, 1),
    ("credit limits", "the income", "the age", 2, 1),
    ("numbers of recalled words", "the age", "the kind of text, one of three", 2, 2),
    ("mood ratings", "nothing but the mean of all", "the kind of snack, one of three", 1, 2),
)


def make_errors(rng: np.random.Generator, level: int) -> Item:
    """Ask for PRE from two sums of squared errors, or at level 2 for its F."""
    what, known, added, small, extra = MODELS[int(rng.integers(len(MODELS)))]
    n = int(rng.integers(20, 61))
    while True:
        compact = int(rng.integers(8, 61)) * 10
        augmented = round(compact * float(rng.uniform(0.45, 0.93)))
        pre = proportional_reduction(compact, augmented)
        # Otherwise what is left and what is saved look alike.
        if abs(pre - 0.5) > 0.03 and pre >= 0.06:
            break
    stem = (
        f"Two models of {what} are fitted to {count(n, 'participant')}. The compact model knows "
        f"{known}; its squared errors add up to {compact}. The augmented model also knows "
        f"{added}; its squared errors add up to {augmented}."
    )
    facts = {"compact": compact, "augmented": augmented, "n": n, "small": small, "extra": extra}
    build = _pre_item if level == 1 else _f_item
    return build(stem, facts, pre)


def _pre_item(stem: str, facts: dict[str, int], pre: float) -> Item:
    compact, augmented = facts["compact"], facts["augmented"]
    saved, key = compact - augmented, round(pre, 4)
    body = Numeric(
        key,
        0.006,
        f"Yes: {saved} of {compact} are saved.",
        f"Ask which share of the compact model's {compact} the augmented model saves.",
        near=apart(
            key,
            0.006,
            (
                Near(
                    augmented / compact,
                    f"{augmented} / {compact} is the share of the errors that is left. The "
                    f"reduction is the rest: ({compact} − {augmented}) / {compact}.",
                ),
                Near(
                    saved / augmented,
                    f"{saved} are saved, but out of the {compact} of the compact model, not out of "
                    f"{augmented}.",
                ),
                Near(
                    -key,
                    "The size is right. PRE of nested models is never negative: the augmented "
                    "model could always do as well as the compact one. Saved: "
                    f"{compact} − {augmented}.",
                    "pre-negative",
                ),
            ),
        ),
    )
    explanation = (
        f"PRE = ({compact} − {augmented}) / {compact} = {saved} / {compact} = {p_text(pre)}. The "
        "compact model is what we compare with, so its errors stand below the line. A larger "
        "model fitted by least squares never has larger errors, so PRE is between 0 and 1."
    )
    return Item(
        "pre-from-errors", "numeric", "tails", 1,
        f"{stem}\n\nHow large is the proportional reduction in error (PRE)?", body, explanation,
        see=See("tails", {"test": "PRE"}), facts={**facts, "asks": "PRE", "key": key},
    )  # fmt: skip


def _f_item(stem: str, facts: dict[str, int], pre: float) -> Item:
    n, small, extra = facts["n"], facts["small"], facts["extra"]
    large = small + extra
    df = (float(extra), float(n - large))
    key = round(pre_to_f(pre, df), 3)
    total = round(pre_to_f(pre, (float(extra), float(n))), 3)
    unsaved = round(pre / extra / (1 / (n - large)), 3)
    # By hand, most people write PRE with two or three digits first.
    tolerance = round(max(0.02 * key, 0.02), 3)
    near = [
        Near(
            unsaved,
            "What is left per remaining degree of freedom is (1 − PRE) / "
            f"{n - large}, not 1 / {n - large}.",
        ),
        Near(
            total,
            f"The augmented model has {count(large, 'parameter')}, so of {n} observations "
            f"{n - large} degrees of freedom are left, not {n}.",
        ),
        Near(
            -key,
            "F is a ratio of two shares that are never negative: PRE is at least 0.",
            "pre-negative",
        ),
    ]

    body = Numeric(
        key,
        tolerance,
        f"Yes: what each new parameter saves, against what each of the {n - large} that are left "
        "could save.",
        f"Divide PRE by {count(extra, 'new parameter')}, and 1 − PRE by the {n - large} degrees "
        "of freedom that are left; then divide the one by the other.",
        near=apart(key, tolerance, near),
    )
    explanation = (
        f"PRE = {p_text(pre, 4)}, saved with {count(extra, 'parameter')}; 1 − PRE = "
        f"{p_text(1 - pre, 4)} is left for the {n} − {large} = {n - large} others. So "
        f"$F({extra}, {n - large}) = \\frac{{{number(pre, 4)} / {extra}}}"
        f"{{{number(1 - pre, 4)} / {n - large}}} = {number(key)}$. A small PRE can have a large F "
        "when many observations are left."
    )
    return Item(
        "pre-from-errors", "numeric", "tails", 2,
        f"{stem} It has {count(large, 'parameter')}, the compact one {small}.\n\nWhich $F$ "
        "compares the two models?", body, explanation,
        see=See("tails", {"test": "PRE"}),
        facts={**facts, "asks": "F", "key": key},
    )  # fmt: skip


def make_words(rng: np.random.Generator, level: int) -> Item:
    """Ask what a PRE says, against a mean (level 1) or against another predictor (level 2)."""
    options = [model for model in MODELS if (model[3] == 1) == (level == 1)]
    what, known, added, *_ = options[int(rng.integers(len(options)))]
    also = added.split(",")[0]
    compact = int(rng.integers(10, 61)) * 10
    percent = int(rng.integers(6, 46))
    while percent * compact % 100:
        percent = int(rng.integers(6, 46))
    augmented = compact - percent * compact // 100
    pre = proportional_reduction(compact, augmented)
    share = short(100 * pre)
    stem = (
        f"A compact model predicts {what} from {known}; its squared errors add up to {compact}. "
        f"An augmented model also uses {added}; its squared errors add up to {augmented}. So "
        f"PRE = {p_text(pre, 2)}. What does that mean?"
    )
    choices = [
        Choice(
            f"Adding {also} makes the compact model's squared errors {share}% smaller.",
            f"{compact - augmented} of {compact} are saved: that is what PRE says.",
            True,
        ),
        Choice(
            f"Of the augmented model's predictions {share}% are right, the others are wrong.",
            "No prediction has to be exactly right. PRE compares the sums of squared errors of "
            "two models, not hits and misses.",
            misconception="pre-percent-right",
        ),
        Choice(
            f"With probability {p_text(pre, 2)} the compact model is the true one of these two "
            "models.",
            "Neither PRE nor a p-value is a probability of a model. PRE is a share of squared "
            "errors.",
            misconception="p-is-h0-probability",
        ),
    ]
    if level == 1:
        choices.append(
            Choice(
                f"{share}% of the participants are affected by {also}, the others are not.",
                "Participants are not counted here. Every participant's error enters, and the "
                f"sum of their squares falls by {share}%.",
                misconception="pre-percent-right",
            )
        )
    else:
        choices.append(
            Choice(
                f"{sentence_case(also)} alone, without {known}, would leave {share}% of the "
                "errors.",
                f"PRE is the share that goes away, and it is what {also} saves beyond {known}, "
                "not alone.",
            )
        )
    explanation = (
        f"PRE = ({compact} − {augmented}) / {compact} = {p_text(pre, 2)}: a share of the *compact "
        "model's* squared errors. It always needs the other half of the sentence: compared with "
        f"which compact model? Here with one that knows {known}."
    )
    return Item(
        "pre-in-words", "single_choice", "tails", level, stem, SingleChoice(tuple(choices)),
        explanation, see=See("tails", {"test": "PRE"}),
        facts={"compact": compact, "augmented": augmented, "key": choices[0].text},
    )  # fmt: skip


GENERATORS = (
    Generator(
        "pre-from-errors",
        "tails",
        "tails",
        (1, 2),
        ("pre-negative",),
        ("PRE from the errors of two models", "F from PRE"),
        "PRE, and its F, from the squared errors of two models",
        make_errors,
    ),
    Generator(
        "pre-in-words",
        "tails",
        "tails",
        (1, 2),
        ("pre-percent-right", "p-is-h0-probability"),
        ("what PRE says",),
        "What a PRE says, and against which compact model",
        make_words,
    ),
)
