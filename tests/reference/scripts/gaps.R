# Numbers for cases_gaps.py. Run: Rscript gaps.R <path of gaps.json>
# R 4.2 with MASS, clubSandwich, survey, estimatr, effectsize, emmeans, boot, pROC, epitools,
# mlmRev, jsonlite.
suppressPackageStartupMessages({
  library(MASS); library(clubSandwich); library(survey); library(estimatr); library(effectsize)
  library(emmeans); library(boot); library(pROC); library(epitools)
})
out <- list()
row <- function(value, se, df) list(value = unname(value), se = unname(se), df = unname(df))
cr2 <- function(model, cluster, term) {
  found <- as.data.frame(coef_test(model, vcov = "CR2", cluster = cluster, test = "Satterthwaite"))
  k <- match(term, names(coef(model)))
  row(found$beta[k], found$SE[k], found[[grep("^df", names(found))[1]]][k])
}
d <- nlschools
d$comb <- as.integer(d$COMB == "1")

# mean, means ---------------------------------------------------------------------------------------
plain <- t.test(d$lang)
out$mean <- list(
  plain = list(value = unname(plain$estimate), se = plain$stderr, df = unname(plain$parameter),
               lower = plain$conf.int[1], upper = plain$conf.int[2]),
  clustered = cr2(lm(lang ~ 1, d), d$class, "(Intercept)"),
  weighted = {
    found <- svymean(~lang, svydesign(ids = ~1, weights = ~GS, data = d))
    row(coef(found), as.numeric(SE(found)), nrow(d) - 1)
  },
  both = cr2(lm(lang ~ 1, d, weights = GS), d$class, "(Intercept)")
)
out$means <- lapply(split(d, d$comb), function(part)
  cr2(lm(lang ~ 1, part), droplevels(part$class), "(Intercept)"))

# mean_difference -----------------------------------------------------------------------------------
welch <- t.test(lang ~ comb, d)
out$difference <- list(
  welch = list(value = unname(diff(welch$estimate)), se = welch$stderr, df = unname(welch$parameter),
               lower = -welch$conf.int[2], upper = -welch$conf.int[1], p = welch$p.value),
  clustered = cr2(lm(lang ~ comb, d), d$class, "comb"),
  adjusted = cr2(lm(lang ~ comb + IQ + SES, d), d$class, "comb"),
  both = cr2(lm(lang ~ comb + IQ + SES, d, weights = GS), d$class, "comb"),
  hc2 = {
    found <- lm_robust(lang ~ comb + IQ, d, weights = GS, se_type = "HC2")
    row(found$coefficients["comb"], found$std.error["comb"], found$df["comb"])
  }
)

# hedges_g ------------------------------------------------------------------------------------------
# effectsize finds the noncentrality by optim, to some four digits: its root is found here to 12.
exact <- function(first, second) {
  n <- c(length(first), length(second)); df <- sum(n) - 2; root <- sqrt(sum(1 / n))
  t <- unname(-t.test(first, second, var.equal = TRUE)$statistic)
  at <- function(p) uniroot(function(ncp) suppressWarnings(pt(t, df, ncp)) - p, t + c(-6, 6), tol = 1e-13)$root
  d <- t * root
  j <- exp(lgamma(df / 2) - log(sqrt(df / 2)) - lgamma((df - 1) / 2))
  list(g = j * d, lower = j * at(.975) * root, upper = j * at(.025) * root, d = d,
       d_lower = at(.975) * root, d_upper = at(.025) * root,
       p = t.test(first, second, var.equal = TRUE)$p.value)
}
es <- function(found) list(value = found[[1]], lower = found$CI_low, upper = found$CI_high)
manual <- mtcars$mpg[mtcars$am == 1]; automatic <- mtcars$mpg[mtcars$am == 0]
out$g <- list(exact = exact(automatic, manual), effectsize = es(hedges_g(manual, automatic)))
out$g_pupils <- with(d, exact(lang[comb == 0], lang[comb == 1]))

# hedges_g_clustered --------------------------------------------------------------------------------
# crossed: pupils with SES above 26 and below, within classes
d$high <- as.integer(d$SES > 26)
size <- function(model, cluster) {
  g <- emmeans(model, "high", vcov. = vcovCR(model, cluster = cluster, type = "CR2"))
  found <- as.data.frame(eff_size(g, sigma = sigma(model), edf = df.residual(model), method = "revpairwise"))
  c(row(found$effect.size, found$SE, NA)[1:2], edf = df.residual(model))
}
d$high <- factor(d$high)
total <- lm(lang ~ high, d)
within <- lm(lang ~ high + class, d)
out$crossed <- list(
  total = c(size(total, d$class), df = cr2(total, d$class, "high1")$df),
  within = c(size(within, d$class), df = cr2(within, d$class, "high1")$df)
)
# whole clusters (combined classes or not): moments of Hedges (2007) from the matrices of the model,
# not from his formulas for cluster sizes
z <- model.matrix(~ 0 + class, d); x <- cbind(1, d$comb)
n <- nrow(d); m <- ncol(z)
ms <- anova(lm(lang ~ comb + class, d))[["Mean Sq"]]
q <- diag(n) - x %*% solve(crossprod(x), t(x))
zz <- tcrossprod(z)
# expectation of the mean square between classes: within + spacing * between
spacing <- sum(diag(q %*% zz)) / (m - 2)
between <- (ms[2] - ms[3]) / spacing
rho <- between / (between + ms[3])
sigma <- (1 - rho) * diag(n) + rho * zz
qs <- q %*% sigma
trace1 <- sum(diag(qs)); trace2 <- sum(qs * t(qs))
contrast <- ifelse(d$comb == 1, 1 / sum(d$comb), -1 / sum(1 - d$comb))
mean_variance <- drop(crossprod(contrast, sigma %*% contrast))
difference <- sum(contrast * d$lang)
total_sd <- sqrt(drop(crossprod(d$lang, q %*% d$lang)) / (n - 2))
bias <- trace1 / (n - 2)
d_total <- difference / total_sd * sqrt(bias)
d_within <- difference / sqrt(ms[3])
j <- function(df) exp(lgamma(df / 2) - log(sqrt(df / 2)) - lgamma((df - 1) / 2))
h <- trace1^2 / trace2
out$whole <- list(
  icc = rho, h = h,
  d_total = d_total, g_total = j(h) * d_total,
  se_total = sqrt(mean_variance + d_total^2 * trace2 / (2 * (n - 2)^2 * bias)),
  d_within = d_within, g_within = j(n - m) * d_within,
  se_within = sqrt(mean_variance / (1 - rho) + d_within^2 / (2 * (n - m)))
)

# overlap -------------------------------------------------------------------------------------------
out$overlap <- list(
  overlap = es(p_overlap(manual, automatic)), u3 = es(cohens_u3(manual, automatic)),
  exact = out$g$exact[c("d", "d_lower", "d_upper")],
  auc = {
    curve <- roc(d$comb, d$lang, direction = "<", quiet = TRUE)
    list(value = as.numeric(auc(curve)), se = sqrt(var(curve, method = "delong")))
  }
)

# concentration -------------------------------------------------------------------------------------
# indices by their definition, influence by the numerical infinitesimal jackknife of boot
e <- data.frame(lang = d$lang, ses = d$SES, class = d$class, gs = d$GS, good = as.integer(d$lang >= 45))
index <- function(y, r, w, kind) {
  w <- w / sum(w)
  by <- tapply(w, r, sum); fr <- (cumsum(by) - by / 2)[as.character(r)]
  mu <- sum(w * y)
  generalised <- 2 * sum(w * (y - mu) * (fr - sum(w * fr)))
  switch(kind, standard = generalised / mu, generalised = generalised,
         wagstaff = generalised / (mu * (1 - mu)), erreygers = 4 * generalised)
}
influence <- function(y, w, kind) {
  # derivative to the mass of each person; the same for all persons with equal y and rank
  p <- w / sum(w)
  cells <- !duplicated(cbind(y, e$ses))
  key <- paste(y, e$ses)
  z <- vapply(which(cells), function(i) {
    f <- function(eps) { q <- (1 - eps) * p; q[i] <- q[i] + eps; index(y, e$ses, q, kind) }
    step <- 1e-4
    (8 * (f(step) - f(-step)) - (f(2 * step) - f(-2 * step))) / (12 * step)
  }, 0)
  z[match(key, key[cells])]
}
linear <- function(y, w, kind, clustered) {
  z <- influence(y, w, kind); p <- w / sum(w)
  if (!clustered) return(sqrt(sum((p * z)^2)))
  totals <- svytotal(~z, svydesign(ids = ~class, weights = ~p, data = data.frame(z, p, class = e$class)))
  as.numeric(SE(totals))
}
one <- rep(1, nrow(e))
kinds <- c("standard", "generalised", "wagstaff", "erreygers")
# Kakwani, Wagstaff and Van Doorslaer (1997) on a ranking without ties: mtcars by displacement, weight and time
k <- mtcars[order(mtcars$disp + mtcars$wt / 1000 + mtcars$qsec / 1e5), c("mpg", "disp", "wt")]
ranks <- (seq_len(nrow(k)) - .5) / nrow(k); mu <- mean(k$mpg)
c1 <- 2 / (nrow(k) * mu) * sum(k$mpg * ranks) - 1
curve <- cumsum(k$mpg) / sum(k$mpg)
a <- k$mpg / mu * (2 * ranks - 1 - c1) + 2 - c(0, head(curve, -1)) - curve
out$concentration <- list(
  score = list(value = index(e$lang, e$ses, one, "standard"), se = linear(e$lang, one, "standard", FALSE)),
  clustered = list(value = index(e$lang, e$ses, one, "standard"), se = linear(e$lang, one, "standard", TRUE)),
  weighted = list(value = index(e$lang, e$ses, e$gs, "standard"), se = linear(e$lang, e$gs, "standard", TRUE)),
  passed = setNames(lapply(kinds, function(kind)
    list(value = index(e$good, e$ses, e$gs, kind), se = linear(e$good, e$gs, kind, TRUE))), kinds),
  kakwani = list(value = c1, se = sqrt((mean(a^2) - (1 + c1)^2) / nrow(k)))
)
# ordinates by the area under the straight pieces between different ranks
by <- aggregate(cbind(p = one / nrow(e), y = e$lang / sum(e$lang)) ~ ses, data = e, FUN = sum)
points <- seq(.1, .9, .1)
out$curve <- list(
  ses = approx(c(0, cumsum(by$p)), c(0, cumsum(by$y)), points)$y,
  lorenz = approx(seq(0, 1, length.out = nrow(e) + 1), c(0, cumsum(sort(e$lang))) / sum(e$lang), points)$y
)

# quantiles -----------------------------------------------------------------------------------------
# girls minus boys in the exam score, schools as clusters; weights for the sake of weights
x <- mlmRev::Exam
x$girl <- as.integer(x$sex == "F"); x$w <- round(x$standLRT + 6, 3)
parts <- c(.1, .25, .5, .75, .9)
survey_quantile <- function(data) {
  design <- svydesign(ids = ~1, weights = ~w, data = data)
  as.numeric(coef(svyquantile(~normexam, design, parts, qrule = "math", ci = FALSE)))
}
sex <- split(x, x$girl)
members <- lapply(split(x, x$school), function(part) list(g = part$normexam[part$girl == 1], b = part$normexam[part$girl == 0]))
gap <- function(ids) {
  take <- function(key) quantile(unlist(lapply(members[ids], `[[`, key)), .5)
  unname(take("g") - take("b"))
}
set.seed(20)
drawn <- boot(seq_along(members), function(all, i) gap(i), R = 20000)
out$quantiles <- list(
  plain = unname(quantile(sex[["1"]]$normexam, parts) - quantile(sex[["0"]]$normexam, parts)),
  weighted = survey_quantile(sex[["1"]]) - survey_quantile(sex[["0"]]),
  median = list(se = sd(drawn$t), interval = boot.ci(drawn, type = "perc")$percent[4:5])
)

# shares and ratios ---------------------------------------------------------------------------------
newcombe <- prop.test(81, 263, correct = FALSE)
counts <- list(first = c(104, 11037), second = c(189, 11034))
table2 <- rbind(c(11037 - 104, 104), c(11034 - 189, 189))
odds <- oddsratio.wald(table2)
small <- rbind(c(64, 16), c(4, 36))
out$shares <- list(
  wilson = c(newcombe$conf.int), wilson_small = c(suppressWarnings(prop.test(1, 29, correct = FALSE))$conf.int),
  bound_low = c(suppressWarnings(prop.test(8, 30, correct = FALSE))$conf.int),
  bound_high = c(suppressWarnings(prop.test(11, 30, correct = FALSE))$conf.int),
  odds = unname(odds$measure[2, ]), odds_small = unname(oddsratio.wald(small)$measure[2, ]),
  chi = prop.test(c(189, 104), c(11034, 11037), correct = FALSE)$p.value
)
jsonlite::write_json(out, commandArgs(TRUE)[1], digits = NA, auto_unbox = TRUE, pretty = TRUE)
