"""Items of a teacher's own: open the files, and see what is wrong with them, line by line."""

from collections.abc import Mapping

import streamlit as st

from pages._ui.words import count, plain
from quizzes import Item, ItemError
from quizzes.check import read_own
from quizzes.loader import MAX_READ_SECONDS
from sim.stopping import after

MOST_BYTES = 1_000_000
AROUND = 2  # lines shown above and below one that is wrong
EXAMPLE = """\
kind: single_choice
topic: syntax
level: 1
skills: [read a random intercept]
stem: |-
  In `score ~ week + (1 | participant)`, what may differ between participants?
choices:
  - text: The level of their lines
    right: true
    feedback: "Right: the 1 in the bracket stands for an intercept of each participant's own."
  - text: The slope of their lines
    feedback: "For that `week` would have to stand in the bracket: `(week | participant)`."
explanation: |-
  What stands before the bar varies between the groups named behind it.
"""


def open_own() -> Mapping[str, Item]:
    """A place for own files, folded away, and the items that are read from them."""
    with st.expander("Your own items: check a file, take it along", icon=":material/upload_file:"):
        st.markdown(
            "An item is a small text file in YAML. Write one, drop it here, and see at once "
            "whether it is right, and which line is wrong if not. The file stays in this "
            "server's memory for this visit only."
        )
        st.download_button(
            "An example to start from",
            EXAMPLE,
            "my-first-item.yaml",
            "application/yaml",
            icon=":material/download:",
            on_click="ignore",
        )
        given = st.file_uploader(
            "Item files (YAML), or a JSON file made here",
            type=["yaml", "yml", "json"],
            accept_multiple_files=True,
            key="items.files",
        )
        found: dict[str, Item] = {}
        for file in given or []:
            for item in _read(file.name, file.getvalue()):
                found[item.id if item.seed is None else f"{item.id} {item.seed}"] = item
    return found


def _read(name: str, raw: bytes) -> tuple[Item, ...]:
    """The items of one file; what is wrong with it is said here."""
    try:
        if len(raw) > MOST_BYTES:
            raise ItemError(f"The file has {len(raw) / 1e6:.1f} MB.", "At most 1 MB is read.")
        items = read_own(raw, name, after(MAX_READ_SECONDS))
    except ItemError as problem:
        line = f", line {problem.line}" if problem.line else ""
        st.error(
            f"{plain(problem.problem)} {plain(problem.hint)}",
            title=f"{plain(name)}{line}",
            icon=":material/error:",
        )
        if problem.line:
            st.code(_around(raw, problem.line), language=None)
        return ()
    st.success(f"{plain(name)}: {count(len(items), 'item')} without a fault.")
    return items


def _around(raw: bytes, line: int) -> str:
    """The lines near the wrong one, which is marked."""
    lines = raw.decode("utf-8", errors="replace").splitlines()
    first = max(0, line - 1 - AROUND)
    near = enumerate(lines[first : line + AROUND], first + 1)
    return "\n".join(f"{'→' if n == line else ' '} {n:>3}  {text[:200]}" for n, text in near)
