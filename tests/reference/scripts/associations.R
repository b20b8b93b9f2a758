# Reference output for correlation and compare_fits, on Hsb82 of mlmRev. Rscript associations.R <path of the JSON>
suppressPackageStartupMessages({ library(mlmRev); library(jsonlite) })
data(Hsb82)
result <- list(versions = list(R = paste(R.version$major, R.version$minor, sep = ".")))
plain <- cor.test(Hsb82$mAch, Hsb82$ses)
result$plain <- list(value = unname(plain$estimate), lower = plain$conf.int[1], upper = plain$conf.int[2])
schools <- unique(as.character(Hsb82$school))[1:40]
some <- Hsb82[as.character(Hsb82$school) %in% schools, ]
z <- function(chosen) { d <- some[as.character(some$school) %in% schools[chosen], ]; atanh(cor(d$mAch, d$ses)) }
without <- sapply(seq_along(schools), function(g) z(-g)); g <- length(schools)
error <- sqrt((g - 1) / g * sum((without - mean(without))^2))
half <- qt(0.975, length(schools) - 1) * error
result$clustered <- list(value = cor(some$mAch, some$ses),
                         lower = tanh(z(seq_along(schools)) - half), upper = tanh(z(seq_along(schools)) + half))
one <- lm(mAch ~ ses, Hsb82); two <- lm(mAch ~ ses + minrty + sx, Hsb82); three <- lm(mAch ~ sector, Hsb82)
result$fits <- list(r2 = sapply(list(one, two, three), function(m) summary(m)$adj.r.squared),
                    gain = AIC(one) - c(AIC(two), AIC(three)))
write_json(result, commandArgs(TRUE)[1], digits = NA, auto_unbox = TRUE)
