"""Everything on the screen to take along: data, table, paths, pictures, code, link."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages._ui.charts import Picture
from pages._ui.frame import section
from pages._ui.take_away import (
    downloads,
    in_state,
    picture_files,
    show_link,
    show_scripts,
    table_file,
)
from pages.learn._convergence.scripts import FILE, python_script, r_script
from pages.learn._convergence.settings import Settings
from sim.inference.allfit import AllFit
from sim.inference.optimisers import OPTIMISERS


def paths_table(found: AllFit) -> pd.DataFrame:
    """Theta and criterion at every evaluation of every optimiser."""
    parts = []
    for attempt in found.attempts:
        part = pd.DataFrame(attempt.path, columns=list(found.theta_names))
        part.insert(0, "optimiser", attempt.label)
        part.insert(1, "evaluation", range(1, len(part) + 1))
        parts.append(part.assign(criterion=attempt.path_criterion))
    return pd.concat(parts, ignore_index=True)


def in_link(settings: Settings, n_theta: int) -> dict[str, object]:
    """What the page's link restores."""
    own = (f"guess.{settings.name}", f"cure.{settings.name}", f"axes.{n_theta}")
    return {
        "trouble": settings.trouble.title,
        **in_state((*own, "view", "step")),
        "optimisers": [OPTIMISERS[name].label for name in st.session_state.get("optimisers") or ()],
    }


def take_away(settings: Settings, found: AllFit, pictures: Sequence[Picture]) -> None:
    """Draw the downloads, the code and the link."""
    section("Take it away")
    downloads(
        [
            table_file("Data", FILE, lambda: settings.trouble.frame(settings.cure)),
            table_file("Optimisers", "optimisers.csv", found.frame),
            table_file("Paths", "paths.csv", lambda: paths_table(found)),
            *picture_files(pictures, "paths", columns=4),
        ]
    )
    show_scripts(lambda: r_script(settings), lambda: python_script(settings))
    show_link(in_link(settings, len(found.fit.theta)), "your prediction included")
