"""Progress by topic: what was met, what is known, what waits."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from pages._ui.frame import section
from pages._ui.words import count
from quizzes.progress import TopicProgress, by_topic
from quizzes.review import Entry
from quizzes.topics import TOPICS
from quizzes.turn import Turn


def show_topics(entries: Sequence[Entry], turns: Sequence[Turn], day: date) -> None:
    """A bar for each topic."""
    section("By topic", "The bar: how many of a topic's questions were right the last time.")
    grid = st.grid(2, min_column_width=230, gap="medium")
    for topic in by_topic(entries, turns, day):
        with grid.cell():
            known = topic.n_known / max(1, topic.n_entries)
            st.progress(known, text=f"**{TOPICS[topic.topic]}**: {_words(topic)}")


def _words(topic: TopicProgress) -> str:
    if not topic.n_met:
        return f"{count(topic.n_entries, 'question')}, none met yet"
    due = f", {topic.n_due} due today" if topic.n_due else ""
    return f"{topic.n_met} of {topic.n_entries} met, {topic.n_known} right the last time{due}"
