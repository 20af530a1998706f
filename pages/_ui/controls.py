"""Controls that several pages have."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from pages._ui.links import is_infinite
from quizzes.topics import TOPICS
from sim.scenarios import Parameter, Value

MAX_SEED = 1_000_000  # of seeds and of draw numbers


@dataclass(frozen=True, slots=True)
class Control:
    """A slider for one true value: a parameter of a story, with bounds for one page."""

    parameter: str
    minimum: float
    maximum: float
    default: float


def true_value(control: Control, parameter: Parameter, key: str) -> Value:
    """Draw the slider of a parameter; its key is its name in the address, too."""
    kind = int if parameter.kind == "int" else float
    unit = f" ({parameter.unit})" if parameter.unit else ""
    value: Value = st.slider(
        f"{parameter.label}{unit}",
        kind(control.minimum),
        kind(control.maximum),
        kind(control.default),
        kind(parameter.step),
        key=key,
        bind="query-params",
        help=parameter.help,
    )
    return value


def whole_number(
    label: str,
    key: str,
    low: int,
    high: int,
    value: int,
    *,
    width: int | Literal["stretch"] = "stretch",
    help: str | None = None,
) -> int:
    """A field for a whole number, with its place in the page's link.

    Parameters
    ----------
    low, high : what the field takes; anything else in a link leaves it at `value`.
    width : in px.
    """
    # Streamlit forgives a link all that is no such number, but for what no number holds: 1e999.
    bind: Literal["query-params"] | None = "query-params"
    if key in st.query_params and is_infinite(st.query_params[key]):
        del st.query_params[key]
        bind = None
    return int(
        st.number_input(label, low, high, value, 1, key=key, bind=bind, width=width, help=help)
    )


def take_next(key: str, first: int) -> None:
    """Take the next seed or draw number, as a callback; the last is followed by the first.

    Parameters
    ----------
    key : of the field with the number.
    first : the field's minimum.
    """
    number = st.session_state[key]
    st.session_state[key] = number + 1 if number < MAX_SEED else first


def number_and_next(
    label: str,
    key: str,
    low: int,
    button: str,
    *,
    width: int | Literal["stretch"] = "stretch",
    help: str | None = None,
    type: Literal["primary", "secondary"] = "secondary",
) -> int:
    """A field for a seed or draw number, 1 at first, and the button that takes the next one.

    Parameters
    ----------
    low : the field's minimum, which follows its maximum.
    width : of the field, in px; the button is as wide as its words unless both are stretched.
    type : of the button.
    """
    number = whole_number(label, key, low, MAX_SEED, 1, width=width, help=help)
    st.button(
        button,
        icon=":material/casino:",
        on_click=take_next,
        args=(key, low),
        type=type,
        width="stretch" if width == "stretch" else "content",
    )
    return number


def _predicted(key: str) -> None:
    # Typing and clicking may arrive together: then the click is about what was typed.
    st.session_state.pop(f"{key} about", None)


def predict(label: str, options: Sequence[str], key: str, about: str) -> str | None:
    """Options to click before the answer shows.

    Parameters
    ----------
    options : the last one is for those who do not want to say.
    about : names what the answer depends on.

    Returns
    -------
    What was clicked; None before that, and the last option where the prediction was about
    something else: nothing can be said of it.
    """
    guess: str | None = st.pills(
        label,
        options,
        key=key,
        bind="query-params",
        wrap=True,
        on_change=_predicted,
        args=(key,),
    )
    if guess is None:
        return None
    was_about = st.session_state.setdefault(f"{key} about", about)
    return guess if was_about == about else options[-1]


def choose_topics(note: str) -> list[str]:
    """Topics of the quiz; none chosen means all.

    Parameters
    ----------
    note : the help beside the title.
    """
    topics: list[str] = st.pills(
        "Topics",
        list(TOPICS),
        selection_mode="multi",
        format_func=TOPICS.__getitem__,
        key="topics",
        bind="query-params",
        help=note,
    )
    return topics
