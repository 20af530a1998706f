"""Pictures of votes: how many gave each answer, and who moved between two votes."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from pages._ui.charts import Picture
from pages._ui.marks import Layer, colour, layer, picture
from pages._ui.theme import AXIS_GREY
from pages._ui.words import count
from quizzes.classroom.results import Move

# px, for the back of a lecture hall.
TEXT_SIZE = 22
BAR_HEIGHT = 58
SHORT = 7
# Right votes have the colour of what is actual; the others step back, and a mark says it, too.
RIGHT_MARK = "✓ "


@dataclass(frozen=True, slots=True)
class Bar:
    """One answer in one vote; `is_right` is None where the key is not shown or there is none."""

    label: str
    n: int
    is_right: bool | None = None


def bars(rows: Sequence[Bar], what: str) -> Picture:
    """Votes by answer; long answers stand over their bars, letters beside them.

    Parameters
    ----------
    what : names the vote, for people who hear the page: "First vote".
    """
    total = sum(row.n for row in rows)
    labels = [f"{RIGHT_MARK if row.is_right else ''}{row.label}" for row in rows]
    is_plain = all(row.is_right is None for row in rows)
    is_short = all(len(row.label) <= SHORT for row in rows)
    words = [f"{row.n} ({row.n / total:.0%})" if total else "0" for row in rows]
    if not is_short:
        words = [f"{n} · {label}" for n, label in zip(words, labels, strict=True)]
    data = pd.DataFrame(
        {
            "layer": ["right" if is_plain or row.is_right else "other" for row in rows],
            "label": labels,
            "n": [row.n for row in rows],
            "words": words,
            "zero": 0,
        }
    )
    y: Layer = {"field": "label", "type": "nominal", "sort": labels, "title": None}
    beside = {"labelFontSize": TEXT_SIZE, "ticks": False, "domain": False}
    y["axis"] = beside if is_short else None
    # The whole width is all votes; beside short labels there is room for the words behind a bar.
    scale = {"domain": [0, (1.6 if is_short else 1.0) * max(1, total)], "nice": False}
    x: Layer = {"field": "n", "type": "quantitative", "scale": scale, "axis": None}
    mark: Layer = {"type": "bar", "cornerRadiusEnd": 3}
    mark |= {"height": {"band": 0.62}} if is_short else {"height": 16, "yOffset": 16}
    text = {"type": "text", "align": "left", "fontSize": TEXT_SIZE, "fontWeight": 600}
    # A long answer ends with dots where the picture does.
    text |= {"dx": 8} if is_short else {"dy": -11, "limit": {"expr": "width"}}
    at = x if is_short else x | {"field": "zero"}
    layers = []
    for name, shade in (("right", colour("actual")), ("other", {"value": AXIS_GREY})):
        layers.append(layer(name, mark, {"x": x, "y": y, "color": shade}))
        said = {"field": "words", "type": "nominal"}
        layers.append(layer(name, text, {"x": at, "y": y, "text": said, "color": shade}))
    spoken = [f"{label}: {count(row.n, 'vote')}" for label, row in zip(labels, rows, strict=True)]
    alt = f"{what}. {'. '.join(spoken)}." if rows else f"{what}: no votes."
    return picture(layers, data, alt, height=BAR_HEIGHT * max(1, len(rows)) + 10)


def slopes(moves: Sequence[Move], names: dict[str, str], titles: tuple[str, str]) -> Picture:
    """Who went from which answer to which: a line for each pair, as wide as it is frequent.

    Parameters
    ----------
    names : short name of each answer, in the order from top to bottom.
    titles : of the earlier and the later vote.
    """
    order = list(names)
    # Beside the lines there is room for the longest name, on a phone, too.
    beside = 0.3 if all(len(name) <= SHORT for name in names.values()) else 0.8
    place = {answer: -i for i, answer in enumerate(order)}
    largest = max((move.n for move in moves), default=1)
    rows = []
    for move in moves:
        turned = "to right" if move.is_right and not move.was_right else "other"
        width = 2 + 16 * move.n / largest
        ends = {"x": 0.0, "x2": 1.0, "y": place[move.before], "y2": place[move.after]}
        rows.append({"layer": turned, "width": width} | ends)
    before = {a: sum(m.n for m in moves if m.before == a) for a in order}
    after = {a: sum(m.n for m in moves if m.after == a) for a in order}
    for answer in order:
        at = {"y": place[answer]}
        rows.append(
            {"layer": "left", "x": 0.0, "words": f"{before[answer]} · {names[answer]}"} | at
        )
        rows.append(
            {"layer": "right", "x": 1.0, "words": f"{after[answer]} · {names[answer]}"} | at
        )
    rows.append({"layer": "left", "x": 0.0, "y": 0.7, "words": titles[0]})
    rows.append({"layer": "right", "x": 1.0, "y": 0.7, "words": titles[1]})
    x: Layer = {"field": "x", "type": "quantitative", "axis": None}
    x["scale"] = {"domain": [-beside, 1 + beside], "nice": False}
    y: Layer = {"field": "y", "type": "quantitative", "axis": None}
    y["scale"] = {"domain": [0.4 - len(order), 1.0], "nice": False}
    across = {"x": x, "x2": {"field": "x2"}, "y": y, "y2": {"field": "y2"}}
    across["strokeWidth"] = {"field": "width", "type": "quantitative", "scale": None}
    rule = {"type": "rule", "opacity": 0.75, "strokeCap": "round"}
    text: Layer = {
        "type": "text",
        "fontSize": TEXT_SIZE - 2,
        "fontWeight": 600,
        "baseline": "middle",
    }
    grey = {"value": AXIS_GREY}
    layers = [
        layer("other", rule, across | {"color": grey}),
        layer("to right", rule, across | {"color": colour("actual")}),
    ]
    # What does not fit beside the lines ends with dots.
    text["limit"] = {"expr": f"width * {beside / (1 + 2 * beside):.3f} - 16"}
    for side, align, dx in (("left", "right", -14), ("right", "left", 14)):
        words = {"x": x, "y": y, "text": {"field": "words", "type": "nominal"}, "color": grey}
        layers.append(layer(side, text | {"align": align, "dx": dx}, words))
    said = [_said(move, names) for move in moves]
    alt = f"{titles[0]} to {titles[1].lower()}: {'; '.join(said)}."
    return picture(layers, pd.DataFrame(rows), alt, height=64 * (len(order) + 1))


def _said(move: Move, names: dict[str, str]) -> str:
    if move.before == move.after:
        return f"{move.n} stayed with {names[move.before]}"
    return f"{move.n} went from {names[move.before]} to {names[move.after]}"
