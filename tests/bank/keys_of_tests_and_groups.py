"""Keys of generated items about tails and nesting, computed without the generators' own means."""

import re
from itertools import permutations
from math import sqrt
from typing import Any

from scipy import stats

from quizzes.generators.stories import STORIES
from quizzes.item import Item
from sim.syntax.equivalent import equivalent


def right_texts(item: Item) -> set[str]:
    return {choice.text for choice in item.body.choices if choice.right}


def near_number(item: Item, expected: float) -> bool:
    return abs(float(item.body.key) - expected) <= item.body.tolerance + 1e-9


def one_sided_p(item: Item) -> bool:
    f = item.facts
    positive = f["wants_higher"] == (f["first"] == f["treated"])
    exact = float(stats.t.sf(f["t"] if positive else -f["t"], f["df"]))
    printed = 2 * float(stats.t.sf(abs(f["t"]), f["df"]))
    return near_number(item, exact) and abs(printed - f["p_two"]) <= 0.0005


def t_on_f(item: Item) -> bool:
    f = item.facts
    if f["asks"] == "F":
        return near_number(item, f["t"] * f["t"])
    sign = 1 if f["higher"] == f["first"] else -1
    return near_number(item, sign * sqrt(f["f"]))


def which_hypotheses(item: Item) -> bool:
    t, df = item.facts["t"], item.facts["df"]
    two = 2 * stats.t.sf(abs(t), df)
    expected = set()
    for choice in item.body.choices:
        text = choice.text[0].lower() + choice.text[1:]
        if "differ in" in text:
            p = two
        elif "ANOVA" in text:
            p = stats.f.sf(t * t, 1, df)
        else:
            higher = any(text == f"{story.sentence(True)}." for story in STORIES)
            p = stats.t.sf(t if higher else -t, df)
        if p <= 0.05:
            expected.add(choice.text)
    return expected == right_texts(item)


def shade_the_tail(item: Item) -> bool:
    f = item.facts
    if f["family"] == "F":
        return set(item.body.key) == {"right"}
    if f["direction"] == "any":
        return set(item.body.key) == {"left", "right"}
    treated_ahead = f["direction"] == "higher"
    positive = treated_ahead if f["first"] == f["treated"] else not treated_ahead
    return set(item.body.key) == {"right" if positive else "left"}


def pre_from_errors(item: Item) -> bool:
    f = item.facts
    saved = f["compact"] - f["augmented"]
    if f["asks"] == "PRE":
        return near_number(item, saved / f["compact"])
    left = f["n"] - f["small"] - f["extra"]
    return near_number(item, (saved / f["extra"]) / (f["augmented"] / left))


def pre_in_words(item: Item) -> bool:
    f = item.facts
    share = 100 * (f["compact"] - f["augmented"]) / f["compact"]
    (text,) = right_texts(item)
    return f" squared errors {share:.0f}% smaller" in text


def false_alarms(item: Item) -> bool:
    f = item.facts
    if "late" in f:
        return near_number(item, f["percent"] * (2 if f["late"] else 1))
    orders = list(permutations(range(f["groups"])))
    fits = {
        "any difference": lambda order: True,
        "largest group": lambda order: order[0] == 0,
        "whole order": lambda order: order == tuple(sorted(order)),
    }[f["claim"]]
    share = sum(map(fits, orders)) / len(orders)
    return near_number(item, 2 * f["percent"] * share)


def what_f_says(item: Item) -> bool:
    f = item.facts
    p = stats.f.sf(f["f"], *f["df"])
    (text,) = right_texts(item)
    says = "lie closer together" if p > 0.5 else "it leaves open which ones differ"
    return abs(p - f["p"]) < 1e-6 and says in text


def count_groups(item: Item) -> bool:
    f = item.facts
    real = sum(cell > 0 for cell in f["cells"])
    expected = {
        "groups": real,
        "nested": f["outers"] + real,
        "beside": f["outers"] + f["labels"],
    }
    return bool(item.body.key == expected[f["asks"]])


def same_with_these_names(item: Item) -> bool:
    labels = [label for _, label in item.facts["pairs"]]
    (text,) = right_texts(item)
    if item.facts["spelled_out"]:
        return text.startswith("The same on all data")
    unique = len(set(labels)) == len(labels)
    return text.startswith("The same here" if unique else "Different here")


def nested_or_crossed(item: Item) -> bool:
    counts, a, b = item.facts["counts"], item.facts["a"], item.facts["b"]
    filled = [[cell > 0 for cell in row] for row in counts]
    (text,) = right_texts(item)
    if all(map(all, filled)):
        return text.startswith("They are crossed")
    if all(sum(column) == 1 for column in zip(*filled, strict=True)):
        return text.startswith(f"*{b}* is nested in *{a}*")
    if all(sum(row) == 1 for row in filled):
        return text.startswith(f"*{a}* is nested in *{b}*")
    return text.startswith("They are partially crossed")


def slash_written_out(item: Item) -> bool:
    found = re.fullmatch(r"\((.+) \| (.+)\)", item.facts["bracket"])
    assert found is not None
    left, names = found[1], found[2].split("/")
    brackets = [f"({left} | {':'.join(names[: i + 1])})" for i in range(len(names))]
    start = "y ~ 1 + "
    wrong = {choice.text.strip("`") for choice in item.body.choices if not choice.right}
    same = [
        text for text in wrong if equivalent(start + text, start + item.facts["bracket"]).always
    ]
    return right_texts(item) == {f"`{' + '.join(brackets)}`"} and not same


def formula_of_a_design(item: Item) -> bool:
    f = item.facts
    names = f["names"]
    groups = names if f["crossed"] else [":".join(names[: i + 1]) for i in range(len(names))]
    written_out = f"{f['response']} ~ {f['predictor']}" + "".join(f" + (1 | {g})" for g in groups)
    return equivalent(item.body.key, written_out).always


KEYS: dict[str, Any] = {
    "one-sided-p": one_sided_p,
    "t-on-f": t_on_f,
    "which-hypotheses": which_hypotheses,
    "shade-the-tail": shade_the_tail,
    "pre-from-errors": pre_from_errors,
    "pre-in-words": pre_in_words,
    "false-alarms": false_alarms,
    "what-f-says": what_f_says,
    "count-groups": count_groups,
    "same-with-these-names": same_with_these_names,
    "nested-or-crossed": nested_or_crossed,
    "slash-written-out": slash_written_out,
    "formula-of-a-design": formula_of_a_design,
}
