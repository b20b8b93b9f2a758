"""From leerjaar 1 on: the level of each pupil, year by year, by the definitions of CBS.

A career is simulated to its end; what is shown stops at the last school year. Arrays have a row a
pupil and a column a year since entry.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from kansen_lib import codes
from kansen_lib.example import calibration as cal
from kansen_lib.example import parameters as par
from kansen_lib.example.geography import Block

YEARS = 8
AFLOOP = {label: place for place, label in enumerate(codes.AFLOOP.codes)}
#: Place in BRUGKLASTYPE of each single level.
SINGLE = np.array([codes.BRUGKLASTYPE.codes.index(level) for level in par.LEVELS])


@dataclass(frozen=True)
class Careers:
    """Careers of the pupils of a block; -1 where a pupil is no longer in the vo.

    Attributes:
        vestiging: place of the vestiging in the block.
        leerjaar: 1 to 6.
        niveau: place in BRUGKLASTYPE.
        level: place in LEVELS of the pupil's own level (in a broad class the one that comes out).
        afloop: place in AFLOOP.
    """

    vestiging: np.ndarray
    leerjaar: np.ndarray
    niveau: np.ndarray
    level: np.ndarray
    afloop: np.ndarray

    @property
    def exam_year(self) -> np.ndarray:
        """Whether the pupil sits the central exam in the year: last leerjaar of a level that has one."""
        return (self.level > 0) & (self.leerjaar == np.array(par.EXAM_LEERJAAR)[self.level])


def begun(block: Block, pupils: pd.DataFrame) -> np.ndarray:
    """Which pupils entered a vestiging that had begun with the brede brugklas."""
    start = block.breed_start[pupils["vestiging"]]
    return (start >= 0) & (pupils["cohort"].to_numpy() >= start)


def treated(block: Block, pupils: pd.DataFrame) -> np.ndarray:
    """Which pupils sit in a brede brugklas because of the intervention: advice vmbo-gt or higher."""
    return begun(block, pupils) & in_scope(pupils)


def in_scope(pupils: pd.DataFrame) -> np.ndarray:
    """Pupils for whom a brede brugklas is meant: definitive advice vmbo-gt or higher."""
    return pupils["definitive"].to_numpy() >= par.LADDER.index("vmbo-gt")


def simulate(block: Block, pupils: pd.DataFrame) -> Careers:
    """Careers of all pupils of a block."""
    rng = block.rng(20)
    state = _entry(block, pupils, rng)
    shape = (len(pupils), YEARS)
    found = {name: np.full(shape, -1, dtype=np.int8) for name in Careers.__dataclass_fields__}
    for year in range(YEARS):
        active = state.vestiging >= 0
        state.record(found, year, active)
        outcome = np.where(active, _outcomes(state, pupils, rng), AFLOOP["uit het onderwijs"])
        state.move(block, outcome, _stacks(block, state, pupils, outcome, rng), rng)
        found["afloop"][active, year] = outcome[active]
    return Careers(**found)


@dataclass
class _State:
    """Where everybody is in the year at hand."""

    vestiging: np.ndarray
    leerjaar: np.ndarray
    level: np.ndarray
    brugklas: np.ndarray
    broad_years: np.ndarray
    definitive: np.ndarray
    home: np.ndarray
    leaves: np.ndarray

    def record(self, found: dict[str, np.ndarray], year: int, active: np.ndarray) -> None:
        """Write the year into the columns of the careers."""
        niveau = np.where(self.leerjaar <= self.broad_years, self.brugklas, SINGLE[self.level])
        for name, values in {"niveau": niveau, **vars(self)}.items():
            if name in found:
                found[name][active, year] = values[active]

    def move(self, block: Block, outcome: np.ndarray, stacks: np.ndarray, rng: np.random.Generator) -> None:
        """Go on to the next year, level and school; a change of school is written into ``outcome``.

        Who ``stacks`` goes on with a diploma: that stays the outcome of the year, also at another school.
        """
        _change_level(self, outcome, stacks)
        gone = np.isin(outcome, [AFLOOP["diploma"], AFLOOP["uit het onderwijs"]]) & ~stacks
        self.vestiging = np.where(gone, -1, self.vestiging)
        _change_school(self, block, outcome, rng)


def _entry(block: Block, pupils: pd.DataFrame, rng: np.random.Generator) -> _State:
    solved, vestiging = cal.calibrate(), pupils["vestiging"].to_numpy()
    definitive, opleiding = pupils["definitive"].to_numpy(), pupils["opleiding"].to_numpy()
    broad = treated(block, pupils)
    index = cal.level_index(
        definitive, pupils["skill"] - solved.skill_by_advice[definitive], opleiding
    ).to_numpy()
    index = index + par.LEVEL_ON_EFFECT * np.where(broad, np.array(par.BREED_EFFECT)[opleiding], 0.0)
    level = cal.level_of(
        index + solved.level_sd * cal.level_noise(opleiding, rng.standard_normal(len(pupils))), definitive
    )
    offered = block.offers[vestiging, level]
    leaves = ~offered & (rng.random(len(pupils)) < par.LEAVES_FOR_LEVEL)
    leaves |= block.broad_years[vestiging] >= 3  # a middenschool ends after leerjaar 3
    level = np.where(offered | leaves, level, _nearest_offered(block, vestiging, level))
    return _State(
        vestiging=vestiging.copy(),
        leerjaar=np.ones(len(pupils), dtype=int),
        level=level,
        brugklas=block.brugklas[begun(block, pupils).astype(int), vestiging, definitive],
        broad_years=np.where(broad, 2, block.broad_years[vestiging]),
        definitive=definitive,
        home=pupils["gemeente"].to_numpy(),
        leaves=leaves,
    )


def _nearest_offered(block: Block, vestiging: np.ndarray, level: np.ndarray) -> np.ndarray:
    """The offered level that lies nearest; of two the lower."""
    distance = np.abs(np.arange(len(par.LEVELS))[None, :] - level[:, None]).astype(float)
    return np.argmin(np.where(block.offers[vestiging], distance, np.inf), axis=1)


def _ability(state: _State, pupils: pd.DataFrame) -> np.ndarray:
    """Skill among who is in the same level and leerjaar, mean 0 and sd 1; 0 for who has left."""
    skill, here = pupils["skill"].to_numpy(), (state.vestiging >= 0).astype(float)
    group = state.level * 10 + state.leerjaar
    size = np.maximum(np.bincount(group, here), 1)
    away = skill - (np.bincount(group, here * skill) / size)[group]
    spread = np.sqrt(np.bincount(group, here * away**2) / size)
    return here * away / np.maximum(spread, 0.1)[group]


def _by_skill(share: np.ndarray, ability: np.ndarray, weight: float) -> np.ndarray:
    """Chance that depends on ability and is ``share`` on average (probit)."""
    threshold = norm.ppf(np.clip(share, 1e-12, 1 - 1e-12)) * np.sqrt(1 + weight**2)
    return norm.cdf(threshold + weight * ability)


def _outcomes(state: _State, pupils: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """How the year ends for each pupil (place in AFLOOP)."""
    ability = _ability(state, pupils)
    level, leerjaar = state.level, np.minimum(state.leerjaar, 6)
    repeat = np.array(par.REPEAT)[level, leerjaar - 1]
    third, upper = leerjaar == 3, leerjaar > 3
    down = np.where(
        third, np.array(par.DOWN_LJ3)[level], np.where(upper, np.array(par.DOWN_UPPER)[level], 0.0)
    )
    up = np.where(third, np.array(par.UP_LJ3)[level], 0.0)
    out = np.where(leerjaar >= 3, par.DROPOUT_UPPER, par.DROPOUT_LOWER)
    worse, better = -par.TRANSITION_ON_SKILL, par.TRANSITION_ON_SKILL
    chances = {
        "doubleren": _by_skill(repeat, ability, worse),
        "afstroom": _by_skill(down, ability, worse),
        "opstroom": _by_skill(up, ability, better),
        "uit het onderwijs": out,
        "andere school": np.full(len(pupils), par.MOVES_SCHOOL),
    }
    outcome = _first_of(chances, rng.random(len(pupils)), "bevorderd")
    final = leerjaar == np.array(par.EXAM_LEERJAAR)[level]
    return np.where(final, _exam(level, ability, pupils, rng), outcome)


def _first_of(chances: dict[str, np.ndarray], uniform: np.ndarray, otherwise: str) -> np.ndarray:
    """One outcome for each pupil: the chances are of outcomes that exclude each other."""
    edges = np.cumsum(np.array(list(chances.values())), axis=0)
    names = np.array([AFLOOP[name] for name in (*chances, otherwise)])
    return names[(uniform >= edges).sum(axis=0)]


def _exam(
    level: np.ndarray, ability: np.ndarray, pupils: pd.DataFrame, rng: np.random.Generator
) -> np.ndarray:
    """Diploma, another try, or leaving without one; the gap by herkomst leaves the mean of a level alone."""
    shift = np.array(par.PASS_ON_HERKOMST)[pupils["herkomst"]]
    shift -= (np.bincount(level, shift) / np.maximum(np.bincount(level), 1))[level]
    threshold = norm.ppf(np.array(par.PASS))[level] * np.sqrt(1 + par.TRANSITION_ON_SKILL**2)
    latent = threshold + par.TRANSITION_ON_SKILL * ability + shift
    chances = {"diploma": norm.cdf(latent)}
    chances["doubleren"] = (1 - chances["diploma"]) * par.FAILED_REPEATS
    return _first_of(chances, rng.random(len(pupils)), "uit het onderwijs")


def _stacks(
    block: Block, state: _State, pupils: pd.DataFrame, outcome: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Who goes on one level higher after a diploma, where this school or another one offers that."""
    higher = np.minimum(state.level + 1, len(par.LEVELS) - 1)
    ends_at_3 = np.array([kind.broad_years >= 3 for kind in block.kinds])
    offered = (
        block.offers[np.maximum(state.vestiging, 0), higher] | block.offers[~ends_at_3].any(axis=0)[higher]
    )
    chance = np.array(par.STACKS)[state.level] * np.array(par.STACKS_OPLEIDING)[pupils["opleiding"]]
    passed = (state.vestiging >= 0) & (outcome == AFLOOP["diploma"])
    return passed & offered & (rng.random(len(pupils)) < chance)


def _change_level(state: _State, outcome: np.ndarray, stacks: np.ndarray) -> None:
    """Next level and leerjaar; down after leerjaar 3 means the same leerjaar, but for vwo-4 to havo-5.

    With a diploma of vmbo-gt to havo-4, and of havo to vwo-5: one level up, in the same leerjaar.
    """
    down, up = outcome == AFLOOP["afstroom"], outcome == AFLOOP["opstroom"]
    vwo4 = (state.level == len(par.LEVELS) - 1) & (state.leerjaar == 4)
    stays = (outcome == AFLOOP["doubleren"]) | (down & (state.leerjaar > 3) & ~vwo4) | stacks
    state.level = state.level - down + (up | stacks)
    state.leerjaar = np.where(stays, state.leerjaar, state.leerjaar + 1)


def _change_school(state: _State, block: Block, outcome: np.ndarray, rng: np.random.Generator) -> None:
    """Move who must or will; the outcome of their year is then 'andere school'."""
    here, place = state.vestiging >= 0, np.maximum(state.vestiging, 0)
    no_offer = ~block.offers[place, state.level] & (state.leerjaar > state.broad_years)
    ends_here = state.leaves & (state.leerjaar == state.broad_years + 1)
    must = here & (outcome != AFLOOP["doubleren"]) & (ends_here | no_offer)
    will = here & (outcome == AFLOOP["andere school"])
    target = _other_school(block, state, place, rng)
    moves, stuck = (must | will) & (target >= 0), must & (target < 0)
    state.level = np.where(stuck, _nearest_offered(block, place, state.level), state.level)
    outcome[will & ~moves] = AFLOOP["bevorderd"]
    outcome[moves & (outcome != AFLOOP["diploma"])] = AFLOOP["andere school"]
    state.vestiging = np.where(moves, target, state.vestiging)
    state.broad_years = np.where(moves, block.broad_years[target], state.broad_years)
    state.brugklas = np.where(moves, block.brugklas[0, target, state.definitive], state.brugklas)
    state.leaves &= ~moves


def _other_school(block: Block, state: _State, place: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Another vestiging that offers the level, near home and by size; -1 where there is none."""
    weight = np.log(block.intake)[None, :] + 3.0 * (state.home[:, None] == block.gemeente[None, :])
    utility = weight + rng.gumbel(size=weight.shape)
    lower = np.array([kind.broad_years >= 3 for kind in block.kinds])
    open_to = block.offers[:, state.level].T & ~lower[None, :]
    open_to[np.arange(len(place)), place] = False
    utility = np.where(open_to, utility, -np.inf)
    return np.where(open_to.any(axis=1), np.argmax(utility, axis=1), -1)
