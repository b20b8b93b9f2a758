"""The simulated region: its contract, its codes and names, its shape, and the same bytes again."""

import gc
import json
import re
import tracemalloc
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kansen_lib import codes, schema, store
from kansen_lib.example import Region, careers, geography, measures, open_data
from kansen_lib.example import parameters as par
from kansen_lib.example.population import populate

SMALL = Region(vestigingen=8, leerlingen=1_200, seed=7)


@pytest.fixture(scope="module")
def region(voorbeeld):
    return store.Store(voorbeeld)


@pytest.fixture(scope="module")
def loopbaan(region):
    return region.read("loopbaan").sort_values(["leerling", "schooljaar"], ignore_index=True)


def written(region: Region, path) -> str:
    return store.write(path, region.tables(), simulated=True).fingerprint


# --- the same bytes, and other ones -----------------------------------------------------------------


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    assert written(SMALL, tmp_path / "a") == written(replace(SMALL), tmp_path / "b")


def test_another_seed_gives_other_pupils_in_the_same_schools(tmp_path):
    written(SMALL, tmp_path / "a")
    written(replace(SMALL, seed=8), tmp_path / "b")
    first, second = (store.Store(tmp_path / name) for name in "ab")
    assert not first.read("leerlingen").equals(second.read("leerlingen"))
    assert first.vestigingen.equals(second.vestigingen)


def test_truth_can_be_written_as_json_and_is_the_same_twice():
    text = json.dumps(SMALL.truth(), sort_keys=True, allow_nan=False)
    assert text == json.dumps(replace(SMALL).truth(), sort_keys=True)
    assert json.loads(text)["seed"] == 7


def test_the_truth_of_a_school_does_not_depend_on_the_number_of_pupils():
    more = replace(SMALL, leerlingen=5_000).truth()["schools"]
    assert more == SMALL.truth()["schools"]


# --- shape ------------------------------------------------------------------------------------------


def test_default_region_has_the_numbers_of_the_recipe(region):
    known, pupils = region.vestigingen, region.read("leerlingen")
    assert (len(known), known["gemeente"].nunique(), len(pupils)) == (24, 6, 22_500)
    assert pupils["cohort"].value_counts().to_dict() == dict.fromkeys(par.COHORTS, 3_750)
    assert known.groupby("gemeente").size().min() >= 3
    assert set(region.read("interventies")["interventie"]) == set(measures.FACTS)
    assert region.simulated and region.tier == "voorbeeld"


def test_every_table_but_the_exam_marks_is_there(region):
    assert set(schema.TABLES) - set(region.tables) == {"cijfers"}


@pytest.mark.parametrize(("vestigingen", "leerlingen"), [(3, 75), (5, 700), (23, 2_000), (49, 3_000)])
def test_regions_of_other_sizes_keep_the_contract(vestigingen, leerlingen, tmp_path):
    made = store.write(tmp_path, Region(vestigingen, leerlingen).tables(), simulated=True)
    assert len(made.vestigingen) == vestigingen
    assert made.tables["leerlingen"] == leerlingen
    assert made.vestigingen.groupby("gemeente").size().min() >= 3
    for table, key in (("leerlingen", "leerling"), ("enquete", "respondent")):  # unique over all parts
        assert not made.read(table).duplicated(schema.KEYS[table]).any()
        assert made.read(table).groupby(key)["vestiging"].nunique().max() == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"vestigingen": 2}, "give 3 to 648"),
        ({"vestigingen": 649}, "give 3 to 648"),
        ({"leerlingen": 100}, "25 a vestiging"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_what_cannot_be_simulated_is_an_error_that_says_why(changes, says):
    with pytest.raises(ValueError, match=says):
        replace(Region(), **changes)


def test_pupils_are_spread_over_blocks_without_losing_one():
    found = geography.blocks(640, 1_000_000, 1)
    assert sum(block.pupils for block in found) == 1_000_000
    assert sum(block.size for block in found) == 640
    assert {block.size for block in found} == {23, 24}


# --- codes and names that cannot be real ------------------------------------------------------------


@pytest.mark.parametrize("size", [24, 648])
def test_no_code_or_name_can_be_taken_for_a_real_one(size):
    _, known = next(Region(size, 25 * size).tables())
    assert known["vestiging"].is_unique and known["naam"].is_unique
    assert known["vestiging"].is_monotonic_increasing
    vo = known["sector"] == "vo"
    assert known.loc[vo, "vestiging"].str.fullmatch(r"ZZ[0-9A-Z]{2}\d{2}").all()
    assert known.loc[~vo, "vestiging"].str.fullmatch(r"Y[0-9A-Z]{3}00").all()
    assert known["naam"].str.contains("Fictie").all()
    assert known["gemeente_code"].str.fullmatch(r"F\d{3}").all()
    assert known["pc4"].str.fullmatch(r"0\d{3}").all()
    assert known["provincie"].eq("Fictieland").all()


def test_a_brin_can_have_two_vestigingen(region):
    brin = region.vestigingen.groupby("brin").size()
    assert brin.loc["ZZ01"] == 2 and brin.max() == 2


def test_real_gemeenten_have_other_names(region, shared):
    lines = (shared / "data/cbs/pc4_gemeente_2017.csv").read_text(encoding="utf-8", errors="replace").lower()
    words = set(re.split(r"[;,\"\n]", lines))
    assert len(words) > 300
    assert not {name.lower() for name in region.vestigingen["gemeente"]} & words


# --- the kinds of schools ---------------------------------------------------------------------------


def school(region, kind: str) -> store.School:
    kinds = [plan.kind for plan in geography.TEMPLATE]
    return region.school(region.vestigingen.index[kinds.index(kind)])


def test_the_demo_school_is_a_large_brede_scholengemeenschap(region):
    demo = region.school("ZZ0100")
    counts = demo.table("aantallen").groupby("schooljaar")["aantal_lower"].sum()
    assert counts.between(1_700, 2_100).all()
    assert set(demo.table("deelname")["interventie"]) >= {"tutoring", "brede_brugklas", "taalklas"}
    assert set(demo.table("examens")["onderwijstype"]) == {
        "vmbo-b",
        "vmbo-k",
        "vmbo-g",
        "vmbo-t",
        "havo",
        "vwo",
    }


def test_one_vestiging_is_too_small_to_report_on(region):
    small = school(region, "te klein").table("leerlingen")
    assert 1 <= small.groupby("cohort").size().min() and small.groupby("cohort").size().max() < 15


def test_the_segregated_school_is_segregated_and_the_others_are_not(region):
    pupils = region.read("leerlingen").dropna(subset="herkomst")
    share = pupils["herkomst"].ne("Nederland").groupby(pupils["vestiging"]).mean()
    segregated = school(region, "gesegregeerde brede school").vestiging
    assert share[segregated] >= 0.96
    assert share.drop(segregated).max() < 0.65


def test_a_middenschool_has_no_levels_and_no_exams(region):
    midden = school(region, "middenschool")
    assert midden.table("examens").empty
    rows = midden.table("loopbaan")
    assert set(rows["leerjaar"]) == {1, 2, 3} and set(rows["niveau"]) == {"vmbo-b/k/gt/havo/vwo"}
    assert rows["klas"].notna().all()


@pytest.mark.parametrize("kind", ["categoraal gymnasium", "categorale mavo", "praktijkonderwijs"])
def test_a_categorale_school_has_one_level(region, kind):
    assert set(school(region, kind).table("loopbaan")["niveau"]) == set(geography.KINDS[kind].levels)


def test_the_small_rural_vmbo_has_cells_under_five(region):
    exams = school(region, "klein vmbo").table("examens")
    masked = exams["kandidaten_upper"] != exams["kandidaten_lower"]
    assert masked.mean() > 0.5
    assert set(exams.loc[masked, "kandidaten_lower"]) == {1} and set(
        exams.loc[masked, "kandidaten_upper"]
    ) == {4}


def test_schools_of_a_large_gemeente_differ_by_parental_education(region):
    """Dissimilarity of laag against hoog; 0.3 to 0.4 is recalled for vo schools (B-17), with some room."""
    pupils = region.read("leerlingen").dropna(subset="opleiding_ouders")
    group = pupils["opleiding_ouders"].map(codes.three_classes)
    counts = pd.crosstab(pupils["vestiging"], group).join(region.vestigingen["gemeente"])
    parts = {
        name: 0.5 * (part["laag"] / part["laag"].sum() - part["hoog"] / part["hoog"].sum()).abs().sum()
        for name, part in counts.groupby("gemeente")
    }
    large = ["Denkwolde", "Verzonnen aan Zee", "Sprookveen"]
    assert all(0.25 < parts[name] < 0.45 for name in large), parts


# --- careers ----------------------------------------------------------------------------------------


def test_a_career_has_no_holes_and_ends_where_it_says(loopbaan):
    same = loopbaan["leerling"].eq(loopbaan["leerling"].shift(-1))
    year = loopbaan["schooljaar"].str[:4].astype(int)
    assert (year.shift(-1) - year)[same].eq(1).all()
    ends = {"uit het onderwijs", "onbekend"}
    assert set(loopbaan.loc[~same, "afloop"]) == ends | {"diploma"}
    assert not loopbaan.loc[same, "afloop"].isin(ends).any()
    assert loopbaan.loc[loopbaan["afloop"] == "onbekend", "schooljaar"].eq("2025-2026").all()


def test_every_pupil_starts_in_leerjaar_1_at_the_vestiging_of_entry(region, loopbaan):
    first = loopbaan.drop_duplicates("leerling").set_index("leerling")
    pupils = region.read("leerlingen").set_index("leerling")
    joined = pupils.join(first.add_suffix("_first"))
    assert joined["leerjaar_first"].eq(1).all()
    assert joined["schooljaar_first"].eq(joined["cohort"]).all()
    assert joined["vestiging_first"].eq(joined["vestiging"]).all()


def test_each_outcome_means_what_cbs_means_by_it(loopbaan):
    after = loopbaan.shift(-1)
    same = loopbaan["leerling"].eq(after["leerling"])
    step = loopbaan["niveau"].map(codes.step)
    rows = loopbaan.assign(
        up=after["leerjaar"] - loopbaan["leerjaar"],
        moved=after["vestiging"].ne(loopbaan["vestiging"]),
        rise=step.shift(-1) - step,
    )[same].set_index("afloop")
    assert rows.loc["doubleren", "up"].eq(0).all()
    assert rows.loc["bevorderd", "up"].eq(1).all()
    assert not rows.drop(index=["andere school", "diploma"])["moved"].any()
    assert rows.loc["andere school", "moved"].all()
    assert rows.loc["diploma", "up"].eq(0).all() and rows.loc["diploma", "rise"].eq(1).all()  # stapelen
    assert set(rows.loc["diploma", "niveau"]) == {"vmbo-gt", "havo"}
    assert rows.loc["opstroom", "leerjaar"].ge(3).all() and rows.loc["opstroom", "rise"].eq(1).all()
    assert rows.loc["afstroom", "leerjaar"].ge(3).all() and rows.loc["afstroom", "rise"].eq(-1).all()


def test_a_diploma_is_of_the_last_leerjaar_of_a_level(loopbaan):
    passed = loopbaan[loopbaan["afloop"] == "diploma"]
    last = dict(zip(par.LEVELS, par.EXAM_LEERJAAR, strict=True))
    assert passed["leerjaar"].eq(passed["niveau"].map(last)).all()
    by_cohort = passed.merge(loopbaan.drop_duplicates("leerling")[["leerling", "schooljaar"]], on="leerling")
    cohorts = by_cohort.groupby("niveau")["schooljaar_y"].nunique()
    assert cohorts[["vmbo-b", "vmbo-k", "vmbo-gt", "havo", "vwo"]].to_list() == [4, 4, 4, 3, 2]


def test_as_many_go_on_after_a_diploma_as_the_truth_says(loopbaan):
    """Of cohorts seen long enough: one level up in the next year, at this school or another."""
    passed = loopbaan[(loopbaan["afloop"] == "diploma") & (loopbaan["schooljaar"] < "2025-2026")]
    after = loopbaan.groupby("leerling")["schooljaar"].max()
    goes_on = passed["schooljaar"] < passed["leerling"].map(after)
    for niveau, share in Region().truth()["transitions"]["stapelen"].items():
        rows = goes_on[passed["niveau"] == niveau]
        room = 3 * np.sqrt(share * (1 - share) / max(len(rows), 1)) + 0.01  # by opleiding_ouders on average
        assert rows.mean() == pytest.approx(share, abs=room), niveau


def test_a_class_has_one_leerjaar_and_level_and_at_most_thirty_pupils(loopbaan):
    classes = loopbaan.groupby(["vestiging", "schooljaar", "klas"])
    assert classes["niveau"].nunique().max() == classes["leerjaar"].nunique().max() == 1
    size = classes.size()
    assert size.max() <= 30
    # A group of more than 30 is cut in parts of equal size: more than half of 30 each.
    group = loopbaan.groupby(["vestiging", "schooljaar", "leerjaar", "niveau"])
    smallest = group["klas"].agg(lambda klas: klas.value_counts().min())
    assert smallest[group.size() > 30].min() >= 15
    first = size[[name.startswith("1 ") for name in size.index.get_level_values("klas")]]
    assert 22 <= first.median() <= 30


# --- open data of the same region -------------------------------------------------------------------


def test_counts_hold_at_least_the_pupils_that_have_rows(region, loopbaan):
    keys = ["vestiging", "schooljaar", "leerjaar", "brugklastype"]
    counted = region.read("aantallen").groupby(keys)["aantal_lower"].sum()
    rows = loopbaan.rename(columns={"niveau": "brugklastype"}).groupby(keys).size()
    assert (counted.reindex(rows.index, fill_value=0) >= rows).all()


def test_counts_of_the_first_cohort_in_its_first_year_are_its_pupils_and_older_repeaters(region, loopbaan):
    counts = region.read("aantallen", where={"schooljaar": "2019-2020"}).query("leerjaar == 1")
    ours = loopbaan.query("schooljaar == '2019-2020'")
    extra = counts["aantal_lower"].sum() / len(ours) - 1
    assert 0 < extra < 0.06  # about 3% doubles in leerjaar 1


def test_exam_results_are_those_of_the_pupils(region, loopbaan):
    """Unmasked totals against loopbaan in 2025-2026, in which the gt cohort of 2022 sits its exam."""
    exams = region.read("examens", where={"schooljaar": "2025-2026", "geslacht": "totaal"})
    passes = (
        exams[exams["onderwijstype"].isin(["vmbo-g", "vmbo-t"])]
        .groupby("vestiging")["geslaagden_upper"]
        .sum()
    )
    rows = loopbaan[(loopbaan["schooljaar"] == "2025-2026") & (loopbaan["niveau"] == "vmbo-gt")]
    ours = rows[rows["afloop"] == "diploma"].groupby("vestiging").size()
    assert (passes.reindex(ours.index, fill_value=0) >= ours).all()
    total = exams["geslaagden_lower"].sum() / exams["kandidaten_lower"].sum()
    assert 0.80 < total < 0.97


def test_totals_of_exams_equal_the_sum_over_sexes_where_nothing_is_masked(region):
    wide = region.read("examens").set_index(["vestiging", "schooljaar", "opleiding", "geslacht"]).unstack()
    lower, upper = wide["kandidaten_lower"].fillna(0), wide["kandidaten_upper"].fillna(0)
    known = (lower == upper).all(axis=1)
    assert known.sum() > 200
    assert lower["man"].add(lower["vrouw"])[known].eq(lower["totaal"][known]).all()
    assert (lower["man"] + lower["vrouw"] <= upper["totaal"]).all()


def test_adviezen_of_basisscholen_are_those_of_all_pupils(region):
    rows = region.read("adviezen_po")
    open_years = rows[rows["schooljaar"] < "2022-2023"]
    assert open_years["aantal_lower"].sum() == open_years["aantal_upper"].sum() == 4 * 3_750
    masked = rows.drop(index=open_years.index)
    assert masked["aantal_lower"].sum() < 2 * 3_750 < masked["aantal_upper"].sum()
    assert set(rows["regime"]) == set(codes.REGIME.codes)
    po = region.read("vestigingen", where={"sector": "po"}).set_index("vestiging")["gemeente"]
    assert rows["gemeente"].eq(rows["vestiging"].map(po)).all()


@pytest.mark.parametrize(
    ("count", "masked", "expected"),
    [(0, True, (0, 0)), (1, True, (1, 4)), (4, True, (1, 4)), (5, True, (5, 5)), (4, False, (4, 4))],
)
def test_a_count_under_five_is_masked_as_bounds(count, masked, expected):
    lower, upper = open_data.bounds(np.array([count]), np.array([masked]))
    assert (lower[0], upper[0]) == expected


def test_adviezen_are_masked_from_2022_2023_and_exams_from_2019_2020():
    years = pd.Series(["2018-2019", "2019-2020", "2021-2022", "2022-2023"])
    assert open_data.is_masked("adviezen_po", years).tolist() == [False, False, False, True]
    assert open_data.is_masked("examens", years).tolist() == [False, True, True, True]


# --- missing values, tests and survey ---------------------------------------------------------------


def test_values_are_missing_as_in_life(region):
    missing = region.read("leerlingen").isna().mean()
    assert 0.03 < missing["opleiding_ouders"] < 0.06
    assert 0 < missing["advies_eerste"] < 0.02
    assert missing[["leerling", "cohort", "vestiging", "geslacht", "regime"]].eq(0).all()


def test_there_is_no_test_in_2019_2020(region):
    pupils = region.read("leerlingen")
    without = pupils["cohort"] == "2020-2021"
    assert pupils.loc[without, ["toetsscore", "toetsadvies"]].isna().all(axis=None)
    assert pupils.loc[without, "regime"].eq("geen toets").all()
    assert pupils.loc[~without, "toetsscore"].notna().mean() > 0.95
    scores = region.read("toetsen")
    assert "2019-2020" not in set(scores.loc[scores["moment"] == "groep 8", "schooljaar"])


def test_a_toetsadvies_follows_from_its_score(region):
    pupils = region.read("leerlingen").dropna(subset="toetsscore")
    for kind, lowest, highest in (("eindtoets", 501, 550), ("doorstroomtoets", 150, 200)):
        rows = pupils[pupils["regime"] == kind]
        ranges = rows.groupby("toetsadvies")["toetsscore"].agg(["min", "max"])
        ranges = ranges.reindex(codes.TOETSADVIES.codes)
        assert (ranges["min"].to_numpy()[1:] > ranges["max"].to_numpy()[:-1]).all()
        assert rows["toetsscore"].between(lowest, highest).all() and len(rows) > 3_000


def test_a_revised_advice_is_higher_and_never_above_the_test(region):
    pupils = region.read("leerlingen")
    pupils = pupils.dropna(subset=["advies_eerste", "toetsadvies"])
    first, final = (pupils[name].map(codes.step) for name in ("advies_eerste", "advies_definitief"))
    revised = final.ne(first)
    assert 0.05 < revised.mean() < 0.15
    assert (final > first)[revised].all()
    assert (pupils["toetsadvies"].map(codes.step) >= final)[revised].all()


def test_respondents_are_in_the_school_and_answer_on_the_scale(region, loopbaan):
    answers = region.read("enquete")
    pupils = answers[answers["rol"] == "leerling"].drop_duplicates("respondent")
    there = loopbaan[loopbaan["schooljaar"] == par.SURVEY_YEAR].set_index("leerling")["vestiging"]
    assert pupils["vestiging"].to_numpy().tolist() == there[pupils["leerling"]].tolist()
    about = answers["schaal"] == "verwacht_niveau"
    assert answers.loc[answers["rol"].ne("leerling") & ~about, "leerling"].isna().all()
    assert set(answers["schaal"]) == {*codes.SCHAAL.codes, codes.SCHAAL_TEAM, *codes.VRAGEN}
    for name, part in answers.groupby("schaal"):
        wanted = codes.VRAGEN[name].codes if name in codes.VRAGEN else "12345"
        assert set(part["antwoord"]) == set(wanted), name
        items = {name} if name in codes.VRAGEN else {f"{name}_{place}" for place in range(1, 5)}
        assert set(part["item"]) == items, name
    size = pupils.groupby("vestiging").size()
    assert size.max() <= 120 and size.median() >= 60


# --- size -------------------------------------------------------------------------------------------


def test_memory_does_not_grow_with_the_number_of_schools():
    """Peak memory of three blocks (60 schools, 40,000 pupils) is that of one block of them."""

    def peak(vestigingen, leerlingen):
        gc.collect()
        tracemalloc.start()
        rows = sum(len(part) for name, part in Region(vestigingen, leerlingen).tables() if name == "loopbaan")
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return rows, found

    one, few = peak(20, 13_333)
    three, many = peak(60, 40_000)
    assert three > 2.8 * one
    assert many < 1.3 * few


def test_careers_are_simulated_to_the_end():
    found = populate(geography.blocks(24, 4_000, 3)[0], 1).careers
    assert (found.vestiging[:, careers.YEARS - 1] >= 0).mean() < 0.05
