"""Profiles of the exam candidates of havo and vwo by sex, on open data of DUO."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kansen_lib.benchmark.data import Network, several_schools
from kansen_lib.benchmark.examens import share_of
from kansen_lib.benchmark.geslacht import SEXES
from kansen_lib.benchmark.numbers import Row
from kansen_lib.stats.result import Estimate

#: Profiles with natuur en techniek; DUO counts who chose two as one programme.
TECHNICAL = "N&T"
#: Under which the numbers of all schools are kept.
UNIT = "natuur en techniek"
_ENDS = ["kandidaten_lower", "kandidaten_upper"]


def rows(network: Network) -> Iterator[Row]:
    """The shares over all schools, with what masking leaves possible.

    Without the masked programmes they would be too low: those are small because few choose them.
    """
    examens = network.store.read("examens")
    if several_schools(examens):
        yield from ((UNIT, item, None) for item in technical(examens))


def technical(examens: pd.DataFrame) -> list[Estimate]:
    """Share with natuur en techniek among boys and girls who are candidates of havo and vwo, by year."""
    chosen = examens[examens["onderwijstype"].isin(["havo", "vwo"]) & examens["geslacht"].isin(SEXES)]
    part = chosen["opleiding"].str.contains(TECHNICAL, regex=False).map({True: "aantal", False: "rest"})
    counts = chosen.groupby(["geslacht", "schooljaar", part])[_ENDS].sum().unstack(fill_value=0)
    found = []
    for (sex, year), row in counts.iterrows():
        ends = {
            f"{name}_{end}": row.get((f"kandidaten_{end}", name), 0)
            for name in ("aantal", "rest")
            for end in ("lower", "upper")
        }
        found.append(share_of(pd.Series({**ends, "schooljaar": year}), SEXES[str(sex)]))
    return found
