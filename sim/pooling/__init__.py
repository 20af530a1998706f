"""Complete, no and partial pooling of participants' lines, and the path between them."""

from sim.pooling.contours import likelihood_contours, population_contours
from sim.pooling.densities import bandwidth, densities, density
from sim.pooling.lines import Measurements, complete_line, measurements, own_lines
from sim.pooling.path import PoolingPath, pooling_path
from sim.pooling.pooling import METHODS, Pooling, pool

__all__ = [
    "METHODS",
    "Measurements",
    "Pooling",
    "PoolingPath",
    "bandwidth",
    "complete_line",
    "densities",
    "density",
    "likelihood_contours",
    "measurements",
    "own_lines",
    "pool",
    "pooling_path",
    "population_contours",
]
