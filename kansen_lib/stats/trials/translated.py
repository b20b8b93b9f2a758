"""An effect in money and in months: translations, not new findings."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from scipy import stats

from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

#: Smallest effect size, to two decimals, of 1, 2, ... 12 months; and the largest in the table.
MONTHS = (0.02, 0.10, 0.19, 0.27, 0.36, 0.45, 0.53, 0.62, 0.70, 0.79, 0.88, 0.96)
LARGEST = 1.00


def cost_per_pupil(
    costs: float, pupils: int, effect: Estimate, *, name: str = "cost-effectiveness"
) -> Result:
    """Cost of an approach per pupil, and per pupil for each (tenth of a) standard deviation.

    Estimand: costs over pupils; and that over the effect: what one more standard deviation costs, if cost
    and effect grow together.

    Formula: c = costs / pupils; c / effect; 0.1 c / effect.

    Interval: of c none: costs are counted. Of the ratio Fieller's, with c known: c over the ends of the
    interval of the effect. No ratio when that interval holds 0, or lies below it: then no amount buys a
    standard deviation.

    Source: Levin, McEwan, Belfield, Bowden and Shand (2018), Economic Evaluation in Education, chapter 8;
    Fieller (1954).

    Args:
        costs: all costs of the approach, in one currency and price level.
        pupils: pupils who got it.
        effect: effect with its interval, of those same pupils; in standard deviations, or in another unit,
            which "per unit" then is about.
        name: name of the result.

    Returns:
        ``"cost per pupil"``, ``"cost per unit of effect"`` and ``"cost per tenth of a unit"``.

    Raises:
        ValueError: negative costs, or no pupils.
    """
    if costs < 0 or pupils < 1:
        raise ValueError(f"costs are {costs} for {pupils} pupils; give costs of 0 or more for 1 or more")
    each = costs / pupils
    facts = {"unit": Unit.MONEY, "n": pupils, "method": Method.COST}
    found = [Estimate("cost per pupil", value=each, **facts)]
    facts |= {"n": effect.n}
    for label, part in (("cost per unit of effect", 1.0), ("cost per tenth of a unit", 0.1)):
        reason = _no_ratio(effect)
        if reason:
            found.append(Estimate.not_computable(label, reason, **facts))
            continue
        value, low, high = (part * each / end for end in (effect.value, effect.upper, effect.lower))
        facts["smallest"] = effect.smallest
        item = Estimate(label, value=value, lower=low, upper=high, interval=Interval.FIELLER, **facts)
        found.append(item)
    return Result(name, tuple(found))


def acceptability(
    effect: Estimate,
    cost_per_pupil: float,
    thresholds: Sequence[float],
    *,
    name: str = "acceptability",
) -> Result:
    """How likely it is that a tenth of a standard deviation costs less than an amount, for several amounts.

    Estimand: for each threshold L the probability that 0.1 costs/effect lies below L and the effect above
    zero, that is that the effect lies above 0.1 costs/L; for who knew nothing of the effect beforehand (a
    flat prior). It is 1 minus the one-sided p-value of that effect. At a very high L it is the probability
    that the effect is above zero, not 1.

    Formula: F((b - 0.1 c/L) / se), F the t distribution with the effect's degrees of freedom, or the
    normal; c costs per pupil, taken as known.

    Interval: none: it is the uncertainty.

    Source: Van Hout, Al, Gordon and Rutten (1994), Health Economics 3, 309-319; Fenwick, O'Brien and Briggs
    (2004), Health Economics 13, 405-415; equals one-sided ``test`` of R's emmeans.

    Args:
        effect: in standard deviations, with its standard error.
        cost_per_pupil: of the same approach, 0 or more.
        thresholds: amounts above 0 for a tenth of a standard deviation.
        name: name of the result.

    Returns:
        A ``"probability"`` for each threshold, which is its group.

    Raises:
        ValueError: negative costs, or a threshold that is not above 0.
    """
    if cost_per_pupil < 0 or not all(amount > 0 for amount in thresholds):
        raise ValueError(f"costs are 0 or more and thresholds above 0; not {cost_per_pupil}, {thresholds}")
    facts = {"unit": Unit.SHARE, "n": effect.n, "method": Method.ACCEPTABILITY}
    found = []
    for amount in thresholds:
        group = f"{amount:.12g}"
        if effect.value is None or effect.standard_error is None:
            reason = effect.reason or Reason.NO_ESTIMATE
            found.append(Estimate.not_computable("probability", reason, group=group, **facts))
            continue
        distance = (effect.value - 0.1 * cost_per_pupil / amount) / effect.standard_error
        chance = stats.norm.cdf(distance) if effect.df is None else stats.t.cdf(distance, effect.df)
        item = Estimate("probability", group, float(chance), smallest=effect.smallest, **facts)
        found.append(item)
    return Result(name, tuple(found))


def _no_ratio(effect: Estimate) -> str:
    if effect.value is None:
        return effect.reason
    if effect.lower is None or effect.upper is None:
        return Reason.UNBOUNDED
    if effect.upper < 0:
        return Reason.NEGATIVE_EFFECT
    return "" if effect.lower > 0 else Reason.NO_EFFECT


def months_of_progress(effect: Estimate, *, name: str = "months of progress") -> Estimate:
    """An effect size as the EEF Toolkit translates it to months of progress: a translation, not a measure.

    Estimand: the number of months by which the Education Endowment Foundation calls an effect of this
    size. English pupils aged 5 to 16 stand behind it; it says nothing of how long a Dutch pupil would take.

    Formula: the effect to two decimals, looked up in the table of the EEF: 0.02 is one month, 0.10 two,
    0.19 three, 0.27 four, 0.36 five, 0.45 six, 0.53 seven, 0.62 eight, 0.70 nine, 0.79 ten, 0.88 eleven,
    0.96 to 1.00 twelve; below 0 the same with a minus. (Reports of single EEF trials start at 0.05.)

    Interval: both ends of the interval of the effect, translated; an end beyond the table leaves none.

    Source: EEF Teaching and Learning Toolkit, "Attainment" (table of months' progress, 2018 edition);
    Higgins et al. (2016), Sutton Trust-EEF Toolkit technical appendices.

    Args:
        effect: effect in standard deviations.
        name: name of the estimate.
    """
    facts = {"group": effect.group, "unit": Unit.MONTHS, "n": effect.n, "method": Method.MONTHS}
    if effect.value is None:
        return Estimate.not_computable(name, effect.reason, **facts)
    if effect.unit != Unit.SD:
        raise ValueError(f"months are about effects in standard deviations, not in '{effect.unit}'")
    value = _months(effect.value)
    if value is None:
        return Estimate.not_computable(name, Reason.BEYOND_TABLE, **facts)
    found = Estimate(name, value=value, smallest=effect.smallest, **facts)
    ends = [None if end is None else _months(end) for end in (effect.lower, effect.upper)]
    if None in ends:
        return found
    return replace(found, lower=ends[0], upper=ends[1], interval=Interval.TRANSLATED)


def _months(size: float) -> float | None:
    rounded = math.floor(abs(size) * 100 + 0.5 + 1e-9) / 100
    if rounded > LARGEST:
        return None
    months = bisect_right(MONTHS, rounded + 1e-9)
    return math.copysign(months, size) if months else 0.0
