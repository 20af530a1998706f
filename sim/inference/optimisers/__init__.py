"""The optimisers that are compared: one file each, one registry.

A new one is a new file here that defines `OPTIMISER`, and its name in `_FILES`.
"""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from sim.inference.optimisers.search import Ending, Optimiser, Recorder, StoppedError, Task

_FILES = (  # in the order of the screen
    "newton",
    "nelder_mead",
    "powell",
    "l_bfgs_b",
    "slsqp",
    "cobyqa",
    "trust_constr",
)

OPTIMISERS: Mapping[str, Optimiser] = MappingProxyType(
    {name: import_module(f"sim.inference.optimisers.{name}").OPTIMISER for name in _FILES}
)

__all__ = ["OPTIMISERS", "Ending", "Optimiser", "Recorder", "StoppedError", "Task"]
