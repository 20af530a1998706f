"""Everything on the screen to take along: data, simulations, picture, code, link."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pages._data.dataset import OWN, Dataset
from pages._data.model import Outcome
from pages._data.story import story_title
from pages._ui.cache import simulation_seed
from pages._ui.charts import Picture
from pages._ui.take_away import (
    downloads,
    in_state,
    picture_files,
    show_link,
    show_scripts,
    table_file,
)
from pages.learn._playground.results import OPENED
from pages.learn._playground.simulation import Request
from sim.checks.statistics import STATISTICS
from sim.rcode import Analysis, python_code, r_code

SHARED_CONTROLS = ("seed", "reml", "contrasts", "who", "n", "draw", OPENED)
STORY_CONTROLS = ("model", "statistic", "guess")


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


def settings(dataset: Dataset) -> dict[str, object]:
    """What the page's link restores."""
    own = [dataset.state(name) for name in (*STORY_CONTROLS, *dataset.parameters)]
    found = {"story": story_title(dataset.name)} | in_state((*SHARED_CONTROLS, *own))
    name = dataset.state("statistic")
    if (statistic := found.get(name)) in STATISTICS:
        found[name] = STATISTICS[statistic].named(dataset.roles).label
    return found


def _analysis(dataset: Dataset, outcome: Outcome, request: Request) -> Analysis:
    return Analysis(
        formula=outcome.choice.formula,
        data=dataset.frame,
        file=f"{dataset.stem}.csv",
        reml=outcome.choice.reml,
        contrasts=outcome.choice.contrasts,
        simulations=request.n,
        participants=request.kinds,
        seed=simulation_seed(request.seed),
        story=dataset.story,
    )


def take_away(
    dataset: Dataset,
    outcome: Outcome,
    request: Request,
    simulated: dict[str, np.ndarray],
    pictures: Sequence[Picture],
) -> None:
    """Draw the downloads, the code and the link."""
    columns = len(pictures) if len(pictures) <= 4 else 5
    downloads(
        [
            table_file("Data", f"{dataset.stem}.csv", lambda: dataset.frame),
            table_file(
                "Simulated data",
                f"{dataset.stem}_simulated.csv",
                lambda: simulated_table(dataset, outcome, simulated),
            ),
            *picture_files(pictures, dataset.stem, columns=columns),
        ]
    )
    analysis = _analysis(dataset, outcome, request)
    show_scripts(lambda: r_code(analysis), lambda: python_code(analysis))
    show_link(
        settings(dataset),
        "seed and simulations included",
        own_data=dataset.name == OWN,
    )
