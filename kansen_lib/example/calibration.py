"""Thresholds that bring the simulation to its published targets, solved from one large draw.

The draw has its own fixed seed, so that every region shares the same thresholds: a region differs
from the targets by sampling only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from kansen_lib.example import background
from kansen_lib.example import parameters as par
from kansen_lib.example.geography import BLOCK, Block

DRAW = 200_000
#: Mean, sd, lowest and highest score of both tests of groep 8.
EINDTOETS = (par.CITO_MEAN, par.CITO_SD, par.CITO_MIN, par.CITO_MAX)
DOORSTROOM = (par.DOORSTROOM_MEAN, par.DOORSTROOM_SD, par.DOORSTROOM_MIN, par.DOORSTROOM_MAX)
SEED = 19


@dataclass(frozen=True)
class Calibration:
    """What is solved from the large draw.

    Attributes:
        opleiding, inkomen, herkomst: cut-offs of the latent variables, low to high.
        skill_mean, skill_sd: of skill before standardising.
        advice_bias: bias of the first advice by opleiding_ouders, in sd of skill.
        advice: cut-offs of the latent advice between the eleven advices.
        test: lowest score of each toetsadvies after the first, of the eindtoets.
        doorstroom: the same of the doorstroomtoets, on its own scale.
        revised: chance of revision by place on the ladder, before the relative chances; up to 2022-23.
        revised_doorstroom: the same since 2023-24, alike for every advice that a test can lie above.
        skill_by_advice: mean true skill by place of the definitive advice on the ladder.
        level_sd: noise of the level in leerjaar 3, in steps.
        advice_gap: true mean of the advice in steps by opleiding_ouders against wo, were the same
            pupils (same true skill, sex and place) judged with the bias of that class.
        steps_per_sd: mean steps of advice for one sd of the latent advice.
        reference: lowest scores of 1F and of 1S or 2F, a row a domain (taal, rekenen) of groep 8.
        skill_by_opleiding: mean true skill by opleiding_ouders.
        herkomst_by_opleiding: shares of herkomst (column) by opleiding_ouders (row).
    """

    opleiding: np.ndarray
    inkomen: np.ndarray
    herkomst: np.ndarray
    skill_mean: float
    skill_sd: float
    advice_bias: np.ndarray
    advice: np.ndarray
    test: np.ndarray
    doorstroom: np.ndarray
    revised: np.ndarray
    revised_doorstroom: float
    skill_by_advice: np.ndarray
    level_sd: float
    advice_gap: np.ndarray
    steps_per_sd: float
    reference: np.ndarray
    skill_by_opleiding: np.ndarray
    herkomst_by_opleiding: np.ndarray


def quantile_cuts(values: np.ndarray, shares: tuple[float, ...]) -> np.ndarray:
    """Cut-offs that divide ``values`` into classes with these shares."""
    edges = np.cumsum(shares)[:-1] / np.sum(shares)
    return np.quantile(values, edges)


def classify(values: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    """Class of each value: 0 below the first cut-off, and so on."""
    return np.searchsorted(cuts, values, side="right")


def latents(block: Block, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Home, sex and latent background of the pupils of a block (a Gaussian copula on SES)."""
    n = block.pupils
    shares = np.bincount(block.gemeente, weights=block.intake)
    home = rng.choice(len(shares), size=n, p=shares / shares.sum())
    per_gemeente = len(block.pc4) // len(shares)
    pc4 = home * per_gemeente + rng.integers(per_gemeente, size=n)
    noise = rng.standard_normal((4, n))
    ses = block.pc4_ses[pc4] + np.sqrt(1 - par.SES_BETWEEN_PC4**2) * noise[0]
    return {
        "gemeente": home,
        "stedelijkheid": np.array([item.stedelijkheid for item in block.gemeenten])[home],
        "pc4": pc4,
        "geslacht": rng.integers(2, size=n),
        "ses": ses,
        "opleiding": par.OPLEIDING_LOADING * ses + np.sqrt(1 - par.OPLEIDING_LOADING**2) * noise[1],
        "inkomen": par.INKOMEN_LOADING * ses + np.sqrt(1 - par.INKOMEN_LOADING**2) * noise[2],
        "herkomst": block.pc4_herkomst[pc4] + par.HERKOMST_ON_SES * ses + noise[3],
    }


def raw_skill(
    ses: np.ndarray, herkomst: np.ndarray, basisschool: np.ndarray, noise: np.ndarray
) -> np.ndarray:
    """Skill before standardising; ``basisschool`` is the effect of the school, ``noise`` standard normal."""
    rest = np.sqrt(1 - par.SKILL_ON_SES**2 - par.SD_BASISSCHOOL**2)
    return par.SKILL_ON_SES * ses + np.array(par.SKILL_ON_HERKOMST)[herkomst] + basisschool + rest * noise


def observed_score(
    skill: np.ndarray, error: np.ndarray, scale: tuple[float, float, float, float] = EINDTOETS
) -> np.ndarray:
    """Score on a scale of Cito, to one decimal; ``error`` is the mean of the errors of both domains."""
    mean, sd, lowest, highest = scale
    score = mean + sd * np.sqrt(par.RELIABILITY) * (skill + error)
    return np.round(np.clip(score, lowest, highest), 1)


def error_sd() -> float:
    """Error sd of one domain, so that the mean of two has the reliability asked for."""
    return float(np.sqrt(2 * (1 / par.RELIABILITY - 1)))


def score_sd() -> float:
    """Sd of a domain score in units of skill: skill, its split over domains and the error."""
    return float(np.sqrt(1 + par.SD_DOMAIN**2 + error_sd() ** 2))


def other_bias(geslacht: np.ndarray, stedelijkheid: np.ndarray) -> np.ndarray:
    """Bias of the advice by sex and stedelijkheid, in sd of skill."""
    return np.array(par.ADVICE_BIAS_SEX)[geslacht] + np.array(par.ADVICE_BIAS_STEDELIJKHEID)[stedelijkheid]


def steps(ladder: np.ndarray) -> np.ndarray:
    """Place on the step scale of a place on the ladder."""
    return ladder / 2.0


@lru_cache(maxsize=1)
def calibrate() -> Calibration:
    """Solve all thresholds; about a second, once a process."""
    rng = np.random.default_rng(SEED)
    draw = latents(Block(0, BLOCK, DRAW, 1, 0, SEED), rng)
    cuts = {
        "opleiding": quantile_cuts(draw["opleiding"], par.OPLEIDING_SHARES),
        "inkomen": quantile_cuts(draw["inkomen"], (0.2,) * 5),
        "herkomst": quantile_cuts(draw["herkomst"], par.HERKOMST_SHARES),
    }
    classes = {name: classify(draw[name], cut) for name, cut in cuts.items()}
    noise = rng.standard_normal((6, DRAW))
    raw = raw_skill(draw["ses"], classes["herkomst"], par.SD_BASISSCHOOL * noise[0], noise[1])
    skill = (raw - raw.mean()) / raw.std()
    judged = skill + other_bias(draw["geslacht"], draw["stedelijkheid"])
    judged += par.SD_BASISSCHOOL_ADVICE * noise[2] + par.SD_JUDGEMENT * noise[3]
    bias, advice_cuts, slope = _solve_bias(judged, classes["opleiding"])
    first = classify(judged + bias[classes["opleiding"]], advice_cuts)
    error = error_sd() / np.sqrt(2) * noise[4]
    score = observed_score(skill, error)
    test_cuts = _solve_test(score, first)
    test = np.where(first > 0, np.array(par.TEST_LADDER)[classify(score, test_cuts)], -1)
    new_score = observed_score(skill, error, DOORSTROOM)
    doorstroom = _solve_doorstroom(new_score, first, test_cuts)
    raised = (first > 0) & (np.array(par.TEST_LADDER)[classify(new_score, doorstroom)] > first)
    relative = revision_chance(draw["stedelijkheid"], classes["opleiding"])
    revised = _solve_revision(first, test, relative)
    definitive = revise(first, test, revised[first] * relative, rng.random((2, DRAW)))
    means = np.bincount(definitive, skill, len(par.LADDER)) / np.bincount(
        definitive, minlength=len(par.LADDER)
    )
    expected = level_index(definitive, skill - means[definitive], classes["opleiding"])
    return Calibration(
        **cuts,
        skill_mean=float(raw.mean()),
        skill_sd=float(raw.std()),
        advice_bias=bias,
        advice=advice_cuts,
        test=test_cuts,
        doorstroom=doorstroom,
        revised=revised,
        revised_doorstroom=par.REVISED_DOORSTROOM / float(relative[raised].mean()),
        skill_by_advice=means,
        level_sd=_solve_level_sd(expected, first, level_noise(classes["opleiding"], noise[5])),
        advice_gap=_advice_gap(judged, bias, advice_cuts),
        steps_per_sd=slope,
        reference=_solve_reference(skill[first > 0], classes["herkomst"][first > 0]),
        **_by_opleiding(classes["opleiding"], skill, classes["herkomst"]),
    )


def _by_opleiding(opleiding: np.ndarray, skill: np.ndarray, herkomst: np.ndarray) -> dict[str, np.ndarray]:
    """Mean skill and shares of herkomst of each class of opleiding_ouders."""
    rows = [opleiding == place for place in range(len(par.OPLEIDING_SHARES))]
    return {
        "skill_by_opleiding": np.array([skill[some].mean() for some in rows]),
        "herkomst_by_opleiding": np.array([np.bincount(herkomst[some]) / some.sum() for some in rows]),
    }


def _solve_reference(skill: np.ndarray, herkomst: np.ndarray) -> np.ndarray:
    """Lowest scores of the referentieniveaus of who sits the test, a row a domain."""
    rng = np.random.default_rng([SEED, 2])
    spread = np.sqrt(par.SD_DOMAIN**2 + error_sd() ** 2)
    score = (skill + spread * rng.standard_normal((2, len(skill)))) / score_sd()
    uniform = rng.random((2, len(skill)))
    spoken = background.thuistaal(herkomst, uniform[0] < np.array(par.NEWCOMER)[herkomst], uniform[1])
    score[0] += np.array(par.LANGUAGE_GAP)[spoken]
    cuts = [
        np.quantile(row, 1 - np.array(shares))
        for row, shares in zip(score, par.REFERENCE_SHARES.values(), strict=True)
    ]
    return np.round(par.SCORE_MEAN + par.SCORE_SD * np.array(cuts), 1)


def _solve_bias(judged: np.ndarray, opleiding: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Bias in sd that amounts to the bias in steps, the cut-offs under it, and steps per sd."""
    cuts, slope = quantile_cuts(judged, par.ADVICE_SHARES), 0.0
    bias = np.zeros(len(par.ADVICE_BIAS_STEPS))
    for _ in range(5):
        latent = judged + bias[opleiding]
        cuts = quantile_cuts(latent, par.ADVICE_SHARES)
        moved = steps(classify(latent + 0.1, cuts)) - steps(classify(latent - 0.1, cuts))
        slope = float(moved.mean() / 0.2)
        bias = np.array(par.ADVICE_BIAS_STEPS) / slope
    return bias, cuts, slope


def _advice_gap(judged: np.ndarray, bias: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    means = np.array([steps(classify(judged + value, cuts)).mean() for value in bias])
    return means - means[-1]


def _solve_test(score: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Lowest scores of the toetsadviezen, so that tests above the first advice are as often as in B-2."""
    score, first = score[first > 0], first[first > 0]  # praktijkonderwijs is exempt from the test
    group = np.maximum(first, par.LADDER.index("vmbo-b"))  # pro, pro/b and b are one class there
    ladder = {label: par.LADDER.index(label) for label in par.TEST_ABOVE}
    ladder["pro/vmbo-b"] = par.LADDER.index("vmbo-b")
    single = {
        label: float(np.quantile(score[group == ladder[label]], 1 - share))
        for label, share in par.TEST_ABOVE.items()
    }
    cuts = [
        single["pro/vmbo-b"],
        (single["vmbo-b/k"] + single["vmbo-k"]) / 2,
        (single["vmbo-k/gt"] + single["vmbo-gt"]) / 2,
    ]
    vwo = float(np.quantile(score, 1 - par.ADVICE_SHARES[-1]))
    known = np.round(np.array([*cuts, 0.0, vwo]), 1)
    for candidate in np.arange(known[2] + 0.5, vwo, 0.1):  # the one cut-off left: by the overall share
        known[3] = round(candidate, 1)
        test = np.array(par.TEST_LADDER)[classify(score, known)]
        if np.mean(test > first) <= par.TEST_ABOVE_ALL:
            break
    return known


def _solve_doorstroom(score: np.ndarray, first: np.ndarray, eindtoets: np.ndarray) -> np.ndarray:
    """Lowest scores of the toetsadviezen of the doorstroomtoets: those of the eindtoets, all moved alike.

    As far as makes tests above the first advice as often as published; the one of vwo has its own share.
    """
    score, first = score[first > 0], first[first > 0]  # praktijkonderwijs is exempt from the test
    same = par.DOORSTROOM_MEAN + par.DOORSTROOM_SD * (eindtoets - par.CITO_MEAN) / par.CITO_SD
    vwo = float(np.quantile(score, 1 - par.VWO_DOORSTROOM))
    for shift in np.arange(0.0, 10.0, 0.1):
        known = np.round(np.array([*(same[:-1] + shift), vwo]), 1)
        test = np.array(par.TEST_LADDER)[classify(score, known)]
        if np.mean(test > first) <= par.TEST_ABOVE_DOORSTROOM:
            break
    return known


def revision_chance(stedelijkheid: np.ndarray, opleiding: np.ndarray) -> np.ndarray:
    """Chance of revision of each pupil, relative to that of the advice."""
    return np.array(par.REVISED_STEDELIJKHEID)[stedelijkheid] * np.array(par.REVISED_OPLEIDING)[opleiding]


def _solve_revision(first: np.ndarray, test: np.ndarray, relative: np.ndarray) -> np.ndarray:
    """Chance of revision by first advice, scaled to the share of all who had a higher test."""
    base = np.array(par.REVISED)
    eligible = test > first
    return base * par.REVISED_ALL / np.mean(base[first[eligible]] * relative[eligible])


def revise(first: np.ndarray, test: np.ndarray, chance: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """Definitive advice: half a step up, or a whole one, and never above the test.

    Args:
        first: place of the first advice on the ladder.
        test: place of the toetsadvies on the ladder, -1 without a test.
        chance: chance of revision when the test is higher.
        uniform: two rows of uniform random numbers.
    """
    up = np.minimum(np.where(uniform[1] < 0.5, 1, 2), test - first)
    return np.where((test > first) & (uniform[0] < chance), first + up, first)


def level_index(definitive: np.ndarray, surplus: np.ndarray, opleiding: np.ndarray) -> np.ndarray:
    """Expected level in leerjaar 3, in steps; ``surplus`` is skill above the mean of the same advice."""
    return steps(definitive) + par.LEVEL_ON_SKILL * surplus + np.array(par.LEVEL_ON_OPLEIDING)[opleiding]


def level_noise(opleiding: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Relative noise of the level in leerjaar 3; ``noise`` is standard normal."""
    return np.array(par.LEVEL_NOISE_OPLEIDING)[opleiding] * noise


def level_of(index: np.ndarray, definitive: np.ndarray) -> np.ndarray:
    """Level in leerjaar 3; praktijkonderwijs is for pupils who have it in their advice."""
    lowest = np.where(definitive <= 1, 0, 1)
    highest = np.where(definitive == 0, 0, len(par.LEVELS) - 1)
    return np.clip(np.round(index).astype(int), lowest, highest)


def _solve_level_sd(expected: np.ndarray, first: np.ndarray, noise: np.ndarray) -> float:
    """Noise of the level, so that the share above the first advice is that of B-5."""
    low, high = 0.05, 1.5
    for _ in range(20):
        middle = (low + high) / 2
        above = np.mean(level_of(expected + middle * noise, first) > (first + 1) // 2)
        low, high = (low, middle) if above > par.ABOVE_ADVICE else (middle, high)
    return middle
