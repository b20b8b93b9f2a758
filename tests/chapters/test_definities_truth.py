"""Chapter 1 held to what the simulated region was made with, over all schools together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kansen_lib import indicators
from kansen_lib.benchmark import Benchmark, opinions, trajectories, views
from kansen_lib.benchmark.data import Network
from kansen_lib.benchmark.definities import merit, risks
from kansen_lib.stats import decomposition
from kansen_lib.store import Store

#: Points of the tests in one sd of the score of groep 8.
POINTS = 15


@pytest.fixture(scope="module")
def region(store: Store) -> Network:
    """All schools."""
    return Network(store)


@pytest.fixture(scope="module")
def known(region: Network) -> pd.DataFrame:
    """The pupils of the region of whom everything is known."""
    return views.same_pupils(region.pupils)


def added_by(known: pd.DataFrame, store: Store, truth: dict, approach: str) -> pd.Series:
    """What an intervention truly added to the score of leerjaar 3 of each pupil, in sd."""
    took_part = store.read("deelname", where={"interventie": approach}).query("deelgenomen")["leerling"]
    effect = truth["interventions"][approach]["effect_of_participation_by_opleiding"]
    size = known["opleiding"].astype(str).map(effect)
    return size.where(known["leerling"].isin(took_part), 0.0)


def gap(values: pd.Series, group: pd.Series) -> float:
    """Mean of hoog minus mean of laag."""
    return float(values[group == "hoog"].mean() - values[group == "laag"].mean())


def test_what_the_school_years_add_to_the_gap_is_what_was_put_in(known, store, truth) -> None:
    """Growth by parental education and by true skill, and what the interventions did to the gap."""
    of_all = truth["growth"]["gap_growth_of_all_hoog_minus_laag"]
    points = {moment: POINTS * np.mean(list(domains.values())) for moment, domains in of_all.items()}
    _, first, *_ = trajectories.steps_of_gap(known)
    assert first.lower < points["leerjaar 1"] < first.upper
    added = sum(added_by(known, store, truth, approach) for approach in ("brede_brugklas", "zomerschool"))
    expected = points["leerjaar 3"] + POINTS * gap(added, known["opleiding"])
    total = views.mean_gap(known, "groei3", "groei")
    assert total.lower < expected < total.upper


def test_growth_at_an_equal_true_start_is_the_true_gap_in_growth(known, store, truth) -> None:
    """Without what skill itself adds: the pedagogic ideal asks for pupils with the same start."""
    breed = added_by(known, store, truth, "brede_brugklas")
    ends = known[known["opleiding"].isin(["laag", "hoog"])]
    start = pd.qcut(ends["score_groep8"], 10)
    at_equal = [gap(breed[rows.index], rows["opleiding"]) for _, rows in ends.groupby(start, observed=True)]
    expected = POINTS * (truth["growth"]["gap_growth_leerjaar_3_hoog_minus_laag"] + np.mean(at_equal))
    found = views.growth_at_equal_start(known)
    assert found.lower < expected < found.upper
    naive = views.growth_at_equal_start(known, 1.0)
    assert naive.value > found.upper  # the error of the start leaves part of the gap in


def test_the_advice_at_equal_skill_is_the_bias_that_was_put_in(known, truth) -> None:
    true_gap = -truth["advice"]["conditional_gap_steps_laag_minus_hoog"]
    corrected = views.at_equal_skill(known, "eerste", "x", truth["test"]["reliability"])
    assert corrected.lower < true_gap < corrected.upper
    assert views.at_equal_score(known, "eerste", "x").lower > true_gap


def test_the_less_precise_the_test_the_smaller_the_gap_that_is_left(known) -> None:
    found = [item.value for item in views.by_reliability(known, "eerste", "x").estimates]
    assert len(found) == len(views.RELIABILITIES)
    assert all(a < b for a, b in zip(found, found[1:], strict=False))


def test_the_curves_of_both_groups_rise_and_do_not_cross(known) -> None:
    table = views.curve(known, "eerste", "x", 5).summary
    low, high = (table.loc[table["group"] == label, "value"].to_numpy() for label in ("laag", "hoog"))
    assert (np.diff(low) > 0).all() and (np.diff(high) > 0).all() and (high > low).all()


def test_unused_potential_adds_up_and_falls_with_parental_education(known) -> None:
    data = known.assign(opleiding=known["opleiding"].astype(str))
    model = {"outcome": "niveau3", "risks": risks(data), "group": "opleiding", "score": "toetsscore"}
    found = decomposition.counterfactual(data, cluster="vestiging", **model)
    unused = {label: found["favourable minus observed", label].value for label in ("laag", "midden", "hoog")}
    assert unused["laag"] > unused["midden"] > unused["hoog"]
    for label, value in unused.items():
        levels = [found[name, label].value for name in ("favourable", "observed")]
        assert value == pytest.approx(levels[0] - levels[1])
    # at an equal score less is unused than the levels of the groups lie apart
    assert 0 < unused["laag"] < gap(known["niveau3"], known["opleiding"])


def test_the_shares_of_merit_add_up_and_the_score_weighs_most(known) -> None:
    both, score, background = merit(known)
    assert score.value + background.value == pytest.approx(both.value)
    plain = np.corrcoef(known["toetsscore"], known["niveau3"])[0, 1] ** 2
    assert both.value > plain and score.value > 3 * background.value > 0


def test_growth_on_another_test_shows_no_regression_to_the_mean(region, truth) -> None:
    """On the same test who began low seems to grow most; on another one the true slope is there."""
    found, n = trajectories.growth_by_fifth(region.pupils, region.toetsen)
    rise = found[-1].value - found[0].value
    same = region.toetsen[region.toetsen["domein"] == "rekenen"]
    twice = pd.concat([same, same.assign(domein="taal")], ignore_index=True)
    naive, _ = trajectories.growth_by_fifth(region.pupils, twice)
    assert n > 9000
    apart = 2.8 * POINTS  # more than the outer fifths of true skill lie apart
    assert 0 < rise < 2 * truth["growth"]["on_true_skill_leerjaar_3"] * apart
    assert naive[-1].value - naive[0].value < -2


def test_nobody_rises_on_average_among_all(region) -> None:
    rows = [
        {**vars(item), "eenheid": unit, "sd": sd} for unit, item, sd in trajectories.rank_rows(region.pupils)
    ]
    network = Benchmark(pd.DataFrame(rows))
    pupils = region.pupils.dropna(subset=["score_groep8", "score_in_leerjaar_3"])
    before, after = (
        trajectories.place_among_all(pupils, network, moment)
        for moment in ("score_groep8", "score_in_leerjaar_3")
    )
    assert before.mean() == pytest.approx(0.5, abs=0.01)
    for _, moved in (after - before).groupby(pupils["cohort"]):
        assert abs(moved.mean()) < 0.001  # who rises passes another; who left is in neither row
    assert indicators.outcome("groei", pupils).mean() > 10  # while everybody grows


def test_a_cohort_in_which_nobody_can_be_late_yet_says_nothing_of_delay(region) -> None:
    """Cut the careers after the third year of the youngest cohort: who is late has no level yet."""
    *_, youngest = sorted(region.pupils["cohort"].unique())
    last = f"{int(youngest[:4]) + 2}-{int(youngest[:4]) + 3}"
    careers = region.loopbaan[region.loopbaan["schooljaar"] <= last]
    pupils = indicators.pupils(region.store.read("leerlingen"), careers, region.toetsen, last, "eindtoets")
    young = pupils["cohort"] == youngest
    known = pupils[young].dropna(subset=["leerjaar3"])
    assert (indicators.outcome("zonder_vertraging", known).dropna() == 1).all()
    shares = trajectories.on_time_by_level(pupils)
    assert [(x.group, x.count, x.n) for x in shares] == [
        (x.group, x.count, x.n) for x in trajectories.on_time_by_level(pupils[~young])
    ]
    assert not any(x.n for x in trajectories.on_time_by_level(pupils[young]))


def test_opinions_of_all_schools_are_those_that_were_put_in(region, truth) -> None:
    for item in opinions.held(region.enquete):
        role, _, answer = item.group.partition(": ")
        share = truth["survey"]["definitie"][role][answer]
        assert abs(item.value - share) < 3.5 * (share * (1 - share) / item.n) ** 0.5


def test_the_change_of_a_gap_is_a_difference_of_differences(region) -> None:
    """The raw score by hand: four means, in standard deviations of both cohorts."""
    first, second = "2021-2022", "2022-2023"
    found = {item.name: item for item in views.changes(region.pupils, first, second)}
    both = region.pupils[region.pupils["cohort"].isin([first, second])]
    both = both[both["opleiding"].isin(["laag", "hoog"])]
    score = (both["toetsscore"] - both["toetsscore"].mean()) / both["toetsscore"].std()
    used = both.assign(score=score).dropna(subset=["basisschool", "score"])
    gaps = {cohort: gap(rows["score"], rows["opleiding"]) for cohort, rows in used.groupby("cohort")}
    assert found["score bij de start"].value == pytest.approx(gaps[second] - gaps[first])
    assert all(one.lower < 0 < one.upper for one in found.values())  # the region was made without a change
