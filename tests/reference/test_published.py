"""Numbers printed elsewhere: published tables and textbooks.

Tolerance: half a unit of the last digit that the source prints, unless said otherwise.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kansen_lib.stats import gaps, inference
from kansen_lib.stats.result import quantile


@pytest.mark.parametrize(
    ("count", "n", "lower", "upper"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_equals_newcombe_1998_table_1(count: int, n: int, lower: float, upper: float) -> None:
    """Newcombe (1998), Statistics in Medicine 17, 857-872, Table I, method 3."""
    assert inference.wilson(count, n) == pytest.approx((lower, upper), abs=5e-5)


@pytest.mark.parametrize(
    ("counts", "n", "lower", "upper"),
    [
        ((48, 56), (80, 70), 0.0524, 0.3339),
        ((3, 9), (10, 10), 0.1705, 0.8090),
        ((0, 10), (10, 10), 0.6075, 1.0000),
    ],
)
def test_difference_of_shares_equals_newcombe_1998(counts, n, lower: float, upper: float) -> None:
    """Newcombe (1998), Statistics in Medicine 17, 873-890, Table II, method 10."""
    estimate = gaps.share_difference(counts, n)
    assert (estimate.lower, estimate.upper) == pytest.approx((lower, upper), abs=5e-5)


def test_hedges_g_equals_borenstein_chapter_4() -> None:
    """Borenstein et al. (2009), Introduction to Meta-Analysis, chapter 4: means 103 and 100, sd 5.5
    and 4.5, n 50 each give g 0.5924 and its variance 0.0411."""
    shape = np.linspace(-1, 1, 50)
    shape = (shape - shape.mean()) / shape.std(ddof=1)
    estimate = gaps.hedges_g(pd.Series(100 + 4.5 * shape), pd.Series(103 + 5.5 * shape))
    # the book corrects with 1 - 3/(4 df - 1), ours is exact: they differ in the fifth digit
    assert estimate.value == pytest.approx(0.5924, abs=1e-4)
    assert estimate.standard_error**2 == pytest.approx(0.0411, abs=5e-5)
