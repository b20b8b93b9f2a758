"""The gate: what it lets through, what it withholds, and that nothing goes around it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansen_lib import disclosure, schema
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result


def result(*estimates: Estimate, sources: tuple[str, ...] = ("leerlingen",), **kwargs) -> Result:
    """A result of one analysis."""
    return Result("analyse", estimates, sources=sources, **kwargs)


def shares(*pairs: tuple[int, int]) -> list[Estimate]:
    """Shares of groups a, b, c, …"""
    return [gaps.share(k, n, name="x", group=chr(97 + i)) for i, (k, n) in enumerate(pairs)]


def released(*pairs: tuple[int, int], profile: str = "cbs", **kwargs) -> list[bool]:
    """Which of the shares come through."""
    found = disclosure.release(result(*shares(*pairs), **kwargs), profile)
    return [number.value is not None for number in found.numbers]


def test_open_tables_are_those_of_the_schema_without_pupils() -> None:
    assert disclosure.OPEN_TABLES == set(schema.TABLES) - schema.PUPIL_TABLES - {"interventies"}


@pytest.mark.parametrize(("profile", "smallest"), [("cbs", 10), ("nco", 6), ("duo", 5)])
def test_the_smallest_group_that_a_profile_shows(profile: str, smallest: int) -> None:
    def shown(n: int) -> bool:
        item = Estimate("gemiddelde", value=1.0, n=n)
        return disclosure.release(result(item), profile).numbers[0].value is not None

    assert (shown(smallest - 1), shown(smallest)) == (False, True)


def test_cbs_is_the_default_and_the_strictest() -> None:
    assert disclosure.DEFAULT == "cbs"
    assert disclosure.PROFILES["cbs"].minimum == max(p.minimum for p in disclosure.PROFILES.values())


def test_an_unknown_profile_releases_nothing_and_names_the_near_one() -> None:
    with pytest.raises(
        disclosure.DisclosureError, match="unknown disclosure profile 'cbz'.*Did you mean 'cbs'"
    ):
        disclosure.release(result(*shares((20, 40))), "cbz")


@pytest.mark.parametrize(
    ("count", "n", "shown"),
    [(20, 40, True), (10, 20, True), (9, 40, False), (31, 40, False), (0, 40, False), (40, 40, False)],
)
def test_a_share_may_not_single_out_a_few(count: int, n: int, shown: bool) -> None:
    assert released((count, n)) == [shown]


@pytest.mark.parametrize(
    ("count", "n", "shown"),
    [((4, 60), (8, 100), False), ((4, 60), (50, 100), False), ((20, 60), (50, 100), True)],
)
def test_a_gap_is_held_to_its_smallest_cell(count, n, shown: bool) -> None:
    """Beside the level of one group, the gap gives the level of the other back."""
    contrast = gaps.share_difference(count, n, name="gap", group="hoog minus laag")
    number = disclosure.release(result(contrast)).numbers[0]
    assert (number.value is not None) is shown
    assert shown or "in een groep of met een van de uitkomsten" in number.reason  # the groups are large


def test_a_withheld_number_leaves_nothing_behind() -> None:
    item = replace(gaps.share(3, 7, name="x", group="a"), reference=0.4)
    number = disclosure.release(result(item)).numbers[0]
    assert (number.value, number.lower, number.upper, number.n, number.reference) == (None,) * 5
    assert "te weinig leerlingen" in number.reason and number.group == "a"


def test_a_reason_with_a_small_count_hides_the_count() -> None:
    item = Estimate.not_computable("x", "te weinig leerlingen", n=3)
    assert disclosure.release(result(item)).numbers[0].n is None
    item = Estimate.not_computable("x", "geen spreiding", n=30)
    assert disclosure.release(result(item)).numbers[0].n == 30


@pytest.mark.parametrize(
    ("n", "profile", "shown"),
    [(264, "cbs", 260), (269, "cbs", 270), (15, "cbs", 20), (13, "nco", 15), (12, "duo", 10)],
)
def test_numbers_of_pupils_leave_rounded(n: int, profile: str, shown: int) -> None:
    """269 entered and 264 sat in leerjaar 3: five left, whom two tables would give."""
    found = disclosure.release(result(Estimate("x", value=1.0, n=n)), profile)
    assert found.numbers[0].n == shown


def test_numbers_of_open_data_stay_as_published() -> None:
    assert (
        disclosure.release(result(Estimate("x", value=1.0, n=264), sources=("examens",))).numbers[0].n == 264
    )


def test_with_one_group_the_smallest_other_group_is_withheld() -> None:
    assert released((3, 7), (20, 60), (15, 40)) == [False, True, False]


def test_two_withheld_groups_protect_each_other() -> None:
    assert released((3, 17), (8, 19), (15, 40)) == [False, False, True]


@pytest.mark.parametrize(
    ("pairs", "shown"),
    [
        (((1, 3), (2, 4), (60, 90)), [False, False, False]),  # seven pupils together: a total gives them back
        (((3, 40), (4, 50), (60, 90)), [False, False, False]),  # seven of both groups together
        (((3, 40), (4, 50), (20, 60), (60, 90)), [False, False, False, True]),
    ],
)
def test_what_is_hidden_together_is_no_small_group(pairs, shown: list[bool]) -> None:
    assert released(*pairs) == shown


def level_and_gap(low: tuple[int, int], middle: tuple[int, int], high: tuple[int, int]) -> list[bool]:
    """Which of three levels and the gap between the outer ones come through."""
    gap = gaps.share_difference((low[0], high[0]), (low[1], high[1]), name="x", group="c minus a")
    found = disclosure.release(result(*shares(low, middle, high), gap))
    return [number.value is not None for number in found.numbers]


def test_a_withheld_gap_does_not_protect_a_withheld_level() -> None:
    """The number of complete pupils stands beside the table: a lone hidden group could be counted."""
    assert level_and_gap((3, 7), (20, 60), (30, 80)) == [False, False, True, False]


def test_with_a_hidden_level_goes_the_gap_that_gives_it_back() -> None:
    assert level_and_gap((20, 60), (3, 7), (40, 80)) == [False, False, True, False]


def lines_and_gap(low: tuple[int, int], other: tuple[int, int], name: str = "c minus a") -> list[bool]:
    """Which numbers of two lines over two years, and of the gap between them, come through."""
    years, high = ("2020-2021", "2021-2022"), (60, 90)
    levels = [gaps.share(*pair, name="a", group=year) for year, pair in zip(years, (low, other), strict=True)]
    levels += [gaps.share(*high, name="c", group=year) for year in years]
    differences = [
        gaps.share_difference((pair[0], high[0]), (pair[1], high[1]), name=name, group=year)
        for year, pair in zip(years, (low, other), strict=True)
    ]
    return [n.value is not None for n in disclosure.release(result(*levels, *differences)).numbers]


def test_with_a_hidden_point_of_a_line_goes_the_gap_of_that_year() -> None:
    """The second point of line a is hidden beside the first: c minus the gap would give it back."""
    assert lines_and_gap((20, 40), (20, 40)) == [True] * 6
    assert lines_and_gap((3, 7), (20, 40)) == [False, False, True, True, False, False]
    assert lines_and_gap((3, 7), (20, 40), "c minus a, in sd")[4:] == [False, False]


def test_who_answers_a_questionnaire_need_not_be_a_pupil() -> None:
    few = gaps.share(2, 4, name="x")
    asked = disclosure.release(Result("r", (few,), dropped=(30, 90), sources=("enquete",)))
    pupils = disclosure.release(Result("r", (few,), dropped=(30, 90), sources=("leerlingen",)))
    assert "te weinig mensen" in asked.numbers[0].reason and "90 mensen" in asked.dropped
    assert "te weinig leerlingen" in pupils.numbers[0].reason and "90 leerlingen" in pupils.dropped


def test_numbers_leave_as_coarse_as_they_are_shown() -> None:
    gap = Estimate("score", "c minus a", 0.123456, "sd", n=200, reference=0.345678)
    band = Estimate("tussen scholen", "", 0.123456, "sd", -0.111111, 0.222222)
    mean = Estimate("score", "a", 534.5678, "score", n=200, reference=535.1234)
    found = disclosure.release(result(gap, band, mean)).numbers
    assert (found[0].value, found[0].reference) == (0.12, 0.35)
    assert (found[1].value, found[1].lower, found[1].upper) == (0.12, -0.11, 0.22)
    assert (found[2].value, found[2].reference) == (534.6, 535.1)


def counts_behind(row: dict, minimum: int = 10) -> list[tuple[int, int]]:
    """Every count and number of persons that a released share with its interval may rest on."""
    digits = [row[key] for key in ("value", "lower", "upper")]
    return [
        (count, n)
        for n in range(max(row["n"] - minimum, 1), row["n"] + minimum)
        for count in range(n + 1)
        if abs(count / n - row["value"]) < 0.006
        for found in [gaps.share(count, n, name="x")]
        for row_of in [disclosure.release(result(found)).rows()[0]]
        if [row_of[key] for key in ("value", "lower", "upper")] == digits and row_of["n"] == row["n"]
    ]


@pytest.mark.parametrize(("count", "n"), [(61, 107), (153, 216), (17, 441)])
def test_a_released_share_does_not_give_its_count_back(count: int, n: int) -> None:
    """All pupils of a region less those of the other schools would be the few of the last school."""
    row = disclosure.release(result(gaps.share(count, n, name="x"))).rows()[0]
    found = counts_behind(row)
    assert (count, n) in found and len({k for k, _ in found}) > 1


def test_the_interval_of_few_persons_does_not_tell_how_many_they_are() -> None:
    """Every share of 20 to 99 persons that may leave: one in twenty looks like no other number of persons.

    In whole percents that was one in four.
    """
    looks = defaultdict(list)
    for n in range(20, 120):
        for k in range(10, n - 9):
            row = disclosure.release(result(gaps.share(k, n, name="x"))).numbers[0]
            looks[row.value, row.lower, row.upper, row.n].append(n)
    few = [found for found in looks.values() if min(found) < 100]
    alone = sum(len(found) for found in few if len(set(found)) == 1)
    assert alone < 0.06 * sum(len(found) for found in few)


def test_an_interval_of_few_persons_holds_the_one_it_was() -> None:
    exact = gaps.share(17, 43, name="x")
    row = disclosure.release(result(exact)).numbers[0]
    assert (row.lower, row.upper) == (0.25, 0.55) and row.lower < exact.lower and exact.upper < row.upper


def test_a_numerator_never_leaves_the_gate() -> None:
    found = disclosure.release(result(*shares((20, 40)))).rows()
    assert all("count" not in row and "smallest" not in row for row in found)


def test_nco_shows_extreme_shares_as_the_limit() -> None:
    numbers = disclosure.release(result(*shares((1, 60), (59, 60), (30, 60))), "nco").numbers
    assert [(n.value, n.clipped, n.lower is None) for n in numbers] == [
        (0.05, "of minder", True),
        (0.95, "of meer", True),
        (0.5, "", False),
    ]


def test_open_data_are_as_precise_as_published() -> None:
    share = replace(gaps.share(20, 60, name="x"), reference=0.24900133)
    open_data = disclosure.release(result(share, sources=("examens",))).numbers[0]
    assert open_data.reference == 0.24900133 and open_data.value == pytest.approx(1 / 3)


def test_open_data_keep_the_threshold_of_their_publisher() -> None:
    assert released((25, 26), (4, 4), sources=("examens",)) == [True, False]


@pytest.mark.parametrize("sources", [(), ("examens", "leerlingen"), ("onbekend",)])
def test_anything_but_open_tables_is_held_to_the_profile(sources: tuple[str, ...]) -> None:
    assert released((25, 26), sources=sources) == [False]


@pytest.mark.parametrize(
    ("out", "of", "text"),
    [
        (0, 100, ""),
        (20, 100, "Van ongeveer 20 van de 100 leerlingen ontbreekt een gegeven; zij tellen niet mee."),
        (
            3,
            100,
            "Van een klein deel van de ongeveer 100 leerlingen ontbreekt een gegeven; zij tellen niet mee.",
        ),
        (3, 7, ""),
    ],
)
def test_who_fell_out_is_told_without_a_small_count(out: int, of: int, text: str) -> None:
    assert disclosure.release(result(dropped=(out, of))).dropped == text


def test_status_says_what_became_of_the_result() -> None:
    assert disclosure.release(result(missing=("leerlingen.herkomst",))).status == "missing"
    assert disclosure.release(result(*shares((3, 7)))).status == "withheld"
    assert disclosure.release(result(*shares((20, 40)))).status == "released"


@given(
    st.lists(
        st.integers(0, 60)
        .flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
        .filter(lambda p: p[1] > 0),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(sorted(disclosure.PROFILES)),
)
def test_no_released_share_rests_on_fewer_than_the_minimum(pairs: list[tuple[int, int]], name: str) -> None:
    found = disclosure.release(result(*shares(*pairs)), name)
    profile = disclosure.PROFILES[name]
    for number, (count, n) in zip(found.numbers, pairs, strict=True):
        if number.value is not None:
            assert n >= profile.minimum
            assert profile.clip or min(count, n - count) >= profile.minimum
    hidden = [pair for number, pair in zip(found.numbers, pairs, strict=True) if number.value is None]
    if hidden and len(hidden) < len(pairs):
        assert len(hidden) > 1 and sum(n for _, n in hidden) >= profile.minimum


# --- families of the same persons -------------------------------------------------------------------


def test_a_small_level_without_a_value_hides_what_would_tell_of_it() -> None:
    """The mean of one pupil cannot be computed with an interval; the mean of everybody would tell it."""
    none = Estimate.not_computable("x", "te weinig", group="a", n=1)
    others = [Estimate("x", group, 5.0, n=n) for group, n in (("b", 40), ("c", 60))]
    numbers = disclosure.release(result(none, *others)).numbers
    assert [number.value for number in numbers] == [None, None, 5.0]
    assert "minder dan 10 in een groep" in numbers[0].reason and numbers[0].n is None


@pytest.mark.parametrize(("n", "smallest"), [(4, None), (40, 0)])
def test_a_reason_does_not_tell_that_a_small_group_is_all_alike(n: int, smallest: int | None) -> None:
    alike = replace(Estimate.not_computable("x", "geen spreiding", n=n), smallest=smallest)
    assert "spreiding" not in disclosure.release(result(alike)).numbers[0].reason


def test_nobody_is_no_small_group() -> None:
    none = Estimate.not_computable("x", "geen leerlingen", group="a", n=0)
    assert disclosure.release(result(none, Estimate("x", "b", 5.0, n=40))).numbers[1].value == 5.0


@pytest.mark.parametrize(("count", "value"), [(4, 0.08), (4, 0.04 + 1e-6), (196 // 2, 0.9)])
def test_a_share_shown_as_a_limit_is_not_given_back_by_one_pulled_to_a_mean(count, value) -> None:
    own = gaps.share(count, 100, name="x", group="a")
    pulled = replace(own, name="x, met minder toeval", value=value)
    first, second = disclosure.release(result(own, pulled), "nco").numbers
    assert first.clipped and second.value is None and second.n is None and second.reason


def test_a_difference_does_not_give_a_share_back_that_is_shown_as_a_limit() -> None:
    levels = shares((8, 200), (60, 200))
    gap = gaps.share_difference((8, 60), (200, 200), name="x", group="b minus a")
    numbers = disclosure.release(result(*levels, gap), "nco").numbers
    assert numbers[0].clipped and numbers[1].value == 0.3 and numbers[2].value is None


def test_parts_of_one_whole_do_not_give_a_share_back_that_is_shown_as_a_limit() -> None:
    """Nought, three and three of six teachers: the two halves tell that the first is nobody."""
    parts = [gaps.share(k, 100, name="x", group=group) for group, k in (("a", 1), ("b", 40), ("c", 59))]
    numbers = disclosure.release(result(*parts), "nco").numbers
    assert numbers[0].clipped and [item.value for item in numbers[1:]] == [None, 0.59]
    apart = [replace(item, n=99) if item.group == "c" else item for item in parts]
    assert disclosure.release(result(*apart), "nco").numbers[1].value == 0.4


@pytest.mark.parametrize("unit", ["persons", "rows"])
@pytest.mark.parametrize(("profile", "shown"), [("cbs", 920), ("duo", 920)])
def test_a_count_is_as_coarse_as_the_numbers_of_persons(unit: str, profile: str, shown: int) -> None:
    """Two runs around one transfer, 918 and 919 pupils, give the same number; open data stay exact."""
    for exact in (918, 919):
        item = Estimate("regels", value=float(exact), unit=unit, n=exact)
        assert disclosure.release(result(item), profile).numbers[0].value == shown
        public = disclosure.release(result(item, sources=("aantallen",)), profile)
        assert public.numbers[0].value == exact
