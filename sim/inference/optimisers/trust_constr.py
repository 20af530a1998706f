"""trust-constr: steps it trusts, and a barrier at zero variances."""

from functools import partial

from sim.inference.optimisers.search import Optimiser
from sim.inference.optimisers.with_scipy import search_with_scipy

OPTIMISER = Optimiser(
    "trust-constr",
    "Steps inside a region it trusts, and keeps off the boundaries by a barrier.",
    partial(search_with_scipy, method="trust-constr", options={}),
)
