"""The simulated region comes near the published figures, and its truth is in its data.

Calibration is read from the tables, as an analyst would. The tolerance of a share is what the brief
of the region allows (two to three percentage points), wider only for small groups. Recovery of the
truth uses one block of 60,000 pupils, with their latent skill where the data have only a test.
"""

import numpy as np
import pandas as pd
import pytest

from kansen_lib import codes, store
from kansen_lib.example import Region, geography
from kansen_lib.example import parameters as par
from kansen_lib.example.population import populate


@pytest.fixture(scope="module")
def pupils(voorbeeld):
    return store.Store(voorbeeld).read("leerlingen")


@pytest.fixture(scope="module")
def loopbaan(voorbeeld):
    return store.Store(voorbeeld).read("loopbaan")


@pytest.fixture(scope="module")
def truth():
    return Region().truth()


@pytest.fixture(scope="module")
def many():
    """A large population with everything latent, and its pupils with scores as columns."""
    found = populate(geography.blocks(24, 60_000, 5)[0], 1)
    frame = found.pupils.copy()
    for moment, values in found.scores.moments.items():
        for place, domain in enumerate(("taal", "rekenen")):
            frame[f"{domain} {moment}"] = values[:, place] / par.SCORE_SD
    for name, trial in found.scores.trials.items():
        frame[f"{name} scope"], frame[f"{name} assigned"] = trial.scope, trial.assigned
        frame[f"{name} took"] = trial.took_part
    frame["klasse"] = frame["opleiding"].map(
        lambda place: codes.three_classes(codes.OPLEIDING_OUDERS.codes[place])
    )
    return frame


def coefficients(outcome, **columns) -> dict[str, float]:
    """Least squares with a constant."""
    design = np.column_stack([np.ones(len(outcome)), *columns.values()]).astype(float)
    found = np.linalg.lstsq(design, np.asarray(outcome, dtype=float), rcond=None)[0]
    return dict(zip(columns, found[1:], strict=True))


def steps(labels: pd.Series) -> pd.Series:
    return labels.map({label: codes.step(label) for label in labels.dropna().unique()})


# --- near the published figures (INVENTORY B) -------------------------------------------------------


def test_first_advices_have_the_published_shares(pupils):
    found = pupils["advies_eerste"].value_counts(normalize=True)
    published = {
        "vmbo-b/k": 0.041, "vmbo-k": 0.101, "vmbo-k/gt": 0.049, "vmbo-gt": 0.182, "vmbo-gt/havo": 0.097,
        "havo": 0.171, "havo/vwo": 0.102, "vwo": 0.181,
    }  # fmt: skip
    for label, share in published.items():
        assert found[label] == pytest.approx(share, abs=0.02), label
    assert found[["pro", "pro/vmbo-b", "vmbo-b"]].sum() == pytest.approx(0.076, abs=0.02)
    double = ["vmbo-b/k", "vmbo-k/gt", "vmbo-gt/havo", "havo/vwo"]
    assert found[double].sum() == pytest.approx(0.289, abs=0.02)


@pytest.fixture(scope="module")
def tested(pupils):
    """Pupils with an eindtoets: the published shares are of those years."""
    known = pupils[pupils["regime"] == "eindtoets"].dropna(subset=["advies_eerste", "toetsadvies"])
    lowest = known["advies_eerste"].replace({"pro": "vmbo-b", "pro/vmbo-b": "vmbo-b"})
    higher = known["toetsadvies"].map(codes.step) > known["advies_eerste"].map(codes.step)
    revised = known["advies_definitief"].ne(known["advies_eerste"])
    return known.assign(lowest=lowest, higher=higher, revised=revised)


@pytest.mark.parametrize(
    ("advice", "share"),
    [("vmbo-b", 0.778), ("vmbo-b/k", 0.341), ("vmbo-k", 0.589), ("vmbo-k/gt", 0.252), ("vmbo-gt", 0.479)],
)
def test_the_test_is_above_the_first_advice_as_often_as_published(tested, advice, share):
    rows = tested[tested["lowest"] == advice]
    # About 450 to 2,000 pupils: twice the sampling error beside the three points of calibration.
    room = 0.03 + 2 * np.sqrt(share * (1 - share) / len(rows))
    assert rows["higher"].mean() == pytest.approx(share, abs=room)


def test_over_all_the_test_is_above_and_the_advice_revised_as_often_as_published(tested):
    assert tested["higher"].mean() == pytest.approx(0.337, abs=0.025)
    assert tested.loc[tested["higher"], "revised"].mean() == pytest.approx(0.289, abs=0.03)
    assert not tested.loc[~tested["higher"], "revised"].any()


def test_the_doorstroomtoets_is_above_one_in_six_and_raised_as_assumed(pupils):
    known = pupils[pupils["regime"] == "doorstroomtoets"].dropna(subset=["advies_eerste", "toetsadvies"])
    higher = known["toetsadvies"].map(codes.step) > known["advies_eerste"].map(codes.step)
    revised = known["advies_definitief"].ne(known["advies_eerste"])
    assert higher.mean() == pytest.approx(1 / 6, abs=0.02)
    assert (known["toetsadvies"] == "vwo").mean() == pytest.approx(0.12, abs=0.02)
    assert revised[higher].mean() == pytest.approx(par.REVISED_DOORSTROOM, abs=0.04)
    assert not revised[~higher].any()


def test_double_advices_are_revised_more_often_and_rural_ones_less(tested):
    eligible = tested[tested["higher"]]
    double = eligible["advies_eerste"].str.contains("/")
    assert eligible.loc[double, "revised"].mean() > eligible.loc[~double, "revised"].mean() + 0.15
    by_place = eligible.groupby("stedelijkheid")["revised"].mean()
    assert by_place["zeer sterk stedelijk"] > by_place["niet stedelijk"] + 0.08


def test_scores_have_the_mean_and_the_top_of_the_cito_scale(pupils):
    score = pupils.loc[pupils["regime"] == "eindtoets", "toetsscore"].dropna()
    assert score.mean() == pytest.approx(535.2, abs=0.7)
    assert (score >= 544.5).mean() == pytest.approx(0.183, abs=0.025)


def test_background_has_its_shares(pupils):
    assert pupils["herkomst"].dropna().ne("Nederland").mean() == pytest.approx(0.271, abs=0.025)
    shares = pupils["opleiding_ouders"].value_counts(normalize=True)
    for label, share in zip(codes.OPLEIDING_OUDERS.codes, par.OPLEIDING_SHARES, strict=True):
        assert shares[label] == pytest.approx(share, abs=0.02), label


def test_advice_differs_by_income_as_published(pupils):
    """Highest fifth against low income (B-1): vwo 33 and 10%, havo/vwo 15 and 7%."""
    shares = pd.crosstab(pupils["inkomenskwintiel"], pupils["advies_eerste"], normalize="index")
    assert shares.loc["5", "vwo"] == pytest.approx(0.33, abs=0.04)
    assert shares.loc["1", "vwo"] == pytest.approx(0.10, abs=0.04)
    assert shares.loc["5", "havo/vwo"] == pytest.approx(0.15, abs=0.03)
    assert shares.loc["1", "havo/vwo"] == pytest.approx(0.07, abs=0.03)


def test_leerjaar_3_lies_above_the_first_advice_as_often_as_published(pupils, loopbaan):
    third = loopbaan[(loopbaan["leerjaar"] == 3) & ~loopbaan["niveau"].str.contains("/")]
    joined = third.drop_duplicates("leerling").merge(pupils.dropna(subset="advies_eerste"), on="leerling")
    top = joined["advies_eerste"].map(lambda label: max(codes.step(level) for level in codes.levels(label)))
    assert (joined["niveau"].map(codes.step) > top).mean() == pytest.approx(0.13, abs=0.02)
    at = [
        bool(codes.levels(a) & codes.levels(b))
        for a, b in zip(joined["niveau"], joined["advies_eerste"], strict=True)
    ]
    by_class = (
        pd.Series(at).groupby(joined["opleiding_ouders"].map(codes.three_classes, na_action="ignore")).mean()
    )
    assert 0.04 < by_class["hoog"] - by_class["laag"] < 0.11  # 5.8 to 8.5 points, B-5; sampling error 1


@pytest.fixture(scope="module")
def careers():
    """Whole careers of 15,000 pupils, beyond the last year that the tables show."""
    return populate(geography.blocks(24, 15_000, 2)[0], 1).careers


def test_repeating_is_as_frequent_as_published(careers):
    """All 6.2%, havo upper 10.8%, vwo upper 7.4% (B-8)."""
    here = careers.leerjaar > 0
    repeats = careers.afloop == codes.AFLOOP.codes.index("doubleren")
    upper = here & (careers.leerjaar >= 4)
    havo, vwo = (upper & (careers.level == par.LEVELS.index(level)) for level in ("havo", "vwo"))
    assert repeats[here].mean() == pytest.approx(0.062, abs=0.01)
    assert repeats[havo].mean() == pytest.approx(0.108, abs=0.025)
    assert repeats[vwo].mean() == pytest.approx(0.074, abs=0.015)


@pytest.mark.parametrize(
    ("level", "rate"),
    [("vmbo-b", 0.961), ("vmbo-k", 0.941), ("vmbo-gt", 0.911), ("havo", 0.842), ("vwo", 0.886)],
)
def test_pass_rates_are_those_of_2023(careers, level, rate):
    sits = careers.exam_year & (careers.level == par.LEVELS.index(level))
    passed = careers.afloop[sits] == codes.AFLOOP.codes.index("diploma")
    assert passed.mean() == pytest.approx(rate, abs=0.025)


def test_brugklassen_are_as_often_broad_as_published(voorbeeld):
    """39% of the block vmbo-gt to vwo in leerjaar 1-3 (B-16); wider room, for it follows from the offers."""
    rows = store.Store(voorbeeld).read("aantallen").query("leerjaar <= 3").dropna(subset="brugklastype")
    block = rows[
        rows["brugklastype"].map(lambda label: not codes.levels(label) <= {"pro", "vmbo-b", "vmbo-k"})
    ]
    block = block[~block["brugklastype"].isin(["vmbo-k/gt", "vmbo-b/k/gt"])]
    broad = block["brugklastype"].str.contains("/")
    share = block.loc[broad, "aantal_lower"].sum() / block["aantal_lower"].sum()
    assert share == pytest.approx(0.39, abs=0.05)


# --- the truth is in the data -----------------------------------------------------------------------


def test_the_advice_gap_at_equal_true_skill_is_the_true_one(many, truth):
    dummies = {
        label: many["opleiding"] == place for place, label in enumerate(codes.OPLEIDING_OUDERS.codes[:-1])
    }
    skill = {f"skill{power}": many["skill"] ** power for power in (1, 2, 3)}
    place = {f"place{number}": many["stedelijkheid"] == number for number in range(1, 5)}
    found = coefficients(many["first"] / 2, **dummies, **skill, **place, sex=many["geslacht"])
    for label in dummies:  # sampling error at most 0.012
        assert found[label] == pytest.approx(truth["advice"]["conditional_gap_steps"][label], abs=0.04), label


def test_the_advice_gap_is_found_from_the_test_when_its_reliability_is_known(pupils, truth):
    """Errors in variables on the tables: the naive gap is too large, the corrected one is right."""
    known = pupils[pupils["regime"] == "eindtoets"]
    known = known.dropna(subset=["advies_eerste", "toetsscore", "opleiding_ouders", "stedelijkheid"])
    group = known["opleiding_ouders"].map(codes.three_classes)
    design = np.column_stack(
        [known["toetsscore"], group == "laag", group == "midden", known["stedelijkheid"] == "niet stedelijk"]
    )
    outcome = steps(known["advies_eerste"]).to_numpy()
    design = design.astype(float) - design.astype(float).mean(axis=0)
    moments = design.T @ design / len(design)
    cross = design.T @ (outcome - outcome.mean()) / len(design)
    naive = np.linalg.solve(moments, cross)[1]
    moments[0, 0] -= (1 - truth["test"]["reliability"]) * truth["test"]["sd"] ** 2
    corrected = np.linalg.solve(moments, cross)[1]
    true = truth["advice"]["conditional_gap_steps_laag_minus_hoog"]
    assert true == pytest.approx(-0.25, abs=0.03)
    assert corrected == pytest.approx(
        true, abs=0.06
    )  # sampling error 0.02, and steps are not linear in skill
    assert naive < corrected - 0.05


def test_the_test_has_the_reliability_that_truth_states(many, truth):
    known = many.dropna(subset="score")
    middle = known[known["score"].between(502, 549)]
    error = middle["score"] - (
        par.CITO_MEAN + par.CITO_SD * np.sqrt(truth["test"]["reliability"]) * middle["skill"]
    )
    assert error.var() / truth["test"]["sd"] ** 2 == pytest.approx(1 - truth["test"]["reliability"], abs=0.01)


@pytest.mark.parametrize("klasse", ["alle", "laag", "midden", "hoog"])
def test_tutoring_has_its_effect_and_the_same_for_every_group(many, truth, klasse):
    drawn = many[many["tutoring scope"] & many["rekenen leerjaar 1"].notna()]
    drawn = drawn if klasse == "alle" else drawn[drawn["klasse"] == klasse]
    effect = truth["interventions"]["tutoring"]["effect_of_assignment"]
    found = coefficients(
        drawn["rekenen leerjaar 1"],
        assigned=drawn["tutoring assigned"],
        skill=drawn["skill"],
        domain=drawn["domain"],
    )
    error = 0.55 * 2 / np.sqrt(len(drawn))  # residual sd about 0.55, half of them assigned
    assert found["assigned"] == pytest.approx(effect, abs=3 * error)
    took = drawn.loc[drawn["tutoring assigned"], "tutoring took"].mean()
    assert took == pytest.approx(truth["interventions"]["tutoring"]["take_up_of_assigned"], abs=0.05)


def test_the_lottery_balances_what_was_there_before(many):
    drawn = many[many["tutoring scope"]]
    difference = drawn.groupby("tutoring assigned")["skill"].mean().diff().iloc[-1]
    assert abs(difference) < 3 * 2 * drawn["skill"].std() / np.sqrt(len(drawn))
    share = drawn.groupby("vestiging")["tutoring assigned"].mean()
    assert len(share) == 6 and share.between(0.45, 0.55).all()


def growth(frame: pd.DataFrame) -> pd.Series:
    """Score of leerjaar 3, mean of both domains, beyond true skill."""
    mean = frame[["taal leerjaar 3", "rekenen leerjaar 3"]].mean(axis=1)
    slope = coefficients(mean[mean.notna()], skill=frame.loc[mean.notna(), "skill"])["skill"]
    return mean - slope * frame["skill"]


def breed_effect(frame: pd.DataFrame) -> float:
    """Difference in differences: schools that began against those that never do, by cohort within school."""
    scope = frame[frame["brede_brugklas scope"]].assign(growth=growth(frame)).dropna(subset="growth")
    cells = scope.groupby(["vestiging", "cohort"]).agg(
        growth=("growth", "mean"), on=("brede_brugklas took", "mean")
    )
    cells = cells.astype(float)
    for key in ("vestiging", "cohort", "vestiging"):
        cells = cells - cells.groupby(level=key).transform("mean")
    return float((cells["growth"] * cells["on"]).sum() / (cells["on"] ** 2).sum())


def test_the_broad_brugklas_raises_the_mean_and_widens_the_gap(many, truth):
    facts = truth["interventions"]["brede_brugklas"]
    assert facts["effect_of_participation"] > 0.05 and facts["effect_on_gap_hoog_minus_laag"] > 0.1
    parts = {klasse: breed_effect(many[many["klasse"] == klasse]) for klasse in ("laag", "hoog")}
    # Shocks of a school in a year (sd 0.03, ten schools) do not fall out of the mean, but do of the gap.
    assert breed_effect(many) == pytest.approx(facts["effect_of_participation"], abs=0.06)
    assert parts["hoog"] - parts["laag"] == pytest.approx(facts["effect_on_gap_hoog_minus_laag"], abs=0.07)


def test_before_the_start_schools_do_not_differ_in_what_they_are_going_to_get(many):
    first = many[many["cohort"] == 0]
    assert not first["brede_brugklas took"].any()
    began = many.groupby("vestiging")["brede_brugklas took"].apply(lambda took: took.any())
    scope = many[many["brede_brugklas scope"]].groupby("vestiging").size().index
    assert began[scope].sum() == 6 and (~began[scope]).sum() == 4


def test_the_zomerschool_works_a_little_and_its_participants_regress_to_the_mean(many, truth):
    effect = truth["interventions"]["zomerschool"]["effect_of_participation"]
    drawn = many[many["zomerschool scope"]].dropna(subset=["rekenen leerjaar 3"])
    found = coefficients(
        drawn["rekenen leerjaar 3"], took=drawn["zomerschool took"], assigned=drawn["zomerschool assigned"],
        score=drawn["rekenen leerjaar 1"], skill=drawn["skill"], domain=drawn["domain"],
    )  # fmt: skip
    assert found["took"] == pytest.approx(effect, abs=0.05)  # sampling error 0.015
    gain = drawn["rekenen leerjaar 3"] - drawn["rekenen leerjaar 1"]
    naive = gain.groupby(drawn["zomerschool took"]).mean().diff().iloc[-1]
    assert naive > effect + 0.1
    cutoff = truth["interventions"]["zomerschool"]["cutoff_rekenen_leerjaar_1_below"]
    assert (
        (drawn["rekenen leerjaar 1"] * par.SCORE_SD < cutoff - 1e-6).eq(drawn["zomerschool assigned"]).all()
    )
    rate = drawn.groupby("zomerschool assigned")["zomerschool took"].mean()
    assert rate[True] == pytest.approx(0.75, abs=0.04) and rate[False] == pytest.approx(0.08, abs=0.03)


def test_the_gap_between_groups_grows_as_truth_says(many, truth):
    plain = many[~many["brede_brugklas took"] & many["score"].notna() & many["taal leerjaar 3"].notna()]
    early = plain[["taal groep 8", "rekenen groep 8"]].mean(axis=1).groupby(plain["klasse"]).mean()
    late = plain[["taal leerjaar 3", "rekenen leerjaar 3"]].mean(axis=1).groupby(plain["klasse"]).mean()
    grown = (late["hoog"] - late["laag"]) - (early["hoog"] - early["laag"])
    # Schools with other pupils also have other effects on growth: that is part of the gap, not of the pupil.
    facts = truth["growth"]["gap_growth_of_all_hoog_minus_laag"]["leerjaar 3"]
    assert grown == pytest.approx(np.mean(list(facts.values())), abs=0.06)


def test_school_effects_can_be_found_back(many):
    block = geography.blocks(24, 60_000, 5)[0]
    plain = many[~many["brede_brugklas took"]]
    mean = growth(plain).groupby(plain["vestiging"]).agg(["mean", "size"])
    large = mean["size"] > 300
    true = pd.Series(block.school_effects[1])
    assert large.sum() > 15
    assert np.corrcoef(mean.loc[large, "mean"], true[large.index[large]])[0, 1] > 0.9
