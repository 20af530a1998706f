"""How many classes are there? Asked before the answer shows, never graded."""

import streamlit as st

from pages._ui.controls import predict
from pages._ui.words import listed
from pages.learn._nesting.settings import CLASS, World

GUESS_KEY = "guess"
LABELS = "One for each label"
PAIRS = "One for each school and label"
UNKNOWN = "The table cannot tell"
SKIP = "Just show me"
OPTIONS = (LABELS, PAIRS, UNKNOWN, SKIP)
MAX_NAMED = 6


def labels_of(world: World, labelling: str) -> list[str]:
    """The labels of the classes, in order."""
    return [str(label) for label in world.frames[labelling][CLASS].cat.categories]


def named(labels: list[str]) -> str:
    """A few labels as a sentence has them, many by their ends."""
    if len(labels) > MAX_NAMED:
        return f"{', '.join(labels[:3])} … {labels[-1]}"
    return listed(labels)


def ask(world: World) -> str | None:
    """Ask; returns the guess, or None before there is one."""
    labels = labels_of(world, world.labelling)
    where = "one school only" if world.unique else "every school"
    st.markdown(
        f"The table counts pupils: {world.size('schools')} schools, and {len(labels)} labels in "
        f"the column `class` ({named(labels)}), each found in {where}."
    )
    about = f"{world.unique} {world.size('schools')} {world.n_classes}"
    guess = predict("How many classes are there?", OPTIONS, GUESS_KEY, about)
    if guess is None:
        st.caption("Click what you expect; then you see who belongs to whom.")
    return guess


def _answer(world: World) -> str:
    labels = len(labels_of(world, world.labelling))
    if world.unique:
        return (
            f"There are **{world.n_classes}** classes. Every label stands in one school only, so "
            "counting labels and counting pairs of school and label give the same number, and the "
            "table shows it."
        )
    return (
        f"**The table cannot tell**: it looks the same for {labels} classes that meet every school "
        f"and for {world.n_classes} classes whose names are used again. Whoever collected the data "
        f"knows. Here we do: we drew **{world.n_classes}** classes, each with a level of its own."
    )


def verdict(guess: str, world: World) -> str:
    """What was expected, and what is so; Markdown."""
    answer = _answer(world)
    if guess == SKIP:
        return answer
    if guess == PAIRS and not world.unique:
        return f"{world.n_classes} it is, but not from the table alone. {answer}"
    right = (LABELS, PAIRS) if world.unique else (UNKNOWN,)
    start = "As you said." if guess in right else f"You expected *{guess.lower()}*."
    return f"{start} {answer}"
