"""Why the picture looks so and where the count comes from, in words that follow the screen."""

from pages._ui.words import code, count, listed, plain
from pages.learn._syntax.imagined import Panel, Spread
from pages.learn._syntax.reading import Reading, read
from sim.errors import SimError


def picture_notes(panels: list[Panel]) -> str:
    """What the lines are; Markdown."""
    who = listed(list(dict.fromkeys(code(panel.group) for panel in panels if panel.group)))
    lines = f"the lines of twelve imaginary {who}" if who else "twelve lines, all the same"
    return f"Orange: {lines}. Dashed: their average, the fixed effects. No data, no fit."


def _costs(reading: Reading) -> str:
    """What each bracket adds to the count."""
    found = reading.explanation
    said = [f"{count(reading.count('fixed'), 'fixed effect')} and the residual SD"]
    for varying in found.varying:
        names = f"|{varying.group}"
        sds = sum(q.kind == "sd" and q.name.endswith(names) for q in found.quantities)
        pairs = sum(q.kind == "correlation" and q.name.endswith(names) for q in found.quantities)
        more = f" and {count(pairs, 'correlation')}" if pairs else ""
        said.append(f"{code(varying.group)} adds {count(sds, 'SD')}{more}")
    return f"**Where the {reading.n} comes from.** " + "; ".join(said) + "."


def _toggled(reading: Reading) -> str:
    """What `||` in place of `|` would change, or the other way round; empty if nothing."""
    text = reading.text
    double = "||" in text
    other = text.replace("||", "|") if double else text.replace("|", "||")
    try:
        n = read(reading.source, other).n
    except SimError:
        return ""
    if n == reading.n:
        return ""
    there, here = ("|", "||") if double else ("||", "|")
    if double:
        change = "the correlations are estimated too"
    elif n < reading.n:
        change = "the correlations are taken as zero"
    else:
        change = "a factor gets brackets of its own and keeps its correlations"
    return f"**With `{there}` in place of `{here}`** {change}, and it is {count(n, 'number')}."


def _picture(panels: list[Panel], spread: Spread) -> str:
    panel = panels[0]
    if not panel.group:
        return (
            "**One line for all.** Nothing in this formula belongs to a group, so all twelve share "
            "level and slope."
        )
    group, name = code(panel.group), code(panel.variable)
    if panel.level and not panel.slope:
        if spread.level == 0:
            return (
                "**All twelve lie on each other**: you set the SD of the intercepts to 0. A fit "
                "may come to that, too; it is then called singular."
            )
        return (
            "**The lines are parallel**, whatever the SD of the intercepts: the bracket of "
            f"{group} holds an intercept only, so every {plain(panel.group)} has the same slope."
        )
    if panel.slope and not panel.level:
        if panel.levels:
            return f"**The lines differ in the effect of {name} only**; they share the rest."
        return (
            f"**The lines fan out from one point**, where {name} is 0: the bracket holds no "
            f"intercept, so no {plain(panel.group)} has one of its own."
        )
    return _both(panel, spread)


def _both(panel: Panel, spread: Spread) -> str:
    what = f"{'effect' if panel.levels else 'slope'} of {code(panel.variable)}"
    if spread.slope == 0:
        return (
            f"**The lines are parallel now**, because you set the SD of every {what} to 0: the "
            "formula allows them to differ, it does not demand it."
        )
    start = f"**Level (the intercept) and {what} both differ"
    if not panel.correlated:
        return (
            f"{start}, and one says nothing about the other**: this formula has no correlation to "
            "estimate, so there is no slider for it."
        )
    if abs(spread.together) < 0.05:
        return (
            f"{start}.** The correlation is at 0 now; the formula estimates it, so it may come "
            "out anywhere from −1 to 1. Move it."
        )
    if spread.together > 0:
        return (
            f"**Who starts higher rises more**: level and {what} go together, so the lines spread "
            "out."
        )
    return (
        f"**Who starts higher rises less**: level and {what} are negatively correlated, so the "
        "lines come together, and may cross."
    )


def _effects(reading: Reading) -> str:
    """The random effects themselves are not in the count."""
    if not reading.z_shape[1]:
        return (
            "**What each group gets of its own is not in the count.** lmer estimates how much the "
            "groups differ (an SD), and works out each group's own value from that and its data."
            if reading.explanation.varying
            else ""
        )
    by = "SDs and correlations" if reading.count("correlation") else "SDs"
    return (
        f"**The {reading.z_shape[1]:,} random effects are not in the count.** lmer estimates how "
        f"much they differ (the {by}) and works out each of them from that and the "
        "group's own data. With more groups there are more of them, and the count stays "
        f"{reading.n}."
    )


def see_why(reading: Reading, panels: list[Panel], spread: Spread) -> list[str]:
    """Paragraphs of Markdown."""
    said = [_picture(panels, spread), _costs(reading), _toggled(reading), _effects(reading)]
    return [words for words in said if words]
