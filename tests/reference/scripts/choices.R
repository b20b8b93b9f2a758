# Reference output for conditional_logit. Rscript choices.R <path of the JSON>
suppressPackageStartupMessages({ library(survival); library(jsonlite) })
result <- list(versions = list(survival = as.character(packageVersion("survival"))))
plain <- clogit(case ~ spontaneous + induced + strata(stratum), data = infert)
robust <- coxph(Surv(rep(1, nrow(infert)), case) ~ spontaneous + induced + strata(stratum) + cluster(education),
                data = infert, ties = "breslow")
numbers <- function(model, inverse) list(
    spontaneous = coef(model)[["spontaneous"]], induced = coef(model)[["induced"]],
    `se spontaneous` = sqrt(inverse[1, 1]), `se induced` = sqrt(inverse[2, 2]))
result$infert <- c(numbers(plain, vcov(plain)), list(`log-likelihood` = plain$loglik[2]))
result$clustered <- numbers(robust, robust$var)
# Three alternatives, several persons a situation: each person a stratum of its own
set.seed(4)
cells <- expand.grid(alternative = 1:4, situation = 1:30)
cells$x <- rnorm(nrow(cells)); cells$z <- runif(nrow(cells))[cells$alternative * 7] + rnorm(nrow(cells)) / 4
cells$chosen <- 0
for (s in 1:30) {
  rows <- which(cells$situation == s)
  p <- exp(0.8 * cells$x[rows] - cells$z[rows])
  cells$chosen[rows] <- as.vector(rmultinom(1, sample(3:9, 1), p))
}
persons <- do.call(rbind, lapply(1:30, function(s) {
  rows <- cells[cells$situation == s, ]
  do.call(rbind, lapply(rep(rows$alternative, rows$chosen), function(a) transform(rows, y = alternative == a)))
}))
persons$stratum <- rep(seq_len(nrow(persons) / 4), each = 4)
one <- clogit(y ~ x + z + strata(stratum), data = persons)
robust <- coxph(Surv(rep(1, nrow(persons)), y) ~ x + z + strata(stratum) + cluster(alternative),
                data = persons, ties = "breslow")
result$cells <- cells
result$persons <- list(x = coef(one)[["x"]], z = coef(one)[["z"]], `se x` = sqrt(vcov(one)[1, 1]),
                       `se z` = sqrt(vcov(one)[2, 2]))
result$by_alternative <- list(`se x` = sqrt(robust$var[1, 1]), `se z` = sqrt(robust$var[2, 2]))
write_json(result, commandArgs(TRUE)[1], digits = NA, auto_unbox = TRUE)
