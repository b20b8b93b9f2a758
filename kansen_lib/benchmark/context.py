"""What a school's numbers are shown beside: all schools, the average school, and what is expected.

Per indicator of :data:`kansen_lib.indicators.INDICATORS` and group of parental education: the value of
all pupils together; mean and spread over schools, towards which the number of a small school is pulled;
and per vestiging what these pupils would be expected to have by the pupils of all other schools.

The expectation is a prediction from what is known at entry, no effect of anything. It is made within
each group of parental education, so that it never explains the gap between groups away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from kansen_lib import indicators
from kansen_lib.benchmark.data import Network, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.indicators import Indicator
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.shrinkage import FEWEST_UNITS, predicted_reference, prior_of_means
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

LOW, HIGH = "laag", "hoog"
GAP = f"{HIGH} minus {LOW}"
#: Schools with fewer pupils in a group say little about the spread between schools.
FEWEST_PUPILS = 10
#: A label of fewer pupils, or in fewer schools, is counted with another: no coefficient rests on them.
RARE_PUPILS, RARE_SCHOOLS = 50, 2 * FEWEST_UNITS
#: Where the slope on the score may change: in standard deviations from the mean of its test.
KNOTS = (-1.0, 0.0, 1.0)
HINGES = ("score_laag", "score_midden", "score_hoog")
#: What is known at entry, beside the score; a missing value is a label of its own.
LABELS = ("soort_score", "geslacht", "herkomst", "thuistaal", "inkomen_bekend")
UNKNOWN = "onbekend"
MIDDLE_FIFTH = 3


def average_school(name: str) -> str:
    """Name of the rows with mean and spread of an indicator over schools."""
    return f"{name}, gemiddelde school"


def expected(name: str) -> str:
    """Name of the rows (a vestiging each) with what is expected of an indicator."""
    return f"{name}, verwacht"


def rows(network: Network) -> Iterator[Row]:
    """All rows of all indicators; nothing without pupils of several schools."""
    if "leerlingen" not in network.store.tables or not several_schools(network.pupils):
        return
    pupils = network.pupils
    entry = at_entry(pupils)
    for indicator in indicators.INDICATORS.values():
        known = entry.assign(
            outcome=indicators.outcome(indicator.name, pupils),
            opleiding=pupils["opleiding"],
            vestiging=pupils["vestiging"],
        ).dropna(subset=["outcome"])
        if several_schools(known):
            yield from _national(indicator, known)
            yield from _over_schools(indicator, known)
            yield from _expected(indicator, known)


def levels_and_gap(indicator: Indicator, outcome: pd.Series, group: pd.Series) -> list[Estimate]:
    """Level of each group, then the gap ``hoog minus laag``; one call for a school and for all.

    Args:
        indicator: what is counted.
        outcome: a value a pupil, see :func:`kansen_lib.indicators.outcome`.
        group: class of parental education, a row a pupil.
    """
    levels = list(_levels(indicator, outcome, group))
    facts = {"name": indicator.name, "unit": indicator.unit}
    cells = {item.group: (item.count, item.n) for item in levels}
    if LOW not in cells or HIGH not in cells:
        gap = Estimate.not_computable(reason=Reason.EMPTY_GROUP, **facts)
    elif indicator.unit == Unit.SHARE:
        gap = gaps.share_difference(*zip(cells[LOW], cells[HIGH], strict=True), name=indicator.name)
    else:
        data = pd.DataFrame({"outcome": outcome, "group": group})
        gap = gaps.mean_difference(data, outcome="outcome", group="group", low=LOW, high=HIGH, **facts)
    unit = Unit.POINTS if indicator.unit == Unit.SHARE else indicator.unit
    return [*levels, replace(gap, group=GAP, unit=unit)]


def _levels(indicator: Indicator, outcome: pd.Series, group: pd.Series) -> tuple[Estimate, ...]:
    if indicator.unit == Unit.SHARE:
        return gaps.shares(outcome, group, name=indicator.name).estimates
    return gaps.means(outcome, group, name=indicator.name, unit=indicator.unit).estimates


#: A threshold and the one below it: both are shown of the same pupils.
BELOW = {
    "havo_vwo_diploma": "diploma",
    "havo_vwo_met_een_jaar_extra": "diploma_met_een_jaar_extra",
    "diploma_op_tijd": "diploma_met_een_jaar_extra",
    "taal_streefniveau": "taal_1F",
    "rekenen_streefniveau": "rekenen_1F",
}


def held_apart(items: Iterable[Estimate], name: str, pupils: pd.DataFrame) -> list[Estimate]:
    """The numbers of a threshold, held to those of each group who reach no more than the one below it.

    The difference of the two cards counts them. Where a school has nobody of them there is no such group.
    """
    found = list(items)
    if name not in BELOW:
        return found
    only = indicators.outcome(BELOW[name], pupils) - indicators.outcome(name, pupils)
    fewest = only.groupby(pupils["opleiding"], observed=False).sum().astype(int)
    return [_held(item, fewest) for item in found] if fewest.any() else found


def _held(item: Estimate, fewest: pd.Series) -> Estimate:
    cells = [int(fewest[label]) for label in fewest.index if label in item.group.split(" minus ")]
    own = item.n if item.smallest is None else item.smallest
    return item if own is None or not cells else replace(item, smallest=min(own, *cells))


# --- all pupils together, and the average school ----------------------------------------------------


def _national(indicator: Indicator, known: pd.DataFrame) -> Iterator[Row]:
    """Level of each group and gap, of all pupils as one school."""
    for item in levels_and_gap(indicator, known["outcome"], known["opleiding"]):
        yield "", item, None


def _over_schools(indicator: Indicator, known: pd.DataFrame) -> Iterator[Row]:
    """Mean over schools and standard deviation between them, of each level and of the gap.

    The gap of the average school is smaller than that of all pupils together, in which it counts too
    that the groups go to other schools: a school is pulled to what schools have.
    """
    cells = {label: _cells(rows) for label, rows in known.groupby("opleiding", observed=True)}
    if {LOW, HIGH} <= set(cells):
        low, high = cells[LOW].align(cells[HIGH], join="inner", axis=0)
        error = np.hypot(low["error"], high["error"])
        cells[GAP] = pd.DataFrame({"value": high["value"] - low["value"], "error": error})
    for label, table in cells.items():
        if len(table) >= FEWEST_UNITS and (table["error"] > 0).all():
            prior = prior_of_means(table["value"], table["error"])
            facts = {"unit": indicator.unit, "method": Method.EMPIRICAL_BAYES}
            yield "", Estimate(average_school(indicator.name), label, prior.mean, **facts), prior.sd


def _cells(known: pd.DataFrame) -> pd.DataFrame:
    """Value and standard error of each school with enough pupils.

    The error is that of the common variance within schools over the pupils of the school: for a share the
    binomial one, p (1 - p) averaged over schools. A school's own variance would not do: where all or none
    have it that is 0, and such schools would weigh more than all others together.
    """
    table = known.groupby("vestiging")["outcome"].agg(["size", "mean", "var"])
    table = table[table["size"] >= FEWEST_PUPILS]
    common = np.average(table["var"], weights=table["size"] - 1) if len(table) else np.nan
    return pd.DataFrame({"value": table["mean"], "error": np.sqrt(common / table["size"])})


# --- what is expected of these pupils ---------------------------------------------------------------


def at_entry(pupils: pd.DataFrame) -> pd.DataFrame:
    """What is known of pupils when they enter: the regressors of the expectation, none missing.

    The score of groep 8 is in standard deviations from the mean of its kind of test, with a slope that
    may change at :data:`KNOTS`; without a score it is the mean, and ``soort_score`` says so per regime.
    Income counts as fifths from the middle; where it is not known it is the middle, and
    ``inkomen_bekend`` says so.
    """
    score = pupils["toetsscore_eigen_schaal"].astype(float)
    by_kind = score.groupby(pupils["regime"])
    standard = ((score - by_kind.transform("mean")) / by_kind.transform("std")).fillna(0.0)
    found = pd.DataFrame({"score": standard}, index=pupils.index)
    for name, knot in zip(HINGES, KNOTS, strict=True):
        found[name] = (standard - knot).clip(lower=0)
    kind = pupils["regime"].astype(str)
    found["soort_score"] = kind.where(score.notna(), kind + ", zonder score")
    for name in LABELS[1:4]:
        found[name] = pupils[name].astype(object).where(pupils[name].notna(), UNKNOWN).astype(str)
    income = pupils["inkomenskwintiel"].astype(float)
    found["inkomen_bekend"] = np.where(income.notna(), "bekend", UNKNOWN)
    return found.assign(inkomen=(income - MIDDLE_FIFTH).fillna(0.0))


def _expected(indicator: Indicator, known: pd.DataFrame) -> Iterator[Row]:
    """Per vestiging what is expected of each group, and of the gap."""
    by_group = {
        str(label): _of_group(indicator, str(label), rows.drop(columns="opleiding"))
        for label, rows in known.groupby("opleiding", observed=True)
    }
    for found in by_group.values():
        yield from ((unit, item, None) for unit, item in found.items())
    low, high = by_group.get(LOW, {}), by_group.get(HIGH, {})
    for unit in low:
        if unit in high:
            yield unit, _difference(indicator, low[unit], high[unit]), None


def _of_group(indicator: Indicator, label: str, rows: pd.DataFrame) -> dict[str, Estimate]:
    """Expectation of each vestiging for one group of pupils, by the pupils of that group elsewhere."""
    merged = {name: _without_rare(rows[name], rows["vestiging"]) for name in LABELS}
    bent = [name for name, knot in zip(HINGES, KNOTS, strict=True) if _on_both_sides(rows["score"], knot)]
    numbers = [*bent, *(name for name in ("score", "inkomen") if rows[name].nunique() > 1)]
    data = rows.assign(**merged)
    found = predicted_reference(data, outcome="outcome", unit="vestiging", fixed=[*numbers, *LABELS])
    facts = {"name": expected(indicator.name), "group": label, "unit": indicator.unit}
    return {item.group: _within(replace(item, **facts)) for item in found.estimates if item.group}


def _on_both_sides(score: pd.Series, knot: float) -> bool:
    """Whether enough pupils lie below and above a knot for a slope on either side."""
    return min((score < knot).sum(), (score > knot).sum()) >= RARE_PUPILS


def _within(item: Estimate) -> Estimate:
    """A linear model may leave the range of a share: what is shown may not."""
    if item.unit != Unit.SHARE or item.value is None:
        return item
    ends = {name: float(np.clip(getattr(item, name), 0, 1)) for name in ("value", "lower", "upper")}
    return replace(item, **ends)


def _without_rare(labels: pd.Series, school: pd.Series) -> pd.Series:
    """The labels with every rare one counted as the most common one.

    Rare in pupils or in schools: without the school that has them all, it could not be estimated.
    """
    size = labels.value_counts()
    schools = school.groupby(labels).nunique()
    most = min(RARE_SCHOOLS, school.nunique())
    rare = [one for one in size.index[1:] if size[one] < RARE_PUPILS or schools[one] < most]
    return labels.where(~labels.isin(rare), size.index[0])


def _difference(indicator: Indicator, low: Estimate, high: Estimate) -> Estimate:
    """Expected gap: one expectation minus the other.

    Its error takes both as independent. They rest on the same schools, which is why they rather rise
    and fall together: the interval is wider than it need be.
    """
    facts = {
        "group": GAP,
        "unit": Unit.POINTS if indicator.unit == Unit.SHARE else indicator.unit,
        "n": (low.n or 0) + (high.n or 0),
        "method": Method.INDIRECT,
    }
    if low.value is None or high.value is None:
        reason = low.reason or high.reason
        return Estimate.not_computable(low.name, reason, **facts)
    error = float(np.hypot(low.standard_error, high.standard_error))
    df = min(low.df, high.df)
    found = Estimate.from_standard_error(
        low.name, high.value - low.value, error, df=df, interval=Interval.T_CR2, **facts
    )
    return replace(found, p_value=None)
