"""Everything on the screen to take along: data, resamples, pictures, code, link."""

from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit, urlunsplit

import pandas as pd
import streamlit as st

from pages._ui.charts import Picture
from pages._ui.files import as_png, as_svg
from pages._ui.frame import section
from pages.learn._bootstrap import coverage, settling
from pages.learn._bootstrap.designs import SETTINGS
from pages.learn._bootstrap.draws import Request, Result
from pages.learn._bootstrap.predict import guess_key
from pages.learn._bootstrap.scripts import FILE, python_script, r_script
from pages.learn._bootstrap.settings import World

CONTROLS = ("data", "seed", "b", "interval", "level", "draw", coverage.STUDIES_KEY)
CODE_HEIGHT = 320


def link() -> str:
    """The address of this page with every setting in it, defaults too: they may change."""
    own = [f"{s.name}.{c.parameter}" for s in SETTINGS for c in s.controls]
    guesses = [guess_key(setting) for setting in SETTINGS]
    names = (*CONTROLS, *own, *guesses, settling.GUESS_KEY, coverage.GUESS_KEY)
    settings = {
        name: str(value) for name in names if (value := st.session_state.get(name)) is not None
    }
    parts = urlsplit(st.context.url or "")
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(settings), ""))


def draws_table(results: Sequence[Result]) -> pd.DataFrame:
    """A row for each resample of each scheme; parameters that a scheme lacks are empty."""
    tables = []
    for result in results:
        table = result.draws.table()
        table.insert(0, "resample", range(1, len(table) + 1))
        table.insert(0, "scheme", result.scheme.title)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def take_away(
    world: World, results: Sequence[Result], request: Request, pictures: Sequence[Picture]
) -> None:
    """Draw the downloads, the code and the link."""
    section("Take it away")

    def drawn() -> str:
        return str(draws_table(results).to_csv(index=False))

    files = [("Data (CSV)", lambda: world.frame.to_csv(index=False), FILE, "text/csv", "table")]
    if results:
        files += [
            ("Resamples (CSV)", drawn, "resamples.csv", "text/csv", "table"),
            (
                "Picture (SVG)",
                lambda: as_svg(pictures, columns=2),
                "bootstrap.svg",
                "image/svg+xml",
                "image",
            ),
            (
                "Picture (PNG)",
                lambda: as_png(pictures, columns=2),
                "bootstrap.png",
                "image/png",
                "image",
            ),
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
    in_r, in_python = st.tabs(["R code", "Python code"])
    with in_r:
        st.code(r_script(world, request), language="r", height=CODE_HEIGHT)
    with in_python:
        st.code(python_script(world, request), language="python", height=CODE_HEIGHT)
    st.markdown("**Link to this page as it is now**, seeds and predictions included:")
    st.code(link(), language=None, wrap_lines=True)
