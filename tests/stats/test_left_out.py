"""The fast algebra of predicted references gives the numbers of least squares on the rows of all others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kansen_lib.stats import frames, linear, shrinkage
from kansen_lib.stats.terms import Reason


def pupils(seed: int) -> pd.DataFrame:
    """Units of one person to many, a rare label, and a flag that some units lack."""
    rng = np.random.default_rng(seed)
    unit = rng.choice(12, 250, p=rng.dirichlet(np.ones(12)))
    unit[:12] = np.arange(12)
    data = pd.DataFrame({"unit": [f"u{place:02d}" for place in unit], "score": rng.normal(535, 9, 250)})
    data["kind"] = rng.choice(list("abc"), 250, p=[0.6, 0.3, 0.1])
    data["flag"] = (rng.random(250) < 0.3) & (unit > 4)
    return data.assign(y=rng.normal(size=12)[unit] + 0.1 * data["score"] + rng.normal(size=250))


@pytest.mark.parametrize("seed", range(4))
def test_each_unit_has_the_numbers_of_a_fit_without_it(seed: int) -> None:
    data = pupils(seed)
    fixed = ["score", "kind", "flag"]
    found = shrinkage.predicted_reference(data, outcome="y", unit="unit", fixed=fixed)
    design = frames.design(data, fixed)
    assert len(found.estimates) == 12
    for item in found.estimates:
        own = (data["unit"] == item.group).to_numpy()
        model = linear.fit(design[~own], data["y"][~own], cluster=data["unit"][~own])
        value, error, df = model.contrast(design[own].mean().to_dict())
        assert (item.value, item.standard_error, item.df) == pytest.approx((value, error, df), rel=1e-8)


def test_a_unit_that_alone_has_a_label_has_no_prediction_and_the_others_have() -> None:
    data = pupils(1)
    data["kind"] = np.where(data["unit"] == "u03", "z", data["kind"])
    found = shrinkage.predicted_reference(data, outcome="y", unit="unit", fixed=["score", "kind"])
    reasons = {item.group: item.reason for item in found.estimates}
    assert reasons.pop("u03") == Reason.NOT_IDENTIFIED
    assert set(reasons.values()) == {""}
