"""Reference values from pupils: shares and gaps by parental education, pooled models."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kansen_lib import indicators
from kansen_lib.benchmark.data import MODEL_PUPILS, SEED, Network, sample, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.stats import gaps, multilevel, ordinal
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.shrinkage import prior_of_means

#: Schools with fewer pupils say little about the spread between schools.
SMALLEST_SCHOOL = 20


def rows(network: Network) -> Iterator[Row]:
    """Shares, gaps and variance shares over all schools; nothing without pupils."""
    if "leerlingen" not in network.store.tables:
        return
    if several_schools(network.pupils):
        yield from _pupil_rows(network.pupils)
        yield "", advies_gap("advies_bij_gelijke_score", sample(network.pupils)), None
    yield from _variance_rows(network)


def _pupil_rows(pupils: pd.DataFrame) -> Iterator[Row]:
    """Shares by parental education, over all schools, with the spread between schools."""
    outcomes = {
        "havo_advies": indicators.comparable_at_score(pupils)["eerste"].ge(4).reindex(pupils.index),
        "diploma": pupils["diploma"],
        "havo_in_leerjaar3": pupils["havo_in_leerjaar3"],
        "toets_hoger": (pupils["toets"] > pupils["eerste"]).where(
            pupils["toets"].notna() & pupils["eerste"].notna()
        ),
    }
    for name, outcome in outcomes.items():
        for item in gaps.shares(outcome, pupils["opleiding"], name=name).estimates:
            chosen = pupils["opleiding"] == item.group
            yield "", item, _spread(outcome[chosen], pupils.loc[chosen, "vestiging"])
    for item in gaps.means(pupils["toetsscore"], pupils["opleiding"], name="toetsscore").estimates:
        yield "", item, None
    groups = [pupils.loc[pupils["opleiding"] == label, "toetsscore"] for label in ("laag", "hoog")]
    yield "", gaps.hedges_g(*groups, name="gat_toetsscore"), None


def _spread(outcome: pd.Series, school: pd.Series) -> float | None:
    """Standard deviation between schools of a share, from schools with enough pupils."""
    known = outcome.dropna().astype(float)
    table = known.groupby(school).agg(["mean", "size"])
    table = table[table["size"] >= SMALLEST_SCHOOL]
    if len(table) < 5:
        return None
    overall = float(known.mean())
    errors = (overall * (1 - overall) / table["size"]) ** 0.5
    return prior_of_means(table["mean"], errors).sd if 0 < overall < 1 else None


def advies_gap(name: str, pupils: pd.DataFrame) -> Estimate:
    """How many steps higher the first advies is, at an equal score, for parents of high education.

    The same call for one school and for all of them, so that both can be compared.
    """
    return ordinal.gap_at_equal_score(
        pupils,
        name=name,
        place="eerste",
        score="toetsscore",
        group="opleiding",
        cluster="basisschool",
        low="laag",
        high="hoog",
    )


def _variance_rows(network: Network) -> Iterator[Row]:
    """Where the differences in the score of leerjaar 3 lie: schools, classes, pupils."""
    scores = network.toetsen[network.toetsen["moment"] == "leerjaar 3"]
    loopbaan = network.loopbaan
    if scores.empty:
        return
    mean = scores.groupby("leerling")["score"].mean()
    third = loopbaan[(loopbaan["leerjaar"] == 3) & loopbaan["klas"].notna()].drop_duplicates("leerling")
    data = third.assign(score=third["leerling"].map(mean)).dropna(subset=["score"])
    if len(data) > MODEL_PUPILS:
        schools = data["vestiging"].drop_duplicates().sample(frac=MODEL_PUPILS / len(data), random_state=SEED)
        data = data[data["vestiging"].isin(schools)]
    data = data.assign(klas=data["schooljaar"] + " " + data["klas"])
    found = multilevel.variance_shares(data, outcome="score", levels=("vestiging", "klas"), name="variantie")
    for item in found.estimates:
        yield "", item, None
