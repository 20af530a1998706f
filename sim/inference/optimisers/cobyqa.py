"""COBYQA: a parabola through trial points, as lme4's BOBYQA."""

from functools import partial

from sim.inference.optimisers.search import Optimiser
from sim.inference.optimisers.with_scipy import search_with_scipy

OPTIMISER = Optimiser(
    "COBYQA",
    "Fits a parabola to a few trial points inside a region it trusts; lme4's own default, "
    "BOBYQA, works alike.",
    partial(search_with_scipy, method="COBYQA", options={}),
)
