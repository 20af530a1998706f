"""Powell: one direction at a time, without any slope."""

from functools import partial

from sim.inference.optimisers.search import Optimiser
from sim.inference.optimisers.with_scipy import search_with_scipy

OPTIMISER = Optimiser(
    "Powell",
    "Walks along one direction at a time, each time to the lowest point.",
    # SciPy's own tolerance of 1e-4 of the criterion would stop far from the optimum.
    partial(search_with_scipy, method="Powell", options={"ftol": 1e-9}),
)
