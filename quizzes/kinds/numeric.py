"""A number, with a tolerance and a unit."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from quizzes.fields import Fields
from quizzes.item import Mark
from quizzes.kinds.choices import Near, read_near, write_near
from quizzes.kinds.kind import Examples, Kind, Wrong
from quizzes.kinds.numbers import MAX_LENGTH, read_number
from quizzes.kinds.responses import NONSENSE, typed
from quizzes.words import number


@dataclass(frozen=True, slots=True)
class Numeric:
    """A number to be typed.

    Parameters
    ----------
    key : in `unit`.
    tolerance : absolute, in `unit`; 0 for counts.
    right, wrong : feedback for a right answer, and for a wrong one that was not foreseen.
    unit : shown behind the field, such as "ms"; "%" means that the key is in percent.
    near : foreseen wrong numbers; each is matched within `tolerance`, the nearest one wins.
    """

    key: float
    tolerance: float
    right: str
    wrong: str
    unit: str = ""
    near: tuple[Near, ...] = ()


def read(fields: Fields) -> Numeric:
    """Read key, tolerance, unit and feedback."""
    key = fields.number("key")
    tolerance = fields.number("tolerance", 0)
    if tolerance < 0:
        raise fields.error("tolerance", "The tolerance is negative.", "Write 0 or more.")
    unit = fields.markdown("unit", "", most=30)
    right, wrong = fields.markdown("right"), fields.markdown("wrong")

    def answer(record: Fields, name: str) -> float:
        value = record.number(name)
        if _close(value, key, tolerance):
            raise record.error(
                name,
                f"The answer {number(value)} of {record.place} is within the tolerance of the key.",
                "Every near answer is a wrong one.",
            )
        return value

    return Numeric(key, tolerance, right, wrong, unit, read_near(fields, answer, key))


def _close(value: float, key: float, tolerance: float) -> bool:
    """Whether two numbers agree; rounding on the way to here is not the student's."""
    return abs(value - key) <= tolerance + 1e-9 * max(abs(key), tolerance)


def write(body: Numeric) -> dict[str, Any]:
    """Return the fields as `read` reads them."""
    written: dict[str, Any] = {"key": body.key, "tolerance": body.tolerance}
    if body.unit:
        written["unit"] = body.unit
    return written | {"right": body.right, "wrong": body.wrong} | write_near(body.near, float)


def arrange(body: Numeric, rng: np.random.Generator) -> Numeric:
    """Leave it: there is nothing to shuffle."""
    return body


def ask(body: Numeric) -> dict[str, Any]:
    """Return the unit."""
    return {"unit": body.unit}


def parse(body: Numeric, response: object) -> float:
    """Read a number, or a text that is one."""
    if isinstance(response, int | float) and not isinstance(response, bool):
        # Python refuses to write out integers of many thousand digits.
        big = isinstance(response, int) and response.bit_length() > 256
        return read_number("9" * MAX_LENGTH + "9" if big else repr(response), body.unit)
    return read_number(
        typed(response, "Write one number, such as 12, 0.5, 1/20 or 5 %."), body.unit
    )


def grade(body: Numeric, answer: float) -> Mark:
    """Right within the tolerance; else the feedback of the nearest foreseen number."""
    if _close(answer, body.key, body.tolerance):
        return Mark(1.0, body.right)
    near = [n for n in body.near if _close(answer, n.answer, body.tolerance)]
    if near:
        best = min(near, key=lambda n: abs(answer - n.answer))
        return Mark(0.0, best.feedback, best.misconception)
    return Mark(0.0, body.wrong)


def shown(body: Numeric, answer: float) -> str:
    """Return the number with its unit."""
    return f"{number(answer)} {body.unit}".strip()


def examples(body: Numeric) -> Examples:
    """The key in several writings, the near numbers, another one, and what is none."""
    key = repr(body.key)
    right = (body.key, key, f" {key} {body.unit}", key.replace("-", "−"))
    steps = (3 * body.tolerance + 1 + step for step in range(len(body.near) + 1))
    other = next(s for s in steps if not grade(body, body.key + s).misconception) + body.key
    found = grade(body, other)
    return Examples(
        right=right,
        wrong=(
            *(Wrong(repr(n.answer), n.feedback, n.misconception) for n in body.near),
            Wrong(other, found.feedback, found.misconception),
        ),
        malformed=(
            *("", "many", "1.000,5", "1,000", "nan", "inf", "1/0", "1 2", "1e999", "9" * 100, "٣"),
            10**5000,
            float("inf"),
            *NONSENSE,
        ),
    )


KIND = Kind("numeric", Numeric, read, write, arrange, ask, parse, grade, shown, examples)
