"""Actual data, fitted lines and simulated data on the same axes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import streamlit as st

from pages._data.dataset import Dataset
from pages._ui.charts import Picture, padded
from pages._ui.frame import show
from pages._ui.lines import GROUP_WORDS, Axes, Rows, drawn_rows, line_rows, lines_picture
from pages._ui.words import count, number, plain
from sim.lmm.fit import Fit

PANEL_HEIGHT = 360
DATA_HEIGHT = 250
SMALL_HEIGHT = 170


@dataclass(frozen=True, slots=True)
class Stage:
    """What all panels have in common.

    Parameters
    ----------
    layout : the rows that are drawn, without a response.
    rows : positions of these rows among the fitted ones.
    axes : shared.
    truth : columns x, y: the true mean line; None where nobody knows it.
    n_participants, n_drawn : levels in the data, and lines in the picture.
    """

    layout: Rows
    rows: np.ndarray
    axes: Axes
    truth: pd.DataFrame | None
    n_participants: int
    n_drawn: int

    def drawn(self, y: np.ndarray) -> np.ndarray:
        """The response of the drawn rows; y has shape (nobs,)."""
        values: np.ndarray = np.asarray(y, dtype=float)[self.rows]
        return values


def _as_labels(column: pd.Series) -> pd.Series:
    if isinstance(column.dtype, pd.CategoricalDtype):  # text of each level, not of each row
        labels = np.array([*(str(level) for level in column.cat.categories), "missing"], object)
        return pd.Series(labels[column.cat.codes.to_numpy()], index=column.index)
    return column.astype(object).where(column.notna(), "missing").astype(str)


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _levels(column: pd.Series) -> tuple[str, ...]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = np.unique(column.cat.codes.to_numpy())
        ordered = [str(column.cat.categories[code]) for code in codes if code >= 0]
    else:
        ordered = sorted(set(_as_labels(column[column.notna()])))
    return (*ordered, "missing") if column.isna().any() else tuple(ordered)


def _truth_line(dataset: Dataset, fit: Fit, x: pd.Series, contrasts: str) -> pd.DataFrame | None:
    """The true mean at each x, when the truth speaks of exactly these fixed effects."""
    names = list(fit.design.x_names)
    if dataset.truth is None or contrasts != "treatment":
        return None
    fixef = dataset.truth.beside(names).fixef
    if set(fixef) != set(names):
        return None
    mean = fit.design.X @ np.array([fixef[name] for name in names])
    at = x.round(6) if _is_number(x) else x
    line = pd.DataFrame({"x": at.to_numpy(), "y": mean}).groupby("x", sort=True)["y"].mean()
    return line.reset_index() if len(line) <= 60 else None


def _different_on_each_line(layout: pd.DataFrame, column: str) -> tuple[np.ndarray, int]:
    """How many values of a column each line has, shape (lines,), and how many there are in all."""
    line, lines = pd.factorize(layout["participant"].to_numpy())
    value, values = pd.factorize(layout[column].to_numpy())
    known = value >= 0
    pairs = np.unique(line[known] * len(values) + value[known])
    return np.bincount(pairs // max(1, len(values)), minlength=len(lines)), len(values)


def _can_mark(layout: pd.DataFrame, marked: tuple[str, ...]) -> bool:
    """Whether each line belongs to one group, so that a dash can show which."""
    if not 1 < len(marked) <= len(GROUP_WORDS):
        return False
    return bool((_different_on_each_line(layout, "group")[0] == 1).all())


def _is_scattered(layout: pd.DataFrame) -> bool:
    """Whether participants were measured at x of their own, several times each."""
    per_line, total = _different_on_each_line(layout, "x")
    return float(np.median(per_line)) >= 3 and total > 2 * int(per_line.max())


def set_stage(dataset: Dataset, fit: Fit, contrasts: str, shown: Sequence[np.ndarray]) -> Stage:
    """Axes and rows for all panels.

    Parameters
    ----------
    shown : every response that a panel will show, each of shape (nobs,) or (nobs, n).
    """
    roles = dataset.roles
    used = dataset.frame.iloc[np.asarray(fit.design.rows)]
    predictor = used[roles.predictor]
    numeric = _is_number(predictor)
    x = predictor.astype(float) if numeric else _as_labels(predictor)
    people = _as_labels(used[roles.participant])
    group = _as_labels(used[roles.group]) if roles.group else pd.Series("", index=used.index)
    marked = _levels(used[roles.group]) if roles.group else ()
    layout = pd.DataFrame(
        {"participant": people.to_numpy(), "x": x.to_numpy(), "group": group.to_numpy()}
    )
    response = fit.design.formula.response_text
    groups = marked if _can_mark(layout, marked) else ()
    if not groups:
        layout["group"] = ""
    axes = Axes(
        x_title=dataset.with_unit(roles.predictor),
        y_title=dataset.with_unit(response),
        levels=None if numeric else _levels(predictor),
        x_domain=padded([x.to_numpy()]) if numeric else None,
        y_domain=padded(shown),
        groups=groups,
        straight=numeric and _is_scattered(layout),
    )
    rows = drawn_rows(layout["participant"])
    truth = _truth_line(dataset, fit, x, contrasts)
    drawn = layout.iloc[rows]
    n_participants, n_drawn = people.nunique(), drawn["participant"].nunique()
    laid = line_rows(drawn, straight=axes.straight)
    return Stage(laid, rows, axes, truth, n_participants, n_drawn)


def _alt(stage: Stage, what: str, y: np.ndarray) -> str:
    values = np.asarray(y, dtype=float)
    low, high = number(float(values.min())), number(float(values.max()))
    return (
        f"{what}: {count(stage.n_drawn, 'line')}, one for each participant, "
        f"{stage.axes.y_title} from {low} to {high} over {stage.axes.x_title}."
    )


def actual_panel(stage: Stage, fit: Fit) -> Picture:
    """The data as they are, with the true mean line where it is known."""
    y = fit.design.y
    alt = _alt(stage, "Actual data", y)
    if stage.truth is not None:
        alt += " The true average is a dashed line."
    return lines_picture(
        stage.layout,
        stage.drawn(y),
        stage.axes,
        "actual",
        alt,
        truth=stage.truth,
        title="Actual data",
        height=PANEL_HEIGHT,
    )


def show_data(dataset: Dataset, fit: Fit, title: str = "Actual data") -> None:
    """The data of a page on which they are not the main thing, with notes.

    Parameters
    ----------
    fit : of any model of these data.
    """
    stage = set_stage(dataset, fit, "treatment", [fit.design.y])
    picture = actual_panel(stage, fit)
    # Vega may clip a title inside the picture, depending on the width.
    spec = {k: v for k, v in picture.spec.items() if k != "title"} | {"height": DATA_HEIGHT}
    st.markdown(f"**{title}**")
    show(replace(picture, spec=spec, alt=picture.alt.replace("Actual data", title, 1)))
    if notes := picture_notes(dataset, stage):
        st.caption(notes)


def fitted_panel(stage: Stage, fit: Fit) -> Picture:
    """One fitted line for each participant."""
    alt = _alt(stage, "Fitted lines", fit.fitted)
    return lines_picture(
        stage.layout,
        stage.drawn(fit.fitted),
        stage.axes,
        "fitted",
        alt,
        title="Fitted lines",
        height=PANEL_HEIGHT,
    )


def simulated_panel(
    stage: Stage, y: np.ndarray, what: str, *, title: str = "", small: bool = False
) -> Picture:
    """One simulated data set; `what` says in words which, the title stands above it."""
    return lines_picture(
        stage.layout,
        stage.drawn(y),
        stage.axes,
        "simulated",
        _alt(stage, what, y),
        title=title or what,
        height=SMALL_HEIGHT if small else PANEL_HEIGHT,
        compact=small,
    )


def draw_grid(pictures: Sequence[Picture], *, columns: int, min_width: int) -> None:
    """Panels beside each other, fewer in a row on a narrow screen."""
    grid = st.grid(columns, min_column_width=min_width, gap="xsmall")
    for picture in pictures:
        with grid.cell():
            show(picture)


def picture_notes(dataset: Dataset, stage: Stage) -> str:
    """What the marks mean and who is not drawn, as one caption; Markdown."""
    notes = []
    if stage.truth is not None:
        notes.append("Thick dashed line: the true average.")
    if stage.axes.groups:
        notes += [
            f"{words}: {dataset.roles.group} {group}."
            for group, words in zip(stage.axes.groups, GROUP_WORDS, strict=False)
        ]
    if stage.axes.straight:
        notes.append(
            f"The values of {dataset.roles.predictor} are not the same for everybody, so each "
            f"line is the straight line through the points of one {dataset.roles.participant}."
        )
    if stage.n_drawn < stage.n_participants:
        notes.append(
            f"The pictures show {stage.n_drawn} of {stage.n_participants:,} participants, chosen "
            "evenly; the model and all numbers use all of them."
        )
    return plain(" ".join(notes))
