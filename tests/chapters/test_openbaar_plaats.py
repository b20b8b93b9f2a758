"""City, countryside and incomes by gemeente: by hand, held to the truth, and nothing to work out."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pandas as pd
import pytest
from counting import DEMO, records, values
from themes import of_themes

from kansen_lib import codes, disclosure
from kansen_lib.benchmark import Benchmark, plaats
from kansen_lib.benchmark.plaats import CALM, CHANCE, CITY, COUNTRYSIDE, POOR, RICH
from kansen_lib.chapters.oorzaken import plaats as chapter
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Result
from kansen_lib.store import School, Store

ENDS = f"{COUNTRYSIDE} minus {CITY}"


@pytest.fixture(scope="module")
def known(store: Store) -> Benchmark:
    """The theme that this chapter reads."""
    return of_themes(store, plaats)


def with_a_test(store: Store) -> list[dict]:
    """Pupils with a score of the eindtoets, which most had, a toetsadvies and an advies."""
    named = ("toetsadvies", "advies_eerste", "stedelijkheid", "basisschool")
    return [
        row
        for row in records(store, "leerlingen", regime="eindtoets")
        if all(isinstance(row[name], str) for name in named)
        and not np.isnan(row["toetsscore"])
        and not np.isnan(codes.step(row["advies_eerste"]))
    ]


def test_homes_are_counted_by_hand(store: Store, school: School, known) -> None:
    own, every = (
        Counter(row["stedelijkheid"] for row in records(store, "leerlingen", **where))
        for where in ({"vestiging": DEMO}, {})
    )
    result = chapter.homes_by_urbanity(school, known)
    for item in result.estimates:
        for counts, value in ((own, item.value), (every, item.reference)):
            told = sum(counts[label] for label in codes.STEDELIJKHEID.codes)
            assert value == pytest.approx(counts[item.group] / told)


def test_toets_and_raised_advies_are_counted_by_hand(store: Store, school: School, known) -> None:
    seen, higher, raised = Counter(), Counter(), Counter()
    for row in with_a_test(store):
        place, first = row["stedelijkheid"], codes.step(row["advies_eerste"])
        seen[place] += 1
        if codes.step(row["toetsadvies"]) > first:
            higher[place] += 1
            raised[place] += codes.step(row["advies_definitief"]) > first
    above, up = (values(f(school, known)) for f in (chapter.toets_by_urbanity, chapter.raised_by_urbanity))
    for label in codes.STEDELIJKHEID.codes:
        assert above[plaats.HIGHER, label] == pytest.approx(higher[label] / seen[label])
        assert up[plaats.ADJUSTED, label] == pytest.approx(raised[label] / higher[label])
    gap = higher[COUNTRYSIDE] / seen[COUNTRYSIDE] - higher[CITY] / seen[CITY]
    assert above[plaats.HIGHER, ENDS] == pytest.approx(gap)


def test_the_advies_at_an_equal_score_is_the_true_one(school: School, known, truth, store) -> None:
    """The bias of the countryside against the city, in steps: in the interval of the model.

    Beside it comes what the model does not hold equal: the parents' education, with its own bias, and
    the true skill behind a score that is not exact.
    """
    bias = truth["advice"]["bias_stedelijkheid_sd"]
    steps = truth["advice"]["steps_per_sd"]
    seen = pd.DataFrame(with_a_test(store))
    other = seen.assign(
        parents=seen["opleiding_ouders"].map(truth["advice"]["conditional_gap_steps"]),
        skill=(1 - truth["test"]["reliability"]) * seen["toetsscore"] / truth["test"]["sd"] * steps,
    ).groupby("stedelijkheid")[["parents", "skill"]].mean().sum(axis=1)  # fmt: skip
    result = chapter.score_by_urbanity(school, known)
    misses = 0
    for label in codes.STEDELIJKHEID.codes[1:]:
        found = result[plaats.AT_SCORE, f"{label} minus {CITY}"]
        true = (bias[label] - bias[CITY]) * steps + other[label] - other[CITY]
        misses += not found.lower < true < found.upper
        assert abs(found.value - true) < 3 * found.standard_error
    assert misses <= 1
    assert result[plaats.AT_SCORE, ENDS].value < 0


def test_the_advies_is_raised_less_in_the_countryside_as_it_was_made(school: School, known, truth) -> None:
    relative = truth["advice"]["revised_relative_stedelijkheid"]
    result = chapter.raised_by_urbanity(school, known)
    shares = {label: result[plaats.ADJUSTED, label] for label in (CITY, COUNTRYSIDE)}
    ratio = np.log(shares[COUNTRYSIDE].value / shares[CITY].value)
    true = np.log(relative[COUNTRYSIDE] / relative[CITY])
    error = sum((1 - item.value) / item.count for item in shares.values()) ** 0.5
    assert abs(ratio - true) < 3 * error


# --- incomes ----------------------------------------------------------------------------------------


def havo_by_home(store: Store) -> dict[tuple[str, str], dict[str, list[bool]]]:
    """Havo or vwo in leerjaar 3 by home gemeente, income and school, from the raw rows."""
    place = {row["pc4"]: row["gemeente"] for row in records(store, "vestigingen")}
    first: dict[str, tuple[str, str]] = {}
    rows = sorted(records(store, "loopbaan"), key=lambda row: row["schooljaar"])
    pupils = {row["leerling"]: row for row in records(store, "leerlingen")}
    for row in rows:
        here = pupils[row["leerling"]]["vestiging"] == row["vestiging"]
        if here and row["leerjaar"] == 3 and isinstance(row["niveau"], str):
            first.setdefault(row["leerling"], row["niveau"])
    found: dict = defaultdict(lambda: defaultdict(list))
    for code, level in first.items():
        pupil = pupils[code]
        income, home = plaats.INCOMES.get(pupil["inkomenskwintiel"]), place.get(pupil["pc4"])
        if income and home and codes.levels(level):
            found[home, income][pupil["vestiging"]].append(bool(codes.levels(level) & {"havo", "vwo"}))
    return found


def test_children_of_low_incomes_are_counted_by_hand(store: Store, school: School, known) -> None:
    by_home = havo_by_home(store)
    gemeente = school.record["gemeente"]
    found = chapter.incomes_in_gemeente(school, known)
    for income in (POOR, RICH):
        schools = by_home[gemeente, income]
        yes = [one for outcomes in schools.values() for one in outcomes]
        item = found[CHANCE, income]
        assert (item.count, item.n) == (sum(yes), len(yes))
        every = [
            x for (_, of), parts in by_home.items() if of == income for part in parts.values() for x in part
        ]
        assert item.reference == pytest.approx(np.mean(every))
        # what remains when one school takes its own pupils away
        cells = []
        for out in schools:
            rest = [one for code, outcomes in schools.items() if code != out for one in outcomes]
            cells += [sum(rest), len(rest) - sum(rest)]
        assert item.smallest == min(cells)


def test_the_calm_number_lies_towards_the_average_gemeente(store: Store, known) -> None:
    for income in (POOR, RICH):
        raw, calm = (
            {place: known.find(name, income, place) for place in store.vestigingen["gemeente"].unique()}
            for name in (CHANCE, CALM)
        )
        assert len(raw) == 6 and all(calm.values())
        spread = [np.std([item.value for item in found.values()]) for found in (raw, calm)]
        assert spread[1] < spread[0]


@pytest.mark.parametrize("profile", list(disclosure.PROFILES))
def test_counted_and_calm_are_shown_or_withheld_together(store: Store, known, profile: str) -> None:
    """The calm number is the counted one in another form: beside it, it would give it back."""
    for vestiging in store.vestigingen.index:
        result = chapter.incomes_in_gemeente(store.school(vestiging), known)
        shown = {(n.name, n.group): n.value is not None for n in disclosure.release(result, profile).numbers}
        for income in (POOR, RICH):
            assert shown[CHANCE, income] == shown[CALM, income]


def test_a_gemeente_of_one_school_is_not_shown(store: Store) -> None:
    """Nine pupils of other schools among the many of one: that school could count them."""
    chosen = store.read("leerlingen")
    many = chosen[chosen["vestiging"] == DEMO].head(200)
    few = chosen[chosen["vestiging"] == "ZZ0101"].head(9)
    pupils = pd.concat([many, few])
    outcome = pd.Series([place % 2 == 0 for place in range(len(pupils))], index=pupils.index)
    item = plaats._shielded(
        gaps.share(int(outcome.sum()), len(outcome), name=CHANCE, group=POOR),
        pupils,
        pd.Series(True, index=pupils.index),
        outcome,
    )
    assert item.n == 209 and item.smallest == 4
    result = Result("", (item,), sources=("leerlingen",))
    assert disclosure.release(result).status == "withheld"
