"""Lotteries of pupils, of schools and of invitations: counted again by hand, and held to what is known."""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from counting import DEMO, records

from kansen_lib.benchmark import evaluatie
from kansen_lib.benchmark.data import Network
from kansen_lib.benchmark.evaluatie import controle, geloot, loting, loting_scholen, uitnodiging
from kansen_lib.benchmark.evaluatie.names import (
    ALL,
    EFFECT,
    JOINT,
    POINTS,
    TAKEN,
    WITH,
    WITHOUT,
)
from kansen_lib.benchmark.numbers import Benchmark, as_table
from kansen_lib.chapters import interventies
from kansen_lib.disclosure import release
from kansen_lib.stats.result import Result

#: Points of the tests in one standard deviation of the truth.
SCORE_SD = 15.0
GAP = "hoog minus laag"
DRAWN = {"tutoring": loting, "mentor": loting}
DESIGNS = {**DRAWN, "hoge_verwachtingen": loting_scholen, "oudergesprekken": uitnodiging}


@pytest.fixture(scope="module")
def register(store):
    return evaluatie.registry(store)


@pytest.fixture(scope="module")
def frames(store, register) -> dict[str, pd.DataFrame]:
    network = Network(store)
    return {name: evaluatie.people(network, register[name], register[name].uitkomst) for name in DESIGNS}


@pytest.fixture(scope="module")
def found(frames, register) -> dict[str, dict]:
    """The numbers of each lottery by name and group."""
    return {
        name: {(item.name, item.group): item for item in module.effects(frames[name], register[name])}
        for name, module in DESIGNS.items()
    }


@pytest.fixture(scope="module")
def benchmark(found, register) -> Benchmark:
    rows = [
        (evaluatie.unit(name, register[name].ontwerp, register[name].uitkomst), item, None)
        for name, numbers in found.items()
        for item in numbers.values()
    ]
    return Benchmark(as_table(rows))


# --- the known truth ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("tutoring", "effect_of_assignment"),
        ("mentor", "effect_of_assignment"),
        ("hoge_verwachtingen", "effect_of_participation"),
        ("tutoring", "effect_of_participation"),
        ("mentor", "effect_of_participation"),
        ("oudergesprekken", "effect_of_participation"),
    ],
)
def test_the_interval_holds_the_effect_that_the_region_was_made_with(found, frames, truth, name, key):
    frame = frames[name].dropna(subset=["uitkomst"])
    true = truth["interventions"][name][key] * SCORE_SD / (frame["uitkomst"] / frame["uitkomst_sd"]).iloc[0]
    of_draw = key == "effect_of_assignment" or name == "hoge_verwachtingen"
    item = found[name][EFFECT if of_draw else TAKEN, ALL]
    assert item.lower < true < item.upper
    assert item.upper - item.lower < 0.4  # wide enough to hold anything is no recovery


@pytest.mark.parametrize("name", DESIGNS)
def test_the_effect_on_the_gap_holds_the_truth(found, frames, truth, name):
    frame = frames[name].dropna(subset=["uitkomst"])
    facts = truth["interventions"][name]
    true = facts["effect_on_gap_hoog_minus_laag"]
    if (
        name == "oudergesprekken"
    ):  # inviting widens the gap: who is asked comes more often where parents are hoog
        true = facts["effect_of_invitation"]["hoog"] - facts["effect_of_invitation"]["laag"]
    item = found[name][EFFECT, GAP]
    scale = SCORE_SD / (frame["uitkomst"] / frame["uitkomst_sd"]).iloc[0]
    assert item.lower < true * scale < item.upper


# --- counted again ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DRAWN)
def test_a_lottery_within_schools_is_a_weighted_mean_of_its_schools(frames, register, name):
    """Without a score before: differences of means, weighted with n p (1 - p) of the block."""
    frame = frames[name].assign(voor=np.nan)
    item = next(iter(loting.effects(frame, register[name])))
    blocks = defaultdict(lambda: ([], []))
    for row in frame.to_dict("records"):
        if not math.isnan(row["uitkomst_sd"]):
            blocks[row["vestiging"], row["cohort"]][row["toegewezen"]].append(row["uitkomst_sd"])
    weights = {key: len(a) * len(b) / (len(a) + len(b)) for key, (a, b) in blocks.items()}
    apart = {key: statistics.fmean(b) - statistics.fmean(a) for key, (a, b) in blocks.items()}
    by_hand = sum(weights[key] * apart[key] for key in apart) / sum(weights.values())
    assert item.value == pytest.approx(by_hand, abs=1e-9)
    assert item.n == sum(len(a) + len(b) for a, b in blocks.values())
    assert item.smallest == min(sum(len(pair[arm]) for pair in blocks.values()) for arm in (0, 1))


@pytest.mark.parametrize("name", DESIGNS)
def test_with_minus_without_is_the_effect_in_points_of_everybody_and_of_each_group(found, frames, name):
    numbers, frame = found[name], frames[name].dropna(subset=["uitkomst"])
    scale = (frame["uitkomst"] / frame["uitkomst_sd"]).iloc[0]
    groups = [group for key, group in numbers if key == WITH]
    assert groups == [ALL, "laag", "midden", "hoog"]
    for group in groups:
        apart = numbers[WITH, group].value - numbers[WITHOUT, group].value
        assert apart == pytest.approx(numbers[EFFECT, group].value * scale, abs=1e-6)
    assert numbers[POINTS, ALL].value == pytest.approx(numbers[EFFECT, ALL].value * scale)
    assert numbers[EFFECT, GAP].value == pytest.approx(
        numbers[EFFECT, "hoog"].value - numbers[EFFECT, "laag"].value
    )
    assert abs(numbers[JOINT, ""].value) < 1


@pytest.mark.parametrize("name", DESIGNS)
def test_levels_average_to_the_mean_of_the_pupils(found, frames, register, name):
    """Level with times the share drawn plus level without times the others is the mean that was measured."""
    module = geloot.among_schools if name == "hoge_verwachtingen" else geloot.among_pupils
    known = module(frames[name]).known
    for group in ("laag", "hoog"):
        part = known[known["opleiding"] == group]
        share = part["toegewezen"].mean()
        mixed = share * found[name][WITH, group].value + (1 - share) * found[name][WITHOUT, group].value
        assert mixed == pytest.approx(part["uitkomst"].mean(), abs=1e-6)


@pytest.mark.parametrize("name", DESIGNS)
def test_who_is_lost_and_who_takes_part_are_counted_from_the_tables(store, found, register, name):
    domain, moment = register[name].uitkomst.split(" ", 1)
    scope = records(store, "deelname", interventie=name)
    scored = {row["leerling"] for row in records(store, "toetsen", domein=domain, moment=moment)}
    sizes, lost = Counter(), Counter()
    for row in scope:
        sizes[row["toegewezen"]] += 1
        lost[row["toegewezen"]] += row["leerling"] not in scored
    for drawn, arm in ((True, controle.IN), (False, controle.OUT)):
        item = found[name][controle.LOST, arm]
        assert (item.count, item.n) == (lost[drawn], sizes[drawn])
    worst, best = (found[name][controle.IF_LOST, case] for case in (controle.WORST, controle.BEST))
    moved = controle.BEYOND * (lost[True] / sizes[True] + lost[False] / sizes[False])
    assert best.value - worst.value == pytest.approx(2 * moved)
    assert worst.value < found[name][EFFECT, ALL].value < best.value


def test_taking_part_is_the_effect_of_the_draw_over_what_the_draw_changed(found):
    numbers = found["tutoring"]
    ratio = numbers[EFFECT, ALL].value / numbers[controle.BY_LOT, ""].value
    assert numbers[TAKEN, ALL].value == pytest.approx(ratio)
    everybody = found["hoge_verwachtingen"]
    assert everybody[controle.BY_LOT, ""].value == 1
    assert everybody[TAKEN, ALL].value == pytest.approx(everybody[EFFECT, ALL].value)


def test_the_moved_are_the_share_of_a_group_times_how_much_the_invitation_moved_it(found):
    numbers, groups = found["oudergesprekken"], ("laag", "midden", "hoog")
    moved = {g: numbers[uitnodiging.OF_ALL, g].value * numbers[uitnodiging.MOVED, g].value for g in groups}
    for group in groups:
        share = numbers[uitnodiging.OF_MOVED, group].value
        assert share == pytest.approx(moved[group] / sum(moved.values()))
    assert numbers[uitnodiging.OF_MOVED, "hoog"].value > numbers[uitnodiging.OF_ALL, "hoog"].value


# --- few schools, and whether the lottery held --------------------------------------------------------


def test_a_margin_that_forgets_the_schools_is_the_narrowest(found):
    widths = {
        group: item.upper - item.lower
        for (name, group), item in found["hoge_verwachtingen"].items()
        if name == loting_scholen.WAYS
    }
    assert min(widths, key=widths.get) == loting_scholen.PLAIN
    others = [width for way, width in widths.items() if way != loting_scholen.PLAIN]
    assert len(others) == 4 and min(others) > 1.5 * widths[loting_scholen.PLAIN]


def test_a_draw_that_took_the_best_pupils_is_seen(frames, register):
    """Exchange the lottery for the order of the score in groep 8 within each school: all alarms go off."""
    frame = frames["mentor"].sort_values(["vestiging", "voor"]).reset_index(drop=True)
    rank = frame.groupby("vestiging").cumcount() / frame.groupby("vestiging")["leerling"].transform("size")
    picked = {
        (item.name, item.group): item
        for item in controle.balance(geloot.among_pupils(frame.assign(toegewezen=rank > 0.5)))
    }
    fair = {(item.name, item.group): item for item in controle.balance(geloot.among_pupils(frames["mentor"]))}
    assert picked[controle.BALANCE, "score in groep 8"].lower > 0.5
    assert picked[controle.BALANCE, controle.PREDICTED].lower > 0
    assert picked[controle.BY_CHANCE, ALL].value < 0.001
    assert fair[controle.BY_CHANCE, ALL].value > 0.05
    assert abs(fair[controle.BALANCE, "score in groep 8"].value) < 0.25


def test_the_p_value_of_a_school_is_the_share_of_lotteries_that_lie_as_far(frames, register, found):
    """Drawn again by another generator, without covariates: within what two such counts may differ."""
    own = frames["mentor"].query("vestiging == @DEMO").dropna(subset=["uitkomst_sd"]).assign(voor=np.nan)
    rows = loting.effects(own, replace(register["mentor"], start={DEMO: "2021-2022"}))
    by_chance = next(item for item in rows if item.name == loting.OWN_CHANCE).value
    score, drawn = own["uitkomst_sd"].to_numpy(), own["toegewezen"].to_numpy()
    rng = np.random.default_rng(7)
    apart = abs(score[drawn].mean() - score[~drawn].mean())
    again = [rng.permutation(drawn) for _ in range(4000)]
    as_far = np.mean([abs(score[d].mean() - score[~d].mean()) >= apart - 1e-12 for d in again])
    assert by_chance == pytest.approx(as_far, abs=4 * math.sqrt(by_chance * (1 - by_chance) / 1999) + 0.005)


def test_each_school_is_pulled_towards_all(found):
    numbers = found["mentor"]
    schools = [group for name, group in numbers if name == loting.OWN]
    raw = [numbers[loting.OWN, code].value for code in schools]
    pulled = [numbers[loting.SHRUNKEN, code].value for code in schools]
    assert len(schools) == 6
    assert statistics.pstdev(pulled) < statistics.pstdev(raw)
    assert min(raw) < min(pulled) and max(pulled) < max(raw)


# --- what cannot be told ------------------------------------------------------------------------------


def test_without_lots_there_is_a_reason(frames, register):
    everybody = frames["mentor"].assign(toegewezen=True)
    rows = loting.effects(everybody, register["mentor"])
    assert [(item.name, item.group) for item in rows] == [(EFFECT, ALL)]
    assert rows[0].reason == geloot.NO_LOTS


def test_where_one_school_drew_lots_its_number_is_not_that_of_all(frames, register):
    """Five of the six schools gave everybody a place: the effect would be that of the sixth."""
    frame = frames["mentor"]
    other = frame.assign(toegewezen=frame["toegewezen"] | (frame["vestiging"] != DEMO))
    rows = loting.effects(other, register["mentor"])
    assert [item.value for item in rows] == [None]


def test_a_lottery_of_two_schools_against_many_is_not_told(frames, register):
    frame = frames["hoge_verwachtingen"]
    few = sorted(frame.loc[frame["toegewezen"], "vestiging"].unique())[:2]
    kept = frame[~frame["toegewezen"] | frame["vestiging"].isin(few)]
    rows = loting_scholen.effects(kept, register["hoge_verwachtingen"])
    assert [item.reason for item in rows] == [geloot.NO_LOTS]


@pytest.mark.parametrize("name", DESIGNS)
def test_an_outcome_that_nobody_has_gives_reasons_and_no_error(frames, register, name):
    empty = frames[name].assign(uitkomst=np.nan, uitkomst_sd=np.nan, klas=pd.NA)
    rows = DESIGNS[name].effects(empty, register[name])
    assert rows and all(item.value is None for item in rows if item.name in (EFFECT, TAKEN, WITH, WITHOUT))


@pytest.mark.parametrize("name", DESIGNS)
def test_a_group_that_one_school_has_is_told_of_nobody(frames, register, name):
    frame = frames[name]
    elsewhere = (frame["opleiding"] == "laag") & (frame["vestiging"] != DEMO)
    rows = DESIGNS[name].effects(frame[~elsewhere], register[name])
    assert not [item for item in rows if item.group == "laag" and item.value is not None]
    gap = next(item for item in rows if (item.name, item.group) == (EFFECT, GAP))
    assert gap.value is None


# --- the cards ----------------------------------------------------------------------------------------

CARDS = (
    interventies.draw_was_fair,
    interventies.lost_after_draw,
    interventies.own_lottery,
    interventies.margin_by_way,
    interventies.who_came,
    interventies.effect_of_inviting,
)


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("name", [*DESIGNS, "zomerschool", "bestaat niet"])
def test_every_card_shows_its_design_whatever_was_chosen(school, benchmark, card, name):
    result = card(school, benchmark, interventies.choose(school, name))
    if name == "bestaat niet":  # a name that the register lacks: what it has is shown all the same
        assert result.estimates
        return
    assert any(item.value is not None for item in result.estimates)


def test_a_school_without_lots_reads_what_the_others_found_and_nothing_of_its_own(store, benchmark, register):
    other = next(code for code in store.vestigingen.index if code not in register["mentor"].start)
    result = interventies.own_lottery(
        store.school(other), benchmark, interventies.choose(store.school(other), "mentor")
    )
    assert [item.value for item in result.estimates] == [None]
    shared = interventies.draw_was_fair(
        store.school(other), benchmark, interventies.choose(store.school(other), "mentor")
    )
    assert len([item for item in shared.estimates if item.value is not None]) > 5


def test_the_own_school_is_shown_beside_all_and_no_other_school(school, benchmark, found):
    keuze = interventies.choose(school, "mentor")
    result = interventies.own_lottery(school, benchmark, keuze)
    values = {(item.name, item.group): item.value for item in result.estimates}
    assert values["effect", "deze school"] == found["mentor"][loting.OWN, DEMO].value
    assert values["effect", "alle scholen"] == found["mentor"][EFFECT, ALL].value
    others = {item.group for item in benchmark.all(loting.OWN, keuze.unit)} - {DEMO}
    assert len(others) == 5
    assert not [item for item in result.estimates if item.group in others]


def test_an_arm_of_fewer_than_ten_is_withheld(frames, register, school):
    """Nine of the own pupils were drawn: neither the effect nor the chance of it may be shown."""
    frame = frames["mentor"]
    own = frame.index[(frame["vestiging"] == DEMO) & frame["toegewezen"] & frame["uitkomst"].notna()]
    fewer = frame.drop(own[9:])
    unit = evaluatie.unit("mentor", "loting", "rekenen leerjaar 2")
    rows = [(unit, item, None) for item in loting.effects(fewer, register["mentor"])]
    benchmark = Benchmark(as_table(rows))
    released = release(interventies.own_lottery(school, benchmark, interventies.choose(school, "mentor")))
    shown = {(number.name, number.group): number.value for number in released.numbers}
    assert shown.pop(("effect", "alle scholen")) is not None
    assert list(shown.values()) == [None, None, None]


def test_few_who_stayed_away_are_not_told_by_a_ratio_of_two_effects(frames, register, school):
    """Of the drawn all but nine took part: both effects together would give the nine."""
    frame = frames["mentor"]
    away = frame.index[frame["toegewezen"] & ~frame["deelgenomen"] & frame["uitkomst"].notna()]
    came = frame.assign(deelgenomen=frame["deelgenomen"] | frame.index.isin(away[9:]))
    unit = evaluatie.unit("mentor", "loting", "rekenen leerjaar 2")
    for people, hidden in ((came, True), (frame, False)):
        rows = [(unit, item, None) for item in loting.effects(people, register["mentor"])]
        chosen = interventies.choose(school, "mentor")
        released = release(interventies.effect_of_approach(school, Benchmark(as_table(rows)), chosen))
        values = {number.name: number.value for number in released.numbers}
        assert (values[TAKEN] is None) == hidden


def test_few_who_were_lost_are_not_told_by_what_they_would_change(frames, register):
    frame = frames["mentor"]
    gone = frame.index[frame["uitkomst"].isna()]
    assert len(gone) > 9
    fewer = frame.drop(gone[9:])
    for people, hidden in ((fewer, True), (frame, False)):
        lottery = geloot.among_pupils(people)
        effect = geloot.effects_on(lottery)[0]
        released = release(Result("", tuple(controle.attrition(lottery, effect)), sources=("deelname",)))
        cases = [number for number in released.numbers if number.name == controle.IF_LOST]
        assert [case.value is None for case in cases] == [False, hidden, hidden]


def test_where_schools_are_not_found_to_differ_none_is_pulled(frames, register, found):
    """Every school gets the pupils of one: an effect that differs by nothing gives no number and a margin."""
    own = frames["mentor"].query("vestiging == @DEMO")
    parts = [own.assign(vestiging=code, leerling=own["leerling"] + code) for code in register["mentor"].start]
    rows = loting.effects(pd.concat(parts, ignore_index=True), register["mentor"])
    pulled = [item for item in rows if item.name == loting.SHRUNKEN]
    assert [item.value for item in pulled] == [None] * len(parts)
    assert any(item.value is not None for item in found["mentor"].values() if item.name == loting.SHRUNKEN)


def test_the_effect_of_a_school_takes_the_score_before_into_account(frames, found):
    """By normal equations of its own: intercept, drawn, score of groep 8."""
    own = frames["mentor"].query("vestiging == @DEMO").dropna(subset=["uitkomst_sd", "voor"])
    columns = np.column_stack([np.ones(len(own)), own["toegewezen"].astype(float), own["voor"]])
    by_hand = np.linalg.solve(columns.T @ columns, columns.T @ own["uitkomst_sd"].to_numpy())[1]
    assert found["mentor"][loting.OWN, DEMO].value == pytest.approx(by_hand)


def test_few_who_were_lost_in_one_arm_are_not_told_where_arms_differ_in_size(frames):
    """Of 50 in and 150 out 5 and 20 were lost: with 25 of 200 both bounds leave only these two numbers."""
    frame = frames["mentor"].dropna(subset=["uitkomst"])
    drawn, others = (frame[frame["toegewezen"] == arm] for arm in (True, False))
    for size, hidden in ((50, True), (140, False)):
        part = pd.concat([drawn.head(size), others.head(150)], ignore_index=True)
        rank = part.groupby("toegewezen").cumcount()
        lost = rank < part["toegewezen"].map({True: 5, False: 20})
        lottery = geloot.among_pupils(part.assign(uitkomst=part["uitkomst"].mask(lost)))
        effect = geloot.effects_on(lottery)[0]
        released = release(Result("", tuple(controle.attrition(lottery, effect)), sources=("deelname",)))
        cases = [number for number in released.numbers if number.name == controle.IF_LOST]
        assert [case.value is None for case in cases] == [False, hidden, hidden]


def test_what_two_schools_know_of_their_pupils_is_no_balance_of_all(frames):
    """Sex is filled in at two schools: how their boys and girls drew is not told to the others."""
    frame = frames["mentor"]
    schools = sorted(frame["vestiging"].unique())
    for k, told in ((2, False), (len(schools), True)):
        known = frame.assign(geslacht=frame["geslacht"].where(frame["vestiging"].isin(schools[:k])))
        rows = controle.balance(geloot.among_pupils(known))
        assert ("meisjes" in {item.group for item in rows if item.value is not None}) == told


def test_the_last_digits_of_a_score_do_not_move_the_lots(frames):
    """Processors differ in the last digit of a sum; the draws go by the order of what it predicts."""
    frame = frames["tutoring"]
    noise = np.random.default_rng(1).normal(0, 1e-12, len(frame))
    found = [
        controle.balance(geloot.among_pupils(f)) for f in (frame, frame.assign(voor=frame["voor"] + noise))
    ]
    chance = [next(i.value for i in rows if i.name == controle.BY_CHANCE) for rows in found]
    assert chance[0] == chance[1]
