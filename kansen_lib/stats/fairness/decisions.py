"""A decision held against what came of it: equalised odds, predictive parity, the outcome test."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kansen_lib.stats import frames, gaps
from kansen_lib.stats.gaps.rows import of_two_groups
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit

#: Rates by name: (column that is asked for, column that is given, its value). ``asked`` is True.
ODDS = {
    "true positive rate": ("decision", "outcome", True),
    "false positive rate": ("decision", "outcome", False),
    "positive predictive value": ("outcome", "decision", True),
    "false omission rate": ("outcome", "decision", False),
}


def equalised_odds(
    data: pd.DataFrame,
    *,
    decision: str,
    outcome: str,
    group: str,
    low: object,
    high: object,
    cluster: str | None = None,
) -> Result:
    """How often a decision was right, for those who did and did not turn out to meet it, in two groups.

    An advies is such a decision, and the level in leerjaar 3 what came of it. Both can be biased, and
    the decision itself opens or closes the way to the outcome: equal rates are no proof of fairness.

    Args:
        data: a row a person; rows with a missing value or of other groups take no part.
        decision: column with True where the higher decision was given.
        outcome: column with True where the person turned out to meet it.
        group: column of labels.
        low, high: labels of the two groups.
        cluster: column with the cluster of each row, for the differences.

    Returns:
        The true positive rate, false positive rate, positive predictive value and false omission rate
        of each group, and of each the difference (group ``"high minus low"`` with their labels). The
        false negative rate and the negative predictive value are one minus the first and the last.

    Estimand: P(decision | outcome) and P(outcome | decision) in each group, and their differences.

    Formula: shares within those with (without) the outcome, and with (without) the decision.

    Interval: Wilson for a share; Newcombe for a difference, with ``cluster`` t, CR2 Satterthwaite.

    Source: Hardt, Price and Srebro (2016); Chouldechova (2017); differences equal R clubSandwich.
    """
    known, dropped = _two_groups(data, decision, outcome, group, low, high, cluster)
    columns = {"decision": decision, "outcome": outcome}
    found: list[Estimate] = []
    for name, (asked, given, value) in ODDS.items():
        rows = known[known[columns[given]] == value]
        found += _by_group(rows, columns[asked], group, low, high, cluster, name)
    return Result("equalised odds", tuple(found), dropped=dropped)


def outcome_test(
    data: pd.DataFrame,
    *,
    decision: str,
    outcome: str,
    group: str,
    low: object,
    high: object,
    cluster: str | None = None,
    name: str = "met the higher decision",
) -> Result:
    """Becker's outcome test: of those who got the higher decision, how many met it, by group.

    When the bar is higher for a group, those of it who pass the bar do better. The mean of all who
    passed is not the mean of those just at the bar: where the groups differ in how far above the bar
    they lie, the test can point the wrong way (infra-marginality).

    Args:
        data, decision, outcome, group, low, high, cluster: as in :func:`equalised_odds`.
        name: name of the estimates.

    Estimand: P(outcome | decision) in each group, and the difference.

    Formula: shares within those with the decision.

    Interval: Wilson; Newcombe for the difference, with ``cluster`` t, CR2 Satterthwaite.

    Source: Becker (1957); Knowles, Persico and Todd (2001); Simoiu, Corbett-Davies and Goel (2017) on
    infra-marginality; the difference is ``gaps.share_difference``, with ``cluster`` R clubSandwich.
    """
    known, dropped = _two_groups(data, decision, outcome, group, low, high, cluster)
    found = _by_group(known[known[decision]], outcome, group, low, high, cluster, name)
    return Result(name, tuple(found), dropped=dropped)


def _two_groups(
    data: pd.DataFrame,
    decision: str,
    outcome: str,
    group: str,
    low: object,
    high: object,
    cluster: str | None,
) -> tuple[pd.DataFrame, tuple[int, int]]:
    """The rows of both groups, decision and outcome as True and False."""
    columns = [decision, outcome, cluster]
    known, _, dropped = of_two_groups(data, columns, group=group, low=low, high=high)
    return known.assign(**{name: frames.flags(known[name]) for name in (decision, outcome)}), dropped


def _by_group(
    rows: pd.DataFrame, asked: str, group: str, low: object, high: object, cluster: str | None, name: str
) -> list[Estimate]:
    """The share of ``asked`` in both groups and their difference."""
    parts = [rows.loc[rows[group] == label, asked] for label in (low, high)]
    counts, sizes = [int(part.sum()) for part in parts], [len(part) for part in parts]
    levels = [
        gaps.share(count, n, name=name, group=str(label))
        for count, n, label in zip(counts, sizes, (low, high), strict=True)
    ]
    label = f"{high} minus {low}"
    if cluster is None or 0 in sizes:
        return [*levels, gaps.share_difference(counts, sizes, name=name, group=label)]
    sides = {"group": group, "low": low, "high": high}
    gap = gaps.mean_difference(rows, outcome=asked, cluster=cluster, name=name, unit=Unit.POINTS, **sides)
    return [*levels, replace(gap, group=label)]
