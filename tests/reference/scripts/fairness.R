# Numbers of R: Rscript fairness.R stored/fairness.json
# Needs jsonlite, metafor, rms, sandwich-free base R, clubSandwich; the drawn data are stored with the numbers.
suppressPackageStartupMessages({library(jsonlite); library(metafor); library(rms); library(clubSandwich)})
path <- commandArgs(trailingOnly = TRUE)[1]
out <- list()

# Berkeley admissions of 1973 (datasets::UCBAdmissions), departments as strata
t3 <- UCBAdmissions
mh <- mantelhaen.test(aperm(t3, c(2, 1, 3)), correct = FALSE)  # rows Gender (Male, Female)
a <- t3["Admitted", "Female", ]; b <- t3["Rejected", "Female", ]
c <- t3["Admitted", "Male", ]; d <- t3["Rejected", "Male", ]
or <- rma.mh(ai = a, bi = b, ci = c, di = d, measure = "OR", correct = FALSE)
rd <- rma.mh(ai = a, bi = b, ci = c, di = d, measure = "RD")
out$berkeley <- list(
  ratio = 1 / unname(mh$estimate), ratio_lower = 1 / mh$conf.int[2], ratio_upper = 1 / mh$conf.int[1],
  tarone = or$TA, tarone_p = or$TAp,
  difference = c(rd$beta), difference_se = rd$se, difference_lower = rd$ci.lb, difference_upper = rd$ci.ub)

# Drawn: a chance that is too extreme for group b, in 25 schools
set.seed(31)
n <- 800
data <- data.frame(group = rep(c("a", "b"), length.out = n), school = sample(25, n, TRUE), x = rnorm(n))
p <- plogis(ifelse(data$group == "b", 1.6, 1) * data$x)
data$chance <- round(p, 4)
data$y <- as.integer(runif(n) < plogis(data$x + rnorm(25, 0, .3)[data$school]))
data$decision <- as.integer(data$chance + rnorm(n, 0, .15) > ifelse(data$group == "b", .55, .45))
data$stratum <- as.integer(cut(data$chance, c(-1, .25, .5, .75, 2)))
out$drawn <- as.list(data[c("group", "school", "chance", "y", "decision", "stratum")])
for (g in c("a", "b")) {
  part <- data[data$group == g, ]
  v <- val.prob(part$chance, part$y, pl = FALSE)
  large <- t.test(part$y - part$chance)
  clustered <- lm(I(y - chance) ~ 1, part)
  robust <- coef_test(clustered, vcov = "CR2", cluster = part$school)
  fit <- glm(y ~ qlogis(chance), binomial, part, control = list(epsilon = 1e-14, maxit = 100))
  out[[paste("calibration", g)]] <- list(
    slope = unname(coef(fit)[2]), intercept = unname(coef(fit)[1]), brier = unname(v["Brier"]),
    slope_se = sqrt(vcov(fit)[2, 2]), large = unname(large$estimate),
    large_lower = large$conf.int[1], large_upper = large$conf.int[2],
    large_clustered_se = robust$SE, large_clustered_df = robust$df)
}
adjusted <- lm(decision ~ I(group == "b") + factor(stratum), data)
parity <- coef_test(adjusted, vcov = "CR2", cluster = data$school)
ms <- rma.mh(ai = tapply(data$decision[data$group == "b"], data$stratum[data$group == "b"], sum),
             n1i = table(data$stratum[data$group == "b"]),
             ci = tapply(data$decision[data$group == "a"], data$stratum[data$group == "a"], sum),
             n2i = table(data$stratum[data$group == "a"]), measure = "RD")
out$parity <- list(difference = parity$beta[2], clustered_se = parity$SE[2], clustered_df = parity$df[2],
                   mantel = c(ms$beta), mantel_se = ms$se)
odds <- function(part, cluster) {
  fit <- lm(y1 ~ I(group == "b"), part)
  test <- coef_test(fit, vcov = "CR2", cluster = part$school)
  list(difference = test$beta[2], se = test$SE[2], df = test$df[2])
}
data$y1 <- data$decision
out$tpr <- odds(data[data$y == 1, ]); out$fpr <- odds(data[data$y == 0, ])
data$y1 <- data$y
out$ppv <- odds(data[data$decision == 1, ]); out$fomr <- odds(data[data$decision == 0, ])
write(toJSON(out, digits = NA, auto_unbox = TRUE), path)
