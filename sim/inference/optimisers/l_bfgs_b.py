"""L-BFGS-B: slopes felt by tiny steps, the curvature learnt on the way."""

from functools import partial

from sim.inference.optimisers.search import Optimiser
from sim.inference.optimisers.with_scipy import search_with_scipy

OPTIMISER = Optimiser(
    "L-BFGS-B",
    "Feels the slope by tiny steps and learns the curvature on the way.",
    partial(search_with_scipy, method="L-BFGS-B", options={}),
)
