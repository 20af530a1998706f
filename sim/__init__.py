"""The statistics of linear mixed models: generate data, fit, simulate, refit."""

from sim.errors import (
    CancelledError,
    DataError,
    DesignError,
    FormulaError,
    LimitError,
    ScenarioError,
    SimError,
)
from sim.lm import LinearFit, lm
from sim.lmm.criterion import criterion
from sim.lmm.fit import Fit, lmer
from sim.lmm.formula import Formula, parse_formula
from sim.lmm.refit import Refits, parametric_bootstrap, refit, simulate
from sim.scenarios import SCENARIOS, generate

__all__ = [
    "SCENARIOS",
    "CancelledError",
    "DataError",
    "DesignError",
    "Fit",
    "Formula",
    "FormulaError",
    "LimitError",
    "LinearFit",
    "Refits",
    "ScenarioError",
    "SimError",
    "criterion",
    "generate",
    "lm",
    "lmer",
    "parametric_bootstrap",
    "parse_formula",
    "refit",
    "simulate",
]
