"""What people say: which definition they hold, which level pupils aim for; for a school and for all."""

from __future__ import annotations

import pandas as pd

from kansen_lib import codes, indicators
from kansen_lib.benchmark.vergelijken import OPLEIDING, shares_and_gap
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate


def _counts(enquete: pd.DataFrame) -> dict[str, pd.Series]:
    """How many of each group of respondents chose each definition."""
    answers = enquete[enquete["schaal"] == "definitie"]
    return {
        role: of_role["antwoord"].value_counts().reindex(list(codes.DEFINITIE.codes), fill_value=0)
        for role, of_role in answers.groupby("rol")
    }


def held(enquete: pd.DataFrame) -> list[Estimate]:
    """Share of each group of respondents that holds each definition.

    The three shares of a group add up to one and are one family for the disclosure gate (its name).
    """
    counts = _counts(enquete)
    return [
        gaps.share(int(counts[role][answer]), int(counts[role].sum()), name=role, group=f"{role}: {answer}")
        for role in codes.RESPONDENT.codes
        if role in counts
        for answer in codes.DEFINITIE.codes
    ]


def with_ambition(pupils: pd.DataFrame, enquete: pd.DataFrame) -> pd.DataFrame:
    """The pupils with the level that they said they aim for, missing for who was not asked."""
    told = enquete[(enquete["schaal"] == "ambitie") & enquete["leerling"].notna()]
    last = told.sort_values("schooljaar", kind="stable").drop_duplicates(
        ["leerling", "vestiging"], keep="last"
    )
    answers = last[["leerling", "vestiging", "antwoord"]].rename(columns={"antwoord": "ambitie"})
    return pupils.merge(answers, on=["leerling", "vestiging"], how="left")


def fit_and_ambition(pupils: pd.DataFrame, enquete: pd.DataFrame) -> list[Estimate]:
    """Does the place in leerjaar 3 fit the advice, and the ambition? Levels and gaps by parental education.

    An ambition or class that shares a level with the advice (a double one, a broad class) is at it.
    """
    data = with_ambition(pupils, enquete)
    advice, wish, sits = data["advies_definitief"], data["ambitie"], data["leerjaar3"]
    outcomes = {
        "op of boven advies in leerjaar 3": _at_least(sits, advice),
        "ambitie boven advies": _above(wish, advice),
        "op of boven ambitie in leerjaar 3": _at_least(sits, wish),
    }
    return [
        item
        for name, outcome in outcomes.items()
        for item in shares_and_gap(name, outcome, data["opleiding"], OPLEIDING)
    ]


def _place(labels: pd.Series, yardstick: pd.Series) -> pd.Series:
    """Below, at or above: at it when both share a level."""
    return indicators.position(yardstick, labels, "ocw")


def _at_least(labels: pd.Series, yardstick: pd.Series) -> pd.Series:
    place = _place(labels, yardstick)
    return (place != "onder").astype("boolean").where(place.notna())


def _above(labels: pd.Series, yardstick: pd.Series) -> pd.Series:
    place = _place(labels, yardstick)
    return (place == "boven").astype("boolean").where(place.notna())
