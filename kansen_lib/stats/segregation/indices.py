"""Indices of segregation: one number for how unevenly groups are divided over units.

Every function takes ``(data, group, unit, weight)``: a frame with a row a person or a cell, the names
of the columns with the group and the unit, and the name of the column with counts (None counts rows).
Rows with a missing value take no part. None of these numbers has an interval of its own: they describe
the persons at hand, and small units push all of them up; see :func:`with_chance`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from kansen_lib.stats.result import Estimate, NotComputable
from kansen_lib.stats.segregation.formulas import INDICES
from kansen_lib.stats.segregation.tables import Counts, Table, asked, comparable
from kansen_lib.stats.terms import Reason, Unit


def bound(index: str, found: Table, **settings: object) -> Callable[[Counts], Counts]:
    """The formula of an index, with the groups that it is about as columns of the table.

    Raises:
        ValueError: an unknown index, or two groups are needed and there are more.
        NotComputable: nobody is in a group that is asked for.
    """
    if index not in INDICES:
        raise ValueError(f"there is no index '{index}'; there are {list(INDICES)}")
    known = INDICES[index]
    if known.two and len(found.groups) > 2:
        raise ValueError(
            f"'{index}' compares two groups; there are {len(found.groups)}: {list(found.groups)}. "
            "Keep two of them, or take a multigroup index"
        )
    if index == "atkinson" and settings.get("of") is None and settings.get("shape", 0.5) == 0.5:
        settings["of"] = found.groups[0]
    places = {name: found.column(settings.get(name), name) for name in known.settings}
    return partial(known.formula, **places, **{k: v for k, v in settings.items() if k == "shape"})


def index_of(counts: Counts, formula: Callable[[Counts], Counts]) -> float:
    """The index of one table.

    Raises:
        NotComputable: it does not exist on this table.
    """
    value = float(formula(counts[None])[0])
    if not math.isfinite(value):
        raise NotComputable(Reason.EMPTY_GROUP)
    return value


def _estimate(
    index: str, data: pd.DataFrame, group: str, unit: str, weight: str | None, name: str, **settings: object
) -> Estimate:
    """The estimate of an index, or the reason why there is none."""
    method = INDICES[index].method
    try:
        found = comparable(data, group, unit, weight)
        asked(data, group, settings.get("of"), settings.get("to"))
        value = index_of(found.counts, bound(index, found, **settings))
    except NotComputable as stop:
        return Estimate.not_computable(name, stop.reason, unit=Unit.INDEX, method=method)
    return Estimate(name, value=value, method=method, **found.facts)


def dissimilarity(
    data: pd.DataFrame, group: str, unit: str, weight: str | None = None, *, name: str = "D"
) -> Estimate:
    """Dissimilarity index D of two groups over units, in [0, 1].

    Estimand: the share of either group that would have to change units for both to be divided alike.

    Formula: D = 1/2 sum_u |x_u/X - y_u/Y|, with x_u and y_u the members of the two groups in unit u.

    Interval: none: it describes the persons at hand; with_chance gives bias and interval.

    Source: Duncan and Duncan (1955), American Sociological Review 20, 210-217; equals `dissimilarity` of R
    segregation and `Dissim` of PySAL segregation.
    """
    return _estimate("dissimilarity", data, group, unit, weight, name)


def isolation(
    data: pd.DataFrame, group: str, unit: str, weight: str | None = None, *, of: object, name: str = "xPx"
) -> Estimate:
    """Isolation index xPx of one group: its share in the unit of its average member.

    Estimand: the mean, over the members of the group, of their group's share in their own unit. There may
    be any number of groups; all of them are in the denominator.

    Formula: xPx = sum_u (x_u/X) (x_u/t_u), with t_u everybody in unit u.

    Interval: none: it describes the persons at hand; with_chance gives bias and interval.

    Source: Bell (1954); Massey and Denton (1988), Social Forces 67, eq. 7; equals `isolation` of R
    segregation and `Isolation` of PySAL segregation.

    Args:
        of: label of the group.
    """
    return _estimate("isolation", data, group, unit, weight, name, of=of)


def exposure(
    data: pd.DataFrame,
    group: str,
    unit: str,
    weight: str | None = None,
    *,
    of: object,
    to: object,
    name: str = "xPy",
) -> Estimate:
    """Exposure index xPy: the share of another group in the unit of a group's average member.

    Estimand: the mean, over the members of group x, of the share of group y in their own unit. There may be
    any number of groups; all of them are in the denominator.

    Formula: xPy = sum_u (x_u/X) (y_u/t_u).

    Interval: none: it describes the persons at hand; with_chance gives bias and interval.

    Source: Lieberson (1981); Massey and Denton (1988), eq. 6; equals `exposure` of R segregation and
    `Interaction` of PySAL segregation.

    Args:
        of: label of the group whose members look around.
        to: label of the group that they see.
    """
    return _estimate("exposure", data, group, unit, weight, name, of=of, to=to)


def normalised_exposure(
    data: pd.DataFrame, group: str, unit: str, weight: str | None = None, *, name: str = "V"
) -> Estimate:
    """Normalised exposure of two groups (variance ratio, eta squared, V), in [0, 1].

    Estimand: how far the isolation of a group exceeds its share, as a part of the largest excess there
    can be; the same for either group, and the share of variance in group that lies between units.

    Formula: V = (xPx - P) / (1 - P), with P the share of group x.

    Interval: none: it describes the persons at hand; with_chance gives bias and interval.

    Source: Bell (1954); James and Taeuber (1985), Sociological Methodology 15; equals `CorrelationR` of
    PySAL segregation.
    """
    return _estimate("normalised_exposure", data, group, unit, weight, name)


def gini(
    data: pd.DataFrame, group: str, unit: str, weight: str | None = None, *, name: str = "G"
) -> Estimate:
    """Gini segregation index G of two groups, in [0, 1].

    Estimand: the mean difference in the share of a group between the units of two random persons, as a part
    of its maximum; twice the area between the segregation (Lorenz) curve and the diagonal.

    Formula: G = sum_i sum_j t_i t_j |p_i - p_j| / (2 T^2 P (1 - P)).

    Interval: none: it describes the persons at hand; with_chance gives bias and interval.

    Source: Duncan and Duncan (1955); Massey and Denton (1988), eq. 3; equals `Gini` of PySAL segregation.
    """
    return _estimate("gini", data, group, unit, weight, name)


def atkinson(
    data: pd.DataFrame,
    group: str,
    unit: str,
    weight: str | None = None,
    *,
    of: object = None,
    shape: float = 0.5,
    name: str = "A",
) -> Estimate:
    """Atkinson segregation index of two groups, in [0, 1].

    Estimand: inequality of a group's share over units, with a shape that says which units count: below 0.5
    those where the group is underrepresented, above 0.5 those where it is overrepresented.

    Formula: A(b) = 1 - P/(1-P) |sum_u (1-p_u)^(1-b) p_u^b t_u / (P T)|^(1/(1-b)), with 0 < b < 1.

    Interval: none: it describes the persons at hand; with_chance gives bias and interval.

    Source: Atkinson (1970); James and Taeuber (1985); Massey and Denton (1988), eq. 5; equals `Atkinson` of
    PySAL segregation.

    Args:
        of: label of the group whose share is p; at shape 0.5 both give the same and it may be left out.
        shape: b.
    """
    if not 0 < shape < 1:
        raise ValueError(f"the shape of the Atkinson index lies between 0 and 1; it is {shape}")
    return _estimate("atkinson", data, group, unit, weight, name, of=of, shape=shape)


def hutchens(
    data: pd.DataFrame, group: str, unit: str, weight: str | None = None, *, name: str = "S"
) -> Estimate:
    """Square root index (Hutchens) of two groups, in [0, 1].

    Estimand: how far the two groups' spreads over units are apart: the squared Hellinger distance between
    them. It adds up over nested units, and A(0.5) = 1 - (1 - S)^2.

    Formula: S = 1 - sum_u sqrt((x_u/X) (y_u/Y)).

    Interval: none: it describes the persons at hand; with_chance gives bias and interval.

    Source: Hutchens (2001), Mathematical Social Sciences 42; Hutchens (2004), International Economic Review
    45, 555-578.
    """
    return _estimate("hutchens", data, group, unit, weight, name)


def multigroup_dissimilarity(
    data: pd.DataFrame, group: str, unit: str, weight: str | None = None, *, name: str = "D"
) -> Estimate:
    """Multigroup dissimilarity index D, in [0, 1]; the two-group D when there are two.

    Estimand: the share of persons that would have to change units for every unit to have the composition of
    the whole, as a part of that share under complete segregation.

    Formula: D = sum_g sum_u t_u |p_ug - P_g| / (2 T I), with I = sum_g P_g (1 - P_g).

    Interval: none: it describes the persons at hand; with_chance gives bias and interval.

    Source: Morgan (1975); Sakoda (1981); Reardon and Firebaugh (2002), Sociological Methodology 32, table 2;
    equals `MultiDissim` of PySAL segregation.
    """
    return _estimate("multigroup_dissimilarity", data, group, unit, weight, name)


def theil(
    data: pd.DataFrame, group: str, unit: str, weight: str | None = None, *, name: str = "H"
) -> Estimate:
    """Information theory index H (Theil), in [0, 1], of any number of groups.

    Estimand: how much less diverse (entropy) the average unit is than the whole, as a part of the
    diversity of the whole.

    Formula: H = M / E, with M the mutual information and E = -sum_g P_g log P_g the entropy of the groups.

    Interval: none: it describes the persons at hand; with_chance gives bias and interval.

    Source: Theil and Finizza (1971); Reardon and Firebaugh (2002), table 2; equals `mutual_total` of R
    segregation and `MultiInfoTheory` of PySAL segregation.
    """
    return _estimate("theil", data, group, unit, weight, name)


def mutual_information(
    data: pd.DataFrame,
    group: str,
    unit: str,
    weight: str | None = None,
    *,
    base: float = math.e,
    name: str = "M",
) -> Estimate:
    """Mutual information M between group and unit; 0 when every unit is alike.

    Estimand: how much knowing a person's unit tells of the group, and the other way round: groups
    and units may be swapped.

    Formula: M = sum_u sum_g p_ug log(p_ug / (p_u P_g)), in nats unless another base is given.

    Interval: none: it describes the persons at hand; with_chance gives bias and interval.

    Source: Theil and Finizza (1971); Mora and Ruiz-Castillo (2011), Sociological Methodology 41,
    159-194; equals `mutual_total` of R segregation.

    Args:
        base: of the logarithm, above 1.
    """
    if not base > 1:
        raise ValueError(f"the base of the logarithm is above 1, not {base}")
    found = _estimate("mutual_information", data, group, unit, weight, name)
    return found if found.value is None else replace(found, value=found.value / float(np.log(base)))


def multigroup_normalised_exposure(
    data: pd.DataFrame, group: str, unit: str, weight: str | None = None, *, name: str = "P"
) -> Estimate:
    """Multigroup normalised exposure P, in [0, 1]; the two-group V when there are two.

    Estimand: how far the isolation of each group exceeds its share, as a part of the largest excess,
    averaged over groups with their shares as weights.

    Formula: P = sum_g sum_u (t_u/T) (p_ug - P_g)^2 / (1 - P_g).

    Interval: none: it describes the persons at hand; with_chance gives bias and interval.

    Source: James (1986); Reardon and Firebaugh (2002), table 2; equals `MultiNormExposure` of PySAL
    segregation.
    """
    return _estimate("multigroup_normalised_exposure", data, group, unit, weight, name)


def relative_diversity(
    data: pd.DataFrame, group: str, unit: str, weight: str | None = None, *, name: str = "R"
) -> Estimate:
    """Relative diversity index R, in [0, 1]; the two-group V when there are two.

    Estimand: how much less likely two persons of one unit are of different groups than two persons of the
    whole, as a part of the latter.

    Formula: R = sum_g sum_u t_u (p_ug - P_g)^2 / (T I), with I = sum_g P_g (1 - P_g).

    Interval: none: it describes the persons at hand; with_chance gives bias and interval.

    Source: Goodman and Kruskal (1954); Carlson (1992); Reardon and Firebaugh (2002), table 2; equals
    `MultiRelativeDiversity` of PySAL segregation.
    """
    return _estimate("relative_diversity", data, group, unit, weight, name)


def multigroup_gini(
    data: pd.DataFrame, group: str, unit: str, weight: str | None = None, *, name: str = "G"
) -> Estimate:
    """Multigroup Gini index G, in [0, 1]; the two-group Gini when there are two.

    Estimand: the mean difference in composition between the units of two random persons, as a part of its
    maximum.

    Formula: G = sum_g sum_i sum_j t_i t_j |p_ig - p_jg| / (2 T^2 I), with I = sum_g P_g (1 - P_g).

    Interval: none: it describes the persons at hand; with_chance gives bias and interval.

    Source: Reardon (1998); Reardon and Firebaugh (2002), table 2; equals `MultiGini` of PySAL segregation.
    """
    return _estimate("multigroup_gini", data, group, unit, weight, name)
