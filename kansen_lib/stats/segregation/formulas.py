"""The indices as functions of a stack of tables: (draws, units, groups) in, (draws,) out.

A bootstrap is then one call. Empty units take no part; an index that does not exist on a table of the
stack (a group without members) is NaN there, and whoever made the stack gives the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kansen_lib.stats.segregation.tables import Counts
from kansen_lib.stats.terms import Method


@dataclass(frozen=True)
class Index:
    """An index and what is known of it.

    Attributes:
        formula: from a stack and the index's own settings to its values.
        method: its name.
        symbol: its customary letter.
        two: whether it compares exactly two groups.
        settings: which settings name a group (``of``, ``to``).
        bounded: whether 1 is complete segregation.
        kinked: whether it turns at zero as an absolute value does: near zero its bias cannot be taken away.
    """

    formula: Callable[..., Counts]
    method: Method
    symbol: str
    two: bool = False
    settings: tuple[str, ...] = ()
    bounded: bool = True
    kinked: bool = False


def divide(part: Counts, whole: Counts, empty: float) -> Counts:
    """Ratio, with ``empty`` where the denominator is zero."""
    part, whole = np.broadcast_arrays(part, whole)
    return np.divide(part, whole, out=np.full(part.shape, empty), where=whole > 0)


def shares(counts: Counts) -> tuple[Counts, Counts, Counts]:
    """Of persons over units (D, U), of groups within units (D, U, G) and of groups overall (D, G)."""
    sizes, n = counts.sum(axis=2), counts.sum(axis=(1, 2))
    within = divide(counts, sizes[..., None], 0.0)
    return divide(sizes, n[:, None], 0.0), within, divide(counts.sum(axis=1), n[:, None], 0.0)


def entropy(parts: Counts, axis: int = -1) -> Counts:
    """Entropy of shares along an axis, in nats."""
    return -(parts * np.log(np.where(parts > 0, parts, 1.0))).sum(axis=axis)


def spread(counts: Counts) -> Counts:
    """How each group is divided over the units: columns that sum to one, NaN for an empty group."""
    return divide(counts, counts.sum(axis=1, keepdims=True), np.nan)


def dissimilarity(counts: Counts) -> Counts:
    """Half the sum of the differences between the spreads of two groups."""
    over = spread(counts)
    return np.abs(over[..., 0] - over[..., 1]).sum(axis=1) / 2


def exposure(counts: Counts, of: int, to: int) -> Counts:
    """Mean share of group ``to`` in the units of the members of group ``of``."""
    return (spread(counts)[..., of] * shares(counts)[1][..., to]).sum(axis=1)


def isolation(counts: Counts, of: int) -> Counts:
    """Exposure of a group to itself."""
    return exposure(counts, of, of)


def normalised_exposure(counts: Counts) -> Counts:
    """Isolation as a part of what it can be above the group's share."""
    share = shares(counts)[2][:, 0]
    return divide(isolation(counts, 0) - share, 1 - share, np.nan)


def gini(counts: Counts) -> Counts:
    """Twice the area between the Lorenz curve of two groups and the diagonal."""
    order = np.argsort(shares(counts)[1][..., 0], axis=1)[..., None]
    curve = np.cumsum(np.take_along_axis(spread(counts), order, axis=1), axis=1)
    first, second = curve[..., 0], curve[..., 1]
    return (first[:, 1:] * second[:, :-1] - first[:, :-1] * second[:, 1:]).sum(axis=1)


def atkinson(counts: Counts, of: int, shape: float = 0.5) -> Counts:
    """Atkinson's measure of inequality of a group's share over units."""
    size, within, overall = shares(counts)
    part, whole = within[..., of], overall[:, of]
    mean = (size * part**shape * (1 - part) ** (1 - shape)).sum(axis=1)
    odds = divide(whole, 1 - whole, np.nan)
    return 1 - odds * divide(mean, whole, np.nan) ** (1 / (1 - shape))


def hutchens(counts: Counts) -> Counts:
    """One minus the sum of geometric means of the spreads of two groups."""
    return 1 - np.sqrt(spread(counts)).prod(axis=2).sum(axis=1)


def mutual_information(counts: Counts) -> Counts:
    """Entropy of the groups minus their mean entropy within units, in nats."""
    size, within, overall = shares(counts)
    likelihood = divide(within, overall[:, None], 0.0)
    local = (within * np.log(np.where(likelihood > 0, likelihood, 1.0))).sum(axis=2)
    return (size * local).sum(axis=1)


def theil(counts: Counts) -> Counts:
    """Mutual information as a part of the entropy of the groups."""
    return divide(mutual_information(counts), entropy(shares(counts)[2]), np.nan)


def interaction(overall: Counts) -> Counts:
    """Simpson's interaction index: the chance that two persons are of different groups."""
    return (overall * (1 - overall)).sum(axis=-1)


def multigroup_dissimilarity(counts: Counts) -> Counts:
    """Mean distance of the units' composition to the whole, as a part of its maximum."""
    size, within, overall = shares(counts)
    distance = (size[..., None] * np.abs(within - overall[:, None])).sum(axis=(1, 2))
    return divide(distance, 2 * interaction(overall), np.nan)


def multigroup_normalised_exposure(counts: Counts) -> Counts:
    """Normalised exposure of each group to all others, added with the group's share as weight."""
    size, within, overall = shares(counts)
    variance = (size[..., None] * (within - overall[:, None]) ** 2).sum(axis=1)
    return divide(variance, 1 - overall, np.nan).sum(axis=1)


def relative_diversity(counts: Counts) -> Counts:
    """One minus the mean diversity (Simpson) within units as a part of that of the whole."""
    size, within, overall = shares(counts)
    variance = (size[..., None] * (within - overall[:, None]) ** 2).sum(axis=(1, 2))
    return divide(variance, interaction(overall), np.nan)


def multigroup_gini(counts: Counts) -> Counts:
    """Gini of each group against all others, weighted with its part in Simpson's interaction."""
    overall = shares(counts)[2]
    others = counts.sum(axis=2, keepdims=True) - counts
    each = [gini(np.stack([counts[..., i], others[..., i]], axis=2)) for i in range(counts.shape[2])]
    weight = overall * (1 - overall)
    parts = np.where(weight > 0, weight * np.stack(each, axis=1), 0.0)
    return divide(parts.sum(axis=1), interaction(overall), np.nan)


#: By the name of the public function.
INDICES: dict[str, Index] = {
    "dissimilarity": Index(dissimilarity, Method.DISSIMILARITY, "D", two=True, kinked=True),
    "isolation": Index(isolation, Method.ISOLATION, "xPx", settings=("of",), bounded=False),
    "exposure": Index(exposure, Method.EXPOSURE, "xPy", settings=("of", "to"), bounded=False),
    "normalised_exposure": Index(normalised_exposure, Method.NORMALISED_EXPOSURE, "V", two=True),
    "gini": Index(gini, Method.GINI, "G", two=True, kinked=True),
    "atkinson": Index(atkinson, Method.ATKINSON, "A", two=True, settings=("of",)),
    "hutchens": Index(hutchens, Method.HUTCHENS, "S", two=True),
    "multigroup_dissimilarity": Index(
        multigroup_dissimilarity, Method.MULTIGROUP_DISSIMILARITY, "D", kinked=True
    ),
    "theil": Index(theil, Method.THEIL, "H"),
    "mutual_information": Index(mutual_information, Method.MUTUAL_INFORMATION, "M", bounded=False),
    "multigroup_normalised_exposure": Index(
        multigroup_normalised_exposure, Method.MULTIGROUP_NORMALISED_EXPOSURE, "P"
    ),
    "relative_diversity": Index(relative_diversity, Method.RELATIVE_DIVERSITY, "R"),
    "multigroup_gini": Index(multigroup_gini, Method.MULTIGROUP_GINI, "G", kinked=True),
}
