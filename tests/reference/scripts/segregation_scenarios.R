# Random divisions of persons over units with base R 4 (r2dtable: Patefield's algorithm), the indices as
# written below. Usage: Rscript segregation_scenarios.R segregation_scenarios.json
suppressMessages(library(jsonlite))
set.seed(20261122)
draws <- 50000
# units (rows) by groups (columns), one table a stratum
strata <- list(list(c(12, 3), c(5, 9), c(7, 7)), list(c(4, 10), c(2, 8), c(15, 1)))
strata <- lapply(strata, function(rows) do.call(rbind, rows))
three <- list(rbind(c(9, 2, 4), c(3, 8, 1), c(0, 5, 6), c(7, 7, 7)), rbind(c(2, 2, 9), c(11, 1, 0), c(4, 4, 4), c(0, 3, 1)))
D <- function(t) sum(abs(t[, 1] / sum(t[, 1]) - t[, 2] / sum(t[, 2]))) / 2
H <- function(t) {
  entropy <- function(n) { p <- n[n > 0] / sum(n); -sum(p * log(p)) }
  1 - sum(rowSums(t) * apply(t, 1, entropy)) / (sum(t) * entropy(colSums(t)))
}
lottery <- function(tables, index) {
  each <- lapply(tables, function(t) r2dtable(draws, rowSums(t), colSums(t)))
  values <- sapply(seq_len(draws), function(i) index(Reduce(`+`, lapply(each, `[[`, i))))
  list(now = index(Reduce(`+`, tables)), mean = mean(values), low = quantile(values, 0.025, names = FALSE),
       high = quantile(values, 0.975, names = FALSE))
}
out <- list(strata = strata, three = three, D = lottery(strata, D), H = lottery(three, H),
            one = lottery(list(Reduce(`+`, strata)), D))
write(toJSON(out, digits = NA, auto_unbox = TRUE, matrix = "rowmajor"), commandArgs(trailingOnly = TRUE)[1])
