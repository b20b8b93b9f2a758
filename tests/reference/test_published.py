"""Numbers printed elsewhere: published tables and textbooks.

Tolerance: half a unit of the last digit that the source prints, unless said otherwise.
"""

from __future__ import annotations

import pytest

from kansen_lib.stats import inference


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
