# Reference output for percentiles on MASS::nlschools (verbal IQ): R's quantile, and the ends from qbinom.
# Rscript percentiles.R <path of the JSON>
suppressPackageStartupMessages({ library(MASS); library(jsonlite) })
iq <- sort(nlschools$IQ); n <- length(iq); parts <- c(0.1, 0.25, 0.5, 0.75, 0.9)
write_json(list(versions = list(R = as.character(getRversion())),
                value = as.numeric(quantile(iq, parts, type = 7)),
                lower = iq[qbinom(0.025, n, parts)],
                upper = iq[qbinom(0.025, n, parts, lower.tail = FALSE) + 1]),
           commandArgs(TRUE)[1], auto_unbox = TRUE, digits = NA, pretty = TRUE)
