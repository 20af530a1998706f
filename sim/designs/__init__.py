"""Who belongs to whom: nested and crossed groups, and what a/b, b/a and a + b then mean."""

from sim.designs.pairs import candidate_factors
from sim.designs.pictures import MAX_CELLS, Edge, Graph, Node, counts, graph
from sim.designs.readings import Reading, readings
from sim.designs.relations import MAX_FACTORS, Relation, relation, relations

__all__ = [
    "MAX_CELLS",
    "MAX_FACTORS",
    "Edge",
    "Graph",
    "Node",
    "Reading",
    "Relation",
    "candidate_factors",
    "counts",
    "graph",
    "readings",
    "relation",
    "relations",
]
