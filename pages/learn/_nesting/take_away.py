"""Everything on the screen to take along: data, pictures, code, link."""

from collections.abc import Sequence

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
from pages.learn._nesting.predict import GUESS_KEY
from pages.learn._nesting.scripts import FILE, data_table, python_script, r_script
from pages.learn._nesting.settings import SIZES, TRUTHS, UNIQUE_KEY, World

CONTROLS = (*(c.parameter for c in (*SIZES, *TRUTHS)), "seed", UNIQUE_KEY, GUESS_KEY)


def take_away(world: World, pictures: Sequence[Picture]) -> None:
    """Draw the downloads, the code and the link."""
    section("Take it away")
    data = table_file("Data", FILE, lambda: data_table(world))
    downloads([data, *picture_files(pictures, "nesting", "Pictures")])
    show_scripts(lambda: r_script(world), lambda: python_script(world))
    show_link(in_state(CONTROLS), "seed and prediction included")
