"""Multiple imputation: completed frames, and one estimate from theirs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from kansen_lib.stats import frames
from kansen_lib.stats.result import Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

#: Rounds of the chained equations before the first completed frame, and between two of them.
ROUNDS = 5

#: Donors of predictive mean matching.
DONORS = 5


def rubin(estimates: Sequence[Estimate], *, df_complete: float | None = None, name: str = "pooled") -> Result:
    """One estimate from the same estimate in each of several imputed frames.

    Estimand: as in the estimates, for all persons and not only those without missing values.

    Formula: value Q = mean; variance T = U + (1 + 1/m) B, with U the mean squared standard error and B
    the variance of the values; relative increase r = (1 + 1/m) B/U; fraction of missing information
    (r + 2/(df + 3))/(r + 1).

    Interval: 95% t with the degrees of freedom of Barnard and Rubin (1999); those of Rubin (1987) when
    ``df_complete`` is None; normal when the imputations do not differ.

    Source: Rubin (1987), eq. 3.1.2 to 3.1.10; Barnard and Rubin (1999); equals pool of R's mice.

    Args:
        estimates: one of each imputation, with a value and a standard error.
        df_complete: degrees of freedom if no value were missing; None for many.
        name: of the pooled estimate.

    Returns:
        The pooled estimate, ``"fraction of missing information"`` and ``"relative increase in variance"``.
    """
    facts = _facts(estimates)
    try:
        value, error, increase, df = _pool(estimates, df_complete)
    except NotComputable as why:
        return Result(name, (Estimate.not_computable(name, why.reason, **facts),))
    kind = Interval.NORMAL if df is None else Interval.T_RUBIN
    pooled = Estimate.from_standard_error(name, value, error, interval=kind, df=df, **facts)
    if pooled.reason:
        return Result(name, (pooled,))
    missing = (increase + (0.0 if df is None else 2 / (df + 3))) / (increase + 1)
    extra = {"fraction of missing information": missing, "relative increase in variance": increase}
    more = [Estimate(key, value=number, **facts | {"unit": Unit.SHARE}) for key, number in extra.items()]
    return Result(name, (pooled, *more))


def _facts(estimates: Sequence[Estimate]) -> dict[str, object]:
    first = estimates[0] if estimates else Estimate.not_computable("", Reason.FEW_IMPUTATIONS)
    sizes = [item.n for item in estimates if item.n is not None]
    n = min(sizes) if sizes else None
    return {"group": first.group, "unit": first.unit, "n": n, "method": Method.RUBIN}


def _pool(
    estimates: Sequence[Estimate], df_complete: float | None
) -> tuple[float, float, float, float | None]:
    """Value, standard error, relative increase in variance and degrees of freedom (None: infinite)."""
    if len(estimates) < 2:
        raise NotComputable(Reason.FEW_IMPUTATIONS)
    for item in estimates:
        if item.value is None:
            raise NotComputable(Reason(item.reason))
        if item.standard_error is None:
            raise ValueError(f"estimate '{item.name}' has no standard error: Rubin's rules need one")
    m = len(estimates)
    values = np.array([item.value for item in estimates])
    within = float(np.mean([item.standard_error**2 for item in estimates]))
    between = (1 + 1 / m) * float(values.var(ddof=1))
    if not within > 0:
        raise NotComputable(Reason.NO_SPREAD)
    part = between / (within + between)
    df = _barnard_rubin(m, part, df_complete)
    return float(values.mean()), float(np.sqrt(within + between)), between / within, df


def _barnard_rubin(m: int, part: float, df_complete: float | None) -> float | None:
    """Degrees of freedom from the part of the variance that is due to missing values."""
    old = (m - 1) / part**2 if part > 0 else None
    if df_complete is None:
        return old
    observed = (df_complete + 1) / (df_complete + 3) * df_complete * (1 - part)
    return observed if old is None else old * observed / (old + observed)


def impute(
    data: pd.DataFrame, columns: Sequence[str], *, imputations: int = 20, seed: int
) -> list[pd.DataFrame]:
    """Frames in which the missing values of some columns are drawn from what the other columns predict.

    Estimand: none: draws of the values that are missing (at random, given the columns).

    Formula: chained equations: each column in turn is regressed on the others, coefficients are drawn,
    and each missing value becomes that of one of the 5 persons whose prediction is nearest (predictive
    mean matching); 5 rounds before the first frame and 5 between two frames.

    Interval: none: the spread between the frames carries the uncertainty, see ``rubin``.

    Source: van Buuren and Groothuis-Oudshoorn (2011); is MICEData of statsmodels, seeded.

    Args:
        data: a row a person.
        columns: the columns of the imputation model, at least two. Those with missing values must be
            numbers or True and False; labels serve as predictors where none is missing.
        imputations: number of frames.
        seed: of the draws.

    Returns:
        Copies of ``data`` with the missing values of ``columns`` filled in and nothing else changed. A
        column without any value stays empty, and so does a row without any.

    Raises:
        ValueError: columns that are not there, fewer than two, or labels that are missing.
    """
    _check(data, columns)
    used = [name for name in columns if data[name].notna().any()]
    holes = [name for name in used if data[name].isna().any()]
    if not holes or len(used) < 2:
        return [data.copy() for _ in range(imputations)]
    model = _numbers(data, used).dropna(how="all")
    return [_filled(data, holes, drawn) for drawn in _chain(model, imputations, seed)]


def _check(data: pd.DataFrame, columns: Sequence[str]) -> None:
    frames.complete(data, columns)
    if len(set(columns)) < 2:
        raise ValueError(f"imputation needs two columns or more, to predict each other; got {list(columns)}")
    labels = [name for name in columns if data[name].isna().any() and not _is_measured(data[name])]
    if labels:
        raise ValueError(f"columns {labels} hold labels of which some are missing: only numbers are imputed")


def _is_measured(column: pd.Series) -> bool:
    """Whether a column holds numbers, or True and False with or without missing values."""
    return not frames.is_category(column) or set(column.dropna().unique()) <= {True, False}


def _numbers(data: pd.DataFrame, used: Sequence[str]) -> pd.DataFrame:
    """Columns of floats with missing values; labels as dummies."""
    parts = {}
    for name in used:
        column = data[name]
        if _is_measured(column):
            parts[name] = column.astype("Float64").to_numpy(float, na_value=np.nan)
        else:
            parts |= dict(frames.design(data, [name], intercept=False).items())
    return pd.DataFrame(parts, index=pd.RangeIndex(len(data)))


def _chain(model: pd.DataFrame, imputations: int, seed: int) -> Iterator[pd.DataFrame]:
    """Completed models, indexed by the position of the row in the data."""
    from statsmodels.imputation.mice import MICEData

    names, rows = list(model.columns), model.index
    model.columns = [f"v{i}" for i in range(len(names))]  # names that a formula can hold
    donors = min(DONORS, int(model.notna().sum().min()))
    chain = MICEData(model, k_pmm=donors, rng=seed)
    for _ in range(imputations):
        chain.update_all(ROUNDS)
        yield chain.data.set_axis(names, axis=1).set_axis(rows, axis=0)


def _filled(data: pd.DataFrame, holes: Sequence[str], drawn: pd.DataFrame) -> pd.DataFrame:
    """A copy of the data in which only what was missing is new."""
    filled = data.copy()
    for name in holes:
        rows = np.flatnonzero(data[name].isna())
        rows = rows[np.isin(rows, drawn.index)]
        values = drawn.loc[rows, name].to_numpy(float)
        known = data[name].dropna()
        flags = pd.api.types.is_bool_dtype(known.infer_objects())
        filled.iloc[rows, filled.columns.get_loc(name)] = values.astype(bool) if flags else values
    return filled
