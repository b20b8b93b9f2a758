"""Living apart beside going to school apart: counted again by hand, and on stores that lack things."""

from __future__ import annotations

import itertools
import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import mean

import pandas as pd
import pytest
from counting import DEMO, records, values
from themes import of_themes, quantile_of_persons

from kansen_lib import disclosure
from kansen_lib import store as stores
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import area as areas
from kansen_lib.benchmark import woonplaats as places
from kansen_lib.chapters import segregatie
from kansen_lib.chapters.segregatie import kaart, woonplaats
from kansen_lib.store import School, Store

BENEFITS = "sociale_zekerheid_personen_met_ww_bijstand_en_of_ao_uitkering_beneden_aow_leeftijd"
OPEN = ("vestigingen", "herkomst_postcode", "kenmerken")
OPEN_CARDS = (
    "basisscholen_and_homes",
    "scores_of_two_children",
    "school_close_to_home",
    "if_all_went_close",
    "map_of_homes",
)


@pytest.fixture(scope="module")
def reference(store: Store) -> Benchmark:
    """The numbers of this theme."""
    return of_themes(store, places)


@pytest.fixture(scope="module")
def area(school: School) -> areas.Area:
    """The gemeente of the demo school."""
    return segregatie.area(school)


@pytest.fixture(scope="module")
def children(store: Store) -> dict[str, Counter]:
    """Pupils of basisscholen by gemeente, and there by (school, its PC4, home), from the raw rows."""
    schools = {row["vestiging"]: row for row in records(store, "vestigingen", sector="po")}
    rows = records(store, "herkomst_postcode", soort="Bo")
    latest = max(row["schooljaar"] for row in rows)
    found: dict[str, Counter] = defaultdict(Counter)
    for row in rows:
        here = schools[row["vestiging"]]
        if row["schooljaar"] == latest and isinstance(row["pc4"], str):
            found[here["gemeente"]][row["vestiging"], here["pc4"], row["pc4"]] += row["aantal_lower"]
    return found


@pytest.fixture(scope="module")
def benefits(store: Store) -> dict[str, float]:
    """Share of the inhabitants of each PC4 who have a benefit."""
    wide: dict[str, dict[str, float]] = defaultdict(dict)
    for row in records(store, "kenmerken", soort="pc4"):
        wide[row["eenheid"]][row["kenmerk"]] = row["waarde_lower"]
    return {code: row[BENEFITS] / row["inwoners_totaal"] for code, row in wide.items()}


@pytest.fixture(scope="module")
def scores(store: Store) -> dict[str, float]:
    """Achterstandsscore a pupil of each basisschool."""
    wide: dict[str, dict[str, float]] = defaultdict(dict)
    notes = set()
    for row in records(store, "kenmerken", soort="vestiging"):
        wide[row["eenheid"]][row["kenmerk"]] = row["waarde_lower"]
        if row["kenmerk"] == "achterstandsscore_zonder_drempel" and isinstance(row["noot"], str):
            notes.add(row["eenheid"])
    return {
        code: row["achterstandsscore_zonder_drempel"] / row["bekostigde_leerlingen"]
        for code, row in wide.items()
        if "achterstandsscore_zonder_drempel" in row and code not in notes
    }


@pytest.fixture
def made(store: Store, tmp_path: Path) -> Callable[..., Store]:
    """Makes a store with these tables only, edited."""

    def write(**tables: Callable[[pd.DataFrame], pd.DataFrame]) -> Store:
        return stores.write(
            tmp_path / "winkel", [(name, edit(store.read(name))) for name, edit in tables.items()]
        )

    return write


def same(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows as they are."""
    return rows


def dissimilarity(cells: dict[object, list[float]]) -> float:
    """D from the two counts of each unit."""
    first, second = (sum(unit[i] for unit in cells.values()) for i in (0, 1))
    return sum(abs(x / first - y / second) for x, y in cells.values()) / 2


def apart(children: Counter, part: dict[str, float], at: int) -> float:
    """D when each child has the share of its home, over schools (at 0) or homes (at 2)."""
    cells: dict[object, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for key, n in children.items():
        cells[key[at]][0] += n * part[key[2]]
        cells[key[at]][1] += n * (1 - part[key[2]])
    return dissimilarity(cells)


# --- basisscholen, counted again by hand ----------------------------------------------------------------


def test_d_over_homes_and_over_schools_are_counted_by_hand(
    school, reference, area, children, benefits
) -> None:
    result = segregatie.basisscholen_and_homes(school, reference, area)
    found = values(result)
    own = children["Denkwolde"]
    assert found["uitkeringen", woonplaats.LIVE] == pytest.approx(apart(own, benefits, 2))
    assert found["uitkeringen", woonplaats.LEARN] == pytest.approx(apart(own, benefits, 0))
    assert {item.n for item in result.estimates} == {sum(own.values())}
    middle = sorted(apart(cells, benefits, 0) for cells in children.values())[len(children) // 2 - 1]
    item = next(i for i in result.estimates if (i.name, i.group) == ("uitkeringen", woonplaats.LEARN))
    assert item.reference == pytest.approx(middle)


def test_schools_are_never_more_apart_than_homes_when_all_are_as_their_home(store, reference) -> None:
    for one in areas.each(store):
        found = values(segregatie.basisscholen_and_homes(store.school(one.vestigingen[0]), reference, one))
        for name in {name for name, _ in found}:
            assert 0 < found[name, woonplaats.LEARN] < found[name, woonplaats.LIVE]


def test_two_children_are_every_pair_of_children(school, reference, area, children, scores) -> None:
    standing = [
        (home, scores[code])
        for (code, _, home), n in children["Denkwolde"].items()
        if code in scores
        for _ in range(n)
    ]
    everyone = [abs(a[1] - b[1]) for a, b in itertools.combinations(standing, 2)]
    at_home: dict[str, list[float]] = defaultdict(list)
    for home, score in standing:
        at_home[home].append(score)
    own = [
        (sum(abs(a - b) for a, b in itertools.combinations(here, 2)) / math.comb(len(here), 2), len(here))
        for here in at_home.values()
    ]
    found = values(segregatie.scores_of_two_children(school, reference, area))
    assert found["verschil in score", places.ANYWHERE] == pytest.approx(sum(everyone) / len(everyone))
    average = sum(value * n for value, n in own) / sum(n for _, n in own)
    assert found["verschil in score", places.SAME_PC4] == pytest.approx(average)


def test_what_neighbourhoods_lead_to_expect_is_all_where_scores_follow_them(store, area) -> None:
    rows, shares = places.flows(store, area.gemeenten), places.features(store)
    model = pd.Series({"uitkeringen": 4.0})
    by_home = rows["pc4"].map(shares["uitkeringen"]) * 4 * rows["aantal"]
    score = by_home.groupby(rows["vestiging"]).sum() / rows.groupby("vestiging")["aantal"].sum()
    rows = rows.assign(score=rows["vestiging"].map(score))
    found = places.scores_apart(rows, places.as_expected(rows, shares, model))
    assert found[places.EXPECTED] == pytest.approx(found[places.ANYWHERE])
    flat = places.scores_apart(rows.assign(score=1.0), places.as_expected(rows, shares, model))
    assert flat[places.ANYWHERE] == flat[places.SAME_PC4] == 0 < flat[places.EXPECTED]


def test_coefficients_are_those_that_scores_were_made_with(store) -> None:
    rows, shares = places.flows(store), places.features(store)
    schools = places.neighbourhoods(rows.assign(score=0.0), shares)
    truth = pd.Series(range(1, len(shares.columns) + 1), index=shares.columns, dtype=float)
    schools["score"] = schools[list(truth.index)] @ truth
    schools.iloc[0, schools.columns.get_loc("score")] += 1e-9  # an exact fit has no error to tell
    model = places.slopes(places._model(schools, list(truth.index)))
    pd.testing.assert_series_equal(model, truth, check_names=False, rtol=1e-4)


def test_how_close_is_counted_child_by_child(store, school, reference, area, children) -> None:
    own = children["Denkwolde"]
    n, at = sum(own.values()), places_by_hand(store)
    used = {(place) for cells in children.values() for _, place, _ in cells}
    here = sum(k for (_, place, home), k in own.items() if place == home)
    far, passed, spread = [], 0, defaultdict(Counter)
    for (code, place, home), k in own.items():
        way = math.dist(at[home], at[place])
        passed += k * (way > min(math.dist(at[home], at[p]) for p in used) + 1e-9)
        far += [(way, k)] * (home != place)
        spread[home][code] += k
    found = values(segregatie.school_close_to_home(school, reference, area))
    assert found["kinderen", places.OWN_PC4] == here / n
    assert found["kinderen", places.HAS_SCHOOL] == 1
    assert found["kinderen", woonplaats.PASSES] == passed / n
    assert found[woonplaats.DISTANCE, ""] == pytest.approx(quantile_of_persons(far, 0.5))
    number = [
        (math.exp(-sum(k / c.total() * math.log(k / c.total()) for k in c.values())), c.total())
        for c in spread.values()
    ]
    assert found[places.SCHOOLS, ""] == pytest.approx(quantile_of_persons(number, 0.5))


def places_by_hand(store: Store) -> dict[str, tuple[float, float]]:
    """Km east and north of each PC4, from the raw rows."""
    rows = records(store, "kenmerken", soort="pc4")
    axes = {(row["eenheid"], row["kenmerk"]): row["waarde_lower"] for row in rows}
    return {code: (axes[code, "x_km"], axes[code, "y_km"]) for code, name in axes if name == "x_km"}


def test_close_to_home_every_school_is_as_its_own_pc4(school, reference, area, children, benefits) -> None:
    """Every PC4 of the gemeente has schools, over which who goes there is spread by size."""
    result = segregatie.if_all_went_close(school, reference, area)
    found, own = values(result), children["Denkwolde"]
    assert found["uitkeringen, D", woonplaats.NOW] == pytest.approx(apart(own, benefits, 0))
    assert found["uitkeringen, D", woonplaats.OWN] == pytest.approx(apart(own, benefits, 2))
    away = sum(n for (_, place, home), n in own.items() if place != home)
    assert found[woonplaats.MOVES, woonplaats.OWN] == away / sum(own.values())
    assert found[woonplaats.MOVES, woonplaats.NOW] == 0


# --- sums on small tables -------------------------------------------------------------------------------


def small(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    """Pupils by school, its place, home and number."""
    return pd.DataFrame(rows, columns=["vestiging", "plek", "pc4", "aantal"])


def test_who_goes_to_a_school_of_the_own_place_stays_and_others_go_by_size() -> None:
    rows = small(("A", "1", "1", 30.0), ("B", "1", "2", 10.0), ("C", "2", "1", 8.0), ("C", "2", "3", 5.0))
    after, moves = places.moved(rows, places.own_place(rows))
    assert moves == 18
    found = after.groupby(["vestiging", "pc4"])["aantal"].sum().to_dict()
    assert found == {("A", "1"): 36, ("B", "1"): 2, ("C", "2"): 10, ("C", "3"): 5}


def test_the_nearest_place_has_ties_and_may_lie_outside_the_region() -> None:
    at = pd.DataFrame(
        {"x_km": [0.0, 1.0, -1.0, 9.0, 8.5], "y_km": [0.0] * 5},
        index=["home", "east", "west", "far", "outside"],
    )
    near = places.nearest_place(["home", "far", "nowhere"], ["east", "west", "outside"], at)
    assert sorted(near[["pc4", "plek", "km"]].itertuples(index=False, name=None)) == [
        ("far", "outside", 0.5),
        ("home", "east", 1.0),
        ("home", "west", 1.0),
    ]
    rows = small(("A", "east", "far", 10.0), ("B", "west", "home", 6.0), ("C", "north", "home", 4.0))
    after, moves = places.moved(rows, near)
    found = after.groupby(["vestiging", "pc4"])["aantal"].sum().to_dict()
    assert moves == 4
    assert found == {("A", "far"): 10, ("A", "home"): 2, ("B", "home"): 8}


def test_a_feature_that_all_homes_share_has_no_d_and_a_secret_one_leaves_its_homes_out() -> None:
    rows = small(("A", "1", "1", 30.0), ("B", "2", "2", 10.0), ("B", "2", "3", 5.0))
    shares = pd.DataFrame({"none": [0.0] * 3, "secret": [0.5, 0.1, None]}, index=["1", "2", "3"])
    found = places.apart(rows, places.SCHOOL, shares)
    assert math.isnan(found.loc["none", "value"])
    assert found["n"].to_dict() == {"none": 45, "secret": 40}
    assert found.loc["secret", "value"] == pytest.approx(dissimilarity({"A": [15, 15], "B": [1, 9]}))


# --- the vo ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ends(store: Store) -> Counter:
    """Pupils of low and high education in the gemeente by (school, home, advies, education)."""
    inside = {row["vestiging"] for row in records(store, "vestigingen", sector="vo", gemeente="Denkwolde")}
    label = {"basisonderwijs": "laag", "vmbo of mbo-1": "laag", "hbo": "hoog", "wo": "hoog"}
    found: Counter = Counter()
    for row in records(store, "leerlingen"):
        told = [row[name] for name in ("pc4", "advies_definitief", "opleiding_ouders")]
        if row["vestiging"] in inside and all(isinstance(item, str) for item in told):
            found[row["vestiging"], told[0], told[1], label.get(told[2], "midden")] += 1
    return found


def test_the_vo_is_counted_pupil_by_pupil(school, network, area, ends) -> None:
    """Each pupil drawn again 200 times for the bias, and all schools shuffled as often for chance."""
    found = {item.group: item for item in segregatie.vo_and_homes(school, network, area).estimates}
    pupils = [key for key, n in ends.items() if key[3] != "midden" for _ in range(n)]
    item, draw = found[woonplaats.SCHOOLS], random.Random(1)
    raw = dissimilarity(_cells(pupils, 0))
    again = [dissimilarity(_cells(draw.choices(pupils, k=len(pupils)), 0)) for _ in range(200)]
    schools, shuffled = [key[0] for key in pupils], []
    for _ in range(200):
        draw.shuffle(schools)
        placed = [(code, *key[1:]) for code, key in zip(schools, pupils, strict=True)]
        shuffled.append(dissimilarity(_cells(placed, 0)))
    assert item.n == len(pupils)
    assert item.value == pytest.approx(2 * raw - mean(again), abs=0.005)
    assert item.reference == pytest.approx(mean(shuffled), abs=0.005)


@pytest.mark.parametrize(("at", "label"), [(1, woonplaats.BY_HOME), (2, woonplaats.BY_ADVIES)])
def test_each_pupil_of_the_vo_is_the_mean_of_its_home_or_advies(
    school, network, area, ends, at, label
) -> None:
    found = {item.group: item for item in segregatie.vo_and_homes(school, network, area).estimates}
    pupils = [key for key, n in ends.items() if key[3] != "midden" for _ in range(n)]
    size = Counter(key[at] for key in pupils)
    kind = {value: value if n >= 10 or at == 2 else "elsewhere" for value, n in size.items()}
    size, low = Counter(kind[key[at]] for key in pupils), Counter()
    for key in pupils:
        low[kind[key[at]]] += key[3] == "laag"
    cells: dict[object, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for key in pupils:
        part = low[kind[key[at]]] / size[kind[key[at]]]
        cells[key[0]][0] += part
        cells[key[0]][1] += 1 - part
    assert found[label].value == pytest.approx(dissimilarity(cells))


def _cells(pupils: list[tuple], at: int) -> dict[object, list[float]]:
    cells: dict[object, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for key in pupils:
        cells[key[at]][key[3] == "hoog"] += 1
    return cells


# --- maps -----------------------------------------------------------------------------------------------


def test_a_map_has_every_home_where_it_lies_and_every_school(
    store, school, reference, area, children, benefits
) -> None:
    result = segregatie.map_of_homes(school, reference, area)
    at, homes = places_by_hand(store), Counter()
    for (_, _, home), n in children["Denkwolde"].items():
        homes[home] += n
    shaded = {item.group: item for item in result.estimates if item.name == kaart.SHADE}
    assert {code: item.n for code, item in shaded.items()} == {c: n for c, n in homes.items() if n >= 10}
    found = values(result)
    for code, item in shaded.items():
        assert item.value == pytest.approx(benefits[code])
        assert (found[kaart.EAST, code], found[kaart.NORTH, code]) == at[code]
    schools = records(store, "vestigingen", sector="vo", gemeente="Denkwolde")
    labels = {f"{'deze ' * (row['vestiging'] == DEMO)}school: {row['naam']}": row["pc4"] for row in schools}
    assert {group: (found[kaart.EAST, group], found[kaart.NORTH, group]) for group in labels} == {
        group: at[code] for group, code in labels.items()
    }
    assert len(found) == len(shaded) + 2 * (len(shaded) + len(labels))


def test_no_home_of_a_few_own_pupils_is_on_the_map(store, network) -> None:
    for code in store.vestigingen.index[::4]:
        school = store.school(code)
        homes = Counter(row["pc4"] for row in records(store, "leerlingen", vestiging=code))
        result = segregatie.map_of_own_pupils(school, network, segregatie.area(school))
        told = disclosure.release(result, "cbs").numbers
        on_map = {n.group for n in told if n.value is not None and not n.group.startswith(("deze", "school"))}
        enough = {pc4 for pc4, n in homes.items() if isinstance(pc4, str) and n >= 10}
        assert on_map == (enough if len(enough) >= kaart.FEWEST else set())
        assert all(n.n % 10 == 0 for n in told if n.n is not None)


def test_a_crowded_map_keeps_the_own_school_and_the_largest_homes(
    school, reference, area, monkeypatch
) -> None:
    everything = segregatie.map_of_homes(school, reference, area)
    monkeypatch.setattr(kaart, "MOST", 6)
    found = segregatie.map_of_homes(school, reference, area)
    most = sorted((i.n for i in everything.estimates if i.name == kaart.SHADE), reverse=True)[:5]
    assert sorted((i.n for i in found.estimates if i.name == kaart.SHADE), reverse=True) == most
    schools = {item.group for item in found.estimates if "school" in item.group}
    assert schools == {f"deze school: {school.record['naam']}"}


# --- stores that lack things ----------------------------------------------------------------------------


@pytest.mark.parametrize("card", OPEN_CARDS)
def test_without_the_open_files_a_card_names_them(made, school, reference, area, card) -> None:
    bare = made(vestigingen=same).school(DEMO)
    found = getattr(segregatie, card)(bare, Benchmark(of_none()), area)
    assert "herkomst_postcode.aantal_lower" in found.missing
    assert not found.estimates


def of_none() -> pd.DataFrame:
    """A benchmark without numbers."""
    return pd.DataFrame(columns=["name", "eenheid", "group"])


def test_without_coordinates_there_is_no_map_and_the_card_names_the_file(made, area) -> None:
    tables = dict.fromkeys(OPEN, same) | {
        "kenmerken": lambda rows: rows[~rows["kenmerk"].isin(["x_km", "y_km"])]
    }
    bare = made(**tables).school(DEMO)
    empty = Benchmark(of_none())
    (only,) = segregatie.map_of_homes(bare, empty, area).estimates
    assert only.value is None
    assert "GeoNames" in only.reason
    close = segregatie.school_close_to_home(bare, empty, area)
    assert [item.reason for item in close.estimates if item.value is None] == [woonplaats.NO_PLACES]
    plans = {item.group for item in segregatie.if_all_went_close(bare, empty, area).estimates}
    assert plans == {woonplaats.NOW, woonplaats.OWN}


@pytest.mark.parametrize("card", OPEN_CARDS)
def test_two_basisscholen_are_no_region(made, store, area, card) -> None:
    kept = [row["vestiging"] for row in records(store, "vestigingen", sector="po", gemeente="Denkwolde")][:2]
    tables = dict.fromkeys(OPEN, same) | {
        "herkomst_postcode": lambda rows: rows[rows["vestiging"].isin(kept)]
    }
    (only,) = getattr(segregatie, card)(made(**tables).school(DEMO), Benchmark(of_none()), area).estimates
    assert only.reason == woonplaats.FEW_BASISSCHOLEN


@pytest.mark.parametrize("card", OPEN_CARDS)
def test_a_school_without_gemeente_gets_a_reason(store, reference, card) -> None:
    nowhere = areas.Area("", (), (DEMO,))
    (only,) = getattr(segregatie, card)(store.school(DEMO), reference, nowhere).estimates
    assert only.reason == "de gemeente van deze school is niet bekend"


def test_one_gemeente_beside_itself_is_no_reference(made, store) -> None:
    known = {row["vestiging"] for row in records(store, "vestigingen", sector="po", gemeente="Denkwolde")}
    tables = dict.fromkeys(OPEN, same) | {
        "herkomst_postcode": lambda rows: rows[rows["vestiging"].isin(known)]
    }
    one = of_themes(made(**tables), places)
    size = places.like(len(known))
    assert one.value(places.OWN_PC4, size) is None
    assert 0 < of_themes(store, places).value(places.OWN_PC4, size) < 1


def test_gemeenten_are_held_against_those_of_their_size() -> None:
    assert [places.like(n) for n in (3, 9, 10, 29, 30, 250)] == [
        *["minder dan 10 basisscholen"] * 2,
        *["10 tot 30 basisscholen"] * 2,
        *["30 of meer basisscholen"] * 2,
    ]
