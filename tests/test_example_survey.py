"""The survey of the simulated region: who answers what, and that the truth of each scale is in its answers.

Five regions of 22,500 pupils give some ten thousand pupils who answer. Tolerances are three times the
sampling error of the number at hand, unless a comment says otherwise.
"""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from kansen_lib import codes, schema, store
from kansen_lib.example import Region, geography, survey
from kansen_lib.example import parameters as par
from kansen_lib.example.population import populate

OPLEIDING, INKOMEN = codes.OPLEIDING_OUDERS.codes, codes.INKOMENSKWINTIEL.codes
KLASSE = {label: codes.three_classes(label) for label in OPLEIDING}
LABELS = {"opleiding": OPLEIDING, "inkomen": INKOMEN, "herkomst": codes.HERKOMST.codes, "level": par.LEVELS}


@pytest.fixture(scope="module")
def region(voorbeeld):
    return store.Store(voorbeeld)


@pytest.fixture(scope="module")
def enquete(region):
    return region.read("enquete")


@pytest.fixture(scope="module")
def truth():
    return Region().truth()


def answers_of(seed: int) -> pd.DataFrame:
    """Answers of one region, with what is true of the pupil that they are of or about."""
    found = populate(geography.blocks(24, 22_500, seed)[0], 1)
    frame = pd.concat(list(survey.enquete(found)), ignore_index=True)
    row = frame["leerling"].str[1:].astype(float) - 1
    known = found.pupils[["opleiding", "inkomen", "herkomst", "definitive", "skill", "cohort"]]
    known = known.assign(error=(found.pupils["error_taal"] + found.pupils["error_rekenen"]) / 2)
    year = par.SCHOOLJAREN.index(par.SURVEY_YEAR) - known["cohort"].to_numpy()
    at = np.arange(len(known)), np.maximum(year, 0)  # later cohorts answer nothing
    known = known.assign(level=found.careers.level[at], leerjaar=found.careers.leerjaar[at])
    keys = (found.careers.vestiging[at], known["leerjaar"], found.careers.niveau[at], found.klas[at])
    known["klas"] = ["/".join(map(str, key)) for key in zip(*keys, strict=True)]
    frame = frame.join(known.reindex(row).reset_index(drop=True))
    for name in ("respondent", "vestiging", "klas"):
        frame[name] = f"{seed} " + frame[name]
    return frame


@pytest.fixture(scope="module")
def many():
    return pd.concat([answers_of(seed) for seed in range(5)], ignore_index=True)


@pytest.fixture(scope="module")
def scales(many):
    """Mean answer of each pupil (row) on each scale (column), in points."""
    rows = many[many["rol"].eq("leerling") & many["schaal"].isin(codes.SCHAAL.codes)]
    points = rows.assign(points=rows["antwoord"].astype(int))
    means = points.pivot_table(index="respondent", columns="schaal", values="points")
    pupils = rows.drop_duplicates("respondent").set_index("respondent")
    return means.join(pupils[[*LABELS, "vestiging", "klas"]])


def question(many: pd.DataFrame, name: str) -> pd.DataFrame:
    return many[many["schaal"] == name]


# --- who answers what -------------------------------------------------------------------------------


def test_each_role_answers_its_own_scales_and_all_hold_a_definition(enquete):
    asked = {role: set(rows["schaal"]) for role, rows in enquete.groupby("rol")}
    assert asked["leerling"] == {*codes.SCHAAL.codes, *codes.VRAGEN} - {"verwacht_niveau"}
    assert asked["ouder"] == {"definitie", "verbondenheid", "ouderbetrokkenheid"}
    of_teachers = {"definitie", "verbondenheid", "verwachtingen", "verwacht_niveau"}
    assert asked["leraar"] == {*of_teachers, codes.SCHAAL_TEAM}
    assert asked["schoolleiding"] == {"definitie", "verwachtingen"}


def test_the_same_teachers_answer_about_their_team_in_two_other_years(enquete):
    rows = enquete[enquete["schaal"] == "werkzaamheid_team"]
    asked = {year: set(part["respondent"]) for year, part in rows.groupby("schooljaar")}
    teachers = set(enquete.loc[enquete["rol"] == "leraar", "respondent"])
    assert set(asked) == set(par.TEAM_YEARS) and par.SURVEY_YEAR not in asked
    assert all(who == teachers for who in asked.values())
    assert rows["item"].nunique() == par.SURVEY_ITEMS
    assert len(rows) == len(teachers) * len(par.TEAM_YEARS) * par.SURVEY_ITEMS
    others = enquete[enquete["schaal"] != "werkzaamheid_team"]
    assert set(others["schooljaar"]) == {par.SURVEY_YEAR}


def test_the_same_pupils_answer_every_item_once(enquete):
    pupils = enquete[enquete["rol"] == "leerling"]
    everybody = set(pupils["respondent"])
    for (schaal, item), rows in pupils.groupby(["schaal", "item"]):
        assert rows["respondent"].is_unique
        assert schaal == "stage" or set(rows["respondent"]) == everybody, item
    assert pupils.groupby("respondent")["leerling"].nunique().eq(1).all()
    assert pupils.groupby("leerling")["respondent"].nunique().eq(1).all()
    assert pupils.groupby("vestiging")["leerling"].nunique().between(30, 120).mean() > 0.9


def test_only_pupils_from_leerjaar_3_were_on_a_stage(region, enquete):
    year = region.read("loopbaan", where={"schooljaar": par.SURVEY_YEAR}).set_index("leerling")["leerjaar"]
    pupils = enquete[enquete["rol"] == "leerling"].drop_duplicates("leerling")["leerling"]
    asked = set(enquete.loc[enquete["schaal"] == "stage", "leerling"])
    assert asked == set(pupils[pupils.map(year) >= 3])


def test_a_mentor_answers_once_about_each_asked_pupil_of_the_vestiging(region, enquete):
    about = enquete[enquete["schaal"] == "verwacht_niveau"]
    assert about["leerling"].is_unique and set(about["rol"]) == {"leraar"}
    asked = enquete[enquete["rol"] == "leerling"]
    assert set(about["leerling"]) == set(asked["leerling"])
    there = region.read("loopbaan", where={"schooljaar": par.SURVEY_YEAR}).set_index("leerling")["vestiging"]
    assert about["leerling"].map(there).eq(about["vestiging"]).all()
    size = about.groupby("respondent").size()
    assert size.median() <= 12 and size.max() <= 25
    mentors = enquete[enquete["respondent"].isin(about["respondent"])]
    assert mentors.groupby("respondent")["schaal"].nunique().eq(5).all()  # they answer the rest as well


def test_pupils_of_one_mentor_sit_together(region, enquete):
    """In the order of leerjaar: the groups of mentors overlap in no more than their edges."""
    years = region.read("loopbaan", where={"schooljaar": par.SURVEY_YEAR}).set_index("leerling")["leerjaar"]
    about = enquete[enquete["schaal"] == "verwacht_niveau"]
    spans = (
        about["leerling"].map(years).groupby([about["vestiging"], about["respondent"]]).agg(["min", "max"])
    )
    for _, rows in spans.groupby(level="vestiging"):
        rows = rows.sort_values(["min", "max"])
        assert (rows["max"].to_numpy()[:-1] <= rows["min"].to_numpy()[1:]).all()


def test_a_slice_of_cohorts_holds_no_answer_about_another_pupil(region):
    school = region.school("ZZ0100", cohorts=["2020-2021"])
    pupils, rows = set(school.table("leerlingen")["leerling"]), school.table("enquete")
    assert set(rows["leerling"].dropna()) <= pupils
    assert rows["leerling"].notna().any() and rows["leerling"].isna().any()


def test_a_vestiging_whose_pupils_have_all_left_still_has_answers_of_its_staff():
    found = populate(geography.blocks(24, 600, 0)[0], 1)
    found.careers.vestiging[found.careers.vestiging == 3] = 4
    rows = schema.validate("enquete", list(survey.enquete(found))[3])
    assert set(rows["rol"]) == {"leraar", "schoolleiding"}
    assert "verwacht_niveau" not in set(rows["schaal"])


# --- scales -----------------------------------------------------------------------------------------


def test_items_of_a_scale_go_together_as_the_loading_says(many, truth):
    """Correlation of two items of alike pupils is the loading squared; rounding to points takes a little."""
    rows = many[many["rol"].eq("leerling") & many["schaal"].eq("zelfstandigheid")]
    wide = rows.assign(points=rows["antwoord"].astype(int)).pivot(
        index="respondent", columns="item", values="points"
    )
    wide = wide - wide.groupby(
        rows.drop_duplicates("respondent").set_index("respondent")["vestiging"]
    ).transform("mean")
    between = wide.corr().to_numpy()[np.triu_indices(4, 1)]
    rounding = par.SURVEY_LOADING**2 / (1 + 1 / (12 * 0.9**2))  # variance of rounding: one twelfth of a point
    assert between == pytest.approx(rounding, abs=0.02)
    k = 4
    alpha = k * between.mean() / (1 + (k - 1) * between.mean())
    assert alpha == pytest.approx(truth["survey"]["omega_before_rounding"], abs=0.04)
    assert alpha < truth["survey"]["omega_before_rounding"]


@pytest.mark.parametrize("scale", codes.SCHAAL.codes)
def test_means_differ_by_background_as_truth_says(scales, truth, scale):
    facts = truth["survey"]["scales"][scale]
    columns, wanted = [], []
    for name, labels in LABELS.items():
        by = facts[f"on_{name}_sd"]
        for place, label in enumerate(labels[1:], start=1):
            columns.append(scales[name] == place)
            wanted.append(by[label] - by[labels[0]])
    # Within vestigingen: the effect of the school falls out.
    design = pd.concat(columns, axis=1).astype(float)
    design.columns = range(design.shape[1])
    group = scales["vestiging"]
    design -= design.groupby(group).transform("mean")
    outcome = scales[scale] - scales.groupby(group)[scale].transform("mean")
    found = np.linalg.lstsq(design, outcome, rcond=None)[0]
    rest = outcome - design @ found
    away = found - np.array(wanted) * truth["survey"]["points_per_sd"]
    # All contrasts at once, for they share the classes that they are against. Pupils of a class are a bit
    # alike where classes differ: with two to three a class that is a fifth more variance at most.
    distance = away @ (design.T @ design).to_numpy() @ away / rest.var() / (1.2 if facts["sd_class"] else 1)
    assert distance < chi2.ppf(0.999, len(away))


def test_pupils_with_roots_outside_europe_feel_a_little_less_at_home(scales, truth):
    """Too small to be seen among all contrasts at once: within vestigingen, against the Netherlands."""
    known = scales[scales["herkomst"].isin([0, 2])]
    x, y = (known["herkomst"] == 2).astype(float), known["verbondenheid"]
    x, y = (column - column.groupby(known["vestiging"]).transform("mean") for column in (x, y))
    found = (x * y).sum() / (x**2).sum()
    error = (y - found * x).std() / np.sqrt((x**2).sum())
    facts = truth["survey"]["scales"]["verbondenheid"]["on_herkomst_sd"]
    assert found == pytest.approx(facts["buiten Europa"] * truth["survey"]["points_per_sd"], abs=3 * error)
    assert found < -3 * error


@pytest.mark.parametrize(
    "scale", ["veiligheid_sociaal", "veiligheid_onderwijskundig", "veiligheid_emotioneel", "burgerschap"]
)
def test_classes_differ_on_safety_alone(scales, truth, scale):
    """Variance between classes of a vestiging, from pairs of classmates against pairs of schoolmates."""
    points = truth["survey"]["points_per_sd"]
    rest = scales[scale] - scales.groupby(["vestiging", "level"])[scale].transform("mean")
    parts = rest.groupby(scales["klas"]).agg(["sum", "size", lambda values: (values**2).sum()])
    pairs = (parts["size"] * (parts["size"] - 1)).sum()
    between = (parts["sum"] ** 2 - parts.iloc[:, 2]).sum() / pairs
    wanted = (truth["survey"]["scales"][scale]["sd_class"] * points) ** 2
    # Some of a class falls in the mean of its vestiging and level: more so where a level has one class.
    error = rest.var() * np.sqrt(2 / pairs)
    assert between - _of_pairs_alone(scales, rest) == pytest.approx(
        0.85 * wanted, abs=3 * error + 0.15 * wanted
    )


def _of_pairs_alone(scales, rest) -> float:
    """What the mean of vestiging and level, taken off, makes of two pupils of a class without effect."""
    group = scales.groupby(["vestiging", "level"])["klas"]
    many, here = group.transform("size"), scales.groupby("klas")["klas"].transform("size")
    spread = (rest**2).sum() / (len(rest) - group.ngroups)
    return -spread * ((here - 1) / many).sum() / (here - 1).sum()


@pytest.mark.parametrize("scale", ["verbondenheid", "zelfstandigheid", "kapitaal_cultureel"])
def test_schools_differ_with_the_true_sd(scales, truth, scale):
    """Variance of the means of 120 vestigingen beyond that of sampling pupils, at equal background."""
    by = truth["survey"]["scales"][scale]
    expected = sum(
        scales[name].map(dict(enumerate(by[f"on_{name}_sd"].values()))).astype(float)
        for name, labels in LABELS.items()
    )
    rest = scales[scale] - expected * truth["survey"]["points_per_sd"]
    school = rest.groupby(scales["vestiging"]).agg(["mean", "var", "size"])
    school = school[school["size"] >= 30]
    variance = school["mean"].var() - (school["var"] / school["size"]).mean()
    wanted = (by["sd_school"] * truth["survey"]["points_per_sd"]) ** 2
    assert variance == pytest.approx(wanted, abs=3 * (wanted + 0.005) * np.sqrt(2 / len(school)))


# --- questions --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "answer", "by", "facts"),
    [
        ("rondkomen", "moeite", "inkomen", ("rondkomen_moeite",)),
        ("bijles", "gratis", "inkomen", ("bijles", "gratis")),
        ("bijles", "betaald", "inkomen", ("bijles", "betaald")),
        ("stage", "via netwerk", "opleiding", ("stage_via_netwerk",)),
        ("hoger_advies_gevraagd", "ja", "opleiding", ("hoger_advies_gevraagd",)),
    ],
)
def test_answers_have_their_shares_by_group(many, truth, name, answer, by, facts):
    wanted = truth["survey"]["questions"]
    for key in facts:
        wanted = wanted[key]
    rows = question(many, name)
    counted = Counter(zip(rows[by].astype(int), rows["antwoord"] == answer, strict=True))
    for place, share in enumerate(wanted.values()):
        n = counted[place, True] + counted[place, False]
        assert counted[place, True] / n == pytest.approx(share, abs=3 * np.sqrt(share * (1 - share) / n)), (
            place
        )


def test_overall_shares_are_the_published_ones(many):
    """1 in 20 has trouble making ends meet (S2); 29% had bijles, 18% paid for it (B-9)."""
    shares = {name: question(many, name)["antwoord"].value_counts(normalize=True) for name in codes.VRAGEN}
    assert shares["rondkomen"]["moeite"] == pytest.approx(0.05, abs=0.012)
    assert 1 - shares["bijles"]["geen"] == pytest.approx(0.29, abs=0.02)
    assert shares["bijles"]["betaald"] == pytest.approx(0.18, abs=0.02)


def test_wanted_levels_lie_above_the_advice_more_so_with_higher_education(many, truth):
    """Of advices from vmbo-k to vmbo-gt/havo: at the ends of the ladder there is no room."""
    low, high = par.LADDER.index("vmbo-k"), par.LADDER.index("vmbo-gt/havo")
    rows = question(many, "ambitie")
    rows = rows[rows["definitive"].between(low, high)]
    above = rows["antwoord"].map(codes.step) - rows["definitive"] / 2
    found = above.groupby(rows["opleiding"]).agg(["mean", "std", "size"])
    for place, wanted in enumerate(truth["survey"]["questions"]["ambitie_above_advies_steps"].values()):
        mean, sd, size = found.loc[place]
        assert mean == pytest.approx(wanted, abs=3 * sd / np.sqrt(size) + 0.01)


# --- what mentors expect ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def expected(many):
    """Expected level in steps, its error of prediction from skill and score, and the place on laag-hoog."""
    rows = question(many, "verwacht_niveau").reset_index(drop=True)
    klasse = rows["opleiding"].map(lambda place: KLASSE[OPLEIDING[int(place)]])
    steps = rows["antwoord"].map(codes.step)
    seen = rows["skill"] + par.EXPECTED_ON_ERROR * rows["error"]
    powers = [seen**power for power in (1, 2, 3, 4, 5)]
    design = np.column_stack([np.ones(len(rows)), *powers, klasse == "laag", klasse == "midden"]).astype(
        float
    )
    found = np.linalg.lstsq(design, steps, rcond=None)[0]
    rest = steps - design @ found
    error = np.sqrt(np.diag(np.linalg.inv(design.T @ design)) * rest.var())
    contrast = klasse.map({"laag": 0.5, "midden": 0.0, "hoog": -0.5})
    frame = rows.assign(rest=rest, contrast=contrast, klasse=klasse, steps=steps)
    return frame, found[-2:], error[-2:]


def test_mentors_expect_less_at_equal_skill_as_truth_says(expected, truth):
    _, gaps, errors = expected
    facts = truth["expectations"]["bias_steps_three_classes"]
    assert truth["expectations"]["bias_steps_laag_minus_hoog"] == pytest.approx(-0.15, abs=0.01)
    for gap, error, klasse in zip(gaps, errors, ("laag", "midden"), strict=True):
        # Mentors differ in their gap (sd 0.25 over some 900 of them): beside the error of pupils 0.01.
        assert gap == pytest.approx(facts[klasse] - facts["hoog"], abs=3 * error + 0.02)


def test_mentors_differ_in_their_gap_with_the_true_sd(expected, truth):
    """From pairs of pupils of one mentor: the product of what is left goes with that of their places."""
    frame, _, _ = expected
    products, places = [], []
    for _, rows in frame.groupby("respondent"):
        left, right = np.triu_indices(len(rows), 1)
        rest, contrast = rows["rest"].to_numpy(), rows["contrast"].to_numpy()
        products.append(rest[left] * rest[right])
        places.append(contrast[left] * contrast[right])
    product, place = np.concatenate(products), np.concatenate(places)
    slope, constant = np.polyfit(place, product, 1)
    facts = truth["expectations"]
    own, gap = facts["sd_teacher_steps"] ** 2, facts["sd_teacher_gap_laag_minus_hoog_steps"] ** 2
    error = product.std() / (place.std() * np.sqrt(len(product)))
    # Mentors have groups of one level; where that is vwo or pro there is less room for a difference.
    assert slope == pytest.approx(gap, abs=3 * error + 0.2 * gap)
    assert slope > 3 * error
    assert constant == pytest.approx(own, abs=3 * product.std() / np.sqrt(len(product)) + 0.2 * own)


def test_expected_levels_are_spread_as_intended_and_near_those_of_the_pupils(expected):
    frame, _, _ = expected
    level = frame["level"].astype(float)
    assert (frame["steps"] - level).abs().mean() < 0.75
    assert np.corrcoef(frame["steps"], level)[0, 1] > 0.7
    shares = frame["antwoord"].value_counts(normalize=True)
    assert set(shares.index) == set(par.LEVELS) and shares.min() > 0.01
