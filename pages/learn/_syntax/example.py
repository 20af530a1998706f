"""Made-up data with the names of the lecture's table: dv, x1, g, school, teacher."""

from functools import lru_cache

import numpy as np
import pandas as pd

SEED = 252
SCHOOLS, TEACHERS, PUPILS, OCCASIONS = 3, 4, 2, 4


@lru_cache(maxsize=1)
def example_data() -> pd.DataFrame:
    """24 pupils (g), each seen at x1 = 0, 1, 2, 3.

    The teachers' names A to D are used again in every school, so that the lecture's crossed and
    nested rows are different models here. Levels, slopes, schools and teachers all differ, so
    that no SD is estimated as zero.
    """
    rng = np.random.default_rng(SEED)
    school, teacher, pupil, x1 = (
        axis.ravel() for axis in np.indices((SCHOOLS, TEACHERS, PUPILS, OCCASIONS))
    )
    room = school * TEACHERS + teacher
    g = room * PUPILS + pupil
    n = SCHOOLS * TEACHERS * PUPILS
    dv = 20 + 3 * x1 + rng.normal(0, 4, SCHOOLS)[school] + rng.normal(0, 3, TEACHERS)[teacher]
    dv = dv + rng.normal(0, 3, SCHOOLS * TEACHERS)[room]
    dv = dv + rng.normal(0, 4, n)[g] + rng.normal(0, 2, n)[g] * x1 + rng.normal(0, 2, len(g))
    return pd.DataFrame(
        {
            "school": [f"s{k + 1}" for k in school],
            "teacher": [f"{'ABCD'[k]}" for k in teacher],
            "g": [f"g{k + 1:02d}" for k in g],
            "x1": x1,
            "dv": dv.round(1),
        }
    )
