"""Pictures: shared axes, odd names, large data, files."""

import numpy as np
import pandas as pd

from pages._ui.charts import Picture, histogram_picture, padded
from pages._ui.files import as_png, as_svg
from pages._ui.lines import (
    MAX_DRAWN_PARTICIPANTS,
    MAX_DRAWN_ROWS,
    Axes,
    drawn_rows,
    line_rows,
    lines_picture,
)
from pages._ui.theme import Role
from pages._ui.words import code, inside, listed, number, plain


def rows(n: int = 20) -> pd.DataFrame:
    y = np.random.default_rng(1).normal(10, 3, 2 * n)
    return pd.DataFrame(
        {
            "participant": np.repeat(np.arange(n), 2).astype(str),
            "x": np.tile(["0", "1"], n),
            "y": y,
            "group": np.repeat(["a", "b"], n),
        }
    )


def axes(frame: pd.DataFrame, **others) -> Axes:
    settings = {"levels": ("0", "1"), "x_domain": None, "groups": ("a", "b")} | others
    return Axes("condition", "value (points)", y_domain=padded([frame["y"].to_numpy()]), **settings)


def drawn(frame: pd.DataFrame, at: Axes, role: Role, words: str, **more: str) -> Picture:
    laid = line_rows(frame, straight=at.straight)
    return lines_picture(laid, frame["y"].to_numpy(), at, role, words, **more)


def panels() -> list[Picture]:
    frame = rows()
    truth = pd.DataFrame({"x": ["0", "1"], "y": [9.0, 11.0]})
    shared = axes(frame)
    return [
        drawn(frame, shared, "actual", "one", truth=truth, title="Actual data"),
        drawn(frame, shared, "simulated", "two", title="Simulated", compact=True),
        histogram_picture(np.random.default_rng(2).normal(size=1000), 3.5, "SD", "three"),
    ]


def test_panels_of_one_picture_share_their_axes() -> None:
    actual, simulated, _ = panels()
    for channel in ("x", "y"):
        domains = [
            layer["encoding"][channel]["scale"]["domain"]
            for picture in (actual, simulated)
            for layer in picture.spec["layer"]
        ]
        assert all(domain == domains[0] for domain in domains)


def test_a_picture_does_not_change_the_next_one() -> None:
    first = panels()[0]
    other = axes(rows(), levels=("p", "q"))
    drawn(rows(), other, "actual", "x")
    assert first.spec["layer"][0]["encoding"]["x"]["scale"]["domain"] == ["0", "1"]


def test_the_name_of_the_actual_value_stands_above_the_bars() -> None:
    histogram = panels()[2]
    low, high = histogram.spec["layer"][0]["encoding"]["y"]["scale"]["domain"]
    assert low == 0
    assert high >= 1.1 * histogram.data["count"].max()


def test_files() -> None:
    svg = as_svg(panels()).decode()
    assert svg.startswith("<svg")
    assert "Actual data" in svg
    assert "#0072b2" in svg
    assert "#ffffff" in svg
    assert as_png(panels()).startswith(b"\x89PNG")


def test_repeated_measurements_become_one_line_through_their_means() -> None:
    frame = pd.concat([rows(3), rows(3).assign(y=lambda d: d["y"] + 2)], ignore_index=True)
    data = drawn(frame, axes(frame), "actual", "x").table().to_pandas()
    lines = data[data["layer"] == "line"]
    assert len(lines) == 6
    np.testing.assert_allclose(lines["y"], rows(3)["y"] + 1)
    assert (data["layer"] == "point").sum() == 12


def test_a_straight_line_is_the_least_squares_line() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=9), rng.normal(size=9)
    frame = pd.DataFrame({"participant": "1", "x": x, "y": y, "group": ""})
    straight = axes(frame, levels=None, x_domain=padded([x]), groups=(), straight=True)
    data = drawn(frame, straight, "actual", "x").table().to_pandas()
    ends = data[data["layer"] == "line"]
    slope, intercept = np.polyfit(x, y, 1)
    np.testing.assert_allclose(ends["y"], intercept + slope * ends["x"].astype(float))


def test_large_data_are_drawn_as_whole_participants() -> None:
    people = pd.Series(np.repeat(np.arange(2_000), 30).astype(str))
    kept = people.iloc[drawn_rows(people)]
    assert len(kept) <= MAX_DRAWN_ROWS
    assert 2 <= kept.nunique() <= MAX_DRAWN_PARTICIPANTS
    assert (kept.value_counts() == 30).all()
    few = pd.Series(["a", "b"] * 20)
    assert len(drawn_rows(few)) == 40


def test_padded_of_nothing_and_of_one_value() -> None:
    assert padded([np.array([np.nan])]) == (0.0, 1.0)
    low, high = padded([np.array([5.0, 5.0])])
    assert low < 5.0 < high


def test_words() -> None:
    assert plain("![x](http://a.b) $y$ :red[z]") == (
        "\\!\\[x\\]\\(http\u2060\\://a\\.b\\) \\$y\\$ \\:red\\[z\\]"
    )
    # No link or arrow of its own accord, which an escape alone does not prevent.
    assert plain("a <= b -- c") == "a \\<\u2060= b \\-\u2060\\- c"
    assert plain("www.a.b me@a.b a@b.c") == "www\u2060\\.a\\.b me\u2060@a\\.b a\u2060@b\\.c"
    assert code("a`b") == "``a`b``"
    assert code("a\n\n# b") == "`a # b`"
    assert code("`sub ject`") == "`` `sub ject` ``"
    assert [number(v) for v in (0, 4.638, 0.3383, 1234567.0, 1e-9, float("nan"))] == [
        "0",
        "4.64",
        "0.338",
        "1234567",
        "1.00e-09",
        "not defined",
    ]
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert [inside(label) for label in ("SD of slopes", "Skewness")] == ["SD of slopes", "skewness"]
