"""The advies of pupils with the same score: of all schools together, and how far schools lie apart.

Descriptive: a score is measured with error, and what else a basisschool knows of a pupil is not in it.
A difference at an equal score is no effect of anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from kansen_lib import codes, indicators
from kansen_lib.benchmark.context import FEWEST_PUPILS, average_school
from kansen_lib.benchmark.data import MODEL_PUPILS, Network, sample, several_schools
from kansen_lib.benchmark.geslacht import BETWEEN, SEXES
from kansen_lib.benchmark.modellen import some_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.benchmark.scores import RELIABILITY
from kansen_lib.benchmark.vergelijken import PLACE, standard_deviation
from kansen_lib.benchmark.views import RELIABILITIES, at_equal_score, at_equal_skill
from kansen_lib.stats import gaps, multilevel, ordinal
from kansen_lib.stats.ordinal.spline import Spline
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.shrinkage import FEWEST_UNITS, prior_of_means
from kansen_lib.stats.terms import Method, Reason, Unit

#: Under which the numbers of all schools are kept.
EQUAL = "advies bij gelijke score"
#: In the same model: each feature of the pupil by itself, all together, and all at an equal true score.
ALONE, TOGETHER = "elk kenmerk apart", "alle kenmerken samen"
TRUE = "alle kenmerken samen, bij gelijke kennis"
#: In percentage points: without and with the score held equal.
RAW, HELD = "zonder naar de score te kijken", "bij gelijke score"
#: In whole steps: the same at every threshold of the ladder, and free at each.
SAME, FREE = "overal even groot", "per drempel vrij"
CHANCE = "kans bij toeval"
#: The gap of one school's own pupils, at an equal observed and at an equal true score.
GAP_AT_SCORE, GAP_AT_SKILL = "gat bij gelijke score", "gat bij gelijke kennis"
#: How far basisscholen lie apart.
SPREAD, PART = "spreiding tussen basisscholen", "deel dat tussen basisscholen ligt"
HEIGHT, OF_GAP = "hoogte van het advies", "verschil tussen hoog en laag"
#: How many of the pupils with a score and an advies there were, before the features had to be known.
PERSONS = "leerlingen met score en advies"
HAVO = codes.step("havo")
#: Places under the sensitivity curve, and the reliability of each.
AT_RELIABILITY = {f"betrouwbaarheid {value:.2f}".replace(".", ","): value for value in RELIABILITIES}


@dataclass(frozen=True)
class Contrast:
    """Two ends of a feature of pupils, of which the advies is compared at an equal score.

    Attributes:
        column: of the pupils.
        order: every label of the column, the low end first and the high end last.
        words: how a reader knows the low and the high end.
        about: what the ends differ in.
    """

    column: str
    order: tuple[str, ...]
    words: tuple[str, str]
    about: str

    @property
    def label(self) -> str:
        """The difference, as a group of an estimate."""
        low, high = self.words
        return f"{high} minus {low}"

    @property
    def ends(self) -> tuple[str, str]:
        """The labels of the low and of the high end."""
        return self.order[0], self.order[-1]


EDUCATION = Contrast(
    "opleiding",
    codes.OPLEIDING_OUDERS_3.codes,
    ("laagopgeleide ouders", "hoogopgeleide ouders"),
    "opleiding van de ouders",
)
INCOME = Contrast(
    "inkomenskwintiel", codes.INKOMENSKWINTIEL.codes, ("laagste inkomens", "hoogste inkomens"), "inkomen"
)
ORIGIN = Contrast(
    "herkomst", codes.HERKOMST.codes[::-1], ("herkomst buiten Europa", "herkomst Nederland"), "herkomst"
)
SEX = Contrast("geslacht", codes.GESLACHT.codes, (SEXES["man"], SEXES["vrouw"]), "geslacht")
URBANITY = Contrast(
    "stedelijkheid", codes.STEDELIJKHEID.codes[::-1], ("platteland", "grote stad"), "stad en platteland"
)
CONTRASTS = (EDUCATION, INCOME, ORIGIN, SEX, URBANITY)
#: Contrasts between homes, whose groups lie apart in score: there the error of the test matters.
HOMES = (EDUCATION, INCOME, ORIGIN)


def rows(network: Network) -> Iterator[Row]:
    """All numbers at an equal score; nothing without pupils of several schools."""
    if "leerlingen" not in network.store.tables:
        return
    known = indicators.comparable_at_score(network.pupils)
    if not several_schools(known):
        return
    yield from _schools(known)
    data = modelled(known)
    found = [Estimate(PERSONS, value=float(len(known)), n=len(known)), *levels(known)]
    found += [*in_steps(data), *in_points(data), *by_reliability(data), *by_model(data)]
    found += between_basisscholen(known)
    yield from ((EQUAL, item, None) for item in found)


# --- the model ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Modelled:
    """Pupils of whom every feature in the model is known.

    Attributes:
        data: a row a pupil; features as ordered categories, the score as a spline.
        bends: columns of the spline.
        features: the contrasts that the pupils have both ends of.
    """

    data: pd.DataFrame
    bends: list[str]
    features: tuple[Contrast, ...]

    @property
    def columns(self) -> list[str]:
        """The columns of the features."""
        return [feature.column for feature in self.features]


def modelled(known: pd.DataFrame) -> Modelled:
    """The pupils that the models are about, of those comparable at a score.

    A feature of which an end has hardly anybody is in no model: asking for it would drop everyone.
    """
    features = tuple(one for one in CONTRASTS if _has_ends(known[one.column], one))
    data = sample(known.dropna(subset=[one.column for one in features]))
    data = data.assign(**{one.column: _ordered(data[one.column], one) for one in features})
    score = data["toetsscore"].to_numpy(float)
    if data["toetsscore"].nunique() < FEWEST_PUPILS:
        return Modelled(data, ["toetsscore"], features)
    basis = Spline.of(score)(score)
    names = [f"boog {i}" for i in range(basis.shape[1])]
    return Modelled(data.assign(**dict(zip(names, basis.T, strict=True))), names, features)


def _has_ends(column: pd.Series, feature: Contrast) -> bool:
    return all((column == end).sum() >= FEWEST_PUPILS for end in feature.ends)


def _ordered(column: pd.Series, feature: Contrast) -> pd.Series:
    """The low end first: the label that the others are compared with."""
    return column.astype(object).astype(pd.CategoricalDtype(list(feature.order), ordered=True))


def _effects(
    of: Modelled, name: str, *, outcome: str = "eerste", varying: Sequence[str] = ()
) -> list[Estimate]:
    """Average marginal effects of the high ends against the low ones, of one model with all features.

    In steps, or in points of True.
    """
    binary = of.data[outcome].dtype == bool
    found = ordinal.average_marginal_effects(
        of.data,
        outcome=outcome,
        regressors=[*of.bends, *of.columns],
        of=of.columns,
        model="binary" if binary else "ordinal",
        varying=varying,
        cluster="basisschool",
    ).estimates
    shown, unit = ("True", Unit.POINTS) if binary else ("expected place", Unit.STEPS)
    by_key = {(item.name, item.group): item for item in found}
    ends = [by_key.get((f"{one.column}[{one.ends[1]}]", shown), found[0]) for one in of.features]
    return [
        replace(item, name=name, group=one.label, unit=unit)
        for one, item in zip(of.features, ends, strict=True)
    ]


def _gap(data: pd.DataFrame, feature: Contrast, name: str, group: str) -> Estimate:
    """The high end against the low one at an equal score, with no other feature in the model."""
    low, high = feature.ends
    columns = {"place": "eerste", "score": "toetsscore", "group": feature.column, "cluster": "basisschool"}
    return replace(ordinal.gap_at_equal_score(data, **columns, low=low, high=high, name=name), group=group)


def in_steps(of: Modelled) -> list[Estimate]:
    """Each contrast in steps of the first advies: apart, together, and together at an equal true score."""
    alone = [_gap(of.data, one, ALONE, one.label) for one in of.features]
    return [*alone, *_effects(of, TOGETHER), *_at_true_score(of, RELIABILITY, TRUE)]


def _at_true_score(of: Modelled, reliability: float, name: str) -> list[Estimate]:
    """Least squares on the score as it would be without error, with all features beside it."""
    model = ordinal.errors_in_variables(
        of.data,
        outcome="eerste",
        score="toetsscore",
        reliability=reliability,
        regressors=of.columns,
        cluster="basisschool",
    ).estimates
    found = []
    for one in of.features:
        own = next((i for i in model if i.name == f"{one.column}[{one.ends[1]}]"), model[0])
        fewest = int(min((of.data[one.column] == end).sum() for end in one.ends))
        found.append(replace(own, name=name, group=one.label, unit=Unit.STEPS, smallest=fewest))
    return found


def by_reliability(of: Modelled) -> list[Estimate]:
    """The contrasts between homes at an equal true score, for each reliability that the test may have.

    The name is what the homes differ in, the group the reliability: a line a feature.
    """
    every = {place: _at_true_score(of, value, "") for place, value in AT_RELIABILITY.items()}
    return [
        replace(item, name=one.about, group=place)
        for one in HOMES
        for place, items in every.items()
        for item in items
        if item.group == one.label
    ]


def in_points(of: Modelled) -> list[Estimate]:
    """Share with a first advies of havo or higher at each end; the difference, and that at an equal score."""
    havo = Modelled(of.data.assign(havo=of.data["eerste"] >= HAVO), of.bends, of.features)
    found, held = [], []
    for one, at_score in zip(of.features, _effects(havo, HELD, outcome="havo"), strict=True):
        told = [havo.data.loc[havo.data[one.column] == end, "havo"] for end in one.ends]
        counts, sizes = [int(part.sum()) for part in told], [len(part) for part in told]
        found += [
            gaps.share(k, n, name=RAW, group=word)
            for k, n, word in zip(counts, sizes, one.words, strict=True)
        ]
        held += [gaps.share_difference(counts, sizes, name=RAW, group=one.label), at_score]
    return [*found, *held]


def by_model(of: Modelled) -> list[Estimate]:
    """Each contrast in whole steps with the same coefficients at every threshold, and with free ones.

    With the chance of lines that differ so much, were they parallel (likelihood ratio). Of whole levels
    from vmbo-b on: at the rarest adviezen no model can be free.
    """
    lowest = codes.step("vmbo-b")
    whole = of.data["eerste"].floordiv(1).clip(lower=lowest)
    levels_only = Modelled(of.data.assign(heel=whole), of.bends, of.features)
    tests = ordinal.parallel_lines(levels_only.data, outcome="heel", regressors=[*of.bends, *of.columns])
    same = _effects(levels_only, SAME, outcome="heel")
    free = _effects(levels_only, FREE, outcome="heel", varying=of.columns)
    found = [item for pair in zip(same, free, strict=True) for item in pair]
    return [*found, *(_chance(tests.estimates, one) for one in of.features)]


def _chance(tests: Sequence[Estimate], feature: Contrast) -> Estimate:
    """The p-value as a chance; it rests on persons, but is no share of them."""
    named = [one for one in tests if (one.name, one.group) == ("likelihood ratio", feature.column)]
    found = named[0] if named else tests[-1]
    facts = {"group": feature.about, "unit": Unit.SHARE, "method": found.method}
    if found.p_value is None:
        return Estimate.not_computable(CHANCE, found.reason, n=found.n, **facts)
    return Estimate(CHANCE, value=found.p_value, smallest=found.n, **facts)


def levels(known: pd.DataFrame) -> list[Estimate]:
    """Mean place of the first advies of boys and of girls, with those of one school counted alike."""
    return list(
        gaps.means(known["eerste"], known["geslacht"].map(SEXES), name="eerste advies", unit=PLACE).estimates
    )


# --- basisscholen -------------------------------------------------------------------------------------


def between_basisscholen(known: pd.DataFrame) -> list[Estimate]:
    """How far basisscholen lie apart in the advies at an equal score, and in its gap by parental education.

    Standard deviations in steps, from a model with an intercept and a slope a basisschool, on the score,
    all features and the mean score of the basisschool; and the part of what the score leaves. Without that
    mean a part of the better pupils of a basisschool, which a noisy score does not see, would count as a
    higher advies. No basisschool is shown.
    """
    of = modelled(some_schools(known, MODEL_PUPILS))
    middle = (len(EDUCATION.order) - 1) / 2
    place = of.data["opleiding"].cat.codes.astype(float)
    mean = of.data.groupby("basisschool")["toetsscore"].transform("mean")
    data = of.data.assign(gat=(place - middle) / (2 * middle), gemiddelde=mean)
    fixed = [*of.bends, *of.columns, "gemiddelde"]
    if data["basisschool"].nunique() < FEWEST_PUPILS:
        return [Estimate.not_computable(SPREAD, Reason.FEW_UNITS, group=HEIGHT, unit=Unit.STEPS, n=len(data))]
    model = multilevel.mixed_model(data, outcome="eerste", fixed=fixed, random={"basisschool": ["gat"]})
    variances = {item.group: item for item in model.estimates if item.name == "variance"}
    names = {"basisschool": HEIGHT, "basisschool: gat": OF_GAP}
    found = [
        replace(standard_deviation(variances[group]), name=SPREAD, group=label, unit=Unit.STEPS)
        for group, label in names.items()
        if group in variances
    ]
    part = multilevel.variance_shares(data, outcome="eerste", levels=["basisschool"], fixed=fixed).estimates
    return [*found, replace(part[0], name=PART, group="")]


# --- the gap of each school ---------------------------------------------------------------------------


def own_gaps(known: pd.DataFrame) -> list[Estimate]:
    """The gap in the first advies of these pupils: by parental education at an equal observed and an equal
    true score, and between girls and boys at an equal observed one.
    """
    return [
        at_equal_score(known, "eerste", GAP_AT_SCORE),
        at_equal_skill(known, "eerste", GAP_AT_SKILL),
        _gap(known, SEX, GAP_AT_SCORE, BETWEEN),
    ]


def _schools(known: pd.DataFrame) -> Iterator[Row]:
    """The gaps of all pupils as one school; mean and spread over schools that have a gap."""
    yield from (("", item, None) for item in own_gaps(known))
    by_school = [own_gaps(part) for _, part in known.groupby("vestiging")]
    for items in zip(*by_school, strict=True):
        told = [item for item in items if item.value is not None and item.standard_error]
        if len(told) >= FEWEST_UNITS:
            prior = prior_of_means([item.value for item in told], [item.standard_error for item in told])
            name, group = average_school(told[0].name), told[0].group
            facts = {"unit": Unit.STEPS, "method": Method.EMPIRICAL_BAYES}
            yield "", Estimate(name, group, prior.mean, **facts), prior.sd
