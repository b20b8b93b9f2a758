"""The third definition: is every route a good route?"""

from __future__ import annotations

from kansen_lib import codes, indicators
from kansen_lib.benchmark import Benchmark
from kansen_lib.chapters.needs import needs
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Result
from kansen_lib.store import School


@needs(examens=("kandidaten_lower",))
def exam_yield_by_route(school: School, benchmark: Benchmark, years: int = 3) -> Result:
    """Pass rate of each route over the latest school years: the third definition, on open data.

    Args:
        school: the school.
        benchmark: gives the pass rate of all schools in the same years.
        years: how many exam years to pool, at least 1; fewer when the exam rules changed within them.

    Raises:
        ValueError: fewer than one year.
    """
    if years < 1:
        raise ValueError(f"parameter 'years' is {years}: at least 1 exam year must be pooled")
    table = indicators.exam_yield(school.table("examens"))
    chosen = _same_rules(sorted(table["schooljaar"].unique())[-years:])
    pooled = table[table["schooljaar"].isin(chosen)].groupby("onderwijstype", sort=False)
    estimates = [
        gaps.bounded_share(
            indicators.bounds(row, "geslaagden"),
            indicators.bounds(row, "gezakten"),
            name=f"geslaagd, {_span(chosen)}",
            group=str(route),
            reference=_pooled_reference(benchmark, str(route), chosen),
        )
        for route, row in pooled.sum(numeric_only=True).iterrows()
    ]
    return Result("", tuple(estimates))


def _span(years: list[str]) -> str:
    """Which school years, in words."""
    return years[0] if len(years) == 1 else f"{years[0]} tot en met {years[-1]}"


def _same_rules(years: list[str]) -> list[str]:
    """The latest of these years that were held under the same exam rules."""
    begins = max((year for year in codes.EXAM_BREAKS if year <= years[-1]), default="")
    return [year for year in years if year >= begins]


def _pooled_reference(benchmark: Benchmark, route: str, years: list[str]) -> float | None:
    """Pass rate of all schools over the years together, None when a year is not known."""
    found = [benchmark.find("slaagt", year, route) for year in years]
    known = [item for item in found if item is not None and item.value is not None]
    if not known or len(known) < len(years):
        return None
    return sum(item.value * item.n for item in known) / sum(item.n for item in known)
