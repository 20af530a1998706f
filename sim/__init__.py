"""The statistics of linear mixed models: generate data, fit, simulate, refit, conclude."""

from sim.errors import (
    CancelledError,
    DataError,
    DesignError,
    FormulaError,
    LimitError,
    ScenarioError,
    SimError,
)
from sim.inference import tails
from sim.inference.allfit import allfit
from sim.inference.bootstrap import bootstrap
from sim.inference.intervals import intervals
from sim.inference.joint import joint, term_table
from sim.inference.kenward_roger import kenward_roger
from sim.inference.likelihood import anova, bootstrap_lrt, likelihood_ratio, wald
from sim.inference.profile import confint
from sim.inference.satterthwaite import satterthwaite, satterthwaite_many
from sim.lm import LinearFit, lm
from sim.lmm.criterion import criterion
from sim.lmm.fit import Fit, lmer
from sim.lmm.formula import Formula, parse_formula
from sim.lmm.refit import Refits, parametric_bootstrap, refit, simulate
from sim.pooling import pool, pooling_path
from sim.scenarios import SCENARIOS, generate
from sim.study import power_curve, repeat_study
from sim.syntax.equivalent import equivalent
from sim.syntax.explain import explain

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
    "allfit",
    "anova",
    "bootstrap",
    "bootstrap_lrt",
    "confint",
    "criterion",
    "equivalent",
    "explain",
    "generate",
    "intervals",
    "joint",
    "kenward_roger",
    "likelihood_ratio",
    "lm",
    "lmer",
    "parametric_bootstrap",
    "parse_formula",
    "pool",
    "pooling_path",
    "power_curve",
    "refit",
    "repeat_study",
    "satterthwaite",
    "satterthwaite_many",
    "simulate",
    "tails",
    "term_table",
    "wald",
]
