"""Numbers as students type them: with a comma, as a fraction, in percent, with a unit."""

import math
import re

from quizzes.kinds.kind import Unreadable
from quizzes.words import code

MAX_LENGTH = 60  # characters of a number
_DASHES = str.maketrans(dict.fromkeys("−–‒﹣－", "-"))
_LEAD = re.compile(r"[A-Za-z]{0,12}\s*[=≈]\s*")  # "p = .05"
_PERCENT = re.compile(r"\s*(%|percent|per cent)\Z", re.IGNORECASE)
_PLAIN = re.compile(r"[+-]?\s?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]{1,4})?", re.IGNORECASE)
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
_HINT = "Write one number, such as 12, 0.5, 1/20 or 5 %."


def read_number(text: str, unit: str = "") -> float:
    """Read one finite number.

    Parameters
    ----------
    text : as typed; "0,5", "1/20", "−1.2", ".05" and "1e-3" are numbers too.
    unit : may stand behind the number. If it is "%" the number is in percent with and without
        its sign; if there is none, "5 %" is 0.05.

    Raises
    ------
    Unreadable : anything else, with a sentence that says what to write.
    """
    if len(text) > MAX_LENGTH:
        raise Unreadable(f"That is too long for a number. {_HINT}")
    rest = _LEAD.sub("", " ".join(text.translate(_DASHES).split()), count=1)
    bare = _PERCENT.sub("", rest)
    percent = bare != rest
    if percent and unit not in ("", "%"):
        raise Unreadable(f"{code(text)} is in percent. Write the number in {unit}.")
    if not percent and unit:
        bare = _without_unit(bare, unit)
    value = _fraction(bare.strip(), text, unit) / (100 if percent and not unit else 1)
    if not math.isfinite(value):
        raise Unreadable(f"{code(text)} is too large for a number. {_HINT}")
    return value


def _without_unit(text: str, unit: str) -> str:
    for ending in (unit, unit.removesuffix("s")):
        if ending and text.lower().endswith(ending.lower()):
            return text[: -len(ending)]
    return text


def _fraction(text: str, typed: str, unit: str) -> float:
    above, slash, below = text.partition("/")
    numerator = _decimal(above.strip(), typed, unit)
    if not slash:
        return numerator
    denominator = _decimal(below.strip(), typed, unit)
    if denominator == 0:
        raise Unreadable(f"{code(typed)} divides by 0. {_HINT}")
    return numerator / denominator


def _decimal(text: str, typed: str, unit: str) -> float:
    n_points, n_commas = text.count("."), text.count(",")
    if n_points + n_commas > 1:
        if re.fullmatch(r"[-+0-9.,]+", text):
            raise Unreadable(
                f"{code(typed)} has more than one point or comma, and I cannot tell which one is "
                "the decimal point. Write 1000.5, without a sign between the thousands."
            )
    elif _THOUSANDS.fullmatch(text):
        one, thousand = text.replace(",", "."), text.replace(",", "")
        raise Unreadable(f"{code(typed)} may mean {one} or {thousand}. Write one of these two.")
    elif _PLAIN.fullmatch(text.replace(",", ".")):
        return float(text.replace(",", ".").replace(" ", ""))
    raise Unreadable(f"I could not read {code(typed)} as a number. {_hint(text, unit)}")


def _hint(text: str, unit: str) -> str:
    if re.fullmatch(r"[-+]?[0-9]+( [0-9]{3})+([.,][0-9]+)?", text):
        return "Write it without spaces inside."
    if text[:1] in ("<", ">", "≤", "≥", "~"):
        return f"Leave {code(text[0])} out: one number is wanted."
    if unit and re.fullmatch(r"[-+]?[0-9.,]+\s*[^\W\d]+", text):
        return f"The answer is wanted in {unit}."
    return _HINT
