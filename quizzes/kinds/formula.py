"""An lmer formula, graded by what it means."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from quizzes.errors import did_you_mean
from quizzes.fields import Fields
from quizzes.item import NOTHING, Mark
from quizzes.kinds.choices import Near, read_near, write_near
from quizzes.kinds.differences import differences
from quizzes.kinds.kind import Examples, Kind, Unreadable, Wrong
from quizzes.kinds.responses import NONSENSE, typed
from quizzes.words import code, code_block, listed, paragraphs, plain
from sim import SCENARIOS, Formula, FormulaError, SimError, equivalent, parse_formula
from sim.syntax.equivalent import Equivalence

_HINT = "Write a formula such as `y ~ 1 + x + (1 | group)`."


@dataclass(frozen=True, slots=True)
class FormulaAnswer:
    """A formula to be typed.

    Parameters
    ----------
    key : one right formula; every formula that is the same model is right.
    right : feedback for a right answer.
    wrong : feedback for a wrong one that was not foreseen; the difference is added to it.
    scenario : story whose data decide whether another formula is the same model there; "" for
        none. Its columns are shown with the question.
    seed : of the story's data.
    near : foreseen wrong formulas, matched by meaning.
    parameters : of the story's data.
    """

    key: str
    right: str
    wrong: str
    scenario: str = ""
    seed: int = 1
    near: tuple[Near, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


def read(fields: Fields) -> FormulaAnswer:
    """Read key, story, feedback and near formulas; each near one must be another model."""
    key = _formula(fields, "key")
    body = FormulaAnswer(
        key,
        fields.markdown("right"),
        fields.markdown("wrong"),
        fields.one_of("scenario", SCENARIOS, ""),
        fields.integer("seed", 0, 2**31, 1),
        parameters=fields.values("parameters"),
    )
    if body.parameters and not body.scenario:
        raise fields.error("parameters", "There are parameters, but no scenario.", "Name one.")
    if body.scenario:
        try:
            SCENARIOS[body.scenario].complete(body.parameters)
        except SimError as problem:
            raise fields.error("parameters", problem.problem, problem.hint) from None
    _check_columns(body, fields, "key", key)

    def answer(record: Fields, name: str) -> str:
        text = _formula(record, name)
        _check_columns(body, record, name, text)
        same = _compare(body, parse_formula(text), key)
        if same.always or same.on_data:
            raise record.error(
                name, f"{record.place.capitalize()} is the same model as the key.", same.reason
            )
        return text

    return replace(body, near=read_near(fields, answer, key))


def _formula(fields: Fields, name: str) -> str:
    text = fields.text(name)
    try:
        parse_formula(text)
    except SimError as problem:
        raise fields.error(name, problem.problem, problem.hint) from None
    return text


def _check_columns(body: FormulaAnswer, fields: Fields, name: str, text: str) -> None:
    if not body.scenario:
        return
    columns = [str(column) for column in _data(body)]
    for variable in parse_formula(text).variables:
        if variable not in columns:
            raise fields.error(
                name,
                f"Scenario '{body.scenario}' has no column '{variable}'.",
                f"It has {', '.join(columns)}.{did_you_mean(variable, columns)}",
            )


def _data(body: FormulaAnswer) -> pd.DataFrame:
    return _generate(body.scenario, body.seed, tuple(sorted(body.parameters.items())))


@lru_cache(maxsize=32)
def _generate(scenario: str, seed: int, parameters: tuple[tuple[str, Any], ...]) -> pd.DataFrame:
    return SCENARIOS[scenario].generate(np.random.default_rng(seed), **dict(parameters))


def write(body: FormulaAnswer) -> dict[str, Any]:
    """Return the fields as `read` reads them."""
    written: dict[str, Any] = {"key": body.key, "right": body.right, "wrong": body.wrong}
    if body.scenario:
        written |= {"scenario": body.scenario, "seed": body.seed}
    elif body.seed != 1:
        written["seed"] = body.seed
    if body.parameters:
        written["parameters"] = dict(body.parameters)
    return written | write_near(body.near, str)


def arrange(body: FormulaAnswer, rng: np.random.Generator) -> FormulaAnswer:
    """Leave it: there is nothing to shuffle."""
    return body


def ask(body: FormulaAnswer) -> dict[str, Any]:
    """Return the columns of the story's data, each with its unit; none without a story."""
    if not body.scenario:
        return {"columns": []}
    units = SCENARIOS[body.scenario].roles.units
    data = _data(body)
    return {"columns": [{"name": str(c), "unit": units.get(str(c), "")} for c in data]}


def parse(body: FormulaAnswer, response: object) -> Formula:
    """Read a formula whose columns exist."""
    text = "".join(c if c.isprintable() else " " for c in typed(response, _HINT)).strip()
    response_name = code(parse_formula(body.key).response_text)
    if "lmer(" in text.replace(" ", "") and "~" in text:
        raise Unreadable(
            "Write the formula alone: leave `lmer(` and everything after the formula, such as "
            "`data =`, out."
        )
    if "~" not in text or text.startswith("~"):
        raise Unreadable(
            f"{code(text)} does not say what is predicted. Begin with the response and a tilde: "
            f"{response_name} `~` …"
        )
    try:
        formula = parse_formula(text)
    except FormulaError as problem:
        raise Unreadable(_why(problem)) from None
    except SimError as problem:
        raise Unreadable(plain(str(problem))) from None
    for name in formula.variables:
        _check_known(body, name)
    return formula


def _why(problem: FormulaError) -> str:
    mark = code_block(problem.marked()) if problem.formula.strip() else ""
    return paragraphs(plain(problem.problem), mark, plain(problem.hint))


# Without data a name may be a column that nobody mentioned: only what is nearly another is a slip.
ALIKE = 0.75


def _check_known(body: FormulaAnswer, name: str) -> None:
    """Refuse a column that does not exist; without data only what looks like a slip."""
    known: Collection[str]
    if body.scenario:
        known = [str(column) for column in _data(body)]
    else:
        formulas = (body.key, *(near.answer for near in body.near))
        known = dict.fromkeys(v for text in formulas for v in parse_formula(text).variables)
    slip = [other for other in known if other.lower() == name.lower()]
    slip += get_close_matches(name, known, n=1, cutoff=0.6 if body.scenario else ALIKE)
    if name in known or (not body.scenario and not slip):
        return
    hint = f" Did you mean {code(slip[0])}?" if slip else ""
    there = listed([code(column) for column in known]) if body.scenario else ""
    raise Unreadable(
        f"There is no column {code(name)}." + (f" There are {there}." if there else "") + hint
    )


def _compare(body: FormulaAnswer, answer: Formula, other: str) -> Equivalence:
    """Compare with another formula, on the story's data where there are some."""
    bare = equivalent(answer, other)
    if bare.always or not body.scenario:
        return bare
    try:
        return equivalent(answer, other, _data(body))
    except SimError:  # the formula cannot be used with these data, such as log of a label
        return bare


def grade(body: FormulaAnswer, answer: Formula) -> Mark:
    """Right if it is the key's model, always or on the data; else say what differs."""
    found = _compare(body, answer, body.key)
    if found.always:
        key = parse_formula(body.key)
        other = (
            "" if str(answer) == str(key) else f"Yours is another way to write {code(body.key)}."
        )
        return Mark(1.0, paragraphs(body.right, other))
    compared = [(near, _compare(body, answer, near.answer)) for near in body.near]
    for near, same in compared:
        if same.always:
            return Mark(0.0, near.feedback, near.misconception)
    if found.on_data:
        why = f"On other data yours may be another model than {code(body.key)}."
        return Mark(1.0, paragraphs(body.right, f"{plain(found.reason)} {why}"))
    for near, same in compared:
        if same.on_data:
            return Mark(0.0, near.feedback, near.misconception)
    reasons = differences(answer, parse_formula(body.key)) or [plain(found.reason)]
    return Mark(0.0, paragraphs(" ".join(reasons[:2]), body.wrong))


def shown(body: FormulaAnswer, answer: Formula) -> str:
    """Return the formula as typed, as code."""
    return code(answer.text)


def _tight(formula: str) -> str:
    """A formula without its spaces, but for those in back quoted names."""
    outside = formula.split("`")
    outside[::2] = [part.replace(" ", "") for part in outside[::2]]
    return "`".join(outside)


def examples(body: FormulaAnswer) -> Examples:
    """The key in other spacings, the near formulas, another one, and what is no formula."""
    response = parse_formula(body.key).response_text
    wrong = [Wrong(near.answer, near.feedback, near.misconception) for near in body.near]
    other = f"{response} ~ 0"
    try:
        mark = grade(body, parse(body, other))
        if not mark.is_right:
            wrong.append(Wrong(other, mark.feedback, mark.misconception))
    except Unreadable:
        pass
    return Examples(
        right=(body.key, _tight(body.key), f"  {body.key}\n"),
        wrong=tuple(wrong),
        malformed=(
            *("", "~ x", "x + (1 | g)", f"lmer({body.key})", f"{body.key} +", f"{response} ~ (1 |"),
            *("x" * 5_000, f"{body.key}; 1", 0, *NONSENSE),
        ),
    )


KIND = Kind("formula", FormulaAnswer, read, write, arrange, ask, parse, grade, shown, examples)
