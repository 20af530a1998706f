"""Why the five answers differ, in words that change with what is shown."""

import math

import numpy as np

from pages._ui.words import code, count, number
from pages.learn._pvalues.five import ALPHA, Five
from pages.learn._pvalues.pictures import p_words
from pages.learn._pvalues.question import Question
from pages.learn._pvalues.world import METHODS


def varies_within(question: Question) -> bool:
    """Whether the effect's column differs within participants."""
    return _varies(question, participant_codes(question))


def _varies(question: Question, codes: np.ndarray) -> bool:
    """Whether the effect's column differs between rows with the same code."""
    fit = question.fit
    column = fit.design.X[:, fit.design.x_names.index(question.effect)]
    first = np.zeros(codes.max() + 1)
    first[codes] = column
    return bool(np.any(np.abs(first[codes] - column) > 1e-9 * max(np.abs(column).max(), 1e-300)))


def constant_within(question: Question) -> tuple[str, int] | None:
    """The model's largest groups whose rows share the effect, and how many there are."""
    found = [
        (block.group, len(block.levels))
        for block in question.fit.design.blocks
        if len(block.levels) < question.fit.nobs and not _varies(question, block.codes)
    ]
    return min(found, key=lambda pair: pair[1], default=None)


def participant_codes(question: Question) -> np.ndarray:
    """Number of the participant of each row that was fitted."""
    fit, dataset = question.fit, question.dataset
    used = dataset.frame.iloc[np.asarray(fit.design.rows)]
    codes: np.ndarray = np.unique(used[question.unit].astype(str), return_inverse=True)[1]
    return codes


def has_own_slope(question: Question) -> bool:
    """Whether a bracket lets this effect differ between its groups."""
    return any(question.effect in block.names for block in question.fit.design.blocks)


def df_paragraph(question: Question, five: Five) -> str:
    """Why the df are not the number of rows."""
    fit, effect = question.fit, code(question.effect)
    who = question.noun
    people = len(np.unique(participant_codes(question)))
    test = five.of(METHODS[1])
    rows = fit.nobs - len(fit.beta)
    if test.trouble or not math.isfinite(test.df):
        return f"Satterthwaite's method gives no degrees of freedom here. {test.trouble}"
    said = f"**Df are not rows.** The data have {fit.nobs:,} rows, so a plain regression would "
    said += f"count {rows:,} degrees of freedom. Satterthwaite's method finds **{number(test.df)}**"
    if has_own_slope(question) and test.df < 0.7 * rows:
        return (
            f"{said}: every {who} has a slope of their own, so what tells you about the "
            f"average {effect} is how much {people} slopes differ. More rows per {who} make "
            f"each slope sharper; only more {who}s tell how much slopes differ."
        )
    if not varies_within(question):
        return (
            f"{said}: {effect} is the same in all rows of a {who}, so the evidence is a "
            f"comparison of {people} {who}s, however often each was measured."
        )
    if coarse := constant_within(question):
        group, levels = coarse
        return (
            f"{said}: {effect} is the same in all rows of one {code(group)}, so the evidence is a "
            f"comparison of {levels} of them, however many rows each has."
        )
    if test.df > 0.7 * rows:
        return (
            f"{said}, nearly all of them: {effect} changes within every {who}, and this "
            f"model believes that it does so by the same amount for everybody, so each row is "
            "counted as fresh evidence. If that belief is wrong, these df are an illusion."
        )
    return (
        f"{said}: part of the rows goes into estimating how the {people} {who}s differ, and "
        f"only what is left tells about {effect}."
    )


def z_paragraph(five: Five) -> str:
    """What Wald's z takes for granted."""
    z, t = five.of(METHODS[0]), five.of(METHODS[1])
    said = (
        "**Wald z** takes the estimated SDs for the true ones, so the statistic only has to reach "
        "1.96."
    )
    if t.trouble or not math.isfinite(t.df):
        return said
    return (
        f"{said} **Satterthwaite** uses the same number, {number(z.statistic)}, but reads it as a "
        f"t: with {number(t.df)} df it has to reach {number(t.critical)}. That is "
        "the whole difference between the two."
    )


def roger_paragraph(five: Five) -> str:
    """What Kenward and Roger add."""
    s, k = five.of(METHODS[1]), five.of(METHODS[2])
    if k.trouble:
        return f"**Kenward–Roger** cannot be computed here. {k.trouble}"
    same = math.isclose(abs(k.statistic), abs(s.statistic), rel_tol=0.005)
    if same and not math.isclose(k.df, s.df, rel_tol=0.1):
        verdict = (
            f"Here the standard error stays the same, but not the df: {number(k.df)} instead of "
            f"{number(s.df)}, so t = {number(k.statistic)} would have to reach "
            f"{number(k.critical)}."
        )
    elif same:
        verdict = (
            f"Here that hardly matters: t = {number(k.statistic)}, df = {number(k.df)}. In "
            "balanced data the two agree."
        )
    else:
        verdict = (
            f"So its t is {number(k.statistic)} instead of {number(s.statistic)}, with "
            f"{number(k.df)} df."
        )
    return (
        "**Kenward–Roger** also makes the standard error larger, because in small data the usual "
        f"one forgets that the SDs are estimates. {verdict}"
    )


def ratio_paragraph(question: Question, five: Five) -> str:
    """Likelihood ratio and its bootstrap."""
    chi, b = five.of(METHODS[3]), five.of(METHODS[4])
    used = five.bootstrap.n_used
    said = (
        "**Likelihood ratio** fits the model with and without the effect, both by ML, and takes "
        f"twice the difference of the log likelihoods. With very many {question.noun}s that is "
        f"χ² if nothing is there. The **parametric bootstrap** does not take that on trust: it "
        f"simulates {count(used, 'data set')} without the effect. To be among the largest 5% a "
        f"ratio must reach {number(b.critical)} there; χ² says {number(chi.critical)}."
    )
    if b.p <= 1.5 / (used + 1):
        said += (
            f" No simulated ratio is as large as the data's {number(b.statistic)}, and the "
            f"bootstrap can only say p ≤ {1 / (used + 1):.2g}: for a smaller p it needs more draws."
        )
    if five.bootstrap.n_failed:
        said += f" In {five.bootstrap.n_failed} more the fit did not converge; they are left out."
    return said


def verdict(question: Question, five: Five) -> str:
    """Whether the five agree."""
    known = [test for test in five.tests if not math.isnan(test.p)]
    yes = [test.method for test in known if test.p <= ALPHA]
    spread = f"from {p_words(min(t.p for t in known))} to {p_words(max(t.p for t in known))}"
    if len(yes) == len(known):
        return f"All methods call {code(question.effect)} significant at 5%, {spread}."
    if not yes:
        return f"No method calls {code(question.effect)} significant at 5%, {spread}."
    return (
        f"They disagree: significant at 5% for {', '.join(yes)} only; {spread}. Choosing the "
        "method after seeing the p-values would be choosing the answer."
    )
