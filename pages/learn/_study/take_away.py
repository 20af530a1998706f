"""Everything on the screen to take along: repetitions, pictures, code, link."""

from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit, urlunsplit

import pandas as pd
import streamlit as st

from pages._ui.charts import Picture
from pages._ui.files import as_png, as_svg
from pages._ui.frame import section, show_error
from pages.learn._playground.story import story_title
from pages.learn._study.running import Run
from pages.learn._study.settings import Question
from sim.errors import SimError
from sim.inference.counting import Study
from sim.scenarios import SCENARIOS
from sim.study_code import python_study_code, r_study_code

CODE_HEIGHT = 320


def link(question: Question) -> str:
    """The address of this page with every setting in it, defaults too: they may change."""
    dataset = question.dataset
    parameters = SCENARIOS[dataset.name].parameters
    names = ["seed", "repetitions", *(dataset.state(p.name) for p in parameters)]
    # The prediction of the curve goes by the present size.
    names += [name for name in st.session_state if str(name).startswith(dataset.state("curve."))]
    names += [dataset.state(control) for control in ("model", "term", "guess")]
    settings = {"story": story_title(dataset.name)}
    for name in names:
        value = st.session_state.get(name)
        if value is not None:
            settings[str(name)] = str(value)
    parts = urlsplit(st.context.url or "")
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(settings), ""))


def repetitions_table(question: Question, studies: Sequence[Study]) -> pd.DataFrame:
    """One row for each world, method and repetition made so far."""
    parts = []
    for world, study in zip(question.worlds, studies, strict=True):
        table = study.repetitions()
        table.insert(0, "truth", world.truth)
        table.insert(0, "world", world.name)
        parts.append(table)
    return pd.concat(parts, ignore_index=True)


def shares_table(question: Question, studies: Sequence[Study]) -> pd.DataFrame:
    """Every share and mean with its Monte-Carlo interval."""
    parts = []
    for world, study in zip(question.worlds, studies, strict=True):
        table = study.table()
        table.insert(0, "world", world.name)
        parts.append(table)
    return pd.concat(parts, ignore_index=True)


def take_away(question: Question, run: Run, pictures: Sequence[Picture]) -> None:
    """Draw the downloads, the code and the link."""
    section("Take it away")
    stem = f"study_{question.dataset.name}"
    frame = question.dataset.frame
    files = [
        ("One data set (CSV)", lambda: frame.to_csv(index=False), f"{stem}_data.csv", "text/csv")
    ]
    # Now: at the click there is no session to ask.
    if studies := run.studies() if run.done else []:
        files += [
            (
                "Shares (CSV)",
                lambda: shares_table(question, studies).to_csv(index=False),
                f"{stem}_shares.csv",
                "text/csv",
            ),
            (
                "All repetitions (CSV)",
                lambda: repetitions_table(question, studies).to_csv(index=False),
                f"{stem}.csv",
                "text/csv",
            ),
        ]
    if pictures:
        files += [
            ("Pictures (SVG)", lambda: as_svg(pictures), f"{stem}.svg", "image/svg+xml"),
            ("Pictures (PNG)", lambda: as_png(pictures), f"{stem}.png", "image/png"),
        ]
    with st.container(horizontal=True):
        for label, content, name, mime in files:
            st.download_button(
                label,
                content,
                file_name=name,
                mime=mime,
                icon=f":material/{'image' if 'image' in mime else 'table'}:",
                on_click="ignore",
            )
    _show_code(question)
    st.markdown("**Link to this page as it is now**, seed and predictions included:")
    st.code(link(question), language=None, wrap_lines=True)


def _show_code(question: Question) -> None:
    world = question.effect or question.worlds[0]
    try:
        r_text = r_study_code(world.plan, question.n)
        python_text = python_study_code(world.plan, question.n, question.seed)
    except SimError as problem:
        show_error(problem)
        return
    in_r, in_python = st.tabs(["R code", "Python code"])
    with in_r:
        st.code(r_text, language="r", height=CODE_HEIGHT)
    with in_python:
        st.code(python_text, language="python", height=CODE_HEIGHT)
    if question.effect is not None and question.null is not None:
        st.caption("The code repeats the study with the effect; set it to 0 for the other one.")
