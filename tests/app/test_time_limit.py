"""A fit that takes too long ends with a word, not with a spinner for ever."""

import numpy as np
import pytest

from pages._ui import cache
from sim import generate
from sim.errors import LimitError


def test_a_fit_beyond_its_time_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MAX_FIT_SECONDS", -1.0)
    data = generate("mixture", np.random.default_rng(1))
    with pytest.raises(LimitError, match="takes longer than"):
        cache.fitted_model("time limit", data, "value ~ 1 + (1 | participant)", True, "treatment")
