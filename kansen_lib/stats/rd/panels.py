"""How far the effect at a cut-off hangs on choices: bandwidth, persons at the cut-off, placebo, balance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from kansen_lib.stats import frames
from kansen_lib.stats.rd.estimate import regression_discontinuity
from kansen_lib.stats.result import Estimate, Result


def bandwidth_panel(
    data: pd.DataFrame,
    *,
    outcome: str,
    running: str,
    cutoff: float,
    treated: str | None = None,
    cluster: str | None = None,
    factors: Sequence[float] = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0),
    name: str = "effect by bandwidth",
) -> Result:
    """The robust effect with wider and narrower bandwidths.

    Estimand: as :func:`regression_discontinuity`; an effect that lives at one bandwidth only is none.

    Formula: the optimal h times each factor, with b = h.

    Interval: robust, as :func:`regression_discontinuity`.

    Source: Cattaneo, Idrobo and Titiunik (2020), A Practical Introduction to RD Designs, section 5.4.

    Returns:
        Group: the factor, e.g. ``"0.5 h"``.
    """
    shared = {
        "outcome": outcome,
        "running": running,
        "cutoff": cutoff,
        "treated": treated,
        "cluster": cluster,
    }
    known, dropped = frames.complete(data, [outcome, running, treated, cluster])
    found = regression_discontinuity(known, **shared)
    widths = [item.value for item in found.estimates if item.group == "bandwidth h"]
    if not widths:
        return _panel(name, [("1 h", found)], dropped)
    rows = [
        (f"{factor:g} h", regression_discontinuity(known, bandwidth=factor * widths[0], **shared))
        for factor in factors
    ]
    return _panel(name, rows, dropped)


def donut_panel(
    data: pd.DataFrame,
    *,
    outcome: str,
    running: str,
    cutoff: float,
    holes: Sequence[float],
    treated: str | None = None,
    cluster: str | None = None,
    name: str = "effect without the nearest",
) -> Result:
    """The robust effect without the persons nearest to the cut-off, who may have been nudged over it.

    Estimand: as :func:`regression_discontinuity`, extrapolated over the hole.

    Formula: persons within each hole of the cut-off left out; bandwidth found anew.

    Interval: robust, as :func:`regression_discontinuity`.

    Source: Barreca, Guldi, Lindo and Waddell (2011); Cattaneo, Idrobo and Titiunik (2020), section 5.3.

    Args:
        holes: half-widths on the scale of the score; 0 leaves out nobody.

    Returns:
        Group: the hole, e.g. ``"without 2"``.
    """
    shared = {
        "outcome": outcome,
        "running": running,
        "cutoff": cutoff,
        "treated": treated,
        "cluster": cluster,
    }
    known, dropped = frames.complete(data, [outcome, running, treated, cluster])
    distance = np.abs(frames.numbers(known, running) - cutoff)
    rows = [
        (f"without {hole:g}", regression_discontinuity(known[distance >= hole], **shared)) for hole in holes
    ]
    return _panel(name, rows, dropped)


def placebo_cutoffs(
    data: pd.DataFrame,
    *,
    outcome: str,
    running: str,
    cutoff: float,
    cutoffs: Sequence[float],
    cluster: str | None = None,
    name: str = "jump at a placebo cut-off",
) -> Result:
    """The jump in the outcome at cut-offs where nothing is decided: it should be none.

    Estimand: the jump in the mean outcome at each placebo cut-off.

    Formula: sharp :func:`regression_discontinuity` on the persons on the placebo's own side of the
    real cut-off, so that its effect does not leak in.

    Interval: robust, as :func:`regression_discontinuity`.

    Source: Cattaneo, Idrobo and Titiunik (2020), section 5.2.

    Returns:
        Group: the placebo, e.g. ``"at 45"``.
    """
    known, dropped = frames.complete(data, [outcome, running, cluster])
    score, rows = frames.numbers(known, running), []
    for placebo in cutoffs:
        side = score < cutoff if placebo < cutoff else score >= cutoff
        found = regression_discontinuity(
            known[side], outcome=outcome, running=running, cutoff=placebo, cluster=cluster
        )
        rows.append((f"at {placebo:g}", found))
    return _panel(name, rows, dropped)


def covariate_balance(
    data: pd.DataFrame,
    *,
    covariates: Sequence[str],
    running: str,
    cutoff: float,
    cluster: str | None = None,
    name: str = "jump in a covariate",
) -> Result:
    """Jumps at the cut-off in what was there before: persons on both sides should be alike.

    Estimand: the jump in the mean of each covariate.

    Formula: sharp :func:`regression_discontinuity` with the covariate as the outcome, own bandwidth.

    Interval: robust, as :func:`regression_discontinuity`; adjust a family of p-values with
    ``inference.family``.

    Source: Cattaneo, Idrobo and Titiunik (2020), section 5.1.

    Returns:
        Group: the covariate.
    """
    shared: dict[str, Any] = {"running": running, "cutoff": cutoff, "cluster": cluster}
    frames.distinct(running, covariates)
    _, dropped = frames.complete(data, [running, cluster])
    rows = [(label, regression_discontinuity(data, outcome=label, **shared)) for label in covariates]
    return _panel(name, rows, dropped)


def _robust(found: Result) -> Estimate:
    """The estimate to report, or the reason why there is none."""
    return next(item for item in found.estimates if item.group == "robust")


def _panel(name: str, rows: list[tuple[str, Result]], dropped: tuple[int, int]) -> Result:
    """The robust estimate of each row, under the label of the row."""
    found = (replace(_robust(found), name=name, group=label) for label, found in rows)
    return Result(name, tuple(found), dropped=dropped)
