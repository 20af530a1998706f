"""The panels of a line-up: small, on equal axes, without anything to hover over.

Each panel is an image of its own, drawn here: twenty charts would take the browser seconds, and
an image keeps no numbers that a search in the page could find. All coordinates have the same
precision, because recorded values have few digits and simulated ones many.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

import numpy as np
import pandas as pd

from pages._ui.charts import padded
from pages._ui.lines import GROUP_DASHES
from pages._ui.theme import AXIS_GREY, DARK_PALETTE, LIGHT_PALETTE, ROLES, Role
from sim.checks.line_up import LineUp

# Units of a panel's own coordinates; the screen decides how wide it is.
WIDTH, HEIGHT, LETTERS = 200, 136, 14
EDGE = 3
BARS = 14
# px: five panels side by side on a laptop, seven on a projector, two on a phone.
COLUMNS, MIN_WIDTH = 7, 160
SCREEN_STYLE = (
    ":root{{color-scheme:light dark}}.m{{color:{light}}}text{{fill:#18222c}}"
    "@media(prefers-color-scheme:dark){{.m{{color:{dark}}}text{{fill:#e8eef3}}}}"
)
LIGHT_STYLE = ".m{{color:{light}}}text{{fill:#18222c}}"
DARK_STYLE = ".m{{color:{dark}}}text{{fill:#e8eef3}}"
FONT = "Liberation Sans, Arial, sans-serif"


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel.

    Parameters
    ----------
    number : from 1.
    role : whose colour it has.
    marks : SVG elements in the panel's own coordinates.
    alt : what it shows, for people who hear the page.
    """

    number: int
    role: Role
    marks: str
    alt: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What all panels of a line-up share.

    Parameters
    ----------
    x, y : both ends of the axes; x runs over positions of the levels where it is a factor.
    straight : draw each participant's least-squares line: joining the points would only zigzag
        where everybody was measured at other x.
    """

    x: tuple[float, float]
    y: tuple[float, float]
    straight: bool = False


def panel_pictures(found: LineUp, alt_text: str, *, revealed: bool = False) -> list[Panel]:
    """One picture for each panel, in the order of their numbers.

    Parameters
    ----------
    alt_text : what all panels show, in words; the panel's number is put before it.
    revealed : draw the actual panel in the colour of actual data, the others as simulated. All
        have the colour of actual data before.
    """
    frame, draw = frame_of(found), _MARKS[found.plot]
    panels = []
    for number, rows in found.rows.groupby("panel"):
        is_actual = number == found.actual
        role: Role = "actual" if is_actual or not revealed else "simulated"
        kind = "" if not revealed else "actual data, " if is_actual else "simulated, "
        alt = f"Panel {number}: {kind}{alt_text}"
        panels.append(Panel(int(number), role, draw(found, rows, frame), alt))
    return panels


def show_panels(
    panels: Sequence[Panel],
    names: Sequence[str] | None = None,
    below: Callable[[Panel], None] | None = None,
) -> None:
    """All panels, as many side by side as the screen has room for.

    Parameters
    ----------
    names : above the panels; their numbers if None.
    below : draws what stands under a panel, which then needs no name above it.
    """
    # Here, because the phones' process draws panels and needs no Streamlit.
    import streamlit as st

    grid = st.grid(COLUMNS, min_column_width=MIN_WIDTH, gap="xsmall")
    for i, panel in enumerate(panels):
        name = names[i] if names is not None else "" if below else str(panel.number)
        with grid.cell(), st.container(gap="xxsmall"):
            st.image(_svg(panel, name), alt=panel.alt, width="stretch")
            if below is not None:
                below(panel)


def panels_svg(
    panels: Sequence[Panel], columns: int = 5, *, letters: int = LETTERS, dark: bool = False
) -> bytes:
    """All panels with their numbers as one SVG file.

    Parameters
    ----------
    letters : height of the numbers; a panel is 200 wide.
    dark : for a dark screen, without a background; else on white.
    """
    gap, scale = 10, 1.4
    width, height = WIDTH + gap, HEIGHT + _strip(letters) + gap
    rows = -(-len(panels) // columns)
    places = [
        f'<g transform="translate({gap + width * (i % columns)} {gap + height * (i // columns)})">'
        f"{_titled(panel, str(panel.number), letters)}</g>"
        for i, panel in enumerate(panels)
    ]
    size = (gap + width * columns, gap + height * rows)
    colours = _colours(panels[0].role, DARK_STYLE if dark else LIGHT_STYLE)
    ground = "" if dark else '<rect width="100%" height="100%" fill="#ffffff"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]} {size[1]}" '
        f'width="{scale * size[0]:.0f}" height="{scale * size[1]:.0f}"><style>{colours}</style>'
        f"{ground}{''.join(places)}</svg>"
    ).encode()


def frame_of(found: LineUp) -> Frame:
    """The axes of all panels: from the smallest to the largest value in any of them."""
    rows = found.rows
    y = padded([rows["y"].to_numpy(dtype=float)])
    if found.plot == "lines" and found.x_levels:
        last = len(found.x_levels) - 1
        return Frame((-0.35, last + 0.35), y)
    x = padded([rows["x"].to_numpy(dtype=float)])
    if found.plot == "means":
        largest = max(int(_counts(part, x).max()) for _, part in rows.groupby("panel"))
        return Frame(x, (0.0, 1.08 * largest))
    if found.plot == "residuals":
        return Frame(x, y)
    first = rows[rows["panel"] == 1]
    per_line = first.groupby(["participant", "group"])["x"].nunique()
    scattered = per_line.median() >= 3 and first["x"].nunique() > 2 * int(per_line.max())
    return Frame(x, y, bool(scattered))


def _colours(role: Role, style: str) -> str:
    place = ROLES.index(role)
    return style.format(light=LIGHT_PALETTE[place], dark=DARK_PALETTE[place])


def _strip(letters: int) -> int:
    """Height of the strip over a panel that its name stands in."""
    return letters + 6


def _titled(panel: Panel, name: str, letters: int = LETTERS) -> str:
    """A panel under its name."""
    text = (
        f'<text x="1" y="{letters}" font-family="{FONT}" font-size="{letters}" font-weight="bold">'
    )
    below = f'<g transform="translate(0 {_strip(letters)})">{_boxed(panel)}</g>'
    return f"{text}{escape(name)}</text>{below}"


def _boxed(panel: Panel) -> str:
    return (
        f'<rect x="1" y="1" width="{WIDTH - 2}" height="{HEIGHT - 2}" rx="8" fill="none" '
        f'stroke="{AXIS_GREY}" stroke-opacity="0.45"/>'
        f'<g class="m" fill="none" stroke="currentColor">{panel.marks}</g>'
    )


def _svg(panel: Panel, name: str) -> str:
    """A panel as an image of its own, under its name if it has one."""
    height = HEIGHT + (_strip(LETTERS) if name else 0)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{2 * WIDTH}" height="{2 * height}">'
        f"<style>{_colours(panel.role, SCREEN_STYLE)}</style>"
        f"{_titled(panel, name) if name else _boxed(panel)}</svg>"
    )


def _places(x: np.ndarray, y: np.ndarray, frame: Frame) -> tuple[list[str], list[str]]:
    """Values as coordinates with one decimal."""
    across = EDGE + (x - frame.x[0]) / (frame.x[1] - frame.x[0]) * (WIDTH - 2 * EDGE)
    down = EDGE + (frame.y[1] - y) / (frame.y[1] - frame.y[0]) * (HEIGHT - 2 * EDGE)
    return [f"{v:.1f}" for v in across], [f"{v:.1f}" for v in down]


def _path(across: Sequence[str], down: Sequence[str], settings: str) -> str:
    points = "L".join(f"{a} {b}" for a, b in zip(across, down, strict=True))
    return f'<path d="M{points}" {settings}/>'


def _dots(x: np.ndarray, y: np.ndarray, frame: Frame, size: float) -> str:
    across, down = _places(x, y, frame)
    points = "".join(f"M{a} {b}h0" for a, b in zip(across, down, strict=True))
    return f'<path d="{points}" stroke-width="{size}" stroke-linecap="round" stroke-opacity="0.7"/>'


def _line_marks(found: LineUp, rows: pd.DataFrame, frame: Frame) -> str:
    levels = {level: float(i) for i, level in enumerate(found.x_levels)}
    x = rows["x"].map(levels) if levels else rows["x"]
    placed = rows.assign(x=x.astype(float))
    placed = placed[np.isfinite(placed["x"])]
    if placed.empty:
        return ""
    ends = _straight(placed) if frame.straight else _joined(placed)
    across, down = _places(ends["x"].to_numpy(), ends["y"].to_numpy(), frame)
    line = ends.groupby(["participant", "group"], sort=False).ngroup().to_numpy()
    starts = [0, *(np.flatnonzero(np.diff(line)) + 1), len(line)]
    dashes = dict(zip(found.groups, GROUP_DASHES, strict=False))
    width = 1.6 if frame.straight else 1.2
    marks = []
    for start, end in pairwise(starts):
        dash = dashes.get(str(ends["group"].iat[start]), GROUP_DASHES[0])
        dashed = (
            "" if dash == GROUP_DASHES[0] else f' stroke-dasharray="{" ".join(map(str, dash))}"'
        )
        settings = f'stroke-width="{width}" stroke-opacity="0.75"{dashed}'
        marks.append(_path(across[start:end], down[start:end], settings))
    size = 2.2 if frame.straight else 3.2
    marks.append(_dots(placed["x"].to_numpy(), placed["y"].to_numpy(), frame, size))
    return "".join(marks)


def _joined(placed: pd.DataFrame) -> pd.DataFrame:
    """What a participant's line joins: the mean where there are several values at one x."""
    means = placed.groupby(["participant", "group", "x"], sort=True)["y"].mean()
    return means.reset_index()


def _straight(placed: pd.DataFrame) -> pd.DataFrame:
    """Both ends of each participant's least-squares line."""
    who = placed.groupby(["participant", "group"], sort=True)
    means = who[["x", "y"]].transform("mean")
    x, y = placed["x"] - means["x"], placed["y"] - means["y"]
    sums = placed.assign(xx=x * x, xy=x * y).groupby(["participant", "group"], sort=True)
    slope = (sums["xy"].sum() / sums["xx"].sum()).fillna(0.0)
    centre = who[["x", "y"]].mean()
    ends = [
        pd.DataFrame({"x": at, "y": centre["y"] + slope * (at - centre["x"])})
        for at in (who["x"].min(), who["x"].max())
    ]
    return pd.concat(ends).sort_index(kind="stable").reset_index()


def _counts(rows: pd.DataFrame, x: tuple[float, float]) -> np.ndarray:
    return np.histogram(rows["x"].to_numpy(dtype=float), bins=BARS, range=x)[0]


def _bar_marks(found: LineUp, rows: pd.DataFrame, frame: Frame) -> str:
    edges = np.linspace(*frame.x, BARS + 1)
    counts = _counts(rows, frame.x).astype(float)
    left, top = _places(edges[:-1], counts, frame)
    bottom = HEIGHT - EDGE
    width = (WIDTH - 2 * EDGE) / BARS - 1
    bars = [
        f"M{a} {bottom}V{b}h{width:.1f}V{bottom}Z"
        for a, b, n in zip(left, top, counts, strict=True)
        if n > 0
    ]
    return f'<path d="{"".join(bars)}" fill="currentColor" fill-opacity="0.85" stroke="none"/>'


def _residual_marks(found: LineUp, rows: pd.DataFrame, frame: Frame) -> str:
    ends = _places(np.array(frame.x), np.zeros(2), frame)
    zero = _path(*ends, f'stroke="{AXIS_GREY}" stroke-dasharray="4 3"')
    return zero + _dots(rows["x"].to_numpy(dtype=float), rows["y"].to_numpy(), frame, 4)


_MARKS: dict[str, Callable[[LineUp, pd.DataFrame, Frame], str]] = {
    "lines": _line_marks,
    "means": _bar_marks,
    "residuals": _residual_marks,
}
