"""What teachers think of their team: counted again, held to what the region was made with, and the gate."""

from __future__ import annotations

from collections import defaultdict
from statistics import fmean

import numpy as np
import pandas as pd
import pytest
from counting import DEMO, records

from kansen_lib import codes
from kansen_lib.benchmark import evaluatie
from kansen_lib.benchmark.data import Network
from kansen_lib.benchmark.evaluatie import team
from kansen_lib.benchmark.evaluatie.names import EFFECT
from kansen_lib.benchmark.numbers import Benchmark, as_table
from kansen_lib.chapters import interventies
from kansen_lib.disclosure import release
from kansen_lib.example import answers as of_answers
from kansen_lib.stats.result import Result
from kansen_lib.store import School, Store

TRAINING = "hoge_verwachtingen"


@pytest.fixture(scope="module")
def frame(store: Store) -> pd.DataFrame:
    """A row a teacher and year."""
    return team.teachers(store.read("enquete"))


@pytest.fixture(scope="module")
def told(store: Store) -> Benchmark:
    """What the network phase says of teams."""
    return Benchmark(as_table(team.rows(Network(store), evaluatie.registry(store).values())))


def means(store: Store, **where: str) -> dict[tuple[str, str], list[float]]:
    """Mean answer of each teacher by vestiging and school year, from raw records."""
    given = defaultdict(list)
    for row in records(store, "enquete", schaal=codes.SCHAAL_TEAM, **where):
        given[row["vestiging"], row["schooljaar"], row["respondent"]].append(int(row["antwoord"]))
    found = defaultdict(list)
    for (vestiging, year, _), values in given.items():
        found[vestiging, year].append(fmean(values))
    return found


def test_the_mean_of_the_own_team_is_counted_again(store: Store, school: School, told: Benchmark) -> None:
    result = interventies.team_efficacy(school, told)
    own = means(store, vestiging=DEMO)
    years = sorted(year for _, year in own)
    for year in years:
        item = result[team.NAME, year]
        assert item.value == pytest.approx(fmean(own[DEMO, year])) and item.n == len(own[DEMO, year])
    change = result[team.NAME, f"{years[1]} minus {years[0]}"]
    apart = fmean(own[DEMO, years[1]]) - fmean(own[DEMO, years[0]])
    assert change.value == pytest.approx(apart) and change.lower < apart < change.upper


def test_all_schools_stand_beside_the_own_team(store: Store, school: School, told: Benchmark) -> None:
    everybody = means(store)
    for year in sorted({year for _, year in everybody}):
        pooled = [value for (_, when), values in everybody.items() if when == year for value in values]
        assert interventies.team_efficacy(school, told)[team.NAME, year].reference == pytest.approx(
            fmean(pooled)
        )


def test_who_answers_twice_makes_the_change_more_precise(frame: pd.DataFrame) -> None:
    """The same teachers answered both years; with other names behind the answers it would be less sure."""
    own = frame[frame["vestiging"] == DEMO]
    others = own.assign(respondent=own["respondent"] + own["schooljaar"])
    (same,), (apart,) = (
        [item for item in team.levels_and_change(rows, "respondent") if " minus " in item.group]
        for rows in (own, others)
    )
    assert same.value == pytest.approx(apart.value)
    assert same.standard_error < apart.standard_error


def test_schools_differ_and_their_means_are_as_reliable_as_by_hand(told: Benchmark, frame) -> None:
    """Spearman-Brown: the reliability of a mean follows from what schools share and how many answer."""
    shared, mean = (told.value(name, team.NAME) for name, _ in team.BETWEEN.values())
    latest = frame[frame["schooljaar"] == frame["schooljaar"].max()]
    sizes = latest.groupby("vestiging").size()
    size = (sizes.sum() - (sizes**2).sum() / sizes.sum()) / (len(sizes) - 1)
    assert mean == pytest.approx(size * shared / (1 + (size - 1) * shared))
    assert 0 < shared < mean < 1


def test_the_training_raised_confidence_as_the_region_was_made(school: School, told, truth) -> None:
    made = truth["survey"]["team"]["effect_of_hoge_verwachtingen"] * of_answers.POINTS_PER_SD
    chosen = interventies.choose(school, TRAINING)
    effect = interventies.team_efficacy_by_lot(school, told, chosen)[EFFECT, team.NAME]
    assert effect.lower < made < effect.upper and effect.lower > 0


def test_the_effect_is_the_difference_of_mean_changes_of_schools(store: Store, school: School, told) -> None:
    """By hand, each school alike in weight; every number is of the schools in the lottery alone."""
    of_school = means(store)
    drawn = {
        row["vestiging"]: isinstance(row["start"], str)
        for row in records(store, "interventies", interventie=TRAINING)
    }
    first, last = sorted({year for _, year in of_school})
    changes = defaultdict(list)
    for code, side in drawn.items():
        changes[side].append(fmean(of_school[code, last]) - fmean(of_school[code, first]))
    result = interventies.team_efficacy_by_lot(school, told, interventies.choose(school, TRAINING))
    wanted = fmean(changes[True]) - fmean(changes[False])
    assert result[EFFECT, team.NAME].value == pytest.approx(wanted)
    for name, side in ((team.DRAWN, True), (team.NOT_DRAWN, False)):
        pooled = [x for code, own in drawn.items() if own == side for x in of_school[code, first]]
        assert result[name, first].value == pytest.approx(fmean(pooled))
        assert result[name, first].n == len(pooled)


def test_a_team_of_nine_is_not_told(frame: pd.DataFrame) -> None:
    own = frame[frame["vestiging"] == DEMO]
    few = own[own["respondent"].isin(sorted(own["respondent"].unique())[:9])]
    for rows, shown in ((few, False), (own, True)):
        released = release(result_of(team.levels_and_change(rows, "respondent")))
        assert all((number.value is not None) == shown for number in released.numbers)


def result_of(items: list) -> Result:
    """The numbers as a result of the survey."""
    return Result("team", tuple(items), sources=("enquete",))


def test_one_year_has_a_level_and_no_change_and_none_has_a_reason(frame: pd.DataFrame) -> None:
    one = frame[(frame["vestiging"] == DEMO) & (frame["schooljaar"] == frame["schooljaar"].max())]
    (level,) = team.levels_and_change(one, "respondent")
    assert level.value == pytest.approx(one["score"].mean()) and " minus " not in level.group
    (nothing,) = team.levels_and_change(one.head(0), "respondent")
    assert nothing.value is None and nothing.reason


def test_who_answered_half_or_fewer_of_the_items_does_not_count(store: Store) -> None:
    rows = store.read("enquete", where={"vestiging": DEMO, "schaal": codes.SCHAAL_TEAM})
    who = rows["respondent"].iloc[0]
    item = rows["item"].str.removeprefix(f"{codes.SCHAAL_TEAM}_").astype(int)
    half = rows[(rows["respondent"] != who) | (item <= 2)]
    scores = team.teachers(half).set_index("respondent")["score"]
    assert scores[who].isna().all() and scores.drop(who).notna().all()
    assert np.isnan(team.teachers(rows[item == 1])["score"]).all()


@pytest.mark.parametrize("kept", [3, 4])
def test_a_lottery_of_few_schools_is_not_told(frame: pd.DataFrame, store: Store, kept: int) -> None:
    """Of three schools on a side one could work out the other two."""
    aanpak = evaluatie.registry(store)[TRAINING]
    drawn = [code for code, start in aanpak.start.items() if start][:kept]
    others = [code for code, start in aanpak.start.items() if not start]
    found = team.of_lottery(frame[frame["vestiging"].isin([*drawn, *others])], aanpak)
    assert (found[-1].value is not None) == (kept > 3)


def test_a_survey_that_came_after_the_start_only_gives_no_effect(frame: pd.DataFrame, store: Store) -> None:
    late = frame[frame["schooljaar"] == frame["schooljaar"].max()]
    (nothing,) = team.of_lottery(late, evaluatie.registry(store)[TRAINING])
    assert nothing.reason == team.FEW_TEAMS
