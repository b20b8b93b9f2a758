"""School, class, growth and teachers: held to what the simulated region was made with."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from counting import records
from test_school_counting import group_of

from kansen_lib import benchmark, disclosure
from kansen_lib import store as stores
from kansen_lib.benchmark import Benchmark
from kansen_lib.chapters import oorzaken
from kansen_lib.stats.result import Result
from kansen_lib.store import Store

#: Points of the tests to one sd of them (truth.json counts in score_sd).
POINTS = 15


@pytest.fixture(scope="module")
def added(store: Store, network: Benchmark, truth: dict) -> dict[tuple[str, str], np.ndarray]:
    """By moment and type: own value, ends and truth (about its mean) of every school, shape (schools, 4)."""
    found = defaultdict(list)
    for code in store.vestigingen.index:
        for item in oorzaken.value_added(store.school(code), network).estimates:
            if "tussen scholen" not in item.name:
                moment = item.name.removeprefix("leerwinst ")
                true = truth["schools"][code][f"effect_growth_{moment.replace(' ', '_')}"] * POINTS
                found[moment, item.group].append((item.value, item.lower, item.upper, true))
    tables = {key: np.array(rows, float) for key, rows in found.items()}
    for table in tables.values():
        table[:, 3] -= table[:, 3].mean()
    return tables


def test_value_added_is_about_every_school_at_two_moments_in_two_ways(added, store: Store) -> None:
    assert len(added) == 4
    assert all(len(table) == len(store.vestigingen) for table in added.values())


def test_intervals_of_value_added_hold_the_truth_of_nearly_all_schools(added) -> None:
    """95% over schools: of 48 (two moments) fewer than 42 would be a one in a thousand chance."""
    for kind in ("bij dezelfde start", "bij dezelfde start en klasgenoten"):
        tables = [table for (_, group), table in added.items() if group == kind]
        held = [(rows[:, 1] <= rows[:, 3]) & (rows[:, 3] <= rows[:, 2]) for rows in tables]
        assert sum(part.sum() for part in held) >= 42


def test_value_added_is_close_to_the_truth_and_shrunken(added, store: Store, truth) -> None:
    """Of schools with a start score that did not make their brugklas broad: that adds to the true effect."""
    trial = store.read("interventies").query("interventie == 'brede_brugklas' and start.notna()")
    codes = store.vestigingen.index
    tested = [truth["schools"][code]["kind"] != "praktijkonderwijs" for code in codes]
    alone = ~codes.isin(trial["vestiging"]) & tested
    for table in added.values():
        assert table[:, 0].std() < 1.05 * table[:, 3].std()
        value, _, _, true = table[alone].T
        assert np.corrcoef(value, true)[0, 1] > 0.8
        assert (value - true).std() < 0.6 * true.std()


def test_the_band_is_as_wide_as_schools_truly_differ(added, store: Store, network: Benchmark) -> None:
    found = oorzaken.value_added(store.school(store.vestigingen.index[0]), network)
    for (moment, kind), table in added.items():
        band = found[f"leerwinst {moment}, tussen scholen", kind]
        inside = (band.lower < table[:, 3]) & (table[:, 3] < band.upper)
        assert inside.mean() >= 0.9
        assert 0.6 < (band.upper / 1.96) / table[:, 3].std() < 1.5


def test_no_card_on_value_added_holds_another_school(store: Store, network: Benchmark) -> None:
    """No ranking: one own number a question, and the band of all."""
    for code in list(store.vestigingen.index)[:6]:
        found = oorzaken.value_added(store.school(code), network).estimates
        assert len(found) == 8 and not any(other in repr(found) for other in store.vestigingen.index)


def test_value_added_of_some_cohorts_is_not_that_of_all(store: Store, network: Benchmark) -> None:
    part = oorzaken.value_added(store.school("ZZ0100", [store.cohorts[0]]), network)
    assert all(item.value is None and "deel mee" in item.reason for item in part.estimates)


def test_the_gap_grows_as_it_was_made_to_within_schools(store: Store, truth: dict) -> None:
    """Growth of high minus low of the same school, at schools without the broad brugklas."""
    broad = set(store.read("deelname", where={"interventie": "brede_brugklas"})["vestiging"])
    pupils = store.read("leerlingen", ["leerling", "vestiging", "opleiding_ouders"])
    hoog = pupils["opleiding_ouders"].map(
        {"basisonderwijs": 0.0, "vmbo of mbo-1": 0.0, "hbo": 1.0, "wo": 1.0}
    )
    rows = pupils.assign(hoog=hoog).dropna(subset=["hoog"])
    tests = store.read("toetsen")
    scores = tests[tests["domein"] != "totaal"].merge(rows, on=["leerling", "vestiging"])
    wide = scores.pivot_table(
        index=["leerling", "vestiging", "hoog"], columns="moment", values="score"
    ).dropna()
    wide = wide[~wide.index.get_level_values("vestiging").isin(broad)].reset_index()
    for moment in ("leerjaar 1", "leerjaar 3"):
        wide["groei"] = wide[moment] - wide["groep 8"]
        centred = wide[["hoog", "groei"]] - wide.groupby("vestiging")[["hoog", "groei"]].transform("mean")
        slope = (centred["hoog"] * centred["groei"]).sum() / (centred["hoog"] ** 2).sum()
        error = (centred["groei"] - slope * centred["hoog"]).std() / np.sqrt((centred["hoog"] ** 2).sum())
        made = np.mean(list(truth["growth"]["gap_growth_of_all_hoog_minus_laag"][moment].values())) * POINTS
        assert abs(slope - made) < 3 * error


def test_shares_of_the_variance_at_an_equal_start_are_those_that_were_made(
    store, school, network, truth
) -> None:
    """Schools and classes as they were made, in what the true start leaves of the scores, read anew.

    On the measured start the shares are some three times as large: its error leaves the start in them.
    """
    growth, tests = truth["growth"], store.read("toetsen").query("domein != 'totaal'")
    wide = tests.pivot_table(index="leerling", columns="moment", values="score")
    skill = truth["test"]["reliability_domain"] ** 0.5 / (1 + 0.35**2) ** 0.5
    slope = 1 + growth["on_true_skill_leerjaar_3"] / skill
    left = (wide["leerjaar 3"] - slope * wide["groep 8"]).var() / POINTS**2
    found = oorzaken.variance_at_equal_start(school, network)
    made = {
        "scholen": growth["sd_school_leerjaar_3"] ** 2,
        "klassen in een school": growth["sd_class"] ** 2 + growth["sd_school_cohort"] ** 2,
    }
    for group, variance in made.items():
        item = found["verschillen", group]
        assert item.lower < variance / left < item.upper
        whole = oorzaken.variance_by_level(school, network)["verschillen", group]
        assert item.upper < whole.lower


def test_growth_on_the_true_start_is_found_where_the_measured_start_hides_it(store, network, truth) -> None:
    """At schools' level the groups differ too; within a group of parents the truth is the Mattheus effect."""
    found = oorzaken.growth_on_start(store.school("ZZ0100"), network)
    test = truth["test"]
    skill = test["reliability_domain"] ** 0.5 / (1 + 0.35**2) ** 0.5  # sd of skill in sd of a domain's score
    made = truth["growth"]["on_true_skill_leerjaar_3"] / skill * 10
    for group in ("laag", "hoog"):
        naive = found["alle scholen, zoals gemeten", group]
        corrected = found["alle scholen, na correctie voor meetfout", group]
        assert naive.upper < made and naive.value < 0
        assert corrected.lower < made < corrected.upper
    assert found["deze school, na correctie voor meetfout", "alle leerlingen"].value > (
        found["deze school, zoals gemeten", "alle leerlingen"].value
    )


def test_shortages_are_concentrated_where_parents_have_little_education(
    store, school, network, truth
) -> None:
    assert truth["teachers"]["on_mean_ses_of_intake"]
    found = oorzaken.teacher_shortages(school, network)
    assert found["alle scholen samen", "lessen zonder bevoegde leraar"].lower > 0
    assert found["alle scholen samen", "uitgevallen lessen"].lower > 0


def test_the_concentration_of_lost_lessons_is_the_textbook_covariance(store: Store, school, network) -> None:
    """C = 2 cov(y, rank) / mean, schools weighted by their pupils."""
    low, all_ = defaultdict(int), defaultdict(int)
    for row in records(store, "leerlingen"):
        if isinstance(row["opleiding_ouders"], str):
            all_[row["vestiging"]] += 1
            low[row["vestiging"]] += row["opleiding_ouders"] in ("basisonderwijs", "vmbo of mbo-1")
    lost = {
        row["eenheid"]: row["waarde_lower"]
        for row in records(store, "kenmerken", soort="vestiging", kenmerk="lessen_uitgevallen")
    }
    order = sorted(lost, key=lambda code: low[code] / all_[code])
    weight = np.array([all_[code] for code in order]) / sum(all_[code] for code in order)
    y, rank = np.array([lost[code] for code in order]), np.cumsum(weight) - weight / 2
    by_hand = 2 * (weight * y * rank).sum() / (weight * y).sum() - 1
    found = oorzaken.teacher_shortages(school, network)["alle scholen samen", "uitgevallen lessen"]
    assert found.value == pytest.approx(by_hand)


# --- what may be shown --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def doublers(store: Store) -> dict[tuple[str, str, str], set[str]]:
    """Pupils who ended a year so, by vestiging of entry, ending and group."""
    who = {row["leerling"]: row for row in records(store, "leerlingen")}
    found = defaultdict(set)
    for row in records(store, "loopbaan"):
        pupil = who[row["leerling"]]
        if pupil["vestiging"] == row["vestiging"] and group_of(pupil):
            found[row["vestiging"], row["afloop"], group_of(pupil)].add(row["leerling"])
    return found


@pytest.fixture(scope="module")
def endings(store: Store, network: Benchmark) -> dict[str, Result]:
    """How years end at every school."""
    return {code: oorzaken.endings_by_group(store.school(code), network) for code in store.vestigingen.index}


@pytest.mark.parametrize("profile", ["cbs", "nco", "duo"])
def test_no_ending_of_few_pupils_is_shown_at_any_school(profile: str, endings, doublers) -> None:
    """Counted in pupils, not in school years: who doubles twice is one pupil."""
    least, shown = disclosure.profile(profile).minimum, 0
    for code, result in endings.items():
        for number in disclosure.release(result, profile).numbers:
            if number.value is not None and " minus " not in number.group:
                shown += 1
                assert len(doublers[code, number.name, number.group]) >= least
    assert shown > 10


def test_a_school_with_few_pupils_in_a_group_has_no_split_of_its_own(store: Store, network) -> None:
    """Fewer than 30 in a group: the reason stands in the place of the numbers, at some schools."""
    without = 0
    for code in store.vestigingen.index:
        first, *rest = oorzaken.gap_decomposed(store.school(code), network).estimates
        if first.value is None:
            assert not rest and first.reason
            without += 1
        else:
            assert min(item.smallest for item in (first, *rest)) >= 30
    assert 0 < without < len(store.vestigingen)


def test_without_pupils_or_lessons_a_card_says_what_it_needs(store: Store, tmp_path) -> None:
    names = ("vestigingen", "aantallen", "examens")
    public = stores.write(tmp_path, [(name, store.read(name)) for name in names], simulated=True)
    school, network = public.school("ZZ0100"), benchmark.load(public)
    assert oorzaken.teachers(school, network).missing == ("kenmerken.waarde_lower",)
    assert oorzaken.value_added(school, network).missing
    needed = oorzaken.teacher_shortages(school, network).missing
    assert needed == ("leerlingen.opleiding_ouders", "kenmerken.waarde_lower")
