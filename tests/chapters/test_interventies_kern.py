"""The effect by its design, the quadrant, its meaning and cost: against the truth of the region, by hand."""

from __future__ import annotations

import math

import pytest

from kansen_lib import disclosure, gepubliceerd
from kansen_lib.benchmark.evaluatie.names import ALL, EFFECT, MINUS, POINTS, TAKEN
from kansen_lib.chapters import interventies
from kansen_lib.chapters.interventies import bedreigingen, kosten, kwadrant, opbrengst, waarden
from kansen_lib.stats.terms import Unit

#: What each registered design estimates, in the words of the truth.
TRUTH = {
    "tutoring": "effect_of_assignment",
    "brede_brugklas": "effect_of_participation",
    "hoge_verwachtingen": "effect_of_participation",
    "mentor": "effect_of_assignment",
    "huiswerkbegeleiding": "effect_of_participation",
    "taalklas": "effect_on_taal",
}
POINTS_PER_SD = 15


@pytest.fixture(scope="module")
def choice(school):
    return lambda name: interventies.choose(school, name)


def of(keuze, school, network, name, group=ALL):
    (found,) = (item for item in keuze.all(school, network, name) if item.group == group)
    return found


@pytest.mark.parametrize("name", TRUTH)
def test_each_design_holds_the_effect_that_was_put_in(choice, school, network, truth, name):
    """In points: the region's effects are in 15 points of the scale."""
    points = of(choice(name), school, network, POINTS)
    true = truth["interventions"][name][TRUTH[name]] * POINTS_PER_SD
    assert points.lower < true < points.upper
    assert points.lower > 0 or name == "hoge_verwachtingen"  # its 21 schools are few: it may be none


@pytest.mark.parametrize("name", ["tutoring", "mentor", "zomerschool", "oudergesprekken"])
def test_taking_part_has_its_effect_too(choice, school, network, truth, name):
    keuze = choice(name)
    taken, effect = (of(keuze, school, network, what) for what in (TAKEN, EFFECT))
    scale = of(keuze, school, network, POINTS).value / effect.value  # points in one sd
    true = truth["interventions"][name]["effect_of_participation"] * POINTS_PER_SD / scale
    assert taken.lower < true < taken.upper


def test_the_quadrant_tells_who_gains(choice, school, network, truth):
    """The broad brugklas lifts the mean and widens the gap; the training lifts it and narrows the gap."""
    for name, sign in (("brede_brugklas", 1), ("hoge_verwachtingen", -1)):
        found = interventies.quadrant_of_approach(school, network, choice(name))
        mean = found[kwadrant.MEAN]
        gap = next(item for item in found.estimates if item.name == kwadrant.GAP)
        assert mean.value > 0 and gap.value * sign > 0
        assert truth["interventions"][name]["effect_on_gap_hoog_minus_laag"] * sign > 0
    said = disclosure.release(interventies.quadrant_of_all(school, network, choice("brede_brugklas")))
    points = {row["group"]: row["value"] for row in said.rows() if row["name"] == kwadrant.GAP}
    assert points["gekozen: brede brugklas"] > 0 > points["hoge verwachtingen"]
    assert set(points) >= {"tutoring", "taalklas"} and "huiswerkbegeleiding" not in points


def test_the_joint_region_is_that_of_both_errors_and_their_correlation(choice, school, network):
    """Half axes by hand: the eigenvalues of a 2 x 2 matrix, and the ratio of the region to one margin."""
    keuze = choice("tutoring")
    found = interventies.quadrant_of_approach(school, network, keuze)
    mean, gap = (of(keuze, school, network, EFFECT, group) for group in (ALL, "hoog minus laag"))
    (joint,) = keuze.all(school, network, "samenhang van gemiddelde en verschil")
    a, c = mean.standard_error**2, gap.standard_error**2
    b = joint.value * math.sqrt(a * c)
    root = math.sqrt((a - c) ** 2 / 4 + b**2)
    long, short = (found[name].value for name in ("gebied, lange halve as", "gebied, korte halve as"))
    assert (long / short) ** 2 == pytest.approx(((a + c) / 2 + root) / ((a + c) / 2 - root))
    assert 2.4 < long / math.sqrt((a + c) / 2 + root) < 2.5  # chi-squared with 2: 2.447, with t a little more


def test_two_outcomes_share_one_margin(choice, school, network):
    found = interventies.effects_on_both_outcomes(school, network, choice("tutoring"))
    raw = [item for item in found.estimates if "marge" not in item.name]
    wide = [item for item in found.estimates if "marge" in item.name]
    assert [item.value for item in raw] == [item.value for item in wide] and len(raw) == 4
    assert all(w.upper - w.lower > r.upper - r.lower for r, w in zip(raw, wide, strict=True))


def test_what_one_outcome_gains_the_other_may_lose(choice, school, network, truth):
    found = interventies.effects_on_both_outcomes(school, network, choice("taalklas"))
    taal, rekenen = found["taal leerjaar 2", ALL], found["rekenen leerjaar 2", ALL]
    assert taal.lower > 0 > rekenen.value
    true = truth["interventions"]["taalklas"]
    assert rekenen.lower < true["effect_on_rekenen"] < rekenen.upper


def test_level_and_gap_stand_together(choice, school, network):
    """With minus without differs from the effect only by the correction for the first score."""
    keuze = choice("tutoring")
    found = interventies.levels_with_and_without(school, network, keuze)
    for group in ("laag", "midden", "hoog"):
        rise = found[group, "met de aanpak"].value - found[group, "zonder de aanpak"].value
        effect = of(keuze, school, network, EFFECT, group)
        scale = of(keuze, school, network, POINTS).value / of(keuze, school, network, EFFECT).value
        assert abs(rise - effect.value * scale) < 3 * effect.standard_error * scale
    for word in ("zonder de aanpak", "met de aanpak"):
        apart = found["hoog", word].value - found["laag", word].value
        assert found["hoog minus laag", word].value == pytest.approx(apart)


def test_who_chose_is_given_no_effect_in_words(choice, school, network):
    found = interventies.effect_of_approach(school, network, choice("huiswerkbegeleiding"))
    assert {item.name for item in found.estimates if item.unit == Unit.SD} == {"verschil bij gelijke start"}
    assert not any("effect" in item.name for item in found.estimates)
    quadrant = interventies.quadrant_of_approach(school, network, choice("huiswerkbegeleiding"))
    assert not any("effect" in item.name for item in quadrant.estimates)


# --- what it means, costs and weighs ------------------------------------------------------------------


def test_an_update_lies_between_what_was_known_and_the_data(choice, school, network):
    found = interventies.beside_what_was_known(school, network, choice("tutoring"))
    prior = gepubliceerd.prior("tutoring")
    own, both = found["effect", opbrengst.OWN], found["effect", opbrengst.TOGETHER]
    weight = (1 / prior.sd**2) / (1 / prior.sd**2 + 1 / own.standard_error**2)
    assert found[opbrengst.WEIGHT].value == pytest.approx(weight)
    assert both.value == pytest.approx(weight * prior.gemiddelde + (1 - weight) * own.value)
    assert any(prior.jaar in item.group for item in found.estimates)


def test_the_price_is_cost_over_effect_and_nothing_where_the_effect_may_be_none(choice, school, network):
    found = interventies.cost_and_effect(school, network, choice("tutoring"))
    taken = of(choice("tutoring"), school, network, TAKEN)
    assert found[kosten.PRICE, "gekozen: tutoring"].value == pytest.approx(1800 * 0.1 / taken.value)
    for keuze in choice("tutoring").every(school):
        label = keuze.interventie.replace("_", " ")
        label = "gekozen: tutoring" if label == "tutoring" else label
        effect = found[kosten.EFFECT, label]
        assert (found[kosten.PRICE, label].value is None) == (effect.lower <= 0)


def test_a_weight_of_one_is_the_mean_and_a_heavy_one_leans_to_the_lowest_group(choice, school, network):
    keuze = choice("tutoring")
    effects = {
        i.group: i for i in keuze.all(school, network, EFFECT) if i.group in ("laag", "midden", "hoog")
    }
    sizes = {group: item.n for group, item in effects.items()}
    mean = sum(sizes[g] * effects[g].value for g in sizes) / sum(sizes.values())
    plain = interventies.weighed_gain(school, network, keuze)["winst", "tutoring"].value
    heavy = interventies.weighed_gain(school, network, keuze, 5.0)["winst", "tutoring"].value
    assert plain == pytest.approx(mean)
    assert abs(heavy - effects["laag"].value) < abs(plain - effects["laag"].value)


def test_the_order_of_two_turns_at_the_weight_that_is_said(choice, school, network):
    keuze = choice("tutoring")
    turns = [
        i for i in interventies.weighed_gain(school, network, keuze).estimates if i.name == waarden.TURNS
    ]
    assert turns
    for item in turns:
        first, second = item.group.split(" en ")
        for weight, sign in ((item.value * 0.99, 1), (item.value * 1.01, -1)):
            gains = interventies.weighed_gain(school, network, keuze, weight)
            before = interventies.weighed_gain(school, network, keuze)
            apart = gains["winst", first].value - gains["winst", second].value
            start = before["winst", first].value - before["winst", second].value
            assert apart * start * sign > 0


def test_numbers_of_one_school_stay_with_that_school(store, network):
    other = store.school("ZZ0200")
    keuze = interventies.choose(other, "taalklas")
    for card in (
        interventies.effect_of_approach,
        interventies.quadrant_of_approach,
        interventies.effect_in_words,
    ):
        assert all(item.value is None for item in card(other, network, keuze).estimates)
    for card in (interventies.quadrant_of_all, interventies.cost_and_effect):
        groups = {item.group for item in card(other, network, keuze).estimates}
        assert not any("taalklas" in group for group in groups)


def test_a_gap_is_never_without_a_level(choice, school, network):
    for keuze in choice("tutoring").every(school):
        groups = [item.group for item in keuze.all(school, network, EFFECT) if item.value is not None]
        if any(MINUS in group for group in groups):
            assert {"laag", "hoog", ALL} <= set(groups)


# --- what may be wrong ---------------------------------------------------------------------------------


def test_what_pupils_chose_is_not_added_to_effects(choice, school, network):
    (item,) = interventies.beside_what_was_known(school, network, choice("huiswerkbegeleiding")).estimates
    assert item.value is None and "geen effect" in item.reason


@pytest.mark.parametrize("name", ["tutoring", "huiswerkbegeleiding", "oudergesprekken", "hoge_verwachtingen"])
def test_the_largest_difference_at_the_start_is_the_largest(choice, school, network, name):
    """Looked up again among the rows of the design, whatever its sign."""
    keuze = choice(name)
    found = interventies.threats(school, network, keuze)
    (largest,) = (item for item in found.estimates if item.group == "grootste verschil bij de start")
    row = "zoals het was" if keuze.ontwerp == "vergelijking" else "verschil bij de start"
    sizes = [
        abs(item.value) for item in keuze.all(school, network, row) if item.group != "verwachte uitkomst"
    ]
    assert largest.value == max(sizes) and largest.reference == 0.25
    assert largest.lower is None or largest.lower <= largest.value <= largest.upper


def test_every_design_has_its_threats_and_every_threat_its_number(choice, school, network):
    """A threat that no row tells of would be a control that nobody did."""
    for design, wanted in bedreigingen.THREATS.items():
        keuze = choice("tutoring").of_design(design)
        shown = {item.group for item in interventies.threats(school, network, keuze).estimates}
        assert shown == {threat.label for threat in wanted}, design


def test_weighing_brings_participants_and_others_together_and_says_how_far(choice, school, network):
    found = interventies.threats(school, network, choice("huiswerkbegeleiding"))
    before, after = (
        found[bedreigingen.LESS, f"grootste verschil {when}"] for when in ("bij de start", "na wegen")
    )
    assert before.value > before.reference and after.value < after.reference
