"""Scenarios: exact presets, true parameters that act, truth under lme4's names, clear errors."""

import csv
import re
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim.scenarios
from sim.checks.statistics import STATISTICS, available
from sim.lmm.fit import lmer
from sim.lmm.formula import parse_formula
from sim.scenarios import SCENARIOS, Truth, generate

REFERENCE = Path(__file__).parent.parent / "reference" / "data"
PRESETS = ("lecture_outlier", "lecture_mixture", "lecture_unequal_variance")
STORED = {**{name: name for name in PRESETS}, "sleepstudy": "sleepstudy180"}
STORED["sleepstudy20"] = "sleepstudy183"
DRAWN = tuple(name for name in SCENARIOS if name not in STORED)


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_registry_has_every_story_of_every_file_and_cannot_be_changed() -> None:
    folder = Path(sim.scenarios.__file__).parent
    modules = [import_module(f"sim.scenarios.{path.stem}") for path in folder.glob("[a-z]*.py")]
    stories = [story.name for module in modules for story in getattr(module, "STORIES", ())]
    assert sorted(stories) == sorted(SCENARIOS)
    assert {*STORED} <= {*SCENARIOS} and len(DRAWN) >= 8
    with pytest.raises(TypeError):
        SCENARIOS["mine"] = SCENARIOS["outlier"]  # type: ignore[index]


@pytest.mark.parametrize("name", STORED)
def test_stored_data_are_the_reference_to_the_last_digit(name: str) -> None:
    source = rng()
    before = source.bit_generator.state
    frame = generate(name, source)
    assert source.bit_generator.state == before
    with (REFERENCE / f"{STORED[name]}.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(frame.columns) == list(rows[0])
    for column in frame:
        expected = [row[column] for row in rows]
        if pd.api.types.is_numeric_dtype(frame[column]):
            assert frame[column].tolist() == [float(cell) for cell in expected]
        else:
            assert frame[column].tolist() == expected


@pytest.mark.parametrize("name", STORED)
def test_stored_data_cannot_be_spoilt(name: str) -> None:
    response = SCENARIOS[name].roles.response
    first = generate(name, rng())
    first[response] = 0.0
    assert generate(name, rng())[response].abs().min() > 0


def test_lecture_columns_have_the_types_of_the_lecture() -> None:
    frame = generate("lecture_mixture", rng())
    assert set(frame["condition"]) == {"0", "1"}
    assert set(frame["group"]) == {1, 2}
    assert list(frame["participant"].cat.categories) == [str(i) for i in range(1, 21)]


def test_the_two_added_participants_have_one_and_two_days() -> None:
    frame = generate("sleepstudy20", rng())
    counts = frame["subject"].value_counts()
    assert (counts["373"], counts["374"], len(counts)) == (1, 2, 20)
    assert set(frame["subject"]) - set(generate("sleepstudy", rng())["subject"]) == {"373", "374"}


@pytest.mark.parametrize("name", SCENARIOS)
def test_story_has_two_sentences_and_columns_exist(name: str) -> None:
    scenario = SCENARIOS[name]
    assert len(re.findall(r"[.?!](?= |$)", scenario.story)) == 2
    assert 3 <= len(re.findall(r"[.?!](?= [A-Z]|$)", scenario.lesson)) <= 6
    frame = generate(name, rng())
    roles = scenario.roles
    for column in (roles.response, roles.predictor, roles.participant, *roles.units):
        assert column in frame
    assert roles.group is None or roles.group in frame
    assert scenario.statistic in STATISTICS
    assert scenario.statistic in available(frame, roles)


@pytest.mark.parametrize("name", SCENARIOS)
def test_suggested_models_parse_and_use_columns_of_the_data(name: str) -> None:
    frame = generate(name, rng())
    assert len(SCENARIOS[name].models) >= 2
    for model in SCENARIOS[name].models:
        formula = parse_formula(model.formula)
        assert str(formula).split(" ~ ")[0] == SCENARIOS[name].roles.response
        assert set(re.findall(r"[a-z_]+", model.formula)) <= set(frame)
        assert len(formula.brackets) >= 1
        assert model.why.endswith(".") and len(re.findall(r"[.?!](?= |$)", model.why)) == 1


@pytest.mark.parametrize("name", DRAWN)
def test_a_seed_gives_the_same_data_and_another_seed_does_not(name: str) -> None:
    first = generate(name, rng(7))
    pd.testing.assert_frame_equal(first, generate(name, rng(7)))
    assert not first.equals(generate(name, rng(8)))


@pytest.mark.parametrize("name", ["outlier", "mixture", "unequal_variance"])
def test_levels_belong_to_participants_not_to_rows(name: str) -> None:
    parameters = {p.name: p.minimum for p in SCENARIOS[name].parameters if "residual" in p.name}
    frame = generate(name, rng(), **parameters)
    wide = frame.pivot(index="participant", columns="condition", values="value")
    assert (wide["1"] - wide["0"]).std() < 0.2  # residual SD 0.05
    assert wide["0"].std() > 0.4


@pytest.mark.parametrize("name", ["outlier", "mixture", "unequal_variance"])
def test_rows_stand_in_the_order_of_the_lecture(name: str) -> None:
    frame = generate(name, rng())
    lecture = generate(f"lecture_{name}", rng())
    assert list(frame.columns) == list(lecture.columns)
    assert frame["participant"].tolist() == lecture["participant"].tolist()
    assert frame["condition"].tolist() == lecture["condition"].tolist()


def test_the_outlier_is_as_far_away_as_said() -> None:
    near = generate("outlier", rng(2), outlier_distance=0.0)["value"]
    far = generate("outlier", rng(2), outlier_distance=25.0)
    moved = far["value"] - near
    assert moved[far["participant"] == "20"].tolist() == pytest.approx([25.0, 25.0])
    assert moved[far["participant"] != "20"].abs().max() < 1e-12


def test_mixture_shows_the_values_it_says() -> None:
    parameters = {"participants": 200, "observations": 20, "share": 0.3}
    scenario = SCENARIOS["mixture"]
    frame = scenario.generate(rng(), **parameters)
    truth = scenario.truth(**parameters)
    assert truth is not None
    means = frame.groupby(["group", "condition"])["value"].mean()
    expected = {
        (g, c): truth.fixef["(Intercept)"] + truth.fixef["group"] * g + 2.0 * int(c)
        for g, c in means.index
    }
    for cell, mean in means.items():
        assert mean == pytest.approx(expected[cell], abs=0.2)  # 3.5 standard errors
    people = frame.groupby("participant", observed=True)
    assert (people["group"].first() == 2).sum() == 60
    # Without group, intercept and participant SD take the distance of the groups up.
    plain = truth.beside(["(Intercept)", "condition1"])
    assert frame.loc[frame["condition"] == "0", "value"].mean() == pytest.approx(
        plain.fixef["(Intercept)"], abs=0.2
    )
    spread = people["value"].mean().std()
    assert spread == pytest.approx(plain.sd["participant", "(Intercept)"], rel=0.05)
    assert truth.sd["participant", "(Intercept)"] == 0.5


def test_unequal_variances_are_those_asked_for() -> None:
    frame = generate("unequal_variance", rng(), participants=200, observations=20)
    inside = frame.groupby(["group", "participant", "condition"], observed=True)["value"]
    residual = np.sqrt(inside.var().groupby("group").mean())
    assert residual.tolist() == pytest.approx([0.5, 5.0], rel=0.05)
    means = frame.groupby(["group", "participant"], observed=True)["value"].mean()
    assert means.groupby("group").std().tolist() == pytest.approx([1.0, 8.0], rel=0.25)
    truth = SCENARIOS["unequal_variance"].truth()
    assert truth is not None and truth.sigma is None and not truth.sd
    assert "no single true SD" in truth.note


def test_random_slopes_have_their_sds_and_correlation() -> None:
    frame = generate("random_slopes", rng(), participants=200, residual_sd=0.1, correlation=-0.6)
    wide = frame.pivot(index="participant", columns="week", values="score")
    intercepts = wide[0]
    slopes = (wide[9] - wide[0]) / 9
    assert intercepts.std() == pytest.approx(8.0, rel=0.15)
    assert slopes.std() == pytest.approx(2.0, rel=0.15)
    assert np.corrcoef(intercepts, slopes)[0, 1] == pytest.approx(-0.6, abs=0.14)


def test_what_does_not_vary_has_no_true_correlation() -> None:
    truth = SCENARIOS["random_slopes"].truth(slope_sd=0.0)
    assert truth is not None and truth.corr == {}


def is_boundary(frame: pd.DataFrame) -> bool:
    """Whether the estimated participant variance is zero: balanced, so mean squares decide."""
    wide = frame.pivot(index="participant", columns="test", values="score").to_numpy()
    centred = wide - wide.mean(axis=0)
    n, k = wide.shape
    between = k * (centred.mean(axis=1) ** 2).sum() / (n - 1)
    within = ((centred - centred.mean(axis=1, keepdims=True)) ** 2).sum() / ((n - 1) * (k - 1))
    return bool(between <= within)


def test_singular_story_is_mostly_singular_and_repairable() -> None:
    seeds = range(200)
    share = np.mean([is_boundary(generate("singular", rng(s))) for s in seeds])
    luck = np.mean([is_boundary(generate("singular", rng(s), overshoot=0.0)) for s in seeds])
    skill = np.mean([is_boundary(generate("singular", rng(s), participant_sd=20.0)) for s in seeds])
    assert share > 0.8
    assert 0.35 < luck < 0.65
    assert skill < 0.05


def test_singular_story_regresses_to_the_mean() -> None:
    frame = generate("singular", rng(), participants=200)
    wide = frame.pivot(index="participant", columns="test", values="score")
    top = wide[wide["1"] > wide["1"].quantile(0.8)]
    assert top["2"].mean() < top["1"].mean() - 5


def test_simpson_points_down_between_and_up_within() -> None:
    for seed in range(30):
        frame = generate("simpson", rng(seed))
        pooled = np.polyfit(frame["speed"], frame["errors"], 1)[0]
        centred = frame[["speed", "errors"]] - frame.groupby("participant", observed=True)[
            ["speed", "errors"]
        ].transform("mean")
        within = np.polyfit(centred["speed"], centred["errors"], 1)[0]
        assert pooled < 0 < within


def test_simpson_truth_is_that_of_the_model_with_average_speed() -> None:
    parameters = {"participants": 200, "participant_sd": 0.0, "residual_sd": 0.1}
    frame = generate("simpson", rng(), **parameters)
    truth = SCENARIOS["simpson"].truth(**parameters)
    assert truth is not None
    design = np.column_stack([np.ones(len(frame)), frame["speed"], frame["average_speed"]])
    estimates = np.linalg.lstsq(design, frame["errors"], rcond=None)[0]
    assert estimates == pytest.approx(list(truth.fixef.values()), abs=0.02)


@pytest.mark.parametrize(("labels", "n_labels"), [("reused", 4), ("unique", 24)])
def test_schools_and_classes(labels: str, n_labels: int) -> None:
    frame = generate("schools", rng(), labels=labels)
    assert frame["class"].nunique() == n_labels
    classes = frame.groupby(["school", "class"], observed=True)
    assert len(classes) == 24
    assert (classes.size() == 10).all()
    assert (classes["method"].nunique() == 1).all()
    treated = frame[frame["method"] == "1"].groupby("school", observed=True)["class"].nunique()
    assert treated.tolist() == [2] * 6
    assert frame["pupil"].is_unique
    truth = SCENARIOS["schools"].truth(labels=labels)
    assert truth is not None
    assert (("class", "(Intercept)") in truth.sd) == (labels == "unique")
    assert truth.sd["class:school", "(Intercept)"] == 6.0


def test_labels_change_names_only() -> None:
    reused, unique = (generate("schools", rng(), labels=kind) for kind in ("reused", "unique"))
    pd.testing.assert_frame_equal(reused.drop(columns="class"), unique.drop(columns="class"))


def test_truth_beside_a_fit_with_other_fixed_effects_has_no_intercept() -> None:
    truth = Truth({"(Intercept)": 1.0, "x": 2.0}, others=(Truth({"(Intercept)": 5.0}),))
    assert truth.beside(["x", "(Intercept)"]).fixef == {"(Intercept)": 1.0, "x": 2.0}
    assert truth.beside(["(Intercept)"]).fixef == {"(Intercept)": 5.0}
    assert truth.beside(["(Intercept)", "z"]).fixef == {}
    assert truth.beside(["x", "z"]).fixef == {"x": 2.0}


def test_what_the_data_were_not_made_from_is_truly_zero() -> None:
    truth = Truth({"(Intercept)": 1.0, "x": 2.0}, others=(Truth({"(Intercept)": 5.0}),))
    beside = truth.beside(["(Intercept)", "x", "z", "x:z"])
    assert beside.fixef == {"(Intercept)": 1.0, "x": 2.0, "z": 0.0, "x:z": 0.0}


def big(name: str) -> dict[str, float | int | str]:
    """Parameters with which estimates come close to the truth."""
    sizes = {"participants": 200, "observations": 10, "schools": 40, "pupils": 20, "classes": 6}
    most = {parameter.name: parameter.maximum for parameter in SCENARIOS[name].parameters}
    chosen: dict[str, float | int | str] = {
        k: min(v, int(most[k])) for k, v in sizes.items() if k in most
    }
    if name == "outlier":
        chosen["outliers"] = 0
    if name == "singular":
        chosen |= {"participant_sd": 8.0, "overshoot": 0.0, "tests": 5, "gain": 3.0}
    if name == "schools":
        chosen["labels"] = "unique"
    return chosen


@pytest.mark.parametrize(
    ("name", "model"),
    [
        *[(name, 0) for name in DRAWN if name != "simpson"],
        *[("mixture", 1), ("random_slopes", 1), ("random_slopes", 2), ("simpson", 1)],
        *[("unequal_variance", 2), ("schools", 1)],
    ],
)
def test_lmer_finds_the_truth_in_many_data(name: str, model: int) -> None:
    scenario = SCENARIOS[name]
    fit = lmer(scenario.models[model].formula, scenario.generate(rng(5), **big(name)))
    known = scenario.truth(**big(name))
    assert known is not None
    truth = known.beside(list(fit.fixef.index))
    assert set(truth.fixef) == set(fit.fixef.index)
    for term, value in truth.fixef.items():
        assert abs(fit.fixef[term] - value) < 4 * fit.std_error[term], term
    if "(1 |" in scenario.models[model].formula and name == "random_slopes":
        return  # the slopes this model leaves out go into its SDs
    for row in fit.varcorr.itertuples():
        group = "participant" if row.grp.startswith("participant") else row.grp
        if row.grp == "Residual":
            assert truth.sigma is None or row.sdcor == pytest.approx(truth.sigma, rel=0.1)
        elif row.var2 is not None:
            assert row.sdcor == pytest.approx(truth.corr[group], abs=0.25)
        elif truth.sd:
            assert row.sdcor == pytest.approx(truth.sd[group, row.var1], rel=0.3), row.grp


def test_simpson_without_the_average_leaves_it_to_the_participants() -> None:
    scenario = SCENARIOS["simpson"]
    fit = lmer(scenario.models[0].formula, scenario.generate(rng(5), **big("simpson")))
    known = scenario.truth(**big("simpson"))
    assert known is not None
    truth = known.beside(list(fit.fixef.index))
    # The participants' heights go together with their speed, so the slope is a little off.
    assert fit.fixef["speed"] == pytest.approx(truth.fixef["speed"], abs=0.15)
    sd = fit.varcorr["sdcor"].iloc[0]
    assert sd == pytest.approx(truth.sd["participant", "(Intercept)"], rel=0.15)


@pytest.mark.parametrize("name", STORED)
def test_nobody_knows_the_truth_of_stored_data(name: str) -> None:
    assert SCENARIOS[name].truth() is None
    assert SCENARIOS[name].parameters == ()


def test_the_first_draw_of_words_shows_that_words_differ() -> None:
    scenario = SCENARIOS["items"]
    fit = lmer(scenario.models[0].formula, scenario.generate(rng(1)))
    assert not fit.is_singular
    assert fit.varcorr.set_index("grp").loc["word", "sdcor"] > 20
