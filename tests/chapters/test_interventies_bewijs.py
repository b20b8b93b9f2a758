"""The register of a school, the evidence shelf, and what is never evaluated on achievement."""

from __future__ import annotations

import csv
import inspect
import re
from collections import Counter, defaultdict
from pathlib import Path
from statistics import fmean, stdev

import numpy as np
import pandas as pd
import pytest
from counting import DEMO, records, values
from frames import ROWS, frame

from kansen_lib import codes, gepubliceerd
from kansen_lib import store as writing
from kansen_lib.benchmark import evaluatie
from kansen_lib.benchmark.data import Network
from kansen_lib.benchmark.evaluatie import vakken, welbevinden
from kansen_lib.benchmark.numbers import Benchmark, as_table
from kansen_lib.benchmark.scores import RELIABILITY
from kansen_lib.chapters import interventies
from kansen_lib.chapters.interventies import keuze as choice
from kansen_lib.chapters.interventies import register
from kansen_lib.disclosure import release
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School, Store

LEVELS = codes.MAATREGELNIVEAU.codes


def tried(rows: list[dict]) -> dict[str, dict]:
    """Interventions with a start, by short name."""
    return {row["interventie"]: row for row in rows if isinstance(row["start"], str)}


def small(path: Path, interventies: dict, **tables: dict) -> School:
    """A school of a store with these rows in its register, and rows of other tables."""
    given = {"interventies": interventies, **tables}
    parts = [("vestigingen", frame("vestigingen")), *((n, frame(n, **of)) for n, of in given.items())]
    return writing.write(path, parts, simulated=True).school(ROWS["vestigingen"]["vestiging"])


# --- the register -------------------------------------------------------------------------------------


@pytest.mark.parametrize("vestiging", [DEMO, "ZZ0200", "ZZ0500"])
def test_every_intervention_stands_in_its_cell_and_empty_cells_stay(store: Store, vestiging: str) -> None:
    own = tried(records(store, "interventies", vestiging=vestiging))
    wanted = Counter(
        (row["thema"] if isinstance(row["thema"], str) else register.NO_THEME, row["niveau"])
        for row in own.values()
    )
    result = interventies.what_we_do(store.school(vestiging))
    found: Counter[tuple[str, str]] = Counter()
    for (name, group), value in values(result).items():
        found[name.removeprefix("thema: "), group.partition(": ")[0]] += int(value)
    assert +found == wanted and sum(wanted.values()) == len(own)
    assert {cell for cell in found if cell[0] in codes.THEMA} == {
        (theme, level) for theme in codes.THEMA.codes for level in LEVELS
    }
    named = {group.partition(": ")[2] for _, group in values(result)} - {""}
    assert named == {name.replace("_", " ") for name in own}


def test_more_interventions_than_fit_in_a_cell_are_counted(tmp_path: Path) -> None:
    names = [f"aanpak_{i}" for i in range(register.MOST_NAMES + 1)]
    school = small(tmp_path, {"interventie": names, "start": ["2021-2022"] * len(names)})
    found = values(interventies.what_we_do(school))
    assert found["thema: taal", "micro"] == len(names)
    assert sum(found.values()) == len(names)


def test_a_school_that_is_only_compared_with_does_nothing(tmp_path: Path) -> None:
    found = values(interventies.what_we_do(small(tmp_path, {"interventie": ["tutoring"]})))
    assert set(found.values()) == {0.0} and len(found) == len(codes.THEMA.codes) * len(LEVELS)


def test_evidence_from_elsewhere_beside_what_the_own_rule_can_teach(school: School, store: Store) -> None:
    """Again by hand: what chance decided here, what a cut-off or a year of start did, and the rest."""
    drawn = ("loting leerlingen", "loting scholen", "loting uitnodiging", "wachtlijst")
    decided = ("drempel", "gespreide start")
    wanted = defaultdict(set)
    for name, row in tried(records(store, "interventies", vestiging=DEMO)).items():
        rule = row["toewijzing"]
        column = register.CHOSEN
        column = register.DRAWN if rule in drawn else register.DECIDED if rule in decided else column
        wanted[row["bewijs"], column].add(name.replace("_", " "))
    found = defaultdict(set)
    for item in interventies.measures_and_evidence(school).estimates:
        column, _, name = item.group.partition(": ")
        if name:
            found[item.name.removeprefix("onderzoek elders: "), column].add(name)
    assert dict(found) == dict(wanted) and len(wanted) > 3


def test_every_design_has_a_place_beside_the_evidence() -> None:
    assert set(register._OWN) == set(codes.ONTWERP.codes)
    assert list(dict.fromkeys(register._OWN.values())) == [register.DRAWN, register.DECIDED, register.CHOSEN]


def test_evidence_that_nobody_wrote_down_is_a_row_of_its_own(tmp_path: Path) -> None:
    school = small(tmp_path, {"interventie": ["tutoring"], "start": ["2021-2022"]})
    found = {key: value for key, value in values(interventies.measures_and_evidence(school)).items() if value}
    assert found == {("onderzoek elders: niet ingevuld", f"{register.DRAWN}: tutoring"): 1.0}


def test_participants_are_counted_once_each(school: School, store: Store) -> None:
    took = defaultdict(set)
    for row in records(store, "deelname", vestiging=DEMO):
        if row["deelgenomen"]:
            took[row["interventie"].replace("_", " ")].add(row["leerling"])
    result = interventies.pupils_and_cost(school)
    own = tried(records(store, "interventies", vestiging=DEMO))
    assert len(own) == 8
    for name, row in own.items():
        label = name.replace("_", " ")
        item = result[register.PARTICIPANTS, label]
        assert item.value == item.n == len(took[label]) > 0
        assert result[register.COST, label].value == row["kosten"]


@pytest.mark.parametrize(("took", "shown"), [(9, False), (12, True)])
def test_few_participants_are_not_counted_out(tmp_path: Path, took: int, shown: bool) -> None:
    """Of three interventions one has few; its cost is no fact about pupils and stays."""
    who = {"a": took, "b": 40, "c": 60}
    rows = [(f"p{name}{i}", name) for name, n in who.items() for i in range(n)]
    deelname = {
        "leerling": [pupil for pupil, _ in rows],
        "interventie": [name for _, name in rows],
        "deelgenomen": [True] * len(rows),
    }
    started = {"interventie": list(who), "start": ["2021-2022"] * 3, "kosten": [1.0, 2.0, 3.0]}
    released = release(interventies.pupils_and_cost(small(tmp_path, started, deelname=deelname)))
    numbers = {(number.name, number.group): number for number in released.numbers}
    assert (numbers[register.PARTICIPANTS, "a"].value is not None) == shown
    assert numbers[register.PARTICIPANTS, "c"].value == 60
    assert [numbers[register.COST, name].value for name in who] == [1.0, 2.0, 3.0]


# --- the evidence shelf -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def b10(shared: Path) -> str:
    """The table of published effects of the inventory."""
    text = (shared / "domain/INVENTORY.md").read_text("utf-8")
    return text[text.index("## B-10.") : text.index("## B-11.")]


def shelf(kind: str) -> list[float]:
    """The published values of a kind, as they stand."""
    return [cijfer.waarde for cijfer in gepubliceerd.PLANK[kind]]


def test_figures_of_the_shelf_are_those_of_the_inventory(b10: str) -> None:
    """All but the mean of the large trials, which has the address of its publication."""
    assert shelf(gepubliceerd.GELOOT)[0] == float(re.search(r"(0\.\d+) SD maths", b10)[1])
    single, group = re.search(r"up to \+(\d) / up to \+(\d) months", b10).groups()
    homework, mentor, later, sets, day, feedback = re.search(
        r"\+(\d), \+(\d) \((\d) in 2018\), −(\d), \+(\d), \+(\d) months", b10
    ).groups()
    told = [single, group, feedback, homework, day, mentor, later, f"-{sets}"]
    assert shelf(gepubliceerd.MAANDEN) == [float(x) for x in told]
    assert shelf(gepubliceerd.GEEN_EFFECT) == [float(x) for x in re.findall(r"\| (\d\d)% .*?promoted", b10)]
    assert shelf(gepubliceerd.VERSCHIL) == [float(re.search(r"≈(1\.\d)× larger", b10)[1])]


def test_figures_of_the_shelf_are_those_of_the_reference_table(shared: Path) -> None:
    with (shared / "domain/reference_figures.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["indicator"].startswith("effect_")]
    wanted = {float(row["value"]): (row["source"], row["certainty"]) for row in rows}
    found = {c.waarde: c for kind in gepubliceerd.PLANK.values() for c in kind if c.waarde in wanted}
    assert len(wanted) == 3 and set(found) == set(wanted)
    tutoring = found[0.28]
    assert (tutoring.zekerheid, "102383" in tutoring.bron) == ("H", "102383" in wanted[0.28][0])


def test_every_old_edition_says_so_and_every_figure_has_a_source() -> None:
    told = [cijfer for kind in gepubliceerd.PLANK.values() for cijfer in kind]
    assert all(cijfer.bron and cijfer.zekerheid in ("H", "M") for cijfer in told)
    old = [cijfer for cijfer in told if cijfer.eenheid == "maanden" and cijfer.jaar]
    assert len(old) == 6 and {cijfer.groep for cijfer in old} == {"oude uitgave"}


def test_the_shelf_shows_what_was_published_and_from_where(school: School) -> None:
    released = release(interventies.evidence_shelf(school))
    kinds = (gepubliceerd.GELOOT, gepubliceerd.MAANDEN)
    wanted = [cijfer for kind in kinds for cijfer in gepubliceerd.PLANK[kind]]
    assert [n.value for n in released.numbers] == pytest.approx([cijfer.waarde for cijfer in wanted])
    assert all(c.bron in n.method for c, n in zip(wanted, released.numbers, strict=True))
    assert len({(n.name, n.group) for n in released.numbers}) == len(wanted)


def test_what_is_promoted_is_never_called_an_effect() -> None:
    assert all("geen effect" in kind for kind in (gepubliceerd.GEEN_EFFECT, gepubliceerd.VERSCHIL))


# --- priors -------------------------------------------------------------------------------------------


def test_a_prior_goes_by_the_name_and_its_mean_is_the_published_one() -> None:
    for names in (("tutoring",), ("x", "Bijles in kleine groepen (rekenen)")):
        assert gepubliceerd.prior(*names).gemiddelde == shelf(gepubliceerd.GELOOT)[0]
    assert gepubliceerd.prior("mentor").jaar == gepubliceerd.PLANK[gepubliceerd.MAANDEN][-2].jaar
    assert gepubliceerd.prior("brede_brugklas", "Brede brugklas van twee jaar") is gepubliceerd.ALGEMEEN
    assert gepubliceerd.ALGEMEEN.gemiddelde == shelf(gepubliceerd.GELOOT)[1]


def test_every_prior_leaves_room_for_no_effect_and_says_who_chose_it(store: Store) -> None:
    names = {(row["interventie"], row["naam"]) for row in records(store, "interventies")}
    for prior in {gepubliceerd.prior(*name) for name in names}:
        assert prior.gemiddelde - 2 * prior.sd <= 1e-12 < prior.sd
        assert "kozen wij" in prior.keuze and prior.bron and prior.jaar


# --- basic needs --------------------------------------------------------------------------------------

MEALS = "schoolmaaltijd"


@pytest.fixture(scope="module")
def fed(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The region with the lottery of tutoring as one of school meals, and nothing else."""
    parts = {name: store.read(name) for name in store.tables if name != "vrienden"}
    kept = {
        name: parts[name][parts[name]["interventie"] == "tutoring"] for name in ("interventies", "deelname")
    }
    of = {"interventie": MEALS, "naam": "Gratis lunch", "mechanisme": "basisbehoefte"}
    parts["interventies"] = kept["interventies"].assign(**of)
    parts["deelname"] = kept["deelname"].assign(interventie=MEALS)
    return store_of(tmp_path_factory.mktemp("maaltijd"), parts)


def store_of(path: Path, parts: dict) -> Store:
    """A store of these tables."""
    return writing.write(path, parts.items(), simulated=True)


@pytest.fixture(scope="module")
def evaluated(fed: Store) -> list:
    """What the network phase says of the meals."""
    return list(evaluatie.rows(Network(fed)))


def test_a_basic_need_is_evaluated_on_no_test_whoever_asks(fed: Store, evaluated: list) -> None:
    """Its register has an outcome, and the evaluation does not; what is told of it is reach."""
    assert set(fed.read("interventies")["uitkomst"]) == {"rekenen leerjaar 1"}
    aanpak = evaluatie.registry(fed)[MEALS]
    assert aanpak.is_basic_need and (aanpak.uitkomst, aanpak.outcomes) == ("", ())
    told = [item for place, item, _ in evaluated if place.startswith(MEALS)]
    assert told and not [item for item in told if item.unit in ACHIEVEMENT]
    school = fed.school(DEMO)
    for asked in ({}, {"uitkomst": "rekenen leerjaar 2"}, {"ontwerp": "vergelijking"}):
        assert interventies.choose(school, MEALS, **asked).reason == choice.BASIC_NEED


#: Units in which an effect on achievement would be told.
ACHIEVEMENT = {Unit.SD, Unit.SCORE, Unit.MONTHS, Unit.STEPS, "euro per 0,1 sd"}


def test_no_card_tells_an_effect_of_a_basic_need_on_achievement(fed: Store, evaluated: list) -> None:
    school = fed.school(DEMO)
    chosen = interventies.choose(school, MEALS, uitkomst="rekenen leerjaar 1")
    network = Benchmark(as_table(evaluated))
    cards = [
        item
        for item in (getattr(interventies, name) for name in interventies.__all__)
        if {"benchmark", "keuze"} <= set(inspect.signature(item).parameters)
    ]
    assert len(cards) >= 3
    for card in cards:
        told = [item for item in card(school, network, chosen).estimates if item.value is not None]
        # what a report on no intervention tells too, is about none: how small an effect could be seen, say
        general = card(school, network, choice.Keuze()).estimates
        assert not [x for x in told if x.unit in ACHIEVEMENT and x not in general], card.__name__


# --- how pupils say they are ----------------------------------------------------------------------------


def belonging(store: Store, interventie: str) -> dict[str, dict[bool, list[float]]]:
    """Mean answers on belonging by school and being drawn, of who answered in a later year, from records."""
    drawn, begun, school = {}, {}, {}
    for row in records(store, "deelname", interventie=interventie):
        drawn[row["leerling"]] = drawn.get(row["leerling"], False) or row["toegewezen"]
        school[row["leerling"]] = row["vestiging"]
        begun[row["leerling"]] = min(begun.get(row["leerling"], "9"), row["schooljaar"])
    answers = defaultdict(list)
    for row in records(store, "enquete", schaal="verbondenheid", rol="leerling"):
        if row["schooljaar"] > begun.get(row["leerling"], "9"):
            answers[row["leerling"]].append(int(row["antwoord"]))
    found = defaultdict(lambda: {True: [], False: []})
    for pupil, given in answers.items():
        found[school[pupil]][drawn[pupil]].append(sum(given) / len(given))
    return {code: sides for code, sides in found.items() if sides[True] and sides[False]}


@pytest.fixture(scope="module")
def told(store: Store) -> Benchmark:
    """What the network phase says of how pupils are."""
    rows = welbevinden.rows(Network(store), evaluatie.registry(store).values())
    return Benchmark(as_table(rows))


@pytest.mark.parametrize("interventie", ["tutoring", "mentor"])
def test_belonging_of_drawn_and_others_is_counted_again(store, school, told, interventie: str) -> None:
    wanted = belonging(store, interventie)
    chosen = interventies.choose(school, interventie)
    result = interventies.wellbeing_of_participants(school, told, chosen)
    sizes = {side: sum(len(sides[side]) for sides in wanted.values()) for side in (True, False)}
    assert sizes == {
        True: result["verbondenheid", "ingeloot"].n,
        False: result["verbondenheid", "uitgeloot"].n,
    }
    means = {  # both sides with as many of each school as were drawn there
        side: sum(len(sides[True]) * sum(sides[side]) / len(sides[side]) for sides in wanted.values())
        / sizes[True]
        for side in (True, False)
    }
    assert result["verbondenheid", "ingeloot"].value == pytest.approx(means[True])
    apart = result["verbondenheid", "ingeloot minus uitgeloot"]
    assert apart.value == pytest.approx(means[True] - means[False])
    assert apart.lower < 0 < apart.upper, "the region was made without an effect on belonging"


def test_schools_that_drew_another_share_are_no_effect() -> None:
    """Drawn and others of a school answer alike, and schools differ: plain means would lie far apart."""
    rows = [
        {"vestiging": code, "toegewezen": i < drawn, "verbondenheid": answer + i % 2}
        for code, drawn, answer in (("A", 32, 4.0), ("B", 20, 3.0), ("C", 8, 2.0))
        for i in range(40)
    ]
    frame = pd.DataFrame(rows).assign(begin="2021-2022", school_van_loting=lambda x: x["vestiging"])
    found = welbevinden.levels_and_difference(frame, "verbondenheid", welbevinden.DRAWN)
    plain = frame.groupby("toegewezen")["verbondenheid"].mean()
    assert plain[True] - plain[False] == pytest.approx(0.8)
    assert found[-1].value == pytest.approx(0)


def test_answers_given_before_or_while_it_began_do_not_count(store: Store, school: School, told) -> None:
    """Zomerschool began in the year of the survey, the talks with parents a year later."""
    for interventie in ("zomerschool", "oudergesprekken"):
        assert not belonging(store, interventie)
        chosen = interventies.choose(school, interventie)
        (one, other) = interventies.wellbeing_of_participants(school, told, chosen).estimates
        assert one.reason == other.reason == welbevinden.FEW_ANSWERED


def answers(sizes: dict[str, tuple[int, int]]) -> pd.DataFrame:
    """Pupils with and without by school, all with an answer."""
    rows = [
        {"vestiging": code, "deelgenomen": side, "verbondenheid": float(1 + i % 5)}
        for code, pair in sizes.items()
        for side, n in zip((True, False), pair, strict=True)
        for i in range(n)
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ({"A": (20, 20), "B": (20, 20), "C": (20, 20)}, True),
        ({"A": (20, 20), "B": (20, 20)}, False),  # each would know the other
        ({"A": (20, 20), "B": (4, 20), "C": (5, 20)}, False),  # A would know nine pupils
        ({"A": (20, 20), "B": (20, 20), "C": (20, 0)}, False),
        ({}, False),
    ],
)
def test_a_school_cannot_subtract_its_own_and_know_few(sizes, shown: bool) -> None:
    frame = answers(sizes)
    frame = frame.reindex(columns=["vestiging", "deelgenomen", "verbondenheid"])
    found = welbevinden.levels_and_difference(frame, "verbondenheid", welbevinden.TAKING_PART)
    assert any(item.value is not None for item in found) == shown


def test_a_basic_need_is_told_by_how_pupils_are(fed: Store) -> None:
    """The chosen outcome has a reason in its place; belonging and safety have numbers."""
    school = fed.school(DEMO)
    network = Benchmark(as_table(welbevinden.rows(Network(fed), evaluatie.registry(fed).values())))
    chosen = interventies.choose(school, MEALS)
    result = interventies.wellbeing_of_participants(school, network, chosen)
    assert chosen.reason == choice.BASIC_NEED
    assert [item.value is not None for item in result.estimates] == [True] * 6


# --- two subjects of one pupil --------------------------------------------------------------------------


def test_the_distance_between_two_subjects_is_counted_again(store: Store, school: School) -> None:
    """Places among all pupils with both tests, from raw records; leerjaar 3 of the own school."""
    scores: dict[str, dict[str, float]] = defaultdict(dict)
    for row in records(store, "toetsen", moment="leerjaar 3"):
        scores[row["leerling"]].setdefault(row["domein"], row["score"])
    both = {who: of for who, of in scores.items() if {"taal", "rekenen"} <= set(of)}
    norm = {d: (fmean(x), stdev(x)) for d in ("taal", "rekenen") for x in [[of[d] for of in both.values()]]}
    own = {row["leerling"] for row in records(store, "toetsen", vestiging=DEMO, moment="leerjaar 3")} & set(
        both
    )
    place = {who: [(both[who][d] - norm[d][0]) / norm[d][1] for d in norm] for who in own}
    wanted = fmean(abs(one - other) for one, other in place.values())
    network = Benchmark(as_table(vakken.rows(Network(store))))
    result = interventies.spread_within_pupils(school, network)
    assert result["deze school", "leerjaar 3"].value == pytest.approx(wanted)
    assert result["deze school", "leerjaar 3"].n == len(own)
    assert result["alle scholen samen", "leerjaar 3"].value > result[vakken.BY_ERROR, "leerjaar 3"].value


@pytest.fixture(scope="module")
def tested(store: Store) -> pd.DataFrame:
    """The tests of a school."""
    return store.read("toetsen", where={"vestiging": DEMO})


def test_the_scale_of_a_test_does_not_matter(tested: pd.DataFrame) -> None:
    other = tested.assign(score=tested["score"].where(tested["domein"] != "taal", 3 * tested["score"] + 200))
    one, two = (vakken.distances(rows, vakken.own_norms(rows)) for rows in (tested, other))
    assert [item.value for item in one] == pytest.approx([item.value for item in two])
    raw = vakken.distances(other, vakken.own_norms(tested))
    assert raw[0].value > 2 * one[0].value


def test_pupils_as_good_at_both_lie_apart_as_measurement_error_says() -> None:
    """Two tests of one skill with the usual reliability, drawn."""
    rng = np.random.default_rng(7)
    skill = rng.normal(0, np.sqrt(RELIABILITY), 40_000)
    scores = [skill + rng.normal(0, np.sqrt(1 - RELIABILITY), len(skill)) for _ in vakken.DOMAINS]
    rows = pd.DataFrame(
        {
            "leerling": np.tile(np.arange(len(skill)), 2),
            "schooljaar": "2021-2022",
            "moment": "leerjaar 1",
            "domein": np.repeat(vakken.DOMAINS, len(skill)),
            "score": np.concatenate(scores),
        }
    )
    (found,) = vakken.distances(rows, vakken.own_norms(rows))
    assert found.value == pytest.approx(vakken.OF_ERROR, abs=4 * found.standard_error)


def test_who_made_one_test_does_not_count(tested: pd.DataFrame) -> None:
    some = tested[(tested["domein"] == "taal") | (tested["moment"] != "leerjaar 1")]
    moments = {item.group for item in vakken.distances(some, vakken.own_norms(tested))}
    assert "leerjaar 1" not in moments and "leerjaar 3" in moments
