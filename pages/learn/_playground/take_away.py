"""Everything on the screen to take along: data, simulations, picture, code, link."""

from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit, urlunsplit

import numpy as np
import pandas as pd
import streamlit as st

from pages._ui.cache import simulation_seed
from pages._ui.charts import Picture
from pages._ui.files import as_png, as_svg
from pages._ui.frame import show_error
from pages.learn._playground.dataset import OWN, Dataset
from pages.learn._playground.model import Outcome
from pages.learn._playground.simulation import Request
from pages.learn._playground.story import story_title
from sim.checks.statistics import STATISTICS
from sim.errors import SimError
from sim.rcode import Analysis, Story, python_code, r_code
from sim.scenarios import SCENARIOS

SHARED_CONTROLS = ("seed", "reml", "contrasts", "who", "n", "draw")
STORY_CONTROLS = ("model", "statistic", "guess")
CODE_HEIGHT = 320


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


def _in_link(value: object) -> str:
    """A control's value as Streamlit writes it into the address."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def link(dataset: Dataset) -> str:
    """The address of this page with every setting in it, defaults too: they may change."""
    controls = [*SHARED_CONTROLS, *(dataset.state(name) for name in STORY_CONTROLS)]
    if dataset.name in SCENARIOS:
        parameters = SCENARIOS[dataset.name].parameters
        controls += [dataset.state(parameter.name) for parameter in parameters]
    settings = {"story": story_title(dataset.name)}
    for name in controls:
        value = st.session_state.get(name)
        if value is not None:
            settings[name] = _in_link(value)
    statistic = settings.get(dataset.state("statistic"))
    if statistic in STATISTICS:
        settings[dataset.state("statistic")] = STATISTICS[statistic].named(dataset.roles).label
    parts = urlsplit(st.context.url or "")
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(settings), ""))


def _analysis(dataset: Dataset, outcome: Outcome, request: Request) -> Analysis:
    story = None
    if dataset.name in SCENARIOS:
        story = Story(dataset.name, dataset.seed or 0, dataset.parameters)
    return Analysis(
        formula=outcome.choice.formula,
        data=dataset.frame,
        file=f"{_stem(dataset)}.csv",
        reml=outcome.choice.reml,
        contrasts=outcome.choice.contrasts,
        simulations=request.n,
        participants=request.kinds,
        seed=simulation_seed(request.seed),
        story=story,
    )


def _show_code(dataset: Dataset, outcome: Outcome, request: Request) -> None:
    analysis = _analysis(dataset, outcome, request)
    in_r, in_python = st.tabs(["R code", "Python code"])
    with in_r:
        st.code(r_code(analysis), language="r", height=CODE_HEIGHT)
    with in_python:
        st.code(python_code(analysis), language="python", height=CODE_HEIGHT)


def _stem(dataset: Dataset) -> str:
    return "data" if dataset.name == OWN else dataset.name


def _downloads(
    dataset: Dataset,
    outcome: Outcome,
    simulated: dict[str, np.ndarray],
    pictures: Sequence[Picture],
) -> None:
    stem = _stem(dataset)
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
    try:
        _show_code(dataset, outcome, request)
    except SimError as problem:
        show_error(problem)
    st.markdown("**Link to this page as it is now**, seed and simulations included:")
    st.code(link(dataset), language=None, wrap_lines=True)
    if dataset.name == OWN:
        st.caption("Your data are not in the link: whoever opens it has to upload the file again.")
