"""The way from advies to diploma, placement and what if: counted by hand, held to the truth, kept closed."""

from __future__ import annotations

from collections import Counter, defaultdict
from math import log

import numpy as np
import pandas as pd
import pytest
from counting import DEMO, records, values
from themes import of_themes

from kansen_lib import benchmark, codes, disclosure
from kansen_lib import store as stores
from kansen_lib.benchmark import plaatsing, trechter
from kansen_lib.chapters import selectie
from kansen_lib.chapters.oorzaken.leerlingen import learners_of
from kansen_lib.stats.result import Estimate
from kansen_lib.store import School, Store

CROSSED = (selectie.way_to_diploma, selectie.way_to_leerjaar_3, selectie.placement_matrix)
BESIDE = (
    selectie.havo_open_by_stage,
    selectie.havo_open_to_diploma,
    selectie.havo_by_cohort,
    selectie.fixed_paths,
    selectie.placed_above_advies,
    selectie.leerjaar_3_by_placement,
    selectie.placed_at_same_advies,
    selectie.classes_by_leerjaar,
    selectie.if_the_highest_held,
    selectie.how_mixed_classes_would_be,
)
LOW_CLASSES = {"pro", "pro/vmbo-b", "vmbo-b", "vmbo-b/k", "vmbo-k"}


@pytest.fixture(scope="module")
def network(store: Store) -> benchmark.Benchmark:
    """Reference values of the themes of this file only."""
    return of_themes(store, trechter, plaatsing)


@pytest.fixture(scope="module")
def pupils(store: Store) -> list[dict]:
    """The pupils of the demo school, each with the first class of each leerjaar and the last diploma here."""
    return _with_careers(store, vestiging=DEMO)


def _with_careers(store: Store, **where: str) -> list[dict]:
    first, diploma, klas, in_time = {}, {}, {}, {}
    start = {row["leerling"]: int(row["cohort"][:4]) for row in records(store, "leerlingen")}
    length = {"pro": 5, "havo": 5, "vwo": 6}
    for row in sorted(records(store, "loopbaan", **where), key=lambda row: row["schooljaar"]):
        key = row["leerling"], row["vestiging"]
        first.setdefault((*key, row["leerjaar"]), row["niveau"])
        klas.setdefault((*key, row["leerjaar"]), (row["vestiging"], row["schooljaar"], row["klas"]))
        if row["afloop"] == "diploma":
            diploma[key] = row["niveau"]
            if int(row["schooljaar"][:4]) - start[row["leerling"]] <= length.get(row["niveau"], 4):
                in_time[key] = row["niveau"]  # on time is a year less; a later one is the higher
    last = max(row["schooljaar"] for row in records(store, "loopbaan"))
    found = []
    for row in records(store, "leerlingen", **where):
        key = row["leerling"], row["vestiging"]
        found.append(
            row
            | {
                "brugklas": first.get((*key, 1)),
                "leerjaar3": first.get((*key, 3)),
                "diploma": diploma.get(key),
                "klas_1": klas.get((*key, 1)),
                "diploma_jaar_extra": in_time.get(key),
                "jaren": int(last[:4]) - int(row["cohort"][:4]) + 1,
            }
        )
    return found


def known(row: dict, *names: str) -> bool:
    """Whether all of these are text."""
    return all(isinstance(row[name], str) for name in names)


def advised(row: dict, *names: str) -> bool:
    """Whether all of these have a place on the ladder."""
    return known(row, *names) and all(codes.levels(row[name]) for name in names)


def group_of(row: dict) -> str:
    return codes.three_classes(row["opleiding_ouders"])


def of_class(label: str | None) -> str:
    return "weg of onbekend" if label is None else "pro/vmbo-b/k" if label in LOW_CLASSES else label


def of_advies(label: str) -> str:
    return "vmbo-k/gt" if label == "vmbo-gt" else of_class(label)


# --- the flows ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("analysis", "years", "stages"),
    [(selectie.way_to_diploma, range(6, 99), 6), (selectie.way_to_leerjaar_3, (4, 5), 5)],
)
def test_flows_are_those_counted_from_raw_records(analysis, years, stages, school: School, pupils) -> None:
    names = list(trechter.STAGES)[:stages]
    margins, cells, cohorts, stayed, n = Counter(), Counter(), Counter(), 0, 0
    for row in pupils:
        labels = [row[x] for x in ("toetsadvies", "advies_eerste", "advies_definitief", "brugklas")]
        if row["regime"] != "eindtoets" or row["jaren"] not in years:
            continue
        if not advised(row, "toetsadvies", "advies_eerste", "advies_definitief", "brugklas"):
            continue
        way = [
            *map(of_advies, labels[:3]),
            *map(of_class, (row["brugklas"], row["leerjaar3"], row["diploma"])),
        ]
        way = [f"{name}: {label}" for name, label in zip(names, way, strict=False)]
        margins.update(way)
        cells.update(zip(way, way[1:], strict=False))
        cohorts[f"cohort {row['cohort']}"] += 1
        every = [*labels, row["leerjaar3"], row["diploma"]][:stages]
        stayed += None not in every and bool(frozenset.intersection(*map(codes.levels, every)))
        n += 1
    found = analysis(school)
    counted = {(item.name, item.group): item.count for item in found.estimates}
    assert n > 300 and all(item.n == n for item in found.estimates)
    assert {k: v for k, v in counted.items() if v and k[1]} == dict(cells)
    assert {k[0]: v for k, v in counted.items() if not k[1]} == {
        **margins, **cohorts, trechter.STAYED: stayed
    }  # fmt: skip
    assert found.crossed


def test_every_combination_is_there_also_the_empty_ones(school: School) -> None:
    """A cell that is left out would tell that it is empty."""
    found = selectie.way_to_diploma(school).estimates
    for one, two in zip(trechter.STAGES, list(trechter.STAGES)[1:], strict=False):
        rows, columns = (
            [x.name for x in found if not x.group and x.name.startswith(f"{stage}:")] for stage in (one, two)
        )
        there = {(x.name, x.group) for x in found if x.name in rows and x.group}
        assert there == {(row, column) for row in rows for column in columns}
    assert any(item.count == 0 for item in found)


def test_nobody_is_in_both_figures(school: School) -> None:
    """Two tables of the same persons, one a part of the other, would give the rest."""
    cohorts = [
        {item.name for item in analysis(school).estimates if item.name.startswith("cohort ")}
        for analysis in CROSSED[:2]
    ]
    assert all(cohorts) and not cohorts[0] & cohorts[1]


def test_small_flows_stay_closed_and_large_ones_are_shown(school: School) -> None:
    for analysis in CROSSED:
        result = analysis(school)
        released = disclosure.release(result)
        counts = {(item.name, item.group): item.count for item in result.estimates}
        shown = [n for n in released.numbers if n.value is not None]
        assert min(counts[n.name, n.group] for n in shown) >= 10
        assert sum(counts[n.name, n.group] for n in shown if n.group) > 0.7 * sum(
            count for (_, group), count in counts.items() if group
        )


def test_a_school_without_exams_says_that_the_way_cannot_be_seen(store: Store, network) -> None:
    names = store.vestigingen["naam"]
    middenschool = store.school(names.index[names.str.contains("Middenschool")][0])
    for found in (
        selectie.way_to_diploma(middenschool),
        selectie.havo_open_to_diploma(middenschool, network),
    ):
        (item,) = found.estimates
        assert item.value is None and "hele weg" in item.reason
    way = selectie.way_to_leerjaar_3(middenschool)
    assert any(item.name == "leerjaar 3: vmbo-b/k/gt/havo/vwo" and item.count > 0 for item in way.estimates)


# --- level and gap by stage and cohort ------------------------------------------------------------------


def test_havo_by_stage_is_counted_by_hand_of_the_same_pupils(school: School, pupils, network) -> None:
    columns = ["toetsadvies", "advies_eerste", "advies_definitief", "brugklas", "leerjaar3"]
    upper, size = Counter(), Counter()
    for row in pupils:
        if row["regime"] == "eindtoets" and row["jaren"] >= 4 and advised(row, *columns):
            if not isinstance(row["opleiding_ouders"], str):
                continue
            size[group_of(row)] += 1
            for stage, column in zip(trechter.TO_LEERJAAR_3, columns, strict=True):
                upper[group_of(row), stage] += bool(codes.levels(row[column]) & {"havo", "vwo"})
    found = selectie.havo_open_by_stage(school, network)
    shares = {(group, stage): upper[group, stage] / size[group] for group, stage in upper}
    gaps = {
        ("hoog minus laag", stage): shares["hoog", stage] - shares["laag", stage]
        for stage in trechter.TO_LEERJAAR_3
    }
    assert values(found) == pytest.approx(shares | gaps)
    assert {item.n for item in found.estimates if item.name == "laag"} == {size["laag"]}
    assert all(item.reference is not None for item in found.estimates)


def test_a_few_with_a_double_advies_close_the_whole_stage(school: School) -> None:
    """Beside the card by cohort, with another threshold, they would be the difference."""
    data = trechter.same_pupils(trechter.to_leerjaar_3(learners_of(school)), trechter.TO_LEERJAAR_3)
    double = data[(data["opleiding"] == "laag") & (data["advies_eerste"] == "vmbo-gt/havo")]
    part = data.drop(double.index[5:])
    found = trechter.open_by_stage(part, trechter.TO_LEERJAAR_3)
    first = [item for item in found if item.group == "eerste advies"]
    assert len(first) == 4 and {item.smallest for item in first} == {5}
    others = [item.smallest for item in found if item.group == "brugklas"]
    assert min(others) >= 10


def test_the_few_whose_advies_was_raised_over_the_line_are_not_the_difference_of_two_stages(
    school: School,
) -> None:
    """An advies is only raised: who is open in the end and was not at first is told by both shares."""
    data = trechter.same_pupils(trechter.to_leerjaar_3(learners_of(school)), trechter.TO_LEERJAAR_3)
    first, last = (
        trechter.openness(data[column]) != "vmbo" for column in ("advies_eerste", "advies_definitief")
    )
    few = min(int((last & ~first)[data["opleiding"] == label].sum()) for label in ("laag", "midden", "hoog"))
    assert 0 < few < 10
    found = trechter.open_by_stage(data, trechter.TO_LEERJAAR_3)
    held = {item.group for item in found if item.smallest == few}
    assert held == {"eerste advies", "definitief advies"}


def test_the_gap_of_a_cohort_is_counted_by_hand_and_young_ones_have_no_leerjaar_3(
    school: School, pupils, network
) -> None:
    levels = defaultdict(list)
    for row in pupils:
        if not isinstance(row["opleiding_ouders"], str):
            continue
        if advised(row, "advies_definitief"):
            place = codes.step(row["advies_definitief"])
            levels["definitief advies", row["cohort"]].append((group_of(row), place >= 4))
        if row["jaren"] >= 4 and row["leerjaar3"]:
            upper = bool(codes.levels(row["leerjaar3"]) & {"havo", "vwo"})
            levels["leerjaar 3", row["cohort"]].append((group_of(row), upper))
    expected = {}
    for (name, cohort), told in levels.items():
        share = {g: np.mean([yes for group, yes in told if group == g]) for g in ("laag", "hoog")}
        expected[name, cohort] = np.mean([yes for _, yes in told])
        expected[f"hoog minus laag, {name}", cohort] = share["hoog"] - share["laag"]
    found = selectie.havo_by_cohort(school, network)
    assert values(found) == pytest.approx(expected)
    assert max(item.group for item in found.estimates if item.name == "leerjaar 3") == "2022-2023"
    assert all(item.smallest is not None for item in found.estimates)


# --- how far the way is fixed ---------------------------------------------------------------------------


def test_who_stays_on_the_level_is_counted_by_hand(school: School, pupils, network) -> None:
    on_advies, on_class = defaultdict(list), defaultdict(list)
    for row in pupils:
        if row["jaren"] >= 4 and advised(row, "advies_definitief") and row["leerjaar3"]:
            same = codes.levels(row["advies_definitief"]) & codes.levels(row["leerjaar3"])
            on_advies[row["cohort"]].append(bool(same))
        if row["jaren"] >= 7 and row["diploma_jaar_extra"] and row["leerjaar3"]:
            on_class[row["cohort"]].append(row["diploma_jaar_extra"] == row["leerjaar3"])
    found = values(selectie.fixed_paths(school, network))
    assert {cohort for name, cohort in found if name == trechter.ON_CLASS} == set(on_class)
    for name, told in ((trechter.ON_ADVIES, on_advies), (trechter.ON_CLASS, on_class)):
        assert {c: found[name, c] for c in told} == pytest.approx({c: np.mean(x) for c, x in told.items()})


def test_what_the_advies_tells_is_mutual_information_over_entropy(school: School, pupils, network) -> None:
    """By the textbook sums, of one cohort; what is shown is lower, for small numbers tell too much."""
    pairs = [
        (of_advies(row["advies_definitief"]), of_class(row["leerjaar3"]))
        for row in pupils
        if row["cohort"] == "2021-2022" and advised(row, "advies_definitief") and row["leerjaar3"]
    ]
    n = len(pairs)
    rows, columns = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    mutual = sum(k / n * log(k * n / rows[a] / columns[b]) for (a, b), k in Counter(pairs).items())
    entropy = -sum(k / n * log(k / n) for k in columns.values())
    found = selectie.fixed_paths(school, network)[trechter.TOLD, "2021-2022"]
    cells = len(rows) * len(columns) - len(rows) - len(columns) + 1
    bias = cells / (2 * n) / entropy  # Miller and Madow, to first order
    assert found.n == n
    assert found.value == pytest.approx(100 * (mutual / entropy - bias), abs=100 * bias / 2)
    assert found.lower < found.value < found.upper < 100 * mutual / entropy + 5


def test_a_way_that_follows_from_the_advies_is_told_whole_and_a_lottery_not_at_all() -> None:
    rng = np.random.default_rng(1)
    levels = ["vmbo-k", "vmbo-gt", "havo", "vwo"]
    advies = rng.choice(levels, 2000)
    frame = pd.DataFrame({"advies_definitief": advies, "leerjaar3": advies})
    assert trechter._told(frame, "x").value == pytest.approx(100)
    drawn = trechter._told(frame.assign(leerjaar3=rng.permutation(advies)), "x")
    assert drawn.lower < 0.5 and drawn.upper < 1


# --- placement ------------------------------------------------------------------------------------------


def test_the_matrix_is_counted_by_hand_without_rows_of_few(school: School, pupils) -> None:
    cells = Counter(
        (row["advies_definitief"], row["brugklas"])
        for row in pupils
        if row["regime"] == "eindtoets" and advised(row, "advies_definitief", "brugklas")
    )
    rows = Counter()
    for (advies, _), count in cells.items():
        rows[advies] += count
    assert min(rows.values()) < 10  # a row of few, that would hide the others
    kept = {advies for advies, count in rows.items() if count >= 10}
    found = selectie.placement_matrix(school).estimates
    assert {(x.name, x.group): (x.count, x.n) for x in found if x.count} == {
        (f"advies: {a}", f"brugklas: {b}"): (count, rows[a]) for (a, b), count in cells.items() if a in kept
    }
    assert [x.name for x in found] == sorted(
        (x.name for x in found), key=lambda name: codes.ADVIES.codes.index(name.removeprefix("advies: "))
    )


@pytest.mark.parametrize(
    ("advies", "brugklas", "wanted"),
    [
        ("havo", "havo/vwo", "boven"),
        ("havo", "vmbo-gt/havo", "op"),
        ("havo/vwo", "havo", "onder"),
        ("vmbo-gt/havo", "vmbo-gt", "onder"),
        ("vmbo-k", "vmbo-b/k/gt/havo/vwo", "boven"),
        ("vwo", "vmbo-gt/havo/vwo", "op"),
        ("niet mogelijk", "havo", None),
        ("havo", "internationaal", None),
    ],
)
def test_a_class_is_above_the_advies_by_its_highest_level(advies, brugklas, wanted) -> None:
    (found,) = plaatsing.side(pd.Series([advies]), pd.Series([brugklas]))
    assert (None if pd.isna(found) else found) == wanted


def test_kansrijk_is_counted_by_hand_and_held_to_the_smallest_of_three(school, pupils, network) -> None:
    cells = defaultdict(Counter)
    for row in pupils:
        usable = row["regime"] == "eindtoets" and advised(row, "advies_definitief", "brugklas")
        if usable and row["advies_definitief"] != "vwo" and isinstance(row["opleiding_ouders"], str):
            advies, given = (
                max(map(codes.step, codes.levels(row[x]))) for x in ("advies_definitief", "brugklas")
            )
            cells[group_of(row)][np.sign(given - advies)] += 1
    found = selectie.placed_above_advies(school, network)
    for group, count in cells.items():
        assert found["hoger dan het advies", group].value == pytest.approx(count[1] / count.total())
        assert found["lager dan het advies", group].value == pytest.approx(count[-1] / count.total())
        assert found["hoger dan het advies", group].smallest == min(count[-1], count[0], count[1])
    gap = found["hoger dan het advies, bij hetzelfde advies", "hoog minus laag"]
    assert gap.smallest == min(min(cells[g][s] for s in (-1, 0, 1)) for g in ("laag", "hoog"))


def test_kansrijk_at_the_same_advies_is_the_weighted_mean_of_gaps(school, pupils, network) -> None:
    """Also where an advies is that of one pupil of one group: there is nothing to compare it with."""
    told = defaultdict(lambda: defaultdict(list))
    for row in pupils:
        usable = row["regime"] == "eindtoets" and advised(row, "advies_definitief", "brugklas")
        if usable and row["advies_definitief"] != "vwo" and isinstance(row["opleiding_ouders"], str):
            advies, given = (
                max(map(codes.step, codes.levels(row[x]))) for x in ("advies_definitief", "brugklas")
            )
            told[row["advies_definitief"]][group_of(row)].append(given > advies)
    both = [(x["laag"], x["hoog"]) for x in told.values() if x["laag"] and x["hoog"]]
    weights = [len(low) * len(high) / (len(low) + len(high)) for low, high in both]
    by_hand = np.average([np.mean(high) - np.mean(low) for low, high in both], weights=weights)
    gap = selectie.placed_above_advies(school, network)[
        "hoger dan het advies, bij hetzelfde advies", "hoog minus laag"
    ]
    assert gap.value == pytest.approx(by_hand)
    data = learners_of(school).query("zelfde_toets")
    lone = data[data["opleiding"] == "hoog"].head(1).assign(advies_definitief="vmbo-b", definitief=1.0)
    without = data[(data["advies_definitief"] != "vmbo-b") & (data["advies_definitief"] != "pro/vmbo-b")]
    items = plaatsing.at_same_advies(pd.concat([without, lone]), "basisschool")
    found = {item.name: item for item in items if item.group == "hoog minus laag"}
    for name in ("brugklas, bij hetzelfde advies", "leerjaar 3, bij hetzelfde advies en dezelfde score"):
        assert found[name].value is not None


def test_a_few_placed_low_close_the_group_and_the_gap(school: School) -> None:
    data = plaatsing.below_vwo(learners_of(school).query("zelfde_toets"))
    low = data[(data["kant"] == "onder") & (data["opleiding"] == "laag")]
    found = plaatsing.placed_by_group(data.drop(low.index[3:]).drop(columns="kant"))
    closed = {(x.name, x.group) for x in found if x.smallest < 10}
    assert closed == {
        *((name, group) for name in ("hoger dan het advies", "lager dan het advies")
          for group in ("laag", "hoog minus laag")),
        ("hoger dan het advies, bij hetzelfde advies", "hoog minus laag"),
    }  # fmt: skip


def test_success_is_counted_by_hand_for_adviezen_with_a_choice(school: School, pupils, network) -> None:
    told = defaultdict(list)
    for row in pupils:
        usable = row["regime"] == "eindtoets" and row["jaren"] >= 4 and row["leerjaar3"]
        if usable and advised(row, "advies_definitief", "brugklas"):
            difference = codes.step(row["leerjaar3"]) - codes.step(row["advies_definitief"])
            told[row["advies_definitief"], row["brugklas"]].append(difference >= 0)
    large = {key: told[key] for key in told if len(told[key]) >= 10}
    kinds = Counter(advies for advies, _ in large)
    expected = {(f"advies {a}", f"brugklas {b}"): np.mean(x) for (a, b), x in large.items() if kinds[a] > 1}
    found = selectie.leerjaar_3_by_placement(school, network)
    assert values(found) == pytest.approx(expected) and len(expected) >= 8


def test_a_reference_of_placement_is_of_three_schools_or_more(store: Store, network) -> None:
    """All pupils of two schools less the own are those of the other."""
    first = store.read("loopbaan", ["leerling", "vestiging", "leerjaar", "niveau"]).drop_duplicates(
        ["leerling", "vestiging", "leerjaar"]
    )
    rows = store.read("leerlingen").merge(first[first["leerjaar"] == 1], on=["leerling", "vestiging"])
    seen = rows[(rows["regime"] == "eindtoets") & (rows["cohort"] < "2023-2024")]
    where = seen.groupby(["advies_definitief", "niveau"])["vestiging"].nunique()
    found = {
        (advies, kind): network.find(f"advies {advies}", f"brugklas {kind}", plaatsing.SUCCESS)
        for advies, kind in where.index
    }
    assert (where < 3).any() and all(found[key] is None for key in where.index[where < 3])
    assert sum(item is not None for item in found.values()) >= 10


def test_the_gap_at_the_same_advies_is_the_weighted_mean_of_gaps_within_adviezen(
    school, pupils, network
) -> None:
    told = defaultdict(lambda: defaultdict(list))
    for row in pupils:
        usable = row["regime"] == "eindtoets" and row["jaren"] >= 4 and row["leerjaar3"]
        complete = advised(row, "advies_definitief") and known(row, "opleiding_ouders", "basisschool")
        if usable and complete and not np.isnan(row["toetsscore"]):
            told[row["advies_definitief"]][group_of(row)].append(codes.step(row["leerjaar3"]))
    both = [(x["laag"], x["hoog"]) for x in told.values() if x["laag"] and x["hoog"]]
    weights = [len(low) * len(high) / (len(low) + len(high)) for low, high in both]
    gaps = [np.mean(high) - np.mean(low) for low, high in both]
    found = selectie.placed_at_same_advies(school, network)
    gap = found["leerjaar 3, bij hetzelfde advies", "hoog minus laag"]
    assert gap.value == pytest.approx(np.average(gaps, weights=weights))


def test_the_network_recovers_how_much_higher_the_same_advies_and_score_sit(store, network, truth) -> None:
    """In leerjaar 3 as it was made; a brugklas follows the advies and the offer, whoever the parents are."""
    steps = truth["transitions"]["level_leerjaar_3_on_opleiding_steps"]
    told = Counter(x for x in store.read("leerlingen")["opleiding_ouders"].dropna())
    mean = {
        name: np.average(
            [steps[x] for x in told if codes.three_classes(x) == name],
            weights=[told[x] for x in told if codes.three_classes(x) == name],
        )
        for name in ("laag", "hoog")
    }
    found = network.find(
        "leerjaar 3, bij hetzelfde advies en dezelfde score", "hoog minus laag", plaatsing.SAME
    )
    assert found.lower < mean["hoog"] - mean["laag"] < found.upper
    assert found.upper - found.lower < 0.1
    raw = network.find("leerjaar 3", "hoog minus laag", plaatsing.SAME)
    assert raw.lower > 5 * found.value  # most of the raw gap is in the advies already
    broad = ("ZZ0100", "ZZ0600", "ZZ0B00", "ZZ0K00")  # where an advies leads to more than one brugklas
    inside = [_at_same_advies(store.school(code)) for code in broad]
    assert sum(item.lower < 0 < item.upper for item in inside) >= 3


def _at_same_advies(school: School) -> Estimate:
    found = plaatsing.at_same_advies(learners_of(school).query("zelfde_toets"), "basisschool")
    return next(item for item in found if item.name == "brugklas, bij hetzelfde advies")


# --- classes, and what if -------------------------------------------------------------------------------


def test_the_spread_in_a_class_is_the_root_of_the_mean_variance(
    school: School, network, store: Store
) -> None:
    """Variances by the class, weighted by pupils; of deviations from the mean of the cohort here."""
    data = learners_of(school).query("zelfde_toets").dropna(subset=["score_groep8", "klas_1", "definitief"])
    scores = defaultdict(list)
    for label, score in zip(data["klas_1"], data["score_groep8"], strict=True):
        scores[label].append(score)
    several = [x for x in scores.values() if len(x) > 1]  # a class is of one cohort or of repeaters
    found = selectie.how_mixed_classes_would_be(school, network)
    now = found[plaatsing.INSIDE, "de klassen van nu"].value
    by_hand = np.average([np.var(x, ddof=1) for x in several], weights=[len(x) for x in several])
    assert now == pytest.approx(np.sqrt(by_hand), abs=0.02)
    assert found[plaatsing.INSIDE, "klassen van één advies"].value < now
    assert now < found[plaatsing.INSIDE, "klassen door loting"].value


def test_a_drawn_lottery_gives_on_average_the_spread_that_is_worked_out(school: School) -> None:
    data = learners_of(school).query("zelfde_toets").dropna(subset=["score_groep8", "klas_1", "definitief"])
    known = plaatsing._deviations(data)
    rng, drawn = np.random.default_rng(7), []
    for _ in range(60):
        lot = known.assign(klas_1=known.groupby("cohort")["klas_1"].transform(rng.permutation))
        drawn.append(plaatsing.spread(lot, ["klas_1"], "klas_1").value ** 2)
    (lottery,) = (x for x in plaatsing.mixes(data) if x.group == "klassen door loting")
    assert abs(np.mean(drawn) - lottery.value**2) < 3 * np.std(drawn) / np.sqrt(len(drawn))


def test_classes_of_one_level_hold_more_of_the_spread(store: Store, network) -> None:
    """In leerjaar 3 of this region every class has one level, in leerjaar 1 many are broad."""
    share = {year: network.find(plaatsing.BETWEEN, f"leerjaar {year}", plaatsing.SORTED) for year in (1, 3)}
    assert share[1].upper < share[3].lower
    spread = {year: network.find(plaatsing.INSIDE, f"leerjaar {year}", plaatsing.SORTED) for year in (1, 3)}
    assert spread[3].upper < spread[1].value


def test_the_same_pupils_are_in_every_leerjaar(school: School, network) -> None:
    found = selectie.classes_by_leerjaar(school, network)
    own = [found[plaatsing.BETWEEN, f"leerjaar {year}"].n for year in (1, 2, 3)]
    assert len(set(own)) == 1 and own[0] > 500


def test_if_the_highest_held_is_counted_by_hand(school: School, pupils, network) -> None:
    now, then, size, double = Counter(), Counter(), Counter(), Counter()
    for row in pupils:
        usable = row["regime"] == "eindtoets" and isinstance(row["opleiding_ouders"], str)
        if usable and advised(row, "advies_definitief", "toetsadvies"):
            advies, toets = codes.step(row["advies_definitief"]), codes.step(row["toetsadvies"])
            size[group_of(row)] += 1
            now[group_of(row)] += advies >= 3.5
            double[group_of(row)] += row["advies_definitief"] == "vmbo-gt/havo"
            then[group_of(row)] += max(advies, toets) >= 3.5
    found = selectie.if_the_highest_held(school, network)
    for group in size:
        assert found["nu", group].value == pytest.approx(now[group] / size[group])
        assert found["als het hoogste telt", group].value == pytest.approx(then[group] / size[group])
        risen = then[group] - now[group]
        cells = now[group], risen, size[group] - then[group], double[group], now[group] - double[group]
        assert found["nu", group].smallest == min(cells)
    gap = then["hoog"] / size["hoog"] - then["laag"] / size["laag"]
    assert found["als het hoogste telt", "hoog minus laag"].value == pytest.approx(gap)


# --- on every kind of school ----------------------------------------------------------------------------


def test_only_a_cohort_that_could_not_be_followed_gives_reasons(store: Store, network) -> None:
    """The cohort of the doorstroomtoets alone: another test, and nobody in leerjaar 3 yet."""
    young = store.school(DEMO, ["2024-2025"])
    for analysis in CROSSED:
        assert not [x for x in analysis(young).estimates if x.value is not None]
    for analysis in BESIDE:
        own = [x for x in analysis(young, network).estimates if not x.name.endswith("alle scholen")]
        told = {x.name for x in own if x.value is not None}
        assert told <= {"definitief advies", "hoog minus laag, definitief advies"}


def test_without_any_score_the_cards_on_advies_and_class_are_still_there(store: Store, tmp_path) -> None:
    """A school that keeps adviezen and no scores: of the rules that most pupils had."""
    rows = store.read("leerlingen", where={"vestiging": DEMO}).assign(toetsscore=np.nan)
    tables = [(x, store.read(x, where={"vestiging": DEMO})) for x in ("vestigingen", "loopbaan")]
    made = stores.write(tmp_path / "winkel", [*tables, ("leerlingen", rows)])
    assert made.test_kind is None
    alone, nobody = made.school(DEMO), of_themes(made, trechter, plaatsing)
    whole = store.school(DEMO)
    for analysis in CROSSED:
        assert values(analysis(alone)) == values(analysis(whole))
    same = selectie.placed_at_same_advies(alone, nobody)
    assert same["leerjaar 3, bij hetzelfde advies", "hoog minus laag"].value is not None
    assert same["leerjaar 3, bij hetzelfde advies en dezelfde score", "hoog minus laag"].value is None
    assert selectie.classes_by_leerjaar(alone, nobody).missing == ("toetsen.score",)


def test_no_share_of_a_few_leaves_on_the_smallest_schools(store: Store, network) -> None:
    size = store.read("leerlingen", ["vestiging"]).value_counts("vestiging")
    for code in size.index[-2:]:
        school = store.school(code)
        for result in [*(one(school) for one in CROSSED), *(one(school, network) for one in BESIDE)]:
            items = {(x.name, x.group): x for x in result.estimates}
            for number in disclosure.release(result).numbers:
                if number.value is not None:
                    item = items[number.name, number.group]
                    basis = item.n if item.smallest is None else item.smallest
                    assert basis is not None and basis >= 10
