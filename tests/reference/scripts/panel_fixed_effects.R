# Writes stored/panel_fixed_effects.json: Rscript panel_fixed_effects.R stored/panel_fixed_effects.json
# Two-way fixed effects by lm with dummies, CR2 of clubSandwich; on plm's Grunfeld-like panels there is no
# staggered start, so on the panel and the pupils of stored/panel.json (made by panel.py).
library(clubSandwich)
library(jsonlite)
target <- commandArgs(trailingOnly = TRUE)[1]
data <- fromJSON(file.path(dirname(target), "panel.json"))
units <- as.data.frame(data$schools)
pupils <- as.data.frame(data$pupils)
started <- function(d) transform(d, treated = as.numeric(first > 0 & time >= first))
row <- function(model, cluster) {
  found <- coef_test(model, vcov = "CR2", cluster = cluster, test = "Satterthwaite", coefs = "treated")
  c(found$beta, found$SE, found$df)
}
units <- started(units)
pupils <- started(pupils)
found <- list(
  unit = row(lm(outcome ~ treated + x + factor(unit) + factor(time), units), units$unit),
  region = row(lm(outcome ~ treated + x + factor(unit) + factor(time), units), units$region),
  pupils = row(lm(outcome ~ treated + score + factor(school) + factor(time), pupils), pupils$school),
  crossed = row(lm(outcome ~ treated + factor(unit) + factor(time), units), units$time)
)
# Leads before the start among the untreated (imputation): joint test with q and G - 1 degrees of freedom
early <- units[units$treated == 0, ]
early$e1 <- as.numeric(early$first > 0 & early$time - early$first == -1)
early$e2 <- as.numeric(early$first > 0 & early$time - early$first == -2)
leads <- lm(outcome ~ e1 + e2 + x + factor(unit) + factor(time), early)
v <- vcovCR(leads, cluster = early$unit, type = "CR2")
test <- Wald_test(leads, constraints = constrain_zero(c("e1", "e2")), vcov = v, test = "Naive-F")
one <- coef_test(leads, vcov = v, test = "Satterthwaite", coefs = c("e1", "e2"))
found$leads <- list(e1 = c(one$beta[1], one$SE[1]), e2 = c(one$beta[2], one$SE[2]),
                    test = c(test$Fstat, test$p_val))
write(toJSON(found, digits = NA, auto_unbox = TRUE), target)
