"""Labels that are used again: how many groups there really are, and which models agree."""

import numpy as np

from quizzes.generators.foreseen import apart
from quizzes.generators.generator import Generator
from quizzes.generators.places import PLACES, Place, rows_of
from quizzes.generators.wording import table
from quizzes.item import Item, See
from quizzes.kinds.choices import Choice, Near
from quizzes.kinds.numeric import Numeric
from quizzes.kinds.single_choice import SingleChoice
from quizzes.words import count
from sim.designs.readings import readings
from sim.designs.relations import relation
from sim.syntax.equivalent import equivalent

LABELS = "abcdef"
OUTERS = ("North", "South", "East", "West", "Centre")
Cells = dict[tuple[str, str], int]


def _counts(place: Place, cells: Cells) -> str:
    outers = list(dict.fromkeys(outer for outer, _ in cells))
    inners = list(dict.fromkeys(inner for _, inner in cells))
    rows = [[outer, *(str(cells.get((outer, inner), 0)) for inner in inners)] for outer in outers]
    return table([place.outer, *(f"{place.inner} {name}" for name in inners)], rows)


def _draw_cells(rng: np.random.Generator, gaps: bool) -> tuple[Cells, int]:
    """Draw members in each cell; some cells are empty if there are gaps."""
    n_outer, n_labels = int(rng.integers(2, 5)), int(rng.integers(2, 6))
    if gaps:
        n_outer, n_labels = max(n_outer, 3), max(n_labels, 3)
    while True:
        filled = rng.random((n_outer, n_labels)) < (0.65 if gaps else 2.0)
        # A label that occurs nowhere, or once everywhere, would ask for something else.
        enough = filled.any(axis=0).all() and (filled.sum(axis=1) >= 2).all()
        if enough and (not gaps or not filled.all()) and (filled.sum(axis=0) > 1).any():
            break
    sizes = rng.integers(8, 28, size=(n_outer, n_labels))
    cells = {
        (OUTERS[i], LABELS[j]): int(sizes[i, j]) if filled[i, j] else 0
        for i in range(n_outer)
        for j in range(n_labels)
    }
    return cells, n_labels


def make_count(rng: np.random.Generator, level: int) -> Item:
    """Ask for the number of smaller groups, or at level 3 of random intercepts."""
    place = PLACES[int(rng.integers(len(PLACES)))]
    while True:
        cells, n_labels = _draw_cells(rng, gaps=level > 1)
        found = relation(rows_of(cells, place.outer, place.inner), place.outer, place.inner)
        if found.n_pairs not in (n_labels, found.n_a * n_labels) or level == 1:
            break
    reads = readings(found)
    real, n_outer = found.n_pairs, found.n_a
    nested = bool(rng.integers(2))
    members = sum(cells.values())
    facts = {"cells": list(cells.values()), "labels": n_labels, "outers": n_outer}
    story = (
        f"A study has {place.members} from {count(n_outer, place.outer, place.outers)}. The table "
        f"counts them. Each {place.outer} gave letters to its own {place.inners}, independently "
        f"of the others.\n\n{_counts(place, cells)}\n\n"
    )
    same = (
        f"{place.inner.capitalize()} a of {OUTERS[0]} and {place.inner} a of {OUTERS[1]} have "
        f"nothing in common but the letter"
    )
    if level < 3:
        key = real
        stem = f"{story}How many different {place.inners} are there?"
        right = f"Yes: every filled cell of the table is a {place.inner} of its own."
        explanation = (
            f"{same}, so the filled cells count: {real}. As a grouping factor they are "
            f"`{place.outer}:{place.inner}`, with {real} levels, while `{place.inner}` alone has "
            f"only {n_labels}."
        )
        asks = "groups"
    else:
        reading = reads[0] if nested else reads[2]
        key = sum(size for _, size in reading.groups)
        inner = reading.groups[0][1] if nested else n_labels
        stem = (
            f"{story}How many random intercepts does lmer predict with "
            f"`{place.response} ~ 1 + {reading.bracket}`?"
        )
        what = f"one for each {place.outer} ({n_outer}) and one for each " + (
            f"{place.inner} within its {place.outer} ({inner})"
            if nested
            else f"letter ({inner}), as if the same letter were the same {place.inner} everywhere"
        )
        right = f"Yes: {what}."
        explanation = (
            f"There is {what}: {n_outer} + {inner} = {key}. "
            + ("That is what this design needs." if nested else f"{same}, so this model is not "
               f"the right one here: `(1 | {place.outer}/{place.inner})` would have "
               f"{n_outer} + {real} = {n_outer + real}.")
        )  # fmt: skip
        asks = "nested" if nested else "beside"
    wrong = (
        f"Go through the table cell by cell: a cell with {place.members} in it is a {place.inner}."
        if level < 3
        else "Ask for each grouping factor how many different values it has, and add them up."
    )
    near = _count_near(place, key, real, n_labels, n_outer, members, same, level, nested)
    body = Numeric(key, 0, right, wrong, near=near)
    return Item(
        "count-groups", "numeric", "nesting", level, stem, body, explanation,
        see=See("nesting"), facts={**facts, "asks": asks, "key": key},
    )  # fmt: skip


def _count_near(
    place: Place, key: int, real: int, n_labels: int, n_outer: int, members: int, same: str,
    level: int, nested: bool,
) -> tuple[Near, ...]:  # fmt: skip
    found: list[Near] = []
    if level < 3:
        found.append(
            Near(
                n_labels,
                f"{n_labels} is the number of letters. {same}: count the filled cells.",
                "labels-decide",
            )
        )
        found.append(
            Near(
                n_outer * n_labels,
                f"{n_outer} × {n_labels} cells, but some are empty: not every {place.outer} has "
                f"every letter.",
            )
        )
        found.append(
            Near(
                members,
                f"{members} is the number of {place.members}. The question is about "
                f"{place.inners}.",
            )
        )
    else:
        other = n_outer + (n_labels if nested else real)
        text = (
            f"That would be {n_labels} letters and {n_outer} {place.outers}. The slash makes a "
            f"{place.inner} of its own of each letter in each {place.outer}: {real} of them."
            if nested
            else f"That would be the answer for `(1 | {place.outer}/{place.inner})`. Without the "
            f"slash, lmer takes each of the {n_labels} letters for one {place.inner}, wherever "
            "it stands."
        )
        found.append(Near(other, text, "labels-decide" if nested else ""))
        only = real if nested else n_labels
        found.append(Near(only, f"The {n_outer} {place.outers} have random intercepts too."))
        found.append(
            Near(
                2,
                "Two is the number of grouping factors, and of variances. The question asks for "
                "the intercepts: one for each group.",
            )
        )
    return apart(key, 0, found)


def make_same(rng: np.random.Generator, level: int) -> Item:
    """Ask whether two ways to write random intercepts are one model on a table of counts."""
    place = PLACES[int(rng.integers(len(PLACES)))]
    o, i = place.outer, place.inner
    n_outer, each = int(rng.integers(2, 5)), int(rng.integers(2, 4))
    unique = bool(rng.integers(2))
    spelled_out = level == 3 and bool(rng.integers(2))
    sizes = rng.integers(5, 26, size=(n_outer, each))
    cells: Cells = {}
    for a in range(n_outer):
        for b in range(each):
            label = f"{i[0].upper()}{a * each + b + 1}" if unique else LABELS[b]
            cells[OUTERS[a], label] = int(sizes[a, b])
    data = rows_of(cells, o, i)
    data[place.response] = np.arange(len(data)) % 7.0
    first = f"{place.response} ~ 1 + (1 | {o}/{i})"
    beside = f"(1 | {o}:{i})" if spelled_out else f"(1 | {i})"
    second = f"{place.response} ~ 1 + (1 | {o}) + {beside}"
    verdict = equivalent(first, second, data)
    key = "always" if verdict.always else "here" if verdict.on_data else "different"
    stem = (
        f"No {i} belongs to more than one {o}. The table counts the {place.members}:\n\n"
        f"{_counts(place, cells)}\n\nAre these two models the same on these data?\n\n"
        f"1. `{first}`\n2. `{second}`"
    )
    texts = {
        "here": f"The same here, because no {i} name stands in two {place.outers}.",
        "always": f"The same on all data, whatever the names of the {place.inners} are.",
        "different": f"Different here: one sees the same {i} name in two {place.outers} as one "
        f"{i}.",
        "never": "Different on all data: a slash means nested, a sum of brackets means crossed.",
    }
    choices = tuple(
        Choice(text, _same_feedback(name, key, place), name == key, _same_tag(name, key))
        for name, text in texts.items()
    )
    whys = {
        "here": f"Every name belongs to one {o}, so `{i}` and `{o}:{i}` divide the rows alike, and "
        "the data themselves say who belongs to whom. Unique names protect from the mistake that "
        f"reused ones invite: there the second model would mix different {place.inners}.",
        "always": f"`(1 | {o}/{i})` is short for `(1 | {o}) + (1 | {o}:{i})`: the second formula "
        f"only writes it out. `{o}:{i}` tells {place.inners} of different {place.outers} apart, "
        "however they are called.",
        "different": f"The name a stands in {n_outer} {place.outers} and means {n_outer} different "
        f"{place.inners}. The second model gives all of them one random intercept; the first "
        f"gives each its own, because of `{o}:{i}`. Which one is right is a fact about the "
        "design, and here it is the first.",
    }
    return Item(
        "same-with-these-names", "single_choice", "nesting", level, stem, SingleChoice(choices),
        whys[key], see=See("nesting"),
        facts={
            "pairs": [list(pair) for pair in cells], "spelled_out": spelled_out, "key": texts[key],
        },
    )  # fmt: skip


def _same_feedback(name: str, key: str, place: Place) -> str:
    o, i = place.outer, place.inner
    if name == key:
        return {
            "here": "The names are unique, so both formulas form the same groups.",
            "always": "The slash is short for exactly this sum.",
            "different": "The same name means several different groups in this table.",
        }[key]
    apart = (
        f"`{o}:{i}` keeps {place.inners} of different {place.outers} apart, whatever their names."
    )
    return {
        ("never", "here"): "Neither way of writing decides by itself. These two form the same "
        "groups here: look at which names stand where in the table.",
        ("never", "always"): "A sum of brackets is not always crossed: "
        f"`{o}:{i}` in one of them says that the {place.inners} lie within the {place.outers}.",
        ("never", "different"): "They differ here, but not on all data: with a name of its own "
        f"for every {i} they would be the same model.",
        ("different", "here"): f"Look at the columns: no name stands in two {place.outers}, so "
        "nothing is mixed up.",
        ("different", "always"): apart,
        ("always", "here"): f"The second model knows {place.inners} by their names only. Here the "
        "names are unique; with reused names the two would differ.",
        ("always", "different"): f"The second model knows {place.inners} by their names only, and "
        "here the names are used again.",
        ("here", "always"): f"They are the same, but not because of the names: {apart}",
        ("here", "different"): f"Look at the columns: the name a stands in several {place.outers}.",
    }[name, key]


def _same_tag(name: str, key: str) -> str:
    if name == key:
        return ""
    if name == "never":
        return "two-brackets-crossed"
    # Who thinks that names do not matter at all believes neither.
    return "" if name == "always" else "labels-decide"


GENERATORS = (
    Generator(
        "count-groups",
        "nesting",
        "nesting",
        (1, 2, 3),
        ("labels-decide",),
        ("groups behind reused labels",),
        "How many classes are there, if every school has a class a?",
        make_count,
    ),
    Generator(
        "same-with-these-names",
        "nesting",
        "nesting",
        (2, 3),
        ("two-brackets-crossed", "labels-decide"),
        ("a/b and a + b on unique and reused names",),
        "Are (1 | a/b) and (1 | a) + (1 | b) one model on these data?",
        make_same,
    ),
)
