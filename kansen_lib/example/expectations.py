"""The level that a mentor expects of a pupil: true skill, the test, and a bias that differs by mentor.

The latent judgement is normal, so that its cut-offs and what a bias amounts to in steps have a closed
form: both are of a population with true skill of mean 0 and sd 1.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import norm

from kansen_lib import codes
from kansen_lib.example import parameters as par
from kansen_lib.example.answers import Answers, of_question

#: How far each class of opleiding_ouders lies on the line from hoog (-0.5) to laag (0.5).
CONTRAST = np.array(
    [
        {"laag": 0.5, "midden": 0.0, "hoog": -0.5}[codes.three_classes(code)]
        for code in codes.OPLEIDING_OUDERS.codes
    ]
)


def spread() -> float:
    """Sd of the latent judgement without bias, in sd of skill."""
    error = par.EXPECTED_ON_ERROR**2 * (1 / par.RELIABILITY - 1)
    return float(np.sqrt(1 + error + par.EXPECTED_SD**2))


def cuts() -> np.ndarray:
    """Cut-offs of the latent judgement between the six levels."""
    return spread() * norm.ppf(np.cumsum(par.EXPECTED_SHARES)[:-1])


def steps_per_sd() -> float:
    """Mean steps of the expected level for one sd of the latent judgement."""
    return float(norm.pdf(cuts() / spread()).sum() / spread())


def gap_steps() -> np.ndarray:
    """True bias in steps by opleiding_ouders: the same pupils, judged with the bias of each class."""
    bias = np.array(par.EXPECTED_BIAS_STEPS) / steps_per_sd()
    mean = norm.cdf((bias[:, None] - cuts()) / spread()).sum(axis=1)
    return mean - mean[-1]


def answers(pupils: pd.DataFrame, rows: np.ndarray, mentors: np.ndarray, rng: np.random.Generator) -> Answers:
    """What mentors expect of the pupils in ``rows``, who sit together in that order.

    ``mentors`` are rows of respondents; each is asked about some twelve pupils, or about more where
    there are few mentors.
    """
    groups = max(1, min(len(mentors), -(-len(rows) // par.MENTOR_PUPILS)))
    mentor = np.repeat(np.arange(groups), [len(part) for part in np.array_split(rows, groups)])
    some = pupils.iloc[rows]
    error = (some["error_taal"] + some["error_rekenen"]).to_numpy() / 2
    latent = some["skill"].to_numpy() + par.EXPECTED_ON_ERROR * error
    latent += par.EXPECTED_SD * rng.standard_normal(len(rows))
    own, gap = rng.standard_normal((2, groups))
    opleiding = some["opleiding"].to_numpy()
    shift = np.array(par.EXPECTED_BIAS_STEPS)[opleiding] + par.EXPECTED_SD_TEACHER * own[mentor]
    shift += par.EXPECTED_SD_TEACHER_GAP * gap[mentor] * CONTRAST[opleiding]
    level = np.searchsorted(cuts(), latent + shift / steps_per_sd(), side="right")
    return of_question(mentors[mentor], rows, "verwacht_niveau", level)
