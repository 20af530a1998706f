#!/usr/bin/env Rscript
# Reference fits by lme4, lmerTest and pbkrtest: everything in data/ and lme4/ beside this script.
# Usage: Rscript make_reference.R [folder [case ...]]   (default: the current folder, every case)
# "default" is plain lmer() (compare printed digits with it); "tight" is the best of several optimisers
# and starts, polished by Newton steps (compare estimates with it).
# refit() and bootMer() of lme4 1.1-31 are no reference: before 1.1-34 their REML refits use a wrong
# number of degrees of freedom unless there is one fixed effect.
suppressPackageStartupMessages({library(lme4); library(lmerTest); library(pbkrtest); library(jsonlite)})
args <- commandArgs(TRUE)
out <- if (length(args)) args[1] else "."
only <- args[-1]
dir.create(file.path(out, "lme4"), FALSE, TRUE)
invisible(Sys.setlocale("LC_COLLATE", "C"))  # levels sort as Python sorts strings
options(digits = 15, width = 80)

# ---- data sets of our own, drawn from fixed seeds --------------------------------------------
label <- function(prefix, i) sprintf("%s%02d", prefix, i)
save_data <- function(name, d) {
  write.csv(d, file.path(out, "data", paste0(name, ".csv")), row.names = FALSE, na = "")
}

make_crossed <- function() {
  set.seed(101)
  d <- expand.grid(participant = 1:14, item = 1:10)
  d$condition <- ifelse((d$participant + d$item) %% 2 == 0, "related", "unrelated")
  d$x <- round(rnorm(nrow(d)), 3)
  by <- rnorm(14, 0, 40); slope <- rnorm(14, 0, 15); item <- rnorm(10, 0, 25); islope <- rnorm(10, 0, 12)
  d$rt <- round(600 + 30 * (d$condition == "unrelated") + (20 + slope[d$participant] + islope[d$item]) * d$x +
    by[d$participant] + item[d$item] + rnorm(nrow(d), 0, 30), 2)
  d$participant <- label("p", d$participant); d$item <- label("i", d$item)
  save_data("crossed", d)
  kept <- d[runif(nrow(d)) < 0.45 | d$item == "i01", ]
  save_data("crossed_unbalanced", kept)
}
make_ties <- function() {
  set.seed(102)
  d <- data.frame(a = rep(1:12, each = 12), b = rep(1:12, times = 12), c = sample(rep(1:18, each = 8)))
  d$x <- round(runif(144), 3)
  d$y <- round(5 + 2 * d$x + rnorm(12)[d$a] + rnorm(12, 0, 0.6)[d$b] + rnorm(18, 0, 0.8)[d$c] + rnorm(144, 0, 0.7), 3)
  d$a <- label("a", d$a); d$b <- label("b", d$b); d$c <- label("c", d$c)
  save_data("ties", d)
}
make_schools <- function() {
  set.seed(103)
  d <- do.call(rbind, lapply(1:9, function(s) do.call(rbind, lapply(1:4, function(k)
    data.frame(school = s, class = letters[k], child = seq_len(sample(3:9, 1)))))))
  class <- interaction(d$school, d$class)
  d$ses <- round(rnorm(nrow(d)), 2)
  d$score <- round(50 + 3 * d$ses + rnorm(9, 0, 5)[d$school] + rnorm(nlevels(class), 0, 3)[class] +
    rnorm(nrow(d), 0, 6), 1)
  d$school <- paste0("s", d$school); d$child <- NULL
  save_data("schools", d)
}
make_slopes <- function() {
  set.seed(104)
  d <- data.frame(g = rep(1:16, each = 9))
  d$x <- round(rnorm(nrow(d)), 3); d$z <- round(rnorm(nrow(d), 0, 2), 3)
  d$y <- round(10 + rnorm(16, 0, 2)[d$g] + (1 + rnorm(16, 0, 1)[d$g]) * d$x + (0.5 + rnorm(16, 0, 0.6)[d$g]) * d$z +
    rnorm(nrow(d), 0, 1.5), 3)
  d$g <- label("g", d$g)
  save_data("slopes", d)
}
make_factors <- function() {
  set.seed(105)
  d <- expand.grid(rep = 1:3, f = c("low", "mid", "high"), cond = c("control", "treated"), id = 1:12)
  d$group <- ifelse(d$id %% 3 == 0, "old", "young")
  d$x <- round(rnorm(nrow(d)), 3)
  u <- matrix(rnorm(36, 0, c(2, 2, 2)), 12); level <- match(d$f, c("low", "mid", "high"))
  d$y <- round(20 + 2 * (d$cond == "treated") - 3 * (d$group == "old") + 1.5 * (d$cond == "treated" & d$group == "old") +
    level + 0.8 * d$x + rnorm(12, 0, 2)[d$id] + u[cbind(d$id, level)] + rnorm(nrow(d), 0, 2), 3)
  d$id <- label("id", d$id); d$rep <- NULL
  save_data("factors", d)
}
make_weights <- function() {
  set.seed(106)
  size <- c(1, 1, 2, 2, 3, 4, 5, 7, 9, 12, 16, 20, 26, 33, 41, 50)
  d <- data.frame(g = rep(seq_along(size), size))
  d$x <- round(runif(nrow(d), 0, 10), 2)
  d$y <- round(3 + rnorm(16, 0, 3)[d$g] + (0.7 + rnorm(16, 0, 0.4)[d$g]) * d$x + rnorm(nrow(d), 0, 2), 3)
  d$g <- label("g", d$g)
  save_data("weights", d)
}
make_singular <- function() {
  set.seed(107)
  d <- data.frame(g = rep(1:10, each = 5), x = rep(0:4, 10))
  e <- rnorm(50); e <- e - ave(e, d$g) + rep(c(-0.05, 0.05), each = 5, times = 5)
  d$y <- round(4 + 0.3 * d$x + e, 3)
  base <- rnorm(10)
  d$w <- round(5 + 2 * base[d$g] + (1 + base[d$g]) * d$x + rnorm(50, 0, 0.8), 3)
  d$g <- label("g", d$g)
  save_data("singular", d)
}
make_small <- function() {
  set.seed(108)
  d <- data.frame(g = rep(c("a", "b", "c"), each = 3))
  for (v in paste0("x", 1:5)) d[[v]] <- round(rnorm(9), 2)
  d$y <- round(1 + d$x1 - d$x2 + rep(c(-4, 0, 4), each = 3) + rnorm(9, 0, 1), 2)
  save_data("small", d)
}
make_missing <- function() {
  set.seed(109)
  d <- data.frame(`my id` = rep(1:11, each = 6), `a b` = round(rnorm(66), 3), check.names = FALSE)
  d$kind <- sample(c("u", "v"), 66, TRUE)
  d$`reaction time` <- round(300 + 20 * d$`a b` + 15 * (d$kind == "v") + rnorm(11, 0, 25)[d$`my id`] + rnorm(66, 0, 20), 2)
  d$`a b`[c(3, 20)] <- NA; d$`reaction time`[c(8, 40, 41)] <- NA; d$kind[60] <- NA; d$`my id`[33] <- NA
  save_data("missing", d)
}
make_curve <- function() {
  set.seed(110)
  d <- data.frame(g = rep(1:12, each = 8), x = round(exp(runif(96, 0, 3)), 2))
  d$y <- round(8 + 3 * log(d$x) - 0.05 * d$x + rnorm(12, 0, 1.2)[d$g] + rnorm(96, 0, 0.8), 3)
  d$g <- label("g", d$g); d$twice <- 2 * d$x; d$big <- 1e5 * d$x; d$k <- label("k", rep(1:24, 4))
  save_data("curve", d)
}
if (!length(only)) for (make in list(make_crossed, make_ties, make_schools, make_slopes, make_factors,
  make_weights, make_singular, make_small, make_missing, make_curve)) make()

read_data <- function(name, factors) {
  d <- read.csv(file.path(out, "data", paste0(name, ".csv")), check.names = FALSE, na.strings = c("NA", ""))
  for (f in factors) d[[f]] <- factor(as.character(d[[f]]), levels = as.character(sort(unique(d[[f]]))))
  d
}

# ---- cases -----------------------------------------------------------------------------------
case <- function(data, formula, factors, contrasts = "treatment", identified = TRUE)
  list(data = data, formula = formula, factors = factors, contrasts = contrasts, identified = identified)
lecture <- c("participant", "condition"); crossed <- c("participant", "item", "condition")
factors <- c("f", "cond", "group", "id"); nested <- c("school", "class")
cases <- list(
  sleep_corr = case("sleepstudy183", "reaction ~ 1 + days + (1 + days | subject)", "subject"),
  sleep_diag = case("sleepstudy183", "reaction ~ 1 + days + (days || subject)", "subject"),
  sleep_int = case("sleepstudy183", "reaction ~ 1 + days + (1 | subject)", "subject"),
  sleep_slope = case("sleepstudy183", "reaction ~ 1 + days + (0 + days | subject)", "subject"),
  sleep180_corr = case("sleepstudy180", "reaction ~ 1 + days + (1 + days | subject)", "subject"),
  lecture_outlier = case("lecture_outlier", "value ~ 1 + condition + (1 | participant)", lecture),
  lecture_mixture = case("lecture_mixture", "value ~ 1 + condition + (1 | participant)", lecture),
  lecture_mixture_group = case("lecture_mixture", "value ~ 1 + group + condition + (1 | participant)", lecture),
  lecture_unequal_variance = case("lecture_unequal_variance", "value ~ 1 + group + condition + (1 | participant)", lecture),
  crossed_balanced = case("crossed", "rt ~ 1 + condition + (1 | participant) + (1 | item)", crossed),
  crossed_unbalanced = case("crossed_unbalanced", "rt ~ condition + (1 | participant) + (1 | item)", crossed),
  crossed_slope = case("crossed", "rt ~ 1 + x + (1 + x | participant) + (1 | item)", crossed),
  crossed_slope_unbalanced = case("crossed_unbalanced", "rt ~ x + condition + (1 | item) + (x | participant)", crossed),
  crossed_slopes_both = case("crossed", "rt ~ x * condition + (1 + x | participant) + (1 + x | item)", crossed),
  ties_two = case("ties", "y ~ x + (1 | b) + (1 | a)", c("a", "b", "c")),
  ties_three = case("ties", "y ~ x + (1 | a) + (1 | b) + (1 | c)", c("a", "b", "c")),
  three_descending = case("ties", "y ~ 1 + (1 | c) + (1 | a) + (1 | b)", c("a", "b", "c")),
  nested = case("schools", "score ~ 1 + ses + (1 | school/class)", nested),
  nested_slope = case("schools", "score ~ ses + (1 + ses | school/class)", nested),
  interaction_group = case("schools", "score ~ ses + (1 | school:class)", nested),
  crossed_labels = case("schools", "score ~ 1 + (1 | school) + (1 | class)", nested),
  brackets_two = case("slopes", "y ~ 1 + x + (1 | g) + (0 + x | g)", "g"),
  brackets_three = case("slopes", "y ~ 1 + x + z + (1 | g) + (0 + x | g) + (0 + z | g)", "g"),
  brackets_mixed = case("slopes", "y ~ x + z + (0 + z | g) + (1 + x | g)", "g"),
  single_three = case("slopes", "y ~ 1 + x + z + (1 + x + z | g)", "g"),
  double_bar_two = case("slopes", "y ~ x + z + (x + z || g)", "g"),
  slope_no_fixed = case("slopes", "y ~ 1 + (1 + x | g)", "g"),
  double_bar_factor = case("factors", "y ~ f + (f || id)", factors, identified = FALSE),
  zero_plus_factor = case("factors", "y ~ f + (0 + f | id)", factors),
  factor_slopes = case("factors", "y ~ f + x + (f | id)", factors),
  factor_interaction = case("factors", "y ~ cond * group + (1 | id)", factors),
  factor_interaction_sum = case("factors", "y ~ cond * group + (1 + cond | id)", factors, "sum"),
  three_way_sum = case("factors", "y ~ f * cond * group + (1 | id)", factors, "sum"),
  three_way = case("factors", "y ~ f * cond * group * x + (1 | id)", factors),
  factor_by_number = case("factors", "y ~ f * x + (1 + x | id)", factors, "sum"),
  cell_means = case("factors", "y ~ 0 + f:cond + x + (1 | id) + (1 | id:f)", factors),
  slopes_within = case("factors", "y ~ f/x + (0 + cond | id)", factors),
  weights_intercept = case("weights", "y ~ 1 + x + (1 | g)", "g"),
  weights_slope = case("weights", "y ~ 1 + x + (1 + x | g)", "g"),
  intercept_only = case("weights", "y ~ 1 + (1 | g)", "g"),
  zero_variance = case("singular", "y ~ 1 + x + (1 | g)", "g"),
  zero_variance_slope = case("singular", "y ~ 1 + x + (1 + x | g)", "g"),
  perfect_correlation = case("singular", "w ~ 1 + x + (1 + x | g)", "g"),
  small = case("small", "y ~ x1 + x2 + x3 + x4 + x5 + (1 | g)", "g"),
  missing_rows = case("missing", "`reaction time` ~ `a b` + kind + (1 | `my id`)", c("my id", "kind")),
  curve_poly = case("curve", "y ~ poly(x, 2) + (1 | g)", c("g", "k")),
  curve_log = case("curve", "log(y) ~ log(x) + I(x^2) + (1 + log(x) | g)", c("g", "k")),
  rank_deficient = case("curve", "y ~ x + twice + (1 | g)", c("g", "k")),
  scales = case("curve", "y ~ big + (1 | g)", c("g", "k")),
  many_coefficients = case("curve", "y ~ k + x + (1 | g)", c("g", "k")))

refused <- list(
  list(data = "lecture_mixture", formula = "value ~ 1 + condition + (1 + condition | participant)", factors = lecture),
  list(data = "small", formula = "y ~ x1 + (1 | x2)", factors = "x2"),
  list(data = "sleepstudy183", formula = "reaction ~ days + (1 | one)", factors = "subject"),
  list(data = "sleepstudy183", formula = "reaction ~ days", factors = "subject"))

# ---- fitting ---------------------------------------------------------------------------------
catching <- function(expr) {
  w <- character(); m <- character()
  v <- withCallingHandlers(expr,
    warning = function(c) { w <<- c(w, conditionMessage(c)); invokeRestart("muffleWarning") },
    message = function(c) { m <<- c(m, trimws(conditionMessage(c))); invokeRestart("muffleMessage") })
  list(value = v, warnings = w, messages = m)
}
crit <- function(m) if (isREML(m)) REMLcrit(m) else deviance(m, REML = FALSE)

controls <- list(
  bobyqa = lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 1e-2, rhoend = 1e-10, maxfun = 1e5), calc.derivs = FALSE),
  bobyqa_wide = lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 0.4, rhoend = 1e-10, maxfun = 1e5), calc.derivs = FALSE),
  nelder_mead = lmerControl(optimizer = "Nelder_Mead", optCtrl = list(FtolAbs = 1e-12, XtolRel = 1e-12, maxfun = 1e5), calc.derivs = FALSE),
  nloptwrap = lmerControl(optimizer = "nloptwrap", optCtrl = list(ftol_abs = 1e-12, xtol_abs = 1e-12, maxeval = 1e5), calc.derivs = FALSE))

pseudo_inverse <- function(h) {
  e <- eigen((h + t(h)) / 2, symmetric = TRUE)
  keep <- e$values > 1e-7 * max(abs(e$values))
  e$vectors[, keep, drop = FALSE] %*% (t(e$vectors[, keep, drop = FALSE]) / e$values[keep])
}
# Newton on the thetas that are not at their bound: derivatives by Richardson extrapolation are far less
# noisy than differences of the criterion, which bound what BOBYQA can resolve to about 1e-6 in theta.
polish <- function(dev, theta, lower) {
  for (i in which(lower == 0 & theta < 5e-3)) {
    at <- replace(theta, i, 0)
    if (dev(at) <= dev(theta) + 1e-9) theta <- at
  }
  free <- which(!(lower == 0 & theta == 0))
  part <- function(v) dev(replace(theta, free, v))
  gradient <- function(v) numDeriv::grad(part, v, method.args = list(d = 1e-3, eps = 1e-3))
  v <- theta[free]
  if (length(free)) for (k in 1:5) {
    new <- v - as.numeric(pseudo_inverse(numDeriv::hessian(part, v)) %*% gradient(v))
    if (part(new) > part(v) + 1e-9 || any(new[lower[free] == 0] < 0)) break
    v <- new
  }
  theta <- replace(theta, free, v)
  list(theta = theta, gradient = if (length(free)) max(abs(gradient(v))) else 0)
}
fit_at <- function(theta, f, d, reml, call) {
  parsed <- lFormula(f, d, REML = reml, control = lmerControl(check.rankX = "silent.drop.cols"))
  dev <- do.call(mkLmerDevfun, parsed); value <- dev(theta)
  mkMerMod(environment(dev), list(par = theta, fval = value, conv = 0, feval = 1, message = ""),
    parsed$reTrms, parsed$fr, call)
}

extract <- function(m, full = TRUE, few = FALSE) {
  vc <- as.data.frame(VarCorr(m)); beta <- fixef(m)
  first <- function(x) if (few && length(x) > 300) x[1:20] else x
  r <- list(fixef = as.list(beta), se = as.list(setNames(sqrt(diag(as.matrix(vcov(m)))), names(beta))),
    vcov = unname(as.matrix(vcov(m))), theta = as.list(getME(m, "theta")), sigma = sigma(m),
    varcorr = vc[, c("grp", "var1", "var2", "vcov", "sdcor")], criterion = crit(m), reml = isREML(m),
    logLik = as.numeric(logLik(m)), df_logLik = attr(logLik(m), "df"), AIC = AIC(m), BIC = BIC(m),
    nobs = nobs(m), ngrps = as.list(ngrps(m)), singular = isSingular(m),
    resid_scaled_quantiles = unname(quantile(residuals(m, "pearson", scaled = TRUE))))
  if (!full) return(r)
  re <- ranef(m, condVar = TRUE)
  levels_of <- function(d) cbind(level = rownames(d), setNames(data.frame(d, row.names = NULL), colnames(d)))
  r$ranef <- lapply(re, levels_of)
  x <- as.data.frame(re)
  r$ranef_condsd <- data.frame(grpvar = as.character(x$grpvar), term = as.character(x$term),
    level = as.character(x$grp), condval = x$condval, condsd = x$condsd)
  r$coef <- lapply(unclass(coef(m)), levels_of)
  r$fitted <- first(unname(fitted(m)))
  r
}
coefficient_table <- function(m, ddf) {
  s <- summary(as_lmerModLmerTest(m), ddf = ddf)$coefficients
  column <- function(name) as.list(setNames(s[, name], rownames(s)))
  list(se = column("Std. Error"), df = column("df"), t = column("t value"), p = column("Pr(>|t|)"))
}
anova_table <- function(m, ddf) {
  a <- anova(as_lmerModLmerTest(m), ddf = ddf, type = "3")
  if (nrow(a) == 0) return(NULL)
  cbind(term = rownames(a), setNames(as.data.frame(a), c("SumSq", "MeanSq", "NumDF", "DenDF", "F", "p")), row.names = NULL)
}
attempt <- function(expr) suppressWarnings(suppressMessages(tryCatch(expr, error = function(e) list(error = conditionMessage(e)))))
write_json <- function(x, file)
  write(toJSON(x, digits = NA, auto_unbox = TRUE, na = "null", pretty = TRUE), file.path(out, "lme4", file))

for (name in names(cases)) for (reml in c(TRUE, FALSE)) {
  if (length(only) && !(name %in% only)) next
  this <- cases[[name]]; d <- read_data(this$data, this$factors); f <- as.formula(this$formula)
  options(contrasts = c(if (this$contrasts == "sum") "contr.sum" else "contr.treatment", "contr.poly"))
  plain <- catching(lme4::lmer(f, data = d, REML = reml)); m0 <- plain$value
  lower <- getME(m0, "lower"); start <- getME(m0, "theta")
  starts <- list(start, ifelse(lower == 0, 1, 0), ifelse(lower == 0, 0.2, 0.02))
  tries <- list(default = list(theta = start, value = crit(m0)))
  for (control in names(controls)) for (s in seq_along(starts)) {
    m <- suppressWarnings(suppressMessages(tryCatch(
      lme4::lmer(f, data = d, REML = reml, start = unname(starts[[s]]), control = controls[[control]]), error = function(e) NULL)))
    if (!is.null(m)) tries[[paste0(control, s)]] <- list(theta = getME(m, "theta"), value = crit(m))
  }
  values <- vapply(tries, function(t) t$value, 0)
  dev <- suppressWarnings(suppressMessages(lme4::lmer(f, data = d, REML = reml, devFunOnly = TRUE)))
  tight <- polish(dev, unname(tries[[which.min(values)]]$theta), lower)
  best <- suppressMessages(fit_at(tight$theta, f, d, reml, m0@call))
  res <- list(case = name, data = this$data, formula = this$formula, factors = I(this$factors),
    contrasts = this$contrasts, identified = this$identified, method = if (reml) "REML" else "ML",
    formula_printed = paste(deparse(m0@call$formula, width.cutoff = 500L), collapse = " "),
    optimizer_default = "nloptwrap (NLOPT_LN_BOBYQA), lme4 defaults",
    optimizer_tight = "best of BOBYQA, Nelder-Mead, NLopt from three starts, then Newton",
    warnings = I(plain$warnings), messages = I(plain$messages), optinfo_messages = I(as.character(unlist(m0@optinfo$conv$lme4$messages))),
    max_abs_gradient_default = tryCatch(max(abs(m0@optinfo$derivs$gradient)), error = function(e) NA),
    hessian_default = tryCatch(unname(m0@optinfo$derivs$Hessian), error = function(e) NULL),
    feval_default = m0@optinfo$feval, criterion_of_optimizers = as.list(values),
    max_abs_gradient_tight = tight$gradient,
    default = extract(m0, FALSE), tight = extract(best, TRUE, TRUE))
  res$satterthwaite <- attempt(coefficient_table(best, "Satterthwaite"))
  res$satterthwaite_default_fit <- attempt(coefficient_table(m0, "Satterthwaite"))
  res$anova3_satterthwaite <- attempt(anova_table(best, "Satterthwaite"))
  if (reml) {
    res$kenward_roger <- attempt(coefficient_table(best, "Kenward-Roger"))
    if (length(fixef(best)) <= 10) res$kenward_roger_vcovAdj <- attempt(unname(as.matrix(vcovAdj(best))))
    res$anova3_kenward_roger <- attempt(anova_table(best, "Kenward-Roger"))
  } else res$kenward_roger <- list(note = "defined for REML fits only")
  res$criterion_at <- lapply(list(tight$theta, tight$theta * 0 + 0.5, tight$theta * 1.7 + 0.1),
    function(theta) list(theta = I(theta), value = dev(theta)))
  write_json(res, sprintf("%s__%s.json", name, res$method))

  options(digits = 7)
  sink(file.path(out, "lme4", sprintf("%s__%s.summary.txt", name, res$method)))
  # `x` is the name that an autoprinted summary carries into lme4's note on many coefficients.
  show <- function(x) invisible(withCallingHandlers(print(x), message = function(c) {
    cat(conditionMessage(c)); invokeRestart("muffleMessage") }))
  cat("### lme4::lmer default fit\n"); x <- summary(m0); show(x)
  cat("\n### lmerTest (Satterthwaite), same fit\n"); attempt(show(summary(as_lmerModLmerTest(m0))))
  cat("\n### ranef(), first grouping factor\n"); print(ranef(m0)[[1]])
  cat("\n### coef(), first rows\n"); for (g in names(coef(m0))) { cat("$", g, "\n", sep = ""); print(head(coef(m0)[[g]])) }
  sink(); options(digits = 15)
  cat(sprintf("%-25s %-4s default %.9f tight %.9f spread %.1e gradient %.1e moved %.1e  %s\n", name, res$method,
    crit(m0), crit(best), sort(values)[2] - min(values), tight$gradient,
    max(abs(start - tight$theta)), paste(c(plain$warnings, plain$messages), collapse = "; ")))
}
if (length(only)) quit()

write_json(lapply(refused, function(r) {
  d <- read_data(r$data, r$factors); d$one <- factor("a")
  c(r[c("data", "formula")], list(factors = I(r$factors),
    message = tryCatch({ lme4::lmer(as.formula(r$formula), d); "" }, error = function(e) conditionMessage(e))))
}), "_refused.json")
d <- read_data("sleepstudy183", "subject")
m <- lme4::lmer(reaction ~ 1 + days + (1 + days | subject), d)
if (requireNamespace("dfoptim", quietly = TRUE) && requireNamespace("optimx", quietly = TRUE)) {
  all_fits <- catching(allFit(m, verbose = FALSE))$value
  s <- summary(all_fits)
  write_json(list(fixef = as.data.frame(s$fixef), llik = as.list(s$llik), sdcor = as.data.frame(s$sdcor),
    theta = as.data.frame(s$theta), which_OK = as.list(s$which.OK), optimizers = rownames(s$fixef)), "_allfit_sleep_corr.json")
}
ci <- attempt(confint(m, method = "profile", oldNames = FALSE))
write_json(list(profile_ci = cbind(par = rownames(ci), as.data.frame(ci))), "_profile_sleep_corr.json")
write_json(list(R = R.version.string, lme4 = as.character(packageVersion("lme4")),
  lmerTest = as.character(packageVersion("lmerTest")), pbkrtest = as.character(packageVersion("pbkrtest"))), "_versions.json")
