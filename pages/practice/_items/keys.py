"""The key of an item, with everything that is said to answers."""

import streamlit as st

from quizzes import Item, grade, shown
from quizzes.kinds import KINDS
from quizzes.topics import MISCONCEPTIONS
from quizzes.words import LETTERS, paragraphs


def show_key(item: Item) -> None:
    """Right answer, feedback to every foreseen answer with its misconception, explanation."""
    choices = getattr(item.body, "choices", ())
    if choices:
        for letter, choice in zip(LETTERS, choices, strict=False):
            icon = ":green[:material/check:]" if choice.right else ":gray[:material/close:]"
            tag = choice.misconception
            st.markdown(f"{icon} **{letter}**  {choice.text}")
            st.markdown(paragraphs(choice.feedback, _belief(tag)))
    else:
        _other(item)
    if item.explanation:
        st.markdown(f"**Explanation.** {item.explanation}")
    if item.skills:
        st.caption("Practises: " + ", ".join(item.skills))


def _other(item: Item) -> None:
    examples = KINDS[item.kind].examples(item.body)
    if examples.right and item.kind != "poll":
        right = examples.right[0]
        st.markdown(f":green[:material/check:] **Right:** {shown(item, right)}")
        st.markdown(grade(item, right).feedback)
    for near in getattr(item.body, "near", ()):
        answer = list(near.answer) if isinstance(near.answer, tuple) else near.answer
        words = shown(item, answer)
        st.markdown(f":gray[:material/close:] **Foreseen:** {words}")
        st.markdown(paragraphs(near.feedback, _belief(near.misconception)))
    if wrong := getattr(item.body, "wrong", ""):
        st.markdown(f":gray[:material/close:] **Any other answer:** {wrong}")


def _belief(tag: str) -> str:
    return f"*Shows the belief:* “{MISCONCEPTIONS[tag].belief}”" if tag else ""
