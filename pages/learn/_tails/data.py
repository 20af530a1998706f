"""Pictures of the data, and of the errors of the compact and the augmented model."""

import numpy as np
import pandas as pd

from pages._ui.charts import Picture, padded
from pages._ui.marks import axis, colour, layer, picture
from pages._ui.words import listed, number
from pages.learn._tails.settings import Study

HEIGHT = 330


def _places(study: Study) -> tuple[np.ndarray, np.ndarray]:
    """Number of each row's group, and its place on x: side by side, in the order drawn."""
    codes = np.repeat(np.arange(study.settings.truth.n_groups), study.settings.truth.per_group)
    within = np.tile(np.linspace(-0.3, 0.3, study.settings.truth.per_group), codes.max() + 1)
    return codes, codes + within


def _x_axis(study: Study) -> dict:
    names = list(study.settings.truth.names)
    labels = f"{names}[datum.value]"
    x = axis("x", (-0.5, len(names) - 0.5), "group", grid=False, labelExpr=labels)
    x["axis"]["values"] = list(range(len(names)))
    return x


def _y_domain(study: Study) -> tuple[float, float]:
    return padded([study.frame["score"].to_numpy(), study.settings.truth.means])


def _bars(name: str, heights: np.ndarray) -> pd.DataFrame:
    at = np.arange(len(heights))
    return pd.DataFrame({"layer": name, "x": at - 0.38, "x2": at + 0.38, "y": heights})


def data_picture(study: Study) -> Picture:
    """Points of each group, the means of the sample and the true means."""
    x, y = _x_axis(study), axis("y", _y_domain(study), "score (points)")
    codes, places = _places(study)
    score = study.frame["score"].to_numpy()
    means = np.array([score[codes == i].mean() for i in range(codes.max() + 1)])
    points = pd.DataFrame({"layer": "point", "x": places, "y": score})
    data = pd.concat(
        [points, _bars("mean", means), _bars("truth", study.settings.truth.means)],
        ignore_index=True,
    )
    line = {"x": x, "x2": {"field": "x2"}, "y": y}
    layers = [
        layer(
            "point",
            {"type": "point", "filled": True, "size": 40, "opacity": 0.6},
            {"x": x, "y": y, "color": colour("actual")},
        ),
        layer(
            "truth",
            {"type": "rule", "strokeWidth": 4, "strokeDash": [8, 5]},
            line | {"color": colour("truth")},
        ),
        layer("mean", {"type": "rule", "strokeWidth": 4}, line | {"color": colour("fitted")}),
    ]
    said = [
        f"{name} {number(float(mean))}"
        for name, mean in zip(study.settings.truth.names, means, strict=True)
    ]
    alt = (
        f"Scores of {study.settings.truth.per_group} participants in each group. "
        f"Sample means: {listed(said)}. True difference of the last and the first group: "
        f"{study.settings.truth.difference:g} points."
    )
    return picture(layers, data, alt, title="The data", height=HEIGHT)


def errors_picture(study: Study, *, augmented: bool) -> Picture:
    """The distance of every score from what a model predicts for it."""
    fit = study.comparison.augmented if augmented else study.comparison.compact
    sse = study.comparison.sse_augmented if augmented else study.comparison.sse_compact
    x, y = _x_axis(study), axis("y", _y_domain(study), "score (points)")
    codes, places = _places(study)
    score, fitted = study.frame["score"].to_numpy(), fit.fitted
    errors = pd.DataFrame({"layer": "error", "x": places, "y": score, "y2": fitted})
    levels = np.array([fitted[codes == i][0] for i in range(codes.max() + 1)])
    data = pd.concat(
        [errors, errors.assign(layer="point"), _bars("fitted", levels)], ignore_index=True
    )
    color = {"color": colour("actual")}
    layers = [
        layer(
            "error",
            {"type": "rule", "strokeWidth": 1.5, "opacity": 0.75},
            {"x": x, "y": y, "y2": {"field": "y2"}} | color,
        ),
        layer("point", {"type": "point", "filled": True, "size": 26}, {"x": x, "y": y} | color),
        layer(
            "fitted",
            {"type": "rule", "strokeWidth": 4},
            {"x": x, "x2": {"field": "x2"}, "y": y, "color": colour("fitted")},
        ),
    ]
    name = "Augmented: a mean for each group" if augmented else "Compact: one mean for all"
    alt = (
        f"{name}. Each score is joined to its prediction; the squared errors add up to "
        f"{number(sse, 4)}."
    )
    # Short enough for a narrow column.
    title = f"{'Augmented' if augmented else 'Compact'}: SSE = {number(sse, 4)}"
    return picture(layers, data, alt, title=title, height=280)
