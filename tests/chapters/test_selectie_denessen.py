"""The headline, the open data and the monitor of chapter 3, counted again by hand from raw records."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from counting import DEMO, records, values
from scipy import stats
from themes import of_themes

from kansen_lib import codes, disclosure, indicators
from kansen_lib import store as stores
from kansen_lib.benchmark import Benchmark, context, grenzen, kerncijfers, openbaar_selectie
from kansen_lib.benchmark.context import GAP
from kansen_lib.benchmark.numbers import as_table
from kansen_lib.chapters import selectie
from kansen_lib.chapters.pupils import and_everywhere, beside, pupils_of
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate
from kansen_lib.store import School, Store

GROUPS = codes.OPLEIDING_OUDERS_3.codes
#: Years of each route without delay, written once more.
LENGTH = {"pro": 5, "vmbo-b": 4, "vmbo-k": 4, "vmbo-gt": 4, "havo": 5, "vwo": 6}
LADDER = list(LENGTH)


@pytest.fixture(scope="module")
def network(store: Store) -> Benchmark:
    """The themes and the indicators that these cards read: the others are not waited for."""
    used = {name: indicators.INDICATORS[name] for name in kerncijfers.NUMBERS}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indicators, "INDICATORS", used)
        return of_themes(store, context, kerncijfers, openbaar_selectie)


@pytest.fixture(scope="module")
def careers(store: Store) -> list[dict]:
    """A record a pupil of all schools, with the rows of the career at the school of entry in order."""
    by_pupil = defaultdict(list)
    for row in records(store, "loopbaan"):
        by_pupil[row["leerling"], row["vestiging"]].append(row)
    found = []
    for row in records(store, "leerlingen"):
        rows = sorted(by_pupil[row["leerling"], row["vestiging"]], key=lambda one: one["schooljaar"])
        known = isinstance(row["opleiding_ouders"], str)
        found.append(
            row | {"rows": rows, "groep": codes.three_classes(row["opleiding_ouders"]) if known else None}
        )
    return found


def first_year(schooljaar: str) -> int:
    return int(schooljaar[:4])


def highest(pupil: dict, extra: int) -> str:
    """Highest diploma within the years of its route and ``extra`` more."""
    start = first_year(pupil["cohort"])
    got = [
        row["niveau"]
        for row in pupil["rows"]
        if row["afloop"] == "diploma"
        and first_year(row["schooljaar"]) - start + 1 <= LENGTH[row["niveau"]] + extra
    ]
    return max(got, key=LADDER.index, default="geen")


def counted(careers: list[dict], extra: int) -> list[dict]:
    """Pupils of cohorts that were seen for six years and ``extra``, at schools that give diplomas."""
    last = max(row["schooljaar"] for pupil in careers for row in pupil["rows"])
    given = {p["vestiging"] for p in careers for row in p["rows"] if row["afloop"] == "diploma"}
    return [
        pupil
        for pupil in careers
        if first_year(pupil["cohort"]) + 5 + extra <= first_year(last) and pupil["vestiging"] in given
    ]


def third_class(pupil: dict) -> frozenset[str]:
    """Levels of the class of leerjaar 3; nothing of who never sat in it."""
    return next((codes.levels(row["niveau"]) for row in pupil["rows"] if row["leerjaar"] == 3), frozenset())


def outcomes(careers: list[dict]) -> dict[str, list[tuple[dict, bool]]]:
    """Of each number of the headline the pupils that count, and whether they have it."""
    high = {"havo", "vwo"}
    return {
        "diploma op tijd": [(p, highest(p, 0) != "geen") for p in counted(careers, 0)],
        "diploma, hoogstens een jaar later": [(p, highest(p, 1) != "geen") for p in counted(careers, 1)],
        "havo- of vwo-diploma": [(p, highest(p, 1) in high) for p in counted(careers, 1)],
        "havo of vwo in leerjaar 3": [(p, bool(third_class(p) & high)) for p in careers if third_class(p)],
    }


# --- the headline -------------------------------------------------------------------------------------


def test_the_headline_is_counted_by_hand_and_beside_all_others(store, school, network, careers) -> None:
    found = values(selectie.two_numbers(school, network))
    by_hand = outcomes(careers)
    assert {name for name, group in found if group == "laag"} == set(by_hand)
    for name, pupils in by_hand.items():
        low = [(p["vestiging"] == DEMO, has) for p, has in pupils if p["groep"] == "laag"]
        own, others = ([has for here, has in low if here == side] for side in (True, False))
        assert found[name, "laag"] == pytest.approx(np.mean(own))
        assert found[name, "deze school minus andere scholen"] == pytest.approx(
            np.mean(own) - np.mean(others)
        )
        ratio = found[f"{name}, verhouding", "tegenover andere scholen"]
        assert ratio == pytest.approx(np.mean(own) / np.mean(others))
        assert network.value({v: k for k, v in kerncijfers.NUMBERS.items()}[name], "laag") == pytest.approx(
            np.mean(own + others)
        )


def test_levels_and_gap_of_the_diplomas_are_counted_by_hand(school, network, careers) -> None:
    cards = {
        "diploma op tijd": (selectie.diploma_in_time, "diploma_op_tijd"),
        "havo- of vwo-diploma": (selectie.havo_diploma_in_time, "havo_vwo_met_een_jaar_extra"),
    }
    for name, (card, indicator) in cards.items():
        found, share = values(card(school, network)), {}
        for group in GROUPS:
            own = [has for p, has in outcomes(careers)[name] if (p["vestiging"], p["groep"]) == (DEMO, group)]
            share[group] = np.mean(own)
            assert found[indicator, group] == pytest.approx(share[group])
        assert found[indicator, GAP] == pytest.approx(share["hoog"] - share["laag"])


def test_every_route_has_as_many_years_and_a_later_diploma_counts_when_it_is_higher() -> None:
    """Stacking, one year too late, still there, and a route that ended in time."""
    ends = {
        "stapelt": [("vmbo-gt", 4), ("havo", 6)],
        "te laat": [("vmbo-k", 6)],
        "vwo": [("vwo", 7)],
        "bezig": [],
    }
    leerlingen = pd.DataFrame(
        {
            "leerling": list(ends),
            "cohort": "2017-2018",
            "vestiging": "00AA00",
            "regime": "eindtoets",
            "toetsscore": 535.0,
        }
        | dict.fromkeys(("opleiding_ouders", "advies_eerste", "advies_definitief", "toetsadvies"), None)
    )
    rows = [(who, niveau, 2016 + year, "diploma") for who, got in ends.items() for niveau, year in got]
    rows.append(("bezig", "vwo", 2023, "onbekend"))
    loopbaan = pd.DataFrame(
        [
            {"leerling": who, "vestiging": "00AA00", "schooljaar": f"{y}-{y + 1}", "leerjaar": 4}
            | {"niveau": niveau, "klas": "4a", "afloop": afloop}
            for who, niveau, y, afloop in rows
        ]
    )
    toetsen = pd.DataFrame(columns=["leerling", "vestiging", "moment", "domein", "score", "referentieniveau"])
    known = indicators.pupils(leerlingen, loopbaan, toetsen, "2023-2024", "eindtoets").set_index("leerling")
    assert known["diploma_in_tijd"].to_dict() == {
        "stapelt": "vmbo-gt", "te laat": "geen", "vwo": "geen", "bezig": "geen"
    }  # fmt: skip
    assert known["diploma_jaar_extra"].to_dict() == {
        "stapelt": "havo", "te laat": "geen", "vwo": "vwo", "bezig": "geen"
    }  # fmt: skip
    early = indicators.pupils(leerlingen, loopbaan, toetsen, "2022-2023", "eindtoets")
    assert early["diploma_jaar_extra"].isna().all()  # the last results of the longest route are not in


def test_the_table_of_diplomas_is_counted_by_hand_and_adds_up(school, network, careers) -> None:
    found = selectie.highest_diploma(school, network)
    assert found.crossed
    name = {"pro": "pro of vmbo-b/k", "vmbo-b": "pro of vmbo-b/k", "vmbo-k": "pro of vmbo-b/k"}
    name |= {"geen": "(nog) geen"}
    counts = Counter(
        (p["groep"], name.get(highest(p, 1), highest(p, 1)))
        for p in counted(careers, 1)
        if p["vestiging"] == DEMO and p["groep"]
    )
    for group in GROUPS:
        row = [item for item in found.estimates if item.name == f"ouders: {group}"]
        assert sum(item.value for item in row) == pytest.approx(1) and len(row) == 5
        for item in row:
            assert item.count == counts[group, item.group.removeprefix("diploma: ")]
    assert sum(item.count for item in found.estimates) == sum(counts.values())


def test_the_headline_stands_only_where_its_whole_context_may_be_shown(store, network) -> None:
    """Levels hide each other; and the small schools of the region have both kinds."""
    hidden = shown = 0
    cards = {
        "diploma op tijd": selectie.diploma_in_time,
        "havo- of vwo-diploma": selectie.havo_diploma_in_time,
    }
    for vestiging in store.vestigingen.index[:12]:
        school = store.school(vestiging)
        headline = disclosure.release(selectie.two_numbers(school, network)).numbers
        for name, card in cards.items():
            context = [n for n in disclosure.release(card(school, network)).numbers if n.group in GROUPS]
            whole = bool(context) and all(n.value is not None for n in context if "," not in n.name)
            given = [n for n in headline if n.name == name and n.value is not None]
            assert whole or not given, (vestiging, name)
            hidden, shown = hidden + (not given), shown + bool(given)
    assert hidden > 0 and shown > 0


def test_nobody_has_a_diploma_where_pupils_do_their_exams_elsewhere(store, network) -> None:
    given = set(store.read("loopbaan").query("afloop == 'diploma'")["vestiging"])
    (without,) = set(store.vestigingen.index) - given
    found = selectie.havo_diploma_in_time(store.school(without), network).estimates
    assert [item.value for item in found] == [None]


# --- who is counted, and bounds -----------------------------------------------------------------------


def test_where_all_starters_went_is_counted_by_hand(store, school, careers) -> None:
    found = values(selectie.who_counts(school))
    starters = [p for p in counted(careers, 1) if p["vestiging"] == DEMO]
    ends = Counter()
    for pupil in starters:
        last = pupil["rows"][-1]["afloop"] if pupil["rows"] else "onbekend"
        gone = {"andere school": "naar een andere school", "uit het onderwijs": "gestopt zonder diploma"}
        end = gone.get(last, "later klaar of nog op school")
        ends["diploma, hoogstens een jaar later" if highest(pupil, 1) != "geen" else end] += 1
    for label, count in ends.items():
        assert found["leerlingen die begonnen", label] == pytest.approx(count / len(starters))
    assert found["aantal", "begonnen"] == len(starters)
    own = {p["leerling"] for p in careers if p["vestiging"] == DEMO}
    here = {row["leerling"] for row in records(store, "loopbaan", vestiging=DEMO)}
    assert found["alle leerlingen die hier zaten", "kwam later binnen"] == pytest.approx(
        len(here - own) / len(here)
    )


def unknown_bounds(careers: list[dict], *, left: bool) -> dict[str, tuple[float, float]]:
    """Smallest and largest share in havo or vwo that unknown pupils allow, pupil by pupil."""
    last = max(first_year(row["schooljaar"]) for pupil in careers for row in pupil["rows"])
    own = [p for p in careers if p["vestiging"] == DEMO and first_year(p["cohort"]) + 2 <= last]
    found = {}
    for group in ("laag", "hoog"):
        ends = []
        for best in (False, True):
            n = k = 0
            for pupil in own:
                sits = bool(third_class(pupil) & {"havo", "vwo"}) if third_class(pupil) else best
                if not third_class(pupil) and not left:
                    continue
                if pupil["groep"] == group or (pupil["groep"] is None and sits == best):
                    n, k = n + 1, k + sits
            ends.append(k / n)
        found[group] = tuple(ends)
    return found


def test_bounds_are_those_of_the_worst_and_the_best_case_pupil_by_pupil(school, careers) -> None:
    found = {(item.name, item.group): item for item in selectie.bounds_of_havo(school).estimates}
    for name, left in (("ook zonder bekende ouders", False), ("ook wie eerder vertrok", True)):
        ends = unknown_bounds(careers, left=left)
        for group, (low, high) in ends.items():
            assert found[name, group].value == pytest.approx((low + high) / 2)
            assert found[name, group].lower < low < high < found[name, group].upper
        least, most = ends["hoog"][0] - ends["laag"][1], ends["hoog"][1] - ends["laag"][0]
        assert found[name, GAP].value == pytest.approx((least + most) / 2)
        assert found[name, GAP].lower < least < most < found[name, GAP].upper


def test_bounds_hold_what_was_hidden_however_selective_it_was(store: Store, tmp_path: Path) -> None:
    """Education is hidden of every third pupil in havo or vwo with parents of low education."""
    whole = selectie.bounds_of_havo(store.school(DEMO))["zoals geteld", "laag"]
    loopbaan, leerlingen = store.read("loopbaan"), store.read("leerlingen")
    high = loopbaan[(loopbaan["leerjaar"] == 3) & loopbaan["niveau"].isin(["havo", "havo/vwo", "vwo"])]
    low = leerlingen["opleiding_ouders"].isin(["basisonderwijs", "vmbo of mbo-1"])
    chosen = leerlingen.index[low & leerlingen["leerling"].isin(high["leerling"])][::3]
    leerlingen.loc[chosen, "opleiding_ouders"] = None
    parts = [("vestigingen", store.read("vestigingen")), ("leerlingen", leerlingen), ("loopbaan", loopbaan)]
    hidden = selectie.bounds_of_havo(stores.write(tmp_path, parts, simulated=True).school(DEMO))
    biased, bounded = hidden["zoals geteld", "laag"], hidden["ook zonder bekende ouders", "laag"]
    assert biased.value < whole.value - 0.03
    assert bounded.lower < whole.value < bounded.upper


# --- without the education of parents -----------------------------------------------------------------

HIDDEN = ("opleiding_ouders", "inkomenskwintiel", "herkomst", "verblijfsduur_moeder", "schuldsanering")


@pytest.fixture(scope="module")
def tier_school(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """What a school has itself, of one school, beside the open data: nothing of the parents."""
    found = []
    for name in ("vestigingen", "leerlingen", "loopbaan", "kenmerken", "herkomst_postcode"):
        rows = store.read(name)
        if name in ("leerlingen", "loopbaan"):
            rows = rows[rows["vestiging"] == DEMO]
        found.append((name, rows.assign(**dict.fromkeys(HIDDEN)) if name == "leerlingen" else rows))
    made = stores.write(tmp_path_factory.mktemp("school"), found)
    assert made.tier == "school"
    return made


def test_without_parents_the_numbers_are_given_by_what_a_school_has(tier_school, school, network) -> None:
    """One school with open data has the same thirds as the region, and says what it lacks."""
    alone = of_themes(tier_school, context, kerncijfers)
    own = tier_school.school(DEMO)
    for card in (selectie.havo_by_proxy, selectie.diplomas_by_proxy):
        there, here = values(card(school, network)), values(card(own, alone))
        assert there == pytest.approx(here) and len(here) >= 8
        assert all(item.reference is None for item in card(own, alone).estimates)
    for card in (selectie.two_numbers, selectie.what_proxies_tell):
        assert card(own, alone).missing == ("leerlingen.opleiding_ouders",)


def test_thirds_are_of_all_pupils_of_basisscholen(store: Store, network) -> None:
    """Counted by hand: a third of the pupils of basisscholen lives at or below the first end."""
    score = {row["eenheid"]: row["waarde_lower"] for row in records(store, "kenmerken", kenmerk="ses_score")}
    rows = records(store, "herkomst_postcode", soort="Bo")
    living, last = Counter(), max(row["schooljaar"] for row in rows)
    for row in rows:
        living[row["pc4"]] += row["aantal_lower"] * (row["schooljaar"] == last)
    total = sum(n for pc4, n in living.items() if pc4 in score)
    for place in (1, 2):
        end = network.value("SES-score buurt, grens", str(place))
        below = sum(n for pc4, n in living.items() if score.get(pc4, np.inf) <= end)
        strictly = sum(n for pc4, n in living.items() if score.get(pc4, np.inf) < end)
        assert strictly / total < place / 3 <= below / total


def test_havo_by_neighbourhood_is_counted_by_hand(store, school, network, careers) -> None:
    score = {row["eenheid"]: row["waarde_lower"] for row in records(store, "kenmerken", kenmerk="ses_score")}
    ends = [network.value("SES-score buurt, grens", place) for place in ("1", "2")]
    sits = defaultdict(list)
    for pupil in careers:
        if pupil["vestiging"] == DEMO and third_class(pupil) and pupil["pc4"] in score:
            third = kerncijfers.THIRDS[sum(score[pupil["pc4"]] > end for end in ends)]
            sits[third].append(bool(third_class(pupil) & {"havo", "vwo"}))
    found = values(selectie.havo_by_proxy(school, network))
    for third, has in sits.items():
        assert found["SES-score buurt", third] == pytest.approx(np.mean(has))
    assert len(sits) == 3


def test_thirds_of_areas_are_as_uncertain_as_their_areas(store, network, careers) -> None:
    """By hand: the residuals of an area added up before they are squared; pupils alone give a third of it."""
    third_of = {
        row["eenheid"]: sum(
            row["waarde_lower"] > network.value("SES-score buurt, grens", end) for end in ("1", "2")
        )
        for row in records(store, "kenmerken", kenmerk="ses_score")
    }
    told = [
        (pupil["pc4"], third_of[pupil["pc4"]], bool(third_class(pupil) & {"havo", "vwo"}))
        for pupil in careers
        if third_class(pupil) and third_of.get(pupil["pc4"], 1) != 1
    ]
    rows = pd.DataFrame(told, columns=["area", "third", "has"]).astype({"has": float})
    by_third = rows.groupby("third")["has"]
    rest = (rows["has"] - by_third.transform("mean")) / by_third.transform("size")
    areas, pupils = (rest.groupby(rows["area"]).sum() ** 2).sum() ** 0.5, (rest**2).sum() ** 0.5
    gap = network.find("SES-score buurt", "gunstig minus ongunstig", kerncijfers.HAVO_YEAR_3)
    assert gap.value == pytest.approx(by_third.mean()[2] - by_third.mean()[0])
    assert areas > 2.5 * pupils
    assert gap.standard_error == pytest.approx(areas, rel=0.15)  # CR2 puts it up a little for few areas


def test_what_proxies_tell_is_counted_by_hand_against_the_truth(store, school, network, careers) -> None:
    """Most pupils of the first third have other parents, half of the low ones live elsewhere, and the gap
    is smaller than the real one."""
    score = {row["eenheid"]: row["waarde_lower"] for row in records(store, "kenmerken", kenmerk="ses_score")}
    ends = [network.value("SES-score buurt, grens", place) for place in ("1", "2")]
    cells, sits = Counter(), defaultdict(list)
    for pupil in careers:
        if pupil["groep"] is None or pupil["pc4"] not in score:
            continue
        place = sum(score[pupil["pc4"]] > end for end in ends)
        cells[place == 0, pupil["groep"] == "laag"] += 1
        if third_class(pupil):
            for key in (place, pupil["groep"]):
                sits[key].append(bool(third_class(pupil) & {"havo", "vwo"}))
    found = {(i.name, i.group): i for i in selectie.what_proxies_tell(school, network).estimates}
    both = cells[True, True]
    low_in_third = found[kerncijfers.LOW_IN_THIRD, "ongunstig: SES-score buurt"]
    in_third = found[kerncijfers.IN_THIRD, "groep laag: SES-score buurt"]
    kept = found[kerncijfers.KEPT, "SES-score buurt"]
    assert low_in_third.value == pytest.approx(both / (both + cells[True, False]))
    assert in_third.value == pytest.approx(both / (both + cells[False, True]))
    gap, real = (np.mean(sits[b]) - np.mean(sits[a]) for a, b in ((0, 2), ("laag", "hoog")))
    assert kept.value == pytest.approx(gap / real)
    assert low_in_third.upper < 0.5 and in_third.upper < 0.75 and 0 < kept.lower < kept.upper < 1


# --- open data ----------------------------------------------------------------------------------------

KIND = {
    **dict.fromkeys(("pro", "pro/vmbo-b", "vmbo-b", "vmbo-b/k", "vmbo-k"), "pro, vmbo-b of vmbo-k"),
    **dict.fromkeys(("vmbo-k/gt", "vmbo-gt", "vmbo-gt/havo"), "vmbo-gt (ook dubbel)"),
    **dict.fromkeys(("havo", "havo/vwo"), "havo of havo/vwo"),
    "vwo": "vwo",
}


def middle(count: list[int], rest: list[int]) -> float:
    """Middle of the smallest and the largest share that the bounds allow."""
    return (count[0] / (count[0] + rest[1]) + count[1] / (count[1] + rest[0])) / 2


def adviezen(rows: list[dict]) -> dict[tuple[str, str], list[int]]:
    """Bounds of each kind of advies, and of double and single ones, by school year."""
    found = defaultdict(lambda: [0, 0])
    for row in rows:
        for name in (KIND.get(row["advies"], "anders"), "dubbel advies" if "/" in row["advies"] else "enkel"):
            for i, end in enumerate(("lower", "upper")):
                found[name, row["schooljaar"]][i] += row[f"aantal_{end}"]
    return found


def test_adviezen_of_the_gemeente_are_counted_by_hand(store, school, network) -> None:
    assert set(KIND) == set(codes.ADVIES.codes) - {"vso", "niet mogelijk"}
    own = adviezen(records(store, "adviezen_po", gemeente=school.record["gemeente"]))
    everybody = adviezen(records(store, "adviezen_po"))
    kinds = (*dict.fromkeys(KIND.values()), "anders")
    for card, names, number in (
        (selectie.advies_of_basisscholen, kinds, 4),
        (selectie.double_advies_of_basisscholen, ("dubbel advies", "enkel"), 1),
    ):
        result = card(school, network)
        assert len(result.estimates) == number * len({year for _, year in own})
        for item in result.estimates:
            for table, value in ((own, item.value), (everybody, item.reference)):
                rest = [
                    sum(table[name, item.group][i] for name in names if name != item.name) for i in (0, 1)
                ]
                assert value == pytest.approx(middle(table[item.name, item.group], rest))


def test_classes_are_counted_by_hand_in_every_leerjaar(store, school, network) -> None:
    rows = records(store, "aantallen")
    last = max(row["schooljaar"] for row in rows)
    gemeente = store.vestigingen["gemeente"]
    count = Counter()
    for row in rows:
        levels = codes.levels(row["brugklastype"]) if isinstance(row["brugklastype"], str) else ()
        if row["schooljaar"] == last and levels:
            near = gemeente[row["vestiging"]] == school.record["gemeente"]
            for where in ("alle scholen samen", *["alle scholen in de gemeente"] * near):
                count[where, row["leerjaar"], len(levels)] += row["aantal_lower"]
            if row["vestiging"] == DEMO:
                count["deze school", row["leerjaar"], len(levels)] += row["aantal_lower"]
    found = selectie.moment_of_choice(school, network).estimates
    assert len(found) == 9
    for item in found:
        of = {n: count[item.name, int(item.group[-1]), n] for n in range(1, 6)}
        assert item.value == pytest.approx(1 - of[1] / sum(of.values()))
    widths = values(selectie.brugklas_breadth(school, network))
    for where in ("deze school", "alle scholen in de gemeente"):
        of = [count[where, 1, n] for n in range(1, 6)]
        shares = [of[0] / sum(of), of[1] / sum(of), sum(of[2:]) / sum(of)]
        assert [widths[where, label] for label in openbaar_selectie.WIDTHS] == pytest.approx(shares)


def test_the_breadth_of_leerjaar_1_is_counted_by_hand(store, school, network) -> None:
    """A pupil of a havo/vwo class is half a pupil of havo and half one of vwo."""
    rows = records(store, "aantallen", vestiging=DEMO)
    last = max(row["schooljaar"] for row in rows)
    parts = Counter()
    for row in rows:
        if row["schooljaar"] == last and row["leerjaar"] == 1 and isinstance(row["brugklastype"], str):
            levels = codes.levels(row["brugklastype"])
            for level in levels:
                parts[level] += row["aantal_lower"] / len(levels)
    shares = np.array(list(parts.values())) / sum(parts.values())
    found = values(selectie.brugklas_breadth(school, network))
    assert found["breedte van leerjaar 1", "deze school"] == pytest.approx(
        np.exp(-(shares * np.log(shares)).sum())
    )


def test_a_school_without_a_first_year_says_so(store, network, tmp_path: Path) -> None:
    rows = store.read("aantallen")
    upper = rows[(rows["vestiging"] == DEMO) & (rows["leerjaar"] > 3)]
    made = stores.write(tmp_path, [("vestigingen", store.read("vestigingen")), ("aantallen", upper)])
    found = selectie.brugklas_breadth(made.school(DEMO), network)
    assert found.missing or [item.value for item in found.estimates] == [None]


def passes(rows: list[dict], years: set[str]) -> dict[tuple[str, str], list[list[int]]]:
    """Bounds of passes and failures of each sex on each route, within each row."""
    found = defaultdict(lambda: [[0, 0], [0, 0]])
    for row in rows:
        if row["geslacht"] in ("man", "vrouw") and row["schooljaar"] in years:
            route = {"vmbo-g": "vmbo-gt", "vmbo-t": "vmbo-gt"}.get(row["onderwijstype"], row["onderwijstype"])
            passed, failed = found[route, row["geslacht"]]
            passed[0] += row["geslaagden_lower"]
            passed[1] += min(row["geslaagden_upper"], row["kandidaten_upper"])
            failed[0] += max(0, row["kandidaten_lower"] - row["geslaagden_upper"])
            failed[1] += row["kandidaten_upper"] - row["geslaagden_lower"]
    return found


def test_boys_and_girls_who_passed_are_counted_by_hand(store, school, network) -> None:
    rows = records(store, "examens", vestiging=DEMO)
    years = sorted({row["schooljaar"] for row in rows})
    latest = [year for year in years if year >= "2022-2023"][-3:]
    ends = passes(rows, set(latest))
    label = {"jongens": "man", "meisjes": "vrouw"}
    found = {(i.name, i.group): i for i in selectie.passed_by_sex(school, network).estimates}
    assert {name for name, _ in found} == {route for route, _ in ends} and len(found) % 3 == 0
    for (route, group), item in found.items():
        if group in label:
            assert item.value == pytest.approx(middle(*ends[route, label[group]]))
            continue
        boys, girls = (
            (p[0] / (p[0] + f[1]), p[1] / (p[1] + f[0])) for p, f in (ends[route, s] for s in label.values())
        )
        extremes = girls[0] - boys[1], girls[1] - boys[0]
        assert item.value == pytest.approx(np.mean(extremes))
        assert item.lower < extremes[0] and extremes[1] < item.upper


def test_years_are_pooled_only_under_the_same_exam_rules(store, school, network) -> None:
    rows = records(store, "examens", vestiging=DEMO)
    periods = {
        "2018-2019 en eerder": lambda year: year < "2019-2020",
        "2019-2020": lambda year: year == "2019-2020",
        "2020-2021 en 2021-2022": lambda year: year in ("2020-2021", "2021-2022"),
        "2022-2023 en later": lambda year: year >= "2022-2023",
    }
    assert tuple(periods) == selectie.EXAM_PERIODS
    found = selectie.passed_gap_by_period(school, network).estimates
    assert [item.group for item in found] == sorted(item.group for item in found) and len(found) > 8
    for item in found:
        ends = passes(rows, {row["schooljaar"] for row in rows if periods[item.group](row["schooljaar"])})
        boys, girls = (
            (p[0] / (p[0] + f[1]), p[1] / (p[1] + f[0]))
            for p, f in (ends[item.name, s] for s in ("man", "vrouw"))
        )
        if item.value is not None:
            assert item.value == pytest.approx(np.mean([girls[0] - boys[1], girls[1] - boys[0]]))


# --- the monitor --------------------------------------------------------------------------------------


def test_cohorts_of_the_monitor_are_counted_by_hand(store, school, careers) -> None:
    last = max(row["schooljaar"] for pupil in careers for row in pupil["rows"])
    cells = defaultdict(list)
    for pupil in careers:
        if pupil["vestiging"] != DEMO:
            continue
        start = first_year(pupil["cohort"])
        early = [
            row["afloop"]
            for row in pupil["rows"]
            if first_year(row["schooljaar"]) - start < 3 and row["afloop"] != "onbekend"
        ]
        if start + 3 <= first_year(last) and len(early) == 3:
            cells["bleef zitten", pupil["cohort"]].append("doubleren" in early)
        if third_class(pupil) and pupil["groep"] == "laag" and start + 3 <= first_year(last):
            high = bool(third_class(pupil) & {"havo", "vwo"})
            cells["havo of vwo in leerjaar 3, laag", pupil["cohort"]].append(high)
    found = values(selectie.monitor_years(school))
    assert len(cells) == 8
    for key, has in cells.items():
        assert found[key] == pytest.approx(np.mean(has))
    cohorts = {cohort for _, cohort in cells}
    assert {cohort for _, cohort in found} == cohorts  # who is late in the youngest is not in leerjaar 3 yet


def test_limits_are_those_of_chance_around_the_mean_of_the_same_rules(school, careers) -> None:
    result = selectie.monitor_course(school)
    regimes = {p["cohort"]: p["regime"] for p in careers}
    for name in ("laag", "hoog"):
        items = {item.group: item for item in result.estimates if item.name == name}
        ordinary = [item for cohort, item in items.items() if regimes[cohort] == "eindtoets"]
        mean = sum(item.count for item in ordinary) / sum(item.n for item in ordinary)
        for item in ordinary:
            assert item.reference == pytest.approx(mean)
            others = sum(other.n for other in ordinary) - item.n
            n = round(1 / (1 / item.n - 1 / (item.n + others)))  # the mean holds the cohort itself
            inside = stats.binom.cdf(
                [n * item.lower - 1, n * item.upper + 1], n, mean
            )  # interpolated between the counts on either side of the quantiles
            assert inside[0] < 0.025 and inside[1] > 0.975
            assert stats.binom.cdf(n * item.lower + 1, n, mean) > 0.025
            assert stats.binom.cdf(n * item.upper - 2, n, mean) < 0.975
        (alone,) = [item for cohort, item in items.items() if regimes[cohort] == "geen toets"]
        assert alone.lower is None and alone.reference is None and alone.value is not None


def test_the_gap_of_a_cohort_is_that_of_its_levels(school) -> None:
    found = {(item.name, item.group): item for item in selectie.monitor_course(school).estimates}
    gaps = [item for (name, _), item in found.items() if name == GAP]
    assert len(gaps) == 5
    for item in gaps:
        low, high = (found[name, item.group] for name in ("laag", "hoog"))
        assert item.value == pytest.approx(high.value - low.value)
        assert item.smallest <= min(low.count, low.n - low.count, high.count, high.n - high.count)


def outside(items: list[Estimate]) -> int:
    return sum(not item.lower <= item.value <= item.upper for item in items if item.lower is not None)


def made_cohorts(rng: np.random.Generator, shift: float, first: int = 2000) -> pd.DataFrame:
    """Five cohorts of 120 pupils with the same chance, but for the last; half of them low, half high."""
    rows = [
        {"cohort": f"{year}-{year + 1}", "regime": "eindtoets", "opleiding": group}
        | {"outcome": rng.random() < chance + shift * (year == 2004)}
        for year in range(first, 2005)
        for group, chance in (("laag", 0.4), ("hoog", 0.6))
        for _ in range(60)
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize("cohorts", [2, 5])
def test_chance_alone_puts_one_point_in_twenty_outside(cohorts: int) -> None:
    """However few cohorts the mean is of: it holds the cohort itself, and lies nearer by that."""
    rng = np.random.default_rng(2026)
    quiet = [made_cohorts(rng, 0.0, 2005 - cohorts) for _ in range(600 // cohorts)]
    low = [rows[rows["opleiding"] == "laag"] for rows in quiet]
    share = sum(outside(grenzen.by_cohort(rows, "laag")) for rows in low) / 600
    gap = sum(outside(grenzen.gap_by_cohort(rows)) for rows in quiet) / 600
    assert share == pytest.approx(0.05, abs=0.025) and gap == pytest.approx(0.05, abs=0.025)


def test_a_cohort_that_changes_stands_out() -> None:
    rng = np.random.default_rng(2026)
    changed = [grenzen.by_cohort(made_cohorts(rng, 0.3), "alle")[-1] for _ in range(30)]
    assert sum(outside([item]) for item in changed) > 27


def test_a_cohort_with_a_small_group_shows_no_gap(store) -> None:
    hidden = 0
    for vestiging in store.vestigingen.index[:12]:
        result = selectie.monitor_course(store.school(vestiging))
        for item, number in zip(result.estimates, disclosure.release(result).numbers, strict=True):
            if item.name == GAP and item.smallest is not None and item.smallest < 10:
                assert number.value is None and number.n is None
                hidden += 1
    assert hidden > 0


def test_every_school_of_the_region_has_open_data(store: Store, network) -> None:
    for vestiging in store.vestigingen.index:
        school: School = store.school(vestiging)
        for card in (selectie.advies_of_basisscholen, selectie.moment_of_choice, selectie.passed_by_sex):
            released = disclosure.release(card(school, network))
            assert released.profile == "duo"
            assert released.status == "released" or card is selectie.passed_by_sex


# --- in a small region ----------------------------------------------------------------------------------


def of_all(own: Estimate, has: int, has_not: int) -> Benchmark:
    """All schools together, where so many pupils of the other schools have the outcome, and have not."""
    whole = gaps.share(own.count + has, own.n + has + has_not, name=own.name, group=own.group)
    return Benchmark(as_table([("", whole, None)]))


@pytest.mark.parametrize(("has", "has_not", "shown"), [(4, 90, False), (90, 4, False), (30, 30, True)])
def test_a_few_at_the_other_schools_close_the_headline(school: School, has: int, has_not: int, shown) -> None:
    """The difference with the other schools beside the own share is the share of the others."""
    name = "havo_of_vwo_in_leerjaar_3"
    pupils = pupils_of(school)
    raw = context.levels_and_gap(
        indicators.INDICATORS[name], indicators.outcome(name, pupils), pupils["opleiding"]
    )
    network = of_all(next(item for item in raw if item.group == "laag"), has, has_not)
    found = disclosure.release(selectie.two_numbers(school, network)).numbers
    told = [item for item in found if item.name.startswith("havo of vwo in leerjaar 3")]
    assert len(told) == 3 and {item.value is not None for item in told} == {shown}


@pytest.mark.parametrize(("has", "has_not", "shown"), [(4, 90, False), (90, 4, False), (30, 30, True)])
def test_all_schools_less_the_own_are_not_few(has: int, has_not: int, shown: bool) -> None:
    own = gaps.share(40, 103, name="x", group="laag")
    gap = Estimate("x", "hoog minus laag", 0.2, "points", n=200)
    rows = Benchmark(
        as_table([("", item, None) for item in (of_all(own, has, has_not).find("x", "laag"), gap)])
    )
    level, difference = beside([own, gap], rows)
    assert (level.reference is not None, difference.reference is not None) == (shown, shown)
    assert len(and_everywhere([own], rows)) == 1 + shown


def test_a_few_among_very_many_hide_in_the_rounding() -> None:
    own = gaps.share(40, 103, name="x", group="laag")
    (shown,) = beside([own], of_all(own, 4, 2000))
    assert shown.reference is not None
