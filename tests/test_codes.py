"""The code lists: order, the sets of levels behind a label, the half-step scale, and dates."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansen_lib import codes

LADDER = ("pro", "vmbo-b", "vmbo-k", "vmbo-gt", "havo", "vwo")
#: Labels that deliberately stand outside the ladder of levels.
OUTSIDE = {
    "advies": {"vso", "niet mogelijk"},
    "toetsadvies": set(),
    "brugklastype": {"internationaal"},
    "niveau": set(),
    "onderwijstype": {"brugjaar", "vmbo", "vavo", "internationaal"},
}


def test_every_list_is_reachable_by_its_name_and_has_no_label_twice():
    for name, item in codes.CODE_LISTS.items():
        assert item.name == name
        assert len(set(item.codes)) == len(item.codes) > 1
        assert item.meaning
        assert all(code == code.strip() for code in item.codes)


def test_every_question_has_its_answers_and_no_scale_has_its_name():
    for name, answers in codes.VRAGEN.items():
        assert codes.CODE_LISTS[answers.name] is answers, name
    assert not set(codes.VRAGEN) & set(codes.SCHAAL.codes)


def test_a_list_knows_its_labels_and_gives_an_ordered_dtype():
    assert "havo" in codes.NIVEAU
    assert "HAVO" not in codes.NIVEAU
    dtype = codes.NIVEAU.dtype()
    assert dtype.ordered
    assert tuple(dtype.categories) == LADDER


# --- the ladder ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("place", "level"), list(enumerate(LADDER)))
def test_a_single_level_is_one_step_above_the_one_below(place, level):
    assert codes.step(level) == place
    assert codes.levels(level) == {level}


@pytest.mark.parametrize(
    ("label", "expected", "step"),
    [
        ("pro/vmbo-b", {"pro", "vmbo-b"}, 0.5),
        ("vmbo-b/k", {"vmbo-b", "vmbo-k"}, 1.5),
        ("vmbo-k/gt", {"vmbo-k", "vmbo-gt"}, 2.5),
        ("vmbo-gt/havo", {"vmbo-gt", "havo"}, 3.5),
        ("havo/vwo", {"havo", "vwo"}, 4.5),
        ("vmbo-b/k/gt", {"vmbo-b", "vmbo-k", "vmbo-gt"}, 2.0),
        ("vmbo-b/k/gt/havo/vwo", set(LADDER[1:]), 3.0),
        ("vmbo-g", {"vmbo-gt"}, 3.0),
        ("vmbo-t", {"vmbo-gt"}, 3.0),
    ],
)
def test_a_double_label_lies_between_its_ends(label, expected, step):
    assert codes.levels(label) == expected
    assert codes.step(label) == step


@pytest.mark.parametrize("name", OUTSIDE)
def test_every_label_is_on_the_ladder_or_outside_it_on_purpose(name):
    outside = {code for code in codes.CODE_LISTS[name].codes if not codes.levels(code)}
    assert outside == OUTSIDE[name]
    assert all(math.isnan(codes.step(code)) for code in outside)


@pytest.mark.parametrize("name", ["advies", "toetsadvies", "niveau"])
def test_a_list_of_levels_runs_from_low_to_high(name):
    steps = [codes.step(code) for code in codes.CODE_LISTS[name].codes if codes.levels(code)]
    assert steps == sorted(set(steps))


def test_the_single_levels_among_the_brugklassen_run_from_low_to_high():
    assert tuple(code for code in codes.BRUGKLASTYPE.codes if len(codes.levels(code)) == 1) == LADDER


@pytest.mark.parametrize("label", ["", "vmbo", "mavo", "havo/", "havo/gymnasium", "HAVO"])
def test_a_label_that_is_not_known_is_never_half_understood(label):
    assert codes.levels(label) == frozenset()
    assert math.isnan(codes.step(label))


@given(st.sets(st.sampled_from(LADDER), min_size=1))
def test_the_step_of_a_set_lies_on_the_half_step_scale_between_its_ends(levels):
    label = "/".join(sorted(levels, key=LADDER.index))
    ends = [LADDER.index(level) for level in levels]
    assert codes.levels(label) == levels
    assert codes.step(label) * 2 == min(ends) + max(ends)


@given(st.permutations(["vmbo-gt", "havo", "vwo"]))
def test_the_order_within_a_label_does_not_matter(parts):
    assert codes.step("/".join(parts)) == 4.0


# --- years -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schooljaar", "regime"),
    [
        ("2014-2015", "eindtoets"),
        ("2018-2019", "eindtoets"),
        ("2019-2020", "geen toets"),
        ("2020-2021", "eindtoets"),
        ("2022-2023", "eindtoets"),
        ("2023-2024", "doorstroomtoets"),
        ("2025-2026", "doorstroomtoets"),
    ],
)
def test_the_regime_of_a_year(schooljaar, regime):
    assert codes.regime(schooljaar) == regime
    assert regime in codes.REGIME


def test_regimes_stand_in_the_order_of_the_law_not_of_the_alphabet():
    assert codes.REGIME.codes == ("eindtoets", "geen toets", "doorstroomtoets")


@pytest.mark.parametrize("schooljaar", ["2017-2018", "2022-2023", "2023-2024"])
def test_the_toetsadvies_has_six_categories_since_2017(schooljaar):
    categories = codes.toetsadvies_categories(schooljaar)
    assert categories == ("pro/vmbo-b", "vmbo-b/k", "vmbo-k/gt", "vmbo-gt/havo", "havo/vwo", "vwo")


def test_there_is_no_toetsadvies_in_the_year_without_a_test():
    assert codes.toetsadvies_categories("2019-2020") == ()


def test_before_2017_there_is_no_one_list_of_toetsadviezen():
    with pytest.raises(ValueError, match="2016-2017.*from 2017-2018"):
        codes.toetsadvies_categories("2016-2017")


def test_every_toetsadvies_is_also_an_advies():
    assert set(codes.TOETSADVIES.codes) <= set(codes.ADVIES.codes)


# --- parents ---------------------------------------------------------------------------------------


def test_the_five_classes_of_parental_education_in_three():
    assert {code: codes.three_classes(code) for code in codes.OPLEIDING_OUDERS.codes} == {
        "basisonderwijs": "laag",
        "vmbo of mbo-1": "laag",
        "havo, vwo of mbo-2 t/m 4": "midden",
        "hbo": "hoog",
        "wo": "hoog",
    }


def test_three_classes_keep_the_order_of_five():
    classes = [codes.three_classes(code) for code in codes.OPLEIDING_OUDERS.codes]
    assert classes == sorted(classes, key=codes.OPLEIDING_OUDERS_3.codes.index)


def test_the_two_classifications_of_herkomst_share_no_label():
    assert not set(codes.HERKOMST.codes) & set(codes.HERKOMST_OUD.codes)
