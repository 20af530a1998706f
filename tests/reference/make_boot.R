#!/usr/bin/env Rscript
# Intervals and influence values by R's package boot, for given draws.
# Usage: Rscript make_boot.R [folder]   (default: the current folder; writes inference/boot.json there)
suppressPackageStartupMessages({library(boot); library(lme4); library(jsonlite)})
args <- commandArgs(TRUE)
out <- if (length(args)) args[1] else "."
options(digits = 15)
set.seed(20)

# A boot object that holds any draws: boot.ci() reads t0, t and R from it.
holder <- function(t, t0) {
  b <- boot(1:5, function(d, i) mean(d[i]), R = 2)
  b$t <- matrix(t); b$t0 <- t0; b$R <- length(t)
  b
}
kinds <- c(percentile = "perc", basic = "basic", normal = "norm", bca = "bca")
parts <- c(percentile = "percent", basic = "basic", normal = "normal", bca = "bca")
one_case <- function(name, t, t0, L) {
  found <- list()
  for (level in c(0.5, 0.9, 0.95, 0.99)) for (kind in names(kinds)) {
    ci <- suppressWarnings(boot.ci(holder(t, t0), conf = level, type = kinds[[kind]], L = L))
    ends <- tail(as.vector(ci[[parts[[kind]]]]), 2)
    found[[length(found) + 1]] <- list(kind = kind, level = level, low = ends[1], high = ends[2])
  }
  t <- lapply(t, function(x) if (is.finite(x)) x else NULL)
  list(name = name, t = t, t0 = t0, influence = L, intervals = found)
}
with_gaps <- rnorm(301, 3, 2); with_gaps[c(5, 90, 300)] <- NA
cases <- list(
  one_case("bell, 999", rnorm(999, 10, 1.5), 10.1, rnorm(20)),
  one_case("skewed, 1000", exp(rnorm(1000)), 1.3, rexp(25) - 1),
  one_case("few, 40", rgamma(40, 2), 1.7, rnorm(12)),
  one_case("biased, 199", rnorm(199, 5, 1), 4.2, rexp(18)),
  one_case("ties and a boundary, 250", pmax(rnorm(250, 0.5), 0), 0.8, rnorm(30)^3),
  one_case("missing, 301", with_gaps, 2.9, rnorm(20))
)

# A linear model: the draws of given resamples of rows, and the jackknife.
d <- read.csv(file.path(out, "data", "sleepstudy183.csv"))
slope <- function(data, rows) coef(lm(reaction ~ days, data[rows, ]))
b <- boot(d, slope, R = 8)
linear <- list(
  frequencies = boot.array(b), t = b$t,
  influence = empinf(data = d, statistic = slope, type = "jack", stype = "i", index = 2)
)

# A mixed model without one participant at a time.
formula <- reaction ~ 1 + days + (1 + days | subject)
everybody <- fixef(lmer(formula, d))
people <- sort(unique(d$subject))
left <- t(sapply(people, function(s) fixef(lmer(formula, d[d$subject != s, ]))))
mixed <- list(
  subjects = people,
  influence = (length(people) - 1) * (matrix(everybody, 20, 2, byrow = TRUE) - left)
)

# The lecture's bootstrap of the model. Refitted by lmer(): refit() and so bootMer() of lme4 before
# 1.1-34 take a wrong number of degrees of freedom for REML.
fit <- lmer(formula, d)
Y <- simulate(fit, 1000, seed = 1)
drawn <- t(sapply(Y, function(y) suppressMessages(suppressWarnings(
  fixef(lmer(reaction ~ 1 + days + (1 + days | subject), transform(d, reaction = y)))))))
lecture <- list(percentile = tail(as.vector(
  boot.ci(holder(drawn[, 2], everybody[[2]]), type = "perc")$percent), 2))

versions <- list(
  R = as.character(getRversion()),
  boot = as.character(packageVersion("boot")), lme4 = as.character(packageVersion("lme4"))
)
write_json(
  list(versions = versions, cases = cases, linear = linear, mixed = mixed, lecture = lecture),
  file.path(out, "inference", "boot.json"), digits = NA, auto_unbox = TRUE, null = "null", na = "null"
)
