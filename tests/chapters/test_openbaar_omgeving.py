"""Neighbourhood, feeding area and supply: counted again by hand, person by person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from counting import DEMO, records
from themes import of_themes, quantile_of_persons

from kansen_lib import codes, disclosure
from kansen_lib import store as stores
from kansen_lib.benchmark import Benchmark, buurten, open_data
from kansen_lib.chapters.oorzaken import aanbod, buurt
from kansen_lib.store import School, Store

RENT, PRICE = "woning_huurwoning_pct", "woning_woz_waarde_woning"
OPEN = ("vestigingen", "aantallen", "kenmerken", "herkomst_postcode")
Edit = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.fixture(scope="module")
def known(store: Store) -> Benchmark:
    """The themes that these chapters read."""
    return of_themes(store, buurten, open_data)


@pytest.fixture
def edited(store: Store, tmp_path: Path) -> Callable[..., Store]:
    """The open tables of the region, some of them changed."""

    def make(without: tuple[str, ...] = (), **edits: Edit) -> Store:
        tables = [(name, store.read(name)) for name in OPEN if name not in without]
        changed = [(name, edits[name](rows) if name in edits else rows) for name, rows in tables]
        return stores.write(tmp_path / "winkel", changed, simulated=True)

    return make


def of_pc4(store: Store, kenmerk: str) -> dict[str, float]:
    """A feature of every PC4, from the raw rows."""
    return {
        row["eenheid"]: row["waarde_lower"]
        for row in records(store, "kenmerken", soort="pc4", kenmerk=kenmerk)
    }


def test_the_neighbourhood_is_that_of_the_postcode(store: Store, school: School, known) -> None:
    rent, people = of_pc4(store, RENT), of_pc4(store, "inwoners_totaal")
    found = buurt.own_neighbourhood(school, known)
    here, every = found["huurwoningen", buurt.HERE], found["huurwoningen", buurten.EVERYWHERE]
    assert here.value == pytest.approx(rent[school.record["pc4"]] / 100)
    pairs = [(rent[pc4] / 100, int(people[pc4])) for pc4 in rent]
    for part, value in ((0.25, every.lower), (0.5, every.value), (0.75, every.upper)):
        assert value == pytest.approx(quantile_of_persons(pairs, part))


def test_the_gemeente_is_its_places_weighted_by_inhabitants(store: Store, known) -> None:
    price, people = of_pc4(store, PRICE), of_pc4(store, "inwoners_totaal")
    plain = 0
    for vestiging in store.vestigingen.index:
        school = store.school(vestiging)
        near = {row["pc4"] for row in records(store, "vestigingen", gemeente=school.record["gemeente"])}
        by_hand = quantile_of_persons([(price[pc4], int(people[pc4])) for pc4 in near], 0.5)
        assert buurt.own_neighbourhood(school, known)["WOZ-waarde", buurt.HERE].reference == by_hand
        plain += by_hand != quantile_of_persons([(price[pc4], 1) for pc4 in near], 0.5)
    assert plain  # weights matter somewhere


def test_a_ratio_is_of_the_counts_of_the_same_place(store: Store, school: School, known) -> None:
    single, households = of_pc4(store, "huishouden_eenouder"), of_pc4(store, "huishouden_totaal")
    pc4 = school.record["pc4"]
    found = buurt.own_neighbourhood(school, known)["eenoudergezinnen", buurt.HERE]
    assert found.value == pytest.approx(single[pc4] / households[pc4])


def test_the_feeding_area_weighs_places_by_pupils_of_basisscholen(
    store: Store, school: School, known
) -> None:
    price, pupils = of_pc4(store, PRICE), Counter()
    near = records(store, "vestigingen", gemeente=school.record["gemeente"], sector="po")
    basisscholen = {row["vestiging"] for row in near}
    rows = records(store, "herkomst_postcode", soort="Bo")
    last = max(row["schooljaar"] for row in rows)
    for row in rows:
        if row["vestiging"] in basisscholen and row["schooljaar"] == last:
            pupils[row["pc4"]] += row["aantal_lower"] + row["aantal_upper"]  # twice the middle: whole
    found = buurt.feeding_area(school, known)["WOZ-waarde", buurt.AREA]
    pairs = [(price[pc4], n) for pc4, n in pupils.items() if isinstance(pc4, str)]
    assert len(pairs) > 3
    for part, value in ((0.25, found.lower), (0.5, found.value), (0.75, found.upper)):
        assert value == pytest.approx(quantile_of_persons(pairs, part))


def test_the_own_pupils_are_held_against_the_feeding_area(store: Store, school: School, known) -> None:
    price, pupils = of_pc4(store, PRICE), Counter()
    near = records(store, "vestigingen", gemeente=school.record["gemeente"], sector="po")
    rows = records(store, "herkomst_postcode", soort="Bo")
    last = max(row["schooljaar"] for row in rows)
    for row in rows:
        if row["vestiging"] in {one["vestiging"] for one in near} and row["schooljaar"] == last:
            pupils[row["pc4"]] += (row["aantal_lower"] + row["aantal_upper"]) / 2
    own = [price[row["pc4"]] for row in records(store, "leerlingen", vestiging=DEMO) if row["pc4"] in price]
    found = buurt.intake_and_area(school, known)["WOZ-waarde", buurt.OWN]
    assert (found.value, found.n) == (round(np.mean(own)), len(own))
    weights = {pc4: n for pc4, n in pupils.items() if isinstance(pc4, str)}
    mean = sum(price[pc4] * n for pc4, n in weights.items()) / sum(weights.values())
    assert found.reference == pytest.approx(mean)
    assert found.lower < found.value < found.upper


def test_the_means_of_few_pupils_cannot_be_solved_for_their_postcodes(school: School, known) -> None:
    """Six means with all their digits would be six equations in whole numbers of pupils."""
    for item in buurt.intake_and_area(school, known).estimates:
        places = buurt.DECIMALS.get(item.unit, 0)
        for value in (item.value, item.lower, item.upper):
            assert value == round(value, places)


def test_the_intake_of_the_smallest_school_is_withheld(store: Store, known) -> None:
    small = store.school("ZZ0G01")
    small._read["leerlingen"] = small.table("leerlingen").head(7)
    result = buurt.intake_and_area(small, known)
    assert [item.n for item in result.estimates] == [7] * len(result.estimates)
    assert disclosure.release(result).status == "withheld"
    shown = disclosure.release(result, "nco").numbers
    assert shown and all(number.value is not None for number in shown)


def test_what_is_secret_says_so(edited, school: School) -> None:
    pc4 = school.record["pc4"]
    made = edited(kenmerken=lambda rows: rows[(rows["eenheid"] != pc4) | (rows["kenmerk"] != RENT)])
    result = buurt.own_neighbourhood(made.school(DEMO), of_themes(made, buurten))
    here = result["huurwoningen", buurt.HERE]
    assert here.value is None and "geheim" in here.reason
    assert result["huurwoningen", buurten.EVERYWHERE].value is not None
    assert result["WOZ-waarde", buurt.HERE].value is not None


def test_a_school_without_postcode_or_gemeente_still_has_a_page(edited) -> None:
    lost = edited(vestigingen=lambda rows: rows.assign(pc4=None, gemeente=None, gemeente_code=None))
    school, network = lost.school(DEMO), of_themes(lost, buurten, open_data)
    assert buurt.feeding_area(school, network).estimates[0].reason == buurt.NO_GEMEENTE
    assert aanbod.supply_nearby(school, network).estimates[0].reason == buurt.NO_POSTCODE
    for item in buurt.own_neighbourhood(school, network).estimates:
        assert (item.value is None) == (item.group == buurt.HERE)


def test_without_the_files_of_cbs_it_is_said_what_is_needed(edited) -> None:
    made = edited(without=("kenmerken",))
    school, network = made.school(DEMO), of_themes(made, buurten, open_data)
    for analysis in (
        buurt.own_neighbourhood,
        buurt.feeding_area,
        buurt.achterstand_of_basisscholen,
        buurt.ses_of_place,
        buurt.onderwijskansenscore,
        aanbod.supply_nearby,
    ):
        assert buurt.KENMERKEN in analysis(school, network).missing
    assert aanbod.routes_in_gemeente(school, network).estimates


# --- basisscholen and gemeente ------------------------------------------------------------------------


def rows_of(
    soort: str, kenmerk: str, values: dict[str, float], noot: dict[str, str] | None = None
) -> pd.DataFrame:
    """Rows of kenmerken."""
    frame = pd.DataFrame({"eenheid": list(values), "waarde_lower": [float(x) for x in values.values()]})
    notes = [(noot or {}).get(unit) for unit in values]
    return frame.assign(
        soort=soort,
        kenmerk=kenmerk,
        jaar="2031",  # later than what the region has: the latest year counts
        waarde_upper=frame["waarde_lower"],
        noot=pd.Series(notes, dtype="str"),
        bron="gesimuleerd",
    )


def basisscholen_of(store: Store, gemeente: str) -> list[str]:
    found = records(store, "vestigingen", gemeente=gemeente, sector="po")
    return sorted(row["vestiging"] for row in found)


def with_scores(store: Store, gemeente: str, reliable: int) -> Edit:
    """Scores of all basisscholen; in the gemeente only the first few are reliable."""
    schools = sorted(row["vestiging"] for row in records(store, "vestigingen", sector="po"))
    score = {code: 10.0 * place for place, code in enumerate(schools)}
    size = {code: 50.0 + 3 * place for place, code in enumerate(schools)}
    note = dict.fromkeys(
        basisscholen_of(store, gemeente)[reliable:], "a: hoogstens 40 leerlingen: onbetrouwbaar"
    )
    name = "achterstandsscore_zonder_drempel"
    more = [rows_of("vestiging", name, score, note), rows_of("vestiging", "bekostigde_leerlingen", size)]
    return lambda rows: pd.concat([rows, *more], ignore_index=True)


def test_scores_of_basisscholen_are_counted_over_pupils(store: Store, edited) -> None:
    made = edited(kenmerken=with_scores(store, "Denkwolde", 20))
    schools, own = sorted(row["vestiging"] for row in records(store, "vestigingen", sector="po")), []
    near = basisscholen_of(store, "Denkwolde")
    every = [(10 * i / (50 + 3 * i), 50 + 3 * i, code) for i, code in enumerate(schools)]
    own = [item for item in every if item[2] in near[:20]]
    found = buurt.achterstand_of_basisscholen(made.school(DEMO), of_themes(made, buurten))
    here = found["score per leerling", buurt.GEMEENTE]
    assert here.value == pytest.approx(quantile_of_persons([item[:2] for item in own], 0.5))
    reliable = [item[:2] for item in every if item[2] not in near[20:]]
    limit = quantile_of_persons(reliable, 0.75)
    high = sum(n for score, n, _ in own if score > limit) / sum(n for _, n, _ in own)
    assert found["hoge score", buurt.GEMEENTE].value == pytest.approx(high)
    small = sum(n for _, n, code in every if code in near[20:]) / sum(
        n for _, n, code in every if code in near
    )
    assert found["onbetrouwbare score", buurt.GEMEENTE].value == pytest.approx(small)


def test_fewer_than_five_basisscholen_are_no_list(store: Store, edited) -> None:
    made = edited(kenmerken=with_scores(store, "Denkwolde", 4))
    found = buurt.achterstand_of_basisscholen(made.school(DEMO), of_themes(made, buurten))
    here = found["score per leerling", buurt.GEMEENTE]
    assert here.value is None and "minder dan 5" in here.reason
    assert not [item for item in found.estimates if item.name == "hoge score"]


def test_education_and_ses_say_at_which_level_they_are(store: Store, edited, school: School) -> None:
    code = school.record["gemeente_code"]
    counts = {"laag": 200.0, "middelbaar": 300.0, "hoog": 500.0}
    more = [rows_of("gemeente", f"inwoners_opleiding_{name}", {code: n}) for name, n in counts.items()]
    more += [rows_of("land", f"inwoners_opleiding_{name}", {"NL": 1000.0}) for name in counts]
    ses = {f"{code}{number:02d}": number / 10 for number in range(5)}
    more += [
        rows_of("wijk", "ses_woa", ses),
        rows_of("wijk", "particuliere_huishoudens", dict.fromkeys(ses, 10.0)),
    ]
    more.append(rows_of("wijk", "ses_woa", {"X00100": 99.0}))  # a wijk of another gemeente
    made = edited(kenmerken=lambda rows: pd.concat([rows, *more], ignore_index=True))
    found = buurt.ses_of_place(made.school(DEMO), of_themes(made, buurten))
    assert found["laag opgeleid", buurt.GEMEENTE].value == pytest.approx(0.2)
    assert found["hoog opgeleid", buurt.GEMEENTE].reference == pytest.approx(1 / 3)
    assert found["SES-WOA", "de wijken van deze gemeente"].value == pytest.approx(0.2)


def test_the_onderwijskansenscore_is_taken_over_and_divided(store: Store, school: School, known) -> None:
    (row,) = records(store, "kenmerken", soort="vestiging", eenheid=DEMO, kenmerk=buurten.CHANCES)
    pupils = sum(
        count["aantal_lower"] for count in records(store, "aantallen", vestiging=DEMO, schooljaar=row["jaar"])
    )
    found = buurt.onderwijskansenscore(school, known)["score per leerling", "deze school"]
    assert found.value == pytest.approx(row["waarde_lower"] / pupils) and found.n == pupils


# --- supply -------------------------------------------------------------------------------------------


def test_supply_is_held_against_places_of_the_same_stedelijkheid(store: Store, school: School, known) -> None:
    near, place = of_pc4(store, "vmbo_aantal_binnen_10_km"), of_pc4(store, "stedelijkheid")
    people, pc4 = of_pc4(store, "inwoners_totaal"), school.record["pc4"]
    result = aanbod.supply_nearby(school, known)
    found = result["vmbo", "binnen 10 km"]
    alike = [(near[code], int(people[code])) for code in near if place[code] == place[pc4]]
    assert found.value == pytest.approx(near[pc4])
    assert found.reference == pytest.approx(quantile_of_persons(alike, 0.5))
    assert codes.STEDELIJKHEID.codes[int(place[pc4]) - 1] in result.reference_name


def test_levels_of_the_gemeente_are_counted_by_hand(store: Store, school: School, known) -> None:
    rows = [row for code in school.neighbours for row in records(store, "aantallen", vestiging=code)]
    last, pupils = max(row["schooljaar"] for row in rows), Counter()
    for row in rows:
        if row["schooljaar"] == last and row["leerjaar"] >= 3:
            (level,) = codes.levels(row["onderwijstype"]) or {None}
            pupils[level, row["vestiging"]] += row["aantal_lower"]
    found = {item.group: item.value for item in aanbod.routes_in_gemeente(school, known).estimates}
    offers = Counter(level for (level, _), n in pupils.items() if n >= 5)
    assert {level: found[level] for level in codes.NIVEAU.codes} == {
        level: offers[level] for level in codes.NIVEAU.codes
    }
    assert found["alle niveaus samen"] == len({code for (_, code), n in pupils.items() if n >= 5})


def test_broad_and_single_are_counted_by_hand(store: Store, school: School, known) -> None:
    rows = [row for code in school.neighbours for row in records(store, "aantallen", vestiging=code)]
    last, first, broad, levels = max(row["schooljaar"] for row in rows), 0, 0, {}
    for row in rows:
        if row["schooljaar"] != last:
            continue
        if row["leerjaar"] == 1 and isinstance(row["brugklastype"], str):
            first += row["aantal_lower"]
            broad += row["aantal_lower"] * (len(codes.levels(row["brugklastype"])) > 1)
        if row["leerjaar"] >= 3 and row["onderwijstype"] != "brugjaar":
            kinds = levels.setdefault(row["vestiging"], Counter())
            kinds[codes.levels(row["onderwijstype"])] += row["aantal_lower"]
    found = aanbod.broad_or_single(school, known)
    assert found[aanbod.BROAD, aanbod.GEMEENTE].value == pytest.approx(broad / first)
    alone = sum(sum(kinds.values()) for kinds in levels.values() if len(kinds) == 1)
    whole = sum(sum(kinds.values()) for kinds in levels.values())
    assert found[buurten.SINGLE_LEVEL, aanbod.GEMEENTE].value == pytest.approx(alone / whole)
    assert 0 < alone < whole


def test_the_simulated_gemeente_is_educated_as_its_parents_are(store: Store, school: School, known) -> None:
    home = {row["pc4"]: row["gemeente"] for row in records(store, "vestigingen")}
    levels = Counter(
        codes.three_classes(row["opleiding_ouders"])
        for row in records(store, "leerlingen")
        if isinstance(row["opleiding_ouders"], str) and home.get(row["pc4"]) == school.record["gemeente"]
    )
    found = buurt.ses_of_place(school, known)
    for name, label in zip(("laag", "middelbaar", "hoog"), ("laag", "midden", "hoog"), strict=True):
        share = levels[label] / sum(levels.values())
        error = (share * (1 - share) / sum(levels.values())) ** 0.5  # the missing answers are drawn at random
        assert abs(found[f"{name} opgeleid", buurt.GEMEENTE].value - share) < 3 * error


def test_four_pupils_on_a_level_are_no_offer_of_it(edited) -> None:
    def few(rows: pd.DataFrame) -> pd.DataFrame:
        havo = (rows["vestiging"] == DEMO) & (rows["onderwijstype"] == "havo") & (rows["leerjaar"] >= 3)
        last = rows[havo & (rows["schooljaar"] == rows["schooljaar"].max())].head(1)
        four = last.assign(aantal_lower=4, aantal_upper=4)
        return pd.concat([rows[~havo], four], ignore_index=True).sort_values("vestiging", kind="stable")

    made = edited(aantallen=few)
    found = aanbod.routes_in_gemeente(made.school(DEMO), of_themes(made, open_data))
    assert found["vestigingen", "havo"].value == 0  # nobody else in the gemeente offers it
    assert found["vestigingen", "vwo"].value > 0
