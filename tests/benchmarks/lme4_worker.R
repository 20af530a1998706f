# Loads models and times lme4 on them, one task a line, so that no start of R is measured.
# load NAME CSV FORMULA | fit NAME TIMES | bootstrap NAME TIMES, separated by tabs; answers seconds.
suppressMessages(library(lme4))
models <- list()

load_model <- function(name, file, formula) {
  models[[name]] <<- list(text = formula, data = read.csv(file, stringsAsFactors = TRUE))
  0
}

seconds <- function(expression) {
  started <- Sys.time()
  force(expression)
  as.numeric(difftime(Sys.time(), started, units = "secs"))
}

fit <- function(name, times) {
  model <- models[[name]]
  one <- function(i) seconds(lmer(as.formula(model$text), model$data))
  median(vapply(seq_len(times), one, 0))
}

bootstrap <- function(name, times) {
  model <- models[[name]]
  if (is.null(model$fit)) {
    model$fit <- models[[name]]$fit <<- lmer(as.formula(model$text), model$data)
  }
  seconds(bootMer(model$fit, fixef, nsim = times))
}

quietly <- function(expression) suppressMessages(suppressWarnings(expression))
input <- file("stdin", "r")
while (length(line <- readLines(input, 1)) == 1) {
  task <- strsplit(line, "\t")[[1]]
  answer <- quietly(switch(task[1],
    load = load_model(task[2], task[3], task[4]),
    fit = fit(task[2], as.integer(task[3])),
    bootstrap = bootstrap(task[2], as.integer(task[3]))
  ))
  cat(format(answer, digits = 10), "\n", sep = "")
  flush(stdout())
}
