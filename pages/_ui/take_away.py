"""Take it away: what is on the screen as files, as code, and as a link that brings it back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import urlencode, urlsplit, urlunsplit

import pandas as pd
import streamlit as st

from pages._ui.charts import Picture
from pages._ui.check_yourself import DRAW, draw_in_address
from pages._ui.files import as_png, as_svg
from pages._ui.frame import show_error
from sim.errors import SimError

# Media type and icon of a file by its ending.
KINDS = {
    ".csv": ("text/csv", "table"),
    ".json": ("application/json", "data_object"),
    ".svg": ("image/svg+xml", "image"),
    ".png": ("image/png", "image"),
}
CODE_HEIGHT = 320  # px


@dataclass(frozen=True, slots=True)
class File:
    """A file to download.

    Parameters
    ----------
    label : on its button.
    name : its ending, one of `KINDS`, says what kind of file it is.
    content : the file, or what makes it at the click; there is no session to ask then.
    """

    label: str
    name: str
    content: str | bytes | Callable[[], str | bytes]


def table_file(label: str, name: str, table: Callable[[], pd.DataFrame]) -> File:
    """A table without its index as CSV; the label's "(CSV)" is added."""
    return File(f"{label} (CSV)", name, lambda: table().to_csv(index=False))


def picture_files(
    pictures: Sequence[Picture],
    stem: str,
    label: str = "Picture",
    *,
    width: int = 340,
    columns: int = 3,
) -> list[File]:
    """The panels as an SVG and as a PNG; none without panels.

    Parameters
    ----------
    width : of a panel, in px.
    """
    if not pictures:
        return []
    size = {"width": width, "columns": columns}
    return [
        File(f"{label} (SVG)", f"{stem}.svg", lambda: as_svg(pictures, **size)),
        File(f"{label} (PNG)", f"{stem}.png", lambda: as_png(pictures, **size)),
    ]


def downloads(files: Iterable[File], icon: str = "") -> None:
    """A row of buttons.

    Parameters
    ----------
    icon : for all of them; otherwise each file has that of its kind.
    """
    with st.container(horizontal=True):
        for file in files:
            mime, own_icon = KINDS[PurePath(file.name).suffix]
            st.download_button(
                file.label,
                file.content,
                file_name=file.name,
                mime=mime,
                icon=f":material/{icon or own_icon}:",
                on_click="ignore",
            )


def show_scripts(r: Callable[[], str], python: Callable[[], str], note: str = "") -> None:
    """The analysis as R and as Python code, or what is wrong with it.

    Both are sent at once: the hidden one takes a millisecond or less, so a tab that asked the
    server for it would only make its reader wait.

    Parameters
    ----------
    r, python : write the code; may raise SimError.
    note : about the code, below it.
    """
    try:
        texts = {"r": r(), "python": python()}
    except SimError as problem:
        show_error(problem)
        return
    for tab, (language, text) in zip(
        st.tabs(["R code", "Python code"]), texts.items(), strict=True
    ):
        with tab:
            st.code(text, language=language, height=CODE_HEIGHT)
    if note:
        st.caption(note)


def in_state(names: Iterable[str]) -> dict[str, object]:
    """The settings of these names that are on the screen or were."""
    found = {name: st.session_state.get(name) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def page_link(settings: Mapping[str, object]) -> str:
    """The address of this page with these settings, and the draw of its questions if chosen.

    Parameters
    ----------
    settings : all of the page's, defaults too: they may change. A list is several of one name.
    """
    query = {
        name: value if isinstance(value, list | tuple) else _in_address(value)
        for name, value in settings.items()
    }
    if (draw := draw_in_address()) is not None:
        query[DRAW] = str(draw)
    here = urlsplit(st.context.url or "")
    return urlunsplit((here.scheme, here.netloc, here.path, urlencode(query, doseq=True), ""))


def _in_address(value: object) -> str:
    """A control's value as Streamlit writes it into the address."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def show_link(
    settings: Mapping[str, object],
    words: str,
    *,
    to: str = "this page as it is now",
    own_data: bool = False,
) -> None:
    """A link to copy.

    Parameters
    ----------
    settings : as for `page_link`.
    words : what else there is to say about it.
    to : what it opens.
    own_data : the data on the screen are the visitor's own.
    """
    st.markdown(f"**Link to {to}**, {words}:")
    st.code(page_link(settings), language=None, wrap_lines=True)
    if own_data:
        st.caption("Your data are not in the link: whoever opens it has to upload the file again.")
