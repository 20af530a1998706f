"""Everything on the screen to take along: data, pictures, code, link."""

from collections.abc import Sequence

from pages._data.dataset import OWN
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
from pages.learn._syntax import compare, predict
from pages.learn._syntax.compare import Comparison
from pages.learn._syntax.dataset import Source, data_title
from pages.learn._syntax.reading import Reading
from pages.learn._syntax.scripts import python_script, r_script

CONTROLS = ("seed", predict.KEY, compare.KEY, "level", "slope", "together", "draw")


def settings(source: Source) -> dict[str, object]:
    """What the page's link restores."""
    own = [source.state(name) for name in ("formula", "other", *source.parameters)]
    return {"data": data_title(source.name)} | in_state((*CONTROLS, *own))


def take_away(reading: Reading, compared: Comparison | None, pictures: Sequence[Picture]) -> None:
    """Draw the downloads, the code and the link."""
    section("Take it away")
    source = reading.source
    files = picture_files(pictures, "syntax", "Pictures", columns=2)
    if (frame := source.frame) is not None:
        files.insert(0, table_file("Data", source.file, lambda: frame))
    downloads(files)
    show_scripts(lambda: r_script(reading, compared), lambda: python_script(reading, compared))
    show_link(
        settings(source),
        "formulas and predictions included",
        own_data=source.name == OWN,
    )
