"""Who meets whom within a school: counted by hand, held to the truth, kept from giving away."""

from __future__ import annotations

from collections import defaultdict
from itertools import permutations, product
from statistics import mean

import numpy as np
import pandas as pd
import pytest
from counting import DEMO, records, values
from scipy import stats as scipy_stats

from kansen_lib import codes, disclosure
from kansen_lib.chapters import segregatie
from kansen_lib.chapters.segregatie import ontmoeten, vrienden
from kansen_lib.example import contacts as simulated
from kansen_lib.example import geography
from kansen_lib.example import parameters as par
from kansen_lib.example.population import populate
from kansen_lib.present import text
from kansen_lib.stats import contacts
from kansen_lib.stats.result import Result
from kansen_lib.store import School, Store

LESSONS = (
    "fellows_by_advies", "fellows_by_education", "fellows_by_sex", "mixing_by_advies", "mixing_by_education",
    "who_takes_part",
)  # fmt: skip
FRIENDS = ("friends_by_education", "friends_given_class", "friends_index", "who_named_friends")
NOW = par.SCHOOLJAREN[-1]


def fresh(store: Store, **tables: pd.DataFrame) -> School:
    """The demo school, with rows of its own for some tables."""
    school = store.school(DEMO)
    school._read.update(tables)
    return school


@pytest.fixture(scope="module")
def schools(store: Store) -> list[School]:
    """All of them, each once: what cards of a school share is made once."""
    return [store.school(vestiging) for vestiging in store.vestigingen.index]


@pytest.fixture(scope="module")
def some(schools: list[School]) -> list[School]:
    """The demo school, a middling one and the three smallest."""
    by_size = sorted(schools, key=lambda school: len(school.table("leerlingen")))
    return [*by_size[:3], by_size[len(by_size) // 2], *(s for s in schools if s.vestiging == DEMO)]


def shown(result: Result) -> list[disclosure.Number]:
    return [number for number in disclosure.release(result).numbers if number.value is not None]


# --- counted again from raw records --------------------------------------------------------------------


@pytest.fixture(scope="module")
def background(store: Store) -> dict[str, str]:
    """Class of parental education of each pupil who entered at the demo school, where it is known."""
    rows = records(store, "leerlingen", vestiging=DEMO)
    known = {row["leerling"]: row["opleiding_ouders"] for row in rows}
    return {who: codes.three_classes(label) for who, label in known.items() if isinstance(label, str)}


@pytest.fixture(scope="module")
def here(store: Store) -> dict[str, dict]:
    """The row of each pupil of leerjaar 1 to 3 of the demo school in the last school year."""
    rows = records(store, "loopbaan", vestiging=DEMO, schooljaar=NOW)
    return {row["leerling"]: row for row in rows if row["leerjaar"] <= 3}


def met(groups: dict[object, list[str]], of: dict[str, str], who: str, whom: str) -> float:
    """Mean share of ``whom`` among the others of each group, over the members ``who`` and their groups."""
    shares = []
    for members in groups.values():
        known = [pupil for pupil in members if pupil in of]
        for pupil in known:
            others = [other for other in known if other != pupil]
            if of[pupil] == who and others:
                shares.append(mean(of[other] == whom for other in others))
    return mean(shares)


def test_fellows_in_class_and_beside_the_whole_leerjaar(school, here, background) -> None:
    classes, years = defaultdict(list), defaultdict(list)
    for pupil, row in here.items():
        classes[row["leerjaar"], row["klas"]].append(pupil)
        years[row["leerjaar"]].append(pupil)
    found = segregatie.fellows_by_education(school)
    for group in ("laag", "hoog"):
        assert found["klas", group].value == pytest.approx(met(classes, background, group, "hoog"))
        assert found["klas", group].reference == pytest.approx(met(years, background, group, "hoog"))
    gap = found["klas", "hoog"].value - found["klas", "laag"].value
    assert found["klas", "hoog minus laag"].value == pytest.approx(gap)


def test_fellows_in_lessons_count_each_lesson_of_a_pupil(store, school, here, background) -> None:
    groups = defaultdict(list)
    for row in records(store, "groepen", vestiging=DEMO, soort="les"):
        if row["leerling"] in here:
            groups[row["onderdeel"], row["groep"]].append(row["leerling"])
    found = segregatie.fellows_by_education(school)["lessen", "laag"]
    assert found.value == pytest.approx(met(groups, background, "laag", "hoog"))
    pupils = {p for members in groups.values() for p in members if background.get(p) == "laag"}
    assert found.n == len(pupils)  # persons, not their lessons


def test_activities_leave_out_those_with_few_of_a_group(store, school, here, background) -> None:
    groups: dict[str, dict] = defaultdict(lambda: defaultdict(list))
    for row in records(store, "groepen", vestiging=DEMO, soort="activiteit"):
        if row["leerling"] in here:
            groups[row["onderdeel"]][row["groep"]].append(row["leerling"])
    large = {}
    for name, of in groups.items():
        labels = [background.get(p) for members in of.values() for p in members]
        if min(labels.count("laag"), labels.count("hoog")) >= 10:
            large |= {(name, group): members for group, members in of.items()}
    assert {name for name, _ in large} != set(groups)  # there is something to leave out
    found = values(segregatie.fellows_by_education(school))
    assert found["activiteiten", "hoog"] == pytest.approx(met(large, background, "hoog", "hoog"))
    parts = segregatie.mixing_by_education(school)
    for name in groups:
        item = parts[name, "hoog minus laag"]
        assert (item.value is None) == (name not in {name for name, _ in large})


def test_who_takes_part_is_counted_of_all_pupils_of_a_group(store, school, here, background) -> None:
    rows = records(store, "groepen", vestiging=DEMO, onderdeel="sport")
    sport = {row["leerling"] for row in rows}
    found = segregatie.who_takes_part(school)
    for group in ("laag", "midden", "hoog"):
        members = [pupil for pupil in here if background.get(pupil) == group]
        item = found["sport", group]
        assert (item.count, item.n) == (sum(pupil in sport for pupil in members), len(members))


def test_friends_of_another_group_and_by_lot(store, school, here, background) -> None:
    """Shares of ties, and what each respondent could have named in the own leerjaar."""
    named = defaultdict(set)
    for row in records(store, "vrienden", vestiging=DEMO):
        pair = (row["leerling"], row["vriend"])
        if all(isinstance(p, str) and p in here and p in background for p in pair):
            named[pair[0]].add(pair[1])
    ties, external, by_lot = defaultdict(int), defaultdict(int), defaultdict(float)
    for pupil, friends in named.items():
        mates = [p for p in here if p in background and here[p]["leerjaar"] == here[pupil]["leerjaar"]]
        mates.remove(pupil)
        other = mean(background[p] != background[pupil] for p in mates)
        for group in (background[pupil], "all"):
            ties[group] += len(friends)
            external[group] += sum(background[p] != background[pupil] for p in friends)
            by_lot[group] += len(friends) * other
    found = segregatie.friends_by_education(school)
    for group in ("laag", "midden", "hoog"):
        item = found["vrienden uit een andere groep", group]
        assert item.value == pytest.approx(external[group] / ties[group])
        assert item.reference == pytest.approx(by_lot[group] / ties[group])
        assert item.n == sum(background[p] == group for p in named)
        own, lot = 1 - item.value, 1 - item.reference
        coleman = (own - lot) / (1 - lot if own >= lot else lot)
        assert found["voorkeur voor de eigen groep", group].value == pytest.approx(coleman)
    index = segregatie.friends_index(school)["E-I-index", "opleiding van de ouders"]
    assert index.value == pytest.approx((2 * external["all"] - ties["all"]) / ties["all"])
    assert index.reference == pytest.approx(2 * by_lot["all"] / ties["all"] - 1)


def test_friends_by_lot_given_the_class(store, school, here) -> None:
    sex = {row["leerling"]: row["geslacht"] for row in records(store, "leerlingen", vestiging=DEMO)}
    ties = by_lot = 0.0
    for row in records(store, "vrienden", vestiging=DEMO):
        pupil, friend = row["leerling"], row["vriend"]
        if not (pupil in here and friend in here and pupil in sex and friend in sex):
            continue
        mates = [
            p for p in here if p in sex and here[p]["leerjaar"] == here[pupil]["leerjaar"] and p != pupil
        ]
        together = here[friend]["klas"] == here[pupil]["klas"]
        mates = [p for p in mates if (here[p]["klas"] == here[pupil]["klas"]) == together]
        ties, by_lot = ties + 1, by_lot + mean(sex[p] != sex[pupil] for p in mates)
    found = segregatie.friends_given_class(school)
    assert found["geslacht", vrienden.IN_CLASS].value == pytest.approx(by_lot / ties)


# --- held to the truth ---------------------------------------------------------------------------------


def test_gym_is_mixed_as_by_lot_and_maths_as_the_class(schools: list[School]) -> None:
    """Over all schools: the gap by advies in gym is noise around nought, that of maths equals the class."""
    z, apart = [], []
    for school in schools:
        found = segregatie.mixing_by_advies(school)
        group = ontmoeten.ADVIES.gap
        known = {item.name: item for item in found.estimates if item.value is not None}
        if "gym" in known:
            z.append(known["gym"].value / known["gym"].standard_error)
            apart.append(known["klas"].value)
            assert known["rekenen of wiskunde"].value == pytest.approx(known["klas"].value), group
    assert len(z) > 5 and max(apart) > 0.3
    assert scipy_stats.chi2.sf(np.square(z).sum(), len(z)) > 1e-4


def test_without_any_preference_friends_are_as_by_lot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Coleman's index of regions in which nobody looks at group or class; and with one, above nought."""

    def indices() -> list[tuple[float, float]]:
        found = []
        population = populate(geography.blocks(24, 22_500, 3)[0], 1)
        present = simulated._present(population)
        people = pd.DataFrame(
            {
                "id": [f"L{population.first + row:07d}" for row in present.row],
                "year": present.year,
                "group": simulated._THREE[population.pupils["opleiding"].to_numpy()[present.row]].astype(str),
            }
        )
        for part in list(simulated.vrienden(population))[:10]:
            ties = part.dropna()
            result = contacts.friends(
                ties, people, "group", ego="leerling", alter="vriend", person="id", within="year", seed=1
            )
            item = result["homophily"]
            found.append((item.value, item.standard_error))
        return found

    value, error = np.array(indices()).T
    assert (value > 2 * error).all()
    monkeypatch.setattr(par, "FRIENDS_ODDS", dict.fromkeys(par.FRIENDS_ODDS, 1.0))
    value, error = np.array(indices()).T
    assert scipy_stats.chi2.sf(np.square(value / error).sum(), len(value)) > 1e-4


def test_respondents_answer_less_often_with_low_education_as_the_truth_says(schools, truth) -> None:
    """The gap in response over all schools lies around the true one."""
    known, answer = truth["background"]["opleiding_ouders"], truth["contacts"]["friends_answer"]
    rates = defaultdict(list)
    for label, share in answer.items():
        rates[codes.three_classes(label)].append((known[label], share))
    true = {
        group: np.average([s for _, s in parts], weights=[w for w, _ in parts])
        for group, parts in rates.items()
    }
    counts = defaultdict(lambda: np.zeros(2))
    for school in schools:
        found = segregatie.who_named_friends(school)
        size = found["vulde de vraag in", "hoog minus laag"].n or 0
        if size < 150:  # of a large school a part is asked
            for group in ("laag", "hoog"):
                item = found["vulde de vraag in", group]
                counts[group] += (item.count, item.n)
    for group, (count, n) in counts.items():
        error = np.sqrt(true[group] * (1 - true[group]) / n)
        assert abs(count / n - true[group]) < 4 * error + 0.02, group  # weights within a class differ a bit


# --- the statistics on cases small enough to list ------------------------------------------------------


def test_by_chance_is_the_mean_over_all_divisions_of_persons() -> None:
    labels = ["a", "a", "b", "b", "b"]
    unit = ["x", "x", "y", "y", "y"]
    drawn = defaultdict(list)
    for order in set(permutations(labels)):
        data = pd.DataFrame({"group": order, "unit": unit})
        found = contacts.companions(data, "group", "unit", to="b", low="a", high="b")
        for label in "ab":
            drawn[label].append(found["companions", label].value)
            chance = found["companions by chance", label].value
    for label, expected in (("a", 3 / 4), ("b", 2 / 4)):
        assert mean(drawn[label]) == pytest.approx(expected)
        assert found["companions by chance", label].value == pytest.approx(expected)
    assert chance == pytest.approx(2 / 4)


def test_friends_by_lot_are_those_of_every_possible_choice() -> None:
    """Ten people in two strata; the mean and the spread of the external share over all choices."""
    people = pd.DataFrame({"id": list("abcdefghijkl"), "g": list("xxyyyyxxxxyx"), "s": list("111111222222")})
    ties = pd.DataFrame(
        [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("d", "e"), ("e", "f"), ("f", "a"), ("g", "h")]
        + [("h", "k"), ("i", "k"), ("j", "g"), ("k", "l"), ("l", "k")],
        columns=["ego", "alter"],
    )
    names = {"ego": "ego", "alter": "alter", "person": "id"}
    found = contacts.friends(ties, people, "g", **names, within="s", draws=4000, seed=2)
    of = people.set_index("id")
    choices = []
    for ego, friends in ties.groupby("ego"):
        mates = [p for p in of.index if of.loc[p, "s"] == of.loc[ego, "s"] and p != ego]
        sets = {frozenset(p) for p in permutations(mates, len(friends))}
        choices.append([sum(of.loc[p, "g"] != of.loc[ego, "g"] for p in part) for part in sets])
    expected = sum(map(mean, choices)) / len(ties)
    assert found["external by chance"].value == pytest.approx(expected)
    spread = np.sqrt(sum(np.var(part) for part in choices)) / len(ties)
    width = found["external by chance"].upper - found["external by chance"].lower
    assert width == pytest.approx(2 * 1.96 * spread, rel=0.2)  # a count of 13: steps of 0.08


def test_nine_respondents_are_too_few_and_ties_outside_play_no_part() -> None:
    people = pd.DataFrame({"id": [f"p{i}" for i in range(30)], "g": ["x", "y"] * 15, "s": [1] * 29 + [2]})
    ties = pd.DataFrame({"ego": [f"p{i}" for i in range(9)], "alter": [f"p{i + 10}" for i in range(9)]})
    names = {"ego": "ego", "alter": "alter", "person": "id", "within": "s", "seed": 1}
    assert contacts.friends(ties, people, "g", **names)["E-I"].value is None
    tenth = pd.DataFrame([("p9", "p20")], columns=["ego", "alter"])
    outside = pd.DataFrame(
        [("p10", "p29"), ("p11", "p11"), ("p12", "nobody"), ("p13", None), ("p9", "p20")],
        columns=["ego", "alter"],
    )
    ten = contacts.friends(pd.concat([ties, tenth]), people, "g", **names)
    more = contacts.friends(pd.concat([ties, tenth, outside]), people, "g", **names)
    assert ten["E-I"].n == 10 and ten["E-I"] == more["E-I"] and more.dropped == (5, 15)


def test_the_interval_of_the_gap_holds_nought_when_pupils_are_mixed() -> None:
    rng = np.random.default_rng(5)
    unit, group = np.repeat(np.arange(10), 25), rng.choice(["laag", "midden", "hoog"], 250, p=[0.2, 0.4, 0.4])
    inside = []
    for _ in range(300):
        data = pd.DataFrame({"group": rng.permutation(group), "unit": unit})
        gap = contacts.companions(data, "group", "unit", to="hoog", low="laag", high="hoog")
        item, chance = (gap[name, "hoog minus laag"] for name in ("companions", "companions by chance"))
        inside.append(item.lower <= chance.value <= item.upper)
    assert 0.93 <= mean(inside) <= 1.0


# --- what may not be told ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", (*LESSONS, *FRIENDS))
def test_no_number_rests_on_few_pupils(name: str, some: list[School]) -> None:
    """Of schools large and small: the gate shows nothing with fewer than ten in a group."""
    for school in some:
        result = getattr(segregatie, name)(school)
        told = {(n.name, n.group) for n in shown(result)}
        for item in result.estimates:
            if (
                item.value is not None
                and min(item.n, item.n if item.smallest is None else item.smallest) < 10
            ):
                assert (item.name, item.group) not in told


def test_no_card_names_a_group_a_class_or_a_pupil(store: Store, school: School) -> None:
    secret = set(store.read("groepen")["groep"]) | set(school.table("loopbaan")["klas"].dropna())
    for name in (*LESSONS, *FRIENDS):
        for item in getattr(segregatie, name)(school).estimates:
            words = f"{item.name} {item.group} {item.reason}"
            assert not any(label in words for label in secret)


def test_friends_of_few_respondents_are_not_shown(store: Store) -> None:
    rows = store.read("vrienden", where={"vestiging": DEMO})
    few = rows[rows["leerling"].isin(rows["leerling"].unique()[:9])]
    school = fresh(store, vrienden=few)
    for name in FRIENDS:
        assert shown(getattr(segregatie, name)(school)) == []


def test_a_group_that_hardly_names_others_is_not_shown(store: Store, background) -> None:
    """Everybody with low education names one another, but for three: the share would single them out."""
    low = sorted(p for p in background if background[p] == "laag")
    career = {row["leerling"]: row for row in records(store, "loopbaan", vestiging=DEMO, schooljaar=NOW)}
    years = defaultdict(list)
    for pupil in low:
        if pupil in career and career[pupil]["leerjaar"] <= 3:
            years[career[pupil]["leerjaar"]].append(pupil)
    pairs = [(p, mates[(i + 1) % len(mates)]) for mates in years.values() for i, p in enumerate(mates)]
    rows = store.read("vrienden", where={"vestiging": DEMO})
    others = rows[~rows["leerling"].isin(low)]
    outside = rows[rows["leerling"].isin(low) & rows["vriend"].map(background).eq("hoog")].head(3)
    own = pd.DataFrame(pairs, columns=["leerling", "vriend"]).assign(vestiging=DEMO, schooljaar=NOW)
    result = segregatie.friends_by_education(fresh(store, vrienden=pd.concat([others, own, outside])))
    item = result["vrienden uit een andere groep", "laag"]
    assert item.n >= 10 and item.smallest <= 3
    assert not [n for n in shown(result) if "laag" in n.group]


# --- odd schools ---------------------------------------------------------------------------------------


def test_a_school_without_groups_or_survey_says_so(store: Store) -> None:
    empty = {name: store.read(name, where={"vestiging": DEMO}).head(0) for name in ("groepen", "vrienden")}
    school = fresh(store, **empty)
    assert segregatie.who_takes_part(school).missing == ("groepen.groep",)
    assert segregatie.friends_index(school).missing == ("vrienden.vriend",)
    found = segregatie.fellows_by_education(school)
    assert found["klas", "laag"].value is not None and found.sources == ("leerlingen", "loopbaan")
    reasons = {item.name: item.reason for item in found.estimates if item.value is None}
    assert reasons == dict.fromkeys(("lessen", "keuzelessen", "activiteiten"), ontmoeten.NOT_KEPT)


def test_one_class_a_leerjaar_is_no_division(store: Store) -> None:
    career = store.read("loopbaan", where={"vestiging": DEMO})
    found = segregatie.fellows_by_education(fresh(store, loopbaan=career.assign(klas="a")))
    assert found["klas", "hoog minus laag"].reason == ontmoeten.ONE_CLASS


@pytest.mark.parametrize("change", ["one background", "no sex", "no friends", "strangers", "nobody placed"])
def test_odd_schools_give_a_reason(change: str, store: Store) -> None:
    pupils, career, named = (
        store.read(name, where={"vestiging": DEMO}) for name in ("leerlingen", "loopbaan", "vrienden")
    )
    tables = {
        "one background": {"leerlingen": pupils.assign(opleiding_ouders="wo")},
        "no sex": {"leerlingen": pupils.assign(geslacht=pd.Series(None, pupils.index, dtype="str"))},
        "no friends": {
            "vrienden": named.assign(vriend=pd.Series(None, named.index, dtype="str")).drop_duplicates()
        },
        "strangers": {"vrienden": named.assign(vriend="L9999999")},
        "nobody placed": {"loopbaan": career.assign(leerjaar=5)},
    }[change]
    odd_one = fresh(store, **tables)
    results = {name: getattr(segregatie, name)(odd_one) for name in (*LESSONS, *FRIENDS)}
    for result in results.values():
        assert result.missing or result.estimates
        assert all(item.value is not None or item.reason for item in result.estimates)
    if change in ("no friends", "strangers"):
        assert shown(results["friends_index"]) == []
    if change == "nobody placed":
        assert not any(map(shown, results.values()))


def test_a_slice_of_cohorts_counts_their_pupils_only(store: Store) -> None:
    last = store.school(DEMO, [store.cohorts[-1]])
    pupils = set(last.table("leerlingen")["leerling"])
    for name, setting in product(("fellows_by_education",), ("klas", "lessen")):
        item = getattr(segregatie, name)(last)[setting, "hoog"]
        assert item.n is None or item.n <= len(pupils)
    assert segregatie.friends_index(last)["E-I-index", "geslacht"].n <= len(pupils)


# --- words ---------------------------------------------------------------------------------------------


def test_an_axis_says_whose_share_it_is(school: School) -> None:
    for name, words in (
        ("fellows_by_education", "aandeel van de medeleerlingen"),
        ("friends_by_education", "aandeel van de genoemde vrienden"),
        ("who_named_friends", "aandeel van de leerlingen"),
    ):
        released = disclosure.release(getattr(segregatie, name)(school))
        assert text.unit_label(released.numbers[:1], released.sources) == words
