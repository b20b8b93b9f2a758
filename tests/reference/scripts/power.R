# Power of the two-sample t test with both tails counted. Usage: Rscript power.R stored/power.json
out <- list()
for (row in list(c(20, 0.5), c(60, 0.3), c(400, 0.2), c(128, 0.5))) {
  found <- power.t.test(n = row[1] / 2, delta = row[2], sd = 1, sig.level = 0.05, strict = TRUE)
  out[[paste(row[1], row[2])]] <- found$power
}
writeLines(
  jsonlite::toJSON(list(power.t.test = out), auto_unbox = TRUE, digits = NA, pretty = TRUE),
  commandArgs(TRUE)[1]
)
