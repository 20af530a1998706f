"""Numbers, tables and names laid out as R prints them, so that output can be compared by eye."""

import math
import re
from collections.abc import Sequence

import numpy as np

WIDTH = 80
_DEPARSE_CUTOFF = 60
_EXACT_DIGITS = 15
_PRECEDENCE = {"~": 0, "|": 1, "+": 2, "-": 2, "*": 3}


def round_number(value: float, digits: int) -> float:
    """Round as R 4 does: the nearer of the two decimals beside the value, the even one in a tie.

    Parameters
    ----------
    digits : decimals to keep.
    """
    if value == 0 or not math.isfinite(value):
        return value
    if digits + math.floor(math.log10(abs(value))) + 1 > _EXACT_DIGITS:
        return value
    scale = 10.0**digits
    below, above = math.floor(abs(value) * scale), math.ceil(abs(value) * scale)
    down, up = abs(value) - below / scale, above / scale - abs(value)
    nearest = below if down < up or (down == up and below % 2 == 0) else above
    return math.copysign(nearest / scale, value)


def zap_small(values: Sequence[float], digits: int) -> list[float]:
    """Round to so many digits of the largest value, which removes numerical dust."""
    largest = max((abs(v) for v in values if math.isfinite(v)), default=0.0)
    keep = digits if largest == 0 else max(0, math.floor(digits - math.log10(largest) + 0.5))
    return [round_number(v, keep) for v in values]


def _scientific(value: float, digits: int) -> tuple[int, int, bool]:
    """Return the power of ten, the digits needed, and whether only rounding made that power."""
    mantissa, exponent = f"{abs(value):.{digits - 1}e}".split("e")
    power = int(exponent)
    needed = len(mantissa.replace(".", "").rstrip("0")) or 1
    rounded_up = abs(value) < 10.0**power - 0.5 / 10.0 ** max(0, digits - power)
    return power, needed, power > 0 and rounded_up


def format_numbers(values: Sequence[float], digits: int = 7, nsmall: int = 0) -> list[str]:
    """Format numbers alike, with the decimals that the neediest one needs, as R's `format`.

    Parameters
    ----------
    digits : significant digits that at least one number shows.
    nsmall : least number of decimals in fixed notation.

    Returns
    -------
    Strings of one width; fixed notation unless the scientific one is shorter.
    """
    finite = [v for v in values if math.isfinite(v)]
    parts = [_scientific(v, digits) for v in finite]
    negative = any(v < 0 for v in finite)
    decimals = max((max(0, needed - power - 1) for power, needed, _ in parts), default=0)
    left = max(
        ((v < 0) + max(1, p[0] + 1 - p[2]) for v, p in zip(finite, parts, strict=True)), default=0
    )
    fixed_width = left + decimals + (decimals > 0)
    mantissa = max((needed - 1 for _, needed, _ in parts), default=0)
    long_exponent = any(power >= 100 or power <= -99 for power, _, _ in parts)
    science_width = negative + (mantissa > 0) + mantissa + 5 + long_exponent
    fixed = fixed_width <= science_width
    code = f".{max(decimals, nsmall)}f" if fixed else f".{mantissa}e"
    texts = [_one_number(v, code) for v in values]
    width = max([len(text) for text in texts], default=0)
    return [text.rjust(width) for text in texts]


def _one_number(value: float, code: str) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Inf" if value > 0 else "-Inf"
    return format(value + 0.0 if value else 0.0, code)


def named_vector(names: Sequence[str], values: Sequence[str]) -> list[str]:
    """Lay out values under their names, right-aligned, as R prints a named vector."""
    width = max(len(text) for text in (*names, *values))
    per_line = max(1, WIDTH // (width + 1))
    lines = []
    for start in range(0, len(names), per_line):
        for row in (names, values):
            part = row[start : start + per_line]
            lines.append("".join(text.rjust(width) + " " for text in part))
    return lines


def string_matrix(
    row_names: Sequence[str],
    column_names: Sequence[str],
    cells: Sequence[Sequence[str]],
    right: bool = False,
) -> list[str]:
    """Lay out a matrix of strings, wrapped in blocks of columns at 80 characters.

    Parameters
    ----------
    cells : one sequence a row.
    right : columns right-aligned (row names stay on the left).
    """
    label = max((len(name) for name in row_names), default=0)
    widths = [
        max(len(name), *(len(row[j]) for row in cells)) for j, name in enumerate(column_names)
    ]
    lines = []
    for block in _column_blocks(widths, label):
        for name, row in (("", column_names), *zip(row_names, cells, strict=True)):
            texts = (row[j].rjust(widths[j]) if right else row[j].ljust(widths[j]) for j in block)
            lines.append(name.ljust(label) + "".join(" " + text for text in texts))
    return lines


def _column_blocks(widths: Sequence[int], label: int) -> list[range]:
    blocks, start, used = [], 0, label
    for j, width in enumerate(widths):
        if j > start and used + width + 1 >= WIDTH:
            blocks.append(range(start, j))
            start, used = j, label
        used += width + 1
    return [*blocks, range(start, len(widths))]


def coefficient_matrix(columns: np.ndarray, digits: int = 4) -> list[list[str]]:
    """Format estimates, standard errors and t values as R's `printCoefmat`.

    Parameters
    ----------
    columns : shape (p, 3).

    Returns
    -------
    p rows of 3 strings. Estimates and standard errors share their decimals; a value that would
    show as zero without being zero is written with its own digits.
    """
    estimates = columns[:, :2].T.ravel().tolist()
    magnitudes = [abs(v) for v in estimates if v != 0 and math.isfinite(v)]
    smallest = math.floor(math.log10(min(magnitudes))) if magnitudes else -1
    keep = max(1, digits - 1 - smallest)
    texts = format_numbers([round_number(v, keep) for v in estimates], digits)
    hidden = [
        i
        for i, (value, text) in enumerate(zip(estimates, texts, strict=True))
        if math.isfinite(value) and (value == 0) != (float(text) == 0)
    ]
    shown = format_numbers([estimates[i] for i in hidden], max(1, digits - 1))
    for i, text in zip(hidden, shown, strict=True):
        texts[i] = text
    tests = [round_number(v, max(1, min(5, digits - 1))) for v in columns[:, 2].tolist()]
    p = len(columns)
    return [
        list(row) for row in zip(texts[:p], texts[p:], format_numbers(tests, digits), strict=True)
    ]


def fill(items: Sequence[str]) -> list[str]:
    """Join items by spaces and break before an item that would pass 80 characters."""
    lines, used = [""], 0
    for item in items:
        if used + len(item) + 1 > WIDTH and used:
            lines.append("")
            used = 0
        lines[-1] += item + " "
        used += len(item) + 1
    return [*lines[:-1], lines[-1][:-1]]


def break_formula(text: str) -> list[str]:
    """Break a formula after an operator or comma past 60 characters, as R's `deparse`.

    Parameters
    ----------
    text : the formula on one line, in R's spacing.

    Returns
    -------
    Lines; those after the first are indented by four blanks for each broken operator around.
    """
    tokens = re.findall(r"`[^`]*`|[()]|, | [-~|+*] |[^`() ,]+|[ ,]", text)
    lines, line, indent = [], "", 0
    around: list[list[int]] = []  # [depth, precedence, 1 if a line was broken after it]
    depth = 0
    for token in tokens:
        line += token
        if token in "()":
            depth += 1 if token == "(" else -1
            precedence = -1
        elif token == ", " or (len(token) == 3 and token[0] == token[2] == " "):
            precedence = _PRECEDENCE.get(token.strip(), -1)
        else:
            continue
        closed = [a for a in around if a[0] > depth or (a[0] == depth and a[1] >= precedence >= 0)]
        indent -= sum(a[2] for a in closed)
        around = [a for a in around if a not in closed]
        if token in "()":
            continue
        around.append([depth, precedence, 0])
        if len(line) > _DEPARSE_CUTOFF:
            lines.append(line)
            around[-1][2] = 1
            indent += 1
            line = "    " * indent
    return [*lines, line]


def abbreviate(names: Sequence[str], length: int) -> list[str]:
    """Shorten names as R's `abbreviate`: from the end, first vowels, then small letters, then any.

    Parameters
    ----------
    length : least length; grows for names that would otherwise become the same.
    """
    names = [name.strip(" ") for name in names]
    short = {name: _shorten(name, length) for name in names}
    while True:
        taken = list(short.values())
        clashing = [name for name, text in short.items() if taken.count(text) > 1]
        if not clashing:
            return [short[name] for name in names]
        length += 1
        short.update({name: _shorten(name, length) for name in clashing})


def _shorten(name: str, length: int) -> str:
    text = name
    blanks = sum(character.isspace() for character in text[1:])
    for letters in ("aeiou", "abcdefghijklmnopqrstuvwxyz", ""):
        for word_end in (True, False) if letters else (False,):
            for i in range(len(text) - 1, 0, -1):
                if len(text) - blanks <= length:
                    return _without_blanks(text, length)
                if (letters and text[i] not in letters) or text[i].isspace():
                    continue
                starts_word = text[i - 1].isspace()
                inside_word = i + 1 < len(text) and not text[i + 1].isspace()
                if not starts_word and not (word_end and inside_word):
                    text = text[:i] + text[i + 1 :]
    return _without_blanks(text, length)


def _without_blanks(text: str, length: int) -> str:
    return text if len(text) <= length else text[0] + re.sub(r"\s", "", text[1:])
