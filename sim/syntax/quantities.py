"""Everything a model estimates, one by one, as lme4 counts it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sim.lmm.model_matrix import INTERCEPT
from sim.syntax.latex import beta, bracket_mark, positions, rho, tau
from sim.syntax.outline import BracketOutline, Column, Outline, Part

Kind = Literal["fixed", "sd", "correlation", "residual"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number that is estimated.

    Attributes
    ----------
    kind : "fixed", "sd", "correlation" or "residual".
    name : lme4's: "days", "sd_days|subject", "cor_days.(Intercept)|subject", "sigma".
    symbol : in LaTeX, as in the equation.
    words : what it says.
    """

    kind: Kind
    name: str
    symbol: str
    words: str


def list_quantities(outline: Outline) -> tuple[Quantity, ...]:
    """List fixed effects, then each bracket's SDs and correlations, then the residual SD."""
    number = positions(outline)
    response = outline.formula.response_text
    found = [
        Quantity("fixed", column.name, beta(number[column.name]), _fixed(column, outline))
        for column in outline.fixed
    ]
    for index, bracket in enumerate(outline.brackets):
        found += _varying(bracket, bracket_mark(outline, index), number)
    words = f"residual: how far {response} lies from what the model predicts for it (an SD)"
    return (*found, Quantity("residual", "sigma", r"\sigma", words))


def _varying(bracket: BracketOutline, mark: str, number: dict[str, int]) -> list[Quantity]:
    group, columns = bracket.group, bracket.columns
    what = [effect(column) for column in columns]
    found = [
        Quantity(
            "sd",
            f"sd_{column.name}|{group}",
            tau(number[column.name], mark),
            f"how much {words} differ from one {group} to the next (an SD)",
        )
        for column, words in zip(columns, what, strict=True)
    ]
    for i, one in enumerate(columns):
        for j, other in enumerate(columns[i + 1 :], i + 1):
            found.append(
                Quantity(
                    "correlation",
                    f"cor_{other.name}.{one.name}|{group}",
                    rho(number[one.name], number[other.name], mark),
                    f"how far {what[i]} and {what[j]} of the same {group} go together "
                    "(a correlation)",
                )
            )
    return found


def effect(column: Column) -> str:
    """Name what a column adds for a group, in the plural."""
    if column.name == INTERCEPT:
        return "the intercepts"
    if len(column.parts) > 1:
        if all(part.kind == "level" for part in column.parts):
            return f"the levels where {' and '.join(map(_where, column.parts))}"
        return f"the effects of {column.name}"
    part = column.parts[0]
    if part.kind == "level":
        return f"the levels where {_where(part)}"
    if part.kind == "difference":
        return f"the differences between {part.level} and {part.reference} in {part.variable}"
    if part.kind == "deviation":
        return f"the deviations of {part.level} in {part.variable}"
    return f"the slopes of {part.variable}"


def _where(part: Part) -> str:
    return f"{part.variable} is {part.level}"


def _fixed(column: Column, outline: Outline) -> str:
    y = outline.formula.response_text
    if column.name == INTERCEPT:
        return f"intercept: the average {y}{baseline(outline)}"
    if column.is_level and _has_intercept(outline):
        cell = " and ".join(map(_where, column.parts))
        return f"difference: the average {y} where {cell}, less the intercept"
    if len(column.parts) > 1:
        return _interaction(column, y)
    part = column.parts[0]
    held = _held(part, outline)
    if part.kind == "number":
        others = {v for c in outline.fixed for v in c.variables} - {part.variable}
        alone = " and the rest stays" if others and not held else ""
        return (
            f"slope: how much the average {y} changes when {part.variable} grows by 1{alone}{held}"
        )
    if part.kind == "level":
        return f"the average {y} where {_where(part)}{held}"
    if part.kind == "difference":
        return (
            f"difference: the average {y} where {_where(part)}, "
            f"less that where it is {part.reference}{held}"
        )
    return f"deviation: the average {y} where {_where(part)}, less the mean over all its levels"


def _has_intercept(outline: Outline) -> bool:
    return any(not column.parts for column in outline.fixed)


def _interaction(column: Column, y: str) -> str:
    numbers = [part.variable for part in column.parts if part.kind == "number"]
    levels = [part for part in column.parts if part.kind == "level"]
    if len(levels) == len(column.parts):
        return f"the average {y} where {' and '.join(map(_where, levels))}"
    if len(numbers) == 1 and len(levels) == len(column.parts) - 1:
        where = " and ".join(map(_where, levels))
        return f"slope of {numbers[0]} where {where}"
    *others, last = column.parts
    if levels and len(others) == len(levels):
        return _within(last, " and ".join(map(_where, levels)), y)
    first = ":".join(part.name for part in others)
    what = "effect" if len(others) == 1 else "interaction"
    return f"interaction: how much the {what} of {first} changes with {last.name}"


def _within(part: Part, where: str, y: str) -> str:
    """Say a difference that is taken within levels of other factors."""
    if part.kind == "deviation":
        return (
            f"deviation: the average {y} where {_where(part)}, less the mean over all its levels, "
            f"where {where}"
        )
    return (
        f"difference: the average {y} where {_where(part)}, less that where it is "
        f"{part.reference}, where {where}"
    )


def _held(part: Part, outline: Outline) -> str:
    """Where an effect is that size, if it depends on other variables."""
    partners = [
        other
        for column in outline.fixed
        if len(column.parts) > 1 and part.variable in column.variables
        for other in column.parts
        if other.variable != part.variable
    ]
    zero = _zero(partners)
    return f", where {zero}" if zero else ""


def _zero(parts: list[Part]) -> str:
    """Name the place where columns are zero: numbers at 0, factors at their reference."""
    places: dict[str, None] = {}
    for part in parts:
        if part.kind == "number":
            places[f"{part.variable} is 0"] = None
        elif part.kind == "difference":
            places[f"{part.variable} is {part.reference}"] = None
    return join(list(places)) if places else ""


def join(names: Sequence[str]) -> str:
    """Write a, b and c."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def baseline(outline: Outline) -> str:
    """Where the intercept stands: every number 0, every factor at its reference."""
    if any(column.parts and column.is_level for column in outline.fixed):
        # Levels beside an intercept: one of them was left out, and stands there.
        return f" where {join(outline.dropped)} would be 1" if outline.dropped else ""
    parts = [part for column in outline.fixed for part in column.parts]
    zero = _zero(parts)
    means = dict.fromkeys(part.variable for part in parts if part.kind == "deviation")
    where = f" where {zero}" if zero else ""
    over = f", as a mean over the levels of {join(list(means))}" if means else ""
    return f"{where}{over}" or " of all"
