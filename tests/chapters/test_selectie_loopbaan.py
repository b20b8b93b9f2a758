"""Years in the vo: counted again from raw records, held to what the region was made with, and to the gate."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pandas as pd
import pytest
from counting import DEMO, records
from themes import of_themes

from kansen_lib import codes, disclosure, indicators
from kansen_lib.benchmark import loopbanen, profielen, stapelen
from kansen_lib.benchmark.data import Network
from kansen_lib.benchmark.doorstroom import is_told, years_of
from kansen_lib.chapters import selectie
from kansen_lib.stats.result import Result
from kansen_lib.store import School, Store

PLACE = {level: place for place, level in enumerate(codes.NIVEAU.codes)}
EXAM = dict(zip(codes.NIVEAU.codes, (5, 4, 4, 4, 5, 6), strict=True))


@pytest.fixture(scope="module")
def themes(store: Store):
    """Numbers of all schools of these themes only."""
    return of_themes(store, loopbanen, stapelen, profielen)


@pytest.fixture(scope="module")
def region(store: Store) -> Network:
    """All schools."""
    return Network(store)


@pytest.fixture(scope="module")
def everywhere(region: Network) -> pd.DataFrame:
    """Careers of all pupils at whatever school, years of which the end is known."""
    found = stapelen.careers(region.pupils, region.loopbaan, anywhere=True)
    return found[found["bekend"]]


def group_of(pupil: dict) -> str | None:
    """Class of parental education of a raw record."""
    label = pupil["opleiding_ouders"]
    return codes.three_classes(label) if isinstance(label, str) else None


def careers_by_hand(store: Store, vestiging: str = DEMO) -> dict[str, list[dict]]:
    """Raw rows of each pupil at the vestiging of entry, in order of school year."""
    who = {row["leerling"] for row in records(store, "leerlingen", vestiging=vestiging)}
    found: dict[str, list[dict]] = defaultdict(list)
    for row in records(store, "loopbaan", vestiging=vestiging):
        if row["leerling"] in who:
            found[row["leerling"]].append(row)
    return {who: sorted(rows, key=lambda row: row["schooljaar"]) for who, rows in found.items()}


def entered(store: Store, vestiging: str = DEMO) -> dict[str, dict]:
    """Raw records of the pupils of a school, by pseudonym."""
    return {row["leerling"]: row for row in records(store, "leerlingen", vestiging=vestiging)}


def level(label: str) -> str:
    """A single level, or what stands for a class of several."""
    return label if label in codes.NIVEAU.codes else "brede klas"


def released(result: Result) -> dict[tuple[str, str], disclosure.Number]:
    """What passes the gate, by name and group."""
    return {(n.name, n.group): n for n in disclosure.release(result).numbers}


# --- held to the truth --------------------------------------------------------------------------------


def away(count: float, n: int, share: float) -> float:
    """How many standard errors a count lies from what a share leads to expect."""
    return abs(count - n * share) / (n * share * (1 - share)) ** 0.5


def test_doubleren_and_diplomas_are_those_of_the_region_by_level_and_leerjaar(region, truth) -> None:
    years = years_of(region.pupils, region.loopbaan)
    told, made = 0, truth["transitions"]
    for leerjaar in range(3, 7):
        for item in loopbanen.repeated(years[years["leerjaar"] == leerjaar]):
            if item.group in PLACE and leerjaar < EXAM[item.group] and item.n >= 200:
                assert away(item.count, item.n, made["doubleren"][item.group][str(leerjaar)]) < 3.5
                told += 1
    assert told >= 9
    for name, leerjaar in EXAM.items():
        rows = years[(years["niveau"] == name) & (years["leerjaar"] == leerjaar)]
        passed = int((rows["afloop"] == "diploma").sum())
        assert away(passed, len(rows), made["diploma"][name]) < 3.5


def test_up_and_down_are_those_of_the_region_by_level_and_leerjaar(everywhere, truth) -> None:
    """Wherever the pupil goes on: a school that lacks the level sends a pupil who moves to another one."""
    single = everywhere[everywhere["niveau"].isin(PLACE)]
    steps = single["later"].map(PLACE) - single["niveau"].map(PLACE)
    made = truth["transitions"]
    for (name, leerjaar), rows in single.groupby(["niveau", "leerjaar"]):
        if not 3 <= leerjaar < EXAM[name]:
            continue
        part = "leerjaar_3" if leerjaar == 3 else "bovenbouw"
        rates = {-1: made[f"afstroom_{part}"][name], 1: made["opstroom_leerjaar_3"][name] * (leerjaar == 3)}
        for sign, rate in rates.items():
            count = int((np.sign(steps[rows.index]) == sign).sum())
            assert away(count, len(rows), rate) < 3.5 if rate else count == 0


def test_stapelen_is_as_frequent_as_put_in_and_more_so_with_educated_parents(region, themes, truth) -> None:
    made = truth["transitions"]
    who = region.pupils.set_index("leerling")["opleiding_ouders"]
    rows = region.loopbaan.sort_values("schooljaar")
    got = rows[(rows["afloop"] == "diploma") & (rows["niveau"] == "vmbo-gt")]
    got = got[got["schooljaar"] < rows["schooljaar"].max()]
    chance = got["leerling"].map(who).map(made["stapelen_relative_opleiding"]).dropna()
    chance *= made["stapelen"]["vmbo-gt"]
    levels = [themes.find(stapelen.TO_HAVO, group, stapelen.ANYWHERE) for group in ("laag", "midden", "hoog")]
    count, n = sum(item.count for item in levels), sum(item.n for item in levels)
    assert n == len(chance)
    assert abs(count - chance.sum()) < 3 * (chance * (1 - chance)).sum() ** 0.5
    assert levels[0].value < levels[2].value


def test_the_school_sees_a_part_of_who_goes_on_after_a_diploma(themes) -> None:
    here, anywhere = (themes.find(stapelen.TO_HAVO, "hoog", unit) for unit in ("", stapelen.ANYWHERE))
    assert here.value < anywhere.value and here.upper < anywhere.value


# --- the last year, of which only diplomas are known -----------------------------------------------------


def test_diplomas_of_a_year_that_is_not_told_count_nowhere(region) -> None:
    """With them alone nobody would have failed: the same numbers as without that year."""
    rows = region.loopbaan
    last = rows["schooljaar"].max()
    known = rows[rows["schooljaar"] == last]["afloop"]
    assert set(known) == {"diploma", "onbekend"}
    assert not is_told(rows)[rows["schooljaar"] == last].any()
    before = rows[rows["schooljaar"] < last]
    full, cut = (
        stapelen.by_group(stapelen.careers(region.pupils, part), stapelen.BY_YEAR) for part in (rows, before)
    )
    assert [item.value for item in full] == pytest.approx([item.value for item in cut])
    careers = stapelen.careers(region.pupils, rows)
    blind = stapelen.by_group(careers.assign(bekend=careers["afloop"] != "onbekend"), stapelen.BY_YEAR)
    biased = {(x.name, x.group): x.value for x in blind}
    honest = {(x.name, x.group): x.value for x in full}
    name = f"{stapelen.DIPLOMA} na {stapelen.BY_YEAR} jaar", "hoog"
    assert biased[name] > honest[name] + 0.03


def test_a_last_year_that_is_told_counts(region) -> None:
    rows = region.loopbaan
    before = rows[rows["schooljaar"] < rows["schooljaar"].max()]
    assert is_told(before).all()


# --- counted again by hand ------------------------------------------------------------------------------


def told_years(store: Store) -> list[tuple[dict, dict, dict | None]]:
    """Raw pupil-years of which the end is known, with the pupil, and the year after at the same school."""
    who, found = entered(store), []
    careers = careers_by_hand(store)
    last = max(row["schooljaar"] for rows in careers.values() for row in rows)
    for name, rows in careers.items():
        years = {row["schooljaar"]: row for row in rows}
        for row in rows:
            start = int(row["schooljaar"][:4]) + 1
            later = years.get(f"{start}-{start + 1}")  # who was away for a year is not there a year later
            isk = row["leerjaar"] == 1 and who[name]["nieuwkomer"] == "ja"
            if row["afloop"] != "onbekend" and row["schooljaar"] < last and not isk:
                found.append((who[name], row, later))
    return found


def test_doubleren_of_each_level_is_counted_by_hand(store, school: School, themes) -> None:
    n, repeats = Counter(), Counter()
    for _, row, _ in told_years(store):
        n[level(row["niveau"])] += 1
        repeats[level(row["niveau"])] += row["afloop"] == "doubleren"
    found = selectie.delay_by_level(school, themes)
    own = {item.group: item for item in found.estimates if item.name == "doubleren"}
    assert {group: (item.count, item.n) for group, item in own.items()} == {
        group: (repeats[group], n[group]) for group in n
    }
    late = {item.group: item.value for item in found.estimates if "vertraagd" in item.name}
    assert set(late) == set(own)
    assert all(late[group] >= item.reference - 1e-12 for group, item in own.items())
    assert late["havo"] > own["havo"].reference  # who goes from havo 4 to vmbo 4 is late, and does not double


def test_doubleren_within_routes_is_counted_by_hand(store, school: School, themes) -> None:
    n, repeats = Counter(), Counter()
    for pupil, row, _ in told_years(store):
        route = "havo en vwo" if row["niveau"] in ("havo", "vwo") else "vmbo"
        if row["leerjaar"] >= 3 and row["niveau"] in PLACE and row["niveau"] != "pro":
            n[route, group_of(pupil)] += 1
            repeats[route, group_of(pupil)] += row["afloop"] == "doubleren"
    found = selectie.repeating_within_routes(school, themes)
    for (route, group), count in n.items():
        if group is not None:
            item = found[route, group]
            assert (item.count, item.n) == (repeats[route, group], count)
            assert item.smallest <= min(repeats[other, group] for other in ("vmbo", "havo en vwo"))


def test_extra_years_cost_what_they_are_times_the_amount(store, school: School, themes) -> None:
    years = told_years(store)
    share = sum(row["afloop"] == "doubleren" for _, row, _ in years) / len(years)
    plain = selectie.cost_of_repeating(school, themes)
    assert not any("euro" in item.name for item in plain.estimates)
    whole = plain["extra leerlingjaren in totaal"]
    assert whole.value == pytest.approx(100 * round(share, 2))  # no finer than the gate gives a share
    cost = selectie.cost_of_repeating(school, themes, kosten_per_leerjaar=9000)
    assert cost["kosten bij 9000 euro per leerjaar"].value == pytest.approx(9000 * whole.value)
    stages = {item.group: item for item in plain.estimates if item.group}
    assert sum(item.count for item in stages.values()) == whole.count
    assert sum(item.n for item in stages.values()) == whole.n


def steps_between(before: str, after: str) -> int:
    """1 when the second class holds only levels above the first, -1 when only below, 0 else."""
    low, high = ([codes.step(x) for x in codes.levels(label)] for label in (before, after))
    return int(min(high) > max(low)) - int(max(high) < min(low))


def test_who_changes_level_goes_up_as_often_as_counted(store, school: School, themes) -> None:
    n, up = Counter(), Counter()
    for _, row, later in told_years(store):
        step = steps_between(row["niveau"], later["niveau"]) if later else 0
        if step and row["afloop"] != "diploma":
            when = "3 of later" if row["leerjaar"] >= 3 else str(row["leerjaar"])
            n[f"na leerjaar {when}"] += 1
            up[f"na leerjaar {when}"] += step > 0
    found = {item.group: (item.count, item.n) for item in selectie.up_or_down(school, themes).estimates}
    assert found == {group: (up[group], n[group]) for group in n}


def firsts(rows: list[dict]) -> dict[int, dict]:
    """The first row in each leerjaar."""
    found: dict[int, dict] = {}
    for row in rows:
        found.setdefault(row["leerjaar"], row)
    return found


def test_late_bloomers_are_counted_by_hand(store, school: School, themes) -> None:
    who, n, risen = entered(store), Counter(), Counter()
    for name, rows in careers_by_hand(store).items():
        advies, seen = who[name]["advies_definitief"], firsts(rows)
        if not isinstance(advies, str) or not codes.levels(advies) or group_of(who[name]) is None:
            continue
        for until in (2, 3, 4):
            if until in seen:
                ever = any(
                    steps_between(advies, seen[k]["niveau"]) > 0 for k in range(1, until + 1) if k in seen
                )
                n[until, group_of(who[name])] += 1
                risen[until, group_of(who[name])] += ever
    found = selectie.late_bloomers(school, themes)
    for (until, group), count in n.items():
        item = found[f"tot en met leerjaar {until}", group]
        assert (item.count, item.n) == (risen[until, group], count)


def test_the_matrix_of_all_schools_is_counted_by_hand(store, region, themes) -> None:
    at = region.pupils.set_index("leerling")["vestiging"].to_dict()
    rows = [row for row in records(store, "loopbaan") if at[row["leerling"]] == row["vestiging"]]
    by_year = {(row["leerling"], row["schooljaar"]): row["niveau"] for row in rows}
    first: dict[str, dict] = {}
    for row in sorted(rows, key=lambda row: row["schooljaar"]):
        if row["leerjaar"] == 3:
            first.setdefault(row["leerling"], row)
    cells, n = Counter(), Counter()
    for who, row in first.items():
        start = int(row["schooljaar"][:4]) + 1
        later = by_year.get((who, f"{start}-{start + 1}"))
        if row["niveau"] in PLACE and later in PLACE:
            cells[row["niveau"], later] += 1
            n[row["niveau"]] += 1
    for a in codes.NIVEAU.codes:
        for b in codes.NIVEAU.codes:
            item = themes.find(f"leerjaar 3: {a}", f"een jaar later: {b}")
            assert (item.count, item.n) == (cells[a, b], n[a])


def test_places_at_each_choice_are_of_the_same_pupils(store, school: School, themes) -> None:
    who, places = entered(store), defaultdict(list)
    for name, rows in careers_by_hand(store).items():
        pupil, seen = who[name], firsts(rows)
        labels = [pupil["advies_eerste"], pupil["advies_definitief"]]
        labels += [seen[k]["niveau"] if k in seen else None for k in (1, 2, 3)]
        steps = [codes.step(x) if isinstance(x, str) else np.nan for x in labels]
        if group_of(pupil) is not None and not np.isnan(steps).any():
            places[group_of(pupil)].append(steps)
    found = selectie.gap_at_each_choice(school, themes)
    for group in ("laag", "hoog"):
        means = [found[group, moment].value for moment in loopbanen.CHOICES]
        assert means == pytest.approx(np.mean(places[group], axis=0))
        assert {found[group, moment].n for moment in loopbanen.CHOICES} == {len(places[group])}
    gaps = [found["hoog minus laag", moment].value for moment in loopbanen.CHOICES]
    assert gaps == pytest.approx(np.mean(places["hoog"], axis=0) - np.mean(places["laag"], axis=0))


def test_what_becomes_of_pupils_is_a_chain_of_yearly_shares(store, school: School, themes) -> None:
    """Year by year: of who is still there, the share that goes in each way."""
    who = entered(store)
    last = max(row["schooljaar"] for rows in careers_by_hand(store).values() for row in rows)
    ends, at_risk = defaultdict(Counter), Counter()
    for name, rows in careers_by_hand(store).items():
        for row in rows:
            if row["schooljaar"] == last:
                continue
            year = int(row["schooljaar"][:4]) - int(who[name]["cohort"][:4]) + 1
            at_risk[year] += 1
            if row["afloop"] in stapelen.ENDS:
                ends[year][stapelen.ENDS[row["afloop"]]] += 1
                break
    still, share, wanted = 1.0, Counter(), {}
    for year in sorted(at_risk):
        for end, count in ends[year].items():
            share[end] += still * count / at_risk[year]
        still *= 1 - sum(ends[year].values()) / at_risk[year]
        wanted |= {(end, f"jaar {year}"): value for end, value in share.items()}
    found = {
        (item.name, item.group): item.value
        for item in selectie.what_becomes_of_pupils(school, themes).estimates
        if "alle scholen" not in item.name
    }
    assert len(found) > 12 and set(found) <= {*wanted, ("uit het onderwijs", "jaar 1")}
    for key, value in found.items():
        assert value == pytest.approx(wanted.get(key, 0.0))


def test_stapelen_of_one_school_is_counted_by_hand(store, school: School, themes) -> None:
    n, on = Counter(), Counter()
    for pupil, row, later in told_years(store):
        if row["afloop"] == "diploma" and row["niveau"] == "vmbo-gt":
            n[group_of(pupil)] += 1
            on[group_of(pupil)] += later is not None and later["niveau"] == "havo"
    found = selectie.stacking(school, themes)
    for group in ("laag", "midden", "hoog"):
        item = found[stapelen.TO_HAVO, group]
        assert (item.count, item.n) == (on[group], n[group])
    assert sum(on.values()) > 20


def test_a_later_diploma_is_of_the_higher_level_on_the_long_route(region, themes) -> None:
    """Of who sat on vmbo-gt some get a diploma of havo, and nobody is counted with both diplomas."""
    careers = stapelen.careers(region.pupils, region.loopbaan, anywhere=True)
    via = careers[(careers["leerjaar3"] == "vmbo-gt") & careers["bekend"]]
    high = via[(via["afloop"] == "diploma") & via["niveau"].isin(["havo", "vwo"])]["leerling"]
    name = f"{stapelen.HIGHER} na {stapelen.BY_YEAR} jaar"
    item = themes.find(name, stapelen.VIA, stapelen.ANYWHERE)
    assert item.count == high[via.loc[high.index, "jaar"] <= stapelen.BY_YEAR].nunique() > 50
    direct = themes.find(name, stapelen.DIRECT, stapelen.ANYWHERE)
    gap = themes.find(name, f"{stapelen.DIRECT} minus {stapelen.VIA}", stapelen.ANYWHERE)
    assert gap.value == pytest.approx(direct.value - item.value)


def test_who_comes_into_havo_is_told_apart_by_an_earlier_diploma(region, themes) -> None:
    careers = stapelen.careers(region.pupils, region.loopbaan, anywhere=True)
    start = careers[(careers["niveau"] == "havo") & (careers["leerjaar"] == 4)].drop_duplicates("leerling")
    passed = careers[(careers["afloop"] == "diploma") & (careers["niveau"] == "vmbo-gt")]
    first = passed.groupby("leerling")["schooljaar"].min()
    stacked = start["leerling"].map(first).fillna("9999") < start["schooljaar"]
    assert 0 < stacked.sum() < start["leerling"].isin(first.index).sum()  # others went down, and passed later
    name = f"{stapelen.HAVO_DIPLOMA} na {stapelen.WITHIN} jaar"
    sizes = {
        group: themes.find(name, group, stapelen.ANYWHERE).n for group in (stapelen.AFTER, stapelen.STRAIGHT)
    }
    assert sizes == {stapelen.AFTER: int(stacked.sum()), stapelen.STRAIGHT: int((~stacked).sum())}


def test_who_was_away_for_a_year_or_stacks_is_not_late() -> None:
    """One pupil stacks (the same leerjaar again, a level higher), one goes down, one is away for a year."""
    pupils = pd.DataFrame({"leerling": list("abc"), "vestiging": "S", "cohort": "2019-2020"})
    pupils = pupils.assign(opleiding="laag", nieuwkomer="nee")
    rows = [
        ("a", "2022-2023", 4, "vmbo-gt", "diploma"),
        ("a", "2023-2024", 4, "havo", "bevorderd"),
        ("b", "2022-2023", 4, "havo", "afstroom"),
        ("b", "2023-2024", 4, "vmbo-gt", "diploma"),
        ("c", "2021-2022", 3, "vmbo-gt", "bevorderd"),
        ("c", "2023-2024", 3, "havo", "bevorderd"),
    ]
    loopbaan = pd.DataFrame(rows, columns=["leerling", "schooljaar", "leerjaar", "niveau", "afloop"])
    loopbaan = loopbaan.assign(vestiging="S")
    years = loopbanen.with_later(years_of(pupils, loopbaan), loopbaan)
    late = {item.group: item.count for item in loopbanen.late(years)}
    assert late == {"vmbo-gt": 0, "havo": 1}
    careers = stapelen.careers(pupils, loopbaan).set_index(["leerling", "schooljaar"])["later"]
    assert careers["a", "2022-2023"] == "havo" and pd.isna(careers["c", "2021-2022"])


# --- at an equal mix of adviezen --------------------------------------------------------------------------


def test_a_cohort_with_other_adviezen_gets_the_same_standardised_share(region) -> None:
    """Count every pupil with a vwo-advies of one cohort three times: only the mix of the cohort changes."""
    pupils = region.pupils
    cohort = "2021-2022"
    extra = pupils[(pupils["cohort"] == cohort) & (pupils["advies_definitief"] == "vwo")]
    more = pd.concat([pupils, extra, extra], ignore_index=True)
    values = []
    for data in (pupils, more):
        found = {(x.name, x.group): x for x in loopbanen.by_cohort(data)}
        values.append(found)
    name = loopbanen.AGAINST["onder"], cohort
    raw = [
        (data.loc[data["cohort"] == cohort, "leerjaar3"].map(codes.step, na_action="ignore")).mean()
        for data in (pupils, more)
    ]
    assert raw[1] > raw[0] + 0.1
    by_hand = _standardised_by_hand(more, cohort, "onder")
    assert values[1][name].value == pytest.approx(by_hand)
    assert values[0][name].value == pytest.approx(_standardised_by_hand(pupils, cohort, "onder"))


def test_no_cohort_is_compared_whose_late_pupils_are_not_in_leerjaar_3_yet(region) -> None:
    pupils = region.pupils
    place = indicators.position(pupils["advies_definitief"], pupils["leerjaar3"], "ocw")
    told = pupils[place.notna() & pupils["derde_jaar"].notna()]
    above = (place == "boven")[told.index].groupby(told["derde_jaar"] >= 3).mean()
    assert above[False] > above[True] + 0.05  # who came late sits above the advies more often
    late = told[told["derde_jaar"] < 3].groupby("cohort").size()
    assert {item.group for item in loopbanen.by_cohort(pupils)} == set(late.index)


def _standardised_by_hand(pupils: pd.DataFrame, cohort: str, place: str) -> float:
    """Sum over adviezen of the share in the cohort times the part of that advies in all cohorts."""
    counts, hits, mix, cohorts = Counter(), Counter(), Counter(), defaultdict(set)
    for row in pupils[["cohort", "advies_definitief", "leerjaar3", "seen"]].to_dict("records"):
        advies, label = row["advies_definitief"], row["leerjaar3"]
        if not isinstance(advies, str) or not isinstance(label, str) or row["seen"] < 4:
            continue
        if not codes.levels(advies) or not codes.levels(label):
            continue
        mix[advies] += 1
        cohorts[advies].add(row["cohort"])
        if row["cohort"] == cohort:
            counts[advies] += 1
            hits[advies] += steps_between(advies, label) == {"onder": -1, "boven": 1}[place]
    common = [a for a in mix if len(cohorts[a]) == len(set.union(*cohorts.values()))]
    total = sum(mix[a] for a in common)
    return sum(mix[a] / total * hits[a] / counts[a] for a in common)


# --- open data -------------------------------------------------------------------------------------------


def test_profiles_are_counted_by_hand_with_what_is_masked(store, school: School, themes) -> None:
    ends: dict[tuple[str, str], np.ndarray] = defaultdict(lambda: np.zeros((2, 2), int))
    for row in records(store, "examens", vestiging=DEMO):
        if row["onderwijstype"] in ("havo", "vwo") and row["geslacht"] in ("man", "vrouw"):
            sex = {"man": "jongens", "vrouw": "meisjes"}[row["geslacht"]]
            part = 0 if "N&T" in row["opleiding"] else 1
            ends[sex, row["schooljaar"]][part] += [row["kandidaten_lower"], row["kandidaten_upper"]]
    found = {(x.name, x.group): x for x in selectie.technical_profile_by_sex(school, themes).estimates}
    assert set(found) == set(ends)
    for key, (yes, no) in ends.items():
        low, high = yes[0] / (yes[0] + no[1]), yes[1] / (yes[1] + no[0])
        assert found[key].value == pytest.approx((low + high) / 2)
        assert found[key].lower <= low and found[key].upper >= high
    assert any(yes[0] < yes[1] for yes, _ in ends.values())


# --- what may leave the school -----------------------------------------------------------------------------


@pytest.mark.parametrize("vestiging", [DEMO, "ZZ0101", "ZZ0G01", "ZZ0700", "ZZ0601"])
def test_between_two_points_of_a_line_there_is_no_small_group(store, themes, vestiging: str) -> None:
    """Cumulative shares: one point minus the one before counts who went in between."""
    own = selectie.what_becomes_of_pupils(store.school(vestiging), themes)
    shown = released(own)
    for name in stapelen.ENDS.values():
        counts = [0] + [
            item.count for item in own.estimates if item.name == name and shown[name, item.group].value
        ]
        assert all(b - a >= 10 for a, b in zip(counts, counts[1:], strict=False))


def test_small_cells_of_the_matrix_are_not_told(school: School, themes) -> None:
    result = selectie.level_a_year_later(school, themes)
    assert result.crossed
    shown = released(result)
    for item in result.estimates:
        if item.count < 10:
            assert shown[item.name, item.group].value is None


@pytest.mark.parametrize("vestiging", [DEMO, "ZZ0600", "ZZ0800", "ZZ0G01"])
def test_no_small_group_doubles_on_one_route(store, themes, vestiging: str) -> None:
    result = selectie.repeating_within_routes(store.school(vestiging), themes)
    shown = released(result)
    cells = defaultdict(list)
    for item in result.estimates:
        if item.count is not None:
            cells[item.group].append(item.count)
    for item in result.estimates:
        if item.count is not None and min(cells[item.group]) < 10:
            assert shown[item.name, item.group].value is None


def test_a_school_without_havo_says_that_nobody_goes_on_there(store, themes) -> None:
    found = released(selectie.stacking(store.school("ZZ0101"), themes))
    assert all(found[stapelen.TO_HAVO, group].value is None for group in ("laag", "midden", "hoog"))
    anywhere = [n for (name, _), n in found.items() if stapelen.ANYWHERE in name]
    assert any(number.value is not None for number in anywhere)


@pytest.mark.parametrize("vestiging", ["ZZ0700", "ZZ0101", "ZZ0G01"])
def test_the_few_who_are_left_of_an_old_cohort_are_not_told(store, themes, vestiging: str) -> None:
    """Of a middenschool nearly all have gone after four years: the rest, young cohorts aside, are a few."""
    school = store.school(vestiging)
    last = max(row["schooljaar"] for row in records(store, "loopbaan"))
    who, left = entered(store, vestiging), Counter()
    result = selectie.ends_by_group(school, themes)
    years = int(result.estimates[0].name.split()[-2])
    for name, rows in careers_by_hand(store, vestiging).items():
        told = [row for row in rows if row["schooljaar"] < last]
        end = next((row for row in told if row["afloop"] in stapelen.ENDS), None)
        seen = int(last[:4]) - int(who[name]["cohort"][:4]) >= years or end is not None
        gone = end is not None and end["afloop"] == "andere school"
        left[group_of(who[name])] += seen and not gone
    name = f"{stapelen.MOVED} na {years} jaar"
    shown = released(result)
    for group in ("laag", "hoog"):
        if left[group] < 10 and (name, group) in shown:
            assert shown[name, group].value is None
    assert vestiging != "ZZ0700" or min(left["laag"], left["hoog"]) < 10
