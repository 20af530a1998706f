"""Everything on the screen to take along: data, simulations, picture, code, link."""

from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit, urlunsplit

import numpy as np
import pandas as pd
import streamlit as st

from pages._ui.charts import Picture
from pages._ui.files import as_png, as_svg
from pages.learn._playground.dataset import OWN, Dataset
from pages.learn._playground.model import Outcome
from pages.learn._playground.simulation import Request


def simulated_table(
    dataset: Dataset, outcome: Outcome, simulated: dict[str, np.ndarray]
) -> pd.DataFrame:
    """The fitted rows once for each simulation, with the simulated response.

    Returns
    -------
    The data's columns with the response replaced, after `participants` and `simulation`.
    """
    fit = outcome.fit
    used = dataset.frame.iloc[np.asarray(fit.design.rows)]
    response = fit.design.formula.response_text
    blocks = []
    for kind, values in simulated.items():
        for i, column in enumerate(values.T, start=1):
            block = used.assign(**{response: column})
            blocks.append(block.assign(participants=kind, simulation=i))
    table = pd.concat(blocks, ignore_index=True)
    first = ["participants", "simulation"]
    return table[[*first, *(name for name in table.columns if name not in first)]]


def link() -> str:
    """The address of this page with every setting in it."""
    parts = urlsplit(st.context.url or "")
    settings = {"story": st.session_state.get("story", ""), **st.query_params.to_dict()}
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(settings), ""))


def _downloads(
    dataset: Dataset,
    outcome: Outcome,
    simulated: dict[str, np.ndarray],
    pictures: Sequence[Picture],
) -> None:
    stem = "data" if dataset.name == OWN else dataset.name
    columns = len(pictures) if len(pictures) <= 4 else 5

    def data() -> str:
        return str(dataset.frame.to_csv(index=False))

    def simulation() -> str:
        return str(simulated_table(dataset, outcome, simulated).to_csv(index=False))

    files = [
        ("Data (CSV)", data, f"{stem}.csv", "text/csv", "table"),
        ("Simulated data (CSV)", simulation, f"{stem}_simulated.csv", "text/csv", "table"),
        (
            "Picture (SVG)",
            lambda: as_svg(pictures, columns=columns),
            f"{stem}.svg",
            "image/svg+xml",
            "image",
        ),
        (
            "Picture (PNG)",
            lambda: as_png(pictures, columns=columns),
            f"{stem}.png",
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


def take_away(
    dataset: Dataset,
    outcome: Outcome,
    request: Request,
    simulated: dict[str, np.ndarray],
    pictures: Sequence[Picture],
) -> None:
    """Draw the downloads, the code and the link."""
    _downloads(dataset, outcome, simulated, pictures)
    st.markdown("**Link to this page as it is now**, seed and simulations included:")
    st.code(link(), language=None, wrap_lines=True)
    if dataset.name == OWN:
        st.caption("Your data are not in the link: whoever opens it has to upload the file again.")
