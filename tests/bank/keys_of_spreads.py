"""Keys of generated items about pooling, simulation, bootstrap and convergence, in other ways."""

import re
from math import erf, sqrt
from typing import Any

import numpy as np

from quizzes.item import Item
from tests.bank.keys_of_tests_and_groups import near_number, right_texts


def covariance(tau: float, sigma: float, n: int) -> np.ndarray:
    """Covariance matrix of n observations of one participant."""
    return tau**2 * np.ones((n, n)) + sigma**2 * np.eye(n)


def blup_weight(tau: float, sigma: float, n: int) -> float:
    """Regression of the random intercept on the n observations, summed over them."""
    return float(tau**2 * np.linalg.solve(covariance(tau, sigma, n), np.ones(n)).sum())


def spread(weights: np.ndarray, tau: float, sigma: float) -> float:
    """SD of a weighted sum of one participant's observations."""
    return float(np.sqrt(weights @ covariance(tau, sigma, len(weights)) @ weights))


def partial_pooling(item: Item) -> bool:
    f = item.facts
    weight = blup_weight(f["tau"], f["sigma"], f["n"])
    if f["level"] == 1:
        return near_number(item, weight)
    # The weight is shown with two digits: both it and the exact one must be right.
    return all(
        near_number(item, w * f["own"] + (1 - w) * f["target"]) for w in (weight, round(weight, 2))
    )


def who_moves_most(item: Item) -> bool:
    f = item.facts
    moves = {
        name: (1 - blup_weight(f["tau"], f["sigma"], n)) * abs(own - f["centre"])
        for name, n, own in zip(("Ann", "Ben", "Cem", "Dora"), f["counts"], f["own"], strict=False)
    }
    shown = [item.body.entries[i].split()[0] for i in item.body.key]
    return shown == sorted(moves, key=lambda name: -moves[name])


def which_way_it_moves(item: Item) -> bool:
    low, high = sorted((item.facts["line"], item.facts["own"]))
    between = {c.text for c in item.body.choices if low < float(c.text.split()[0]) < high}
    return between == right_texts(item)


def outlier_and_others(item: Item) -> bool:
    """Mean squares between and within: in a balanced study REML gives the same."""
    score = np.array(item.facts["score"]).reshape(12, 4)
    weights = []
    for shift in (0, item.facts["shift"]):
        moved = score + shift * (np.arange(12) == 11)[:, None]
        within = moved.var(axis=1, ddof=1).mean()
        weights.append(1 - within / (4 * moved.mean(axis=1).var(ddof=1)))
    (text,) = right_texts(item)
    told = float(re.findall(r"\.\d+", text)[0])
    return (
        abs(weights[1] - told) < 0.006
        and abs(weights[0] - item.facts["before"]) < 0.006
        and text.endswith("less.")
    )


def simulated_spread(item: Item) -> bool:
    f = item.facts
    n = f["n"]
    if f["level"] < 3:
        return near_number(item, spread(np.full(n, 1 / n), f["tau"], f["sigma"]))
    contrast = np.repeat([1 / n, -1 / n], n)
    return near_number(item, spread(contrast, f["tau"], f["sigma"]))


def new_or_same(item: Item) -> bool:
    f = item.facts
    if f["level"] == 1:
        expected = f["mean"] + (0 if f["new"] else f["effect"])
    else:
        mean = np.full(f["n"], 1 / f["n"])
        expected = spread(mean, f["tau"] if f["new"] else 0, f["sigma"])
    (text,) = right_texts(item)
    return abs(float(text.split()[0].replace("−", "-")) - expected) <= 0.0501


def crossing_lines(item: Item) -> bool:
    z = item.facts["gap"] / (item.facts["sigma"] * sqrt(2))
    percent = round(100 * (1 - erf(z / sqrt(2))) / 2)
    return right_texts(item) == {f"On {percent}%: new residuals often bridge the gap."}


def rows_or_participants(item: Item) -> bool:
    """Sandwich of the true covariance against the one that resampled rows believe in."""
    f = item.facts
    n, each = f["people"], f["each"]
    V = covariance(f["tau"], f["sigma"], each)
    meat, gram = np.zeros((2, 2)), np.zeros((2, 2))
    for person in range(n):
        drink = (
            np.repeat([0.0, 1.0], each // 2)
            if f["design"] == "within"
            else np.full(each, float(person % 2))
        )
        X = np.column_stack([np.ones(each), drink])
        meat, gram = meat + X.T @ V @ X, gram + X.T @ X
    bread = np.linalg.inv(gram)
    true = (bread @ meat @ bread)[1, 1]
    naive = (f["tau"] ** 2 + f["sigma"] ** 2) * bread[1, 1]
    (text,) = right_texts(item)
    ratio = naive / true
    word = "About right" if abs(ratio - 1) < 1e-9 else "Too wide" if ratio > 1 else "Too narrow"
    return text.startswith(word) and f"{sqrt(naive):.1f} ms" in item.explanation


def more_resamples(item: Item) -> bool:
    f = item.facts
    half = f["half"] if f["level"] == 1 else f["half"] / sqrt(f["factor"])
    ends = [f"{f['centre'] + sign * half:.1f}" for sign in (-1, 1)]
    return right_texts(item) == {f"About {ends[0]} to {ends[1]} ms."}


def read_the_interval(item: Item) -> bool:
    f = item.facts
    assert item.picture is not None
    values, slopes = np.array(item.picture.columns["value"]), np.array(f["slopes"])
    low, high = np.percentile(values, [2.5, 97.5])
    outside = int(((slopes < f["low"]) | (slopes > f["high"])).sum())
    (text,) = right_texts(item)
    return (
        abs(low - f["low"]) < 0.007
        and abs(high - f["high"]) < 0.007
        and outside == f["outside"]
        and "on average" in text
        and f"from {f['low']:.2f} to {f['high']:.2f} " in text
    )


def what_is_singular(item: Item) -> bool:
    shown = item.facts["shown"]
    words = {
        "intercept": "The SD of the pupils' intercepts",
        "slope": "The SD of the pupils' slopes",
    }
    zero = [text for name, text in words.items() if shown[name] == 0]
    if not zero and abs(shown.get("correlation", 0)) == 1:
        zero = ["The correlation"]
    (text,) = right_texts(item)
    return len(zero) == 1 and text.startswith(zero[0])


def judge_the_optimisers(item: Item) -> bool:
    found = np.array(item.facts["criterion"])
    reached = int((found - found.min() < 0.05).sum())
    start = {4: "Keep", 3: "Use what the others", 1: "Use none of them yet"}[reached]
    (text,) = right_texts(item)
    odd = ("bobyqa", "Nelder_Mead", "nlminbwrap", "nloptwrap")[int(found.argmax())]
    return text.startswith(start) and (reached != 3 or odd in text)


def another_unit(item: Item) -> bool:
    f = item.facts
    change = f["factor"] if f["asks"] in ("slope", "spread") else 1
    return near_number(item, f["before"] / change)


KEYS: dict[str, Any] = {
    "partial-pooling": partial_pooling,
    "who-moves-most": who_moves_most,
    "which-way-it-moves": which_way_it_moves,
    "outlier-and-others": outlier_and_others,
    "simulated-spread": simulated_spread,
    "new-or-same": new_or_same,
    "crossing-lines": crossing_lines,
    "rows-or-participants": rows_or_participants,
    "more-resamples": more_resamples,
    "read-the-interval": read_the_interval,
    "what-is-singular": what_is_singular,
    "judge-the-optimisers": judge_the_optimisers,
    "another-unit": another_unit,
}
