"""Pictures of lines over the data: a panel for each participant, or all of them in one."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pages._ui.charts import Picture, padded
from pages._ui.lines import drawn_rows
from pages._ui.marks import Layer, axis, colour, layer, picture
from pages._ui.theme import AXIS_GREY
from pages._ui.words import count, listed
from pages.learn._pooling.settings import MAX_SHARED_VALUES, Study
from sim.pooling import Pooling
from sim.pooling.pooling import Method

MAX_PANELS = 20
PANEL_HEIGHT = 180
LABELS: dict[str, Method] = {
    "Complete pooling": "complete",
    "No pooling": "no",
    "Partial pooling": "partial",
}
# Dash and width say the method too, for those who do not see its colour.
STYLES: dict[Method, Layer] = {
    "complete": {"strokeDash": [2, 3], "strokeWidth": 2.5},
    "no": {"strokeDash": [7, 4], "strokeWidth": 2},
    "partial": {"strokeWidth": 2.5},
}
COLOURS: dict[Method, Layer] = {
    "complete": {"value": AXIS_GREY},
    "no": colour("actual"),
    "partial": colour("fitted"),
}
IN_WORDS: dict[Method, str] = {
    "complete": "dotted grey: one line for everybody",
    "no": "dashed blue: each participant's own line",
    "partial": "red: partial pooling",
}


def legend(methods: Sequence[Method]) -> str:
    """What the marks of a picture mean, as a caption."""
    return f"Points: actual data; {'; '.join(IN_WORDS[method] for method in methods)}."


def points(study: Study, pooling: Pooling) -> pd.DataFrame:
    """The observations: participant, x, y."""
    measured = pooling.measured
    names = np.asarray(measured.participants, dtype=object)[measured.codes]
    return pd.DataFrame({"participant": names, "x": measured.x, "y": measured.y})


def line_ends(study: Study, pooling: Pooling, method: Method) -> pd.DataFrame:
    """Both ends of every participant's line; none for whom the method has no line.

    Lines reach over all values of the predictor if everybody shares a few of them, else over the
    participant's own: a line that leaves its data says nothing.
    """
    x = pooling.measured.x
    lines = pooling.coefficients(method).dropna()
    low, high = np.full(len(lines), x.min()), np.full(len(lines), x.max())
    if len(np.unique(x)) > MAX_SHARED_VALUES:
        own = points(study, pooling).groupby("participant", sort=False)["x"].agg(["min", "max"])
        margin = 0.05 * np.ptp(x)
        own = own.loc[list(lines.index)]
        low, high = own["min"].to_numpy() - margin, own["max"].to_numpy() + margin
    at = np.stack([low, high], axis=1)
    y = lines.to_numpy()[:, :1] + lines.to_numpy()[:, 1:] * at
    return pd.DataFrame(
        {
            "participant": np.repeat(np.asarray(lines.index, dtype=object), 2),
            "x": at.ravel(),
            "y": y.ravel(),
            "layer": method,
        }
    )


def domains(study: Study, pooling: Pooling) -> tuple[tuple[float, float], tuple[float, float]]:
    """Axes that all pictures of lines share: the data, and the lines of pooling."""
    ends = [line_ends(study, pooling, method) for method in ("partial", "complete")]
    measured = pooling.measured
    x = padded([measured.x, *(frame["x"].to_numpy() for frame in ends)])
    return x, padded([measured.y, *(frame["y"].to_numpy() for frame in ends)])


def line_layers(
    study: Study, pooling: Pooling, methods: Sequence[Method], *, small: bool, size: int
) -> list[Layer]:
    """Points under lines, on the shared axes."""
    x_domain, y_domain = domains(study, pooling)
    dataset = study.dataset
    titles = (
        (None, None)
        if small
        else tuple(
            dataset.with_unit(name) for name in (dataset.roles.predictor, dataset.roles.response)
        )
    )
    both = {
        "x": axis("x", x_domain, titles[0], ticks=4 if small else 6),
        "y": axis("y", y_domain, titles[1], ticks=3 if small else 6),
    }
    tips = [
        {"field": "participant", "type": "nominal", "title": "participant"},
        {"field": "x", "type": "quantitative", "title": study.x_name, "format": ".4~g"},
        {"field": "y", "type": "quantitative", "title": dataset.roles.response, "format": ".4~g"},
    ]
    mark = {"type": "point", "filled": True, "size": size, "opacity": 0.8}
    layers = [layer("point", mark, both | {"color": colour("actual"), "tooltip": tips})]
    who = {"detail": {"field": "participant", "type": "nominal"}, "tooltip": tips[:1]}
    for method in methods:
        line = {"type": "line", "clip": True} | STYLES[method]
        layers.append(layer(method, line, both | who | {"color": COLOURS[method]}))
    return layers


def shown_people(study: Study) -> list[str]:
    """Who gets a panel: everybody, or those with the fewest data and others evenly chosen."""
    people = list(study.people)
    if len(people) <= MAX_PANELS:
        return people
    few = list(study.counts.sort_values(kind="stable").index[:4])
    others = [name for name in people if name not in few]
    chosen = np.linspace(0, len(others) - 1, MAX_PANELS - len(few)).round().astype(int)
    return few + [others[i] for i in chosen]


def person_pictures(
    study: Study,
    pooling: Pooling,
    methods: Sequence[Method],
    names: Sequence[str],
    *,
    height: int = PANEL_HEIGHT,
    small: bool = True,
) -> list[Picture]:
    """A picture for each of some participants: data and lines, on axes that all of them share."""
    rows = [points(study, pooling).assign(layer="point")]
    rows += [line_ends(study, pooling, method) for method in methods]
    everything = dict(list(pd.concat(rows).groupby("participant", sort=False)))
    layers = line_layers(study, pooling, methods, small=small, size=24 if small else 60)
    usual = study.counts.median()
    pictures = []
    for name in names:
        data = everything[name].reset_index(drop=True)
        n = int(study.counts[name])
        title = f"{name}: {count(n, 'observation')}"
        if small:  # there is room for few letters
            title = name if n >= 0.5 * usual else f"{name} (n = {n})"
        alt = _person_alt(name, n, methods, set(data["layer"]))
        pictures.append(picture(layers, data, alt, title=title, height=height))
    return pictures


def _person_alt(name: str, n: int, methods: Sequence[Method], drawn: set[str]) -> str:
    has = [label.lower() for label, method in LABELS.items() if method in drawn]
    lines_said = f"lines of {listed(has)}" if has else "no line"
    missing = "; no line of its own" if "no" in methods and "no" not in drawn else ""
    return f"Participant {name}: {count(n, 'observation')}, {lines_said}{missing}."


def together_picture(study: Study, pooling: Pooling, method: Method) -> Picture:
    """All participants' lines by one method in one picture."""
    rows = points(study, pooling).assign(layer="point")
    kept = rows.iloc[drawn_rows(rows["participant"])]
    names = set(kept["participant"])
    lines = line_ends(study, pooling, method)
    lines = lines[lines["participant"].isin(names)]
    drawn = lines["participant"].nunique()
    without = [name for name in study.people if name in names - set(lines["participant"])]
    if method == "complete":  # twenty times the same dots would not look dotted
        lines = lines.sort_values("x", kind="stable").iloc[[0, -1]].assign(participant="")
    layers = line_layers(study, pooling, [method], small=False, size=16)
    layers[0]["mark"]["opacity"] = 0.35
    layers[1]["mark"]["opacity"] = 1.0 if method == "complete" else 0.7
    label = next(label for label, value in LABELS.items() if value == method)
    missing = f" No line for {listed(without)}." if 0 < len(without) <= 5 else ""
    said = "one line for everybody" if method == "complete" else count(drawn, "line")
    alt = f"{label}, all participants in one picture: {said}.{missing}"
    data = pd.concat([kept, lines], ignore_index=True)
    return picture(layers, data, alt, title=label, height=320)
