"""Meta-analysis: the mean and the spread of the effects of studies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, stats

from kansen_lib.stats.result import LEVEL, Estimate, NotComputable, Result, quantile
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

Matrix = NDArray[np.float64]
Heterogeneity = Literal["REML", "DL", "PM", "EE"]
Test = Literal["hartung-knapp", "hartung-knapp truncated", "normal"]

METHODS = {"REML": Method.META_REML, "DL": Method.META_DL, "PM": Method.META_PM, "EE": Method.META_EE}
INTERVALS = {
    "hartung-knapp": Interval.HARTUNG_KNAPP,
    "hartung-knapp truncated": Interval.HARTUNG_KNAPP_TRUNCATED,
    "normal": Interval.NORMAL,
}
OF_REGRESSION = {
    "hartung-knapp": Interval.KNAPP_HARTUNG,
    "hartung-knapp truncated": Interval.KNAPP_HARTUNG_TRUNCATED,
    "normal": Interval.NORMAL,
}


@dataclass(frozen=True)
class _Studies:
    """Effects (k,), their sampling variances (k,) and the design (k, p), at a between-study variance."""

    y: Matrix
    v: Matrix
    x: Matrix
    tau2: float = 0.0

    @property
    def df(self) -> int:
        return len(self.y) - self.x.shape[1]

    @cached_property
    def weights(self) -> Matrix:
        return 1 / (self.v + self.tau2)

    @cached_property
    def bread(self) -> Matrix:
        return np.linalg.inv((self.x.T * self.weights) @ self.x)

    @cached_property
    def params(self) -> Matrix:
        return self.bread @ (self.x.T @ (self.weights * self.y))

    @cached_property
    def q(self) -> float:
        """Generalised Q: the weighted sum of squared residuals."""
        return float(self.weights @ (self.y - self.x @ self.params) ** 2)

    @cached_property
    def trace(self) -> float:
        """Trace of P = W - WX(X'WX)^-1 X'W."""
        return float(self.weights.sum() - np.trace(self.bread @ (self.x.T * self.weights**2) @ self.x))

    @cached_property
    def trace_squared(self) -> float:
        """Trace of PP."""
        twice, thrice = ((self.x.T * self.weights**power) @ self.x for power in (2, 3))
        inside = self.bread @ twice
        parts = (self.weights**2).sum() - 2 * np.trace(self.bread @ thrice) + np.trace(inside @ inside)
        return float(parts)

    @cached_property
    def likelihood(self) -> float:
        """Restricted log-likelihood, without its constant."""
        _, size = np.linalg.slogdet((self.x.T * self.weights) @ self.x)
        return float(0.5 * np.log(self.weights).sum() - 0.5 * size - 0.5 * self.q)

    @cached_property
    def score(self) -> float:
        """Derivative of the restricted log-likelihood with respect to tau2."""
        scores = self.weights * (self.y - self.x @ self.params)  # Py
        return float(0.5 * (scores @ scores - self.trace))

    @cached_property
    def typical(self) -> float:
        """Typical sampling variance of Higgins and Thompson (2002)."""
        return self.df / self.at(0).trace

    def at(self, tau2: float) -> _Studies:
        return replace(self, tau2=float(tau2))


def random_effects(
    effects: ArrayLike,
    standard_errors: ArrayLike,
    *,
    method: Heterogeneity = "REML",
    test: Test = "hartung-knapp",
    labels: Sequence[str] | None = None,
    name: str = "meta-analysis",
) -> Result:
    """Pooled effect of studies, their heterogeneity, the effect to expect elsewhere, and each study shrunken.

    ``method`` EE is the common-effect (fixed-effect) model; ``test="normal"`` is the default of R metafor.
    ``prediction`` has the distribution of ``test``; ``prediction (Higgins)`` is with k - 2. Studies without
    a finite effect and a positive error are dropped.

    Estimand: mean and variance (tau2) of the true effects of the population of studies.

    Formula: weights 1/(v + tau2); tau2 by REML, DerSimonian-Laird or Paule-Mandel; I2 = tau2/(tau2 +
    typical v), H2 = 1 + tau2/typical v, for EE (Q - df)/Q and Q/df; study = l y + (1 - l) pooled,
    l = tau2/(tau2 + v). Error of tau2 (REML, DL): expected information, variance of Q.

    Interval: Hartung-Knapp t with k - 1 (truncated: never narrower than with factor 1) or normal; tau2,
    I2 and H2 by Q-profile; prediction with variance tau2 + error squared, which takes tau2 for known:
    with ten studies or fewer it covers a new effect less often than 95%.

    Source: Viechtbauer (2005, 2010), R metafor rma, confint, predict, blup; Borenstein et al. (2009),
    chapters 12-17; Higgins, Thompson and Spiegelhalter (2009); Knapp and Hartung (2003).
    """
    _check(method, test)
    y, v, names, dropped = _known(effects, standard_errors, labels)
    facts = {"unit": Unit.OUTCOME, "method": METHODS[method]}
    try:
        fitted = _fit(_Studies(y, v, np.ones((len(y), 1))), method)
    except NotComputable as failure:
        return Result(name, (Estimate.not_computable("pooled", failure.reason, **facts),), dropped=dropped)
    found = [*_coefficients(fitted, test, {"pooled": INTERVALS[test]}, facts), *_spread(fitted, method)]
    if method != "EE":
        found += _predictions(fitted, test, facts)
        found += [_shrunken(fitted, test, i, str(label), facts) for i, label in enumerate(names)]
    return Result(name, tuple(found), dropped=dropped)


def meta_regression(
    effects: ArrayLike,
    standard_errors: ArrayLike,
    moderator: ArrayLike,
    *,
    method: Heterogeneity = "REML",
    test: Test = "hartung-knapp",
    name: str = "meta-regression",
) -> Result:
    """How the effects of studies go with one number of each study, and the heterogeneity that remains.

    ``Q`` is the residual heterogeneity; the moderator is tested by the slope, whose squared ratio is QM of R
    metafor. ``test="normal"`` is the default there.

    Estimand: intercept and slope of the mean true effect on the moderator, over studies: not a cause.

    Formula: weighted least squares with weights 1/(v + tau2), tau2 the residual heterogeneity; R2 = 1 -
    tau2/(tau2 without the moderator), 0 at least.

    Interval: Knapp-Hartung t with k - 2 (truncated: factor 1 at least) or normal; tau2 by Q-profile.

    Source: Knapp and Hartung (2003), Statistics in Medicine 22, 2693-2710; equals R metafor rma(mods).
    """
    _check(method, test)
    y, v, beside, dropped = _known(effects, standard_errors, list(np.asarray(moderator, float)))
    z = np.array(beside, float)
    known = np.isfinite(z)
    y, v, z, dropped = y[known], v[known], z[known], (dropped[0] + int((~known).sum()), dropped[1])
    facts = {"unit": Unit.OUTCOME, "method": METHODS[method]}
    try:
        if len(z) > 2 and np.ptp(z) == 0:
            raise NotComputable(Reason.NOT_IDENTIFIED)
        fitted = _fit(_Studies(y, v, np.column_stack([np.ones(len(z)), z])), method)
    except NotComputable as failure:
        return Result(name, (Estimate.not_computable("slope", failure.reason, **facts),), dropped=dropped)
    terms = dict.fromkeys(("intercept", "slope"), OF_REGRESSION[test])
    found = [*_coefficients(fitted, test, terms, facts), *_spread(fitted, method)]
    if method != "EE":
        found.append(_explained(fitted, method))
    return Result(name, tuple(found), dropped=dropped)


def _check(method: str, test: str) -> None:
    if method not in METHODS or test not in INTERVALS:
        raise ValueError(
            f"method='{method}', test='{test}': choose from {list(METHODS)} and {list(INTERVALS)}"
        )


def _known(
    effects: ArrayLike, standard_errors: ArrayLike, beside: Sequence[object] | None
) -> tuple[Matrix, Matrix, list[object], tuple[int, int]]:
    """Effects, variances and what is beside them (a number, without) of the studies that have both.

    Then: studies dropped, of how many.
    """
    y, error = np.asarray(effects, float), np.asarray(standard_errors, float)
    other = range(1, len(y) + 1) if beside is None else beside
    if not len(y) == len(error) == len(other):
        sizes = (
            f"{len(y)} effects, {len(error)} standard errors, {len(other)} labels or values of a moderator"
        )
        raise ValueError(f"{sizes}: give as many of each")
    known = np.isfinite(y) & np.isfinite(error) & (error > 0)
    kept = [item for item, there in zip(other, known, strict=True) if there]
    return y[known], error[known] ** 2, kept, (int((~known).sum()), len(y))


def _fit(studies: _Studies, method: str) -> _Studies:
    if studies.df < 1:
        raise NotComputable(Reason.FEW_UNITS)
    estimators: dict[str, Callable[[_Studies], float]] = {
        "EE": lambda _: 0.0,
        "DL": _dersimonian_laird,
        "PM": lambda item: _q_root(item, item.df),
        "REML": _restricted_likelihood,
    }
    return studies.at(estimators[method](studies))


def _dersimonian_laird(studies: _Studies) -> float:
    return max(0.0, (studies.q - studies.df) / studies.trace)


def _q_root(studies: _Studies, target: float) -> float:
    """The tau2 at which the generalised Q is ``target``; 0 where it is smaller even there."""
    if studies.q <= target:
        return 0.0
    upper = studies.v.mean() + np.var(studies.y)
    while studies.at(upper).q > target:
        upper *= 2
    return float(optimize.brentq(lambda tau2: studies.at(tau2).q - target, 0, upper, xtol=1e-300, rtol=1e-14))


def _restricted_likelihood(studies: _Studies) -> float:
    """The tau2 with the largest restricted likelihood: the best root of its score, or 0."""
    # a likelihood with two tops is possible: look along a grid before each root
    top = 10 * (np.var(studies.y) + studies.v.max())
    grid = np.concatenate([[0.0], np.geomspace(1e-8 * top, top, 200)])
    scores = [studies.at(tau2).score for tau2 in grid]
    candidates = [0.0] + [
        optimize.brentq(lambda tau2: studies.at(tau2).score, low, high, xtol=1e-300, rtol=1e-14)
        for low, high, before, after in zip(grid[:-1], grid[1:], scores[:-1], scores[1:], strict=True)
        if before > 0 >= after
    ]
    return max(candidates, key=lambda tau2: studies.at(tau2).likelihood)


def _error(fitted: _Studies, test: str) -> tuple[Matrix, float | None]:
    """Covariance of the coefficients, and degrees of freedom; None for normal."""
    if test == "normal":
        return fitted.bread, None
    factor = fitted.q / fitted.df
    return fitted.bread * (max(1.0, factor) if "truncated" in test else factor), float(fitted.df)


def _coefficients(fitted: _Studies, test: str, intervals: dict[str, Interval], facts: dict) -> list[Estimate]:
    covariance, df = _error(fitted, test)
    variances = np.diag(covariance)
    return [
        _with_error(name, value, variance, df, kind, facts)
        for (name, kind), value, variance in zip(intervals.items(), fitted.params, variances, strict=True)
    ]


def _with_error(
    name: str, value: float, variance: float, df: float | None, kind: str, facts: dict
) -> Estimate:
    return Estimate.from_standard_error(
        name, float(value), float(np.sqrt(variance)), interval=kind, df=df, **facts
    )


def _spread(fitted: _Studies, method: str) -> list[Estimate]:
    """Number of studies, Q with its p-value, tau2, I2 and H2 with Q-profile intervals."""
    plain, facts = fitted.at(0), {"method": METHODS[method]}
    q = Estimate(
        "Q", value=plain.q, unit=Unit.STATISTIC, df=float(fitted.df),
        p_value=float(stats.chi2.sf(plain.q, fitted.df)), **facts,
    )  # fmt: skip
    found = [Estimate("studies", value=float(len(fitted.y)), unit=Unit.COUNT, **facts), q]
    typical = fitted.typical
    if method == "EE":  # no tau2: the share of Q that is beyond its expectation
        i2 = max(0.0, 1 - fitted.df / plain.q) if plain.q > 0 else 0.0
        h2 = Estimate("H2", value=plain.q / fitted.df, unit=Unit.INDEX, **facts)
        return [*found, Estimate("I2", value=i2, unit=Unit.SHARE, **facts), h2]
    tails = stats.chi2.ppf([0.5 + LEVEL / 2, 0.5 - LEVEL / 2], fitted.df)
    low, high = (_q_root(plain, target) for target in tails)
    scales: dict[str, tuple[Unit, Callable[[float], float]]] = {
        "tau2": (Unit.VARIANCE, lambda tau2: tau2),
        "tau": (Unit.OUTCOME, lambda tau2: tau2**0.5),
        "I2": (Unit.SHARE, lambda tau2: tau2 / (tau2 + typical)),
        "H2": (Unit.INDEX, lambda tau2: tau2 / typical + 1),
    }
    errors = {"tau2": _error_of_tau2(fitted, method)}
    return found + [
        Estimate(
            name, "", scale(fitted.tau2), unit, scale(low), scale(high), Interval.Q_PROFILE,
            standard_error=errors.get(name), **facts,
        )
        for name, (unit, scale) in scales.items()
    ]  # fmt: skip


def _error_of_tau2(fitted: _Studies, method: str) -> float | None:
    """Asymptotic standard error of tau2.

    Source: REML: Viechtbauer (2005), expected information; DL: Biggerstaff and Tweedie (1997), variance of Q.
    """
    if method == "REML":
        return float(np.sqrt(2 / fitted.trace_squared))
    if method == "DL":
        plain, tau2 = fitted.at(0), fitted.tau2
        of_q = 2 * plain.df + 4 * tau2 * plain.trace + 2 * tau2**2 * plain.trace_squared
        return float(np.sqrt(of_q) / plain.trace)
    return None


def _explained(fitted: _Studies, method: str) -> Estimate:
    """R2: the part of the heterogeneity that goes with the moderator."""
    facts = {"unit": Unit.SHARE, "method": METHODS[method]}
    before = _fit(replace(fitted, x=fitted.x[:, :1], tau2=0.0), method).tau2
    if before == 0:
        return Estimate.not_computable("R2", Reason.NO_SPREAD, **facts)
    return Estimate("R2", value=max(0.0, 1 - fitted.tau2 / before), **facts)


def _predictions(fitted: _Studies, test: str, facts: dict) -> list[Estimate]:
    """Where the true effect of a new study may lie."""
    covariance, df = _error(fitted, test)
    value, spread = float(fitted.params[0]), float(np.sqrt(fitted.tau2 + covariance[0, 0]))
    kind = Interval.PREDICTION_NORMAL if df is None else Interval.PREDICTION_T
    found = [between("prediction", value, spread * quantile(df), kind, facts)]
    if fitted.df < 2:
        higgins = Estimate.not_computable("prediction (Higgins)", Reason.FEW_UNITS, **facts)
    else:
        half = spread * quantile(fitted.df - 1)
        higgins = between("prediction (Higgins)", value, half, Interval.PREDICTION_HIGGINS, facts)
    return [*found, higgins]


def between(name: str, value: float, half: float, kind: str, facts: dict) -> Estimate:
    """An estimate with ``half`` to either side."""
    return Estimate(name, value=value, lower=value - half, upper=value + half, interval=kind, **facts)


def _shrunken(fitted: _Studies, test: str, i: int, label: str, facts: dict) -> Estimate:
    """Best linear unbiased prediction of the true effect of one study."""
    trust = fitted.tau2 / (fitted.tau2 + fitted.v[i])
    centre = float(fitted.x[i] @ fitted.params)
    value = trust * fitted.y[i] + (1 - trust) * centre
    covariance, df = _error(fitted, test)
    variance = trust * fitted.v[i] + (1 - trust) ** 2 * (fitted.x[i] @ covariance @ fitted.x[i])
    kind = Interval.NORMAL if df is None else Interval.T
    return _with_error("study", value, variance, df, kind, {**facts, "group": label})
