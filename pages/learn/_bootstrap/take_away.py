"""Everything on the screen to take along: data, resamples, pictures, code, link."""

from collections.abc import Sequence

import pandas as pd

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
from pages.learn._bootstrap import coverage, settling
from pages.learn._bootstrap.designs import SETTINGS
from pages.learn._bootstrap.draws import Request, Result
from pages.learn._bootstrap.predict import guess_key
from pages.learn._bootstrap.scripts import FILE, python_script, r_script
from pages.learn._bootstrap.settings import World

CONTROLS = (
    *("data", "seed", "b", "interval", "level", "draw", coverage.STUDIES_KEY),
    *(f"{setting.name}.{c.parameter}" for setting in SETTINGS for c in setting.controls),
    *(guess_key(setting) for setting in SETTINGS),
    settling.GUESS_KEY,
    coverage.GUESS_KEY,
)


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
    files = [table_file("Data", FILE, lambda: world.frame)]
    if results:
        files.append(table_file("Resamples", "resamples.csv", lambda: draws_table(results)))
        files += picture_files(pictures, "bootstrap", columns=2)
    downloads(files)
    show_scripts(lambda: r_script(world, request), lambda: python_script(world, request))
    show_link(in_state(CONTROLS), "seeds and predictions included")
