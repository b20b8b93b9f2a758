"""How far the scores of pupils in vmbo-gt, havo and vwo overlap: of all schools together and of one.

The level is that of the class in leerjaar 3. It is an outcome of selection, and the scores of leerjaar 3
come after three years in it: nothing here says where a pupil should have been.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from kansen_lib.benchmark.context import FEWEST_PUPILS
from kansen_lib.benchmark.data import Network, several_schools
from kansen_lib.benchmark.numbers import Benchmark, Row
from kansen_lib.benchmark.scores import END, RELIABILITY, START
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Reason, Unit

TRACKS = ("vmbo-gt", "havo", "vwo")
#: The lower and the higher of two levels.
PAIRS = (("vmbo-gt", "havo"), ("havo", "vwo"), ("vmbo-gt", "vwo"))
MOMENTS = {"groep 8": START, "leerjaar 3": END}
LAST = "leerjaar 3"
WITHOUT_ERROR = f"{LAST}, zonder meetfout"
#: Parts of the pupils of a level who score lower.
PARTS = (0.1, 0.25, 0.5, 0.75, 0.9)
#: Under which the numbers of all schools are kept, a card each.
SCORES, OVERLAP, WRONG, CUT, GOOD = (
    "scores per niveau",
    "overlap van niveaus",
    "verkeerde kant",
    "beste grens",
    "goede leerling van vmbo-gt",
)
#: On the card of the good pupil: a score, and where the best tenth of vmbo-gt begins.
SCORE, BEST = "score in leerjaar 3", "bovenste tiende van vmbo-gt begint bij"


def rows(network: Network) -> Iterator[Row]:
    """Everything of this theme over all schools; nothing without pupils of several schools."""
    if "leerlingen" not in network.store.tables or not several_schools(network.pupils):
        return
    pupils = in_tracks(network.pupils)
    twice = at_both_moments(pupils)
    yield from ((SCORES, item, None) for item in percentiles(pupils))
    yield from ((GOOD, item, None) for item in good_pupils(pupils))
    yield from ((OVERLAP, item, None) for item in overlaps(twice))
    for moment in MOMENTS:
        for pair in PAIRS:
            cut = _best_cut(twice, moment, pair)
            if cut is not None:
                facts = {"name": _both(pair), "group": moment, "unit": Unit.SCORE}
                yield CUT, Estimate(value=cut, n=len(twice), **facts), None
                yield WRONG, _wrong_side(twice, moment, pair, cut), None


def in_tracks(pupils: pd.DataFrame) -> pd.DataFrame:
    """The pupils of :func:`kansen_lib.indicators.pupils` in a class of one of the three levels alone."""
    return pupils[pupils["leerjaar3"].isin(TRACKS)]


def at_both_moments(pupils: pd.DataFrame) -> pd.DataFrame:
    """Those with a score at each moment: moments side by side are about the same pupils."""
    return pupils.dropna(subset=list(MOMENTS.values()))


def _scores(pupils: pd.DataFrame, moment: str, track: str) -> pd.Series:
    return pupils.loc[pupils["leerjaar3"] == track, MOMENTS[moment]].dropna()


def _both(pair: tuple[str, str]) -> str:
    return f"{pair[0]} en {pair[1]}"


def percentiles(pupils: pd.DataFrame) -> list[Estimate]:
    """Scores in leerjaar 3 of each level, of the pupil with so many of a hundred below: a line a level."""
    return [
        replace(item, group=f"leerling {100 * float(item.group):g} van 100")
        for track in TRACKS
        for item in gaps.percentiles(_scores(pupils, LAST, track), parts=PARTS, name=track).estimates
    ]


def overlaps(pupils: pd.DataFrame) -> list[Estimate]:
    """The part of two distributions that lies over each other: a name a pair, a group a moment.

    Were they normal with the same spread. In leerjaar 3 also without the error of the tests, which spreads
    the scores of both levels: what is left is no error.
    """
    error = (1 - RELIABILITY) * pupils[END].var()  # of the same size in every level
    found = []
    for pair in PAIRS:
        for moment in MOMENTS:
            low, high = (_scores(pupils, moment, track) for track in pair)
            found.append(_shared(low, high, _both(pair), moment))
        true = [_without_error(_scores(pupils, LAST, track), error) for track in pair]
        found.append(_shared(*true, _both(pair), WITHOUT_ERROR))
    return found


def _without_error(scores: pd.Series, error: float) -> pd.Series:
    """The scores pulled to their mean until their variance is that of true ones; none without it."""
    whole = scores.var()
    if not whole > error:
        return scores[:0]
    return scores.mean() + np.sqrt(1 - error / whole) * (scores - scores.mean())


def _shared(low: pd.Series, high: pd.Series, name: str, group: str) -> Estimate:
    found = gaps.overlap(low, high)["overlapping coefficient"]
    return replace(found, name=name, group=group, smallest=min(len(low), len(high)))


def _reaching(low: pd.Series, reached: pd.Series, high: pd.Series, name: str, group: str) -> Estimate:
    """Share of the lower level that reaches what the higher one is summed up by."""
    if len(high) < FEWEST_PUPILS or low.empty:
        return Estimate.not_computable(name, Reason.TOO_FEW, group=group, unit=Unit.SHARE)
    return gaps.share(int(reached.sum()), len(low), name=name, group=group)


# --- one cut-off --------------------------------------------------------------------------------------


def _best_cut(pupils: pd.DataFrame, moment: str, pair: tuple[str, str]) -> float | None:
    """The score from which the higher level would begin with the fewest pupils on the wrong side.

    Chosen on the same pupils: of thousands that makes their share hardly smaller than that of others.
    """
    low, high = (np.sort(_scores(pupils, moment, track)) for track in pair)
    if min(len(low), len(high)) < FEWEST_PUPILS:
        return None
    cuts = np.unique([*low, *high])
    wrong = len(low) - np.searchsorted(low, cuts) + np.searchsorted(high, cuts)
    return float(cuts[np.argmin(wrong)])


def _wrong_side(pupils: pd.DataFrame, moment: str, pair: tuple[str, str], cut: float) -> Estimate:
    """Share of the pupils of a pair who sit elsewhere than one score as the limit would have them.

    Held to those on the wrong side in either level.
    """
    low, high = (_scores(pupils, moment, track) for track in pair)
    wrong = [int((low >= cut).sum()), int((high < cut).sum())]
    if min(len(low), len(high)) == 0:
        return Estimate.not_computable(_both(pair), Reason.EMPTY_GROUP, group=moment, unit=Unit.SHARE)
    found = gaps.share(sum(wrong), len(low) + len(high), name=_both(pair), group=moment)
    return replace(found, smallest=min([*wrong, len(low), len(high)]))


def wrong_sides(pupils: pd.DataFrame, benchmark: Benchmark) -> list[Estimate]:
    """Of one school, at the best cut of all schools: its own would fit its chance, and differ each year."""
    cuts = {(moment, pair): benchmark.value(_both(pair), moment, CUT) for pair in PAIRS for moment in MOMENTS}
    return [_wrong_side(pupils, *key, cut) for key, cut in cuts.items() if cut is not None]


# --- a good pupil of vmbo-gt --------------------------------------------------------------------------


def good_pupils(pupils: pd.DataFrame) -> list[Estimate]:
    """Where the best tenth of vmbo-gt begins beside the mean of havo and vwo, and who reaches that mean."""
    own = {track: _scores(pupils, LAST, track) for track in TRACKS}
    best = gaps.percentiles(own[TRACKS[0]], parts=(PARTS[-1],), name=SCORE).estimates[0]
    means = [gaps.mean(own[track], name=SCORE, group=f"gemiddelde {track}") for track in TRACKS[1:]]
    reaching = [
        _reaching(own[low], own[low] >= own[high].mean(), own[high], f"{low} haalt gemiddelde van {high}", "")
        for low, high in PAIRS
    ]
    return [*reaching, replace(best, group=BEST), *means]
