"""Background over the schools of a region, counted again from the raw records of pupils."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from counting import DEMO, records, values

from kansen_lib import codes, disclosure
from kansen_lib.benchmark import Benchmark, achtergrond
from kansen_lib.benchmark.area import Area
from kansen_lib.chapters import segregatie
from kansen_lib.chapters.segregatie import groepen
from kansen_lib.chapters.segregatie.bijdrage import APART, ELSEWHERE, HERE, MIXED
from kansen_lib.chapters.segregatie.buurt import ALL_HERE, AT_ADVIES, AT_HOME, POSSIBLE
from kansen_lib.store import School, Store

PARENTS = "opleiding van de ouders"
OVER_A_REGION = (
    segregatie.background_over_schools,
    segregatie.all_groups_over_schools,
    segregatie.separation_at_equal_advies,
    segregatie.meetings_by_education,
    segregatie.meetings_by_origin,
    segregatie.composition_at_equal_advies,
    segregatie.composition_of_region,
    segregatie.share_in_separation,
    segregatie.diverse_and_apart,
    segregatie.composition_against_homes,
    segregatie.share_of_the_catchment,
)


@pytest.fixture(scope="module")
def area(school: School) -> Area:
    """The gemeente of the demo school."""
    return segregatie.area(school)


@pytest.fixture(scope="module")
def people(store: Store) -> list[dict]:
    """All pupils, with the three classes of parental education."""
    found = records(store, "leerlingen")
    for row in found:
        label = row["opleiding_ouders"]
        row["opleiding"] = codes.three_classes(label) if isinstance(label, str) else None
    return found


def known(rows: list[dict], *names: str) -> list[dict]:
    """Rows with a value in each of these columns."""
    return [row for row in rows if all(isinstance(row[name], str) for name in names)]


def inside(rows: list[dict], area: Area) -> list[dict]:
    """Pupils of the schools of a region."""
    return [row for row in rows if row["vestiging"] in area.vestigingen]


def d_by_hand(rows: list[dict], column: str, low: str, high: str, unit: str = "vestiging") -> float:
    """Half the sum of the differences between the shares of two groups in each unit."""
    ends = {one: Counter(row[unit] for row in rows if row[column] == one) for one in (low, high)}
    sizes = {one: sum(ends[one].values()) for one in ends}
    units = set(ends[low]) | set(ends[high])
    return sum(abs(ends[low][u] / sizes[low] - ends[high][u] / sizes[high]) for u in units) / 2


def m_by_hand(rows: list[dict], column: str) -> dict[str, float]:
    """The contribution p L of each school to M."""
    cells = Counter((row["vestiging"], row[column]) for row in rows)
    schools, groups = (Counter(row[name] for row in rows) for name in ("vestiging", column))
    found: Counter = Counter()
    for (v, g), count in cells.items():
        found[v] += count / len(rows) * math.log(count / schools[v] / (groups[g] / len(rows)))
    return found


# --- how apart groups sit -------------------------------------------------------------------------------


def test_d_over_schools_is_the_textbook_sum(school, network, area, people) -> None:
    found = values(segregatie.background_over_schools(school, network, area))
    here = inside(people, area)
    for label, column, low, high in (
        (PARENTS, "opleiding", "laag", "hoog"),
        ("herkomst", "herkomst", "buiten Europa", "Nederland"),
    ):
        by_hand = d_by_hand(here, column, low, high)
        assert found[label, "zoals geteld"] == pytest.approx(by_hand)
        assert found[label, "bij toeval"] < found[label, "zonder vertekening"] <= by_hand + 0.01


def test_the_mean_gemeente_stands_beside_one_gemeente_and_not_beside_several(
    store, school, network, area
) -> None:
    one = segregatie.background_over_schools(school, network, area)[PARENTS, "zonder vertekening"]
    own = network.find(achtergrond.PARENTS, "corrected", area.name)
    assert one.reference == network.value(achtergrond.MEAN.format(PARENTS)) != own.value
    assert own.lower < one.value < own.upper
    two = segregatie.area(school, [*area.gemeenten, "Fabelrade"])
    wider = segregatie.background_over_schools(school, network, two)[PARENTS, "zonder vertekening"]
    assert wider.n > one.n and wider.reference is None


def test_the_region_is_as_it_was_made(store, network, school, area) -> None:
    """Of six gemeenten one has a school that families with a migration background choose far more often."""
    made = next(v for v, name in store.vestigingen["naam"].items() if "Havencollege" in name)
    pulled = store.school(made)
    there = segregatie.background_over_schools(pulled, network, segregatie.area(pulled))
    here = segregatie.background_over_schools(school, network, area)
    name = ("herkomst", "zonder vertekening")
    assert there[name].lower > 3 * here[name].upper
    shares = segregatie.share_in_separation(pulled, network, segregatie.area(pulled))
    assert shares["herkomst", HERE].lower > shares["leerlingen", HERE].value


def test_pupils_with_the_same_advies_sit_less_apart(school, network, area, people) -> None:
    """The region was made with schools that take levels; parents pull less than that."""
    found = segregatie.separation_at_equal_advies(school, network, area)
    everybody, same = (
        found[PARENTS, group] for group in ("alle leerlingen", "leerlingen met hetzelfde advies")
    )
    assert 0 < same.lower and same.upper < everybody.lower / 2
    rows = known(inside(people, area), "opleiding", "advies_definitief")
    total, entropy = _information(rows, ["vestiging"]), _entropy(Counter(r["opleiding"] for r in rows))
    left = _information(rows, ["advies_definitief", "vestiging"]) - _information(rows, ["advies_definitief"])
    assert everybody.value == pytest.approx(total / entropy, abs=0.005)
    assert same.lower - 0.005 < left / entropy - 0.002 and same.value < left / entropy


def _entropy(counts: Counter) -> float:
    return -sum(c / counts.total() * math.log(c / counts.total()) for c in counts.values())


def _information(rows: list[dict], by: list[str]) -> float:
    """Entropy of parental education, less what is left of it within the units."""
    units: dict = {}
    for row in rows:
        units.setdefault(tuple(row[name] for name in by), Counter())[row["opleiding"]] += 1
    left = sum(unit.total() / len(rows) * _entropy(unit) for unit in units.values())
    return _entropy(Counter(row["opleiding"] for row in rows)) - left


# --- whom pupils meet -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("analysis", "column"),
    [(segregatie.meetings_by_education, "opleiding"), (segregatie.meetings_by_origin, "herkomst")],
)
def test_meetings_are_means_over_pupils(school, network, area, people, analysis, column) -> None:
    found = values(analysis(school, network, area))
    rows = known(inside(people, area), column)
    schools = {v: Counter(r[column] for r in rows if r["vestiging"] == v) for v in area.vestigingen}
    groups = Counter(row[column] for row in rows)
    for of in groups:
        met = Counter()
        for row in rows:
            if row[column] == of:
                there = schools[row["vestiging"]]
                met.update({to: there[to] / there.total() / groups[of] for to in groups})
        for to in groups:
            assert found[f"leerling: {of}", f"op school: {to}"] == pytest.approx(met[to], abs=0.004)
        assert sum(found[f"leerling: {of}", f"op school: {to}"] for to in groups) == pytest.approx(1)
    for to in groups:
        whole = found["leerling: alle leerlingen", f"op school: {to}"]
        assert whole == pytest.approx(groups[to] / len(rows))


# --- this school ----------------------------------------------------------------------------------------


def test_composition_stands_beside_the_region_and_that_beside_all_schools(
    school, network, area, people
) -> None:
    found = segregatie.composition(school, network, area)
    whole = segregatie.composition_of_region(school, network, area)
    mine = [row for row in people if row["vestiging"] == DEMO]
    for label, column, group in ((PARENTS, "opleiding", "laag"), ("geslacht", "geslacht", "vrouw")):
        own, region, every = (
            sum(r[column] == group for r in rows) / len(known(rows, column))
            for rows in (mine, inside(people, area), people)
        )
        group = achtergrond.WORDS.get(group, group)
        item = found[label, group]
        assert (item.value, item.reference) == (pytest.approx(own), pytest.approx(region))
        around = whole[label, group]
        assert (around.value, around.reference) == (pytest.approx(region), pytest.approx(every))


@pytest.mark.parametrize(
    ("analysis", "strata", "name"),
    [
        (segregatie.composition_at_equal_advies, ["advies_definitief"], PARENTS),
        (segregatie.composition_against_homes, ["pc4"], AT_HOME),
        (segregatie.composition_against_homes, ["pc4", "advies_definitief"], AT_ADVIES),
    ],
)
def test_what_is_expected_is_a_mean_of_like_pupils(
    school, network, area, people, analysis, strata, name
) -> None:
    found = analysis(school, network, area)
    needed = ["opleiding", "advies_definitief", *strata]
    rows = known(inside(people, area), *needed)
    cells: dict = {}
    for row in rows:
        cells.setdefault(tuple(row[one] for one in strata), Counter())[row["opleiding"]] += 1
    mine = [row for row in rows if row["vestiging"] == DEMO]
    for group in ("laag", "midden", "hoog"):
        like = [cells[tuple(row[one] for one in strata)] for row in mine]
        expected = sum(cell[group] / cell.total() for cell in like) / len(mine)
        item = found[name, f"ouders {group} opgeleid"]
        assert item.reference == pytest.approx(expected)
        assert item.value == pytest.approx(sum(row["opleiding"] == group for row in mine) / len(mine))


def test_its_part_in_the_separation_is_its_part_of_m(store, network, people) -> None:
    gymnasium = store.school("ZZ0200")
    area = segregatie.area(gymnasium)
    found = segregatie.share_in_separation(gymnasium, network, area)
    rows = known(inside(people, area), "opleiding")
    by_school = m_by_hand(rows, "opleiding")
    part = found[PARENTS, HERE]
    assert part.lower < by_school["ZZ0200"] / sum(by_school.values()) < part.upper
    size = Counter(row["vestiging"] for row in inside(people, area))
    assert found["leerlingen", HERE].value == pytest.approx(size["ZZ0200"] / size.total())
    assert part.value > found["leerlingen", HERE].value  # made with the strongest pull of SES
    for name in ("leerlingen", PARENTS):
        assert found[name, HERE].value + found[name, ELSEWHERE].value == pytest.approx(1)


def test_mixed_and_apart_are_two_things(school, network, area, people) -> None:
    found = segregatie.diverse_and_apart(school, network, area)
    for label, column in ((PARENTS, "opleiding"), ("herkomst", "herkomst")):
        rows = known(inside(people, area), column)
        mine = Counter(r[column] for r in rows if r["vestiging"] == DEMO)
        others = Counter(r[column] for r in rows if r["vestiging"] != DEMO)
        bias = (len(mine) - 1) / (2 * mine.total())
        mixed, apart = found[f"{MIXED}, {label}"], found[f"{APART}, {label}"]
        assert mixed.value == pytest.approx(math.exp(_entropy(mine) + bias))
        assert mixed.reference == pytest.approx(math.exp(_entropy(mine + others)), rel=0.001)
        gap = sum(abs(mine[g] / mine.total() - others[g] / others.total()) for g in mine) / 2
        if label == "herkomst":  # too close to what a lot gives
            assert (apart.value, apart.reason) == (None, "te dicht bij wat toeval al geeft")
            assert gap < 0.02
        else:
            assert apart.value == pytest.approx(gap, abs=0.01)
            assert 0 < 1.5 * apart.reference < gap
        assert mixed.smallest == apart.smallest == min(mine.values())


def test_the_catchment_is_the_fewest_places_with_four_fifths(school, network, area, people) -> None:
    found = segregatie.share_of_the_catchment(school, network, area)
    rows = known(inside(people, area), "opleiding", "advies_definitief", "pc4")
    homes = Counter(row["pc4"] for row in rows if row["vestiging"] == DEMO)
    places, reached = set(), 0
    for place, count in homes.most_common():
        if reached < 0.8 * homes.total():
            places.add(place)
        reached += count
    near = [row for row in rows if row["pc4"] in places]
    for group in ("laag", "hoog"):
        these = [row["vestiging"] == DEMO for row in near if row["opleiding"] == group]
        assert found[ALL_HERE, group].value == pytest.approx(sum(these) / len(these))
    here = Counter(row["advies_definitief"] for row in rows if row["vestiging"] == DEMO)
    able = [row["vestiging"] == DEMO for row in near if here[row["advies_definitief"]] >= 10]
    assert found[POSSIBLE, "samen"].value == pytest.approx(sum(able) / len(able))
    gap = found[ALL_HERE, "hoog"].value - found[ALL_HERE, "laag"].value
    assert found[ALL_HERE, "hoog minus laag"].value == pytest.approx(gap)


# --- over all schools -----------------------------------------------------------------------------------


def test_schools_differ_less_at_an_equal_start(school, network) -> None:
    found = segregatie.differences_between_schools(school, network)
    name = achtergrond.BETWEEN
    raw, equal = found[name, achtergrond.SCORE], found[name, achtergrond.EQUAL]
    assert equal.upper < raw.lower
    together = segregatie.composition_and_outcome(school, network)
    name = achtergrond.TOGETHER
    assert together[name, achtergrond.SCORE].lower > together[name, achtergrond.EQUAL].upper


def test_the_correlation_is_over_schools(school, network, store, people) -> None:
    third = {}
    for row in sorted(records(store, "loopbaan"), key=lambda row: row["schooljaar"]):
        if row["leerjaar"] == 3:
            third.setdefault((row["leerling"], row["vestiging"]), row["niveau"])
    schools: dict = {}
    for row in known(people, "opleiding"):
        klas = third.get((row["leerling"], row["vestiging"]))
        if isinstance(klas, str) and codes.levels(klas):
            pair = (row["opleiding"] == "hoog", bool(codes.levels(klas) & {"havo", "vwo"}))
            schools.setdefault(row["vestiging"], []).append(pair)
    means = np.array([np.mean(pairs, axis=0) for pairs in schools.values() if len(pairs) >= 20])
    found = segregatie.composition_and_outcome(school, network)
    item = found[achtergrond.TOGETHER, achtergrond.HAVO_VWO]
    assert item.value == pytest.approx(np.corrcoef(means.T)[0, 1])
    assert item.n is None  # a number of schools is no number of pupils


def _gemeenten(count: int, alike: bool) -> tuple[pd.DataFrame, pd.Series]:
    """Gemeenten with three schools, further apart one after another; in scores too, or otherwise."""
    rng = np.random.default_rng(3)
    steps = np.arange(count) / count
    rows = [
        {"plaats": f"G{g}", "vestiging": f"{g} {s}", "ver": (s - 1) * far, "punten": (s - 1) * score}
        for g, (far, score) in enumerate(zip(steps, steps if alike else rng.permutation(steps), strict=True))
        for s in range(3)
        for _ in range(200)
    ]
    data = pd.DataFrame(rows)
    high = rng.random(len(data)) < 0.5 + 0.45 * data["ver"]
    score = data["punten"] + rng.normal(size=len(data))
    return data.assign(**{achtergrond.HIGH: high.astype(float), achtergrond.SCORE: score}), data["plaats"]


def test_over_gemeenten_differences_go_together_where_they_were_made_so() -> None:
    made = achtergrond._over_gemeenten(*_gemeenten(20, alike=True))
    assert made.lower > 0.8
    apart = achtergrond._over_gemeenten(*_gemeenten(20, alike=False))
    assert apart.lower < 0 < apart.upper
    few = achtergrond._over_gemeenten(*_gemeenten(9, alike=True))
    assert few.value is None and "minder dan 10 gemeenten" in few.reason


# --- no region, few schools, small groups ---------------------------------------------------------------


@pytest.mark.parametrize("analysis", OVER_A_REGION)
def test_three_schools_are_no_region(store, network, area, analysis) -> None:
    school = store.school(DEMO)
    three = replace(area, vestigingen=(DEMO, "ZZ0101", "ZZ0200"))
    (item,) = analysis(school, network, three).estimates
    assert item.value is None and item.reason == groepen.FEW_SCHOOLS
    (item,) = analysis(school, network, Area("", (), (DEMO,))).estimates
    assert item.value is None and item.reason == groepen.UNKNOWN_PLACE
    (item,) = analysis(school, Benchmark(pd.DataFrame(columns=["name", "eenheid", "group"])), area).estimates
    assert item.value is None and item.reason == groepen.NOT_COUNTED


def test_a_handful_of_pupils_of_a_fourth_school_hides_nobody(store, school, network, area, tmp_path) -> None:
    counts = network.counts("leerlingen", area.vestigingen)
    few = counts[counts["vestiging"] == "ZZ0300"].head(1).assign(aantal=9)
    both = pd.concat([counts[counts["vestiging"].isin([DEMO, "ZZ0101", "ZZ0200"])], few])
    both.to_parquet(tmp_path / "leerlingen.parquet")
    kept = Benchmark(pd.DataFrame(columns=["name", "eenheid", "group"]), tmp_path)
    (item,) = segregatie.background_over_schools(store.school(DEMO), kept, area).estimates
    assert item.reason == groepen.FEW_SCHOOLS
    many = pd.concat([both, few.assign(aantal=10, cohort="2020-2021")])
    many.to_parquet(tmp_path / "leerlingen.parquet")
    assert segregatie.background_over_schools(store.school(DEMO), kept, area).estimates[0].value is not None


def test_what_two_other_schools_know_of_their_pupils_is_shown_of_nobody(
    store, network, area, tmp_path
) -> None:
    """Four schools have pupils; of one of them nobody's herkomst is known."""
    counts = network.counts("leerlingen", area.vestigingen)
    counts.loc[counts["vestiging"] == "ZZ0300", "herkomst"] = None
    counts.to_parquet(tmp_path / "leerlingen.parquet")
    kept, school = Benchmark(pd.DataFrame(columns=["name", "eenheid", "group"]), tmp_path), store.school(DEMO)
    for analysis in (*OVER_A_REGION[:2], OVER_A_REGION[3], *OVER_A_REGION[5:10]):
        found = analysis(school, kept, area).estimates
        about = [item for item in found if "herkomst" in item.name or "Nederland" in item.group]
        assert found and not [item for item in about if item.value is not None], analysis.__name__
    own = segregatie.composition(school, kept, area)["herkomst", "Nederland"]
    assert own.value is not None and own.reference is None


def test_the_asked_cohorts_alone_count(store, network, area, people) -> None:
    cohort = people[0]["cohort"]
    one = School(store, DEMO, (cohort,))
    found = values(segregatie.background_over_schools(one, network, area))
    rows = [row for row in inside(people, area) if row["cohort"] == cohort]
    assert found[PARENTS, "zoals geteld"] == pytest.approx(d_by_hand(rows, "opleiding", "laag", "hoog"))


def test_a_small_group_of_this_school_is_told_by_no_card(store, network, people) -> None:
    """Nobody at the Havencollege has a herkomst in Nederland: that is as few as somebody."""
    code = next(v for v, name in store.vestigingen["naam"].items() if "Havencollege" in name)
    small = Counter(r["herkomst"] for r in people if r["vestiging"] == code)["Nederland"]
    assert small < 10
    school, area = store.school(code), segregatie.area(store.school(code))
    for analysis in (segregatie.composition, segregatie.composition_at_equal_advies):
        shown = disclosure.release(analysis(school, network, area)).numbers
        hidden = [n.group for n in shown if n.name == "herkomst" and n.value is None]
        assert hidden == ["Nederland", "Europa (exclusief Nederland)"]
    for analysis in (segregatie.share_in_separation, segregatie.diverse_and_apart):
        shown = disclosure.release(analysis(school, network, area)).numbers
        assert not [n for n in shown if "herkomst" in n.name and n.value is not None]
        assert [n for n in shown if PARENTS in n.name and n.value is not None]


def test_what_is_expected_is_kept_back_where_few_are_elsewhere(store, area, tmp_path) -> None:
    """Three other schools of ten pupils each: the share of all beside the own one would count them."""
    rows = [
        {"vestiging": v, "cohort": "2019-2020", "advies": "havo", "opleiding": g, "herkomst": "Nederland",
         "geslacht": "vrouw", "aantal": n}
        for v in area.vestigingen
        for g, n in zip(("laag", "midden", "hoog"), (200, 200, 200) if v == DEMO else (3, 4, 4), strict=True)
    ]  # fmt: skip
    pd.DataFrame(rows).to_parquet(tmp_path / "leerlingen.parquet")
    kept = Benchmark(pd.DataFrame(columns=["name", "eenheid", "group"]), tmp_path)
    found = segregatie.composition_at_equal_advies(store.school(DEMO), kept, area)
    assert found[PARENTS, "ouders laag opgeleid"].value == pytest.approx(1 / 3)
    assert all(item.reference is None for item in found.estimates if item.name == PARENTS)


def test_no_card_names_another_school(school, network, area, store) -> None:
    others = {*store.vestigingen.index, *store.vestigingen["naam"]} - {DEMO, school.naam}
    for analysis in (*OVER_A_REGION, segregatie.composition):
        result = analysis(school, network, area)
        text = " ".join(f"{item.name} {item.group}" for item in result.estimates)
        assert result.estimates and not [other for other in others if other in text]
