"""What is repeated: a story, a model, the coefficient that is tested, how often."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from pages._data.dataset import Dataset
from pages._data.model import use_formula
from pages._data.panels import show_data
from pages._data.story import story_dataset, story_title
from pages._ui.cache import fitted_model
from pages._ui.words import code, plain
from sim.errors import SimError
from sim.inference.plan import Plan, effect_parameter, plan_study, prepare, true_value
from sim.limits import MAX_FORMULA_LENGTH
from sim.scenarios import SCENARIOS, Value

DEFAULT_STORY = "random_slopes"
REPEATS = ("200", "1,000", "5,000")
ALPHA = 0.05
# True effects that one study finds about every other time; the stories' own are found always.
START: Mapping[str, Mapping[str, Value]] = {
    "outlier": {"condition_effect": 0.4},
    "mixture": {"condition_effect": 0.4},
    "unequal_variance": {"condition_effect": 2.5},
    "random_slopes": {"slope": 1.0},
    "singular": {"gain": 8.0},
    "simpson": {"within_effect": 0.1},
    "schools": {"hours_effect": 1.0, "method_effect": 3.0},
}


@dataclass(frozen=True, slots=True)
class World:
    """A truth under which the study is repeated.

    Parameters
    ----------
    name : as the table and the picture call it.
    plan : of the study.
    truth : true value of the tested coefficient; None where it has none.
    """

    name: str
    plan: Plan
    truth: float | None

    @property
    def key(self) -> str:
        """What names the repetitions."""
        plan = self.plan
        return repr(
            (plan.scenario.name, plan.parameters, plan.formula, plan.term, plan.methods,
             plan.entropy)
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """Everything the visitor chose.

    Parameters
    ----------
    dataset : the story with its true values; its frame is one example.
    formula, term : the model and the coefficient that is tested.
    n : repetitions.
    seed : of the study.
    worlds : without the effect and with it; only one where the story has no effect to take away.
    """

    dataset: Dataset
    formula: str
    term: str
    n: int
    seed: tuple[int, int]
    worlds: tuple[World, ...]

    @property
    def null(self) -> World | None:
        """The world in which there is nothing to be found."""
        return next((world for world in self.worlds if world.truth == 0), None)

    @property
    def effect(self) -> World | None:
        """The world with the effect as set; None where that is nothing."""
        return next((world for world in self.worlds if world.truth != 0), None)

    @property
    def about(self) -> str:
        """What predictions are about: the truth, and the model and coefficient that are tested."""
        return f"{self.dataset.key} {self.formula} {self.term}"

    @property
    def key(self) -> str:
        """What names the whole run."""
        return f"{self.n} {[world.key for world in self.worlds]}"


def choose_story() -> str:
    """The story chooser; real data and presets cannot be repeated."""
    names = [name for name, scenario in SCENARIOS.items() if scenario.parameters]
    story: str = st.selectbox(
        "Story",
        names,
        index=names.index(DEFAULT_STORY),
        format_func=story_title,
        key="story",
        bind="query-params",
        help="Where the data of every repetition come from. The truth is in the side bar.",
    )
    return story


def choose_dataset(story: str) -> Dataset:
    """The true values, in the side bar."""
    return story_dataset(story, START.get(story))


def show_example(dataset: Dataset) -> None:
    """One data set of the story; nothing where even the story's first model cannot be fitted."""
    try:
        fit = fitted_model(dataset.key, dataset.frame, dataset.models[0].formula, True, "treatment")
    except SimError:
        return
    show_data(dataset, fit, "One data set")


def _picked(dataset: Dataset) -> None:
    label = st.session_state[dataset.state("suggestion")]
    for model in dataset.models:
        if model.label == label:
            use_formula(dataset.state("model"), model.formula)


def choose_formula(dataset: Dataset) -> str:
    """The model: a suggestion or any formula."""
    above = st.container()
    formula: str | None = st.text_input(
        "Model, as you would type it for lmer",
        value=dataset.models[0].formula,
        max_chars=MAX_FORMULA_LENGTH,
        key=dataset.state("model"),
        bind="query-params",
        help="It need not be the right one: see what happens to the p-values if it is not.",
    )
    labels = {model.formula: model.label for model in dataset.models}
    with above:
        # Drawn after the box: on a first visit only the box knows the formula of the link.
        st.session_state[dataset.state("suggestion")] = labels.get(formula or "")
        st.pills(
            "Suggested models",
            list(labels.values()),
            key=dataset.state("suggestion"),
            wrap=True,
            on_change=_picked,
            args=(dataset,),
        )
    why = {model.formula: model.why for model in dataset.models}.get(formula or "", "")
    if why:
        st.caption(plain(why))
    return formula or dataset.models[0].formula


def _choose_term(dataset: Dataset, names: list[str], start: str) -> str:
    if len(names) < 2:
        return start
    term: str = st.selectbox(
        "Coefficient to test",
        names,
        index=names.index(start),
        key=dataset.state("term"),
        bind="query-params",
        help="Its t-test has Satterthwaite's degrees of freedom, as in lmerTest.",
    )
    return term


def _choose_n() -> int:
    chosen = st.segmented_control(
        "Repetitions",
        REPEATS,
        default="1,000",
        key="repetitions",
        bind="query-params",
        required=True,
        help="More of them make the Monte-Carlo intervals narrower, not the study better.",
    )
    return int((chosen if chosen in REPEATS else "1,000").replace(",", ""))


def _methods(plan: Plan) -> tuple[str, ...]:
    groups = [block.group for block in prepare(plan).design.blocks]
    return tuple(dict.fromkeys(["lmer", *groups, "rows"]))


def ask(dataset: Dataset, formula: str) -> Question:
    """Draw what is left to choose, and plan the studies.

    Raises
    ------
    SimError : the model cannot be fitted to such data.
    """
    seed = (dataset.seed or 0, 7)
    first = plan_study(
        dataset.name,
        formula,
        np.random.default_rng(seed),
        parameters=dataset.parameters,
        alpha=ALPHA,
    )
    names = list(prepare(first).design.x_names)
    tested = [name for name in names if name != "(Intercept)"] or names
    with st.container(horizontal=True, vertical_alignment="bottom"):
        term = _choose_term(dataset, tested, first.term)
        n = _choose_n()
    term = term if term in names else first.term
    plan = replace(first, term=term, methods=_methods(first))
    truth, name = true_value(plan), effect_parameter(plan)
    worlds = []
    if truth is None:
        worlds.append(World("as it is", plan, truth))
    elif abs(truth) > 1e-12:
        worlds.append(World("effect", plan, truth))
    if truth is not None and (name or not worlds):
        values = dict(plan.parameters) | ({name: _zero(plan, name)} if name else {})
        # Its own random numbers: otherwise both worlds would share every accident.
        nothing = replace(plan, parameters=tuple(values.items()), entropy=(*plan.entropy, 0))
        worlds.insert(0, World("no effect", nothing, 0.0))
    return Question(dataset, formula, term, n, seed, tuple(worlds))


def _zero(plan: Plan, name: str) -> Value:
    value = dict(plan.parameters)[name]
    return 0 if isinstance(value, int) else 0.0


def story_words(question: Question) -> str:
    """What is repeated, in one line; Markdown."""
    effect = question.effect
    known = effect is not None and effect.truth is not None
    truth = f" (in truth it is {effect.truth:g})" if known else ""
    return f"Each study tests whether {code(question.term)} is zero{truth}: two-sided, at 5%."
