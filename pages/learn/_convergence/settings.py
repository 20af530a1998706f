"""What the visitor chose: which data, which cure, and what they expect."""

from dataclasses import dataclass

import streamlit as st

from pages._ui.words import code, plain
from sim.inference.optimisers import OPTIMISERS
from sim.inference.troubles import TROUBLES, Trouble

AS_IT_IS = "As it is"
ALL, SOME, ONE, SKIP = "All of them", "Some of them", "Only Newton", "Just show me"
GUESSES = (ALL, SOME, ONE, SKIP)
# The three cures, each on data that it cures: label, key of `TROUBLES`, key of its cures.
SHOWN_CURES = (
    ("Centre and scale", "milliseconds", "scale"),
    ("Another reference level", "reference", "recode"),
    ("Drop the correlation", "correlation", "uncorrelate"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Which data and model are on the screen.

    Parameters
    ----------
    name : key of `TROUBLES`.
    cure : key of its cures; empty for the data as they are.
    """

    name: str
    cure: str

    @property
    def trouble(self) -> Trouble:
        """The data and the model that make trouble."""
        return TROUBLES[self.name]

    @property
    def formula(self) -> str:
        """The formula after the cure."""
        return self.trouble.model(self.cure)


def _title(name: str) -> str:
    return TROUBLES[name].title


def look_at(name: str, cure: str = "") -> None:
    """Go to other data, and to a cure of them, as a callback."""
    st.session_state["trouble"] = name
    if cure:
        st.session_state[f"cure.{name}"] = TROUBLES[name].cures[cure].label


def choose_trouble() -> str:
    """The chooser of the data; returns a key of `TROUBLES`."""
    name: str = st.selectbox(
        "Data",
        list(TROUBLES),
        index=list(TROUBLES).index("seconds"),
        format_func=_title,
        key="trouble",
        bind="query-params",
        help="Each has one thing that makes optimisers stumble; the first has none.",
    )
    return name


def choose_cure(name: str) -> Settings:
    """The cures, one click each."""
    trouble = TROUBLES[name]
    if not trouble.cures:
        return Settings(name, "")
    labels = {AS_IT_IS: "", **{cure.label: key for key, cure in trouble.cures.items()}}
    label = st.pills(
        "Cure",
        list(labels),
        default=AS_IT_IS,
        required=True,
        key=f"cure.{name}",
        bind="query-params",
        wrap=True,
    )
    return Settings(name, labels.get(label or AS_IT_IS, ""))


def tell_model(settings: Settings) -> None:
    """The model after a cure, and why that is one."""
    if settings.cure:
        why = plain(settings.trouble.cures[settings.cure].why)
        levels = trouble_levels(settings)
        st.markdown(f"Model now: {code(settings.formula)}{levels}  \n{why}")


def trouble_levels(settings: Settings) -> str:
    """The reference level, where a cure sets one."""
    if not settings.cure:
        return ""
    levels = settings.trouble.cures[settings.cure].levels
    return "".join(f", with {code(order[0])} as the reference level" for order in levels.values())


def predict(name: str) -> str | None:
    """Ask how many optimisers will arrive; None until a click."""
    guess: str | None = st.pills(
        f"Predict first: {len(OPTIMISERS)} optimisers search for the lowest point of the same "
        "criterion. How many will find it on the data as they are? (Newton is the one this site "
        "uses; it also looks at slope and curvature.)",
        GUESSES,
        key=f"guess.{name}",
        bind="query-params",
        wrap=True,
    )
    if guess is None:
        st.caption("Click what you expect: then they start, and you see where each one stops.")
    return guess
