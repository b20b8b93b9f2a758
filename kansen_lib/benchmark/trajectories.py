"""How pupils fare on their way: growth, place among all pupils, routes; alike for one school and for all."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from kansen_lib import codes, indicators
from kansen_lib.benchmark.numbers import Benchmark, Row
from kansen_lib.benchmark.scores import MOMENTS as SCORES
from kansen_lib.benchmark.vergelijken import OPLEIDING, shares_and_gap
from kansen_lib.benchmark.views import (
    HIGH,
    LOW,
    at_equal_score,
    held_to,
    mean_gap,
    two_groups,
)
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Unit

MOMENTS = list(SCORES.values())
#: Parts of the pupils of the network below whose scores a rank is looked up.
PARTS = np.round(np.arange(0.0, 1.001, 0.025), 3)
BROAD = "brede klas"


def steps_of_gap(known: pd.DataFrame) -> list[Estimate]:
    """The gap at the start, what leerjaar 1 and the years after it add, and the gap in leerjaar 3.

    Additive, of the same pupils (``views.same_pupils``), in points of the tests. The measurement error of
    the start has mean zero in either group: a difference of mean growth is not biased by it.
    """
    columns = {
        "score_groep8": "bij de start",
        "groei1": "erbij in leerjaar 1",
        "daarna": "erbij in leerjaar 2 en 3",
        "score_in_leerjaar_3": "in leerjaar 3",
    }
    return [mean_gap(known, column, name) for column, name in columns.items()]


def growth_levels(known: pd.DataFrame) -> list[Estimate]:
    """Mean score of each group at the three moments; the group is the moment."""
    found = []
    for label in codes.OPLEIDING_OUDERS_3.codes:
        own = known[known["opleiding"] == label]
        for column, moment in zip(MOMENTS, ("groep 8", "leerjaar 1", "leerjaar 3"), strict=True):
            found.append(gaps.mean(own[column], name=label, group=moment))
    return found


# --- place among all pupils --------------------------------------------------------------------------


def rank_rows(pupils: pd.DataFrame) -> Iterator[Row]:
    """Scores of all pupils of a cohort at each of :data:`PARTS`, per moment: what a rank is looked up in.

    The same pupils at both moments: were those who left among them at the first one only, then all others
    would move by their leaving.
    """
    ends = [MOMENTS[0], MOMENTS[-1]]
    for cohort, rows in pupils.dropna(subset=ends).groupby("cohort"):
        for moment in ends:
            score = rows[moment]
            if len(score) >= len(PARTS):
                for part, value in zip(PARTS, np.quantile(score, PARTS), strict=True):
                    item = Estimate(f"rang {moment}", f"{part:g}", float(value), n=len(score))
                    yield str(cohort), item, None


def place_among_all(pupils: pd.DataFrame, benchmark: Benchmark, moment: str) -> pd.Series:
    """The part of all pupils of the same cohort who score lower, 0 to 1; missing without a network."""
    found = pd.Series(np.nan, index=pupils.index)
    for cohort, rows in pupils.groupby("cohort"):
        scores = [benchmark.value(f"rang {moment}", f"{part:g}", str(cohort)) for part in PARTS]
        if all(score is not None for score in scores):
            known = rows[moment].dropna()
            found.loc[known.index] = np.interp(known, scores, PARTS)
    return found


# --- routes ------------------------------------------------------------------------------------------

#: How a career at the school of entry ended, of who could be followed to the end.
ENDS = {
    "diploma": "diploma",
    "andere school": "naar een andere school",
    "uit het onderwijs": "uit het onderwijs",
}


def last_outcome(pupils: pd.DataFrame, loopbaan: pd.DataFrame) -> pd.Series:
    """How the last year of each pupil at the school of entry ended; missing where it is not told yet."""
    here = loopbaan.merge(pupils[["leerling", "vestiging"]], on=["leerling", "vestiging"])
    last = here.sort_values("schooljaar", kind="stable").drop_duplicates("leerling", keep="last")
    outcome = pupils["leerling"].map(last.set_index("leerling")["afloop"])
    return outcome.where(pupils["diploma"].notna() & outcome.isin(ENDS))


def level_of(label: pd.Series) -> pd.Series:
    """Level of each class, in order; classes with several levels together as one."""
    known = label.where(label.isin(codes.NIVEAU.codes), BROAD).where(label.notna())
    return known.astype(pd.CategoricalDtype([*codes.NIVEAU.codes, BROAD], ordered=True))


def on_time_by_level(pupils: pd.DataFrame) -> list[Estimate]:
    """Per level of leerjaar 3 the share that came there without delay.

    Of cohorts that were seen for a fourth year: who is a year late has no level before, and a cohort of
    which three years were seen would have nobody late.
    """
    told = pupils[pupils["seen"] > 3]
    on_time = indicators.outcome("zonder_vertraging", told)
    return list(gaps.shares(on_time, level_of(told["leerjaar3"]), name="zonder vertraging").estimates)


def by_route(pupils: pd.DataFrame, loopbaan: pd.DataFrame) -> list[Estimate]:
    """Per route of leerjaar 3 how careers ended.

    The three ends of a route add up to all, so that they are one family for the disclosure gate.
    """
    level, outcome = level_of(pupils["leerjaar3"]), last_outcome(pupils, loopbaan)
    route = level.astype(object).replace(dict.fromkeys(("vmbo-b", "vmbo-k", "vmbo-gt"), "vmbo"))
    found = []
    for label in ("pro", "vmbo", "havo", "vwo", BROAD):
        told = outcome[route == label].dropna()
        if len(told):
            found += [
                gaps.share(int((told == end).sum()), len(told), name=label, group=f"{label}: {name}")
                for end, name in ENDS.items()
            ]
    return found


# --- the tiles of the dashboard of OCW ---------------------------------------------------------------


def at_equal_level(pupils: pd.DataFrame) -> list[Estimate]:
    """The tiles of the Dashboard Kansengelijkheid: levels by parental education, gap at an equal score.

    Score (raw, in sd), first advice (steps), advice revised (of who had a higher test), above and not
    below the definitive advice in leerjaar 3 (rule of OCW), moved up a level (opstroom).
    """
    scored = indicators.comparable_at_score(pupils)
    found = [
        *gaps.means(scored["toetsscore"], scored["opleiding"], name="toetsscore").estimates,
        gaps.hedges_g(*two_groups(scored, "toetsscore"), name="toetsscore", group=f"{HIGH} minus {LOW}"),
        *gaps.means(scored["eerste"], scored["opleiding"], name="eerste advies", unit=Unit.STEPS).estimates,
        at_equal_score(scored, "eerste", "eerste advies"),
    ]
    for name, outcome in tiles(scored).items():
        found += _tile(scored.assign(tegel=outcome.astype(float)), name)
    return found


def tiles(scored: pd.DataFrame) -> dict[str, pd.Series]:
    """The tiles that are a share, as True and False; missing where a pupil does not count."""
    higher = scored["toets"] > scored["eerste"]
    place = indicators.position(scored["advies_definitief"], scored["leerjaar3"], "ocw")
    return {
        "advies bijgesteld": (scored["definitief"] > scored["eerste"])
        .astype("boolean")
        .where(higher & scored["definitief"].notna()),
        "boven advies in leerjaar 3": (place == "boven").astype("boolean").where(place.notna()),
        "niet onder advies in leerjaar 3": (place != "onder").astype("boolean").where(place.notna()),
    }


def _tile(scored: pd.DataFrame, name: str) -> list[Estimate]:
    """Share of each group and the gap at an equal score, which is held to the smallest of their cells."""
    levels = [
        item
        for item in shares_and_gap(name, scored["tegel"], scored["opleiding"], OPLEIDING)
        if item.group != OPLEIDING.gap
    ]
    gap = at_equal_score(scored, "tegel", name, at_least=1.0)
    known = [item for item in levels if item.n]
    return [*levels, held_to(gap, [item.count or 0 for item in known], [item.n or 0 for item in known])]


# --- growth by place at the start --------------------------------------------------------------------

FIFTH = "vijfde"
FIFTHS = ("laagste vijfde", "tweede vijfde", "middelste vijfde", "vierde vijfde", "hoogste vijfde")


def in_fifths(data: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows with ``vijfde``: in which fifth of these pupils the value lies; equal values share one."""
    place = data[column].rank(method="average", pct=True)
    number = np.ceil(place * 5).clip(1, 5)
    names = number.map(dict(enumerate(FIFTHS, start=1)))
    return data.assign(**{FIFTH: names.astype(pd.CategoricalDtype(list(FIFTHS), ordered=True))})


def growth_by_fifth(pupils: pd.DataFrame, toetsen: pd.DataFrame) -> tuple[list[Estimate], int]:
    """Mean growth in rekenen to leerjaar 3 by fifth of taal in groep 8; and how many pupils it is about.

    By fifth of rekenen itself a low score by chance would come with a high growth: regression to the mean.
    """
    rows = toetsen.merge(pupils[["leerling", "vestiging"]], on=["leerling", "vestiging"])
    wide = rows.pivot_table(index="leerling", columns=["domein", "moment"], values="score")
    wanted = {
        "start": ("taal", "groep 8"),
        "eerst": ("rekenen", "groep 8"),
        "later": ("rekenen", "leerjaar 3"),
    }
    if not set(wanted.values()) <= set(wide.columns):
        return [], 0
    known = pd.DataFrame({name: wide[place] for name, place in wanted.items()}).dropna()
    data = in_fifths(known.assign(groei=known["later"] - known["eerst"]), "start")
    found = gaps.means(data["groei"], data[FIFTH], name="groei in rekenen").estimates
    return list(found), len(data)
