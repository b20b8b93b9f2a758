"""Chapter 1 counted again by hand, and withheld where a small group could be counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from statistics import mean, stdev

import numpy as np
import pandas as pd
import pytest
from counting import DEMO, records, values
from themes import of_themes

from kansen_lib import codes, disclosure, indicators
from kansen_lib.benchmark import Benchmark, context, opinions, trajectories, views
from kansen_lib.benchmark import definities as theme
from kansen_lib.benchmark import exam_years as exam_theme
from kansen_lib.benchmark.data import Network
from kansen_lib.benchmark.exam_years import exam_years, shares_of_pupils
from kansen_lib.chapters import definities
from kansen_lib.chapters.pupils import pupils_of
from kansen_lib.stats.result import Result
from kansen_lib.store import School, Store


@pytest.fixture(scope="session")
def own(store: Store) -> Benchmark:
    """The reference values of this chapter alone."""
    return of_themes(store, theme, exam_theme)


@pytest.fixture(scope="session")
def by_hand(store: Store) -> list[dict]:
    """The pupils of the demo school of whom everything is known, from raw records and no code of ours."""
    scores = defaultdict(lambda: defaultdict(list))
    for row in records(store, "toetsen", vestiging=DEMO):
        if row["domein"] != "totaal" and row["moment"] != "leerjaar 2":
            scores[row["leerling"]][row["moment"]].append(row["score"])
    years = defaultdict(dict)
    for row in records(store, "loopbaan", vestiging=DEMO):
        years[row["leerling"]][row["schooljaar"]] = row
    found = []
    for row in records(store, "leerlingen", vestiging=DEMO):
        text = ("opleiding_ouders", "basisschool", "inkomenskwintiel", "schuldsanering", "thuistaal")
        steps = [codes.step(str(row[name])) for name in ("advies_eerste", "advies_definitief")]
        third = [year for _, year in sorted(years[row["leerling"]].items()) if year["leerjaar"] == 3]
        known = (
            all(isinstance(row[name], str) for name in text)
            and not np.isnan([*steps, row["toetsscore"]]).any()
        )
        moments = scores[row["leerling"]]
        if not known or not third or set(moments) != {"groep 8", "leerjaar 1", "leerjaar 3"}:
            continue
        first = int(row["cohort"][:4]) + 2
        then = years[row["leerling"]].get(f"{first}-{first + 1}")
        if then is None:
            continue
        level = codes.step(third[0]["niveau"])
        found.append(
            {
                "groep": codes.three_classes(row["opleiding_ouders"]),
                "score": row["toetsscore"],
                "advies": steps[0],
                "definitief": steps[1],
                "niveau": level,
                "op koers": then["leerjaar"] >= 3 and level >= steps[1],
                "groei": mean(moments["leerjaar 3"]) - mean(moments["groep 8"]),
                **{moment: mean(part) for moment, part in moments.items()},
            }
        )
    return found


def of(rows: list[dict], name: str, group: str) -> list[float]:
    """The values of a column of one group."""
    return [row[name] for row in rows if row["groep"] == group]


def gap(rows: list[dict], name: str) -> float:
    """Mean of hoog minus mean of laag."""
    return mean(of(rows, name, "hoog")) - mean(of(rows, name, "laag"))


# --- counted again by hand ----------------------------------------------------------------------------


def test_the_same_pupils_stand_under_every_definition(school: School, own, by_hand) -> None:
    found = definities.definitions_side_by_side(school, own)
    total = len(school.table("leerlingen"))
    assert found.dropped == (total - len(by_hand), total)
    outer = sum(row["groep"] != "midden" for row in by_hand)
    for item in found.estimates:
        if item.name != "onbenut potentieel, laag":
            assert item.n in (outer, len(by_hand)) or "koers" in item.name
    assert found["advies bij gelijke score", "hoog minus laag"].n == len(by_hand)


def test_raw_gaps_and_levels_are_those_counted_by_hand(school: School, own, by_hand) -> None:
    found = values(definities.definitions_side_by_side(school, own))
    assert found["niveau in leerjaar 3", "hoog minus laag"] == pytest.approx(gap(by_hand, "niveau"))
    assert found["advies, zonder meer", "hoog minus laag"] == pytest.approx(gap(by_hand, "advies"))
    levels = values(definities.levels_side_by_side(school, own))
    for group in ("laag", "midden", "hoog"):
        assert levels["niveau in leerjaar 3", group] == pytest.approx(mean(of(by_hand, "niveau", group)))
        assert levels["groei tot leerjaar 3", group] == pytest.approx(mean(of(by_hand, "groei", group)))


def test_the_gap_at_the_start_is_in_standard_deviations_of_both_groups(school, own, by_hand) -> None:
    low, high = (of(by_hand, "score", group) for group in ("laag", "hoog"))
    within = ((len(low) - 1) * stdev(low) ** 2 + (len(high) - 1) * stdev(high) ** 2) / (
        len(low) + len(high) - 2
    )
    small = 1 - 3 / (4 * (len(low) + len(high) - 2) - 1)
    found = definities.definitions_side_by_side(school, own)["score bij de start", "hoog minus laag"]
    assert found.value == pytest.approx(small * (mean(high) - mean(low)) / within**0.5, rel=1e-4)


def test_the_steps_of_the_gap_add_up(school: School, own, by_hand) -> None:
    start, first, later, end = definities.problem_of_or_for_the_school(school, own).estimates
    assert start.value + first.value + later.value == pytest.approx(end.value)
    assert end.value == pytest.approx(gap(by_hand, "leerjaar 3"))
    assert start.value == pytest.approx(gap(by_hand, "groep 8"))
    levels = values(definities.levels_over_moments(school, own))
    assert levels["midden", "leerjaar 1"] == pytest.approx(mean(of(by_hand, "leerjaar 1", "midden")))


def test_on_course_per_route_is_counted_by_hand(school: School, own, by_hand) -> None:
    route = {"vmbo": [], "havo of vwo": []}
    for row in by_hand:
        route["havo of vwo" if row["definitief"] >= 3.5 else "vmbo"].append(row["op koers"])
    found = values(definities.course_of_each_route(school, own))
    for name, told in route.items():
        assert found["op koers, tussen routes", name] == pytest.approx(mean(told))


def test_places_among_all_are_shares_of_who_scores_lower(store: Store, school: School, own) -> None:
    """A place of 0.3 means that about three in ten of all pupils of the cohort score lower.

    Of who has a score at the start and at the end: a cohort without a test at the start has no place.
    """
    end = "score_in_leerjaar_3"
    everyone = Network(store).pupils.dropna(subset=["score_groep8", end])
    pupils = pupils_of(school)
    place = trajectories.place_among_all(pupils, own, end)
    for cohort, rows in pupils.groupby("cohort"):
        all_scores = np.sort(everyone.loc[everyone["cohort"] == cohort, end])
        known = rows[end].dropna()
        if len(all_scores) == 0:
            assert place[known.index].isna().all()
            continue
        lower = np.searchsorted(all_scores, known) / len(all_scores)
        assert np.abs(place[known.index] - lower).max() < 0.02
    assert place.notna().any()


def test_careers_end_as_counted_by_hand(store: Store, school: School, own) -> None:
    rows = defaultdict(list)
    for row in records(store, "loopbaan", vestiging=DEMO):
        rows[row["leerling"]].append((row["schooljaar"], row["leerjaar"], row["niveau"], row["afloop"]))
    ends = Counter()
    for row in records(store, "leerlingen", vestiging=DEMO):
        career = sorted(rows[row["leerling"]])
        third = [niveau for _, leerjaar, niveau, _ in career if leerjaar == 3]
        if row["cohort"] > "2019-2020" or not third or career[-1][3] == "onbekend":
            continue
        ends[third[0].split("-")[0], career[-1][3]] += 1
    found = definities.routes_of_pupils(school, own)
    for route in ("vmbo", "havo", "vwo"):
        item = found[route, f"{route}: diploma"]
        total = sum(n for (of_route, _), n in ends.items() if of_route == route)
        assert (item.count, item.n) == (ends[route, "diploma"], total)


def test_pupils_in_the_exam_year_are_counted_from_both_tables(store: Store, school: School, own) -> None:
    """Bounds by hand, one route and three years: the smallest share has all masked counts against it."""
    years = sorted({row["schooljaar"] for row in records(store, "examens", vestiging=DEMO)})[-3:]
    size, did = np.zeros(2), np.zeros(2)
    for row in records(store, "aantallen", vestiging=DEMO):
        if row["onderwijstype"] == "havo" and row["leerjaar"] == 5 and row["schooljaar"] in years:
            size += [row["aantal_lower"], row["aantal_upper"]]
    for row in records(store, "examens", vestiging=DEMO):
        if row["onderwijstype"] == "havo" and row["geslacht"] == "totaal" and row["schooljaar"] in years:
            did += [row["kandidaten_lower"], row["kandidaten_upper"]]
    found = definities.candidates_by_route(school, own)
    (item,) = [item for item in found.estimates if item.group == "havo"]
    rest = np.maximum(0, size - did[::-1])
    lowest, highest = did[0] / (did[0] + rest[1]), did[1] / (did[1] + rest[0])
    assert item.value == pytest.approx((lowest + highest) / 2)
    assert item.lower <= lowest and highest <= item.upper


def test_masked_programmes_set_no_bar_for_all_schools(store: Store, own) -> None:
    """By hand: of the schools and years in which every count of vwo is known."""
    keep = defaultdict(lambda: [0, 0, True])
    for row in records(store, "aantallen", onderwijstype="vwo", schooljaar="2023-2024"):
        if row["leerjaar"] == 6:
            keep[row["vestiging"]][0] += row["aantal_lower"]
        keep[row["vestiging"]][2] &= row["aantal_lower"] == row["aantal_upper"]
    for row in records(store, "examens", onderwijstype="vwo", schooljaar="2023-2024", geslacht="totaal"):
        keep[row["vestiging"]][1] += row["kandidaten_lower"]
        keep[row["vestiging"]][2] &= row["geslaagden_lower"] == row["geslaagden_upper"]
        keep[row["vestiging"]][2] &= row["kandidaten_lower"] == row["kandidaten_upper"]
    exact = [(size, did) for size, did, known in keep.values() if known]
    share = min(1.0, sum(did for _, did in exact) / sum(size for size, _ in exact))
    assert own.value("deed examen", "2023-2024", "vwo") == pytest.approx(share)


def test_gl_and_tl_are_one_route_and_more_candidates_than_pupils_are_all_of_them() -> None:
    keys = {"schooljaar": "2023-2024", "geslacht": "totaal"}
    pupils = pd.DataFrame(
        [
            {**keys, "onderwijstype": kind, "leerjaar": 4, "aantal_lower": n, "aantal_upper": n}
            for kind, n in (("vmbo-g", 30), ("vmbo-t", 10))
        ]
    )
    exams = pd.DataFrame(
        [
            {
                **keys,
                "onderwijstype": "vmbo-t",
                "kandidaten_lower": 44,
                "kandidaten_upper": 44,
                "geslaagden_lower": 32,
                "geslaagden_upper": 32,
            }
        ]
    )
    table = exam_years(pupils, exams).set_index("onderwijstype")
    assert list(table.index) == ["vmbo-gt"]
    (did,) = shares_of_pupils(table)
    assert did.value == 1


def test_support_is_the_mean_of_everybody_also_of_who_got_nothing(store: Store, school: School, own) -> None:
    dose = Counter()
    for row in records(store, "deelname", vestiging=DEMO):
        if row["interventie"] == "tutoring":
            dose[row["leerling"]] += row["dosis"]
    cohort = {row["leerling"]: row["cohort"] for row in records(store, "leerlingen", vestiging=DEMO)}
    given = {cohort[leerling] for leerling in dose}
    start = defaultdict(list)
    for row in records(store, "toetsen", vestiging=DEMO):
        if row["moment"] == "groep 8" and row["domein"] != "totaal" and cohort.get(row["leerling"]) in given:
            start[row["leerling"]].append(row["score"])
    ranked = sorted((mean(scores), leerling) for leerling, scores in start.items())
    lowest = [leerling for _, leerling in ranked[: len(ranked) // 5]]
    found = definities.support_by_need(school, own)
    item = found["lessen per leerling", "laagste vijfde"]
    assert abs(item.n - len(lowest)) <= 1
    assert item.value == pytest.approx(mean(dose[leerling] for leerling in lowest), abs=0.6)
    assert found["concentratie-index"].upper < 0 < found["Gini"].lower


def test_definitions_held_are_counted_by_hand(store: Store, school: School, own) -> None:
    count = Counter()
    for row in records(store, "enquete", vestiging=DEMO):
        if row["schaal"] == "definitie":
            count[row["rol"], row["antwoord"]] += 1
    found = definities.definitions_held(school, own)
    for role in ("leerling", "ouder"):
        total = sum(n for (of_role, _), n in count.items() if of_role == role)
        for answer in codes.DEFINITIE.codes:
            item = found[role, f"{role}: {answer}"]
            assert (item.count, item.n) == (count[role, answer], total)


def test_only_cohorts_under_the_same_rules_are_compared(school: School) -> None:
    pupils = pupils_of(school)
    assert views.comparable_cohorts(pupils) == ("2022-2023", "2023-2024")
    older = pupils[pupils["cohort"] < "2022-2023"]
    assert views.comparable_cohorts(older) is None  # 2020 had no test, before and after differ


def test_breaks_of_cohorts_are_where_their_rules_change(store: Store) -> None:
    """A cohort of the vo got its advice in groep 8, a school year before it entered."""
    rules = {row["cohort"]: row["regime"] for row in records(store, "leerlingen")}
    order = sorted(rules)
    changed = [b for a, b in zip(order, order[1:], strict=False) if rules[a] != rules[b]]
    assert changed == [year for year in codes.COHORT_BREAKS if year in rules]


# --- who is no pupil to be recognised -----------------------------------------------------------------


def test_the_gap_is_withheld_with_the_smallest_cell_of_all_three_groups() -> None:
    data = pd.DataFrame(
        {
            "opleiding": pd.Categorical(
                ["laag"] * 40 + ["midden"] * 30 + ["hoog"] * 40, ["laag", "midden", "hoog"]
            ),
            "gehaald": [1] * 20 + [0] * 20 + [1] * 26 + [0] * 4 + [1] * 25 + [0] * 15,
        }
    )
    found = views.points(data, "gehaald", "x")
    assert found.smallest == 4 and found.value == pytest.approx(25 / 40 - 20 / 40)


def test_opinions_of_few_cannot_be_subtracted_from_the_others() -> None:
    answers = (
        ["op geschiktheid"] * 30 + ["bij gelijke geschiktheid"] * 25 + ["bij ongelijke geschiktheid"] * 4
    )
    rows = pd.DataFrame([{"schaal": "definitie", "rol": "leraar", "antwoord": answer} for answer in answers])
    for profile in ("cbs", "duo"):
        result = Result("x", tuple(opinions.held(rows)), sources=("enquete",))
        told = {(n.name, n.group): n.value for n in disclosure.release(result, profile).numbers}
        assert told["leraar", "leraar: bij ongelijke geschiktheid"] is None
        assert sum(told["leraar", f"leraar: {answer}"] is None for answer in codes.DEFINITIE.codes) >= 2


def test_no_card_of_this_chapter_shows_a_number_about_fewer_than_ten(store: Store, own) -> None:
    analyses = (
        definities.definitions_side_by_side,
        definities.levels_side_by_side,
        definities.level_and_gap_by_cohort,
        definities.level_against_gap,
        definities.routes_of_pupils,
        definities.placement_and_ambition,
    )
    for vestiging in ("ZZ0G01", "ZZ0C00", "ZZ0H00"):
        school = store.school(vestiging)
        for analysis in analyses:
            result = analysis(school, own)
            for item, number in zip(result.estimates, disclosure.release(result).numbers, strict=True):
                if number.value is not None:
                    basis = item.n if item.smallest is None else item.smallest
                    assert basis is None or basis >= 10
                    assert item.count is None or min(item.count, item.n - item.count) >= 10


# --- schools that are not like the others --------------------------------------------------------------


def named(store: Store, word: str) -> School:
    """The first school with this word in its name."""
    names = store.vestigingen["naam"]
    return store.school(names.index[names.str.contains(word)][0])


def test_a_middenschool_has_no_level_in_leerjaar_3_and_says_so(store: Store, own) -> None:
    school = named(store, "Middenschool")
    found = definities.definitions_side_by_side(school, own)
    for name in ("niveau in leerjaar 3", "niveau bij gelijke score", "niveau bij gelijke kennis"):
        item = found[name, "hoog minus laag"]
        assert item.value is None and "veel niveaus bij elkaar" in item.reason
    assert found["score bij de start", "hoog minus laag"].value is not None
    assert all(item.value is None for item in definities.unused_potential(school, own).estimates)
    assert all(item.value is None for item in definities.merit_shares(school, own).estimates)


def test_a_broad_class_that_holds_the_advice_is_no_step_down(store: Store) -> None:
    pupils = pupils_of(named(store, "Middenschool"))
    on_course = indicators.outcome("op_koers", pupils)
    in_third = (pupils["derde_jaar"] >= 3) & on_course.notna() & pupils["definitief"].between(1, 5)
    assert in_third.sum() > 100 and on_course[in_third].mean() == 1


def test_a_gymnasium_without_low_educated_parents_gives_reasons(store: Store, own) -> None:
    """The pupils of low educated parents that a gymnasium has are taken out."""
    school = named(store, "Gymnasium")
    pupils = pupils_of(school)
    school = store.school(school.vestiging)
    school.once("pupils", lambda: pupils[pupils["opleiding"] != "laag"])
    found = disclosure.release(definities.definitions_side_by_side(school, own))
    assert [number.reason for number in found.numbers if number.value is None]
    assert all(number.value is None for number in found.numbers if number.group == "hoog minus laag")


def test_a_school_without_exams_has_no_exam_year(store: Store, own) -> None:
    found = definities.candidates_by_route(named(store, "Middenschool"), own)
    assert found.missing or found.estimates[0].value is None


def test_other_cohorts_than_all_have_no_unused_potential(store: Store, own) -> None:
    school = store.school(DEMO, "2021-2022")
    reasons = {item.reason for item in definities.unused_potential(school, own).estimates}
    assert len(reasons) == 1 and "alle cohorten" in reasons.pop()


def test_what_is_not_measured_is_never_zero(school: School, own) -> None:
    stacking = definities.dashboard_tiles(school, own)["stapelen", "hoog minus laag"]
    by_mbo = definities.start_qualification(school, own)["startkwalificatie via het mbo"]
    for item in (stacking, by_mbo):
        assert item.value is None and "niet gemeten" in item.reason


def test_without_a_survey_the_other_domains_are_not_measured(store: Store, own) -> None:
    school = store.school(DEMO)
    school._read["enquete"] = store.read("enquete").head(0)
    found = definities.outcomes_by_domain(school, own)
    for name in ("socialisatie: burgerschap", "persoonsvorming: zelfstandigheid"):
        item = found[name, "hoog minus laag"]
        assert item.value is None and "niet gemeten" in item.reason
    assert found["kwalificatie: score in leerjaar 3", "hoog minus laag"].value is not None


def test_cards_about_the_same_thing_count_the_same_pupils(store: Store, own) -> None:
    """Two almost equal sets of pupils would give the few between them away, one mean minus the other."""
    for vestiging in (DEMO, "ZZ0C00", "ZZ0700"):
        school = store.school(vestiging)
        inspectie, tiles = (
            {
                item.group: (item.n, item.value)
                for item in analysis(school, own).estimates
                if item.name == "toetsscore"
            }
            for analysis in (definities.inspectie_view, definities.dashboard_tiles)
        )
        assert inspectie == tiles
        levels = definities.levels_side_by_side(school, own).estimates
        growth = {item.group: item.n for item in levels if item.name == "groei tot leerjaar 3"}
        cohorts = Counter()
        for item in definities.absolute_and_relative(school, own).estimates:
            if item.name.startswith("groei, "):
                cohorts[item.name.removeprefix("groei, ")] += item.n
        moments = definities.levels_over_moments(school, own).estimates
        assert growth == cohorts == {item.name: item.n for item in moments if item.group == "groep 8"}


def test_without_spread_no_reason_tells_that_everybody_is_on_course() -> None:
    known = pd.DataFrame({"op_koers": 1.0, "opleiding": ["laag", "hoog"] * 20, "advies_definitief": "havo"})
    gap = views.within_routes(known, "op koers")
    both = known.assign(hoog=known["opleiding"] == "hoog", later=[False] * 20 + [True] * 20)
    both = both.assign(hoog_later=both["hoog"] & both["later"], basisschool=[str(k % 7) for k in range(40)])
    facts = {"name": "op koers", "group": "2 minus 1", "unit": "percentage points"}
    change = views._change(both, "op_koers", [], **facts)
    for item in (gap, change):
        assert item.value is None and item.n == 40
        (number,) = disclosure.release(Result("x", (item,), sources=("leerlingen",))).numbers
        assert number.n is None and "met een van de uitkomsten" in number.reason


@pytest.mark.parametrize(("only", "shown"), [(4, False), (12, True), (0, True)])
def test_two_thresholds_do_not_count_who_reached_the_lower_one_only(only: int, shown: bool) -> None:
    """Eighty diplomas less 76 of havo or vwo are four of the vmbo."""
    levels = ["vmbo-gt"] * only + ["havo"] * (80 - only) + [None] * 20
    pupils = pd.DataFrame({"diploma_niveau": levels, "diploma": [1.0] * 80 + [0.0] * 20, "opleiding": "hoog"})
    pupils["opleiding"] = pupils["opleiding"].astype(codes.OPLEIDING_OUDERS_3.dtype())
    name = "havo_vwo_diploma"
    found = context.levels_and_gap(
        indicators.INDICATORS[name], indicators.outcome(name, pupils), pupils["opleiding"]
    )
    released = disclosure.release(
        Result("x", tuple(context.held_apart(found, name, pupils)), sources=("leerlingen",))
    )
    assert [item.value is not None for item in released.numbers if item.group == "hoog"] == [shown]
