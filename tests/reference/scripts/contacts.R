# The share of a group among the others in the unit, person by person in base R. Usage: Rscript contacts.R contacts.json
suppressMessages(library(jsonlite))
data("Exam", package = "mlmRev"); data("star", package = "mlmRev"); data("bdf", package = "nlme")
others <- function(group, unit, to) {
  hit <- as.numeric(group == to)
  one <- rep(1, length(hit))
  (ave(hit, unit, FUN = sum) - hit) / (ave(one, unit, FUN = sum) - 1)
}
means <- function(group, unit, to) {
  share <- others(group, unit, to)
  ok <- is.finite(share) # who is alone in a unit meets nobody
  as.list(tapply(share[ok], as.character(group)[ok], mean))
}
star <- star[star$gr == "K", c("sch", "eth", "schtype")]; star <- star[complete.cases(star), ]
star <- star[star$eth %in% c("W", "B"), ]
out <- list(
  rows = list(exam = nrow(Exam), bdf = nrow(bdf), star = nrow(star)),
  exam = means(Exam$intake, as.character(Exam$school), "top 25%"),
  bdf = means(bdf$Minority, as.character(bdf$schoolNR), "Y"),
  star = means(star$eth, as.character(star$sch), "B"),
  # by chance: the others are all others of the same kind of school
  star_by_chance = means(star$eth, as.character(star$schtype), "B"))
write_json(out, commandArgs(TRUE)[1], digits = NA, auto_unbox = TRUE, pretty = TRUE)
