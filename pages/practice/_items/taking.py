"""Take the chosen items along: choose a format, make the file, read what is different in it."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages._ui.controls import MAX_SEED
from pages._ui.frame import section, show_error
from pages._ui.words import code, count, plain
from pages.practice._items.browsing import choose, chosen
from pages.practice._items.finding import SEED, everything, item_named, seed
from pages.practice._items.printing import printed_picture
from quizzes import GENERATORS, Item
from quizzes.exports import EXPORTS, Exported, Note, kahoot
from quizzes.pictures import has_picture
from sim.errors import SimError

MADE = "items.made"
PICKED = "items.picked"
MOST = 300  # items of one file


def take_away(own: Mapping[str, Item]) -> None:
    """What is chosen, the formats, and the file."""
    entries = everything(own)
    # Files that were taken off the page take their items along.
    choose([name for name in chosen() if name in entries])
    section("Take them along")
    if not chosen():
        st.info("Nothing is chosen yet. Choose items above.", icon=":material/checklist:")
        return
    st.session_state[PICKED] = list(chosen())
    names: list[str] = st.multiselect(
        "Chosen items",
        list(entries),
        key=PICKED,
        on_change=lambda: choose(st.session_state[PICKED]),
        help="They stand in the file in this order.",
    )
    if any(name in GENERATORS for name in names):
        st.number_input(
            "Seed of the fresh numbers", 0, MAX_SEED, 1, key=SEED, help="Another seed, others."
        )
    form = st.radio(
        "Format",
        list(EXPORTS),
        format_func=lambda name: EXPORTS[name].title,
        captions=[made.about for made in EXPORTS.values()],
        key="format",
        bind="query-params",
    )
    seconds = None
    if form == "kahoot":
        seconds = st.select_slider(
            "Time limit",
            [None, *kahoot.LIMITS],
            format_func=lambda n: "by level: 30, 60, 90 s" if n is None else f"{n} s",
            key="items.seconds",
        )
    wanted = (form, seconds, seed(), tuple(names))
    wants = st.button("Make the file", type="primary", icon=":material/inventory_2:")
    if wants:
        try:
            items = [item_named(name, own) for name in names[:MOST]]
            st.session_state[MADE] = (wanted, _make(form, items, seconds))
        except SimError as problem:
            show_error(problem)
            return
    kept: tuple[Any, Exported] | None = st.session_state.get(MADE)
    if kept is not None and kept[0] == wanted:
        _hand_over(form, kept[1], len(names))


def _make(form: str, items: Sequence[Item], seconds: int | None) -> Exported:
    """Write the file; drawing pictures takes a moment, so it says how far it is."""
    if form == "kahoot":
        return kahoot.write(items, seconds=seconds)
    n_drawn = sum(has_picture(item) for item in items)
    if not n_drawn or form in ("gift", "json"):
        return EXPORTS[form].write(items, None)
    done = 0
    bar = st.progress(0.0, text="Drawing pictures …")

    def draw(item: Item, kind: str) -> bytes | None:
        nonlocal done
        drawn = printed_picture(item, kind)
        if drawn is not None:
            done += 1
            words = f"Drawing picture {done} of {n_drawn} …"
            bar.progress(min(done / n_drawn, 1.0), text=words)
        return drawn

    made = EXPORTS[form].write(items, draw)
    bar.empty()
    return made


def _hand_over(form: str, made: Exported, n: int) -> None:
    """The file, and honestly what is not in it."""
    total = min(n, MOST)
    words = f"{len(made.written)} of {count(total, 'item')} in the file"
    if not made.written:
        st.warning("None of these items can be in such a file.", icon=":material/block:")
    else:
        st.download_button(
            f"Download {EXPORTS[form].title}: {words}",
            made.data,
            f"mixed-models{EXPORTS[form].ending}",
            EXPORTS[form].media_type,
            type="primary",
            icon=":material/download:",
            on_click="ignore",
        )
    if n > MOST:
        st.warning(f"Only the first {MOST} items are in this file.", icon=":material/block:")
    _tell("Left out", made.left_out)
    _tell("Different in this format", made.changed)


def _tell(title: str, notes: Sequence[Note]) -> None:
    """The notes by their reasons, with the items each is about."""
    if not notes:
        return
    about: dict[str, list[str]] = {}
    for note in notes:
        about.setdefault(note.reason, []).append(note.item_id)
    n = len({note.item_id for note in notes})
    with st.expander(f"{title}: {count(n, 'item')}", expanded=title == "Left out"):
        for reason, ids in about.items():
            st.markdown(f"{plain(reason)} {', '.join(code(id) for id in ids)}")
