"""Take observations away from one participant, and watch their line move to the average."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from pages._ui.cache import LARGE_ROWS
from pages._ui.charts import Picture
from pages._ui.frame import section, show_error
from pages._ui.marks import axis, colour, layer, picture
from pages._ui.theme import AXIS_GREY
from pages._ui.words import count, number, plain
from pages.learn._playground.dataset import OWN
from pages.learn._pooling.lines import STYLES, domains
from pages.learn._pooling.settings import Study, lines_of
from sim.errors import SimError
from sim.pooling import Pooling

PARAMETER = "dropped"
MAX_BUTTONS = 40
HEIGHT = 380
_OF, _CLICKS = "dropped.of", "dropped.clicks"


@dataclass(frozen=True, slots=True)
class Person:
    """One participant's observations, in the order of the predictor.

    Parameters
    ----------
    rows : positions in the data frame, shape (n,).
    x, y : shape (n,).
    """

    name: str
    rows: np.ndarray
    x: np.ndarray
    y: np.ndarray

    @property
    def labels(self) -> list[str]:
        """A name for each observation: its x, and which one where there are several."""
        seen: dict[str, int] = {}
        found = []
        for value in self.x:
            label = f"{value:.4g}"
            seen[label] = seen.get(label, 0) + 1
            found.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
        return found


def person_of(study: Study, name: str) -> Person:
    """Find a participant's observations; rows with gaps are not among them."""
    measured, design = study.both.measured, study.both.fit.design
    mine = np.flatnonzero(measured.codes == study.people.index(name))
    mine = mine[np.argsort(measured.x[mine], kind="stable")]
    rows = np.asarray(design.rows)[mine]
    return Person(name, rows, measured.x[mine], measured.y[mine])


def furthest(study: Study) -> str:
    """Of those with all their data, the participant furthest from the average line."""
    away = (study.both.partial - study.both.fit.fixef[list(study.both.measured.terms)]).to_numpy()
    distance = np.abs(away[:, :1] + away[:, 1:] * study.values).mean(axis=1)
    whole = (study.counts == study.counts.max()).to_numpy()
    return study.people[int(np.argmax(np.where(whole, distance, -1.0)))]


def read_dropped(text: str | None, n: int) -> list[int]:
    """Positions out of a link, in the order they were dropped; anything else is left out."""
    parts = (text or "")[:2_000].split("-")
    numbers = [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 6]
    return [k for k in dict.fromkeys(numbers) if k < n]


def _remember(dropped: list[int]) -> None:
    st.session_state[PARAMETER] = dropped
    if dropped:
        st.query_params[PARAMETER] = "-".join(map(str, dropped))
    elif PARAMETER in st.query_params:
        del st.query_params[PARAMETER]


def _toggle(k: int) -> None:
    dropped = list(st.session_state.get(PARAMETER, []))
    _remember([other for other in dropped if other != k] if k in dropped else [*dropped, k])


def _clicked(key: str, labels: list[str]) -> None:
    """A button for an observation was switched on or off."""
    chosen = {labels.index(label) for label in st.session_state[key] if label in labels}
    before = list(st.session_state.get(PARAMETER, []))
    kept = [k for k in before if k in chosen]
    _remember([*kept, *sorted(chosen - set(kept), reverse=True)])


def _picked(key: str) -> None:
    """A point of the picture was clicked."""
    state = st.session_state.get(key)
    picked = state["selection"].get("pick", []) if state else []
    # A new key for the chart, so that the next click on the same point counts again.
    st.session_state[_CLICKS] = st.session_state.get(_CLICKS, 0) + 1
    for point in picked:
        if "k" in point:
            _toggle(int(point["k"]))


def _take_last(n: int) -> None:
    left = [k for k in range(n) if k not in st.session_state.get(PARAMETER, [])]
    if left:
        _toggle(left[-1])


def _undo() -> None:
    _remember(list(st.session_state.get(PARAMETER, []))[:-1])


def _reset() -> None:
    _remember([])


@dataclass(frozen=True, slots=True)
class Step:
    """What is estimated after some observations are gone.

    Parameters
    ----------
    own, partial, average : intercept and slope each; own is nan where there is none.
    weight : of the own data.
    """

    own: np.ndarray
    partial: np.ndarray
    average: np.ndarray
    weight: float

    def distance(self, values: np.ndarray) -> float:
        """Mean distance of the line from the average line, over the values of the predictor."""
        away = self.partial - self.average
        return float(np.abs(away[0] + away[1] * values).mean())


def _step(pooling: Pooling, name: str) -> Step:
    average = pooling.fit.fixef[list(pooling.measured.terms)].to_numpy()
    if name not in pooling.own.index:
        return Step(np.full(2, np.nan), average, average, 0.0)
    own, partial = (frame.loc[name].to_numpy() for frame in (pooling.own, pooling.partial))
    return Step(own, partial, average, float(pooling.own_weight[name]))


def steps_of(study: Study, person: Person, dropped: list[int]) -> list[Step]:
    """Estimates with all the data, and after each observation that was taken away.

    Raises
    ------
    SimError : without these rows the model cannot be fitted.
    """
    sizes = range(len(dropped) + 1)
    if len(study.dataset.frame) > LARGE_ROWS:  # each step is a fit, and large ones take a while
        sizes = sorted({0, len(dropped)})  # type: ignore[assignment]
    found = []
    for size in sizes:
        out = tuple(sorted(int(person.rows[k]) for k in dropped[:size]))
        found.append(_step(lines_of(study.dataset, "both", out), person.name))
    return found


def _line(study: Study, line: np.ndarray, name: str, order: int = 0) -> pd.DataFrame:
    measured = study.both.measured
    at = np.array([measured.x.min(), measured.x.max()])
    return pd.DataFrame({"x": at, "y": line[0] + line[1] * at, "layer": name, "line": order})


def dropping_picture(
    study: Study, person: Person, dropped: list[int], steps: list[Step]
) -> Picture:
    """The participant's points, kept and gone, and their line on its way to the average."""
    x_domain, y_domain = domains(study)
    roles = study.dataset.roles
    now = steps[-1]
    gone = np.isin(np.arange(len(person.x)), dropped)
    rows = pd.DataFrame(
        {
            "x": person.x,
            "y": person.y,
            "k": np.arange(len(person.x)),
            "layer": "point",
            "gone": gone,
        }
    )
    lines = [_line(study, now.average, "complete"), _line(study, now.partial, "partial")]
    lines += [_line(study, step.partial, "before", i) for i, step in enumerate(steps[:-1])]
    if not np.isnan(now.own).any():
        lines.append(_line(study, now.own, "no"))
    both = {
        "x": axis("x", x_domain, study.dataset.with_unit(roles.predictor)),
        "y": axis("y", y_domain, study.dataset.with_unit(roles.response)),
    }
    line = {"type": "line", "clip": True}
    fitted, actual = {"color": colour("fitted")}, {"color": colour("actual")}
    trail = {"detail": {"field": "line", "type": "nominal"}}
    fill = {"condition": {"test": "datum.gone", "value": 0.12}, "value": 1.0}
    tips = [
        {"field": "x", "type": "quantitative", "title": study.x_name, "format": ".4~g"},
        {"field": "y", "type": "quantitative", "title": roles.response, "format": ".4~g"},
    ]
    mark = {"type": "point", "filled": True, "size": 170, "cursor": "pointer", "strokeWidth": 2}
    dots = layer("point", mark, both | actual | {"fillOpacity": fill, "tooltip": tips})
    dots["params"] = [{"name": "pick", "select": {"type": "point", "fields": ["k"]}}]
    layers = [
        layer("complete", line | STYLES["complete"] | {"color": AXIS_GREY}, both),
        layer("before", line | {"strokeWidth": 1.5, "opacity": 0.4}, both | fitted | trail),
        layer("no", line | STYLES["no"], both | actual),
        layer("partial", line | {"strokeWidth": 4}, both | fitted),
        dots,
    ]
    left = len(person.x) - len(dropped)
    alt = (
        f"Participant {person.name} with {left} of {count(len(person.x), 'observation')}. Partial "
        f"pooling: intercept {number(now.partial[0], 4)}, slope {number(now.partial[1], 3)}; the "
        f"average line: {number(now.average[0], 4)}, {number(now.average[1], 3)}."
    )
    data = pd.concat([rows, *lines], ignore_index=True)
    return picture(layers, data, alt, title=f"Participant {person.name}", height=HEIGHT)


def words(study: Study, person: Person, dropped: list[int], steps: list[Step]) -> str:
    """What the line does now; Markdown."""
    first, now = steps[0], steps[-1]
    left = len(person.x) - len(dropped)
    unit, who = study.unit, plain(person.name)
    here = f"{number(now.distance(study.values))}{unit}"
    if not dropped:
        return (
            f"With all {count(left, 'observation')}, the red line of {who} runs {here} from the "
            "average line (dotted). Click a point or a button: what will the line do when it is "
            "taken away?"
        )
    if left == 0:
        return (
            f"Nothing is left of {who}: to the model they are a **new participant**, and its best "
            f"guess is the average line itself. All the way from "
            f"{number(first.distance(study.values))}{unit} to 0."
        )
    change = (
        "further from"
        if now.distance(study.values) > first.distance(study.values)
        else ("nearer to")
    )
    why = (
        " The remaining points are more unusual than all of them together, so the line follows "
        "them although they weigh less."
        if change == "further from"
        else " The less the own data say, the more the line listens to everybody else's."
    )
    alone = ""
    if np.isnan(now.own).any():
        alone = f" Alone, {who} has no line any more; partial pooling still has one."
    return (
        f"With {count(left, 'observation')} left, the line of {who} is {here} from the average "
        f"line, **{change}** it than with all data "
        f"({number(first.distance(study.values))}{unit}).{why}{alone}"
    )


def _controls(study: Study, person: Person, dropped: list[int]) -> None:
    labels = person.labels
    if len(labels) <= MAX_BUTTONS:
        key = f"dropped.buttons.{study.dataset.name}"
        st.session_state[key] = [labels[k] for k in dropped]
        st.pills(
            f"Taken away ({plain(study.dataset.with_unit(study.x_name))}): click to take, click "
            "again to give back",
            labels,
            selection_mode="multi",
            key=key,
            wrap=True,
            on_change=_clicked,
            args=(key, labels),
        )
    with st.container(horizontal=True):
        st.button(
            "Take the last",
            icon=":material/remove:",
            on_click=_take_last,
            args=(len(labels),),
            disabled=len(dropped) == len(labels),
            type="primary",
        )
        st.button("Undo", icon=":material/undo:", on_click=_undo, disabled=not dropped)
        st.button("Reset", icon=":material/restart_alt:", on_click=_reset, disabled=not dropped)


def _who(study: Study) -> str:
    default = furthest(study)
    chosen: str = st.selectbox(
        "Participant",
        study.people,
        index=study.people.index(default),
        key=study.dataset.state("who"),
        bind=None if study.dataset.name == OWN else "query-params",
        width=220,
    )
    return chosen if chosen in study.people else default


def _dropped(study: Study, person: Person) -> list[int]:
    """What is taken away; another participant or other data start with everything."""
    of = f"{study.dataset.key} {person.name}"
    if PARAMETER not in st.session_state:
        found = read_dropped(st.query_params.get(PARAMETER), len(person.x))
        _remember(found)
    elif st.session_state.get(_OF) != of:
        _remember([])
    st.session_state[_OF] = of
    return [k for k in st.session_state[PARAMETER] if k < len(person.x)]


def dropping_section(study: Study) -> tuple[list[Picture], tuple[int, ...]]:
    """Draw the controls and the picture; returns also which rows of the data are gone."""
    section(
        "Take data away",
        "Click the points of one participant to take them away. Their line is estimated again "
        "each time, together with everybody else's.",
    )
    left, right = st.columns([3, 2], gap="large")
    with right:
        person = person_of(study, _who(study))
        dropped = _dropped(study, person)
        _controls(study, person, dropped)
    gone = tuple(sorted(int(person.rows[k]) for k in dropped))
    try:
        steps = steps_of(study, person, dropped)
    except SimError as problem:
        with left:
            show_error(problem, still="Give some observations back: Undo.")
        return [], gone
    drawn = dropping_picture(study, person, dropped, steps)
    with right:
        with st.container(horizontal=True):
            st.metric(
                "Observations left",
                f"{len(person.x) - len(dropped)} of {len(person.x)}",
                width="content",
            )
            st.metric("Weight of the own data", f"{steps[-1].weight:.2f}", width="content")
        st.markdown(words(study, person, dropped, steps))
    with left:
        key = f"dropped.picture.{st.session_state.get(_CLICKS, 0)}"

        def picked() -> None:
            _picked(key)

        st.vega_lite_chart(
            drawn.data, drawn.spec, width="stretch", alt=drawn.alt, key=key, on_select=picked
        )
        st.caption(
            "Red: partial pooling now, thin where it was before. Dashed blue: the own data alone. "
            "Dotted grey: the average line. Pale points are taken away."
        )
    return [drawn], gone
