"""The pupils of a block: background, basisschool, true skill, test, advice and the vo school of entry."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kansen_lib import codes
from kansen_lib.example import calibration as cal
from kansen_lib.example import parameters as par
from kansen_lib.example.geography import Block

#: Choice of a basisschool and of a vo school: utilities of a logit, assumed; sorting follows from them.
SAME_PC4, BASISSCHOOL_ON_SES, BASISSCHOOL_ON_HERKOMST = 2.6, 0.5, 0.9
SAME_GEMEENTE, HALF_OF_ADVICE, NOT_OFFERED, PER_STEP = 2.0, -1.0, -5.0, -2.5
ROUNDS = 25


def draw(block: Block) -> pd.DataFrame:
    """All pupils of a block, a row each, in the order of their vestiging and cohort.

    Labels are numbers (the place in their code list; advices the place on ``parameters.LADDER``).
    Beside what a school can know there are the latent ``skill``, ``domain``, errors and ``ses``.
    """
    solved = cal.calibrate()
    rng = block.rng(10)
    pupils = pd.DataFrame(cal.latents(block, rng))
    for name in ("opleiding", "inkomen", "herkomst"):
        pupils[name] = cal.classify(pupils[name].to_numpy(), getattr(solved, name))
    pupils["basisschool"] = _basisschool(block, pupils, rng)
    pupils["cohort"] = rng.permutation(np.arange(block.pupils) % len(par.COHORTS))
    _add_skill(block, pupils, rng)
    _add_first_advice(block, pupils, rng)
    _add_test(pupils, rng)
    _add_definitive_advice(pupils, rng)
    pupils["vestiging"] = choose(block, pupils, rng)
    return pupils.sort_values(["vestiging", "cohort"], kind="stable", ignore_index=True)


def _gumbel_choice(utility: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The choice of each row under a logit."""
    return np.argmax(utility + rng.gumbel(size=utility.shape), axis=1)


def _basisschool(block: Block, pupils: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Basisschool of each pupil: near home, and sorted by SES and herkomst."""
    chosen = np.zeros(len(pupils), dtype=int)
    profile = rng.standard_normal((3, block.n_basisscholen))
    school_gemeente = block.pc4_gemeente[block.basisschool_pc4]
    for place in range(len(block.gemeenten)):
        rows = np.flatnonzero(pupils["gemeente"] == place)
        schools = np.flatnonzero(school_gemeente == place)
        some = pupils.iloc[rows]
        utility = SAME_PC4 * (some["pc4"].to_numpy()[:, None] == block.basisschool_pc4[schools])
        utility = utility + 0.4 * profile[0, schools]
        utility += BASISSCHOOL_ON_SES * some["ses"].to_numpy()[:, None] * profile[1, schools]
        utility += BASISSCHOOL_ON_HERKOMST * (some["herkomst"].to_numpy() > 0)[:, None] * profile[2, schools]
        chosen[rows] = schools[_gumbel_choice(utility, rng)]
    return chosen


def _add_skill(block: Block, pupils: pd.DataFrame, rng: np.random.Generator) -> None:
    """True skill (sd 1), its split over taal and rekenen, and the errors of the test of groep 8."""
    solved = cal.calibrate()
    noise = rng.standard_normal((4, len(pupils)))
    effect = block.basisschool_effects[0][pupils["basisschool"]]
    raw = cal.raw_skill(pupils["ses"].to_numpy(), pupils["herkomst"].to_numpy(), effect, noise[0])
    pupils["skill"] = (raw - solved.skill_mean) / solved.skill_sd
    pupils["domain"] = par.SD_DOMAIN * noise[1]
    pupils["error_taal"], pupils["error_rekenen"] = cal.error_sd() * noise[2:]


def _add_first_advice(block: Block, pupils: pd.DataFrame, rng: np.random.Generator) -> None:
    """First advice of the basisschool, as a place on the ladder: skill, noise and bias."""
    solved = cal.calibrate()
    latent = pupils["skill"].to_numpy() + solved.advice_bias[pupils["opleiding"]]
    latent += cal.other_bias(pupils["geslacht"].to_numpy(), pupils["stedelijkheid"].to_numpy())
    latent += block.basisschool_effects[1][pupils["basisschool"]]
    latent += par.SD_JUDGEMENT * rng.standard_normal(len(pupils))
    pupils["first"] = cal.classify(latent, solved.advice)


def _add_test(pupils: pd.DataFrame, rng: np.random.Generator) -> None:
    """Score and toetsadvies: none in a year without a test; praktijkonderwijs is exempt.

    ``score_z`` is the score in sd from the mean of its own scale.
    """
    solved = cal.calibrate()
    error = (pupils["error_taal"] + pupils["error_rekenen"]).to_numpy() / 2
    pupils["regime"] = np.array([codes.regime(year) for year in par.GROEP8])[pupils["cohort"]]
    tested = (pupils["regime"] != "geen toets") & (pupils["first"] > 0)
    tested &= rng.random(len(pupils)) >= par.MISSING_TEST
    pupils["score"], pupils["score_z"], pupils["test"] = np.nan, np.nan, -1
    for regime, scale, cuts in (
        ("eindtoets", cal.EINDTOETS, solved.test),
        ("doorstroomtoets", cal.DOORSTROOM, solved.doorstroom),
    ):
        rows = (tested & (pupils["regime"] == regime)).to_numpy()
        score = cal.observed_score(pupils["skill"].to_numpy()[rows], error[rows], scale)
        pupils.loc[rows, "score"] = score
        pupils.loc[rows, "score_z"] = (score - scale[0]) / scale[1]
        pupils.loc[rows, "test"] = cal.classify(score, cuts)


def _add_definitive_advice(pupils: pd.DataFrame, rng: np.random.Generator) -> None:
    """Advice after heroverweging (until 2022-23) or bijstelling "in principe", as a place on the ladder."""
    solved = cal.calibrate()
    first = pupils["first"].to_numpy()
    test = np.where(pupils["test"] >= 0, np.array(par.TEST_LADDER)[pupils["test"]], -1)
    relative = cal.revision_chance(pupils["stedelijkheid"].to_numpy(), pupils["opleiding"].to_numpy())
    often = (pupils["regime"] == "doorstroomtoets").to_numpy()
    chance = np.where(often, solved.revised_doorstroom, solved.revised[first]) * relative
    pupils["definitive"] = cal.revise(first, test, chance, rng.random((2, len(pupils))))


def choose(block: Block, pupils: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Vo school of entry: a logit on offer, gemeente, SES and herkomst that meets the intended intakes."""
    utility = _match(block)[pupils["definitive"]]
    utility += SAME_GEMEENTE * (pupils["gemeente"].to_numpy()[:, None] == block.gemeente)
    utility += pupils["ses"].to_numpy()[:, None] * np.array([kind.ses for kind in block.kinds])
    pull = np.array([kind.herkomst for kind in block.kinds]) / 2
    utility += np.where(pupils["herkomst"].to_numpy()[:, None] > 0, pull, -pull)
    utility += rng.gumbel(size=utility.shape)
    constant = np.log(block.intake)
    for _ in range(ROUNDS):
        chosen = np.argmax(utility + constant, axis=1)
        share = (np.bincount(chosen, minlength=block.size) + 0.5) / (len(pupils) + 0.5)
        constant = constant + 0.6 * np.log(block.intake / share)
    return np.argmax(utility + constant, axis=1)


def _match(block: Block) -> np.ndarray:
    """Utility by advice (row) and vestiging (column) of how well the offer covers the advice."""
    found = np.zeros((len(par.LADDER), block.size))
    for row, label in enumerate(par.LADDER):
        wanted = {par.LEVELS.index(level) for level in codes.levels(label)}
        for column, offer in enumerate(block.offers):
            offered = set(np.flatnonzero(offer))
            missing = len(wanted - offered)
            if missing == 0:
                continue
            if missing < len(wanted):
                found[row, column] = HALF_OF_ADVICE
                continue
            distance = min(abs(level - place) for level in offered for place in wanted)
            found[row, column] = NOT_OFFERED + PER_STEP * distance
    return found
