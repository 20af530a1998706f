"""What a formula says, in sentences; and which lines it lets differ."""

from dataclasses import dataclass

from sim.lmm.model_matrix import INTERCEPT
from sim.syntax.outline import BracketOutline, Column, Outline
from sim.syntax.quantities import baseline, effect, join


@dataclass(frozen=True, slots=True)
class Varying:
    """How the lines of one grouping factor may differ.

    Attributes
    ----------
    group : the grouping factor.
    level : they may lie higher or lower.
    slopes : what their slopes, or differences between conditions, may differ in.
    correlated : level and slopes, or several slopes, may go together.
    words : the same as a sentence.
    """

    group: str
    level: bool
    slopes: tuple[str, ...]
    correlated: bool
    words: str


def list_varying(outline: Outline) -> tuple[Varying, ...]:
    """Say for each grouping factor, in lme4's order, which lines may differ in what."""
    groups = dict.fromkeys(bracket.group for bracket in outline.brackets)
    return tuple(
        _varying(group, [b for b in outline.brackets if b.group == group]) for group in groups
    )


def _varying(group: str, brackets: list[BracketOutline]) -> Varying:
    columns = [column for bracket in brackets for column in bracket.columns]
    level = any(column.is_level for column in columns)
    slopes = tuple(dict.fromkeys(filter(None, map(_slope, columns))))
    correlated = any(len(bracket.columns) > 1 for bracket in brackets)
    if level and slopes:
        words = f"From one {group} to the next, lines may differ in level and in {_named(slopes)}."
    elif level:
        words = f"From one {group} to the next, lines may differ in level only: they are parallel."
    else:
        words = (
            f"From one {group} to the next, lines may differ in {_named(slopes)}, not in level: "
            f"where {join(slopes)} {'is' if len(slopes) == 1 else 'are'} 0, they meet."
        )
    return Varying(group, level, slopes, correlated, words)


def _slope(column: Column) -> str:
    """What a column makes differ besides the level; empty for nothing."""
    if column.name == INTERCEPT:
        return ""
    if column.is_level:
        # A level for each condition: its differences vary too.
        return ":".join(dict.fromkeys(column.variables))
    return ":".join(column.variables)


def _named(slopes: tuple[str, ...]) -> str:
    return f"the effect{'s' if len(slopes) > 1 else ''} of {join(slopes)}"


def sentences(outline: Outline) -> tuple[str, ...]:
    """Tell a student what the formula says, from the average to the residual."""
    said = [_fixed_sentence(outline)]
    said += [_bracket_sentence(bracket) for bracket in outline.brackets]
    said += _uncorrelated(outline)
    said += _without_fixed(outline)
    if outline.dropped:
        were = "is" if len(outline.dropped) == 1 else "are"
        said.append(
            f"{join(list(outline.dropped))} {were} left out: the other columns say it already."
        )
    if not outline.brackets:
        said.append("Nothing varies between groups: this is a model for lm(), and lmer() refuses.")
    said.append("What is left over is the residual; its SD is the same for everybody.")
    if outline.numeric_assumed:
        said.append(
            "Without data every predictor counts as a number; one that holds groups needs a "
            "coefficient for each group but the first."
        )
    return tuple(said)


def _fixed_sentence(outline: Outline) -> str:
    y = outline.formula.response_text
    terms = [":".join(dict.fromkeys(c.variables)) for c in outline.fixed if c.parts]
    names = list(dict.fromkeys(terms))
    intercept = any(not column.parts for column in outline.fixed)
    if not outline.fixed:
        return f"There are no fixed effects: the average {y} is 0."
    if not names:
        return f"On average, {y} is the same everywhere: one overall mean, the intercept."
    if intercept:
        start = baseline(outline)
        return f"The average {y} depends on {join(names)}. Its intercept is the average{start}."
    if any(column.is_level for column in outline.fixed):
        return f"The average {y} depends on {join(names)}; every group there has a mean of its own."
    zero = f"{names[0]} is 0" if len(names) == 1 else "all of these are 0"
    return f"The average {y} depends on {join(names)} and is 0 where {zero}: no intercept."


def _bracket_sentence(bracket: BracketOutline) -> str:
    combined = len(bracket.parts) > 1
    every = f"every {'combination of ' if combined else ''}{join(bracket.parts)}"
    what = [_own(column) for column in bracket.columns]
    together = ""
    if len(what) > 1:
        together = ", and they may be correlated" if len(what) > 2 else (
            ", and the two may be correlated"
        )  # fmt: skip
    sentence = f"{bracket.text}: {every} has {join(what)} of its own{together}."
    if [column.name for column in bracket.columns] == [INTERCEPT]:
        return f"{sentence[:-1]}: its line is moved up or down as a whole."
    return sentence


def _own(column: Column) -> str:
    words = effect(column).removeprefix("the ")
    for plural, single in (
        ("intercepts", "an intercept"),
        ("slopes of", "a slope of"),
        ("levels where", "a level where"),
        ("differences between", "a difference between"),
        ("deviations of", "a deviation of"),
        ("effects of", "an effect of"),
    ):
        if words.startswith(plural):
            return single + words.removeprefix(plural)
    return words


def _uncorrelated(outline: Outline) -> list[str]:
    said = []
    for group in dict.fromkeys(bracket.group for bracket in outline.brackets):
        mine = [bracket for bracket in outline.brackets if bracket.group == group]
        if len(mine) < 2:
            continue
        said.append(
            f"The {len(mine)} brackets of {group} are taken as uncorrelated with each other."
        )
        for bracket in mine:
            if bracket.separated and len(bracket.columns) > 1:
                said.append(
                    f"|| does not separate the groups of a factor: inside {bracket.text} they "
                    "stay correlated, as in lme4."
                )
    return said


def _without_fixed(outline: Outline) -> list[str]:
    """Name what varies around zero because it has no fixed effect."""
    spanned = {frozenset(column.variables) for column in outline.fixed}
    level = any(column.is_level for column in outline.fixed)
    said = []
    for bracket in outline.brackets:
        for column in bracket.columns:
            if column.parts and frozenset(column.variables) not in spanned:
                name = ":".join(dict.fromkeys(column.variables))
                said.append(
                    f"The effect of {name} may differ from one {bracket.group} to the next, but "
                    f"there is no fixed effect of {name}: it lies around 0."
                )
            elif not column.parts and not level:
                said.append(
                    f"There is no fixed intercept, so the intercepts of every {bracket.group} lie "
                    "around 0."
                )
    return list(dict.fromkeys(said))
