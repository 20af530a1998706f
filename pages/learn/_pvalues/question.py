"""Which data, which model, which effect: what the five methods are asked."""

from dataclasses import dataclass

import streamlit as st

from pages._data.dataset import OWN, Dataset
from pages._data.model import Choice, Outcome, fit_choice, say_error, use_formula
from pages._data.story import story_title
from pages._ui.words import code, plain
from pages.learn._pvalues.world import unit_of
from sim.limits import MAX_FORMULA_LENGTH
from sim.lmm.fit import Fit
from sim.scenarios import SCENARIOS

DEFAULT_STORY = "sleepstudy20"
INTERCEPT = "(Intercept)"


@dataclass(frozen=True, slots=True)
class Question:
    """Whether one effect is nothing.

    Parameters
    ----------
    dataset : the data.
    outcome : of the model, fitted by REML.
    effect : name of the coefficient.
    """

    dataset: Dataset
    outcome: Outcome
    effect: str

    @property
    def fit(self) -> Fit:
        """The fit of the model in question."""
        return self.outcome.fit

    @property
    def unit(self) -> str:
        """The column whose levels take part."""
        return unit_of(self.outcome.fit, self.dataset.roles.participant)

    @property
    def noun(self) -> str:
        """What one of them is called: people are participants, schools are schools."""
        is_person = self.unit.lower() in ("participant", "subject", "id")
        return "participant" if is_person else plain(self.unit)

    @property
    def key(self) -> str:
        """Names data, model and effect together."""
        return f"{self.outcome.key} {self.effect}"


def choose_story() -> str:
    """Draw the chooser of the data, with the story: a key of `SCENARIOS`, or `OWN`."""
    names = [*SCENARIOS, OWN]
    story: str = st.selectbox(
        "Data",
        names,
        index=names.index(DEFAULT_STORY),
        format_func=story_title,
        key="story",
        bind="query-params",
        help="The stories of the playground, or a CSV of your own.",
    )
    if story != OWN:
        st.caption(plain(SCENARIOS[story].story))
        if SCENARIOS[story].parameters:
            st.caption("You set their truth in the side bar; » opens it on a phone.")
    return story


def choose_question(dataset: Dataset) -> Question:
    """Draw the model and the effect.

    Raises
    ------
    SimError : no model can be fitted to these data.
    """
    state = dataset.state("model")
    above = st.container()
    formula = st.text_input(
        "Model, as you would type it for lmer",
        value=dataset.models[0].formula,
        max_chars=MAX_FORMULA_LENGTH,
        key=state,
        bind="query-params",
    )
    with above:
        _suggestions(dataset, state, formula or "")
    outcome = fit_choice(dataset, Choice(formula or "", True, "treatment"))
    say_error(outcome)
    return Question(dataset, outcome, _choose_effect(dataset, outcome.fit))


def _suggestions(dataset: Dataset, state: str, formula: str) -> None:
    labels = {model.formula: model.label for model in dataset.models}
    picked = dataset.state("suggestion")
    st.session_state[picked] = labels.get(formula)

    def clicked() -> None:
        for text, label in labels.items():
            if label == st.session_state[picked]:
                use_formula(state, text)

    st.pills("Suggested models", list(labels.values()), key=picked, wrap=True, on_change=clicked)


def _choose_effect(dataset: Dataset, fit: Fit) -> str:
    names = list(fit.design.x_names)
    effects = [name for name in names if name != INTERCEPT] or names
    if len(effects) == 1:
        st.caption(f"The effect to test is {code(effects[0])}.")
        return effects[0]
    chosen: str = st.selectbox(
        "Effect to test",
        effects,
        key=dataset.state("effect"),
        bind="query-params",
        help="One coefficient of the model. The question is whether it is zero.",
    )
    return chosen if chosen in effects else effects[0]
