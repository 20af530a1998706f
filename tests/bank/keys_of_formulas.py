"""Keys of generated items about syntax and p-values, computed in other ways."""

import re
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from quizzes.generators.effects import TOPICS
from quizzes.item import Item
from sim import lmer
from sim.syntax.equivalent import equivalent
from tests.bank.keys_of_tests_and_groups import near_number, right_texts

TERMS = frozenset[frozenset[str]]


def terms_of(text: str) -> TERMS:
    """The terms of a sum of names with : * ^2 and -, without intercept, worked out by hand."""
    found: set[frozenset[str]] = set()
    for sign, item in re.findall(r"([+-]?)\s*(\([^)]*\)\^2|[^+\-]+)", text.replace(" ", "")):
        if item.endswith("^2"):
            names = item[1:-3].split("+")
            new = {frozenset(pair) for n in (1, 2) for pair in combinations(names, n)}
        else:
            names = item.split("*")
            new = {
                frozenset(":".join(some).split(":"))
                for n in range(1, len(names) + 1)
                for some in combinations(names, n)
            }
        found = found - new if sign == "-" else found | new
    return frozenset(found) - {frozenset({"1"}), frozenset({"0"})}


def parts_of(formula: str) -> tuple[TERMS, list[tuple[int, bool]]]:
    """Fixed terms, and for each bracket its number of effects and whether they correlate."""
    right = formula.split("~")[1]
    brackets = re.findall(r"\(([^()|]*)(\|\|?)[^()]*\)", right)
    fixed = re.sub(r"\([^()]*\|[^()]*\)", "", right).strip(" +")
    effects = [
        (len(terms_of(left)) + ("0" not in left.split()), bar == "|") for left, bar in brackets
    ]
    return terms_of(fixed), effects


def random_parameters(effects: list[tuple[int, bool]]) -> tuple[int, int]:
    """Variances and correlations."""
    variances = sum(k for k, _ in effects)
    return variances, sum(k * (k - 1) // 2 for k, correlated in effects if correlated)


def n_parameters(formula: str) -> int:
    fixed, effects = parts_of(formula)
    return 1 + len(fixed) + sum(random_parameters(effects)) + 1


def count_parameters(item: Item) -> bool:
    f = item.facts
    effects = [(slopes + intercept, correlated) for slopes, intercept, correlated in f["parts"]]
    variances, correlations = random_parameters(effects)
    expected = {
        1: variances,
        2: variances + correlations,
        3: 1 + f["fixed"] + variances + correlations + 1,
    }
    return bool(item.body.key == expected[f["level"]])


def write_the_formula(item: Item) -> bool:
    f = item.facts
    brackets = []
    for numbers, intercept, correlated, group in f["parts"]:
        effects = [*(["1"] if intercept else []), *numbers]
        if correlated:
            brackets.append(f"({'' if intercept else '0 + '}{' + '.join(effects)} | {group})")
        else:
            brackets += [f"({'' if e == '1' else '0 + '}{e} | {group})" for e in effects]
    written_out = f"{f['response']} ~ 1 + {' + '.join([*f['fixed'], *brackets])}"
    return equivalent(item.body.key, written_out).always


def star_written_out(item: Item) -> bool:
    texts = {choice.text: terms_of(choice.text.strip("`")) for choice in item.body.choices}
    wanted = terms_of(item.facts["short"])
    return {text for text, terms in texts.items() if terms == wanted} == right_texts(item)


@cache
def _data() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    g, h = np.repeat(np.arange(10), 40), np.tile(np.repeat(np.arange(5), 8), 10)
    x, z = rng.normal(size=(2, g.size))
    y = 3 + 2 * x + z + 0.7 * x * z + rng.normal(0, 1, g.size)
    y += rng.normal(0, 2, 10)[g] + rng.normal(0, 1.5, 10)[g] * x + rng.normal(0, 1, 10)[g] * z
    y += rng.normal(0, 1.5, 5)[h] + rng.normal(0, 1.2, 50)[g * 5 + h]
    columns = {"g": g.astype(str), "h": h.astype(str), "x": x, "z": z, "y": y}
    return pd.DataFrame(columns)


@cache
def _likelihood(formula: str) -> float:
    return float(lmer(formula, _data(), reml=False).loglik)


def same_model(item: Item) -> bool:
    """Two formulas are one model if they have one likelihood on data that tell them apart."""
    base = item.facts["base"]
    topic = next(t for t in TOPICS if base.startswith(f"{t.response} "))
    names = dict(zip((topic.response, *topic.numbers, *topic.groups), "yxzgh", strict=True))

    def fitted(text: str) -> float:
        return _likelihood(re.sub(r"[a-z]+", lambda word: names[word[0]], text))

    expected = {
        choice.text
        for choice in item.body.choices
        if abs(fitted(choice.text.strip("`")) - fitted(base)) < 1e-4
    }
    return expected == right_texts(item)


def lines_of_a_formula(item: Item) -> bool:
    lines = np.array(item.facts["lines"])
    starts, slopes = lines[:, 0], (lines[:, -1] - lines[:, 0]) / 4
    parallel, together = np.ptp(slopes) < 0.02, np.ptp(starts) < 0.02
    form = (
        "1 + (1 | pupil)"
        if np.abs(slopes).max() < 0.02
        else "week + (1 | pupil)"
        if parallel
        else f"week + ({'0 + ' if together else ''}week | pupil)"
    )
    return right_texts(item) == {f"`score ~ {form}`"}


def too_many_effects(item: Item) -> bool:
    f = item.facts
    conditions = 3 if "order" in item.stem else 2
    columns = {
        "1": 1, "0 + dose": 1, "1 + dose": 2, "1 + order": 2, "1 + condition": conditions,
        "1 + condition + time": 3, "1 + condition * time": 4,
    }  # fmt: skip
    refused = set()
    for choice in item.body.choices:
        bracket = re.search(r"\((.*) \| participant\)", choice.text)
        if bracket and columns[bracket[1]] * f["n"] >= f["rows"]:
            refused.add(choice.text)
    return right_texts(item) == (
        refused or {"None of them: there are rows enough for all of these."}
    )


def informed_slopes(item: Item) -> bool:
    names, rows = item.facts["names"], item.facts["rows"]
    varying = {
        f"`(1 + {name} | participant)`"
        for i, name in enumerate(names, 1)
        if all(
            len({row[i] for row in rows if row[0] == person}) > 1
            for person in {row[0] for row in rows}
        )
    }
    return varying == right_texts(item)


def slopes_around_zero(item: Item) -> bool:
    """Moments of least-squares slopes: in a balanced study REML gives the same."""
    scores, week = np.array(item.facts["scores"]).reshape(14, 5), np.arange(5) - 2.0
    sxx = week @ week
    slopes = scores @ week / sxx
    rest = scores - scores.mean(axis=1, keepdims=True) - slopes[:, None] * week
    noise = (rest**2).sum() / (14 * 3) / sxx
    old = np.sqrt(slopes.var(ddof=1) - noise)
    new = np.sqrt((slopes**2).mean() - noise)
    (text,) = right_texts(item)
    told = float(re.findall(r"[\d.]+\d", text)[0])
    f = item.facts
    return (
        abs(old - f["old"]) < 0.006
        and abs(slopes.mean() - f["average"]) < 0.006
        and abs(new / told - 1) < 0.08
        and text.startswith("It grows to")
    )


def likelihood_ratio(item: Item) -> bool:
    f = item.facts
    if f["level"] == 1:
        return near_number(item, 2 * f["high"] - 2 * f["low"])
    return bool(item.body.key == n_parameters(f["large"]) - n_parameters(f["small"]))


def reml_or_ml(item: Item) -> bool:
    expected = set()
    for choice in item.body.choices:
        first, second = (text.strip("`") for text in choice.text.split("` and `"))
        if parts_of(first)[0] == parts_of(second)[0]:
            expected.add(choice.text)
    return expected == right_texts(item)


def df_of_an_effect(item: Item) -> bool:
    people, each = item.facts["people"], item.facts["each"]
    expected = {1: people - 1, 2: people - 2, 3: people * each - people - 1}
    return bool(item.body.key == expected[item.facts["level"]])


def p_from_a_table(item: Item) -> bool:
    f = item.facts
    exact = stats.t.sf(f["t"] if f["up"] else -f["t"], f["df"])
    (text,) = right_texts(item)
    return bool(abs(exact - float(text)) < 0.0001)


KEYS: dict[str, Any] = {
    "count-parameters": count_parameters,
    "write-the-formula": write_the_formula,
    "star-written-out": star_written_out,
    "same-model": same_model,
    "lines-of-a-formula": lines_of_a_formula,
    "too-many-effects": too_many_effects,
    "informed-slopes": informed_slopes,
    "slopes-around-zero": slopes_around_zero,
    "likelihood-ratio": likelihood_ratio,
    "reml-or-ml": reml_or_ml,
    "df-of-an-effect": df_of_an_effect,
    "p-from-a-table": p_from_a_table,
}
