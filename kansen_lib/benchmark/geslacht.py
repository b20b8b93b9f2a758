"""Boys and girls by parental education, over all schools together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark.data import Network, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.benchmark.vergelijken import OPLEIDING, shares_and_gap
from kansen_lib.stats import inference
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Reason, Unit

#: Label of each sex in a report.
SEXES = {"man": "jongens", "vrouw": "meisjes"}
BETWEEN = "meisjes minus jongens"


def rows(network: Network) -> Iterator[Row]:
    """Shares, gaps and their difference in the network; nothing without pupils of several schools."""
    if "leerlingen" in network.store.tables and several_schools(network.pupils):
        for item in by_sex(network.pupils):
            yield "havo_of_vwo_in_leerjaar_3", item, None


def by_sex(pupils: pd.DataFrame) -> list[Estimate]:
    """Share in a class with havo or vwo in leerjaar 3, by sex and parental education.

    The same call for one school and for all of them. A group is held to the smallest cell of both
    sexes: the total of a group stands on another card, so one sex would give the other back.

    Returns:
        For each sex a level a group and the gap ``"hoog minus laag"``; last how much larger the gap of
        girls is.
    """
    found: list[Estimate] = []
    for label, name in SEXES.items():
        own = pupils[pupils["geslacht"] == label]
        found += shares_and_gap(name, own["havo_of_vwo_in_leerjaar_3"], own["opleiding"], OPLEIDING)
    return [*_held_together(found), _difference_of_gaps(pupils)]


def _held_together(found: list[Estimate]) -> list[Estimate]:
    cells: dict[str, int] = {}
    for item in found:
        if item.count is not None and item.n is not None:
            least = min(item.count, item.n - item.count)
            cells[item.group] = min(cells.get(item.group, least), least)
    return [replace(item, smallest=cells[item.group]) if item.group in cells else item for item in found]


def _difference_of_gaps(pupils: pd.DataFrame) -> Estimate:
    """How much larger the gap is among girls: the product term of a linear model of both."""
    ends = pupils[pupils["opleiding"].isin(["laag", "hoog"]) & pupils["geslacht"].notna()]
    girl, high = ends["geslacht"] == "vrouw", ends["opleiding"] == "hoog"
    known = ends["havo_of_vwo_in_leerjaar_3"].astype("boolean")
    data = pd.DataFrame({"y": known, "girl": girl, "high": high, "both": girl & high}).dropna()
    name, facts = "verschil tussen de verschillen", {"group": BETWEEN, "unit": Unit.POINTS}
    if data.groupby(["girl", "high"]).size().size < 4:
        return Estimate.not_computable(name, Reason.EMPTY_GROUP, **facts)
    model = inference.coefficients(
        data.astype(bool), outcome="y", regressors=["girl", "high", "both"], name=name
    )

    cells = data.groupby(["girl", "high"])["y"].agg(["sum", "size"])
    least = int(min(cells["sum"].min(), (cells["size"] - cells["sum"]).min()))
    return replace(model[name, "both"], smallest=least, **facts)
