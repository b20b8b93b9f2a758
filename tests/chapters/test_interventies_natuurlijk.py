"""Designs without a lottery: held to the known truth, counted again by hand, and what they keep back."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from counting import DEMO, records

from kansen_lib.benchmark import evaluatie
from kansen_lib.benchmark.data import Network
from kansen_lib.benchmark.evaluatie import cohorten, dosis, een_school, grens, start, vergelijking
from kansen_lib.benchmark.evaluatie.groepen import FEW_SCHOOLS
from kansen_lib.benchmark.evaluatie.names import ALL, EFFECT, JOINT, POINTS, TAKEN, WITH, WITHOUT
from kansen_lib.benchmark.numbers import Benchmark, as_table
from kansen_lib.chapters import interventies
from kansen_lib.disclosure import release

#: Points of the tests in one standard deviation of the truth.
SCORE_SD = 15.0
GAP = "hoog minus laag"
DESIGNS = {
    "brede_brugklas": start,
    "zomerschool": grens,
    "taalklas": een_school,
    "huiswerkbegeleiding": vergelijking,
}


@pytest.fixture(scope="module")
def register(store):
    return evaluatie.registry(store)


@pytest.fixture(scope="module")
def frames(store, register) -> dict[tuple[str, str], pd.DataFrame]:
    network = Network(store)
    return {
        (name, uitkomst): evaluatie.people(network, register[name], uitkomst)
        for name in DESIGNS
        for uitkomst in register[name].outcomes
    }


@pytest.fixture(scope="module")
def found(frames, register) -> dict[tuple[str, str], dict]:
    """The numbers of each design and outcome, by name and group."""
    return {
        key: {(item.name, item.group): item for item in DESIGNS[key[0]].effects(frame, register[key[0]])}
        for key, frame in frames.items()
    }


@pytest.fixture(scope="module")
def benchmark(found, register) -> Benchmark:
    rows = [
        (evaluatie.unit(name, register[name].ontwerp, uitkomst), item, None)
        for (name, uitkomst), numbers in found.items()
        for item in numbers.values()
    ]
    return Benchmark(as_table(rows))


def points(frame: pd.DataFrame) -> float:
    """Points of the outcome in one standard deviation of the frame."""
    known = frame.dropna(subset=["uitkomst"])
    return float((known["uitkomst"] / known["uitkomst_sd"]).median())


def away(item, true: float, frame: pd.DataFrame) -> float:
    """How many of its own errors an estimate in sd lies from a truth in sd of groep 8."""
    return (item.value - true * SCORE_SD / points(frame)) / item.standard_error


# --- the known truth ----------------------------------------------------------------------------------


@pytest.mark.parametrize("uitkomst", ["rekenen leerjaar 3", "taal leerjaar 3"])
@pytest.mark.parametrize("group", ["laag", "midden", "hoog", GAP])
def test_the_broad_brugklas_has_its_effect_in_each_group_and_on_the_gap(
    uitkomst, group, found, frames, truth
):
    facts = truth["interventions"]["brede_brugklas"]
    true = facts["effect_of_participation_by_opleiding"] | {GAP: facts["effect_on_gap_hoog_minus_laag"]}
    key = ("brede_brugklas", uitkomst)
    assert abs(away(found[key][EFFECT, group], true[group], frames[key])) < 3


def test_the_broad_brugklas_lifts_the_mean_and_widens_the_gap(found):
    """What it was made to do, and what must be reported: over both outcomes together."""
    both = [found["brede_brugklas", f"{domain} leerjaar 3"] for domain in ("rekenen", "taal")]
    assert all(numbers[EFFECT, ALL].value > 0 for numbers in both)
    assert statistics.mean(numbers[EFFECT, GAP].value for numbers in both) > 0.05
    assert both[0][EFFECT, ALL].lower > 0


@pytest.mark.parametrize(
    ("uitkomst", "key"), [("taal leerjaar 2", "effect_on_taal"), ("rekenen leerjaar 2", "effect_on_rekenen")]
)
def test_one_school_gains_in_taal_and_loses_in_rekenen(uitkomst, key, found, frames, truth):
    true, which = truth["interventions"]["taalklas"][key], ("taalklas", uitkomst)
    item = found[which][EFFECT, ALL]
    assert abs(away(item, true, frames[which])) < 3
    assert item.value * true > 0
    assert abs(away(found[which][een_school.EARLIER, ALL], 0.0, frames[which])) < 3


def test_the_summer_school_is_found_by_its_cut_off_and_missed_by_comparing(found, frames, register, truth):
    true, key = truth["interventions"]["zomerschool"]["effect_of_participation"], None
    key = ("zomerschool", "rekenen leerjaar 3")
    assert abs(away(found[key][TAKEN, ALL], true, frames[key])) < 3
    compared = vergelijking.effects(frames[key], register["zomerschool"])[0]
    assert away(compared, true, frames[key]) < -3  # who scored low was chosen: no score of before makes up


def test_at_an_equal_start_the_help_with_homework_is_found(found, frames, truth):
    facts, key = truth["interventions"]["huiswerkbegeleiding"], ("huiswerkbegeleiding", "rekenen leerjaar 2")
    item = found[key][EFFECT, ALL]
    assert abs(away(item, facts["effect_of_participation"], frames[key])) < 3
    raw = found[key][vergelijking.BY_METHOD, vergelijking.NAIVE]
    assert away(raw, facts["effect_of_participation"], frames[key]) < -3
    ten = found[key][dosis.TEN_MORE, ""]
    assert abs(away(ten, 10 * facts["effect_of_an_hour"], frames[key])) < 3


def test_what_shows_a_hidden_difference_is_small_beside_the_score(found):
    """The difference was made by scores: without them it lies far off, so the benchmark is small."""
    numbers = found["huiswerkbegeleiding", "rekenen leerjaar 2"]
    zero = numbers[vergelijking.HIDDEN, vergelijking.TO_ZERO].value
    margin = numbers[vergelijking.HIDDEN, vergelijking.TO_MARGIN].value
    assert 0 <= margin < zero < 1


# --- by hand ------------------------------------------------------------------------------------------


def test_the_prior_score_of_the_year_without_a_test_is_that_of_pupils_alike(frames):
    frame = frames["brede_brugklas", "rekenen leerjaar 3"]
    known = cohorten.at_equal_start(frame)
    rows = known.to_dict("records")
    alike = defaultdict(list)
    for row in rows:
        if not math.isnan(row["voor"]):
            alike[row["eerste"], row["opleiding"]].append(row["voor"])
    without = [row for row in rows if row["cohort"] == "2020-2021" and isinstance(row["opleiding"], str)]
    assert len(without) > 1000
    for row in without[:50]:
        assert row[cohorten.PRIOR] == pytest.approx(statistics.fmean(alike[row["eerste"], row["opleiding"]]))
    assert all(row[cohorten.PRIOR] == row["voor"] for row in rows if not math.isnan(row["voor"]))


def test_the_effect_of_a_staggered_start_is_a_mean_of_differences_of_differences(frames, found):
    """From the means of schools and cohorts, each start beside the schools that had not begun."""
    key = ("brede_brugklas", "rekenen leerjaar 3")
    known = cohorten.at_equal_start(frames[key])
    cells: dict[tuple[str, int], list[float]] = defaultdict(list)
    first = {}
    for row in known.to_dict("records"):
        cells[row["vestiging"], row[cohorten.TIME]].append(row[cohorten.REST])
        first[row["vestiging"]] = row[cohorten.FIRST]
    mean = {cell: statistics.fmean(values) for cell, values in cells.items()}
    last = max(time for _, time in mean)
    changes = []
    for school, begin in first.items():
        for time in range(begin, last + 1) if begin > 1 else ():
            free = [other for other, own in first.items() if own == 0 or own > time]
            there = mean[school, time] - mean[school, begin - 1]
            here = statistics.fmean(mean[other, time] - mean[other, begin - 1] for other in free)
            changes.append(there - here)
    assert found[key][EFFECT, ALL].value == pytest.approx(statistics.fmean(changes))
    pupils = known.dropna(subset=[cohorten.REST])
    assert found[key][EFFECT, ALL].n == len(pupils)


def test_leaving_out_each_school_gives_the_margin(frames, found, register):
    key = ("brede_brugklas", "taal leerjaar 3")
    known = cohorten.at_equal_start(frames[key])
    cells = cohorten.means(known)
    whole = start._average(cells)
    moves = [
        start._average(cells[cells["vestiging"] != code]) - whole for code in cells["vestiging"].unique()
    ]
    count = len(moves)
    error = math.sqrt((count - 1) / count * sum(move**2 for move in moves))
    item = found[key][EFFECT, ALL]
    assert (item.standard_error, item.df) == (pytest.approx(error), count - 1)


def test_points_levels_and_sd_say_the_same(found, frames):
    for key, numbers in found.items():
        scale = points(frames[key])
        whole = numbers[EFFECT, ALL]
        assert numbers[POINTS, ALL].value == pytest.approx(whole.value * scale)
        for group in (ALL, "laag", "midden", "hoog"):
            step = numbers[WITH, group].value - numbers[WITHOUT, group].value
            assert step == pytest.approx(numbers[EFFECT, group].value * scale)
        assert -1 <= numbers[JOINT, ""].value <= 1


def test_the_gap_is_the_difference_of_both_groups(found):
    for (name, _), numbers in found.items():
        ends = numbers[EFFECT, "hoog"].value - numbers[EFFECT, "laag"].value
        loose = (
            0.1 if name == "taalklas" else 1e-9
        )  # there each school weighs by what it knows of its own gap
        assert numbers[EFFECT, GAP].value == pytest.approx(ends, abs=loose)
        pupils = numbers[EFFECT, "hoog"].n + numbers[EFFECT, "laag"].n
        assert numbers[EFFECT, GAP].n == pupils or name == "taalklas", "who is in between takes no part"


def test_the_line_of_the_school_is_its_mean_at_an_equal_start(found, frames, register):
    key = ("taalklas", "taal leerjaar 2")
    known = cohorten.at_equal_start(frames[key])
    scores = defaultdict(list)
    for row in known.to_dict("records"):
        scores[row["vestiging"] == DEMO, row["cohort"], row["vestiging"]].append(row[cohorten.REST])
    scale = points(frames[key])
    for cohort in known["cohort"].unique():
        own = statistics.fmean(scores[True, cohort, DEMO]) * scale
        others = [statistics.fmean(v) for (mine, year, _), v in scores.items() if not mine and year == cohort]
        assert found[key][een_school.OWN, cohort].value == pytest.approx(own)
        assert found[key][een_school.OTHERS, cohort].value == pytest.approx(statistics.fmean(others) * scale)


def test_the_raw_difference_is_that_of_the_records(found, store, frames):
    key = ("huiswerkbegeleiding", "rekenen leerjaar 2")
    took = {
        row["leerling"]: row["deelgenomen"]
        for row in records(store, "deelname")
        if row["interventie"] == "huiswerkbegeleiding"
    }
    frame = frames[key].dropna(subset=["uitkomst_sd", "klas", "opleiding", "voor", "voor_ander", "eerste"])
    scores = {True: [], False: []}
    for leerling, score in zip(frame["leerling"], frame["uitkomst_sd"], strict=True):
        scores[bool(took[leerling])].append(score)
    raw = statistics.fmean(scores[True]) - statistics.fmean(scores[False])
    assert found[key][vergelijking.BY_METHOD, vergelijking.NAIVE].value == pytest.approx(raw)
    before = found[key][vergelijking.AS_WAS, "score groep 8"]
    mine = {flag: frame.loc[frame["deelgenomen"] == flag, "voor"] for flag in (True, False)}
    assert before.value == pytest.approx((mine[True].mean() - mine[False].mean()) / mine[True].std())
    assert found[key][vergelijking.AFTER, "score groep 8"].value == pytest.approx(0, abs=1e-6)


def test_the_share_that_took_part_jumps_at_the_cut_off(found, frames):
    key = ("zomerschool", "rekenen leerjaar 3")
    frame = frames[key].dropna(subset=["uitkomst_sd"])
    near = frame[frame["afstand"].abs() < 5]
    below, above = (
        near.loc[side, "deelgenomen"].mean() for side in (near["afstand"] < 0, near["afstand"] >= 0)
    )
    assert found[key][grens.TOOK, "sprong"].value == pytest.approx(below - above, abs=0.1)
    point = found[key]["onder de drempel", "−1,5"]
    rows = frame[(frame["afstand"] >= -3) & (frame["afstand"] < 0)]
    assert (point.value, point.n) == (pytest.approx(rows["uitkomst"].mean()), len(rows))


# --- what is kept back --------------------------------------------------------------------------------


def test_years_that_rest_on_fewer_than_three_schools_are_not_told(found, register):
    numbers = found["brede_brugklas", "rekenen leerjaar 3"]
    begun = [year for year in register["brede_brugklas"].start.values() if year]
    assert numbers[start.BY_START, "3"].reason == FEW_SCHOOLS  # two schools began in the first year
    assert begun.count(min(begun)) == 2
    told = [item for (name, _), item in numbers.items() if name in (start.BY_START, start.IMPUTED)]
    assert sum(item.value is not None for item in told) >= 8


def test_only_the_school_itself_reads_about_one_school(store, benchmark):
    for code, tells in ((DEMO, True), ("ZZ0300", False)):
        school = store.school(code)
        keuze = interventies.choose(school, "tutoring")
        for analysis in (interventies.school_beside_others, interventies.effect_in_one_school):
            shown = release(analysis(school, benchmark, keuze), "cbs").numbers
            assert any(number.value is not None for number in shown) == tells


def test_no_other_school_is_named(found):
    texts = [text for numbers in found.values() for pair in numbers for text in pair]
    assert [text for text in texts if "ZZ" in text] == []


def test_two_schools_that_began_are_too_few(frames, register):
    aanpak = register["brede_brugklas"]
    frame = frames["brede_brugklas", "rekenen leerjaar 3"]
    kept = [*list(aanpak.begun)[:2], *(code for code, year in aanpak.start.items() if year is None)]
    few = frame[frame["vestiging"].isin(kept)]
    (only,) = start.effects(few, aanpak)
    assert (only.value, only.reason) == (None, FEW_SCHOOLS)


@pytest.mark.parametrize("name", list(DESIGNS))
def test_without_pupils_or_outcomes_there_is_a_reason(name, frames, register):
    uitkomst = register[name].uitkomst
    for frame in (frames[name, uitkomst].head(0), frames[name, uitkomst].assign(uitkomst_sd=np.nan)):
        found = DESIGNS[name].effects(frame, register[name])
        assert all(item.value is None and item.reason for item in found)


def test_a_store_without_the_prior_score_still_compares(frames, register):
    frame = frames["taalklas", "taal leerjaar 2"].assign(voor=np.nan, voor_ander=np.nan, eerste=np.nan)
    numbers = {(item.name, item.group): item for item in een_school.effects(frame, register["taalklas"])}
    assert numbers[EFFECT, ALL].value is not None


# --- the cards ----------------------------------------------------------------------------------------

CARDS = {
    "years_around_start": start.BY_START,
    "if_trends_differed": start.BOUNDS,
    "whom_the_start_helped": EFFECT,
    "school_beside_others": een_school.OWN,
    "effect_in_one_school": EFFECT,
    "jump_at_cutoff": "onder de drempel",
    "cutoff_put_to_the_test": "rond de grens",
    "unlike_before": vergelijking.AS_WAS,
    "difference_at_equal_start": "verschil bij gelijke start",
    "dose_and_outcome": "verschil onder deelnemers",
}


@pytest.mark.parametrize("card", list(CARDS))
def test_a_card_shows_its_design_whatever_was_chosen(card, school, benchmark):
    result = getattr(interventies, card)(school, benchmark, interventies.choose(school, "tutoring"))
    shown = [number for number in release(result, "cbs").numbers if number.value is not None]
    assert CARDS[card] in {number.name for number in shown}
    assert len(shown) <= 20


def test_where_pupils_chose_no_card_says_effect(school, benchmark):
    keuze = interventies.choose(school, "huiswerkbegeleiding")
    for card in ("unlike_before", "difference_at_equal_start", "dose_and_outcome"):
        result = getattr(interventies, card)(school, benchmark, keuze)
        words = [f"{item.name} {item.group}" for item in result.estimates]
        assert [text for text in words if EFFECT in text] == []


def test_wider_differences_in_trend_give_wider_margins(found):
    numbers = found["brede_brugklas", "rekenen leerjaar 3"]
    bounds = [numbers[start.BOUNDS, label] for label in start.WORSE.values()]
    widths = [item.upper - item.lower for item in bounds]
    assert widths == sorted(widths)
    assert all(item.lower <= item.value <= item.upper for item in bounds)
    in_path = numbers[start.BY_START, "0"]  # at equal trends it is the same number, of as few schools
    assert bounds[0].lower <= in_path.lower < in_path.upper <= bounds[0].upper


def test_the_jump_of_the_offer_turns_with_the_side_that_got_the_place(frames, register):
    """A place that harms gives a jump below zero: the sign is that of those below."""
    frame = frames["zomerschool", "rekenen leerjaar 3"]
    harmed = frame["uitkomst_sd"] - 1.0 * (frame["afstand"] < 0)
    before = grens.effects(frame, register["zomerschool"])[0]
    after = grens.effects(frame.assign(uitkomst_sd=harmed), register["zomerschool"])[0]
    assert after.value - before.value == pytest.approx(-1.0, abs=0.1)
    assert replace(after).lower < after.value < after.upper


@pytest.mark.parametrize("name", ["brede_brugklas", "zomerschool", "huiswerkbegeleiding"])
def test_a_group_that_two_schools_told_is_told_of_nobody(name, frames, register):
    """The effect and the levels of the group would be those of two schools, in the report of every other."""
    aanpak = register[name]
    frame = frames[name, aanpak.uitkomst]
    begun = [code for code in aanpak.begun if code in set(frame["vestiging"])]
    for k, told in ((2, False), (len(begun), True)):
        silent = frame["vestiging"].isin(begun[k:]) & (frame["opleiding"] == "midden")
        rows = DESIGNS[name].effects(frame.assign(opleiding=frame["opleiding"].mask(silent)), aanpak)
        assert any(item.group == "midden" and item.value is not None for item in rows) == told


def test_a_step_of_the_picture_that_two_schools_fill_is_not_drawn(frames, register):
    """The lowest scores are those of two schools: their mean would be told to every other one."""
    aanpak = register["zomerschool"]
    frame = frames["zomerschool", aanpak.uitkomst]
    for k, told in ((2, False), (len(aanpak.begun), True)):
        low = (frame["afstand"] < -6) & ~frame["vestiging"].isin(aanpak.begun[:k])
        rows = grens.effects(frame[~low], aanpak)
        drawn = {item.group for item in rows if item.name == grens.BELOW and item.value is not None}
        assert ("−7,5" in drawn) == told
