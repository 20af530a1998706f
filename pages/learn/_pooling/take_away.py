"""Everything on the screen to take along: data, coefficients, pictures, code, link."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages._data.dataset import OWN
from pages._data.story import story_title
from pages._ui.charts import Picture
from pages._ui.files import as_svg
from pages._ui.frame import section
from pages._ui.take_away import (
    File,
    downloads,
    in_state,
    picture_files,
    show_link,
    show_scripts,
    table_file,
)
from pages.learn._pooling import dropping, moving
from pages.learn._pooling.predict import guess_key
from pages.learn._pooling.scripts import python_script, r_script
from pages.learn._pooling.settings import CHOOSER, Study
from sim.pooling import METHODS, Pooling

CONTROLS = ("lines", "seed", "varying", "view", moving.KEY)


def settings(study: Study) -> dict[str, object]:
    """What the page's link restores."""
    dataset = study.dataset
    own = [dataset.state(name) for name in ("mark", "who", *dataset.parameters)]
    found = {CHOOSER: story_title(dataset.name)} | in_state((*CONTROLS, guess_key(study), *own))
    if dropped := st.session_state.get(dropping.PARAMETER):
        found[dropping.PARAMETER] = "-".join(map(str, dropped))
    return found


def coefficient_frame(pooling: Pooling) -> pd.DataFrame:
    """Every method's coefficients as one table; missing ones are empty."""
    parts = []
    for method in METHODS:
        rows = pooling.coefficients(method).rename_axis("participant").reset_index()
        rows.insert(0, "method", method)
        parts.append(rows)
    table = pd.concat(parts, ignore_index=True)
    table.loc[table["method"] == "partial", "own_weight"] = pooling.own_weight.to_numpy()
    return table


def _files(
    study: Study, pooling: Pooling | None, pictures: Sequence[Picture], arrows: Picture | None
) -> list[File]:
    stem = study.dataset.stem
    files = [table_file("Data", f"{stem}.csv", lambda: study.dataset.frame)]
    if pooling is not None:
        name = f"{stem}_coefficients.csv"
        files.append(table_file("Coefficients", name, lambda: coefficient_frame(pooling)))
    many = len(pictures) > 4
    columns, width = (5, 170) if many else (len(pictures), 340)
    files += picture_files(pictures, stem, columns=columns, width=width)
    if arrows is not None:
        files.append(
            File("Arrows (SVG)", f"{stem}_arrows.svg", lambda: as_svg([arrows], width=560))
        )
    return files


def take_away(
    study: Study,
    pooling: Pooling | None = None,
    pictures: Sequence[Picture] = (),
    arrows: Picture | None = None,
    gone: tuple[int, ...] = (),
) -> None:
    """Draw the downloads, the code and the link; little of it before there is a prediction."""
    section("Take it away")
    downloads(_files(study, pooling, pictures, arrows))
    percent = int(st.session_state.get(moving.KEY, 50))
    show_scripts(
        lambda: r_script(study, pooling or study.both, gone),
        lambda: python_script(study, pooling or study.both, percent, gone),
    )
    show_link(
        settings(study),
        "seed and predictions included",
        own_data=study.dataset.name == OWN,
    )
