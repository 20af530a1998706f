"""Everything on the screen to take along: data, pictures, code, link."""

from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit, urlunsplit

import pandas as pd
import streamlit as st

from pages._ui.charts import Picture
from pages._ui.files import as_png, as_svg
from pages._ui.frame import section, show_error
from pages.learn._playground.dataset import OWN
from pages.learn._playground.story import story_title
from pages.learn._pvalues.counting import DONE, rounds_asked
from pages.learn._pvalues.five import Five
from pages.learn._pvalues.question import Question
from pages.learn._pvalues.scripts import file_stem, python_script, r_script
from sim.errors import SimError
from sim.scenarios import SCENARIOS

CONTROLS = ("model", "effect", "df", "worst")
CODE_HEIGHT = 320


def link(question: Question) -> str:
    """The address of this page with every setting in it, defaults too: they may change."""
    dataset = question.dataset
    names = ["seed", "draw", *(dataset.state(name) for name in CONTROLS)]
    if dataset.name in SCENARIOS:
        names += [dataset.state(p.name) for p in SCENARIOS[dataset.name].parameters]
    settings = {"story": story_title(dataset.name)}
    for name in names:
        value = st.session_state.get(name)
        if value is not None:
            settings[name] = str(value)
    if rounds := rounds_asked():
        settings[DONE] = str(rounds)
    parts = urlsplit(st.context.url or "")
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(settings), ""))


def results_frame(five: Five) -> pd.DataFrame:
    """The five tests as numbers."""
    rows = [(t.method, t.statistic, t.df, t.critical, t.p) for t in five.tests]
    return pd.DataFrame(rows, columns=["method", "statistic", "df", "critical", "p_value"])


def take_away(
    question: Question, five: Five | None, pictures: Sequence[Picture], seed: int
) -> None:
    """Draw the downloads, the code and the link."""
    section("Take it away")
    stem, frame = file_stem(question), question.dataset.frame
    files = [("Data (CSV)", lambda: frame.to_csv(index=False), f"{stem}.csv", "text/csv", "table")]
    if five is not None:
        files += [
            (
                "Five tests (CSV)",
                lambda: results_frame(five).to_csv(index=False),
                f"{stem}_tests.csv",
                "text/csv",
                "table",
            ),
            ("Picture (SVG)", lambda: as_svg(pictures), f"{stem}.svg", "image/svg+xml", "image"),
            ("Picture (PNG)", lambda: as_png(pictures), f"{stem}.png", "image/png", "image"),
        ]
    with st.container(horizontal=True):
        for label, content, name, mime, icon in files:
            st.download_button(
                label,
                content,
                file_name=name,
                mime=mime,
                icon=f":material/{icon}:",
                on_click="ignore",
            )
    try:
        texts = (r_script(question, seed), python_script(question, seed))
    except SimError as problem:
        show_error(problem)
    else:
        for tab, text, language in zip(
            st.tabs(["R code", "Python code"]), texts, ("r", "python"), strict=True
        ):
            with tab:
                st.code(text, language=language, height=CODE_HEIGHT)
    st.markdown("**Link to this page as it is now**, seed and predictions included:")
    st.code(link(question), language=None, wrap_lines=True)
    if question.dataset.name == OWN:
        st.caption("Your data are not in the link: whoever opens it has to upload the file again.")
