# Reference numbers for kansen_lib.stats.multilevel: Rscript multilevel.R stored/multilevel.json
# lme4, lmerTest, plm and lavaan on data that come with R packages.
suppressMessages({library(lme4); library(lmerTest); library(mlmRev); library(plm); library(lavaan); library(jsonlite)})
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-11, maxfun = 1e5), calc.derivs = TRUE,
                     check.conv.singular = "ignore", check.conv.grad = "ignore")
fitted_model <- function(formula, data, REML = TRUE) lmerTest::lmer(formula, data, REML = REML, control = tight)

describe <- function(fit, profile = TRUE) {
  table <- as.data.frame(VarCorr(fit))
  rows <- coef(summary(fit))
  found <- list(
    coefficient = as.list(setNames(rows[, "Estimate"], rownames(rows))),
    error = as.list(setNames(rows[, "Std. Error"], rownames(rows))),
    df = as.list(setNames(rows[, "df"], rownames(rows))),
    p = as.list(setNames(rows[, "Pr(>|t|)"], rownames(rows))),
    components = table, log_likelihood = as.numeric(logLik(fit)))
  if (profile) {
    ends_of <- function(f) suppressWarnings(suppressMessages(confint(f, oldNames = FALSE, quiet = TRUE)))
    ends <- ends_of(fit)
    if (any(!is.finite(ends))) ends <- ends_of(lme4::lmer(formula(fit), fit@frame)) # at a variance of 0
    found$ends <- lapply(split(ends, rownames(ends)), as.numeric)
  }
  found
}

# Prediction errors of the random effects from Henderson's equations, and the predictor as a linear map
henderson <- function(fit) {
  X <- as.matrix(getME(fit, "X")); Z <- as.matrix(getME(fit, "Z")); L <- as.matrix(getME(fit, "Lambda"))
  s <- sigma(fit); G <- L %*% t(L); p <- ncol(X)
  C <- rbind(cbind(t(X) %*% X, t(X) %*% Z), cbind(t(Z) %*% X, t(Z) %*% Z + solve(G)))
  inverse <- solve(C); own <- -(1:p)
  list(error = s * sqrt(diag(inverse)[own]), map = function(v) (inverse %*% t(cbind(X, Z)) %*% v)[own, , drop = FALSE])
}

# Ends of the profile likelihood interval of the share of one level, from lme4's own deviance function
share_ends <- function(formula, data, level) {
  fit <- lmer(formula, data, REML = FALSE, control = tight)
  deviance_of <- as.function(update(fit, devFunOnly = TRUE))
  theta <- getME(fit, "theta"); best <- deviance_of(theta); m <- length(theta)
  at <- function(share) { # theta_level^2 = share / (1 - share) * (1 + sum of the others)
    of <- function(others) {
      full <- numeric(m); full[-level] <- others
      full[level] <- sqrt(share / (1 - share) * (1 + sum(others^2)))
      deviance_of(full)
    }
    if (m == 1) of(numeric(0)) else optimize(function(o) of(abs(o)), c(0, 3 * max(theta[-level]) + 0.5), tol = 1e-12)$objective
  }
  gap <- function(share) at(share) - best - qchisq(0.95, 1)
  value <- theta[level]^2 / (1 + sum(theta^2))
  lower <- if (gap(1e-12) <= 0) 0 else uniroot(gap, c(1e-12, max(value, 1e-9)), tol = 1e-13)$root
  c(lower, uniroot(gap, c(max(value, 1e-9), 0.99), tol = 1e-13)$root)
}

data(bdf, package = "nlme"); bdf <- as.data.frame(bdf)
bdf$schoolNR <- factor(as.character(bdf$schoolNR)); bdf$sex <- as.numeric(as.character(bdf$sex))
Exam$boy <- as.numeric(Exam$sex == "M"); ScotsSec$boy <- as.numeric(ScotsSec$sex == "M")
bdf$m <- ave(bdf$IQ.verb, bdf$schoolNR); bdf$w <- bdf$IQ.verb - bdf$m
Exam$m <- ave(Exam$standLRT, Exam$school); Exam$w <- Exam$standLRT - Exam$m

out <- list(versions = list(R = R.version.string, lme4 = as.character(packageVersion("lme4")),
                            lmerTest = as.character(packageVersion("lmerTest")), plm = as.character(packageVersion("plm")),
                            lavaan = as.character(packageVersion("lavaan"))))
out$sleepstudy <- describe(fitted_model(Reaction ~ Days + (Days | Subject), sleepstudy))
out$penicillin <- describe(fitted_model(diameter ~ 1 + (1 | plate) + (1 | sample), Penicillin))
out$dyestuff2 <- describe(fitted_model(Yield ~ 1 + (1 | Batch), Dyestuff2))
out$scots <- describe(fitted_model(attain ~ verbal + boy + (1 | primary) + (1 | second), ScotsSec))
out$bdf_slope <- describe(fitted_model(langPOST ~ IQ.ver.cen + sex + (IQ.ver.cen | schoolNR), bdf))
out$exam_ml <- describe(fitted_model(normexam ~ standLRT + boy + (standLRT | school), Exam, REML = FALSE))
orthodont <- as.data.frame(nlme::Orthodont); orthodont$Subject <- factor(as.character(orthodont$Subject))
orthodont$female <- as.numeric(orthodont$Sex == "Female")
out$orthodont <- describe(fitted_model(distance ~ age + female + (age | Subject), orthodont))
out$pastes <- describe(fitted_model(strength ~ 1 + (1 | batch) + (1 | sample), Pastes))

mundlak <- function(formula, data, of) {
  fit <- fitted_model(formula, data)
  rows <- coef(summary(fit)); direction <- as.numeric(names(fixef(fit)) == "m") - as.numeric(names(fixef(fit)) == "w")
  test <- contest(fit, direction, joint = FALSE)
  keep <- function(row) list(value = row[["Estimate"]], error = row[["Std. Error"]], df = row[["df"]], p = row[["Pr(>|t|)"]])
  list(within = keep(rows["w", ]), between = keep(rows["m", ]), contextual = keep(test))
}
out$bdf_within <- mundlak(langPOST ~ w + m + (1 | schoolNR), bdf)
out$exam_within <- mundlak(normexam ~ w + m + boy + (1 | school), Exam)
out$bdf_plm <- unname(coef(plm(langPOST ~ IQ.verb, bdf, index = "schoolNR", model = "within")))

shares <- function(formula, data) {
  fit <- fitted_model(formula, data); parts <- as.data.frame(VarCorr(fit)); levels <- names(ranef(fit))
  ends <- lapply(seq_along(levels), function(i) share_ends(formula, data, i))
  list(share = as.list(setNames(parts$vcov / sum(parts$vcov), parts$grp)), ends = setNames(ends, levels))
}
out$share_bdf <- shares(langPOST ~ 1 + (1 | schoolNR), bdf)
out$share_pastes <- shares(strength ~ 1 + (1 | sample) + (1 | batch), Pastes)
out$share_scots <- shares(attain ~ verbal + boy + (1 | primary) + (1 | second), ScotsSec)

effects_of <- function(formula, data, group) {
  fit <- fitted_model(formula, data); all <- ranef(fit)
  place <- cumsum(c(0, sapply(all, nrow)))[which(names(all) == group)]
  errors <- henderson(fit)$error[place + seq_len(nrow(all[[group]]))]
  residual <- as.numeric(getME(fit, "y") - getME(fit, "X") %*% fixef(fit))
  list(label = rownames(all[[group]]), value = all[[group]][, 1], error = errors,
       raw = unname(tapply(residual, factor(as.character(data[[group]]), rownames(all[[group]])), mean)))
}
out$effect_penicillin <- effects_of(diameter ~ 1 + (1 | plate) + (1 | sample), Penicillin, "sample")
out$effect_bdf <- effects_of(langPOST ~ IQ.ver.cen + sex + (1 | schoolNR), bdf, "schoolNR")
out$effect_scots <- effects_of(attain ~ verbal + (1 | primary) + (1 | second), ScotsSec, "second")

# Value added on bdf: prior langPRET, further regressor sex, composition ses
bdf$pre <- ave(bdf$langPRET, bdf$schoolNR); bdf$mses <- ave(bdf$ses, bdf$schoolNR)
J <- nlevels(bdf$schoolNR); n <- nrow(bdf)
added <- function(b, V) {
  x <- as.matrix(bdf[, c("langPRET", "sex")]); bdf$left <- bdf$langPOST - as.numeric(x %*% b)
  one <- function(formula) {
    fit <- fitted_model(formula, bdf); h <- henderson(fit); d <- h$map(x)
    list(label = rownames(ranef(fit)[[1]]), value = ranef(fit)[[1]][, 1], error = sqrt(h$error^2 + rowSums((d %*% V) * d)))
  }
  list(b = b[[1]], b_error = sqrt(V[1, 1]), A = one(left ~ 1 + (1 | schoolNR)), B = one(left ~ pre + mses + (1 | schoolNR)))
}
plain <- plm(langPOST ~ langPRET + sex, bdf, index = "schoolNR", model = "within")
out$added_plain <- added(coef(plain), vcovHC(plain, method = "arellano", type = "HC0", cluster = "group") * J / (J - 1))

centre <- function(v) v - ave(v, bdf$schoolNR)
W <- data.frame(x = centre(bdf$langPRET), sex = centre(bdf$sex), y = centre(bdf$langPOST))
noise <- (1 - 0.85) * var(bdf$langPRET)
model <- sprintf("T =~ 1*x\n x ~~ %.15f*x\n y ~ T + sex\n T ~~ sex", noise * (n - J) / n)
S <- crossprod(as.matrix(W)) / n
noisy <- sem(model, sample.cov = S, sample.nobs = n, sample.cov.rescale = FALSE, fixed.x = FALSE,
             control = list(rel.tol = 1e-15, x.tol = 1e-12, iter.max = 1e5))
b <- coef(noisy)[c("y~T", "y~sex")]
A <- n * S[1:2, 1:2] - diag(c((n - J) * noise, 0)); X <- as.matrix(W[, 1:2])
scores <- rowsum(X * as.numeric(W$y - X %*% b), bdf$schoolNR) + outer(as.numeric(table(bdf$schoolNR)) - 1, c(noise * b[1], 0))
out$added_noisy <- added(b, solve(A) %*% crossprod(scores) %*% solve(A) * J / (J - 1))

# Type A with primary schools crossed: the prediction errors and the predictor from Henderson's equations
crossed <- plm(attain ~ verbal, ScotsSec, index = "second", model = "within"); G <- nlevels(factor(ScotsSec$second))
V <- vcovHC(crossed, method = "arellano", type = "HC0", cluster = "group") * G / (G - 1)
ScotsSec$left <- ScotsSec$attain - ScotsSec$verbal * coef(crossed)[[1]]
fit <- fitted_model(left ~ 1 + (1 | primary) + (1 | second), ScotsSec); h <- henderson(fit); all <- ranef(fit)
rows <- cumsum(c(0, sapply(all, nrow)))[which(names(all) == "second")] + seq_len(nrow(all$second))
out$added_crossed <- list(label = rownames(all$second), value = all$second[, 1],
                          error = sqrt(h$error[rows]^2 + as.numeric(h$map(as.matrix(ScotsSec$verbal))[rows, ])^2 * V[1, 1]))

writeLines(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = 1), commandArgs(TRUE)[1])
