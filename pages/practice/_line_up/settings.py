"""Which data, which model, which plot and which round: everything a link carries."""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages._data.dataset import OWN, Dataset
from pages._data.model import Choice, Outcome, choose_model, fit_choice, say_error
from pages._data.own_data import own_dataset
from pages._data.story import OWN_TITLE, choose_story, story_dataset
from pages._ui.controls import MAX_SEED, take_next, whole_number
from pages._ui.frame import show_error
from sim.checks.line_up import PLOTS
from sim.errors import SimError
from sim.scenarios import SCENARIOS

START = "random_slopes"
WARM_UP, REAL = "Warm-up", "Line-up"
# These two share nearly all of their rows.
SAME_DATA = {"sleepstudy20": "sleepstudy"}


@dataclass(frozen=True, slots=True)
class Setting:
    """What is lined up.

    Parameters
    ----------
    dataset, outcome : the data and the model's fit to them.
    plot : key of `PLOTS`.
    is_warm_up : all panels are simulated.
    draw : number of the simulations.
    """

    dataset: Dataset
    outcome: Outcome
    plot: str
    is_warm_up: bool
    draw: int

    @property
    def key(self) -> str:
        """Names the panels: equal keys mean equal panels."""
        kind = WARM_UP if self.is_warm_up else REAL
        return f"{self.outcome.key} {self.plot} {kind} {self.draw}"

    @property
    def whose(self) -> str:
        """Names what somebody knows who has seen these data.

        Data of one story and seed look alike whatever else is set.
        """
        dataset = self.dataset
        if dataset.name == OWN:
            return f"{OWN} {list(dataset.frame.columns)} {dataset.frame.shape}"
        return f"{SAME_DATA.get(dataset.name, dataset.name)} {dataset.seed}"

    @property
    def can_have_new_data(self) -> bool:
        """Whether another seed gives other data."""
        return self.dataset.seed is not None


def choose_data() -> tuple[Dataset, Choice] | None:
    """Draw the choosers of story and model; None while there are no data."""
    # Open where there is something to upload, and out of the panels' way otherwise.
    is_own = st.query_params.get("story") == OWN_TITLE
    with st.expander(
        "Story, model and draw", expanded=is_own, icon=":material/tune:", key="settings"
    ):
        story = choose_story(START)
        try:
            dataset = own_dataset(preview=False) if story == OWN else story_dataset(story)
        except SimError as problem:
            show_error(problem)
            return None
        choice = None if dataset is None else choose_model(dataset)
        _draw_number()
    return None if dataset is None or choice is None else (dataset, choice)


def _draw_number() -> None:
    whole_number(
        "Draw number",
        "draw",
        1,
        MAX_SEED,
        1,
        width=160,
        help="The same number always gives the same simulations, in the same places.",
    )


def fit_of(dataset: Dataset, choice: Choice) -> Outcome | None:
    """The fit, with what is wrong said; None if nothing can be fitted."""
    try:
        outcome = fit_choice(dataset, choice)
    except SimError as problem:
        show_error(problem)
        return None
    say_error(outcome)
    return outcome


def choose_round() -> tuple[str, bool, DeltaGenerator]:
    """Draw the controls above the panels.

    Returns
    -------
    Plot, whether it is the warm-up, and a place beside the controls.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        which = st.segmented_control(
            "Round",
            [WARM_UP, REAL],
            default=WARM_UP,
            key="round",
            bind="query-params",
            required=True,
            help="In the warm-up all panels are simulated: it shows how different pictures of one "
            "and the same model can look. In the line-up one panel is the actual data.",
        )
        plot = st.segmented_control(
            "Plot",
            list(PLOTS),
            default="lines",
            format_func=plot_title,
            key="plot",
            bind="query-params",
            required=True,
            help="One line per participant, a histogram of the participants' means, or residuals "
            "against fitted values, for which the model is fitted to each panel's own data.",
        )
        place = st.container(width="content")
    return plot if plot in PLOTS else "lines", which != REAL, place


def plot_title(plot: str) -> str:
    """The name of a plot in the chooser, and in links."""
    return plot.capitalize()


def to_line_up() -> None:
    """Leave the warm-up, as a callback."""
    st.session_state["round"] = REAL


def other_simulations() -> None:
    """Draw again for the same data, as a callback."""
    take_next("draw", 1)


def new_data() -> None:
    """Draw other data of the same story, as a callback."""
    take_next("seed", 0)


def other_plot(plot: str) -> None:
    """Show another plot, as a callback."""
    st.session_state["plot"] = plot


def story_lesson(dataset: Dataset) -> str:
    """What the story shows; empty for a visitor's own data."""
    return SCENARIOS[dataset.name].lesson if dataset.name in SCENARIOS else ""
