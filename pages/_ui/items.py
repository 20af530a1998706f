"""A quiz item on a screen: ask it, show what was answered, and what the mark says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlencode

import streamlit as st

from pages._ui.frame import show
from pages._ui.item_pictures import distribution_drawing, drawings
from pages._ui.line_ups import panel_pictures, show_panels
from pages._ui.see import link_to_page
from pages._ui.words import code, listed, plain
from quizzes import Item, Mark, ask, find_item, grade, shown
from quizzes.kinds import KINDS
from quizzes.kinds.line_up import draw_panels
from quizzes.words import LETTERS

PART_NAMES = {"left": "left tail", "middle": "middle", "right": "right tail"}
PLOT_WORDS = {
    "lines": "one line for each participant",
    "means": "how the participants' means are spread",
    "residuals": "residuals against fitted values",
}


@dataclass(frozen=True, slots=True)
class Given:
    """What a student handed in.

    Parameters
    ----------
    response : in the kind's form, as `quizzes.grade` takes it.
    sure : what the student said of it; None where it makes no difference.
    """

    response: object
    sure: bool | None


@st.cache_resource(max_entries=500, ttl="1h", show_spinner=False)
def item_of(id: str, seed: int) -> Item:
    """Return the item of an id and a seed: the same for everybody.

    Raises
    ------
    ItemError : there is none.
    """
    return find_item(id, seed)


def show_question(item: Item) -> None:
    """Picture and stem: nothing that gives the key away."""
    question = ask(item)
    if question.picture is not None:
        pictures = drawings(question.picture)
        if len(pictures) == 1:
            show(pictures[0])
        else:
            grid = st.grid(len(pictures), min_column_width=220, gap="medium")
            for drawn in pictures:
                with grid.cell():
                    show(drawn)
    st.markdown(question.stem)


def ask_answer(item: Item, key: str) -> Given | None:
    """Fields and buttons for an answer; None until it is handed in.

    Parameters
    ----------
    key : names the fields; another one for each time an item is asked.
    """
    question = ask(item)
    live = item.kind in _LIVE
    place = st.container() if live else st.form(f"{key}-form", border=False)
    with place:
        response = _FIELDS[item.kind](item, question.ask, key)
        with st.container(horizontal=True):
            if item.kind == "poll":
                return Given(response, None) if _button("Send", key, live, True) else None
            sure = _button("Answer: I am sure", key, live, True)
            unsure = _button("Answer: not so sure", key, live, False)
    return Given(response, sure) if sure or unsure else None


def _button(label: str, key: str, live: bool, primary: bool) -> bool:
    kind = "primary" if primary else "secondary"
    name = f"{key}-{'sure' if primary else 'unsure'}"
    if live:
        return bool(st.button(label, key=name, type=kind))
    return bool(st.form_submit_button(label, key=name, type=kind))


def _choose_one(item: Item, asked: Mapping, key: str) -> object:
    texts = asked["choices"]
    return st.radio(
        "Your answer",
        range(len(texts)),
        index=None,
        format_func=lambda i: f"**{LETTERS[i]}**  {texts[i]}",
        key=f"{key}-choice",
        label_visibility="collapsed",
    )


def _choose_many(item: Item, asked: Mapping, key: str) -> object:
    st.caption("Tick every one that holds.")
    return [
        i
        for i, text in enumerate(asked["choices"])
        if st.checkbox(f"**{LETTERS[i]}**  {text}", key=f"{key}-choice-{i}")
    ]


def _type_number(item: Item, asked: Mapping, key: str) -> object:
    unit = f" ({asked['unit']})" if asked["unit"] else ""
    return st.text_input(
        f"Your number{unit}", key=f"{key}-number", max_chars=40, autocomplete="off", width=260
    )


def _type_formula(item: Item, asked: Mapping, key: str) -> object:
    if asked["columns"]:
        names = [
            code(c["name"]) + (f" ({plain(c['unit'])})" if c["unit"] else "")
            for c in asked["columns"]
        ]
        st.caption(f"The data have {', '.join(names)}.")
    return st.text_input(
        "Your formula",
        key=f"{key}-formula",
        max_chars=300,
        autocomplete="off",
        placeholder="response ~ 1 + … + (1 | …)",
    )


def _put_in_order(item: Item, asked: Mapping, key: str) -> object:
    entries = asked["entries"]
    kept = st.session_state.setdefault(f"{key}-order", list(range(len(entries))))

    def swap(i: int) -> None:
        kept[i - 1], kept[i] = kept[i], kept[i - 1]

    st.caption("First at the top. A button moves its entry up.")
    for i, entry in enumerate(kept):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                f"{i + 1} up",
                key=f"{key}-up-{i}",
                icon=":material/arrow_upward:",
                on_click=swap,
                args=(i,),
                disabled=i == 0,
            )
            st.markdown(f"**{i + 1}**  {entries[entry]}")
    return list(kept)


def _shade(item: Item, asked: Mapping, key: str) -> object:
    parts: list[str] = st.pills(
        "Which part do you shade?",
        asked["parts"],
        selection_mode="multi",
        format_func=PART_NAMES.__getitem__,
        key=f"{key}-region",
    )
    _draw_shaded(asked["family"], asked["df"], asked["statistic"], tuple(parts))
    return list(parts)


def _find_panel(item: Item, asked: Mapping, key: str) -> object:
    found = draw_panels(item.body)
    show_panels(panel_pictures(found, PLOT_WORDS[found.plot]))
    return st.pills("Which panel is it?", range(1, found.panels + 1), key=f"{key}-panel")


def _say(item: Item, asked: Mapping, key: str) -> object:
    if asked["options"]:
        return st.radio(
            "Your answer",
            range(len(asked["options"])),
            index=None,
            format_func=asked["options"].__getitem__,
            key=f"{key}-option",
            label_visibility="collapsed",
        )
    return st.text_area(
        "Your answer", key=f"{key}-text", max_chars=asked["most"], label_visibility="collapsed"
    )


_FIELDS: Mapping[str, Callable[[Item, Mapping, str], object]] = MappingProxyType(
    {
        "single_choice": _choose_one,
        "multiple_choice": _choose_many,
        "numeric": _type_number,
        "formula": _type_formula,
        "order": _put_in_order,
        "region": _shade,
        "line_up": _find_panel,
        "poll": _say,
    }
)
# What is drawn anew while an answer takes shape cannot stand in a form.
_LIVE = frozenset({"order", "region"})


def show_mark(item: Item, response: object, mark: Mark, *, here: bool = False) -> None:
    """What was answered, what is right, why, and where to see it.

    Parameters
    ----------
    here : the question stands on the page that shows it.
    """
    _show_answered(item, response)
    if mark.score is None:
        st.info(mark.feedback, icon=":material/check:")
    elif mark.is_right:
        # Much feedback begins with the word itself.
        title = None if mark.feedback.startswith(("Right", "Yes")) else "Right"
        st.success(mark.feedback, title=title, icon=":material/check_circle:")
    elif mark.score > 0:
        title = f"Partly right: {mark.score:.0%} of the points"
        st.warning(mark.feedback, title=title, icon=":material/contrast:")
    else:
        st.error(mark.feedback, title="Not yet", icon=":material/cancel:")
    if item.explanation:
        st.markdown(item.explanation)
    _show_others(item, response)
    _link_to_page(item, here=here)


def _link_to_page(item: Item, *, here: bool) -> None:
    if item.see is None:
        return
    if not here:
        link_to_page(item.see)
    elif item.see.settings:
        # A link from a page to itself moves nothing in Streamlit; a new tab also leaves the
        # student's own settings alone.
        query = urlencode(item.see.settings)
        st.link_button(
            "See it on this page, in a new tab",
            f"?{query}",
            icon=":material/visibility:",
            type="tertiary",
        )


def _show_answered(item: Item, response: object) -> None:
    """The question's choices with marks, or the answer in words."""
    if item.kind in ("single_choice", "multiple_choice"):
        chosen = _chosen(item, response)
        for i, choice in enumerate(item.body.choices):
            icon = ":material/check:" if choice.right else ":material/close:"
            shade = "green" if choice.right else "red" if i in chosen else "gray"
            yours = " :blue-badge[your answer]" if i in chosen else ""
            st.markdown(f":{shade}[{icon}] **{LETTERS[i]}**  {choice.text}{yours}")
    elif item.kind == "line_up":
        found = draw_panels(item.body)
        show_panels(panel_pictures(found, PLOT_WORDS[found.plot], revealed=True))
        st.markdown(f"You chose {shown(item, response)}.")
    elif item.kind == "region":
        _show_shaded(item, response)
    elif words := shown(item, response):
        st.markdown(f"Your answer: {words}")
        right = KINDS[item.kind].examples(item.body).right
        if right and not grade(item, response).is_right and item.kind != "poll":
            st.markdown(f"Right answer: {shown(item, right[0])}")


def _show_shaded(item: Item, response: object) -> None:
    """The right part shaded, and in words what was shaded."""
    body = item.body
    right = listed([PART_NAMES[part] for part in body.key])
    _draw_shaded(body.family, body.df, body.statistic, tuple(body.key))
    if not grade(item, response).is_right:
        parts = [PART_NAMES[part] for part in KINDS["region"].parse(body, response)]
        st.markdown(f"You shaded: {listed(parts)}. Right answer, as drawn: {right}.")


def _draw_shaded(
    family: str, df: Sequence[float], statistic: float | None, parts: tuple[str, ...]
) -> None:
    words = listed([PART_NAMES[part] for part in parts]) or "nothing"
    alt = f"The distribution of {family} if the null hypothesis is true; shaded: {words}."
    show(distribution_drawing(family, tuple(df), statistic, parts, alt))


def _chosen(item: Item, response: object) -> frozenset[int]:
    """The positions of the choices that were chosen."""
    parsed = KINDS[item.kind].parse(item.body, response)
    return frozenset({parsed} if isinstance(parsed, int) else parsed)


def _show_others(item: Item, response: object) -> None:
    """What there is to say about the choices of which the feedback has said nothing yet."""
    if item.kind not in ("single_choice", "multiple_choice"):
        return
    chosen, choices = _chosen(item, response), item.body.choices
    told = chosen
    if item.kind == "multiple_choice":  # the feedback is about what was decided wrongly
        told = frozenset(i for i, choice in enumerate(choices) if choice.right != (i in chosen))
    others = [(i, choice) for i, choice in enumerate(choices) if i not in told]
    if others:
        with st.expander("What about the other answers?"):
            for i, choice in others:
                st.markdown(f"**{LETTERS[i]}**  {choice.text}\n\n{choice.feedback}")
