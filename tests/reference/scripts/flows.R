# Numbers for cases_flows.py. Run: Rscript flows.R <path of flows.json>
# R 4.2 with survival, cmprsk, etm, survey, clubSandwich, msm, numDeriv, mlmRev, jsonlite.
suppressPackageStartupMessages({
  library(survival); library(cmprsk); library(etm); library(survey); library(clubSandwich); library(msm)
})
out <- list()

# Levels of pupils: three of the intake and three of the exam, by school ------------------------------
d <- mlmRev::Exam
d$start <- findInterval(d$standLRT, c(-0.6, 0.6)) + 1
d$end <- findInterval(d$normexam, c(-0.5, 0.7)) + 1
d$w <- round(d$standLRT + 6, 3)
d$school <- as.integer(as.character(d$school))
proportion <- function(x, n) {
  found <- prop.test(x, n, correct = FALSE)
  c(unname(found$estimate), found$conf.int)
}
cell <- function(part, j, how) {
  y <- as.numeric(part$end == j)
  if (how == "clustered") {
    found <- as.data.frame(coef_test(lm(y ~ 1), vcov = "CR2", cluster = part$school, test = "Satterthwaite"))
    half <- qt(.975, found[[grep("^df", names(found))[1]]]) * found$SE / (found$beta * (1 - found$beta))
    return(c(found$beta, plogis(qlogis(found$beta) + c(-1, 1) * half)))
  }
  part$y <- y
  found <- svyciprop(~y, svydesign(ids = ~1, weights = ~w, data = part), method = "logit", df = nrow(part) - 1)
  c(as.numeric(found), as.numeric(attr(found, "ci")))
}
grid <- expand.grid(j = 1:3, i = 1:3)
rows <- function(how) lapply(seq_len(nrow(grid)), function(r) {
  part <- d[d$start == grid$i[r], ]
  if (how == "plain") return(proportion(sum(part$end == grid$j[r]), nrow(part)))
  cell(part, grid$j[r], how)
})
out$transitions <- list(plain = rows("plain"), clustered = rows("clustered"), weighted = rows("weighted"))

# Mobility ---------------------------------------------------------------------------------------------
from <- function(x) matrix(x, 3, byrow = TRUE) / rowSums(matrix(x, 3, byrow = TRUE))
index <- list(
  trace = function(x) (3 - sum(diag(from(x)))) / 2,
  eigenvalue = function(x) 1 - sort(Mod(eigen(from(x))$values), decreasing = TRUE)[2],
  determinant = function(x) 1 - abs(det(from(x))))
slope <- function(f, x) numDeriv::grad(f, x)
counts <- as.vector(t(table(d$start, d$end)))
p <- as.vector(t(from(counts))); n <- tapply(counts, rep(1:3, each = 3), sum)
V <- matrix(0, 9, 9)
for (i in 1:3) { k <- 3 * i - 2:0; V[k, k] <- (diag(p[k]) - p[k] %o% p[k]) / n[i] }
trace_se <- deltamethod(~ (3 - x1 - x5 - x9) / 2, p, V)
det_se <- deltamethod(~ 1 - (x1 * (x5 * x9 - x6 * x8) - x2 * (x4 * x9 - x6 * x7) + x3 * (x4 * x8 - x5 * x7)), p, V)
g <- slope(index$eigenvalue, p)
out$mobility <- list(plain = list(
  trace = c(index$trace(counts), trace_se),
  determinant = c(index$determinant(counts), det_se),
  eigenvalue = c(index$eigenvalue(counts), sqrt(c(g %*% V %*% g)))))
d$cell <- factor(3 * (d$start - 1) + d$end, levels = 1:9)
by_design <- function(design) {
  m <- svymean(~cell, design)
  lapply(index, function(f) { g <- slope(f, coef(m)); c(f(coef(m)), sqrt(c(g %*% vcov(m) %*% g))) })
}
out$mobility$clustered <- by_design(svydesign(ids = ~school, weights = ~1, data = d))
out$mobility$weighted <- by_design(svydesign(ids = ~1, weights = ~w, data = d))
out$mobility$both <- by_design(svydesign(ids = ~school, weights = ~w, data = d))
m <- svymean(~cell, svydesign(ids = ~school, weights = ~1, data = d))
exact <- svycontrast(m, list(trace = quote(
  (3 - cell1 / (cell1 + cell2 + cell3) - cell5 / (cell4 + cell5 + cell6) - cell9 / (cell7 + cell8 + cell9)) / 2)))
out$mobility$contrast <- list(trace = c(coef(exact), as.numeric(SE(exact))))
step <- d$end - d$start
out$mobility$moved <- list(
  stayed = proportion(sum(step == 0), nrow(d)), up = proportion(sum(step > 0), nrow(d)),
  down = proportion(sum(step < 0), nrow(d)),
  steps = unname(c(t.test(abs(step))$estimate, t.test(abs(step))$conf.int)))

# Kaplan-Meier -----------------------------------------------------------------------------------------
events <- function(fit) {
  s <- summary(fit)
  list(time = s$time, value = s$surv, se = s$std.err, lower = s$lower, upper = s$upper,
       risk = s$n.risk, group = as.character(s$strata),
       median = unname(as.matrix(rbind(s$table))[, c("median", "0.95LCL", "0.95UCL")]))
}
out$km <- list()
for (kind in c("log-log", "log", "plain"))
  out$km[[kind]] <- events(survfit(Surv(time, status) ~ celltype, veteran, conf.type = kind))
out$km$ovarian <- events(survfit(Surv(futime, fustat) ~ rx, ovarian, conf.type = "log-log"))
lung <- cancer[!is.na(cancer$inst), ]
lung$w <- 1 + (lung$age - 39) / 43
out$km$weighted <- events(survfit(Surv(time, status == 2) ~ 1, lung, weights = w, robust = TRUE,
                                  conf.type = "log"))
out$km$clustered <- events(survfit(Surv(time, status == 2) ~ 1, lung, weights = w, cluster = inst,
                                   conf.type = "log"))
m2 <- mgus2[1:200, ]
m2$exit <- m2$age + m2$futime / 12 + (1:200) / 1e4
out$km$late <- events(survfit(Surv(age, exit, death) ~ 1, m2, conf.type = "log-log"))

# Restricted mean ----------------------------------------------------------------------------------------
rmean <- function(fit, horizon) {
  s <- summary(fit, rmean = horizon)$table
  s <- if (is.matrix(s)) s else rbind(s)
  unname(s[, grep("rmean", colnames(s))])
}
out$rmean <- list(
  veteran = rmean(survfit(Surv(time, status) ~ celltype, veteran), 180),
  ovarian = rmean(survfit(Surv(futime, fustat) ~ rx, ovarian), 700),
  lung = rmean(survfit(Surv(time, status == 2) ~ sex, cancer), 500))
# jackknife by hand: the influence that survfit gives at each time, added up over the area
clustered <- survfit(Surv(time, status == 2) ~ 1, lung, cluster = inst, influence = 1)
time <- c(0, clustered$time); keep <- time < 500
own <- cbind(0, clustered$influence.surv)[, keep]
width <- diff(c(time[keep], 500))
out$rmean$clustered <- c(sum(c(1, clustered$surv)[keep] * width), sqrt(sum((own %*% width)^2)))

# Aalen-Johansen -----------------------------------------------------------------------------------------
curves <- function(fit) {
  s <- summary(fit)
  list(time = s$time, value = s$pstate, se = s$std.err, lower = s$lower, upper = s$upper,
       states = fit$states, risk = s$n.risk[, 1], group = as.character(s$strata))
}
transplant <- survival::transplant[1:200, ]
out$aj <- list(
  abo = curves(survfit(Surv(futime, event) ~ abo, transplant, conf.type = "log-log")),
  log = curves(survfit(Surv(futime, event) ~ 1, transplant, conf.type = "log")))
m2$first <- factor(ifelse(m2$pstat == 1, 1, 2 * m2$death), 0:2, c("none", "pcm", "death"))
m2$month <- ifelse(m2$pstat == 1, m2$ptime, m2$futime)
m2$home <- (1:200) %% 20
m2$w <- 1 + (1:200) %% 7 / 3
# With an id survfit 3.5-3 leaves the cluster out, and without one takes it for the id: so the influence
# that it gives is summed here.
whole <- survfit(Surv(month, first) ~ 1, m2, weights = w, id = 1:200, influence = TRUE)
happened <- rowSums(whole$n.event) > 0
own <- whole$influence.pstate
if (is.null(own)) own <- whole$influence
own <- own[, dim(own)[2] - length(whole$time) + seq_along(whole$time), ] * m2$w
out$aj$clustered <- list(
  value = whole$pstate[happened, ], states = whole$states,
  se = apply(own, 3, function(u) sqrt(colSums(rowsum(u, m2$home)^2)))[happened, ])
out$aj$weighted <- curves(survfit(Surv(month, first) ~ 1, m2, weights = w, conf.type = "plain"))
m2$until <- m2$age + m2$month / 12 + (1:200) / 1e4
late <- survfit(Surv(age, until, first) ~ 1, m2, id = 1:200, conf.type = "log-log")
out$aj$late <- curves(late)
incidence <- cuminc(mgus2$futime, ifelse(mgus2$pstat == 1, 1, 2 * mgus2$death))
at <- timepoints(incidence, c(12, 60, 120, 240))
out$aj$cuminc <- list(time = c(12, 60, 120, 240), value = unname(at$est))
model <- data.frame(id = 1:200, from = 0, time = m2$month + 0.5, w = 1,
                    to = ifelse(m2$first == "none", "cens", as.character(as.integer(m2$first) - 1)))
tra <- matrix(FALSE, 3, 3); tra[1, 2:3] <- TRUE
found <- etm(model, c("0", "1", "2"), tra, "cens", s = 0)
out$aj$etm <- list(time = found$time - 0.5, pcm = unname(found$est["0", "1", ]),
                   death = unname(found$est["0", "2", ]), variance_pcm = unname(found$cov["0 1", "0 1", ]),
                   variance_death = unname(found$cov["0 2", "0 2", ]))

# Differences of two groups at one time ----------------------------------------------------------------------
m2$sex <- as.character(m2$sex)
both <- lapply(c("F", "M"), function(s) {
  part <- m2[m2$sex == s, ]; n <- nrow(part)
  fit <- survfit(Surv(month, first) ~ 1, part, weights = w, id = seq_len(n), influence = TRUE)
  at <- max(which(fit$time <= 60))
  own <- if (is.null(fit$influence.pstate)) fit$influence else fit$influence.pstate
  own <- own[, dim(own)[2] - length(fit$time) + at, ] * part$w
  list(value = fit$pstate[at, -1], se = fit$std.err[at, -1],
       sums = sapply(2:3, function(k) tapply(own[, k], factor(part$home, 0:19), sum, default = 0)))
})
plain <- summary(survfit(Surv(month, first) ~ sex, m2, conf.type = "log-log"), times = 60)
out$gap <- list(
  levels = lapply(1:2, function(g) lapply(2:3, function(k)
    c(plain$pstate[g, k], plain$lower[g, k], plain$upper[g, k]))),
  plain = list(plain$pstate[2, -1] - plain$pstate[1, -1],
               sqrt(plain$std.err[1, -1]^2 + plain$std.err[2, -1]^2)),
  clustered = list(both[[2]]$value - both[[1]]$value,
                   sqrt(colSums((both[[2]]$sums - both[[1]]$sums)^2))))

# Log-rank -------------------------------------------------------------------------------------------------
rank <- function(found) c(found$chisq, sum(found$exp > 0) - 1)
late <- coxph(Surv(age, exit, death) ~ sex, m2)
robust <- function(formula, data) {
  found <- coxph(formula, data, cluster = inst, ties = "breslow")
  c(found$rscore, length(coef(found)))
}
lung$status <- lung$status - 1
out$log_rank <- list(
  clustered = robust(Surv(time, status) ~ sex, lung),
  three = robust(Surv(time, status) ~ factor(pmin(ph.ecog, 2)), lung[!is.na(lung$ph.ecog), ]),
  ovarian = rank(survdiff(Surv(futime, fustat) ~ rx, ovarian)),
  lung = rank(survdiff(Surv(time, status) ~ sex, cancer)),
  veteran = rank(survdiff(Surv(time, status) ~ celltype, veteran)),
  late = c(late$score, 1))

# Funnel ---------------------------------------------------------------------------------------------------
sizes <- c(nrow(d), sum(d$end >= 2), sum(d$end >= 2 & d$end >= 3))
out$funnel <- list(second = proportion(sizes[2], sizes[1]), third = proportion(sizes[3], sizes[1]),
                   step = proportion(sizes[3], sizes[2]))
reached <- d[d$end >= 2, ]
reached$end <- ifelse(reached$end == 3, 1, 2)
out$funnel$clustered <- cell(reached, 1, "clustered")
jsonlite::write_json(out, commandArgs(TRUE)[1], digits = NA, auto_unbox = TRUE, na = "null")
