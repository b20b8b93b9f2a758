# What an evaluation needs beside the effect: mean and gap, jackknife, specifications, welfare, acceptability,
# staggered plans. STAR (AER), bdf (nlme; schools with an odd number play those that were drawn), npk (MASS). Usage:
#   Rscript evaluations.R stored/evaluations.json
suppressMessages({
  library(AER)
  library(sandwich)
  library(clubSandwich)
  library(multcomp)
  library(car)
  library(emmeans)
})
args <- commandArgs(TRUE)
out <- list()
data(STAR, package = "AER")
star <- subset(STAR, stark %in% c("regular", "small"))
star$small <- as.numeric(star$stark == "small")
star$school <- factor(star$schoolidk)
data(bdf, package = "nlme")
bdf <- as.data.frame(bdf)
bdf$school <- as.numeric(as.character(bdf$schoolNR))
bdf$drawn <- as.numeric(bdf$school %% 2 == 1)
bdf$sex <- as.character(bdf$sex)
bdf$first <- as.numeric(bdf$sex == "0")
bdf$second <- as.numeric(bdf$sex == "1")

# Joint region: furthest and nearest point of the ellipse that car draws
region <- function(centre, V, radius) {
  edge <- ellipse(centre, V, radius, segments = 20000, draw = FALSE)
  from <- sweep(edge, 2, centre)
  far <- from[which.max(rowSums(from^2)), ]
  list(
    long = sqrt(max(rowSums(from^2))), short = sqrt(min(rowSums(from^2))), tangent = far[[2]] / far[[1]]
  )
}
hotelling <- function(df) sqrt(2 * df / (df - 1) * qf(0.95, 2, df - 1))

# Mean and gap of a lottery of persons, HC3
used <- subset(star, !is.na(mathk) & !is.na(lunchk) & !is.na(gender) & !is.na(schoolidk))
used <- subset(used, ave(small, school, FUN = length) > 1)
used$free <- as.numeric(used$lunchk == "free")
used$paid <- 1 - used$free
fit <- lm(mathk ~ 0 + free + paid + free:small + paid:small + gender + droplevels(school), used)
at <- c("free:small", "paid:small")
share <- c(mean(used$free), mean(used$paid))
K <- rbind(share, c(-1, 1))
centre <- as.numeric(K %*% coef(fit)[at])
V <- K %*% vcovHC(fit, type = "HC3")[at, at] %*% t(K)
out$persons <- c(
  list(mean = centre[1], gap = centre[2], mean_error = sqrt(V[1, 1]), gap_error = sqrt(V[2, 2])),
  list(df = fit$df.residual, correlation = cov2cor(V)[1, 2]), region(centre, V, hotelling(fit$df.residual))
)

# Mean and gap of a lottery of schools, CR2 with the HTZ test; shares given
schools <- lm(langPOST ~ 0 + first + second + first:drawn + second:drawn + IQ.verb, bdf)
V <- vcovCR(schools, cluster = bdf$school, type = "CR2")
at <- match(c("first:drawn", "second:drawn"), names(coef(schools)))
K <- matrix(0, 2, length(coef(schools)))
K[1, at] <- c(0.3, 0.7)
K[2, at] <- c(-1, 1)
each <- linear_contrast(schools, vcov = V, contrasts = K, test = "Satterthwaite")
both <- Wald_test(schools, constraints = K, vcov = V, test = "HTZ")
S <- K %*% as.matrix(V) %*% t(K)
out$schools <- c(
  list(mean = each$Est[1], gap = each$Est[2], mean_error = each$SE[1], gap_error = each$SE[2]),
  list(mean_df = each$df[1], gap_df = each$df[2], df = both$df_denom + 1, p = both$p_val),
  list(correlation = cov2cor(S)[1, 2]), region(each$Est, S, hotelling(both$df_denom + 1))
)

# From effects and a covariance
three <- parm(c(laag = 0.21, midden = 0.12, hoog = 0.30),
  matrix(c(0.010, 0.002, 0.001, 0.002, 0.006, 0.003, 0.001, 0.003, 0.014), 3),
  df = 17
)
K <- rbind(mean = c(0.25, 0.45, 0.30), gap = c(-1, 0, 1))
out$vector <- lapply(list(t = 17, normal = 0), function(df) {
  three$df <- df
  found <- summary(glht(three, K))
  V <- vcov(found)
  ends <- confint(glht(three, K), calpha = univariate_calpha())$confint
  c(
    list(mean = coef(found)[[1]], gap = coef(found)[[2]], lower = ends[1, "lwr"], upper = ends[2, "upr"]),
    list(correlation = cov2cor(V)[1, 2]),
    region(coef(found), V, if (df > 0) hotelling(df) else sqrt(qchisq(0.95, 2)))
  )
})

# Cluster jackknife: CR3 times (G - 1)/G
jack <- function(fit, cluster) {
  G <- length(unique(cluster))
  V <- as.matrix(vcovCR(fit, cluster = cluster, type = "CR3")) * (G - 1) / G
  list(
    value = unname(coef(fit)), error = unname(sqrt(diag(V))), correlation = cov2cor(V)[2, 3], df = G - 1
  )
}
# ... and one by one, of a statistic that is no least squares: means of two groups and their ratio
one <- function(data) {
  a <- mean(data$langPOST[data$sex == "0"])
  b <- mean(data$langPOST[data$sex == "1"])
  c(a, b, a / b)
}
G <- unique(bdf$school)
moves <- t(sapply(G, function(g) one(bdf[bdf$school != g, ]) - one(bdf)))
V <- (length(G) - 1) / length(G) * t(moves) %*% moves
out$jackknife <- list(
  model = jack(lm(langPOST ~ IQ.verb + drawn, bdf), bdf$school),
  plain = list(value = one(bdf), error = sqrt(diag(V)), correlation = cov2cor(V)[1, 2], df = length(G) - 1)
)

# Specifications: lm of each, and all assignments one by one
curve <- function(values, lower, upper, main) {
  side <- sign(values[main])
  list(
    median = median(values), same = mean(sign(values) == side),
    whole = mean(pmin(side * lower, side * upper) > 0)
  )
}
hc3 <- function(formula, data) {
  fit <- lm(formula, data)
  half <- qt(0.975, fit$df.residual) * sqrt(vcovHC(fit, type = "HC3")["small", "small"])
  c(coef(fit)[["small"]], coef(fit)[["small"]] - half, coef(fit)[["small"]] + half)
}
star$late <- as.numeric(star$birth > as.yearqtr("1980 Q2"))
ways <- sapply(list(
  mathk ~ small, mathk ~ small + gender, mathk ~ small + gender + lunchk, I(readk / 2) ~ small,
  I(-10 * late) ~ small, I(20 * late) ~ small + gender
), hc3, data = star)
out$curve <- c(list(values = sort(ways[1, ])), curve(ways[1, ], ways[2, ], ways[3, ], 1))

few <- subset(bdf, school %in% sort(unique(school))[1:8])
whole <- sort(unique(few$school))
three_ways <- function(drawn) {
  few$z <- as.numeric(few$school %in% drawn)
  c(
    coef(lm(langPOST ~ z, few))[["z"]], coef(lm(langPOST ~ z + IQ.verb, few))[["z"]],
    coef(lm(langPOST ~ z + IQ.verb, few, subset = sex == "1"))[["z"]] / 2
  )
}
chosen <- whole[whole %% 2 == 1]
every <- combn(whole, length(chosen))
medians <- apply(every, 2, function(drawn) median(three_ways(drawn)))
own <- three_ways(chosen)
out$clusters <- list(
  values = sort(own), median = median(own), assignments = ncol(every),
  p = mean(abs(medians) >= abs(median(own)) * (1 - 1e-9))
)

npk <- MASS::npk
npk$P <- as.numeric(npk$P == "1")
npk$n <- as.numeric(npk$N == "1")
pick <- apply(combn(4, 2), 2, function(rows) as.numeric(1:4 %in% rows))
grid <- as.matrix(expand.grid(rep(list(1:6), 6)))
q_of <- function(formula, rows) qr(model.matrix(formula, npk[rows, ]))
left <- list(
  list(q = q_of(~block, 1:24), rows = 1:24), list(q = q_of(~ block + P, 1:24), rows = 1:24),
  list(q = q_of(~1, 1:20), rows = 1:20)
)
ours <- function(z) sapply(left, function(way) {
  r <- qr.resid(way$q, z[way$rows])
  if (sum(r^2) < 1e-9) NA else sum(r * npk$yield[way$rows]) / sum(r^2) # the same plots as phosphate
})
order_in_block <- order(npk$block)
again <- apply(grid, 1, function(g) {
  z <- numeric(24)
  z[order_in_block] <- as.numeric(pick[, g])
  median(ours(z))
})
own <- ours(npk$n)
check <- coef(lm(yield ~ n + block + P, npk))[["n"]]
stopifnot(abs(check - own[2]) < 1e-10)
out$blocks <- list(
  values = sort(own), median = median(own), assignments = nrow(grid),
  p = mean(abs(again) >= abs(median(own)) * (1 - 1e-9), na.rm = TRUE)
)

# Welfare: gradient of Atkinson's equally-distributed equivalent
ede <- function(y, size, aversion) {
  if (aversion == 1) exp(sum(size * log(y))) else sum(size * y^(1 - aversion))^(1 / (1 - aversion))
}
s <- c(0.25, 0.45, 0.30)
y <- c(82, 97, 118)
gains <- c(0.21, 0.12, 0.30)
V <- matrix(c(0.010, 0.002, 0.001, 0.002, 0.006, 0.003, 0.001, 0.003, 0.014), 3)
weights <- function(e) {
  slope <- numDeriv::grad(ede, y, size = s, aversion = e)
  slope / sum(slope) # a gain of the same size for all is worth that size
}
out$welfare <- lapply(c(none = 0, half = 0.5, one = 1, three = 3), function(e) {
  w <- weights(e)
  list(value = sum(w * gains), error = sqrt(as.numeric(t(w) %*% V %*% w)), ratio = (w[1] / s[1]) / (w[3] / s[3]))
})
turn <- function(d, from, to) uniroot(function(e) sum(weights(e) * d), c(from, to), tol = 1e-11)$root
out$turn <- list(
  three = turn(c(0.21, 0.12, 0.30) - c(0.30, 0.14, 0.16), 0.5, 6),
  two = turn(c(0.05, 0, 0.15) - c(0.1, 0, 0.09), 0.5, 6)
)

# Acceptability: one-sided tests of the effect against what the costs ask for
fit <- lm(mathk ~ small + gender, star)
cost <- 750
amounts <- c(60, 120, 300, 1500)
found <- emtrends(fit, ~1, var = "small", vcov. = vcovHC(fit, type = "HC3"), data = subset(star, !is.na(mathk) & !is.na(gender)))
sd_of <- 47
tests <- sapply(amounts, function(amount) {
  test(found, null = sd_of * 0.1 * cost / amount, side = "<")$p.value
})
out$acceptability <- list(
  effect = coef(fit)[["small"]] / sd_of, error = sqrt(vcovHC(fit, type = "HC3")["small", "small"]) / sd_of,
  df = fit$df.residual, cost = cost, amounts = amounts, chance = tests
)
normal <- parm(c(effect = 0.12), matrix(0.05^2))
out$acceptability_normal <- sapply(c(100, 250, 1000), function(amount) {
  summary(glht(normal, diag(1), alternative = "less", rhs = 0.1 * 200 / amount))$test$pvalues[[1]]
})

# Staggered start: imputation by lm on the means of clusters in periods, its weight on each mean one by one
plan <- function(clusters, starting, before, after, waves, cell) {
  periods <- before + waves - 1 + after
  d <- expand.grid(unit = seq_len(clusters), period = seq_len(periods))
  wave <- ceiling(d$unit / (starting / waves))
  d$treated <- d$unit <= starting & d$period > before + wave - 1
  d$y <- 0
  effect <- function(y) {
    d$y <- y
    fit <- lm(y ~ factor(unit) + factor(period), d, subset = !treated)
    mean(d$y[d$treated] - predict(fit, d[d$treated, ]))
  }
  pull <- sapply(seq_len(nrow(d)), function(i) effect(as.numeric(seq_len(nrow(d)) == i)))
  sqrt(cell * sum(pull^2))
}
out$staggered <- list(
  together = plan(12, 6, 2, 3, 1, 0.02 + 0.88 / 100),
  waves = plan(14, 6, 2, 2, 3, 0.03 * 0.6 + (1 - 0.12 - 0.03) * (1 - 0.4) / 80)
)
writeLines(jsonlite::toJSON(out, auto_unbox = TRUE, digits = NA, pretty = TRUE), args[1])
