"""Who is treated and who is not: read and checked in one place."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats import frames
from kansen_lib.stats.result import NotComputable
from kansen_lib.stats.terms import Reason

#: Fewest persons (or clusters) in an arm: less leaves no spread to see.
FEWEST = 2


def indicator(column: pd.Series) -> NDArray[np.float64]:
    """1 for the treated and 0 for the others.

    Args:
        column: True/False or 1/0, without missing values.

    Raises:
        ValueError: the column holds anything else.
    """
    return frames.flags(column).astype(float)


def smallest(drawn: NDArray[np.float64]) -> int:
    """Size of the smallest arm."""
    return int(min(drawn.sum(), len(drawn) - drawn.sum()))


def require(drawn: NDArray[np.float64], clusters: pd.Series | None = None) -> None:
    """Raise :class:`NotComputable` unless both arms have :data:`FEWEST` persons, and clusters if any.

    With one cluster in an arm its own deviation cannot be told from the effect, and CR2 finds next to none.
    """
    if smallest(drawn) < FEWEST:
        raise NotComputable(Reason.FEW_TREATED)
    if clusters is not None and min(clusters[drawn == arm].nunique() for arm in (0, 1)) < FEWEST:
        raise NotComputable(Reason.FEW_CLUSTERS)
