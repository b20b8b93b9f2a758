"""School, class, growth and careers: counted again by hand from the raw records."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pytest
from counting import DEMO, records, values

from kansen_lib import codes
from kansen_lib.benchmark.doorstroom import groep_8
from kansen_lib.chapters import oorzaken
from kansen_lib.store import School, Store

MOMENTS = ("groep 8", "leerjaar 1", "leerjaar 3")


def group_of(row: dict) -> str | None:
    """Class of parental education of a raw record."""
    label = row["opleiding_ouders"]
    return codes.three_classes(label) if isinstance(label, str) else None


def raw_scores(store: Store, vestiging: str) -> dict[str, dict[str, float]]:
    """Mean over taal and rekenen by pupil and moment, of tests at one vestiging."""
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in records(store, "toetsen", vestiging=vestiging):
        if row["domein"] != "totaal":
            found[row["leerling"]][row["moment"]].append(row["score"])
    return {who: {at: sum(s) / len(s) for at, s in own.items()} for who, own in found.items()}


@pytest.fixture(scope="module")
def same_pupils(store: Store) -> list[tuple[str, dict[str, float]]]:
    """Group and scores of the pupils of the demo school who have all three scores."""
    scores = raw_scores(store, DEMO)
    found = []
    for row in records(store, "leerlingen", vestiging=DEMO):
        own = scores.get(row["leerling"], {})
        if group_of(row) and all(moment in own for moment in MOMENTS):
            found.append((group_of(row), own))
    return found


def test_levels_and_gap_are_of_the_same_pupils_at_every_moment(school: School, same_pupils) -> None:
    found = oorzaken.gap_by_moment(school)
    for moment in MOMENTS:
        of = {
            g: [own[moment] for group, own in same_pupils if group == g] for g in ("laag", "midden", "hoog")
        }
        for group, scores in of.items():
            assert found[group, moment].value == pytest.approx(np.mean(scores))
            assert found[group, moment].n == len(scores)
        gap = np.mean(of["hoog"]) - np.mean(of["laag"])
        assert found["hoog minus laag", moment].value == pytest.approx(gap)


def test_growth_and_the_change_of_the_gap_are_counted_by_hand(school: School, network, same_pupils) -> None:
    found = oorzaken.growth_by_group(school, network)
    for moment in ("leerjaar 1", "leerjaar 3"):
        grown = defaultdict(list)
        for group, own in same_pupils:
            grown[group].append(own[moment] - own["groep 8"])
        for group, values_ in grown.items():
            assert found[f"groei tot {moment}", group].value == pytest.approx(np.mean(values_))
        change = found[f"groei tot {moment}", "hoog minus laag"]
        assert change.value == pytest.approx(np.mean(grown["hoog"]) - np.mean(grown["laag"]))
        assert change.smallest == min(len(grown["laag"]), len(grown["hoog"]))


ENDINGS = {"doubleren": 1, "opstroom": 3, "afstroom": 3}


def counted_years(store: Store) -> tuple[Counter, Counter]:
    """School years and those that ended so, by (ending, group) and by (ending, leerjaar)."""
    who = {row["leerling"]: row for row in records(store, "leerlingen", vestiging=DEMO)}
    years, ended = Counter(), Counter()
    career = records(store, "loopbaan", vestiging=DEMO)
    last = max(row["schooljaar"] for row in career)  # of which only diplomas are known yet
    for row in career:
        pupil = who.get(row["leerling"])
        isk = pupil is not None and row["leerjaar"] == 1 and pupil["nieuwkomer"] == "ja"
        if pupil is None or isk or row["afloop"] == "onbekend" or row["schooljaar"] == last:
            continue
        for name in (name for name, first in ENDINGS.items() if row["leerjaar"] >= first):
            for key in ((name, group_of(pupil)), (name, row["leerjaar"])):
                years[key] += 1
                ended[key] += row["afloop"] == name
    return years, ended


def test_endings_of_years_are_counted_by_hand(store: Store, school: School, network) -> None:
    """With ISK left out in leerjaar 1, and op- and afstroom from leerjaar 3 on."""
    years, ended = counted_years(store)
    found = oorzaken.endings_by_group(school, network)
    for name in ENDINGS:
        levels = {group: found[name, group] for group in ("laag", "midden", "hoog")}
        for group, item in levels.items():
            assert (item.count, item.n) == (ended[name, group], years[name, group])
        change = levels["hoog"].value - levels["laag"].value
        assert found[name, "hoog minus laag"].value == pytest.approx(change)
    for item in oorzaken.endings_by_leerjaar(school, network).estimates:
        if "alle scholen" not in item.name:
            key = item.name, int(item.group.removeprefix("leerjaar "))
            assert (item.count, item.n) == (ended[key], years[key])


def test_newcomers_are_there_to_be_left_out(store: Store) -> None:
    """Else the test above holds of itself."""
    assert sum(row["nieuwkomer"] == "ja" for row in records(store, "leerlingen", vestiging=DEMO)) > 5


def test_advies_without_a_test_is_counted_by_hand(store: Store, school: School, network) -> None:
    known, high = Counter(), Counter()
    for row in records(store, "leerlingen", vestiging=DEMO):
        step = codes.step(row["advies_definitief"]) if isinstance(row["advies_definitief"], str) else np.nan
        if group_of(row) and not np.isnan(step):
            key = group_of(row), groep_8(row["cohort"])
            known[key] += 1
            high[key] += step >= codes.step("havo")
    found = oorzaken.advies_without_test(school, network)
    for key, size in known.items():
        assert (found[key].count, found[key].n) == (high[key], size)
    for year in {year for _, year in known}:
        rates = {g: high[g, year] / known[g, year] for g in ("laag", "hoog")}
        assert found["hoog minus laag", year].value == pytest.approx(rates["hoog"] - rates["laag"])


def test_the_extra_gap_without_a_test_is_a_difference_of_differences(store: Store, school, network) -> None:
    known, high = Counter(), Counter()
    for row in records(store, "leerlingen"):
        step = codes.step(row["advies_definitief"]) if isinstance(row["advies_definitief"], str) else np.nan
        year = groep_8(row["cohort"])
        basisschool = isinstance(row["basisschool"], str)
        if group_of(row) in ("laag", "hoog") and basisschool and not np.isnan(step) and year <= "2020-2021":
            known[group_of(row), year == "2019-2020"] += 1
            high[group_of(row), year == "2019-2020"] += step >= codes.step("havo")
    rate = {key: high[key] / known[key] for key in known}
    extra = (rate["hoog", True] - rate["laag", True]) - (rate["hoog", False] - rate["laag", False])
    found = oorzaken.year_without_test(school, network)
    assert found["extra verschil in het jaar zonder toets, alle scholen", "hoog minus laag"].value == (
        pytest.approx(extra)
    )


def test_aims_of_groep_8_are_counted_by_hand(store: Store, school: School, network) -> None:
    cohort = {row["leerling"]: row["cohort"] for row in records(store, "leerlingen", vestiging=DEMO)}
    known, reached = Counter(), Counter()
    for row in records(store, "toetsen", vestiging=DEMO):
        if row["moment"] == "groep 8" and isinstance(row["referentieniveau"], str):
            name = {"taal": "taal 2F", "rekenen": "rekenen 1S"}[row["domein"]]
            known[name, groep_8(cohort[row["leerling"]])] += 1
            reached[name, groep_8(cohort[row["leerling"]])] += row["referentieniveau"] == "1S of 2F"
    found = oorzaken.aims_by_cohort(school, network)
    assert {key: (found[key].count, found[key].n) for key in known} == {
        key: (reached[key], known[key]) for key in known
    }
    assert found["taal 2F", "2019-2020"].value is None  # no test


def test_the_place_of_a_child_is_the_slope_of_mid_ranks(store: Store, school: School, network) -> None:
    parents = {
        row["leerling"]: row["opleiding_ouders"] for row in records(store, "leerlingen", vestiging=DEMO)
    }
    third: dict[str, dict] = {}
    for row in sorted(records(store, "loopbaan", vestiging=DEMO), key=lambda row: row["schooljaar"]):
        if row["leerjaar"] == 3:
            third.setdefault(row["leerling"], row)
    order = codes.OPLEIDING_OUDERS.codes
    pairs = [
        (codes.step(row["niveau"]), order.index(parents[who]))
        for who, row in third.items()
        if isinstance(parents.get(who), str) and isinstance(row["klas"], str)
    ]
    child, parent = (
        np.array([sum(b < a for b in side) + sum(b == a for b in side) / 2 for a in side])
        for side in zip(*pairs, strict=True)
    )
    slope = 10 * np.polyfit(parent, child, 1)[0]
    found = oorzaken.place_and_rise(school, network)
    assert found["plaats van kind en ouders", "deze school"].value == pytest.approx(slope)


def test_teachers_stand_beside_the_middle_half_of_the_schools(store: Store, school: School, network) -> None:
    features = {
        (row["eenheid"], row["kenmerk"]): row["waarde_lower"]
        for row in records(store, "kenmerken", soort="vestiging")
    }
    found = oorzaken.teachers(school, network)
    own = {item.group: item.value for item in found.estimates if item.name == "deze school"}
    lessons = features[DEMO, "lessen_uitgevallen"], features[DEMO, "lessen_bevoegd_vwo"]
    assert lessons[0] != round(lessons[0], 2)  # in whole percents: the few teachers cannot be counted
    assert own["uitgevallen lessen"] == round(lessons[0], 2)
    assert own["lessen door bevoegde leraren, vwo"] == round(lessons[1], 2)
    lost = sorted(value for (_, name), value in features.items() if name == "lessen_uitgevallen")
    band = found["tussen scholen", "uitgevallen lessen"]
    half = [value for value in lost if band.lower <= value <= band.upper]
    assert len(half) >= len(lost) / 2 and lost[0] < band.lower < band.value < band.upper < lost[-1]


# --- models, held to their own arithmetic --------------------------------------------------------------


def test_parts_of_the_gap_add_up_to_what_is_left(school: School, network) -> None:
    for analysis in (oorzaken.gap_decomposed, oorzaken.gap_decomposed_network):
        first, *changes, last = analysis(school, network).estimates
        assert first.value + sum(item.value for item in changes) == pytest.approx(last.value)
        assert len(changes) >= 3 and all(item.lower <= item.value <= item.upper for item in changes)


def test_the_split_from_three_sides_adds_up(school: School, network) -> None:
    found = values(oorzaken.gap_by_reference(school, network))
    part = {group: value for (_, group), value in found.items()}
    whole = part["het hele verschil"]
    assert part["samen met kenmerken"] + part["wat overblijft"] == pytest.approx(whole)
    three = ("andere kenmerken", "andere opbrengst van dezelfde kenmerken", "beide tegelijk")
    assert sum(part[name] for name in three) == pytest.approx(whole)


@pytest.mark.parametrize("name", ["variance_by_level", "variance_at_equal_start"])
def test_shares_of_the_variance_are_all_of_it(name: str, school: School, network) -> None:
    found = getattr(oorzaken, name)(school, network).estimates
    *nested, basisschool, pc4 = found
    assert sum(item.value for item in nested) == pytest.approx(1)
    assert "basisscholen" in basisschool.group and "buurten" in pc4.group
    assert all(0 <= item.value < item.upper < 0.1 for item in (basisschool, pc4))


def test_classes_and_what_is_in_them_are_all_of_a_school(school: School, network) -> None:
    found = values(oorzaken.variance_between_classes(school, network))
    for name in ("alle verschillen", "bij gelijke start"):
        assert found[name, "tussen klassen"] + found[name, "binnen een klas"] == pytest.approx(1)


def test_the_own_gradient_is_a_least_squares_slope(store: Store, school: School, network) -> None:
    scores = raw_scores(store, DEMO)
    order = codes.OPLEIDING_OUDERS.codes
    pairs = [
        (order.index(row["opleiding_ouders"]), scores[row["leerling"]]["leerjaar 3"])
        for row in records(store, "leerlingen", vestiging=DEMO)
        if isinstance(row["opleiding_ouders"], str) and "leerjaar 3" in scores.get(row["leerling"], {})
    ]
    found = oorzaken.gradients(school, network)
    own, calm = found["helling", "deze school"], found["helling", "deze school, met minder toeval"]
    mean = found["helling", "binnen een school, alle scholen"]
    assert own.value == pytest.approx(np.polyfit(*zip(*pairs, strict=True), 1)[0])
    assert min(own.value, mean.value) < calm.value < max(own.value, mean.value)


def test_only_what_is_alike_stands_beside_the_map_of_the_chapter(school: School, network) -> None:
    """Over all schools the groups sit apart too because families live in other gemeenten."""
    found = oorzaken.four_mechanisms(school, network)
    assert found["schoolkeuze", "gemeente"].value is not None
    beside = {item.name: item.reference for item in found.estimates}
    assert {name for name, value in beside.items() if value is None} == {"schoolkeuze"}
