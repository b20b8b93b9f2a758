# Reference output for the subject scales, on data that the R packages psych (bfi), nlme (bdf) and lme4
# (Dyestuff) hold: lavaan, factanal and psych for reliability, boot for its bootstrap, multilevel and psych
# for units. Rscript scales.R <path of the JSON>
suppressPackageStartupMessages({
  library(psych); library(lavaan); library(multilevel); library(boot); library(lme4); library(nlme); library(jsonlite)
})
result <- list(versions = lapply(setNames(nm = c("psych", "lavaan", "multilevel", "boot")),
                                 function(p) as.character(packageVersion(p))))
data(bfi, package = "psych")
scales <- list(neuroticism = paste0("N", 1:5), openness = paste0("O", c(1, 3, 4)))

# --- omega and alpha ---------------------------------------------------------------------------------------
omega_of <- function(d, factr = 1e7) { # factanal works on correlations; sums are of raw items
  fit <- factanal(d, 1, control = list(opt = list(factr = factr, maxit = 1000)))
  sd <- apply(d, 2, sd); common <- sum(fit$loadings[, 1] * sd)^2
  common / (common + sum(fit$uniquenesses * sd^2))
}
alpha_of <- function(d) { s <- cov(d); k <- ncol(d); k / (k - 1) * (1 - sum(diag(s)) / sum(s)) }
by_lavaan <- function(d) {
  l <- paste0("l", seq_along(d)); u <- paste0("u", seq_along(d)); v <- names(d)
  model <- c(paste("f =~", paste0(l, "*", v, collapse = "+")), paste0(v, "~~", u, "*", v),
             sprintf("omega := (%s)^2 / ((%s)^2 + %s)", paste(l, collapse = "+"), paste(l, collapse = "+"), paste(u, collapse = "+")))
  fit <- cfa(paste(model, collapse = "\n"), d, std.lv = TRUE, control = list(rel.tol = 1e-11, iter.max = 5000))
  p <- parameterEstimates(fit); p$est[p$label == "omega"]
}
result$reliability <- lapply(scales, function(items) {
  d <- na.omit(bfi[items])
  list(omega = by_lavaan(d), omega_factanal = omega_of(d, 10), alpha = psych::alpha(d, check.keys = FALSE)$total$raw_alpha)
})
# the bootstrap, persons and clusters (of the same age)
set.seed(1)
d <- na.omit(bfi[c(scales$neuroticism, "age")]); ages <- split(seq_len(nrow(d)), d$age)
both <- function(rows) { x <- d[rows, scales$neuroticism]; c(omega_of(x), alpha_of(x)) }
persons <- boot(seq_len(nrow(d)), function(x, i) both(i), R = 4000)
clusters <- boot(seq_along(ages), function(x, i) both(unlist(ages[i])), R = 4000)
draws <- function(b) list(se = apply(b$t, 2, sd), lower = apply(b$t, 2, quantile, 0.025, type = 6), upper = apply(b$t, 2, quantile, 0.975, type = 6))
result$bootstrap <- list(persons = draws(persons), clusters = draws(clusters))

# --- items and scores ----------------------------------------------------------------------------------------
result$items <- lapply(scales, function(items) {
  raw <- bfi[items]; d <- na.omit(raw); a <- psych::alpha(d, check.keys = FALSE)
  asked <- raw[rowSums(!is.na(raw)) > 0, ]
  one <- function(j) {
    r <- cor.test(d[[j]], rowMeans(d[-j])); m <- t.test(raw[[j]]); f <- psych::alpha.ci(a$alpha.drop$raw_alpha[j], nrow(d), n.var = length(items) - 1)
    p <- prop.test(sum(is.na(asked[[j]])), nrow(asked), correct = FALSE)
    list(r = unname(a$item.stats$r.drop[j]), r_ends = r$conf.int, alpha = a$alpha.drop$raw_alpha[j],
         alpha_ends = c(f$lower.ci, f$upper.ci), mean = unname(m$estimate), mean_ends = m$conf.int,
         missing = unname(p$estimate), missing_ends = p$conf.int)
  }
  setNames(lapply(seq_along(items), one), items)
})
result$scores <- lapply(scales, function(items) {
  keys <- list(score = items)
  s <- suppressWarnings(scoreItems(keys, bfi[items], totals = FALSE, missing = TRUE, impute = "none"))$scores[, 1]
  s[rowSums(!is.na(bfi[items])) < 2] <- NA
  list(n = sum(!is.na(s)), mean = mean(s, na.rm = TRUE), sd = sd(s, na.rm = TRUE),
       weighted = sum(s * seq_along(s), na.rm = TRUE) / sum(seq_along(s)))
})

# --- units ---------------------------------------------------------------------------------------------------
equal <- aov(Yield ~ Batch, Dyestuff); six <- ICC(t(matrix(Dyestuff$Yield, 5)), lmer = FALSE)$results
result$dyestuff <- list(one = ICC1(equal), two = ICC2(equal), psych = six$ICC[c(1, 4)],
                        lower = six$`lower bound`[c(1, 4)], upper = six$`upper bound`[c(1, 4)], p = six$p[c(1, 4)])
data(bdf, package = "nlme"); bdf <- as.data.frame(bdf)
bdf$school <- factor(as.character(bdf$schoolNR))
unequal <- aov(langPOST ~ school, bdf); ms <- summary(unequal)[[1]]; sizes <- table(bdf$school)
m <- (sum(sizes) - sum(sizes^2) / sum(sizes)) / (length(sizes) - 1)
f <- ms[["F value"]][1]; ends <- f / qf(c(0.975, 0.025), ms$Df[1], ms$Df[2])
result$bdf <- list(two = ICC2(unequal), one = (f - 1) / (f - 1 + m), one_ends = (ends - 1) / (ends - 1 + m), two_ends = 1 - 1 / ends,
                   mean_size = ICC1(unequal), p = ms[["Pr(>F)"]][1])
write_json(result, commandArgs(TRUE)[1], auto_unbox = TRUE, digits = NA, pretty = TRUE)
