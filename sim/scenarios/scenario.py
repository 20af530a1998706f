"""What a scenario is: a story, its parameters, its truth, and a way to draw data from it."""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from sim.errors import ScenarioError, did_you_mean, shown

Value = float | int | str
# A column is an array, or a pandas Categorical where its levels have an order.
Columns = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One true value a person may set.

    Parameters
    ----------
    name : keyword of `generate`.
    label, help : for the screen; the help is one sentence.
    default : its type decides the kind (float, int, or str for a choice).
    minimum, maximum, step : of a number; both ends are allowed values.
    unit : in words, such as "ms"; empty for counts and shares.
    choices : allowed values of a choice.
    """

    name: str
    label: str
    default: Value
    minimum: float = -math.inf
    maximum: float = math.inf
    step: float = 1
    unit: str = ""
    help: str = ""
    choices: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Return "choice", "int" or "float"."""
        if self.choices:
            return "choice"
        return "int" if isinstance(self.default, int) else "float"

    def checked(self, value: object) -> Value:
        """Return the value as its own type (int, float or str).

        Raises
        ------
        ScenarioError : wrong type, not finite, outside the range, not one of the choices.
        """
        if self.kind == "choice":
            return self._checked_choice(value)
        if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
            raise ScenarioError(
                f"Parameter '{self.name}' must be a number, not {shown(value)}.", self._allowed()
            )
        if not self.minimum <= value <= self.maximum:  # false for nan too
            raise ScenarioError(
                f"Parameter '{self.name}' cannot be {shown(value)}.", self._allowed()
            )
        if self.kind == "float":
            return float(value)
        if not float(value).is_integer():
            raise ScenarioError(
                f"Parameter '{self.name}' must be a whole number, not {shown(value)}.",
                self._allowed(),
            )
        return int(value)

    def _checked_choice(self, value: object) -> str:
        if isinstance(value, str) and value in self.choices:
            return value
        raise ScenarioError(
            f"Parameter '{self.name}' cannot be {shown(value)}.",
            self._allowed() + did_you_mean(value, self.choices),
        )

    def _allowed(self) -> str:
        if self.choices:
            return f"Choose {' or '.join(repr(choice) for choice in self.choices)}."
        kind = "a whole number" if self.kind == "int" else "a number"
        return f"Choose {kind} from {self.minimum:g} to {self.maximum:g}."


@dataclass(frozen=True, slots=True)
class Model:
    """A formula worth trying, and one sentence that says why."""

    formula: str
    label: str
    why: str


@dataclass(frozen=True, slots=True)
class Roles:
    """Which column plays which part in pictures and statistics.

    Parameters
    ----------
    response : what was measured; y of the pictures.
    predictor : x of the pictures.
    participant : one line in the pictures for each of its levels.
    group : a kind of participant shown by colour, or None.
    units : column -> unit in words; columns without a unit are absent.
    """

    response: str
    predictor: str
    participant: str
    group: str | None = None
    units: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Truth:
    """True values under lme4's names.

    Parameters
    ----------
    fixef : as in a model with exactly these fixed effects.
    sd : (grouping factor, term) -> SD, in units of the response (per unit of the term).
    corr : grouping factor -> correlation of its intercepts and slopes.
    sigma : residual SD, or None if the data have no single one.
    note : what to know before comparing; may be empty.
    others : the same data described for models with other fixed effects.
    """

    fixef: Mapping[str, float]
    sd: Mapping[tuple[str, str], float] = field(default_factory=dict)
    corr: Mapping[str, float] = field(default_factory=dict)
    sigma: float | None = None
    note: str = ""
    others: tuple["Truth", ...] = ()

    def beside(self, names: Collection[str]) -> "Truth":
        """Return the truth that may stand beside a fit with these fixed effects.

        Parameters
        ----------
        names : fixed effects of the fit as lme4 names them, with treatment contrasts.

        Returns
        -------
        The description with exactly these fixed effects where there is one. If the fit has more
        than the data were made from, the surplus is truly zero. Otherwise the nearest description,
        without the intercept, whose meaning depends on what else is in the model.
        """
        asked = set(names)
        near = min((self, *self.others), key=lambda truth: len(asked ^ set(truth.fixef)))
        if asked == set(near.fixef):
            return near
        if asked > set(self.fixef):
            return replace(self, fixef={name: self.fixef.get(name, 0.0) for name in names})
        kept = {k: v for k, v in near.fixef.items() if k in asked and k != "(Intercept)"}
        return replace(near, fixef=kept, others=())


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story about where data come from.

    Parameters
    ----------
    name, title : the key and the words on the screen.
    story : two sentences.
    lesson : what to look at, for the person who has fitted the models.
    roles : of the columns.
    models : suggested, the first one to be tried first.
    statistic : key of `sim.checks.statistics.STATISTICS` that shows the point.
    draw : called as draw(rng, **every parameter); returns the columns of a tidy frame.
    parameters : every number `draw` uses; none for real data and presets.
    tell : called as tell(**every parameter); None where nobody knows the truth.
    r_draw : the same draw as the body of an R function that sees every parameter; empty where
        there is none.
    """

    name: str
    title: str
    story: str
    lesson: str
    roles: Roles
    models: tuple[Model, ...]
    statistic: str
    draw: Callable[..., Columns | pd.DataFrame]
    parameters: tuple[Parameter, ...] = ()
    tell: Callable[..., Truth] | None = None
    r_draw: str = ""

    def generate(self, rng: np.random.Generator, **parameters: Value) -> pd.DataFrame:
        """Draw one data set; parameters that are not given have their defaults.

        Raises
        ------
        ScenarioError : unknown parameter, or a value outside its range or of a wrong type.
        """
        return pd.DataFrame(self.draw(rng, **self.complete(parameters)))

    def truth(self, **parameters: Value) -> Truth | None:
        """Return the true values behind `generate` with the same parameters, if known.

        Raises
        ------
        ScenarioError : as `generate`.
        """
        values = self.complete(parameters)
        return None if self.tell is None else self.tell(**values)

    def complete(self, parameters: Mapping[str, object]) -> dict[str, Value]:
        """Return all parameters, checked, with defaults for those not given.

        Raises
        ------
        ScenarioError : as `generate`.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in parameters:
            if name not in known:
                exists = f"It has {', '.join(known)}." if known else "It has none."
                raise ScenarioError(
                    f"Scenario '{self.name}' has no parameter '{name}'.",
                    exists + did_you_mean(name, known),
                )
        return {
            name: parameter.checked(parameters.get(name, parameter.default))
            for name, parameter in known.items()
        }
