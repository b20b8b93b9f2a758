"""Ways in which an evaluation goes wrong, each on the data at hand and beside a way that goes right.

Four of them: a share that passed among those who took part, a rise after a low score, participants beside all
others, and two-way fixed effects of a start that differs between schools while the effect grows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from kansen_lib.benchmark.data import SEED, Network
from kansen_lib.benchmark.evaluatie.groepen import few_schools
from kansen_lib.benchmark.evaluatie.names import ALL, unit
from kansen_lib.benchmark.evaluatie.people import BEFORE, people, scale
from kansen_lib.benchmark.evaluatie.register import Aanpak
from kansen_lib.benchmark.numbers import Row
from kansen_lib.stats import gaps, panel
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Reason, Unit

#: Share that went on to the next leerjaar; of whom.
PASSED = "over naar het volgende leerjaar"
TOOK_PART, SAME_SCORE = "deed mee", "deed niet mee, dezelfde scores"
MORE = f"{TOOK_PART} minus {SAME_SCORE}"
#: Width of a band of scores within which persons count as having the same one, points.
BAND = 5.0
#: Distance to the mean of all pupils of the same schools and cohorts; of whom.
DISTANCE = "afstand tot alle leerlingen"
NOT_DRAWN, DRAWN = "uitgeloot", "ingeloot"
#: Comparisons that are no effect, in sd: level of participants beside others, and how much more they rose.
BESIDE_ALL, MORE_RISE = "meedoeners min alle anderen", "extra vooruitgang van meedoeners"
#: The example of growing effects: what was put in and found, in sd; and cells that count the wrong way.
GROWING = "groeiend effect"
PUT_IN, TWO_WAY, IMPUTED, BY_START = (
    "wat we erin stopten",
    "alle scholen en jaren op één hoop",
    "vergeleken met wie nog niet begon (imputatie)",
    "vergeleken met wie nog niet begon (per startjaar)",
)
NEGATIVE = "schooljaren die verkeerd om meetellen"
#: Effect that is put in for each cohort since the start, sd; part of the schools that never start.
GROWTH, NEVER = 0.1, 12
#: Fewest and most schools, and fewest cohorts, of that example.
FEWEST, MOST, COHORTS = 12, 100, 4


def rows(network: Network, aanpak: Aanpak) -> Iterator[Row]:
    """The examples that the data of an intervention carry: by its design and registered outcome."""
    makers = {"grens": _of_cutoff, "loting": _of_lottery}
    if aanpak.ontwerp not in makers or " " not in aanpak.uitkomst:
        return
    place = unit(aanpak.interventie, aanpak.ontwerp, aanpak.uitkomst)
    yield from ((place, item, None) for item in makers[aanpak.ontwerp](network, aanpak))


def _of_few(rows: pd.DataFrame, aanpak: Aanpak) -> bool:
    """Whether so few of the schools that take part gave these pupils that an example would be about one."""
    return few_schools(rows["vestiging"].nunique(), len(aanpak.begun))


# --- a share that passed ------------------------------------------------------------------------------


def _of_cutoff(network: Network, aanpak: Aanpak) -> list[Estimate]:
    """Who went on after the leerjaar of the deciding score: participants, and others with their scores."""
    frame = people(network, aanpak, aanpak.uitkomst)
    leerjaar = aanpak.grens_op.rpartition(" ")[2]
    rows = network.loopbaan[network.loopbaan["leerjaar"].astype(str) == leerjaar]
    after = rows.sort_values("schooljaar", kind="stable").drop_duplicates("leerling").set_index("leerling")
    frame["over"] = frame["leerling"].map(after["afloop"].map(_went_on))
    known = frame.dropna(subset=["over", "afstand"])
    return [] if _of_few(known[known["deelgenomen"]], aanpak) else passed(known)


def _went_on(afloop: object) -> float:
    """Left or unknown says nothing of having passed."""
    return {"bevorderd": 1.0, "opstroom": 1.0, "afstroom": 1.0, "doubleren": 0.0}.get(str(afloop), np.nan)


def passed(frame: pd.DataFrame) -> list[Estimate]:
    """Share that went on among participants, and among others weighted to their scores; and the difference.

    Args:
        frame: a row a pupil, with ``deelgenomen``, ``afstand``, ``over`` (1 or 0) and ``vestiging``.
    """
    known = weighted_alike(frame)
    if known["deelgenomen"].nunique() < 2:
        return [Estimate.not_computable(PASSED, Reason.EMPTY_GROUP, group=MORE, unit=Unit.SHARE)]
    parts = {TOOK_PART: known["deelgenomen"], SAME_SCORE: ~known["deelgenomen"]}
    shares = [_share(known[flag], label) for label, flag in parts.items()]
    gap = gaps.mean_difference(
        known,
        outcome="over",
        group="deelgenomen",
        low=False,
        high=True,
        weight="gewicht",
        cluster="vestiging",
        name=PASSED,
        unit=Unit.POINTS,
    )
    return [*shares, replace(gap, group=MORE)]


def _share(part: pd.DataFrame, label: str) -> Estimate:
    found = gaps.mean(
        part["over"],
        weight=part["gewicht"],
        cluster=part["vestiging"],
        name=PASSED,
        group=label,
        unit=Unit.SHARE,
    )
    return replace(found, count=int(part["over"].sum()))


def weighted_alike(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows with ``gewicht``: that of others makes their scores those of the participants.

    Bands of scores (:data:`BAND`) without participants or without others are left out.
    """
    band = np.floor(frame["afstand"] / BAND)
    size = pd.crosstab(band, frame["deelgenomen"]).reindex(columns=[False, True], fill_value=0)
    ratio = (size[True] / size[False]).where((size > 0).all(axis=1))
    weight = band.map(ratio).where(~frame["deelgenomen"], band.map(ratio) * 0 + 1)
    return frame.assign(gewicht=weight).dropna(subset=["gewicht"])


# --- low scores rise, and participants differ ---------------------------------------------------------


def _of_lottery(network: Network, aanpak: Aanpak) -> list[Estimate]:
    """Of a lottery: the rise of those who drew nothing, and what a comparison without the lottery says."""
    frame = people(network, aanpak, aanpak.uitkomst)
    everyone = beside_everyone(network, frame, aanpak)
    if _of_few(everyone[everyone["toegewezen"].notna()], aanpak):
        return []
    return [*towards_the_mean(everyone), *naive(everyone)]


def beside_everyone(network: Network, frame: pd.DataFrame, aanpak: Aanpak) -> pd.DataFrame:
    """All pupils of the schools and cohorts of an intervention who have both scores.

    Columns ``leerling``, ``vestiging``, ``eerst`` and ``later`` (distance to the mean of all of them at the
    first and the later test, over the same sd as the effect), ``toegewezen`` (missing outside the
    lottery) and ``deelgenomen``.
    """
    pairs = frame[["vestiging", "cohort"]].drop_duplicates()
    found = network.pupils[["leerling", "vestiging", "cohort"]].merge(pairs, on=["vestiging", "cohort"])
    columns = [f"{aanpak.uitkomst.partition(' ')[0]} {BEFORE}", aanpak.uitkomst]
    scores = network.outcomes.reindex(columns=columns).reindex(found["leerling"]).to_numpy(float)
    found = found.assign(eerst=scores[:, 0], later=scores[:, 1]).dropna(subset=["eerst", "later"])
    for column, test in zip(("eerst", "later"), columns, strict=True):
        found[column] = (found[column] - found[column].mean()) / scale(network, aanpak, test)
    known = frame.set_index("leerling")
    return found.assign(
        toegewezen=found["leerling"].map(known["toegewezen"]),
        deelgenomen=found["leerling"].map(known["deelgenomen"]).eq(True),
    )


def towards_the_mean(everyone: pd.DataFrame) -> list[Estimate]:
    """How far those in the lottery stood from all pupils, before and after, by what they drew."""
    moments = {"vooraf": "eerst", "achteraf": "later"}
    parts = {NOT_DRAWN: False, DRAWN: True}
    found = []
    for label, drawn in parts.items():
        mine = everyone[everyone["toegewezen"].eq(drawn)]
        found += [_mean(mine, column, label, moment) for moment, column in moments.items()]
    return found


def _mean(rows: pd.DataFrame, column: str, name: str, group: str) -> Estimate:
    """Mean within the schools at hand: another draw of pupils, not of schools."""
    return gaps.mean(rows[column], name=f"{DISTANCE}, {name}", group=group, unit=Unit.SD)


def naive(everyone: pd.DataFrame) -> list[Estimate]:
    """Two comparisons of participants with all others that are no effect, in sd of all pupils."""
    data = everyone.assign(stijging=everyone["later"] - everyone["eerst"])
    shared = {"group": "deelgenomen", "low": False, "high": True, "cluster": "vestiging", "unit": Unit.SD}
    outcomes = {BESIDE_ALL: "later", MORE_RISE: "stijging"}
    found = [gaps.mean_difference(data, outcome=y, name=name, **shared) for name, y in outcomes.items()]
    return [replace(item, group=ALL) for item in found]


# --- effects that grow --------------------------------------------------------------------------------


def growing(network: Network) -> Iterator[Row]:
    """Two-way fixed effects and two sound estimators on schools in which a growing effect was put."""
    cells = _cells(network)
    if cells is None:
        reason = "hiervoor zijn minstens twaalf scholen met vier cohorten nodig"
        yield GROWING, Estimate.not_computable(TWO_WAY, reason, unit=Unit.SD), None
        return
    yield from ((GROWING, item, None) for item in growing_effects(cells))


def _cells(network: Network) -> pd.DataFrame | None:
    """Mean score of each school and cohort in sd, with a start that was made up and an effect that grows."""
    tests = [name for name in network.outcomes if name.partition(" ")[2] not in ("", BEFORE)]
    if not tests:
        return None
    pupils = network.pupils.join(network.outcomes[tests[0]].rename("score"), on="leerling")
    pupils = pupils.dropna(subset=["score"])
    mean = pupils.assign(score=pupils["score"] / pupils["score"].std())
    wide = mean.groupby(["vestiging", "cohort"])["score"].mean().unstack().dropna()
    if len(wide) < FEWEST or wide.shape[1] < COHORTS:
        return None
    wide = wide.sample(min(len(wide), MOST), random_state=SEED)
    return _with_effect(wide)


def _with_effect(wide: pd.DataFrame) -> pd.DataFrame:
    """Long; a few schools never start, the others start by turns in all cohorts but the first and last."""
    never, turns = max(2, len(wide) // NEVER), wide.shape[1] - 2
    start = [0 if i < never else 1 + i % turns for i in range(len(wide))]
    cells = wide.set_axis(range(wide.shape[1]), axis=1).assign(start=start)
    long = cells.reset_index().melt(["vestiging", "start"], var_name="jaar", value_name="zonder")
    long = long.astype({"jaar": int})
    long["begonnen"] = (long["start"] > 0) & (long["jaar"] >= long["start"])
    long["erin"] = GROWTH * (long["jaar"] - long["start"] + 1) * long["begonnen"]
    return long.assign(score=long["zonder"] + long["erin"])


def growing_effects(cells: pd.DataFrame) -> list[Estimate]:
    """What was put in on average, what each estimator finds, and the share of cells with a negative weight.

    Args:
        cells: a row a school and cohort, with ``vestiging``, ``jaar`` (number), ``start`` (0 for never),
            ``begonnen``, ``erin`` (effect that was put in) and ``score`` (with it), sd.
    """
    where = {"outcome": "score", "unit": "vestiging", "time": "jaar"}
    put = float(cells.loc[cells["begonnen"], "erin"].mean())
    two_way = panel.two_way_fixed_effects(cells, treated="begonnen", **where)
    imputed = panel.imputation(cells, first="start", leads=0, **where)
    # By chance in the draw of a band that is not shown: as few draws as there can be.
    by_start = panel.group_time_effects(cells, first="start", control="not yet", draws=2, seed=SEED, **where)
    found = {
        TWO_WAY: _one(two_way, "effect", ""),
        IMPUTED: _one(imputed, "effect", "all"),
        BY_START: _one(by_start, "effect", "simple"),
    }
    schools = {"group": "", "n": None, "smallest": None}  # cells of schools: no persons are counted here
    named = [replace(item, name=name, unit=Unit.SD, **schools) for name, item in found.items()]
    weights = replace(_one(two_way, "negative weights", "share"), name=NEGATIVE, **schools)
    return [Estimate(PUT_IN, value=put, unit=Unit.SD), *named, weights]


def _one(found: Result, name: str, group: str) -> Estimate:
    return next(item for item in found.estimates if (item.name, item.group) == (name, group))
