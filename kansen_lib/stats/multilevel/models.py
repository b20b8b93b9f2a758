"""A linear mixed model, and the within and between effect of a regressor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from kansen_lib.stats import frames
from kansen_lib.stats.linear import Matrix
from kansen_lib.stats.multilevel import fitting, profile
from kansen_lib.stats.multilevel.fitting import MixedFit
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

#: Estimators of a mixed model and their names when nothing could be fitted.
METHODS = {"REML": Method.MIXED_REML, "ML": Method.MIXED_ML}
#: Regressors of the model of within and between; no column of a frame can be called so.
WITHIN, BETWEEN = "(deviation from the cluster mean)", "(cluster mean)"


def mixed_model(
    data: pd.DataFrame,
    *,
    outcome: str,
    fixed: Sequence[str],
    random: Mapping[str, Sequence[str]],
    method: str = "REML",
    name: str = "mixed model",
) -> Result:
    """A linear mixed model with any number of nested or crossed groupings.

    Estimand: the mean of the outcome as a linear function of the fixed regressors; the variances (and
    correlations) of intercepts and slopes over the labels of each grouping, and the residual variance.

    Formula: y = X beta + sum_t Z_t b_t + e with b_t ~ N(0, Sigma_t) unstructured and e ~ N(0, sigma^2),
    fitted by the profiled deviance of REML or ML. A variance at 0 is a valid optimum; the method then
    says "singular".

    Interval: of coefficients t with Satterthwaite degrees of freedom, p-value of the null of 0; of
    variances and correlations profile likelihood (of ML, also after REML, as lme4's ``confint`` has it);
    a correlation runs from -1 to 1 where a variance may be 0; of the log-likelihood none: it only serves
    to compare models.

    Source: Bates, Maechler, Bolker and Walker (2015), J. Stat. Softw. 67(1), equations 34 and 41;
    Kuznetsova, Brockhoff and Christensen (2017), J. Stat. Softw. 82(13), section 2. Equals lme4 and
    lmerTest.

    Args:
        data: one row a person.
        outcome: numeric column.
        fixed: columns of regressors; of labels the first is the reference category.
        random: by grouping the columns with a random slope beside the random intercept; a lower
            grouping has labels that do not repeat over higher ones.
        method: ``"REML"`` or ``"ML"``.
        name: name of the result.

    Returns:
        ``coefficient`` of each regressor, ``variance`` of each grouping (``school``) and slope
        (``school: score``), ``correlation`` of each pair of effects, ``residual variance`` and
        ``log-likelihood``.
    """
    if method not in METHODS:
        raise ValueError(f"method is '{method}'; it is one of {list(METHODS)}")
    if not isinstance(random, Mapping):
        raise ValueError(
            f"'random' names the random slopes of each grouping, as {{'school': []}}; got {random!r}"
        )
    for columns in (fixed, *random.values()):
        frames.distinct(outcome, columns, list(random))
    slopes = [column for columns in random.values() for column in columns]
    known, dropped = frames.complete(data, [outcome, *fixed, *random, *slopes])
    try:
        fit = fitting.fit(known, outcome, fixed, random, restricted=method == "REML")
        found = [*_coefficients(fit, known, fixed), *_components(fit, random), _log_likelihood(fit)]
    except NotComputable as problem:
        found = list(_nothing(problem, known, fixed, random, METHODS[method]))
    return Result(name, tuple(found), dropped=dropped)


def _coefficients(fit: MixedFit, known: pd.DataFrame, fixed: Sequence[str]) -> Iterator[Estimate]:
    design = frames.design(known, fixed)
    for label in fit.data.names:
        yield coefficient(fit, {label: 1.0}, "coefficient", label, smallest=_smallest(design[label]))


def coefficient(
    fit: MixedFit, weights: Mapping[str, float], name: str, group: str = "", *, smallest: int | None = None
) -> Estimate:
    """A fixed effect, or a sum of them, with its t interval."""
    value, error, df = fit.contrast(weights)
    facts = {"group": group, "unit": Unit.OUTCOME, "n": fit.data.n, "smallest": smallest}
    return Estimate.from_standard_error(
        name, value, error, df=df, interval=Interval.T_MIXED, method=fit.method, **facts
    )


def _smallest(regressor: pd.Series) -> int | None:
    """Persons in the smaller group of a dummy; None for a number."""
    if not regressor.isin([0.0, 1.0]).all() or regressor.nunique() < 2:
        return None
    ones = int(regressor.sum())
    return min(ones, len(regressor) - ones)


def _variance_labels(random: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, int, str]]:
    """Grouping, place of the effect, and the label of its variance."""
    for group, slopes in random.items():
        yield group, 0, group
        for place, slope in enumerate(slopes, start=1):
            yield group, place, f"{group}: {slope}"


def _components(fit: MixedFit, random: Mapping[str, Sequence[str]]) -> Iterator[Estimate]:
    """Variances, correlations and the residual variance, with intervals by profile likelihood."""
    likeliest = profile.maximum_likelihood(fit)
    columns = {term.group: term.columns for term in fit.data.terms}
    lowest: dict[tuple[str, int], float | None] = {}
    for group in random:
        for i, column in enumerate(columns[group]):
            label = f"{group}: {column}" if i else group
            found = _component(fit, likeliest, "variance", label, _variance(group, i), (0.0, np.inf))
            lowest[group, i] = found.lower
            yield found
    for group in random:
        for i, column in enumerate(columns[group]):
            for j, other in enumerate(columns[group][:i]):
                label = f"{group}: {other}, {column}"
                found = _component(
                    fit, likeliest, "correlation", label, _correlation(group, j, i), (-1.0, 1.0)
                )
                yield _unbounded(found) if 0.0 in (lowest[group, i], lowest[group, j]) else found
    yield _component(fit, likeliest, "residual variance", "", MixedFit.residual_variance, (0.0, np.inf))


def _unbounded(correlation: Estimate) -> Estimate:
    """A correlation with an effect whose variance may be 0: with that, all correlations are as likely."""
    if correlation.value is None:
        return correlation
    return replace(correlation, lower=-1.0, upper=1.0, interval=Interval.PROFILE)


def _variance(group: str, i: int) -> profile.Quantity:
    return lambda fit, point: float(fit.covariances(point)[group][i, i])


def _correlation(group: str, i: int, j: int) -> profile.Quantity:
    def correlation(fit: MixedFit, point: Matrix) -> float:
        matrix = fit.covariances(point)[group]
        size = np.sqrt(matrix[i, i] * matrix[j, j])
        return float(matrix[i, j] / size) if size > 0 else float("nan")

    return correlation


def _component(
    fit: MixedFit,
    likeliest: MixedFit,
    name: str,
    group: str,
    quantity: profile.Quantity,
    within: tuple[float, float],
) -> Estimate:
    unit = Unit.CORRELATION if name == "correlation" else Unit.VARIANCE
    value = quantity(fit, fit.point)
    facts = {"group": group, "unit": unit, "n": fit.data.n, "method": fit.method}
    if not np.isfinite(value):
        return Estimate.not_computable(name, Reason.NO_VARIATION, **facts)
    return replace(Estimate(name, value=value, **facts), **profiled(likeliest, quantity, within))


def profiled(
    likeliest: MixedFit, quantity: profile.Quantity, within: tuple[float, float]
) -> dict[str, float | str]:
    """The fields of an estimate that hold a profile-likelihood interval; none where an end was not found."""
    lower, upper = profile.interval(likeliest, quantity, within=within)
    if lower is None or upper is None:
        return {}
    return {"lower": lower, "upper": upper, "interval": Interval.PROFILE}


def _log_likelihood(fit: MixedFit) -> Estimate:
    return Estimate(
        "log-likelihood", "", -fit.deviance / 2, Unit.LOG_LIKELIHOOD, n=fit.data.n, method=fit.method
    )


def _nothing(
    problem: NotComputable,
    known: pd.DataFrame,
    fixed: Sequence[str],
    random: Mapping[str, Sequence[str]],
    method: Method,
) -> Iterator[Estimate]:
    """The estimates of a model that could not be fitted: the reason, each time."""
    names: Iterable[tuple[str, str]] = [
        *(("coefficient", label) for label in frames.design(known, fixed).columns),
        *(("variance", label) for _, _, label in _variance_labels(random)),
        ("residual variance", ""),
        ("log-likelihood", ""),
    ]
    for name, group in names:
        yield Estimate.not_computable(name, problem.reason, group=group, n=len(known), method=method)


def within_between(
    data: pd.DataFrame,
    *,
    outcome: str,
    within: str,
    cluster: str,
    fixed: Sequence[str] = (),
    name: str = "within-between",
) -> Result:
    """Effect of a regressor within clusters, between them, and the difference of the two.

    Estimand: ``within``: difference in outcome of persons of one cluster who differ 1 in the regressor;
    ``between``: difference of cluster means for a difference of 1 in the cluster mean of the regressor;
    ``contextual``: between minus within, what the cluster mean adds for persons alike.

    Formula: y = a + w (x - m_j) + b m_j + fixed + u_j + e with m_j the mean of x over the persons of
    cluster j without missing values; contextual = b - w. REML.

    Interval: t with Satterthwaite degrees of freedom, p-value of the null of 0. It takes the model's
    constant variances for granted, and m_j for free of error.

    Source: Mundlak (1978), Econometrica 46(1), equation 2.4; Snijders and Bosker (2012), section 4.6;
    Bell, Fairbrother and Jones (2019), Qual. Quant. 53, equation 1. Equals lme4 and lmerTest, and for
    ``within`` with no other regressors the fixed-effects estimator of plm.

    Args:
        data: one row a person.
        outcome: numeric column.
        within: the regressor, numbers or True and False.
        cluster: column of the cluster.
        fixed: further regressors.
        name: name of the result.
    """
    frames.distinct(outcome, [within, cluster], fixed)
    known, dropped = frames.complete(data, [outcome, within, cluster, *fixed])
    if frames.is_category(known[within]):
        raise ValueError(f"'within' is column '{within}' of labels; it takes numbers or True and False")
    contrasts = {
        "within": {WITHIN: 1.0},
        "between": {BETWEEN: 1.0},
        "contextual": {BETWEEN: 1.0, WITHIN: -1.0},
    }
    try:
        fit = fitting.fit(known, outcome, _split(known, within, cluster, fixed), {cluster: ()})
        found = [coefficient(fit, weights, part, within) for part, weights in contrasts.items()]
    except NotComputable as problem:
        facts = {"group": within, "unit": Unit.OUTCOME, "n": len(known), "method": Method.MIXED_REML}
        found = [Estimate.not_computable(part, problem.reason, **facts) for part in contrasts]
    return Result(name, tuple(found), dropped=dropped)


def _split(known: pd.DataFrame, within: str, cluster: str, fixed: Sequence[str]) -> pd.DataFrame:
    """Design with the regressor as deviation from its cluster mean, and that mean."""
    values = known[within].astype(float)
    mean = values.groupby(known[cluster], observed=True).transform("mean")
    design = frames.design(known, fixed)
    parts = pd.DataFrame({WITHIN: values - mean, BETWEEN: mean}, index=known.index)
    return pd.concat([design, parts.where(parts.abs() > 1e-12 * values.abs().max(), 0.0)], axis=1)
