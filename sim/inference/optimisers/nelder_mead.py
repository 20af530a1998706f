"""Nelder–Mead: a triangle that crawls, without any slope."""

from functools import partial

from sim.inference.optimisers.search import Optimiser
from sim.inference.optimisers.with_scipy import search_with_scipy

OPTIMISER = Optimiser(
    "Nelder–Mead",
    "Crawls with a triangle (or its cousin in more dimensions) whose worst corner flips over.",
    partial(search_with_scipy, method="Nelder-Mead", options={}),
)
