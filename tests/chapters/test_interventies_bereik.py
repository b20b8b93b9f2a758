"""Reach, what could be seen, a school on its own, examples of what goes wrong: counted again by hand."""

from __future__ import annotations

import csv
import io
import math
import re
import statistics
from collections import Counter, defaultdict
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats as scipy_stats

from kansen_lib import codes
from kansen_lib.benchmark import Benchmark, evaluatie
from kansen_lib.benchmark.data import Network
from kansen_lib.benchmark.evaluatie import bereik, loting, spreiding, valkuilen, vooraf
from kansen_lib.benchmark.numbers import as_table
from kansen_lib.benchmark.vergelijken import OPLEIDING
from kansen_lib.chapters import interventies
from kansen_lib.disclosure import release
from kansen_lib.stats import panel
from kansen_lib.stats.result import Estimate

PLACE = re.compile(r"ZZ\d{4}")


def records(frame: pd.DataFrame) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(frame.to_csv(index=False))))


@pytest.fixture(scope="module")
def whole(store) -> Network:
    return Network(store)


@pytest.fixture(scope="module")
def register(store):
    return evaluatie.registry(store)


@pytest.fixture(scope="module")
def numbers(whole, register) -> Benchmark:
    """The rows of this part, and of the lottery and the spread that its cards read."""
    rows = [*vooraf.rows(whole), *valkuilen.growing(whole)]
    for aanpak in register.values():
        rows += [*bereik.rows(whole, aanpak), *valkuilen.rows(whole, aanpak)]
    rows += [("rekenen leerjaar 1", item, None) for item in spreiding.spread(whole, "rekenen leerjaar 1")]
    tutoring = register["tutoring"]
    drawn = loting.effects(evaluatie.people(whole, tutoring, tutoring.uitkomst), tutoring)
    place = evaluatie.unit("tutoring", "loting", tutoring.uitkomst)
    return Benchmark(as_table([*rows, *((place, item, None) for item in drawn)]))


@pytest.fixture(scope="module")
def raw(store) -> dict[str, list[dict[str, str]]]:
    return {name: records(store.read(name)) for name in ("leerlingen", "deelname")}


def three(row: dict[str, str]) -> str:
    return codes.three_classes(row["opleiding_ouders"]) if row["opleiding_ouders"] else ""


# --- reach --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["tutoring", "oudergesprekken", "mentor", "huiswerkbegeleiding"])
def test_reach_is_that_of_the_tables(raw, numbers, name):
    rows = {row["leerling"]: row for row in raw["deelname"] if row["interventie"] == name}
    ran = {(row["vestiging"], row["schooljaar"]) for row in rows.values()}
    usual = statistics.median(float(r["dosis"]) for r in rows.values() if r["deelgenomen"] == "True")
    persons, stages = Counter(), defaultdict(Counter)
    for pupil in raw["leerlingen"]:
        group = three(pupil)
        if (pupil["vestiging"], pupil["cohort"]) not in ran or not group:
            continue
        persons[group] += 1
        row = rows.get(pupil["leerling"])
        took = bool(row) and row["deelgenomen"] == "True"
        stages[bereik.MEANT][group] += bool(row)
        stages[bereik.OFFERED][group] += bool(row) and row["toegewezen"] == "True"
        stages[bereik.TOOK][group] += took
        stages[bereik.DOSED][group] += took and float(row["dosis"]) >= usual
    found = [item for stage in bereik.STAGES for item in numbers.all(stage, name) if item.count is not None]
    assert {item.name for item in found} >= {bereik.TOOK}
    for item in found:
        assert (item.count, item.n) == (stages[item.name][item.group], persons[item.group])


def test_who_scored_above_the_cut_off_was_not_meant(raw, numbers):
    rows = [row for row in raw["deelname"] if row["interventie"] == "zomerschool"]
    below = {row["leerling"] for row in rows if row["toegewezen"] == "True"}
    group = {row["leerling"]: three(row) for row in raw["leerlingen"]}
    for item in numbers.all(bereik.MEANT, "zomerschool"):
        if item.count is not None:
            assert item.count == sum(group[leerling] == item.group for leerling in below)


def test_the_concentration_is_that_of_the_formula(raw, numbers):
    """Erreygers: eight times the covariance of taking part with the rank, over the range of shares."""
    place = {label: i for i, label in enumerate(codes.OPLEIDING_OUDERS.codes)}
    ouders = {row["leerling"]: row["opleiding_ouders"] for row in raw["leerlingen"]}
    rows = [r for r in raw["deelname"] if r["interventie"] == "huiswerkbegeleiding" and ouders[r["leerling"]]]
    ranks = scipy_stats.rankdata([place[ouders[row["leerling"]]] for row in rows])
    took = np.array([row["deelgenomen"] == "True" for row in rows], float)
    expected = 8 * np.cov((ranks - 0.5) / len(rows), took, ddof=0)[0, 1]
    assert numbers.value(bereik.INDEX, "", "huiswerkbegeleiding") == pytest.approx(expected)
    assert expected < 0  # the region lets pupils of less educated parents take it up more often


def test_the_invitation_reaches_who_had_more_as_the_region_was_made(numbers, truth):
    """Who was invited took part more often with every step of parental education."""
    take_up = truth["interventions"]["oudergesprekken"]["take_up_of_invited"]
    ladder = [take_up[label] for label in codes.OPLEIDING_OUDERS.codes]
    assert ladder == sorted(ladder)
    index = numbers.find(bereik.INDEX, "", "oudergesprekken")
    gap = numbers.find(bereik.OF_MEANT, "hoog minus laag", "oudergesprekken")
    assert index.lower > 0
    assert gap.lower > 0


def frame(sizes: dict[str, tuple[int, int, int]]) -> pd.DataFrame:
    """Per group: pupils, offered, taking part (all of the offered)."""
    rows = []
    for group, (all_, offered, took) in sizes.items():
        for i in range(all_):
            flags = {bereik.MEANT: True, bereik.OFFERED: i < offered, bereik.TOOK: i < took}
            rows.append({"opleiding": group, **flags, bereik.DOSED: False, "opleiding_ouders": "hbo"})
    order = codes.OPLEIDING_OUDERS_3.dtype()
    return pd.DataFrame(rows).assign(opleiding=lambda x: x["opleiding"].astype(order))


def test_a_few_who_did_not_come_are_not_found_by_subtraction():
    sizes = {"laag": (60, 30, 25), "midden": (80, 40, 20), "hoog": (60, 30, 15)}
    found = bereik.reach(frame(sizes))
    assert [item.value for item in found if item.name == bereik.OFFERED] == [None]
    assert {item.group for item in found if item.name == bereik.TOOK} >= {"laag", "midden", "hoog"}
    many = bereik.reach(frame(sizes | {"laag": (60, 30, 20)}))
    assert sum(item.value is not None for item in many if item.name == bereik.OFFERED) == 4


@pytest.mark.parametrize("name", ["tutoring", "mentor", "oudergesprekken", "zomerschool"])
def test_no_two_released_stages_tell_a_small_group(store, numbers, register, name):
    """Of every school: counts of two shown stages of a group differ by nobody, or by ten."""
    told = 0
    for vestiging in register[name].begun:
        school = store.school(vestiging)
        result = interventies.reach(school, numbers, interventies.choose(school, name))
        count = {(item.name, item.group): item.count for item in result.estimates}
        shown = [n for n in release(result, "cbs").numbers if n.value is not None and n.unit == "share"]
        told += len(shown)
        for one in shown:
            for other in shown:
                near = bereik.OFFERED in (one.name, other.name) or bereik.MEANT in (one.name, other.name)
                if one.group == other.group and one.name != other.name and near:
                    step = abs(count[one.name, one.group] - count[other.name, other.group])
                    assert step == 0 or step >= 10
    assert told


def test_gap_and_concentration_go_with_the_smallest_group(store, whole, register):
    for vestiging in register["mentor"].begun:
        school = store.school(vestiging)
        everyone = bereik.stages(
            whole.pupils[whole.pupils["vestiging"] == vestiging],
            school.table("deelname"),
            register["mentor"],
            None,
        )
        meant = everyone[everyone[bereik.MEANT]].dropna(subset=["opleiding"])
        cells = meant.groupby(["opleiding", bereik.TOOK], observed=True).size()
        for item in bereik.participation(everyone)[1:]:
            assert item.smallest is None or item.smallest <= cells.min()


def test_a_school_that_takes_no_part_reads_all_schools(store, numbers, register):
    other = min(set(store.vestigingen.index) - set(register["tutoring"].start))
    school = store.school(other)
    result = interventies.reach(school, numbers, interventies.choose(school, "tutoring"))
    whole = numbers.all(bereik.TOOK, "tutoring")
    assert [e.value for e in result.estimates if e.name == bereik.TOOK] == [e.value for e in whole]
    alone = interventies.reach(school, numbers, interventies.choose(school, "taalklas"))
    assert [item.value for item in alone.estimates if item.name == bereik.TOOK] == [None]


def test_side_by_side_is_about_choosing_pupils_only(school, numbers, register):
    result = interventies.reach_side_by_side(school, numbers, interventies.choose(school))
    groups = {item.group.removesuffix(", alle scholen") for item in result.estimates}
    chosen = [a for a in register.values() if a.toewijzing not in bereik.WHOLE_SCHOOLS]
    assert groups == {a.naam for a in chosen if school.vestiging in a.begun}


# --- before -------------------------------------------------------------------------------------------


def test_what_could_be_seen_is_that_of_the_formula(school, numbers):
    result = interventies.detectable_effect(school, numbers, interventies.choose(school, "tutoring"))
    icc, r2 = (numbers.value(name, "", "rekenen leerjaar 1") for name in (spreiding.ICC, spreiding.R2))
    counts = records(school.table("aantallen"))
    last = max(row["schooljaar"] for row in counts)
    n = sum(int(float(r["aantal_lower"])) for r in counts if (r["schooljaar"], r["leerjaar"]) == (last, "1"))
    error = math.sqrt((1 - icc) * (1 - r2) / (n / 4))
    df = n - 3
    expected = (scipy_stats.t.ppf(0.975, df) + scipy_stats.t.ppf(0.8, df)) * error
    found = result["loting van leerlingen", "deze school"]
    assert found.value == pytest.approx(expected)
    assert f"{icc:.0%}" in found.method
    lines = defaultdict(list)
    for item in result.estimates:
        if item.value is not None:
            lines[item.name].append(item.value)
    assert set(lines.pop("gevonden bij bijles op drie basisscholen (2023)")) == {0.28}
    assert set(lines) == {
        "loting van leerlingen",
        "grens op een score",
        "loting van scholen",
        "gespreide start",
    }
    for values in lines.values():
        assert values == sorted(values, reverse=True)
    assert lines["grens op een score"][0] > lines["loting van leerlingen"][0]


def test_without_pupils_it_says_what_was_assumed(school):
    nothing = Benchmark(as_table([]))
    result = interventies.detectable_effect(school, nothing, interventies.choose(school, "tutoring"))
    assert result.sources == ("aantallen",)
    assert "aangenomen" in result["loting van leerlingen", "deze school"].method


def test_a_larger_lottery_sees_smaller_effects(school, numbers):
    keuze = interventies.choose(school, "tutoring")
    result = interventies.design_for_next_year(school, numbers, keuze)
    value = {item.group: item.value for item in result.estimates}
    labels = list(interventies.alleen.WITHIN)
    assert value[labels[0]] < value[labels[1]] < value[labels[2]] > value[labels[3]]
    curve = interventies.detectable_effect(school, numbers, keuze)
    assert value[labels[0]] == curve["loting van leerlingen", "deze school"].value
    assert value[interventies.alleen.OF_SCHOOLS] == curve["loting van scholen", "10 scholen"].value


def test_the_last_change_is_that_of_the_scores(store, school, numbers):
    keuze = interventies.choose(school, "tutoring")
    result = interventies.noise_between_cohorts(school, numbers, keuze)
    scale = numbers.value(vooraf.SCALE, "", "rekenen leerjaar 1")
    pupil = {row["leerling"]: row for row in records(school.table("leerlingen"))}
    cells = defaultdict(list)
    for row in records(school.table("toetsen")):
        if (row["domein"], row["moment"]) == ("rekenen", "leerjaar 1"):
            own = pupil[row["leerling"]]
            for group in ("alle", three(own)):
                cells[group, own["cohort"]].append(float(row["score"]) / scale)
    before, last = sorted({cohort for _, cohort in cells})[-2:]
    change = {
        g: statistics.mean(cells[g, last]) - statistics.mean(cells[g, before]) for g in ("alle", "laag")
    }
    for group, expected in change.items():
        assert result["verandering", group].value == pytest.approx(expected)
    high = statistics.mean(cells["hoog", last]) - statistics.mean(cells["hoog", before])
    assert result["verandering", "hoog minus laag"].value == pytest.approx(high - change["laag"])


@pytest.mark.parametrize("group", ["alle", "hoog minus laag"])
def test_the_band_holds_most_changes(whole, numbers, group):
    """Nothing was tried on the language of leerjaar 1: 95 of 100 changes."""
    uitkomst = "taal leerjaar 1"
    frame = whole.pupils.assign(
        uitkomst=whole.outcomes[uitkomst].reindex(whole.pupils["leerling"]).to_numpy()
        / numbers.value(vooraf.SCALE, "", uitkomst)
    ).dropna(subset=["uitkomst"])
    found = vooraf.changes(frame, OPLEIDING, group)
    moves = numbers.value(vooraf.OF_COHORTS, group, uitkomst)
    width = [vooraf.by_itself(moves, chance) for chance in found["toeval"]]
    inside = (found["verandering"].abs() <= width).mean()
    assert len(found) > 60
    assert 0.88 <= inside <= 1


def test_a_movement_of_cohorts_that_was_put_in_is_found():
    rng = np.random.default_rng(3)
    rows = []
    for school in range(60):
        for year in range(2015, 2025):
            level = rng.normal(school % 3, 0.2)
            scores = rng.normal(level, 0.8, 40)
            rows += [
                {"vestiging": str(school), "cohort": f"{year}-{year + 1}", "uitkomst": y} for y in scores
            ]
    data = pd.DataFrame(rows).assign(opleiding="laag")
    found = vooraf._of_cohorts(data, OPLEIDING, "alle")
    assert found.value == pytest.approx(0.2, abs=0.03)
    changes = vooraf.changes(data, OPLEIDING, "alle")
    inside = [abs(c) <= vooraf.by_itself(0.2, t) for c, t in changes[["verandering", "toeval"]].to_numpy()]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.03)


# --- what goes wrong ----------------------------------------------------------------------------------


def test_who_went_on_is_weighted_to_the_same_scores(store, numbers, whole, register):
    people = evaluatie.people(whole, register["zomerschool"], "rekenen leerjaar 3")
    after = {}
    for row in sorted(records(store.read("loopbaan")), key=lambda row: row["schooljaar"]):
        if row["leerjaar"] == "1":
            after.setdefault(row["leerling"], row["afloop"])
    bands = defaultdict(lambda: defaultdict(list))
    for leerling, afstand, took in people[["leerling", "afstand", "deelgenomen"]].to_numpy():
        if after[leerling] in ("bevorderd", "opstroom", "afstroom", "doubleren"):
            bands[math.floor(afstand / 5)][took].append(after[leerling] != "doubleren")
    both = [part for part in bands.values() if part[True] and part[False]]
    took = sum(len(part[True]) for part in both)
    expected = sum(len(part[True]) / took * statistics.mean(part[False]) for part in both)
    place = evaluatie.unit("zomerschool", "grens", "rekenen leerjaar 3")
    assert numbers.value(valkuilen.PASSED, valkuilen.SAME_SCORE, place) == pytest.approx(expected)
    own = sum(sum(part[True]) for part in both) / took
    assert numbers.value(valkuilen.PASSED, valkuilen.TOOK_PART, place) == pytest.approx(own)
    gap = numbers.find(valkuilen.PASSED, valkuilen.MORE, place)
    assert gap.lower < 0 < gap.upper  # the region lets nobody pass because of it
    assert own > 0.9


def test_who_drew_nothing_rises_and_who_took_part_more_than_the_lottery(numbers, truth):
    place = evaluatie.unit("tutoring", "loting", "rekenen leerjaar 1")
    row = f"{valkuilen.DISTANCE}, {valkuilen.NOT_DRAWN}"
    before, after = (numbers.find(row, moment, place) for moment in ("vooraf", "achteraf"))
    assert before.value < after.value < 0
    assert after.value - before.value > 0.05
    effect = truth["interventions"]["tutoring"]["effect_of_participation"]
    naive, rise = (numbers.find(name, "alle", place) for name in (valkuilen.BESIDE_ALL, valkuilen.MORE_RISE))
    assert naive.upper < 0 < effect < rise.lower


def test_the_naive_answers_stand_beside_the_lottery(school, numbers, truth):
    keuze = interventies.choose(school, "tutoring")
    result = interventies.naive_beside_lottery(school, numbers, keuze)
    right = result[interventies.valkuilen.RIGHT, ""]
    assert right.lower < truth["interventions"]["tutoring"]["effect_of_participation"] < right.upper
    assert [item.name for item in result.estimates][:2] == [valkuilen.BESIDE_ALL, valkuilen.MORE_RISE]


def test_distance_of_those_who_drew_nothing_by_hand(store, numbers, raw):
    rows = {r["leerling"]: r for r in raw["deelname"] if r["interventie"] == "tutoring"}
    ran = {(row["vestiging"], row["schooljaar"]) for row in rows.values()}
    mine = [p["leerling"] for p in raw["leerlingen"] if (p["vestiging"], p["cohort"]) in ran]
    score = defaultdict(dict)
    for row in records(store.read("toetsen")):
        if row["domein"] == "rekenen" and row["moment"] in ("groep 8", "leerjaar 1"):
            score[row["moment"]][row["leerling"]] = float(row["score"])
    known = [leerling for leerling in mine if all(leerling in part for part in score.values())]
    took = {leerling for leerling, row in rows.items() if row["deelgenomen"] == "True"}
    unlucky = [x for x in known if x in rows and rows[x]["toegewezen"] == "False"]
    place = evaluatie.unit("tutoring", "loting", "rekenen leerjaar 1")
    for label, moment in (("vooraf", "groep 8"), ("achteraf", "leerjaar 1")):
        spread = statistics.stdev(y for x, y in score[moment].items() if x not in took)
        mean = statistics.mean(score[moment][x] for x in known)
        expected = (statistics.mean(score[moment][x] for x in unlucky) - mean) / spread
        found = numbers.find(f"{valkuilen.DISTANCE}, {valkuilen.NOT_DRAWN}", label, place)
        assert (found.value, found.n) == (pytest.approx(expected), len(unlucky))


@pytest.fixture(scope="module")
def cells(whole) -> pd.DataFrame:
    return valkuilen._cells(whole)


def test_without_any_noise_only_the_heap_is_wrong(cells):
    """The estimators are linear: what they make of the effect alone is what is wrong with them."""
    found = {item.name: item.value for item in valkuilen.growing_effects(cells.assign(score=cells["erin"]))}
    put = statistics.mean(
        0.1 * (int(row["jaar"]) - int(row["start"]) + 1)
        for row in records(cells)
        if 0 < int(row["start"]) <= int(row["jaar"])
    )
    assert found[valkuilen.PUT_IN] == pytest.approx(put)
    assert found[valkuilen.IMPUTED] == pytest.approx(put)
    assert abs(found[valkuilen.BY_START] - put) < 0.05  # weighs starts by their schools, not by their cells
    assert found[valkuilen.TWO_WAY] < 0.5 * put


def test_on_the_schools_of_the_region_the_heap_is_farthest_off(numbers):
    found = {name: numbers.find(name, "", valkuilen.GROWING) for name in (
        valkuilen.PUT_IN, valkuilen.TWO_WAY, valkuilen.IMPUTED, valkuilen.BY_START, valkuilen.NEGATIVE
    )}  # fmt: skip
    put = found[valkuilen.PUT_IN].value
    assert found[valkuilen.TWO_WAY].upper < put
    for name in (valkuilen.IMPUTED, valkuilen.BY_START):
        assert found[name].lower < put < found[name].upper
    assert 0 < found[valkuilen.NEGATIVE].value < 1


def test_effects_that_do_not_grow_are_found_on_the_heap_too(cells):
    """It is the growth that goes wrong: a constant effect comes out of both."""
    same = cells.assign(score=0.2 * cells["begonnen"])
    heap = panel.two_way_fixed_effects(
        same.assign(score=same["score"] + 1e-9 * same["zonder"]),
        outcome="score", treated="begonnen", unit="vestiging", time="jaar",
    )  # fmt: skip
    assert heap["effect", ""].value == pytest.approx(0.2, abs=1e-6)


CARDS = (
    "reach", "reach_side_by_side", "detectable_effect", "design_for_next_year", "noise_between_cohorts",
    "passing_is_no_effect", "rising_without_help", "naive_beside_lottery", "growing_effect_on_one_heap",
)  # fmt: skip


@pytest.mark.parametrize("name", CARDS)
def test_a_card_names_no_school_and_no_identifier(school, numbers, name):
    keuze = interventies.choose(school, "tutoring")
    result = getattr(interventies, name)(school, numbers, keuze)
    assert any(item.value is not None for item in result.estimates)
    assert not PLACE.search(repr(result))
    assert not re.search(r"L\d{7}", repr(result))


@pytest.mark.parametrize("name", CARDS)
def test_what_the_gate_lets_through_rests_on_ten(school, numbers, name):
    result = getattr(interventies, name)(school, numbers, interventies.choose(school, "mentor"))
    for item, shown in zip(result.estimates, release(result, "cbs").numbers, strict=True):
        if shown.value is not None and item.n is not None and "aantallen" not in result.sources:
            assert min(item.n, item.smallest or item.n) >= 10


def test_a_smaller_group_is_not_told_in_its_place(school, numbers):
    """Of a card of a small school: no number of its own groups, and the reason in its place."""
    few = school.store.school(school.vestiging, ("2021-2022",))
    result = interventies.reach(few, numbers, interventies.choose(few, "tutoring"))
    own = Estimate.not_computable("deze school", "x")
    assert replace(result["deze school"], reason="x", unit="") == own


def _of_schools(whole: Network, codes: set[str]) -> SimpleNamespace:
    """All schools, of which only these gave the rows of who took part."""
    known = whole.store.read("deelname")
    store = SimpleNamespace(read=lambda _: known[known["vestiging"].isin(codes)])
    return SimpleNamespace(store=store, pupils=whole.pupils)


@pytest.mark.parametrize("name", ["tutoring", "brede_brugklas"])
def test_reach_at_the_one_school_that_gave_data_is_not_that_of_all(whole, register, name):
    """Six schools say they take part, and one of them gave who did: all would be that one."""
    few, enough = (
        [
            item
            for _, item, _ in bereik.rows(_of_schools(whole, set(register[name].begun[:k])), register[name])
        ]
        for k in (1, 3)
    )
    assert [item.value for item in few] == [None]
    assert any(item.name == bereik.TOOK and item.value is not None for item in enough)


def test_a_group_whose_reach_only_one_school_told_is_not_told_of_all(whole, register):
    """The other schools know of nobody that the parents are lowly educated."""
    aanpak = register["mentor"]
    elsewhere = (whole.pupils["vestiging"] != aanpak.begun[0]) & (
        whole.pupils["opleiding_ouders"].isin(list(codes.OPLEIDING_OUDERS.codes[:2]))
    )
    pupils = whole.pupils[~elsewhere]
    some = SimpleNamespace(store=whole.store, pupils=pupils)
    for network, told in ((whole, True), (some, False)):
        groups = {item.group for _, item, _ in bereik.rows(network, aanpak) if item.value is not None}
        assert ("laag" in groups) == told
        assert "hoog" in groups


def test_an_example_of_the_one_school_that_gave_data_is_not_told(whole, register, monkeypatch):
    aanpak = register["tutoring"]
    frame = evaluatie.people(whole, aanpak, aanpak.uitkomst)
    for k, told in ((1, False), (2, False), (3, True)):
        part = frame[frame["vestiging"].isin(aanpak.begun[:k])]
        monkeypatch.setattr(valkuilen, "people", lambda *_, part=part: part)
        assert bool(list(valkuilen.rows(whole, aanpak))) == told
