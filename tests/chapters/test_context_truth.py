"""Context held to the truth: less error with less chance in it, and expectations without bias."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from kansen_lib import disclosure, indicators
from kansen_lib import store as stores
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import context as beside
from kansen_lib.benchmark.data import Network
from kansen_lib.benchmark.numbers import as_table
from kansen_lib.chapters import context
from kansen_lib.example import Region
from kansen_lib.stats.result import Result
from kansen_lib.store import Store

GROUPS = ("laag", "midden", "hoog")
GAP = "hoog minus laag"
SEEDS = (1, 2, 3)
#: Points of the tests for one sd of the truth.
SCALE = 15


def rows(pupils: pd.DataFrame, *names: str, expectations: bool = True) -> list:
    """What the network phase would compute from these pupils, of some indicators."""
    network = SimpleNamespace(store=SimpleNamespace(tables=("leerlingen",)), pupils=pupils)
    with pytest.MonkeyPatch.context() as patch:
        if not expectations:  # they take most of the time
            patch.setattr(beside, "predicted_reference", lambda *_, **__: Result("none"))
        patch.setattr(indicators, "INDICATORS", {name: indicators.INDICATORS[name] for name in names})
        return list(beside.rows(network))


def in_context(name: str, pupils: pd.DataFrame, known: Benchmark) -> pd.DataFrame:
    """Raw, shrunken and expected value of every group of every school, and the interval of the shrunken."""
    found = []
    for school, own in pupils.groupby("vestiging"):
        outcome = indicators.outcome(name, own)
        items = context.in_context(name, outcome, own["opleiding"], SimpleNamespace(vestiging=school), known)
        by_key = {(item.name, item.group): item for item in items}
        for group in (*GROUPS, GAP):
            if (name, group) not in by_key or by_key[name, group].value is None:
                continue
            raw, calm, ahead = (
                by_key[name + more, group] for more in ("", context.LESS_CHANCE, context.EXPECTED)
            )
            found.append(
                {
                    "school": school,
                    "group": group,
                    "n": raw.n,
                    "raw": raw.value,
                    "calm": calm.value,
                    "lower": calm.lower,
                    "upper": calm.upper,
                    "ahead": ahead.value,
                    "reference": raw.reference,
                    "shown": disclosure.release(Result("", (raw,), sources=("leerlingen",))).status
                    == "released",
                }
            )
    return pd.DataFrame(found)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[pd.DataFrame, dict]]:
    """Regions of small schools, and their truth: where chance counts for much."""
    found = {}
    for seed in SEEDS:
        region = Region(vestigingen=24, leerlingen=8000, seed=seed)
        path = tmp_path_factory.mktemp(f"region-{seed}")
        tables = ("vestigingen", "leerlingen", "loopbaan", "toetsen")
        parts = [(name, part) for name, part in region.tables() if name in tables]
        opened = stores.write(path, parts, simulated=True)
        found[seed] = Network(opened).pupils, region.truth()
    return found


@pytest.fixture(scope="module")
def pupils(store: Store) -> pd.DataFrame:
    """Pupils of the region of the demo."""
    return Network(store).pupils


# --- less chance --------------------------------------------------------------------------------------


def test_with_less_chance_the_growth_of_schools_is_closer_to_the_truth(small) -> None:
    """True growth of a school: what it adds, beside what is common to a group."""
    errors: dict[str, list[float]] = {"raw": [], "calm": []}
    for pupils, truth in small.values():
        table = in_context("groei", pupils, Benchmark(as_table(rows(pupils, "groei", expectations=False))))
        table = table[table["group"] != GAP]
        added = table["school"].map(
            {code: facts["effect_growth_leerjaar_3"] * SCALE for code, facts in truth["schools"].items()}
        )
        common = (table["raw"] - added).groupby(table["group"]).transform("median")
        for kind in errors:
            errors[kind] += list((table[kind] - added - common) ** 2)
    assert np.mean(errors["calm"]) < 0.9 * np.mean(errors["raw"])


@pytest.mark.parametrize(("fewest", "most", "least"), [(30, 120, 0.88), (200, 400, 0.91)])
def test_the_interval_holds_the_true_share_of_a_school(fewest, most, least, pupils: pd.DataFrame) -> None:
    """Schools of which the true share was drawn: known exactly, unlike that of a region.

    The interval is one of 95% where mean and spread of schools are known. They are estimated from 40
    schools: it holds the truth some 93 times in a hundred, and 90 with some twenty pupils in a group.
    """
    rng = np.random.default_rng(11)
    errors, held = {"raw": [], "calm": []}, []
    for _ in range(30):
        school = np.repeat(np.arange(40), rng.integers(fewest, most, 40))
        true = np.clip(rng.normal(0.6, 0.08, 40), 0, 1)
        made = pupils.iloc[: len(school)].assign(
            vestiging=[f"S{number:03d}" for number in school],
            havo_of_vwo_in_leerjaar_3=pd.array(rng.random(len(school)) < true[school], dtype="boolean"),
        )
        known = Benchmark(as_table(rows(made, "havo_of_vwo_in_leerjaar_3", expectations=False)))
        table = (
            in_context("havo_of_vwo_in_leerjaar_3", made, known)
            .query("group != @GAP")
            .dropna(subset=["calm"])
        )
        truth = true[table["school"].str[1:].astype(int)]
        for kind in errors:
            errors[kind] += list((table[kind] - truth) ** 2)
        held += list((table["lower"] < truth) & (truth < table["upper"]))
    assert np.mean(errors["calm"]) < 0.8 * np.mean(errors["raw"])
    assert len(held) > 1000 and least < np.mean(held) < 0.97


def test_with_less_chance_half_of_the_pupils_foretells_the_other_half(small) -> None:
    """What a school is like shows in other pupils of it; of the numbers that the gate would show."""
    names = (
        "havo_of_vwo_in_leerjaar_3",
        "toets_hoger",
        "op_koers",
        "taal_streefniveau",
        "score_in_leerjaar_3",
    )
    lost = {name: {"raw": 0.0, "calm": 0.0} for name in (*names, GAP)}
    for seed, (pupils, _) in small.items():
        drawn = np.random.default_rng(seed).random(len(pupils)) < 0.5
        known = Benchmark(as_table(rows(pupils[drawn], *names, expectations=False)))
        for name in names:
            first, second = (
                in_context(name, half, known).set_index(["school", "group"])
                for half in (pupils[drawn], pupils[~drawn])
            )
            both = first[first["shown"]].join(second[["raw", "n"]].add_suffix("_other"), how="inner")
            scale = indicators.outcome(name, pupils).var()
            for kind in ("raw", "calm"):
                loss = (both[kind] - both["raw_other"]) ** 2 * both["n_other"] / scale
                of_gap = both.index.get_level_values("group") == GAP
                lost[name][kind] += loss[~of_gap].sum()
                lost[GAP][kind] += loss[of_gap].sum()
    # Where schools differ far more than chance does (taal_streefniveau) there is next to nothing to win.
    levels = [loss for name, loss in lost.items() if name != GAP]
    assert 0 < sum(loss["calm"] for loss in levels) < 0.95 * sum(loss["raw"] for loss in levels)
    assert sum(loss["calm"] < loss["raw"] for loss in levels) >= 4
    assert lost[GAP]["calm"] < 0.8 * lost[GAP]["raw"]  # a gap rests on fewest pupils


# --- what is expected ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["havo_advies", "havo_of_vwo_in_leerjaar_3", "score_in_leerjaar_3"])
def test_expectations_average_to_the_value_of_all_schools(name: str, pupils: pd.DataFrame) -> None:
    """Within the error that schools leave; and they tell schools apart that take in other pupils."""
    table = in_context(name, pupils, Benchmark(as_table(rows(pupils, name))))
    for group in GROUPS:
        part = table[table["group"] == group]
        off = np.average(part["ahead"] - part["reference"], weights=part["n"])
        left = part["n"] / part["n"].sum() * (part["raw"] - part["ahead"] - off)
        assert abs(off) < 2 * np.sqrt((left**2).sum()), (group, off)
        around, ahead = (
            np.average((part["raw"] - part[kind]) ** 2, weights=part["n"]) for kind in ("reference", "ahead")
        )
        assert ahead < around / 2, group


def test_what_a_school_does_is_no_part_of_what_is_expected_of_it(pupils: pd.DataFrame) -> None:
    code = pupils["vestiging"].iloc[0]
    own = (pupils["vestiging"] == code) & pupils["havo_of_vwo_in_leerjaar_3"].notna()
    other = pupils.assign(havo_of_vwo_in_leerjaar_3=pupils["havo_of_vwo_in_leerjaar_3"].mask(own, False))
    before, after = (
        {(unit, item.group): item.value for unit, item, _ in rows(frame, "havo_of_vwo_in_leerjaar_3") if unit}
        for frame in (pupils, other)
    )
    here = {key for key in before if key[0] == code}
    assert len(here) == 4
    assert {key: after[key] for key in here} == pytest.approx({key: before[key] for key in here})
    moved = [abs(after[key] - before[key]) for key in set(before) - here]
    assert np.mean(moved) > 0.001


def test_the_expectation_does_not_explain_the_gap_between_groups_away(pupils: pd.DataFrame) -> None:
    """Where parental education alone decides, and scores differ with it, every school keeps the whole gap."""
    rng = np.random.default_rng(7)
    chance = pupils["opleiding"].map({"laag": 0.3, "midden": 0.5, "hoog": 0.7}).astype(float)
    decided = pd.Series(rng.random(len(pupils)) < chance, index=pupils.index).astype("boolean")
    made = pupils.assign(havo_of_vwo_in_leerjaar_3=decided.where(pupils["opleiding"].notna()))
    found = [
        (unit, item)
        for unit, item, _ in rows(made, "havo_of_vwo_in_leerjaar_3")
        if unit and item.group == GAP
    ]
    expected = np.array([item.value for _, item in found])
    assert len(found) == pupils["vestiging"].nunique()
    assert abs(expected.mean() - 0.4) < 0.02 and expected.min() > 0.3 and expected.max() < 0.5


def test_the_interval_of_the_expected_gap_has_the_errors_of_both_in_it(pupils: pd.DataFrame) -> None:
    found = {(unit, item.group): item for unit, item, _ in rows(pupils, "score_in_leerjaar_3") if unit}
    for code in pupils["vestiging"].unique():
        low, high, gap = (found[code, group] for group in ("laag", "hoog", GAP))
        assert gap.value == pytest.approx(high.value - low.value)
        assert gap.standard_error**2 == pytest.approx(low.standard_error**2 + high.standard_error**2)
        assert gap.n == low.n + high.n and gap.df == min(low.df, high.df)
        assert gap.lower < gap.value < gap.upper


@pytest.mark.parametrize("name", list(indicators.INDICATORS))
def test_a_share_that_is_expected_is_a_share(name: str, small) -> None:
    pupils, _ = small[SEEDS[0]]
    ends = [
        end
        for unit, item, _ in rows(pupils, name)
        if unit and item.unit == "share" and item.value is not None
        for end in (item.lower, item.value, item.upper)
    ]
    assert all(0 <= end <= 1 for end in ends) and (ends or indicators.INDICATORS[name].unit == "score")


# --- what is known at entry ---------------------------------------------------------------------------


def test_nothing_known_at_entry_is_missing_and_all_scores_are_used(pupils: pd.DataFrame) -> None:
    entry = beside.at_entry(pupils)
    assert not entry.isna().any(axis=None)
    scored = pupils["toetsscore_eigen_schaal"].notna()
    assert entry.loc[scored, "score"].std() == pytest.approx(1, abs=0.01)
    kinds = {"eindtoets", "doorstroomtoets"}
    without = {f"{kind}, zonder score" for kind in (*kinds, "geen toets")}
    assert set(entry.loc[~scored, "soort_score"]) == without
    assert set(entry.loc[scored, "soort_score"]) == kinds


def test_two_kinds_of_test_are_each_on_their_own_scale(pupils: pd.DataFrame) -> None:
    """A doorstroomtoets of 170 is not 350 points below an eindtoets."""
    later = pupils["cohort"] == pupils["cohort"].max()
    made = pupils.assign(
        regime=pupils["regime"].mask(later, "doorstroomtoets"),
        toetsscore_eigen_schaal=pupils["toetsscore_eigen_schaal"].mask(
            later, pupils["toetsscore_eigen_schaal"] / 3
        ),
    )
    entry = beside.at_entry(made)
    known = made["toetsscore_eigen_schaal"].notna()
    means = entry.loc[known, "score"].groupby(made.loc[known, "regime"]).mean()
    assert means["eindtoets"] == pytest.approx(0, abs=1e-9) == means["doorstroomtoets"]


def test_a_rare_label_is_counted_with_the_most_common_one(pupils: pd.DataFrame) -> None:
    """A label of one school only could not be estimated without that school."""
    code = pupils["vestiging"].iloc[0]
    made = pupils.assign(
        thuistaal=np.where(pupils["vestiging"] == code, "een andere taal", "Nederlands of dialect")
    )
    found = [item for unit, item, _ in rows(made, "havo_of_vwo_in_leerjaar_3") if unit == code]
    assert found and all(item.value is not None for item in found)


def test_unknown_parental_education_counts_in_no_group(pupils: pd.DataFrame) -> None:
    found = {item.group: item.n for unit, item, _ in rows(pupils, "groei") if unit == "" and item.n}
    known = indicators.outcome("groei", pupils).notna() & pupils["opleiding"].notna()
    assert sum(found[group] for group in GROUPS) == known.sum()
    assert set(found) == {*GROUPS, GAP}


def _sentences(text: str) -> list[str]:
    return [part for part in text.replace("?", ".").split(".") if part.strip()]


def test_the_explanation_is_plain() -> None:
    lengths = [len(sentence.split()) for sentence in _sentences(context.UITLEG)]
    assert max(lengths) <= 20 and np.mean(lengths) <= 14
    assert not any(word in context.UITLEG for word in ("veroorzaakt", "leidt tot", "significant", "effect"))


def test_open_data_alone_have_no_context() -> None:
    store = SimpleNamespace(tables=("aantallen",))
    assert list(beside.rows(SimpleNamespace(store=store))) == []
