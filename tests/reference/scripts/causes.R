# Reference output for gini, rank_slope, counterfactual and growth_on_start, on data that the R packages
# mlmRev (Hsb82), AER (CPS1985) and nlme (bdf) hold: laeken, lm with predict at changed data and the
# jackknife over schools, lavaan. Errors of gini and rank_slope: the infinitesimal jackknife, by numerical
# derivatives in the weight of each person. Rscript causes.R <path of the JSON>
suppressPackageStartupMessages({
  library(laeken); library(lavaan); library(sandwich); library(splines); library(mlmRev); library(AER); library(nlme); library(jsonlite)
})
data(Hsb82); data(CPS1985); data(bdf, package = "nlme")
bdf <- as.data.frame(bdf); bdf$school <- as.character(bdf$schoolNR)
result <- list(versions = lapply(setNames(nm = c("laeken", "lavaan", "sandwich")), function(p) as.character(packageVersion(p))))

# the error of a statistic of weights, over persons or clusters
infinitesimal <- function(f, w, cluster = NULL, step = 1e-4) {
  pull <- vapply(seq_along(w), function(i) {
    up <- w; up[i] <- w[i] * (1 + step); down <- w; down[i] <- w[i] * (1 - step); (f(up) - f(down)) / (2 * step)
  }, 0)
  if (is.null(cluster)) return(sqrt(sum(pull^2)))
  total <- tapply(pull, as.character(cluster), sum); g <- length(total); sqrt(sum(total^2) * g / (g - 1))
}

# --- gini ----------------------------------------------------------------------------------------------------
by_laeken <- function(x, w, cluster = NULL) {
  f <- function(w) laeken::gini(x, w)$value / 100
  list(value = f(w), se = infinitesimal(f, w, cluster))
}
w <- 1 + seq_len(nrow(CPS1985)) %% 3; one <- rep(1, nrow(CPS1985))
result$gini <- list(plain = by_laeken(CPS1985$wage, one), weighted = by_laeken(CPS1985$wage, w, CPS1985$occupation),
                    ties = by_laeken(CPS1985$experience, one))

# --- rank_slope ----------------------------------------------------------------------------------------------
places <- function(x, w) { by <- tapply(w, x, sum); ((cumsum(by) - by / 2) / sum(w))[match(x, as.numeric(names(by)))] }
ranks <- function(child, parent, cluster) {
  f <- function(w) { r <- places(child, w); q <- places(parent, w); m <- function(a) sum(w * a) / sum(w)
    m((r - m(r)) * (q - m(q))) / m((q - m(q))^2) }
  w <- rep(1, length(child))
  list(value = unname(coef(lm(rank(child) ~ rank(parent)))[2]), se = infinitesimal(f, w), clustered = infinitesimal(f, w, cluster))
}
some <- Hsb82[Hsb82$school %in% unique(Hsb82$school)[1:40], ]
result$ranks <- list(hsb = ranks(some$mAch, some$ses, some$school), bdf = ranks(bdf$aritPOST, bdf$ses, bdf$school))
result$ranks$hsb$n <- nrow(some)

# --- counterfactual: predict at changed data, and all of it again without each school --------------------------
four <- function(d, formula, changes, in_group, fit = lm(formula, d)) {
  changed <- d; for (name in names(changes)) changed[[name]] <- changes[[name]]
  there <- predict(fit, changed); here <- predict(fit, d); y <- model.response(model.frame(formula, d))
  at <- function(rows) c(mean(y[rows]), mean(there[rows]), mean(there[rows] - y[rows]), mean(there[rows] - here[rows]))
  lapply(in_group(d), at)
}
jackknife <- function(d, formula, changes, in_group, units) {
  whole <- four(d, formula, changes, in_group); ids <- unique(d$school); g <- length(ids)
  fits <- lapply(ids, function(s) lm(formula, d[d$school != s, ]))
  apart <- lapply(seq_along(ids), function(i) { rest <- d[d$school != ids[i], ]; four(rest, formula, changes, in_group, fits[[i]]) })
  errors <- lapply(setNames(nm = names(whole)), function(k)
    sqrt((g - 1) / g * rowSums(sapply(apart, function(a) (a[[k]] - whole[[k]])^2))))
  b <- coef(lm(formula, d)); spread <- t(sapply(fits, coef)) - rep(b, each = g); V <- (g - 1) / g * t(spread) %*% spread
  list(value = whole, se = errors, df = g - 1, units = lapply(setNames(nm = units), function(u) of_unit(d, formula, changes, in_group, u, b, V)))
}
of_unit <- function(d, formula, changes, in_group, unit, b, V) {
  changed <- d; for (name in names(changes)) changed[[name]] <- changes[[name]]
  terms <- delete.response(terms(formula)); x <- model.matrix(terms, d)
  xlev <- .getXlevels(terms, model.frame(terms, d)); f <- model.matrix(terms, model.frame(terms, changed, xlev = xlev))
  y <- model.response(model.frame(formula, d))
  lapply(in_group(d), function(group) {
    rows <- which(group & d$school == unit); n <- length(rows)
    fm <- colMeans(f[rows, , drop = FALSE]); xm <- colMeans(x[rows, , drop = FALSE]); gap <- f[rows, ] %*% b - y[rows]
    v <- c(var(y[rows]) / n, fm %*% V %*% fm, fm %*% V %*% fm + var(gap) / n, (fm - xm) %*% V %*% (fm - xm))
    list(value = c(mean(y[rows]), fm %*% b, mean(gap), (fm - xm) %*% b), se = sqrt(v))
  })
}
h <- transform(Hsb82, school = as.character(school), minority = as.character(minrty), sex = as.character(sx), type = as.character(sector),
               poor = as.numeric(ses < -0.5))
by_sex <- function(d) list(all = rep(TRUE, nrow(d)), Female = d$sex == "Female", Male = d$sex == "Male")
result$hsb <- jackknife(h, mAch ~ minority + poor + ses + type, list(minority = "No", poor = 0), by_sex, c("1224", "1288"))
knots <- quantile(bdf$IQ.verb, c(0.05, 0.35, 0.65, 0.95))
spline <- as.formula(sprintf("langPOST ~ ses + repeatgr + sex + ns(IQ.verb, knots = c(%.17g, %.17g), Boundary.knots = c(%.17g, %.17g))",
                             knots[2], knots[3], knots[1], knots[4]))
b <- data.frame(langPOST = bdf$langPOST, ses = bdf$ses, IQ.verb = bdf$IQ.verb, school = bdf$school,
                sex = as.numeric(as.character(bdf$sex)), repeatgr = as.numeric(as.character(bdf$repeatgr) != "0"), minority = bdf$Minority == "Y")
by_minority <- function(d) list(all = rep(TRUE, nrow(d)), N = !d$minority, Y = d$minority)
result$bdf <- jackknife(b, spline, list(ses = 40, repeatgr = 0), by_minority, c("1", "47"))
# the same at a true score: the score drawn to what risks and fixed lead to expect of it
m <- lm(IQ.verb ~ ses + repeatgr + sex, b); v <- function(x) mean((x - mean(x))^2)
part <- 1 - 0.15 * v(b$IQ.verb) / v(resid(m)); b$true <- fitted(m) + part * resid(m)
knots <- quantile(b$true, c(0.05, 0.35, 0.65, 0.95))
spline <- as.formula(sprintf("langPOST ~ ses + repeatgr + sex + ns(true, knots = c(%.17g, %.17g), Boundary.knots = c(%.17g, %.17g))",
                             knots[2], knots[3], knots[1], knots[4]))
result$true <- jackknife(b, spline, list(ses = 40, repeatgr = 0), by_minority, c("1", "47"))

# --- growth_on_start: a latent start with a known error ----------------------------------------------------------
latent <- function(d, reliability) {
  error <- (1 - reliability) * mean((d$start - mean(d$start))^2)
  fit <- sem(sprintf("true =~ 1*start\nstart ~~ %.17g*start\nend ~ true + group\ntrue ~~ group\ngroup ~~ group", error), d,
             meanstructure = TRUE, fixed.x = FALSE, control = list(rel.tol = 1e-14, iter.max = 5000))
  p <- parameterEstimates(fit, se = FALSE); k <- p[p$op == "~", ]
  c(k$est[k$rhs == "true"] - 1, k$est[k$rhs == "group"])
}
g <- data.frame(start = bdf$langPRET, end = bdf$langPOST, group = as.numeric(bdf$Minority == "Y"), school = bdf$school)
whole <- latent(g, 0.85)
apart <- sapply(unique(g$school), function(s) latent(g[g$school != s, ], 0.85) - whole)
plain <- lm(I(end - start) ~ start + group, g)
result$growth <- list(value = whole, se = sqrt(rowSums(apart^2)), plain = unname(coef(plain)), plain_se = unname(sqrt(diag(vcovHC(plain, "HC3")))))
write_json(result, commandArgs(TRUE)[1], auto_unbox = TRUE, digits = NA, pretty = TRUE)
