"""A lottery of persons: its effect, for all and by group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats import arms, frames, linear
from kansen_lib.stats.gaps.standardised import TwoGroups, correction
from kansen_lib.stats.linear import LinearFit
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

Vector = NDArray[np.float64]

#: Regressor that is 1 for the treated; no column of a user is called so.
DRAWN = "(drawn)"

#: Effects of a lottery of clusters or within sites, by name and group, with their units.
EFFECTS = {
    ("effect", ""): Unit.OUTCOME,
    ("effect size, within", "conditional"): Unit.SD,
    ("effect size, total", "conditional"): Unit.SD,
    ("effect size, within", "unconditional"): Unit.SD,
    ("effect size, total", "unconditional"): Unit.SD,
}


def individual_trial(
    data: pd.DataFrame,
    *,
    outcome: str,
    treated: str,
    covariates: Sequence[str] = (),
    block: str | None = None,
    scale: float | None = None,
    name: str = "individual trial",
    group: str = "",
) -> Result:
    """Intention-to-treat effect of a lottery among persons, in raw units and in standard deviations.

    Estimand: the mean outcome if all were drawn minus that if none were, whoever took part; within blocks
    averaged with weights n p(1 - p) of the block.

    Formula: least squares of the outcome on assignment, covariates and a dummy for each block. Hedges g:
    J(m) b / s, with s the standard deviation pooled within arms (m = n - 2; unconditional: of the outcome
    itself, without the treatment effect in it) and J the exact gamma correction. With a ``scale`` fixed
    beforehand: b / scale, without correction.

    Interval: 95% t with n - k degrees of freedom, HC3. Of g normal, with standard error
    J sqrt(se2/s2 + d2/(2m)). P-value of the null of no effect.

    Source: Gerber and Green (2012), chapters 3-4; Hedges (1981); equals ``lm_robust(se_type = "HC3")`` of
    the R package estimatr, and for g ``escalc("SMD")`` of metafor.

    Args:
        data: one row a person; rows with a missing value take no part, nor do persons alone in a block.
        outcome: score column.
        treated: column with True for those who were drawn.
        covariates: columns of before the lottery.
        block: column with the block (school) within which was drawn.
        scale: standard deviation to divide by, fixed beforehand.
        name: name of the result.
        group: label of the persons that it is about.

    Returns:
        ``"effect"`` in the unit of the outcome and ``"effect size"`` in standard deviations.
    """
    frames.distinct(outcome, [treated], covariates)
    if scale is not None and not scale > 0:
        raise ValueError(f"the scale is {scale}; it is a standard deviation, above 0")
    known, dropped = prepared(data, [outcome, treated, *covariates], block)
    facts = {"group": group, "n": len(known), "method": Method.ANCOVA}
    drawn = arms.indicator(known[treated])
    try:
        arms.require(drawn)
        y = frames.numbers(known, outcome)
        fit = linear.fit(design(known, drawn, covariates, block), y)
        found = (_raw(fit, drawn, facts), _size(fit, y, drawn, scale, facts))
    except NotComputable as reason:
        units = {"effect": Unit.OUTCOME, "effect size": Unit.SD}
        found = tuple(
            Estimate.not_computable(label, str(reason), unit=unit, **facts) for label, unit in units.items()
        )
    return Result(name, found, dropped=dropped)


def effect_by_group(
    data: pd.DataFrame,
    *,
    outcome: str,
    treated: str,
    group: str,
    covariates: Sequence[str] = (),
    block: str | None = None,
    cluster: str | None = None,
    name: str = "effect by group",
) -> Result:
    """Effect of a lottery in each group, what it does to the gap, and the level of each arm in each group.

    Estimand: the intention-to-treat effect among the persons of each group; the effect of each group minus
    that of the first: by how much the lottery changes the gap. A gap can close because a level falls: the
    mean outcome of both arms of each group stands beside it.

    Formula: least squares of the outcome on group, group times assignment, covariates and block dummies;
    levels from the model without covariates and blocks.

    Interval: 95% t: HC3 with n - k degrees of freedom, with clusters CR2 with Satterthwaite. P-values of
    the null of no effect, and of equal effects.

    Source: Gerber and Green (2012), chapter 9; equals ``lm_robust`` of the R package estimatr ("HC3") and
    ``coef_test(vcov = "CR2")`` of clubSandwich.

    Args:
        data: one row a person; rows with a missing value take no part.
        outcome: score column.
        treated: column with True for those who were drawn.
        group: column with the group; the first label is the one to compare with.
        covariates: columns of before the lottery.
        block: column with the block within which was drawn.
        cluster: column with the clusters that were drawn.
        name: name of the result.

    Returns:
        ``"effect"``, ``"level treated"`` and ``"level untreated"`` of each group, ``"difference of
        effects"`` of each group after the first.
    """
    frames.distinct(outcome, [treated], covariates)
    known, dropped = prepared(data, [outcome, treated, group, *covariates, cluster], block)
    facts = {"unit": Unit.OUTCOME, "n": len(known), "method": Method.BY_GROUP}
    drawn = arms.indicator(known[treated])
    try:
        labels = frames.labels(known[group])
        if len(labels) < 2:
            raise NotComputable(Reason.EMPTY_GROUP)
        clusters = None if cluster is None else known[cluster]
        cells = cells_of(known[group], drawn, labels, clusters)
        found = tuple(_by_group(known, cells, outcome, covariates, block, clusters, facts))
    except NotComputable as reason:
        found = (Estimate.not_computable("effect", str(reason), **facts),)
    return Result(name, found, dropped=dropped)


def prepared(
    data: pd.DataFrame, columns: Iterable[str | None], block: str | None
) -> tuple[pd.DataFrame, tuple[int, int]]:
    """Rows without missing values and not alone in their block, blocks as labels; and what was dropped."""
    known, (dropped, given) = frames.complete(data, [*columns, block])
    if block is None:
        return known, (dropped, given)
    shared = known.groupby(block)[block].transform("size") > 1
    known = known[shared].reset_index(drop=True)
    known = known.assign(**{block: pd.Categorical(known[block])})
    return known, (given - len(known), given)


def design(
    known: pd.DataFrame, drawn: Vector, covariates: Sequence[str], block: str | None = None
) -> pd.DataFrame:
    """Regressors: intercept, :data:`DRAWN`, covariates and block dummies."""
    rest = frames.design(known, [*covariates, *([] if block is None else [block])])
    rest.insert(1, DRAWN, drawn)
    return rest


def refused(
    names: Mapping[tuple[str, str], Unit], problem: NotComputable, *, n: int, method: Method
) -> list[Estimate]:
    """Each estimate of a trial that could not be computed, by name and group, with the reason."""
    return [
        Estimate.not_computable(label, problem.reason, group=group, unit=unit, n=n, method=method)
        for (label, group), unit in names.items()
    ]


def _raw(fit: LinearFit, drawn: Vector, facts: dict) -> Estimate:
    value, error, df = fit.contrast(DRAWN)
    return Estimate.from_standard_error(
        "effect",
        value,
        error,
        df=df,
        interval=Interval.T_HC3,
        unit=Unit.OUTCOME,
        smallest=arms.smallest(drawn),
        **facts,
    )


def _size(fit: LinearFit, y: Vector, drawn: Vector, scale: float | None, facts: dict) -> Estimate:
    value, error, df = fit.contrast(DRAWN)
    facts = {"unit": Unit.SD, "smallest": arms.smallest(drawn), **facts}
    if scale is not None:
        return Estimate.from_standard_error(
            "effect size", value / scale, error / scale, df=df, interval=Interval.T_HC3, **facts
        )
    arm = TwoGroups.of(y[drawn == 0], y[drawn == 1])
    sd, own = arm.deviation, arm.df
    spread = np.sqrt((error / sd) ** 2 + (value / sd) ** 2 / (2 * own))
    factor = correction(own)
    return Estimate.from_standard_error(
        "effect size", factor * value / sd, factor * spread, interval=Interval.NORMAL, **facts
    )


def effect_of(label: object) -> str:
    """The regressor of :func:`model_by_group` whose coefficient is the effect in a group."""
    return f"(effect) {label}"


def cells_of(
    group: pd.Series, drawn: Vector, labels: list, clusters: pd.Series | None
) -> dict[tuple[object, int], Vector]:
    """Indicator of each arm in each group.

    Raises:
        NotComputable: too few persons or clusters in one of them.
    """
    cells = {
        (label, arm): ((group == label).to_numpy() & (drawn == arm)).astype(float)
        for label in labels
        for arm in (0, 1)
    }
    for label in labels:
        own = (group == label).to_numpy()
        arms.require(drawn[own], None if clusters is None else clusters[own])
    return cells


def model_by_group(
    known: pd.DataFrame,
    cells: dict[tuple[object, int], Vector],
    outcome: str,
    covariates: Sequence[str],
    block: str | None,
    clusters: pd.Series | None,
) -> LinearFit:
    """Least squares of the outcome on group, group times assignment, covariates and block dummies."""
    labels = list(dict.fromkeys(label for label, _ in cells))
    rest = frames.design(known, [*covariates, *([] if block is None else [block])], intercept=False)
    effects = {effect_of(label): cells[label, 1] for label in labels}
    levels = {f"(level) {label}": cells[label, 0] + cells[label, 1] for label in labels}
    columns = pd.DataFrame(levels | effects, index=known.index)
    return linear.fit(pd.concat([columns, rest], axis=1), frames.numbers(known, outcome), cluster=clusters)


def _by_group(
    known: pd.DataFrame,
    cells: dict[tuple[object, int], Vector],
    outcome: str,
    covariates: Sequence[str],
    block: str | None,
    clusters: pd.Series | None,
    facts: dict,
) -> Iterator[Estimate]:
    labels = list(dict.fromkeys(label for label, _ in cells))
    fit = model_by_group(known, cells, outcome, covariates, block, clusters)
    facts = facts | {"interval": Interval.T_HC3 if clusters is None else Interval.T_CR2}
    sizes = {label: [int(cells[label, arm].sum()) for arm in (0, 1)] for label in labels}
    for label in labels:
        yield _contrast(fit, {effect_of(label): 1.0}, "effect", label, sizes[label], facts)
    first = labels[0]
    for label in labels[1:]:
        weights = {effect_of(label): 1.0, effect_of(first): -1.0}
        both = sizes[label] + sizes[first]
        yield _contrast(fit, weights, "difference of effects", label, both, facts)
    raw = pd.DataFrame({f"{label} {arm}": cell for (label, arm), cell in cells.items()}, index=known.index)
    fit = linear.fit(raw, frames.numbers(known, outcome), cluster=clusters)
    for label in labels:
        for arm, word in ((1, "level treated"), (0, "level untreated")):
            size = [sizes[label][arm]]
            yield _contrast(fit, {f"{label} {arm}": 1.0}, word, label, size, facts)


def _contrast(
    fit: LinearFit, weights: dict[str, float], name: str, label: object, sizes: list[int], facts: dict
) -> Estimate:
    value, error, df = fit.contrast(weights)
    facts = facts | {"n": sum(sizes), "smallest": min(sizes)}
    return Estimate.from_standard_error(name, value, error, df=df, group=str(label), **facts)
