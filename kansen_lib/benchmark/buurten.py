"""Places as CBS and DUO publish them: what all places together look like, to hold one place against.

Nothing here is about pupils of a vo school: the numbers are features of areas, counted over inhabitants
or over pupils of basisscholen. The functions that read one place are used by the chapters too, so that
a place is counted as all places are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kansen_lib import codes, indicators
from kansen_lib.benchmark.data import Network, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.stats import gaps
from kansen_lib.stats.terms import Unit
from kansen_lib.store import Store

EVERYWHERE = "alle gebieden samen"
EVERY_PUPIL = "alle leerlingen van basisscholen"
BACKLOG = "achterstandsscore"
CHANCES = "onderwijskansenscore"
SINGLE_LEVEL = "school met één niveau"
INHABITANTS = "inwoners_totaal"
#: The Netherlands, as a unit of the table kenmerken.
COUNTRY = "NL"

PER_PUPIL = "punten per leerling"
_BENEFITS = "sociale_zekerheid_personen_met_ww_bijstand_en_of_ao_uitkering_beneden_aow_leeftijd"
_DUTCH = "inwoners_geboren_in_nederland_met_een_nederlandse_herkomst_pct"


@dataclass(frozen=True)
class Feature:
    """A feature of a PC4 area.

    Attributes:
        name: in a report.
        unit: of its values.
        kenmerk: name in the table ``kenmerken``.
        per: kenmerk that it is divided by; empty for none.
        scale: factor from the published number to the unit.
        rest: whether it is what is left of the whole.
    """

    name: str
    unit: str
    kenmerk: str
    per: str = ""
    scale: float = 1.0
    rest: bool = False

    def of(self, wide: pd.DataFrame) -> pd.Series:
        """Its value in each area; missing where a part of it is secret or not published."""
        value = wide[self.kenmerk] * self.scale
        if self.per:
            value = (value / wide[self.per]).where(wide[self.per] > 0)
        return 1 - value if self.rest else value


#: CBS rounds counts to fives and percentages to tens: a ratio of small counts is coarse.
FEATURES = (
    Feature("huurwoningen", Unit.SHARE, "woning_huurwoning_pct", scale=0.01),
    Feature("eenoudergezinnen", Unit.SHARE, "huishouden_eenouder", "huishouden_totaal"),
    Feature("uitkeringen", Unit.SHARE, _BENEFITS, INHABITANTS),
    Feature("herkomst buiten Nederland", Unit.SHARE, _DUTCH, scale=0.01, rest=True),
    Feature("WOZ-waarde", "duizend euro", "woning_woz_waarde_woning"),
    Feature("SES-score", "score (0 is gemiddeld)", "ses_score"),
    Feature("adressen", "adressen per km²", "omgevingsadressendichtheid"),
)
#: What is counted within a distance, by the first word of the names of CBS.
SUPPLY = {"voortgezet_onderwijs": "alle scholen", "vmbo": "vmbo", "havo_vwo": "havo en vwo"}
DISTANCES = (3, 5, 10)


def supply_name(kind: str, km: int) -> str:
    """Name of the reference value of a kind of school within a distance."""
    return f"{SUPPLY[kind]} binnen {km} km"


def supply_kenmerk(kind: str, km: int) -> str:
    """Name of that number in the table ``kenmerken``."""
    return f"{kind}_aantal_binnen_{km}_km"


_WANTED = tuple(
    dict.fromkeys(
        [INHABITANTS, "stedelijkheid"]
        + [name for item in FEATURES for name in (item.kenmerk, item.per) if name]
        + [supply_kenmerk(kind, km) for kind in SUPPLY for km in DISTANCES]
    )
)


def rows(network: Network) -> Iterator[Row]:
    """What all places together look like; nothing without ``kenmerken``."""
    store = network.store
    yield from _single_rows(store)
    if "kenmerken" not in store.tables:
        return
    places = areas(store)
    pupils = homes(store)
    for item in FEATURES:
        value = item.of(places)
        people, children = places[INHABITANTS], pupils.reindex(places.index)
        yield "", gaps.quartiles(value, people, name=item.name, group=EVERYWHERE, unit=item.unit), None
        yield "", gaps.quartiles(value, children, name=item.name, group=EVERY_PUPIL, unit=item.unit), None
    yield from _supply_rows(places)
    schools = backlog(store)
    reliable = schools[schools["betrouwbaar"]]
    yield "", gaps.quartiles(reliable["score"], reliable["leerlingen"], name=BACKLOG, unit=PER_PUPIL), None
    yield from _chances_rows(store)


def _single_rows(store: Store) -> Iterator[Row]:
    """Share of pupils at a school with one level, over all schools."""
    aantallen = store.read("aantallen")
    if several_schools(aantallen):
        yield "", gaps.share(*at_single_level(indicators.tracks(aantallen)), name=SINGLE_LEVEL), None


def _supply_rows(places: pd.DataFrame) -> Iterator[Row]:
    """Schools within each distance, in the places of each class of stedelijkheid."""
    label = urbanity(places["stedelijkheid"])
    for name in codes.STEDELIJKHEID.codes:
        chosen = places[label == name]
        for kind in SUPPLY:
            for km in DISTANCES:
                near, people = chosen[supply_kenmerk(kind, km)], chosen[INHABITANTS]
                item = gaps.quartiles(near, people, name=supply_name(kind, km), group=name, unit=Unit.COUNT)
                yield "", item, None


def _chances_rows(store: Store) -> Iterator[Row]:
    """The onderwijskansenscore a pupil over all vo vestigingen."""
    found = chances(store, list(store.vestigingen.index))
    if len(found) > 1:  # a school beside itself is no reference
        score = found["score"] / found["leerlingen"]
        yield "", gaps.quartiles(score, found["leerlingen"], name=CHANCES, unit=PER_PUPIL), None


def at_single_level(tracks: pd.DataFrame) -> tuple[int, int]:
    """Pupils from leerjaar 3 on at a vestiging where all sit on one level, and all of them.

    Args:
        tracks: as :func:`kansen_lib.indicators.tracks` gives them.
    """
    known = tracks[tracks["niveau"].notna() & (tracks["aantal"] > 0)]
    levels = known.groupby("vestiging")["niveau"].transform("nunique")
    return int(known.loc[levels == 1, "aantal"].sum()), int(known["aantal"].sum())


# --- one place or all of them ------------------------------------------------------------------------


def wide(
    store: Store, soort: str, kenmerken: Sequence[str], units: Sequence[str] | None = None
) -> pd.DataFrame:
    """Features of units of one kind: a row a unit, a column a kenmerk, of the latest year of each.

    A value that is known within bounds only counts as unknown. Every asked column is there.
    """
    where = {"soort": soort, "kenmerk": list(kenmerken)}
    if units is not None:
        where["eenheid"] = list(units)
    columns = ["eenheid", "kenmerk", "jaar", "waarde_lower", "waarde_upper"]
    found = store.read("kenmerken", columns, where)
    found = found[found["waarde_lower"] == found["waarde_upper"]]
    found = found.sort_values("jaar", kind="stable").drop_duplicates(["eenheid", "kenmerk"], keep="last")
    table = found.pivot(index="eenheid", columns="kenmerk", values="waarde_lower").astype(float)
    return table.reindex(columns=list(kenmerken))


def areas(store: Store, pc4: Sequence[str] | None = None) -> pd.DataFrame:
    """Features of PC4 areas, as CBS names them; all of them when none are asked for."""
    return wide(store, "pc4", _WANTED, pc4)


def urbanity(number: pd.Series) -> pd.Series:
    """Class of stedelijkheid (CBS, 1 to 5) as its label."""
    return number.map(dict(enumerate(codes.STEDELIJKHEID.codes, 1)))


def homes(store: Store, basisscholen: Sequence[str] | None = None) -> pd.Series:
    """Pupils of basisscholen by home PC4, of the latest school year; an unknown home is NaN.

    Only ``Bo``: speciaal onderwijs draws from further away, and its pupils go on elsewhere.
    """
    where: dict[str, str | Sequence[str]] = {"soort": "Bo"}
    if basisscholen is not None:
        where["vestiging"] = basisscholen
    columns = ["pc4", "schooljaar", "aantal_lower", "aantal_upper"]
    found = store.read("herkomst_postcode", columns, where)
    latest = found[found["schooljaar"] == found["schooljaar"].max()]
    count = (latest["aantal_lower"] + latest["aantal_upper"]) / 2
    return count.groupby(latest["pc4"], dropna=False).sum()


def schools_of(store: Store, gemeente: str) -> pd.DataFrame:
    """Vestigingen (po and vo) of a gemeente, with ``sector`` and ``pc4``."""
    return store.read("vestigingen", ["vestiging", "sector", "pc4"], {"gemeente": gemeente})


def backlog(store: Store, basisscholen: Sequence[str] | None = None) -> pd.DataFrame:
    """The achterstandsscore of basisscholen: ``score`` a pupil, ``leerlingen``, ``betrouwbaar``.

    The score without threshold: with it, half of the schools have none. CBS notes of a school of at
    most 40 pupils that the score is unreliable.
    """
    names = ["achterstandsscore_zonder_drempel", "bekostigde_leerlingen"]
    found = wide(store, "vestiging", names, basisscholen).dropna()
    found = found[found["bekostigde_leerlingen"] > 0]
    where: dict[str, str | Sequence[str]] = {"soort": "vestiging", "kenmerk": names[0]}
    notes = store.read("kenmerken", ["eenheid", "noot"], where).dropna()
    return pd.DataFrame(
        {
            "score": found[names[0]] / found["bekostigde_leerlingen"],
            "leerlingen": found["bekostigde_leerlingen"],
            "betrouwbaar": ~np.isin(found.index, notes["eenheid"]),
        },
        index=found.index,
    )


def chances(store: Store, vestigingen: Sequence[str]) -> pd.DataFrame:
    """The onderwijskansenscore as published, ``score``, and the pupils on 1 October of that school year."""
    where = {"soort": "vestiging", "kenmerk": CHANCES, "eenheid": list(vestigingen)}
    found = store.read("kenmerken", ["eenheid", "jaar", "waarde_lower"], where)
    found = found.sort_values("jaar", kind="stable").drop_duplicates("eenheid", keep="last")
    years = sorted(found["jaar"].unique())
    counts = store.read(
        "aantallen",
        ["vestiging", "schooljaar", "aantal_lower", "aantal_upper"],
        {"vestiging": list(found["eenheid"]), "schooljaar": years},
    )
    pupils = counts.groupby(["vestiging", "schooljaar"])[["aantal_lower", "aantal_upper"]].sum().mean(axis=1)
    keys = pd.MultiIndex.from_frame(found[["eenheid", "jaar"]])
    table = pd.DataFrame(
        {"score": found["waarde_lower"].to_numpy(), "leerlingen": pupils.reindex(keys).to_numpy()}
    )
    return table.set_index(pd.Index(found["eenheid"], name="vestiging")).query("leerlingen > 0")
