"""What the test says about these data, in words that follow the picture."""

from pages._ui.words import count, number
from pages.learn._tails.distribution import axis_name, p_words, region_words
from pages.learn._tails.predict import hypothesis_words
from pages.learn._tails.settings import Settings, Study
from sim.inference.power import power
from sim.inference.tails import TailTest, judge


def percent(share: float) -> str:
    """A share in percent: "57%", "4.9%"."""
    if 0 < share < 0.0005:
        return "less than 0.1%"
    if 0.9995 <= share < 1:
        return "more than 99.9%"
    return f"{number(100 * share, 2).removesuffix('.0') if share < 1 else 100}%"


def _power(study: Study) -> float:
    truth = study.settings.truth
    t = study.settings.kind == "t"
    return power(study.test, truth.t_noncentrality if t else truth.f_noncentrality)


def _where(study: Study) -> str:
    test, result = study.test, study.result
    believed = "reject" if result.is_rejected else "do not reject"
    return (
        f"**Rejection region:** {region_words(test)}. If nothing were going on, "
        f"{axis_name(test.kind, test.df)} would fall there in {percent(test.alpha)} of all "
        f"studies. Observed: **{test.kind} = {number(result.statistic)}, "
        f"{p_words(result.p_value)}**. So you {believed} the null hypothesis."
    )


def _what_p_is(study: Study) -> str:
    test, p = study.test, study.result.p_value
    further = {
        "better": "as large or larger",
        "worse": "as small or smaller",
        "different": "as far from 0 or further, on either side",
    }[test.hypothesis]
    if test.kind != "t":
        further = "as large or larger"
    return (
        f"**The p-value** is the blue area: among studies of *nothing*, {percent(p)} have "
        f"{'an' if test.kind == 'F' else 'a'} {test.kind} {further}. It is not the "
        "probability that the null hypothesis is true."
    )


def _direction(study: Study) -> str:
    """What the same statistic would say under the other kind of hypothesis."""
    test, t = study.test, study.difference.result.statistic
    if test.kind != "t":
        return _no_direction(study)
    both = judge(TailTest("t", test.df, alpha=test.alpha), t)
    if test.hypothesis == "different":
        better, worse = (
            judge(TailTest("t", test.df, word, test.alpha), t).p_value
            for word in ("better", "worse")
        )
        return (
            f"**Had you predicted a side before the data**, the same t would have {p_words(better)}"
            f" for “better than” and {p_words(worse)} for “worse than”: one is half of the "
            "two-sided p, the other is one minus that half."
        )
    predicted = (t > 0) == (test.hypothesis == "better")
    if predicted:
        return (
            f"**The sign is as predicted**, so p is half of the two-sided one "
            f"({p_words(both.p_value)}), and t has to pass {number(study.result.region.upper)} "
            f"instead of {number(both.region.upper)}."
            if test.hypothesis == "better"
            else f"**The sign is as predicted**, so p is half of the two-sided one "
            f"({p_words(both.p_value)}), and t has to pass {number(study.result.region.lower)} "
            f"instead of {number(both.region.lower)}."
        )
    return (
        f"**The sign is the wrong one**, so p is *not* half of the two-sided one "
        f"({p_words(both.p_value)}) but one minus that half. However far t goes this way, a test "
        f"of “{test.hypothesis} than” will not reject: that is the price of predicting a side."
    )


def _no_direction(study: Study) -> str:
    kind, truth = study.settings.kind, study.settings.truth
    if truth.n_groups == 2:
        t = study.difference.result.statistic
        return (
            f"**{kind} has one tail but no side.** With two groups F = t², so the t of "
            f"{number(t)} and a t of {number(-t)} give the same {kind}: its one tail holds both "
            "tails of t, and its p is the two-sided p."
        )
    return (
        f"**{kind} has one tail but no side**, and with {truth.n_groups} groups it does not even "
        "say which of them differ. To test one predicted difference, plan a t for that pair."
    )


def _chances(study: Study) -> str:
    truth, test = study.settings.truth, study.test
    if truth.difference == 0:
        return (
            "**The true difference is 0**, so whenever this test rejects it is a false alarm: in "
            f"{percent(test.alpha)} of all studies like this one."
        )
    wins = _power(study)
    wrong = test.kind == "t" and test.hypothesis == ("worse" if truth.difference > 0 else "better")
    ending = " You bet on the wrong side." if wrong else ""
    people = count(truth.per_group, "participant")
    return (
        f"**Power:** with a true difference of {truth.difference:g} points and {people} in "
        f"each group, this test rejects in {percent(wins)} of all studies.{ending}"
    )


def see_why(study: Study) -> list[str]:
    """Paragraphs of Markdown beside the picture."""
    return [_where(study), _what_p_is(study), _direction(study), _chances(study)]


def cannot_test(settings: Settings) -> str:
    """What to do instead of testing a direction with F or PRE."""
    if settings.truth.n_groups == 2:
        instead = "Choose t above: with two groups it is the same test, and it keeps the sign."
    else:
        instead = (
            f"If you predicted before the data that {hypothesis_words(settings)}, plan a one-sided "
            "t-test of just this difference; the whole ANOVA is not needed for it."
        )
    return (
        f"{settings.kind} cannot test that {hypothesis_words(settings)}. The picture shows what it "
        f"does test: “different from”. {instead}"
    )
