"""Advies, toets and leerjaar 3 under each rule: counted by hand, and what a small group could be told by."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pandas as pd
import pytest
from counting import DEMO, records, values
from themes import of_themes

from kansen_lib import codes, disclosure, gepubliceerd
from kansen_lib.benchmark import Benchmark, advies_toets, passend, regels
from kansen_lib.benchmark.numbers import as_table
from kansen_lib.chapters import selectie
from kansen_lib.chapters.pupils import pupils_of
from kansen_lib.gepubliceerd import HOOGSTE, TWEEDE
from kansen_lib.notebook import Report
from kansen_lib.rules import MAATSTAVEN, RULES, RuleError
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School, Store

#: Written out again: the levels of a label, low to high, and their places.
LEVELS = ("pro", "b", "k", "gt", "havo", "vwo")
GAP = "hoog minus laag"


def parts(label: str) -> list[int]:
    """Places of the levels in a label: ``"vmbo-k/gt"`` is 2 and 3."""
    return sorted(LEVELS.index(part.removeprefix("vmbo-")) for part in label.split("/"))


def middle(label: str) -> float:
    """Place of a label on the half-step ladder."""
    return (parts(label)[0] + parts(label)[-1]) / 2


def group_of(row: dict) -> str | None:
    """Class of parental education of a raw record."""
    label = row["opleiding_ouders"]
    return codes.three_classes(label) if isinstance(label, str) else None


def on_ladder(*labels: object) -> bool:
    """Whether all are labels with a place."""
    return all(isinstance(label, str) and label not in ("vso", "niet mogelijk") for label in labels)


@pytest.fixture(scope="module")
def known(store: Store) -> Benchmark:
    """The themes that these cards read."""
    return of_themes(store, advies_toets, regels, passend)


@pytest.fixture(scope="module")
def third(store: Store) -> dict[str, str]:
    """Class of leerjaar 3, the first time, of each pupil at the vestiging of entry."""
    entry = {row["leerling"]: row["vestiging"] for row in records(store, "leerlingen")}
    found: dict[str, tuple[str, str]] = {}
    for row in records(store, "loopbaan"):
        own = (row["schooljaar"], row["niveau"])
        if row["leerjaar"] == 3 and entry[row["leerling"]] == row["vestiging"]:
            found[row["leerling"]] = min(found.get(row["leerling"], own), own)
    return {who: niveau for who, (_, niveau) in found.items()}


@pytest.fixture(scope="module")
def tested(store: Store) -> list[dict]:
    """Pupils with an advies and a toetsadvies of the eindtoets, the test that most had."""
    rows = records(store, "leerlingen", regime="eindtoets")
    return [row for row in rows if on_ladder(row["advies_eerste"], row["toetsadvies"])]


def share(flags: list[bool]) -> float:
    """Share of True, None of nobody."""
    return sum(flags) / len(flags)


# --- advies and toets -----------------------------------------------------------------------------------


def test_two_yardsticks_are_counted_by_hand(tested, school: School, known) -> None:
    def told(rows: list[dict]) -> dict[tuple[str, str], float]:
        found: Counter = Counter()
        for row in rows:
            toets, advies = row["toetsadvies"], row["advies_eerste"]
            difference = middle(toets) - middle(advies)
            shared = set(parts(toets)) & set(parts(advies))
            for how, off in zip(MAATSTAVEN, (difference, 0 if shared else difference), strict=True):
                found[how, ("toets lager", "toets gelijk", "toets hoger")[int(np.sign(off)) + 1]] += 1
        return {key: count / len(rows) for key, count in found.items()}

    result = selectie.toets_by_yardstick(school, known)
    here = [row for row in tested if row["vestiging"] == DEMO]
    assert values(result) == pytest.approx(told(here))
    everywhere = told(tested)
    for item in result.estimates:
        assert item.reference == pytest.approx(everywhere[item.name, item.group])


def test_each_advies_is_counted_by_hand_and_the_country_stands_beside_it(tested, school, known) -> None:
    names = {"pro": "pro of vmbo-b", "pro/vmbo-b": "pro of vmbo-b", "vmbo-b": "pro of vmbo-b"}
    flags = defaultdict(list)
    for row in tested:
        if row["vestiging"] == DEMO and row["advies_eerste"] != "vwo":
            advies = names.get(row["advies_eerste"], row["advies_eerste"])
            flags[advies].append(middle(row["toetsadvies"]) > middle(row["advies_eerste"]))
    found = values(selectie.toets_by_advies(school, known))
    here = {group: value for (name, group), value in found.items() if name == "deze school"}
    assert here == pytest.approx({advies: share(own) for advies, own in flags.items()})
    country = {group: value for (name, group), value in found.items() if name == "heel Nederland"}
    assert {group: round(100 * value, 1) for group, value in country.items()} == {
        "pro of vmbo-b": 77.8,
        "vmbo-b/k": 34.1,
        "vmbo-k": 58.9,
        "vmbo-k/gt": 25.2,
        "vmbo-gt": 47.9,
    }  # INVENTORY B-2


def test_single_adviezen_are_passed_more_often_only_because_of_the_yardstick(store: Store, known) -> None:
    """In half steps a single advies is passed more often than the double ones beside it; as sets not."""
    pupils = advies_toets.compared(pupils_of(store.school(DEMO)))
    assert not pupils.empty
    higher = {
        advies: known.value("toets hoger", advies, advies_toets.UNIT) for advies in gepubliceerd_order()
    }
    for place, advies in enumerate(list(higher)[1:-1], start=1):
        beside = [list(higher.values())[place - 1], list(higher.values())[place + 1]]
        single = "/" not in advies
        assert all((higher[advies] > other) == single for other in beside), advies


def gepubliceerd_order() -> list[str]:
    """The adviezen of the card, low to high."""
    order = list(dict.fromkeys(advies_toets.ADVIES_GROUPS.values()))
    return order[: order.index("vwo")]


def test_the_doorstroomtoets_is_not_pooled_with_the_eindtoets(store: Store, tested, known) -> None:
    pooled = [r for r in records(store, "leerlingen") if on_ladder(r["advies_eerste"], r["toetsadvies"])]
    assert len(pooled) > len(tested)
    assert known.find("halve stappen", "toets hoger", advies_toets.UNIT).n == len(tested)


def test_an_unknown_yardstick_or_place_is_an_error(school: School, known) -> None:
    with pytest.raises(RuleError, match="unknown rule 'halve'"):
        selectie.toets_above_advies(school, known, "halve")
    with pytest.raises(RuleError, match="unknown rule 'op'; there are boven, onder"):
        selectie.rules_by_education(school, known, "op")


def test_the_yardstick_chooses_what_is_shown(tested, school: School) -> None:
    nobody = Benchmark(as_table([]))
    found = values(selectie.toets_above_advies(school, nobody, "zonder overlap"))
    own = defaultdict(list)
    for row in tested:
        if row["vestiging"] == DEMO and group_of(row):
            own[group_of(row)].append(parts(row["toetsadvies"])[0] > parts(row["advies_eerste"])[-1])
    for group, flags in own.items():
        assert found["toets_hoger_zonder_overlap", group] == pytest.approx(share(flags))


# --- other scales ---------------------------------------------------------------------------------------

#: Place of each of the six levels on a scale.
SCALES = {"3 niveaus": (0, 0, 0, 0, 1, 2), "5 niveaus": (0, 0, 1, 2, 3, 4)}


def higher_on(scale: str, label: str, advies: str) -> bool:
    """Whether a label lies above an advies; a double one stands at its lower level."""
    if scale == "halve stappen":
        return middle(label) > middle(advies)
    if scale == "zonder overlap":
        return parts(label)[0] > parts(advies)[-1]
    return SCALES[scale][parts(label)[0]] > SCALES[scale][parts(advies)[0]]


@pytest.mark.parametrize("scale", ["3 niveaus", "5 niveaus", "halve stappen", "zonder overlap"])
def test_a_higher_toets_on_each_scale_is_counted_by_hand(tested, school: School, known, scale: str) -> None:
    flags, everywhere = defaultdict(list), defaultdict(list)
    for row in tested:
        if group := group_of(row):
            flag = higher_on(scale, row["toetsadvies"], row["advies_eerste"])
            everywhere[group].append(flag)
            flags[group] += [flag] * (row["vestiging"] == DEMO)
    found = values(selectie.toets_by_scale(school, known))
    for name, own in ((scale, flags), (f"{scale}, alle scholen", everywhere)):
        assert found[name, GAP] == pytest.approx(share(own["hoog"]) - share(own["laag"]))
        for group in own:
            assert found[name, group] == pytest.approx(share(own[group]))


@pytest.mark.parametrize("scale", ["3 niveaus", "5 niveaus", "halve stappen"])
def test_a_higher_class_on_each_scale_is_counted_by_hand(store, school, known, third, scale: str) -> None:
    flags = defaultdict(list)
    for row in records(store, "leerlingen", vestiging=DEMO):
        niveau, group = third.get(row["leerling"]), group_of(row)
        if group and on_ladder(niveau, row["advies_eerste"]) and niveau.count("/") < 2:
            flags[group].append(higher_on(scale, niveau, row["advies_eerste"]))
    found = values(selectie.class_by_scale(school, known))
    assert {group: found[scale, group] for group in flags} == pytest.approx(
        {group: share(own) for group, own in flags.items()}
    )


def test_the_scale_turns_the_conclusion_about_the_toets(known) -> None:
    """With three levels the toets of pupils of highly educated parents is more often higher; in half steps
    that of the others, by far: on a scale of three a step within the vmbo is none."""
    three, steps = (
        known.find(scale, GAP, advies_toets.TEST_ABOVE) for scale in ("3 niveaus", "halve stappen")
    )
    assert three.lower > 0 > steps.upper


# --- the published trap ---------------------------------------------------------------------------------


def test_the_trap_of_one_percentage_on_the_published_counts(school: School) -> None:
    result = selectie.toets_by_income_nationally(school)
    found = values(result)
    gap = f"{HOOGSTE} minus {TWEEDE}"
    whole = {"": (171_787, 57_881), TWEEDE: (26_313, 10_215), HOOGSTE: (36_146, 8_559)}
    cells = {
        (t.advies, t.inkomen): (t.leerlingen, t.herzien + t.niet_herzien) for t in gepubliceerd.TELLINGEN
    }
    assert all(cells["", income] == told for income, told in whole.items())
    assert round(100 * found["alle adviezen samen", TWEEDE], 1) == 38.8
    assert round(100 * found["alle adviezen samen", HOOGSTE], 1) == 23.7
    four = ("pro of vmbo-b", "vmbo-b/k", "vmbo-k", "vmbo-k/gt")
    rates = {key: higher / n for key, (n, higher) in cells.items()}
    assert {(a, i): found[a, i] for a in four for i in (TWEEDE, HOOGSTE)} == pytest.approx(
        {(a, i): rates[a, i] for a in four for i in (TWEEDE, HOOGSTE)}
    )
    totals = {income: sum(cells[a, income][0] for a in four) for income in (TWEEDE, HOOGSTE)}
    mix = {a: np.mean([cells[a, i][0] / totals[i] for i in (TWEEDE, HOOGSTE)]) for a in four}
    equal = sum(mix[a] * (rates[a, HOOGSTE] - rates[a, TWEEDE]) for a in four)
    assert found["die vier, bij een gelijke mix", gap] == pytest.approx(equal)
    assert abs(equal) < abs(found["vier laagste adviezen samen", gap]) / 3
    rest = [whole[i][1] - sum(cells[a, i][1] for a in four) for i in (TWEEDE, HOOGSTE)]
    left = [whole[i][0] - totals[i] for i in (TWEEDE, HOOGSTE)]
    expected = rest[1] / left[1] - rest[0] / left[0]
    assert found["vmbo-gt en hoger samen", gap] == pytest.approx(expected)


def test_published_figures_are_open_and_not_simulated(school: School) -> None:
    """Beside made up pupils they stay what they are: real, whole, and of everybody."""
    report = Report(school, Benchmark(as_table([])), "cbs")
    result = selectie.toets_by_income_nationally(school)
    assert disclosure.release(result).base == 1
    card = report.show(result, title="t", phrase="p")
    assert not card.simulated and card.tier == "openbaar"
    own = report.show(selectie.toets_by_advies(school, report.benchmark), title="t", phrase="p")
    assert own.simulated and own.released.base == 10


# --- three rules ----------------------------------------------------------------------------------------


def off(rule: str, row: dict, niveau: str) -> float | None:
    """Steps above the advies under a rule, by the words of the publications (INVENTORY B-5)."""
    advies = row["advies_eerste" if rule == "inspectie" else "advies_definitief"]
    if not on_ladder(advies, niveau) or (niveau.count("/") > 1 and rule != "ocw"):
        return None
    got, wanted = parts(niveau), parts(advies)
    if rule == "inspectie":
        steps = 0.0 if (advies, niveau) == ("vwo", "havo/vwo") else middle(niveau) - middle(advies)
    elif rule == "vensters":
        steps = middle(niveau) - wanted[0]
    elif set(got) & set(wanted):
        steps = 0.0
    else:
        steps = float(got[0] - wanted[-1] if got[0] > wanted[-1] else got[-1] - wanted[0])
    return float(np.clip(steps, -1, 1))


@pytest.fixture(scope="module")
def placed(store: Store, third) -> list[tuple[dict, dict[str, float]]]:
    """Pupils with a place under every rule, and their steps under each."""
    found = []
    for row in records(store, "leerlingen"):
        if row["leerling"] in third:
            steps = {rule: off(rule, row, third[row["leerling"]]) for rule in RULES}
            if None not in steps.values():
                found.append((row, steps))
    return found


def test_three_rules_are_counted_by_hand_on_the_same_pupils(placed, school: School, known) -> None:
    result = selectie.position_under_all_rules(school, known)
    found = values(result)
    here = [steps for row, steps in placed if row["vestiging"] == DEMO]
    signs = {"boven": 1, "op": 0, "onder": -1}
    told = {
        (rule, place): share([np.sign(steps[rule]) == sign for steps in here])
        for rule in RULES
        for place, sign in signs.items()
    }
    assert {key: found[key[0], f"{key[1]} advies"] for key in told} == pytest.approx(told)
    assert all(result[rule, f"{place} advies"].n == len(here) for rule, place in told)
    for rule in RULES:
        mean = np.mean([steps[rule] for steps in here])
        assert found[regels.MEAN, rule] == pytest.approx(mean)
        assert result[regels.MEAN, rule].reference == pytest.approx(np.mean([s[rule] for _, s in placed]))
    for place in ("boven", "onder"):
        own = {rule: told[rule, place] for rule in RULES}
        high, low = max(own, key=own.get), min(own, key=own.get)
        (furthest,) = [i for i in result.estimates if i.group == f"{place} advies" and " minus " in i.name]
        assert furthest.value == pytest.approx(own[high] - own[low])
        assert own[furthest.name.split(" minus ")[0]] == own[high]


def test_how_far_apart_the_rules_are_is_no_chance(known) -> None:
    """The same pupils, two rules: over the region they lie more than ten points apart, and that is sure."""
    above = known.find("inspectie minus ocw", "boven advies", regels.UNIT)
    below = known.find("inspectie minus ocw", "onder advies", regels.UNIT)
    assert above.lower > 0.1 and below.lower > 0.05
    never = known.find("vensters minus ocw", "onder advies", regels.UNIT)
    assert never.value is None  # below the lowest level of an advies is below under both


def test_the_interval_of_a_difference_of_rules_is_that_of_paired_pupils(placed, known) -> None:
    pairs = [(steps["inspectie"] > 0) * 1.0 - (steps["ocw"] > 0) for _, steps in placed]
    item = known.find("inspectie minus ocw", "boven advies", regels.UNIT)
    assert item.value == pytest.approx(np.mean(pairs))
    half = 1.96 * np.std(pairs, ddof=1) / np.sqrt(len(pairs))
    assert (item.upper - item.lower) / 2 == pytest.approx(half, rel=1e-3)


@pytest.mark.parametrize("place", ["boven", "onder"])
def test_rules_by_education_are_counted_by_hand(placed, school: School, known, place: str) -> None:
    sign = {"boven": 1, "onder": -1}[place]
    own, everywhere = defaultdict(list), defaultdict(list)
    for row, steps in placed:
        if group := group_of(row):
            for rule in RULES:
                everywhere[rule, group].append(np.sign(steps[rule]) == sign)
                own[rule, group] += [np.sign(steps[rule]) == sign] * (row["vestiging"] == DEMO)
    found = values(selectie.rules_by_education(school, known, place))
    for rule, group in own:
        assert found[rule, group] == pytest.approx(share(own[rule, group]))
        assert found[f"{rule}, alle scholen", group] == pytest.approx(share(everywhere[rule, group]))
    for rule in RULES:
        gap = share(own[rule, "hoog"]) - share(own[rule, "laag"])
        assert found[rule, GAP] == pytest.approx(gap)


def test_one_rule_is_counted_by_hand_of_whoever_has_a_place(store, school, known, third) -> None:
    for rule in RULES:
        signs = [
            np.sign(steps)
            for row in records(store, "leerlingen", vestiging=DEMO)
            if (steps := off(rule, row, third.get(row["leerling"], "vso"))) is not None
        ]
        result = selectie.position_in_leerjaar3(school, known, rule)
        assert [item.count for item in result.estimates] == [signs.count(s) for s in (-1, 0, 1)]
        assert result.dropped == (len(pupils_of(school)) - len(signs), len(pupils_of(school)))


def test_a_middenschool_has_no_places_but_under_ocw(store: Store, known) -> None:
    names = store.vestigingen["naam"]
    school = store.school(names.index[names.str.contains("Middenschool")][0])
    assert [item.n for item in selectie.position_in_leerjaar3(school, known, "inspectie").estimates] == [
        0
    ] * 3
    assert selectie.position_in_leerjaar3(school, known, "ocw").estimates[1].n > 100
    released = disclosure.release(selectie.position_under_all_rules(school, known))
    assert released.status == "withheld"


def test_the_direction_of_ocw_is_counted_by_hand(store: Store, school: School, known, third) -> None:
    flags = defaultdict(list)
    for row in records(store, "leerlingen", vestiging=DEMO):
        steps = off("ocw", row, third.get(row["leerling"], "vso"))
        if steps is not None and group_of(row):
            flags[group_of(row) == "hoog"].append(steps == 0)
    found = values(selectie.direction_beside_ocw(school, known))
    assert found["deze school", "ouders hbo/wo"] == pytest.approx(share(flags[True]))
    assert found["deze school", "ouders mbo of lager"] == pytest.approx(share(flags[False]))
    country = "heel Nederland, 2021-22"
    assert found[country, "ouders hbo/wo minus ouders mbo of geen"] == pytest.approx(0.0738)


def test_the_gap_in_direction_is_near_the_published_one(known) -> None:
    """The region was made with a gap of 4 to 11 points (B-5); the years of OCW run from 5.8 to 8.5."""
    gap = known.find(regels.DIRECTION, "ouders hbo/wo minus ouders mbo of lager", regels.UNIT)
    assert 0.04 < gap.value < 0.11


# --- does the level fit ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fitted(tested, third) -> list[tuple[dict, float, float, float]]:
    """Pupils with a known group and places of toets, first advies and leerjaar 3."""
    return [
        (row, middle(row["toetsadvies"]), middle(row["advies_eerste"]), middle(niveau))
        for row in tested
        if (niveau := third.get(row["leerling"])) and niveau.count("/") < 2 and group_of(row)
    ]


def test_fit_then_and_later_is_counted_by_hand(fitted, school: School, known) -> None:
    flags = defaultdict(list)
    for row, toets, advies, later in fitted:
        if row["vestiging"] == DEMO:
            for name, place in (("advies", advies), ("leerjaar 3", later)):
                flags[f"{name} lager dan de toets", group_of(row)].append(place <= toets - 1)
                flags[f"{name} hoger dan de toets", group_of(row)].append(place >= toets + 1)
    found = values(selectie.fit_then_and_later(school, known))
    assert {key: found[key] for key in flags} == pytest.approx({k: share(own) for k, own in flags.items()})


def test_below_the_toets_is_about_the_same_pupils(fitted, school: School, known) -> None:
    """The card in context and that of then and later: the difference of two sets would be a small group."""
    one = selectie.below_toets_in_leerjaar3(school, Benchmark(as_table([])))
    two = selectie.fit_then_and_later(school, known)
    for group in ("laag", "midden", "hoog"):
        a = one["leerjaar_3_lager_dan_de_toets", group]
        b = two["leerjaar 3 lager dan de toets", group]
        assert (a.count, a.n) == (b.count, b.n)
        assert a.n == sum(row["vestiging"] == DEMO and group_of(row) == group for row, *_ in fitted)
    assert one.dropped == two.dropped


def test_who_reaches_the_level_of_the_toets_is_counted_by_hand(fitted, school: School, known) -> None:
    reached = defaultdict(list)
    for row, toets, advies, later in fitted:
        if row["vestiging"] == DEMO and toets > advies and on_ladder(row["advies_definitief"]):
            raised = middle(row["advies_definitief"]) > advies
            kind = "advies verhoogd" if raised else "advies niet verhoogd"
            reached["toetsniveau gehaald", kind].append(later >= toets)
            reached[kind, group_of(row)].append(later >= toets)
    found = values(selectie.toets_level_reached(school, known))
    assert {key: found[key] for key in reached} == pytest.approx({k: share(x) for k, x in reached.items()})


def test_at_the_same_advies_and_toets_strata_are_weighed_by_hand(fitted, known) -> None:
    """Mantel-Haenszel: the difference in each pair of advies and toets, weighed by n1 n2 / n."""
    strata = defaultdict(lambda: {True: [], False: []})
    for row, toets, advies, later in fitted:
        if toets > advies and on_ladder(row["advies_definitief"]):
            raised = middle(row["advies_definitief"]) > advies
            strata[row["advies_eerste"], row["toetsadvies"]][raised].append(later >= toets)
    total = weights = 0.0
    for own in strata.values():
        n1, n0 = len(own[True]), len(own[False])
        if n1 and n0:
            weights += n1 * n0 / (n1 + n0)
            total += n1 * n0 / (n1 + n0) * (share(own[True]) - share(own[False]))
    item = known.find(passend.AT_EQUAL, passend.RAISED.gap, passend.UNIT)
    assert item.value == pytest.approx(total / weights)


def test_a_too_low_advies_hardly_corrects_itself_in_the_region(known) -> None:
    """Levels follow the advies there: without a raised advies few reach the level of the toets."""
    kept, raised = (
        known.find(passend.REACHED, label, passend.UNIT)
        for label in (passend.RAISED.low, passend.RAISED.high)
    )
    assert kept.upper < 0.3 and raised.lower > kept.upper + 0.15


def test_double_adviezen_are_counted_by_hand(store: Store, school: School, known) -> None:
    flags = defaultdict(list)
    for row in records(store, "leerlingen", vestiging=DEMO, regime="eindtoets"):
        if on_ladder(row["advies_eerste"]) and group_of(row):
            flags[group_of(row)].append("/" in row["advies_eerste"])
    found = values(selectie.double_advies(school, known))
    assert {group: found["dubbel advies", group] for group in flags} == pytest.approx(
        {group: share(own) for group, own in flags.items()}
    )


def invented(shares: list[float], size: int = 200) -> pd.DataFrame:
    """Pupils of basisscholen with these shares of double adviezen."""
    rows = [
        {"basisschool": f"B{i}", "advies_eerste": "havo/vwo" if j < share * size else "havo"}
        for i, share in enumerate(shares)
        for j in range(size)
    ]
    return pd.DataFrame(rows).assign(eerste=4.0, zelfde_toets=True)


def test_the_spread_between_basisscholen_is_what_chance_leaves_over() -> None:
    same = passend.double_between_basisscholen(invented([0.3] * 12))
    assert same.value == 0.0
    apart = passend.double_between_basisscholen(invented([0.2, 0.4] * 20))
    assert apart.value == pytest.approx(0.1, abs=0.01)
    assert passend.double_between_basisscholen(invented([0.3] * 4)).value is None
    assert passend.double_between_basisscholen(invented([0.0] * 12)).value is None


def test_no_spread_found_is_not_shown_as_a_spread_of_nothing(school: School) -> None:
    """An estimate of zero has no interval here: 0 procentpunt would say that basisscholen are all alike."""
    for sd in (0.0, 0.04):
        kept = Estimate(passend.SPREAD, value=sd, unit=Unit.POINTS, n=900)
        found = selectie.double_advies(school, Benchmark(as_table([(passend.UNIT, kept, None)])))
        item = found[f"{passend.SPREAD}, alle scholen", ""]
        assert item.value == (sd or None) and bool(item.reason) == (sd == 0)


def test_a_double_advies_under_each_rule_is_counted_by_hand(placed, school: School, known) -> None:
    flags = defaultdict(list)
    for row, steps in placed:
        if row["vestiging"] == DEMO and row["regime"] == "eindtoets":
            kind = "dubbel advies" if "/" in row["advies_eerste"] else "enkel advies"
            for rule in RULES:
                flags[rule, kind].append(steps[rule] > 0)
    found = values(selectie.double_under_rules(school, known))
    assert {key: found[key] for key in flags} == pytest.approx({k: share(own) for k, own in flags.items()})


# --- what a small group could be told by ----------------------------------------------------------------


def flagged(*counts: int, n: int) -> list[pd.Series]:
    """Counts of the same persons, each holding the ones before it."""
    return [pd.Series([i < count for i in range(n)]) for count in counts]


def test_two_counts_of_the_same_persons_tell_who_is_in_one_only() -> None:
    few, more = flagged(40, 43, n=100)
    assert advies_toets.differing(few, [more]) == advies_toets.differing(more, [few]) == 3
    assert advies_toets.differing(few, [few]) is None
    aside = pd.Series([2 <= i < 45 for i in range(100)])
    assert advies_toets.differing(few, [aside]) is None  # each has some of its own: no difference tells them
    item = gaps.share(40, 100, name="x", group="a")
    assert advies_toets.held(item, 3).smallest == 3
    assert advies_toets.held(item, None) == item


def test_what_rounding_hides_needs_not_be_withheld() -> None:
    """Of a thousand persons a percent is ten: what is shown of a few fits nobody, or ten, as well."""
    many = gaps.share(400, 1000, name="x", group="a")
    assert advies_toets.held(many, 3) == many
    for count in range(401, 410):
        other = [0, *range(10, 20)]
        assert any(
            (shown(a), shown(a + d)) == (shown(400), shown(count)) for a in range(395, 405) for d in other
        )


def shown(count: int) -> float | None:
    """What is shown of a share of a thousand pupils."""
    result = Result("x", (gaps.share(count, 1000, name="x", group="a"),), sources=("leerlingen",))
    return disclosure.release(result).numbers[0].value


def test_nobody_finds_a_few_pupils_back_from_two_rules(store: Store, known) -> None:
    """In half of the schools: shown shares of the same pupils, one within the other, differ by ten."""
    seen = 0
    for vestiging in store.vestigingen.index[::2]:
        school = store.school(vestiging)
        if school.table("leerlingen").empty:
            continue
        for place in ("boven", "onder"):
            result = selectie.rules_by_education(school, known, place)
            numbers = {(n.name, n.group): n for n in disclosure.release(result).numbers}
            pupils = regels.under_each_rule(pupils_of(school))
            for group in ("laag", "midden", "hoog"):
                rows = pupils[pupils["opleiding"] == group]
                flags = {rule: rows[rule] == place for rule in RULES}
                both = [r for r in RULES if (r, group) in numbers and numbers[r, group].value is not None]
                for first in both:
                    for second in both:
                        extra = (flags[first] & ~flags[second]).sum()
                        if not (flags[second] & ~flags[first]).any() and extra and len(rows) < 1000:
                            assert extra >= 10, (vestiging, place, group, first, second)
                            seen += 1
    assert seen > 5


def test_the_direction_gives_nobody_below_the_advies_back(store: Store, school: School, known) -> None:
    """Above and below by class stand on other cards: with a few below, the share at the advies is held."""
    pupils = pupils_of(school).assign(
        leerjaar3="havo", advies_eerste="havo", advies_definitief="havo", opleiding="hoog"
    )
    pupils["opleiding"] = pupils["opleiding"].astype(codes.OPLEIDING_OUDERS_3.dtype())
    few = pupils.head(200).copy()
    few.iloc[:50, few.columns.get_loc("leerjaar3")] = "vwo"
    few.iloc[50:53, few.columns.get_loc("leerjaar3")] = "vmbo-gt"
    result = Result("", tuple(regels.direction(few)), sources=("leerlingen",))
    (item,) = [i for i in result.estimates if i.group == "ouders hbo/wo"]
    assert (item.count, item.n, item.smallest) == (147, 200, 3)
    assert disclosure.release(result).status == "withheld"


def test_two_runs_with_another_yardstick_tell_no_few_pupils(school: School) -> None:
    """In half steps 40 of 60 have a higher toets, without overlap 37: three pupils are the difference."""
    rows = pupils_of(school).query("zelfde_toets and opleiding == 'hoog'").head(60)
    toets = ["vwo"] * 37 + ["havo/vwo"] * 3 + ["vmbo-gt/havo"] * 20
    pupils = rows.assign(
        advies_eerste="havo", eerste=4.0, toetsadvies=toets, toets=[middle(x) for x in toets]
    )
    item = gaps.share(37, 60, name="x", group="hoog")
    (found,) = advies_toets.held_to_half_steps([item], pupils)
    assert found.smallest == 3
    for yardstick, smallest in (("halve stappen", set()), ("zonder overlap", {"laag", "midden", "hoog"})):
        result = selectie.toets_above_advies(school, Benchmark(as_table([])), yardstick)
        assert {i.group for i in result.estimates if i.smallest and " minus " not in i.group} == smallest
