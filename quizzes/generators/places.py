"""Groups within groups, for the questions about nesting."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, slots=True)
class Place:
    """A larger group with smaller ones in it.

    Parameters
    ----------
    outer, inner : columns of the data, and the nouns.
    inners, outers : the nouns in the plural.
    member, members : who is in the smaller group.
    response, predictor : columns of the data.
    """

    outer: str
    outers: str
    inner: str
    inners: str
    member: str
    members: str
    response: str
    predictor: str


PLACES = (
    Place("school", "schools", "class", "classes", "pupil", "pupils", "score", "method"),
    Place("hospital", "hospitals", "ward", "wards", "patient", "patients", "pain", "drug"),
    Place("farm", "farms", "field", "fields", "plant", "plants", "height", "light"),
    Place("club", "clubs", "team", "teams", "player", "players", "speed", "training"),
    Place("town", "towns", "street", "streets", "house", "houses", "price", "garden"),
)


def rows_of(cells: dict[tuple[str, str], int], outer: str, inner: str) -> pd.DataFrame:
    """Return one row for each member of each cell (outer label, inner label)."""
    found = [pair for pair, n in cells.items() for _ in range(n)]
    return pd.DataFrame(found, columns=[outer, inner])
