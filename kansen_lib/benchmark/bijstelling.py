"""What happens after a test that lies above the first advies: before and since the doorstroomtoets.

The eindtoets and the doorstroomtoets have other norms and other rules for the advies (INVENTORY B-3): each
number is of one kind of test, and no number is of both together. Whether an advies is raised is a decision
of people about pupils who differ: what is counted here describes, it is no effect of anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark import doorstroom
from kansen_lib.benchmark.context import GAP, HIGH, LOW
from kansen_lib.benchmark.data import Network, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.benchmark.vergelijken import OPLEIDING, PLACE, Groups, steps_and_gap
from kansen_lib.stats import fairness, flows, gaps, inference
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Unit

#: Kinds of test, the older one first.
EINDTOETS, DOORSTROOMTOETS = "eindtoets", "doorstroomtoets"
KINDS = (EINDTOETS, DOORSTROOMTOETS)
EVERYBODY = "alle leerlingen"
#: The stages of the funnel: who had a higher test, and whose advies was raised, of them and of all.
HIGHER = "toets hoger"
RAISED = "bijgesteld na hogere toets"
RAISED_OF_ALL = "bijgesteld, van iedereen"
STAGES = (HIGHER, RAISED, RAISED_OF_ALL)
#: Not raised after a higher test: over all, and with the same first advies and the same toetsadvies.
LEFT = "niet bijgesteld"
LEFT_ALIKE = "niet bijgesteld, bij gelijk advies en gelijke toets"
#: Mean place of the advies, at first and in the end, and what the second adds to the gap.
FIRST, LAST = "eerste advies", "definitief advies"
ADDED = "erbij na bijstellen"
#: How much more that is under the doorstroomtoets than under the eindtoets.
ADDED_MORE = "erbij: nieuwe toets tegenover oude"
#: The gap of a school year of groep 8 minus that of the year before the one without a test.
EVENTS = {f"verschil in {FIRST}": "eerste", f"verschil in {LAST}": "definitief"}
#: Mean place of the definitive advies in a year, by group.
LEVELS = {f"{LAST}, {label}": label for label in (LOW, HIGH)}
#: The extra gap in the year without a test: of either advies, and what the definitive one adds to the first.
EXTRA_FIRST, EXTRA_LAST, EXTRA_BETWEEN = (
    f"extra verschil in {what}" for what in (FIRST, LAST, "definitief min eerste advies")
)
DESIGNS = (EXTRA_LAST, EXTRA_FIRST, EXTRA_BETWEEN)


def named(name: str, kind: str) -> str:
    """Name of a number of one kind of test."""
    return f"{name}, {kind}"


def rows(network: Network) -> Iterator[Row]:
    """All numbers of all schools together; nothing without pupils of several schools."""
    if "leerlingen" not in network.store.tables or not several_schools(network.pupils):
        return
    pupils = network.pupils
    found = [*_of_kinds(pupils), *added_more(pupils), *events(pupils), *designs(pupils)]
    yield from (("", item, None) for item in found)


def _of_kinds(pupils: pd.DataFrame) -> Iterator[Estimate]:
    for kind in KINDS:
        known = tested(pupils, kind)
        yield from funnel_of_all(known, kind)
        yield from funnel(known, OPLEIDING, kind)
        yield from left_behind(known, kind)
        yield from before_and_after(known, kind)


# --- the funnel ---------------------------------------------------------------------------------------


def tested(pupils: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The pupils who sat one kind of test, with a first and a definitive advies and a toetsadvies.

    Added columns: ``hoger`` (the toetsadvies lies above the first advies, on the half-step scale),
    ``bijgesteld`` (the definitive advies lies above the first one, of them), ``combinatie`` (first advies
    and toetsadvies together).
    """
    known = pupils[pupils["regime"] == kind].dropna(subset=["eerste", "toets", "definitief"])
    higher = known["toets"] > known["eerste"]
    return known.assign(
        hoger=higher,
        bijgesteld=higher & (known["definitief"] > known["eerste"]),
        combinatie=known["advies_eerste"].astype(str) + " en " + known["toetsadvies"].astype(str),
    )


def funnel(known: pd.DataFrame, between: Groups, kind: str) -> list[Estimate]:
    """The three shares of each group, and how far two of the groups lie apart.

    A stage is held to the smallest cell of any group: two of the stages of a group give the third, and a
    total with the other groups gives a group back. Pupils whose group is not known take no part.
    """
    grouped = known.dropna(subset=[between.column])
    parts = [part for _, part in grouped.groupby(between.column, observed=True)]
    return _held(_stages(grouped, between, kind), parts)


def funnel_of_all(known: pd.DataFrame, kind: str) -> list[Estimate]:
    """The three shares of the pupils with a known parental education together, held to the smallest cell."""
    everybody = known.dropna(subset=["opleiding"]).assign(wie=EVERYBODY)
    return _held(_stages(everybody, Groups("wie", EVERYBODY, ""), kind), [everybody])


def _held(items: Iterable[Estimate], parts: Sequence[pd.DataFrame]) -> list[Estimate]:
    """The numbers held to the smallest cell: of a higher test or not, and of raised or not after one.

    A share of nobody is held as one of somebody: that nobody had a higher test singles out as well.
    """
    higher = [int(part["hoger"].sum()) for part in parts]
    raised = [int(part["bijgesteld"].sum()) for part in parts]
    first = min((min(k, len(part) - k) for part, k in zip(parts, higher, strict=True)), default=0)
    after = min((min(r, k - r) for k, r in zip(higher, raised, strict=True)), default=0)
    return [
        replace(item, n=item.n or 1, smallest=first if item.name.startswith(HIGHER) else min(first, after))
        for item in items
    ]


def _stages(grouped: pd.DataFrame, between: Groups, kind: str) -> Iterator[Estimate]:
    names = {"hoger, of all": HIGHER, "bijgesteld, of hoger": RAISED, "bijgesteld, of all": RAISED_OF_ALL}
    parts = flows.cohort_funnel(grouped, stages=["hoger", "bijgesteld"], group=between.column).estimates
    for stage, name in names.items():
        levels = {
            item.group: replace(item, name=named(name, kind))
            for item in parts
            if item.name == stage and item.group
        }
        yield from levels.values()
        if between.low in levels and between.high in levels:
            yield _gap(levels[between.low], levels[between.high])


def _gap(low: Estimate, high: Estimate) -> Estimate:
    counts, sizes = [low.count or 0, high.count or 0], [low.n or 0, high.n or 0]
    return gaps.share_difference(counts, sizes, name=low.name, group=f"{high.group} minus {low.group}")


# --- is the room of the rule used alike ---------------------------------------------------------------


def left_behind(known: pd.DataFrame, kind: str) -> list[Estimate]:
    """Share not raised of those with a higher test, by group; the gap over all, and between like pupils.

    Like pupils have the same first advies and the same toetsadvies. Since 2023-24 an advies stays only in
    the interest of the pupil. A description: what a school knew of a pupil is not in the data.
    """
    eligible = known[known["hoger"]].dropna(subset=["opleiding"])
    left, name = ~eligible["bijgesteld"], named(LEFT, kind)
    levels = list(gaps.shares(left, eligible["opleiding"], name=name).estimates)
    pair = {item.group: item for item in levels}
    if not {LOW, HIGH} <= set(pair):
        return levels
    found = fairness.conditional_parity(
        eligible.assign(besluit=left.astype(bool)),
        decision="besluit",
        group="opleiding",
        low=LOW,
        high=HIGH,
        strata="combinatie",
        cluster="basisschool",
    )
    within = replace(found["higher decision", "within strata"], name=named(LEFT_ALIKE, kind), group=GAP)
    return [*levels, _gap(pair[LOW], pair[HIGH]), within]


# --- the gap in the advies before and after -----------------------------------------------------------


def before_and_after(known: pd.DataFrame, kind: str) -> list[Estimate]:
    """Mean place of the first and the definitive advies of the same pupils, and what that adds to the gap."""
    data = _with_change(known)
    found: list[Estimate] = []
    for name, column in ((FIRST, "eerste"), (LAST, "definitief")):
        found += steps_and_gap(named(name, kind), data, column, OPLEIDING, level=PLACE)
    added = gaps.mean_difference(
        data,
        outcome="erbij",
        group="opleiding",
        low=LOW,
        high=HIGH,
        cluster="basisschool",
        name=named(ADDED, kind),
        unit=Unit.STEPS,
    )
    return [*found, replace(added, group=GAP)]


def _with_change(known: pd.DataFrame) -> pd.DataFrame:
    """Those with a known basisschool and parental education, and how far the advies went up, in steps."""
    data = known.dropna(subset=["opleiding", "basisschool"])
    return data.assign(erbij=data["definitief"] - data["eerste"])


def added_more(pupils: pd.DataFrame) -> list[Estimate]:
    """How much more the gap changed after the doorstroomtoets than after the eindtoets: a difference of both.

    Least squares of the change of each pupil on group, kind of test and both at once. Cohorts beside each
    other: with the rule the test and its norms changed too.
    """
    both = pd.concat([_with_change(tested(pupils, kind)) for kind in KINDS])
    ends = both[both["opleiding"].isin([LOW, HIGH])]
    high, later = ends["opleiding"] == HIGH, ends["regime"] == DOORSTROOMTOETS
    facts = {"group": GAP, "unit": Unit.STEPS}
    cells = ends.groupby([high, later.rename("later")]).size()
    if len(cells) < 4:
        return [Estimate.not_computable(ADDED_MORE, "niet van beide toetsen zijn er gegevens", **facts)]
    data = ends.assign(hoog=high, later=later, beide=high & later)
    found = inference.coefficients(
        data, outcome="erbij", regressors=["hoog", "later", "beide"], cluster="basisschool", name=ADDED_MORE
    )
    return [replace(found[ADDED_MORE, "beide"], smallest=int(cells.min()), **facts)]


# --- the year without a test --------------------------------------------------------------------------


def events(pupils: pd.DataFrame) -> list[Estimate]:
    """Levels, and the gap of each school year minus that of the last one before the year without a test.

    Of the definitive advies, and of the first one: that was given before it was known that no test would
    follow, so that the year should not stand out. Clustered by basisschool.
    """
    found = list(levels_by_year(pupils))
    return found + [item for name, column in EVENTS.items() for item in _event(pupils, name, column)]


def levels_by_year(pupils: pd.DataFrame) -> Iterator[Estimate]:
    """Mean place of the definitive advies of both groups, a school year of groep 8 each."""
    known = pupils.dropna(subset=["definitief", "opleiding", "basisschool"])
    for name, label in LEVELS.items():
        rows_of = known[known["opleiding"] == label]
        years = rows_of["cohort"].map(lambda cohort: doorstroom.groep_8(str(cohort)))
        yield from gaps.means(rows_of["definitief"], years, name=name, unit=PLACE).estimates


def _event(pupils: pd.DataFrame, name: str, column: str) -> list[Estimate]:
    known = pupils[pupils["opleiding"].isin([LOW, HIGH])].dropna(subset=[column, "basisschool"])
    cohorts = sorted(known["cohort"].unique())
    before = [cohort for cohort in cohorts if cohort < doorstroom.NO_TEST]
    groups = known.groupby("cohort")["opleiding"].nunique()
    if doorstroom.NO_TEST not in cohorts or not before or (groups < 2).any():
        reason = "de jaren voor en in 2019-2020 zijn er niet allebei, met beide groepen"
        return [Estimate.not_computable(name, reason, unit=Unit.STEPS)]
    others = [cohort for cohort in cohorts if cohort != before[-1]]
    high = known["opleiding"] == HIGH
    years = {cohort: known["cohort"] == cohort for cohort in others}
    data = known.assign(hoog=high, **years, **{_product(year): high & rows for year, rows in years.items()})
    found = inference.coefficients(
        data,
        outcome=column,
        regressors=["hoog", *others, *map(_product, others)],
        cluster="basisschool",
        name=name,
    )
    fewest = data.groupby(["cohort", "hoog"]).size().groupby("cohort").min()
    base = Estimate(name, value=0.0, n=len(data))  # 0 by construction, so without an interval
    return [
        replace(
            base if cohort == before[-1] else found[name, _product(cohort)],
            group=doorstroom.groep_8(cohort),
            unit=Unit.STEPS,
            smallest=int(fewest[cohort]),
        )
        for cohort in cohorts
    ]


def _product(cohort: str) -> str:
    return f"hoog {cohort}"


def designs(pupils: pd.DataFrame) -> list[Estimate]:
    """The extra gap in the year without a test: of the definitive advies, and two checks of the design.

    The first advies is a placebo. The definitive advies minus the first one of the same pupil leaves out
    that teachers may have advised otherwise in that year.
    """
    known = pupils.dropna(subset=["eerste", "definitief"])
    outcomes = (known["definitief"], known["eerste"], known["definitief"] - known["eerste"])
    return [
        doorstroom.extra_without_test(known, outcome, name, Unit.STEPS)
        for name, outcome in zip(DESIGNS, outcomes, strict=True)
    ]
