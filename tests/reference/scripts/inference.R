# Reference output for kansen_lib.stats.inference.
# R 4.2 with clubSandwich 0.5.8, sandwich 3.0.2, mice 3.15, mitools 2.4, coin 1.4, boot 1.3,
# exactRankTests 0.8, MASS, nlme, survival. Use: Rscript inference.R <path of the JSON to write>
suppressMessages({
  library(clubSandwich); library(sandwich); library(mice); library(jsonlite); library(coin)
})
out <- list()

# --- coefficients and joint tests ---------------------------------------------------------------------
kinds <- c("CR0", "CR1", "CR1S", "CR2", "CR3")
clustered <- function(fit, cluster) lapply(setNames(kinds, kinds), function(kind) {
  V <- vcovCR(fit, cluster = cluster, type = kind)
  test <- coef_test(fit, vcov = V, test = "Satterthwaite")
  bounds <- conf_int(fit, vcov = V, test = "Satterthwaite")
  list(value = test$beta, error = test$SE, df = test$df, p = test$p_Satt, lower = bounds$CI_L, upper = bounds$CI_U)
})
joint <- function(fit, cluster, terms) lapply(setNames(kinds, kinds), function(kind) {
  test <- Wald_test(fit, constrain_zero(terms), vcov = vcovCR(fit, cluster = cluster, type = kind), test = "HTZ")
  list(value = test$Fstat, df = test$df_denom, p = test$p_val)
})
unclustered <- function(fit) lapply(setNames(c("HC0", "HC1", "HC2", "HC3", "const"),
                                             c("HC0", "HC1", "HC2", "HC3", "classical")), function(kind) {
  V <- if (kind == "const") vcov(fit) else vcovHC(fit, type = kind)  # vcovHC leaves the weights out of "const"
  bounds <- lmtest::coefci(fit, vcov. = V)
  test <- lmtest::coeftest(fit, vcov. = V)
  list(value = test[, 1], error = test[, 2], p = test[, 4], lower = bounds[, 1], upper = bounds[, 2])
})
models <- function(data, formula, cluster, terms) {
  data$w <- 1 + (seq_len(nrow(data)) - 1) %% 5
  plain <- lm(formula, data)
  weighted <- lm(formula, data, weights = w)
  list(n = nrow(data), cluster = clustered(plain, data[[cluster]]),
       cluster_weighted = clustered(weighted, data[[cluster]]), plain = unclustered(plain),
       plain_weighted = unclustered(weighted), joint = joint(plain, data[[cluster]], terms),
       joint_weighted = joint(weighted, data[[cluster]], terms))
}
out$nlschools <- models(MASS::nlschools, lang ~ IQ + SES + GS + COMB, "class", c("SES", "GS", "COMB1"))
few <- subset(nlme::bdf, as.integer(as.character(schoolNR)) <= 16)
few$schoolNR <- droplevels(few$schoolNR)
few$girl <- as.integer(few$sex == "1")
out$bdf_few <- models(few, langPOST ~ IQ.ver.cen + ses + girl + Minority, "schoolNR", c("IQ.ver.cen", "ses", "girl"))
out$bdf_few$head <- few[1:3, c("schoolNR", "langPOST", "IQ.ver.cen", "ses", "girl")]

few$w <- 1 + (seq_len(nrow(few)) - 1) %% 5
own <- langPOST ~ IQ.ver.cen + ses + girl + schoolNR
kinds <- setdiff(kinds, "CR3")  # which clubSandwich cannot invert here
first <- function(all) lapply(all, function(kind) lapply(kind, function(x) x[2:4]))
out$bdf_fixed <- list(cluster = first(clustered(lm(own, few), few$schoolNR)), joint = joint(lm(own, few), few$schoolNR, 2:4),
  cluster_weighted = first(clustered(lm(own, few, weights = w), few$schoolNR)),
  joint_weighted = joint(lm(own, few, weights = w), few$schoolNR, 2:4))

# --- shares -------------------------------------------------------------------------------------------
pairs <- list(c(0, 10), c(3, 10), c(15, 148), c(81, 263), c(29, 29), c(500, 1000), c(1, 3))
out$shares <- lapply(pairs, function(x) list(count = x[1], n = x[2],
  wilson = as.numeric(suppressWarnings(prop.test(x[1], x[2], correct = FALSE))$conf.int),
  exact = as.numeric(binom.test(x[1], x[2])$conf.int)))
limit <- function(p, n, target) {  # Spiegelhalter (2005), A.1.1
  r <- 0; while (sum(dbinom(0:r, n, target)) < p) r <- r + 1
  below <- if (r > 0) sum(dbinom(0:(r - 1), n, target)) else 0
  min(1, max(0, (r - 1 + (p - below) / dbinom(r, n, target)) / n))
}
out$funnel <- lapply(list(c(0.1, 50), c(0.3, 7), c(0.85, 120), c(0.5, 1), c(0.02, 900)), function(x)
  list(target = x[1], n = x[2], limits = sapply(c(0.001, 0.025, 0.975, 0.999), limit, n = x[2], target = x[1])))

# --- multiple comparisons -----------------------------------------------------------------------------
set.seed(5)
p <- c(runif(12)^3, 0.01, 0.01, 1, 0)
out$adjust <- list(p = p, bh = p.adjust(p, "BH"), holm = p.adjust(p, "holm"))
value <- c(0.8, 0.3, -0.5, 0.1, 0.62); error <- c(0.2, 0.2, 0.15, 0.3, 0.21); df <- c(8, 12, 30, 9.5, 21.3)
raw <- 2 * pt(-abs(value / error), df); m <- length(raw)
bh <- p.adjust(raw, "BH"); R <- sum(bh <= 0.05)
half_bh <- qt(1 - R * 0.05 / (2 * m), df) * error; half_holm <- qt(1 - 0.05 / (2 * m), df) * error
out$family <- list(value = value, error = error, df = df, bh = bh, holm = p.adjust(raw, "holm"), chosen = bh <= 0.05,
  bh_lower = value - half_bh, bh_upper = value + half_bh, holm_lower = value - half_holm, holm_upper = value + half_holm)

# --- multiple imputation ------------------------------------------------------------------------------
imputed <- mice(nhanes, m = 8, seed = 7, printFlag = FALSE)
fits <- with(imputed, lm(chl ~ age + bmi))
pooled <- pool(fits)$pooled
summed <- summary(pool(fits), conf.int = TRUE)
large <- mitools::MIcombine(lapply(fits$analyses, coef), lapply(fits$analyses, vcov))
invisible(capture.output(bounds <- summary(large, alpha = 0.05)))
out$rubin <- list(value = sapply(fits$analyses, coef), error = sapply(fits$analyses, function(f) sqrt(diag(vcov(f)))),
  dfcom = 22, pooled = summed$estimate, se = summed$std.error, df = summed$df, p = summed$p.value,
  lower = summed[["2.5 %"]], upper = summed[["97.5 %"]], fmi = pooled$fmi, riv = pooled$riv,
  large_df = large$df, large_lower = bounds[["(lower"]], large_upper = bounds[["upper)"]])
many <- pool(with(mice(airquality[, 1:4], m = 200, seed = 11, method = "pmm", printFlag = FALSE),
                  lm(Ozone ~ Solar.R + Wind + Temp)))
out$airquality <- list(value = summary(many)$estimate, error = summary(many)$std.error)

# --- randomisation ------------------------------------------------------------------------------------
y <- c(15, 15, 20, 20, 10, 15, 30); t <- c(1, 0, 0, 0, 0, 0, 1)
exact <- function(y, t) as.numeric(pvalue(independence_test(y ~ factor(t), distribution = "exact")))
sleep_y <- round(sleep$extra * 10) + 20L; sleep_t <- as.integer(sleep$group == 2)
perm <- exactRankTests::perm.test(sleep_y[sleep_t == 1], sleep_y[sleep_t == 0], conf.int = TRUE)
rats <- MASS::genotype
rats <- subset(rats, Litter %in% c("A", "B") & Mother %in% c("A", "B"))
rats$t <- as.integer(rats$Litter == "B")
out$exact <- list(villages = exact(y, t), sleep = exact(sleep_y, sleep_t),
  sleep_interval = as.numeric(perm$conf.int) / 10, sleep_perm = perm$p.value,
  rats = list(y = rats$Wt, t = rats$t, block = as.character(rats$Mother)))
assign_all <- function(t, block) {
  sets <- lapply(split(seq_along(t), block), function(i) {
    picks <- combn(length(i), sum(t[i])); apply(picks, 2, function(k) i[k], simplify = FALSE) })
  grid <- expand.grid(lapply(sets, seq_along))
  apply(grid, 1, function(row) { x <- numeric(length(t)); for (b in seq_along(sets)) x[sets[[b]][[row[b]]]] <- 1; x })
}
brute <- function(y, t, draws, x) {  # share of assignments with a coefficient at least as far from 0
  stat <- function(t) if (is.null(x)) coef(lm(y ~ t))[2] else coef(lm(y ~ t + ., data = x))[2]
  own <- stat(t); all <- apply(draws, 2, stat)
  list(value = unname(own), p = mean(abs(all) >= abs(own) - 1e-9))
}
out$exact$blocked <- brute(rats$Wt, rats$t, assign_all(rats$t, rats$Mother), data.frame(block = rats$Mother))
pooled_t <- function(y, t, draws, block) apply(draws, 2, function(x) coef(lm(y ~ x + block))[2])
crossing <- function(y, t, draws, block, side) {  # where p(effect) falls to 5%: statistics are linear in the effect
  b <- pooled_t(y, t, draws, block); c <- pooled_t(t, t, draws, block); own <- coef(lm(y ~ t + block))[2]
  p <- function(d) mean(abs(b - (own + d) * c) >= abs(d) - 1e-9)
  inside <- 0; outside <- side * 100
  for (i in 1:80) { middle <- (inside + outside) / 2; if (p(middle) > 0.05) inside <- middle else outside <- middle }
  unname(own + inside)
}
every <- assign_all(rats$t, rats$Mother)
out$exact$blocked_interval <- c(crossing(rats$Wt, rats$t, every, rats$Mother, -1),
                                crossing(rats$Wt, rats$t, every, rats$Mother, 1))
out$exact$blocked_coin <- as.numeric(pvalue(independence_test(Wt ~ factor(t) | Mother, data = rats,
  distribution = approximate(nresample = 200000))))
few$t <- as.integer(as.integer(as.character(few$schoolNR)) %% 3 == 1)
schools <- sort(unique(as.character(few$schoolNR)))
drawn <- few$t[match(schools, as.character(few$schoolNR))]
whole <- assign_all(drawn, rep(1, length(drawn)))[match(as.character(few$schoolNR), schools), ]
out$exact$clustered <- brute(few$langPOST, few$t, whole, NULL)
out$exact$adjusted <- brute(few$langPOST, few$t, whole, few[, c("IQ.ver.cen", "ses")])
shifted <- function(effect) brute(few$langPOST - effect * few$t, few$t, whole, few[, c("IQ.ver.cen", "ses")])$p
out$exact$adjusted_grid <- list(effect = seq(-10, 10, 2), p = sapply(seq(-10, 10, 2), shifted))

# --- cluster bootstrap: the whole bootstrap distribution of five clusters -------------------------------
five <- subset(few, schoolNR %in% head(levels(few$schoolNR), 5)); five$schoolNR <- droplevels(five$schoolNR)
n <- as.numeric(table(five$schoolNR)); s <- as.numeric(tapply(five$langPOST, five$schoolNR, sum))
every <- as.matrix(expand.grid(rep(list(1:5), 5)))
means <- apply(every, 1, function(i) sum(s[i]) / sum(n[i]))
out$bootstrap <- list(schools = levels(five$schoolNR), value = sum(s) / sum(n),
  error = sqrt(mean((means - mean(means))^2)), lower = unname(quantile(means, 0.025, type = 1)),
  upper = unname(quantile(means, 0.975, type = 1)),
  below = sapply(c(0.015, 0.035, 0.965, 0.985), function(q) unname(quantile(means, q, type = 1))))
set.seed(3)
city <- boot::boot(boot::city, function(d, i) sum(d$x[i]) / sum(d$u[i]), R = 99999)
ci <- boot::boot.ci(city, type = "perc")$percent
out$city <- list(data = boot::city, value = city$t0, error = sd(city$t), lower = ci[4], upper = ci[5])

writeLines(toJSON(out, digits = NA, auto_unbox = TRUE, matrix = "rowmajor", null = "null"), commandArgs(TRUE)[1])
