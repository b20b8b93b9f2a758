# Public data sets by R segregation (see segregation.R for which functions). Usage:
# Rscript segregation_public.R segregation_public.json segregation_public_pysal.json (for the births of sids2)
suppressMessages({ library(segregation); library(data.table); library(jsonlite) })
births <- fromJSON(commandArgs(trailingOnly = TRUE)[2])$births
year <- function(y) data.frame(county = rep(seq_len(100), 2), race = rep(c("nw", "w"), each = 100),
                               n = c(births[[paste0("nw", y)]], births[[paste0("w", y)]]))
first <- year(74); last <- year(79)
admissions <- as.data.frame(UCBAdmissions, stringsAsFactors = FALSE)
hair <- as.data.frame(HairEyeColor, stringsAsFactors = FALSE)
named <- function(d) as.list(setNames(d$est, d$stat))
wide <- function(d, key) lapply(split(d, d[[key]]), named)
total <- function(...) named(mutual_total(...))
nested <- function(...) { d <- mutual_total_nested(...); split(d$est, paste(d$stat, d$between)) }
difference <- function(method) named(mutual_difference(first, last, "race", "county", weight = "n",
  method = method, precision = 1e-12, max_iterations = 1e5))
exposed <- exposure(hair, "Eye", "Hair", "Freq")
alone <- isolation(first, "race", "county", "n")
out <- list(
  total = list(births = total(first, "race", "county", weight = "n"), eye = total(hair, "Eye", "Hair", weight = "Freq"),
               admissions = total(admissions, "Gender", "Dept", weight = "Freq")),
  D = list(births = dissimilarity(first, "race", "county", "n")$est, admissions = dissimilarity(admissions, "Gender", "Dept", "Freq")$est),
  exposure = as.list(setNames(exposed$exposure, paste(exposed$of, exposed$to, sep = " > "))),
  isolation = as.list(setNames(alone$isolation, alone$race)),
  local = list(births = wide(mutual_local(first, "race", "county", weight = "n"), "county"),
               hair = wide(mutual_local(hair, "Eye", "Hair", weight = "Freq"), "Hair")),
  within = list(admissions = wide(mutual_within(admissions, "Gender", "Admit", within = "Dept", weight = "Freq"), "Dept"),
                hair = wide(mutual_within(hair, "Eye", "Hair", within = "Sex", weight = "Freq"), "Sex")),
  nested = list(admissions = nested(admissions, "Gender", c("Dept", "Admit"), weight = "Freq"),
                hair = nested(hair, "Eye", c("Sex", "Hair"), weight = "Freq")))
set.seed(1) # IPF starts with rows or with columns at random
out$change <- list(shapley = difference("shapley"), km = difference("km"))
set.seed(20261122)
draws <- 2000
summarised <- function(b) list(est = b$est, se = b$se, low = b$CI[[1]][[1]], high = b$CI[[1]][[2]])
boot <- mutual_total(hair, "Eye", "Hair", weight = "Freq", se = TRUE, n_bootstrap = draws)
inside <- mutual_total(hair, "Eye", "Hair", within = "Sex", weight = "Freq", se = TRUE, n_bootstrap = draws)
sexes <- mutual_total(hair, "Eye", "Sex", weight = "Freq", se = TRUE, n_bootstrap = draws)
out$boot <- list(M = summarised(boot[1, ]), H = summarised(boot[2, ]), within_M = summarised(inside[1, ]),
                 within_H = summarised(inside[2, ]), between_M = summarised(sexes[1, ]), between_H = summarised(sexes[2, ]),
                 D = summarised(dissimilarity(admissions, "Gender", "Dept", "Freq", se = TRUE, n_bootstrap = draws)))
chance <- mutual_expected(hair, "Eye", "Hair", weight = "Freq", n_bootstrap = draws)
out$expected <- list(M = chance$est[1], H = chance$est[2],
                     D = dissimilarity_expected(admissions, "Gender", "Dept", "Freq", n_bootstrap = draws)$est)
write(toJSON(out, digits = NA, auto_unbox = TRUE), commandArgs(trailingOnly = TRUE)[1])
