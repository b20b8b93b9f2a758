"""Who an intervention reached: meant for, offered, taking part, and the usual dose, by background.

Reach is no effect. It says whether those for whom an intervention is meant got it at all. Counted of all
pupils of the schools and cohorts in which it ran, by the same functions for one school and for all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from kansen_lib import codes
from kansen_lib.benchmark import vergelijken
from kansen_lib.benchmark.context import FEWEST_PUPILS
from kansen_lib.benchmark.data import Network
from kansen_lib.benchmark.evaluatie.groepen import FEW_SCHOOLS, few_schools
from kansen_lib.benchmark.evaluatie.names import ALL, FEWEST_SCHOOLS, unit
from kansen_lib.benchmark.evaluatie.people import BACKGROUNDS, background
from kansen_lib.benchmark.evaluatie.register import Aanpak
from kansen_lib.benchmark.numbers import Row
from kansen_lib.benchmark.vergelijken import INKOMEN, MINIMA, OPLEIDING, Groups, shares_and_gap
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Unit

#: How far a pupil came, each out of all pupils of the same schools and cohorts.
MEANT, OFFERED, TOOK, DOSED = "voor bedoeld", "aangeboden", "meegedaan", "gebruikelijke dosis"
STAGES = (MEANT, OFFERED, TOOK, DOSED)
#: Which of stages with the same pupils is told: the first of these.
_FIRST = (TOOK, MEANT, OFFERED, DOSED)
#: Stages beside which the numbers of a stage could be subtracted.
_NEAR = {MEANT: (), OFFERED: (MEANT, TOOK), TOOK: (MEANT,), DOSED: (TOOK,)}
#: Why a stage is not told.
CLOSE = "bijna dezelfde leerlingen als een andere stap: het verschil zou een kleine groep zijn"
#: Of those for whom it was meant: who took part, and how unequally over the education of the parents.
OF_MEANT, INDEX = "meegedaan, van wie het bedoeld was", "concentratie-index van meedoen"
#: Unit of an index from -1 (only who ranks low) to 1 (only who ranks high).
AROUND_0 = "concentratie-index"
#: The dose that half of the participants of all schools got at least.
USUAL = "gebruikelijke dosis van wie meedeed"
#: Rules by which a school takes part as a whole: within one there is no difference in reach.
WHOLE_SCHOOLS = ("loting scholen", "gespreide start", "een school")
#: Column in which persons rank by each background, with its labels from low to high.
_RANKS = {
    OPLEIDING: ("opleiding_ouders", codes.OPLEIDING_OUDERS.codes),
    INKOMEN: ("inkomenskwintiel", codes.INKOMENSKWINTIEL.codes),
}
_MINIMA = (MINIMA.column, (MINIMA.low, MINIMA.high))


def rows(network: Network, aanpak: Aanpak) -> Iterator[Row]:
    """Reach of an intervention over all schools; a reason where too few of them gave their participants."""
    known = network.store.read("deelname")
    dose = usual_dose(known, aanpak)
    place = unit(aanpak.interventie, "", "")
    everyone = stages(network.pupils, known, aanpak, dose.value)
    if few_schools(_came(everyone)["vestiging"].nunique(), len(aanpak.begun)):
        yield place, Estimate.not_computable(TOOK, FEW_SCHOOLS, unit=Unit.SHARE), None
        return
    yield place, dose, None
    everyone = _of_enough_schools(everyone)
    for item in (*reach(everyone), *participation(everyone, cluster="vestiging")):
        yield place, item, None


def _came(everyone: pd.DataFrame) -> pd.DataFrame:
    return everyone[everyone[OFFERED] | everyone[TOOK]]


def _of_enough_schools(everyone: pd.DataFrame) -> pd.DataFrame:
    """Without the background of groups that so few schools told that their reach would be that of one."""
    came = _came(everyone)
    fewest = min(FEWEST_SCHOOLS, came["vestiging"].nunique())
    for column in {groups.column for groups in BACKGROUNDS} & set(everyone):
        schools = came.groupby(column, observed=True)["vestiging"].nunique()
        told = everyone[column].isin(schools.index[schools >= fewest])
        everyone = everyone.assign(**{column: everyone[column].where(told)})
    return everyone


def usual_dose(deelname: pd.DataFrame, aanpak: Aanpak) -> Estimate:
    """Median dose of who took part, in the unit of the intervention."""
    took = deelname[(deelname["interventie"] == aanpak.interventie) & deelname["deelgenomen"]]
    if took.empty:
        return Estimate.not_computable(USUAL, "niemand deed mee", unit=aanpak.dosis_eenheid)
    return Estimate(USUAL, value=float(took["dosis"].median()), unit=aanpak.dosis_eenheid, n=len(took))


def stages(pupils: pd.DataFrame, deelname: pd.DataFrame, aanpak: Aanpak, usual: float | None) -> pd.DataFrame:
    """All pupils of the schools and cohorts in which it ran, with a column True or False for each stage.

    Of a whole-school intervention also the schools and cohorts it is compared with, from the first start on:
    reach says there whose schools take part. With a cut-off it is meant for who scored below it: all others
    with a score are in the table too.

    Args:
        pupils: rows of :func:`kansen_lib.indicators.pupils`, of one school or all.
        deelname: rows of that table.
        aanpak: the intervention.
        usual: dose from which on it counts as the usual one; None for any.
    """
    mine = deelname[deelname["interventie"] == aanpak.interventie]
    came = mine.groupby("leerling")[["toegewezen", "deelgenomen"]].any()
    dose = mine.groupby("leerling")["dosis"].sum()
    known = vergelijken.background(pupils)
    ran = known[known["leerling"].isin(came.index) & (known["cohort"] >= _floor(known, aanpak))]
    pairs = ran[["vestiging", "cohort"]].drop_duplicates()
    known = known.merge(pairs, on=["vestiging", "cohort"])
    offered, took = (known["leerling"].map(came[flag]).eq(True) for flag in ("toegewezen", "deelgenomen"))
    return known.assign(
        **{
            MEANT: offered if aanpak.toewijzing == "drempel" else known["leerling"].isin(came.index),
            OFFERED: offered,
            TOOK: took,
            DOSED: took & known["leerling"].map(dose).ge(usual or 0.0),
        }
    )


def _floor(pupils: pd.DataFrame, aanpak: Aanpak) -> pd.Series | str:
    """First cohort that counts, of each pupil: since the start of the own school, or of the first one."""
    starts = {code: first for code, first in aanpak.start.items() if first is not None}
    earliest = min(starts.values(), default="")
    return earliest if aanpak.toewijzing in WHOLE_SCHOOLS else pupils["vestiging"].map(starts).fillna("9999")


def reach(everyone: pd.DataFrame) -> list[Estimate]:
    """Share of each group that came to each stage, out of all its pupils, and the gap.

    A stage of all pupils, of nobody, or of the same pupils as another one is left out.
    """
    between = background(everyone)
    group = everyone[between.column]
    kept: list[str] = []
    for stage in _FIRST:
        told = 0 < everyone[stage].sum() < len(everyone)
        if told and not any(everyone[stage].equals(everyone[other]) for other in kept):
            kept.append(stage)
    kept.sort(key=STAGES.index)
    found = {stage: shares_and_gap(stage, everyone[stage], group, between) for stage in kept}
    return [item for stage, items in found.items() for item in _without_small_steps(stage, items, found)]


def _without_small_steps(
    stage: str, items: Sequence[Estimate], found: Mapping[str, Sequence[Estimate]]
) -> list[Estimate]:
    """The stage, which rests on those who are in it and not in a stage next to it: subtraction tells them.

    Where they are few, a stage is one row with a reason; what most want to know, who took part, stays for the
    groups in which they are not few.
    """
    others = [{item.group: item.count for item in found[near]} for near in _NEAR[stage] if near in found]
    least = [_least(item, [counts[item.group] for counts in others]) for item in items]
    few = any(item.smallest is not None and item.smallest < FEWEST_PUPILS for item in least if item.count)
    if few and stage != TOOK:
        return [Estimate.not_computable(stage, CLOSE, unit=Unit.SHARE)]
    return least


def _least(item: Estimate, others: Sequence[int | None]) -> Estimate:
    if item.count is None:
        return item
    steps = [abs(item.count - count) for count in others if count is not None and count != item.count]
    return replace(item, smallest=min([*steps, item.n or 0])) if steps else item


def participation(everyone: pd.DataFrame, cluster: str | None = None) -> list[Estimate]:
    """Of those for whom it was meant: share that took part, gap, and concentration over the background.

    Gap and index rest on the smallest cell of all groups: they would give it back beside the other groups.

    Args:
        everyone: see :func:`stages`.
        cluster: column within which the interval of the index lets persons be alike.
    """
    between = background(everyone)
    meant = everyone[everyone[MEANT] & everyone[between.column].notna()]
    took = meant[TOOK]
    levels = shares_and_gap(OF_MEANT, took, meant[between.column], between)
    least = min((min(i.count, i.n - i.count) for i in levels if i.count is not None), default=None)
    whole = gaps.share(int(took.sum()), len(took), name=OF_MEANT, group=ALL)
    index = _index(meant, between, cluster)
    return [whole, *(replace(item, smallest=least) for item in (levels[-1], index))]


def _index(meant: pd.DataFrame, between: Groups, cluster: str | None) -> Estimate:
    column, labels = _RANKS.get(between, _MINIMA)
    order = pd.CategoricalDtype(list(labels), ordered=True)
    data = meant.assign(rang=meant[column].astype(order), deed=meant[TOOK].astype(float))
    if data["rang"].dropna().nunique() < 2:
        return Estimate.not_computable(INDEX, "de achtergrond is niet bekend", unit=AROUND_0)
    several = cluster if cluster and data[cluster].nunique() > 1 else None
    found = gaps.concentration_index(
        data, outcome="deed", rank="rang", cluster=several, kind="erreygers", name=INDEX
    )
    return replace(found, unit=AROUND_0)
