"""The tests on the screen as a script: in R, and in Python with `sim`."""

from pages.learn._tails.settings import Study
from sim.inference.tails import Hypothesis

FILE = "tails.csv"
ALTERNATIVES: dict[Hypothesis, str] = {
    "better": "greater",
    "worse": "less",
    "different": "two.sided",
}
P_OF_T: dict[Hypothesis, str] = {
    "better": "pt(t, df, lower.tail = FALSE)",
    "worse": "pt(t, df)",
    "different": "2 * pt(abs(t), df, lower.tail = FALSE)",
}
CRITICAL_T: dict[Hypothesis, str] = {
    "better": "qt(1 - alpha, df)",
    "worse": "qt(alpha, df)",
    "different": "qt(c(alpha / 2, 1 - alpha / 2), df)",
}


def r_script(study: Study) -> str:
    """R code that repeats the tests from the page's CSV; needs base R only."""
    settings = study.settings
    first, last = settings.truth.names[0], settings.last
    word, alternative = settings.hypothesis, ALTERNATIVES[settings.hypothesis]
    return f"""# The same tests in R; nothing to install.
# Save the data (CSV) of the page in R's working directory first.
data <- read.csv("{FILE}")
data$group <- factor(data$group)
alpha <- {settings.alpha:g}

# Compact model: one mean for all. Augmented model: a mean for each group.
compact <- lm(score ~ 1, data = data)
augmented <- lm(score ~ 1 + group, data = data)
anova(compact, augmented)

# Proportional reduction in error, its F, and the p-value both have.
sse_c <- sum(residuals(compact)^2)
sse_a <- sum(residuals(augmented)^2)
df_1 <- df.residual(compact) - df.residual(augmented)
df <- df.residual(augmented)
pre <- 1 - sse_a / sse_c
f <- (pre / df_1) / ((1 - pre) / df)
p <- pf(f, df_1, df, lower.tail = FALSE)
cat(sprintf("PRE = %.6f, F(%d, %d) = %.6f, p = %.6g\\n", pre, df_1, df, f, p))
cat(sprintf("critical F = %.6f\\n", qf(1 - alpha, df_1, df)))
cat(sprintf("p from PRE = %.6g\\n", pbeta(pre, df_1 / 2, df / 2, lower.tail = FALSE)))

# {last} against {first}: the hypothesis "{word}".
t <- coef(summary(augmented))["group{last}", "t value"]
cat(sprintf("t(%d) = %.6f, p = %.6g\\n", df, t, {P_OF_T[word]}))
cat("critical t =", {CRITICAL_T[word]}, "\\n")

# With two groups this is the t-test with equal variances (R takes the first level less the second).
pair <- subset(data, group %in% c("{first}", "{last}"))
pair$group <- factor(pair$group, levels = c("{last}", "{first}"))
t.test(score ~ group, data = pair, var.equal = TRUE, alternative = "{alternative}")

# Both tails of t are the one tail of F.
cat(sprintf(
  "two-sided p of t = %.6g, p of F = %.6g\\n",
  2 * pt(abs(t), df, lower.tail = FALSE), pf(t^2, 1, df, lower.tail = FALSE)
))

# Choosing the side after looking: studies in which nothing is going on.
set.seed({settings.seed})
n <- {settings.truth.per_group}
one_sided <- replicate(2000, {{
  a <- rnorm(n)
  b <- rnorm(n)
  side <- if (mean(b) > mean(a)) "greater" else "less"
  t.test(b, a, var.equal = TRUE, alternative = side)$p.value
}})
cat(sprintf("rejected after looking: %.3f (alpha = %g)\\n", mean(one_sided <= alpha), alpha))
"""


def python_script(study: Study) -> str:
    """Python code that draws the page's data and repeats its tests."""
    settings, truth = study.settings, study.settings.truth
    return f"""# The same tests in Python. Run it in the folder of this project.
import numpy as np

from sim.inference.error_rates import simulate_side_after_looking
from sim.inference.groups import Groups
from sim.inference.linear_tests import coefficient_test, several_groups
from sim.inference.power import power
from sim.inference.tails import TailTest

alpha = {settings.alpha:g}
truth = Groups({truth.n_groups}, {truth.per_group}, {truth.difference:g}, {truth.sd:g})
data = truth.draw(np.random.default_rng({settings.seed}))

# Compact model: one mean for all. Augmented model: a mean for each group.
models = several_groups(data, "score", "group", alpha)
f = models.result
print(f"PRE = {{models.pre:.6f}}, F = {{f.statistic:.6f}}, df = {{f.df}}, p = {{f.p_value:.6g}}")

# {settings.last} against {truth.names[0]}: the hypothesis "{settings.hypothesis}".
term = models.augmented.fixef.index[-1]
t = coefficient_test(models.augmented, term, "{settings.hypothesis}", alpha).result
print(f"t = {{t.statistic:.6f}}, df = {{t.df}}, p = {{t.p_value:.6g}}, reject: {{t.is_rejected}}")
print("critical t:", t.region.critical_values)

# Power, because the truth is known.
t_power = power(t.test, truth.t_noncentrality)
f_power = power(TailTest("F", truth.df, alpha=alpha), truth.f_noncentrality)
print(f"power: t {{t_power:.3f}}, F {{f_power:.3f}}")

# Choosing the side after looking: studies in which nothing is going on.
rng = np.random.default_rng({settings.seed})
planned, looked = simulate_side_after_looking(2_000, {truth.per_group}, alpha, rng)
print(f"rejected: side planned {{planned.estimate:.3f}}, after looking {{looked.estimate:.3f}}")
"""
