"""What raising an advies does in the simulated region: large draws, the same pupils with and without it.

The truth of the notebook on selection, of regions with all 24 schools of a block. It is a mean over pupils,
so that a region differs from it by sampling only, as an estimate does from its estimand.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pandas as pd

from kansen_lib import codes
from kansen_lib.example import calibration as cal
from kansen_lib.example import careers, pupils
from kansen_lib.example import parameters as par
from kansen_lib.example.geography import BLOCK, Block

DRAW, SEEDS = 50_000, (23, 24, 25, 26)
#: Pupils whose score lies this close to their own cut-off stand for those at the cut-off, in points.
NEAR = 1.5
#: Stages of the random numbers: of the half or whole step up, of the choice of school.
_UP, _CHOICE = 98, 99
_TESTS = np.array(par.TEST_LADDER)
_STEP = np.array([codes.step(label) if codes.levels(label) else np.nan for label in codes.BRUGKLASTYPE.codes])
_CLASS = np.array(
    [codes.OPLEIDING_OUDERS_3.codes.index(codes.three_classes(x)) for x in codes.OPLEIDING_OUDERS.codes]
)
LOW, HIGH = (codes.OPLEIDING_OUDERS_3.codes.index(name) for name in ("laag", "hoog"))


@lru_cache(maxsize=1)
def truth() -> dict[str, dict[str, float]]:
    """True values about raised advices, means over the draws; some seconds, once a process."""
    draws = [_of_a_draw(Block(0, BLOCK, DRAW, 1, 0, seed)) for seed in SEEDS]
    return {
        part: {name: round(float(np.mean([draw[part][name] for draw in draws])), 4) for name in names}
        for part, names in draws[0].items()
    }


def _of_a_draw(block: Block) -> dict[str, dict[str, float]]:
    drawn = pupils.draw(block)
    found = {kind: _raising(drawn, kind) for kind in ("eindtoets", "doorstroomtoets")}
    return {**found, "cutoff": _at_the_cutoff(block, drawn)}


# --- at the cut-off -----------------------------------------------------------------------------------


def _at_the_cutoff(block: Block, drawn: pd.DataFrame) -> dict[str, float]:
    """Effect of a raised advies on the level in leerjaar 3, of whom the cut-off moves, at the cut-off.

    The careers of the pupils near the own cut-off of the eindtoets are simulated twice with the same random
    numbers: all raised and nobody raised. The mean difference is weighted by the chance to be raised: who
    would be raised just above the cut-off is who is moved by it. It holds all that follows from the advies:
    the school that is chosen, its offer, the brugklas.
    """
    chance = _chance(drawn, "eindtoets")
    near = (np.abs(_distance(drawn)) <= NEAR) & (drawn["regime"] == "eindtoets").to_numpy()
    first, up = drawn["first"].to_numpy(), _step_up(block, drawn)
    levels = [
        _level(block, drawn, near, np.where(near, first + up * raised, drawn["definitive"]))
        for raised in (False, True)
    ]
    known = ~np.isnan(levels[0] + levels[1])
    weight, change = chance[near][known], (levels[1] - levels[0])[known]
    by = _CLASS[drawn["opleiding"]][near][known]
    effect = np.average(change, weights=weight)
    of_group = {
        name: np.average(change[by == place], weights=weight[by == place])
        for place, name in enumerate(codes.OPLEIDING_OUDERS_3.codes)
    }
    return {
        "raised_just_above": weight.mean(),
        "effect_of_raised_advies_on_level_leerjaar_3_steps": effect,
        "effect_of_being_above_on_level_leerjaar_3_steps": effect * weight.mean(),
        **{f"effect_of_raised_advies_{name}": value for name, value in of_group.items()},
    }


def _distance(drawn: pd.DataFrame) -> np.ndarray:
    """Score of the eindtoets minus the lowest one above the own first advies; missing for vwo and pro."""
    first = drawn["first"].to_numpy()
    above = np.searchsorted(_TESTS, first, side="right")
    cuts = np.append(cal.calibrate().test, np.nan)[above - 1]
    return np.where(first > 0, _score(drawn, cal.EINDTOETS) - cuts, np.nan)


def _score(drawn: pd.DataFrame, scale: tuple[float, float, float, float]) -> np.ndarray:
    error = (drawn["error_taal"] + drawn["error_rekenen"]).to_numpy() / 2
    return cal.observed_score(drawn["skill"].to_numpy(), error, scale)


def _step_up(block: Block, drawn: pd.DataFrame) -> np.ndarray:
    """How many half steps each advies would go up, with a test just above the cut-off."""
    first = drawn["first"].to_numpy()
    above = np.minimum(np.searchsorted(_TESTS, first, side="right"), len(_TESTS) - 1)
    wanted = np.where(block.rng(_UP).random(len(drawn)) < 0.5, 1, 2)
    return np.minimum(wanted, np.maximum(_TESTS[above] - first, 0))


def _level(block: Block, drawn: pd.DataFrame, near: np.ndarray, definitive: np.ndarray) -> np.ndarray:
    """Place of the class in leerjaar 3 of the pupils near the cut-off, with these definitive advices."""
    given = drawn.assign(definitive=definitive)
    given["vestiging"] = pupils.choose(block, given, block.rng(_CHOICE))
    found = careers.simulate(block, given[near].reset_index(drop=True))
    third = found.leerjaar == 3
    niveau = found.niveau[np.arange(len(third)), third.argmax(axis=1)]
    return np.where(third.any(axis=1), _STEP[niveau], np.nan)


# --- over all -----------------------------------------------------------------------------------------


def _raising(drawn: pd.DataFrame, kind: str) -> dict[str, float]:
    """What raising does to the gap between laag and hoog, were all to sit one kind of test."""
    tested = drawn[drawn["first"] > 0]
    first, test, chance = tested["first"].to_numpy(), _test(tested, kind), _chance(tested, kind)
    higher = test > first
    half = np.minimum(test - first, 2)
    rise = np.where(higher, chance * (np.minimum(half, 1) + half) / 2, 0.0)
    by = _CLASS[tested["opleiding"]]
    pair = first * len(par.LADDER) + test
    left = _within(1 - chance[higher], by[higher], pair[higher])
    return {
        "higher": higher.mean(),
        "raised_of_higher": chance[higher].mean(),
        "raised_of_higher_hoog_minus_laag": _gap(chance[higher], by[higher]),
        "not_raised_at_equal_advies_and_test_hoog_minus_laag": left,
        "gap_added_steps_hoog_minus_laag": _gap(cal.steps(rise), by),
        "gap_added_of_all_steps_hoog_minus_laag": _of_all(drawn, cal.steps(rise)),
    }


def _of_all(drawn: pd.DataFrame, rise: np.ndarray) -> float:
    """The same of everybody: of who is exempt from the test, or misses it, nothing is raised."""
    risen = np.zeros(len(drawn))
    risen[(drawn["first"] > 0).to_numpy()] = rise * (1 - par.MISSING_TEST)
    return _gap(risen, _CLASS[drawn["opleiding"]])


def _test(drawn: pd.DataFrame, kind: str) -> np.ndarray:
    solved = cal.calibrate()
    scale, cuts = {
        "eindtoets": (cal.EINDTOETS, solved.test),
        "doorstroomtoets": (cal.DOORSTROOM, solved.doorstroom),
    }[kind]
    return _TESTS[cal.classify(_score(drawn, scale), cuts)]


def _chance(drawn: pd.DataFrame, kind: str) -> np.ndarray:
    """Chance that an advies below the test is raised."""
    solved = cal.calibrate()
    base = solved.revised[drawn["first"]] if kind == "eindtoets" else solved.revised_doorstroom
    relative = cal.revision_chance(drawn["stedelijkheid"].to_numpy(), drawn["opleiding"].to_numpy())
    return np.minimum(base * relative, 1.0)


def _gap(values: np.ndarray, by: np.ndarray) -> float:
    return float(values[by == HIGH].mean() - values[by == LOW].mean())


def _within(values: np.ndarray, by: np.ndarray, strata: np.ndarray) -> float:
    """The gap within strata, weighted by the two groups in each as Mantel and Haenszel do."""

    def total(chosen: np.ndarray, of: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        return np.bincount(strata[chosen], of(chosen), strata.max() + 1)

    low, high = by == LOW, by == HIGH
    n = [total(side, lambda rows: np.ones(rows.sum())) for side in (low, high)]
    y = [total(side, lambda rows: values[rows]) for side in (low, high)]
    both = np.minimum(*n) > 0
    size = n[0][both] + n[1][both]
    return float(((y[1] * n[0] - y[0] * n[1])[both] / size).sum() / ((n[0] * n[1])[both] / size).sum())
