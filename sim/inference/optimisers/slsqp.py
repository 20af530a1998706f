"""SLSQP: slopes felt by tiny steps, a quadratic puzzle at each."""

from functools import partial

from sim.inference.optimisers.search import Optimiser
from sim.inference.optimisers.with_scipy import search_with_scipy

OPTIMISER = Optimiser(
    "SLSQP",
    "Feels the slope by tiny steps and solves a quadratic puzzle at each.",
    partial(search_with_scipy, method="SLSQP", options={"ftol": 1e-9}),
)
