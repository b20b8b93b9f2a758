"""Questions of one item to pupils: money at home, bijles, stage, the advice asked for, the level wanted."""

from __future__ import annotations

import numpy as np

from kansen_lib.example import parameters as par
from kansen_lib.example.answers import Answers, of_question
from kansen_lib.example.background import pick


def asked(rows: np.ndarray, background: dict[str, np.ndarray], rng: np.random.Generator) -> list[Answers]:
    """Answers of the pupils in ``rows``, who are the first respondents; ``background`` has a value each."""
    uniform, noise = rng.random((4, len(rows))), rng.standard_normal(len(rows))
    opleiding, inkomen = background["opleiding"], background["inkomen"]
    chosen = {
        "rondkomen": (uniform[0] >= np.array(par.SURVEY_MOEITE)[inkomen]).astype(int),
        "bijles": pick(_bijles()[inkomen], uniform[1]),
        "stage": pick(_stage()[opleiding], uniform[2]),
        "hoger_advies_gevraagd": (uniform[3] < np.array(par.SURVEY_HOGER_ADVIES)[opleiding]).astype(int),
        "ambitie": _ambition(background["definitive"], opleiding, noise),
    }
    everybody = np.ones(len(rows), dtype=bool)
    found = []
    for question, answer in chosen.items():
        who = np.flatnonzero(background["leerjaar"] >= 3 if question == "stage" else everybody)
        found.append(of_question(who, rows[who], question, answer[who]))
    return found


def _bijles() -> np.ndarray:
    """Shares of geen, gratis and betaald (column) by income (row)."""
    free, paid = np.array(par.SURVEY_BIJLES["gratis"]), np.array(par.SURVEY_BIJLES["betaald"])
    return np.column_stack([1 - free - paid, free, paid])


def _stage() -> np.ndarray:
    """Shares of geen, via school and via netwerk (column) by opleiding_ouders (row)."""
    network = np.array(par.SURVEY_STAGE_NETWERK)
    none = np.full(len(network), par.SURVEY_GEEN_STAGE)
    return np.column_stack([none, 1 - none - network, network])


def _ambition(definitive: np.ndarray, opleiding: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Wanted level: the definitive advice and something more, pro to vwo."""
    index = definitive / 2 + np.array(par.AMBITION_STEPS)[opleiding] + par.AMBITION_SD * noise
    return np.clip(np.round(index), 0, len(par.LEVELS) - 1).astype(int)
