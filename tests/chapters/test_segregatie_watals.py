"""What if: counted again by hand, nobody lost, places kept, and nothing told of another school."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest
from counting import DEMO, records, values
from hypothesis import given
from hypothesis import strategies as st

from kansen_lib import codes
from kansen_lib.benchmark import Benchmark, schoolkeuze, verbreden
from kansen_lib.benchmark import area as areas
from kansen_lib.benchmark import watals as region
from kansen_lib.benchmark.data import Network
from kansen_lib.benchmark.numbers import as_table
from kansen_lib.chapters import segregatie
from kansen_lib.chapters.segregatie import watals as cards
from kansen_lib.chapters.segregatie import watals_keuze, watals_ruilen, watals_verbreden
from kansen_lib.disclosure import release
from kansen_lib.example.pupils import SAME_GEMEENTE
from kansen_lib.stats import allocation, segregation
from kansen_lib.stats.result import Result
from kansen_lib.store import School, Store

GYMNASIUM, VMBO, MAVO = "ZZ0200", "ZZ0300", "ZZ0101"
NOW = cards.NOW


@pytest.fixture(scope="module")
def pupils(store: Store) -> list[dict]:
    """Every pupil of the gemeente of the demo school, as a record."""
    near = set(store.school(DEMO).neighbours)
    return [row for row in records(store, "leerlingen") if row["vestiging"] in near]


def shown(card, school: School, network: Benchmark, *more) -> Result:
    return card(school, network, areas.around(school), *more)


def class_of(row: dict) -> str | None:
    known = row["opleiding_ouders"]
    return codes.three_classes(known) if isinstance(known, str) else None


def by_hand(pairs: list[tuple[str, str]]) -> float:
    """D between laag and hoog, from pairs of a school and a group."""
    seen = {group: Counter(unit for unit, own in pairs if own == group) for group in ("laag", "hoog")}
    sizes = {group: seen[group].total() for group in seen}
    units = {unit for unit, _ in pairs}
    return sum(abs(seen["laag"][u] / sizes["laag"] - seen["hoog"][u] / sizes["hoog"]) for u in units) / 2


# --- placing persons -----------------------------------------------------------------------------------

TABLES = st.lists(
    st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=4, max_size=4),
    min_size=1,
    max_size=3,
).map(lambda cells: np.array(cells, dtype=np.int64))


@given(TABLES, st.sampled_from([0.0, 0.3, 1.0]))
def test_a_lottery_loses_nobody_and_keeps_every_place(table: np.ndarray, share: float) -> None:
    again = allocation.lottery(table, share, 5, np.random.default_rng(1))
    assert (again >= 0).all()
    assert (again.sum(axis=2) == table.sum(axis=(0, 2))).all()
    assert (again.sum(axis=1) == table.sum(axis=(0, 1))).all()
    assert share or (again == table.sum(axis=0)).all()


@given(TABLES, st.sampled_from([0.1, 0.5, 1.0]))
def test_an_exchange_loses_nobody_and_keeps_every_place(table: np.ndarray, share: float) -> None:
    again = allocation.exchanged(table, 1, share, 5, np.random.default_rng(1))
    assert (again >= 0).all()
    assert (again.sum(axis=2) == table.sum(axis=(0, 2))).all()
    assert (again.sum(axis=1) == table.sum(axis=(0, 1))).all()
    moved = np.abs(again[:, 1] - table.sum(axis=0)[1]).sum(axis=1) / 2
    assert (moved <= np.rint(share * table[:, 1].sum(axis=1)).sum()).all()


@given(st.integers(0, 10_000))
def test_by_distance_is_deferred_acceptance_person_by_person(seed: int) -> None:
    """With one person a home there is one stable placement: families propose, schools keep the nearest."""
    rng = np.random.default_rng(seed)
    homes, units, kinds = 8, 3, 2
    persons = np.eye(kinds, dtype=np.int64)[rng.integers(0, kinds, homes)]
    distance = rng.permutation(homes * units).reshape(homes, units).astype(float)
    takes = np.ones((units, kinds), dtype=bool)
    takes[0, 0] = False
    places = rng.multinomial(homes + 2, [1 / units] * units)
    found = allocation.by_distance(persons, distance, takes, places, 2, rng)
    assert (found.table.sum(axis=(1, 2)) == persons.sum()).all()
    assert (found.table.sum(axis=2) <= places).all()

    waiting = [(h, k) for h in range(homes) for k in range(kinds) for _ in range(persons[h, k])]
    asked: dict[int, int] = defaultdict(int)
    held: dict[int, list[int]] = {u: [] for u in range(units)}
    free = list(range(len(waiting)))
    while free:
        one = free.pop()
        home, kind = waiting[one]
        order = [u for u in np.argsort(distance[home]) if takes[u, kind]]
        if asked[one] == len(order):
            continue
        unit = order[asked[one]]
        asked[one] += 1
        held[unit] = sorted([*held[unit], one], key=lambda p: (distance[waiting[p][0], unit], p))
        free += held[unit][places[unit] :]
        held[unit] = held[unit][: places[unit]]
    seated = {u: len(who) for u, who in held.items()}
    if sum(seated.values()) == len(waiting):  # nobody was sent to a school of another kind
        assert [seated[u] for u in range(units)] == found.table[0].sum(axis=1).tolist()
        assert found.distance[0] == sum(distance[waiting[p][0], u] for u, who in held.items() for p in who)
    assert found.without[0] in (0, len(waiting) - sum(seated.values()))


def test_too_few_places_are_refused() -> None:
    one = np.ones((1, 1), dtype=np.int64)
    with pytest.raises(ValueError, match="places"):
        allocation.by_distance(
            one, np.zeros((1, 1)), np.ones((1, 1), dtype=bool), 0 * one[0], 1, np.random.default_rng(1)
        )


# --- the lottery ---------------------------------------------------------------------------------------


def test_the_table_holds_every_pupil(school: School, network: Benchmark, pupils: list[dict]) -> None:
    table = cards.region_of(school, network, areas.around(school))
    seen = Counter((row["vestiging"], class_of(row) or "") for row in pupils)
    found = {
        (code, group): table.by_group[i, j]
        for i, code in enumerate(table.schools)
        for j, group in enumerate(region.GROUPS)
    }
    assert {key: n for key, n in found.items() if n} == dict(seen)


def test_lottery_equals_drawing_names_from_a_hat(
    school: School, network: Benchmark, pupils: list[dict]
) -> None:
    found = values(shown(segregatie.lottery_over_schools, school, network))
    assert found[cards.D_PARENTS, NOW] == pytest.approx(
        by_hand([(row["vestiging"], class_of(row)) for row in pupils]), abs=1e-12
    )
    hat, drawn = random.Random(4), defaultdict(list)
    for _ in range(12):
        groups = [class_of(row) for row in pupils]
        hat.shuffle(groups)
        pairs = zip([row["vestiging"] for row in pupils], groups, strict=True)
        drawn[cards.EVERYBODY].append(by_hand(list(pairs)))
        per_advies = defaultdict(list)
        for row in pupils:
            advies = row["advies_definitief"]
            per_advies[advies if isinstance(advies, str) else ""].append(row)
        pairs = []
        for rows in per_advies.values():
            groups = [class_of(row) for row in rows]
            hat.shuffle(groups)
            pairs += zip([row["vestiging"] for row in rows], groups, strict=True)
        drawn[cards.SAME_ADVIES].append(by_hand(pairs))
    for label, again in drawn.items():
        error = np.std(again, ddof=1) / np.sqrt(len(again))
        assert found[cards.D_PARENTS, label] == pytest.approx(np.mean(again), abs=4 * error)


def test_lottery_equals_that_of_the_statistics(school: School, network: Benchmark) -> None:
    """The same lottery, of which a share may take part here: all of them give the same D."""
    counts = network.counts("woonplaats", areas.around(school).vestigingen)
    counts = counts.fillna({"advies": "", "opleiding": ""})
    everyone = segregation.lottery(
        counts.assign(groep=counts["opleiding"]),
        "groep", "vestiging", "aantal", index="isolation", of="laag", within="advies", draws=200, seed=3,
    )  # fmt: skip
    table = cards.region_of(school, network, areas.around(school))
    drawn = allocation.lottery(
        table.by_advies_and_group.transpose(1, 0, 2), 1.0, 200, np.random.default_rng(5)
    )
    mine = segregation.formulas.isolation(drawn.astype(float), region.LOW)
    theirs = everyone["xPx", "by lottery"]
    assert mine.mean() == pytest.approx(theirs.value, abs=5 * mine.std() / np.sqrt(len(mine)))


def test_a_lottery_of_nobody_changes_nothing(school: School, network: Benchmark) -> None:
    found = values(shown(segregatie.lottery_over_schools, school, network, 0))
    for name in (cards.D_PARENTS, cards.H_ADVIES, cards.LOW_HERE, cards.HIGH_HERE):
        assert found[name, cards.EVERYBODY] == pytest.approx(found[name, NOW], abs=1e-12)


def test_more_lots_less_segregation(school: School, network: Benchmark) -> None:
    at = [values(shown(segregatie.lottery_over_schools, school, network, part)) for part in (0, 50, 100)]
    order = [found[cards.D_PARENTS, cards.EVERYBODY] for found in at]
    assert order == sorted(order, reverse=True) and order[0] > 3 * order[2]


def test_a_share_that_tells_of_one_other_school_is_kept_back(store: Store, network: Benchmark) -> None:
    """Adviezen of the gymnasium are at one other school only: by lot its own pupils would mix with those."""
    found = shown(segregatie.lottery_over_schools, store.school(GYMNASIUM), network)
    swapped = shown(segregatie.even_groups_swapped, store.school(GYMNASIUM), network)
    assert found[cards.LOW_HERE, NOW].value is not None
    assert found[cards.LOW_HERE, cards.SAME_ADVIES].reason == cards.ONE_OTHER
    hidden = [i for i in swapped.estimates if i.name in (cards.LOW_HERE, cards.HIGH_HERE) and i.group != NOW]
    assert len(hidden) == 2 * len(watals_ruilen.PARTS)
    assert {item.value for item in hidden} == {None}


# --- the nearest school --------------------------------------------------------------------------------


def places(store: Store) -> dict[str, tuple[float, float]]:
    at: dict[str, dict[str, float]] = defaultdict(dict)
    for row in records(store, "kenmerken", soort="pc4"):
        at[row["eenheid"]][row["kenmerk"]] = row["waarde_lower"]
    return {pc4: (known["x_km"], known["y_km"]) for pc4, known in at.items() if "x_km" in known}


def test_the_nearest_school_by_hand(
    store: Store, school: School, network: Benchmark, pupils: list[dict]
) -> None:
    at, offer = places(store), region.offered(store, school.neighbours)
    home_of = store.vestigingen["pc4"]
    seats, km_now, km_near, at_nearest = Counter(), 0.0, 0.0, Counter()
    everyone, moving = Counter(), 0
    for row in pupils:
        advies, home = row["advies_definitief"], row["pc4"]
        levels = codes.levels(advies) if isinstance(advies, str) else frozenset()
        possible = [code for code in school.neighbours if offer[code] & levels]
        if not possible or not isinstance(home, str):
            seats[row["vestiging"]] += 1
            continue
        away = {c: np.hypot(*np.subtract(at[home], at[home_of[c]])) for c in school.neighbours}
        nearest = min(possible, key=away.__getitem__)
        seats[nearest] += 1
        moving += 1
        km_now, km_near = km_now + away[row["vestiging"]], km_near + away[nearest]
        everyone[class_of(row)] += 1
        at_nearest[class_of(row)] += row["vestiging"] == nearest
    found = values(shown(segregatie.nearest_school, school, network))
    assert found[cards.HERE, cards.NEAREST] == seats[DEMO]
    assert found[cards.KM, NOW] == pytest.approx(km_now / moving, abs=1e-9)
    assert found[cards.KM, cards.NEAREST] == pytest.approx(km_near / moving, abs=1e-9)
    shares = values(shown(segregatie.at_nearest_school, school, network))
    for group in ("laag", "midden", "hoog"):
        assert shares["naar de dichtstbijzijnde school", group] == at_nearest[group] / everyone[group]


def test_with_places_as_now_every_school_has_as_many_pupils(school: School, network: Benchmark) -> None:
    table = cards.region_of(school, network, areas.around(school))
    moves = region.Moves.of(school.store, table)
    after = moves.with_who_stays(moves.placed(limited=True).table)
    assert (after.sum(axis=(2, 3)) == table.by_group.sum(axis=1)).all()
    assert (after.sum(axis=1) == table.by_advies_and_group.sum(axis=0)).all()
    found = values(shown(segregatie.nearest_school, school, network))
    assert found[cards.KM, cards.NEAREST] <= found[cards.KM, cards.WITH_PLACES] <= found[cards.KM, NOW]


# --- broadening ----------------------------------------------------------------------------------------


def model_of(code: str, store: Store, network: Benchmark) -> verbreden.Broadening:
    school = store.school(code)
    table = cards.region_of(school, network, areas.around(school))
    return verbreden.Broadening.of(store, table, code)


@pytest.mark.parametrize("code", [DEMO, GYMNASIUM, VMBO, MAVO])
def test_broadening_loses_nobody(code: str, store: Store, network: Benchmark) -> None:
    model = model_of(code, store, network)
    for every in (False, True):
        for table in (model.alone(0.4, every_level=every), model.together(every_level=every)):
            assert (table >= 0).all()
            assert (table.sum(axis=1) == model.now[0].sum(axis=0)).all()
            classes = model.by_class(table, frozenset([model.own]))
            assert (classes.sum(axis=1) == table.sum(axis=1)).all()
    mixed = model.together(every_level=True)
    assert (mixed.sum(axis=(2, 3)) == model.now.sum(axis=(2, 3))).all()


def test_who_leaves_a_broad_brugklas(store: Store, network: Benchmark, pupils: list[dict]) -> None:
    """The demo school loses the asked part of who has vwo in the advies; the gymnasium takes them."""
    model = model_of(DEMO, store, network)
    highest = sum(
        row["vestiging"] == DEMO and "vwo" in codes.levels(str(row["advies_definitief"])) for row in pupils
    )
    after = model.alone(0.3, every_level=False)
    lost = model.now[0, model.own].sum() - after[:, model.own].sum(axis=(1, 2))
    error = np.sqrt(0.3 * 0.7 * highest / len(lost))
    assert lost.mean() == pytest.approx(0.3 * highest, abs=4 * error)
    gymnasium = model.pupils.schools.index(GYMNASIUM)
    gained = after[:, gymnasium].sum(axis=(1, 2)) - model.now[0, gymnasium].sum()
    assert (gained == lost).all()


def test_a_gymnasium_that_takes_all_levels(store: Store, network: Benchmark, pupils: list[dict]) -> None:
    """Nobody offers a narrow vwo besides it: nobody leaves; who comes is its part of each neighbourhood."""
    model = model_of(GYMNASIUM, store, network)
    after = model.alone(0.5, every_level=True)
    old = [bool(codes.levels(a) & {"vwo"}) for a in model.pupils.adviezen]
    assert (after[:, model.own, old] == model.now[:, model.own, old]).all()
    per_home: dict[str, Counter] = defaultdict(Counter)
    for row in pupils:
        home = row["pc4"] if isinstance(row["pc4"], str) else ""
        per_home[home]["all"] += 1
        per_home[home]["own"] += row["vestiging"] == GYMNASIUM
    expected = 0.0
    for row in pupils:
        levels = codes.levels(str(row["advies_definitief"]))
        home = row["pc4"] if isinstance(row["pc4"], str) else ""
        if row["vestiging"] != GYMNASIUM and levels - {"pro"} and "vwo" not in levels:
            expected += per_home[home]["own"] / per_home[home]["all"]
    gained = after[:, model.own].sum(axis=(1, 2)) - model.now[0, model.own].sum()
    assert gained.mean() == pytest.approx(expected, rel=0.02)


def test_together_nobody_loses_and_adviezen_mix(school: School, network: Benchmark) -> None:
    found = values(shown(segregatie.broadening, school, network, 30))
    one, every = watals_verbreden.ALONE[False], watals_verbreden.TOGETHER
    assert found[cards.HERE, one] < found[cards.HERE, NOW] == found[cards.HERE, every[False]]
    assert found[cards.HERE, every[True]] == found[cards.HERE, NOW]
    levels = [found[cards.H_ADVIES, label] for label in (NOW, one, every[False], every[True])]
    assert levels == sorted(levels, reverse=True) and levels[-1] < levels[0] / 20


@pytest.mark.parametrize(
    ("code", "alone"), [(DEMO, [False]), (GYMNASIUM, [True]), (VMBO, [True]), ("ZZ0700", [True])]
)
def test_only_steps_that_change_something_stand_there(
    code: str, alone: list[bool], store: Store, network: Benchmark
) -> None:
    model = model_of(code, store, network)
    school = store.school(code)
    found = shown(segregatie.broadening, school, network)
    labels = [item.group for item in found.estimates if item.name == cards.HERE]
    steps = [watals_verbreden.ALONE[key] for key in watals_verbreden._steps_alone(model)]
    assert labels == [NOW, *steps, *watals_verbreden.TOGETHER.values()]
    if code in (DEMO, GYMNASIUM, VMBO):
        assert steps == [watals_verbreden.ALONE[key] for key in alone]


def test_enrolment_falls_step_by_step(school: School, network: Benchmark) -> None:
    found = values(shown(segregatie.enrolment_when_broadening, school, network))
    alone = [found[watals_verbreden.ALONE[False], f"{step}%"] for step in watals_verbreden.STEPS]
    together = {found[watals_verbreden.TOGETHER[False], f"{step}%"] for step in watals_verbreden.STEPS}
    assert together == {alone[0]}
    losses = -np.diff(alone)
    assert (losses > 0).all() and losses.max() < 1.3 * losses.min()


# --- exchanging and merging ----------------------------------------------------------------------------


def test_swaps_reach_their_targets(school: School, network: Benchmark) -> None:
    found = values(shown(segregatie.swaps_to_target, school, network, 25))
    now = found[cards.D_PARENTS, NOW]
    for part in (75, 50, 25):
        assert found[cards.D_PARENTS, f"D naar {part}% van nu"] <= now * part / 100 + 1e-12
    moves = [v for (name, _), v in found.items() if name == watals_ruilen.MOVES]
    assert moves[0] == 0 and moves == sorted(moves)


def test_swaps_by_hand(school: School, network: Benchmark, pupils: list[dict]) -> None:
    """One exchange at a time, from the school with the largest surplus to that with the largest deficit."""
    pairs = [(row["vestiging"], class_of(row)) for row in pupils if class_of(row) in ("laag", "hoog")]
    seen = Counter(pairs)
    schools = {code for code, _ in pairs}
    sizes = Counter(code for code, _ in pairs)
    share = sum(group == "laag" for _, group in pairs) / len(pairs)
    target, exchanges = by_hand(pairs) / 2, 0
    while by_hand(list(seen.elements())) > target:
        surplus = {code: seen[code, "laag"] - share * sizes[code] for code in schools}
        most, least = max(schools, key=surplus.__getitem__), min(schools, key=surplus.__getitem__)
        seen[most, "laag"] -= 1
        seen[most, "hoog"] += 1
        seen[least, "laag"] += 1
        seen[least, "hoog"] -= 1
        exchanges += 1
    found = values(shown(segregatie.swaps_to_target, school, network))
    assert found[watals_ruilen.MOVES, "D naar 50% van nu"] == pytest.approx(2 * exchanges / len(pairs))


def test_going_on_as_one_by_hand(store: Store, school: School, network: Benchmark) -> None:
    """With the other vestiging of the same school: levels of both counted as one."""
    rows = areas.levels(store, school.neighbours).to_dict("records")
    last = max(row["schooljaar"] for row in rows)
    h = {}
    for merged in (False, True):
        seen = Counter()
        for row in rows:
            if row["schooljaar"] == last:
                unit = DEMO if merged and row["vestiging"] == MAVO else row["vestiging"]
                seen[unit, row["niveau"]] += row["aantal"]
        units, levels, n = Counter(), Counter(), sum(seen.values())
        for (unit, level), number in seen.items():
            units[unit] += number
            levels[level] += number
        m = sum(k / n * np.log(k * n / (units[u] * levels[g])) for (u, g), k in seen.items() if k)
        h[merged] = m / -sum(k / n * np.log(k / n) for k in levels.values())
    found = shown(segregatie.levels_if_merged, school, network)
    mine = [item.value for item in found.estimates if item.name == watals_ruilen.LEVELS_OVER]
    assert mine == pytest.approx([h[False], h[True]], abs=1e-12)
    assert store.vestigingen.loc[MAVO, "naam"] in found.estimates[1].group


def test_merging_changes_no_class(school: School, network: Benchmark) -> None:
    """Nor does it raise D over schools; with few others that value would tell of them."""
    gemeenten = sorted(set(school.store.vestigingen["gemeente"]))
    of_bestuur = school.store.school(GYMNASIUM)  # it goes on with three others
    region_wide = segregatie.background_if_merged(of_bestuur, network, areas.around(of_bestuur, gemeenten))
    own_gemeente = shown(segregatie.background_if_merged, school, network)
    for found in (region_wide, own_gemeente):
        classes = [i.value for i in found.estimates if i.name == watals_ruilen.D_CLASSES]
        assert classes[0] == classes[1] > classes[2]
    now, after, lots = (i for i in region_wide.estimates if i.name == watals_ruilen.D_SCHOOLS)
    assert lots.value < after.value <= now.value
    hidden = own_gemeente.estimates[1]
    assert (hidden.name, hidden.reason) == (watals_ruilen.D_SCHOOLS, watals_ruilen.TOO_FEW)


# --- schools of every kind -----------------------------------------------------------------------------

CARDS = [
    segregatie.lottery_over_schools,
    segregatie.nearest_school,
    segregatie.at_nearest_school,
    segregatie.broadening,
    segregatie.enrolment_when_broadening,
    segregatie.swaps_to_target,
    segregatie.even_groups_swapped,
    segregatie.levels_if_merged,
    segregatie.background_if_merged,
]


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.__name__)
def test_without_a_region_there_is_a_reason(card, store: Store, network: Benchmark, tmp_path: Path) -> None:
    nowhere = areas.Area("", (), (DEMO,))
    alone = areas.Area("Denkwolde", ("Denkwolde",), (DEMO, GYMNASIUM, VMBO))
    asked = [(network, nowhere)]
    if card is not segregatie.levels_if_merged:
        here = areas.around(store.school(DEMO))
        asked += [(network, alone), (Benchmark(as_table([]), tmp_path), here)]
    for benchmark, area in asked:
        found = card(store.school(DEMO), benchmark, area)
        assert [item.value for item in found.estimates] == [None]


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.__name__)
def test_no_other_school_is_told(card, store: Store, network: Benchmark) -> None:
    """Names of schools stand with levels alone; numbers of persons leave in tens."""
    for code in (DEMO, GYMNASIUM, "ZZ0601"):
        released = release(shown(card, store.school(code), network))
        named = {number.name for number in released.numbers if "Fictie" in f"{number.name} {number.group}"}
        about_levels = {watals_ruilen.LEVELS_OVER, watals_ruilen.BREADTH}
        about_region = {watals_ruilen.D_SCHOOLS, watals_ruilen.D_CLASSES}
        assert named <= about_levels | about_region
        persons = [number.value for number in released.numbers if number.unit == "persons" and number.value]
        assert all(value % 10 == 0 for value in persons)


# --- where pupils go -----------------------------------------------------------------------------------


def test_choice_finds_the_rule_that_the_region_was_made_with(network: Benchmark) -> None:
    """Own gemeente counts, distance does not; who has highly educated parents goes where they went before."""
    for group in schoolkeuze.GROUPS:
        elsewhere, km, earlier = (
            network.find(schoolkeuze.NAMES[column], group, schoolkeuze.UNIT)
            for column in ("elders", "km", "eerder")
        )
        assert elsewhere.lower <= np.exp(-SAME_GEMEENTE) <= elsewhere.upper < 0.25
        assert km.lower < 1 < km.upper and km.upper - km.lower < 0.06
        seeks = earlier.lower > 1 if group == "hoog" else earlier.upper < 1
        assert seeks, (group, earlier)


def test_alternatives_by_hand(store: Store) -> None:
    """Of one situation: which schools are near and offer the advies, and how many of each group went."""
    pupils = Network(store).pupils
    table = schoolkeuze.alternatives(store, pupils)
    home, cohort, advies = "0001", "2023-2024", "vmbo-gt/havo"
    found = table[table["situatie"] == f"{home} {cohort} {advies}"]
    at, everyone = places(store), records(store, "leerlingen")
    schools = store.vestigingen[store.vestigingen["sector"] == "vo"]
    offer = region.offered(store, tuple(sorted(schools.index)))
    before = Counter(row["vestiging"] for row in everyone if row["cohort"] == "2022-2023" and class_of(row))
    near = {
        code
        for code, pc4 in schools["pc4"].items()
        if np.hypot(*np.subtract(at[home], at[pc4])) <= schoolkeuze.MOST_KM
        and offer[code] & codes.levels(advies)
        and before[code] >= schoolkeuze.FEWEST
    }
    assert set(found["vestiging"]) == near and len(near) > 4
    went = Counter(
        (row["vestiging"], class_of(row))
        for row in everyone
        if (row["pc4"], row["cohort"], row["advies_definitief"]) == (home, cohort, advies)
    )
    for group in schoolkeuze.GROUPS:
        seen = {code: n for code, n in found.set_index("vestiging")[group].items() if n}
        assert seen == {code: n for (code, own), n in went.items() if own == group and code in near}
    assert sum(went.values()) > 3


def test_choice_says_when_nothing_was_fitted(school: School) -> None:
    found = segregatie.choice_by_group(school, Benchmark(as_table([])))
    assert {item.reason for item in found.estimates} == {watals_keuze.NOT_FITTED}
