"""The gap under each definition of equal chances, counted alike for one school and for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from kansen_lib import codes, indicators
from kansen_lib.benchmark.context import GAP, HIGH, LOW
from kansen_lib.benchmark.scores import MOMENTS, RELIABILITY
from kansen_lib.stats import fairness, gaps, inference, ordinal
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Reason, Unit

#: What the reliability may also be: the range of the sensitivity curve.
RELIABILITIES = (0.75, 0.80, 0.85, 0.90, 0.95, 1.0)
#: Lowest and highest score that the eindtoets on the scale of Cito can give.
EINDTOETS = (501.0, 550.0)
ROUTES = ("vmbo", "havo of vwo")

#: What must be known of a pupil to be counted under every definition.
COMPLETE = (
    "opleiding",
    "eerste",
    "definitief",
    "toetsscore",
    "basisschool",
    "niveau3",
    "op_koers",
    *MOMENTS.values(),
)
#: What is favourable of each risk at home (Kennisagenda), and must be known too.
FAVOURABLE = {
    "opleiding": "hoog",
    "inkomenskwintiel": "5",
    "schuldsanering": "nee",
    "thuistaal": "Nederlands of dialect",
}


def followed(pupils: pd.DataFrame) -> pd.DataFrame:
    """The pupils of :func:`kansen_lib.indicators.pupils` with what the definitions are about.

    Added: ``groei1`` and ``daarna`` (growth of the score in leerjaar 1 and after it), ``groei3`` (both
    together), ``op_koers``, ``streefniveau`` (of taal and rekenen both) and ``route`` (vmbo with
    praktijkonderwijs, or havo and vwo, by the definitive advice).
    """
    aims = [indicators.outcome(f"{domain}_streefniveau", pupils) for domain in ("taal", "rekenen")]
    return pupils.assign(
        groei1=pupils["score_leerjaar1"] - pupils["score_groep8"],
        daarna=pupils["score_in_leerjaar_3"] - pupils["score_leerjaar1"],
        groei3=indicators.outcome("groei", pupils),
        op_koers=indicators.outcome("op_koers", pupils),
        streefniveau=aims[0] * aims[1],
        route=_route(pupils["definitief"]),
    )


def _route(place: pd.Series) -> pd.Series:
    """An advice with havo in it is a route to havo or vwo."""
    lowest = codes.step("vmbo-gt/havo")
    names = pd.Series(np.where(place >= lowest, ROUTES[1], ROUTES[0]), index=place.index)
    return names.where(place.notna()).astype(pd.CategoricalDtype(list(ROUTES), ordered=True))


def same_pupils(pupils: pd.DataFrame) -> pd.DataFrame:
    """Of :func:`followed`, those who can be counted under every definition.

    One set for all cards that compare definitions: the difference of two almost equal sets would be a
    small group. What these data have of nobody is not asked for.
    """
    known = followed(pupils)
    wanted = [name for name in dict.fromkeys((*COMPLETE, *FAVOURABLE)) if known[name].notna().any()]
    return known.dropna(subset=wanted)


def side_by_side(known: pd.DataFrame, reliability: float = RELIABILITY) -> tuple[Estimate, ...]:
    """The gap of :func:`same_pupils` under every definition, in the order of the chapter."""
    return (
        _in_sd(known, "toetsscore", "score bij de start"),
        _in_sd(known, "groei3", "groei tot leerjaar 3"),
        growth_at_equal_start(known, reliability),
        at_equal_score(known, "eerste", "advies bij gelijke score"),
        at_equal_score(known, "niveau3", "niveau bij gelijke score"),
        at_equal_skill(known, "niveau3", "niveau bij gelijke kennis", reliability),
        _raw(known, "eerste", "advies, zonder meer"),
        _raw(known, "niveau3", "niveau in leerjaar 3"),
        points(known, "streefniveau", "streefniveau gehaald"),
        within_routes(known, "op koers met hetzelfde advies"),
        between_routes(known, "op koers, tussen routes"),
    )


def levels(known: pd.DataFrame) -> tuple[Estimate, ...]:
    """The level of each group behind the gaps of :func:`side_by_side`.

    Score and advice at the start are not among them: they stand on the cards of who has both, of whom
    these pupils are a part.
    """
    group = known["opleiding"]
    growth = gaps.means(known["groei3"], group, name="groei tot leerjaar 3", unit=Unit.SCORE)
    level = gaps.means(known["niveau3"], group, name="niveau in leerjaar 3", unit=Unit.STEPS)
    aim = gaps.shares(known["streefniveau"], group, name="streefniveau gehaald")
    return (*growth.estimates, *level.estimates, *aim.estimates)


def course_by_route(known: pd.DataFrame) -> tuple[Estimate, ...]:
    """Share on course on the way to vmbo, and to havo or vwo, and how far they lie apart."""
    levels = gaps.shares(known["op_koers"], known["route"], name="op koers, tussen routes")
    return (*levels.estimates, between_routes(known, "op koers, tussen routes"))


def two_groups(data: pd.DataFrame, column: str) -> tuple[pd.Series, pd.Series]:
    """The values of the pupils with parents of low and of high education."""
    low, high = (data.loc[data["opleiding"] == label, column].dropna() for label in (LOW, HIGH))
    return low, high


def _in_sd(data: pd.DataFrame, column: str, name: str) -> Estimate:
    return gaps.hedges_g(*two_groups(data, column), name=name, group=GAP)


def _raw(data: pd.DataFrame, column: str, name: str, unit: str = Unit.STEPS) -> Estimate:
    """How far the means of the outer groups lie apart."""
    found = gaps.mean_difference(
        data, outcome=column, group="opleiding", low=LOW, high=HIGH, name=name, unit=unit
    )
    return replace(found, group=GAP)


def mean_gap(data: pd.DataFrame, column: str, name: str) -> Estimate:
    """How many points of the score the means of the outer groups lie apart."""
    return _raw(data, column, name, Unit.SCORE)


def points(data: pd.DataFrame, column: str, name: str) -> Estimate:
    """How far the shares of the outer groups lie apart, held to the smallest cell of all three."""
    told = [data.loc[data["opleiding"] == label, column].dropna() for label in codes.OPLEIDING_OUDERS_3.codes]
    counts, sizes = [int(part.sum()) for part in told], [len(part) for part in told]
    gap = gaps.share_difference(counts[::2], sizes[::2], name=name, group=GAP)
    return held_to(gap, counts, sizes)


def held_to(item: Estimate, counts: Sequence[int], sizes: Sequence[int]) -> Estimate:
    """The contrast, released only where every one of these cells may be: another card has their levels.

    Also the reason why there is none: without spread, everybody or nobody is in the share.
    """
    cells = [cell for k, n in zip(counts, sizes, strict=True) if n for cell in (k, n - k)]
    return replace(item, smallest=min(cells, default=0))


#: Columns of every comparison at an equal score.
_AT = {"score": "toetsscore", "group": "opleiding", "cluster": "basisschool", "low": LOW, "high": HIGH}


def at_equal_score(
    data: pd.DataFrame, place: str, name: str, *, at_least: float | None = None, parallel: bool = True
) -> Estimate:
    """How much higher the pupils of highly educated parents stand at an equal observed score."""
    return ordinal.gap_at_equal_score(
        data, place=place, name=name, at_least=at_least, parallel=parallel, **_AT
    )


def at_equal_skill(data: pd.DataFrame, place: str, name: str, reliability: float = RELIABILITY) -> Estimate:
    """The same at an equal true score: without what the measurement error of the test leaves in."""
    return ordinal.corrected_gap(
        data, place=place, name=name, reliability=reliability, bounds=bounds_of(data["toetsscore"]), **_AT
    )


def by_reliability(data: pd.DataFrame, place: str, name: str) -> Result:
    """The gap at an equal true score for each reliability that the test may have."""
    return ordinal.sensitivity(
        data,
        place=place,
        name=name,
        reliabilities=RELIABILITIES,
        bounds=bounds_of(data["toetsscore"]),
        **_AT,
    )


def curve(data: pd.DataFrame, place: str, name: str, scores: int) -> Result:
    """Expected place of both groups at scores that both have."""
    return ordinal.gap_curve(data, place=place, name=name, points=scores, **_AT)


def bounds_of(score: pd.Series) -> tuple[float, float]:
    """Ends of the scale where the scores are those of the eindtoets; else none are known."""
    known = score.dropna()
    return EINDTOETS if len(known) and known.between(*EINDTOETS).all() else (-np.inf, np.inf)


def growth_at_equal_start(data: pd.DataFrame, reliability: float = RELIABILITY) -> Estimate:
    """How much more pupils of highly educated parents grow than others with the same true start."""
    name, facts = "groei bij gelijke start", {"group": GAP, "unit": Unit.SCORE}
    known = data.dropna(subset=["opleiding", "score_groep8", "score_in_leerjaar_3"])
    sizes = known["opleiding"].value_counts()
    if not {LOW, HIGH} <= set(sizes.index[sizes > 0]):
        return Estimate.not_computable(name, Reason.EMPTY_GROUP, **facts)
    model = ordinal.errors_in_variables(
        known,
        outcome="score_in_leerjaar_3",
        score="score_groep8",
        reliability=reliability,
        regressors=["opleiding"],
        name=name,
    )
    found = next((i for i in model.estimates if i.name == f"opleiding[{HIGH}]"), model.estimates[0])
    smallest = int(min(sizes[LOW], sizes[HIGH]))
    return replace(found, name=name, smallest=smallest, **facts)


def within_routes(data: pd.DataFrame, name: str) -> Estimate:
    """How much more often pupils of highly educated parents are on course than others with the same advice.

    Held to the smallest cell of the groups, as the shares that it lies between.
    """
    known = data.dropna(subset=["op_koers", "opleiding", "advies_definitief"])
    told = two_groups(known, "op_koers")
    if not all(len(part) for part in told):
        return Estimate.not_computable(name, Reason.EMPTY_GROUP, group=GAP, unit=Unit.POINTS)
    found = fairness.conditional_parity(
        known.astype({"op_koers": bool}),
        decision="op_koers",
        group="opleiding",
        low=LOW,
        high=HIGH,
        strata="advies_definitief",
        name=name,
    )
    gap = replace(found[name, "within strata"], group=GAP)
    return held_to(gap, [int(part.sum()) for part in told], [len(part) for part in told])


def between_routes(data: pd.DataFrame, name: str) -> Estimate:
    """How much more often pupils on the way to havo or vwo are on course than those in the vmbo."""
    told = [data.loc[data["route"] == route, "op_koers"].dropna() for route in ROUTES]
    counts, sizes = [int(part.sum()) for part in told], [len(part) for part in told]
    return gaps.share_difference(counts, sizes, name=name, group=f"{ROUTES[1]} minus {ROUTES[0]}")


#: The gap of each of Elffers' three meanings, of the pupils of one cohort.
THREE: dict[str, Callable[[pd.DataFrame, str], Estimate]] = {
    "score bij de start": lambda data, name: _in_sd(data, "toetsscore", name),
    "advies bij gelijke score": lambda data, name: at_equal_score(data, "eerste", name),
    "op koers met hetzelfde advies": within_routes,
}


def by_cohort(pupils: pd.DataFrame) -> list[Estimate]:
    """The three gaps in every cohort; the group is the cohort."""
    everyone = followed(pupils)
    return [
        replace(gap(rows, name), group=str(cohort))
        for name, gap in THREE.items()
        for cohort, rows in everyone.groupby("cohort")
    ]


def levels_by_cohort(pupils: pd.DataFrame) -> list[Estimate]:
    """Share of the outer groups in a class with havo or vwo in leerjaar 3, and the gap, in every cohort.

    The name is the group, and the group the cohort: a line a group. Each gap is held to the smallest cell
    of all three groups of its cohort, as the levels are on other cards.
    """
    sits = indicators.outcome("havo_of_vwo_in_leerjaar_3", pupils)
    known = pupils.assign(havo=sits)
    cohorts = [(str(cohort), rows) for cohort, rows in known.groupby("cohort") if rows["havo"].notna().any()]
    levels = [
        gaps.share(int(own.sum()), len(own), name=label, group=cohort)
        for label in (LOW, HIGH)
        for cohort, rows in cohorts
        for own in [rows.loc[rows["opleiding"] == label, "havo"].dropna()]
    ]
    return [*levels, *(replace(points(rows, "havo", GAP), group=cohort) for cohort, rows in cohorts)]


def comparable_cohorts(pupils: pd.DataFrame) -> tuple[str, str] | None:
    """The last two cohorts in a row whose advice was given under the same rules."""
    rules = pupils[pupils["seen"] >= 3].groupby("cohort")["regime"].first().sort_index()
    pairs = list(zip(rules.index, rules.index[1:], strict=False))
    same = [(str(a), str(b)) for a, b in pairs if rules[a] == rules[b] and _next_year(a, b)]
    return same[-1] if same else None


def _next_year(first: str, second: str) -> bool:
    return int(second[:4]) - int(first[:4]) == 1


def changes(pupils: pd.DataFrame, first: str, second: str) -> list[Estimate]:
    """How much larger each of the three gaps is in the second cohort: the product term of a linear model.

    The score in standard deviations of both cohorts; the advice at an equal score and its square; on
    course at the same advice. Least squares, clustered by basisschool where the basisschool is known.
    """
    both = followed(pupils)
    ends = both[both["cohort"].isin([first, second]) & both["opleiding"].isin([LOW, HIGH])]
    high, later = ends["opleiding"] == HIGH, ends["cohort"] == second
    score = (ends["toetsscore"] - ends["toetsscore"].mean()) / ends["toetsscore"].std()
    data = ends.assign(hoog=high, later=later, hoog_later=high & later, score=score, kwadraat=score**2)
    models = (
        ("score bij de start", "score", [], Unit.SD),
        ("advies bij gelijke score", "eerste", ["score", "kwadraat"], Unit.STEPS),
        ("op koers met hetzelfde advies", "op_koers", ["advies_definitief"], Unit.POINTS),
    )
    group = f"{second} minus {first}"
    return [
        _change(data, outcome, fixed, name=name, group=group, unit=unit)
        for name, outcome, fixed, unit in models
    ]


def _change(
    data: pd.DataFrame, outcome: str, fixed: list[str], *, name: str, group: str, unit: Unit
) -> Estimate:
    known = data.dropna(subset=[outcome, *fixed, "basisschool"])
    cells = known.groupby(["hoog", "later"]).size()
    facts = {"name": name, "group": group, "unit": unit}
    if len(cells) < 4:
        return Estimate.not_computable(reason=Reason.EMPTY_GROUP, **facts)
    found = inference.coefficients(
        known.astype({outcome: float}),
        outcome=outcome,
        regressors=["hoog", "later", "hoog_later", *fixed],
        cluster="basisschool",
    )
    own = next((i for i in found.estimates if i.group == "hoog_later"), found.estimates[0])
    alike = known[outcome].nunique() == 1  # that all are on course is no reason to tell
    return replace(own, smallest=0 if alike else int(cells.min()), **facts)
