"""The analysis on the screen as a script: in R with lme4, and in Python with `sim`."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from sim.errors import DataError, DesignError, did_you_mean
from sim.lmm.columns import Factor, read_column
from sim.lmm.formula import Formula, parse_formula
from sim.scenarios import Value, find_scenario

_LINE = 80
# A factor that only groups rows may have thousands of levels, and their order changes no estimate.
_LISTED_LEVELS = 40
_CENTER = "center <- function(x) x - mean(x, na.rm = TRUE)"


@dataclass(frozen=True, slots=True)
class Story:
    """Where generated data come from.

    Parameters
    ----------
    name : key of `SCENARIOS`.
    seed : of the data.
    parameters : true values that were set; the others have their defaults.
    """

    name: str
    seed: int | Sequence[int]
    parameters: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """What a script repeats.

    Parameters
    ----------
    formula : as typed, or parsed.
    data : the data frame that is fitted.
    file : name of the CSV file the script reads, written by `data.to_csv(file, index=False)`.
    reml, contrasts : as given to `lmer`.
    simulations : how many data sets to simulate.
    participants : "new", "same", or both.
    seed : of the simulations, as given to `numpy.random.default_rng`.
    story : if given, the Python script draws the data itself.
    """

    formula: str | Formula
    data: pd.DataFrame
    file: str = "data.csv"
    reml: bool = True
    contrasts: str = "treatment"
    simulations: int = 1
    participants: Sequence[str] = ("new",)
    seed: int | Sequence[int] = 1
    story: Story | None = None

    def parsed(self) -> Formula:
        """Return the formula, read.

        Raises
        ------
        FormulaError : it cannot be read.
        DesignError : it has no random effects.
        """
        text = self.formula
        formula = text if isinstance(text, Formula) else parse_formula(text)
        if not formula.brackets:
            raise DesignError(
                "No random effects terms specified in formula.", "Add one, such as (1 | group)."
            )
        return formula

    def factors(self) -> dict[str, Factor]:
        """Return the factors that the formula uses, TRUE and FALSE among them.

        Raises
        ------
        DataError : a column that is not in the data.
        """
        found = {}
        known = [str(column) for column in self.data.columns]
        for name in self.parsed().variables:
            if name not in known:
                raise DataError(
                    f"Column '{name}' is not in the data.",
                    f"There are {', '.join(known)}.{did_you_mean(name, known)}",
                )
            column = read_column(self.data[name])
            if isinstance(column, Factor):
                found[name] = column
        return found


def r_code(analysis: Analysis) -> str:
    """Write an R script that repeats the analysis with lme4.

    Returns
    -------
    A script that runs as it stands beside the CSV file: it reads the data, sets the factors, fits,
    prints the summary, simulates, and plots actual beside simulated data with base graphics.
    Texts from outside stand in it only as string constants or in back quotes.

    Raises
    ------
    FormulaError, DataError, DesignError : the formula cannot be read, names what is not in the
        data, or has no random effects.
    """
    formula = analysis.parsed()
    lines = [
        '# The same analysis in R. It needs the package lme4: install.packages("lme4")',
        "# Save the data (CSV) of the page in R's working directory first.",
        "library(lme4)",
        "",
        *r_data(analysis),
        "",
        f"fit <- lmer({formula.r_text},",
        f"            data = data, REML = {'TRUE' if analysis.reml else 'FALSE'})",
        "print(summary(fit))",
        "",
        "# R draws other random numbers than Python, so these simulations look different.",
        *_r_simulations(analysis),
        "",
        *_r_plot(analysis),
    ]
    return "\n".join(lines) + "\n"


def r_data(analysis: Analysis) -> list[str]:
    """Write the lines of an R script that read `data` and set factors and contrasts.

    Raises
    ------
    FormulaError, DataError, DesignError : as `r_code`.
    """
    formula, factors = analysis.parsed(), analysis.factors()
    kind = "sum" if analysis.contrasts == "sum" else "treatment"
    unquoted = re.sub("`[^`]*`", "", formula.r_text)
    return [
        *_r_read(analysis, factors),
        *_r_factors(formula, factors),
        f'options(contrasts = c("contr.{kind}", "contr.poly"))',
        *([_CENTER] if "center(" in unquoted else []),
    ]


def python_data(analysis: Analysis) -> list[str]:
    """Write the lines of a Python script that make `data`, imports not among them.

    A story is drawn again by `generate` and needs NumPy as `np`; a file is read by pandas as `pd`.

    Raises
    ------
    FormulaError, DataError, DesignError, ScenarioError : as `python_code`.
    """
    factors = analysis.factors()
    if analysis.story is not None:
        return _python_story(analysis.story)
    return _python_read(analysis, factors)


def python_code(analysis: Analysis) -> str:
    """Write a Python script that repeats the analysis with `sim`.

    Returns
    -------
    A script that runs as it stands in the project's folder: it draws the data from the story, or
    reads the CSV file if there is none, fits, prints the summary and simulates, with the same
    random numbers as here. Texts from outside stand in it only as string constants.

    Raises
    ------
    FormulaError, DataError, DesignError : as `r_code`.
    ScenarioError : a story or a parameter that does not exist.
    """
    story, formula = analysis.story, analysis.parsed()
    data = python_data(analysis)
    names = "lmer, simulate" if story is None else "generate, lmer, simulate"
    lines = [
        "# The same analysis in Python. Run it in the project's folder, where `sim` is.",
        *(
            ["import numpy as np", "import pandas as pd"]
            if story is None
            else ["import numpy as np"]
        ),
        "",
        f"from sim import {names}",
        "",
        *data,
        "fit = lmer(",
        f"    {string_constant(formula.text or str(formula))},",
        "    data,",
        f"    reml={analysis.reml!r},",
        f"    contrasts={string_constant(analysis.contrasts)},",
        ")",
        "print(fit.summary())",
        "",
        "# One column for each simulation, one row for each row that was fitted.",
    ]
    for who in analysis.participants:
        seed = _seed_text(analysis.seed)
        lines += [
            f"{_variable(who)} = simulate(",
            f"    fit, {analysis.simulations:d}, np.random.default_rng({seed}),",
            f"    participants={string_constant(who)},",
            ")",
            f"print({_variable(who)}.mean(axis=0), {_variable(who)}.std(axis=0))",
        ]
    return "\n".join(lines) + "\n"


def string_constant(text: str) -> str:
    """Write a string constant that R and Python both read back as `text`.

    JSON's escapes serve both. Characters that a screen cannot show, or that reorder the text
    around them, are written by number.
    """
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else _by_number(c) for c in quoted)


def _by_number(character: str) -> str:
    return f"\\U{ord(character):08x}"


def _wrapped(start: str, items: Iterable[str], end: str) -> list[str]:
    """Write `start` item, item, ... `end`, in lines of 80 characters where the items allow it."""
    lines = [start]
    for i, item in enumerate(items):
        lines[-1] += "," if i else ""
        if len(lines[-1]) + len(item) + 1 > _LINE:
            lines.append("   ")
        lines[-1] += " " * (i > 0 or len(lines) > 1) + item
    lines[-1] += end
    return lines


def _r_read(analysis: Analysis, factors: Mapping[str, Factor]) -> list[str]:
    # Read as text, labels such as 01 and NA stay what they are.
    texts = [f'{string_constant(name)} = "character"' for name in factors]
    return [
        "data <- read.csv(",
        f"  {string_constant(analysis.file)},",
        '  check.names = FALSE, fileEncoding = "UTF-8", na.strings = ""' + ("," if texts else ""),
        *(_wrapped("  colClasses = c(", texts, ")") if texts else []),
        ")",
    ]


def _r_factors(formula: Formula, factors: Mapping[str, Factor]) -> list[str]:
    used = {*formula.fixed.variables}
    for bracket in formula.brackets:
        used.update(bracket.terms.variables)
    lines = []
    for name, factor in factors.items():
        column = f"data[[{string_constant(name)}]]"
        if factor.logical:  # as pandas writes it
            lines.append(f'{column} <- {column} == "True"')
        elif name in used or len(factor.levels) <= _LISTED_LEVELS:
            levels = [string_constant(level) for level in factor.levels]
            lines += _wrapped(f"{column} <- factor({column}, levels = c(", levels, "))")
        else:
            lines.append(f"{column} <- factor({column})")
    return lines


def _variable(who: str) -> str:
    if who not in ("new", "same"):
        raise DataError(f"participants = {who!r} is unknown.", "Use 'new' or 'same'.")
    return f"{who}_participants"


def _r_simulations(analysis: Analysis) -> list[str]:
    seed = analysis.seed if isinstance(analysis.seed, int) else analysis.seed[0]
    used = analysis.data[list(analysis.parsed().variables)]
    lines = []
    for who in analysis.participants:
        n = f"{analysis.simulations:d}"
        if who == "same" and used.isna().to_numpy().any():
            # With missing values lme4 1.1-31 cannot simulate(re.form = NULL).
            lines += [
                f"set.seed({seed:d})",
                f"{_variable(who)} <- data.frame(replicate({n},",
                "  fitted(fit) + rnorm(nobs(fit), sd = sigma(fit))))",
            ]
            continue
        form = "NA" if who == "new" else "NULL"
        lines.append(
            f"{_variable(who)} <- simulate(fit, nsim = {n}, seed = {seed:d}, re.form = {form})"
        )
    return lines


def _r_plot(analysis: Analysis) -> list[str]:
    """Write code that draws one line per level of the first grouping factor."""
    formula, participants = analysis.parsed(), analysis.participants
    groups = list(formula.brackets[0].group)
    group = ", ".join(f"used[[{string_constant(name)}]]" for name in groups)
    predictor = _predictor(formula.fixed.variables, groups, analysis.data)
    x = f"used[[{string_constant(predictor)}]]" if predictor else "seq_along(actual)"
    x_label = string_constant(predictor or "row")
    simulated = [_variable(who) for who in participants]
    return [
        'actual <- getME(fit, "y")',
        "used <- data[rownames(model.frame(fit)), ]",
        f"x <- as.numeric({x})",
        f"group <- interaction({group}, drop = TRUE)",
        "draw <- function(y, title) {",
        '  plot(x, y, type = "n", main = title,',
        f"       ylim = range(actual, {', '.join(simulated)}),",
        f"       xlab = {x_label}, ylab = {string_constant(formula.response_text)})",
        "  for (rows in split(seq_along(y), group)) {",
        "    rows <- rows[order(x[rows])]",
        '    lines(x[rows], y[rows], type = "b")',
        "  }",
        "}",
        f"par(mfrow = c(1, {len(simulated) + 1}))",
        'draw(actual, "Actual")',
        *(f'draw({_variable(who)}[[1]], "Simulated: {who} participants")' for who in participants),
    ]


def _predictor(names: Sequence[str], groups: list[str], data: pd.DataFrame) -> str:
    """Return the first predictor that differs within a group, or the first, or nothing."""
    for name in names:
        if (data.groupby(groups, observed=True)[name].nunique() > 1).any():
            return name
    return names[0] if names else ""


def _seed_text(seed: int | Sequence[int]) -> str:
    return f"{seed:d}" if isinstance(seed, int) else f"[{', '.join(f'{s:d}' for s in seed)}]"


def _python_read(analysis: Analysis, factors: Mapping[str, Factor]) -> list[str]:
    factors = {name: factor for name, factor in factors.items() if not factor.logical}
    # A column may be called NA, and so may a level: only an empty cell is a missing value.
    lines = [
        "data = pd.read_csv(",
        f"    {string_constant(analysis.file)},",
        f"    dtype={{{', '.join(f'{string_constant(name)}: str' for name in factors)}}},",
        "    keep_default_na=False,",
        '    na_values=[""],',
        ")",
    ]
    for name, factor in factors.items():
        levels = [string_constant(level) for level in factor.levels]
        lines += _wrapped(
            f"data[{string_constant(name)}] = pd.Categorical(data[{string_constant(name)}], [",
            levels,
            "])",
        )
    return lines


def _python_story(story: Story) -> list[str]:
    values = find_scenario(story.name).complete(story.parameters)
    return [
        "data = generate(",
        f"    {string_constant(story.name)},",
        f"    np.random.default_rng({_seed_text(story.seed)}),",
        *(f"    {name}={value!r}," for name, value in values.items()),
        ")",
    ]
