"""Effects of a start that differs between units in time: by group and time, and named averages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from kansen_lib.stats.panel import group_time, reading
from kansen_lib.stats.panel.aggregation import Averages, Effect, cell_effects
from kansen_lib.stats.panel.group_time import Sample, Settings
from kansen_lib.stats.panel.reading import Matrix
from kansen_lib.stats.panel.two_by_two import ESTIMATORS
from kansen_lib.stats.result import LEVEL, Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

#: With fewer clusters the errors come from leaving each cluster out.
MANY_CLUSTERS = 40

#: Settings that are words, with the words that there are.
CHOICES = {
    "control": ("never", "not yet"),
    "estimator": tuple(ESTIMATORS),
    "base": ("varying", "universal"),
    "errors": (None, "influence", "jackknife"),
}


@dataclass(frozen=True)
class EventStudy(Result):
    """Effects by length of exposure with their covariance: what :func:`honest_bounds` takes.

    Attributes:
        exposures: periods since the start, without the base; empty when nothing could be computed.
        path: effect at each exposure.
        covariance: of ``path``, row by row.
        base: "universal" when the earlier effects are differences from the last period before the start.
        df: degrees of freedom of the errors; None for the normal distribution.
    """

    exposures: tuple[int, ...] = ()
    path: tuple[float, ...] = ()
    covariance: tuple[tuple[float, ...], ...] = ()
    base: str = "universal"
    df: float | None = None


@dataclass(frozen=True)
class _Spread:
    """Deviations of each effect whose cross-product is the covariance; shape (G, K)."""

    deviations: Matrix
    df: float | None
    interval: Interval

    def covariance(self, columns: list[int]) -> Matrix:
        part = self.deviations[:, columns]
        return part.T @ part


def group_time_effects(
    data: pd.DataFrame,
    *,
    outcome: str,
    unit: str | None,
    time: str,
    first: str,
    covariates: Sequence[str] = (),
    control: str = "never",
    estimator: str = "dr",
    base: str = "varying",
    anticipation: int = 0,
    cluster: str | None = None,
    errors: str | None = None,
    draws: int = 1000,
    seed: int,
    name: str = "effect",
) -> EventStudy:
    """Effects by group and time of Callaway and Sant'Anna, and four overall effects, each by name.

    Estimand: for those first treated in period g, the average effect in period t on the treated,
    ATT(g,t), if without treatment their outcome had changed as that of the comparison group with the
    same covariates. Averages: "simple" over all treated groups and periods, by the share of persons
    in the group; "group" over groups of each group's mean over periods; "dynamic" the plain mean over
    lengths of exposure e >= 0 of "e=..."; "calendar" the plain mean over periods of "t=...".

    Formula: ATT(g,t) is the change of the outcome from the last period before g (before g: from the
    period before t, or with base "universal" from the last before g) in group g, minus that in the
    comparison group, by outcome regression ("reg"), inverse probability weighting ("ipw") or both
    ("dr", doubly robust; of repeated cross-sections the locally efficient one).

    Interval: normal, from influence functions summed by cluster (no small-sample factor); with fewer
    than 40 clusters t with G - 1 degrees of freedom from the cluster jackknife around the estimate
    (CV3). "..., simultaneous": all of them together, from a multiplier bootstrap with Mammen weights.
    "pre-trend": Wald test that all effects before the start are zero, chi-squared on their number of
    degrees of freedom; with the jackknife F on their number and (its ``df``) G - 1.

    Source: Callaway and Sant'Anna (2021), equations 2.2 to 3.11; Sant'Anna and Zhao (2020); jackknife:
    MacKinnon, Nielsen and Webb (2023). Equals R did and DRDID, csdid and diff-diff.

    Args:
        data: one row a unit and period, or, with ``unit`` None, one row a person.
        unit: None for repeated cross-sections. Units of a panel that are not seen in every period are
            left out and counted in ``dropped``, as are those treated from the first period on.
        first: period of first treatment, 0 or infinity for never (0 as text too); rows without it drop.
        covariates: of the earlier period in a panel, of the person in cross-sections.
        control: "never" treated, or those "not yet" treated as well.
        anticipation: number of periods before the start in which an effect may show.
        cluster: None for the unit.
        errors: "influence" or "jackknife"; None chooses by the number of clusters.
        draws: of the multiplier bootstrap.
        name: of the estimates; groups are "simple", "group", "dynamic", "calendar", "e=2", "g=2005",
            "t=2006", "g=2005, t=2006" and "pre-trend".

    Raises:
        ValueError: an absent column, or a word that is no choice.
    """
    _check_choices(control=control, estimator=estimator, base=base, errors=errors)
    if anticipation < 0:
        raise ValueError(f"anticipation is {anticipation}; it is a number of periods, 0 or more")
    settings = Settings(control, estimator, base, anticipation)
    found = reading.rows(
        data, outcome=outcome, unit=unit, time=time, first=first, covariates=covariates, cluster=cluster
    )
    try:
        staggered = reading.staggered(found, anticipation)
        known = group_time.sample(staggered, settings, panel=unit is not None)
        cells = group_time.cells(known, settings)
        if not cells:
            raise NotComputable(Reason.NO_STARTS)
    except NotComputable as error:
        refused = Estimate.not_computable(name, error.reason, group="simple", method=Method.ATT_SIMPLE)
        return EventStudy(name, (refused,), dropped=found.dropped, base=base)
    effects = Averages(known, cells).all() + cell_effects(cells)
    spread = _spread(known, settings, effects, errors)
    words = known.rows.words
    estimates = [_estimate(name, effect, spread, index, words) for index, effect in enumerate(effects)]
    estimates.append(_pre_trend(name, known, effects, spread))
    estimates += _simultaneous(name, effects, spread, words, draws, seed)
    return _with_path(Result(name, tuple(estimates), known.rows.dropped), effects, spread, base)


def _check_choices(**given: str | None) -> None:
    for key, word in given.items():
        if word not in CHOICES[key]:
            raise ValueError(f"{key} is {word!r}: choose one of {CHOICES[key]}")


def _spread(known: Sample, settings: Settings, effects: list[Effect], errors: str | None) -> _Spread | None:
    """None with a single cluster."""
    clusters = np.unique(known.cluster)
    if len(clusters) < 2:
        return None
    if errors == "influence" or (errors is None and len(clusters) >= MANY_CLUSTERS):
        code = np.searchsorted(clusters, known.cluster)
        deviations = np.zeros((len(clusters), len(effects)))
        for index, effect in enumerate(effects):
            if not effect.reason:
                deviations[:, index] = np.bincount(code, effect.influence, len(clusters)) / len(code)
        return _Spread(deviations, None, Interval.INFLUENCE)
    return _jackknife(known, settings, effects, clusters)


def _jackknife(known: Sample, settings: Settings, effects: list[Effect], clusters: Matrix) -> _Spread:
    deviations = np.full((len(clusters), len(effects)), np.nan)
    for row, cluster in enumerate(clusters):
        rest = known.without(cluster)
        cells = group_time.cells(rest, settings)
        again = {e.key: e.value for e in Averages(rest, cells).all() + cell_effects(cells)} if cells else {}
        for index, effect in enumerate(effects):
            value = again.get(effect.key)
            if value is not None and effect.value is not None:
                deviations[row, index] = value - effect.value
    scale = np.sqrt((len(clusters) - 1) / len(clusters))
    return _Spread(scale * deviations, len(clusters) - 1.0, Interval.T_JACKKNIFE)


def _label(effect: Effect, words: dict[float, str]) -> str:
    kind, one, two = effect.key
    if kind == "cell":
        return f"g={words[one]}, t={words[two]}"
    if kind == "e":
        return f"e={one:g}"
    return f"{kind}={words[one]}" if kind in ("g", "t") else kind


def _is_base(effect: Effect) -> bool:
    """Zero by construction, as the base of a universal path is."""
    return effect.value == 0 and not np.any(effect.influence)


def _estimate(
    name: str, effect: Effect, spread: _Spread | None, index: int, words: dict[float, str]
) -> Estimate:
    facts = {"group": _label(effect, words), "n": effect.size[0], "method": effect.method, "unit": Unit.SCORE}
    if effect.value is None:
        return Estimate.not_computable(name, effect.reason, **facts)
    if _is_base(effect):
        return Estimate.not_computable(name, Reason.BASE_PERIOD, **facts)
    if spread is None:
        return Estimate.not_computable(name, Reason.FEW_CLUSTERS, **facts)
    error = float(np.sqrt((spread.deviations[:, index] ** 2).sum()))
    if not np.isfinite(error):  # without one of the clusters there is no such effect
        return Estimate.not_computable(name, Reason.FEW_CLUSTERS, **facts)
    return Estimate.from_standard_error(
        name, effect.value, error, interval=spread.interval, df=spread.df, smallest=effect.size[1], **facts
    )


def _known(effects: list[Effect], spread: _Spread) -> list[int]:
    """The effects that have a value and an error."""
    size = np.sqrt((spread.deviations**2).sum(axis=0))
    return [
        index
        for index, effect in enumerate(effects)
        if effect.value is not None
        and np.isfinite(size[index])
        and size[index] > 1e-9 * abs(effect.value)
        and not _is_base(effect)
    ]


def _pre_trend(name: str, known: Sample, effects: list[Effect], spread: _Spread | None) -> Estimate:
    """Wald test of all effects before the start; F where the errors have degrees of freedom."""
    facts = {
        "group": "pre-trend",
        "n": len(known.first),
        "method": Method.PRE_TREND,
        "unit": Unit.CHI_SQUARED,
    }
    if spread is None:
        return Estimate.not_computable(name, Reason.FEW_CLUSTERS, **facts)
    usable = set(_known(effects, spread))
    before = [
        i for i, e in enumerate(effects) if e.key[0] == "cell" and e.key[2] < e.key[1] and not _is_base(e)
    ]
    if not before:
        return Estimate.not_computable(name, Reason.NO_EARLIER, **facts)
    if not set(before) <= usable:
        return Estimate.not_computable(name, Reason.NOT_IDENTIFIED, **facts)
    return wald(
        name, np.array([effects[i].value for i in before]), spread.covariance(before), spread.df, facts
    )


def wald(name: str, value: Matrix, covariance: Matrix, df: float | None, facts: dict) -> Estimate:
    """Joint test of zero: chi-squared, or with ``df`` the F on the number of effects and these."""
    if np.linalg.matrix_rank(covariance) < len(value):
        return Estimate.not_computable(name, Reason.FEW_CLUSTERS, **facts)
    statistic, q = float(value @ np.linalg.solve(covariance, value)), len(value)
    if df is None:
        return Estimate(
            name, value=statistic, p_value=float(stats.chi2.sf(statistic, q)), df=float(q), **facts
        )
    facts = {**facts, "unit": Unit.STATISTIC}
    p_value = float(stats.f.sf(statistic / q, q, df))
    return Estimate(name, value=statistic / q, p_value=p_value, df=float(df), **facts)


def _simultaneous(
    name: str, effects: list[Effect], spread: _Spread | None, words: dict[float, str], draws: int, seed: int
) -> list[Estimate]:
    """Bands over the path, and over all groups and periods, each at its own critical value."""
    if spread is None:
        return []
    rng, found = np.random.default_rng(seed), []
    for kind in ("e", "cell"):
        columns = [i for i in _known(effects, spread) if effects[i].key[0] == kind]
        if not columns:
            continue
        critical = _critical(spread.deviations[:, columns], draws, rng)
        for index in columns:
            plain = _estimate(name, effects[index], spread, index, words)
            if plain.value is not None:
                half = critical * plain.standard_error
                found.append(
                    replace(
                        plain,
                        name=f"{name}, simultaneous",
                        interval=Interval.SIMULTANEOUS_MAMMEN,
                        p_value=None,
                        df=None,
                        lower=plain.value - half,
                        upper=plain.value + half,
                    )
                )
    return found


def _critical(deviations: Matrix, draws: int, rng: np.random.Generator) -> float:
    """Quantile of the largest t ratio, multipliers after Mammen (1993) for each cluster."""
    root = np.sqrt(5.0)
    low = rng.random((draws, len(deviations))) < (1 + root) / (2 * root)
    drawn = np.where(low, (1 - root) / 2, (1 + root) / 2) @ deviations
    quarter, three = np.quantile(drawn, [0.25, 0.75], axis=0, method="inverted_cdf")
    scale = (three - quarter) / (2 * stats.norm.ppf(0.75))
    largest = np.abs(drawn[:, scale > 0] / scale[scale > 0]).max(axis=1, initial=0.0)
    pointwise = stats.norm.ppf(0.5 + LEVEL / 2)
    return max(float(np.quantile(largest, LEVEL, method="inverted_cdf")), float(pointwise))


def _with_path(result: Result, effects: list[Effect], spread: _Spread | None, base: str) -> EventStudy:
    columns = [] if spread is None else [i for i in _known(effects, spread) if effects[i].key[0] == "e"]
    wanted = [i for i, effect in enumerate(effects) if effect.key[0] == "e" and not _is_base(effect)]
    facts = {"name": result.name, "estimates": result.estimates, "dropped": result.dropped, "base": base}
    if columns != wanted or not columns:
        return EventStudy(**facts)
    return EventStudy(
        **facts,
        exposures=tuple(int(effects[i].key[1]) for i in columns),
        path=tuple(float(effects[i].value) for i in columns),
        covariance=tuple(map(tuple, spread.covariance(columns).tolist())),
        df=spread.df,
    )
