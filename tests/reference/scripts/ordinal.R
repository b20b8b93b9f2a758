# Reference numbers of the ordinal subject: Rscript ordinal.R <path of the JSON>
# R 4.2 with ordinal, VGAM, clubSandwich, car, MASS, mlmRev, numDeriv, splines, jsonlite.
suppressPackageStartupMessages({
  library(ordinal); library(VGAM); library(clubSandwich); library(numDeriv); library(jsonlite)
})
target <- commandArgs(trailingOnly = TRUE)[1]
out <- list()
tight <- clm.control(gradTol = 1e-12, maxIter = 200L)
numbers <- function(x) as.list(unname(x))

# --- data: text in alphabetical order, as the Python side reads it ----------------------------------
housing <- MASS::housing[rep(seq_len(nrow(MASS::housing)), MASS::housing$Freq), ]
housing$Sat <- ordered(housing$Sat, c("Low", "Medium", "High"))
for (name in c("Infl", "Type", "Cont")) housing[[name]] <- factor(as.character(housing[[name]]))
wine <- ordinal::wine
wine$place <- ordered(as.integer(wine$rating))
exam <- mlmRev::Exam
exam$place <- findInterval(exam$normexam, c(-1, -0.25, 0.5, 1.25))
exam$sex <- factor(as.character(exam$sex))
exam$school <- as.character(exam$school)
nl <- MASS::nlschools
nl$place <- findInterval(nl$lang, c(30, 36, 42, 48)) / 2
nl$high <- as.integer(nl$lang > 42)
nl$COMB <- factor(as.character(nl$COMB))
nl$class <- as.character(nl$class)

# --- ordinal logit ------------------------------------------------------------------------------------
fit <- clm(Sat ~ Infl + Type + Cont, data = housing, control = tight)
out$housing <- list(
  coefficients = as.list(coef(fit)), errors = as.list(sqrt(diag(vcov(fit)))), loglik = as.numeric(logLik(fit))
)
fit <- clm(place ~ temp + contact, data = wine, control = tight)
out$wine <- list(
  coefficients = as.list(coef(fit)), errors = as.list(sqrt(diag(vcov(fit)))), loglik = as.numeric(logLik(fit))
)

# Log-likelihood of cumulative logits for a cluster, for numeric Hessians: theta = cuts, then slopes.
loglik <- function(theta, cats, cols) {
  cuts <- c(-Inf, theta[seq_len(max_y - 1)], Inf)
  eta <- as.vector(cols %*% theta[-seq_len(max_y - 1)])
  sum(log(plogis(cuts[cats + 1] - eta) - plogis(cuts[cats] - eta)))
}
score_of <- function(theta, cats, cols) {
  nc <- max_y - 1
  eta <- as.vector(cols %*% theta[-seq_len(nc)])
  cuts <- c(-Inf, theta[seq_len(nc)], Inf)
  upper <- dlogis(cuts[cats + 1] - eta); lower <- dlogis(cuts[cats] - eta)
  chance <- plogis(cuts[cats + 1] - eta) - plogis(cuts[cats] - eta)
  by_cut <- sapply(seq_len(nc), function(j) sum((upper * (cats == j) - lower * (cats == j + 1)) / chance))
  c(by_cut, colSums(cols * ((lower - upper) / chance)))
}
# Leave-one-cluster-out Newton steps, from numeric derivatives of the log-likelihood.
steps <- function(theta, y, x, cluster, pull = NULL) {
  ids <- sort(unique(cluster))
  grads <- t(sapply(ids, function(g) grad(loglik, theta, cats = y[cluster == g], cols = x[cluster == g, , drop = FALSE])))
  hess <- lapply(ids, function(g) -hessian(loglik, theta, cats = y[cluster == g], cols = x[cluster == g, , drop = FALSE]))
  total <- Reduce(`+`, hess)
  extra <- if (is.null(pull)) 0 * grads else pull
  t(sapply(seq_along(ids), function(k) solve(total - hess[[k]], extra[k, ] - grads[k, ])))
}
x <- model.matrix(~ temp + contact, wine)[, -1]
max_y <- 5
moves <- steps(coef(fit), as.integer(wine$rating), x, as.integer(wine$judge))
out$wine_cr3 <- setNames(as.list(sqrt(colSums(moves^2))), names(coef(fit)))

# --- binary logit --------------------------------------------------------------------------------------
fit <- glm(high ~ IQ + SES + COMB, data = nl, family = binomial, control = glm.control(epsilon = 1e-14))
out$nl_binary <- list(
  coefficients = as.list(coef(fit)), errors = as.list(sqrt(diag(vcov(fit)))), loglik = as.numeric(logLik(fit)),
  cr3 = as.list(sqrt(diag(as.matrix(vcovCR(fit, cluster = nl$class, type = "CR3")))))
)
ame <- function(theta) {
  x0 <- model.matrix(fit); x1 <- x0; x0[, "COMB1"] <- 0; x1[, "COMB1"] <- 1
  change <- mean(plogis(x1 %*% theta) - plogis(x0 %*% theta))
  slope <- mean(dlogis(model.matrix(fit) %*% theta)) * theta["IQ"]
  c(COMB = change, IQ = unname(slope))
}
j <- jacobian(ame, coef(fit))
cr3 <- as.matrix(vcovCR(fit, cluster = nl$class, type = "CR3"))
out$nl_binary_ame <- list(
  values = as.list(ame(coef(fit))), errors = numbers(sqrt(diag(j %*% vcov(fit) %*% t(j)))),
  cr3 = numbers(sqrt(diag(j %*% cr3 %*% t(j))))
)

# --- multinomial logit ---------------------------------------------------------------------------------
control <- vglm.control(epsilon = 1e-14, maxit = 100)
fit <- vglm(factor(Sat, ordered = FALSE) ~ Infl + Type + Cont, multinomial(refLevel = "Low"), housing,
  control = control)
out$housing_multinomial <- list(
  coefficients = as.list(coef(fit)), errors = as.list(sqrt(diag(vcov(fit)))), loglik = logLik(fit)
)
chances <- function(theta, x) {
  e <- exp(cbind(0, x %*% matrix(theta, ncol = 2, byrow = TRUE)))
  e / rowSums(e)
}
x <- model.matrix(~ Infl + Type + Cont, housing)
ame <- function(theta) {
  dummies <- grep("^Type", colnames(x))
  base <- x; base[, dummies] <- 0
  as.vector(sapply(dummies, function(k) {
    world <- base; world[, k] <- 1
    colMeans(chances(theta, world) - chances(theta, base))
  }))
}
j <- jacobian(ame, coef(fit))
out$housing_multinomial_ame <- list(
  values = numbers(ame(coef(fit))), errors = numbers(sqrt(diag(j %*% vcov(fit) %*% t(j))))
)

# --- partial proportional odds --------------------------------------------------------------------------
fit <- clm(Sat ~ Type + Cont, nominal = ~Infl, data = housing, control = tight)
out$housing_partial <- list(
  coefficients = as.list(coef(fit)), errors = as.list(sqrt(diag(vcov(fit)))), loglik = as.numeric(logLik(fit))
)
vgam <- vglm(Sat ~ Infl + Type + Cont, cumulative(parallel = FALSE ~ Infl, reverse = TRUE), housing,
  control = control)
out$housing_partial_vgam <- list(coefficients = as.list(coef(vgam)), loglik = logLik(vgam))
fit <- clm(place ~ temp, nominal = ~contact, data = wine, control = tight)
out$wine_partial <- list(
  coefficients = as.list(coef(fit)), errors = as.list(sqrt(diag(vcov(fit)))), loglik = as.numeric(logLik(fit))
)

# --- average marginal effects of ordinal models ------------------------------------------------------------
fit <- clm(Sat ~ Infl + Type + Cont, data = housing, control = tight)
ordered_chances <- function(cuts, eta) {
  above <- cbind(1, plogis(outer(as.vector(eta), cuts, `-`)), 0)
  above[, -ncol(above)] - above[, -1]
}
x <- model.matrix(~ Infl + Type + Cont, housing)[, -1]
ame <- function(theta) {
  dummies <- grep("^Type", colnames(x))
  base <- x; base[, dummies] <- 0
  as.vector(sapply(dummies, function(k) {
    world <- base; world[, k] <- 1
    colMeans(ordered_chances(theta[1:2], world %*% theta[-(1:2)]) - ordered_chances(theta[1:2], base %*% theta[-(1:2)]))
  }))
}
j <- jacobian(ame, coef(fit))
out$housing_ame <- list(
  values = numbers(ame(coef(fit))), errors = numbers(sqrt(diag(j %*% vcov(fit) %*% t(j))))
)
fit <- clm(factor(place) ~ IQ + SES + COMB, data = nl, control = tight)
x <- model.matrix(~ IQ + SES + COMB, nl)[, -1]
places <- c(0, 0.5, 1, 1.5, 2)
ame <- function(theta) {
  f <- dlogis(outer(as.vector(x %*% theta[-(1:4)]), theta[1:4], `-`)) * theta["IQ"]
  change <- colMeans(cbind(0, f, 0)[, 1:5] - cbind(0, f, 0)[, 2:6])
  c(change, sum(change * places))
}
j <- jacobian(ame, coef(fit))
max_y <- 5
moves <- steps(coef(fit), as.integer(factor(nl$place)), x, nl$class)
out$nl_ame <- list(
  values = numbers(ame(coef(fit))), errors = numbers(sqrt(diag(j %*% vcov(fit) %*% t(j)))),
  cr3 = numbers(sqrt(colSums((j %*% t(moves))^2 |> t())))
)

# --- parallel lines -----------------------------------------------------------------------------------------
polr <- MASS::polr(Sat ~ Infl + Type + Cont, data = housing, Hess = TRUE, control = list(reltol = 1e-15, maxit = 500))
po <- car::poTest(polr)
# car 3.1-1 puts the block of cut-points (1, 2) of the covariance in place of (2, 1), which is its transpose
k <- 6
half <- po$vcov; half[k + 1:k, 1:k] <- t(half[1:k, k + 1:k])
slopes <- unlist(lapply(1:2, function(m) coef(glm((as.integer(Sat) > m) ~ Infl + Type + Cont, binomial, housing,
  control = glm.control(epsilon = 1e-14)))[-1]))
gap <- po$D %*% slopes
out$housing_brant <- list(
  overall = as.numeric(t(gap) %*% solve(po$D %*% half %*% t(po$D), gap)), single = as.list(po$chisq.p),
  overall_as_car_prints = po$chisq
)
fit <- clm(Sat ~ Infl + Type + Cont, data = housing, control = tight)
gain <- function(general) as.numeric(2 * (logLik(general) - logLik(fit)))
out$housing_ratio <- list(
  Infl = gain(clm(Sat ~ Type + Cont, nominal = ~Infl, data = housing, control = tight)),
  Type = gain(clm(Sat ~ Infl + Cont, nominal = ~Type, data = housing, control = tight)),
  Cont = gain(clm(Sat ~ Infl + Type, nominal = ~Cont, data = housing, control = tight)),
  overall = gain(clm(Sat ~ 1, nominal = ~ Infl + Type + Cont, data = housing, control = tight))
)

# --- the gap at an equal score --------------------------------------------------------------------------------
natural <- function(score) {
  q <- quantile(score, c(0.05, 0.35, 0.65, 0.95), names = FALSE)
  function(s) splines::ns(s, knots = q[2:3], Boundary.knots = q[c(1, 4)])
}
gap_case <- function(data, score, group, cluster, low, high, reliability = 1, at = NULL, bounds = NULL) {
  s <- data[[score]]; g <- as.character(data[[group]]); id <- data[[cluster]]
  places <- sort(unique(data$place)); y <- match(data$place, places)
  max_y <<- length(places); nc <- max_y - 1
  levels <- sort(unique(g)); k <- match(g, levels)
  censored <- function(rows) {
    at <- sapply(levels, function(l) {
      v <- s[rows][g[rows] == l]
      from <- ifelse(v <= bounds[1], NA, v); to <- ifelse(v >= bounds[2], NA, v)
      from[v >= bounds[2]] <- bounds[2]; to[v <= bounds[1]] <- bounds[1]
      fit <- survival::survreg(survival::Surv(from, to, type = "interval2") ~ 1, dist = "gaussian",
        control = survival::survreg.control(rel.tolerance = 1e-14, maxiter = 100))
      c(coef(fit), fit$scale^2, length(v))
    })
    n <- at[3, ]; m <- at[1, ]; M <- sum(n * m) / sum(n)
    c(m, at[2, ] * n / (n - 1), sum(n * (at[2, ] + (m - M)^2)) / (sum(n) - 1))
  }
  moments <- function(rows) if (!is.null(bounds)) censored(rows) else c(tapply(s[rows], factor(g[rows], levels), mean), tapply(s[rows], factor(g[rows], levels), var), var(s[rows]))
  calibrate <- function(phi) {
    K <- length(levels); r <- 1 - (1 - reliability) * phi[2 * K + 1] / phi[K + 1:K]
    score <- s
    if (!is.null(bounds)) {
      m <- phi[k]; d <- sqrt(phi[K + k])
      top <- s >= bounds[2]; bottom <- s <= bounds[1]
      above <- (bounds[2] - m) / d; below <- (bounds[1] - m) / d
      score[top] <- (m + d * dnorm(above) / pnorm(above, lower.tail = FALSE))[top]
      score[bottom] <- (m - d * dnorm(below) / pnorm(below))[bottom]
    }
    phi[k] + r[k] * (score - phi[k])
  }
  phi <- moments(seq_along(s)); basis <- natural(calibrate(phi))
  matrix_of <- function(score, label) cbind(basis(score), outer(label, levels[-1], `==`) + 0)
  x <- matrix_of(calibrate(phi), g)
  frame <- data.frame(y = factor(y)); frame$x <- x
  fit <- clm(y ~ x, data = frame, control = tight); theta <- coef(fit)
  expected <- function(theta, score, label, weights = diff(places)) {
    eta <- matrix_of(score, rep(label, length(score))) %*% theta[-seq_len(nc)]
    mean(plogis(outer(as.vector(eta), theta[seq_len(nc)], `-`)) %*% weights)
  }
  gap <- function(theta, phi, weights = diff(places)) {
    score <- calibrate(phi)
    expected(theta, score, high, weights) - expected(theta, score, low, weights)
  }
  ids <- sort(unique(id)); pull <- NULL; direct <- 0
  if (reliability < 1) {
    change <- t(sapply(ids, function(c) moments(which(id != c)) - phi))
    whole <- function(phi) score_of(theta, y, matrix_of(calibrate(phi), g))
    pull <- change %*% t(jacobian(whole, phi))
    direct <- change %*% grad(function(p) gap(theta, p), phi)
  }
  moves <- steps(theta, y, x, id, pull)
  error <- function(f) sqrt(sum((moves %*% grad(f, theta) + direct)^2))
  found <- list(value = gap(theta, phi), error = error(function(t) gap(t, phi)))
  if (!is.null(at)) {
    share <- as.numeric(seq_len(nc) == at)
    found$at_least <- gap(theta, phi, share); found$at_least_error <- error(function(t) gap(t, phi, share))
    from <- max(tapply(s, g, quantile, 0.05)[c(low, high)]); to <- min(tapply(s, g, quantile, 0.95)[c(low, high)])
    grid <- seq(from, to, length.out = 3)
    found$grid <- numbers(grid)
    found$low <- numbers(sapply(grid, function(a) places[1] + expected(theta, a, low)))
    found$high <- numbers(sapply(grid, function(a) places[1] + expected(theta, a, high)))
    found$low_error <- numbers(sapply(grid, function(a) error(function(t) expected(t, a, low))))
    found$gap_error <- numbers(sapply(grid, function(a) error(function(t) expected(t, a, high) - expected(t, a, low))))
  }
  found
}
out$exam_gap <- gap_case(exam, "standLRT", "sex", "school", "M", "F", at = 3)
out$nl_gap <- gap_case(nl, "IQ", "COMB", "class", "1", "0", at = 2)
for (r in c(0.75, 0.9)) {
  out[[paste0("exam_gap_", r)]] <- gap_case(exam, "standLRT", "sex", "school", "M", "F", r)
  out[[paste0("nl_gap_", r)]] <- gap_case(nl, "IQ", "COMB", "class", "1", "0", r)
}
exam$clipped <- pmin(pmax(exam$standLRT, -2), 1.2)
out$exam_gap_bounds <- gap_case(exam, "clipped", "sex", "school", "M", "F", 0.8, bounds = c(-2, 1.2))
# without parallel lines, on the larger set: dummies of the group are nominal effects
basis <- natural(exam$standLRT)
frame <- data.frame(y = factor(exam$place), M = (exam$sex == "M") + 0); frame$x <- unclass(basis(exam$standLRT))
fit <- clm(y ~ x, nominal = ~M, data = frame, control = tight); theta <- coef(fit)
eta <- as.vector(frame$x %*% theta[9:11])
chance <- function(m) plogis(sweep(-outer(rep(1, nrow(frame)), theta[1:4] + m * theta[5:8]), 1, -eta))
out$exam_gap_varying <- list(value = sum(colMeans(chance(0) - chance(1))))

# --- errors in variables ------------------------------------------------------------------------------------------
eiv <- function(data, r) {
  x <- model.matrix(~ IQ + SES + COMB, data); a <- crossprod(x)
  a[2, 2] <- a[2, 2] - (1 - r) * sum((data$IQ - mean(data$IQ))^2)
  drop(solve(a, crossprod(x, data$lang)))
}
classes <- sort(unique(nl$class))
apart <- sapply(classes, function(c) eiv(nl[nl$class != c, ], 0.8))
out$nl_eiv <- list(coefficients = as.list(eiv(nl, 0.8)), errors = numbers(sqrt(rowSums((apart - eiv(nl, 0.8))^2))))

# --- SIMEX of the slope in a linear model: without Monte Carlo error a function of the moments ------------------------
slope <- function(data, r, lambda) {
  x <- model.matrix(~ IQ + SES + COMB, data); a <- crossprod(x)
  a[2, 2] <- a[2, 2] + lambda * (1 - r) * sum((data$IQ - mean(data$IQ))^2)
  solve(a, crossprod(x, data$lang))[2]
}
simex_of <- function(data, r, degree) {
  lambda <- c(0, 0.5, 1, 1.5, 2)
  estimates <- sapply(lambda, function(l) slope(data, r, l))
  unname(predict(lm(estimates ~ poly(lambda, degree, raw = TRUE)), data.frame(lambda = -1)))
}
small <- nl[nl$class %in% classes[1:30], ]
for (degree in 1:3) {
  whole <- simex_of(small, 0.8, degree)
  apart <- sapply(classes[1:30], function(c) simex_of(small[small$class != c, ], 0.8, degree))
  out[[paste0("nl_simex_", degree)]] <- list(value = whole, error = sqrt(29 / 30 * sum((apart - whole)^2)))
}
out$small_classes <- as.list(classes[1:30])

write(toJSON(out, auto_unbox = TRUE, digits = NA, pretty = TRUE), target)
