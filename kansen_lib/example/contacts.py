"""Whom pupils meet beside their class, and whom they name as friends: the tables groepen and vrienden.

Both are of the last school year and the first leerjaren, and draw from streams of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kansen_lib import codes
from kansen_lib.example import parameters as par
from kansen_lib.example.classes import parts
from kansen_lib.example.population import Population
from kansen_lib.example.pupil_tables import pseudonyms, split
from kansen_lib.example.text import labels

_LAST = len(par.SCHOOLJAREN) - 1
#: Place in OPLEIDING_OUDERS_3 of each of the five classes.
_THREE = np.array(
    [codes.OPLEIDING_OUDERS_3.codes.index(codes.three_classes(c)) for c in codes.OPLEIDING_OUDERS.codes]
)


@dataclass(frozen=True)
class _Present:
    """The pupils of the first leerjaren in the last school year, a value each.

    Attributes:
        row: row of the pupil in the block.
        vestiging: place of the vestiging in the block.
        leerjaar: 1 to 3.
        niveau: place in BRUGKLASTYPE.
        klas: number of the class within vestiging, leerjaar and niveau.
    """

    row: np.ndarray
    vestiging: np.ndarray
    leerjaar: np.ndarray
    niveau: np.ndarray
    klas: np.ndarray

    @property
    def year(self) -> np.ndarray:
        """One number for each vestiging and leerjaar."""
        return self.vestiging * 10 + self.leerjaar

    @property
    def own_class(self) -> np.ndarray:
        """One number for each class of the block."""
        return (self.year * len(codes.BRUGKLASTYPE.codes) + self.niveau) * 1_000 + self.klas


def _present(population: Population) -> _Present:
    since = _LAST - population.pupils["cohort"].to_numpy()
    careers = population.careers
    leerjaar = careers.leerjaar[np.arange(len(since)), since].astype(np.int64)
    row = np.flatnonzero(np.isin(leerjaar, par.GROUP_YEARS))
    at = row, since[row]
    return _Present(
        row,
        careers.vestiging[at].astype(np.int64),
        leerjaar[row],
        careers.niveau[at].astype(np.int64),
        population.klas[at].astype(np.int64),
    )


# --- groups --------------------------------------------------------------------------------------------

#: Rows of the present pupils who are in a group, and the number of the group.
_Members = tuple[np.ndarray, np.ndarray]


def groepen(population: Population) -> Iterator[pd.DataFrame]:
    """Lessons by class, gym over the whole leerjaar, kunst by choice, and activities for who wants."""
    here, rng = _present(population), population.block.rng(80)
    opleiding = population.pupils["opleiding"].to_numpy()[here.row]
    found = [
        _rows(here, "les", "rekenen of wiskunde", _by_class(here)),
        _rows(here, "les", "gym", _gym(here, rng)),
        _rows(here, "keuzeles", "kunst en muziek", _art(here, opleiding, rng)),
    ]
    ses = population.pupils["ses"].to_numpy()[here.row]
    for name, shares in par.TAKES_PART.items():
        members = _activity(here, np.array(shares)[opleiding], ses, par.ACTIVITY_LARGEST[name], rng)
        found.append(_rows(here, "activiteit", name, members))
    frame, place = (pd.concat(items, ignore_index=True) for items in zip(*found, strict=True))
    frame["leerling"] = pseudonyms(population.first + frame["leerling"].to_numpy())
    frame["vestiging"] = labels(population.block.vestigingen, place)
    frame["schooljaar"] = par.SCHOOLJAREN[_LAST]
    return split(frame, place.to_numpy(), population.block)


def _by_class(here: _Present) -> _Members:
    return np.arange(len(here.row)), np.unique(here.own_class, return_inverse=True)[1]


def _gym(here: _Present, rng: np.random.Generator) -> _Members:
    first, within = parts(here.year, rng.random(len(here.row)), par.GYM_LARGEST)
    return np.arange(len(here.row)), first + within


def _art(here: _Present, opleiding: np.ndarray, rng: np.random.Generator) -> _Members:
    """Muziek or beeldend, each divided at random over the leerjaar."""
    music = rng.random(len(here.row)) < np.array(par.CHOOSES_MUSIC)[opleiding]
    first, within = parts(here.year * 2 + music, rng.random(len(here.row)), par.ART_LARGEST)
    return np.arange(len(here.row)), first + within


def _activity(
    here: _Present, chance: np.ndarray, ses: np.ndarray, largest: int, rng: np.random.Generator
) -> _Members:
    """Who takes part, over all leerjaren of a vestiging; alike pupils are in one group more often."""
    draw, noise = rng.random(len(here.row)), rng.standard_normal(len(here.row))
    who = np.flatnonzero(draw < chance)
    order = par.GROUP_ON_SES * ses[who] + noise[who]
    first, within = parts(here.vestiging[who], order, largest)
    return who, first + within


def _rows(here: _Present, soort: str, onderdeel: str, members: _Members) -> tuple[pd.DataFrame, pd.Series]:
    """Rows of one kind of group, with the row of the pupil in the block for a pseudonym; and vestigingen."""
    who, number = members
    names = [f"{onderdeel} {place + 1}" for place in range(int(number.max(initial=-1)) + 1)]
    frame = pd.DataFrame(
        {"leerling": here.row[who], "soort": soort, "onderdeel": onderdeel, "groep": labels(names, number)}
    )
    return frame, pd.Series(here.vestiging[who])


# --- friends -------------------------------------------------------------------------------------------


def vrienden(population: Population) -> Iterator[pd.DataFrame]:
    """Friends in the own leerjaar that a sample of the pupils of each vestiging names, nearest first."""
    here, rng = _present(population), population.block.rng(81)
    alike = {
        "klas": here.own_class,
        "niveau": here.niveau,
        "geslacht": population.pupils["geslacht"].to_numpy()[here.row],
        "opleiding": _THREE[population.pupils["opleiding"].to_numpy()[here.row]],
    }
    asked = _answers(population, here, rng)
    pairs = [_named(np.flatnonzero(here.year == year), asked, alike, rng) for year in np.unique(here.year)]
    ego, friend = (np.concatenate([[], *parts]).astype(np.int64) for parts in zip(*pairs, strict=True))
    known = np.where(friend < 0, 0, friend)
    frame = pd.DataFrame(
        {
            "leerling": pseudonyms(population.first + here.row[ego]),
            "vestiging": labels(population.block.vestigingen, here.vestiging[ego]),
            "schooljaar": par.SCHOOLJAREN[_LAST],
            "vriend": pseudonyms(population.first + here.row[known]).where(friend >= 0),
        }
    )
    return split(frame, here.vestiging[ego], population.block)


def _answers(population: Population, here: _Present, rng: np.random.Generator) -> np.ndarray:
    """How many friends each present pupil names; -1 for who was not asked or gave no answer."""
    order, draw = rng.random(len(here.row)), rng.random(len(here.row))
    number = rng.choice(len(par.FRIENDS_NAMED), len(here.row), p=par.FRIENDS_NAMED)
    place = np.lexsort((order, here.vestiging))
    _, start, size = np.unique(here.vestiging[place], return_index=True, return_counts=True)
    rank = np.empty(len(place), dtype=np.int64)
    rank[place] = np.arange(len(place)) - np.repeat(start, size)
    opleiding = population.pupils["opleiding"].to_numpy()[here.row]
    answers = (rank < par.FRIENDS_ASKED) & (draw < np.array(par.FRIENDS_ANSWER)[opleiding])
    return np.where(answers, number, -1)


def _named(
    mates: np.ndarray, asked: np.ndarray, alike: dict[str, np.ndarray], rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Who names whom among the pupils of one leerjaar: drawn one by one, with odds by what they share.

    Who names nobody stands once, with friend -1.
    """
    ego = mates[asked[mates] >= 0]
    log_odds = np.zeros((len(ego), len(mates)))
    for name, odds in par.FRIENDS_ODDS.items():
        log_odds += np.log(odds) * (alike[name][ego][:, None] == alike[name][mates])
    log_odds += rng.gumbel(size=log_odds.shape)  # the largest ones are draws without replacement
    log_odds[ego[:, None] == mates] = -np.inf
    ranked = np.argsort(-log_odds, axis=1)[:, : len(par.FRIENDS_NAMED) - 1]
    count = np.minimum(asked[ego], len(mates) - 1)
    used = np.arange(ranked.shape[1]) < np.maximum(count, 1)[:, None]
    friend = np.where(count[:, None] > 0, mates[ranked], -1)
    return np.repeat(ego, used.sum(axis=1)), friend[used]
