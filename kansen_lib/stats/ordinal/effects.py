"""Average marginal effects of logit models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats.frames import is_category, labels
from kansen_lib.stats.ordinal.likelihood import (
    Design,
    Family,
    derivatives,
    gradient_of,
    mean_gradient,
    probabilities,
)
from kansen_lib.stats.ordinal.models import Model, delta_errors, estimate, fitted, known_rows
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Method, Unit

#: Name of each kind of model, its estimator, and the words for its average marginal effect.
MODELS = {
    "ordinal": (Method.ORDERED, Method.ORDERED_EFFECT),
    "binary": (Method.BINARY, Method.BINARY_EFFECT),
    "multinomial": (Method.MULTINOMIAL, Method.MULTINOMIAL_EFFECT),
}
#: Group of the effect on the expected place.
EXPECTED = "expected place"

Statistic = Callable[[NDArray], NDArray]


def average_marginal_effects(
    data: pd.DataFrame,
    *,
    outcome: str,
    regressors: Sequence[str],
    of: str | Sequence[str],
    model: str = "ordinal",
    varying: Sequence[str] = (),
    cluster: str | None = None,
    name: str = "average marginal effects",
) -> Result:
    """Average marginal effect of regressors, each by itself, on the probability of each category.

    A number has a derivative. With labels (or True and False) every person is set to each of them in
    turn, all dummies of the column together, and compared with the same persons at the first one.

    Args:
        data: a row a person; rows with a missing value take no part.
        outcome: column with the category.
        regressors: columns of the model.
        of: the regressor whose effect is wanted, or several of one fitted model.
        model: ``"ordinal"``, ``"binary"`` or ``"multinomial"``.
        varying: regressors of an ordinal model with a coefficient for each cut-point.
        cluster: column with the cluster; None for independent persons.
        name: name of the result.

    Returns:
        For each regressor (or ``regressor[label]``) an estimate for each category (the group, as text), in
        shares of one; with numbers as ordered outcome also on the expected place (group ``"expected
        place"``).

    Raises:
        ValueError: ``of`` is no regressor, or an unknown model.

    Estimand: how much the probability of a category differs with the regressor at the values that the
        persons have, on average over them; a comparison at equal other regressors and no causal effect.

    Formula: mean_i [P(Y = j | x_i, of = label) - P(Y = j | x_i, of = first)], or
        mean_i dP(Y = j | x_i)/d of.

    Interval: delta method with the gradient by complex steps; normal from the observed information, with
        clusters t(G-1) with CR3. The regressors of the persons are taken as given.

    Source: Williams (2012), Stata Journal 12(2); Long and Freese (2014), ch. 4 and 7; equals Stata
        margins, dydx() and R marginaleffects::avg_slopes.
    """
    wanted = [of] if isinstance(of, str) else list(of)
    method, effect = _methods(regressors, wanted, model, varying)
    known, dropped = known_rows(data, outcome, regressors, cluster)
    try:
        found = fitted(known, outcome, regressors, method=method, varying=varying, cluster=cluster)
    except NotComputable as problem:
        reason = Estimate.not_computable(name, problem.reason, unit=Unit.POINTS, n=len(known), method=effect)
        return Result(name, (reason,), dropped)
    rows = [row for one in wanted for part in _parts(found, one) for row in _estimates(found, part, effect)]
    return Result(name, tuple(rows), dropped)


class _Effect(NamedTuple):
    """Change in the chance of each category, its gradient (J, p), and the smaller of two groups."""

    name: str
    smallest: int | None
    values: NDArray
    gradient: NDArray


def _parts(model: Model, of: str) -> list[_Effect]:
    """Each effect of a regressor: one a label after the first, or the derivative."""
    if _stepwise(model.known[of]):
        return _discrete(model, of)
    slope, params = _derivative(model, of), model.fit.params
    return [_Effect(of, None, slope(params), gradient_of(slope, params))]


def _methods(
    regressors: Sequence[str], wanted: Sequence[str], model: str, varying: Sequence[str]
) -> tuple[Method, Method]:
    """The estimator and the words for its effect; refuses what cannot be combined."""
    if not set(wanted) <= set(regressors) or model not in MODELS:
        raise ValueError(
            f"'of' must be regressors of {list(regressors)} and model one of {list(MODELS)}; "
            f"got of={list(wanted)}, model='{model}'"
        )
    if not varying:
        return MODELS[model]
    if model != "ordinal" or not set(varying) <= set(regressors):
        raise ValueError(f"varying needs an ordinal model and regressors of it; got {list(varying)}")
    return Method.PARTIAL_PROPORTIONAL_ODDS, Method.PARTIAL_EFFECT


def _stepwise(column: pd.Series) -> bool:
    """Whether the effect is a step between labels and not a derivative."""
    return is_category(column) or pd.api.types.is_bool_dtype(column)


def _discrete(model: Model, of: str) -> list[_Effect]:
    """For each label after the first: everybody with it against everybody with the first."""
    column = model.known[of]
    first, *others = labels(column)
    sizes, (chance, gradient) = column.value_counts(), _mean(model, of, first)
    found = []
    for label in others:
        with_it, its_gradient = _mean(model, of, label)
        smallest = int(min(sizes[label], sizes[first]))
        found.append(_Effect(f"{of}[{label}]", smallest, with_it - chance, its_gradient - gradient))
    return found


def _mean(model: Model, of: str, label: object) -> tuple[NDArray, NDArray]:
    """Mean chance of each category were everybody to have the label, and its gradient."""
    world, (family, params) = as_if(model, of, label), (model.fit.family, model.fit.params)
    chance = probabilities(family, world.predictors(params)).mean(axis=0)
    return chance, mean_gradient(family, world, params)


def as_if(model: Model, of: str, label: object) -> Design:
    """The same persons, all with this label: every dummy of the column set together."""

    def moved(matrix: NDArray, columns: Sequence[str]) -> NDArray:
        world = matrix.copy()
        for place, column in enumerate(columns):
            if column == of:
                world[:, place] = float(label)  # True or False
            elif column.startswith(f"{of}["):
                world[:, place] = float(column == f"{of}[{label}]")
        return world

    now = model.fit.design
    return Design(moved(now.parallel, model.parallel), moved(now.varying, ["intercept", *model.varying]))


def _derivative(model: Model, of: str) -> Statistic:
    design, family = model.fit.design, model.fit.family
    a, m = len(model.parallel), len(model.boundaries)

    def slope(params: NDArray) -> NDArray:
        if of in model.parallel:
            return np.repeat(params[model.parallel.index(of)], m)
        start = a + m * (1 + model.varying.index(of))
        return params[start : start + m]

    return lambda params: derivatives(family, design.predictors(params), slope(params)).mean(axis=0)


def _estimates(model: Model, part: _Effect, effect: Method) -> list[Estimate]:
    """An estimate for each category, and for the expected place where the categories are numbers."""
    groups, values, gradient = [str(label) for label in model.categories], part.values, part.gradient
    units = [Unit.POINTS] * len(groups)
    if model.fit.family == Family.CUMULATIVE and model.method != Method.BINARY and _numbers(model):
        places = np.asarray(model.categories, float)
        values, gradient = np.append(values, places @ values), np.vstack([gradient, places @ gradient])
        groups, units = [*groups, EXPECTED], [*units, Unit.STEPS]
    errors = delta_errors(model.fit, gradient)
    facts = zip(groups, values, errors, units, strict=True)
    return [estimate(model, part.name, *row, method=effect, smallest=part.smallest) for row in facts]


def _numbers(model: Model) -> bool:
    return all(
        isinstance(label, int | float | np.number) and not isinstance(label, bool)
        for label in model.categories
    )
