"""Take observations away from one participant, and watch their line move to the average."""

import streamlit as st

from pages._data.dataset import OWN
from pages._ui.frame import section, show_error
from pages._ui.links import number_in
from pages._ui.words import plain
from pages.learn._pooling.dropped import dropping_picture, words
from pages.learn._pooling.observations import Person, furthest, person_of, steps_of
from pages.learn._pooling.settings import Study
from sim.errors import SimError

PARAMETER = "dropped"
MAX_BUTTONS = 40
_OF, _CLICKS = "dropped.of", "dropped.clicks"


def read_dropped(text: str | None, n: int) -> list[int]:
    """Positions out of a link, in the order they were dropped; anything else is left out."""
    parts = (text or "")[:2_000].split("-")
    numbers = dict.fromkeys(number_in(part, 5) for part in parts)
    return [k for k in numbers if k is not None and k < n]


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


def _controls(study: Study, person: Person, dropped: list[int]) -> None:
    labels = person.labels
    if len(labels) <= MAX_BUTTONS:
        key = f"dropped.buttons.{study.dataset.name}"
        st.session_state[key] = [labels[k] for k in dropped]
        st.pills(
            f"{plain(study.dataset.with_unit(study.x_name))}: click to take away, click again to "
            "give back",
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


def dropping_section(study: Study) -> tuple[int, ...]:
    """Draw the controls and the picture; returns which rows of the data are gone."""
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
        return gone
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
            drawn.table(), drawn.spec, width="stretch", alt=drawn.alt, key=key, on_select=picked
        )
        st.caption(
            "Red: partial pooling now, thin where it was before. Dashed blue: the own data alone. "
            "Dotted grey: the average line. Hollow points are taken away."
        )
    return gone
