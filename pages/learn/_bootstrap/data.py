"""The actual data, one line per participant."""

import numpy as np
import pandas as pd

from pages._ui.charts import Picture, padded
from pages._ui.lines import Axes, drawn_rows, line_rows, lines_picture
from pages._ui.words import count, number
from pages.learn._bootstrap.settings import World
from sim.scenarios import SCENARIOS

HEIGHT = 280


def data_picture(world: World) -> Picture:
    """Response over the predictor; groups marked where the effect is their difference."""
    roles = SCENARIOS[world.setting.story].roles
    frame = world.frame
    grouped = not world.setting.within and roles.group is not None
    numeric = pd.api.types.is_numeric_dtype(frame[roles.predictor])
    x = frame[roles.predictor] if numeric else frame[roles.predictor].astype(str)
    y = frame[roles.response].to_numpy(dtype=float)
    layout = pd.DataFrame(
        {
            "participant": frame[roles.participant].astype(str).to_numpy(),
            "x": x.to_numpy(),
            "group": frame[roles.group].astype(str).to_numpy() if grouped else "",
        }
    )
    unit = roles.units.get(roles.response, "")
    axes = Axes(
        x_title=roles.predictor,
        y_title=f"{roles.response} ({unit})",
        levels=None if numeric else tuple(sorted(set(x))),
        x_domain=padded([x.to_numpy()]) if numeric else None,
        y_domain=padded([y]),
        groups=tuple(sorted(set(layout["group"]))) if grouped else (),
    )
    alt = (
        f"Actual data: {count(world.people, 'line')}, one for each participant; "
        f"{roles.response} from {number(float(np.min(y)))} to {number(float(np.max(y)))} {unit} "
        f"over {roles.predictor}."
    )
    if grouped:
        alt += " The second group is dashed."
    rows = drawn_rows(layout["participant"])
    laid = line_rows(layout.iloc[rows])
    return lines_picture(laid, y[rows], axes, "actual", alt, title="Actual data", height=HEIGHT)
