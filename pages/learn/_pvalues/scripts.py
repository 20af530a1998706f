"""The five tests as scripts: in R with lmerTest and pbkrtest, in Python with `sim`."""

from dataclasses import replace

from pages.learn._pvalues.five import draws_wanted
from pages.learn._pvalues.question import Question
from sim.errors import SimError
from sim.inference.likelihood import spanned
from sim.lmm.design import build_design
from sim.lmm.expressions import term_text
from sim.lmm.formula import Formula, parse_formula
from sim.rcode import Analysis, python_data, r_data, string_constant


def _analysis(question: Question) -> Analysis:
    dataset = question.dataset
    return Analysis(
        formula=question.outcome.choice.formula,
        data=dataset.frame,
        file=f"{dataset.stem}.csv",
        story=dataset.story,
    )


def without_term(question: Question) -> tuple[str, Formula] | None:
    """The term whose removal is the removal of the effect, and the formula without it.

    None where there is no such term. Without a term that others contain, R codes those others
    differently and the model stays the same; a factor of three levels has two coefficients.
    """
    fit, terms = question.fit, question.fit.design.formula.fixed
    kept = [name != question.effect for name in fit.design.x_names]
    wanted = fit.design.X[:, kept]
    for term in terms.terms:
        others = replace(terms, terms=tuple(t for t in terms.terms if t != term))
        formula = replace(fit.design.formula, fixed=others)
        try:
            X = build_design(formula, question.dataset.frame, fit.design.contrasts).X
        except SimError:
            continue
        if X.shape == wanted.shape and spanned(X, wanted):
            return term_text(term), parse_formula(str(formula))
    return None


def _r_models(question: Question) -> list[str]:
    """Both ML fits; where no term can be dropped, from the columns of the model matrix."""
    formula = question.fit.design.formula.r_text
    found = without_term(question)
    if found is not None:
        return [
            f"large <- lme4::lmer({formula},",
            "                    data = data, REML = FALSE)",
            f"small <- update(large, . ~ . - {found[0]})",
        ]
    brackets = " + ".join(f"({bracket.text.strip('()')})" for bracket in question.fit.design.blocks)
    response = question.fit.design.formula.response_text
    return [
        "# The effect is one column of a term: leave out that column of the model matrix.",
        'X <- getME(fit, "X")',
        "used <- data[rownames(X), ]",
        "used$columns <- X",
        f"used$others <- X[, colnames(X) != {string_constant(question.effect)}, drop = FALSE]",
        f"large <- lme4::lmer({response} ~ 0 + columns + {brackets},",
        "                    data = used, REML = FALSE)",
        f"small <- lme4::lmer({response} ~ 0 + others + {brackets},",
        "                    data = used, REML = FALSE)",
    ]


def r_script(question: Question, seed: int) -> str:
    """An R script that runs as it stands beside the CSV."""
    analysis = _analysis(question)
    lines = [
        "# The same effect tested in five ways, in R. It needs two packages:",
        '# install.packages(c("lmerTest", "pbkrtest"))',
        "# Save the data (CSV) of the page in R's working directory first.",
        "library(lmerTest)",
        "library(pbkrtest)",
        "",
        *r_data(analysis),
        "",
        f"effect <- {string_constant(question.effect)}",
        f"fit <- lmer({question.fit.design.formula.r_text},",
        "            data = data)",
        "",
        "# Wald z: the statistic against the normal distribution",
        'z <- summary(fit)$coefficients[effect, "t value"]',
        "print(c(z = z, p = 2 * pnorm(-abs(z))))",
        "# Satterthwaite, Kenward-Roger",
        "print(summary(fit)$coefficients[effect, ])",
        'print(summary(fit, ddf = "Kenward-Roger")$coefficients[effect, ])',
        "",
        "# Likelihood ratio: both models by ML",
        *_r_models(question),
        "print(anova(small, large))",
        "# Parametric bootstrap; R draws other random numbers than this page.",
        f"print(PBmodcomp(large, small, nsim = {draws_wanted(question.fit)}, seed = {seed + 1}))",
    ]
    return "\n".join(lines) + "\n"


def python_script(question: Question, seed: int) -> str:
    """A Python script that runs as it stands in the project's folder."""
    analysis = _analysis(question)
    own = analysis.story is None
    lines = [
        "# The same effect tested in five ways. Run it in the project's folder, where `sim` is.",
        "import numpy as np",
        *(["import pandas as pd"] if own else []),
        "",
        f"from sim import {'lmer' if own else 'generate, lmer'}",
        "from sim.inference.kenward_roger import kenward_roger",
        "from sim.inference.likelihood import bootstrap_lrt, likelihood_ratio, wald",
        "from sim.inference.satterthwaite import satterthwaite",
        "",
        *python_data(analysis),
        f"effect = {string_constant(question.effect)}",
        f"fit = lmer({string_constant(question.outcome.choice.formula)}, data)",
        "print(wald(fit).loc[effect])",
        "print(satterthwaite(fit).loc[effect])",
        "print(kenward_roger(fit).loc[effect])",
        "",
        "ratio = likelihood_ratio(fit, effect)",
        "print(ratio.statistic, ratio.df, ratio.p_value)",
        f"rng = np.random.default_rng({seed})",
        f"test = bootstrap_lrt(ratio.large, ratio.small, {draws_wanted(question.fit)}, rng)",
        "print(test.p_value, np.quantile(test.draws, 0.95))",
    ]
    return "\n".join(lines) + "\n"
