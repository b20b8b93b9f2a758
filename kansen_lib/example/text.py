"""Text columns from numbers, without a Python loop over pupils."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def labels(names: Sequence[str], number: np.ndarray) -> pd.Series:
    """Text column with ``names[number]``; missing where ``number`` is below zero."""
    number = np.asarray(number)
    lookup = pd.array([*names, None], dtype="str")
    return pd.Series(lookup.take(np.where(number < 0, len(names), number)))


def numbered(prefix: str, number: np.ndarray, width: int) -> pd.Series:
    """Text column with ``prefix`` and the number, filled with zeros to ``width`` digits."""
    digits = pc.utf8_lpad(pc.cast(pa.array(np.asarray(number)), pa.large_string()), width, "0")
    joined = pc.binary_join_element_wise(
        pa.scalar(prefix, pa.large_string()), digits, pa.scalar("", pa.large_string())
    )
    return pd.Series(pd.array(joined.to_numpy(zero_copy_only=False), dtype="str"))
