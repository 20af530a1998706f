#!/usr/bin/env Rscript
# Ten data sets made at random, each with a random contrast of several rows tested by lmerTest.
# Usage: Rscript make_joint.R [folder]   (default: the current folder; writes inference/joint.json)
suppressPackageStartupMessages({library(lme4); library(lmerTest); library(pbkrtest); library(jsonlite)})
args <- commandArgs(TRUE); out <- if (length(args)) args[1] else "."
options(contrasts = c("contr.treatment", "contr.poly"))
right <- c("f * x + (1 | g)", "f + x + (1 + x | g)", "f + x + (1 | g) + (1 | h)", "f * x + (1 | g / h)",
           "f + x + (0 + f | g)")
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 1e-2, rhoend = 1e-10, maxfun = 1e5),
                     calc.derivs = FALSE)
one <- function(seed) {
  set.seed(seed)
  groups <- sample(6:12, 1); n <- groups * sample(6:10, 1)
  d <- data.frame(g = sprintf("g%02d", sample(groups, n, TRUE)), h = sample(letters[1:4], n, TRUE),
                  f = sample(c("a", "b", "c"), n, TRUE), x = round(rnorm(n, 1), 6))
  level <- setNames(rnorm(groups, 0, 2), sprintf("g%02d", 1:groups))
  d$y <- round(3 + level[d$g] + d$x + (d$f == "b") + rnorm(n) + rnorm(4)[match(d$h, letters)], 6)
  formula <- paste("y ~", right[(seed - 1) %% length(right) + 1])
  start <- lmer(as.formula(formula), d, control = lmerControl(calc.derivs = FALSE))
  m <- lmer(as.formula(formula), d, start = getME(start, "theta"), control = tight)
  p <- length(fixef(m)); q <- sample(2:3, 1)
  L <- matrix(round(rnorm(q * p), 3), q)
  tests <- lapply(c("Satterthwaite", "Kenward-Roger"), function(ddf) {
    t <- contest(m, L, joint = TRUE, ddf = ddf)
    list(df1 = t[["NumDF"]], df2 = t[["DenDF"]], statistic = t[["F value"]], p_value = t[["Pr(>F)"]])
  })
  list(formula = formula, data = as.list(d), L = L, criterion = REMLcrit(m), singular = isSingular(m),
       satterthwaite = tests[[1]], kenward_roger = tests[[2]])
}
result <- suppressMessages(suppressWarnings(lapply(1:10, one)))
write(toJSON(result, digits = NA, auto_unbox = TRUE), file.path(out, "inference", "joint.json"))
