"""Everything on the screen to take along: data, pictures, code, link."""

from collections.abc import Sequence

import pandas as pd

from pages._data.dataset import OWN
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
from pages.learn._pvalues.counting import DONE, rounds_asked
from pages.learn._pvalues.five import Five
from pages.learn._pvalues.question import Question
from pages.learn._pvalues.scripts import python_script, r_script

CONTROLS = ("model", "effect", "df", "worst")


def settings(question: Question) -> dict[str, object]:
    """What the page's link restores."""
    dataset = question.dataset
    own = [dataset.state(name) for name in (*CONTROLS, *dataset.parameters)]
    found = {"story": story_title(dataset.name)} | in_state(("seed", "draw", *own))
    if rounds := rounds_asked():
        found[DONE] = rounds
    return found


def results_frame(five: Five) -> pd.DataFrame:
    """The five tests as numbers."""
    rows = [(t.method, t.statistic, t.df, t.critical, t.p) for t in five.tests]
    return pd.DataFrame(rows, columns=["method", "statistic", "df", "critical", "p_value"])


def take_away(
    question: Question, five: Five | None, pictures: Sequence[Picture], seed: int
) -> None:
    """Draw the downloads, the code and the link."""
    section("Take it away")
    dataset = question.dataset
    stem = dataset.stem
    files = [table_file("Data", f"{stem}.csv", lambda: dataset.frame)]
    if five is not None:
        files.append(table_file("Five tests", f"{stem}_tests.csv", lambda: results_frame(five)))
        files += picture_files(pictures, stem)
    downloads(files)
    show_scripts(lambda: r_script(question, seed), lambda: python_script(question, seed))
    show_link(
        settings(question),
        "seed and predictions included",
        own_data=dataset.name == OWN,
    )
