"""Choosing a model: suggestions, any formula, and its fit to the data on the screen."""

from dataclasses import dataclass

import streamlit as st

from pages._data.dataset import Dataset
from pages._ui.cache import fitted_model
from pages._ui.frame import show_error
from pages._ui.words import code, listed, plain
from sim.errors import SimError
from sim.limits import MAX_FORMULA_LENGTH
from sim.lmm.design import build_design
from sim.lmm.fit import Fit

# lme4 calls a fit singular within 1e-4 of the boundary, on the scale of the residual SD.
ZERO_SD = 1e-4
FULL_CORRELATION = 0.9999
CONTRASTS = {"Treatment (0/1)": "treatment", "Sum (1/−1)": "sum"}


@dataclass(frozen=True, slots=True)
class Choice:
    """The model a visitor asked for.

    Parameters
    ----------
    formula : as typed.
    reml : or maximum likelihood.
    contrasts : "treatment" or "sum".
    """

    formula: str
    reml: bool
    contrasts: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it.

    Parameters
    ----------
    fit : of `choice`; of the last formula that worked if that one does not.
    choice : the one that was fitted.
    key : names data, formula and method together.
    error : why the formula on the screen was not fitted, if it was not.
    """

    fit: Fit
    choice: Choice
    key: str
    error: SimError | None


def use_formula(state: str, formula: str) -> None:
    """Put a formula into the box, as a callback."""
    st.session_state[state] = formula


def _suggestion_clicked(state: str, dataset: Dataset) -> None:
    picked = st.session_state[dataset.state("suggestion")]
    for model in dataset.models:
        if model.label == picked:
            use_formula(state, model.formula)


def _follow_roles(dataset: Dataset, state: str) -> None:
    """Move a suggested formula along when other roles bring other suggestions."""
    now = tuple(model.formula for model in dataset.models)
    before = st.session_state.get(dataset.state("suggested"), now)
    st.session_state[dataset.state("suggested")] = now
    typed = st.session_state.get(state)
    if typed in before and typed not in now:
        place = before.index(typed)
        use_formula(state, now[place] if place < len(now) else now[0])


def _formula_box(dataset: Dataset, state: str) -> str:
    _follow_roles(dataset, state)
    typed: str | None = st.text_input(
        "Model, as you would type it for lmer",
        value=dataset.models[0].formula,
        max_chars=MAX_FORMULA_LENGTH,
        key=state,
        bind="query-params",
        live="400ms",
        help="Names of columns, `+ - * : / ^`, and brackets such as `(1 | participant)`.",
    )
    return typed or ""


def _suggestions(dataset: Dataset, state: str, formula: str) -> None:
    labels = {model.formula: model.label for model in dataset.models}
    st.session_state[dataset.state("suggestion")] = labels.get(formula)
    st.pills(
        "Suggested models",
        list(labels.values()),
        key=dataset.state("suggestion"),
        wrap=True,
        on_change=_suggestion_clicked,
        args=(state, dataset),
    )
    why = {model.formula: model.why for model in dataset.models}.get(formula, "")
    if why:
        st.caption(plain(why))


def _method() -> tuple[bool, str]:
    with st.popover("Method", icon=":material/tune:"):
        reml = st.toggle(
            "REML",
            value=True,
            key="reml",
            bind="query-params",
            help="lmer's default. Off: maximum likelihood, as for comparing fixed effects.",
        )
        contrasts = st.radio(
            "Contrasts of factors",
            list(CONTRASTS),
            key="contrasts",
            bind="query-params",
            help="Treatment: each level against the first, R's default. "
            "Sum: each level against the average of all.",
        )
    return bool(reml), CONTRASTS.get(contrasts or "", "treatment")


def choose_model(dataset: Dataset) -> Choice:
    """Draw the suggestions, the formula box and the method; return what they say."""
    state = dataset.state("model")
    above = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        formula = _formula_box(dataset, state)
        reml, contrasts = _method()
    with above:
        # Drawn after the box: on a first visit only the box knows the formula of the link.
        _suggestions(dataset, state, formula)
    return Choice(formula, reml, contrasts)


def offer_next(dataset: Dataset, formula: str) -> None:
    """A button for the next suggested model that these data allow."""
    formulas = [model.formula for model in dataset.models]
    place = formulas.index(formula) + 1 if formula in formulas else 0
    for following in dataset.models[place:]:
        try:
            build_design(following.formula, dataset.frame)
        except SimError:
            continue
        # Apart from the button, which cuts its words off where a column is narrow.
        st.markdown(f"Next model: **{following.label.lower()}**")
        st.button(
            "Try it",
            icon=":material/arrow_forward:",
            key=dataset.state("next"),
            help=code(following.formula),
            on_click=use_formula,
            args=(dataset.state("model"), following.formula),
        )
        return


def _fit(dataset: Dataset, choice: Choice) -> Fit:
    return fitted_model(dataset.key, dataset.frame, choice.formula, choice.reml, choice.contrasts)


def fit_choice(dataset: Dataset, choice: Choice) -> Outcome:
    """Fit the choice, or else the last formula that worked on these data.

    Raises
    ------
    SimError : neither the choice nor anything else can be fitted.
    """
    last = dataset.state("last formula that worked")
    candidates = [choice.formula, st.session_state.get(last, "")]
    candidates += [model.formula for model in dataset.models]
    error: SimError | None = None
    for formula in dict.fromkeys(filter(None, candidates)):
        tried = Choice(formula, choice.reml, choice.contrasts)
        try:
            fit = _fit(dataset, tried)
        except SimError as problem:
            error = error or problem
            continue
        st.session_state[last] = formula
        key = f"{dataset.key} {formula} {choice.reml} {choice.contrasts}"
        wrong = error
        if not choice.formula:
            wrong = SimError("The model is empty.", f"For example {dataset.models[0].formula}")
        return Outcome(fit, tried, key, wrong)
    raise error or SimError("No model could be fitted to these data.")


def say_error(outcome: Outcome) -> None:
    """Why the formula on the screen was not fitted, if it was not."""
    if outcome.error is not None:
        still = f"The pictures below still show {code(outcome.choice.formula)}."
        show_error(outcome.error, still=still)


def singular_words(fit: Fit) -> str:
    """Which part of a singular fit stands at its boundary, and what that means; Markdown."""
    table = fit.varcorr[fit.varcorr["grp"].astype(str) != "Residual"]
    sds = table[table["var2"].isna()]
    zero = sds[sds["sdcor"] <= ZERO_SD * fit.sigma]
    names = [
        f"{code(str(row.var1))} ({code(str(row.grp))})" for row in zero.itertuples(index=False)
    ]
    if names:
        reason = (
            f"the SD of {listed(names)} is estimated as 0. The data give no sign of such "
            "differences beyond the noise."
        )
    elif (table["var2"].notna() & (table["sdcor"].abs() > FULL_CORRELATION)).any():
        reason = (
            "a correlation of random effects is estimated as 1 or −1. Whoever knows one of the two "
            "effects knows the other: the data do not tell them apart."
        )
    else:
        reason = (
            "the random effects depend on each other completely: one of them is a sum of the "
            "others, so the data do not tell them apart."
        )
    return f"A singular fit: {reason} It is an answer, not an error; a simpler model fits as well."


def say_messages(fit: Fit) -> None:
    """Everything the fit wants said, in lme4's words where lme4 speaks."""
    said = [plain(message) for message in dict.fromkeys((*fit.design.messages, *fit.messages))]
    if fit.is_singular:
        said.append(singular_words(fit))
    if said:
        st.info("\n\n".join(said), icon=":material/info:")
