"""Every line as a point: from the line of one's own, an arrow to the line of partial pooling."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from pages._ui.charts import Picture, padded
from pages._ui.frame import section, show
from pages._ui.marks import axis, colour, layer, picture
from pages._ui.theme import AXIS_GREY
from pages._ui.words import number, plain
from pages.learn._pooling.predict import moves
from pages.learn._pooling.settings import Study
from pages.learn._pooling.spread import term_name
from sim.pooling import Pooling, likelihood_contours, population_contours

HEIGHT = 460
NOBODY = "(nobody)"
MASSES = (0.1, 0.3, 0.5, 0.7, 0.9)
OWN_MASS = 0.5
MAX_ARROWS = 100
MAX_ROOM = 0.25


def arrows(pooling: Pooling) -> pd.DataFrame:
    """Where each participant's line was (x, y) and is (x2, y2); nan where there was none."""
    own, partial = pooling.own.to_numpy(), pooling.partial.to_numpy()
    return pd.DataFrame(
        {
            "participant": list(pooling.own.index),
            "x": own[:, 0],
            "y": own[:, 1],
            "x2": partial[:, 0],
            "y2": partial[:, 1],
        }
    )


def _domains(pooling: Pooling, highlighted: str) -> tuple[tuple[float, float], tuple[float, float]]:
    lines = population_contours(pooling, [0.9])
    frame = arrows(pooling).dropna()
    x = padded([lines["intercept"], frame["x"], frame["x2"]], 0.06)
    y = padded([lines["slope"], frame["y"], frame["y2"]], 0.06)
    if highlighted not in pooling.own.index:
        return x, y
    own = likelihood_contours(pooling, [OWN_MASS], [highlighted])
    return _wider(x, own["intercept"]), _wider(y, own["slope"])


def _wider(ends: tuple[float, float], values: "pd.Series[float]") -> tuple[float, float]:
    """Both ends of an axis with room for a contour, but not for one that is very wide."""
    room = MAX_ROOM * (ends[1] - ends[0])
    low, high = values.min(), values.max()
    return max(min(ends[0], low), ends[0] - room), min(max(ends[1], high), ends[1] + room)


def _contour_rows(pooling: Pooling, highlighted: str) -> pd.DataFrame:
    names = {"intercept": "x", "slope": "y"}
    rows = population_contours(pooling, MASSES).rename(columns=names)
    rows = rows.assign(layer="contour", line=rows["mass"].astype(str))
    parts = [rows]
    if highlighted in pooling.own.index:
        own = likelihood_contours(pooling, [OWN_MASS], [highlighted]).rename(columns=names)
        parts.append(own.assign(layer="likelihood", line=own["part"].astype(str)))
    return pd.concat(parts)


def _heads(frame: pd.DataFrame, x: tuple[float, float], y: tuple[float, float]) -> pd.DataFrame:
    """Angle of each arrow on the screen, in degrees clockwise from upwards."""
    # As if the picture were 1.2 times as wide as high: narrower on a phone, wider on a screen.
    across = (frame["x2"] - frame["x"]) / (x[1] - x[0]) * 1.2
    up = (frame["y2"] - frame["y"]) / (y[1] - y[0])
    return frame.assign(angle=np.degrees(np.arctan2(across, up)))


def plane_picture(study: Study, pooling: Pooling, highlighted: str) -> Picture:
    """Arrows over the contour map of the estimated bivariate normal."""
    x_domain, y_domain = _domains(pooling, highlighted)
    frame = _heads(arrows(pooling), x_domain, y_domain)
    if len(frame) > MAX_ARROWS:
        keep = np.linspace(0, len(frame) - 1, MAX_ARROWS).round().astype(int)
        frame = frame[frame["participant"].eq(highlighted) | frame.index.isin(keep)]
    moved = moves(study, pooling)
    frame = frame.assign(moved=[number(moved[name]) + study.unit for name in frame["participant"]])
    whole = frame.dropna(subset=["y"])
    mean = pooling.fit.fixef[list(pooling.measured.terms)].to_numpy()
    chosen = frame[frame["participant"] == highlighted]
    data = pd.concat(
        [
            _contour_rows(pooling, highlighted),
            whole.assign(layer="arrow"),
            whole.assign(layer="own"),
            frame.assign(layer="partial", x=frame["x2"], y=frame["y2"]),
            chosen.assign(layer="chosen", x=chosen["x2"], y=chosen["y2"]),
            pd.DataFrame({"layer": ["mean"], "x": mean[:1], "y": mean[1:]}),
        ],
        ignore_index=True,
    )
    layers = _layers(study, x_domain, y_domain)
    spec = picture(layers, data, _alt(study, pooling, highlighted), height=HEIGHT)
    return spec


def _layers(
    study: Study, x_domain: tuple[float, float], y_domain: tuple[float, float]
) -> list[dict[str, Any]]:
    x = axis("x", x_domain, term_name(study, 0), grid=False)
    y = axis("y", y_domain, term_name(study, 1), grid=False)
    both: dict[str, Any] = {"x": x, "y": y}
    actual, fitted = {"color": colour("actual")}, {"color": colour("fitted")}
    order = {"detail": {"field": "line", "type": "nominal"}, "order": {"field": "order"}}
    order["order"]["type"] = "quantitative"
    tips = [
        {"field": "participant", "type": "nominal", "title": "participant"},
        {"field": "moved", "type": "nominal", "title": "line moved by"},
    ]
    hover = {
        "name": "near",
        "select": {
            "type": "point",
            "fields": ["participant"],
            "on": "pointerover",
            "clear": "pointerout",
        },
    }
    faint = {"condition": {"param": "near", "empty": True, "value": 1}, "value": 0.2}
    tip = {"tooltip": tips}
    line = {"type": "line", "clip": True}
    arrow = both | {"x2": {"field": "x2"}, "y2": {"field": "y2"}, "opacity": faint} | fitted | tip
    own = layer(
        "own",
        {"type": "point", "filled": True, "size": 90},
        both | actual | tip | {"opacity": faint},
    )
    own["params"] = [hover]
    head = {"type": "point", "shape": "triangle-up", "filled": True, "size": 110}
    turned = {"angle": {"field": "angle", "type": "quantitative", "scale": None}}
    return [
        layer("contour", line | {"color": AXIS_GREY, "strokeWidth": 1.5}, both | order),
        layer(
            "likelihood",
            line | {"strokeWidth": 2.5, "strokeDash": [6, 4]},
            both | order | actual,
        ),
        layer(
            "mean",
            {"type": "point", "shape": "cross", "filled": True, "size": 260, "color": AXIS_GREY},
            both,
        ),
        layer("arrow", {"type": "rule", "strokeWidth": 2.2}, arrow),
        own,
        layer("partial", head, both | turned | fitted | tip | {"opacity": faint}),
        layer(
            "chosen",
            {"type": "text", "fontSize": 15, "fontWeight": 700, "dy": -14},
            both | {"text": {"field": "participant"}} | fitted,
        ),
    ]


def _alt(study: Study, pooling: Pooling, highlighted: str) -> str:
    none = pooling.own.iloc[:, 1].isna()
    without = f" {int(none.sum())} without a slope of their own." if none.any() else ""
    far = moves(study, pooling)
    name = str(far.idxmax()) if far.notna().any() else "nobody"
    marked = f" Marked: {highlighted}." if highlighted != NOBODY else ""
    mean = pooling.fit.fixef
    return (
        f"Intercepts and slopes of {len(pooling.own)} participants over contour lines around the "
        f"average line ({number(float(mean.iloc[0]), 4)}, {number(float(mean.iloc[1]), 3)}). An "
        f"arrow leads from each line of their own to partial pooling's; the line of {name} moves "
        f"most.{without}{marked}"
    )


def _words(study: Study, pooling: Pooling, highlighted: str) -> list[str]:
    correlation = _correlation(pooling)
    text = [
        "Each line is a point here: how high it starts, how steep it is. The grey contours are the "
        "population that the model estimated from everybody: 10, 30, 50, 70 and 90 percent of all "
        f"participants lie inside them{correlation}. Each arrow leads from the line of one's own "
        "(blue) to that of partial pooling (red)."
    ]
    if pooling.varying == "both":
        text.append(
            "The arrows need not point straight at the centre. An estimate moves most where its "
            "own data mind least: along the ridge on which a change of the intercept is made up "
            "for by a change of the slope, and the line still fits."
        )
    else:
        kind = "slope" if pooling.varying == "intercepts" else "intercept"
        text.append(
            f"This model knows only one {kind}, so the contours have collapsed to a line and every "
            "arrow ends on it. What really differs in that direction is lost."
        )
    if highlighted in pooling.own.index:
        text.append(_highlight_words(study, pooling, highlighted))
    return text


def _correlation(pooling: Pooling) -> str:
    cov = pooling.covariance
    if pooling.varying != "both" or cov[0, 0] * cov[1, 1] <= 0:
        return ""
    value = cov[0, 1] / np.sqrt(cov[0, 0] * cov[1, 1])
    return f" (correlation {number(float(value), 2)})"


def _highlight_words(study: Study, pooling: Pooling, name: str) -> str:
    weight = number(float(pooling.own_weight[name]), 2)
    far = moves(study, pooling)[name]
    if np.isnan(far):
        return (
            f"**{plain(name)}** has no blue point: with one place on the axis, every line between "
            "the two dashed ones fits well, however steep. So the slope comes from the others, and "
            f"the data decide only the height (weight {weight})."
        )
    return (
        f"**{plain(name)}** moves by {number(far)}{study.unit} on average. Inside the dashed "
        "contour the likelihood of their own data is at least half of its highest: the *wider* it "
        "is, the less these data know, and the further the arrow goes (weight of the own data "
        f"{weight})."
    )


def _with_all_data(study: Study) -> str:
    """Of those with the most observations, whose line moves most."""
    far = moves(study, study.both)[study.counts == study.counts.max()].dropna()
    return NOBODY if far.empty else str(far.idxmax())


def plane_section(study: Study, pooling: Pooling) -> Picture:
    """Choose whom to mark; draw the plane and the words."""
    section("Where do the lines go?", "Hover over a point to see who it is.")
    left, right = st.columns([3, 2], gap="large")
    default = _with_all_data(study)
    options = [NOBODY, *study.people]
    with right:
        marked: str = st.selectbox(
            "Mark a participant, with the likelihood of their own data",
            options,
            index=options.index(default) if default in options else 0,
            key=study.dataset.state("mark"),
            bind="query-params" if study.dataset.name != "own" else None,
        )
        for paragraph in _words(study, pooling, marked):
            st.markdown(paragraph)
    drawn = plane_picture(study, pooling, marked)
    with left:
        show(drawn)
        st.caption(
            "Blue points: no pooling. Red arrowheads: partial pooling. Grey: the estimated "
            "population and its mean (cross)."
        )
    return drawn
