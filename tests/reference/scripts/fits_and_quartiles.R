# Reference output for compare_fits and quartiles, on data that the R packages nlme (bdf) and AER (CPS1985)
# hold: lm with summary and AIC, survey's svyquantile. Rscript fits_and_quartiles.R <path of the JSON>
suppressPackageStartupMessages({ library(nlme); library(AER); library(survey); library(jsonlite) })
data(bdf, package = "nlme"); data(CPS1985)
first <- lm(langPOST ~ ses, bdf); second <- lm(langPOST ~ ses + Minority + IQ.verb + factor(denomina), bdf)
w <- 1 + seq_len(nrow(CPS1985)) %% 3
middle <- svyquantile(~wage, svydesign(~1, weights = w, data = CPS1985), c(0.25, 0.5, 0.75), qrule = "math", ci = FALSE)
write_json(list(versions = list(survey = as.character(packageVersion("survey"))),
                fits = list(first = summary(first)$adj.r.squared, second = summary(second)$adj.r.squared, gain = AIC(first) - AIC(second)),
                quartiles = as.numeric(middle$wage)),
           commandArgs(TRUE)[1], auto_unbox = TRUE, digits = NA, pretty = TRUE)
