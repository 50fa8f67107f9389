# Writes the data sets and the values that R's survival package computes of them, for the tests of this folder:
#   Rscript reference.R && npx prettier --write *.fixture.ts
# R is needed by nobody but who runs this again. The data are those of the package (public tables, each with its source there).
suppressMessages(library(survival))
options(digits = 15)
said <- paste0(R.version.string, ", survival ", packageVersion("survival"))

value <- function(x) ifelse(is.na(x), "null", ifelse(x == Inf, "null", format(x, digits = 15, scientific = FALSE, trim = TRUE)))
numbers <- function(x) paste0("[", paste(vapply(x, value, ""), collapse = ", "), "]")
words <- function(x) paste0("[", paste0("'", x, "'", collapse = ", "), "]")
object <- function(...) { parts <- c(...); paste0("{ ", paste(names(parts), parts, sep = ": ", collapse = ", "), " }") }

first <- subset(mgus1, start == 0)
sets <- list(
  aml = data.frame(exit = aml$time, ended = aml$status, group = tolower(aml$x)),
  lung = data.frame(exit = lung$time, ended = lung$status - 1, group = c("male", "female")[lung$sex]),
  veteran = data.frame(exit = veteran$time, ended = veteran$status, group = as.character(veteran$celltype), stratum = veteran$trt),
  ovarian = data.frame(exit = ovarian$futime, ended = ovarian$fustat, group = ovarian$rx),
  heart = data.frame(entry = heart$start, exit = heart$stop, ended = heart$event, group = as.character(heart$transplant), stratum = heart$surgery),
  kidney = data.frame(exit = kidney$time, ended = kidney$status, cluster = kidney$id),
  mgus = data.frame(exit = first$stop, cause = as.character(first$event), age = round(first$age * 365.25)))

sink("data-sets.fixture.ts")
cat("// Written by reference.R with", said, "from the package's tables aml, lung, veteran, ovarian, heart, kidney and mgus1.\n\n")
for (name in names(sets)) {
  set <- sets[[name]]
  columns <- vapply(set, function(x) if (is.numeric(x)) numbers(x) else words(x), "")
  cat("export const", name, "=", object(columns), "as const;\n\n")
}
sink()

both <- function(set) if (is.null(set$entry)) Surv(set$exit, set$ended) else Surv(set$entry, set$exit, set$ended)
some <- function(n) unique(round(seq(1, n, length.out = min(n, 12))))

curve <- function(y, group = NULL, from = NULL, cluster = NULL, until) {
  names <- c("plain", "log", "log-log", "arcsin")
  fit <- function(form) {
    if (!is.null(cluster)) survfit(y ~ 1, cluster = cluster, robust = TRUE, conf.type = form)
    else if (!is.null(from)) survfit(y ~ 1, start.time = from, conf.type = form)
    else survfit(y ~ 1, conf.type = form)
  }
  forms <- lapply(names, fit)
  f <- forms[[3]]
  # Where nobody is left the jackknife has an error of 0, and the curves here have none.
  at <- some(if (is.null(cluster)) length(f$time) else sum(f$surv > 0))
  bounds <- vapply(forms, function(x) object(c(low = numbers(x$lower[at]), high = numbers(x$upper[at]))), "")
  # The median with its bounds is what print() shows; quantile() passes over bounds that rise again.
  medians <- vapply(forms, function(x) numbers(summary(x)$table[c("median", "0.95LCL", "0.95UCL")]), "")
  mean <- if (is.null(cluster) && is.null(from)) summary(f, rmean = until)$table[c("rmean", "se(rmean)")] else c(NA, NA)
  object(c(rows = length(f$time), time = numbers(f$time[at]), atRisk = numbers(f$n.risk[at]), survival = numbers(f$surv[at]),
    standardError = numbers(summary(f, times = f$time[at])$std.err), hazard = numbers(f$cumhaz[at]), hazardError = numbers(f$std.chaz[at]),
    bounds = object(setNames(bounds, c("plain", "log", "'log-log'", "arcsin"))), quartiles = numbers(quantile(f, c(.25, .5, .75))$quantile), medians = object(setNames(medians, c("plain", "log", "'log-log'", "arcsin"))),
    until = value(until), restrictedMean = numbers(mean)))
}

incidence <- function(y, from = NULL) {
  fit <- function(form) if (is.null(from)) survfit(y ~ 1, id = seq_len(nrow(y)), conf.type = form) else
    survfit(y ~ 1, id = seq_len(nrow(y)), conf.type = form, start.time = from)
  f <- fit("log-log")
  at <- some(length(f$time))
  at <- at[f$pstate[at, 2] > 0 & f$pstate[at, 3] > 0]
  column <- function(x) paste0("[", paste(vapply(1:3, function(k) numbers(x[at, k]), ""), collapse = ", "), "]")
  object(c(rows = length(f$time), states = words(f$states), time = numbers(f$time[at]), probability = column(f$pstate), standardError = column(f$std.err),
    low = column(f$lower), high = column(f$upper)))
}

test <- function(x, df) object(c(chiSquare = value(x$chisq), degreesOfFreedom = value(df), p = value(pchisq(x$chisq, df, lower.tail = FALSE)),
  observed = numbers(if (is.matrix(x$obs)) rowSums(x$obs) else x$obs), expected = numbers(if (is.matrix(x$exp)) rowSums(x$exp) else x$exp)))
score <- function(fit) object(c(chiSquare = value(fit$score), degreesOfFreedom = "1", p = value(pchisq(fit$score, 1, lower.tail = FALSE))))

sink("values.fixture.ts")
cat("// Written by reference.R with", said, "\n\n")
cat("/** survfit of each table as one group; of heart from day 0; of kidney with robust = TRUE and the patient as cluster. */\n")
cat("export const CURVES =", object(c(
  aml = curve(both(sets$aml), until = 100), lung = curve(both(sets$lung), until = 500), veteran = curve(both(sets$veteran), until = 365),
  ovarian = curve(both(sets$ovarian), until = 1000), heart = curve(both(sets$heart), until = 1000),
  heartFrom100 = curve(both(sets$heart), from = 100, until = NA),
  kidney = curve(both(sets$kidney), cluster = sets$kidney$cluster, until = NA))), "as const;\n\n")
cat("/** survfit(Surv(stop, event) ~ 1, mgus1, start == 0), and the same with the age in days at diagnosis as entry, from 60 years on. */\n")
state <- factor(sets$mgus$cause, c("censor", "pcm", "death"))
cat("export const INCIDENCES =", object(c(
  mgus = incidence(Surv(sets$mgus$exit, state)),
  mgusByAge = incidence(Surv(sets$mgus$age, sets$mgus$age + sets$mgus$exit, state), from = 21915))), "as const;\n\n")
cat("/** survdiff; of heart, which is left truncated, the score test of coxph with ties = 'exact'. */\n")
v <- sets$veteran
cat("export const TESTS =", object(c(
  aml = test(survdiff(Surv(exit, ended) ~ group, sets$aml), 1),
  lung = test(survdiff(Surv(exit, ended) ~ group, sets$lung), 1),
  veteran = test(survdiff(Surv(exit, ended) ~ group, v), 3),
  veteranByTreatment = test(survdiff(Surv(exit, ended) ~ group + strata(stratum), v), 3),
  ovarian = test(survdiff(Surv(exit, ended) ~ group, sets$ovarian), 1),
  heart = score(coxph(Surv(entry, exit, ended) ~ group, sets$heart, ties = "exact")),
  heartBySurgery = score(coxph(Surv(entry, exit, ended) ~ group + strata(stratum), sets$heart, ties = "exact")))), "as const;\n\n")
cat("/** [df, x, pchisq(x, df, lower.tail = FALSE)] and [p, qnorm(p)] */\n")
grid <- expand.grid(df = c(1, 2, 3, 7, 30), x = c(.01, 1, 5, 40, 200))
cat("export const CHI_SQUARES = [", paste(sprintf("[%d, %s, %.15e]", grid$df, grid$x, pchisq(grid$x, grid$df, lower.tail = FALSE)), collapse = ", "), "] as const;\n")
p <- c(1e-20, 1e-6, .01, .025, .2, .5, .7, .95, .975, .9999)
cat("export const NORMALS = [", paste(sprintf("[%s, %.16g]", p, qnorm(p)), collapse = ", "), "] as const;\n")
sink()
