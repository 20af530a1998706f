#!/usr/bin/env Rscript
# Reference for sim/inference: profile intervals, printed anova tables, parametric bootstrap of the
# likelihood ratio. Writes inference/*.json beside this script; reads data/.
# Usage: Rscript make_inference.R [folder]   (default: the current folder)
# "fine" profiles take steps eight times smaller than lme4's own, so that its splines interpolate
# less: they agree better with the true roots.
suppressPackageStartupMessages({library(lme4); library(pbkrtest); library(jsonlite)})
args <- commandArgs(TRUE)
out <- if (length(args)) args[1] else "."
dir.create(file.path(out, "inference"), FALSE, TRUE)
invisible(Sys.setlocale("LC_COLLATE", "C"))
options(digits = 15, width = 80)
write_json <- function(x, file) write(
  toJSON(x, digits = NA, auto_unbox = TRUE, na = "null", pretty = TRUE), file.path(out, "inference", file))
read_data <- function(name, factors) {
  d <- read.csv(file.path(out, "data", paste0(name, ".csv")), check.names = FALSE, na.strings = c("NA", ""))
  for (f in factors) d[[f]] <- factor(as.character(d[[f]]), levels = as.character(sort(unique(d[[f]]))))
  d
}
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e5), calc.derivs = FALSE)
versions <- list(R = R.version.string, lme4 = as.character(packageVersion("lme4")),
  pbkrtest = as.character(packageVersion("pbkrtest")))

# ---- profile intervals -----------------------------------------------------------------------
profiled <- list(
  sleep_corr = list("sleepstudy183", "reaction ~ 1 + days + (1 + days | subject)", "subject"),
  sleep_int = list("sleepstudy183", "reaction ~ 1 + days + (1 | subject)", "subject"),
  sleep_diag = list("sleepstudy183", "reaction ~ 1 + days + (days || subject)", "subject"),
  zero_variance = list("singular", "y ~ 1 + x + (1 | g)", "g"),
  perfect_correlation = list("singular", "w ~ 1 + x + (1 + x | g)", "g"),
  crossed_balanced = list("crossed", "rt ~ 1 + condition + (1 | participant) + (1 | item)",
    c("participant", "item", "condition")),
  crossed_slope_unbalanced = list("crossed_unbalanced", "rt ~ x + condition + (1 | item) + (x | participant)",
    c("participant", "item", "condition")),
  nested = list("schools", "score ~ 1 + ses + (1 | school/class)", c("school", "class")),
  single_three = list("slopes", "y ~ 1 + x + z + (1 + x + z | g)", "g"))
intervals <- function(p, level) {
  ci <- suppressWarnings(confint(p, level = level))
  list(par = rownames(ci), lower = unname(ci[, 1]), upper = unname(ci[, 2]))
}
for (name in names(profiled)) {
  this <- profiled[[name]]; d <- read_data(this[[1]], this[[3]])
  m <- lmer(as.formula(this[[2]]), d, control = tight)
  said <- character()
  plain <- withCallingHandlers(tryCatch(profile(m, signames = FALSE), error = function(e) NULL),
    warning = function(c) { said <<- c(said, conditionMessage(c)); invokeRestart("muffleWarning") })
  cutoff <- sqrt(qchisq(0.99, 1 + length(getME(m, "theta")) + length(fixef(m))))
  fine <- suppressWarnings(tryCatch(profile(m, signames = FALSE, delta = cutoff / 64, maxpts = 800, alphamax = 0.03),
    error = function(e) NULL))
  write_json(list(versions = versions, data = this[[1]], formula = this[[2]], factors = I(this[[3]]),
    warnings = I(unique(said)),
    default_95 = if (!is.null(plain)) intervals(plain, 0.95), default_90 = if (!is.null(plain)) intervals(plain, 0.90),
    fine_95 = if (!is.null(fine)) intervals(fine, 0.95)), paste0("profile_", name, ".json"))
  cat(name, "profiled\n")
}

# ---- anova as printed ------------------------------------------------------------------------
pairs <- list(
  sleep_slopes = list("sleepstudy183", "subject", "fit_full", "reaction ~ 1 + days + (1 + days | subject)",
    "fit_small", "reaction ~ 1 + days + (1 | subject)", TRUE),
  sleep_days = list("sleepstudy183", "subject", "without", "reaction ~ 1 + (1 + days | subject)",
    "with", "reaction ~ 1 + days + (1 + days | subject)", FALSE),
  mixture_group = list("lecture_mixture", c("participant", "condition"), "fit1", "value ~ 1 + condition + (1 | participant)",
    "fit2", "value ~ 1 + group + condition + (1 | participant)", TRUE),
  factors_interaction = list("factors", c("f", "cond", "group", "id"), "additive", "y ~ cond + group + (1 | id)",
    "interaction_of_both", "y ~ cond * group + (1 | id)", TRUE),
  same_number = list("sleepstudy183", "subject", "a", "reaction ~ 1 + days + (1 | subject)",
    "b", "reaction ~ 1 + days + (0 + days | subject)", TRUE))
printed <- list()
for (name in names(pairs)) {
  this <- pairs[[name]]; data <- read_data(this[[1]], this[[2]])
  fit <- function(f) eval(substitute(lmer(F, data, REML = R, control = lmerControl(optimizer = "bobyqa",
    optCtrl = list(rhoend = 1e-10, maxfun = 1e5))), list(F = as.formula(f), R = this[[7]])))
  assign(this[[3]], fit(this[[4]])); assign(this[[5]], fit(this[[6]]))
  said <- character()
  a <- withCallingHandlers(eval(parse(text = sprintf("anova(%s, %s)", this[[3]], this[[5]]))),
    message = function(c) { said <<- c(said, trimws(conditionMessage(c))); invokeRestart("muffleMessage") })
  options(digits = 7); text <- capture.output(print(a)); options(digits = 15)
  printed[[name]] <- list(data = this[[1]], factors = I(this[[2]]), names = I(c(this[[3]], this[[5]])),
    formulas = I(c(this[[4]], this[[6]])), reml = this[[7]], messages = I(said), text = I(text),
    rows = I(rownames(a)), table = as.list(as.data.frame(a)))
}
data <- read_data("sleepstudy183", "subject")
m1 <- lmer(reaction ~ 1 + (1 | subject), data, control = tight)
m2 <- lmer(reaction ~ 1 + days + (1 | subject), data, control = tight)
m3 <- lmer(reaction ~ 1 + days + (1 + days | subject), data, control = tight)
a <- suppressMessages(anova(m3, m1, m2))
options(digits = 7); text <- capture.output(print(a)); options(digits = 15)
printed$three_models <- list(data = "sleepstudy183", factors = I("subject"), names = I(c("m3", "m1", "m2")),
  formulas = I(c("reaction ~ 1 + days + (1 + days | subject)", "reaction ~ 1 + (1 | subject)",
    "reaction ~ 1 + days + (1 | subject)")), reml = TRUE,
  messages = I("refitting model(s) with ML (instead of REML)"), text = I(text), rows = I(rownames(a)),
  table = as.list(as.data.frame(a)))
write_json(c(list(versions = versions), printed), "anova.json")
other <- read_data("sleepstudy180", "subject")
write_json(list(
  other_data = tryCatch({ anova(m2, lmer(reaction ~ 1 + (1 | subject), other)); "" }, error = conditionMessage),
  other_rows = tryCatch({ anova(m2, lmer(reaction ~ 1 + (1 | subject), data[-1, ])); "" }, error = conditionMessage)),
  "anova_refused.json")
cat("anova printed\n")

# ---- parametric bootstrap of the likelihood ratio --------------------------------------------
booted <- list(
  weights = list("weights", "g", "y ~ 1 + x + (1 | g)", "y ~ 1 + (1 | g)", 11),
  small = list("small", "g", "y ~ x1 + x2 + x3 + x4 + x5 + (1 | g)", "y ~ x1 + x2 + x4 + x5 + (1 | g)", 12),
  sleep_slope = list("sleepstudy183", "subject", "reaction ~ 1 + days + (1 + days | subject)",
    "reaction ~ 1 + days + (1 | subject)", 13))
results <- list(versions = versions)
for (name in names(booted)) {
  this <- booted[[name]]; data <- read_data(this[[1]], this[[2]])
  large <- eval(substitute(lmer(F, data, REML = FALSE), list(F = as.formula(this[[3]]))))
  small <- eval(substitute(lmer(F, data, REML = FALSE), list(F = as.formula(this[[4]]))))
  pb <- suppressWarnings(suppressMessages(PBmodcomp(large, small, nsim = 1000, seed = this[[5]])))
  test <- pb$test
  results[[name]] <- list(data = this[[1]], factors = I(this[[2]]), large = this[[3]], small = this[[4]],
    statistic = test["LRT", "stat"], df = test["LRT", "df"], p_chisq = test["LRT", "p.value"],
    p_bootstrap = test["PBtest", "p.value"], samples = unname(pb$samples[1]), used = unname(pb$samples[2]))
  cat(name, "booted\n")
}
write_json(results, "bootstrap_lrt.json")
