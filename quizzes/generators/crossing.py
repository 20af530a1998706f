"""Nested, crossed or partially crossed: told from a table of counts."""

from dataclasses import dataclass

import numpy as np

from quizzes.generators.generator import Generator
from quizzes.generators.places import rows_of
from quizzes.generators.wording import table
from quizzes.item import Item, See
from quizzes.kinds.choices import Choice
from quizzes.kinds.single_choice import SingleChoice
from sim.designs.relations import relation


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two columns: labels of the rows and columns of the table, and what a cell counts."""

    a: str
    b: str
    a_labels: tuple[str, ...]
    b_labels: tuple[str, ...]
    cell: str
    b_is_condition: bool = False


PEOPLE = ("Ann", "Ben", "Cem", "Dora", "Eli", "Fay")
BOTH = (
    _Pair("participant", "condition", PEOPLE, ("quiet", "music", "speech"), "trials", True),
    _Pair("participant", "drink", PEOPLE, ("coffee", "tea", "water"), "trials", True),
    _Pair("participant", "word", PEOPLE, ("tree", "lamp", "river", "glove"), "answers"),
    _Pair("rater", "essay", PEOPLE, ("E1", "E2", "E3", "E4"), "ratings"),
    _Pair("participant", "picture", PEOPLE, ("boat", "owl", "clock", "chair"), "answers"),
    _Pair("patient", "dose", PEOPLE, ("low", "middle", "high"), "measurements", True),
)
INSIDE = (
    _Pair("therapist", "patient", ("Smith", "Wong", "Diaz"), PEOPLE, "sessions"),
    _Pair(
        "kind", "word", ("common", "rare"), ("tree", "lamp", "river", "glove", "hinge"), "answers"
    ),
    _Pair("group", "participant", ("coffee", "water"), PEOPLE, "trials"),
    _Pair("family", "child", ("Berg", "Okoye", "Sato"), PEOPLE, "tests"),
    _Pair("laboratory", "participant", ("Bonn", "Lima", "Oslo"), PEOPLE, "trials"),
)


def make(rng: np.random.Generator, level: int) -> Item:
    """Ask how two columns stand to each other."""
    kinds = ("nested", "crossed", "partially crossed")[: 2 if level == 1 else 3]
    kind = kinds[int(rng.integers(len(kinds)))]
    pool = INSIDE if kind == "nested" else BOTH
    pair = pool[int(rng.integers(len(pool)))]
    n_b = len(pair.b_labels)
    n_a = len(pair.a_labels) if kind == "nested" else int(rng.integers(3, 6))
    if kind == "nested" and n_b == len(PEOPLE):
        n_b = int(rng.integers(2 * n_a, len(PEOPLE) + 1))
    counts = _fill(rng, kind, n_a, n_b)
    flipped = bool(rng.integers(2))
    cells = {
        (pair.a_labels[i], pair.b_labels[j]): int(counts[i, j])
        for i in range(n_a)
        for j in range(n_b)
    }
    found = relation(rows_of(cells, pair.a, pair.b), pair.a, pair.b)
    shown = counts.T if flipped else counts
    up, across = (pair.b, pair.a) if flipped else (pair.a, pair.b)
    a_names, b_names = pair.a_labels[:n_a], pair.b_labels[:n_b]
    rows, columns = (b_names, a_names) if flipped else (a_names, b_names)
    grid = table(
        [up, *columns],
        [[name, *map(str, line)] for name, line in zip(rows, shown.tolist(), strict=True)],
    )
    stem = (
        f"The table counts {pair.cell} for each {up} and {across}. The same name always means the "
        f"same {pair.a} or {pair.b}.\n\n{grid}\n\nHow do *{pair.a}* and *{pair.b}* stand to each "
        "other?"
    )
    choices, key = _choices(pair, found.kind, found.inner)
    explanation = {
        "nested": f"In every {pair.b}'s line or column of the table only one cell is filled: each "
        f"{pair.b} belongs to one {pair.a}, so {pair.b} is nested in {pair.a}.",
        "crossed": f"No cell is empty: every {pair.a} meets every {pair.b}, so the two are "
        "crossed.",
        "partially crossed": f"Some cells are empty, so not every {pair.a} meets every {pair.b}; "
        f"but there is a {pair.a} with several, and a {pair.b} with several. So neither is nested "
        "in the other: they are partially crossed.",
    }[found.kind]
    return Item(
        "nested-or-crossed", "single_choice", "nesting", level, stem, SingleChoice(choices),
        f"{explanation} This is a fact about who was measured with what. The formula can only "
        "follow it.",
        see=See("nesting"), facts={"counts": counts, "a": pair.a, "b": pair.b, "key": key},
    )  # fmt: skip


def _fill(rng: np.random.Generator, kind: str, n_a: int, n_b: int) -> np.ndarray:
    """Draw a table of counts of this kind, shape (n_a, n_b)."""
    if kind == "crossed":
        equal = bool(rng.integers(2))
        low, high = (int(rng.integers(3, 12)),) * 2 if equal else (4, 12)
        return rng.integers(low, high + 1, size=(n_a, n_b))
    counts = rng.integers(3, 13, size=(n_a, n_b))
    if kind == "nested":
        home = rng.permutation(np.arange(n_b) % n_a)
        return counts * (np.arange(n_a)[:, None] == home)
    while True:
        filled = rng.random((n_a, n_b)) < 0.6
        meets = filled.sum(axis=1).min() >= 2 and filled.sum(axis=0).min() >= 2
        if meets and not filled.all():
            return counts * filled


def _choices(pair: _Pair, kind: str, inner: str) -> tuple[tuple[Choice, ...], str]:
    a, b = pair.a, pair.b
    b_in_a = f"*{b}* is nested in *{a}*: each {b} belongs to only one {a}."
    a_in_b = f"*{a}* is nested in *{b}*: each {a} belongs to only one {b}."
    crossed = f"They are crossed: every {a} meets every {b}, with no cell empty."
    partial = "They are partially crossed: several meet several, but not all meet all."
    formula = f"That depends on the formula: `{a}/{b}` makes them nested, `{a} + {b}` crossed."
    right = {"crossed": crossed, "partially crossed": partial}.get(
        kind, b_in_a if inner == b else a_in_b
    )
    many = "condition-nested-in-participant" if pair.b_is_condition else ""
    wrong = {
        b_in_a: (
            f"Then each {b} would have one filled cell only. Here a {b} occurs with more than one "
            f"{a}.",
            many,
        ),
        a_in_b: (
            f"Then each {a} would have one filled cell only. Here a {a} occurs with more than one "
            f"{b}.",
            "",
        ),
        crossed: (
            "Crossed means that no cell is empty, but some are empty here.",
            "",
        ),
        partial: (
            f"Every cell is filled, so every {a} meets every {b}."
            if kind == "crossed"
            else f"No {b} meets more than one {a}: each has its one place.",
            "",
        ),
        formula: (
            "The formula cannot change who was measured with what. The table shows it before any "
            "model is written.",
            "nesting-is-a-choice",
        ),
    }
    made = []
    for text, (feedback, tag) in wrong.items():
        if text == right:
            made.append(Choice(text, "That is what the filled and empty cells show.", True))
        else:
            made.append(Choice(text, feedback, misconception=tag))
    return tuple(made), right


GENERATORS = (
    Generator(
        "nested-or-crossed",
        "nesting",
        "nesting",
        (1, 2),
        ("condition-nested-in-participant", "nesting-is-a-choice"),
        ("nested or crossed from a table of counts",),
        "Nested, crossed or in between: read it off a table of counts",
        make,
    ),
)
