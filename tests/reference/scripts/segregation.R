# Segregation of pupils by R: segregation (entropy-based indices and decompositions), vegan 2.6-4
# (diversity, Hellinger distance) and msm (delta method). Usage: Rscript segregation.R segregation.json
# CRAN was out of reach: the output in stored/ was made with the functions of segregation that are called
# here (all pure R), taken over from the package's public repository, about version 1.0 to 1.1.0.
suppressMessages({
  library(segregation); library(data.table); library(vegan); library(msm); library(jsonlite)
})
data("star", package = "mlmRev"); data("Exam", package = "mlmRev"); data("Chem97", package = "mlmRev")
data("bdf", package = "nlme")
plain <- function(frame) data.frame(lapply(as.data.frame(frame), as.character), stringsAsFactors = FALSE)
bdf <- plain(bdf[, c("schoolNR", "Minority")])
exam <- plain(Exam[, c("school", "intake", "type", "sex")])
chem <- plain(Chem97[, c("lea", "school", "score")])
star <- plain(star[, c("gr", "sch", "eth", "schtype")])
star <- star[complete.cases(star), ]
first <- star[star$gr == "K", ]; last <- star[star$gr == "3", ]
named <- function(d) as.list(setNames(d$est, d$stat))
wide <- function(d, key) lapply(split(d, d[[key]]), named)
out <- list(rows = list(bdf = nrow(bdf), exam = nrow(exam), chem = nrow(chem), first = nrow(first), last = nrow(last)))

# printed in the package's help page of dissimilarity and in its tests
m1 <- data.frame(unit = rep(1:4, 2), group = rep(c("a", "b"), each = 4), n = c(100, 60, 40, 0, 0, 40, 60, 100))
m2 <- data.frame(unit = rep(1:4, 2), group = rep(c("a", "b"), each = 4), n = c(80, 80, 20, 20, 20, 20, 80, 80))
small <- data.frame(u = rep(c("a", "b"), each = 4), g = rep(1:4, 2), super = rep(c(12, 12, 34, 34), 2),
                    n = c(40, 20, 5, 1, 20, 40, 60, 80))
out$m1 <- named(mutual_total(m1, "group", "unit", weight = "n"))
out$m2 <- named(mutual_total(m2, "group", "unit", weight = "n"))
out$D <- list(m1 = dissimilarity(m1, "group", "unit", "n")$est, m2 = dissimilarity(m2, "group", "unit", "n")$est,
              bdf = dissimilarity(bdf, "Minority", "schoolNR")$est)

out$total <- list(
  bdf = named(mutual_total(bdf, "Minority", "schoolNR")), exam = named(mutual_total(exam, "intake", "school")),
  star = named(mutual_total(first, "eth", "sch")), bits = named(mutual_total(exam, "intake", "school", base = 2)))
iso <- isolation(exam, "intake", "school"); out$isolation <- as.list(setNames(iso$isolation, iso$intake))
exp <- exposure(exam, "intake", "school")
out$exposure <- as.list(setNames(exp$exposure, paste(exp$of, exp$to, sep = " > ")))
iso <- isolation(bdf, "Minority", "schoolNR"); out$isolation_bdf <- as.list(setNames(iso$isolation, iso$Minority))
exp <- exposure(first, "eth", "sch"); out$exposure_star <- as.list(setNames(exp$exposure, paste(exp$of, exp$to, sep = " > ")))

out$local <- list(exam = wide(mutual_local(exam, "intake", "school"), "school"),
                  groups = wide(mutual_local(exam, "school", "intake"), "intake"),
                  star = wide(mutual_local(first, "eth", "sch"), "sch"))
out$within <- list(exam = wide(mutual_within(exam, "intake", "school", within = "type"), "type"),
                   star = wide(mutual_within(first, "eth", "sch", within = "schtype"), "schtype"))
nested <- mutual_total_nested(chem, "score", c("lea", "school"))
out$nested <- split(nested$est, paste(nested$stat, nested$between))
nested <- mutual_total_nested(first, "eth", c("schtype", "sch"))
out$nested_star <- split(nested$est, paste(nested$stat, nested$between))
nested <- mutual_total_nested(small, "u", c("super", "g"), weight = "n")
out$nested_groups <- split(nested$est, paste(nested$stat, nested$between))

d1 <- data.frame(u = rep(c("a", "b"), each = 4), g = rep(1:4, 2), n = c(40, 30, 20, 10, 5, 10, 15, 20))
d2 <- data.frame(u = rep(c("a", "b"), each = 4), g = rep(1:4, 2), n = c(20, 20, 20, 15, 5, 10, 10, 15))
z1 <- data.frame(u = rep(c("a", "b", "c"), each = 4), g = rep(1:4, 3), n = c(0, 30, 20, 10, 5, 10, 15, 20, 4, 3, 2, 1))
z2 <- data.frame(u = rep(c("a", "b", "d"), each = 4), g = rep(1:4, 3), n = c(40, 20, 20, 15, 5, 10, 10, 0, 1, 2, 3, 4))
difference <- function(one, two, g, u, weight, method)
  named(mutual_difference(one, two, g, u, weight = weight, method = method, precision = 1e-12, max_iterations = 1e5))
set.seed(1) # IPF starts with rows or with columns at random
several <- list(one = first, two = last)
several <- lapply(several, function(d) d[d$eth %in% c("W", "B"), ])
out$change <- list(
  small = difference(d1, d2, "g", "u", "n", "shapley"), small_km = difference(d1, d2, "g", "u", "n", "km"),
  zeros = difference(z1, z2, "g", "u", "n", "shapley"), zeros_km = difference(z1, z2, "g", "u", "n", "km"),
  star = difference(several$one, several$two, "eth", "sch", NULL, "shapley"),
  star_km = difference(several$one, several$two, "eth", "sch", NULL, "km"))

hellinger <- function(d, group, unit) {
  spread <- t(as.matrix(table(d[[unit]], d[[group]])))
  as.numeric(dist(decostand(spread, "hellinger")))^2 / 2
}
out$hellinger <- list(bdf = hellinger(bdf, "Minority", "schoolNR"), exam = hellinger(exam, "sex", "school"))
eth <- table(first$schtype, first$eth)
out$diversity <- lapply(c(E = "shannon", Simpson = "simpson"), function(index) as.list(diversity(eth, index)))
out$diversity_all <- list(E = diversity(colSums(eth)), Simpson = diversity(colSums(eth), "simpson"),
                          number = exp(diversity(colSums(eth))))

delta <- function(counts) {
  p <- counts / sum(counts); k <- length(p)
  covariance <- (diag(p) - outer(p, p)) / sum(counts)
  terms <- paste(sprintf("x%d*log(x%d)", 1:k, 1:k), collapse = " + ")
  list(counts = counts, value = exp(diversity(counts)),
       log_se = deltamethod(as.formula(paste0("~ -(", terms, ")")), p, covariance),
       se = deltamethod(as.formula(paste0("~ exp(-(", terms, "))")), p, covariance))
}
out$breadth <- list(delta(c(10, 20, 5)), delta(c(340, 120, 60, 15, 4)))

set.seed(20261122)
draws <- 20000
boot <- mutual_total(exam, "intake", "school", se = TRUE, n_bootstrap = draws)
summarised <- function(b) list(est = b$est, se = b$se, low = b$CI[[1]][[1]], high = b$CI[[1]][[2]])
out$boot <- list(M = summarised(boot[1, ]), H = summarised(boot[2, ]),
                 D = summarised(dissimilarity(exam, "sex", "school", se = TRUE, n_bootstrap = draws)))
expected <- mutual_expected(exam, "intake", "school", n_bootstrap = draws)
out$expected <- list(M = expected$est[1], H = expected$est[2],
                     D = dissimilarity_expected(exam, "sex", "school", n_bootstrap = draws)$est)
write(toJSON(out, digits = NA, auto_unbox = TRUE), commandArgs(trailingOnly = TRUE)[1])
