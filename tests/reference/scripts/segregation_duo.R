# Levels over the vo vestigingen of the whole country, 1 October 2019, by R segregation (see segregation.R for
# which functions) from DUO's own files. Usage: Rscript segregation_duo.R segregation_duo.json FOLDER
# FOLDER holds leerlingen-vo-per-vestiging-naar-onderwijstype-2019.csv and alle-vestigingen-vo.csv.
# From leerjaar 3 on, levels pro, vmbo-b, vmbo-k, vmbo-gt, havo, vwo; leerjaar 3 of havo and vwo by the name
# of the opleiding, left out when it names both; international, vavo and brugjaar left out.
suppressMessages({ library(segregation); library(data.table); library(jsonlite) })
folder <- commandArgs(trailingOnly = TRUE)[2]
load <- function(name) read.csv2(file.path(folder, name), colClasses = "character", check.names = FALSE)
rows <- load("leerlingen-vo-per-vestiging-naar-onderwijstype-2019.csv")
kind <- rows[["ONDERWIJSTYPE VO EN LEER- OF VERBLIJFSJAAR"]]
level <- c("Praktijkonderwijs alle vj" = "pro", "VMBO BL lj 3-4" = "vmbo-b", "VMBO KL lj 3-4" = "vmbo-k",
           "VMBO GL lj 3-4" = "vmbo-gt", "VMBO TL lj 3-4" = "vmbo-gt", "HAVO lj 4-5" = "havo", "VWO lj 4-6" = "vwo")[kind]
name <- toupper(rows$OPLEIDINGSNAAM)
havo <- grepl("\\bHAVO\\b", name); vwo <- grepl("\\bVWO\\b", name)
third <- kind == "HAVO/VWO lj 3"
level[third & havo & !vwo] <- "havo"; level[third & vwo & !havo] <- "vwo"
years <- grep("LEER- OF VERBLIJFSJAAR [3-6] - ", names(rows), value = TRUE)
years <- years[grepl("^LEER", years)]
pupils <- data.frame(vestiging = paste0(rows[["BRIN NUMMER"]], rows[["VESTIGINGSNUMMER"]]), level = unname(level),
                     n = rowSums(sapply(rows[years], as.numeric), na.rm = TRUE))
pupils <- pupils[!is.na(pupils$level) & pupils$n > 0, ]
places <- load("alle-vestigingen-vo.csv")
at <- match(pupils$vestiging, places$VESTIGINGSNUMMER)
pupils$gemeente <- places$GEMEENTENUMMER[at]; pupils$bestuur <- places[["BEVOEGD GEZAG NUMMER"]][at]
known <- pupils[!is.na(pupils$bestuur), ]
named <- function(d) as.list(setNames(d$est, d$stat))
nested <- mutual_total_nested(known, "level", c("gemeente", "bestuur", "vestiging"), weight = "n")
out <- list(n = sum(pupils$n), vestigingen = length(unique(pupils$vestiging)), known = sum(known$n),
            total = named(mutual_total(pupils, "level", "vestiging", weight = "n")),
            nested = split(nested$est, paste(nested$stat, nested$between)))
write(toJSON(out, digits = NA, auto_unbox = TRUE), commandArgs(trailingOnly = TRUE)[1])
