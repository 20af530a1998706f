"""Everything on the screen to take along: data, table, paths, pictures, code, link."""

from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit, urlunsplit

import pandas as pd
import streamlit as st

from pages._ui.charts import Picture
from pages._ui.files import as_png, as_svg
from pages._ui.frame import section
from pages.learn._convergence.scripts import FILE, python_script, r_script
from pages.learn._convergence.settings import Settings
from sim.inference.allfit import AllFit
from sim.inference.optimisers import OPTIMISERS

CODE_HEIGHT = 320


def paths_table(found: AllFit) -> pd.DataFrame:
    """Theta and criterion at every evaluation of every optimiser."""
    parts = []
    for attempt in found.attempts:
        part = pd.DataFrame(attempt.path, columns=list(found.theta_names))
        part.insert(0, "optimiser", attempt.label)
        part.insert(1, "evaluation", range(1, len(part) + 1))
        parts.append(part.assign(criterion=attempt.path_criterion))
    return pd.concat(parts, ignore_index=True)


def link(settings: Settings, n_theta: int) -> str:
    """The address of this page with every setting in it, defaults too: they may change."""
    own = (f"guess.{settings.name}", f"cure.{settings.name}", f"axes.{n_theta}")
    query: list[tuple[str, str]] = [("trouble", settings.trouble.title)]
    for name in (*own, "view", "step"):
        value = st.session_state.get(name)
        if value is not None:
            query.append((name, str(value)))
    query += [("optimisers", _label(name)) for name in st.session_state.get("optimisers") or []]
    parts = urlsplit(st.context.url or "")
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))


def _label(name: str) -> str:
    return OPTIMISERS[name].label


def take_away(settings: Settings, found: AllFit, pictures: Sequence[Picture]) -> None:
    """Draw the downloads, the code and the link."""
    section("Take it away")
    frame = settings.trouble.frame(settings.cure)
    csv, svg, png = "text/csv", "image/svg+xml", "image/png"
    files = (
        ("Data (CSV)", lambda: frame.to_csv(index=False), FILE, csv, "table"),
        (
            "Optimisers (CSV)",
            lambda: found.frame().to_csv(index=False),
            "optimisers.csv",
            csv,
            "table",
        ),
        (
            "Paths (CSV)",
            lambda: paths_table(found).to_csv(index=False),
            "paths.csv",
            csv,
            "table",
        ),
        ("Picture (SVG)", lambda: as_svg(pictures, columns=4), "paths.svg", svg, "image"),
        ("Picture (PNG)", lambda: as_png(pictures, columns=4), "paths.png", png, "image"),
    )
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
        st.code(r_script(settings), language="r", height=CODE_HEIGHT)
    with in_python:
        st.code(python_script(settings), language="python", height=CODE_HEIGHT)
    st.markdown("**Link to this page as it is now**, your prediction included:")
    st.code(link(settings, len(found.fit.theta)), language=None, wrap_lines=True)
