"""Home, survey, language and expectations: counted by hand, held to the truth, and kept from giving away."""

from __future__ import annotations

from collections import Counter, defaultdict
from statistics import mean

import numpy as np
import pandas as pd
import pytest
from counting import DEMO, records, values
from scipy import stats
from themes import of_themes

from kansen_lib import codes, disclosure, indicators
from kansen_lib import store as stores
from kansen_lib.benchmark import Benchmark, enquete, taal, thuis, verwachtingen
from kansen_lib.benchmark.data import Network
from kansen_lib.benchmark.numbers import as_table
from kansen_lib.chapters import enquete as survey
from kansen_lib.chapters import oorzaken
from kansen_lib.disclosure import MINUS
from kansen_lib.store import School, Store

ANALYSES = (
    "advice_by_origin", "belonging", "capitals", "citizenship_by_track", "disadvantage_indicators",
    "expectations_between_teachers", "expected_level", "extra_lessons", "extra_lessons_by_income",
    "higher_advice_asked", "home_blocks", "home_correlations", "homework_help", "homework_help_and_score",
    "internship_by_network", "language_against_maths", "language_catch_up", "language_gap",
    "making_ends_meet", "newcomers_path", "parental_involvement", "poverty_and_wellbeing", "risk_count",
    "risk_fit", "safety",
)  # fmt: skip


@pytest.fixture(scope="module")
def everywhere(store: Store) -> Benchmark:
    """The numbers of all schools of these themes alone."""
    return of_themes(store, enquete, thuis, taal, verwachtingen)


@pytest.fixture(scope="module")
def released(store: Store, everywhere: Benchmark) -> dict[tuple[str, str], disclosure.Released]:
    """Every analysis of the demo school, a middling one and two small ones, as it leaves the gate."""
    sizes = store.read("leerlingen", ["vestiging"]).value_counts("vestiging").index
    chosen = (DEMO, sizes[len(sizes) // 2], sizes[-3], sizes[-1])
    found = {}
    for vestiging in chosen:
        school = store.school(vestiging)
        for name in ANALYSES:
            found[vestiging, name] = disclosure.release(getattr(oorzaken, name)(school, everywhere))
    return found


def opleiding(store: Store, **where: str) -> dict[str, str]:
    """Class of parental education of each pupil of whom it is known."""
    return {
        row["leerling"]: codes.three_classes(row["opleiding_ouders"])
        for row in records(store, "leerlingen", **where)
        if isinstance(row["opleiding_ouders"], str)
    }


# --- counted by hand --------------------------------------------------------------------------------


def by_hand(store: Store, schaal: str, vestiging: str) -> dict[str, float]:
    """Mean answer a pupil, of who answered more than half, for one scale."""
    given = defaultdict(list)
    for row in records(store, "enquete", vestiging=vestiging):
        if row["schaal"] == schaal and row["rol"] == "leerling":
            given[row["leerling"]].append(int(row["antwoord"]))
    return {who: mean(answers) for who, answers in given.items() if len(answers) >= 3}


@pytest.mark.parametrize("schaal", ["verbondenheid", "kapitaal_cultureel"])
def test_a_scale_is_the_mean_answer_of_who_answered(schaal, store, school, everywhere) -> None:
    groups, scores = opleiding(store, vestiging=DEMO), by_hand(store, schaal, DEMO)
    analysis = oorzaken.belonging if schaal == "verbondenheid" else oorzaken.capitals
    found = analysis(school, everywhere)
    for label in ("laag", "midden", "hoog"):
        own = [score for who, score in scores.items() if groups.get(who) == label]
        item = found[enquete.label(schaal), label]
        assert (item.value, item.n) == (pytest.approx(mean(own)), len(own))


def test_who_answered_half_of_a_scale_has_no_score(store: Store) -> None:
    rows = store.read("enquete", where={"vestiging": DEMO})
    one = rows[(rows["schaal"] == "veiligheid_sociaal") & (rows["rol"] == "leerling")]["respondent"].iloc[0]
    dropped = rows["item"].isin(["veiligheid_sociaal_1", "veiligheid_sociaal_2"]) & (
        rows["respondent"] == one
    )
    score = enquete.respondents(rows[~dropped], "leerling").set_index("respondent")["veiligheid_sociaal"]
    whole = enquete.respondents(rows, "leerling").set_index("respondent")["veiligheid_sociaal"]
    assert np.isnan(score[one]) and score.drop(one).equals(whole.drop(one))


def test_only_the_latest_round_of_a_scale_counts(store: Store) -> None:
    rows = store.read("enquete", where={"vestiging": DEMO})
    older = rows[rows["schaal"] == "verbondenheid"].assign(schooljaar="2019-2020", antwoord="1")
    both = enquete.respondents(pd.concat([older, rows], ignore_index=True), "leerling")
    assert both["verbondenheid"].tolist() == enquete.respondents(rows, "leerling")["verbondenheid"].tolist()


@pytest.mark.parametrize(
    ("name", "vraag", "wanted", "asked"),
    [
        ("moeite met rondkomen", "rondkomen", {"moeite"}, {"moeite", "geen moeite"}),
        ("betaalde bijles", "bijles", {"betaald"}, {"geen", "gratis", "betaald"}),
        ("hoger advies gevraagd", "hoger_advies_gevraagd", {"ja"}, {"nee", "ja"}),
        ("stage via netwerk", "stage", {"via netwerk"}, {"via school", "via netwerk"}),
    ],
)
def test_a_question_is_counted_by_hand_over_all_schools(
    name, vraag, wanted, asked, store, everywhere
) -> None:
    entry = {row["leerling"]: row["vestiging"] for row in records(store, "leerlingen")}
    groups, yes, known = opleiding(store), Counter(), Counter()
    for row in records(store, "enquete", schaal=vraag):
        if row["antwoord"] in asked and entry[row["leerling"]] == row["vestiging"]:
            known[groups.get(row["leerling"])] += 1
            yes[groups.get(row["leerling"])] += row["antwoord"] in wanted
    for label in ("laag", "midden", "hoog"):
        item = everywhere.find(name, label)
        assert (item.count, item.n) == (yes[label], known[label])
    gap = everywhere.find(name, "hoog minus laag").value
    assert gap == pytest.approx(yes["hoog"] / known["hoog"] - yes["laag"] / known["laag"])


def test_the_ratio_is_that_of_both_levels(everywhere) -> None:
    for name in enquete.LOW.values():
        ease, trouble = (everywhere.value(name, answer) for answer in enquete.TROUBLE)
        assert everywhere.value(name, "keer zo vaak bij moeite") == pytest.approx(trouble / ease)


def test_achterstand_is_counted_by_hand(store, school, everywhere) -> None:
    rows = records(store, "leerlingen", vestiging=DEMO)
    found = oorzaken.disadvantage_indicators(school, everywhere)
    rules = {
        "ouders met een lage opleiding": ("opleiding_ouders", {"basisonderwijs", "vmbo of mbo-1"}),
        "herkomst buiten Nederland": ("herkomst", {"buiten Europa", "Europa (exclusief Nederland)"}),
        "moeder korter dan 10 jaar in Nederland": (
            "verblijfsduur_moeder", {"korter dan 5 jaar", "5 tot 10 jaar"},
        ),
        "gezin in schuldsanering": ("schuldsanering", {"ja"}),
    }  # fmt: skip
    for name, (column, wanted) in rules.items():
        told = [row[column] for row in rows if isinstance(row[column], str)]
        assert (found[name].count, found[name].n) == (sum(value in wanted for value in told), len(told))


def risks_of(row: dict) -> int | None:
    """Number of the five risks of a pupil, None when one is not known."""
    rules = {
        "opleiding_ouders": {"basisonderwijs", "vmbo of mbo-1"},
        "inkomenskwintiel": {"1"},
        "schuldsanering": {"ja"},
        "verblijfsduur_moeder": {"korter dan 5 jaar", "5 tot 10 jaar"},
        "thuistaal": {"een andere taal"},
    }
    if not all(isinstance(row[column], str) for column in rules):
        return None
    return sum(row[column] in wanted for column, wanted in rules.items())


def test_the_level_by_number_of_risks_is_counted_by_hand(store, school, everywhere) -> None:
    third = defaultdict(list)
    for row in records(store, "toetsen", vestiging=DEMO, moment="leerjaar 3"):
        if row["domein"] != "totaal":
            third[row["leerling"]].append(row["score"])
    levels = defaultdict(list)
    for row in records(store, "leerlingen", vestiging=DEMO):
        count = risks_of(row)
        if count is not None and row["leerling"] in third:
            levels["3 of meer" if count >= 3 else str(count)].append(mean(third[row["leerling"]]))
    found = oorzaken.risk_count(school, everywhere)
    for label, scores in levels.items():
        item = found["deze school", label]
        assert (item.value, item.n) == (pytest.approx(mean(scores)), len(scores))
    assert found["deze school", "0"].n > 500


def test_catching_up_is_counted_by_hand(store, school, everywhere) -> None:
    """The line is that of all schools: half an sd under the mean of who speaks Dutch at home."""
    entry = {row["leerling"]: (row["vestiging"], row["thuistaal"]) for row in records(store, "leerlingen")}
    score, dutch = {}, defaultdict(list)
    for row in records(store, "toetsen", domein="taal"):
        where, language = entry[row["leerling"]]
        if where == row["vestiging"]:
            score[row["leerling"], row["moment"]] = row["score"]
            if language == "Nederlands of dialect":
                dutch[row["moment"]].append(row["score"])
    line = {moment: mean(known) - np.std(known, ddof=1) / 2 for moment, known in dutch.items()}
    reached = defaultdict(list)
    for who, (where, language) in entry.items():
        first, last = score.get((who, "groep 8")), score.get((who, "leerjaar 3"))
        if where == DEMO and first is not None and last is not None and first < line["groep 8"]:
            reached[language].append(float(last >= line["leerjaar 3"]))
    found = values(oorzaken.language_catch_up(school, everywhere))
    for language in codes.THUISTAAL.codes:
        assert found["ingelopen in leerjaar 3, deze school", language] == pytest.approx(
            mean(reached[language])
        )


def test_what_a_teacher_expects_is_held_to_the_toetsadvies_by_hand(store, school, everywhere) -> None:
    pupils = {row["leerling"]: row for row in records(store, "leerlingen", vestiging=DEMO)}
    above = defaultdict(list)
    for row in records(store, "enquete", vestiging=DEMO, schaal="verwacht_niveau"):
        of = pupils.get(row["leerling"])
        if of and isinstance(of["toetsadvies"], str) and isinstance(of["opleiding_ouders"], str):
            gap = codes.step(row["antwoord"]) - codes.step(of["toetsadvies"])
            above[codes.three_classes(of["opleiding_ouders"])].append(gap)
    found = values(oorzaken.expected_level(school, everywhere))
    for label, gaps_of in above.items():
        assert found[verwachtingen.AGAINST_TEST, label] == pytest.approx(mean(gaps_of))
    difference = mean(above["hoog"]) - mean(above["laag"])
    assert found[verwachtingen.AGAINST_TEST, "hoog minus laag"] == pytest.approx(difference)


def test_newcomers_are_the_same_pupils_in_every_year(store, everywhere) -> None:
    cohort = {row["leerling"]: row for row in records(store, "leerlingen")}
    years = defaultdict(dict)
    for row in records(store, "loopbaan"):
        of = cohort[row["leerling"]]
        year = int(row["schooljaar"][:4]) - int(of["cohort"][:4]) + 1
        if of["vestiging"] == row["vestiging"] and of["nieuwkomer"] == "ja" and year <= 4:
            years[row["leerling"]][year] = codes.step(row["niveau"])
    stayed = [path for path in years.values() if len(path) == 4]
    for year in range(1, 5):
        item = everywhere.find("nieuwkomers", f"jaar {year}")
        assert (item.value, item.n) == (pytest.approx(mean(path[year] for path in stayed)), len(stayed))


# --- held to the truth ------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", taal.MOMENTS)
def test_the_gap_in_language_is_the_true_one(moment, everywhere, truth) -> None:
    """Taal minus rekenen: what both scores share is not in it, so what is left is the language."""
    language = truth["language"]
    left = {
        "groep 8": 1.0,
        "leerjaar 1": language["left_leerjaar_1"],
        "leerjaar 3": language["left_leerjaar_3"],
    }
    gap = -language["gap_groep8_score_sd"]["een andere taal"] * left[moment] * truth["test"]["scale_vo"]["sd"]
    found = everywhere.find(f"taal min rekenen in {moment}", taal.THUISTAAL.gap)
    assert found.lower < gap < found.upper and found.lower > 0


def test_herkomst_makes_no_difference_to_the_advice_at_an_equal_true_score(everywhere) -> None:
    """So the region was made; the raw difference is there, and is one of score and education."""
    raw, true = (everywhere.find(name, taal.HERKOMST.gap) for name in (taal.ADVICE, taal.TRUE))
    assert raw.lower > 0 and true.lower < 0 < true.upper


def true_gap(truth: dict, schaal: str) -> float:
    """Hoog minus laag in truth, in sd between alike pupils."""
    facts, shares = truth["survey"]["scales"][schaal], truth["background"]["opleiding_ouders"]
    means = {}
    for label in ("laag", "hoog"):
        own = [code for code in shares if codes.three_classes(code) == label]
        means[label] = np.average(
            [facts["on_opleiding_sd"][c] for c in own], weights=[shares[c] for c in own]
        )
    return (means["hoog"] - means["laag"]) / (1 + facts["sd_school"] ** 2) ** 0.5


def test_the_gaps_on_the_scales_are_the_true_ones_together(everywhere, truth) -> None:
    """In sd of the score: the true gap without measurement error, times the root of the reliability."""
    distance, asked = 0.0, ("kapitaal_cultureel", "kapitaal_sociaal", "kapitaal_persoonlijk", "huiswerkhulp")
    for schaal in asked:
        omega = everywhere.value(enquete.RELIABILITY, enquete.label(schaal))
        found = everywhere.find(enquete.label(schaal), "hoog minus laag")
        distance += ((found.value - true_gap(truth, schaal) * omega**0.5) / found.standard_error) ** 2
        assert found.lower > 0
    assert distance < stats.chi2.ppf(0.99, len(asked))


@pytest.mark.parametrize("schaal", ["veiligheid_sociaal", "veiligheid_emotioneel", "verbondenheid"])
def test_classes_differ_as_much_as_they_do_in_truth(schaal, everywhere, truth) -> None:
    variance = truth["survey"]["scales"][schaal]["sd_class"] ** 2
    omega = everywhere.value(enquete.RELIABILITY, enquete.label(schaal))
    found = everywhere.find("verschil tussen klassen", enquete.label(schaal))
    assert found.lower < variance / (1 + variance) * omega < found.upper


def test_the_correction_does_not_ask_for_scores_of_the_eindtoets(store, everywhere) -> None:
    """The doorstroomtoets has another scale: none of its scores lies between 501 and 550."""
    network = Network(store)
    data = enquete.expectations(network.enquete, network.pupils)
    other = list(verwachtingen._models(data.assign(toetsscore=data["toetsscore"] / 3)))[1]
    assert other.lower < everywhere.value(verwachtingen.TRUE, "hoog minus laag") < other.upper


def test_the_bias_in_what_teachers_expect_lies_between_both_corrections(store, everywhere, truth) -> None:
    """A teacher goes half by the error of the test: at an equal score half of what it leaves in is bias,
    at an equal true score half of it is taken off too much."""
    facts, test = truth["expectations"], truth["test"]
    observed = everywhere.find(verwachtingen.AVERAGE_MARGINAL, "hoog minus laag")
    corrected = everywhere.find(verwachtingen.TRUE, "hoog minus laag")
    bias = -facts["bias_steps_laag_minus_hoog"]
    asked = set(store.read("enquete", where={"schaal": "verwacht_niveau"})["leerling"])
    pupils = store.read("leerlingen")
    scores = pupils[pupils["leerling"].isin(asked) & pupils["toetsscore"].notna()]
    by_group = scores.groupby(indicators.classes(scores["opleiding_ouders"]), observed=True)[
        "toetsscore"
    ].mean()
    gap_in_skill = (by_group["hoog"] - by_group["laag"]) / (test["sd"] * test["reliability"] ** 0.5)
    half = facts["weight_of_error_of_test"] * (1 - test["reliability"]) * gap_in_skill * facts["steps_per_sd"]
    assert observed.lower < bias + half < observed.upper
    assert corrected.lower < bias - half / test["reliability"] < corrected.upper


def test_teachers_differ_as_much_as_they_do_in_truth(everywhere, truth) -> None:
    facts = truth["expectations"]
    height, gap = (
        everywhere.find("spreiding tussen leraren", label) for label in verwachtingen.SPREAD.values()
    )
    assert height.lower < facts["sd_teacher_steps"] < height.upper
    assert gap.lower < facts["sd_teacher_gap_laag_minus_hoog_steps"] < gap.upper


# --- what may not be given away -----------------------------------------------------------------------


def shown(result: disclosure.Released) -> dict[tuple[str, str], disclosure.Number]:
    """The numbers that were let through."""
    return {(item.name, item.group): item for item in result.numbers if item.value is not None}


def test_free_lessons_are_not_what_is_left_between_any_and_paid(store, everywhere, released) -> None:
    """Any minus paid is free: where both are shown, no answer was given by fewer than ten."""
    seen = 0
    for vestiging in {vestiging for vestiging, _ in released}:
        found = shown(released[vestiging, "extra_lessons"])
        if {("deze school", "bijles"), ("deze school", "betaalde bijles")} <= set(found):
            rows = records(store, "enquete", vestiging=vestiging, schaal="bijles")
            answers = Counter(row["antwoord"] for row in rows)
            assert min(answers[answer] for answer in ("geen", "gratis", "betaald")) >= 10
            seen += 1
        by_income = shown(released[vestiging, "extra_lessons_by_income"])
        assert not [key for key in by_income if key[0].endswith("deze school")]  # too few in this region
    assert seen


def test_no_reason_tells_that_a_count_is_zero(released) -> None:
    for (_, name), result in released.items():
        if name in ("poverty_and_wellbeing", "making_ends_meet"):
            assert not [item.reason for item in result.numbers if "nul" in item.reason]


def test_newcomers_and_others_are_shown_together_or_not_at_all(released) -> None:
    withheld = 0
    for (_, name), result in released.items():
        if name == "newcomers_path":
            own = {
                name: [item for item in result.numbers if item.name == name] for name in taal.PATHS.values()
            }
            both = [[item.value is None for item in items] for items in own.values() if items]
            assert len({tuple(one) for one in both}) <= 1
            sizes = {item.n for items in own.values() for item in items}
            assert len(sizes - {None}) <= 2  # one size a group: nobody is counted in one year only
            withheld += any(any(one) for one in both)
    assert withheld


def test_of_every_grouping_none_or_several_groups_are_withheld(released) -> None:
    """Else what is left of all pupils would be the one that is hidden."""
    names = ("verbondenheid", "verbondenheid naar herkomst")
    seen = 0
    for (_, analysis), result in released.items():
        for name in names if analysis == "belonging" else ():
            levels = [item for item in result.numbers if item.name == name and MINUS not in item.group]
            hidden = [item for item in levels if item.value is None]
            assert len(hidden) != 1
            seen += len(hidden) > 1
    assert seen


def test_a_part_of_all_differences_is_never_below_zero(released) -> None:
    """Classes that differ less than by chance have a negative estimate: it is shown as 0."""
    parts = [
        number
        for (_, name), result in released.items()
        for number in shown(result).values()
        if name in ("safety", "belonging") and number.name == "verschil tussen klassen"
    ]
    assert parts and all(0 <= end <= 1 for item in parts for end in (item.lower, item.value, item.upper))
    assert any(item.value == 0 for item in parts)


def test_no_class_teacher_or_pupil_is_named(store, released) -> None:
    people = {*store.read("enquete", ["respondent"])["respondent"], *store.read("leerlingen")["leerling"]}
    classes = set(store.read("loopbaan", ["klas"])["klas"].dropna())
    for result in released.values():
        for item in result.numbers:
            words = {word.strip(",") for word in f"{item.name} {item.group}".split()}
            assert not words & people and not words & classes


def test_a_scale_that_is_not_precise_compares_no_groups(school: School) -> None:
    """Items that have nothing in common: their mean is noise, whatever the groups."""
    data = survey.answers_of(school)
    rng = np.random.default_rng(1)
    noise = {
        name: rng.integers(1, 6, len(data)).astype(float) for name in enquete.items(data, "verbondenheid")
    }
    found = survey.scale(data.assign(**noise), "verbondenheid", (taal.HERKOMST,), Benchmark(as_table([])))
    level, omega = found
    assert omega.value < survey.PRECISE and level.reason == survey.NOT_PRECISE and len(found) == 2


def test_a_question_that_nobody_was_asked_says_so(school: School, everywhere) -> None:
    data = survey.answers_of(school).assign(stage=None, verbondenheid=np.nan)
    found = (
        *survey.question(data, "stage via netwerk", taal.HERKOMST, everywhere),
        *survey.scale(data, "verbondenheid", (taal.HERKOMST,), everywhere),
    )
    assert [item.reason for item in found] == [survey.NOT_ASKED] * 2


@pytest.fixture(scope="module")
def alone(store: Store, tmp_path_factory) -> Store:
    """A store of one school, as it has it itself."""
    where = {"vestiging": DEMO}
    tables = {
        name: store.read(name, where=where) for name in ("leerlingen", "loopbaan", "toetsen", "enquete")
    }
    tables["vestigingen"] = store.read("vestigingen")
    return stores.write(tmp_path_factory.mktemp("alone"), list(tables.items()), simulated=True)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ANALYSES)
def test_a_school_alone_has_its_own_numbers_or_a_reason(name: str, alone: Store) -> None:
    nothing = of_themes(alone, enquete, thuis, taal, verwachtingen)
    assert nothing.find(enquete.RELIABILITY, "verbondenheid") is None
    found = getattr(oorzaken, name)(alone.school(DEMO), nothing)
    assert found.estimates and all(item.value is not None or item.reason for item in found.estimates)
    assert all(item.reference is None for item in found.estimates)


BACKGROUND = [
    "opleiding_ouders", "inkomenskwintiel", "herkomst", "verblijfsduur_moeder", "schuldsanering", "thuistaal",
]  # fmt: skip

#: What a real store may look like: what is changed in the tables of three schools.
ODD = {
    "no background": lambda t: t["leerlingen"].__setitem__(BACKGROUND, None),
    "one background": lambda t: t["leerlingen"].__setitem__(
        ["opleiding_ouders", "herkomst", "thuistaal"], ["wo", "Nederland", "Nederlands of dialect"]
    ),
    "no tests": lambda t: (
        t["leerlingen"].__setitem__(["toetsscore", "toetsadvies"], [np.nan, None]),
        t.__setitem__("toetsen", t["toetsen"].iloc[:0]),
    ),
    "two items": lambda t: t.__setitem__(
        "enquete", t["enquete"][t["enquete"]["item"].isin(["burgerschap_1", "burgerschap_2", "stage"])]
    ),
    "no classes": lambda t: t["loopbaan"].__setitem__("klas", None),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("oddity", ODD)
def test_odd_stores_have_numbers_or_reasons(oddity: str, store: Store, tmp_path) -> None:
    where = {"vestiging": [DEMO, *[code for code in store.vestigingen.index if code != DEMO][:2]]}
    names = ("leerlingen", "loopbaan", "toetsen", "enquete")
    tables = {name: store.read(name, where=where) for name in names} | {
        "vestigingen": store.read("vestigingen")
    }
    ODD[oddity](tables)
    changed = stores.write(tmp_path, list(tables.items()), simulated=True)
    network = of_themes(changed, enquete, thuis, taal, verwachtingen)
    for name in ANALYSES:
        found = getattr(oorzaken, name)(changed.school(DEMO), network)
        disclosure.release(found)
        assert found.missing or found.estimates
        assert all(item.value is not None or item.reason for item in found.estimates)


def test_without_a_survey_an_analysis_names_what_it_lacks(store: Store, everywhere, tmp_path) -> None:
    tables = [(name, store.read(name)) for name in ("vestigingen", "leerlingen", "loopbaan", "toetsen")]
    found = oorzaken.capitals(stores.write(tmp_path, tables, simulated=True).school(DEMO), everywhere)
    assert found.missing == ("enquete.antwoord",) and not found.estimates


def test_the_lines_of_home_language_follow_the_same_pupils(school, network) -> None:
    """As many at every moment, and as many as made all three tests by hand."""
    found = oorzaken.language_gap(school, network)
    pupils, tests = school.table("leerlingen"), school.table("toetsen")
    three = tests[(tests["domein"] == "taal") & (tests["moment"] != "leerjaar 2")]
    made = Counter(three["leerling"])
    for group in ("een andere taal", "Nederlands of dialect"):
        own = pupils.loc[pupils["thuistaal"] == group, "leerling"]
        thrice = sum(made[one] == 3 for one in own)
        moments = [found[f"taal in {moment}", group].n for moment in ("groep 8", "leerjaar 1", "leerjaar 3")]
        assert moments == [thrice] * 3 and thrice < len(own)
