"""The page on p-values without a browser: questions, five tests, counts, words, code."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages._data.own_data import KEPT
from pages._data.story import OWN_TITLE
from pages.learn._pvalues import counting
from pages.learn._pvalues.counting import guess_words, rounds_in, tally
from pages.learn._pvalues.five import CHUNK
from pages.learn._pvalues.pictures import p_words
from pages.learn._pvalues.world import METHODS, Plan, make_world, p_values, unit_of
from sim import lmer
from sim.errors import SimError
from sim.inference.error_rates import Rate
from sim.scenarios import SCENARIOS
from tests.app import screen
from tests.app.screen import plain_text, settings_in
from tests.engine.scripts import need_r, run_python, run_r
from tests.reference.cases import case_data

pytestmark = pytest.mark.usefixtures("without_questions")

SHOWN = {"sleepstudy20.df": "Just show me"}
SMALL = Plan(size=20, kenward_roger=3, bootstrap=2)

open_page = partial(screen.open_page, "learn/pvalues")


def alts(app: AppTest) -> list[str]:
    """What the pictures show, apart from the data."""
    return [alt for alt in screen.alts(app) if not alt.startswith("Actual data")]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small rounds: what is counted is tested below, with the numbers it needs."""
    monkeypatch.setattr(counting, "FAST", SMALL)


def test_nothing_is_told_before_the_prediction() -> None:
    app = open_page()
    assert not app.exception
    assert not alts(app)
    assert "183 rows" in plain_text(app)
    assert "20 participants" in plain_text(app)
    assert "17.2" not in plain_text(app)
    assert not list(app.table)
    assert "How often is each of them wrong?" not in [found.value for found in app.header]
    assert screen.alts(app)[0].startswith(
        "Actual data: 20 lines, one for each participant, reaction (ms)"
    )


def test_the_five_tests_of_the_sleep_study() -> None:
    app = open_page()
    app.get_by_key("sleepstudy20.df").set_value("About 181: one for each row").run()
    assert not app.exception
    assert "nearer to *about 19* than to your *about 181*" in plain_text(app)
    table = app.table[0].value
    assert list(table.index) == list(METHODS)
    assert list(table["df"]) == ["∞", "17.16", "17.08", "1", "–"]
    assert list(table["statistic"])[:3] == ["z = 6.778", "t = 6.778", "t = 6.748"]
    assert table.loc["Likelihood ratio", "statistic"] == "χ² = 23.60"
    assert table.loc["Parametric bootstrap", "p-value"] == "0.001"
    assert "a plain regression would count 181 degrees of freedom" in plain_text(app)
    assert "how much 20 slopes differ" in plain_text(app)
    assert len(alts(app)) == 2
    assert "Satterthwaite, t = 6.78 with 17.16 df, p < 0.0001" in alts(app)[0]


def test_the_likelihood_ratio_as_r_prints_it() -> None:
    app = open_page(SHOWN)
    printed = next(code.value for code in app.code if "Pr(>Chisq)" in code.value)
    assert printed.startswith("refitting model(s) with ML (instead of REML)\nData: data\nModels:")
    assert "without: reaction ~ 1 + (1 + days | subject)" in printed
    assert "with       6 " in printed
    assert "23.602  1  1.184e-06 ***" in printed


def test_the_words_follow_the_model() -> None:
    app = open_page(SHOWN)
    app.text_input(key="sleepstudy20.model").set_value("reaction ~ days + (1 | subject)").run()
    assert not app.exception
    assert "nearly all of them" in plain_text(app)
    assert "these df are an illusion" in plain_text(app)


def test_schools_are_called_schools() -> None:
    app = open_page({"story": "Schools and classes", "schools.df": "Just show me"})
    assert not app.exception
    assert "schools**. The degrees of freedom" in plain_text(app)
    assert "With very many schools" in plain_text(app)
    assert "{" not in "".join(element.value for element in app.markdown)


def test_an_effect_of_classes_is_a_comparison_of_classes() -> None:
    app = open_page({"story": SCENARIOS["schools"].title, "schools.df": "Just show me"})
    assert not app.exception
    found = plain_text(app)
    assert "is the same in all rows of one `class:school`" in found
    assert "a comparison of 24 of them" in found
    # Satterthwaite 22.0, Kenward and Roger 17.0: they do not agree, balanced or not.
    assert "but not the df: 17.0 instead of 22.0" in found


def test_an_effect_between_participants() -> None:
    model = "value ~ 1 + group + condition + (1 | participant)"
    story = {"story": "A mixture of participants", "mixture.df": "Just show me"}
    app = open_page({**story, "mixture.model": model})
    assert not app.exception
    effects = app.selectbox(key="mixture.effect")
    between = next(name for name in effects.options if name.startswith("group"))
    effects.set_value(between).run()
    assert "is the same in all rows of a participant" in plain_text(app)
    within = next(name for name in effects.options if not name.startswith("group"))
    app.selectbox(key="mixture.effect").set_value(within).run()
    assert "is the same in all rows of a participant" not in plain_text(app)


@pytest.mark.parametrize("name", list(SCENARIOS))
def test_every_story_has_five_tests(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.learn._pvalues.five.DRAWS", CHUNK)
    app = open_page({"story": SCENARIOS[name].title, f"{name}.df": "Just show me"})
    assert not app.exception
    assert not app.error
    assert len(app.table[0].value) == 5
    assert len(alts(app)) == 2


def test_a_visitors_own_crossed_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refits of unbalanced crossed designs are slow: fewer draws, no bootstrap in the count."""
    monkeypatch.setattr("pages.learn._pvalues.five.SLOW_DRAWS", CHUNK)
    monkeypatch.setattr(counting, "SLOW", Plan(size=4, kenward_roger=1, bootstrap=0))
    app = open_page({"story": OWN_TITLE})
    assert not app.exception
    assert any("No data yet" in info.proto.title for info in app.info)
    raw = case_data("crossed_unbalanced__REML").to_csv(index=False).encode()
    app.session_state[KEPT] = ("words.csv", raw)
    app.run()
    app.text_input(key="own.model").set_value(
        "rt ~ condition + (1 | participant) + (1 | item)"
    ).run()
    app.get_by_key("own.df").set_value("Just show me").run()
    assert not app.exception
    assert not app.error
    assert len(app.table[0].value) == 5
    assert "Your data are not in the link" in plain_text(app)
    assert "pd.read_csv(" in plain_text(app)
    app.get_by_key("own.worst").set_value("Just show me").run()
    assert "the bootstrap is left out" in plain_text(app)
    next(b for b in app.button if b.label.startswith("Run")).click().run()
    assert not app.exception
    counted = app.table[1].value
    assert list(counted["studies"]) == ["40", "40", "10", "40", "0"]
    assert counted.iloc[4, 0] == "–"


def test_counting_shows_rates_with_their_intervals() -> None:
    app = open_page(SHOWN)
    app.get_by_key("sleepstudy20.worst").set_value("Wald z").run()
    next(b for b in app.button if b.label.startswith("Run")).click().run()
    assert not app.exception
    assert "5 participants: Wald z " in alts(app)[2]
    counted = app.table[1].value
    assert list(counted.columns) == ["n = 5", "n = 10", "n = 20", "n = 50", "studies"]
    assert list(counted["studies"]) == ["200", "200", "30", "200", "20"]
    assert "With **5 participants**" in plain_text(app)
    assert "As you said: *Wald z*." in plain_text(app)
    assert app.session_state["rounds"] == 10


def test_a_link_counts_again_what_it_names() -> None:
    app = open_page({**SHOWN, "sleepstudy20.worst": "Just show me", "rounds": "1"})
    assert not app.exception
    assert list(app.table[1].value["studies"]) == ["20", "20", "3", "20", "2"]
    assert settings_in(app, "story=")["rounds"] == "1"


def test_other_data_start_a_new_count() -> None:
    app = open_page({**SHOWN, "sleepstudy20.worst": "Just show me", "rounds": "1"})
    app.text_input(key="sleepstudy20.model").set_value("reaction ~ days + (1 | subject)").run()
    assert not app.exception
    assert app.session_state["rounds"] == 0


@pytest.mark.parametrize(
    ("asked", "rounds"),
    [(None, 0), ("", 0), ("3", 3), ("9999", 50), ("-1", 0), ("1e3", 0), ("²", 0), ("99999", 0)],
)
def test_rounds_a_link_may_ask_for(asked: str | None, rounds: int) -> None:
    assert rounds_in(asked) == rounds


HOSTILE = [
    {"story": "<script>alert(1)</script>"},
    {"rounds": "1e99"},
    {"rounds": "-5", "sleepstudy20.worst": "nobody"},
    {"sleepstudy20.df": "About a million: why not"},
    {"sleepstudy20.model": "reaction ~ days"},
    {"sleepstudy20.model": "__import__('os').system('id') ~ 1 + (1 | subject)"},
    {"sleepstudy20.model": "reaction ~ 0 + (1 | subject)", **SHOWN},
    {"sleepstudy20.model": "reaction ~ 1 + (1 | subject)", **SHOWN},
    {"sleepstudy20.model": "reaction ~ poly(days, 3) + (1 | subject)", **SHOWN},
    {"sleepstudy20.model": "reaction ~ days + (1 | days)", **SHOWN},
    {"story": "A mixture of participants", "mixture.effect": "nope", "mixture.participants": "9e9"},
]


@pytest.mark.parametrize("query", HOSTILE)
def test_no_link_breaks_the_page(query: dict[str, str]) -> None:
    app = open_page(query)
    assert not app.exception


def test_an_unpredicted_formula_is_explained_and_the_page_stays() -> None:
    app = open_page(SHOWN)
    app.text_input(key="sleepstudy20.model").set_value("reaction ~ dayz + (1 | subject)").run()
    assert not app.exception
    assert "Did you mean 'days'?" in plain_text(app)
    assert len(app.table[0].value) == 5


# ---- what is counted ---------------------------------------------------------------------------


def world(size: int):
    frame = SCENARIOS["sleepstudy"].generate(np.random.default_rng(1))
    fit = lmer("reaction ~ 1 + days + (1 + days | subject)", frame)
    return fit, make_world(fit, frame, unit_of(fit, "subject"), size, "days")


def test_a_world_has_the_fits_spread_and_no_effect() -> None:
    fit, made = world(7)
    assert made.truth.ngroups == {"subject": 7}
    assert made.truth.nobs == 70
    np.testing.assert_array_equal(made.truth.theta, fit.theta)
    assert made.truth.sigma == fit.sigma
    assert made.truth.beta[1] == 0.0
    assert made.truth.beta[0] == fit.beta[0]


def test_copies_are_other_participants_with_classes_of_their_own() -> None:
    frame = SCENARIOS["schools"].generate(np.random.default_rng(1))
    fit = lmer("score ~ 1 + hours + (1 | school/class)", frame)
    schools = fit.ngroups["school"]
    made = make_world(fit, frame, "school", 2 * schools, "hours")
    assert made.truth.ngroups["school"] == 2 * schools
    assert made.truth.ngroups["class:school"] == 2 * fit.ngroups["class:school"]


def test_a_study_too_small_for_the_effect_is_refused() -> None:
    frame = SCENARIOS["mixture"].generate(np.random.default_rng(1))
    fit = lmer("value ~ 1 + group + condition + (1 | participant)", frame)
    effect = next(name for name in fit.design.x_names if name.startswith("group"))
    with pytest.raises(SimError):
        make_world(fit, frame, "participant", 1, effect)


def test_z_is_wrong_too_often_in_small_studies_and_the_others_less() -> None:
    _, made = world(5)
    p = p_values(made, Plan(400, 200, 40), np.random.default_rng(3))
    rates = tally(p, [400, 400, 200, 400, 40])
    z, satterthwaite, roger, ratio, bootstrap = (rates[m][0].estimate for m in METHODS)
    assert z > 0.10
    assert ratio > satterthwaite
    assert satterthwaite < z
    # Four standard errors of a 5% method around 5%.
    assert roger < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 200)
    assert bootstrap < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 40)


def test_a_round_follows_its_seed() -> None:
    _, made = world(5)
    one = p_values(made, SMALL, np.random.default_rng(4))
    two = p_values(made, SMALL, np.random.default_rng(4))
    np.testing.assert_array_equal(one, two)
    assert np.isfinite(one).sum(axis=1).tolist() == [20, 20, 3, 20, 2]


def test_the_prediction_beside_the_count() -> None:
    def said(guess: str, hits: int) -> str:
        rates = {(5, method): Rate(5, 100) for method in METHODS}
        return guess_words(rates | {(5, "Wald z"): Rate(hits, 100)}, 5, guess)

    assert said("Wald z", 20) == "As you said: *Wald z*."
    assert said("Satterthwaite", 20) == (
        "You said *Satterthwaite*. So far Wald z says it most often."
    )
    assert said("All about 5%", 6) == "As you said: *All about 5%*."
    few = {(5, method): Rate(5, 100) for method in METHODS}
    few |= {(5, "Wald z"): Rate(40, 200), (5, "Parametric bootstrap"): Rate(3, 10)}
    assert guess_words(few, 5, "Wald z") == "As you said: *Wald z*."
    assert said("Wald z", 6) == "You said *Wald z*. So far none is clearly above 5%."
    assert said("Just show me", 6) == ""


def test_what_did_not_converge_is_counted_apart() -> None:
    p = np.full((5, 4), 0.5)
    p[0, 0] = 0.01
    p[1, :2] = np.nan
    counts = tally(p, [4] * 5)
    assert (counts["Wald z"][0].hits, counts["Wald z"][0].n, counts["Wald z"][1]) == (1, 4, 0)
    assert (counts["Satterthwaite"][0].n, counts["Satterthwaite"][1]) == (2, 2)


@pytest.mark.parametrize(
    ("p", "said"), [(1e-9, "p < 0.0001"), (0.0009990, "p = 0.001"), (0.0123, "p = 0.012"),
                    (0.5, "p = 0.500"), (0.99999, "p > 0.999"), (float("nan"), "no p-value")]
)  # fmt: skip
def test_p_values_in_words(p: float, said: str) -> None:
    assert p_words(p) == said


# ---- code that runs ----------------------------------------------------------------------------


def codes(app: AppTest) -> tuple[str, str]:
    blocks = [code.value for code in app.code]
    return (next(b for b in blocks if "library(pbkrtest)" in b),
            next(b for b in blocks if "kenward_roger(fit)" in b))  # fmt: skip


def test_the_python_code_runs(tmp_path: Path) -> None:
    _, python = codes(open_page(SHOWN))
    done = run_python(python, tmp_path)
    assert "17.16" in done.stdout
    assert "23.6" in done.stdout


R_CASES = [
    ({}, "days", "1.708"),
    (
        {
            "story": "Groups with unequal variances",
            "unequal_variance.model": "value ~ 1 + group * condition + (1 | participant)",
        },
        "group",
        "npar",
    ),
]


@pytest.mark.parametrize(("query", "effect", "expected"), R_CASES)
def test_the_r_code_runs(query: dict[str, str], effect: str, expected: str, tmp_path: Path) -> None:
    need_r("lmerTest", "pbkrtest")
    app = open_page(query)
    script, _ = codes(app)
    assert f'effect <- "{effect}' in script
    name = "unequal_variance" if query else "sleepstudy20"
    frame = SCENARIOS[name].generate(np.random.default_rng(1))
    frame.to_csv(tmp_path / f"{name}.csv", index=False)
    done = run_r(script.replace("nsim = 1000", "nsim = 20"), tmp_path)
    assert expected in done.stdout
    assert "Bootstrap test" in done.stdout
