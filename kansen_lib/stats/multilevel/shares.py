"""How much of the differences between pupils lies at which level."""

from __future__ import annotations

import warnings

import pandas as pd

from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Method, Reason, Unit

#: Fewest groups of the highest level from which a variance between them is estimated.
FEWEST_GROUPS = 5


def variance_shares(
    data: pd.DataFrame, *, outcome: str, levels: tuple[str, ...], name: str = "variance share"
) -> Result:
    """Share of the variance of ``outcome`` at each nested level, and within the lowest one.

    Args:
        data: one row a person.
        outcome: numeric column.
        levels: columns from high to low (school, klas); labels of a lower level may repeat over
            higher ones.
        name: name of the estimates.

    Returns:
        One share a level, and one for the persons themselves (group ``"persons"``); without
        interval. A reason when the model finds no optimum.

    Source: Snijders and Bosker (2012), chapters 4-5; fitted by statsmodels' MixedLM.
    """
    known = data.dropna(subset=[outcome, *levels])
    groups = [*levels, "persons"]
    facts = {"unit": Unit.SHARE, "n": len(known), "method": Method.RANDOM_INTERCEPT}
    parts = _components(known, outcome, levels)
    if parts is None:
        reason = Reason.FEW_GROUPS if known[levels[0]].nunique() < FEWEST_GROUPS else Reason.NO_OPTIMUM
        return Result(
            name, tuple(Estimate.not_computable(name, reason, group=group, **facts) for group in groups)
        )
    total = sum(parts)
    shares = [Estimate(name, group, part / total, **facts) for group, part in zip(groups, parts, strict=True)]
    return Result(name, tuple(shares), dropped=(len(data) - len(known), len(data)))


def _components(known: pd.DataFrame, outcome: str, levels: tuple[str, ...]) -> list[float] | None:
    """Variances from the highest level down to the persons, or None."""
    import statsmodels.formula.api as smf
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    if known[levels[0]].nunique() < FEWEST_GROUPS:
        return None
    frame = known.rename(columns={outcome: "y", levels[0]: "top"})
    lower = {f"v{i}": f"0 + C({level})" for i, level in enumerate(levels[1:])}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # judged by ``converged`` below
        warnings.simplefilter("ignore", UserWarning)
        model = smf.mixedlm("y ~ 1", frame, groups="top", re_formula="1", vc_formula=lower or None)
        fit = model.fit(reml=True, method="bfgs", gtol=1e-8)  # the default stops in the fourth digit
    if not fit.converged:
        return None
    return [float(fit.cov_re.iloc[0, 0]), *[float(part) for part in fit.vcomp], float(fit.scale)]
