"""Z as an image: which random effect each row of the data takes part in, and with what weight."""

import numpy as np
import pandas as pd
import streamlit as st

from pages._ui.charts import Picture
from pages._ui.frame import section, show
from pages._ui.marks import layer, picture
from pages._ui.theme import ROLES
from pages._ui.words import count, number
from pages.learn._syntax.reading import Reading
from sim.errors import short
from sim.syntax.matrix import RandomMatrix

LOWEST, HIGHEST = 220, 480  # px
PER_ROW = 7
LABEL = 22


def _labels(z: RandomMatrix) -> list[str]:
    """A name for each column, all different: "308", "308 days", "word 1"."""
    effects = {effect for _, _, effect in z.columns}
    groups = {group for group, _, _ in z.columns}
    pairs = {(group, level) for group, level, _ in z.columns}
    shared = len({level for _, level in pairs}) < len(pairs) and len(groups) > 1
    seen: dict[str, int] = {}
    found = []
    for group, level, effect in z.columns:
        name = f"{group} {level}" if shared else level
        name = f"{name} {effect}" if len(effects) > 1 else name
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def _cells(z: RandomMatrix, labels: list[str]) -> pd.DataFrame:
    """One row for each cell; strength is the size within columns of the same effect."""
    n, q = z.values.shape
    effects = pd.factorize(pd.Series([f"{group} {effect}" for group, _, effect in z.columns]))[0]
    largest = np.array([np.abs(z.values[:, effects == e]).max() for e in effects])
    strength = np.abs(z.values) / np.where(largest > 0, largest, 1.0)
    values = z.values.ravel()
    return pd.DataFrame(
        {
            "layer": "cell",
            "row": np.repeat(np.array(z.rows), q),
            "column": np.tile(np.array(labels, dtype=object), n),
            "group": np.tile(np.array([f"{g} {level}" for g, level, _ in z.columns]), n),
            "effect": np.tile(np.array([effect for *_, effect in z.columns]), n),
            "value": [f"{value:.4g}" for value in values],
            "strength": strength.ravel(),
            "role": np.where(values < 0, "simulated", "actual"),
        }
    )


def z_picture(reading: Reading) -> Picture:
    """The part of Z that fits on a screen; hovering names row, column and value."""
    z = reading.z
    assert z is not None
    labels = _labels(z)
    rows, columns = z.values.shape
    height = int(np.clip(PER_ROW * rows, LOWEST, HIGHEST))
    text = {"labelFontSize": 11, "labelOverlap": True, "ticks": False, "domain": False}
    x = {
        "field": "column",
        "type": "nominal",
        "sort": None,
        "scale": {"domain": labels, "paddingInner": 0.08},
        "title": "columns: one for each random effect",
        "axis": {"orient": "top", "labelAngle": -90, "labelLimit": 110, **text},
    }
    y = {
        "field": "row",
        "type": "nominal",
        "sort": None,
        "scale": {"domain": list(z.rows), "paddingInner": 0.08 if rows < 100 else 0},
        "title": "rows of the data",
        "axis": dict(text),
    }
    tips = {"row": "row", "group": "column: group", "effect": "column: effect", "value": "value"}
    encoding = {
        "x": x,
        "y": y,
        "color": {
            "field": "role",
            "type": "nominal",
            "scale": {"domain": list(ROLES)},
            "legend": None,
        },
        "opacity": {
            "field": "strength",
            "type": "quantitative",
            "scale": {"domain": [0, 1], "range": [0.07, 1]},
            "legend": None,
        },
        "tooltip": [
            {"field": field, "type": "nominal", "title": title} for field, title in tips.items()
        ],
    }
    share = float(np.mean(z.values != 0))
    alt = (
        f"Z, {count(rows, 'row')} and {count(columns, 'column')}: {number(100 * share, 2)}% of its "
        f"cells are not 0. The first column is {short(' '.join(z.columns[0]), LABEL * 3)}."
    )
    cells = _cells(z, labels)
    return picture([layer("cell", {"type": "rect"}, encoding)], cells, alt, height=height)


def z_section(reading: Reading) -> Picture | None:
    """Draw Z, or say why there is none to draw."""
    section("Z, the matrix of the random effects")
    found = reading.explanation
    if not found.varying:
        st.markdown("There are no random effects, so there is no Z.")
        return None
    if reading.source.frame is None:
        st.markdown("Z belongs to data: choose some above, and it shows here.")
        return None
    if found.problem:
        st.markdown("These data cannot be fitted with this formula, so there is no Z to show.")
        return None
    if reading.z is None:
        st.markdown("Z has more than a million cells here: too many to show.")
        return None
    n, q = reading.z_shape
    st.markdown(
        f"Z has {count(n, 'row')}, one for each observation, and **{count(q, 'column')}**, one "
        "for each random effect. A row takes part in the effects of its own group only; "
        "everywhere else it has 0. Point at a cell to read it."
    )
    drawn = z_picture(reading)
    show(drawn)
    rows, columns = reading.z.values.shape
    notes = ["Darker: further from 0, compared within the same effect."]
    if (reading.z.values < 0).any():
        notes.append("Orange: below 0.")
    if (rows, columns) != (n, q):
        notes.append(f"Shown: the first {rows:,} rows and {columns:,} columns.")
    st.caption(" ".join(notes))
    return drawn
