"""The region within which two numbers lie together: an ellipse about their estimates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from kansen_lib.stats.result import LEVEL, NotComputable
from kansen_lib.stats.terms import Reason, Unit

Matrix = NDArray[np.float64]

#: Two estimates whose smaller variance is below this part of the larger one lie on a line.
FLAT = 1e-14

#: What describes a region, in order; each is the name of an estimate.
NAMES = ("region, long half axis", "region, short half axis", "region, angle", "joint test")


def joint(centre: Matrix, spread: Matrix, df: float | None) -> list[dict]:
    """The joint 95% region about two estimates: facts of the estimates that describe it.

    Half axes are the root of (eigenvalue of the covariance times q), q = chi-squared(2), or with df degrees
    of freedom Hotelling's 2 df/(df - 1) F(2, df - 1); the angle is that of the long one, in degrees from the
    first axis. The test is of the null that both are zero.

    Args:
        centre: both estimates, shape (2,).
        spread: their covariance, shape (2, 2).
        df: degrees of freedom of the covariance; None for a large sample.

    Returns:
        Of each of :data:`NAMES` the fields of its Estimate; the half axes have no unit of their own.

    Raises:
        NotComputable: too few degrees of freedom, or estimates that lie on a line.
    """
    if df is not None and not df > 1:
        raise NotComputable(Reason.FEW_CLUSTERS)
    if not np.isfinite(spread).all():
        raise NotComputable(Reason.NOT_IDENTIFIED)
    sizes, axes = np.linalg.eigh(spread)
    if not sizes[0] > FLAT * sizes[1]:
        raise NotComputable(Reason.NO_SPREAD)
    distance = float(centre @ np.linalg.solve(spread, centre))
    if df is None:
        radius, p_value = stats.chi2.ppf(LEVEL, 2), stats.chi2.sf(distance, 2)
    else:
        scale = 2 * df / (df - 1)
        radius, p_value = scale * stats.f.ppf(LEVEL, 2, df - 1), stats.f.sf(distance / scale, 2, df - 1)
    if not np.isfinite(radius):
        raise NotComputable(Reason.FEW_CLUSTERS)
    long, short = (float(np.sqrt(size * radius)) for size in sizes[::-1])
    angle = float(np.degrees(np.arctan2(axes[1, 1], axes[0, 1])))
    facts = (
        {"value": long},
        {"value": short},
        {"value": (angle + 90) % 180 - 90, "unit": ""},
        {"value": distance, "unit": Unit.STATISTIC, "df": df, "p_value": float(p_value)},
    )
    return [{"name": name, **own} for name, own in zip(NAMES, facts, strict=True)]
