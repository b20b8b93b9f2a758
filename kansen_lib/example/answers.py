"""Answers of a survey as numbers, and how they become rows of the table enquete."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kansen_lib import codes
from kansen_lib.example import parameters as par
from kansen_lib.example.text import labels

_QUESTIONS = tuple(codes.VRAGEN)
#: The scale of each item: those that pupils answer, the questions of one item, then those about the team.
SCALE_OF = (
    *np.repeat(codes.SCHAAL.codes, par.SURVEY_ITEMS).tolist(),
    *_QUESTIONS,
    *np.repeat(codes.SCHAAL_TEAM, par.SURVEY_ITEMS).tolist(),
)
#: Every item that can be asked; a question of one item has the name of its scale.
ITEMS = tuple(
    scale if scale in _QUESTIONS else f"{scale}_{place - SCALE_OF.index(scale) + 1}"
    for place, scale in enumerate(SCALE_OF)
)
POINTS = ("1", "2", "3", "4", "5")
#: Mean of an item, its sd, and points of an item for one sd of the scale (before answers are rounded).
ITEM_MEAN, ITEM_SD = 3.5, 0.9
POINTS_PER_SD = ITEM_SD * par.SURVEY_LOADING
#: Every answer that can be given: the points of a scale, then the answers of each question.
LABELS = (*POINTS, *(code for question in codes.VRAGEN.values() for code in question.codes))
_sizes = [len(question.codes) for question in codes.VRAGEN.values()]
_FIRST = dict(zip(_QUESTIONS, len(POINTS) + np.cumsum([0, *_sizes[:-1]]), strict=True))


@dataclass(frozen=True)
class Answers:
    """A row an answer.

    Attributes:
        who: row of the respondent.
        item: place in ``ITEMS``.
        answer: place in ``LABELS``.
        about: row of the pupil in the block whom the answer is of or about, -1 for none.
    """

    who: np.ndarray
    item: np.ndarray
    answer: np.ndarray
    about: np.ndarray

    def frame(self) -> pd.DataFrame:
        """The columns schaal, item and antwoord."""
        return pd.DataFrame(
            {
                "schaal": labels(SCALE_OF, self.item),
                "item": labels(ITEMS, self.item),
                "antwoord": labels(LABELS, self.answer),
            }
        )


def joined(parts: list[Answers]) -> Answers:
    """All answers, by respondent; those of one respondent in the order of ``parts``."""
    found = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in Answers.__dataclass_fields__
    }
    order = np.argsort(found["who"], kind="stable")
    return Answers(**{name: values[order] for name, values in found.items()})


def of_scale(
    who: np.ndarray, about: np.ndarray, scale: str, latent: np.ndarray, rng: np.random.Generator
) -> Answers:
    """Answers 1-5 on the items of a scale: one factor with equal loadings."""
    noise = np.sqrt(1 - par.SURVEY_LOADING**2) * rng.standard_normal((len(who), par.SURVEY_ITEMS))
    value = ITEM_MEAN + ITEM_SD * (par.SURVEY_LOADING * latent[:, None] + noise)
    point = np.clip(np.round(value), 1, 5).astype(int)
    first = ITEMS.index(f"{scale}_1")
    return Answers(
        np.repeat(who, par.SURVEY_ITEMS),
        np.tile(first + np.arange(par.SURVEY_ITEMS), len(who)),
        point.ravel() - 1,
        np.repeat(about, par.SURVEY_ITEMS),
    )


def of_question(who: np.ndarray, about: np.ndarray, question: str, chosen: np.ndarray) -> Answers:
    """Answers to a question of one item; ``chosen`` is the place in its list of answers."""
    return Answers(who, np.full(len(who), ITEMS.index(question)), _FIRST[question] + chosen, about)
