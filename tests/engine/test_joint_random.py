"""F-tests of random contrasts on ten data sets made at random, against lmerTest and pbkrtest."""

import json

import numpy as np
import pandas as pd
import pytest

from sim import joint, lmer
from tests.reference.cases import HERE

CASES = json.loads((HERE / "inference" / "joint.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("method", ["satterthwaite", "kenward_roger"])
@pytest.mark.parametrize("number", range(10))
def test_a_random_contrast(number: int, method: str) -> None:
    case = CASES[number]
    fit = lmer(case["formula"], pd.DataFrame(case["data"]))
    assert fit.criterion <= case["criterion"] + 1e-6
    assert fit.is_singular == case["singular"]
    ours, theirs = joint(fit, np.array(case["L"]), method), case[method]
    assert ours.df1 == theirs["df1"]
    assert ours.df2 == pytest.approx(theirs["df2"], rel=1e-4)
    assert ours.statistic == pytest.approx(theirs["statistic"], rel=1e-4)
    assert ours.p_value == pytest.approx(theirs["p_value"], rel=1e-3, abs=1e-10)
