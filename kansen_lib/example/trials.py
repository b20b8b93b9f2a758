"""Who is meant for each intervention, who is assigned to it, who takes part, and how much they get."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kansen_lib.example import careers as car
from kansen_lib.example import measures
from kansen_lib.example import parameters as par
from kansen_lib.example.geography import Block


@dataclass(frozen=True)
class Trial:
    """Who was in scope of an intervention, was assigned, took part, and how much they got."""

    scope: np.ndarray
    assigned: np.ndarray
    took_part: np.ndarray
    dose: np.ndarray


def _meant(block: Block, pupils: pd.DataFrame, name: str) -> np.ndarray:
    """Pupils of the cohort and the vestigingen of an intervention that begins everywhere at once."""
    here = np.array([first >= 0 for first in measures.starts(name, block)])[pupils["vestiging"]]
    return here & (pupils["cohort"] == measures.COHORT[name]).to_numpy()


def _drawn(scope: np.ndarray, pupils: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Lottery within each vestiging: half of the pupils in scope."""
    ticket = pd.Series(np.where(scope, rng.random(len(pupils)), np.nan))
    rank = ticket.groupby(pupils["vestiging"].to_numpy()).rank(pct=True).to_numpy()
    return scope & (rank <= 0.5)


def tutoring(block: Block, pupils: pd.DataFrame, rekenen: np.ndarray, rng: np.random.Generator) -> Trial:
    """Lottery within each vestiging among pupils with a low score for rekenen in groep 8: half of them."""
    scope = (rekenen < par.TUTORING_BELOW) & _meant(block, pupils, "tutoring")
    assigned = _drawn(scope, pupils, rng)
    took_part = assigned & (rng.random(len(pupils)) < par.TUTORING_TAKE_UP)
    lessons = np.round(np.clip(rng.normal(60, 10, len(pupils)), 20, 90))
    return Trial(scope, assigned, took_part, np.where(took_part, lessons, 0.0))


def brede_brugklas(block: Block, pupils: pd.DataFrame) -> Trial:
    """Staggered start over vestigingen; all pupils in scope of a vestiging that has begun take part."""
    scope = (block.breed_start[pupils["vestiging"]] >= -1) & car.in_scope(pupils)
    broad = car.treated(block, pupils)
    return Trial(scope, broad, broad, np.where(broad, 2.0, 0.0))


def zomerschool(block: Block, pupils: pd.DataFrame, rekenen: np.ndarray, rng: np.random.Generator) -> Trial:
    """A threshold on the score for rekenen in leerjaar 1; not all go, and some above it do."""
    scope = _meant(block, pupils, "zomerschool") & ~np.isnan(rekenen)
    assigned = scope & (rekenen < par.ZOMER_BELOW)
    chance = np.where(assigned, par.ZOMER_TAKE_UP, par.ZOMER_OTHERS)
    took_part = scope & (rng.random(len(pupils)) < chance)
    return Trial(scope, assigned, took_part, np.where(took_part, 10.0, 0.0))


def hoge_verwachtingen(block: Block, pupils: pd.DataFrame) -> Trial:
    """Lottery of vestigingen: all pupils of a cohort at the drawn ones have trained teachers."""
    drawn = block.trained[pupils["vestiging"]]
    scope = (drawn >= 0) & (pupils["cohort"] == par.TRAINING_COHORT).to_numpy()
    trained = scope & (drawn == 1)
    return Trial(scope, trained, trained, np.where(trained, 3.0, 0.0))


def mentor(block: Block, pupils: pd.DataFrame, rng: np.random.Generator) -> Trial:
    """A waiting list of who applied; the first places are drawn within the vestiging."""
    applies = rng.random(len(pupils)) < np.array(par.MENTOR_APPLIES)[pupils["opleiding"]]
    scope = applies & _meant(block, pupils, "mentor")
    assigned = _drawn(scope, pupils, rng)
    took_part = assigned & (rng.random(len(pupils)) < par.MENTOR_TAKE_UP)
    talks = rng.integers(8, 25, len(pupils)).astype(float)
    return Trial(scope, assigned, took_part, np.where(took_part, talks, 0.0))


def oudergesprekken(block: Block, pupils: pd.DataFrame, rng: np.random.Generator) -> Trial:
    """An invitation by lot; who is invited need not come, and some come without one."""
    scope = _meant(block, pupils, "oudergesprekken")
    assigned = _drawn(scope, pupils, rng)
    chance = np.where(assigned, np.array(par.TALKS_TAKE_UP)[pupils["opleiding"]], par.TALKS_OTHERS)
    took_part = scope & (rng.random(len(pupils)) < chance)
    return Trial(scope, assigned, took_part, np.where(took_part, 4.0, 0.0))


def huiswerkbegeleiding(
    block: Block, pupils: pd.DataFrame, rekenen: np.ndarray, rng: np.random.Generator
) -> Trial:
    """Own choice, by what everybody can see: the score for rekenen of groep 8 and opleiding_ouders."""
    scope = _meant(block, pupils, "huiswerkbegeleiding")
    z = np.nan_to_num((rekenen - par.SCORE_MEAN) / par.SCORE_SD)
    logit = np.array(par.HOMEWORK_LOGIT)[pupils["opleiding"]] + par.HOMEWORK_ON_SCORE * z
    took_part = scope & (rng.random(len(pupils)) < 1 / (1 + np.exp(-logit)))
    hours = rng.integers(*par.HOMEWORK_HOURS, len(pupils), endpoint=True).astype(float)
    return Trial(scope, scope, took_part, np.where(took_part, hours, 0.0))


def taalklas(block: Block, pupils: pd.DataFrame) -> Trial:
    """All pupils of one vestiging, from one cohort on; those of the schools compared with are in scope."""
    first = np.array(measures.starts("taalklas", block))[pupils["vestiging"]]
    begun = (first >= 0) & (pupils["cohort"].to_numpy() >= first)
    return Trial(first != measures.OUTSIDE, begun, begun, np.where(begun, 1.0, 0.0))
