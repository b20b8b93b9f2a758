"""Flows: identities, recovery of a known truth, and what happens at the edges."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kansen_lib.stats import flows, gaps
from kansen_lib.stats.terms import Interval, Reason

LEVELS = pd.CategoricalDtype(["vmbo", "havo", "vwo"], ordered=True)


def moves(rows: list[tuple[str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["start", "end"]).astype(LEVELS)


def spells(n: int, seed: int, *, late: bool = False) -> pd.DataFrame:
    """Exponential times to two events and to censoring, in whole months so that there are ties."""
    rng = np.random.default_rng(seed)
    times = np.ceil(rng.exponential([8.0, 12.0, 15.0], (n, 3)))
    entry = rng.integers(0, 3, n) if late else np.zeros(n)
    data = pd.DataFrame({"time": times.min(axis=1) + entry, "what": times.argmin(axis=1), "entry": entry})
    data["what"] = data["what"].map({0: "diploma", 1: "uitval", 2: "bezig"})
    return data.assign(any=data["what"] != "bezig", school=rng.integers(0, 12, n), w=rng.uniform(0.5, 2, n))


EVENTS = {"duration": "time", "event": "what", "censored": "bezig"}


@given(st.lists(st.tuples(*[st.sampled_from(list(LEVELS.categories))] * 2), min_size=1, max_size=60))
@settings(max_examples=25, deadline=None)
def test_rows_add_up_and_everybody_stays_or_moves(rows: list[tuple[str, str]]) -> None:
    data = moves(rows)
    cells = flows.transition_matrix(data, start="start", end="end").summary
    assert cells.groupby("name")["value"].sum().to_numpy() == pytest.approx(1)
    assert cells["count"].sum() == len(data)
    found = flows.mobility(data, start="start", end="end")
    assert sum(found[name].value for name in ("stayed", "moved up", "moved down")) == pytest.approx(1)
    back = flows.mobility(data, start="end", end="start")
    assert (back["moved up"].value, back["steps"].value) == (found["moved down"].value, found["steps"].value)


def test_the_order_of_categories_is_the_order_of_the_matrix() -> None:
    data = moves([("vwo", "havo"), ("vmbo", "vwo"), ("havo", "havo"), ("vwo", "vwo")])
    found = flows.transition_matrix(data, start="start", end="end").summary
    assert found["name"].drop_duplicates().tolist() == ["from vmbo", "from havo", "from vwo"]
    assert found["group"].head(2).tolist() == ["to havo", "to vwo"]  # nobody ends in vmbo


def test_a_cell_is_the_share_of_its_row() -> None:
    data = moves([("vwo", "havo")] * 3 + [("vwo", "vwo")] * 9 + [("havo", "havo")] * 4)
    found = flows.transition_matrix(data, start="start", end="end")["from vwo", "to havo"]
    plain = gaps.share(3, 12)
    assert (found.value, found.lower, found.upper, found.count) == (0.25, plain.lower, plain.upper, 3)


def test_groups_have_matrices_of_the_same_states() -> None:
    data = moves([("vmbo", "vmbo"), ("havo", "vmbo"), ("havo", "havo")]).assign(group=["a", "a", "b"])
    found = flows.transition_matrix(data, start="start", end="end", group="group")
    assert found["b, from vmbo", "to vmbo"].reason == Reason.NO_PERSONS
    assert found["b, from havo", "to havo"].value == 1
    assert len(found.estimates) == 2 * 2 * 2


def test_a_weight_of_two_counts_as_two_persons() -> None:
    rng = np.random.default_rng(4)
    data = pd.DataFrame({"start": rng.integers(0, 3, 80), "end": rng.integers(0, 3, 80)})
    data["w"] = rng.integers(1, 4, 80)
    twice = data.loc[data.index.repeat(data["w"])]
    ours = flows.mobility(data, start="start", end="end", weight="w").summary["value"]
    theirs = flows.mobility(twice, start="start", end="end").summary["value"]
    assert ours.to_numpy() == pytest.approx(theirs.to_numpy())


def test_the_index_says_how_much_its_error_varies() -> None:
    """Over 200 samples the spread of each index is what its standard error says."""
    p = np.array([[0.7, 0.2, 0.1], [0.25, 0.5, 0.25], [0.05, 0.25, 0.7]])
    rng, found = np.random.default_rng(8), []
    for _ in range(200):
        start = np.repeat([0, 1, 2], 150)
        end = np.concatenate([rng.choice(3, 150, p=row) for row in p])
        table = flows.mobility(pd.DataFrame({"s": start, "e": end}), start="s", end="e").summary
        found.append(table[["value", "standard_error"]].head(3).to_numpy())
    drawn = np.array(found)
    second = np.sort(np.abs(np.linalg.eigvals(p)))[1]
    truth = [(3 - np.trace(p)) / 2, 1 - second, 1 - abs(np.linalg.det(p))]
    assert drawn[:, :, 0].mean(axis=0) == pytest.approx(truth, abs=0.01)
    assert drawn[:, :, 1].mean(axis=0) / drawn[:, :, 0].std(axis=0) == pytest.approx(1, abs=0.15)


def test_an_index_at_its_end_has_a_reason() -> None:
    still = pd.DataFrame({"s": [0, 1, 2] * 9, "e": [0, 1, 2] * 9})
    found = flows.mobility(still, start="s", end="e")
    assert [found[f"{name} index"].reason for name in ("trace", "eigenvalue", "determinant")] == [
        Reason.NO_SPREAD,
        Reason.NOT_SMOOTH,
        Reason.NO_SPREAD,
    ]
    assert found["stayed"].value == 1
    mixed = pd.DataFrame({"s": [0, 0, 1, 1], "e": [0, 1, 0, 1]})
    found = flows.mobility(mixed, start="s", end="e")
    assert found["trace index"].value == 1
    assert found["eigenvalue index"].reason == found["determinant index"].reason == Reason.NOT_SMOOTH


def test_states_without_an_order_or_of_two_orders_are_refused() -> None:
    data = moves([("vmbo", "havo")])
    with pytest.raises(ValueError, match="have no order"):
        flows.mobility(data.astype(object), start="start", end="end")
    other = data.assign(end=data["end"].cat.reorder_categories(["vwo", "havo", "vmbo"]))
    with pytest.raises(ValueError, match="same categories"):
        flows.mobility(other, start="start", end="end")
    flows.transition_matrix(other, start="start", end="end")  # needs no order


@given(st.integers(0, 1000), st.booleans())
@settings(max_examples=15, deadline=None)
def test_the_curves_add_up_to_one_and_agree_with_kaplan_meier(seed: int, late: bool) -> None:
    data, how = spells(60, seed, late=late), {"entry": "entry"} if late else {}
    parts = flows.aalen_johansen(data, **EVENTS, **how).summary
    time = parts["name"].str.split(" at ").str[1]
    assert parts.groupby(time)["value"].sum().to_numpy() == pytest.approx(1)
    free = parts[parts["name"].str.startswith("event-free")]
    whole = flows.kaplan_meier(data, duration="time", event="any", **how).summary.iloc[:-1]
    assert free["value"].to_numpy() == pytest.approx(whole["value"].to_numpy())
    if not late:  # without late entry the jackknife is Greenwood's
        assert free["standard_error"].to_numpy() == pytest.approx(whole["standard_error"].to_numpy())
        assert free["upper"].dropna().to_numpy() == pytest.approx(whole["upper"].dropna().to_numpy())


def test_without_censoring_the_curve_is_a_share() -> None:
    data = pd.DataFrame({"time": [1, 1, 2, 3, 3, 3, 4, 5], "event": True})
    found = flows.kaplan_meier(data, duration="time", event="event", interval="plain")
    assert found["event-free at 2"].value == pytest.approx(5 / 8)
    assert found["event-free at 2"].standard_error == pytest.approx(np.sqrt(5 / 8 * 3 / 8 / 8))
    assert (found["event-free at 5"].value, found["event-free at 5"].interval) == (0, "")
    mean = flows.restricted_mean(data, duration="time", event="event", horizon=9).estimates[0]
    assert mean.value == pytest.approx(data["time"].mean())
    assert mean.standard_error == pytest.approx(data["time"].std(ddof=0) / np.sqrt(8))


def test_who_is_censored_at_an_event_was_at_risk_and_who_enters_at_it_was_not() -> None:
    data = pd.DataFrame({"entry": [0, 0, 0, 2], "time": [2, 2, 4, 4], "event": [True, False, True, False]})
    found = flows.kaplan_meier(data, duration="time", event="event", entry="entry")
    assert found["event-free at 2"].value == pytest.approx(2 / 3)
    assert found["event-free at 4"].value == pytest.approx(2 / 3 * 1 / 2)
    assert found["event-free at 4"].smallest == 2


def test_times_that_differ_by_rounding_are_ties() -> None:
    data = pd.DataFrame({"time": [0.1 + 0.2, 0.3, 0.5], "event": [False, True, True]})
    found = flows.kaplan_meier(data, duration="time", event="event")
    assert found["event-free at 0.3"].value == pytest.approx(2 / 3)


def test_clusters_can_take_a_difference_away_and_the_statistic_stays_below_their_number() -> None:
    rng = np.random.default_rng(1)
    school = np.repeat(np.arange(8), 30)
    slow = np.array([1, 1, 1, 4, 2, 3, 5, 1.0])[school]
    data = pd.DataFrame({"time": rng.exponential(slow), "event": True, "school": school, "group": school % 2})
    plain = flows.log_rank(data, duration="time", event="event", group="group")
    robust = flows.log_rank(data, duration="time", event="event", group="group", cluster="school")
    assert robust.p_value > plain.p_value
    assert robust.value < 8


def test_the_median_lies_halfway_a_flat_part_at_one_half() -> None:
    data = pd.DataFrame({"time": [1, 2, 4, 6], "event": True})
    assert flows.kaplan_meier(data, duration="time", event="event")["median"].value == 3
    few = data.assign(event=[True, False, False, False])
    found = flows.kaplan_meier(few, duration="time", event="event")["median"]
    assert (found.value, found.reason) == (None, Reason.NOT_REACHED)


def test_clusters_of_one_are_persons_up_to_the_small_sample_factor() -> None:
    data = spells(90, 5).assign(own=range(90))
    one = flows.aalen_johansen(data, **EVENTS).summary["standard_error"]
    many = flows.aalen_johansen(data, **EVENTS, cluster="own").summary
    assert many["standard_error"].to_numpy() == pytest.approx(one.to_numpy() * np.sqrt(90 / 89))
    assert set(many["df"]) == {89.0}


def test_the_incidence_recovers_the_truth() -> None:
    """With constant hazards a and b, P(diploma by t) = a/(a + b) (1 - exp(-(a + b) t))."""
    rng, n = np.random.default_rng(2), 5_000
    times = rng.exponential([1 / 0.2, 1 / 0.1, 1 / 0.05], (n, 3)).round(2)
    data = pd.DataFrame({"time": times.min(axis=1), "what": times.argmin(axis=1)})
    found = flows.aalen_johansen(data[data["time"] <= 4], duration="time", event="what", censored=2)
    assert found.dropped == (0, int((data["time"] <= 4).sum()))
    clipped = data.assign(what=data["what"].where(data["time"] <= 4, 2), time=data["time"].clip(upper=4))
    table = flows.aalen_johansen(clipped, duration="time", event="what", censored=2).summary
    last = table[table["name"].str.startswith("0 at")].iloc[-1]
    truth = 0.2 / 0.3 * (1 - np.exp(-0.3 * 4))
    assert abs(last["value"] - truth) < 3 * last["standard_error"]


def test_the_gap_is_the_difference_of_the_curves_at_the_time() -> None:
    data = spells(200, 9).assign(group=np.arange(200) % 2)
    at = {"time": 6, "group": "group", "low": 0, "high": 1}
    found = flows.incidence_gap(data, **EVENTS, **at)
    curves = flows.aalen_johansen(data, **EVENTS, group="group")
    assert found["uitval", "1"].value == pytest.approx(curves["uitval at 6", "1"].value)
    assert found["uitval", "0"].upper == pytest.approx(curves["uitval at 6", "0"].upper)
    gap = found["uitval", "1 minus 0"]
    assert gap.value == pytest.approx(found["uitval", "1"].value - found["uitval", "0"].value)
    late = flows.incidence_gap(data, **EVENTS, **at | {"time": 999})
    assert {item.reason for item in late.estimates} == {Reason.BEYOND_FOLLOW_UP}
    with pytest.raises(ValueError, match="both are"):
        flows.incidence_gap(data, **EVENTS, **at | {"low": 1})


def test_groups_that_share_clusters_are_compared_within_them() -> None:
    """A school effect on both groups is in each mean and not in the difference."""
    rng = np.random.default_rng(6)
    school = np.repeat(np.arange(12), 40)
    slow = rng.normal(1, 0.5, 12).clip(0.2)[school]
    data = pd.DataFrame({"time": rng.exponential(slow), "event": True, "school": school})
    data["group"] = np.where(np.arange(480) % 2, "b", "a")
    found = flows.restricted_mean(
        data, duration="time", event="event", horizon=2, group="group", cluster="school"
    )
    a, b, gap = found.estimates
    assert gap.group == "b minus a"
    assert gap.value == pytest.approx(b.value - a.value)
    assert gap.standard_error < 0.8 * np.hypot(a.standard_error, b.standard_error)
    assert (gap.df, gap.interval) == (11, Interval.T_INFLUENCE)


def test_beyond_the_follow_up_there_is_no_restricted_mean() -> None:
    data = pd.DataFrame({"time": [1, 2, 3], "event": [True, False, False], "group": ["a", "a", "b"]})
    found = flows.restricted_mean(data, duration="time", event="event", horizon=2.5, group="group")
    assert found["restricted mean", "a"].reason == Reason.BEYOND_FOLLOW_UP
    assert found["restricted mean", "b"].reason == Reason.NO_EVENTS
    with pytest.raises(ValueError, match="horizon"):
        flows.restricted_mean(data, duration="time", event="event", horizon=0)


def test_a_funnel_multiplies_and_forgives_what_was_never_asked() -> None:
    data = pd.DataFrame(
        {
            "below": [True, True, True, True, False, False, None, True],
            "again": [True, True, False, None, True, None, True, True],
            "raised": [True, False, True, True, None, None, True, None],
        }
    )
    found = flows.cohort_funnel(data, stages=["below", "again", "raised"])
    assert found.dropped == (3, 8)  # unknown at the first, and at a stage that was reached
    whole, step = found["again, of all"], found["again, of below"]
    assert (whole.count, whole.n, step.count, step.n) == (2, 5, 2, 3)
    assert found["below, of all"].value * step.value == pytest.approx(whole.value)
    assert found["raised, of again"].value == 0.5
    twice = flows.cohort_funnel(data.set_axis([0, 0, 1, 1, 2, 2, 3, 3]), stages=["below", "again", "raised"])
    assert twice == found  # labels of rows that occur twice


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda data: flows.kaplan_meier(data, duration="time", event="what"), "True and False"),
        (
            lambda data: flows.kaplan_meier(data, duration="time", event="any", interval="arcsin"),
            "there is no transform",
        ),
        (lambda data: flows.kaplan_meier(data.assign(time=-1), duration="time", event="any"), "below zero"),
        (
            lambda data: flows.kaplan_meier(data, duration="entry", event="any", entry="time"),
            "nobody is at risk",
        ),
        (lambda data: flows.aalen_johansen(data, **EVENTS, name="diploma"), "different words"),
        (
            lambda data: flows.aalen_johansen(
                data.assign(what=1), duration="time", event="what", censored="none"
            ),
            "cannot hold the labels",
        ),
        (lambda data: flows.cohort_funnel(data, stages=["any", "any"]), "each once"),
        (lambda data: flows.cohort_funnel(data, stages="any"), "list of one or more stages"),
        (lambda data: flows.log_rank(data, duration="time", event="any", group="kind"), "lack columns"),
    ],
)
def test_what_cannot_be_meant_is_refused(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call(spells(30, 1))


def test_the_log_rank_test_holds_its_level() -> None:
    small = 0
    for seed in range(150):
        data = spells(60, seed).assign(group=np.arange(60) % 2)
        small += flows.log_rank(data, duration="time", event="any", group="group").p_value < 0.05
    assert 2 <= small <= 17
