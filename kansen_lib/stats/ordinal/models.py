"""Logit models of a frame: ordinal, binary, multinomial and partial proportional odds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats.frames import complete, design, distinct, is_category, labels
from kansen_lib.stats.ordinal.likelihood import Design, Family, Fit, Matrix, fit, probabilities
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

#: Fewest persons for whom a model is tried.
FEWEST_PERSONS = 10


@dataclass(frozen=True)
class Model:
    """A logit model fitted on a frame.

    Attributes:
        fit: coefficients and their uncertainty.
        known: the rows that took part.
        categories: the J labels of the outcome, in order.
        parallel, varying: names of the columns of the design, without the intercept.
        method: estimator.
    """

    fit: Fit
    known: pd.DataFrame
    categories: tuple[object, ...]
    parallel: tuple[str, ...]
    varying: tuple[str, ...]
    method: Method

    @property
    def boundaries(self) -> list[str]:
        """A name for each of the M predictors: the categories on either side, or the category itself."""
        if self.fit.family == Family.MULTINOMIAL:
            return [str(label) for label in self.categories[1:]]
        pairs = zip(self.categories[:-1], self.categories[1:], strict=True)
        return [f"{below}|{above}" for below, above in pairs]


def known_rows(
    data: pd.DataFrame, outcome: str, regressors: Sequence[str], cluster: str | None
) -> tuple[pd.DataFrame, tuple[int, int]]:
    """Complete rows of a model, and how many fell out; refuses impossible choices of columns."""
    distinct(outcome, regressors)
    if not regressors:
        raise ValueError("regressors must name a column at least")
    return complete(data, [outcome, *regressors, cluster])


def fitted(
    known: pd.DataFrame,
    outcome: str,
    regressors: Sequence[str],
    *,
    method: Method,
    varying: Sequence[str] = (),
    cluster: str | None = None,
) -> Model:
    """The model of complete rows.

    Raises:
        NotComputable: too few persons, an outcome or a regressor without spread, or no fit.
        ValueError: more than two categories for a binary logit, labels without order for an ordinal one.
    """
    _enough(known, outcome, regressors)
    categories = tuple(labels(known[outcome]))
    if method == Method.BINARY and len(categories) > 2:
        raise ValueError(f"a binary logit needs two categories; '{outcome}' has {[*map(str, categories)]}")
    family = Family.MULTINOMIAL if method == Method.MULTINOMIAL else Family.CUMULATIVE
    if family == Family.CUMULATIVE and len(categories) > 2 and _unordered(known[outcome]):
        raise ValueError(f"the labels of '{outcome}' have no order: make it an ordered categorical")
    free = list(regressors) if family == Family.MULTINOMIAL else [r for r in regressors if r in varying]
    same, own, both = two_kinds(known, regressors, free)
    clusters = None if cluster is None else known[cluster]
    found = fit(family, both, category_numbers(known[outcome], categories), clusters)
    model = Model(found, known, categories, same, own, method)
    if free and family == Family.CUMULATIVE and _negative(found):
        raise NotComputable(Reason.NEGATIVE_PROBABILITY)
    return model


def two_kinds(
    known: pd.DataFrame, regressors: Sequence[str], free: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...], Design]:
    """Names of the columns with one coefficient, of those with one a predictor, and the design of both."""
    same = design(known, [name for name in regressors if name not in free], intercept=False)
    own = design(known, free)
    both = Design(same.to_numpy(float).reshape(len(known), -1), own.to_numpy(float))
    return tuple(same.columns), tuple(own.columns[1:]), both


def category_numbers(column: pd.Series, categories: Sequence[object]) -> NDArray[np.int64]:
    """The place of each person's label among the categories, 0..J-1."""
    return column.map({label: place for place, label in enumerate(categories)}).to_numpy(np.int64)


def _enough(known: pd.DataFrame, outcome: str, regressors: Sequence[str]) -> None:
    if known.empty:
        raise NotComputable(Reason.NO_PERSONS)
    if len(known) < FEWEST_PERSONS:
        raise NotComputable(Reason.TOO_FEW)
    if known[outcome].nunique() < 2:
        raise NotComputable(Reason.LITTLE_SPREAD)
    if any(is_category(known[name]) and known[name].nunique() < 2 for name in regressors):
        raise NotComputable(Reason.EMPTY_GROUP)


def _unordered(column: pd.Series) -> bool:
    """Whether a column holds text, whose order would be that of the alphabet."""
    return is_category(column) and not isinstance(column.dtype, pd.CategoricalDtype)


def _negative(found: Fit) -> bool:
    """Whether cut-points with slopes of their own cross within the data."""
    return bool(probabilities(found.family, found.design.predictors(found.params)).min() < 0)


def ordinal_logit(
    data: pd.DataFrame,
    *,
    outcome: str,
    regressors: Sequence[str],
    cluster: str | None = None,
    name: str = "ordinal logit",
) -> Result:
    """Ordinal logit (proportional odds): coefficients, cut-points and log-likelihood.

    Args:
        data: a row a person; rows with a missing value take no part.
        outcome: column with the ordered category: numbers or a categorical, not text.
        regressors: columns of numbers, booleans or labels (the first label is the reference).
        cluster: column with the cluster; None for independent persons.
        name: name of the result.

    Returns:
        An estimate for each regressor, for each cut-point (name ``"cut"``, group ``"a|b"``) and of the
        log-likelihood; one with a reason where the model cannot be fitted.

    Estimand: the change in the log odds of a higher category for one unit more of the regressor, the
        same at every cut-point.

    Formula: log odds of P(Y <= j) are cut_j - x'b; maximum likelihood, observed information.

    Interval: normal from the observed information; with clusters t(G-1) with CR3 (a leave-one-cluster-out
        Newton step, which for the binary logit is CR3 of clubSandwich).

    Source: McCullagh (1980); Agresti (2010), ch. 3; equals R ordinal::clm and MASS::polr, Stata ologit.
    """
    return _coefficients(data, outcome, regressors, (), cluster, Method.ORDERED, name)


def binary_logit(
    data: pd.DataFrame,
    *,
    outcome: str,
    regressors: Sequence[str],
    cluster: str | None = None,
    name: str = "binary logit",
) -> Result:
    """Binary logit: coefficients, intercept and log-likelihood.

    Args:
        data, regressors, cluster, name: as in :func:`ordinal_logit`.
        outcome: column with two values; the higher one (True, 1, the last label) is modelled.

    Returns:
        An estimate for each regressor, the intercept and the log-likelihood; one with a reason where the
        model cannot be fitted, as under perfect separation.

    Raises:
        ValueError: more than two values.

    Estimand: the change in the log odds of the higher value for one unit more of the regressor.

    Formula: log odds of P(Y = 1) are a + x'b; maximum likelihood.

    Interval: normal from the information; with clusters t(G-1) with CR3 as in clubSandwich.

    Source: McCullagh and Nelder (1989), ch. 4; equals R glm(binomial) and Stata logit; CR3 equals
        clubSandwich::vcovCR.
    """
    return _coefficients(data, outcome, regressors, (), cluster, Method.BINARY, name)


def multinomial_logit(
    data: pd.DataFrame,
    *,
    outcome: str,
    regressors: Sequence[str],
    cluster: str | None = None,
    name: str = "multinomial logit",
) -> Result:
    """Multinomial logit: coefficients of each category against the first, and log-likelihood.

    Args:
        data, regressors, cluster, name: as in :func:`ordinal_logit`.
        outcome: column with the category; the first label is the base.

    Returns:
        An estimate for each regressor and category (the group), and the log-likelihood; one with a
        reason where the model cannot be fitted.

    Estimand: the change in the log odds of a category against the first for one unit more of the
        regressor.

    Formula: P(Y = j) is proportional to exp(a_j + x'b_j), with zeros for the first category; maximum
        likelihood.

    Interval: normal from the information; with clusters t(G-1) with CR3.

    Source: Agresti (2013), ch. 8; equals R nnet::multinom, VGAM::vglm(multinomial) and Stata mlogit.
    """
    return _coefficients(data, outcome, regressors, (), cluster, Method.MULTINOMIAL, name)


def partial_proportional_odds(
    data: pd.DataFrame,
    *,
    outcome: str,
    regressors: Sequence[str],
    varying: Sequence[str],
    cluster: str | None = None,
    name: str = "partial proportional odds",
) -> Result:
    """Generalised ordered logit in which some regressors have a coefficient for each cut-point.

    Args:
        data, outcome, regressors, cluster, name: as in :func:`ordinal_logit`.
        varying: those of the regressors whose coefficient may differ over the cut-points.

    Returns:
        An estimate for each parallel regressor, for each varying one at each cut-point (group
        ``"a|b"``), for each cut-point (``"cut"``) and the log-likelihood; one with a reason where the
        model cannot be fitted or gives a person a negative probability.

    Raises:
        ValueError: a varying column that is no regressor.

    Estimand: the change in the log odds of a category above cut-point j for one unit more of the
        regressor.

    Formula: log odds of P(Y > j) are -cut_j + x'b + z'c_j; maximum likelihood, observed information.

    Interval: normal from the observed information; with clusters t(G-1) with CR3.

    Source: Peterson and Harrell (1990); Williams (2006); equals Stata gologit2, R ordinal::clm(nominal=)
        and, but for its expected information, VGAM::vglm(cumulative(parallel = FALSE ~ ...)).
    """
    strangers = [item for item in varying if item not in regressors]
    if strangers or not varying:
        raise ValueError(f"varying must name some of the regressors {list(regressors)}; got {list(varying)}")
    method = Method.PARTIAL_PROPORTIONAL_ODDS
    return _coefficients(data, outcome, regressors, varying, cluster, method, name)


def _coefficients(
    data: pd.DataFrame,
    outcome: str,
    regressors: Sequence[str],
    varying: Sequence[str],
    cluster: str | None,
    method: Method,
    name: str,
) -> Result:
    known, dropped = known_rows(data, outcome, regressors, cluster)
    try:
        model = fitted(known, outcome, regressors, method=method, varying=varying, cluster=cluster)
    except NotComputable as problem:
        reason = Estimate.not_computable(
            name, problem.reason, unit=Unit.LOG_ODDS, n=len(known), method=method
        )
        return Result(name, (reason,), dropped)
    return Result(name, (*_rows(model), _log_likelihood(model)), dropped)


def _rows(model: Model) -> list[Estimate]:
    """Coefficients in the order: parallel, varying, then cut-points or intercepts."""
    found, bounds = model.fit, model.boundaries
    a, m = len(model.parallel), len(bounds)
    binary = model.method == Method.BINARY
    cuts = found.family == Family.CUMULATIVE and not binary
    names = [(column, "") for column in model.parallel]
    names += [("cut" if cuts else "intercept", "" if binary else bound) for bound in bounds]
    names += [(column, bound) for column in model.varying for bound in bounds]
    sign = np.ones(len(names))
    sign[a : a + m] = -1 if cuts else 1  # a cut-point is minus the intercept of P(Y > j)
    errors = np.sqrt(np.diag(found.covariance))
    order = [*range(a), *range(a + m, len(names)), *range(a, a + m)]
    sizes = _sizes(model)
    return [
        estimate(
            model,
            *names[k],
            sign[k] * found.params[k],
            errors[k],
            Unit.LOG_ODDS,
            smallest=sizes.get(names[k][0]),
        )
        for k in order
    ]


def _sizes(model: Model) -> dict[str, int]:
    """For a regressor of zeros and ones, the number of persons with the rarer of the two."""
    now = model.fit.design
    columns = zip(
        (*model.parallel, "intercept", *model.varying), np.hstack([now.parallel, now.varying]).T, strict=True
    )
    two = {name: column for name, column in columns if name != "intercept" and set(column) <= {0.0, 1.0}}
    return {name: int(min(column.sum(), len(column) - column.sum())) for name, column in two.items()}


def estimate(
    model: Model,
    name: str,
    group: str,
    value: float,
    error: float,
    unit: Unit,
    *,
    method: Method | None = None,
    smallest: int | None = None,
) -> Estimate:
    """A number of the model with the interval that its clusters call for."""
    return Estimate.from_standard_error(
        name,
        float(value),
        float(error),
        interval=Interval.T_G1_CR3 if model.fit.clustered else Interval.NORMAL,
        df=model.fit.df,
        group=group,
        unit=unit,
        n=len(model.known),
        smallest=smallest,
        method=method or model.method,
    )


def _log_likelihood(model: Model) -> Estimate:
    value = model.fit.log_likelihood
    return Estimate("log-likelihood", value=value, n=len(model.known), method=model.method)


def delta_errors(found: Fit, gradient: Matrix) -> Matrix:
    """Standard errors by the delta method of numbers with this gradient, shape (numbers, p)."""
    return np.sqrt(np.einsum("ap,pq,aq->a", gradient, found.covariance, gradient))
