"""Whom persons name as friends: how often of another group, beside friends drawn at random."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.stats import frames
from kansen_lib.stats.result import LEVEL, ROUNDING, Estimate, NotComputable, Result
from kansen_lib.stats.terms import Interval, Method, Reason, Unit

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

#: With fewer respondents nothing is said of a group.
FEWEST = 10
_ENDS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)


@dataclass(frozen=True)
class _Named:
    """What the respondents named; a row a respondent, a column a part of who could be named.

    Attributes:
        group: label of each respondent.
        ties: friends named in each part.
        external: of them, those of another group.
        same: who could be named there of the own group, without oneself.
        other: who could be named there of other groups.
    """

    group: NDArray[np.object_]
    ties: Counts
    external: Counts
    same: Counts
    other: Counts

    def of(self, rows: NDArray[np.bool_]) -> _Named:
        """These respondents only."""
        return _Named(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    @property
    def sums(self) -> Floats:
        """Of each respondent the ties, the external ones, and how many would be external at random."""
        could = self.same + self.other
        share = np.divide(self.other, could, out=np.zeros(could.shape), where=could > 0)
        return np.stack([part.sum(axis=1) for part in (self.ties, self.external, self.ties * share)], axis=1)

    @property
    def smallest(self) -> int:
        """The fewest respondents: all, those with a friend of another group, those with one of their own."""
        external, ties = self.external.sum(axis=1), self.ties.sum(axis=1)
        return int(min(len(ties), (external > 0).sum(), (external < ties).sum()))


def friends(
    ties: pd.DataFrame,
    people: pd.DataFrame,
    group: str,
    *,
    ego: str,
    alter: str,
    person: str,
    within: str | None = None,
    given: str | None = None,
    low: object = None,
    high: object = None,
    draws: int = 500,
    seed: int,
) -> Result:
    """How often persons name friends of another group, beside friends drawn at random.

    Estimand: of each group of respondents and of all (group ""): "external", the share of the friends
    they name who are of another group; "E-I", external minus internal ties over all ties, from -1 (all in
    the own group) to 1; "homophily", Coleman's index, 0 at random and 1 when all friends are of the own
    group. Beside them "external by chance" and "E-I by chance": the same when each respondent draws as
    many friends at random among the people of the own stratum, without drawing anybody twice. With
    ``given``, friends with the same value of it (a class) are drawn among those who have it, and the
    others among those who have another one. With ``low`` and ``high`` the differences of both groups.

    Formula: E-I = (E - I) / (E + I); at random a friend is external with chance other / (same + other), of
    who could be named. Homophily: with s the internal share and w that by chance, (s - w) / (1 - w), or
    (s - w) / w when s < w. Ties to people whose group is not known, or outside the stratum, take no part.

    Interval: percentiles of a bootstrap that draws respondents within each group (type 6 quantiles); by
    chance, the middle 95% of random draws of friends (type 7).

    Source: Krackhardt and Stern (1988), Social Psychology Quarterly 51, 123-140; Coleman (1958), Human
    Organization 17, 28-36, as `coleman` in R netseg.

    Args:
        ties: a row a friend that is named, columns ``ego`` and ``alter``.
        people: a row a person who can name or be named.
        group: column of ``people`` with the groups.
        ego: column of ``ties``: who names.
        alter: column of ``ties``: who is named.
        person: column of ``people`` with the labels in ``ego`` and ``alter``.
        within: column of ``people``: friends are drawn among those with the same value.
        given: column of ``people``: a smaller circle in which part of the friends lie.
        low: group that is subtracted; None for no differences.
        high: group that it is subtracted from.
        draws: number of bootstrap samples, and of random draws of friends.
        seed: of the draws.
    """
    frames.enough(draws)
    if low is not None:
        frames.different(low, high)
        frames.can_hold(people[group], low, high)
    pairs, known, given_up = _prepared(ties, people, ego, alter, person, group, within, given)
    if pairs.empty:
        reason = Estimate.not_computable("E-I", Reason.NO_PERSONS, unit=Unit.INDEX, method=Method.EI_INDEX)
        return Result("friends", (reason,))
    named = _named(pairs, known, group, within, given)
    groups = {label: named.of(named.group == label) for label in frames.labels(known[group])}
    rng = np.random.default_rng(seed)
    drawn = {label: _bootstrap(part.sums, draws, rng) for label, part in groups.items()}
    lots = {label: _external_at_random(part, draws, rng) for label, part in groups.items()}
    everyone = (np.sum(list(parts.values()), axis=0) for parts in (drawn, lots))
    found = [*_estimates("", named, *everyone)]
    for label, part in groups.items():
        found += _estimates(str(label), part, drawn[label], lots[label])
    if low is not None:
        found += _differences(low, high, groups, drawn)
    return Result("friends", tuple(found), dropped=given_up)


# --- who could be named ---------------------------------------------------------------------------------


def _prepared(
    ties: pd.DataFrame,
    people: pd.DataFrame,
    ego: str,
    alter: str,
    person: str,
    group: str,
    within: str | None,
    given: str | None,
) -> tuple[pd.DataFrame, pd.DataFrame, tuple[int, int]]:
    """The ties between two known people of one stratum, each once; the known people; ties (lost, given).

    Raises:
        ValueError: somebody stands twice among the people.
    """
    known, _ = frames.complete(people, [person, group, within, given])
    if known[person].duplicated().any():
        raise ValueError(f"column '{person}' of the people names somebody twice")
    known = known.set_index(person).sort_index()
    used, (_, every) = frames.complete(ties, [ego, alter])
    pairs = used.rename(columns={ego: "ego", alter: "alter"}).drop_duplicates()
    pairs = pairs[pairs["ego"].isin(known.index) & pairs["alter"].isin(known.index)]
    pairs = pairs[pairs["ego"] != pairs["alter"]]
    if within is not None and len(pairs):
        here, there = (known.loc[pairs[side], within].to_numpy() for side in ("ego", "alter"))
        pairs = pairs[here == there]
    return pairs, known, (every - len(pairs), every)


def _named(
    pairs: pd.DataFrame, known: pd.DataFrame, group: str, within: str | None, given: str | None
) -> _Named:
    codes = {
        name: np.zeros(len(known), dtype=np.int64) if column is None else frames.codes(known[column])[0]
        for name, column in (("group", group), ("within", within), ("given", given))
    }
    rows, who = np.unique(known.index.get_indexer(pairs["ego"]), return_inverse=True)
    friend = known.index.get_indexer(pairs["alter"])
    mine = rows[who]
    # Without a smaller circle all have one code there, and the part outside it is empty.
    outside = (codes["given"][mine] != codes["given"][friend]).astype(int)
    external = codes["group"][mine] != codes["group"][friend]
    ties, different = (np.zeros((len(rows), 2), dtype=np.int64) for _ in range(2))
    np.add.at(ties, (who, outside), 1)
    np.add.at(different, (who, outside), external.astype(int))
    same, other = _could_be_named(codes, rows)
    return _Named(known[group].to_numpy(object)[rows], ties, different, same, other)


def _could_be_named(codes: dict[str, Counts], rows: Counts) -> tuple[Counts, Counts]:
    """Of these people, how many of the own and of other groups are inside and outside the smaller circle."""
    stratum = _size([codes["within"]])
    inside = _size([codes["within"], codes["given"]])
    of_group = _size([codes["within"], codes["group"]])
    both = _size([codes["within"], codes["given"], codes["group"]])
    same = np.stack([both - 1, of_group - both], axis=1)
    other = np.stack([inside - both, stratum - inside - of_group + both], axis=1)
    return same[rows], other[rows]


def _size(keys: list[Counts]) -> Counts:
    """Of each row, how many rows have the same keys."""
    _, place, count = np.unique(np.column_stack(keys), axis=0, return_inverse=True, return_counts=True)
    return count[place.ravel()]


# --- numbers --------------------------------------------------------------------------------------------


def _bootstrap(sums: Floats, draws: int, rng: np.random.Generator) -> Floats:
    """Sums over as many respondents, drawn with replacement: shape (draws, 3)."""
    n = len(sums)
    if n == 0:
        return np.zeros((draws, 3))
    return rng.multinomial(n, np.full(n, 1 / n), size=draws) @ sums


def _indices(sums: Floats) -> dict[str, Floats]:
    """The three indices of sums over respondents (ties, external, external by chance), last axis."""
    ties, external, chance = sums[..., 0], sums[..., 1], sums[..., 2]
    with np.errstate(invalid="ignore", divide="ignore"):
        share, by_chance = external / ties, chance / ties
        room = np.where(share <= by_chance, by_chance, 1 - by_chance)
        return {"external": share, "E-I": 2 * share - 1, "homophily": (by_chance - share) / room}


_FACTS = {
    "external": {"unit": Unit.SHARE, "method": Method.EXTERNAL_SHARE},
    "E-I": {"unit": Unit.INDEX, "method": Method.EI_INDEX},
    "homophily": {"unit": Unit.INDEX, "method": Method.COLEMAN},
}


def _estimates(label: str, part: _Named, drawn: Floats, lots: Counts) -> Iterator[Estimate]:
    """Of one group: the indices, and those of friends drawn at random."""
    n = len(part.group)
    if n < FEWEST:
        for name, facts in _FACTS.items():
            yield Estimate.not_computable(name, Reason.TOO_FEW, group=label, n=n, **facts)
        return
    whole, values = part.sums.sum(axis=0), _indices(drawn)
    for name, value in _indices(whole).items():
        yield _estimate(name, label, float(value), values[name], n, part.smallest)
    external = lots / whole[0]
    for name in ("external", "E-I"):
        scale, shift = (2, 1) if name == "E-I" else (1, 0)
        low, high = np.quantile(scale * external - shift, _ENDS)
        yield Estimate(
            f"{name} by chance",
            label,
            scale * float(whole[2] / whole[0]) - shift,
            _FACTS[name]["unit"],
            float(low),
            float(high),
            Interval.BY_CHANCE,
            n,
            part.smallest,
            method=Method.NAMED_BY_CHANCE,
        )


def _external_at_random(part: _Named, draws: int, rng: np.random.Generator) -> Counts:
    """How many friends are of another group when all are drawn at random: shape (draws,)."""
    some = part.ties > 0
    could = (cells[some] for cells in (part.other, part.same, part.ties))
    return rng.hypergeometric(*could, size=(draws, int(some.sum()))).sum(axis=1)


def _estimate(name: str, label: str, value: float, drawn: Floats, n: int, smallest: int) -> Estimate:
    facts = {"n": n, "smallest": smallest, **_FACTS[name]}
    if not np.isfinite(value):
        return Estimate.not_computable(name, Reason.EMPTY_GROUP, group=label, n=n, **_FACTS[name])
    drawn = drawn[np.isfinite(drawn)]
    error = float(drawn.std(ddof=1)) if len(drawn) > 1 else 0.0
    if error <= ROUNDING:
        return Estimate(name, label, value, **facts)
    low, high = np.quantile(drawn, _ENDS, method="weibull")
    ends = {"lower": float(low), "upper": float(high), "interval": Interval.BOOTSTRAP_CLUSTERED}
    return Estimate(name, label, value, standard_error=error, **ends, **facts)


def _differences(
    low: object, high: object, of: dict[object, _Named], drawn: dict[object, Floats]
) -> Iterator[Estimate]:
    """Between two groups, of each index."""
    label = f"{high} minus {low}"
    try:
        ends = [_enough(of, end) for end in (high, low)]
    except NotComputable as stop:
        for name, facts in _FACTS.items():
            yield Estimate.not_computable(name, stop.reason, group=label, **_as_points(facts))
        return
    values = [_indices(part.sums.sum(axis=0)) for part in ends]
    samples = [_indices(drawn[end]) for end in (high, low)]
    n, smallest = sum(len(part.group) for part in ends), min(part.smallest for part in ends)
    for name, facts in _FACTS.items():
        gap = float(values[0][name] - values[1][name])
        item = _estimate(name, label, gap, samples[0][name] - samples[1][name], n, smallest)
        yield replace(item, **_as_points(facts))


def _as_points(facts: dict[str, object]) -> dict[str, object]:
    return facts | {"unit": Unit.POINTS} if facts["unit"] == Unit.SHARE else facts


def _enough(of: dict[object, _Named], label: object) -> _Named:
    if label not in of:
        raise NotComputable(Reason.EMPTY_GROUP)
    if len(of[label].group) < FEWEST:
        raise NotComputable(Reason.TOO_FEW)
    return of[label]
