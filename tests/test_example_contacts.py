"""Groups and friends of the simulated region: who is in them, and that the truth can be found again."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import norm

from kansen_lib import codes, schema, store
from kansen_lib.example import Region, contacts, geography
from kansen_lib.example import parameters as par
from kansen_lib.example.population import populate

THREE = {label: codes.three_classes(label) for label in codes.OPLEIDING_OUDERS.codes}
#: Largest distance of an estimate to the truth, in its own standard errors: one in 500,000 by chance.
FAR = norm.isf(1e-6)


@pytest.fixture(scope="module")
def region(voorbeeld):
    return store.Store(voorbeeld)


@pytest.fixture(scope="module")
def truth():
    return Region().truth()["contacts"]


@pytest.fixture(scope="module")
def there(region, truth):
    """Pupils of the first leerjaren in the year of the groups, by pseudonym."""
    rows = region.read("loopbaan", where={"schooljaar": truth["schooljaar"]})
    rows = rows[rows["leerjaar"].isin(truth["leerjaren"])]
    pupils = region.read("leerlingen", ["leerling", "opleiding_ouders", "geslacht"])
    return rows.merge(pupils, on="leerling").set_index("leerling")


def test_every_pupil_of_the_first_leerjaren_has_each_lesson_once(region, there):
    lessons = region.read("groepen").query("soort != 'activiteit'")
    for _, rows in lessons.groupby("onderdeel"):
        assert rows["leerling"].is_unique and set(rows["leerling"]) == set(there.index)
    assert lessons["vestiging"].tolist() == there.loc[lessons["leerling"], "vestiging"].tolist()


def test_maths_is_by_class_and_gym_is_not(region, there):
    groups = region.read("groepen").join(there[["klas", "leerjaar"]], on="leerling")
    maths = groups[groups["onderdeel"] == "rekenen of wiskunde"]
    assert maths.groupby(["vestiging", "groep"])["klas"].nunique().eq(1).all()
    assert maths.groupby(["vestiging", "klas"])["groep"].nunique().eq(1).all()
    gym = groups[groups["onderdeel"] == "gym"]
    assert gym.groupby(["vestiging", "groep"])["leerjaar"].nunique().eq(1).all()
    assert gym.groupby(["vestiging", "groep"])["klas"].nunique().mean() > 2
    assert gym.groupby(["vestiging", "groep"]).size().max() <= par.GYM_LARGEST


@pytest.mark.parametrize("name", par.TAKES_PART)
def test_as_many_take_part_by_background_as_the_truth_says(name, region, there, truth):
    members = region.read("groepen", where={"onderdeel": name, "soort": "activiteit"})
    assert members["leerling"].is_unique
    joined = there.index.isin(members["leerling"])
    for label, share in truth["takes_part"][name].items():
        found = joined[there["opleiding_ouders"] == label]
        assert abs(found.mean() - share) < FAR * np.sqrt(share * (1 - share) / len(found)), label


def test_friends_are_others_in_the_same_leerjaar_of_the_same_vestiging(region, there):
    named = region.read("vrienden")
    assert not named.duplicated(["leerling", "vriend"]).any()
    ties = named.dropna(subset=["vriend"])
    assert (ties["leerling"] != ties["vriend"]).all()
    for column in ("vestiging", "leerjaar"):
        assert ties["leerling"].map(there[column]).tolist() == ties["vriend"].map(there[column]).tolist()
    assert ties.groupby("leerling").size().max() <= 5
    alone = named[named["vriend"].isna()]
    assert alone["leerling"].is_unique and not set(alone["leerling"]) & set(ties["leerling"])
    assert 0 < len(alone) < 0.06 * named["leerling"].nunique()


def test_who_answers_depends_on_background_as_the_truth_says(region, there, truth):
    asked = there.groupby("vestiging").filter(lambda rows: len(rows) <= par.FRIENDS_ASKED)
    answered = asked.index.isin(region.read("vrienden")["leerling"])
    for label, share in truth["friends_answer"].items():
        found = answered[asked["opleiding_ouders"] == label]
        assert abs(found.mean() - share) < FAR * np.sqrt(share * (1 - share) / len(found)), label


def test_the_odds_of_being_named_are_found_again(region, there, truth):
    """Conditional logit of the friend named first among all of the leerjaar, by its own likelihood."""
    first = region.read("vrienden").dropna(subset=["vriend"]).drop_duplicates("leerling")
    there = there.assign(opleiding=there["opleiding_ouders"].map(THREE))
    names, parts = list(truth["friends_odds"]), []
    for _, mates in there.groupby(["vestiging", "leerjaar"]):
        mates = mates.dropna(subset=["opleiding"])
        here = first[first["leerling"].isin(mates.index) & first["vriend"].isin(mates.index)]
        if here.empty:
            continue
        ego = mates.loc[here["leerling"]]
        same = np.stack(
            [ego[name].to_numpy()[:, None] == mates[name].to_numpy()[None, :] for name in names], axis=2
        ).astype(float)
        other = here["leerling"].to_numpy()[:, None] != mates.index.to_numpy()[None, :]
        chosen = mates.index.get_indexer(here["vriend"])
        parts.append((same, other, same[np.arange(len(here)), chosen]))

    def loss(beta):
        total, slope = 0.0, np.zeros(len(names))
        for same, other, chosen in parts:
            odds = np.where(other, np.exp(same @ beta), 0.0)
            total -= (chosen @ beta - np.log(odds.sum(axis=1))).sum()
            mean = (odds[..., None] * same).sum(axis=1) / odds.sum(axis=1)[:, None]
            slope -= (chosen - mean).sum(axis=0)
        return total, slope

    fit = minimize(loss, np.zeros(len(names)), jac=True, method="BFGS")
    error = np.sqrt(np.diag(fit.hess_inv))
    wanted = np.log([truth["friends_odds"][name] for name in names])
    assert (np.abs(fit.x - wanted) < FAR * error).all(), (np.exp(fit.x), error)
    assert (error < 0.12).all()


def test_the_smallest_region_keeps_the_contract():
    for seed in range(3):
        population = populate(geography.blocks(3, 75, seed)[0], 1)
        for name, made in (("groepen", contacts.groepen), ("vrienden", contacts.vrienden)):
            rows = schema.validate(name, pd.concat(list(made(population)), ignore_index=True))
            assert len(rows) and rows["vestiging"].is_monotonic_increasing
