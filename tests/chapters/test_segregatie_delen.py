"""Where segregation sits, how it changed, classes beside lots, and the intake around a broader brugklas."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from counting import DEMO, records, values

from kansen_lib import disclosure
from kansen_lib.benchmark import Benchmark, area, delen, verandering
from kansen_lib.benchmark.data import Network
from kansen_lib.benchmark.numbers import as_table
from kansen_lib.chapters import segregatie
from kansen_lib.chapters.segregatie import klassen
from kansen_lib.example.geography import KINDS, TEMPLATE
from kansen_lib.stats import segregation
from kansen_lib.stats.result import Result
from kansen_lib.store import School, Store

TWO = "Denkwolde, Verzonnen aan Zee"
LEVELS = {"vmbo-g": "vmbo-gt", "vmbo-t": "vmbo-gt"}
KNOWN = {"pro", "vmbo-b", "vmbo-k", "vmbo-gt", "havo", "vwo"}


@pytest.fixture(scope="module")
def kept(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Benchmark:
    """The counts of pupils and the numbers of this theme; the other themes are not waited for."""
    folder, found = tmp_path_factory.mktemp("counts"), Network(store)
    for name, table in found.counts.items():
        table.to_parquet(folder / f"{name}.parquet", index=False)
    return Benchmark(as_table(delen.rows(found)), folder)


def region(school: School, names: str | None = None) -> area.Area:
    return area.around(school, names)


# --- by hand ------------------------------------------------------------------------------------------


def entropy(counts: list[float]) -> float:
    total = sum(counts)
    return -sum(c / total * math.log(c / total) for c in counts if c > 0)


def information(cells: Counter) -> float:
    """M between the two parts of the keys of a Counter: E(group) + E(unit) - E(both)."""
    units, groups = Counter(), Counter()
    for (unit, group), n in cells.items():
        units[unit] += n
        groups[group] += n
    return entropy(list(units.values())) + entropy(list(groups.values())) - entropy(list(cells.values()))


def bias(cells: Counter) -> float:
    """By about how much M is too large: (units - 1) (groups - 1) / 2n."""
    units, groups = ({key[i] for key in cells} for i in (0, 1))
    return (len(units) - 1) * (len(groups) - 1) / (2 * sum(cells.values()))


def levels_by_hand(store: Store, gemeenten: set[str], year: str) -> Counter:
    """Pupils from leerjaar 3 by (vestiging, level)."""
    found = Counter()
    place = store.vestigingen["gemeente"]
    for row in records(store, "aantallen", schooljaar=year):
        level = LEVELS.get(row["onderwijstype"], row["onderwijstype"])
        if row["leerjaar"] >= 3 and level in KNOWN and place[row["vestiging"]] in gemeenten:
            found[row["vestiging"], level] += row["aantal_lower"]
    return Counter({key: n for key, n in found.items() if n})


def test_parts_of_levels_are_those_counted_by_hand(store: Store, school: School, kept: Benchmark) -> None:
    gemeenten = {"Denkwolde", "Verzonnen aan Zee"}
    cells = levels_by_hand(store, gemeenten, "2025-2026")
    known = store.vestigingen
    found = values(segregatie.levels_over_layers(school, kept, region(school, TWO)))
    whole = entropy(list(Counter(x for (_, g), n in cells.items() for x in [g] * n).values()))
    before, slack = 0.0, 0.0
    for column, part in (
        ("gemeente", "tussen gemeenten"),
        ("bestuur", "tussen besturen"),
        ("vestiging", "tussen scholen van één bestuur"),
    ):
        nested = Counter()
        for (code, level), n in cells.items():
            row = known.loc[code]
            path = {"gemeente": (), "bestuur": (row["bestuur"],), "vestiging": (row["bestuur"], code)}[column]
            nested[(row["gemeente"], *path), level] += n
        m, slack = information(nested), slack + bias(nested)
        assert found["niveau", part] == pytest.approx((m - before) / whole, abs=2 * slack / whole + 0.002)
        before = m
    assert found["niveau", "samen"] == pytest.approx(before / whole, abs=2 * slack / whole + 0.002)
    assert found["niveau", "tussen besturen"] > 5 * found["niveau", "tussen gemeenten"]


@pytest.mark.parametrize(
    "card", ["levels_over_layers", "background_over_layers", "levels_by_kind", "background_by_kind"]
)
def test_parts_add_up_to_the_whole(card: str, school: School, kept: Benchmark) -> None:
    result = getattr(segregatie, card)(school, kept, region(school, TWO))
    totals, sums = {}, defaultdict(float)
    for item in result.estimates:
        if item.group == delen.TOTAL:
            totals[item.name] = item.value
        else:
            sums[item.name] += item.value
    assert len(totals) >= 2
    assert {name: pytest.approx(value, abs=1e-9) for name, value in totals.items()} == sums


@pytest.fixture(scope="module")
def third_year(store: Store) -> list[SimpleNamespace]:
    """Every pupil of leerjaar 3 in the latest three years with a class and parents' education."""
    low = {"basisonderwijs", "vmbo of mbo-1"}
    home = dict(store.read("leerlingen", ["leerling", "opleiding_ouders"]).itertuples(index=False))
    place = store.vestigingen["gemeente"].to_dict()
    rows = [r for r in store.read("loopbaan").itertuples(index=False) if r.leerjaar == 3]
    years = sorted({r.schooljaar for r in rows})[-3:]
    return [
        SimpleNamespace(
            gemeente=place[r.vestiging],
            vestiging=r.vestiging,
            niveau=r.niveau,
            klas=(r.schooljaar, r.klas),
            laag=home[r.leerling] in low,
            midden=home[r.leerling] not in {*low, "hbo", "wo"},
        )
        for r in rows
        if r.schooljaar in years and isinstance(r.klas, str) and isinstance(home[r.leerling], str)
    ]


def test_background_between_schools_and_levels_is_as_by_hand(
    school: School, kept: Benchmark, third_year: list[SimpleNamespace]
) -> None:
    pupils = [r for r in third_year if r.gemeente == "Denkwolde" and not r.midden]
    found = segregatie.background_over_layers(school, kept, region(school))
    item = found[("opleiding, laag en hoog", "samen")]
    assert item.n == len(pupils)
    assert item.smallest == min(Counter(r.laag for r in pupils).values())
    by_school = Counter((r.vestiging, r.laag) for r in pupils)
    by_level = Counter(((r.vestiging, r.niveau), r.laag) for r in pupils)
    whole = entropy(list(Counter(r.laag for r in pupils).values()))
    shown = values(found)
    between, levels = information(by_school) / whole, information(by_level) / whole
    slack = 2 * (bias(by_school) + bias(by_level)) / whole + 0.002
    assert shown["opleiding, laag en hoog", "tussen scholen"] == pytest.approx(between, abs=slack)
    level_part = shown["opleiding, laag en hoog", "tussen niveaus op één school"]
    assert level_part == pytest.approx(levels - between, abs=slack)
    assert level_part > slack


def test_correction_takes_chance_away_from_small_classes(
    kept: Benchmark, third_year: list[SimpleNamespace]
) -> None:
    """Boys and girls are placed without a look at them: hardly anything may be left of their parts."""
    cells = Counter(((r.vestiging, r.klas), r.laag) for r in third_year)
    assert bias(cells) > 0.01  # so much would stand there without the correction
    for part in (*delen.LAYERS.values(), delen.TOTAL):
        item = kept.find(f"{delen.KEPT}jongens en meisjes in leerjaar 3", part)
        assert abs(item.value) < 0.004


# --- kinds of schools -----------------------------------------------------------------------------------


def narrow_in_truth(store: Store) -> set[str]:
    names = {plan.name.split(" {}")[0] for plan in TEMPLATE if len(KINDS[plan.kind].levels) == 1}
    vo = store.vestigingen
    return {code for code, row in vo.iterrows() if any(row["naam"].startswith(name + " ") for name in names)}


def test_schools_with_one_level_are_those_made_with_one(store: Store, kept: Benchmark) -> None:
    codes = list(store.vestigingen.index)
    narrow = narrow_in_truth(store)
    assert {"ZZ0101", "ZZ0200", "ZZ0601"} <= narrow
    levels = area.levels(store, codes)
    by_levels = delen.kinds(levels[levels["schooljaar"] == "2025-2026"])
    by_classes = delen.kinds(delen.in_classes(kept.counts("klassen", codes)))
    for kinds in (by_levels, by_classes):
        assert set(kinds.index[kinds == delen.NARROW]) == narrow
    assert by_classes["ZZ0700"] == delen.BROAD  # all its pupils of leerjaar 3 sit in one class of five levels


def test_five_in_a_hundred_elsewhere_leave_a_school_narrow() -> None:
    data = pd.DataFrame(
        [("a", "vwo", 95), ("a", "havo", 5), ("b", "vwo", 94), ("b", "havo", 6), ("c", "vmbo-gt/havo", 50)],
        columns=["vestiging", "niveau", "aantal"],
    )
    assert delen.kinds(data).to_dict() == {"a": delen.NARROW, "b": delen.BROAD, "c": delen.BROAD}


def test_putting_narrow_schools_together_is_the_sum_by_hand(
    store: Store, school: School, kept: Benchmark
) -> None:
    cells = levels_by_hand(store, {"Denkwolde"}, "2025-2026")
    found = values(segregatie.levels_if_met(school, kept, region(school)))
    joined = Counter()
    for (code, level), n in cells.items():
        joined["samen" if code in narrow_in_truth(store) else code, level] += n
    whole = entropy(list(Counter(x for (_, g), n in cells.items() for x in [g] * n).values()))
    now, then = (information(c) / whole for c in (cells, joined))
    assert found["niveau", delen.NOW] == pytest.approx(now, abs=0.01)
    assert found["niveau", delen.SCHOOLS_ONE] == pytest.approx(then, abs=0.01)
    assert then < now - 0.05


def test_praktijkonderwijs_is_not_put_together_with_others() -> None:
    data = pd.DataFrame(
        [("a", "vwo", 50), ("b", "pro", 40), ("c", "vmbo-gt", 60), ("d", "havo", 30), ("d", "vwo", 30)],
        columns=["vestiging", "niveau", "aantal"],
    ).assign(gemeente="X")
    assert delen.merged(data).tolist() == ["samen X", "b", "samen X", "d", "d"]


def test_levels_that_met_are_the_schools_without_their_levels(school: School, kept: Benchmark) -> None:
    result = segregatie.background_if_met(school, kept, region(school))
    parts = values(segregatie.background_over_layers(school, kept, region(school)))
    found = values(result)
    name = "opleiding, laag en hoog"
    assert found[name, delen.LEVELS_MET] == pytest.approx(parts[name, "tussen scholen"], abs=0.003)
    both = parts[name, "tussen scholen"] + parts[name, "tussen niveaus op één school"]
    assert found[name, delen.NOW] == pytest.approx(both, abs=0.003)
    assert result[(name, delen.ALL_MET)].reason == delen.FEW_TO_MERGE


# --- what a part may tell ---------------------------------------------------------------------------------


def places(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["gemeente", "bestuur", "vestiging"])


@pytest.mark.parametrize(
    ("rows", "layers"),
    [
        # Of two others one index gives both.
        ([("X", "1", "own"), ("X", "2", "b"), ("X", "3", "c")], []),
        # The own one and one other under one bestuur: that part would tell of the other.
        ([("X", "1", "own"), ("X", "1", "b"), ("X", "2", "c"), ("X", "3", "d")], ["gemeente", "vestiging"]),
        # One school in the other gemeente.
        (
            [("X", "1", "own"), ("X", "2", "b"), ("X", "3", "c"), ("X", "4", "d"), ("Y", "5", "e")],
            ["bestuur", "vestiging"],
        ),
        # Three others in each gemeente, each with a bestuur of its own.
        (
            [("X", "1", "own"), *(("X", c, c) for c in "bcd"), *(("Y", c, c) for c in "efg")],
            ["gemeente", "bestuur", "vestiging"],
        ),
    ],
)
def test_no_layer_tells_of_one_other_school(rows: list, layers: list[str]) -> None:
    found = delen.layers_of_pupils(places(*rows), "own")
    assert [name for name in found if name in ("gemeente", "bestuur", "vestiging")] == layers


def test_two_narrow_schools_are_not_told_apart(school: School, kept: Benchmark) -> None:
    """In Denkwolde two schools have one level, and one other is broad: each would be known from the parts."""
    alone = segregatie.background_by_kind(school, kept, region(school)).estimates
    here = [item for item in alone if "alle scholen" not in item.name]
    assert [item.value for item in here] == [None]
    assert len(alone) > len(here)
    wider = segregatie.background_by_kind(school, kept, region(school, TWO))
    assert all(item.value is not None for item in wider.estimates)
    assert wider[("herkomst", delen.TOTAL)].n < wider[("herkomst, alle scholen", delen.TOTAL)].n


def test_no_other_school_is_named_and_no_table_has_fewer_than_three_others(
    store: Store, kept: Benchmark
) -> None:
    names = set(store.vestigingen["naam"])
    for code in ("ZZ0100", "ZZ0G01", "ZZ0F00"):
        one = store.school(code)
        for card in (
            segregatie.background_over_layers,
            segregatie.background_then_and_now,
            segregatie.intake_before_and_after,
        ):
            result = card(one, kept, region(one))
            words = " ".join(f"{item.name} {item.group}" for item in result.estimates)
            assert not [name for name in names if name in words]
            for item in disclosure.release(result).numbers:
                assert item.value is None or item.n is None or item.n % 10 == 0


# --- the own classes ----------------------------------------------------------------------------------------


def seats_by_hand(store: Store, code: str, leerjaar: int) -> list[dict]:
    """The first class in a leerjaar of each pupil of a school."""
    sex = {r["leerling"]: r["geslacht"] for r in records(store, "leerlingen", vestiging=code)}
    rows = [r for r in records(store, "loopbaan", vestiging=code) if r["leerjaar"] == leerjaar]
    first: dict[str, dict] = {}
    for row in sorted(rows, key=lambda r: r["schooljaar"]):
        first.setdefault(row["leerling"], row)
    return [{**r, "geslacht": sex[r["leerling"]]} for r in first.values() if isinstance(r["klas"], str)]


def test_classes_now_are_as_counted_by_hand(store: Store, school: School) -> None:
    seats = [r for r in seats_by_hand(store, DEMO, 1) if isinstance(r["geslacht"], str)]
    cells = Counter(((r["schooljaar"], r["niveau"], r["klas"]), r["geslacht"]) for r in seats)
    sizes = Counter(r["geslacht"] for r in seats)
    rooms = {room for room, _ in cells}
    d = sum(abs(cells[u, "man"] / sizes["man"] - cells[u, "vrouw"] / sizes["vrouw"]) for u in rooms) / 2
    found = segregatie.classes_beside_lots(school)
    assert found[("jongens en meisjes", "nu")].value == pytest.approx(d)
    assert found[("jongens en meisjes", "nu")].n == len(seats)


def test_boys_and_girls_sit_as_by_lot_and_parents_hardly_otherwise(store: Store) -> None:
    """Sex is drawn without a look at classes, so nearly all schools lie inside the lots; the sorting by home
    that the region was made with is slight, and seen over all schools only."""
    inside, apart, of_levels = [], [], []
    for code in store.vestigingen.index[store.vestigingen["sector"] == "vo"]:
        found = segregatie.classes_beside_lots(store.school(code))
        shown = {(item.name, item.group): item for item in found.estimates if item.value is not None}
        lots = shown.get(("jongens en meisjes", klassen.BY_LEVEL))
        if lots is not None:
            inside.append(lots.lower <= shown["jongens en meisjes", klassen.NOW].value <= lots.upper)
        home = shown.get(("opleiding van de ouders", klassen.BY_LEVEL))
        if home is not None:
            apart.append(shown["opleiding van de ouders", klassen.NOW].value - home.value)
            of_levels.append(home.value - shown["opleiding van de ouders", klassen.BY_ALL].value)
    assert len(inside) >= 20
    assert np.mean(inside) >= 0.85
    assert np.mean(apart) > 2 * np.std(apart, ddof=1) / math.sqrt(len(apart)) > 0
    assert np.mean(apart) < np.mean([part for part in of_levels if part > 0])


def test_lots_within_a_level_keep_who_follows_it(school: School) -> None:
    """Over all classes lots mix the levels too, which takes the part between levels away."""
    found = values(segregatie.classes_beside_lots(school))
    name = "opleiding van de ouders"
    assert found[name, klassen.BY_ALL] < found[name, klassen.BY_LEVEL]
    one_level = school.store.school("ZZ0601")
    alone = values(segregatie.classes_beside_lots(one_level))
    assert alone[name, klassen.BY_ALL] == alone[name, klassen.BY_LEVEL]


def test_one_class_a_level_leaves_nothing_to_draw() -> None:
    seats = pd.DataFrame(
        {
            "geslacht": ["man", "vrouw", "man", "man"],
            "schooljaar": "a",
            "plek": list("xxyy"),
            "zaal": list("xxyy"),
        }
    ).assign(opleiding=None, afkomst=None)
    found = {(item.name, item.group): item for item in klassen._lots(seats)}
    assert found["jongens en meisjes", klassen.NOW].value == pytest.approx(2 / 3)
    assert "niets te loten" in found["jongens en meisjes", klassen.BY_LEVEL].reason


def test_classes_of_a_small_school_stay_hidden(store: Store) -> None:
    result = segregatie.background_over_classes(store.school("ZZ0G01"))
    hidden = [n for n in disclosure.release(result).numbers if n.name == "herkomst"]
    assert hidden
    assert all(number.value is None for number in hidden)


# --- change -----------------------------------------------------------------------------------------------


def fitted(table: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """The table with these margins, a line at a time."""
    table = [[float(x) for x in line] for line in table]
    for _ in range(20_000):
        for i, want in enumerate(rows):
            total = sum(table[i])
            table[i] = [x * want / total for x in table[i]]
        off = 0.0
        for j, want in enumerate(columns):
            total = sum(line[j] for line in table)
            off = max(off, abs(total - want))
            for line in table:
                line[j] *= want / total
        if off < 1e-12:
            break
    return np.array(table)


def test_parts_of_a_change_are_those_fitted_by_hand(store: Store, school: School, kept: Benchmark) -> None:
    years = ("2019-2020", "2025-2026")
    cells = [levels_by_hand(store, {"Denkwolde"}, year) for year in years]
    units, groups = (sorted({key[i] for part in cells for key in part}) for i in (0, 1))
    tables = [np.array([[part[u, g] for g in groups] for u in units], float) for part in cells]
    shares = [np.where(t > 0, t, 1e-10) / np.where(t > 0, t, 1e-10).sum() for t in tables]

    def m(g: int, u: int, s: int) -> float:
        table = fitted(shares[s], shares[u].sum(axis=1), shares[g].sum(axis=0))
        return information(Counter({(i, j): x for i, line in enumerate(table) for j, x in enumerate(line)}))

    structural = (m(0, 0, 1) - m(0, 0, 0) + m(1, 1, 1) - m(1, 1, 0)) / 2
    by_group = sum(m(1, u, s) - m(0, u, s) for u in (0, 1) for s in (0, 1)) / 4
    found = segregatie.levels_then_and_now(school, kept, region(school))
    shown = {item.name: item for item in found.estimates}
    first, second = (shown[f"scheiding in {year}"] for year in years)
    assert first.value == pytest.approx(information(cells[0]), abs=0.02)
    assert second.value == pytest.approx(information(cells[1]), abs=0.02)
    assert shown["andere verdeling over scholen"].value == pytest.approx(structural, abs=0.005)
    assert shown["andere groepen leerlingen"].value == pytest.approx(by_group, abs=0.01)
    parts = [item.value for item in found.estimates][1:-1]
    assert sum(parts) == pytest.approx(second.value - first.value, abs=1e-6)
    assert found.sources[0] == "aantallen"


def moved(*rows: tuple[str, str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["schooljaar", "vestiging", "niveau", "aantal"])


def overgang(van: str, naar: str, datum: str = "2021-08-01", volledig: bool = True) -> dict:
    return {"van": van, "naar": naar, "datum": datum, "overgang": "Fusie", "volledig": volledig}


FIRST, LAST = "2019-2020", "2023-2024"
#: One school stays, one goes on in another and one stops; a new one comes.
SCHOOLS = moved(
    *((FIRST, code, "vwo", 50) for code in ("01AA00", "02BB00", "03CC00")),
    *((FIRST, code, "havo", 30) for code in ("01AA00", "02BB00", "03CC00")),
    *((LAST, code, "vwo", 50) for code in ("01AA00", "04DD00", "05EE00")),
    *((LAST, code, "havo", 30) for code in ("01AA00", "04DD00", "05EE00")),
)


@pytest.mark.parametrize(
    ("table", "joined", "together"),
    [
        ([], "02BB00", 0),
        ([overgang("02BB00", "04DD00")], "04DD00", 1),
        ([overgang("02BB", "04DD")], "04DD", 1),
        ([overgang("02BB", "09ZZ"), overgang("09ZZ", "04DD", "2022-08-01")], "04DD", 1),
        ([overgang("02BB", "04DD", volledig=False)], "02BB00", 0),
        ([overgang("02BB", "04DD", "2015-08-01")], "02BB00", 0),
        ([overgang("02BB", "02BB")], "02BB00", 0),
    ],
)
def test_a_school_that_goes_on_in_another_does_not_stop(table: list, joined: str, together: int) -> None:
    known = pd.DataFrame(table, columns=["van", "naar", "datum", "overgang", "volledig"]).astype(
        {"van": "str", "naar": "str", "datum": "str", "overgang": "str", "volledig": bool}
    )
    linked = verandering.linked(SCHOOLS, known, FIRST, LAST)
    assert set(linked.loc[linked["vestiging"] == "02BB00", "school"]) == {joined}
    told = verandering.schools_then_and_now(linked, FIRST, LAST)
    assert told["verder in een andere school"] == together
    assert told["gestopt"] == 2 - together
    assert told["erbij gekomen"] == 2 - together
    assert told[f"scholen in {FIRST}"] == told[f"scholen in {LAST}"] == 3


def test_a_change_without_parts_still_has_its_ends() -> None:
    """No school is there at both times: nothing is shared, but how apart the levels sit is known."""
    apart = SCHOOLS[SCHOOLS["vestiging"] != "01AA00"]
    found = verandering.parts(
        apart.assign(school=apart["vestiging"]), "niveau", FIRST, LAST, time="schooljaar"
    )
    assert [item.group for item in found.estimates] == ["first", "second", ""]
    assert [item.value is None for item in found.estimates] == [False, False, True]


def test_masked_years_are_not_fitted() -> None:
    counts = pd.DataFrame({"schooljaar": ["a", "a", "b", "c"], "lower": [5, 1, 7, 3], "upper": [5, 4, 7, 3]})
    assert verandering.exact_years(counts) == ["b", "c"]


def test_then_and_now_of_background_are_the_pupils_of_those_cohorts(
    store: Store, school: School, kept: Benchmark
) -> None:
    low = {"basisonderwijs", "vmbo of mbo-1"}
    place = store.vestigingen["gemeente"]
    pupils = [
        r
        for r in records(store, "leerlingen")
        if place[r["vestiging"]] == "Denkwolde" and isinstance(r["opleiding_ouders"], str)
    ]
    found = segregatie.background_of_region_then_and_now(school, kept, region(school))
    for label, years in (("2019 en 2020", ("2019", "2020")), ("2023 en 2024", ("2023", "2024"))):
        here = [r for r in pupils if r["cohort"][:4] in years]
        item = found[("laag", label)]
        assert (item.count, item.n) == (sum(r["opleiding_ouders"] in low for r in here), len(here))


# --- the intake around a broader brugklas -----------------------------------------------------------------


def test_the_year_of_broadening_shows_in_open_data_as_it_was_noted(store: Store) -> None:
    table = verandering.brugklassen(store, list(store.vestigingen.index))
    noted = {r["vestiging"]: r["start"] for r in records(store, "interventies", interventie="brede_brugklas")}
    started = {code: year for code, year in noted.items() if isinstance(year, str)}
    assert len(started) >= 6
    assert verandering.broadened(table).dropna().to_dict() == started


def test_the_year_that_a_school_noted_goes_before_the_one_that_shows(store: Store, kept: Benchmark) -> None:
    one = store.school(DEMO)
    one.table("interventies").loc[lambda rows: rows["interventie"] == "brede_brugklas", "start"] = "2022-2023"
    names = {item.name for item in segregatie.intake_by_year(one, kept, region(one)).estimates}
    assert "deze school (breder vanaf 2022-2023)" in names


def test_intake_before_and_after_is_as_counted_by_hand(store: Store, school: School, kept: Benchmark) -> None:
    place = store.vestigingen["gemeente"]
    pupils = [r for r in records(store, "leerlingen") if place[r["vestiging"]] == "Denkwolde"]
    found = segregatie.intake_before_and_after(school, kept, region(school))
    for label, later in (("voor", False), ("na", True)):
        here = [r for r in pupils if (r["cohort"] >= "2021-2022") is later]
        item = found[("alle leerlingen", label)]
        assert (item.count, item.n) == (sum(r["vestiging"] == DEMO for r in here), len(here))
        high = [r for r in here if isinstance(r["advies_definitief"], str)]
        high = [r for r in high if {"havo", "vwo"} & set(r["advies_definitief"].split("/"))]
        item = found[("advies met havo of vwo", label)]
        assert (item.count, item.n) == (sum(r["vestiging"] == DEMO for r in high), len(high))
    gap = found[("alle leerlingen", "na minus voor")].value
    levels = values(found)
    assert gap == pytest.approx(levels["alle leerlingen", "na"] - levels["alle leerlingen", "voor"])


def test_schools_without_change_are_no_reference_where_they_leave_one_other(
    store: Store, school: School, kept: Benchmark
) -> None:
    """Beside the own share, theirs gives that of the one other school that also changed."""
    two = segregatie.intake_before_and_after(school, kept, region(school, TWO))
    assert {item.reference for item in two.estimates} == {None}
    every = ", ".join(sorted(set(store.vestigingen["gemeente"])))
    wide = segregatie.intake_before_and_after(school, kept, region(school, every))
    assert all(item.reference is not None for item in wide.estimates)


def test_a_school_that_did_not_change_says_so_and_has_its_line(store: Store, kept: Benchmark) -> None:
    one = store.school("ZZ0400")
    (only,) = segregatie.intake_before_and_after(one, kept, region(one)).estimates
    assert "niet breder" in only.reason
    lines = segregatie.intake_by_year(one, kept, region(one))
    names = {item.name for item in lines.estimates}
    assert "deze school (brugklas bleef gelijk)" in names
    assert "andere scholen waar de brugklas breder werd" in names


def test_a_school_without_leerjaar_1_has_no_intake(store: Store, kept: Benchmark, tmp_path: Path) -> None:
    from kansen_lib import store as stores

    counts = store.read("aantallen")
    upper = counts[(counts["vestiging"] != "ZZ0200") | (counts["leerjaar"] > 1)]
    tables = [(name, upper if name == "aantallen" else store.read(name)) for name in store.tables]
    one = stores.write(tmp_path, tables, simulated=True).school("ZZ0200")
    for card in (segregatie.intake_by_year, segregatie.intake_before_and_after):
        (only,) = card(one, kept, region(one)).estimates
        assert only.reason == "deze school heeft geen leerlingen in leerjaar 1"


def test_the_first_year_is_one_and_shares_are_of_leerjaar_1(
    store: Store, school: School, kept: Benchmark
) -> None:
    found = segregatie.intake_by_year(school, kept, region(school))
    own = "deze school (breder vanaf 2021-2022)"
    first = [item for item in found.estimates if item.group == FIRST and item.unit == "ratio"]
    assert [item.value for item in first] == [1.0] * len(first) != []
    place = store.vestigingen["gemeente"]
    rows = [
        r for r in records(store, "aantallen") if r["leerjaar"] == 1 and place[r["vestiging"]] == "Denkwolde"
    ]
    sizes = Counter()
    for row in rows:
        sizes[row["schooljaar"], row["vestiging"] == DEMO] += row["aantal_lower"]
    for year in ("2021-2022", "2025-2026"):
        assert found[(own, year)].value == pytest.approx(sizes[year, True] / sizes[FIRST, True])
        share = sizes[year, True] / (sizes[year, True] + sizes[year, False])
        assert found[("deel van het gebied op deze school", year)].value == pytest.approx(share)


# --- schools without a region -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "card",
    ["levels_over_layers", "levels_by_kind", "levels_then_and_now", "schools_then_and_now", "intake_by_year"],
)
def test_without_a_gemeente_there_is_a_reason(card: str, school: School, kept: Benchmark) -> None:
    nowhere = area.Area("", (), (DEMO,))
    result: Result = getattr(segregatie, card)(school, kept, nowhere)
    assert [item.reason for item in result.estimates] == ["de gemeente van deze school is niet bekend"]


def test_all_schools_show_what_the_network_kept(store: Store, school: School, kept: Benchmark) -> None:
    found = values(segregatie.all_schools_over_layers(school, kept))
    assert found["niveau", "samen"] == kept.value(f"{delen.KEPT}niveau", "samen")
    counts = area.levels(store)
    latest = counts[counts["schooljaar"] == "2025-2026"]
    raw = segregation.theil(latest, "niveau", "vestiging", "aantal").value
    assert found["niveau", "samen"] == pytest.approx(raw, abs=0.01)
