"""Everything on the screen to take along: repetitions, pictures, code, link."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages._data.story import story_title
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
from pages.learn._study.running import Run
from pages.learn._study.settings import Question
from sim.inference.counting import Study
from sim.study_code import python_study_code, r_study_code


def settings(question: Question) -> dict[str, object]:
    """What the page's link restores."""
    dataset = question.dataset
    own = [dataset.state(name) for name in (*dataset.parameters, "model", "term", "guess")]
    # The prediction of the curve goes by the present size.
    start = dataset.state("curve.")
    own += [name for name in map(str, st.session_state) if name.startswith(start)]
    return {"story": story_title(dataset.name)} | in_state(("seed", "repetitions", *own))


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
    stem, frame = f"study_{question.dataset.name}", question.dataset.frame
    files = [table_file("One data set", f"{stem}_data.csv", lambda: frame)]
    # Now: at the click there is no session to ask.
    if studies := run.studies() if run.done else []:
        files += [
            table_file("Shares", f"{stem}_shares.csv", lambda: shares_table(question, studies)),
            table_file(
                "All repetitions", f"{stem}.csv", lambda: repetitions_table(question, studies)
            ),
        ]
    downloads([*files, *picture_files(pictures, stem, "Pictures")])
    plan = (question.effect or question.worlds[0]).plan
    both = question.effect is not None and question.null is not None
    show_scripts(
        lambda: r_study_code(plan, question.n),
        lambda: python_study_code(plan, question.n, question.seed),
        "The code repeats the study with the effect; set it to 0 for the other one." * both,
    )
    show_link(settings(question), "seed and predictions included")
