"""The way from toetsadvies to diploma, stage by stage: of all schools together and of one.

Pupils of one kind of test only, and of cohorts whose stages could all be seen: who repeated a year too.
What a stage is conditioned on is an outcome of selection itself: all of this describes, nothing is an effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from kansen_lib import codes, indicators
from kansen_lib.benchmark.advies_toets import differing, held
from kansen_lib.benchmark.context import GAP, HIGH, LOW
from kansen_lib.benchmark.data import SEED, Network, several_schools
from kansen_lib.benchmark.numbers import Row, corrected
from kansen_lib.stats import gaps, segregation
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Reason, Unit

#: Stage to the column of its label, in order.
STAGES = {
    "toetsadvies": "toetsadvies",
    "eerste advies": "advies_eerste",
    "definitief advies": "advies_definitief",
    "brugklas": "brugklas",
    "leerjaar 3": "leerjaar3",
    "diploma": "diploma_niveau",
}
TO_LEERJAAR_3 = dict(list(STAGES.items())[:-1])
FROM_BRUGKLAS = dict(list(STAGES.items())[3:])
#: Stages that a pupil may not reach at this school.
MAY_BE_MISSED = ("leerjaar 3", "diploma")
AWAY = "weg of onbekend"
#: School years from entry in which leerjaar 3 can be seen, also of who repeated a year.
YEARS_TO_LEERJAAR_3 = 4
#: What is one state where a figure would else have too many: a class to its state, an advies to its state.
_CLASSES = dict.fromkeys(("pro", "pro/vmbo-b", "vmbo-b", "vmbo-b/k", "vmbo-k"), "pro/vmbo-b/k")
_ADVIEZEN = _CLASSES | {"vmbo-gt": "vmbo-k/gt"}
#: States of a stage, low to high; a class of several levels is one of them.
STATES = tuple(
    dict.fromkeys(_CLASSES.get(label, label) for label in codes.BRUGKLASTYPE.codes if codes.levels(label))
)
_UPPER = {"havo", "vwo"}
#: All who share a level in every stage.
STAYED = "steeds hetzelfde niveau"
#: Lines of the card by cohort.
ADVIES, CLASS = "definitief advies", "leerjaar 3"
#: Lines of path dependence, each a part of 1.
ON_ADVIES, ON_CLASS, TOLD = (
    "leerjaar 3 als het advies",
    "diploma als leerjaar 3",
    "bekend met het advies",
)
#: Of what is not known of leerjaar 3 without the advies, the part that is with it.
PERCENT = "procent van de onzekerheid"
#: Under which units the rows are kept.
WAY, LAST_PART, COHORTS, PATHS = "fasen", "fasen tot diploma", "cohorten", "vaste weg"


def rows(network: Network) -> Iterator[Row]:
    """Levels and gap per stage and per cohort, and how far the advies tells leerjaar 3, of all schools."""
    if "leerlingen" not in network.store.tables or not several_schools(network.pupils):
        return
    data = network.learners
    alike = same_rules(data, network.store.test_kind)
    parts = {
        WAY: open_by_stage(to_leerjaar_3(alike), TO_LEERJAAR_3),
        LAST_PART: open_by_stage(to_diploma(alike), FROM_BRUGKLAS),
        COHORTS: havo_by_cohort(data),
        PATHS: paths_by_cohort(data),
    }
    yield from ((unit, item, None) for unit, found in parts.items() for item in found)


# --- whose way could be seen --------------------------------------------------------------------------


def same_rules(learners: pd.DataFrame, kind: str | None) -> pd.DataFrame:
    """Pupils whose advies was given under the same rules.

    Args:
        learners: see :func:`kansen_lib.benchmark.scores.learners`.
        kind: test that scores are compared on, of the whole store. Without any score there is none: then
            the rules that most pupils had, of as many the latest.
    """
    if kind is not None:
        return learners[learners["zelfde_toets"]]
    most = learners["regime"].astype(codes.REGIME.dtype()).mode()
    return learners[learners["regime"].isin(most.tail(1))]


def to_leerjaar_3(learners: pd.DataFrame) -> pd.DataFrame:
    """Those of :func:`same_rules` of whom leerjaar 3 could be seen."""
    return learners[learners["seen"] >= YEARS_TO_LEERJAAR_3]


def to_diploma(learners: pd.DataFrame) -> pd.DataFrame:
    """Those of whom the diploma could be seen too, where pupils sit exams at all."""
    ends = learners["vestiging"].isin(learners.loc[learners["diploma_niveau"].notna(), "vestiging"])
    return learners[ends & (learners["seen"] >= indicators.YEARS_TO_DIPLOMA)]


def halfway(learners: pd.DataFrame) -> pd.DataFrame:
    """Those of whom leerjaar 3 could be seen and the diploma not yet: nobody of :func:`to_diploma`."""
    return to_leerjaar_3(learners[learners["seen"] < indicators.YEARS_TO_DIPLOMA])


# --- the way as a flow --------------------------------------------------------------------------------


def travelled(pupils: pd.DataFrame, stages: Mapping[str, str]) -> pd.DataFrame:
    """A column of states a stage, of the pupils with an advies and a brugklas; who left has a state too."""
    found = pd.DataFrame(
        {
            stage: states(pupils[column], _ADVIEZEN if "advies" in stage else _CLASSES)
            for stage, column in stages.items()
        }
    )
    for stage in set(MAY_BE_MISSED) & set(stages):
        found[stage] = found[stage].fillna(AWAY)
    return found.dropna()


def states(labels: pd.Series, merged: Mapping[str, str]) -> pd.Series:
    """The state of each advies, class or diploma; missing for what has no place on the ladder."""
    known = labels.map({label: merged.get(label, label) for label in labels.dropna().unique()})
    return known.where(known.isin(STATES)).astype(pd.CategoricalDtype([*STATES, AWAY], ordered=True))


def flows(pupils: pd.DataFrame, stages: Mapping[str, str]) -> list[Estimate]:
    """States of each stage and flows between a stage and the next, all as shares of the same pupils.

    Every combination of states that occur is there, empty ones too: a cross table with known margins.
    """
    way = travelled(pupils, stages)
    if way.empty:
        return [Estimate.not_computable("de weg", Reason.NO_PERSONS, unit=Unit.SHARE)]
    labels = {stage: [s for s in (*STATES, AWAY) if (way[stage] == s).any()] for stage in stages}
    n, found = len(way), []
    for stage, here in labels.items():
        found += [gaps.share(int((way[stage] == s).sum()), n, name=f"{stage}: {s}") for s in here]
    for here, there in zip(stages, list(stages)[1:], strict=False):
        cells = pd.crosstab(way[here].astype(str), way[there].astype(str))
        for start in labels[here]:
            found += [
                gaps.share(int(cells.loc[start, end]), n, name=f"{here}: {start}", group=f"{there}: {end}")
                for end in labels[there]
            ]
    same = int(_same_level(pupils.loc[way.index], stages).sum())
    cohorts = pupils.loc[way.index, "cohort"].value_counts().sort_index()
    whose = [gaps.share(int(size), n, name=f"cohort {cohort}") for cohort, size in cohorts.items()]
    return [*found, gaps.share(same, n, name=STAYED), *whose]


def _same_level(pupils: pd.DataFrame, stages: Mapping[str, str]) -> pd.Series:
    """Whether one level is part of every stage: a double advies or a broad class holds several."""
    shared = pd.Series([frozenset(codes.NIVEAU.codes)] * len(pupils), index=pupils.index)
    for column in stages.values():
        levels = {label: codes.levels(label) for label in pupils[column].dropna().unique()}
        found = pupils[column].map(levels)
        shared = shared.combine(found, lambda a, b: a & b if isinstance(b, frozenset) else frozenset())
    return shared.map(bool).astype(bool)


# --- level and gap, stage by stage --------------------------------------------------------------------


def same_pupils(pupils: pd.DataFrame, stages: Mapping[str, str]) -> pd.DataFrame:
    """The pupils who are seen in every stage, with a known parental education."""
    known = pupils.dropna(subset=["opleiding", *stages.values()])
    on_ladder = pd.DataFrame({column: openness(known[column]) for column in stages.values()})
    return known[on_ladder.notna().all(axis=1)]


def open_by_stage(pupils: pd.DataFrame, stages: Mapping[str, str]) -> list[Estimate]:
    """Share for whom havo or vwo is open in each stage, of each group, and the gap; the same pupils in all.

    An advies or a class is open when havo or vwo is one of its levels. Everything of a stage is held to
    the smallest cell of all groups, with those of both sides of the line apart: a card with another
    threshold, or the total, would give a hidden one back. Two stages are held to who differs between
    them: an advies is only ever raised, so that their difference is a number of pupils.
    """
    known = same_pupils(pupils, stages)
    sides = {stage: openness(known[column]) for stage, column in stages.items()}
    found: list[Estimate] = []
    for stage, side in sides.items():
        cells = pd.crosstab(known["opleiding"].astype(str), side.astype(str))
        smallest = int(cells.to_numpy().min()) if len(cells) else 0
        few = _between(known["opleiding"], side, [other for other in sides.values() if other is not side])
        items = _level_and_gap(side != "vmbo", known["opleiding"], stage, smallest)
        found += [held(item, few) for item in items]
    return _line_by_line(found)


def _between(group: pd.Series, side: pd.Series, others: Sequence[pd.Series]) -> int | None:
    """Fewest pupils of a group that another stage has more, or less, where it has all the others."""
    is_open, then = side != "vmbo", [other != "vmbo" for other in others]
    parts = group.groupby(group, observed=True).groups.values()
    counts = (differing(is_open[rows], [other[rows] for other in then]) for rows in parts)
    return min((count for count in counts if count is not None), default=None)


def openness(labels: pd.Series) -> pd.Series:
    """``"vmbo"``, ``"beide"`` or ``"havo/vwo"``: the side of the line between them that the levels are on."""
    sides = {}
    for label in labels.dropna().unique():
        levels = codes.levels(label)
        if levels:
            both = bool(levels & _UPPER) and bool(levels - _UPPER)
            sides[label] = "beide" if both else "havo/vwo" if levels & _UPPER else "vmbo"
    return labels.map(sides)


def _level_and_gap(yes: pd.Series, group: pd.Series, label: str, smallest: int) -> Iterator[Estimate]:
    """Levels, called after their group, and the gap, all under one label and held to one cell."""
    levels = gaps.shares(yes, group).estimates
    for item in levels:
        yield replace(item, name=item.group, group=label, smallest=smallest)
    ends = {item.group: item for item in levels}
    if {LOW, HIGH} <= set(ends):
        pair = [ends[LOW], ends[HIGH]]
        gap = gaps.share_difference([x.count for x in pair], [x.n for x in pair], name=GAP, group=label)
        yield replace(gap, smallest=smallest)


def _line_by_line(items: Sequence[Estimate]) -> list[Estimate]:
    order = {name: place for place, name in enumerate((*codes.OPLEIDING_OUDERS_3.codes, GAP))}
    return sorted(items, key=lambda item: order[item.name])


# --- cohort by cohort ---------------------------------------------------------------------------------


def havo_by_cohort(learners: pd.DataFrame) -> list[Estimate]:
    """Share with havo or higher in the definitive advies and in leerjaar 3, and the gap, a cohort each.

    The level is of all pupils together, and held to the smallest cell of the groups it is made of.
    """
    sits = indicators.outcome("havo_of_vwo_in_leerjaar_3", learners)
    lines = {
        ADVIES: (learners["definitief"] >= codes.step("havo")).where(learners["definitief"].notna()),
        CLASS: sits.where(learners["seen"] >= YEARS_TO_LEERJAAR_3),
    }
    cohorts = sorted(learners["cohort"].unique())
    levels, differences = [], []
    for name, outcome in lines.items():
        for cohort in cohorts:
            part = learners["cohort"] == cohort
            known = pd.DataFrame({"yes": outcome[part], "group": learners.loc[part, "opleiding"]}).dropna()
            if len(known):
                level, *gap = _of_cohort(known, name, str(cohort))
                levels.append(level)
                differences += gap
    return [*levels, *differences]


def _of_cohort(known: pd.DataFrame, name: str, cohort: str) -> Iterator[Estimate]:
    found = gaps.shares(known["yes"].astype(bool), known["group"]).estimates
    smallest = min(cell for item in found for cell in (item.count, item.n - item.count))
    count, n = (sum(values) for values in zip(*((item.count, item.n) for item in found), strict=True))
    yield replace(gaps.share(count, n, name=name, group=cohort), smallest=smallest)
    ends = {item.group: item for item in found}
    if {LOW, HIGH} <= set(ends):
        pair = [ends[LOW], ends[HIGH]]
        gap = gaps.share_difference([x.count for x in pair], [x.n for x in pair], group=cohort)
        yield replace(gap, name=f"{GAP}, {name}", smallest=smallest)


# --- how far the way is fixed -------------------------------------------------------------------------


def paths_by_cohort(learners: pd.DataFrame) -> list[Estimate]:
    """How many stay where they were placed, and how much the advies tells of leerjaar 3, a cohort each.

    The last is mutual information over entropy, less its bias in small numbers, between the states of
    advies and class: 0 when all advices lead to the same classes, 100 when the advies tells the class.
    Diplomas are those on time or a year later, of cohorts of which all of that could be seen: who has one
    and is gone in a younger cohort is who took the short way.
    """
    seen = to_leerjaar_3(learners)
    found: dict[str, list[Estimate]] = {ON_ADVIES: [], ON_CLASS: [], TOLD: []}
    for cohort, part in seen.groupby("cohort"):
        group = str(cohort)
        place = indicators.position(part["advies_definitief"], part["leerjaar3"], "ocw").dropna()
        found[ON_ADVIES].append(_share_of(place == "op", ON_ADVIES, group))
        found[TOLD].append(_told(part, group))
        passed = part.dropna(subset=["diploma_jaar_extra", "leerjaar3"])
        passed = passed[passed["diploma_jaar_extra"] != indicators.NO_DIPLOMA]
        if len(passed):
            same = indicators.position(passed["leerjaar3"], passed["diploma_jaar_extra"], "ocw") == "op"
            found[ON_CLASS].append(_share_of(same, ON_CLASS, group))
    return [item for line in found.values() for item in line]


def _share_of(yes: pd.Series, name: str, group: str) -> Estimate:
    return gaps.share(int(yes.sum()), len(yes), name=name, group=group)


def _told(pupils: pd.DataFrame, group: str) -> Estimate:
    """Theil's H of classes over adviezen, without its bias in small numbers, in percent."""
    pairs = pd.DataFrame(
        {
            "advies": states(pupils["advies_definitief"], _ADVIEZEN),
            "klas": states(pupils["leerjaar3"], _CLASSES),
        }
    ).dropna()
    settings = {"index": "theil", "seed": SEED, "name": TOLD}
    index = corrected(segregation.with_chance(pairs.astype(str), "klas", "advies", **settings))
    ends = {key: getattr(index, key) for key in ("value", "lower", "upper", "standard_error")}
    percent = {key: None if x is None else 100 * x for key, x in ends.items()}
    return replace(index, group=group, unit=PERCENT, **percent)
