#!/usr/bin/env Rscript
# Reference for sim/pooling and sim/syntax. Writes pooling.json, syntax.json and data/syntax.csv
# beside this script; reads data/. Usage: Rscript make_pooling.R [folder]  (default: current folder)
suppressPackageStartupMessages({library(lme4); library(jsonlite)})
args <- commandArgs(TRUE)
out <- if (length(args)) args[1] else "."
invisible(Sys.setlocale("LC_COLLATE", "C"))
options(digits = 15, width = 80)
write_json <- function(x, file) write(
  toJSON(x, digits = NA, auto_unbox = TRUE, na = "null", pretty = TRUE), file.path(out, file))
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e5), calc.derivs = FALSE)
versions <- list(R = R.version.string, lme4 = as.character(packageVersion("lme4")))

# ---- pooling ---------------------------------------------------------------------------------
models <- list(intercepts = "reaction ~ 1 + days + (1 | subject)",
  slopes = "reaction ~ 1 + days + (0 + days | subject)", both = "reaction ~ 1 + days + (1 + days | subject)")
table_of <- function(m) list(names = colnames(m), rows = rownames(m), values = unname(as.matrix(m)))
printed <- function(x) { old <- options(digits = 7); on.exit(options(old)); capture.output(print(x)) }
sds <- function(m) as.list(apply(as.matrix(m), 2, sd, na.rm = TRUE))
density_of <- function(v) { v <- v[!is.na(v)]; d <- density(v)
  list(bw = d$bw, at = d$x[c(1, 128, 256, 384, 512)], height = d$y[c(1, 128, 256, 384, 512)]) }
# Coefficients with theta held: the fit's own theta times sqrt(share / (1 - share)).
held <- function(d, formula, theta, share) {
  parts <- lFormula(as.formula(formula), d)
  devfun <- do.call(mkLmerDevfun, parts)
  devfun(theta * sqrt(share / (1 - share)))
  pp <- environment(devfun)$pp
  beta <- pp$beta(1)
  list(share = share, fixef = beta,
    values = unname(t(matrix(pp$b(1), nrow = 2) + beta)))
}
pooled <- function(name) {
  d <- read.csv(file.path(out, "data", paste0(name, ".csv")))
  d$subject <- factor(d$subject)
  own <- do.call(rbind, lapply(split(d, d$subject), function(s) coef(lm(reaction ~ days, s))))
  fits <- lapply(models, function(f) lmer(as.formula(f), d, control = tight))
  plain <- lapply(models, function(f) lmer(as.formula(f), d))
  both <- coef(fits$both)$subject
  new <- expand.grid(days = 0:9, subject = tail(levels(d$subject), 2))
  list(own = table_of(own), own_printed = printed(own), complete = as.list(coef(lm(reaction ~ days, d))),
    coef = lapply(fits, function(f) table_of(coef(f)$subject)),
    printed = lapply(fits, function(f) printed(coef(f)$subject)),
    default = lapply(plain, function(f) table_of(coef(f)$subject)),
    sd = list(own = sds(own), partial = lapply(fits, function(f) sds(coef(f)$subject))),
    predict = lapply(fits, function(f) unname(predict(f, new))), predict_days = new$days,
    predict_subject = as.character(new$subject),
    density = list(own = apply(own, 2, density_of), partial = apply(as.matrix(both), 2, density_of)),
    path = lapply(c(.02, .1, .3, .5, .7, .9, .98), function(s) held(d, models$both, getME(fits$both, "theta"), s)))
}
write_json(list(versions = versions, sleepstudy183 = pooled("sleepstudy183"),
  sleepstudy180 = pooled("sleepstudy180")), "pooling.json")

# ---- formulas --------------------------------------------------------------------------------
# a: schools; b: classes, labels used again in each school; u: classes, each with its own name;
# g: pupils, two in a class; h: items, crossed with pupils; x2 is twice x.
set.seed(4)
s <- expand.grid(rep = 1:20, g = 1:24)
s$u <- (s$g - 1) %/% 2 + 1; s$a <- (s$u - 1) %/% 3 + 1
s$b <- letters[(s$u - 1) %% 3 + 1]
n <- nrow(s)
s$x <- round(rnorm(n), 3); s$z <- round(runif(n, 1, 5), 3); s$x2 <- 2 * s$x
s$cond <- sample(c("a", "b"), n, TRUE); s$f <- sample(c("p", "q", "r"), n, TRUE)
s$k <- sample(1:3, n, TRUE); s$h <- sample(1:12, n, TRUE)
draw <- function(codes, sd) rnorm(max(codes), 0, sd)[codes]
s$y <- round(60 + 3 * s$x + 2 * s$z + draw(s$a, 2) + draw(s$u, 2) + draw(s$g, 3) + draw(s$h, 2) +
  draw(s$g, 2) * s$x + draw(s$g, 1) * s$z + draw(s$h, 1) * s$x + draw(s$g, 2) * (s$cond == "b") +
  draw(s$g, 2) * (s$f == "q") + draw(s$g, 2) * (s$f == "r") + draw(s$u, 1) * s$x + rnorm(n, 0, 2), 3)
for (v in c("g", "h")) s[[v]] <- sprintf("%s%02d", v, s[[v]])
s$u <- sprintf("c%02d", s$u); s$a <- sprintf("s%d", s$a)
s <- s[c("y", "x", "z", "x2", "cond", "f", "k", "g", "h", "a", "b", "u")]
write.csv(s, file.path(out, "data", "syntax.csv"), row.names = FALSE, quote = FALSE)
formulas <- c("y ~ 1 + x + (1 | g)", "y ~ 1 + x + (1 + x | g)", "y ~ 1 + x + (x | g)", "y ~ 1 + x + (0 + x | g)",
  "y ~ 1 + x + (1 | g) + (0 + x | g)", "y ~ 1 + x + (1 | g) + (1 | h)", "y ~ 1 + x + (1 | a/u)",
  "y ~ x + (x || g)", "y ~ 1 + (1 | g)", "y ~ 0 + x + (1 | g)", "y ~ x - 1 + (x - 1 | g)", "y ~ x*z + (1 | g)",
  "y ~ x*z + (x*z | g)", "y ~ x:z + (1 | g)", "y ~ (x + z)^2 + (x + z || g)", "y ~ cond + (1 | g)",
  "y ~ cond + (cond | g)", "y ~ cond + (0 + cond | g)", "y ~ cond + (cond || g)", "y ~ 0 + f + (f | g)",
  "y ~ f*x + (x | g)", "y ~ cond*f + (1 | g) + (1 | h)", "y ~ x + (1 | a/b)", "y ~ x + (1 | a:b)",
  "y ~ x + (1 | a) + (1 | a:b)", "y ~ x + (x | a/u)", "y ~ x + (x || a/u)", "y ~ x + (1 | a/b/g)",
  "y ~ x + (x | g) + (x | h)", "y ~ x + z + (1 | g) + (0 + x | g) + (0 + z | g)", "y ~ x + (1 + z | g)",
  "y ~ I(x^2) + x + (1 | g)", "y ~ poly(x, 2) + (1 | g)", "log(y) ~ log(z) + (1 | g)",
  "y ~ cond:x + (0 + cond:x | g)", "y ~ cond/x + (1 | g)", "y ~ factor(k) + (1 | g)", "y ~ x + x2 + (1 | g)",
  "y ~ scale(x)*cond + (scale(x) | g) + (1 | h)", "y ~ x + (0 + f | h)", "y ~ x + (1 | g) + (1 + x | h)",
  "y ~ x + (1 | a) + (1 | b)", "y ~ cond*x + (cond*x | g) + (1 | h)")
counted <- lapply(formulas, function(text) {
  fit <- suppressMessages(suppressWarnings(lmer(as.formula(text), s, REML = FALSE,
    control = lmerControl(calc.derivs = FALSE))))
  v <- as.data.frame(VarCorr(fit))
  list(formula = text, n_parameters = attr(logLik(fit), "df"), fixef = I(names(fixef(fit))),
    varcorr = lapply(seq_len(nrow(v)), function(i) list(grp = v$grp[i], var1 = v$var1[i], var2 = v$var2[i])),
    Z = dim(getME(fit, "Z")))
})
loose <- lmerControl(check.nobs.vs.nlev = "ignore", check.nobs.vs.nRE = "ignore")
few <- data.frame(y = c(3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8), x = c(0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3),
  cond = rep(c("a", "b"), 6), g = rep(c("k", "l", "m"), each = 4), h = rep(c("v", "w"), each = 2, times = 3))
shown <- lapply(c("y ~ x + (1 + x | g) + (1 | h)", "y ~ x + (1 | g/h)", "y ~ x + (0 + cond | g)"), function(text) {
  fit <- suppressMessages(suppressWarnings(lFormula(as.formula(text), few, control = loose)))
  list(formula = text, Z = unname(as.matrix(t(fit$reTrms$Zt))), columns = rownames(fit$reTrms$Zt))
})
refused <- lapply(c("y ~ cond + (1 + cond | pair)", "y ~ x + (1 | row)", "y ~ x + (1 | one)"), function(text) {
  d <- transform(few, pair = rep(1:6, each = 2), row = 1:12, one = "only")
  list(formula = text, message = tryCatch({lmer(as.formula(text), d); ""}, error = conditionMessage))
})
write_json(list(versions = versions, fitted = counted, few = few, shown = shown, refused = refused), "syntax.json")
