"""Odd models on data made here, held against lme4 itself in one call of R.

lme4 is asked at our theta, so its optimiser plays no part in the comparison of estimates; its
own optimum must not be better than ours.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim import Fit, criterion, lmer
from tests.engine.scripts import need_r

R_SCRIPT = """
suppressMessages({library(lme4); library(jsonlite)})
folder <- commandArgs(trailingOnly = TRUE)[1]
cases <- fromJSON(file.path(folder, "cases.json"), simplifyVector = FALSE)
data <- read.csv(file.path(folder, "data.csv"), stringsAsFactors = TRUE)
data$flag <- as.logical(data$flag)
answer <- function(case) suppressWarnings(suppressMessages({
  coding <- if (case$contrasts == "sum") "contr.sum" else "contr.treatment"
  options(contrasts = c(coding, "contr.poly"))
  theta <- as.numeric(unlist(case$theta))
  parsed <- lFormula(as.formula(case$formula), data, REML = case$reml)
  devfun <- do.call(mkLmerDevfun, parsed)
  value <- devfun(theta)
  opt <- list(par = theta, fval = value, conv = 0, message = "")
  fit <- mkMerMod(environment(devfun), opt, parsed$reTrms, fr = parsed$fr)
  vc <- as.data.frame(VarCorr(fit))
  re <- ranef(fit, condVar = FALSE)
  own <- optimizeLmer(devfun)
  list(criterion = value, own = own$fval, fixef = unname(fixef(fit)), names = names(fixef(fit)),
       se = unname(sqrt(diag(as.matrix(vcov(fit))))), sigma = sigma(fit),
       vcov = vc$vcov, sdcor = vc$sdcor, grp = vc$grp, var1 = vc$var1, var2 = vc$var2,
       groups = names(re), levels = lapply(unname(re), rownames),
       terms = lapply(unname(re), colnames),
       modes = lapply(unname(re), function(part) unname(as.matrix(part))),
       fitted = unname(fitted(fit)), nobs = nobs(fit), aic = AIC(fit), bic = BIC(fit))
}))
write_json(lapply(cases, answer), file.path(folder, "answers.json"), digits = NA, na = "null")
"""

CASES: tuple[tuple[str, bool, str], ...] = (
    ("y ~ x + (1 | a/b/c)", True, "treatment"),
    ("y ~ 1 + (1 + x | a/b)", False, "treatment"),
    ("y ~ f + (1 + f | g) + (1 | item)", True, "treatment"),
    ("y ~ f * h + (1 + f | item) + (1 | g)", False, "sum"),
    ("y ~ f * x + (0 + f | g) + (1 | item)", True, "sum"),
    ("y ~ poly(x, 2) + (1 + poly(x, 2) | g)", True, "treatment"),
    ("y ~ poly(z, 3) + (poly(z, 2) || g)", True, "treatment"),
    ("y ~ binary + (binary | g)", True, "treatment"),
    ("y ~ factor(binary) + (0 + factor(binary) | g)", True, "treatment"),
    ("y ~ factor(binary) * x + (1 | g) + (0 + factor(binary):x | item)", False, "treatment"),
    ("gappy ~ x * f + (1 + x | g)", True, "treatment"),
    ("gappy ~ hole + (1 + hole || g) + (1 | item)", False, "treatment"),
    ("y ~ 0 + f + f:x + (1 | g)", True, "treatment"),
    ("y ~ x + (1 | g:item) + (1 | g)", True, "treatment"),
    ("y ~ x + (1 + x || g) + (0 + x | item)", True, "treatment"),
    ("y ~ log(z) + I(x^2) + (1 + log(z) | g)", True, "treatment"),
    ("y ~ scale(x) + scale(z) + (scale(x) | id)", False, "treatment"),
    ("y ~ (x + f + z)^2 + (1 | id)", True, "sum"),
    ("y ~ flag * x + (1 + flag | g)", True, "treatment"),
    ("y ~ 1 + (1 | g) + (1 | item) + (1 | h) + (1 | id)", True, "treatment"),
    ("y ~ x + z + (0 + f:x | g)", True, "treatment"),
    ("log(z) ~ x + (f || item)", False, "treatment"),
    ("y ~ year + (1 + year | g)", True, "treatment"),
)


def odd_data() -> pd.DataFrame:
    """Unbalanced: 260 rows, groups of 3 to 30, two columns with holes."""
    rng = np.random.default_rng(20)
    n = 260
    g = rng.choice(14, n, p=np.arange(1, 15) / 105)
    g[:28] = np.tile(np.arange(14), 2)
    item = rng.integers(0, 9, n)
    a = rng.integers(0, 5, n)
    b = rng.integers(0, 3, n)
    c = rng.integers(0, 3, n)
    f = rng.integers(0, 3, n)
    x = rng.normal(2, 1, n)
    z = rng.uniform(0.5, 6, n)
    lengths = (14, 9, 5, 15, 45)
    effects = [rng.normal(0, 2, size) for size in lengths]
    slopes = rng.normal(0, 0.8, 14)
    y = 30 + 2 * x - z + f + effects[0][g] + effects[1][item] + slopes[g] * x
    y = y + effects[2][a] + effects[3][a * 3 + b] + effects[4][(a * 3 + b) * 3 + c]
    y = y + rng.normal(0, 1.0, (14, 3))[g, f] + rng.normal(0, 1.5, n)
    frame = pd.DataFrame({"y": y, "x": x, "z": z, "binary": rng.integers(0, 2, n)})
    frame = frame.assign(g=[f"p{k:02d}" for k in g], item=[f"i{k}" for k in item])
    frame = frame.assign(a=[f"a{k}" for k in a], b=[f"b{k}" for k in b], c=[f"c{k}" for k in c])
    frame = frame.assign(f=[("low", "mid", "top")[k] for k in f], h=rng.choice(["u", "v"], n))
    frame = frame.assign(id=rng.permutation([7, 1000, 12, 3, 250, 99, 41])[rng.integers(0, 7, n)])
    frame = frame.assign(flag=rng.integers(0, 2, n) == 1, year=rng.integers(2000, 2011, n))
    frame["gappy"] = frame["y"].where(rng.random(n) > 0.1)
    frame["hole"] = frame["x"].where(rng.random(n) > 0.15)
    return frame


@pytest.fixture(scope="module")
def fits() -> list[Fit]:
    data = odd_data()
    return [lmer(formula, data, reml=reml, contrasts=coding) for formula, reml, coding in CASES]


@pytest.fixture(scope="module")
def answers(fits: list[Fit], tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    need_r("lme4", "jsonlite")
    folder: Path = tmp_path_factory.mktemp("lme4")
    odd_data().to_csv(folder / "data.csv", index=False, float_format="%.17g")
    asked = [
        {"formula": formula, "reml": reml, "contrasts": coding, "theta": fit.theta.tolist()}
        for (formula, reml, coding), fit in zip(CASES, fits, strict=True)
    ]
    (folder / "cases.json").write_text(json.dumps(asked))
    (folder / "ask.R").write_text(R_SCRIPT)
    done = subprocess.run(
        ["Rscript", str(folder / "ask.R"), str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads((folder / "answers.json").read_text())
    return found


@pytest.mark.parametrize("case", range(len(CASES)), ids=[formula for formula, _, _ in CASES])
def test_lme4_agrees_at_our_theta_and_finds_nothing_better(
    case: int, fits: list[Fit], answers: list[dict[str, Any]]
) -> None:
    fit, lme4 = fits[case], answers[case]
    reml = CASES[case][1]
    assert criterion(fit.design, fit.theta, reml) == pytest.approx(lme4["criterion"][0], rel=1e-10)
    assert fit.criterion == pytest.approx(lme4["criterion"][0], rel=1e-9)
    assert fit.criterion <= lme4["own"][0] + 1e-6
    assert fit.nobs == lme4["nobs"][0]
    assert list(fit.fixef.index) == lme4["names"]
    np.testing.assert_allclose(fit.fixef, lme4["fixef"], rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(fit.std_error, lme4["se"], rtol=1e-6)
    assert fit.sigma == pytest.approx(lme4["sigma"][0], rel=1e-7)
    np.testing.assert_allclose(fit.fitted, lme4["fitted"], rtol=1e-6, atol=1e-6)
    assert fit.aic == pytest.approx(lme4["aic"][0], rel=1e-9)
    assert fit.bic == pytest.approx(lme4["bic"][0], rel=1e-9)


@pytest.mark.parametrize("case", range(len(CASES)), ids=[formula for formula, _, _ in CASES])
def test_random_effects_are_laid_out_as_lme4_lays_them_out(
    case: int, fits: list[Fit], answers: list[dict[str, Any]]
) -> None:
    fit, lme4 = fits[case], answers[case]
    table = fit.varcorr
    for column in ("grp", "var1", "var2"):
        assert list(table[column]) == lme4[column], column
    np.testing.assert_allclose(table["vcov"], lme4["vcov"], rtol=1e-6, atol=1e-9)
    known = [value is not None for value in lme4["sdcor"]]
    expected = [value for value in lme4["sdcor"] if value is not None]
    np.testing.assert_allclose(table["sdcor"][known], expected, rtol=1e-6, atol=1e-9)
    assert table["sdcor"][[not value for value in known]].isna().all()
    modes = fit.ranef
    assert list(modes) == lme4["groups"]
    for i, frame in enumerate(modes.values()):
        assert list(frame.index) == lme4["levels"][i]
        assert list(frame.columns) == lme4["terms"][i]
        np.testing.assert_allclose(frame, lme4["modes"][i], rtol=1e-5, atol=1e-6)
