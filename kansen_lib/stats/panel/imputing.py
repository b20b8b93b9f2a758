"""Effects from imputed untreated outcomes, after Borusyak, Jaravel and Spiess (2024)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kansen_lib.stats.panel import reading
from kansen_lib.stats.panel.fixed_effects import absorbed, dummies, within
from kansen_lib.stats.panel.reading import Matrix, Rows
from kansen_lib.stats.panel.staggered import MANY_CLUSTERS, wald
from kansen_lib.stats.panel.two_by_two import inverse
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

#: How errors can be found; None chooses by the number of clusters.
ERRORS = (None, "conservative", "jackknife")


@dataclass(frozen=True)
class _Imputed:
    """What the model of untreated outcomes leaves to be averaged.

    Attributes:
        treated: which rows are treated, shape (n,).
        effect: outcome minus its imputed (or fitted) untreated value, shape (n,).
        exposure: periods since the start, shape (n,); minus infinity for those never treated.
        regressors, bread, size: what weights of the untreated rows need.
    """

    treated: Matrix
    effect: Matrix
    exposure: Matrix
    regressors: Matrix
    bread: Matrix
    size: Matrix


def imputation(
    data: pd.DataFrame,
    *,
    outcome: str,
    unit: str,
    time: str,
    first: str,
    covariates: Sequence[str] = (),
    leads: int = 2,
    cluster: str | None = None,
    errors: str | None = None,
    name: str = "effect",
) -> Result:
    """Effects on the treated from outcomes without treatment that are imputed, and a test before the start.

    Estimand: "all": the average effect over all treated rows; "e=k": over those k periods after the
    start. Their outcome without treatment is assumed to be an effect of the unit, of the period and of
    the covariates. "e=-k": by how much those about to start differ k periods before it, from periods
    longer before and from those never treated.

    Formula: least squares of the outcome on dummies of unit and period and on covariates in untreated
    rows only; effect of a treated row = outcome minus prediction; plain averages of these. Leads: the
    same regression in untreated rows with dummies for the ``leads`` periods before the start.

    Interval: normal, with the conservative error of the source: residuals of treated rows from the
    average of their group and period, weighted by cluster; with fewer than 40 clusters t with G - 1
    degrees of freedom from the cluster jackknife around the estimate (CV3). Leads: t, CR2
    Satterthwaite. "pre-trend": all leads are zero, F on their number and (its ``df``) G - 1
    degrees of freedom (CR2).

    Source: Borusyak, Jaravel and Spiess (2024), theorems 1 and 3, equations 6 to 9; equals diff-diff
    (ImputationDiD), R didimputation; leads R clubSandwich.

    Args:
        data: any number of rows for a unit in a period (persons in schools too).
        first: period of first treatment, 0 or infinity for never (0 as text too); rows without it drop.
            Rows of units treated from the first period on are left out and counted in ``dropped``.
        leads: number of periods before the start to test; 0 for none.
        cluster: None for the unit.
        errors: "conservative" or "jackknife"; None chooses by the number of clusters.

    Raises:
        ValueError: an absent column, or a word that is no choice.
    """
    if errors not in ERRORS:
        raise ValueError(f"errors is {errors!r}: choose one of {ERRORS}")
    if leads < 0:
        raise ValueError(f"leads is {leads}; it is a number of periods, 0 or more")
    found = reading.rows(
        data, outcome=outcome, unit=unit, time=time, first=first, covariates=covariates, cluster=cluster
    )
    try:
        known = _usable(found)
        imputed = _impute(known)
    except NotComputable as error:
        refused = Estimate.not_computable(name, error.reason, group="all", method=Method.IMPUTATION)
        return Result(name, (refused,), found.dropped)
    targets = _targets(imputed)
    values = {label: float(imputed.effect[rows].mean()) for label, rows in targets.items()}
    spread = _errors(known, imputed, targets, values, errors)
    estimates = [_estimate(name, label, values[label], targets[label], spread) for label in targets]
    return Result(name, (*estimates, *_leads(name, known, leads)), known.dropped)


def _usable(found: Rows) -> Rows:
    known = reading.staggered(found)
    if not (known.time >= known.first).any():
        raise NotComputable(Reason.NO_STARTS)
    return known


def _regressors(known: Rows) -> Matrix:
    """Dummies of periods and the covariates, a row an observation."""
    return np.column_stack([dummies(np.searchsorted(known.periods, known.time)), known.x[:, 1:]])


def _impute(known: Rows) -> _Imputed:
    """The untreated outcome of every row, from the untreated rows."""
    treated = known.time >= known.first
    z, free = _regressors(known), ~treated
    size = np.bincount(known.unit[free], minlength=known.unit.max() + 1).astype(float)
    if (size[known.unit[treated]] == 0).any():
        raise NotComputable(Reason.NOT_IDENTIFIED)  # a unit that is never seen untreated
    rest = within(
        np.column_stack([z, known.outcome])[free], np.unique(known.unit[free], return_inverse=True)[1]
    )
    bread = inverse(rest[:, :-1].T @ rest[:, :-1])  # every period must be seen untreated
    slope = bread @ rest[:, :-1].T @ rest[:, -1]
    left = known.outcome - z @ slope
    with np.errstate(invalid="ignore"):
        level = np.bincount(known.unit[free], left[free], len(size)) / size
    return _Imputed(treated, left - level[known.unit], known.time - known.first, z, bread, size)


def _targets(imputed: _Imputed) -> dict[str, Matrix]:
    """The rows behind each average."""
    exposures = np.unique(imputed.exposure[imputed.treated])
    return {"all": imputed.treated} | {f"e={e:g}": imputed.exposure == e for e in exposures}


def _weights(known: Rows, imputed: _Imputed, rows: Matrix) -> Matrix:
    """The weight of each row's outcome in the average of ``rows`` (equation 6)."""
    own, free = rows / rows.sum(), ~imputed.treated
    mass = np.bincount(known.unit, own, len(imputed.size))
    share = np.where(free, mass[known.unit] / np.maximum(imputed.size[known.unit], 1), 0.0)
    pull = imputed.regressors.T @ (own - share)
    deviation = np.zeros_like(imputed.regressors)
    deviation[free] = within(imputed.regressors[free], np.unique(known.unit[free], return_inverse=True)[1])
    return own - share - deviation @ (imputed.bread @ pull)


def _errors(
    known: Rows, imputed: _Imputed, targets: dict[str, Matrix], values: dict[str, float], errors: str | None
) -> dict[str, tuple[float, float | None, Interval]]:
    """Standard error, degrees of freedom and kind of interval of each average."""
    clusters = np.unique(known.cluster)
    if len(clusters) < 2:
        return {}
    if errors == "jackknife" or (errors is None and len(clusters) < MANY_CLUSTERS):
        return _jackknife(known, values, clusters)
    code = np.searchsorted(clusters, known.cluster)
    found = {}
    for label, rows in targets.items():
        weight = _weights(known, imputed, rows)
        residual = imputed.effect - _typical(known, imputed, weight, code)
        summed = np.bincount(code, weight * residual, len(clusters))
        found[label] = (float(np.sqrt((summed**2).sum())), None, Interval.IMPUTATION)
    return found


def _typical(known: Rows, imputed: _Imputed, weight: Matrix, code: Matrix) -> Matrix:
    """Average effect in the group and period of each treated row (equation 8); 0 for untreated rows."""
    treated = imputed.treated
    frame = pd.DataFrame({"first": known.first, "time": known.time, "cluster": code, "w": weight})
    frame["we"] = weight * imputed.effect
    sums = frame[treated].groupby(["first", "time", "cluster"])[["w", "we"]].sum()
    parts = pd.DataFrame({"up": sums["w"] * sums["we"], "down": sums["w"] ** 2})
    parts = parts.groupby(level=["first", "time"]).sum()
    mean = (parts["up"] / parts["down"].where(parts["down"] > 0)).fillna(0.0)
    cell = pd.MultiIndex.from_arrays([known.first[treated], known.time[treated]])
    found = np.zeros(len(weight))
    found[treated] = mean.reindex(cell).to_numpy()
    return found


def _jackknife(
    known: Rows, values: dict[str, float], clusters: Matrix
) -> dict[str, tuple[float, float | None, Interval]]:
    again: dict[str, list[float]] = {label: [] for label in values}
    for cluster in clusters:
        try:
            imputed = _impute(_usable(known.keep(known.cluster != cluster)))
        except NotComputable:
            return {}
        for label, rows in _targets(imputed).items():
            again[label].append(float(imputed.effect[rows].mean()))
    n, found = len(clusters), {}
    for label, drawn in again.items():
        if len(drawn) == n:
            squares = float(((np.array(drawn) - values[label]) ** 2).sum())
            found[label] = (np.sqrt((n - 1) / n * squares), n - 1.0, Interval.T_JACKKNIFE)
    return found


def _estimate(name: str, label: str, value: float, rows: Matrix, spread: dict[str, tuple]) -> Estimate:
    facts = {"group": label, "n": int(rows.sum()), "method": Method.IMPUTATION, "unit": Unit.SCORE}
    if label not in spread:
        return Estimate.not_computable(name, Reason.FEW_CLUSTERS, **facts)
    error, df, interval = spread[label]
    return Estimate.from_standard_error(name, value, error, df=df, interval=interval, **facts)


def _leads(name: str, known: Rows, leads: int) -> list[Estimate]:
    """Coefficients of the periods before the start, and their joint test."""
    if not leads:
        return []
    free = known.keep(known.time < known.first)
    labels = [f"e={-k}" for k in range(leads, 0, -1)]
    exposure = free.time - free.first
    x = pd.DataFrame({label: (exposure == float(label[2:])).astype(float) for label in labels})
    x = pd.concat([x, pd.DataFrame(_regressors(free)).add_prefix("x")], axis=1)
    facts = {"n": len(free.time), "method": Method.LEADS, "unit": Unit.SCORE}
    test = {"group": "pre-trend", "n": len(free.time), "method": Method.PRE_TREND, "unit": Unit.CHI_SQUARED}
    try:
        fit = absorbed(x, free.outcome, np.unique(free.unit, return_inverse=True)[1], free.cluster)
    except NotComputable as error:
        refused = [Estimate.not_computable(name, error.reason, group=label, **facts) for label in labels]
        return [*refused, Estimate.not_computable(name, error.reason, **test)]
    found = []
    for label in labels:
        value, error, df = fit.contrast(label)
        found.append(
            Estimate.from_standard_error(
                name,
                value,
                error,
                df=df,
                interval=Interval.T_CR2,
                group=label,
                smallest=int(x[label].sum()),
                **facts,
            )  # fmt: skip
        )
    if any(item.reason for item in found):
        return [*found, Estimate.not_computable(name, Reason.NOT_IDENTIFIED, **test)]
    part = slice(0, leads)
    return [*found, wald(name, fit.params[part], fit.covariance[part, part], fit.clusters - 1.0, test)]
