"""Calls of the subject scales on a frame that may be broken."""

from __future__ import annotations

from kansen_lib.stats import scales

ITEMS = ["outcome", "baseline", "score", "other"]

CALLS = {
    "scales.reliability": lambda data: scales.reliability(
        data, items=ITEMS, cluster="school", draws=50, seed=1
    ),
    "scales.item_diagnostics": lambda data: scales.item_diagnostics(data, items=ITEMS),
    "scales.aggregation": lambda data: scales.aggregation(data, value="outcome", unit="school"),
}

ALLOWED = {
    # no groups are compared; items that depend on each other have an alpha, and no omega
    "scales.reliability": {"one group", "perfect separation", "singular design"},
    # nor units; of three persons there is a mean and an alpha, with three persons' intervals; of items that
    # all give the same answer there is a share missing
    "scales.item_diagnostics": {
        "three rows", "one group", "one unit", "all ties", "perfect separation", "singular design",
    },
    # three persons in two schools have a mean square between and one within
    "scales.aggregation": {"three rows", "one group", "perfect separation", "singular design"},
}  # fmt: skip
