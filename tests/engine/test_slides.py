"""The numbers on the lecture's slides, to every printed digit."""

from functools import cache

import pandas as pd
import pytest

from sim import lmer
from sim.lmm.fit import Fit
from sim.lmm.rformat import format_numbers, string_matrix
from tests.reference.cases import HERE, read_data

SLEEP = {
    "intercepts": "reaction ~ 1 + days + (1 | subject)",
    "slopes": "reaction ~ 1 + days + (0 + days | subject)",
    "both": "reaction ~ 1 + days + (1 + days | subject)",
}
PARTICIPANT = "value ~ 1 + condition + (1 | participant)"
GROUP = "value ~ 1 + group + condition + (1 | participant)"


@cache
def sleep_fit(model: str) -> Fit:
    return lmer(SLEEP[model], read_data("sleepstudy183", ("subject",)))


@cache
def lecture_fit(data: str, formula: str) -> Fit:
    return lmer(formula, read_data(data, ("participant", "condition")))


def coefficient_lines(fit: Fit) -> list[str]:
    """Lay out head(coef(fit)$subject) as R prints a data frame."""
    head = fit.group_coef["subject"].head(6)
    columns = [format_numbers(head[name].tolist()) for name in head]
    cells = list(zip(*columns, strict=True))
    return string_matrix(list(head.index), list(head.columns), cells, right=True)


def test_sleepstudy_with_intercepts_and_slopes() -> None:
    fit = sleep_fit("both")
    lines = fit.summary().splitlines()
    assert "REML criterion at convergence: 1771.4" in lines
    assert "Number of obs: 183, groups:  subject, 20" in lines
    start = lines.index("Random effects:")
    assert lines[start + 1] == " Groups   Name        Variance Std.Dev. Corr"
    assert lines[start + 3].split()[-2:] == ["5.919", "0.07"]
    assert lines[start + 4] == " Residual             649.36   25.483       "
    deviations = fit.varcorr["sdcor"]
    assert [f"{value:.4g}" for value in deviations] == ["24.14", "5.919", "0.06928", "25.48"]


@pytest.mark.parametrize(
    ("data", "formula", "criterion"),
    [
        ("lecture_outlier", PARTICIPANT, "171.7"),
        ("lecture_mixture", PARTICIPANT, "165.6"),
        ("lecture_mixture", GROUP, "83.7"),
        ("lecture_unequal_variance", GROUP, "250"),
    ],
)
def test_criteria_of_the_simulated_data(data: str, formula: str, criterion: str) -> None:
    # R leaves the final zero of 250.0 out.
    line = f"REML criterion at convergence: {criterion}"
    assert line in lecture_fit(data, formula).summary().splitlines()


def test_group_explains_the_mixture() -> None:
    without, given = (lecture_fit("lecture_mixture", formula) for formula in (PARTICIPANT, GROUP))
    lines = (without.summary().splitlines(), given.summary().splitlines())
    assert " participant (Intercept) 21.5142  4.6383  " in lines[0]
    assert " participant (Intercept) 0.1147   0.3387  " in lines[1]
    for text in lines:
        assert any(line.split() == ["Residual", "0.3521", "0.5934"] for line in text)


def test_unequal_variances_as_on_the_slide() -> None:
    lines = lecture_fit("lecture_unequal_variance", GROUP).summary().splitlines()
    start = lines.index("Random effects:")
    assert lines[start + 2 : start + 4] == [
        " participant (Intercept) 17.60    4.196   ",
        " Residual                26.72    5.169   ",
    ]


def test_coefficients_with_intercepts_only() -> None:
    assert coefficient_lines(sleep_fit("intercepts")) == [
        "    (Intercept)     days",
        "308    292.2749 10.43191",
        "309    174.0559 10.43191",
        "310    188.7454 10.43191",
        "330    256.0247 10.43191",
        "331    261.8141 10.43191",
        "332    259.8262 10.43191",
    ]


@pytest.mark.parametrize(
    ("model", "case"), [("slopes", "sleep_slope__REML"), ("both", "sleep_corr__REML")]
)
def test_coefficients_with_slopes(model: str, case: str) -> None:
    """lme4 stops 2e-5 short of the optimum in theta, so its sixth digits are not the optimum's."""
    text = (HERE / "lme4" / f"{case}.summary.txt").read_text(encoding="utf-8")
    title, *rows = text.split("### coef(), first rows\n$subject\n")[1].splitlines()
    ours = coefficient_lines(sleep_fit(model))
    assert ours[0] == title
    for mine, row in zip(ours[1:], rows, strict=True):
        level, intercept, slope = row.split()
        found = mine.split()
        assert found[0] == level
        assert float(found[1]) == pytest.approx(float(intercept), abs=5e-3)
        assert float(found[2]) == pytest.approx(float(slope), abs=5e-4)


def test_participants_with_one_and_two_days_lean_on_the_others() -> None:
    table: pd.DataFrame = sleep_fit("both").group_coef["subject"]
    assert list(table.index[-2:]) == ["373", "374"]
    assert len(table) == 20
