"""Levels over the schools of a region: counted again by hand, and on schools that lack things."""

from __future__ import annotations

import itertools
import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import mean, median

import numpy as np
import pandas as pd
import pytest
from counting import DEMO, records, values
from themes import of_themes

from kansen_lib import codes, disclosure
from kansen_lib import store as stores
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import area as areas
from kansen_lib.benchmark import breedte as breadths
from kansen_lib.benchmark import regio as numbers
from kansen_lib.chapters import segregatie
from kansen_lib.chapters.segregatie import regio
from kansen_lib.stats.result import Result
from kansen_lib.store import School, Store

LEVEL = {"vmbo-g": "vmbo-gt", "vmbo-t": "vmbo-gt"}
HIGH = ("havo", "vwo")
CARDS = (
    "levels_of_each_school",
    "directions_apart",
    "levels_apart",
    "six_indices",
    "who_meets_whom",
    "boys_and_girls",
    "beside_other_regions",
    "directions_apart_over_years",
    "breadth_of_school",
    "breadth_over_years",
    "one_level_over_years",
    "brugklas_over_years",
)


def called(card: str, school: School, network: Benchmark) -> Result:
    """A card as the notebook calls it."""
    if card == "breadth_over_years":
        return segregatie.breadth_over_years(school)
    return getattr(segregatie, card)(school, network, segregatie.area(school))


@pytest.fixture(scope="module")
def reference(store: Store) -> Benchmark:
    """The numbers of the two themes of these cards."""
    return of_themes(store, numbers, breadths)


@pytest.fixture(scope="module")
def area(school: School) -> areas.Area:
    """The gemeente of the demo school."""
    return segregatie.area(school)


@pytest.fixture
def made(store: Store, tmp_path: Path) -> Callable[..., Store]:
    """Makes a store with these tables only, edited."""

    def write(**tables: Callable[[pd.DataFrame], pd.DataFrame]) -> Store:
        return _write(tmp_path, [(name, edit(store.read(name))) for name, edit in tables.items()])

    return write


def _write(folder: Path, tables: list) -> Store:
    return stores.write(folder / "winkel", tables)


def same(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows as they are."""
    return rows


def counted(known: Store, gemeente: str, by: Callable[[dict], object], year: str = "") -> dict:
    """Pupils from leerjaar 3 on by vestiging and by something, from the raw rows of one school year."""
    rows = records(known, "aantallen")
    year = year or max(row["schooljaar"] for row in rows)
    inside = {row["vestiging"] for row in records(known, "vestigingen", sector="vo", gemeente=gemeente)}
    found: dict[str, Counter] = defaultdict(Counter)
    for row in rows:
        level = LEVEL.get(row["onderwijstype"], row["onderwijstype"])
        here = row["schooljaar"] == year and row["vestiging"] in inside
        if here and row["leerjaar"] >= 3 and level in codes.NIVEAU:
            found[row["vestiging"]][by(row | {"niveau": level})] += row["aantal_lower"]
    return found


def high(row: dict) -> bool:
    """Whether the row is about havo or vwo."""
    return row["niveau"] in HIGH


def dissimilarity(units: list[tuple[float, float]]) -> float:
    """D from the two counts of each unit."""
    first, second = (sum(unit[i] for unit in units) for i in (0, 1))
    return sum(abs(x / first - y / second) for x, y in units) / 2


def entropy(counts: list[float]) -> float:
    """Of the shares of these counts."""
    whole = sum(counts)
    return -sum(count / whole * math.log(count / whole) for count in counts if count)


# --- counted again by hand ------------------------------------------------------------------------------


def test_d_and_the_share_of_havo_and_vwo_are_counted_by_hand(store, school, reference, area) -> None:
    found = values(segregatie.directions_apart(school, reference, area))
    cells = counted(store, "Denkwolde", high)
    units = [(cell[True], cell[False]) for cell in cells.values()]
    assert found["D", "zoals geteld"] == pytest.approx(dissimilarity(units))
    own, all_high = cells[DEMO], sum(x for x, _ in units)
    whole = sum(x + y for x, y in units)
    assert found["aandeel havo/vwo", "deze school"] == pytest.approx(own[True] / sum(own.values()))
    assert found["aandeel havo/vwo", "hele gebied"] == pytest.approx(all_high / whole)


def test_chance_is_the_mean_of_shuffled_pupils(store, school, reference, area) -> None:
    """Every pupil gets a place at random: the D that then remains, 300 times."""
    cells = counted(store, "Denkwolde", high)
    places = [code for code, cell in cells.items() for _ in range(sum(cell.values()))]
    groups = [label for cell in cells.values() for label, n in cell.items() for _ in range(n)]
    draw = random.Random(4)
    drawn = []
    for _ in range(300):
        draw.shuffle(groups)
        seen = Counter(zip(places, groups, strict=True))
        drawn.append(dissimilarity([(seen[code, True], seen[code, False]) for code in cells]))
    found = values(segregatie.directions_apart(school, reference, area))["D", "bij toeval"]
    error = np.std(drawn) * math.sqrt(1 / 300 + 1 / 500)
    assert abs(found - mean(drawn)) < 4 * error


def test_h_and_m_are_counted_by_hand(store, school, reference, area) -> None:
    cells = counted(store, "Denkwolde", lambda row: row["niveau"])
    levels = [sum(cell[level] for cell in cells.values()) for level in codes.NIVEAU.codes]
    within = sum(sum(cell.values()) / sum(levels) * entropy(list(cell.values())) for cell in cells.values())
    found = values(segregatie.levels_apart(school, reference, area))
    assert found["M", "zoals geteld"] == pytest.approx(entropy(levels) - within)
    assert found["H", "zoals geteld"] == pytest.approx(1 - within / entropy(levels))


def test_the_bars_are_counted_by_hand_and_stand_in_alphabetical_order(store, school, reference, area) -> None:
    found = segregatie.levels_of_each_school(school, reference, area)
    cells = counted(store, "Denkwolde", lambda row: row["niveau"])
    names = {row["vestiging"]: row["naam"] for row in records(store, "vestigingen", sector="vo")}
    bars = list(dict.fromkeys(item.name for item in found.estimates))
    plain = [bar.removeprefix("deze school: ") for bar in bars]
    assert plain == [*sorted((names[code] for code in cells), key=str.lower), "hele gebied"]
    assert [bar for bar in bars if bar != plain[bars.index(bar)]] == [f"deze school: {names[DEMO]}"]
    shares = values(found)
    for code, cell in cells.items():
        label = bars[plain.index(names[code])]
        for level, n in cell.items():
            assert shares[label, level] == pytest.approx(n / sum(cell.values()))
        assert sum(item.value for item in found.estimates if item.name == label) == pytest.approx(1)


def test_who_meets_whom_is_counted_by_hand(store, school, reference, area) -> None:
    """Walk past every pupil of a level, and look at the school that the pupil is in."""
    cells = counted(store, "Denkwolde", lambda row: regio.MEETING[row["niveau"]])
    found = values(segregatie.who_meets_whom(school, reference, area))
    labels = {label for cell in cells.values() for label in cell}
    for one, other in itertools.product(labels, labels):
        seen = [cell[other] / sum(cell.values()) for cell in cells.values() for _ in range(cell[one])]
        assert found[f"wie: {one}", f"ontmoet: {other}"] == pytest.approx(mean(seen))
    for one in labels | {"alle leerlingen"}:
        row = [value for (name, _), value in found.items() if name == f"wie: {one}"]
        assert sum(row) == pytest.approx(1)


def test_boys_and_girls_beside_places_drawn_within_levels(store, school, reference, area) -> None:
    cells = counted(store, "Denkwolde", lambda row: (row["niveau"], row["geslacht"]))
    found = values(segregatie.boys_and_girls(school, reference, area))

    def by_sex(cells: dict) -> list[tuple[int, int]]:
        return [
            tuple(sum(n for (_, sex), n in cell.items() if sex == of) for of in codes.GESLACHT.codes)
            for cell in cells.values()
        ]

    assert found["D", "zoals geteld"] == pytest.approx(dissimilarity(by_sex(cells)))
    draw, drawn = random.Random(5), []
    for _ in range(200):
        again: dict[str, Counter] = defaultdict(Counter)
        for level in codes.NIVEAU.codes:
            sexes = [
                x for cell in cells.values() for (of, x), n in cell.items() if of == level for _ in range(n)
            ]
            draw.shuffle(sexes)
            places = [
                c for c, cell in cells.items() for (of, _), n in cell.items() if of == level for _ in range(n)
            ]
            for code, sex in zip(places, sexes, strict=True):
                again[code][level, sex] += 1
        drawn.append(dissimilarity(by_sex(again)))
    error = np.std(drawn) * math.sqrt(1 / 200 + 1 / 500)
    assert abs(found["D", "bij loten binnen elk niveau"] - mean(drawn)) < 4 * error


def test_six_indices_of_two_schools_apart_are_all_one(made, reference) -> None:
    """Havo at one school and vmbo at the other: every index says complete segregation."""

    def apart(rows: pd.DataFrame) -> pd.DataFrame:
        place = {"ZZ0100": ["havo", "vwo"], "ZZ0300": ["vmbo-b", "vmbo-k"]}
        kept = [rows[(rows["vestiging"] == v) & rows["onderwijstype"].isin(of)] for v, of in place.items()]
        return pd.concat(kept)

    known = made(vestigingen=same, aantallen=apart)
    school = known.school(DEMO)
    found = values(segregatie.six_indices(school, reference, segregatie.area(school)))
    assert [found[name, ""] for name in numbers.SIX] == pytest.approx([1.0] * 6)


# --- beside others and the past -------------------------------------------------------------------------


def test_the_middle_of_the_gemeenten_is_that_of_their_values(store, school, reference, area) -> None:
    """Corrections and shrinkage are small here: the median lies where the raw values have it."""
    raw = {}
    for gemeente in sorted({row["gemeente"] for row in records(store, "vestigingen", sector="vo")}):
        raw[gemeente] = dissimilarity([(c[True], c[False]) for c in counted(store, gemeente, high).values()])
    found = values(segregatie.beside_other_regions(school, reference, area))
    assert len(raw) == 6
    assert found["D", "6 gemeenten met 3 tot 5 vestigingen"] == pytest.approx(median(raw.values()), abs=0.02)
    own, calm = found["D", "dit gebied"], found["D", "dit gebied, met minder toeval"]
    centre = reference.prior("D", "3 tot 5 vestigingen").mean
    assert min(own, centre) < calm < max(own, centre) and abs(calm - own) < 0.02


def test_no_other_gemeente_or_its_schools_are_named(store, school, reference) -> None:
    others = {row["gemeente"] for row in records(store, "vestigingen", sector="vo")} - {"Denkwolde"}
    for card in CARDS:
        for item in called(card, school, reference).estimates:
            assert not [name for name in others if name in f"{item.name} {item.group}"]


def test_each_year_is_counted_by_hand(store, school, reference, area) -> None:
    """The correction is small with so many pupils: it moves D by less than a hundredth."""
    found = segregatie.directions_apart_over_years(school, reference, area)
    years = sorted({row["schooljaar"] for row in records(store, "aantallen")})
    of_d = {item.group: item for item in found.estimates if item.name == "D, leerlingen"}
    assert sorted(of_d) == years and found.sources == ("aantallen",)
    for year in years:
        units = [(cell[True], cell[False]) for cell in counted(store, "Denkwolde", high, year).values()]
        assert of_d[year].value == pytest.approx(dissimilarity(units), abs=0.01)
        assert of_d[year].lower < of_d[year].value < of_d[year].upper


def _one_year(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["schooljaar"] == rows["schooljaar"].max()]


def test_candidates_stand_in_where_pupils_of_one_year_are_known(made, reference) -> None:
    """Whatever the masked counts were, D of the true ones lies within the interval."""
    known = made(vestigingen=same, aantallen=_one_year, examens=same)
    school = known.school(DEMO)
    found = segregatie.directions_apart_over_years(school, reference, segregatie.area(school))
    assert found.sources == ("examens",)
    inside = set(segregatie.area(school).vestigingen)
    draw, checked = random.Random(6), 0
    for item in (item for item in found.estimates if item.name == "D, kandidaten"):
        rows = [
            row
            for row in records(known, "examens", geslacht="totaal", schooljaar=item.group)
            if row["vestiging"] in inside
        ]
        assert item.lower < item.value < item.upper
        for _ in range(20):
            cells: dict[str, list[int]] = defaultdict(lambda: [0, 0])
            for row in rows:
                of = row["onderwijstype"] in HIGH
                cells[row["vestiging"]][of] += draw.randint(row["kandidaten_lower"], row["kandidaten_upper"])
            assert item.lower <= dissimilarity([tuple(c) for c in cells.values()]) <= item.upper
        checked += any(row["kandidaten_lower"] < row["kandidaten_upper"] for row in rows)
    assert checked


def test_masking_makes_an_interval_longer(store, area) -> None:
    """The same counts, once known and once hidden by two on either side of small ones."""
    exact = numbers.latest(areas.levels(store, area.vestigingen))
    hidden = exact.assign(lower=exact["lower"].sub(2).clip(lower=0), upper=exact["upper"] + 2)
    one, other = (numbers.dissimilarity_of_year(rows) for rows in (exact, hidden))
    assert other.lower < one.lower and other.upper > one.upper
    assert other.value == pytest.approx(one.value, abs=0.02)


# --- breadth --------------------------------------------------------------------------------------------


def test_breadth_is_counted_by_hand(store, school, reference, area) -> None:
    def effective(cell: Counter) -> float:
        return math.exp(entropy(list(cell.values())) + (len(cell) - 1) / (2 * sum(cell.values())))

    cells = counted(store, "Denkwolde", lambda row: row["niveau"])
    cells = {code: +cell for code, cell in cells.items()}
    found = values(segregatie.breadth_of_school(school, reference, area))
    assert found["breedte", "deze school"] == pytest.approx(effective(cells[DEMO]))
    of_each = [effective(cell) for cell in cells.values()]
    assert found["breedte", "4 vestigingen in dit gebied"] == pytest.approx(median(of_each))
    whole = sum(cells.values(), Counter())
    assert found["breedte", "hele gebied samen"] == pytest.approx(effective(whole))
    assert [of for _, of in found if of == "alle 23 vestigingen in deze gegevens"]


def test_the_ends_of_breadth_are_those_of_every_way_to_fill_it_in() -> None:
    draw = np.random.default_rng(7)
    for _ in range(25):
        low = draw.integers(0, 6, 3)
        high = low + draw.integers(0, 7, 3) + (low == 0)
        ways = itertools.product(*(range(a, b + 1) for a, b in zip(low, high, strict=True)))
        every = [math.exp(entropy(list(way))) for way in ways if sum(way)]
        ends = breadths.bounds(low.astype(float), high.astype(float))
        assert ends[0] == pytest.approx(min(every))
        assert max(every) <= ends[1] + 1e-3 and ends[1] < max(every) + 0.1


def test_pupils_at_schools_with_one_level_are_counted_by_hand(store, school, reference, area) -> None:
    found = segregatie.one_level_over_years(school, reference, area)
    shares = {(item.name, item.group): item for item in found.estimates}
    names = {"school met één niveau": lambda row: row["niveau"], "school met één richting": high}
    for (name, by), year in itertools.product(names.items(), ("2019-2020", "2025-2026")):
        cells = counted(store, "Denkwolde", by, year)
        alone = [sum(c.values()) for c in cells.values() if max(c.values()) >= 0.95 * sum(c.values())]
        whole = sum(sum(cell.values()) for cell in cells.values())
        assert shares[name, year].value == pytest.approx(sum(alone) / whole)
        assert shares[name, year].reference is not None


def test_the_brugklas_is_counted_by_hand(store, school, reference, area) -> None:
    found = values(segregatie.brugklas_over_years(school, reference, area))
    for year in ("2019-2020", "2025-2026"):
        pupils: Counter = Counter()
        for row in records(store, "aantallen", vestiging=DEMO, schooljaar=year):
            if row["leerjaar"] == 1 and isinstance(row["brugklastype"], str):
                pupils[len(codes.levels(row["brugklastype"]))] += row["aantal_lower"]
        whole = sum(pupils.values())
        broad = sum(n for width, n in pupils.items() if width > 1)
        together = sum(width * n for width, n in pupils.items())
        assert found["in een brede brugklas, deze school", year] == pytest.approx(broad / whole)
        assert found["niveaus in de brugklas, deze school", year] == pytest.approx(together / whole)


# --- what is not there ----------------------------------------------------------------------------------


def test_a_large_region_shows_what_schools_offer_and_names_no_other(
    store, school, reference, monkeypatch
) -> None:
    monkeypatch.setattr(regio, "MOST_SCHOOLS", 10)
    gemeenten = sorted({row["gemeente"] for row in records(store, "vestigingen", sector="vo")})
    found = segregatie.levels_of_each_school(school, reference, segregatie.area(school, gemeenten))
    names = [row["naam"] for row in records(store, "vestigingen", sector="vo") if row["vestiging"] != DEMO]
    assert not [item for item in found.estimates if item.name in names]
    bars = list(dict.fromkeys(item.name for item in found.estimates))
    told = [int(bar.rpartition("(")[2].split("\xa0")[0]) for bar in bars if "\xa0" in bar]
    assert sum(told) == 22 and bars[0].startswith("deze school") and bars[-1] == "hele gebied"


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ({"vestigingen": lambda rows: rows.assign(gemeente=None)}, "gemeente van deze school is niet bekend"),
        ({"aantallen": lambda rows: rows[rows["vestiging"] == DEMO]}, "maar één vestiging"),
        ({"aantallen": lambda rows: rows[rows["leerjaar"] < 3]}, "geen leerlingen vanaf leerjaar 3"),
    ],
)
def test_without_a_region_there_is_a_reason(made, edit: dict, words: str) -> None:
    known = made(**{"vestigingen": same, "aantallen": same, "examens": same, **edit})
    school, network = known.school(DEMO), of_themes(known, numbers, breadths)
    for card in CARDS:
        found = called(card, school, network)
        assert found.estimates
        if card not in ("breadth_of_school", "breadth_over_years", "brugklas_over_years"):
            assert [item.reason for item in found.estimates if words in item.reason] and (
                all(item.value is None for item in found.estimates)
            )


def test_one_direction_in_a_region_has_no_d_but_has_h(made, reference) -> None:
    known = made(
        vestigingen=same,
        aantallen=lambda rows: rows[~rows["onderwijstype"].isin(["havo", "vwo", "brugjaar"])],
    )
    school = known.school(DEMO)
    area = segregatie.area(school)
    (nothing, *_) = segregatie.directions_apart(school, reference, area).estimates
    assert nothing.value is None and "leeg" in nothing.reason
    assert values(segregatie.levels_apart(school, reference, area))["H", "zoals geteld"] > 0


def test_a_level_of_four_pupils_is_not_looked_through(made, reference) -> None:
    """What a mean pupil of a level sees rests on the pupils of that level."""

    def few(rows: pd.DataFrame) -> pd.DataFrame:
        pro = rows[rows["vestiging"] == DEMO].query("leerjaar == 4 and onderwijstype == 'havo'").tail(1)
        return pd.concat([rows, pro.assign(onderwijstype="pro", aantal_lower=4, aantal_upper=4)])

    known = made(vestigingen=same, aantallen=few)
    school = known.school(DEMO)
    found = segregatie.who_meets_whom(school, reference, segregatie.area(school))
    shown = {(n.name, n.group): n.value for n in disclosure.release(found).numbers}
    looking = [value for (name, _), value in shown.items() if name == "wie: pro"]
    assert looking and not [value for value in looking if value is not None]
    assert shown["wie: vwo", "ontmoet: vwo"] is not None
