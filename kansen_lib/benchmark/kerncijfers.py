"""Diplomas by the education of parents, and by what a school knows in its place: numbers of all schools."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kansen_lib import codes, indicators
from kansen_lib.benchmark import buurten
from kansen_lib.benchmark.context import HIGH, LOW
from kansen_lib.benchmark.data import SEED, Network, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.benchmark.vergelijken import Groups, shares_and_gap
from kansen_lib.stats import gaps, inference
from kansen_lib.stats.result import Estimate, NotComputable
from kansen_lib.stats.terms import Reason, Unit
from kansen_lib.store import Store

ON_TIME, DIPLOMA = "diploma_op_tijd", "diploma_met_een_jaar_extra"
HAVO_DIPLOMA, HAVO_YEAR_3 = "havo_vwo_met_een_jaar_extra", "havo_of_vwo_in_leerjaar_3"
#: The indicators of the headline and what they are called there.
NUMBERS = {
    ON_TIME: "diploma op tijd",
    DIPLOMA: "diploma, hoogstens een jaar later",
    HAVO_DIPLOMA: "havo- of vwo-diploma",
    HAVO_YEAR_3: "havo of vwo in leerjaar 3",
}
#: Level of a diploma to its column in the table of diplomas.
_DIPLOMAS = {
    **dict.fromkeys(("pro", "vmbo-b", "vmbo-k"), "pro of vmbo-b/k"),
    "vmbo-gt": "vmbo-gt",
    "havo": "havo",
    "vwo": "vwo",
    indicators.NO_DIPLOMA: "(nog) geen",
}

#: Thirds of a proxy; the first is where one would look for parents of low education.
THIRDS = ("ongunstig", "midden", "gunstig")
FIRST, LAST = THIRDS[0], THIRDS[-1]
LOW_IN_THIRD, IN_THIRD = "heeft laagopgeleide ouders", "valt in het ongunstige derde"
#: Group of all pupils, and of those in the first third of a proxy.
EVERYBODY = "alle leerlingen"
KEPT = "deel van het echte verschil"
DRAWS = 499


@dataclass(frozen=True)
class Proxy:
    """What a school knows in the place of the education of parents.

    Attributes:
        name: in a report.
        column: of a pupil, by which the value is found.
        feature: of the PC4 area; None for the achterstandsscore of the basisschool.
        sign: 1 where more is more favourable, else -1.
    """

    name: str
    column: str
    feature: buurten.Feature | None
    sign: int

    @property
    def between(self) -> Groups:
        """The outer thirds."""
        return Groups(self.name, FIRST, LAST)


_FEATURES = {item.name: item for item in buurten.FEATURES}
PROXIES = (
    Proxy("SES-score buurt", "pc4", _FEATURES["SES-score"], 1),
    Proxy("uitkeringen buurt", "pc4", _FEATURES["uitkeringen"], -1),
    Proxy("achterstand basisschool", "basisschool", None, -1),
)


def rows(network: Network) -> Iterator[Row]:
    """Diplomas by education, where the thirds of each proxy end, and what proxies tell of education."""
    store = network.store
    if "leerlingen" not in store.tables:
        return
    cuts = {proxy.name: _cuts(store, proxy) for proxy in PROXIES}
    for name, ends in cuts.items():
        for place, end in enumerate(ends, start=1):
            yield "", Estimate(cut_name(name), str(place), end), None
    pupils = network.pupils
    if not several_schools(pupils):
        return
    for item in diplomas(pupils):
        yield "", item, None
    known = thirds(store, pupils, cuts)
    for indicator in NUMBERS:
        for item in by_proxy(indicator, pupils, known):
            yield indicator, item, None
    for item in against_education(pupils, known):
        yield "", item, None


# --- who got which diploma ----------------------------------------------------------------------------


def diplomas(pupils: pd.DataFrame) -> list[Estimate]:
    """Share of each class of parental education (a row) with each diploma (a column): every cell."""
    told = pupils.dropna(subset=["diploma_jaar_extra", "opleiding"])
    counts = pd.crosstab(told["opleiding"], told["diploma_jaar_extra"].map(_DIPLOMAS), dropna=False)
    order = list(dict.fromkeys(_DIPLOMAS.values()))
    table = counts.reindex(index=codes.OPLEIDING_OUDERS_3.codes, columns=order, fill_value=0)
    return [
        gaps.share(int(k), int(row.sum()), name=f"ouders: {label}", group=f"diploma: {column}")
        for label, row in table.iterrows()
        for column, k in row.items()
    ]


# --- proxies ------------------------------------------------------------------------------------------


def in_first(proxy: str) -> str:
    """The pupils in the first third of a proxy."""
    return f"{FIRST}: {proxy}"


def of_low(proxy: str) -> str:
    """The pupils with parents of low education, of whom a proxy is known."""
    return f"groep {LOW}: {proxy}"


def cut_name(proxy: str) -> str:
    """Name of the rows with the ends of the first and the second third of a proxy."""
    return f"{proxy}, grens"


def _values(store: Store, proxy: Proxy, units: list[str] | None = None) -> pd.DataFrame:
    """``value`` of a proxy, more being more favourable, and ``weight`` of each area or basisschool."""
    if proxy.feature is None:
        schools = buurten.backlog(store, units)
        return pd.DataFrame({"value": proxy.sign * schools["score"], "weight": schools["leerlingen"]})
    names = [name for name in (proxy.feature.kenmerk, proxy.feature.per) if name]
    value = proxy.sign * proxy.feature.of(buurten.wide(store, "pc4", names, units))
    weight = buurten.homes(store).reindex(value.index) if units is None else 1.0
    return pd.DataFrame({"value": value, "weight": weight}).dropna()


def _cuts(store: Store, proxy: Proxy) -> tuple[float, ...]:
    """Where the first and second third end: of all pupils of basisscholen, by home or by school.

    From open data alone, so that a school without others beside it has the same thirds.
    """
    table = _values(store, proxy)
    table = table[table["weight"] > 0]
    if table["value"].nunique() < len(THIRDS):
        return ()
    ends = np.quantile(table["value"], [1 / 3, 2 / 3], weights=table["weight"], method="inverted_cdf")
    return tuple(float(end) for end in ends)


def thirds(store: Store, pupils: pd.DataFrame, cuts: dict[str, tuple[float, ...]]) -> pd.DataFrame:
    """The third of each proxy (a column) that each pupil falls in; missing where it is not known.

    Args:
        store: with the features of areas and basisscholen.
        pupils: with ``pc4`` and ``basisschool``.
        cuts: of each proxy the ends of the first and the second third; empty where they are not known.
    """
    found = {}
    for proxy in PROXIES:
        label, ends = pupils[proxy.column], cuts.get(proxy.name, ())
        place = pd.Series(np.nan, index=pupils.index)
        if ends:
            values = _values(store, proxy, sorted(label.dropna().unique()))["value"]
            place = label.map(pd.Series(np.searchsorted(ends, values), values.index)).astype(float)
        names = place.map(dict(enumerate(THIRDS)))
        found[proxy.name] = names.astype(pd.CategoricalDtype(list(THIRDS), ordered=True))
    return pd.DataFrame(found, index=pupils.index)


def by_proxy(indicator: str, pupils: pd.DataFrame, known: pd.DataFrame) -> list[Estimate]:
    """An indicator by the thirds of each proxy that is known of anybody: levels, and the outer gap."""
    outcome = indicators.outcome(indicator, pupils)
    return [
        item
        for proxy in PROXIES
        if (outcome.notna() & known[proxy.name].notna()).any()
        for item in _of_thirds(proxy, outcome, known[proxy.name], pupils[proxy.column])
    ]


def _of_thirds(proxy: Proxy, outcome: pd.Series, third: pd.Series, area: pd.Series) -> list[Estimate]:
    """The level of each third, and the outer gap with an interval that allows for areas that differ.

    A third holds whole areas (or basisscholen): their pupils are no independent draws of a third.
    """
    *levels, plain = shares_and_gap(proxy.name, outcome, third, proxy.between)
    if plain.value is None:
        return [*levels, plain]
    gap = gaps.mean_difference(
        pd.DataFrame({"outcome": outcome, "third": third, "area": area}),
        outcome="outcome",
        group="third",
        low=FIRST,
        high=LAST,
        cluster="area",
        name=plain.name,
        unit=Unit.POINTS,
    )
    return [*levels, replace(gap, group=plain.group, smallest=plain.smallest)]


def against_education(pupils: pd.DataFrame, known: pd.DataFrame) -> list[Estimate]:
    """What the first third of each proxy holds, and how much of the gap by education its own gap keeps."""
    if pupils["opleiding"].isna().all():
        return []
    outcome = indicators.outcome(HAVO_YEAR_3, pupils)
    low = (pupils["opleiding"] == LOW).where(pupils["opleiding"].notna())
    whole = low.dropna()
    found = [gaps.share(int(whole.sum()), len(whole), name=LOW_IN_THIRD, group=EVERYBODY)]
    for name in known:
        first = (known[name] == FIRST).where(known[name].notna())
        both = low.notna() & first.notna()
        if both.any():
            among, lows = low[both & (first == 1)], first[both & (low == 1)]
            found.append(gaps.share(int(among.sum()), len(among), name=LOW_IN_THIRD, group=in_first(name)))
            found.append(gaps.share(int(lows.sum()), len(lows), name=IN_THIRD, group=of_low(name)))
            found.append(_kept(pupils.assign(outcome=outcome, third=known[name]), name))
    return found


def _kept(data: pd.DataFrame, proxy: str) -> Estimate:
    """The gap between the outer thirds as a part of that between low and high education, same pupils."""
    same = data.dropna(subset=["outcome", "third", "opleiding"])
    item = inference.cluster_bootstrap(
        same[["outcome", "third", "opleiding", "vestiging"]],
        _ratio_of_gaps,
        cluster="vestiging",
        draws=DRAWS,
        seed=SEED,
        name=KEPT,
        unit=Unit.RATIO,
    )
    return replace(item, group=proxy)


def _ratio_of_gaps(rows: pd.DataFrame) -> float:
    def gap(column: str, low: str, high: str) -> float:
        first, last = (rows.loc[rows[column] == label, "outcome"] for label in (low, high))
        if first.empty or last.empty:
            raise NotComputable(Reason.EMPTY_GROUP)
        return float(last.mean() - first.mean())

    whole = gap("opleiding", LOW, HIGH)
    if whole <= 0:
        raise NotComputable(Reason.NO_TOTAL)
    return gap("third", FIRST, LAST) / whole
