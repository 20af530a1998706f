"""How far the estimates spread: densities without and with partial pooling."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from pages._ui.charts import Picture, padded
from pages._ui.frame import section, show
from pages._ui.marks import axis, colour, layer, picture
from pages._ui.theme import AXIS_GREY
from pages._ui.words import code, count, number
from pages.learn._pooling.settings import Study, lines_of
from sim.pooling import Pooling, densities

HEIGHT = 230


def term_name(study: Study, term: int) -> str:
    """Intercept or slope in words, with its unit."""
    unit = study.unit.strip()
    if term == 0:
        return f"intercept ({unit})" if unit else "intercept"
    return f"slope of {study.x_name} ({unit} for 1)" if unit else f"slope of {study.x_name}"


def _estimates(pooling: Pooling, term: int) -> pd.DataFrame:
    """A tick for each participant's estimate by each method, below the curves."""
    parts = []
    for method, place in (("no", -0.08), ("partial", -0.19)):
        column = pooling.coefficients(method).iloc[:, term].dropna()
        parts.append(
            pd.DataFrame(
                {
                    "layer": f"tick {method}",
                    "x": column.to_numpy(),
                    "y": place,
                    "participant": list(column.index),
                }
            )
        )
    return pd.concat(parts)


def density_picture(study: Study, pooling: Pooling, term: int) -> Picture:
    """Densities of the participants' intercepts (0) or slopes (1) by both methods."""
    name = pooling.measured.terms[term]
    curves = densities(pooling, points=201)
    curves = curves[curves["term"] == name]
    top = float(curves["density"].max()) if len(curves) else 1.0
    estimates = _estimates(pooling, term)
    estimates["y"] *= top
    one = float(pooling.complete.iloc[term])
    reach = [curves["value"].to_numpy(), estimates["x"].to_numpy(), np.array([one])]
    domain = padded(reach, 0.02)
    x = axis("x", domain, term_name(study, term))
    y = axis("y", (-0.27 * top, 1.06 * top), None, labels=False, grid=False)
    y["axis"] |= {"ticks": False, "domain": False}
    both: dict[str, Any] = {"x": x, "y": y}
    who = [
        {"field": "participant", "type": "nominal", "title": "participant"},
        {"field": "x", "type": "quantitative", "title": "estimate", "format": ".4~g"},
    ]
    layers = [
        layer(
            "complete",
            {"type": "rule", "color": AXIS_GREY, "strokeDash": [2, 3], "strokeWidth": 2.5},
            {"x": x},
        )
    ]
    for method, role in (("no", "actual"), ("partial", "fitted")):
        dash = {"strokeDash": [7, 4]} if method == "no" else {}
        line = {"type": "line", "strokeWidth": 3} | dash
        paint = {"color": colour(role)}  # type: ignore[arg-type]
        area = {"type": "area", "opacity": 0.14}
        layers.append(layer(method, area, both | {"y2": {"datum": 0}} | paint))
        layers.append(layer(method, line, both | paint))
        tick = {"type": "tick", "thickness": 2, "size": 12, "opacity": 0.8}
        layers.append(layer(f"tick {method}", tick, both | {"tooltip": who} | paint))
    data = pd.concat(
        [
            curves.rename(columns={"method": "layer", "value": "x", "density": "y"}),
            estimates,
            pd.DataFrame({"layer": ["complete"], "x": [one]}),
        ],
        ignore_index=True,
    )
    sd = pooling.spread[name]
    title = "Intercepts" if term == 0 else "Slopes"
    alt = (
        f"Densities of {title.lower()}: SD {number(sd['no'], 4)} without pooling, "
        f"{number(sd['partial'], 4)} with partial pooling; complete pooling is one value, "
        f"{number(one, 4)}."
    )
    return picture(layers, data, alt, title=title, height=HEIGHT)


def _row(pooling: Pooling, method: str) -> list[str]:
    return [
        f"{value:.2f}" if abs(value) >= 0.005 or value == 0 else number(value)
        for value in pooling.spread.loc[method]
    ]


def whole_participants(study: Study) -> Pooling | None:
    """The same model for those only who were measured as often as anybody; None if all were.

    Raises
    ------
    SimError : too few are left.
    """
    counts = study.counts
    whole = counts == counts.max()
    if whole.all() or whole.sum() < 0.8 * len(counts):
        return None
    who = study.dataset.frame[study.dataset.roles.participant].astype(str)
    out = np.flatnonzero(~who.isin(list(counts.index[whole])).to_numpy())
    return lines_of(study.dataset, "both", tuple(int(i) for i in out))


def sd_table(study: Study, pooling: Pooling) -> pd.DataFrame:
    """SD of the estimates, by method; beside it for those with all their data, where some miss."""
    n = len(study.people)
    rows = {}
    whole = whole_participants(study) if pooling.varying == "both" else None
    for who, fit in ((f"all {n}", pooling), ("", whole)):
        if fit is None:
            continue
        label = who or f"the {len(fit.own)} with all their data"
        rows[f"no pooling, {label}"] = _row(fit, "no")
        rows[f"partial pooling, {label}"] = _row(fit, "partial")
    table = pd.DataFrame(rows, index=["SD of intercepts", "SD of slopes"]).T
    table.index.name = "estimates"
    return table


def _words(study: Study, pooling: Pooling) -> list[str]:
    spread = pooling.spread
    shares = (spread.loc["partial"] / spread.loc["no"]).to_numpy()
    model = np.sqrt(np.diag(pooling.covariance))
    text = [
        f"Without pooling the {count(len(pooling.own), 'intercept')} have an SD of "
        f"**{number(spread.iloc[1, 0], 4)}**, with partial pooling "
        f"**{number(spread.iloc[2, 0], 4)}**; the slopes **{number(spread.iloc[1, 1], 3)}** and "
        f"**{number(spread.iloc[2, 1], 3)}**."
    ]
    if (shares < 0.999).all():
        text.append(
            "The separate lines are *too* different: each carries the noise of its own few "
            "observations on top of what is true about the participant. Partial pooling takes "
            "that part out, and the curve gets narrower: **shrinkage**."
        )
    elif pooling.varying != "both":
        still = "slope" if pooling.varying == "intercepts" else "intercept"
        text.append(
            f"This model gives everybody the same {still}, so those do not spread at all and have "
            "no curve. What they cannot take up goes into the other coefficient."
        )
    text.append(
        f"The model's own estimates of the SDs ({number(model[0], 4)} and {number(model[1], 3)}, "
        f"in `VarCorr`) are something else: they describe the population, and shrunken estimates "
        "spread less than the people behind them."
    )
    return text


def spread_section(study: Study, pooling: Pooling) -> None:
    """Draw the densities, their SDs and the words."""
    section(
        "How far do the estimates spread?",
        "Each participant's intercept and slope is a tick; above them the density, as R's "
        f"{code('density()')} draws it.",
    )
    grid = st.grid(2, min_column_width=300, gap="medium")
    pictures = [density_picture(study, pooling, term) for term in (0, 1)]
    for shown in pictures:
        with grid.cell():
            show(shown)
    st.caption("Dashed blue: no pooling. Red: partial pooling. Dotted grey: complete pooling.")
    below = st.grid(2, min_column_width=320, gap="medium")
    with below.cell():
        for paragraph in _words(study, pooling):
            st.markdown(paragraph)
    with below.cell():
        st.table(sd_table(study, pooling), width="content")
        if study.dataset.name == "sleepstudy20" and pooling.varying == "both":
            st.caption(
                "The lecture's 28.95 and 6.56, 21.59 and 5.46 belong to the 18 participants with "
                "all ten days (21.596, cut after two decimals). With 373 and 374 the numbers are "
                "those of “all 20”; 373 has no slope and is left out of the SD of slopes."
            )
