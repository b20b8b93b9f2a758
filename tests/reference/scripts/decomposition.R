# Reference output for the subject decomposition, on data that the R packages mlmRev (Hsb82, egsingle) and
# AER (CPS1985, CPSSW9204) hold: R survey (linearised totals and the delta method), lm with the standard
# errors of Jann (2008) written out with sandwich, the infinitesimal jackknife of weighted lm, clubSandwich.
# Rscript decomposition.R <path of the JSON>
suppressPackageStartupMessages({
  library(survey); library(sandwich); library(clubSandwich); library(mlmRev); library(AER); library(jsonlite)
})
data(Hsb82); data(egsingle); data(CPS1985); data(CPSSW9204)
result <- list()

# --- kitagawa: totals of cells, their covariance by survey, the split as a function of the totals ----------
kitagawa <- function(d, ids, weights = NULL) {
  cats <- sort(unique(d$by))
  k <- length(cats)
  for (g in 1:2) for (j in 1:k) {
    cell <- d$side == g & d$by == cats[j]
    d[[paste0("n", g, "_", j)]] <- as.numeric(cell)
    d[[paste0("y", g, "_", j)]] <- cell * d$y
  }
  design <- if (is.null(weights)) suppressWarnings(svydesign(ids = ids, data = d)) else
    svydesign(ids = ids, weights = weights, data = d)
  cols <- c(outer(1:k, 1:2, function(j, g) paste0("n", g, "_", j)), outer(1:k, 1:2, function(j, g) paste0("y", g, "_", j)))
  total <- svytotal(as.formula(paste("~", paste(cols, collapse = "+"))), design)
  N <- function(g) paste0("(", paste0("n", g, "_", 1:k, collapse = "+"), ")")
  p <- function(g, j) paste0("(n", g, "_", j, "/", N(g), ")")
  r <- function(g, j) paste0("(y", g, "_", j, "/n", g, "_", j, ")")
  add <- function(f) parse(text = paste(sapply(1:k, f), collapse = "+"))[[1]]
  parts <- list(
    low = add(function(j) paste0(p(1, j), "*", r(1, j))),
    high = add(function(j) paste0(p(2, j), "*", r(2, j))),
    gap = add(function(j) paste0("(", p(2, j), "*", r(2, j), "-", p(1, j), "*", r(1, j), ")")),
    composition = add(function(j) paste0("(", p(2, j), "-", p(1, j), ")*(", r(1, j), "+", r(2, j), ")/2")),
    rates = add(function(j) paste0("(", r(2, j), "-", r(1, j), ")*(", p(1, j), "+", p(2, j), ")/2")),
    composition3 = add(function(j) paste0("(", p(2, j), "-", p(1, j), ")*", r(1, j))),
    rates3 = add(function(j) paste0("(", r(2, j), "-", r(1, j), ")*", p(1, j))),
    interaction3 = add(function(j) paste0("(", r(2, j), "-", r(1, j), ")*(", p(2, j), "-", p(1, j), ")")),
    first = parse(text = paste0("(", r(2, 1), "-", r(1, 1), ")*(", p(1, 1), "+", p(2, 1), ")/2"))[[1]])
  found <- svycontrast(total, parts)
  list(value = as.list(coef(found)), se = as.list(setNames(SE(found), names(parts))), df = degf(design))
}
h <- data.frame(y = as.numeric(Hsb82$mAch > 15), side = ifelse(Hsb82$minrty == "Yes", 1, 2),
                by = as.character(Hsb82$sector), school = Hsb82$school, w = 1 + (seq_len(nrow(Hsb82)) %% 3))
result$kitagawa <- list(clustered = kitagawa(h, ~school), plain = kitagawa(h, ~1), weighted = kitagawa(h, ~school, ~w))

# --- Oaxaca-Blinder ------------------------------------------------------------------------------------------
# Standard errors: V(x'b) = x'V(b)x + b'V(x)b (Jann 2008); pooled or clustered: scores of all models together.
oaxaca <- function(d, formula, side, kind, cluster = NULL, weights = NULL) {
  # normalised: deviation contrasts, with the last label's coefficient minus the sum of the others
  mf <- model.frame(formula, d)
  y <- model.response(mf)
  factors <- names(Filter(function(x) is.factor(x) || is.character(x), mf[-1]))
  for (f in factors) mf[[f]] <- factor(mf[[f]])
  contrasts <- setNames(rep(list("contr.sum"), length(factors)), factors)
  X <- model.matrix(formula, mf, contrasts.arg = if (length(factors)) contrasts else NULL)
  n <- nrow(X); k <- ncol(X)
  w <- if (is.null(weights)) rep(1, n) else weights
  low <- !side; high <- side
  id <- if (is.null(cluster)) seq_len(n) else cluster
  fit <- function(rows, X) lm.wfit(X[rows, , drop = FALSE], y[rows], w[rows])
  score <- function(rows, X) {
    f <- fit(rows, X)
    bread <- solve(crossprod(X[rows, , drop = FALSE] * sqrt(w[rows])))
    s <- matrix(0, n, ncol(X))
    s[rows, ] <- (X[rows, , drop = FALSE] * (w[rows] * f$residuals)) %*% bread
    s
  }
  joint <- function(s) { s <- rowsum(s, id); crossprod(s) * nrow(s) / (nrow(s) - 1) }
  robust <- !is.null(cluster) || !is.null(weights) || kind %in% c("pooled", "neumark")
  b <- cbind(fit(low, X)$coefficients, fit(high, X)$coefficients, 0)
  Vb <- matrix(0, 3 * k, 3 * k)
  if (kind %in% c("pooled", "neumark")) {
    XP <- if (kind == "pooled") cbind(X, as.numeric(high)) else X
    b[, 3] <- fit(low | high, XP)$coefficients[1:k]
    Vb <- joint(cbind(score(low, X), score(high, X), score(low | high, XP)[, 1:k]))
  } else if (robust) {
    Vb[1:(2 * k), 1:(2 * k)] <- joint(cbind(score(low, X), score(high, X)))
  } else {
    for (g in 1:2) {
      rows <- if (g == 1) low else high
      at <- (g - 1) * k + 1:k
      Vb[at, at] <- vcov(lm(y[rows] ~ X[rows, -1]))
    }
  }
  wl <- w * low / sum(w[low]); wh <- w * high / sum(w[high])
  m <- cbind(colSums(wl * X), colSums(wh * X))
  if (is.null(cluster) && is.null(weights)) {
    Vm <- matrix(0, 2 * k, 2 * k)
    Vm[1:k, 1:k] <- var(X[low, ]) / sum(low)
    Vm[k + 1:k, k + 1:k] <- var(X[high, ]) / sum(high)
  } else Vm <- joint(cbind(wl * t(t(X) - m[, 1]), wh * t(t(X) - m[, 2])))
  theta <- c(m, b)
  V <- matrix(0, 5 * k, 5 * k); V[1:(2 * k), 1:(2 * k)] <- Vm; V[2 * k + 1:(3 * k), 2 * k + 1:(3 * k)] <- Vb
  share <- sum(high) / n
  star <- switch(kind, low = c(1, 0, 0), high = c(0, 1, 0), cotton = c(1 - share, share, 0), reimers = c(.5, .5, 0), c(0, 0, 1))
  parts <- function(th, at = 1:k) {
    M <- matrix(th[1:(2 * k)], k)[at, , drop = FALSE]; B <- matrix(th[-(1:(2 * k))], k)[at, , drop = FALSE]
    dx <- M[, 2] - M[, 1]; s <- B %*% star
    c(explained = sum(dx * s), unexplained = sum(M[, 2] * (B[, 2] - s)) + sum(M[, 1] * (s - B[, 1])),
      endowments = sum(dx * B[, 1]), coefficients = sum(M[, 1] * (B[, 2] - B[, 1])),
      interaction = sum(dx * (B[, 2] - B[, 1])), gap = sum(M[, 2] * B[, 2]) - sum(M[, 1] * B[, 1]))
  }
  # gradient of a bilinear function: central differences are exact but for rounding
  describe <- function(at) {
    J <- sapply(seq_along(theta), function(i) {
      e <- replace(numeric(length(theta)), i, max(1, abs(theta[i])))
      (parts(theta + e, at) - parts(theta - e, at)) / (2 * max(1, abs(theta[i])))
    })
    list(value = as.list(parts(theta, at)), se = as.list(sqrt(diag(J %*% V %*% t(J)))))
  }
  assign <- attr(X, "assign"); terms <- attr(terms(formula), "term.labels")
  c(list(all = describe(1:k)), setNames(lapply(seq_along(terms), function(i) describe(which(assign == i))), terms))
}
cps <- CPS1985
cps$lw <- log(cps$wage)
f <- lw ~ education + experience + union
result$oaxaca <- lapply(setNames(nm = c("low", "high", "pooled", "neumark", "cotton", "reimers")),
                        function(kind) oaxaca(cps, f, cps$gender == "male", kind))
result$oaxaca_occupation <- oaxaca(cps, lw ~ education + occupation, cps$gender == "male", "low")
result$oaxaca_sector <- oaxaca(cps, lw ~ education + occupation + sector, cps$gender == "male", "pooled")
hs <- Hsb82
hs$school <- as.character(hs$school)
result$oaxaca_clustered <- lapply(setNames(nm = c("low", "pooled")), function(kind)
  oaxaca(hs, mAch ~ ses + sector, hs$minrty == "No", kind, cluster = hs$school))
result$oaxaca_weighted <- oaxaca(hs, mAch ~ ses + sector, hs$minrty == "No", "high", hs$school,
                                 1 + (seq_len(nrow(hs)) %% 3))

# --- the infinitesimal jackknife: derivative of any statistic of weighted lm to the weight of a cluster ------
jackknife <- function(statistic, n, id) {
  groups <- split(seq_len(n), id)
  at <- statistic(rep(1, n))
  psi <- t(sapply(groups, function(rows) {
    step <- function(e) statistic(replace(rep(1, n), rows, 1 + e))
    e <- 1e-2  # five-point stencil
    (-step(2 * e) + 8 * step(e) - 8 * step(-e) + step(-2 * e)) / (12 * e)
  }))
  if (length(at) == 1) psi <- t(psi)
  psi <- sweep(psi, 2, colMeans(psi))
  list(value = as.list(at), covariance = crossprod(psi) * length(groups) / (length(groups) - 1))
}
weighted <- function(formula, d) {
  y <- model.response(model.frame(formula, d)); X <- model.matrix(formula, d)
  function(w) setNames(lm.wfit(X, y, w)$coefficients, colnames(X))
}
gelbach <- function(d, y, base, blocks, of, id) {
  full <- weighted(reformulate(c(base, unlist(blocks)), y), d)
  short <- weighted(reformulate(base, y), d)
  columns <- lapply(blocks, function(b) colnames(model.matrix(reformulate(b), d))[-1])
  XB <- model.matrix(reformulate(base), d)
  X2 <- model.matrix(reformulate(unlist(blocks)), d)
  statistic <- function(w) {
    b <- full(w)
    parts <- sapply(columns, function(cl) lm.wfit(XB, X2[, cl, drop = FALSE] %*% b[cl], w)$coefficients[of])
    out <- c(short(w)[of], b[of], short(w)[of] - b[of], parts)
    setNames(out, c("base", "full", "change", names(blocks)))
  }
  found <- jackknife(statistic, nrow(d), id)
  list(value = found$value, se = as.list(setNames(sqrt(diag(found$covariance)), names(found$value))))
}
result$gelbach <- list(
  cps = gelbach(cps, "lw", "gender", list(school = c("education", "experience"), job = c("occupation", "union")),
                "genderfemale", seq_len(nrow(cps))),
  hsb = gelbach(Hsb82, "mAch", c("minrty", "sx"), list(home = "ses", school = c("meanses", "sector")), "minrtyYes",
                as.character(Hsb82$school)))

# --- Shapley: every order of the blocks, R2 of lm ----------------------------------------------------------------
orders <- function(v) if (length(v) < 2) list(v) else
  do.call(c, lapply(v, function(x) lapply(orders(setdiff(v, x)), function(rest) c(x, rest))))
shapley <- function(d, y, blocks) {
  r2 <- function(chosen) if (!length(chosen)) 0 else summary(lm(reformulate(unlist(blocks[chosen]), y), d))$r.squared
  all <- orders(names(blocks))
  gains <- sapply(all, function(o) sapply(names(blocks), function(b) {
    before <- o[seq_len(match(b, o) - 1)]
    r2(c(before, b)) - r2(before)
  }))
  c(as.list(rowMeans(gains)), R2 = r2(names(blocks)))
}
result$shapley <- list(
  cps = shapley(cps, "lw", list(school = c("education", "experience"), job = c("occupation", "union"),
                                person = c("gender", "ethnicity", "region"))),
  hsb = shapley(Hsb82, "mAch", list(ses = "ses", minority = "minrty", sex = "sx", school = c("meanses", "sector"))))

# --- level and gap ---------------------------------------------------------------------------------------------
cells <- function(d, ids) {
  for (t in 1:2) for (g in 1:2) {
    d[[paste0("n", t, g)]] <- as.numeric(d$t == t & d$g == g)
    d[[paste0("y", t, g)]] <- d[[paste0("n", t, g)]] * d$y
  }
  design <- suppressWarnings(svydesign(ids = ids, data = d))
  total <- svytotal(~ n11 + n12 + n21 + n22 + y11 + y12 + y21 + y22, design)
  found <- svycontrast(total, list(
    level = quote((y21 + y22) / (n21 + n22) - (y11 + y12) / (n11 + n12)),
    low = quote(y21 / n21 - y11 / n11), high = quote(y22 / n22 - y12 / n12),
    gap = quote(y22 / n22 - y21 / n21 - (y12 / n12 - y11 / n11))))
  V <- vcov(found)[c("level", "gap"), c("level", "gap")]
  centre <- coef(found)[c("level", "gap")]
  df <- degf(design)
  few <- length(all.vars(ids)) > 0
  radius <- if (few) sqrt(2 * df / (df - 1) * qf(.95, 2, df - 1)) else sqrt(qchisq(.95, 2))
  # the region as car draws it: its points furthest from and nearest to the centre
  points <- car::ellipse(unname(centre), V, radius, segments = 20000, draw = FALSE, add = FALSE)
  distance <- sqrt(rowSums(sweep(points, 2, centre)^2))
  top <- eigen(V)$vectors[, 1]
  t2 <- drop(centre %*% solve(V, centre))
  list(value = as.list(coef(found)), se = as.list(setNames(SE(found), names(coef(found)))), covariance = V[1, 2],
       long = max(distance), short = min(distance), angle = atan(top[2] / top[1]) * 180 / pi, t2 = t2,
       p = if (few) pf(t2 * (df - 1) / (2 * df), 2, df - 1, lower.tail = FALSE) else pchisq(t2, 2, lower.tail = FALSE))
}
result$quadrant <- list(
  cps = cells(with(CPSSW9204, data.frame(y = earnings, t = ifelse(year == 1992, 1, 2), g = ifelse(gender == "female", 1, 2))), ~1),
  egsingle = cells(with(subset(egsingle, year %in% c(-0.5, 1.5)),
    data.frame(y = math, t = ifelse(year == -0.5, 1, 2), g = ifelse(female == "Female", 2, 1), school = as.character(schoolid))), ~school))

# --- risks ---------------------------------------------------------------------------------------------------------
hs$risks <- (hs$minrty == "Yes") + (hs$ses < -0.5) + (hs$sector == "Public")
by_count <- lapply(0:3, function(c) {
  t <- t.test(hs$mAch[hs$risks == c])
  list(value = unname(t$estimate), se = unname(t$stderr), lower = t$conf.int[1], upper = t$conf.int[2])
})
line <- lm(mAch ~ risks, hs)
cell <- lm(mAch ~ 0 + factor(risks), hs)
robust <- conf_int(cell, vcov = "CR2", cluster = hs$school)
slope <- conf_int(line, vcov = "CR2", cluster = hs$school)[2, ]
result$risks <- list(
  plain = by_count, slope = list(value = unname(coef(line)[2]), se = sqrt(vcovHC(line, "HC3")[2, 2])),
  clustered = list(value = coef(cell), se = robust$SE, df = robust$df, lower = robust$CI_L, upper = robust$CI_U),
  slope_clustered = list(value = slope$beta, se = slope$SE, df = slope$df, lower = slope$CI_L, upper = slope$CI_U))
write(toJSON(result, digits = NA, auto_unbox = TRUE), commandArgs(TRUE)[1])
