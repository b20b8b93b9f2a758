# LaLonde data of MatchIt: logit, balance, greedy pairs within a caliper. Usage: Rscript matching.R stored/matching.json
# Greedy pairs come from the package Matching, which takes the treated in the order of the data: the data
# are put in descending order of the score first, as MatchIt does. (MatchIt 4.5.1 as built by Debian 12
# ignores its caliper and does not reproduce MatchIt's own printed output, so it makes no pairs here.)
suppressMessages({
  library(MatchIt)
  library(Matching)
  library(sandwich)
  library(clubSandwich)
})
data(lalonde, package = "MatchIt")
model <- treat ~ age + educ + race + married + nodegree + re74 + re75
fit <- glm(model, data = lalonde, family = binomial, control = glm.control(epsilon = 1e-14, maxit = 50))
out <- list(logit = list(
  params = as.list(coef(fit)),
  errors = as.list(sqrt(diag(vcov(fit)))),
  scores = unname(fitted(fit)[c(1, 100, 300, 614)])
))

table <- function(found) {
  keep <- rownames(found) != "distance"
  list(
    difference = as.list(found[keep, "Std. Mean Diff."]),
    ratio = as.list(found[keep & !is.na(found[, "Var. Ratio"]), "Var. Ratio"]),
    treated = as.list(found[keep, "Means Treated"]),
    untreated = as.list(found[keep, "Means Control"])
  )
}
lalonde$w <- 0.5 + (seq_len(nrow(lalonde)) %% 7) / 7
for (estimand in c("ATT", "ATE")) {
  none <- matchit(model, data = lalonde, method = NULL, distance = "glm", estimand = estimand)
  out$balance[[estimand]] <- table(summary(none)$sum.all)
}

# Data without ties: which of two equally near persons is taken differs between programs.
set.seed(20)
n <- 200
made <- data.frame(x = rnorm(n), z = rnorm(n))
made$d <- rbinom(n, 1, plogis(-1.5 + made$x + 0.5 * made$z))
made$y <- made$d + made$x + rnorm(n)
score <- fitted(glm(d ~ x + z, binomial, made, control = glm.control(epsilon = 1e-14)))
pairs <- function(caliper) {
  ordered <- made[order(-score), ]
  found <- Match(
    Y = ordered$y, Tr = ordered$d, X = sort(score, decreasing = TRUE), estimand = "ATT",
    M = 1, replace = FALSE, ties = FALSE, caliper = caliper, distance.tolerance = 0
  )
  rows <- data.frame(
    y = c(ordered$y[found$index.treated], ordered$y[found$index.control]),
    d = rep(c(1, 0), each = length(found$index.treated)),
    pair = rep(seq_along(found$index.treated), 2)
  )
  line <- lm(y ~ d, rows)
  list(
    effect = unname(coef(line)["d"]),
    error = sqrt(vcovCL(line, cluster = ~pair)["d", "d"]),
    pairs = length(found$index.treated)
  )
}
out$data <- as.list(made)
out$pairs <- list(none = pairs(NULL), tenth = pairs(0.1), twentieth = pairs(0.05))

school <- factor(seq_len(nrow(lalonde)) %% 23)
line <- lm(re78 ~ treat, lalonde, weights = lalonde$w)
clustered <- coef_test(line, vcov = "CR2", cluster = school, test = "Satterthwaite")
out$weighted <- list(
  effect = unname(coef(line)["treat"]),
  hc3 = sqrt(vcovHC(line, type = "HC3")["treat", "treat"]),
  cr2 = clustered["treat", "SE"],
  df = clustered["treat", "df_Satt"]
)
writeLines(jsonlite::toJSON(out, auto_unbox = TRUE, digits = NA, pretty = TRUE), commandArgs(TRUE)[1])
