"""The interventions of the region that act on leerjaar 2: who is in them, and what they do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kansen_lib import codes, schema
from kansen_lib.example import Region, geography, measures
from kansen_lib.example import parameters as par
from kansen_lib.example.population import populate

CLASSES = codes.OPLEIDING_OUDERS_3.codes
#: Sd of the score of rekenen in leerjaar 2 between pupils of the same true skill, school and class.
RESIDUAL = 0.45


@pytest.fixture(scope="module")
def truth() -> dict:
    return Region().truth()["interventions"]


@pytest.fixture(scope="module")
def many() -> pd.DataFrame:
    """A large population with its true skill, school effects, scores of leerjaar 2 and trials as columns."""
    block = geography.blocks(24, 120_000, 11)[0]
    found = populate(block, 1)
    frame = found.pupils.copy()
    for place, domain in enumerate(("taal", "rekenen")):
        frame[domain] = found.scores.moments["leerjaar 2"][:, place] / par.SCORE_SD
    frame["voor"] = found.scores.moments["groep 8"][:, 1]
    for name, trial in found.scores.trials.items():
        frame[f"{name} scope"], frame[f"{name} assigned"] = trial.scope, trial.assigned
        frame[f"{name} took"], frame[f"{name} dose"] = trial.took_part, trial.dose
    frame["klasse"] = [
        codes.three_classes(codes.OPLEIDING_OUDERS.codes[place]) for place in frame["opleiding"]
    ]
    return frame


def gain(rows: pd.DataFrame, label: str, outcome: str = "rekenen") -> tuple[float, float]:
    """What ``label`` adds at the same true skill, opleiding and school, and its error."""
    known = rows[rows[outcome].notna()]
    within = pd.get_dummies(known[["vestiging", "opleiding", "cohort"]].astype(str), drop_first=True)
    columns = [known[label], known["skill"], known["domain"]]
    x = np.column_stack([np.ones(len(known)), *columns, within]).astype(float)
    inverse = np.linalg.pinv(x.T @ x)
    coefficient = inverse @ (x.T @ known[outcome].to_numpy())
    return float(coefficient[1]), float(RESIDUAL * np.sqrt(inverse[1, 1]))


@pytest.mark.parametrize(
    ("name", "key"), [("mentor", "effect_of_assignment"), ("oudergesprekken", "effect_of_invitation")]
)
@pytest.mark.parametrize("klasse", CLASSES)
def test_what_is_drawn_within_schools_has_its_effect(many, truth, name, key, klasse):
    rows = many[many[f"{name} scope"] & (many["klasse"] == klasse)]
    effect = truth[name][key]
    effect = effect[klasse] if isinstance(effect, dict) else effect
    found, error = gain(rows, f"{name} assigned")
    assert found == pytest.approx(effect, abs=3 * error)
    assert 3 * error < 0.2  # else the test could not fail


@pytest.mark.parametrize("name", ["mentor", "oudergesprekken"])
def test_the_draw_is_half_of_each_school_and_says_nothing_of_skill(many, name):
    rows = many[many[f"{name} scope"]]
    drawn = rows[f"{name} assigned"]
    share = drawn.groupby(rows["vestiging"]).mean()
    assert len(share) == 6 and share.between(0.45, 0.55).all()
    apart = rows.loc[drawn, "skill"].mean() - rows.loc[~drawn, "skill"].mean()
    assert abs(apart) < 3 * 2 * rows["skill"].std() / np.sqrt(len(rows))


@pytest.mark.parametrize("place", range(len(codes.OPLEIDING_OUDERS.codes)))
def test_who_comes_to_the_talks(many, truth, place):
    rows = many[many["oudergesprekken scope"] & (many["opleiding"] == place)]
    came = rows.groupby("oudergesprekken assigned")["oudergesprekken took"].agg(["mean", "size"])
    invited = truth["oudergesprekken"]["take_up_of_invited"][codes.OPLEIDING_OUDERS.codes[place]]
    wanted = {True: invited, False: truth["oudergesprekken"]["take_up_of_others"]}
    for arm, share in wanted.items():
        error = np.sqrt(share * (1 - share) / came.loc[arm, "size"])
        assert came.loc[arm, "mean"] == pytest.approx(share, abs=3.5 * error)


@pytest.mark.parametrize("klasse", CLASSES)
def test_training_helps_all_and_laag_most(many, truth, klasse):
    """Drawn over schools: compared within schools with the cohorts before and after it."""
    rows = many[many["vestiging"].isin(many.loc[many["hoge_verwachtingen scope"], "vestiging"])]
    other = [f"{name} took" for name in ("tutoring", "mentor", "oudergesprekken", "huiswerkbegeleiding")]
    rows = rows[(rows["klasse"] == klasse) & ~rows[[*other, "taalklas took"]].any(axis=1)]
    found, error = gain(rows, "hoge_verwachtingen took")
    effect = truth["hoge_verwachtingen"]["effect_of_participation_by_opleiding"][klasse]
    shock = par.SD_SCHOOL_COHORT * np.sqrt(2 / 10)  # ten schools in each arm, a shock of their own
    assert found == pytest.approx(effect, abs=3 * np.hypot(error, shock))
    assert truth["hoge_verwachtingen"]["effect_on_gap_hoog_minus_laag"] < 0


def test_homework_support_is_chosen_by_what_everybody_sees(many, truth):
    """At equal score, opleiding and school who comes has no other true skill; an hour has its effect."""
    rows = many[many["huiswerkbegeleiding scope"] & many["rekenen"].notna()]
    took = rows["huiswerkbegeleiding took"]
    naive = rows.loc[took, "rekenen"].mean() - rows.loc[~took, "rekenen"].mean()
    assert naive < -0.2  # who comes scores lower: without a fair comparison the help looks harmful
    known = rows[rows["voor"].notna()]
    within = pd.get_dummies(known[["vestiging", "opleiding"]].astype(str), drop_first=True)
    bends = np.column_stack([known["voor"] ** power / 100**power for power in (1, 2, 3)])
    x = np.column_stack([np.ones(len(known)), known["huiswerkbegeleiding took"], bends, within]).astype(float)
    inverse = np.linalg.pinv(x.T @ x)
    residual = known["skill"].to_numpy() - x @ (inverse @ (x.T @ known["skill"].to_numpy()))
    selected = (inverse @ (x.T @ known["skill"].to_numpy()))[1]
    assert abs(selected) < 3 * residual.std() * np.sqrt(inverse[1, 1])
    found, error = gain(rows, "huiswerkbegeleiding dose")
    assert found == pytest.approx(truth["huiswerkbegeleiding"]["effect_of_an_hour"], abs=3 * error)


@pytest.mark.parametrize("domain", ["taal", "rekenen"])
def test_one_school_gains_in_taal_and_loses_in_rekenen(many, truth, domain):
    own = many[many["vestiging"] == 0]
    other = [f"{name} took" for name in ("tutoring", "mentor", "oudergesprekken", "huiswerkbegeleiding")]
    own = own[~own[[*other, "hoge_verwachtingen took"]].any(axis=1)].copy()
    found, error = gain(own.assign(cohort=0), "taalklas took", domain)
    shocks = par.SD_SCHOOL_COHORT * np.sqrt(1 / 4 + 1 / 2)  # four cohorts before, two after
    years = np.ptp(par.COHORT_LJ2) / 2
    assert found == pytest.approx(
        truth["taalklas"][f"effect_on_{domain}"], abs=3 * np.hypot(error, shocks) + years
    )


def test_the_register_of_every_region_keeps_the_contract():
    """Each assignment rule once at least; who begins and who is compared with."""
    for vestigingen in (3, 30):
        blocks = geography.blocks(vestigingen, vestigingen * 100, 3)
        register = schema.validate("interventies", measures.interventies(blocks))
        assert register.groupby("interventie").size().index.isin(measures.FACTS).all()
    assert {codes.ontwerp(rule) for rule in register["toewijzing"]} == set(codes.ONTWERP.codes)
    begun = register.groupby("interventie")["start"].count()
    assert begun["taalklas"] == 1
    drawn = register[register["interventie"] == "hoge_verwachtingen"]
    assert 0 < drawn["start"].notna().sum() < len(drawn)
