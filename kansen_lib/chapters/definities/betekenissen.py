"""The same pupils under several definitions of equal chances."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kansen_lib import indicators
from kansen_lib.benchmark import Benchmark, advies_gap
from kansen_lib.chapters.context import in_context
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import dropped, pupils_of, with_reference
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

NO_EXAMS = "op deze vestiging haalt niemand een diploma: leerlingen doen elders examen, of het is te vroeg"


@needs(
    leerlingen=("opleiding_ouders", "toetsscore", "advies_eerste", "basisschool"),
    loopbaan=("niveau", "afloop"),
)
def three_definitions(school: School, benchmark: Benchmark) -> Result:
    """The gap between pupils with parents of high and low education under three definitions.

    (1) on suitability: entry score, in standard deviations; (2) at equal suitability: first advies
    at an equal score, in steps; (3) with unequal suitability: how far the diploma rates of the
    groups lie apart, in percentage points.
    """
    pupils = pupils_of(school)
    low, high = (pupils[pupils["opleiding"] == label] for label in ("laag", "hoog"))
    entry = gaps.hedges_g(
        low["toetsscore"], high["toetsscore"], name="score bij de start", group="hoog minus laag"
    )
    advice = advies_gap("advies bij gelijke score", pupils)
    diploma = _diploma_gap(pupils)
    references = {
        "score bij de start": benchmark.value("gat_toetsscore"),
        "advies bij gelijke score": benchmark.value("advies_bij_gelijke_score", "hoog minus laag"),
    }
    estimates = tuple(with_reference(item, references.get(item.name)) for item in (entry, advice, diploma))
    return Result("", estimates, dropped=dropped(pupils["opleiding"], pupils["toetsscore"], pupils["eerste"]))


def _diploma_gap(pupils: pd.DataFrame) -> Estimate:
    """How far the diploma rates of the outer groups lie apart.

    Held to the smallest cell of all three groups: beside the card with the levels it would give the
    group in the middle back.
    """
    if not pupils["diploma_niveau"].notna().any():
        return Estimate.not_computable("diploma", NO_EXAMS, group="hoog minus laag", unit=Unit.POINTS)
    told = [
        pupils.loc[pupils["opleiding"] == label, "diploma"].dropna() for label in ("laag", "midden", "hoog")
    ]
    counts, sizes = [int(part.sum()) for part in told], [len(part) for part in told]
    gap = gaps.share_difference(counts[::2], sizes[::2], name="diploma", group="hoog minus laag")
    cells = [cell for k, n in zip(counts, sizes, strict=True) if n for cell in (k, n - k)]
    return gap if gap.value is None else replace(gap, smallest=min(cells))


@needs(leerlingen=("opleiding_ouders",), loopbaan=("afloop",))
def diploma(school: School, benchmark: Benchmark) -> Result:
    """Share with a diploma of the school they entered: sufficiency, with level and gap.

    Only cohorts of which six school years could be seen, without those who are still there.
    """
    pupils = pupils_of(school)
    pupils = pupils[pupils["diploma"].notna()]
    if not pupils["diploma_niveau"].notna().any():
        return Result("", (Estimate.not_computable("diploma", NO_EXAMS, unit=Unit.SHARE),))
    told = indicators.outcome("diploma", pupils)
    estimates = in_context("diploma", told, pupils["opleiding"], school, benchmark, low="laag", high="hoog")
    return Result("", estimates, dropped=dropped(pupils["opleiding"]))
