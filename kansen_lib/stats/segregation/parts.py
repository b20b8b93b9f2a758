"""Where segregation sits: which unit, which level of a hierarchy, which part of the whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from kansen_lib.stats import frames
from kansen_lib.stats.result import ROUNDING, Estimate, NotComputable, Result
from kansen_lib.stats.segregation import formulas
from kansen_lib.stats.segregation.tables import Table, comparable, table
from kansen_lib.stats.terms import Method, Unit


def _refused(name: str, stop: NotComputable, method: Method) -> Result:
    """The result of an analysis that could not be made."""
    return Result(name, (Estimate.not_computable(name, stop.reason, unit=Unit.INDEX, method=method),))


def local(
    data: pd.DataFrame, group: str, unit: str, weight: str | None = None, *, name: str = "local"
) -> Result:
    """Local segregation of each unit: how far its composition is from that of the whole.

    Estimand: for each unit (the estimate's group), "L": the divergence of its composition from the
    whole; "p": its share of all persons; "contribution": p L, which adds up to M over the units.
    With group and unit swapped: the same of each group.

    Formula: L_u = sum_g p_g|u log(p_g|u / P_g), in nats; M = sum_u p_u L_u.

    Interval: none: L of a small unit is mostly chance (its bias is about (G - 1) / (2 n_u)).

    Source: Mora and Ruiz-Castillo (2011); Alonso-Villar and del Rio (2010); equals `mutual_local` of R
    segregation.
    """
    try:
        found = comparable(data, group, unit, weight)
    except NotComputable as stop:
        return _refused(name, stop, Method.LOCAL_SEGREGATION)
    return Result(name, tuple(_local_rows(found)), dropped=found.dropped)


def _local_rows(found: Table) -> Iterator[Estimate]:
    size, within, overall = (part[0] for part in formulas.shares(found.counts[None]))
    ratio = np.where(within > 0, within / overall, 1.0)
    divergence = (within * np.log(ratio)).sum(axis=1)
    for label, persons, p, value in zip(found.units, found.counts.sum(axis=1), size, divergence, strict=True):
        facts = {"group": str(label), "n": round(persons)}
        yield Estimate("L", value=float(value), unit=Unit.INDEX, method=Method.LOCAL_SEGREGATION, **facts)
        yield Estimate("p", value=float(p), unit=Unit.SHARE, method=Method.SHARE_OF_PERSONS, **facts)
        yield Estimate(
            "contribution", value=float(p * value), unit=Unit.INDEX, method=Method.LOCAL_SEGREGATION, **facts
        )


def within(
    data: pd.DataFrame,
    group: str,
    unit: str,
    weight: str | None = None,
    *,
    parts: str,
    name: str = "within",
) -> Result:
    """Segregation within each part of the whole (a gemeente, a track), and what it adds to the whole.

    Estimand: for each part (the estimate's group): "M" and "H" of its own units, its share "p" of all
    persons, the "entropy ratio" of its groups to those of the whole, and its contributions, which add
    up to the within-component of :func:`decompose`.

    Formula: within M = sum_s p_s M_s; within H = sum_s p_s (E_s / E) H_s. A part with one group has
    M = H = 0.

    Interval: none: it describes the persons at hand.

    Source: Mora and Ruiz-Castillo (2011); Reardon and Firebaugh (2002); equals `mutual_within` of R
    segregation.

    Args:
        parts: column with the part in which each unit lies.
    """
    known, dropped = frames.complete(data, [group, unit, parts, weight])
    try:
        whole = comparable(known, group, unit, weight)
        rows = table(known, group, [parts, unit], weight)
    except NotComputable as stop:
        return _refused(name, stop, Method.NESTED)
    labels = [label[0] for label in rows.units]
    estimates: list[Estimate] = []
    for label in dict.fromkeys(labels):
        chosen = rows.counts[[other == label for other in labels]]
        estimates += _within_rows(str(label), chosen[None], whole.counts[None])
    return Result(name, tuple(estimates), dropped=dropped)


def _within_rows(label: str, part: np.ndarray, whole: np.ndarray) -> Iterator[Estimate]:
    own, overall = (float(formulas.entropy(formulas.shares(item)[2])[0]) for item in (part, whole))
    m = float(formulas.mutual_information(part)[0])
    h = m / own if own > ROUNDING else 0.0
    p = float(part.sum() / whole.sum())
    facts = {"group": label, "n": round(part.sum())}
    values = {
        "M": (m, Method.MUTUAL_INFORMATION),
        "H": (h, Method.THEIL),
        "p": (p, Method.SHARE_OF_PERSONS),
        "entropy ratio": (own / overall, Method.DIVERSITY_ENTROPY),
        "contribution to M": (p * m, Method.NESTED),
        "contribution to H": (p * own / overall * h, Method.NESTED),
    }
    for name, (value, method) in values.items():
        unit = Unit.SHARE if name == "p" else Unit.INDEX
        yield Estimate(name, value=value, unit=unit, method=method, **facts)


def decompose(
    data: pd.DataFrame,
    group: str,
    unit: str,
    weight: str | None = None,
    *,
    within: Sequence[str] = (),
    supergroups: Sequence[str] = (),
    name: str = "decomposition",
) -> Result:
    """M and H of nested units, or of nested groups, split into what arises at each level.

    Estimand: for each level (the estimate's group is its column), the segregation between its
    categories within those of the level above: parts "M" and "H", and "share", its part of the total.
    Group "total": the whole, which is the sum of the levels.

    Formula: M = M(first level) + sum over levels of (M with this level - M without it); H the same,
    each divided by the entropy of the groups.

    Interval: none: it describes the persons at hand.

    Source: Reardon, Yun and Eitle (2000), Demography 37; Mora and Ruiz-Castillo (2011); equals
    `mutual_total_nested` of R segregation.

    Args:
        within: columns in which the units are nested, the widest first (gemeente, bestuur, school); the
            last level is ``unit``. Names of units need be unique only within the level above.
        supergroups: columns in which the groups are nested instead, the widest first; the last is ``group``.
    """
    if bool(within) == bool(supergroups):
        raise ValueError("give either 'within' (nested units) or 'supergroups' (nested groups)")
    frames.distinct(group, [unit], within, supergroups)
    levels = [*within, unit] if within else [*supergroups, group]
    other = group if within else unit
    rows, dropped = frames.complete(data, [*levels, other, weight])
    try:
        comparable(rows, group, unit, weight)
        nested = [table(rows, other, levels[: i + 1], weight) for i in range(len(levels))]
    except NotComputable as stop:
        return _refused(name, stop, Method.NESTED)
    information = [float(formulas.mutual_information(item.counts[None])[0]) for item in nested]
    categories = nested[-1].counts.sum(axis=0 if within else 1)
    entropy = float(formulas.entropy(categories / categories.sum()))
    return Result(name, tuple(_levels(levels, information, entropy, nested[-1])), dropped=dropped)


def _levels(levels: list[str], information: list[float], entropy: float, known: Table) -> Iterator[Estimate]:
    parts = np.diff([0.0, *information])
    facts = {"n": known.n, "method": Method.NESTED}
    for label, part in [*zip(levels, parts, strict=True), ("total", information[-1])]:
        yield Estimate("M", label, float(part), Unit.INDEX, **facts)
        yield Estimate("H", label, float(part / entropy), Unit.INDEX, **facts)
        if information[-1] > ROUNDING:
            yield Estimate("share", label, float(part / information[-1]), Unit.SHARE, **facts)
