# Reference output for the subject meta: metafor on trials of the BCG vaccine (dat.bcg), on passive smoking
# (dat.hackshaw1998), on the eight schools and on the expectations of teachers (dat.raudenbush1985); numerical integration for the Bayesian update.
# Rscript meta.R <path of the JSON>
suppressPackageStartupMessages({library(metafor); library(jsonlite)})
tight <- list(threshold = 1e-12, maxiter = 1000, tol = 1e-14, tau2.max = 1000)  # the defaults give 4 digits

one <- function(yi, vi, method, test, mods = NULL) {
  fit <- if (is.null(mods)) rma(yi, vi, method = method, test = test, control = tight) else
    rma(yi, vi, mods = ~ mods, method = method, test = test, control = tight)
  out <- list(b = as.numeric(fit$beta), se = fit$se, lower = fit$ci.lb, upper = fit$ci.ub, p = fit$pval,
              Q = fit$QE, Qp = fit$QEp, I2 = fit$I2 / 100, H2 = fit$H2)
  if (method != "EE") {
    ci <- confint(fit, control = list(tol = 1e-14, maxiter = 10000, tau2.max = 1000))$random
    out$tau2 <- c(fit$tau2, ci["tau^2", 2:3])
    out$I2 <- ci["I^2(%)", ] / 100
    out$H2 <- ci["H^2", ]
    if (method %in% c("REML", "DL")) out$setau2 <- fit$se.tau2
    if (!is.null(mods)) out$R2 <- fit$R2 / 100
    if (is.null(mods)) {
      pi <- predict(fit)
      out$prediction <- c(pi$pi.lb, pi$pi.ub)
      blups <- blup(fit)
      out$study <- list(value = blups$pred, se = blups$se, lower = blups$pi.lb, upper = blups$pi.ub)
    }
  }
  out
}
grid <- expand.grid(method = c("REML", "DL", "PM"), test = c("knha", "adhoc", "z"), stringsAsFactors = FALSE)
all <- function(yi, vi) {
  found <- Map(function(m, t) one(yi, vi, m, t), grid$method, grid$test)
  names(found) <- paste(grid$method, grid$test)
  found[["EE z"]] <- one(yi, vi, "EE", "z")
  list(yi = as.numeric(yi), se = sqrt(as.numeric(vi)), fits = found)
}

bcg <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
smoke <- dat.hackshaw1998
schools <- list(y = c(28, 8, -3, 7, -1, 1, 18, 12), s = c(15, 10, 16, 11, 9, 11, 10, 18))
result <- list(
  bcg = c(all(bcg$yi, bcg$vi), list(ablat = bcg$ablat)),
  smoking = all(smoke$yi, smoke$vi),
  schools = all(schools$y, schools$s^2),
  regression = lapply(setNames(c("knha", "adhoc", "z"), c("knha", "adhoc", "z")),
                      function(t) one(bcg$yi, bcg$vi, "REML", t, mods = bcg$ablat)),
  regression_dl = one(bcg$yi, bcg$vi, "DL", "knha", mods = bcg$ablat),
  teachers = with(dat.raudenbush1985, list(yi = as.numeric(yi), se = sqrt(as.numeric(vi)), weeks = weeks,
                                           fit = one(yi, vi, "REML", "z", mods = weeks)))
)

# the posterior by integration of prior times likelihood, not by the conjugate formula
posterior <- function(m, sd, y, se) {
  f <- function(t) dnorm(t, m, sd) * dnorm(y, t, se)
  lim <- c(min(m, y) - 12 * max(sd, se), max(m, y) + 12 * max(sd, se))
  area <- function(g, a = lim[1], b = lim[2]) integrate(g, a, b, rel.tol = 1e-12, subdivisions = 5000)$value
  marginal <- area(f)
  mean <- area(function(t) t * f(t)) / marginal
  sdp <- sqrt(area(function(t) (t - mean)^2 * f(t)) / marginal)
  cdf <- function(q) area(f, lim[1], q) / marginal
  tail <- function(q) uniroot(function(t) cdf(t) - q, mean + c(-8, 8) * sdp, tol = 1e-13)$root
  # chance of an estimate further from the prior mean than this one, over prior and sampling
  far <- area(function(t) dnorm(t, m, sd) * (pnorm(m - abs(y - m), t, se) + 1 - pnorm(m + abs(y - m), t, se)))
  list(m = m, sd = sd, y = y, se = se, mean = mean, sd_post = sdp, lower = tail(0.025), upper = tail(0.975),
       above = 1 - cdf(0), conflict = far)
}
result$update <- list(posterior(0.1, 0.2, 0.45, 0.18), posterior(-0.255, 0.13, -0.74, 0.362),
                      posterior(0, 1, 0.3, 0.6))
write(toJSON(result, digits = NA, auto_unbox = TRUE), commandArgs(TRUE)[1])
