"""Hide the actual data among simulated data, and say what finding them is worth."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
import scipy

from sim.arguments import check_count, check_rng
from sim.checks.layout import read_layout
from sim.errors import DataError, did_you_mean, shown
from sim.lmm.expressions import deparse
from sim.lmm.fit import Fit, fit_design
from sim.lmm.refit import simulate
from sim.lmm.small import Array, read_only
from sim.scenarios.scenario import Roles
from sim.stopping import Stop, check_stop

Plot = Literal["lines", "means", "residuals"]
PLOTS: dict[str, str] = {
    "lines": "One line per participant",
    "means": "Means of the participants",
    "residuals": "Residuals against fitted values",
}
MAX_PANELS = 30
MAX_PANEL_ROWS = 400
MAX_VOTES = 100_000


@dataclass(frozen=True, slots=True, eq=False)
class LineUp:
    """Panels of which at most one is actual.

    Parameters
    ----------
    plot : key of `PLOTS`.
    rows : what is drawn, columns panel (1 to n), participant, group, x, y; y is missing for
        "means", where x is the mean. Sorted, and participants renumbered in each panel, so that
        the order of rows and points says nothing.
    actual : number of the actual panel, None where all are simulated.
    panels : how many.
    x_name, y_name : what is on the axes, "" for none.
    x_levels : levels of a predictor that is a factor, in order; else empty.
    groups : levels of the group, in order; empty where there are none.
    n_participants, n_shown : in the data, and in each panel; fewer are shown where all of them
        would blacken the panel.
    responses : shape (nobs, panels), all rows of each panel's data in the order of the fit.
    """

    plot: str
    rows: pd.DataFrame
    actual: int | None
    panels: int
    x_name: str
    y_name: str
    x_levels: tuple[str, ...]
    groups: tuple[str, ...]
    n_participants: int
    n_shown: int
    responses: Array


def line_up(
    fit: Fit,
    data: pd.DataFrame,
    roles: Roles,
    plot: Plot,
    rng: np.random.Generator,
    panels: int = 20,
    null: bool = False,
    stop: Stop | None = None,
) -> LineUp:
    """Hide the actual data among data simulated from the fit, with new participants.

    Parameters
    ----------
    data : the fit's data, one row for each observation.
    plot : key of `PLOTS`. For "residuals" the model is fitted to each panel's own data, as it
        was to the actual ones.
    panels : how many in all, up to 30.
    null : simulate all of them, to see what chance alone looks like.
    stop : asked now and then; true ends the task.

    Raises
    ------
    DataError : `plot` is unknown, a role names a column that is not there, or the data are not
        the fit's.
    LimitError : another number of panels.
    CancelledError : `stop` said so.

    Source
    ------
    Buja et al. (2009), Phil. Trans. R. Soc. A 367, doi:10.1098/rsta.2009.0120.
    """
    if not isinstance(plot, str) or plot not in PLOTS:
        raise DataError(
            f"There is no plot {shown(plot)}.",
            f"Use {', '.join(PLOTS)}.{did_you_mean(plot, PLOTS)}",
        )
    check_rng(rng)
    check_count(panels, "panels", MAX_PANELS)
    if len(data) <= int(fit.design.rows.max(initial=-1)):
        raise DataError("The data are not those of the fit.", "Give the frame that was fitted.")
    used = data.iloc[fit.design.rows]
    place = int(rng.integers(panels))
    responses = simulate(fit, panels, rng)
    if not null:
        responses[:, place] = fit.design.y
    people = _people(used, roles, rng)
    read_only(responses)
    draw = {"lines": _lines, "means": _means, "residuals": _residuals}[plot]
    parts = []
    for i in range(panels):
        check_stop(stop)
        part = draw(fit, people, responses[:, i], stop)
        number = rng.permutation(people.n_shown) + 1
        part["participant"] = number[part["participant"]]
        part.insert(0, "panel", i + 1)
        parts.append(part.sort_values(["participant", "x", "y"]))
    response = deparse(fit.design.formula.response)
    names = {
        "lines": (roles.predictor, response),
        "means": (f"mean {response}", ""),
        "residuals": ("fitted", "residual"),
    }[plot]
    levels = _levels(used[roles.predictor]) if plot == "lines" else ()
    groups = _levels(used[roles.group].astype("category")) if roles.group is not None else ()
    return LineUp(
        plot=plot,
        rows=pd.concat(parts, ignore_index=True),
        actual=None if null else place + 1,
        panels=panels,
        x_name=names[0],
        y_name=names[1],
        x_levels=levels,
        groups=groups,
        n_participants=people.n_participants,
        n_shown=people.n_shown,
        responses=responses,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _People:
    """Who is drawn: `rows` are positions among the used rows, `code` runs from 0 to n_shown."""

    rows: np.ndarray
    code: np.ndarray
    x: np.ndarray
    group: np.ndarray
    n_participants: int
    n_shown: int


def _people(used: pd.DataFrame, roles: Roles, rng: np.random.Generator) -> _People:
    """Choose the participants to draw, the same ones in every panel."""
    layout = read_layout(used, roles)
    sizes = np.bincount(layout.participant[layout.participant >= 0])
    chosen = rng.permutation(layout.n_participants)
    most = max(1, int(np.searchsorted(np.cumsum(sizes[chosen]), MAX_PANEL_ROWS, side="right")))
    code = np.full(layout.n_participants + 1, -1)  # the last one is for missing participants
    code[chosen[:most]] = np.arange(min(most, layout.n_participants))
    mine = code[layout.participant]
    rows = np.flatnonzero(mine >= 0)
    predictor = used[roles.predictor]
    x = layout.x if layout.x is not None and layout.cell is None else predictor.astype(str)
    group = np.zeros(len(used), dtype=object) if roles.group is None else used[roles.group]
    return _People(
        rows,
        mine[rows],
        np.asarray(x)[rows],
        np.asarray(group).astype(str)[rows] if roles.group is not None else np.full(rows.size, ""),
        layout.n_participants,
        min(most, layout.n_participants),
    )


def _lines(fit: Fit, people: _People, y: Array, stop: Stop | None) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "participant": people.code,
            "group": people.group,
            "x": people.x,
            "y": y[people.rows],
        }
    )


def _means(fit: Fit, people: _People, y: Array, stop: Stop | None) -> pd.DataFrame:
    rows = _lines(fit, people, y, stop)
    means = rows.groupby(["participant", "group"])["y"].mean().reset_index(name="x")
    means["y"] = np.nan
    return means


def _residuals(fit: Fit, people: _People, y: Array, stop: Stop | None) -> pd.DataFrame:
    # The actual panel is fitted again like the others, so that nothing sets it apart.
    own = fit_design(replace(fit.design, y=y), fit.reml, stop=stop)
    return pd.DataFrame(
        {
            "participant": people.code,
            "group": people.group,
            "x": own.fitted[people.rows],
            "y": own.resid[people.rows],
        }
    )


def _levels(column: pd.Series) -> tuple[str, ...]:
    """Return the levels of a factor in their order, nothing for a number."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return ()
    levels = column.astype("category").cat.remove_unused_categories().cat.categories
    return tuple(str(level) for level in levels)


def line_up_p_value(hits: int, votes: int, panels: int = 20, attraction: float = 1.0) -> float:
    """Chance that at least so many find the actual panel if the model were true.

    All viewers see the same panels, and some panels attract the eye whatever they hold: how much
    each attracts is drawn from a symmetric Dirichlet distribution, so the votes for one of them
    are beta-binomial. Votes are not independent; a binomial would promise too much.

    Parameters
    ----------
    hits : votes for the actual panel.
    votes : all votes, each for one panel.
    attraction : the Dirichlet's parameter; 1 takes any pattern of attraction as equally likely,
        smaller ones put more of the votes on few panels, infinity makes the votes independent.

    Returns
    -------
    1 / panels for one viewer who is right, whatever the attraction; 1 for no hit.

    Raises
    ------
    DataError : more hits than votes, fewer than two panels, or an attraction that is not above 0.

    Source
    ------
    VanderPlas, Röttger, Cook & Hofmann (2021), Stat 10, e337, doi:10.1002/sta4.337.
    """
    whole = all(
        isinstance(n, int | np.integer) and not isinstance(n, bool) for n in (hits, votes, panels)
    )
    if not whole or not 0 <= hits <= votes or votes > MAX_VOTES or not 2 <= panels <= MAX_PANELS:
        raise DataError(
            f"{shown(hits)} of {shown(votes)} votes on {shown(panels)} panels cannot be.",
            f"Give whole numbers: at most {MAX_VOTES:,} votes, 2 to {MAX_PANELS} panels.",
        )
    if not isinstance(attraction, int | float) or not attraction > 0:
        raise DataError(f"The attraction is {shown(attraction)}.", "Choose a number above 0.")
    if hits == 0:
        return 1.0
    if np.isinf(attraction):
        return float(scipy.stats.binom.sf(hits - 1, votes, 1 / panels))
    return float(scipy.stats.betabinom.sf(hits - 1, votes, attraction, (panels - 1) * attraction))
