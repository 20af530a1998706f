"""Pictures of items: which forms there are, and those that are drawn from a story's data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from quizzes.fields import Fields
from quizzes.item import Item, Picture
from quizzes.kinds.region import PARTS, read_family
from quizzes.plain import frozen, json_ready
from quizzes.words import listed
from sim import SCENARIOS, Fit, SimError, lmer, simulate
from sim.scenarios import Roles

SHOWN = ("actual", "fitted", "population", "simulated")

Columns = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Form:
    """What a picture of one form is made of.

    Parameters
    ----------
    numbers : columns that hold numbers, all needed.
    labels : columns that hold texts or numbers, all needed.
    optional : columns that may be left out: "role" is one of `SHOWN`, "panel" the title of a
        panel.
    titles : settings that are texts, all optional.
    marks : settings that are numbers, all optional.
    """

    numbers: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


# A distribution has settings only: family, df, statistic and region.
FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "lines": Form(("y",), ("x", "participant"), ("role", "panel"), ("x_title", "y_title")),
        "points": Form(("y",), ("x",), ("participant", "role", "panel"), ("x_title", "y_title")),
        "means": Form(("value",), (), ("role", "panel"), ("x_title",)),
        "residuals": Form(("x", "y"), (), ("role", "panel"), ("x_title", "y_title")),
        "distribution": Form(),
        "histogram": Form(("value",), (), ("role", "panel"), ("x_title", "mark_title"), ("mark",)),
        "intervals": Form(
            ("low", "estimate", "high"), ("label",), ("role",), ("x_title",), ("reference",)
        ),
        "bars": Form(("value",), ("label",), ("role",), ("x_title", "y_title")),
        "membership": Form((), ("parent", "child"), (), ("parent_title", "child_title")),
    }
)


def read_picture(fields: Fields) -> Picture:
    """Read `picture:`: columns as they stand, or a recipe that draws them from a story.

    Raises
    ------
    ItemError : unknown form, columns of different lengths, a recipe that cannot be drawn.
    """
    form = fields.one_of("form", FORMS)
    alt = fields.text("alt")
    if form == "distribution":
        picture = Picture(form, alt, settings=frozen(_distribution(fields)))
    else:
        draw = _drawn if fields.has("scenario") else _written
        columns, settings = draw(form, fields)
        picture = Picture(form, alt, frozen(columns), frozen(settings))
    fields.finish()
    return picture


def write_picture(picture: Picture) -> dict[str, Any]:
    """Return the fields as `read_picture` reads them, drawn columns included."""
    fields = {"form": picture.form, "alt": picture.alt}
    written: dict[str, Any] = json_ready(fields | {**picture.settings, **picture.columns})
    return written


def has_picture(item: Item) -> bool:
    """Whether an item shows something besides its words: some kinds draw theirs themselves."""
    return item.picture is not None or item.kind in ("line_up", "region")


def _written(name: str, fields: Fields) -> tuple[Columns, dict[str, Any]]:
    form = FORMS[name]
    titles, fields = fields, fields.record("columns") or fields
    columns: Columns = {}
    for name in (*form.labels, *form.numbers, *form.optional):
        if name in form.optional and not fields.has(name):
            continue
        columns[name] = list(fields.column(name))
        if name in form.numbers and any(isinstance(v, str | bool) for v in columns[name]):
            raise fields.error(name, f"Column '{name}' holds text.", "Write numbers only.")
        if name == "role" and not {*columns[name]} <= {*SHOWN}:
            raise fields.error(name, "A role is none.", f"There are {listed(list(SHOWN))}.")
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        counts = listed([f"{n} of {name}" for name, n in lengths.items()])
        raise fields.error("form", f"The columns differ in length: {counts}.", "Complete them.")
    if fields is not titles:
        fields.finish()
    settings: dict[str, Any] = {
        setting: titles.text(setting) for setting in form.titles if titles.has(setting)
    }
    settings |= {mark: titles.number(mark) for mark in form.marks if titles.has(mark)}
    return columns, settings


def _distribution(fields: Fields) -> dict[str, Any]:
    family, df = read_family(fields)
    region = fields.texts("region", 0, 3)
    if not {*region} <= {*PARTS}:
        raise fields.error(
            "region",
            f"A region of {listed(list(region))} is none.",
            f"There are {listed([*PARTS])}.",
        )
    statistic = fields.maybe_number("statistic")
    settings: dict[str, Any] = {"family": family, "df": df, "region": region}
    return settings if statistic is None else settings | {"statistic": statistic}


def _drawn(form: str, fields: Fields) -> tuple[Columns, dict[str, Any]]:
    """Draw the columns from a story."""
    if form not in _DRAW:
        raise fields.error(
            "scenario",
            f"A picture of form '{form}' is not drawn from a story.",
            "Write its columns.",
        )
    scenario = SCENARIOS[fields.one_of("scenario", SCENARIOS)]
    seed = fields.integer("seed", 0, 2**31, 1)
    show = fields.texts("show", 0, len(SHOWN)) or ("actual",)
    formula = fields.text("formula", scenario.models[0].formula)
    parameters = fields.values("parameters")
    allowed = _ALLOWED[form]
    for name in show:
        if name not in allowed:
            raise fields.error(
                "show",
                f"A picture of {form} cannot show {name!r}.",
                f"There are {listed([*allowed])}.",
            )
    try:
        data = scenario.generate(np.random.default_rng(seed), **parameters)
        fit = lmer(formula, data)
    except SimError as problem:
        raise fields.error("scenario", problem.problem, problem.hint) from None
    roles = scenario.roles
    parts = []
    for name in show:
        part = _DRAW[form](fit, data.iloc[fit.design.rows], roles, _response(fit, name, seed))
        parts.append(part.assign(role=name))
    frame = pd.concat(parts, ignore_index=True)
    if "simulated" in show and len(show) > 1:
        frame["panel"] = np.where(frame["role"] == "simulated", "simulated", "actual")
    units = roles.units
    x, y = (with_unit(n, units.get(n, "")) for n in (roles.predictor, roles.response))
    titles = {
        "means": {"x_title": f"mean {y}"},
        "residuals": {"x_title": f"fitted {y}", "y_title": "residual"},
    }
    columns = {str(name): frame[name].tolist() for name in frame}
    return columns, titles.get(form, {"x_title": x, "y_title": y})


def with_unit(name: str, unit: str) -> str:
    """A column's name with its unit, as printed beside an axis: "week (weeks)" is only "weeks"."""
    if {name, f"{name}s"} & {*unit.split()}:
        return unit
    return f"{name} ({unit})" if unit else name


def _response(fit: Fit, role: str, seed: int) -> np.ndarray:
    match role:
        case "fitted":
            return fit.fitted
        case "population":
            return np.asarray(fit.design.X @ fit.beta)
        case "simulated":
            drawn: np.ndarray = simulate(fit, 1, np.random.default_rng((seed, 1)))[:, 0]
            return drawn
    return fit.design.y


def _lines(fit: Fit, data: pd.DataFrame, roles: Roles, y: np.ndarray) -> pd.DataFrame:
    columns = {"x": data[roles.predictor], "y": _short(y), "participant": data[roles.participant]}
    frame = pd.DataFrame(columns).astype({"participant": str})
    return frame.astype({"x": object}).sort_values(["participant", "x"], kind="stable")


def _means(fit: Fit, data: pd.DataFrame, roles: Roles, y: np.ndarray) -> pd.DataFrame:
    means = pd.Series(y).groupby(data[roles.participant].to_numpy(), observed=True).mean()
    return pd.DataFrame({"value": _short(means.to_numpy())})


def _residuals(fit: Fit, data: pd.DataFrame, roles: Roles, y: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"x": _short(fit.fitted), "y": _short(y - fit.fitted)})


def _short(values: np.ndarray) -> list[float]:
    """Six digits are more than a picture shows, and keep an item's JSON short."""
    return [float(f"{value:.6g}") for value in values]


_DRAW: Mapping[str, Callable[[Fit, pd.DataFrame, Roles, np.ndarray], pd.DataFrame]] = {
    "lines": _lines,
    "points": _lines,
    "means": _means,
    "residuals": _residuals,
}
_ALLOWED = {
    "lines": SHOWN,
    "points": SHOWN,
    "means": ("actual", "simulated"),
    "residuals": SHOWN[:1],
}
