"""Explain a formula: words, equation, what is estimated, what it is short for, Z."""

from dataclasses import dataclass

import pandas as pd

from sim.errors import LimitError
from sim.lmm.design import Contrasts
from sim.lmm.formula import Formula, parse_formula
from sim.syntax.latex import equation
from sim.syntax.matrix import RandomMatrix, random_matrix
from sim.syntax.outline import outline
from sim.syntax.quantities import Quantity, list_quantities
from sim.syntax.steps import Step, expand
from sim.syntax.wording import Varying, list_varying, sentences


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """What a formula says.

    Attributes
    ----------
    formula : as read.
    words : sentences, from the average over the brackets to the residual.
    equation : LaTeX, an `aligned` block.
    quantities : everything that is estimated.
    steps : what `|| / * ^ : -` and a missing 1 stand for, one at a time.
    varying : which lines may differ in what, for each grouping factor.
    z : Z of the data given; None without data, where it cannot be fitted, or is too large.
    problem : why the formula cannot be fitted to the data, in lme4's words; else empty.
    hint : what to do about it.
    """

    formula: Formula
    words: tuple[str, ...]
    equation: str
    quantities: tuple[Quantity, ...]
    steps: tuple[Step, ...]
    varying: tuple[Varying, ...]
    z: RandomMatrix | None
    problem: str
    hint: str

    @property
    def n_parameters(self) -> int:
        """How many numbers are estimated: what lme4 counts as df of the log likelihood."""
        return len(self.quantities)


def explain(
    formula: str | Formula, data: pd.DataFrame | None = None, contrasts: Contrasts = "treatment"
) -> Explanation:
    """Explain a formula, for some data or for any.

    Parameters
    ----------
    data : tells numbers from groups; without data every predictor counts as a number.
    contrasts : coding of factors.

    Raises
    ------
    FormulaError : it cannot be read, or names a column that is not in the data.
    LimitError : it is too long.

    Source
    ------
    Bates et al. (2015), J. Stat. Softw. 67(1), section 2.1 and table 2.
    """
    parsed = formula if isinstance(formula, Formula) else parse_formula(formula)
    found = outline(parsed, data, contrasts)
    z = None
    if found.design is not None and found.design.blocks:
        try:
            z = random_matrix(found.design)
        except LimitError:
            z = None
    return Explanation(
        formula=parsed,
        words=sentences(found),
        equation=equation(found),
        quantities=list_quantities(found),
        steps=expand(parsed),
        varying=list_varying(found),
        z=z,
        problem=found.problem,
        hint=found.hint,
    )
