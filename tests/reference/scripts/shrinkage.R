# Reference numbers for kansen_lib.stats.shrinkage: Rscript shrinkage.R stored/shrinkage.json
suppressMessages({library(metafor); library(lme4); library(glmmTMB); library(VGAM); library(clubSandwich); library(jsonlite)})
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-11, maxfun = 1e5), check.conv.grad = "ignore")
out <- list(versions = lapply(setNames(nm = c("metafor", "lme4", "glmmTMB", "VGAM", "clubSandwich")),
                              function(p) as.character(packageVersion(p))))

pooled <- function(yi, vi) {
  fit <- rma(yi, vi, method = "DL"); b <- blup(fit)
  list(value = as.numeric(yi), error = sqrt(as.numeric(vi)), mean = as.numeric(fit$beta), sd = sqrt(fit$tau2),
       pred = b$pred, se = b$se, lower = b$pi.lb, upper = b$pi.ub)
}
bcg <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
out$bcg <- pooled(bcg$yi, bcg$vi)
curtis <- dat.curtis1998; curtis <- escalc(measure = "ROM", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = curtis)
out$curtis <- pooled(curtis$yi, curtis$vi)

# A posterior at known prior: the random intercepts of an empty model, at its own variances
posterior <- function(formula, data, group) {
  fit <- lmer(formula, data, control = tight); e <- as.data.frame(ranef(fit, condVar = TRUE))
  g <- as.character(e$grp); y <- getME(fit, "y"); of <- as.character(data[[group]])
  list(mean = as.numeric(fixef(fit)), sd = as.data.frame(VarCorr(fit))$sdcor[1], group = g,
       value = as.numeric(tapply(y, of, mean)[g]), error = sigma(fit) / sqrt(as.numeric(table(of)[g])),
       pred = as.numeric(fixef(fit)) + e$condval, se = e$condsd)
}
out$dyestuff <- posterior(Yield ~ 1 + (1 | Batch), Dyestuff, "Batch")
data(bdf, package = "nlme"); bdf <- as.data.frame(bdf); bdf$schoolNR <- factor(as.character(bdf$schoolNR))
out$bdf <- posterior(langPOST ~ 1 + (1 | schoolNR), bdf, "schoolNR")

shares <- function(y, n) {
  fit <- glmmTMB(cbind(y, n - y) ~ 1, family = glmmTMB::betabinomial(), dispformula = ~ 1,
                 control = glmmTMBControl(optCtrl = list(iter.max = 1e4, eval.max = 1e4, rel.tol = 1e-15, x.tol = 1e-12)))
  V <- vcov(fit, full = TRUE); m <- plogis(fixef(fit)$cond[[1]]); phi <- exp(fixef(fit)$disp[[1]])
  vg <- vglm(cbind(y, n - y) ~ 1, VGAM::betabinomial, control = vglm.control(epsilon = 1e-14, maxit = 500))
  a <- m * phi; b <- (1 - m) * phi
  by <- c((1 - 2 * m) / 2, -0.5 * phi / (1 + phi)) # of log sd by logit m and log phi; sd^2 = m (1 - m) / (phi + 1)
  sd <- sqrt(m * (1 - m) / (phi + 1))
  list(y = y, n = n, mean = m, mean_ends = plogis(qlogis(m) + c(-1, 1) * qnorm(0.975) * sqrt(V[1, 1])),
       sd = sd, sd_error = sd * sqrt(as.numeric(t(by) %*% V %*% by)), vgam_mean = as.numeric(VGAM::Coef(vg)[1]),
       vgam_rho = as.numeric(VGAM::Coef(vg)[2]), log_likelihood = as.numeric(logLik(fit)),
       pred = (a + y) / (phi + n), lower = qbeta(0.025, a + y, b + n - y), upper = qbeta(0.975, a + y, b + n - y))
}
# Hits of 18 players in their first 45 at bats of 1970 (Efron and Morris, 1975, table 1) ...
out$baseball <- shares(c(18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7), rep(45, 18))
# ... spread hardly more than chance; these do: dead foetuses of litters of rats, and women by district of Bangladesh
data(lirat); lirat <- lirat[lirat$grp == 1, ]
out$lirat <- shares(lirat$R, lirat$N)
data(Contraception, package = "mlmRev")
out$contraception <- shares(as.numeric(tapply(Contraception$use == "Y", Contraception$district, sum)),
                            as.numeric(table(Contraception$district)))

# Expected mean of each school from a model of all others
expected <- function(data, formula, unit) {
  labels <- sort(unique(as.character(data[[unit]])))
  rows <- lapply(labels, function(label) {
    others <- data[data[[unit]] != label, ]; own <- data[data[[unit]] == label, ]
    fit <- lm(formula, others); x <- colMeans(model.matrix(delete.response(terms(fit)), own))
    test <- linear_contrast(fit, vcov = "CR2", cluster = factor(as.character(others[[unit]])), contrasts = matrix(x, 1), test = "Satterthwaite")
    c(value = test$Est, error = test$SE, df = test$df)
  })
  list(label = labels, value = sapply(rows, `[[`, "value"), error = sapply(rows, `[[`, "error"), df = sapply(rows, `[[`, "df"))
}
bdf$sex <- as.numeric(as.character(bdf$sex)); bdf$id <- as.integer(as.character(bdf$schoolNR))
small <- bdf[bdf$id <= 60, ]
out$expected_bdf <- expected(small, langPOST ~ IQ.verb + ses + sex, "schoolNR")
data(Exam, package = "mlmRev"); Exam$boy <- as.numeric(Exam$sex == "M"); Exam$pass <- as.numeric(Exam$normexam > 0)
Exam$girls_school <- as.numeric(Exam$type == "Sngl"); Exam <- Exam[as.integer(as.character(Exam$school)) <= 20, ]
out$expected_exam <- expected(Exam, pass ~ standLRT + boy, "school")

writeLines(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = 1), commandArgs(TRUE)[1])
