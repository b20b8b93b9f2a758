"""The advies at an equal score, and how far levels overlap: counted again, held to the truth, and hidden."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from counting import DEMO, records, values

from kansen_lib import codes, disclosure, indicators
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import gelijke_score as score
from kansen_lib.benchmark import overlap as tracks
from kansen_lib.benchmark import scorebanden as bands
from kansen_lib.benchmark.context import GAP, average_school
from kansen_lib.benchmark.geslacht import BETWEEN
from kansen_lib.chapters import selectie
from kansen_lib.chapters.oorzaken.leerlingen import FEW_SCHOOLS
from kansen_lib.chapters.pupils import pupils_of
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School, Store

SCORES = ("score_groep8", "score_in_leerjaar_3")


@pytest.fixture(scope="module")
def everyone(store: Store) -> pd.DataFrame:
    """All pupils of the region."""
    tables = (store.read(name) for name in ("leerlingen", "loopbaan", "toetsen"))
    return indicators.pupils(*tables, store.last_schooljaar, store.test_kind)


@pytest.fixture(scope="module")
def known(everyone: pd.DataFrame) -> pd.DataFrame:
    """Those who can be compared at a score."""
    return indicators.comparable_at_score(everyone)


def holds(item: Estimate, value: float) -> bool:
    return item.lower <= value <= item.upper


def hand_score(row: dict) -> float | None:
    """The score of the kind of test that most pupils had."""
    return (
        row["toetsscore"] if row["regime"] == "eindtoets" and row["toetsscore"] == row["toetsscore"] else None
    )


# --- the truth ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def true_steps(truth: dict) -> dict[str, float]:
    """What was put in of each contrast, in steps of the advies at equal true skill."""
    advice = truth["advice"]
    sex, place = advice["bias_geslacht_sd"], advice["bias_stedelijkheid_sd"]
    return {
        score.EDUCATION.label: -advice["conditional_gap_steps_laag_minus_hoog"],
        score.INCOME.label: 0.0,
        score.ORIGIN.label: 0.0,
        score.SEX.label: advice["steps_per_sd"] * (sex["vrouw"] - sex["man"]),
        score.URBANITY.label: advice["steps_per_sd"]
        * (place["zeer sterk stedelijk"] - place["niet stedelijk"]),
    }


def test_each_contrast_recovers_the_truth_at_an_equal_true_score(
    school: School, network: Benchmark, true_steps: dict[str, float]
) -> None:
    found = selectie.features_at_equal_skill(school, network)
    assert {item.group for item in found.estimates} == set(true_steps)
    for item in found.estimates:
        assert holds(item, true_steps[item.group]), item


def test_a_noisy_score_leaves_a_part_of_what_goes_with_skill(
    school: School, network: Benchmark, true_steps: dict[str, float]
) -> None:
    """Parents, income and origin go with skill: their gaps at an equal observed score are too large."""
    observed = selectie.features_at_equal_score(school, network)
    true = selectie.features_at_equal_skill(school, network)
    for one in score.HOMES:
        at_score, at_skill = observed[score.TOGETHER, one.label], true[score.TRUE, one.label]
        assert at_skill.value < at_score.value < at_score.reference  # and alone it is larger still
        assert not holds(at_score, true_steps[one.label])
    for one in (score.SEX, score.URBANITY):  # these hardly go with skill: the error hardly matters
        assert holds(observed[score.TOGETHER, one.label], true_steps[one.label])
        assert holds(observed[score.TOGETHER, one.label], true[score.TRUE, one.label].value)


def test_the_gap_by_education_recovers_the_truth_at_an_equal_true_score_only(
    network: Benchmark, true_steps: dict[str, float]
) -> None:
    truth = true_steps[score.EDUCATION.label]
    assert holds(network.find(score.GAP_AT_SKILL, GAP), truth)
    assert network.find(score.GAP_AT_SCORE, GAP).lower > truth
    assert holds(network.find(score.GAP_AT_SCORE, BETWEEN), true_steps[score.SEX.label])


def test_basisscholen_lie_as_far_apart_as_was_put_in(school: School, network: Benchmark, truth: dict) -> None:
    found = selectie.advies_between_basisscholen(school, network)
    height, of_gap = found[score.SPREAD, score.HEIGHT], found[score.SPREAD, score.OF_GAP]
    assert holds(height, truth["basisscholen"]["sd_advice"] * truth["advice"]["steps_per_sd"])
    assert height.lower > 0
    assert of_gap.lower == 0  # the gap of all basisscholen is the same
    part = found[score.PART, ""]
    assert 0 < part.lower < part.value < height.value


def test_one_school_sees_less_of_the_gap_than_there_is(network: Benchmark) -> None:
    """Pupils of a school were chosen by the very advies: the trap that the card tells of."""
    everywhere = network.find(score.GAP_AT_SKILL, GAP)
    assert network.value(average_school(score.GAP_AT_SKILL), GAP) < everywhere.lower


# --- counted again ------------------------------------------------------------------------------------


def test_levels_and_gaps_in_havo_are_those_counted_by_hand(
    store: Store, school: School, network: Benchmark
) -> None:
    features = ("inkomenskwintiel", "herkomst", "geslacht", "stedelijkheid")
    three = {label: codes.three_classes(label) for label in codes.OPLEIDING_OUDERS.codes}
    tally: Counter = Counter()
    persons = 0
    for row in records(store, "leerlingen"):
        row["opleiding"] = three.get(row["opleiding_ouders"])
        asked = (row["opleiding"], row["basisschool"], row["advies_eerste"])
        if (
            any(pd.isna(x) for x in asked)
            or hand_score(row) is None
            or not codes.levels(row["advies_eerste"])
        ):
            continue
        persons += 1
        if any(pd.isna(row[name]) for name in features):
            continue
        havo = bool(codes.levels(row["advies_eerste"]) <= {"havo", "vwo"})
        tally.update((name, row[name], havo) for name in ("opleiding", *features))
    found = selectie.havo_at_equal_score(school, network)
    shares = {}
    for one in score.CONTRASTS:
        for label, word in zip(one.ends, one.words, strict=True):
            k, n = tally[one.column, label, True], tally[one.column, label, False]
            shares[word] = k / (k + n)
            assert found[score.RAW, word].value == pytest.approx(shares[word])
            assert found[score.RAW, word].count == k
        low, high = one.words
        gap = found[score.HELD, one.label]
        assert gap.reference == pytest.approx(shares[high] - shares[low])
    complete = sum(n for (name, *_), n in tally.items() if name == "geslacht")
    assert found.dropped == (persons - complete, persons)


def test_at_reliability_1_it_is_least_squares(known: pd.DataFrame, network: Benchmark) -> None:
    columns = [one.column for one in score.CONTRASTS]
    data = known.dropna(subset=columns)
    x = [np.ones(len(data)), data["toetsscore"].to_numpy(float)]
    place = {}
    for one in score.CONTRASTS:
        for label in one.order[1:]:
            place[one.column, label] = len(x)
            x.append((data[one.column].astype(str) == label).to_numpy(float))
    found = np.linalg.lstsq(np.column_stack(x), data["eerste"].to_numpy(float), rcond=None)[0]
    for one in score.HOMES:
        item = network.find(one.about, "betrouwbaarheid 1,00", score.EQUAL)
        assert item.value == pytest.approx(found[place[one.column, one.ends[1]]])


def test_the_curve_over_reliability_passes_the_number_at_0_9(school: School, network: Benchmark) -> None:
    curve = selectie.homes_by_reliability(school, network)
    at_skill = values(selectie.features_at_equal_skill(school, network))
    for one in score.HOMES:
        line = [item for item in curve.estimates if item.name == one.about]
        assert [item.group[-4:] for item in line] == ["0,75", "0,80", "0,85", "0,90", "0,95", "1,00"]
        assert [item.value for item in line] == sorted(item.value for item in line)
        assert line[3].value == at_skill[score.TRUE, one.label]


def test_the_bands_hold_everybody_once(
    store: Store, school: School, network: Benchmark, known: pd.DataFrame
) -> None:
    own = known[known["vestiging"] == DEMO]
    found = selectie.advies_along_the_score(school, network)
    edges = bands.edges_of(network)
    labels = list(dict.fromkeys(item.group for item in found.estimates))
    assert len(labels) == len(edges) + 1
    for group in ("laag", "hoog"):
        sums, sizes = [0.0] * len(labels), [0] * len(labels)
        for row in own[own["opleiding"] == group].to_dict("records"):
            band = sum(row["toetsscore"] >= edge for edge in edges)
            sums[band] += row["eerste"]
            sizes[band] += 1
        for label, total, size in zip(labels, sums, sizes, strict=True):
            item = found[group, label]
            assert (item.n, item.value) == (size, pytest.approx(total / size))
    assert network.find(GAP, labels[0], bands.ALONG).value == found["alle scholen", labels[0]].value
    # the same edges for every school, and each band as large
    everybody = np.searchsorted(edges, known["toetsscore"], side="right")
    assert max(Counter(everybody).values()) < 1.5 * min(Counter(everybody).values())


def test_the_gap_in_a_band_is_smaller_than_the_lines_lie_apart(network: Benchmark) -> None:
    """Within a band the pupils of highly educated parents still score higher."""
    for place in range(4):
        label = list(bands._labels(bands.edges_of(network)))[place]
        low, high, gap = (network.find(name, label, bands.ALONG) for name in ("laag", "hoog", GAP))
        assert 0 < gap.value < high.value - low.value


def test_shared_scores_are_those_counted_by_hand(
    school: School, network: Benchmark, known: pd.DataFrame
) -> None:
    own = known[known["vestiging"] == DEMO]
    lists = {group: sorted(own.loc[own["opleiding"] == group, "toetsscore"]) for group in ("laag", "hoog")}
    twentieths = {
        group: statistics.quantiles(scores, n=20, method="inclusive") for group, scores in lists.items()
    }
    start, end = max(cuts[0] for cuts in twentieths.values()), min(cuts[-1] for cuts in twentieths.values())
    found = selectie.scores_in_common(school, network)
    assert found[bands.RANGE, bands.START].value == pytest.approx(start)
    assert found[bands.RANGE, bands.END].value == pytest.approx(end)
    for group, scores in lists.items():
        assert found[bands.INSIDE, group].count == sum(start <= one <= end for one in scores)


def test_the_gap_of_the_school_lies_between_its_own_and_that_of_the_average_school(
    school: School, network: Benchmark
) -> None:
    found = selectie.advies_at_equal_score(school, network)
    for name in (score.GAP_AT_SCORE, score.GAP_AT_SKILL):
        raw, calm = found[name, GAP], found[f"{name}, met minder toeval", GAP]
        mean = network.value(average_school(name), GAP)
        assert min(mean, raw.value) < calm.value < max(mean, raw.value)
        assert raw.reference == network.value(name, GAP)
        assert calm.upper - calm.lower < raw.upper - raw.lower
    sexes = selectie.sex_at_equal_score(school, network)
    means = pupils_of(school).pipe(indicators.comparable_at_score).groupby("geslacht")["eerste"].mean()
    assert sexes["eerste advies", "meisjes"].value == pytest.approx(means["vrouw"])
    assert sexes["eerste advies", "jongens"].value == pytest.approx(means["man"])


# --- the model ----------------------------------------------------------------------------------------


def made_up(*, at_the_top: float) -> pd.DataFrame:
    """Pupils whose advies depends on the score and, towards vwo only, on the education of the parents."""
    rng = np.random.default_rng(5)
    n = 3000
    high = rng.random(n) < 0.5
    skill = rng.normal(size=n)
    latent = skill + 0.5 * rng.logistic(size=n)
    cuts = np.array([-1.2, -0.5, 0.2])
    place = 1.0 + (latent[:, None] > cuts).sum(axis=1)
    place = np.where((place == 4) & (latent + at_the_top * high > 1.2), 5.0, place)
    return pd.DataFrame(
        {
            "leerling": np.arange(n).astype(str),
            "vestiging": "00AA00",
            "basisschool": (np.arange(n) % 60).astype(str),
            "opleiding": pd.Series(np.where(high, "hoog", "laag")).astype(codes.OPLEIDING_OUDERS_3.dtype()),
            "toetsscore": np.round(535 + 10 * skill),
            "eerste": place,
            **dict.fromkeys(("inkomenskwintiel", "herkomst", "stedelijkheid"), None),
            "geslacht": np.where(rng.random(n) < 0.5, "man", "vrouw"),
        }
    )


def test_a_feature_that_is_not_known_is_in_no_model() -> None:
    of = score.modelled(made_up(at_the_top=0.0))
    assert of.features == (score.EDUCATION, score.SEX)
    assert len(of.data) == 3000


def test_the_free_model_sees_a_gap_at_one_threshold_only() -> None:
    same = {item.group: item for item in score.by_model(score.modelled(made_up(at_the_top=0.0)))}
    at_top = score.by_model(score.modelled(made_up(at_the_top=0.8)))
    chance = {item.group: item.value for item in at_top if item.name == score.CHANCE}
    assert chance[score.EDUCATION.about] < 0.001 < chance[score.SEX.about]
    assert same[score.EDUCATION.about].value > 0.001
    gap = {item.name: item.value for item in at_top if item.group == score.EDUCATION.label}
    truth = _gap_in_steps(made_up(at_the_top=0.8))
    assert abs(gap[score.FREE] - truth) < abs(gap[score.SAME] - truth)


def _gap_in_steps(data: pd.DataFrame) -> float:
    """Mean difference at equal scores, score by score: no model of the thresholds."""
    means = data.groupby(["toetsscore", "opleiding"], observed=True)["eerste"].agg(["mean", "size"]).unstack()
    both = means.dropna()
    weight = both["size"].sum(axis=1)
    return float(np.average(both["mean"]["hoog"] - both["mean"]["laag"], weights=weight))


# --- overlap of levels --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def twice(everyone: pd.DataFrame) -> pd.DataFrame:
    return tracks.at_both_moments(tracks.in_tracks(everyone))


def own_scores(everyone: pd.DataFrame, column: str) -> dict[str, list[float]]:
    """Scores of the demo school by level, sorted."""
    found: dict[str, list[float]] = {track: [] for track in tracks.TRACKS}
    for row in everyone[everyone["vestiging"] == DEMO].to_dict("records"):
        if row["leerjaar3"] in found and not math.isnan(row[column]):
            found[row["leerjaar3"]].append(row[column])
    return {track: sorted(scores) for track, scores in found.items()}


def test_percentiles_and_good_pupils_are_those_counted_by_hand(
    school: School, network: Benchmark, everyone: pd.DataFrame
) -> None:
    own = own_scores(everyone, "score_in_leerjaar_3")
    found = selectie.scores_by_track(school, network)
    for track, scores in own.items():
        hundredths = statistics.quantiles(scores, n=100, method="inclusive")
        for part in (10, 25, 50, 75, 90):
            item = found[track, f"leerling {part} van 100"]
            assert item.value == pytest.approx(hundredths[part - 1])
            assert item.smallest == min(
                sum(one <= item.lower for one in scores), sum(one >= item.upper for one in scores)
            ) or len(set(scores)) < len(scores)
    good = selectie.good_pupils_of_vmbo(school, network)
    assert good[tracks.SCORE, tracks.BEST].value == found["vmbo-gt", "leerling 90 van 100"].value
    for low, high in tracks.PAIRS:
        mean = statistics.fmean(own[high])
        assert good[f"{low} haalt gemiddelde van {high}", ""].count == sum(x >= mean for x in own[low])


def test_no_other_limit_has_fewer_on_the_wrong_side(
    school: School, network: Benchmark, twice: pd.DataFrame
) -> None:
    own = selectie.one_cut_off(school, network)
    for moment, column in zip(tracks.MOMENTS, SCORES, strict=True):
        for low, high in tracks.PAIRS:
            name = f"{low} en {high}"
            pair = [twice.loc[twice["leerjaar3"] == track, column].to_numpy() for track in (low, high)]
            wrong = {cut: (pair[0] >= cut).sum() + (pair[1] < cut).sum() for cut in np.unique(pair[0])}
            cut = network.value(name, moment, tracks.CUT)
            everywhere = network.find(name, moment, tracks.WRONG)
            assert everywhere.count == (pair[0] >= cut).sum() + (pair[1] < cut).sum() <= min(wrong.values())
            scores = own_scores(twice, column)
            mine = sum(x >= cut for x in scores[low]) + sum(x < cut for x in scores[high])
            assert own[name, moment].count == mine
            assert own[name, moment].reference == everywhere.value


def test_the_overlap_without_error_is_that_of_true_scores() -> None:
    rng = np.random.default_rng(9)
    n = 40_000
    level = np.where(rng.random(n) < 0.5, "havo", "vwo")
    true = rng.normal(size=n) + 1.2 * (level == "vwo")
    error = math.sqrt(true.var() * 0.1 / 0.9)  # reliability 0.90
    noisy = true + error * rng.normal(size=n)
    data = pd.DataFrame({"leerjaar3": level, "score_groep8": noisy, "score_in_leerjaar_3": noisy})
    found = Result("", tuple(tracks.overlaps(data)))
    item = found["havo en vwo", tracks.WITHOUT_ERROR]
    without_error = 2 * statistics.NormalDist().cdf(-1.2 / 2)
    assert holds(item, without_error)
    assert found["havo en vwo", "leerjaar 3"].lower > without_error


def test_levels_overlap_less_the_further_apart_they_are(school: School, network: Benchmark) -> None:
    found = values(selectie.overlap_of_tracks(school, network))
    for moment in (*tracks.MOMENTS, tracks.WITHOUT_ERROR):
        near = min(found["vmbo-gt en havo", moment], found["havo en vwo", moment])
        assert found["vmbo-gt en vwo", moment] < near


# --- what may be shown --------------------------------------------------------------------------------


def test_a_percentile_with_few_pupils_beyond_it_is_hidden(everyone: pd.DataFrame) -> None:
    small = tracks.in_tracks(everyone[everyone["vestiging"] == DEMO])
    small = pd.concat([small[small["leerjaar3"] == track].head(60) for track in tracks.TRACKS])
    result = Result("x", tuple(tracks.percentiles(small)), sources=("toetsen",))
    shown = [n for n in disclosure.release(result).numbers if n.value is not None]
    assert {n.group for n in shown} == {"leerling 50 van 100"}


def test_no_number_rests_on_fewer_than_ten_of_a_small_school(store: Store, network: Benchmark) -> None:
    """Every card of this theme, of the smallest schools: shown numbers rest on ten or more."""
    sizes = store.read("leerlingen")["vestiging"].value_counts()
    small = [vestiging for vestiging, size in sizes.items() if size > 30][-3:]
    cards = (
        selectie.advies_along_the_score,
        selectie.scores_in_common,
        selectie.sex_at_equal_score,
        selectie.scores_by_track,
        selectie.overlap_of_tracks,
        selectie.one_cut_off,
        selectie.good_pupils_of_vmbo,
    )
    hidden = 0
    for vestiging in small:
        for card in cards:
            result = card(store.school(vestiging), network)
            if result.missing:
                continue
            for item, number in zip(result.estimates, disclosure.release(result).numbers, strict=True):
                cells = [c for c in (item.n, item.smallest, item.count) if c is not None]
                if item.count is not None:
                    cells.append(item.n - item.count)
                hidden += number.value is None
                assert number.value is None or item.n is None or min(cells) >= 10, (vestiging, item)
    assert hidden


def test_without_other_schools_a_card_says_so(school: School) -> None:
    alone = Benchmark(pd.DataFrame(columns=["name", "eenheid", "group", "sd"]))
    for card in (selectie.features_at_equal_score, selectie.homes_by_reliability, selectie.features_by_model):
        found = card(school, alone)
        assert found.dropped is None
        assert {item.reason for item in found.estimates} == {FEW_SCHOOLS}
    assert selectie.one_cut_off(school, alone).estimates[0].reason == FEW_SCHOOLS
    assert selectie.advies_along_the_score(school, alone).estimates[0].reason == FEW_SCHOOLS


def test_one_network_number_that_is_not_there_leaves_the_others(school: School, network: Benchmark) -> None:
    class Without(Benchmark):
        """All numbers but those about herkomst."""

        def __init__(self) -> None: ...

        def find(self, indicator: str, group: str = "", eenheid: str = "") -> Estimate | None:
            gone = group == score.ORIGIN.label
            return None if gone else network.find(indicator, group, eenheid)

    found = selectie.features_at_equal_score(school, Without())
    there = [item.value is not None for item in found.estimates]
    assert there == [one is not score.ORIGIN for one in score.CONTRASTS]
    assert replace(found.estimates[2], unit="").reason == FEW_SCHOOLS
    assert found.estimates[0].unit == Unit.STEPS
