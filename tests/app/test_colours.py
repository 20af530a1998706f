"""The colour language: the same in the app and in files, and readable by everybody."""

import itertools
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from pages._ui.theme import AXIS_GREY, DARK_PALETTE, LIGHT_PALETTE, ROLES

ROOT = Path(__file__).resolve().parents[2]
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
PALETTES = {"light": LIGHT_PALETTE, "dark": DARK_PALETTE}

STYLE = (ROOT / "pages" / "_ui" / "page.css").read_text("utf-8")
# What the page says of colours beyond the theme: (light, dark).
ADDED = re.findall(r"(\S+): [^;{]*light-dark\((#\w{6}), (#\w{6})\)", STYLE)
# Streamlit mixes captions from the text and the page (`fadedText60` of its theme).
FADED = 0.6
# CIE76 in L*a*b*: 2.3 is just noticeable side by side (Mahy, Van Eycken & Oosterlinck, 1994,
# doi:10.1002/col.5080190207); marks on a projector are small and apart, so about ten times that.
FAR_ENOUGH = 20

# Machado, Oliveira & Fernandes (2009), severity 1.0, for linear RGB: doi:10.1109/TVCG.2009.113.
VISION = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b*, D65, of linear RGB."""
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = to_xyz @ np.clip(rgb, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(first: str, second: str) -> float:
    weights = np.array([0.2126, 0.7152, 0.0722])
    low, high = sorted(float(weights @ linear(colour)) for colour in (first, second))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", PALETTES)
def test_the_roles_have_the_themes_first_colours(mode: str) -> None:
    assert tuple(CONFIG[mode]["chartCategoricalColors"][: len(ROLES)]) == PALETTES[mode]


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("mode", PALETTES)
def test_roles_differ_for_every_kind_of_colour_vision(mode: str, vision: str) -> None:
    seen = [lab(VISION[vision] @ linear(colour)) for colour in PALETTES[mode]]
    for (i, first), (j, second) in itertools.combinations(enumerate(seen), 2):
        assert np.linalg.norm(first - second) > FAR_ENOUGH, (ROLES[i], ROLES[j])


@pytest.mark.parametrize("mode", PALETTES)
def test_marks_and_axes_stand_out_from_the_page(mode: str) -> None:
    background = CONFIG[mode]["backgroundColor"]
    assert all(contrast(colour, background) >= 3 for colour in PALETTES[mode])
    assert contrast(AXIS_GREY, background) >= 4
    assert contrast(CONFIG[mode]["textColor"], background) >= 7


def mixed(over: str, under: str, share: float) -> str:
    """A colour of which a share covers another one."""
    pairs = [(int(over[i : i + 2], 16), int(under[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in pairs)


@pytest.mark.parametrize("mode", PALETTES)
def test_words_are_read_on_the_page_and_beside_it(mode: str) -> None:
    theme = CONFIG[mode]
    for paper in (theme["backgroundColor"], theme["secondaryBackgroundColor"]):
        for ink in (theme["textColor"], theme["linkColor"], theme["primaryColor"]):
            assert contrast(ink, paper) >= 4.5, (ink, paper)
        assert contrast(mixed(theme["textColor"], paper, FADED), paper) >= 4.5, paper
    assert contrast(theme["codeTextColor"], theme["codeBackgroundColor"]) >= 4.5


@pytest.mark.parametrize("mode", PALETTES)
def test_all_colours_of_charts_stand_out_from_the_page(mode: str) -> None:
    """At least 3:1, as WCAG 2.2 asks of graphics in 1.4.11."""
    for colour in CONFIG[mode]["chartCategoricalColors"]:
        assert contrast(colour, CONFIG[mode]["backgroundColor"]) >= 3, colour


@pytest.mark.parametrize("mode", PALETTES)
def test_colours_of_the_style_sheet_are_read(mode: str) -> None:
    theme = CONFIG[mode]
    assert {name for name, *_ in ADDED} == {"background-color", "border-color", "outline", "color"}
    for name, *pair in ADDED:
        colour = pair[list(PALETTES).index(mode)]
        for paper in (theme["backgroundColor"], theme["secondaryBackgroundColor"]):
            assert contrast(colour, paper) >= (4.5 if name == "color" else 3), (name, colour)
        if name == "background-color":
            assert contrast("#ffffff", colour) >= 4.5


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("mode", PALETTES)
def test_every_two_colours_of_a_chart_differ_for_every_vision(mode: str, vision: str) -> None:
    colours = CONFIG[mode]["chartCategoricalColors"]
    near = [
        (colours[i], colours[j], round(float(distance)))
        for i, j in itertools.combinations(range(len(colours)), 2)
        if (
            distance := np.linalg.norm(
                lab(VISION[vision] @ linear(colours[i])) - lab(VISION[vision] @ linear(colours[j]))
            )
        )
        <= FAR_ENOUGH
    ]
    assert near == []
