"""Compute the closed list of functions and the arithmetic of formulas on columns.

`scale`, `center` and `poly` learn from the data they are fitted on; what they learned is kept, so
that new data are transformed with the old mean, standard deviation or polynomial.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from sim.errors import DataError, FormulaError
from sim.lmm.columns import Column, Factor, Numbers, as_factor
from sim.lmm.expressions import (
    Call,
    Chain,
    Expression,
    Name,
    Node,
    Number,
    Parenthesised,
    Power,
    Signed,
    deparse,
    number_text,
)


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean and standard deviation (n - 1) learned by scale() or center()."""

    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class OrthogonalPolynomial:
    """Coefficients of R's poly(): three-term recurrence `alpha` (degree), `norm2` (degree + 1)."""

    alpha: tuple[float, ...]
    norm2: tuple[float, ...]

    def columns(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Evaluate degrees 1 to d at x; shape (n, d)."""
        previous, current = np.zeros_like(x), np.ones_like(x)
        columns = np.empty((len(x), len(self.alpha)))
        for i, alpha in enumerate(self.alpha):
            ratio = self.norm2[i] / self.norm2[i - 1] if i else 0.0
            previous, current = current, (x - alpha) * current - ratio * previous
            columns[:, i] = current / np.sqrt(self.norm2[i + 1])
        return columns


Learned = Moments | OrthogonalPolynomial

_ELEMENTWISE: Mapping[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    "log": np.log,
    "exp": np.exp,
    "sqrt": np.sqrt,
    "I": np.asarray,
}


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Computes expressions on columns.

    Parameters
    ----------
    text : the formula, for error messages.
    columns : the data.
    learned : what scale(), center() and poly() learned; filled in if `learning`.
    """

    text: str
    columns: Mapping[str, Column]
    learned: dict[Call, Learned]
    learning: bool

    def column(self, expression: Expression) -> Column:
        """Compute one factor of a term.

        Raises
        ------
        FormulaError : arithmetic on a column that holds groups.
        DataError : a constant column scaled, too few values for a polynomial.
        """
        if isinstance(expression, Name):
            return self.columns[expression.name]
        # Logarithms of negative numbers become NaN here and an error with its row later.
        with np.errstate(all="ignore"):
            if isinstance(expression, Call) and expression.function == "factor":
                return self.factor(expression)
            if isinstance(expression, Call) and expression.function == "poly":
                return Numbers(self.poly(expression))
            return Numbers(np.asarray(self.numbers(expression), dtype=np.float64))

    def factor(self, call: Call) -> Factor:
        inner = call.arguments[0]
        if isinstance(inner, Name):
            column = as_factor(self.columns[inner.name])
            return Factor(column.codes, column.levels)
        return as_factor(Numbers(self.numbers(inner)))

    def numbers(self, node: Node) -> NDArray[np.float64]:
        """Compute arithmetic; numbers stay scalars until they meet a column."""
        match node:
            case Name():
                return self.numeric_column(node)
            case Number(value):
                return np.float64(value)  # type: ignore[return-value]
            case Parenthesised(inner):
                return self.numbers(inner)
            case Signed(sign, operand):
                return self.numbers(operand) if sign == "+" else -self.numbers(operand)
            case Power(base, exponent):
                return self.numbers(base) ** self.numbers(exponent)
            case Chain(first, rest):
                total = self.numbers(first)
                for operator, part in rest:
                    total = _combine(total, operator, self.numbers(part))
                return total
            case Call("scale" | "center", (inner,)):
                return self.standardised(node, self.numbers(inner))
            case Call(function, (inner,)):
                return _ELEMENTWISE[function](self.numbers(inner))
        raise FormulaError(f"{deparse(node)} is not arithmetic.", "", formula=self.text)

    def numeric_column(self, name: Name) -> NDArray[np.float64]:
        column = self.columns[name.name]
        if isinstance(column, Numbers):
            return column.values
        if column.logical:
            return np.where(column.codes < 0, np.nan, column.codes)
        raise FormulaError(
            f"Column '{name.name}' (character {name.span.position + 1} of the formula) holds "
            f"groups ({_listed(column.levels)}), and arithmetic needs numbers.",
            "Write the column alone, or make it a number in the data.",
            formula=self.text, position=name.span.position, length=name.span.length,
        )  # fmt: skip

    def standardised(self, call: Call, values: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.learning and call not in self.learned:
            known = values[np.isfinite(values)]
            sd = float(known.std(ddof=1)) if len(known) > 1 else 0.0
            if call.function == "scale" and len(known) and np.ptp(known) == 0:
                _constant(call, known[0])
            self.learned[call] = Moments(float(known.mean()) if len(known) else np.nan, sd)
        learned = self.learned[call]
        assert isinstance(learned, Moments)
        centred = values - learned.mean
        return centred / learned.sd if call.function == "scale" else centred

    def poly(self, call: Call) -> NDArray[np.float64]:
        argument, degree = call.arguments
        assert isinstance(degree, Number)
        x = self.numbers(argument)
        if self.learning and call not in self.learned:
            self.learned[call] = _learn_polynomial(call, x[np.isfinite(x)], int(degree.value))
        learned = self.learned[call]
        assert isinstance(learned, OrthogonalPolynomial)
        return learned.columns(x)


def _combine(
    left: NDArray[np.float64], operator: str, right: NDArray[np.float64]
) -> NDArray[np.float64]:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
    return left / right


def _learn_polynomial(call: Call, x: NDArray[np.float64], degree: int) -> OrthogonalPolynomial:
    distinct = len(np.unique(x))
    if degree >= distinct:
        raise DataError(
            f"{deparse(call)} needs more than {degree} different values; there are {distinct}.",
            f"Write a degree below {distinct}." if distinct > 1 else "Use another column.",
        )
    mean = float(x.mean())
    centred = x - mean
    previous, current = np.zeros_like(x), np.ones_like(x)
    alpha: list[float] = []
    norm2 = [1.0, float(len(x))]
    for _ in range(degree):
        shift = float(centred @ current**2) / norm2[-1]
        alpha.append(shift + mean)
        ratio = norm2[-1] / norm2[-2] if len(alpha) > 1 else 0.0
        previous, current = current, (centred - shift) * current - ratio * previous
        norm2.append(float(current @ current))
    return OrthogonalPolynomial(tuple(alpha), tuple(norm2[1:]))


def _constant(call: Call, value: float) -> NoReturn:
    raise DataError(
        f"{deparse(call)} cannot be computed: every value is {number_text(float(value))}.",
        "Use a column that varies.",
    )


def _listed(levels: tuple[str, ...], most: int = 5) -> str:
    shown = ", ".join(levels[:most])
    return f"{shown}, ..." if len(levels) > most else shown
