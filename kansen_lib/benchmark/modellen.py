"""Models over all schools of where differences in score lie, and what a gap goes together with.

Association, no effect: nobody was put in a school, a class or a home by lot. The same functions serve
one school, so that both can be compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark.data import MODEL_PUPILS, SEED, Network, sample, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.benchmark.scores import END, POINTS, RELIABILITY, START, ends
from kansen_lib.benchmark.views import at_equal_score
from kansen_lib.stats import decomposition, inference, multilevel
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.shrinkage import FEWEST_UNITS, prior_of_means

#: Most labels that a model with crossed groupings has to solve together: its cost grows with their cube.
CROSSED_LABELS = 400
#: Groupings that cross the vo schools, and the fewest labels with which they can say something.
LEVELS, CROSSED = ("vestiging", "klas_3"), ("basisschool", "pc4")
FEWEST_LABELS = 10

#: What a gap in score may go together with; the advies is an outcome of selection itself.
BLOCKS = {
    "score in groep 8": [START],
    "inkomen thuis": ["inkomen_stap"],
    "taal thuis": ["thuistaal"],
    "eerste advies": ["eerste"],
}
#: Name of a row that the map of the chapter reads.
LEVEL_GAP = "niveau in leerjaar 3 bij gelijke score"
#: Points in leerjaar 3 that go with one point more of true score in groep 8: what an equal start takes off.
OF_START = "punten bij een punt hogere start"


def rows(network: Network) -> Iterator[Row]:
    """Variance shares, gradients and decompositions over all schools; nothing without pupils."""
    if "leerlingen" not in network.store.tables or not several_schools(network.pupils):
        return
    whole = some_schools(network.learners, MODEL_PUPILS)
    yield from _variance_rows(network, whole)
    yield from _gradient_rows(whole)
    yield "", at_equal_score(sample(network.learners), "niveau_3", LEVEL_GAP), None
    yield from (("", item, None) for item in network_gap(whole))
    yield from (("", item, None) for item in splits("ontleding", whole, cluster="vestiging"))


def some_schools(data: pd.DataFrame, most: int) -> pd.DataFrame:
    """All rows, or those of a seeded draw of whole vestigingen with about ``most`` pupils together."""
    if len(data) <= most:
        return data
    schools = data["vestiging"].drop_duplicates().sample(frac=most / len(data), random_state=SEED)
    return data[data["vestiging"].isin(schools)]


def _some_places(network: Network) -> pd.DataFrame:
    """Rows of whole gemeenten, in a seeded order, as many as a crossed model can carry; one at least.

    Of schools drawn apart the basisscholen would hardly cross: their pupils go to schools near by.
    """
    data = network.learners
    place = data["vestiging"].map(network.store.vestigingen["gemeente"]).fillna("")
    order = pd.Series(sorted(place.unique())).sample(frac=1, random_state=SEED)
    kept: list[str] = []
    for gemeente in order:
        chosen = data.loc[place.isin([*kept, gemeente]), ["klas_3", "vestiging", *CROSSED]]
        labels = chosen.nunique()
        if kept and labels.sum() - labels.max() > CROSSED_LABELS:
            break
        kept.append(gemeente)
    return data[place.isin(kept)]


# --- where the differences lie ------------------------------------------------------------------------


def _variance_rows(network: Network, whole: pd.DataFrame) -> Iterator[Row]:
    """Shares of the variance of the score in leerjaar 3, of all pupils and at an equal start.

    Those of schools, classes and pupils add up to 1. Those of basisscholen and neighbourhoods are of a
    model in which these cross the schools, on fewer pupils.
    """
    places, start = _some_places(network), _of_start(whole)
    yield "", start, None
    yield from (("", item, None) for item in _variances("variantie", whole, places))
    if start.value is not None:
        parts = (less_start(data, start.value) for data in (whole, places))
        yield from (("", item, None) for item in _variances("variantie bij gelijke start", *parts))


def _variances(name: str, whole: pd.DataFrame, places: pd.DataFrame) -> Iterator[Estimate]:
    yield from _variance(name, whole, LEVELS)
    yield from class_variance(f"{name}, in een school", _centred(whole))
    known = [one for one in CROSSED if _known(places, [one]) and places[one].nunique() >= FEWEST_LABELS]
    found = _variance(name, places, LEVELS, known) if known else ()
    yield from (item for item in found if item.group in known)


def _variance(
    name: str, data: pd.DataFrame, levels: Sequence[str], crossed: Sequence[str] = ()
) -> tuple[Estimate, ...]:
    """Shares of the variance of the score in leerjaar 3."""
    return multilevel.variance_shares(data, outcome=END, levels=levels, crossed=crossed, name=name).estimates


def class_variance(name: str, data: pd.DataFrame) -> tuple[Estimate, ...]:
    """Shares of the variance of the score in leerjaar 3 of one school: between and within its classes."""
    return _variance(name, data, ("klas_3",))


def _of_start(data: pd.DataFrame) -> Estimate:
    """:data:`OF_START`, within schools: the slope of the value added."""
    found = multilevel.value_added(data, outcome=END, prior=START, unit="vestiging", reliability=RELIABILITY)
    return _points(found.estimates[0], OF_START, "")


def less_start(data: pd.DataFrame, start: float) -> pd.DataFrame:
    """Scores in leerjaar 3 less what goes with the start: what an equal true one would leave.

    A regression on the measured start takes too little off, for its error flattens the slope: what schools
    and classes had to begin with would count as theirs. The error itself stays, with the pupils.
    """
    return data.assign(**{END: data[END] - start * data[START]})


def _centred(data: pd.DataFrame) -> pd.DataFrame:
    """Scores as deviations from the mean of the school: what is left are the classes within schools."""
    known = data.dropna(subset=[END, "klas_3"])
    return known.assign(**{END: known[END] - known.groupby("vestiging")[END].transform("mean")})


def _known(data: pd.DataFrame, columns: Sequence[str]) -> bool:
    """Whether most rows have a value in every column, and not all the same one."""
    return all(data[column].notna().mean() > 0.5 and data[column].nunique() > 1 for column in columns)


# --- within and between schools -----------------------------------------------------------------------


def _gradient_rows(data: pd.DataFrame) -> Iterator[Row]:
    """Difference in score for one step of parental education, within and between schools.

    The first with its spread over schools, from the slopes of those that have one.
    """
    found = multilevel.within_between(data, outcome=END, within="opleiding_stap", cluster="vestiging")
    own = [slope(part) for _, part in data.groupby("vestiging")]
    known = [item for item in own if item.value is not None and item.standard_error]
    sd = None
    if len(known) >= FEWEST_UNITS:
        sd = prior_of_means([item.value for item in known], [item.standard_error for item in known]).sd
    for item in found.estimates:
        yield "", _points(item, "helling", item.name), sd if item.name == "within" else None


def slope(data: pd.DataFrame) -> Estimate:
    """Difference in score in leerjaar 3 for one step (of five) of parental education, in one school."""
    found = inference.coefficients(data, outcome=END, regressors=["opleiding_stap"], name="helling")
    return _points(found["helling", "opleiding_stap"], "helling", "")


# --- what the gap goes together with ------------------------------------------------------------------


def gap_parts(name: str, data: pd.DataFrame, blocks: Mapping[str, Sequence[str]], cluster: str) -> Result:
    """Gelbach: the gap in score in leerjaar 3, what of it goes with each block, and what is left.

    The parts do not depend on the order of the blocks. The first estimate is the gap, the last one what
    is left of it; those between are changes, below 0 where a block goes with a part of the gap.
    """
    known = {label: columns for label, columns in blocks.items() if _known(data, columns)}
    if not known:
        reason = "van deze leerlingen is verder niets bekend"
        return Result(name, (Estimate.not_computable(name, reason, unit=POINTS),))
    both = ends(data)
    found = decomposition.gelbach(both, outcome=END, of="hoog", added=known, cluster=cluster)
    if len(found.estimates) == 1:
        return Result(name, tuple(replace(x, name=name, unit=POINTS) for x in found.estimates))
    parts = [(f"gaat samen met {label}", _negative(found["part", label])) for label in known]
    whole = [("het hele verschil", found["base"]), *parts, ("wat overblijft", found["full"])]
    return Result(name, tuple(_points(item, name, label) for label, item in whole), dropped=found.dropped)


def network_gap(data: pd.DataFrame) -> tuple[Estimate, ...]:
    """:func:`gap_parts` over all schools, with the school itself as the last block."""
    return gap_parts("deel", data, {**BLOCKS, "school": ["vestiging"]}, "vestiging").estimates


def _points(item: Estimate, name: str, group: str) -> Estimate:
    return replace(item, name=name, group=group, unit=POINTS)


def _negative(item: Estimate) -> Estimate:
    """The same estimate with its sign turned."""
    ends = {"lower": item.upper, "upper": item.lower, "value": item.value}
    return replace(item, **{key: None if x is None else -x for key, x in ends.items()})


#: How the Oaxaca-Blinder split is made: kind, reference, and what its parts are called.
_SPLITS = {
    ("twofold", "pooled"): {"explained": "samen met kenmerken", "unexplained": "wat overblijft"},
    ("twofold", "low"): {"explained": "samen met kenmerken, gezien vanuit laag"},
    ("twofold", "high"): {"explained": "samen met kenmerken, gezien vanuit hoog"},
    ("threefold", "low"): {
        "endowments": "andere kenmerken",
        "coefficients": "andere opbrengst van dezelfde kenmerken",
        "interaction": "beide tegelijk",
    },
}


def splits(name: str, data: pd.DataFrame, cluster: str) -> tuple[Estimate, ...]:
    """Oaxaca-Blinder of the gap in score in leerjaar 3: twofold from three sides, and threefold.

    Labels are normalised (Yun). Beside each other they show how far the split depends on the reference.
    """
    columns = [column for block in BLOCKS.values() if _known(data, block) for column in block]
    found: list[Estimate] = []
    for (kind, reference), names in _SPLITS.items():
        split = decomposition.oaxaca_blinder(
            data.assign(opleiding=data["opleiding"].astype(object)),
            outcome=END,
            group="opleiding",
            low="laag",
            high="hoog",
            regressors=columns,
            kind=kind,
            reference=reference,
            cluster=cluster,
        )
        if len(split.estimates) == 1:
            return (replace(split.estimates[0], name=name, unit=POINTS),)
        found += [_points(split["gap"], name, "het hele verschil")] if not found else []
        found += [_points(split[part], name, label) for part, label in names.items()]
    return tuple(found)
