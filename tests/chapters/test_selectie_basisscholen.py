"""Basisscholen, and validity and fairness of the advies: counted by hand, held to the truth, guarded."""

from __future__ import annotations

from collections import Counter, defaultdict
from statistics import mean

import numpy as np
import pandas as pd
import pytest
from counting import DEMO, records, values

from kansen_lib import codes, disclosure
from kansen_lib.benchmark import Benchmark, basisscholen, eerlijkheid
from kansen_lib.benchmark.data import Network
from kansen_lib.benchmark.numbers import as_table
from kansen_lib.benchmark.vergelijken import OPLEIDING
from kansen_lib.chapters import selectie
from kansen_lib.chapters.context import LESS_CHANCE
from kansen_lib.chapters.pupils import pupils_of
from kansen_lib.present import roles
from kansen_lib.stats.result import Estimate, quantile
from kansen_lib.store import School, Store

COHORTS = ("2021-2022", "2022-2023", "2023-2024")
HAVO = codes.step("havo")
REACH, DOUBT, RIGHT, STILL = eerlijkheid.RATES.values()


@pytest.fixture(scope="module")
def region(store: Store) -> Network:
    return Network(store)


@pytest.fixture(scope="module")
def kept(region: Network) -> Benchmark:
    """The numbers of both themes alone."""
    return Benchmark(as_table([*basisscholen.rows(region), *eerlijkheid.rows(region)]))


@pytest.fixture(scope="module")
def decided(region: Network) -> pd.DataFrame:
    return eerlijkheid.decided(region.pupils)


@pytest.fixture(scope="module")
def schools(store: Store) -> list[School]:
    return [store.school(code) for code in store.vestigingen.index]


def third_levels(store: Store, **where: str) -> dict[str, str]:
    """Level of the first year in leerjaar 3 at the vestiging of entry, by pupil."""
    entry = {row["leerling"]: row["vestiging"] for row in records(store, "leerlingen", **where)}
    found: dict[str, tuple[str, str]] = {}
    for row in records(store, "loopbaan", **where):
        if row["leerjaar"] == 3 and entry.get(row["leerling"]) == row["vestiging"]:
            year = row["schooljaar"], row["niveau"]
            found[row["leerling"]] = min(found.get(row["leerling"], year), year)
    return {pupil: level for pupil, (_, level) in found.items()}


def steps_of(store: Store, later: bool) -> list[tuple[str | None, float]]:
    """Basisschool, and leerjaar 3 or the toetsadvies minus the first advies, of the demo school."""
    third, found = third_levels(store, vestiging=DEMO), []
    for row in records(store, "leerlingen", vestiging=DEMO):
        level = third.get(row["leerling"]) if later else row["toetsadvies"]
        if row["cohort"] not in COHORTS or not isinstance(level, str):
            continue
        if later and len(codes.levels(level)) > 2:
            continue
        if not isinstance(row["advies_eerste"], str):
            continue
        place = codes.step(level) - codes.step(row["advies_eerste"])
        if not np.isnan(place):
            found.append((row["basisschool"] if isinstance(row["basisschool"], str) else None, place))
    return found


# --- basisscholen -------------------------------------------------------------------------------------


@pytest.mark.parametrize("later", [True, False])
def test_each_basisschool_is_counted_by_hand(later: bool, store: Store, school: School, kept) -> None:
    pupils = steps_of(store, later)
    of = defaultdict(list)
    for basisschool, place in pupils:
        of[basisschool].append(place)
    own = {code: places for code, places in of.items() if code and len(places) >= 10}
    squares = sum((place - mean(places)) ** 2 for places in of.values() for place in places)
    sd = (squares / (len(pupils) - len(of))) ** 0.5
    names = {row["vestiging"]: row["naam"] for row in records(store, "vestigingen")}
    show = selectie.later_level_by_basisschool if later else selectie.toets_by_basisschool
    found = show(school, kept)
    points = {item.group: item for item in found.estimates if item.name in basisscholen.COLUMNS}
    assert set(points) == {names[code] for code in own}
    for code, places in own.items():
        item = points[names[code]]
        assert (item.value, item.n) == (pytest.approx(mean(places)), len(places))
        assert item.standard_error == pytest.approx(sd / len(places) ** 0.5)
    rest = [place for code, places in of.items() if code not in own for place in places]
    assert found[basisscholen.OTHERS].value == pytest.approx(mean(rest))
    assert found[basisscholen.OTHERS].n == len(rest)
    assert found[basisscholen.MEAN].value == pytest.approx(mean(place for _, place in pupils))
    limits = [item for item in found.estimates if item.name == basisscholen.UPPER]
    assert {"10"} < {item.group for item in limits}
    for item in limits:
        half = quantile() * sd / int(item.group) ** 0.5
        assert item.value - found[basisscholen.MEAN].value == pytest.approx(half)


def test_basisscholen_stand_in_the_order_of_the_alphabet_and_of_nothing_else(schools, kept) -> None:
    shows = (
        selectie.later_level_by_basisschool,
        selectie.toets_by_basisschool,
        selectie.later_level_with_less_chance,
        selectie.toets_with_less_chance,
    )
    for school in schools[:6]:
        for show in shows:
            found = show(school, kept).estimates
            for name in {item.name for item in found if item.group and item.n}:
                groups = [item.group for item in found if item.name == name]
                assert groups == sorted(groups)


def test_nobody_can_subtract_the_basisscholen_from_all(schools, kept) -> None:
    """What is left of all pupils when every basisschool is taken off is nobody, or ten or more."""
    for school in schools:
        for show in (selectie.later_level_by_basisschool, selectie.toets_by_basisschool):
            found = show(school, kept)
            told = [item.n for item in found.estimates if item.name in basisscholen.COLUMNS]
            whole = [item.n for item in found.estimates if item.name == basisscholen.MEAN]
            assert all(n >= 10 for n in told)
            assert not whole or whole[0] - sum(told) not in range(1, 10)
            hidden = [number for number in disclosure.release(found).numbers if number.value is None]
            assert not (told and hidden)  # the gate has nothing left to do


@pytest.mark.parametrize(("others", "left"), [(0, 3), (9, 2), (10, 3)])
def test_the_smallest_gives_way_when_the_others_are_few(others: int, left: int) -> None:
    labels = ["a"] * 30 + ["b"] * 20 + ["c"] * 12 + [None] * (others // 2) + ["d"] * (others - others // 2)
    known = pd.DataFrame({"basisschool": labels})
    assert len(basisscholen.named(known)) == left
    assert basisscholen.named(known).index.tolist() == list("abc")[:left]


def test_a_basisschool_has_no_groups_of_pupils(schools, kept) -> None:
    """Laag and hoog within one basisschool would be a handful each."""
    names = {school.naam for school in schools}
    for item in selectie.later_level_by_basisschool(schools[0], kept).estimates:
        assert "laag" not in item.group and "hoog" not in item.group and item.group not in names


def test_that_all_are_at_their_advies_is_not_told() -> None:
    known = pd.DataFrame({"basisschool": ["a"] * 12 + ["b"] * 12, "later": 0.0})
    items = basisscholen.of_each(known, basisscholen.LATER, {"a": "A", "b": "B"})
    assert [item.smallest for item in items] == [0, 0]
    assert basisscholen.limits(known, basisscholen.LATER) == []


def test_pupils_without_a_basisschool_are_others() -> None:
    known = pd.DataFrame({"basisschool": pd.Series([None] * 15, dtype="str"), "later": [0.0, 0.5, 1.0] * 5})
    (item,) = basisscholen.of_each(known, basisscholen.LATER, {})
    assert (item.name, item.group, item.n) == (basisscholen.OTHERS, "", 15)


@pytest.mark.parametrize(
    ("rules", "taken"),
    [
        ("EEEE", [2, 3, 4]),
        ("EGEE", [1, 3, 4]),
        ("EEED", [1, 2, 3]),
        ("EEDD", [3, 4]),
        ("EGD", [3]),
        ("G", []),
    ],
)
def test_at_most_three_cohorts_of_one_regime_and_never_the_one_without_a_test(rules, taken) -> None:
    names = {"E": "eindtoets", "G": "geen toets", "D": "doorstroomtoets"}
    rows = [(f"{2018 + k}-{2019 + k}", names[rule]) for k, rule in enumerate(rules, start=1)]
    known = pd.DataFrame(rows, columns=["cohort", "regime"])
    assert basisscholen.latest(known) == [f"{2018 + k}-{2019 + k}" for k in taken]


def test_the_limits_hold_95_of_100_basisscholen_that_differ_by_chance_alone(region: Network) -> None:
    """Pupils of one school are dealt again over its basisscholen: nothing but chance is left."""
    rng, within, total = np.random.default_rng(5), 0, 0
    data = basisscholen.with_value(basisscholen.compared(region.pupils), "later")
    large = data[data["vestiging"] == DEMO]
    for _ in range(20):
        dealt = large.assign(basisschool=rng.permutation(large["basisschool"].to_numpy()))
        around = basisscholen.chance(dealt, "later")
        for code, n in basisscholen.named(dealt).items():
            own = dealt.loc[dealt["basisschool"] == code, "later"].mean()
            within += abs(own - around.mean) <= quantile() * around.error(n)
            total += 1
    assert within / total == pytest.approx(0.95, abs=3 * (0.95 * 0.05 / total) ** 0.5)


def test_less_chance_lies_between_the_count_and_the_mean_of_the_school(school: School, kept) -> None:
    found, name = selectie.toets_with_less_chance(school, kept), basisscholen.TEST
    raw = {item.group: item for item in found.estimates if item.name == name}
    calm = {item.group: item for item in found.estimates if item.name == name + LESS_CHANCE}
    centre = selectie.toets_by_basisschool(school, kept)[basisscholen.MEAN].value
    assert set(raw) == set(calm) and 0 < len(raw) <= 10
    for label, item in raw.items():
        low, high = sorted((item.value, centre))
        assert low < calm[label].value < high
        assert calm[label].upper - calm[label].lower < item.upper - item.lower


@pytest.mark.parametrize(("sd", "why"), [(0.0, "tussen basisscholen"), (None, "te weinig scholen")])
def test_without_a_spread_there_is_nothing_to_pull_with(sd, why, school: School) -> None:
    """A spread that is estimated at 0 is no proof that basisscholen are alike."""
    item = Estimate(basisscholen.around_own_mean(basisscholen.LATER), "", 0.0)
    bare = Benchmark(as_table([("", item, sd)]))
    found = selectie.later_level_with_less_chance(school, bare).estimates
    calm = [item for item in found if item.name.endswith(LESS_CHANCE)]
    assert calm and all(item.value is None and why in item.reason for item in calm)


def test_how_far_basisscholen_lie_apart_in_their_advies_is_recovered(kept, truth) -> None:
    true = truth["basisscholen"]["sd_advice"] * truth["advice"]["steps_per_sd"]
    item = kept.find(basisscholen.TEST, "tussen basisscholen", basisscholen.UNIT)
    assert item.lower < true < item.upper
    assert item.upper < 2 * true


def test_what_is_known_of_pupils_adds_up(schools, kept) -> None:
    for school in schools:
        parts = [
            item for item in selectie.pupils_seen_later(school, kept).estimates if item.count is not None
        ]
        assert not parts or sum(item.count for item in parts) == parts[0].n


def test_the_words_of_the_figure_are_those_of_the_numbers() -> None:
    assert (basisscholen.LOWER, basisscholen.UPPER) == (roles.LIMIT_LOW, roles.LIMIT_HIGH)
    assert basisscholen.MEAN == roles.MEAN_OF_ALL


# --- validity -----------------------------------------------------------------------------------------


def test_explained_spread_is_the_squared_correlation(decided: pd.DataFrame, kept) -> None:
    known = decided.dropna(subset=["toetsscore"])
    for label, column in (("advies", "eerste"), ("toets", "toetsscore")):
        squared = np.corrcoef(known[column], known["niveau3"])[0, 1] ** 2
        assert kept.value("niveau in leerjaar 3", label, eerlijkheid.UNIT) == pytest.approx(squared)


def test_both_explain_no_less_than_one(school: School, kept) -> None:
    found = values(selectie.advies_and_toets_predict(school, kept))
    for name in eerlijkheid.PREDICTED:
        *one, both = (found[name, label] for label in eerlijkheid.PREDICTORS)
        assert 1 > both >= max(one) > 0.3


# --- fairness -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cells(store: Store) -> Counter:
    """Pupils by vestiging, group, first advies of havo or higher, and havo or vwo in leerjaar 3."""
    third, found = third_levels(store), Counter()
    for row in records(store, "leerlingen", regime="eindtoets"):
        places = [
            codes.step(row[name]) if isinstance(row[name], str) else np.nan
            for name in ("advies_eerste", "advies_definitief")
        ]
        level = third.get(row["leerling"])
        if level is None or np.isnan(places).any() or len(codes.levels(level)) > 2:
            continue
        known = isinstance(row["opleiding_ouders"], str)
        group = codes.three_classes(row["opleiding_ouders"]) if known else "onbekend"
        found[row["vestiging"], group, places[0] >= HAVO, codes.step(level) >= HAVO] += 1
    return found


def table(cells: Counter, **where: str) -> dict[tuple[bool, bool], int]:
    """Pupils by advies and outcome, of one vestiging or one group."""
    found = dict.fromkeys([(a, b) for a in (True, False) for b in (True, False)], 0)
    for (vestiging, group, advies, havo), n in cells.items():
        if where.get("vestiging", vestiging) == vestiging and where.get("group", group) == group:
            found[advies, havo] += n
    return found


def rates_of(two: dict[tuple[bool, bool], int]) -> dict[str, float]:
    right, wrong, missed, passed = two[True, True], two[True, False], two[False, True], two[False, False]
    return {
        REACH: right / (right + missed),
        DOUBT: wrong / (wrong + passed),
        RIGHT: right / (right + wrong),
        STILL: missed / (missed + passed),
    }


def test_right_and_wrong_are_counted_by_hand(cells: Counter, school: School, kept) -> None:
    own = values(selectie.advies_right_and_wrong(school, kept))
    for name, rate in rates_of(table(cells, vestiging=DEMO)).items():
        assert own[name, eerlijkheid.ALL] == pytest.approx(rate)
    found = values(selectie.right_and_wrong_by_group(school, kept))
    low, high = (rates_of(table(cells, group=group)) for group in ("laag", "hoog"))
    for name in low:
        assert found[name, "laag"] == pytest.approx(low[name])
        assert found[name, "hoog minus laag"] == pytest.approx(high[name] - low[name])


def test_rates_of_a_school_leave_together_or_not_at_all(cells: Counter, schools, kept) -> None:
    """Three of the four rates and the numbers of persons would give the fourth back."""
    shown = 0
    for school in schools:
        found = disclosure.release(selectie.advies_right_and_wrong(school, kept))
        told = [number.value is not None for number in found.numbers]
        small = [n for n in table(cells, vestiging=school.vestiging).values() if n < 10]
        assert not (small and any(told))
        shown += all(told) and bool(told)
    assert 0 < shown < len(schools)


def test_the_chance_of_an_advies_is_right_for_all_together(decided: pd.DataFrame, kept) -> None:
    labels = decided["advies_eerste"].unique()
    chances = {label: kept.value(eerlijkheid.CHANCE, label, eerlijkheid.UNIT) for label in labels}
    known = eerlijkheid.against_chance(decided, chances)
    assert known["over"].sum() == pytest.approx(0, abs=1e-6)
    for group in ("laag", "midden", "hoog"):
        own = known[known["opleiding"] == group]
        by_hand = mean(own["havo"]) - mean(chances[label] for label in own["advies_eerste"])
        assert kept.value(eerlijkheid.AGAINST, group, eerlijkheid.UNIT) == pytest.approx(by_hand)


def test_every_demand_points_as_the_region_was_made(kept, truth) -> None:
    """At equal skill laag gets a lower advies; after it, level and growth of laag lag too.

    So laag is recognised less often, and still its adviezen come out less often: the outcome test alone
    would say that the bar is lower for laag.
    """
    assert truth["advice"]["conditional_gap_steps_laag_minus_hoog"] < 0
    lag = truth["transitions"]["level_leerjaar_3_on_opleiding_steps"]
    assert lag["vmbo of mbo-1"] < lag["wo"]
    gaps = {
        name: kept.find(name, OPLEIDING.gap, eerlijkheid.UNIT)
        for name in (eerlijkheid.AT_SCORE, REACH, RIGHT, STILL, eerlijkheid.AGAINST)
    }
    assert all(item.lower > 0 for item in gaps.values())
    border = kept.find(eerlijkheid.border("vmbo-gt/havo"), OPLEIDING.gap, eerlijkheid.UNIT)
    assert border.lower > 0
    share = kept.value(eerlijkheid.SHARE, OPLEIDING.gap, eerlijkheid.UNIT)
    assert share > gaps[eerlijkheid.AT_SCORE].value


def test_an_advies_that_means_the_same_for_all_is_not_given_to_all_as_often(decided: pd.DataFrame) -> None:
    """Outcomes drawn by the advies alone: what is seen fits what is expected, and recognition differs."""
    chances = decided.groupby("advies_eerste")["havo"].mean().to_dict()
    draws = np.random.default_rng(3).random(len(decided))
    fair = decided.assign(havo=draws < decided["advies_eerste"].map(chances))
    known = eerlijkheid.against_chance(fair, chances)
    found = {item.group: item for item in eerlijkheid.calibrated(known, OPLEIDING)}
    assert found[OPLEIDING.gap].lower < 0 < found[OPLEIDING.gap].upper
    rates = {(i.name, i.group): i for i in eerlijkheid.rates(fair, OPLEIDING)}
    assert rates[REACH, OPLEIDING.gap].lower > 0
    assert rates[DOUBT, OPLEIDING.gap].lower > 0


def test_the_sum_gives_the_larger_group_more_doubt(cells: Counter, school: School, kept) -> None:
    low, high = table(cells, group="laag"), table(cells, group="hoog")
    both = rates_of({key: low[key] + high[key] for key in low})
    found = values(selectie.not_all_at_once(school, kept))
    for group, two in (("laag", low), ("hoog", high)):
        base = (two[True, True] + two[False, True]) / sum(two.values())
        follows = base / (1 - base) * (1 - both[RIGHT]) / both[RIGHT] * both[REACH]
        assert found[eerlijkheid.BASE, group] == pytest.approx(base)
        assert found[eerlijkheid.IMPLIED, group] == pytest.approx(follows)
    assert found[eerlijkheid.IMPLIED, "hoog"] > found[eerlijkheid.IMPLIED, "laag"]


def test_a_group_of_which_few_made_it_is_not_told(decided: pd.DataFrame) -> None:
    """Nine of a group in havo or vwo: neither its rates, nor what it is held against, leave the gate."""
    low = decided["opleiding"] == "laag"
    made = decided.index[low & decided["havo"]]
    small = decided.drop(index=made[9:])
    chances = small.groupby("advies_eerste")["havo"].mean().to_dict()
    items = [
        *eerlijkheid.rates(small, OPLEIDING),
        *eerlijkheid.calibrated(eerlijkheid.against_chance(small, chances), OPLEIDING),
    ]
    guarded = [item for item in items if item.group in ("laag", OPLEIDING.gap)]
    assert len(guarded) == 10 and all(item.smallest < 10 for item in guarded)


def test_a_school_says_what_it_has_not(store: Store, kept, schools) -> None:
    """No test is known of a cohort without one: nothing is said of advies against toets."""
    young = store.school(DEMO, "2020-2021")
    found = selectie.toets_by_basisschool(young, kept)
    assert found.missing == ("leerlingen.toetsadvies",)
    assert not pupils_of(young).empty
    (item,) = selectie.later_level_with_less_chance(young, kept).estimates
    assert item.value is None and "geen basisschool" in item.reason


def test_two_schools_are_no_benchmark(region: Network) -> None:
    """All of two less the own would be those of the other."""
    few = Network(region.store)
    chosen = region.pupils["vestiging"].isin(region.pupils["vestiging"].unique()[:2])
    few.__dict__["pupils"] = region.pupils[chosen]
    assert list(basisscholen.rows(few)) == [] and list(eerlijkheid.rows(few)) == []


@pytest.mark.parametrize("small", [(True, True), (True, False), (False, True), (False, False)])
def test_whichever_cell_is_small_the_four_rates_are_held_to_it(small: tuple[bool, bool]) -> None:
    sizes = {(a, b): 4 if (a, b) == small else 30 for a in (True, False) for b in (True, False)}
    rows = [pair for pair, n in sizes.items() for _ in range(n)]
    known = pd.DataFrame(rows, columns=[eerlijkheid.FIRST, "havo"])
    assert [item.smallest for item in eerlijkheid.rates_of_all(known)] == [4] * 4
