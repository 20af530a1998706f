# What R and lme4 make of formulas: Rscript make_model_matrix.R model_matrix.json
suppressMessages({library(lme4); library(jsonlite)})
set.seed(20260101)
n <- 48
d <- data.frame(
  y = round(rnorm(n, 300, 50), 3),
  x = round(rnorm(n), 4),
  z = round(runif(n, 0.5, 9), 4),
  f = rep(c("a", "b", "c"), length.out = n),
  h = rep(c("u", "v"), each = n / 2),
  b = rep(c(TRUE, FALSE, FALSE, TRUE), length.out = n),
  k = rep(c(1, 2, 10), length.out = n),
  g = rep(c(3, 20, 100, 7, 11, 5), length.out = n),
  s = paste0("s", rep(1:8, each = n / 8)),
  `a b` = round(rnorm(n), 4),
  check.names = FALSE
)
d <- d[sample(n)[1:43], ]
rownames(d) <- NULL
frame <- d
frame$f <- factor(frame$f)
frame$h <- factor(frame$h)

use <- function(contrasts) {
  options(contrasts = c(if (contrasts == "sum") "contr.sum" else "contr.treatment", "contr.poly"))
}

fixed <- c(
  "y ~ 1", "y ~ x", "y ~ 0 + x", "y ~ f", "y ~ 0 + f", "y ~ 0 + f + h", "y ~ f*h", "y ~ 0 + f*h",
  "y ~ f:h", "y ~ 0 + f:h", "y ~ f + f:h", "y ~ h + f:x", "y ~ f:x + x", "y ~ f:x + f", "y ~ x:f",
  "y ~ 0 + x + x:f", "y ~ -1 + x + x:f + h", "y ~ 0 + x:z + f", "y ~ f - 1 + h:f - h",
  "y ~ f*h - f", "y ~ f*h - 1 - f", "y ~ h/f", "y ~ h/(x + z)", "y ~ b", "y ~ 0 + b", "y ~ b*f",
  "y ~ b:x", "y ~ x*f*h", "y ~ x*z*f - x:z:f", "y ~ (x + f + h)^2", "y ~ f:h:x", "y ~ h:f + f",
  "y ~ poly(x, 2)", "y ~ poly(z, 3):f", "y ~ 0 + poly(x, 2) + f", "y ~ scale(x)", "y ~ scale(z):f",
  "y ~ log(z)", "y ~ log(z + 1) + sqrt(z)", "y ~ exp(x)", "y ~ I(x^2) + x", "y ~ I((x - 1)/2)",
  "y ~ I(-x^2) + I(x*1e5) + I(1/z)", "y ~ I(scale(x)^2)", "y ~ log(exp(x))", "y ~ factor(k)",
  "y ~ 0 + factor(k)*x", "y ~ factor(k):h", "y ~ `a b`*f", "y ~ log(`a b`^2 + 1)", "y ~ I(b*x)",
  "y ~ poly(log(z), 2)", "y ~ k*f", "y ~ (x + f)/h"
)
newdata <- frame[c(5, 1, 9), ]
newdata$x <- c(-2.5, 0.25, 4)
newdata$z <- c(0.1, 3, 20)
matrix_of <- function(m) unname(apply(m, 1, as.list))
fixed_case <- function(text, contrasts) {
  use(contrasts)
  mf <- model.frame(as.formula(text), frame)
  m <- model.matrix(terms(mf), mf)
  levels <- .getXlevels(terms(mf), mf)
  new <- model.frame(delete.response(terms(mf)), newdata, xlev = levels)
  m2 <- model.matrix(delete.response(terms(mf)), new, contrasts.arg = attr(m, "contrasts"))
  list(formula = text, contrasts = contrasts, names = I(as.character(colnames(m))), values = unname(m),
       new = unname(m2))
}

algebra <- c(
  "a*b*c - a:b:c", "a/b", "(a + b)/c", "a/(b + c)", "(a + b)^2 - 1", "a + 0 + 1", "0 + a - 0",
  "1 - 1", "-1", "+a", "b:a + a", "b:a + a:b", "a:a", "a^3", "b*a + c", "c:a + b + a", "a*b - a",
  "a - (a + b)", "a - 1 + 1", "a + (b - 1)", "a/b/c", "a/(b*c)", "I(a) + I( a )",
  "(a + b + c)^2 - b:c", "a:(b + c)", "(a + b):(c + d)", "-a", "a - -a", "1 + 1", "0",
  "b + a:b + a", "(a/b)^2", "a - (1 + a)", "+1 + a", "+0", "a - (-1)", "a + (-1)", "c*b*a",
  "a + b:c + b + c:a + d:c:a + c", "log(y)", "a:b:c + b:a", "(a + b + c)^3 - a:b", "a*(b + c)",
  "d:c + c:b + b:a", "b - b + a:b", "(a)", "((a + (b)))*c", "a + I(2*a) + I(a*2)"
)
algebra_case <- function(text) {
  t <- terms(as.formula(paste("y ~", text)))
  list(formula = paste("y ~", text), intercept = attr(t, "intercept") == 1,
       labels = I(as.character(attr(t, "term.labels"))))
}

random <- c(
  "y ~ x + (1|g)", "y ~ x + (x|g)", "y ~ x + (0 + x|g)", "y ~ x + (-1 + x|g)", "y ~ x + (1+x||g)",
  "y ~ x + (x||g)", "y ~ (x*z||g)", "y ~ f + (f||g)", "y ~ f + (0+f||g)", "y ~ f + (x + f||g)",
  "y ~ f + (f|g)", "y ~ f + (0+f|g)", "y ~ 1 + (0 + x:f|g)", "y ~ 1 + (1|h/s)", "y ~ 1 + (1|s:h)",
  "y ~ 1 + (1|h/f/b)", "y ~ 1 + (x||h/f)", "y ~ 1 + (1|h) + (1|s) + (x|g)", "y ~ (1|g) + ((1|s))",
  "y ~ 1 + (1|s) + (1|g) + (0+x|s)", "y ~ 1 + (1|g) + (0+x|g) + (0+z|g)", "y ~ 1 + (1|b)",
  "y ~ h*f + (h|g) + (1|s)", "log(y) ~ scale(x) + (scale(x)|g)", "y ~ (1|h) + (1|b)", "y/10 ~ x + (1|g)",
  "y ~ x+(1|`a b`)", "y ~ `a b` + (`a b`||g) + z", "y ~ poly(x,2)+(poly(x,2)|h)", "y ~ (1|b:h)",
  "y ~ (1|h:(f:b))", "y ~ (1|h/f:b)", "y ~ x + I(2*x) + (1|g)", "y ~ f + h + f:h + I(f == 'a') + (1|g)"
)
random <- head(random, -1)
ignore <- lmerControl(check.nobs.vs.nlev = "ignore", check.nobs.vs.nRE = "ignore")
random_case <- function(text, contrasts) {
  use(contrasts)
  l <- suppressMessages(suppressWarnings(lFormula(as.formula(text), frame, control = ignore)))
  re <- l$reTrms
  factors <- re$flist[attr(re$flist, "assign")]
  list(
    formula = text, contrasts = contrasts, printed = paste(deparse(l$formula, 500), collapse = " "),
    terms = I(names(re$Ztlist)), x_names = I(colnames(l$X)),
    blocks = lapply(seq_along(re$cnms), function(i) list(
      group = names(re$cnms)[i], names = I(re$cnms[[i]]), levels = I(levels(factors[[i]])),
      z = unname(as.matrix(t(re$Ztlist[[i]])))
    ))
  )
}

rank_frame <- transform(frame, x2 = 2 * x, one = 1, fx = as.integer(f == "b"), zero = 0)
ranked <- c(
  "y ~ x + x2 + (1|g)", "y ~ one + x + I(3*x) + z + (1|g)", "y ~ x2 + x + f + (1|g)", "y ~ fx + f + (1|g)",
  "y ~ zero + x + (1|g)", "y ~ x + I(x + 1e-9*z) + (1|g)", "y ~ x + I(x + 1e-5*z) + (1|g)",
  "y ~ 0 + f + h + one + (1|g)", "y ~ f*h*b + (1|g)"
)
rank_case <- function(text) {
  use("treatment")
  l <- suppressMessages(suppressWarnings(lFormula(as.formula(text), rank_frame)))
  list(formula = text, names = I(colnames(l$X)), dropped = I(as.character(names(attr(l$X, "col.dropped")))))
}

gaps <- frame
gaps$x[c(2, 7)] <- NA
gaps$f[9] <- NA
gaps$s[3] <- NA
gaps$z[30] <- NA
missing_case <- function(text) {
  use("treatment")
  l <- suppressWarnings(lFormula(as.formula(text), gaps))
  list(formula = text, names = I(colnames(l$X)), values = unname(l$X[, , drop = FALSE]),
       rows = as.integer(rownames(l$fr)))
}

deparsed <- c(
  "y~x^2+I(x^2)", "log(y+1)~-1+x+(0+x|a/b)", "y~ 0+a*b -a:b+ (1|a:b)", "y~I(x-1)+I(x/2)+I(x*2)",
  "y~x+I(x*100000)+I(x*1e15)+I(x*0.00001)+I(x*123456789)+I(x/1e5)+I(x*0.1)+I(x*123456.7)",
  "y~`a b`+`x`", "y~((x))", "y~I(x^-1)+I((x+1)^2)+I(2.50*x)+I(-x^2)+I((-x)^2)", "y~I(x*1234567890123456)",
  "y~(1|h)+(x||g)+z", "y~poly(x,2)+(f||g)", "y ~ +x", "y~I(x*.5)+I(x*5.)+I(x*1E3)+I(x*0.1234567890123456789)",
  "y~I(x*3e-5)+I(x*0.0001)+I(x*1e300)+I(x*100)+I(x*120000)+I(x*1200000)"
)
deparsed_case <- function(text) {
  f <- as.formula(text)
  f[[3]] <- expandDoubleVerts(f[[3]])
  list(formula = text, printed = paste(deparse(f, 500), collapse = " "))
}

both <- function(texts, fun) c(lapply(texts, fun, "treatment"), lapply(texts, fun, "sum"))
result <- list(
  versions = list(R = as.character(getRversion()), lme4 = as.character(packageVersion("lme4"))),
  data = as.list(d), newdata = lapply(as.list(newdata), as.vector), gaps = lapply(as.list(gaps), as.vector),
  fixed = both(fixed, fixed_case),
  algebra = lapply(algebra, algebra_case),
  random = both(random, random_case),
  ranked = lapply(ranked, rank_case),
  missing = lapply(c("y ~ scale(x) + f + (1|s)", "y ~ f*x + (1|g)", "y ~ z + (1|s:h)"), missing_case),
  deparsed = lapply(deparsed, deparsed_case)
)
write(toJSON(result, digits = NA, auto_unbox = TRUE, na = "null"), commandArgs(TRUE)[1])
