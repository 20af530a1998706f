"""The panels of a round, and what they show in words."""

import hashlib

import numpy as np
import streamlit as st

from pages._data.dataset import Dataset
from pages._ui.cache import KEEP, LARGE_ROWS, time_limit
from pages._ui.line_ups import Panel, frame_of, panel_pictures
from pages._ui.words import count, listed, number, plain
from pages.practice._line_up.settings import Setting
from sim.checks.line_up import LineUp, line_up

PANELS = 20
DRAWING = "Simulating and drawing 20 panels …"
GROUP_LINES = ("Solid", "dashed", "dotted", "dash-dotted")


def seed_of(setting: Setting) -> list[int]:
    """What places and simulations are drawn from, for NumPy's default_rng.

    Everything that names the panels goes in. With the draw number alone the actual panel would
    stand in the same place in every story, and a warm-up would share 19 panels with its line-up.
    """
    digest = hashlib.sha256(setting.key.encode()).digest()
    return [setting.draw, int.from_bytes(digest[:4])]


@st.cache_resource(max_entries=100, ttl=KEEP, show_spinner=DRAWING)
def _small(key: str, _setting: Setting) -> LineUp:
    return _line_up(_setting)


# A line-up keeps the simulated data of all rows.
@st.cache_resource(max_entries=4, ttl=KEEP, show_spinner=DRAWING)
def _large(key: str, _setting: Setting) -> LineUp:
    return _line_up(_setting)


def _line_up(setting: Setting) -> LineUp:
    hint = "Residuals need the model fitted once for each panel: choose another plot."
    with time_limit("Drawing these panels", hint) as stop:
        return line_up(
            setting.outcome.fit,
            setting.dataset.frame,
            setting.dataset.roles,
            setting.plot,  # type: ignore[arg-type]
            np.random.default_rng(seed_of(setting)),
            PANELS,
            setting.is_warm_up,
            stop=stop,
        )


def panels_of(setting: Setting) -> LineUp:
    """The round's line-up.

    Raises
    ------
    SimError : it cannot be drawn.
    """
    cached = _small if setting.outcome.fit.nobs <= LARGE_ROWS else _large
    return cached(setting.key, setting)


@st.cache_resource(max_entries=200, ttl=KEEP, show_spinner=False)
def _pictures(key: str, revealed: bool, alt_text: str, _found: LineUp) -> list[Panel]:
    return panel_pictures(_found, alt_text, revealed=revealed)


def pictures_of(setting: Setting, found: LineUp, *, revealed: bool) -> list[Panel]:
    """The round's panels; all in one colour until they are revealed."""
    alt = {
        "lines": f"{found.y_name} over {found.x_name}, one line for each participant",
        "means": f"histogram of the participants' {found.x_name}",
        "residuals": "residuals against fitted values",
    }[found.plot]
    return _pictures(setting.key, revealed, alt, found)


def axes_words(dataset: Dataset, found: LineUp) -> str:
    """What is on the axes of all panels; Markdown."""
    frame = frame_of(found)

    def ends(axis: tuple[float, float]) -> str:
        return f"about {number(axis[0], 2)} to {number(axis[1], 2)}"

    unit = dataset.roles.units.get(dataset.roles.response, "")
    unit = f" {plain(unit)}" if unit and found.y_name != unit else ""
    if found.plot == "means":
        words = f"across, {plain(found.x_name)} from {ends(frame.x)}{unit}; "
        words += "upwards, how many participants."
    elif found.plot == "residuals":
        words = f"across, fitted values from {ends(frame.x)}{unit}; "
        words += f"upwards, residuals from {ends(frame.y)}{unit}, the dashed line at 0."
    else:
        levels = listed([plain(level) for level in found.x_levels])
        values = found.rows["x"]
        x = f"{levels} from left to right"
        if not found.x_levels:
            low, high = (_short(float(v)) for v in (values.min(), values.max()))
            x = f"from {low} to {high}"
        words = f"across, {plain(found.x_name)} {x}; "
        words += f"upwards, {plain(found.y_name)} from {ends(frame.y)}{unit}."
    return f"All panels have the same axes: {words}{_who(dataset, found)}"


def _short(value: float) -> str:
    """A number without zeros at its end."""
    text = number(value)
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def _who(dataset: Dataset, found: LineUp) -> str:
    words = ""
    if found.plot == "lines" and 1 < len(found.groups) <= len(GROUP_LINES):
        kinds = zip(found.groups, GROUP_LINES, strict=False)
        name = plain(dataset.roles.group or "")
        words += " " + listed([f"{line} lines: {name} {plain(g)}" for g, line in kinds]) + "."
    if found.n_shown < found.n_participants:
        shown = count(found.n_shown, "participant")
        words += f" Each panel shows {shown} of {found.n_participants:,}, chosen by chance."
    return words
