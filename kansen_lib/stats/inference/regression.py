"""Least-squares coefficients with the uncertainty that few clusters ask for, and their joint test."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from kansen_lib.stats import frames, linear
from kansen_lib.stats.linear import Covariance
from kansen_lib.stats.result import ROUNDING, Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

Matrix = NDArray[np.float64]

INTERVALS = {kind: Interval[f"T_{kind.name}"] for kind in Covariance if kind != Covariance.CLASSICAL}
INTERVALS[Covariance.CLASSICAL] = Interval.T


def coefficients(
    data: pd.DataFrame,
    *,
    outcome: str,
    regressors: Sequence[str],
    cluster: str | None = None,
    weight: str | None = None,
    kind: Covariance | str | None = None,
    name: str = "coefficient",
) -> Result:
    """Coefficients of a linear model by (weighted) least squares, each with its robust interval.

    Estimand: the coefficients of the best linear prediction of the outcome.

    Formula: b = (X'WX)^-1 X'Wy with an intercept and a dummy for each label but the first; covariance
    HC0 to HC3 without clusters and CR0 to CR3 or CR1S with them.

    Interval: 95% t, with n - k degrees of freedom without clusters and Satterthwaite's with them (Stata's
    interval with CR1S has G - 1 degrees of freedom instead).

    Source: MacKinnon and White (1985); Bell and McCaffrey (2002); Pustejovsky and Tipton (2018); equals
    vcovHC of R's sandwich and coef_test and conf_int of R's clubSandwich.

    Args:
        data: a row a person.
        outcome: column of numbers or True and False.
        regressors: columns of numbers, labels or True and False.
        cluster: column of the level of sampling or assignment.
        weight: column of weights, not negative; weight 0 takes no part.
        kind: by name, such as ``"HC1"``, or ``"classical"``; None takes CR2 with clusters and HC3 without.

    Returns:
        One estimate a regressor, named in ``group``; the p-value is of a coefficient of zero.
    """
    kind = linear.chosen(kind, clustered=cluster is not None)
    frames.distinct(outcome, regressors)
    known, dropped = frames.complete(data, [outcome, *regressors, cluster, weight])
    known = frames.positive(known, weight)
    method = Method.OLS if weight is None else Method.WLS
    facts = {"unit": Unit.OUTCOME, "n": len(known), "method": method}
    try:
        fit = _fit(known, outcome, regressors, cluster, weight, kind)
    except NotComputable as why:
        absent, reason = ["intercept", *regressors], why.reason
        found = []
    else:  # of a column with one label only there is nothing to compare
        absent, reason = [term for term in regressors if not stands_for(fit, term)], Reason.EMPTY_GROUP
        found = _estimates(fit, name, smallest_groups(known, regressors), facts)
    found += [Estimate.not_computable(name, reason, group=term, **facts) for term in absent]
    return Result(name, tuple(found), dropped)


def _estimates(
    fit: linear.LinearFit, name: str, smallest: dict[str, int], facts: dict[str, object]
) -> list[Estimate]:
    found = []
    for term in fit.names:
        value, error, df = fit.contrast(term)
        rest = {"interval": INTERVALS[fit.kind], "df": df, "group": term, "smallest": smallest.get(term)}
        rest["scale"] = 0.0  # of income in euros the coefficient may well be 1e-9
        found.append(Estimate.from_standard_error(name, value, error, **rest, **facts))
    return found


def smallest_groups(known: pd.DataFrame, regressors: Sequence[str]) -> dict[str, int]:
    """Persons in the smaller of the two groups that a dummy, or a regressor of two values, compares."""
    found = {}
    for name in regressors:
        counts = known[name].value_counts()
        if frames.is_category(known[name]):
            first, *others = frames.labels(known[name])
            found |= {f"{name}[{label}]": int(min(counts[first], counts[label])) for label in others}
        elif len(counts) == 2:
            found[name] = int(counts.min())
    return found


def measured(known: pd.DataFrame, outcome: str) -> Matrix:
    """The outcome as numbers, of which there are at least two different ones.

    Raises:
        NotComputable: nobody, or the same outcome for all.
        ValueError: an outcome of labels.
    """
    if known.empty:
        raise NotComputable(Reason.NO_PERSONS)
    values = frames.numbers(known, outcome)
    if (values == values[0]).all():
        raise NotComputable(Reason.NO_SPREAD)
    return values


def _fit(
    known: pd.DataFrame,
    outcome: str,
    regressors: Sequence[str],
    cluster: str | None,
    weight: str | None,
    kind: Covariance,
) -> linear.LinearFit:
    y = measured(known, outcome)
    groups, weights = (None if name is None else known[name] for name in (cluster, weight))
    return linear.fit(frames.design(known, regressors), y, cluster=groups, weight=weights, kind=kind)


def joint_test(
    data: pd.DataFrame,
    *,
    outcome: str,
    regressors: Sequence[str],
    terms: Sequence[str],
    cluster: str,
    weight: str | None = None,
    kind: Covariance | str | None = None,
    name: str = "joint test",
) -> Estimate:
    """Test that several coefficients are all zero, for few clusters.

    Estimand: none: a test of the null hypothesis that the coefficients of ``terms`` are all zero.

    Formula: F = (eta - q + 1)/(eta q) b'V^-1 b on q and eta - q + 1 degrees of freedom, where eta =
    q(q + 1) over the summed variances of the entries of the standardised V in a working model of
    independent persons with equal variance.

    Interval: none: a test statistic, with its p-value and denominator degrees of freedom.

    Source: Pustejovsky and Tipton (2018), section 3.2, the test called HTZ; equals Wald_test(test="HTZ")
    of R's clubSandwich.

    Args:
        data: a row a person.
        outcome: column of numbers or True and False.
        regressors: columns of the model.
        terms: regressors to test; a column of labels stands for all of its dummies.
        cluster: column of the level of sampling or assignment.
        weight: column of weights, not negative; weight 0 takes no part.
        kind: by name, one of the clustered kinds ``"CR0"`` to ``"CR3"`` and ``"CR1S"``; None takes CR2.
    """
    kind = linear.chosen(kind, clustered=True)
    for columns in (regressors, terms):
        frames.distinct(outcome, columns)
    known, _ = frames.complete(data, [outcome, *regressors, cluster, weight])
    known = frames.positive(known, weight)
    facts = {"unit": Unit.STATISTIC, "n": len(known), "method": Method.HTZ, "group": ", ".join(terms)}
    try:
        fit = _fit(known, outcome, regressors, cluster, weight, kind)
        tested = dict.fromkeys(one for term in terms for one in named(fit, term, regressors))
        value, df, q = hotelling(fit, np.array([fit.direction(one) for one in tested]))
    except NotComputable as why:
        return Estimate.not_computable(name, why.reason, **facts)
    facts["group"] = ", ".join(tested)  # as many as the numerator has degrees of freedom
    return Estimate(name, value=value, df=df, p_value=float(stats.f.sf(value, q, df)), **facts)


def stands_for(fit: linear.LinearFit, term: str) -> list[str]:
    """The coefficients of a term: itself, or the dummies of a column of labels; none of one label only."""
    return [one for one in fit.names if one == term or one.startswith(f"{term}[")]


def named(fit: linear.LinearFit, term: str, regressors: Sequence[str]) -> list[str]:
    """As :func:`stands_for`, of a term that must be in the model.

    Raises:
        NotComputable: a column of labels with one label only, or a label that nobody has.
        ValueError: a term that is none of the regressors.
    """
    found = stands_for(fit, term)
    if not found and term.partition("[")[0] in regressors:
        raise NotComputable(Reason.EMPTY_GROUP)
    if not found:
        raise ValueError(f"the model has no regressor '{term}'; it has {list(fit.names)}")
    return found


def hotelling(fit: linear.LinearFit, constraint: Matrix) -> tuple[float, float, int]:
    """F of :func:`joint_test`, its denominator degrees of freedom, and the number of constraints.

    Args:
        fit: with clusters.
        constraint: contrast vectors, shape (q, k).

    Raises:
        NotComputable: too few clusters for so many constraints, or no spread.
    """
    q = len(constraint)
    expected = _working(fit, constraint)[0]
    units = np.sqrt(np.maximum(np.diag(expected), 0.0))
    if not (units > 0).all():
        raise NotComputable(Reason.NOT_IDENTIFIED)
    constraint = constraint / units[:, None]  # the units of the regressors do not matter
    values, vectors = np.linalg.eigh(expected / np.outer(units, units))
    if not values[0] > linear.RANK_TOLERANCE * values[-1]:
        raise NotComputable(Reason.NOT_IDENTIFIED)
    eta = q * (q + 1) / _working(fit, vectors / np.sqrt(values) @ vectors.T @ constraint)[1]
    if not eta > q - 1:
        raise NotComputable(Reason.FEW_CLUSTERS)
    covariance = constraint @ fit.covariance @ constraint.T
    value = constraint @ fit.params
    error = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    if (error == 0).any() or np.linalg.eigvalsh(covariance / np.outer(error, error))[0] <= ROUNDING:
        raise NotComputable(Reason.NO_SPREAD)
    wald = float(value @ np.linalg.solve(covariance, value))
    return (eta - q + 1) / (eta * q) * wald, eta - q + 1, q


def _working(fit: linear.LinearFit, constraint: Matrix) -> tuple[Matrix, float]:
    """Of the constraints in the working model, the expected covariance V and what its entries vary.

    The second is the sum over s and t of Var(V_st). P[s, t, g, h] is the inner product of the weights that
    constraint s gives the errors through cluster g and constraint t through cluster h, and Var(V_st) the
    sum over g and h of P_ss P_tt + P_st P_ts. P = size where g = h, plus factor_s core factor_t': only
    traces are needed, so that it is never formed.
    """
    core = fit.core
    own, plain, weighted, _ = fit.meat
    factor = np.concatenate(
        [np.einsum("gij,sj->sgi", part, constraint) for part in (plain, weighted)], axis=2
    )
    size = np.einsum("si,gij,tj->stg", constraint, own, constraint, optimize=True)
    shared = np.einsum("sgi,ij,tgj->stg", factor, core, factor, optimize=True)
    inner = np.einsum("ij,sgj,tgk->stik", core, factor, factor, optimize=True)
    trace, shared_trace = np.einsum("ssg->g", size), np.einsum("ssg->g", shared)
    equal = trace @ (trace + 2 * shared_trace) + np.einsum("stij,tsji->", inner, inner)
    crossed = (size * (size + 2 * shared)).sum() + np.einsum("stij,stji->", inner, inner)
    return (size + shared).sum(axis=2), float(equal + crossed)
