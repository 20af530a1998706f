"""What becomes of the estimates when a predictor changes its unit."""

from dataclasses import dataclass

import numpy as np

from quizzes.generators.foreseen import apart
from quizzes.generators.generator import Generator
from quizzes.generators.wording import number, short
from quizzes.item import Item, See
from quizzes.kinds.choices import Near
from quizzes.kinds.numeric import Numeric
from quizzes.words import sentence_case


@dataclass(frozen=True, slots=True)
class _Change:
    """A predictor in an old and a new unit: old values times `factor` are the new ones."""

    predictor: str
    old: str
    new: str
    factor: float
    response: str
    unit: str
    slope: tuple[float, float]


CHANGES = (
    _Change("time", "hours", "minutes", 60, "errors", "errors", (6, 30)),
    _Change("time", "weeks", "days", 7, "score", "points", (2, 9)),
    _Change("time", "seconds", "minutes", 1 / 60, "pulse", "beats", (0.05, 0.4)),
    _Change("dose", "milligrams", "grams", 1 / 1000, "reaction", "ms", (0.01, 0.09)),
    _Change("distance", "kilometres", "metres", 1000, "pulse", "beats", (4, 20)),
    _Change("height", "metres", "centimetres", 100, "speed", "km/h", (3, 15)),
)


def make(rng: np.random.Generator, level: int) -> Item:
    """Ask for the slope (1), the SD of slopes (2), or the correlation or t (3) in the new unit."""
    change = CHANGES[int(rng.integers(len(CHANGES)))]
    size = float(rng.uniform(*change.slope))
    slope = float(f"{size:.3g}")
    spread = float(f"{size * float(rng.uniform(0.3, 0.9)):.2g}")
    correlation = round(float(rng.uniform(0.2, 0.7)) * int(rng.choice([-1, 1])), 2)
    t = round(float(rng.uniform(1.5, 5)), 2)
    old, new, x = change.old, change.new, change.predictor
    per = f"{change.unit} per {_one(old)}"
    # The model's own arithmetic: columns times a factor, coefficients divided by it.
    after = {
        "slope": slope / change.factor,
        "spread": spread / change.factor,
        "correlation": correlation,
        "t": t,
    }
    name = {1: "slope", 2: "spread", 3: ("correlation", "t")[int(rng.integers(2))]}[level]
    key = float(f"{after[name]:.6g}")
    before = {"slope": slope, "spread": spread, "correlation": correlation, "t": t}[name]
    told = {
        "slope": "fixed slope",
        "spread": "SD of the random slopes",
        "correlation": "correlation of random intercepts and slopes",
        "t": f"t value of {x}",
    }[name]
    unit = f"{change.unit} per {_one(new)}" if level < 3 else ""
    rows = change.factor if change.factor > 1 else 1 / change.factor
    relation = (
        f"1 {_one(old)} is {short(change.factor, 0)} {new}"
        if change.factor > 1
        else f"1 {_one(new)} is {short(rows, 0)} {old}"
    )
    stem = (
        f"`{change.response} ~ {x} + ({x} | participant)` is fitted with {x} in {old}: fixed slope "
        f"{_plain(slope)} {per} (t = {number(t)}), SD of the random slopes {_plain(spread)} {per}, "
        f"correlation of random intercepts and slopes {number(correlation)}. Then {x} is given in "
        f"**{new}** ({relation}), and the model is fitted again. What is the {told} now?"
    )
    tolerance = float(f"{abs(key) * 0.012:.2g}") if level < 3 else 0.005
    body = Numeric(
        key, tolerance, f"Yes: {_why(change, name)}.",
        f"Ask what one {_one(new)} does, if one {_one(old)} does {_plain(slope)} {change.unit}."
        if level < 3
        else "Ask whether this number has a unit.",
        unit, apart(key, tolerance, _near(change, name, before)),
    )  # fmt: skip
    explanation = (
        f"{sentence_case(_why(change, name))}. A change of the unit changes "
        "no conclusion: predictions, log likelihood, t and correlation stay. It can help the "
        "optimiser all the same, which works best with numbers of similar size."
    )
    return Item(
        "another-unit", "numeric", "convergence", level, stem, body, explanation,
        see=See("convergence"),
        facts={"factor": change.factor, "asks": name, "before": before, "slope": slope, "key": key},
    )  # fmt: skip


def _one(unit: str) -> str:
    return unit.removesuffix("s")


def _plain(value: float) -> str:
    """Write a number with as many digits as it needs."""
    return short(value, 8)


def _why(change: _Change, name: str) -> str:
    new, old = _one(change.new), _one(change.old)
    if name == "correlation":
        return "a correlation has no unit, so it stays as it is"
    if name == "t":
        return (
            "a t value is the slope divided by its standard error; both change alike, so it stays"
        )
    by = (
        f"one {new} is {short(change.factor, 0)} times smaller than one {old}, so the effect is "
        f"{short(change.factor, 0)} times smaller"
        if change.factor > 1
        else f"one {new} is {short(1 / change.factor, 0)} times larger than one {old}, so the "
        f"effect is {short(1 / change.factor, 0)} times larger"
    )
    return f"{by}, and an SD of slopes has the unit of a slope" if name == "spread" else by


def _near(change: _Change, name: str, before: float) -> list[Near]:
    factor = change.factor
    if name in ("correlation", "t"):
        word = "correlation" if name == "correlation" else "t value"
        return [
            Near(before / factor, f"A {word} has no unit: nothing is divided."),
            Near(before * factor, f"A {word} has no unit: nothing is multiplied."),
            Near(0, f"The {word} does not vanish. The same data are only written in another unit."),
        ]
    found = [
        Near(before * factor, "The other way round: the values of the predictor are multiplied, so "
             "the effect of one unit is divided."),
        Near(before, "It has a unit, the predictor's, and that has changed."),
    ]  # fmt: skip
    if name == "spread":
        found.append(Near(before / factor**2, "That would be so for the variance. The SD "
                          "changes as the slope does."))  # fmt: skip
    return found


GENERATORS = (
    Generator(
        "another-unit",
        "convergence",
        "convergence",
        (1, 2, 3),
        (),
        ("rescaling a predictor",),
        "What another unit of a predictor does to slope, SD, correlation and t",
        make,
    ),
)
