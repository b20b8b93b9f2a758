"""What open data say: exams over the years, and who sits on which level."""

from __future__ import annotations

from kansen_lib import codes, indicators
from kansen_lib.chapters.needs import needs
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Result
from kansen_lib.store import School


@needs(examens=("kandidaten_lower",))
def exam_yield_over_time(school: School) -> Result:
    """Pass rate of each route in every school year, with bounds where counts are masked."""
    table = indicators.exam_yield(school.table("examens"))
    estimates = [
        gaps.bounded_share(
            indicators.bounds(row, "geslaagden"),
            indicators.bounds(row, "gezakten"),
            name=row["onderwijstype"],
            group=row["schooljaar"],
        )
        for _, row in table.iterrows()
    ]
    return Result("", tuple(estimates))


@needs(aantallen=("aantal_lower",))
def girls_by_track(school: School) -> Result:
    """Share of girls in each level from leerjaar 3 on, in the latest school year."""
    latest = indicators.latest(school.table("aantallen"))
    upper = latest[(latest["leerjaar"] >= 3) & latest["geslacht"].isin(["man", "vrouw"])]
    bounds = ["aantal_lower", "aantal_upper"]
    table = upper.groupby(["onderwijstype", "geslacht"])[bounds].sum().unstack(fill_value=0)
    estimates = []
    for track, row in table.reindex([x for x in codes.ONDERWIJSTYPE.codes if x in table.index]).iterrows():
        girls = (int(row.get(("aantal_lower", "vrouw"), 0)), int(row.get(("aantal_upper", "vrouw"), 0)))
        boys = (int(row.get(("aantal_lower", "man"), 0)), int(row.get(("aantal_upper", "man"), 0)))
        estimates.append(gaps.bounded_share(girls, boys, name="meisjes", group=str(track)))
    return Result("", tuple(estimates))
