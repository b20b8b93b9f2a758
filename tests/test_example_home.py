"""What pupils bring from home, what it does to their scores, and the places and schools around them.

Shares are counted from the tables and compared with ``truth.json``; a tolerance is three times the
sampling error of the number at hand, unless a comment says otherwise.
"""

import shutil
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from kansen_lib import codes, store
from kansen_lib.example import Region, background, features, geography
from kansen_lib.example import parameters as par
from kansen_lib.example.population import populate

NEW = ("verblijfsduur_moeder", "schuldsanering", "thuistaal", "nieuwkomer")


@pytest.fixture(scope="module")
def region(voorbeeld):
    return store.Store(voorbeeld)


@pytest.fixture(scope="module")
def pupils(region):
    return region.read("leerlingen")


@pytest.fixture(scope="module")
def truth():
    return Region().truth()


@pytest.fixture(scope="module")
def large():
    """40,000 pupils of one block with everything latent."""
    return populate(geography.blocks(24, 40_000, 6)[0], 1)


def room(share: float, n: int) -> float:
    return 3 * np.sqrt(max(share * (1 - share), 1 / n) / n)


def slopes(outcome, **columns) -> tuple[dict[str, float], dict[str, float]]:
    """Least squares with a constant: coefficients and their standard errors."""
    design = np.column_stack([np.ones(len(outcome)), *columns.values()]).astype(float)
    found, rest = np.linalg.lstsq(design, outcome, rcond=None)[:2]
    error = np.sqrt(np.diag(np.linalg.inv(design.T @ design)) * rest[0] / (len(outcome) - design.shape[1]))
    return dict(zip(columns, found[1:], strict=True)), dict(zip(columns, error[1:], strict=True))


# --- home -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["verblijfsduur_moeder", "thuistaal"])
@pytest.mark.parametrize("herkomst", codes.HERKOMST.codes)
def test_stay_and_language_have_their_shares_by_herkomst(large, truth, name, herkomst):
    pupils = large.pupils
    counted = Counter(pupils.loc[pupils["herkomst"] == codes.HERKOMST.codes.index(herkomst), name])
    n = counted.total()
    shares = truth["background"][name][herkomst]
    assert sum(shares.values()) == pytest.approx(1, abs=1e-3)
    for place, (code, share) in enumerate(shares.items()):
        assert counted[place] / n == pytest.approx(share, abs=room(share, n)), code


def test_debts_go_with_income_and_are_rare(pupils, truth):
    known = pupils.dropna(subset=["schuldsanering", "inkomenskwintiel"])
    found = known["schuldsanering"].eq("ja").groupby(known["inkomenskwintiel"]).agg(["mean", "size"])
    for kwintiel, share in truth["background"]["schuldsanering"].items():
        mean, size = found.loc[kwintiel]
        assert mean == pytest.approx(share, abs=room(share, size)), kwintiel
    assert 0.02 < known["schuldsanering"].eq("ja").mean() < 0.04


def test_newcomers_come_from_elsewhere_with_mothers_who_just_came(pupils, truth):
    known = pupils.dropna(subset=["nieuwkomer", "herkomst"])
    new = known[known["nieuwkomer"] == "ja"]
    assert len(new) / len(known) == pytest.approx(0.015, abs=0.004)
    for herkomst, share in truth["background"]["nieuwkomer"].items():
        part = known[known["herkomst"] == herkomst]
        assert part["nieuwkomer"].eq("ja").mean() == pytest.approx(share, abs=room(share, len(part)))
    assert "Nederland" not in set(new["herkomst"])
    assert set(new["verblijfsduur_moeder"].dropna()) == {"korter dan 5 jaar", "5 tot 10 jaar"}
    assert "Nederlands of dialect" not in set(new["thuistaal"])


@pytest.mark.parametrize("name", NEW)
def test_new_columns_are_missing_as_often_as_truth_says_and_at_random(pupils, truth, name):
    missing, share = pupils[name].isna(), truth["missing"][name]
    assert missing.mean() == pytest.approx(share, abs=room(share, len(pupils)))
    hoog = pupils["opleiding_ouders"].isin(["hbo", "wo"])
    assert missing[hoog].mean() == pytest.approx(share, abs=room(share, hoog.sum()))


def test_the_new_columns_draw_from_a_stream_of_their_own():
    """Adding them leaves skill, advice and school as they were."""
    block = geography.blocks(4, 400, 9)[0]
    plain = populate(block, 1).pupils.drop(columns=list(NEW))
    again = background.add(block, plain)
    pd.testing.assert_frame_equal(again[plain.columns], plain)
    pd.testing.assert_frame_equal(again, populate(block, 1).pupils)


# --- language ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "left"),
    [("groep 8", None), ("leerjaar 1", "left_leerjaar_1"), ("leerjaar 3", "left_leerjaar_3")],
)
@pytest.mark.parametrize("spoken", codes.THUISTAAL.codes[:2])
def test_taal_lies_behind_and_catches_up(large, truth, moment, left, spoken):
    """Taal against rekenen of the same pupils, beyond their own split over the two."""
    scores = large.scores.moments[moment]
    # Tutoring moves rekenen alone.
    known = ~np.isnan(scores[:, 0]) & ~large.scores.trials["tutoring"].took_part
    split = 2 * large.pupils["domain"].to_numpy() / par_sd()
    difference = ((scores[:, 0] - scores[:, 1]) / par.SCORE_SD - split)[known]
    place = large.pupils["thuistaal"].to_numpy()[known]
    wanted = truth["language"]["gap_groep8_score_sd"][spoken] * truth["language"].get(left, 1.0)
    ours, rest = (difference[place == number] for number in (codes.THUISTAAL.codes.index(spoken), 2))
    error = np.sqrt(ours.var() / len(ours) + rest.var() / len(rest))
    assert ours.mean() - rest.mean() == pytest.approx(wanted, abs=3 * error)
    assert error < 0.015


@pytest.mark.parametrize("column", ["score", "first"])
def test_the_total_and_the_advice_do_not_hold_the_language(large, column):
    known = large.pupils.dropna(subset=column)
    other = (known["thuistaal"] == 0).to_numpy()
    skill = {f"skill{power}": known["skill"] ** power for power in (1, 2, 3)}
    groups = {f"opleiding{place}": known["opleiding"] == place for place in range(4)}
    places = {f"place{number}": known["stedelijkheid"] == number for number in range(1, 5)}
    found, error = slopes(known[column], other=other, sex=known["geslacht"], **skill, **groups, **places)
    assert found["other"] == pytest.approx(0, abs=3 * error["other"])


# --- referentieniveaus ------------------------------------------------------------------------------


def test_levels_are_of_taal_and_rekenen_in_groep_8_and_follow_from_the_score(region, truth):
    rows = region.read("toetsen")
    has = rows["moment"].eq("groep 8") & rows["domein"].isin(["taal", "rekenen"])
    assert rows.loc[has, "referentieniveau"].notna().all()
    assert rows.loc[~has, "referentieniveau"].isna().all()
    for domain, facts in truth["test"]["referentieniveau"].items():
        part = rows[has & rows["domein"].eq(domain)]
        low, high = facts["lowest_score"]["1F"], facts["lowest_score"]["1S of 2F"]
        by_hand = ["onder 1F" if s < low else "1F" if s < high else "1S of 2F" for s in part["score"]]
        assert part["referentieniveau"].tolist() == by_hand


@pytest.mark.parametrize("domain", ["taal", "rekenen"])
def test_levels_are_reached_as_often_as_truth_says(large, truth, domain):
    scores = large.scores.moments["groep 8"][:, 0 if domain == "taal" else 1]
    facts, known = truth["test"]["referentieniveau"][domain], scores[~np.isnan(scores)]
    for level, share in facts["shares_at_least"].items():
        found = (known >= facts["lowest_score"][level]).mean()
        # Beside sampling: a region's gemeenten have other pupils than the draw that fixed the scores.
        assert found == pytest.approx(share, abs=room(share, len(known)) + 0.01), level


# --- growth -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def growth(large):
    """Growth from true skill to leerjaar 3 in rekenen, without treated pupils and effects of schools."""
    pupils, trials = large.pupils, large.scores.trials
    frame = pupils.assign(
        growth=large.scores.moments["leerjaar 3"][:, 1] / par.SCORE_SD
        - (pupils["skill"] - pupils["domain"]) / par_sd()
        - large.block.school_effects[1][pupils["vestiging"]],
        observed=large.scores.moments["groep 8"][:, 1] / par.SCORE_SD,
        treated=np.any([trial.took_part for trial in trials.values()], axis=0),
    )
    return frame[~frame["treated"]].dropna(subset=["growth", "observed"])


def par_sd() -> float:
    """Sd of a domain score of groep 8 in sd of true skill: skill, its split, and the error of one domain."""
    return float(np.sqrt(1 + par.SD_DOMAIN**2 + 2 * (1 / par.RELIABILITY - 1)))


def test_who_begins_ahead_grows_faster_but_regression_to_the_mean_hides_it(growth, truth):
    groups = {f"opleiding{place}": growth["opleiding"] == place for place in range(4)}
    years = {f"cohort{place}": growth["cohort"] == place for place in (2, 3)}
    found, error = slopes(growth["growth"], skill=growth["skill"], **groups, **years)
    assert found["skill"] == pytest.approx(
        truth["growth"]["on_true_skill_leerjaar_3"], abs=3 * error["skill"]
    )
    assert error["skill"] < 0.005
    seen = growth["growth"] + (growth["skill"] - growth["domain"]) / par_sd() - growth["observed"]
    naive, error = slopes(seen, observed=growth["observed"], **groups)
    assert naive["observed"] < -0.1


def test_the_gap_in_growth_of_all_holds_skill_and_language(large, growth, truth):
    facts = truth["growth"]["gap_growth_of_all_hoog_minus_laag"]["leerjaar 3"]
    klasse = growth["opleiding"].map(lambda place: codes.three_classes(codes.OPLEIDING_OUDERS.codes[place]))
    mean = growth["growth"].groupby(klasse).agg(["mean", "var", "size"])
    error = np.sqrt((mean["var"] / mean["size"])[["laag", "hoog"]].sum())
    # Beside sampling: shocks of schools in a year (sd 0.03) and of classes (0.08) that sort a little by SES.
    found = mean.loc["hoog", "mean"] - mean.loc["laag", "mean"]
    assert found == pytest.approx(facts["rekenen"], abs=3 * error + 0.015)
    assert facts["rekenen"] > truth["growth"]["gap_growth_leerjaar_3_hoog_minus_laag"]
    assert (
        facts["taal"] < facts["rekenen"]
    )  # the families who speak another language catch up, more of them laag


# --- support ----------------------------------------------------------------------------------------


def test_lessons_of_tutoring_go_to_who_needs_them_most(region):
    """Concentration of lessons over the score for rekenen in groep 8, of all pupils of that cohort."""
    lessons = region.read("deelname", where={"interventie": "tutoring"})
    assert lessons.loc[lessons["deelgenomen"], "dosis"].between(20, 90).all()
    assert lessons.loc[~lessons["deelgenomen"], "dosis"].eq(0).all()
    scores = region.read("toetsen", where={"moment": "groep 8", "domein": "rekenen"})
    scores = scores[scores["vestiging"].isin(lessons["vestiging"])]
    cohort = region.read("leerlingen", ["leerling"], where={"cohort": par.COHORTS[par.TUTORING_COHORT]})
    all_of_them = scores.merge(cohort, on="leerling").merge(
        lessons[["leerling", "dosis"]], on="leerling", how="left"
    )
    dose = all_of_them["dosis"].fillna(0).to_numpy()
    rank = all_of_them["score"].rank(pct=True).to_numpy()
    concentration = 2 * np.cov(dose, rank, bias=True)[0, 1] / dose.mean()
    assert -0.9 < concentration < -0.4
    assert set(region.read("interventies", where={"interventie": "tutoring"})["dosis_eenheid"]) == {"lessen"}


# --- places and schools -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kenmerken(region):
    return region.read("kenmerken")


@pytest.fixture(scope="module")
def places(kenmerken):
    return kenmerken[kenmerken["soort"] == "pc4"].pivot(
        index="eenheid", columns="kenmerk", values="waarde_lower"
    )


def test_every_pc4_has_every_feature_once(places):
    assert places.shape[0] == 36 and places.notna().all(axis=None)


def test_the_names_of_areas_are_those_of_cbs(places, shared, tmp_path):
    from kansen_lib.sources import duo

    shutil.copy(shared / "data/cbs/pc4_2023_v2.xlsx", tmp_path)
    known = set(duo.read([tmp_path]).tables["kenmerken"]["kenmerk"])
    ours = {"aandeel_opleiding_laag", "aandeel_opleiding_hoog", "aandeel_herkomst_buiten_nederland"}
    geonames = {"x_km", "y_km"}
    assert set(places) - known == ours | geonames | {"inkomenskwintiel_gemiddeld", "ses_score"}


def test_stedelijkheid_of_an_area_is_that_of_its_pupils_and_fits_its_density(pupils, places):
    code = pupils["stedelijkheid"].map({name: n for n, name in enumerate(codes.STEDELIJKHEID.codes, start=1)})
    assert pupils["pc4"].map(places["stedelijkheid"]).dropna().eq(code.dropna()).all()
    by_density = np.searchsorted([500, 1000, 1500, 2500], places["omgevingsadressendichtheid"], side="right")
    assert (5 - by_density == places["stedelijkheid"]).all()


def test_figures_of_an_area_are_possible_and_go_with_its_ses(places):
    assert (places["huishouden_eenouder"] < places["huishouden_totaal"]).all()
    assert (places["huishouden_totaal"] < places["inwoners_totaal"]).all()
    assert (places[features.BENEFITS] < 0.35 * places["inwoners_totaal"]).all()
    assert places["woning_huurwoning_pct"].between(0, 100).all()
    assert (places["vmbo_aantal_binnen_10_km"] <= places["voortgezet_onderwijs_aantal_binnen_10_km"]).all()
    assert (
        places["havo_vwo_aantal_binnen_10_km"] <= places["voortgezet_onderwijs_aantal_binnen_10_km"]
    ).all()
    ses = places["ses_score"]
    assert np.corrcoef(ses, places["woning_woz_waarde_woning"])[0, 1] > 0.5
    assert np.corrcoef(ses, places[features.BENEFITS] / places["inwoners_totaal"])[0, 1] < -0.5


def test_schools_near_by_are_at_least_those_of_the_own_gemeente(region, places):
    vo = region.vestigingen
    here = region.read("vestigingen").drop_duplicates("pc4").set_index("pc4")["gemeente"]
    own = vo.groupby("gemeente").size()
    near = places["voortgezet_onderwijs_aantal_binnen_10_km"]
    assert (near.loc[here.index] >= here.map(own)).all()
    assert near.max() <= len(vo)


def test_a_vestiging_has_qualified_lessons_of_each_level_that_it_offers(kenmerken):
    block = geography.blocks(24, 15_000, Region().seed)[0]
    found = kenmerken[kenmerken["kenmerk"].str.startswith("lessen_bevoegd_")]
    wanted = {
        (code, f"lessen_bevoegd_{level}")
        for code, kind in zip(block.vestigingen, block.kinds, strict=True)
        for level in kind.levels
    }
    assert set(zip(found["eenheid"], found["kenmerk"], strict=True)) == wanted
    assert found["waarde_lower"].between(0.5, 1).all()


def test_a_score_of_our_own_making_says_so(kenmerken):
    score = kenmerken[kenmerken["kenmerk"] == "onderwijskansenscore"]
    assert len(score) == 24 and score["noot"].str.contains("demoformule").all()
    assert set(kenmerken["bron"]) == {"gesimuleerd"}


@pytest.fixture(scope="module")
def staff():
    """Features of the vo vestigingen of four regions, with the mean SES of their intake."""
    parts = []
    for seed in range(4):
        found = populate(geography.blocks(24, 5_000, seed)[0], 1)
        rows = features.kenmerken(found)
        rows = rows[rows["soort"].eq("vestiging") & rows["eenheid"].str.startswith("ZZ")]
        ses = found.pupils["ses"].groupby(found.pupils["vestiging"]).mean()
        ses.index = [found.block.vestigingen[place] for place in ses.index]
        parts.append(rows.assign(ses=rows["eenheid"].map(ses), region=seed))
    return pd.concat(parts)


@pytest.mark.parametrize("name", ["lessen_uitgevallen", "leraren_vertrokken", "lessen_bevoegd"])
def test_lessons_and_teachers_go_with_the_intake_as_truth_says(staff, truth, name):
    rows = staff[staff["kenmerk"].str.startswith(name)]
    levels = {kind: rows["kenmerk"] == kind for kind in sorted(set(rows["kenmerk"]))[1:]}
    found, error = slopes(rows["waarde_lower"], ses=rows["ses"], **levels)
    wanted = truth["teachers"]["on_mean_ses_of_intake"][name]
    assert found["ses"] == pytest.approx(wanted, abs=3 * error["ses"])
    assert error["ses"] < abs(wanted) / 3
