"""The numbers that a calculation of power rests on, taken from a store."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kansen_lib import indicators
from kansen_lib.benchmark.data import Network
from kansen_lib.benchmark.evaluatie import Aanpak, spreiding
from kansen_lib.planning.kracht import Assumptions, PowerError
from kansen_lib.store import Store

#: Outcome of a calculation for which nothing names one.
USUAL_OUTCOME = "rekenen leerjaar 1"
#: Rules by which schools, not pupils, have the approach or not.
OF_SCHOOLS = ("loting scholen", "gespreide start", "een school")
#: Rules after which not all who were asked take part, and others do.
OF_OFFERS = ("loting uitnodiging", "drempel")
_SPREAD = {
    "icc": spreiding.ICC,
    "shocks": spreiding.SHOCKS,
    "r2": spreiding.R2,
    "r2_schools": spreiding.R2_SCHOOLS,
    "r2_shocks": spreiding.R2_SHOCKS,
}


def of_intervention(store: Store, aanpak: Aanpak) -> Assumptions:
    """Numbers of an intervention: who is in scope of it in its schools, else all their first-year pupils."""
    rows = store.read("deelname", where={"interventie": aanpak.interventie, "vestiging": list(aanpak.start)})
    if rows.empty:
        return of_schools(store, list(aanpak.start), aanpak.uitkomst)
    codes = aanpak.start if aanpak.toewijzing in OF_SCHOOLS else aanpak.begun
    sizes = rows.groupby(["vestiging", "schooljaar"]).size()
    cohorts = rows["schooljaar"].nunique()
    if aanpak.ontwerp in ("gespreide start", "een school"):
        cohorts = max(1, cohorts // 2)
    counted = f"in scope of '{aanpak.interventie}', mean over schools and cohorts"
    because = {"pupils": counted} | dict.fromkeys(("schools", "cohorts", "share"), "the register")
    offered = aanpak.toewijzing in OF_OFFERS
    return _with_spread(
        store,
        aanpak.uitkomst,
        pupils=float(sizes.mean()),
        schools=max(1, len(codes)),
        cohorts=cohorts,
        share=_share(rows, aanpak),
        take_up=_take_up(rows) if offered else 1.0,
        because=because | ({"take_up": "seen in this intervention"} if offered else {}),
    )


def of_schools(store: Store, codes: Sequence[str] | None, uitkomst: str = "") -> Assumptions:
    """Numbers of all first-year pupils of these schools (of all when None), half of whom get the approach.

    Raises:
        PowerError: nobody is known of these schools.
    """
    sizes = first_years(store)
    own = sizes if codes is None else sizes.reindex(list(codes)).dropna()
    if own.empty:
        where = "store" if codes is None else ", ".join(codes)
        raise PowerError(f"no pupils in leerjaar 1 are known of {where}: give --pupils and --schools")
    because = {"pupils": "first-year pupils of the latest year, mean over schools", "schools": "the store"}
    return _with_spread(
        store, uitkomst, pupils=float(own.mean()), schools=len(own), cohorts=1, because=because
    )


def _with_spread(
    store: Store, uitkomst: str, *, because: dict[str, str], **numbers: float | int
) -> Assumptions:
    """The numbers with the spread of the outcome in the store, where it can be seen there."""
    outcome = uitkomst or USUAL_OUTCOME
    found = {item.name: item.value for item in spreiding.spread(Network(store), outcome)}
    known = {name: found[label] for name, label in _SPREAD.items() if found[label] is not None}
    source = f"'{outcome}' in the store, pupils without an approach on it"
    return Assumptions(**numbers, **known, because=because | dict.fromkeys(known, source))


def first_years(store: Store) -> pd.Series:
    """Pupils in leerjaar 1 by vestiging: of the latest cohort, else as DUO counted them."""
    pupils = store.read("leerlingen", ["vestiging", "cohort"])
    if not pupils.empty:
        return pupils[pupils["cohort"] == pupils["cohort"].max()].groupby("vestiging").size().astype(float)
    counts = indicators.latest(store.read("aantallen"))
    first = counts[counts["leerjaar"] == 1]
    return first.groupby("vestiging")["aantal_lower"].sum().astype(float)


def _share(rows: pd.DataFrame, aanpak: Aanpak) -> float:
    """Share drawn or with the approach; a half where there is nobody without it, or nobody with it."""
    if aanpak.toewijzing in OF_SCHOOLS:
        found = len(aanpak.begun) / len(aanpak.start)
    else:
        column = "deelgenomen" if aanpak.toewijzing == "eigen keuze" else "toegewezen"
        found = float(rows[column].mean())
    return found if 0 < found < 1 else 0.5


def _take_up(rows: pd.DataFrame) -> float:
    """How much more often who was asked takes part; 1 where that is not seen, or not above 0."""
    by = rows.groupby(rows["toegewezen"].astype(bool))["deelgenomen"].mean()
    found = float(by.get(True, 1.0) - by.get(False, 0.0))
    return found if 0 < found <= 1 else 1.0
