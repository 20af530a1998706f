"""How generated questions write numbers and tables."""

from collections.abc import Sequence

MINUS = "−"


def number(value: float, digits: int = 2) -> str:
    """Write a number with fixed digits and a true minus sign; no minus before a zero."""
    text = f"{abs(value):.{digits}f}"
    return MINUS + text if value < 0 and float(text) else text


def short(value: float, digits: int = 2) -> str:
    """Write a number without zeros at the end: 12, 0.5."""
    text = number(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def p_text(p: float, digits: int = 3) -> str:
    """Write a p-value or another share without its leading zero: .047, 1.000."""
    text = f"{p:.{digits}f}"
    return text.removeprefix("0") if text.startswith("0.") else text


def equals_p(p: float) -> str:
    """Write "= .047", or "< .001" for what would round to zero."""
    return f"= {p_text(p)}" if round(p, 3) > 0 else "< .001"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], first_left: bool = True) -> str:
    """Write a Markdown table; numbers to the right, the first column to the left if asked."""
    marks = [":--" if first_left and i == 0 else "--:" for i in range(len(head))]
    lines = [head, marks, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
