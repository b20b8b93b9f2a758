"""What anybody can see: adviezen of the gemeente, and how broad the brugklassen are."""

from __future__ import annotations

import pandas as pd

from kansen_lib import codes, indicators
from kansen_lib.benchmark import Benchmark
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

_HAVO_UP = tuple(label for label in codes.ADVIES.codes if codes.step(label) >= codes.step("havo"))


@about(
    "meso",
    "kwalificatie",
    definitie="Welk deel van de adviezen van basisscholen in de gemeente havo of hoger is.",
    teller="adviezen havo, havo/vwo en vwo",
    noemer="alle adviezen van basisscholen in de gemeente in dat schooljaar",
    buiten="aantallen onder de 5 zijn afgeschermd en tellen als 1 tot 4",
)
@needs()
def advies_of_basisscholen(school: School) -> Result:
    """Share of havo, havo/vwo and vwo adviezen of the basisscholen in the gemeente, per school year.

    Masked counts are carried as bounds; pupils without an advies on the ladder are in the total.
    """
    sources = ("adviezen_po",)
    gemeente = school.record["gemeente"]
    rows = (
        school.store.read("adviezen_po", where={"gemeente": gemeente})
        if pd.notna(gemeente)
        else school.table("adviezen_po")
    )
    if rows.empty:
        return Result("", sources=sources, missing=("adviezen_po.aantal_lower",))
    estimates = []
    for year, part in rows.groupby("schooljaar"):
        up = part["advies"].isin(_HAVO_UP)
        count, rest = (
            indicators.bounds(part[chosen].sum(numeric_only=True), "aantal") for chosen in (up, ~up)
        )
        estimates.append(gaps.bounded_share(count, rest, name="havo of hoger", group=str(year)))
    return Result("", tuple(estimates), sources=sources)


@about(
    "meso",
    definitie="Hoeveel leerlingen in een brugklas met één, twee of meer niveaus zitten.",
    teller="leerlingen in leerjaar 1 per soort brugklas",
    noemer="alle leerlingen in leerjaar 1 met een bekend soort brugklas",
    buiten="klassen waarvan het soort niet bekend is",
)
@needs(aantallen=("brugklastype",))
def brugklas_breadth(school: School, benchmark: Benchmark) -> Result:
    """Share of first-year pupils in a brugklas with one, two or more levels."""
    counts = indicators.breadth(school.table("aantallen"))
    if counts.empty:
        reason = "geen leerlingen in leerjaar 1 met een bekend soort brugklas"
        return Result("", (Estimate.not_computable("brugklas", reason, unit=Unit.SHARE),))
    estimates = [
        gaps.bounded_share(
            indicators.bounds(row, "aantal"),
            indicators.bounds(row, "rest"),
            name="brugklas",
            group=f"{row['niveaus']} niveau" + ("s" if row["niveaus"] > 1 else ""),
            reference=benchmark.value("brugklas", str(row["niveaus"])),
        )
        for _, row in counts.iterrows()
    ]
    return Result("", tuple(estimates))
