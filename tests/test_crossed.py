"""Cross tables behind the gate: an attacker with all that is shown finds no small cell back."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from kansen_lib import disclosure
from kansen_lib.disclosure import Released
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result

MINIMUM = 10
Counts = dict[tuple[str, str], int]


def crossed(*estimates: Estimate) -> Result:
    """A result of one or more cross tables."""
    return Result("kruis", estimates, sources=("leerlingen",), crossed=True)


def table(rows: list[list[int]]) -> Counts:
    """Counts by "rij: 0", "kolom: 0"."""
    return {(f"rij: {i}", f"kolom: {j}"): n for i, row in enumerate(rows) for j, n in enumerate(row)}


def of_rows(counts: Counts) -> Released:
    """The table released as shares of its rows."""
    whole = totals(counts, 0)
    cells = [gaps.share(n, whole[r], name=r, group=c) for (r, c), n in counts.items() if whole[r]]
    return disclosure.release(crossed(*cells))


def totals(counts: Counts, side: int) -> dict[str, int]:
    """Persons by row (side 0) or by column (side 1)."""
    found: dict[str, int] = defaultdict(int)
    for cell, n in counts.items():
        found[cell[side]] += n
    return found


def of_flow(steps: list[Counts]) -> Released:
    """The tables of a flow released as shares of all persons, with the share of every state."""
    n = sum(steps[0].values())
    states = {label: k for step in steps for label, k in totals(step, 0).items()} | totals(steps[-1], 1)
    made = [Estimate(label, "", k / n, "share", n=n, count=k) for label, k in states.items()]
    made += [Estimate(*cell, k / n, "share", n=n, count=k) for step in steps for cell, k in step.items()]
    return disclosure.release(crossed(*made))


# --- the attacker -----------------------------------------------------------------------------------


def rounds_to(n: int, step: int) -> int:
    """The nearest multiple, halves up."""
    return math.floor(n / step + 0.5) * step


def looks_alike(shown: disclosure.Number, n: int) -> tuple[int, int]:
    """The least and the most persons that a cell of ``n`` can hold to be shown as it is."""
    if shown.clipped:
        return (n, n) if shown.clipped == "exact" else (n - MINIMUM + 1, n)
    step = 20 if 0.04 * n >= 20 else 10
    fits = [k for k in range(n + 1) if abs(rounds_to(k, step) / n - shown.value) < 0.005 + 1e-9]
    return min(fits), max(fits)


def ranges(steps: list[Counts], found: Released, wholes: Counts) -> dict[tuple[str, str], tuple]:
    """What every hidden cell and state can be, by linear programming over all tables at once.

    The attacker knows which cells are empty, and as multiples of ten the number of persons and every total
    that is not hidden.
    """
    shown = {(n.name, n.group): n for n in found.numbers}
    cells = [(cell, k) for one in steps for cell, k in one.items() if k]
    states = {label: k for one in steps for label, k in totals(one, 0).items()} | totals(steps[-1], 1)
    names = [cell for cell, _ in cells] + [(label, "") for label in states]
    bounds = []
    for name, k in [*cells, *((((label, ""), n) for label, n in states.items()))]:
        number = shown.get(name)
        if number is not None and number.value is None:
            bounds.append((0, None))
        elif name[1]:
            bounds.append(looks_alike(number, wholes[name]))
        elif k < MINIMUM:  # a total of few persons is shown nowhere
            bounds.append((0, None))
        else:
            bounds.append((rounds_to(k, 10) - 5, rounds_to(k, 10) + 4))
    place = {name: i for i, name in enumerate(names)}
    equal = []
    for one, side in itertools.product(steps, (0, 1)):
        for label in totals(one, side):
            line = np.zeros(len(names))
            line[place[label, ""]] = -1
            line[[place[cell] for cell, k in one.items() if k and cell[side] == label]] = 1
            equal.append(line)
    everybody = np.zeros(len(names))
    for label in totals(steps[0], 0):
        everybody[place[label, ""]] = 1
    most = rounds_to(sum(steps[0].values()), 10)
    limits = {"A_eq": np.array(equal), "b_eq": np.zeros(len(equal)), "bounds": bounds, "method": "highs"}
    limits |= {"A_ub": np.array([everybody, -everybody]), "b_ub": [most + 4, 5 - most]}
    ends = {}
    for name in names:
        if name in shown and shown[name].value is None:
            goal = np.eye(len(names))[place[name]]
            low, high = (linprog(sign * goal, **limits) for sign in (1, -1))
            assert low.status == 0 and high.status in (0, 3)
            ends[name] = (low.fun, math.inf if high.status == 3 else -high.fun)
    return ends


def pinned(steps: list[Counts], found: Released, wholes: Counts) -> list[tuple]:
    """Hidden numbers of fewer persons than the minimum that can be fewer numbers than the minimum."""
    states = {label: k for one in steps for label, k in totals(one, 0).items()} | totals(steps[-1], 1)
    truth = {cell: k for one in steps for cell, k in one.items()} | {(x, ""): k for x, k in states.items()}
    return [
        (name, truth[name], ends)
        for name, ends in ranges(steps, found, wholes).items()
        if 0 < truth[name] < MINIMUM and ends[1] - ends[0] + 1 < MINIMUM - 1e-6
    ]


def is_all_hidden(found: Released, steps: list[Counts]) -> bool:
    """Whether no cell with somebody in it is left to hide."""
    known = {cell: k for one in steps for cell, k in one.items()}
    return not any(n.value is not None and known.get((n.name, n.group)) for n in found.numbers)


counts_of_cells = st.one_of(st.integers(0, 9), st.just(0), st.integers(10, 60), st.integers(60, 300))


def tables(most: int = 5) -> st.SearchStrategy[list[list[int]]]:
    """Cross tables with small and empty cells."""
    return st.tuples(st.integers(2, most), st.integers(2, most)).flatmap(
        lambda size: st.lists(
            st.lists(counts_of_cells, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
        )
    )


@settings(max_examples=60, deadline=None)
@given(tables())
def test_an_attacker_pins_no_small_cell_of_a_table(rows: list[list[int]]) -> None:
    counts = {cell: n for cell, n in table(rows).items() if totals(table(rows), 0)[cell[0]]}
    if not counts:
        return
    found, whole = of_rows(counts), totals(counts, 0)
    pins = pinned([counts], found, {cell: whole[cell[0]] for cell in counts})
    assert not pins or is_all_hidden(found, [counts])


@settings(max_examples=40, deadline=None)
@given(tables(4), st.data())
def test_an_attacker_pins_no_small_flow_or_state(rows: list[list[int]], data: st.DataObject) -> None:
    first = {(f"een: {i}", f"twee: {j}"): n for i, row in enumerate(rows) for j, n in enumerate(row)}
    second: Counts = {}
    for state, n in totals(first, 1).items():
        cut = sorted(data.draw(st.lists(st.integers(0, n), min_size=2, max_size=2)))
        parts = [cut[0], cut[1] - cut[0], n - cut[1]]
        second |= {(state, f"drie: {i}"): k for i, k in enumerate(parts)}
    steps = [first, second]
    n = sum(first.values())
    if n < MINIMUM:
        return
    found = of_flow(steps)
    pins = pinned(steps, found, {c: n for one in steps for c in one})
    assert not pins or is_all_hidden(found, steps)


def test_the_attacker_finds_what_is_hidden_once_beside_exact_numbers() -> None:
    """The tests above can fail: hide the small cell alone, show the others as they are, and it is found."""
    counts = table([[4, 119], [60, 80]])
    found = of_flow([counts])
    exact = [n if n.value is None or not n.group else replace(n, clipped="exact") for n in found.numbers]
    ends = ranges([counts], replace(found, numbers=tuple(exact)), dict(counts))
    assert [name for name, _ in ends.items()] == [("rij: 0", "kolom: 0")]
    low, high = ends["rij: 0", "kolom: 0"]
    assert low <= 4 <= high and high - low + 1 < MINIMUM


# --- what is hidden, and how coarse the rest is ------------------------------------------------------


def values(found: Released) -> dict[tuple[str, str], float | None]:
    return {(n.name, n.group): n.value for n in found.numbers}


def test_nobody_looks_like_a_few() -> None:
    found = of_rows(table([[0, 40, 60], [4, 70, 80], [50, 60, 70]]))
    reasons = {(n.name, n.group): n.reason for n in found.numbers if n.value is None}
    assert {("rij: 0", "kolom: 0"), ("rij: 1", "kolom: 0")} <= set(reasons)
    assert set(reasons.values()) == {"niet getoond: te weinig leerlingen (minder dan 10), hier of ernaast"}


def test_a_cell_that_is_left_out_is_an_empty_one() -> None:
    """Only flows that occur: the others come out as withheld, at the end of their row."""
    counts = table([[40, 60, 4], [0, 70, 80], [50, 60, 70]])
    left_out = {cell: n for cell, n in counts.items() if n}
    assert values(of_rows(left_out)) == values(of_rows(counts))
    names = [n.name for n in of_rows(left_out).numbers]
    assert [name for name, _ in itertools.groupby(names)] == ["rij: 0", "rij: 1", "rij: 2"]


def test_steps_of_a_flow_are_tables_of_their_own() -> None:
    """A state has no cell with a state of two stages on."""
    steps = [{("a: x", "b: x"): 50, ("a: x", "b: y"): 50}, {("b: x", "c: x"): 50, ("b: y", "c: x"): 50}]
    assert ("a: x", "c: x") not in values(of_flow(steps))


def test_one_small_cell_takes_others_along_where_rounding_does_not_hide_it() -> None:
    """Row 1 is in column 0 whole, 25 at least: column 0 less that would tell too much of row 0."""
    found = values(of_rows(table([[48, 4], [34, 0]])))
    assert found["rij: 0", "kolom: 1"] is None and found["rij: 0", "kolom: 0"] is None
    assert found["rij: 1", "kolom: 0"] is not None


def test_with_the_total_of_a_state_go_its_flows() -> None:
    steps = [{("a: x", "b: x"): 3, ("a: x", "b: y"): 4, ("a: y", "b: x"): 200, ("a: y", "b: y"): 190}]
    found = values(of_flow(steps))
    assert found["a: x", ""] is None and found["a: x", "b: x"] is None and found["a: y", ""] is not None


@pytest.mark.parametrize(("n", "count", "value"), [(120, 64, 0.5), (120, 66, 0.58), (1000, 332, 0.34)])
def test_a_cell_is_shown_as_a_multiple_of_ten_or_twenty_persons(n: int, count: int, value: float) -> None:
    counts = table([[count, n - count], [count, n - count]])
    assert values(of_rows(counts))["rij: 0", "kolom: 0"] == value


def test_an_interval_moves_along_and_is_as_coarse() -> None:
    counts = table([[64, 56], [60, 60]])
    exact = gaps.share(64, 120, name="x")
    (number,) = (n for n in of_rows(counts).numbers if (n.name, n.group) == ("rij: 0", "kolom: 0"))
    assert number.value == 0.5
    assert (number.lower, number.upper) == (0.33, 0.67)  # 20 persons on both sides, of 120
    assert number.lower <= exact.lower and number.upper >= exact.upper


def test_all_but_a_few_of_a_row_is_a_limit() -> None:
    found = of_rows(table([[194, 3, 0], [60, 80, 90], [50, 70, 60]]))
    (number,) = (n for n in found.numbers if (n.name, n.group) == ("rij: 0", "kolom: 0"))
    assert (number.value, number.clipped, number.lower) == (0.9, "of meer", None)


def test_a_state_of_everybody_but_a_few_is_no_limit_of_a_row() -> None:
    """A total has no row: its share is as coarse as any."""
    found = of_flow(
        [{("a: x", "b: x"): 300, ("a: x", "b: y"): 296, ("a: y", "b: x"): 2, ("a: y", "b: y"): 2}]
    )
    (number,) = (n for n in found.numbers if (n.name, n.group) == ("a: x", ""))
    assert number.clipped == "" and number.value == 1.0


def test_open_data_are_as_published() -> None:
    cells = [gaps.share(n, 60, name="rij: 0", group=f"kolom: {i}") for i, n in enumerate((4, 56))]
    open_data = Result("kruis", tuple(cells), sources=("adviezen_po",), crossed=True)
    assert [n.value for n in disclosure.release(open_data).numbers] == [4 / 60, 56 / 60]


def test_extreme_shares_are_limits_under_nco() -> None:
    cells = [gaps.share(n, 100, name="rij: 0", group=f"kolom: {i}") for i, n in enumerate((2, 38, 60))]
    cells += [gaps.share(n, 100, name="rij: 1", group=f"kolom: {i}") for i, n in enumerate((20, 30, 50))]
    found = {(n.name, n.group): n for n in disclosure.release(crossed(*cells), "nco").numbers}
    assert found["rij: 0", "kolom: 0"].clipped == "of minder"
    assert found["rij: 0", "kolom: 0"].value == 0.05 and found["rij: 1", "kolom: 0"].value == 0.2


def test_tables_that_are_no_chain_are_refused() -> None:
    one, other = Estimate("a: x", "b: x", 0.5, "share", n=100, count=50), ("a: x", "c: x")
    with pytest.raises(ValueError, match="rows 'a' of two tables"):
        disclosure.release(crossed(one, Estimate(*other, 0.5, "share", n=100, count=50)))
    with pytest.raises(ValueError, match="no chain"):
        disclosure.release(crossed(one, Estimate("c: x", "b: x", 0.5, "share", n=100, count=50)))
    with pytest.raises(ValueError, match="say their axis"):
        disclosure.release(crossed(Estimate("havo", "vwo", 0.5, "share", n=100, count=50)))
    with pytest.raises(ValueError, match="twice"):
        disclosure.release(crossed(one, one))
