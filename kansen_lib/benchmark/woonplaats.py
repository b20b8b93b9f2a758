"""Where pupils of basisscholen live, beside where they go to school.

Of a pupil of a basisschool the home PC4 is public and the background is not. So each pupil stands here for
the mean of its PC4: what is counted is how neighbourhoods are mixed at school, and never which families of
a neighbourhood chose which school. One thing tells of the latter: the achterstandsscore of a school, which
CBS computes from its own pupils.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kansen_lib.benchmark import buurten
from kansen_lib.benchmark.data import Network
from kansen_lib.benchmark.numbers import Row
from kansen_lib.stats import gaps
from kansen_lib.stats.inference import coefficients
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.segregation import formulas
from kansen_lib.stats.terms import Unit
from kansen_lib.store import Store

Counts = NDArray[np.float64]

#: Features of a PC4 that are a part of its inhabitants, households or homes.
SHARES = tuple(item for item in buurten.FEATURES if item.unit == Unit.SHARE)
#: Ages of basisonderwijs; the file knows older ones of other schools too.
AGES = tuple(str(age) for age in range(4, 13))
#: Over what pupils are divided: a column of :func:`flows`.
HOME, SCHOOL = "pc4", "vestiging"
#: Fewest basisscholen of a gemeente that takes part in the middle of all gemeenten.
FEWEST_SCHOOLS = 3
#: Classes of gemeenten by their number of basisscholen, by the largest number; and of those with more.
CLASSES, LARGE = {9: "minder dan 10 basisscholen", 29: "10 tot 30 basisscholen"}, "30 of meer basisscholen"
#: Pupils of one PC4 that can be compared with each other.
PAIR = 2

#: Names of the numbers of all gemeenten together.
OWN_PC4, HAS_SCHOOL = "school in de eigen postcode", "postcode met een school"
SCHOOLS = "scholen per postcode"
SAME_PC4, ANYWHERE = "twee kinderen uit één postcode", "twee kinderen uit dit gebied"
EXPECTED = "twee kinderen uit dit gebied, als alleen hun buurt telt"
PAIRS = (ANYWHERE, EXPECTED, SAME_PC4)
#: What the coefficients of the expected achterstandsscore are kept under.
MODEL = "verwachte achterstandsscore"


def like(schools: int) -> str:
    """The class of gemeenten with about as many basisscholen: with more of them there is more to choose."""
    return next((label for most, label in CLASSES.items() if schools <= most), LARGE)


def name_of(feature: str, over: str) -> str:
    """Name of D of a feature over homes or over schools."""
    return f"D {feature} {over}"


# --- who lives where, and goes where --------------------------------------------------------------------


def flows(store: Store, gemeenten: Sequence[str] | None = None) -> pd.DataFrame:
    """Pupils of basisscholen by school and home PC4, in the latest school year.

    Args:
        store: its tables ``vestigingen`` and ``herkomst_postcode`` are read.
        gemeenten: of the schools; all when None.

    Returns:
        Columns ``vestiging``, ``gemeente`` and ``plek`` (PC4) of the school, ``pc4`` of the home (missing
        when abroad or unknown) and ``aantal``.
    """
    where: dict[str, str | Sequence[str]] = {"sector": "po"}
    if gemeenten is not None:
        where["gemeente"] = list(gemeenten)
    schools = store.read("vestigingen", ["vestiging", "gemeente", "pc4"], where)
    schools = schools.dropna(subset=["gemeente"]).rename(columns={"pc4": "plek"})
    asked: dict[str, str | Sequence[str]] = {"soort": "Bo", "leeftijd": AGES}
    if gemeenten is not None:
        asked["vestiging"] = list(schools["vestiging"])
    columns = ["vestiging", "schooljaar", "pc4", "aantal_lower", "aantal_upper"]
    rows = store.read("herkomst_postcode", columns, asked)
    rows = rows[rows["schooljaar"] == rows["schooljaar"].max()]
    rows = rows.assign(aantal=(rows["aantal_lower"] + rows["aantal_upper"]) / 2)
    table = rows.groupby(["vestiging", "pc4"], dropna=False, as_index=False)["aantal"].sum()
    found = table.merge(schools, on="vestiging")
    return found[["vestiging", "gemeente", "plek", "pc4", "aantal"]]


def features(store: Store, pc4: Sequence[str] | None = None) -> pd.DataFrame:
    """The :data:`SHARES` of PC4 areas, a column a feature that somebody published."""
    wide = buurten.areas(store, pc4)
    return pd.DataFrame({item.name: item.of(wide) for item in SHARES}).dropna(axis=1, how="all").clip(0, 1)


def apart(rows: pd.DataFrame, unit: str, shares: pd.DataFrame) -> pd.DataFrame:
    """D between who has a feature and who has not over homes or schools, each pupil the mean of its PC4.

    Args:
        rows: as :func:`flows` gives them.
        unit: :data:`HOME` or :data:`SCHOOL`.
        shares: features by PC4.

    Returns:
        A row a feature: ``value`` (missing when nobody or everybody has it) and ``n``, the pupils of whose
        PC4 it is published.
    """
    part = shares.reindex(rows["pc4"]).to_numpy(float)
    known = ~np.isnan(part)
    pupils = np.where(known, rows["aantal"].to_numpy(float)[:, None], 0.0)
    has = pupils * np.where(known, part, 0.0)
    place, units = pd.factorize(rows[unit])
    cells = np.zeros((len(units), 2 * has.shape[1]))
    np.add.at(cells, place[place >= 0], np.hstack([has, pupils - has])[place >= 0])
    stack = cells.reshape(len(units), 2, -1).transpose(2, 0, 1)
    found = {"value": formulas.dissimilarity(stack), "n": pupils.sum(axis=0)}
    return pd.DataFrame(found, index=shares.columns)


# --- how near -------------------------------------------------------------------------------------------


def with_home(rows: pd.DataFrame) -> pd.DataFrame:
    """The pupils with a known home, at a school with a known place."""
    return rows.dropna(subset=["pc4", "plek"])


def schools_of_home(rows: pd.DataFrame) -> float:
    """Over how many schools the pupils of a PC4 are divided, in effect: of the median pupil.

    The exponential of the entropy: two schools with as many pupils are 2, and 19 to 1 is 1.2.
    """
    home, pupils = pd.factorize(rows["pc4"])[0], rows["aantal"].to_numpy(float)
    size = np.bincount(home, pupils)
    part = pupils / size[home]
    number = np.exp(np.bincount(home, -part * np.log(part)))
    return float(gaps.quartiles(pd.Series(number), pd.Series(size), unit="").value)


def local(rows: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """Pupils at a school in the own PC4, and pupils with any school there, each of all pupils."""
    pupils, here = rows["aantal"], rows["pc4"] == rows["plek"]
    served = rows["pc4"].isin(rows["plek"].unique())
    everyone = round(pupils.sum())
    counts = {HAS_SCHOOL: round(pupils[served].sum()), OWN_PC4: round(pupils[here].sum())}
    return {name: (count, everyone) for name, count in counts.items()}


def own_place(rows: pd.DataFrame) -> pd.DataFrame:
    """Each home PC4 with a school in it, and that same PC4 as the place to go to."""
    homes = np.intersect1d(rows["pc4"].unique(), rows["plek"].unique())
    return pd.DataFrame({"pc4": homes, "plek": homes})


def nearest_place(homes: Sequence[str], places: Sequence[str], at: pd.DataFrame) -> pd.DataFrame:
    """Each home PC4 and the place with a school that lies nearest, with ``km``; all of them in a tie.

    Args:
        homes: PC4 of homes.
        places: PC4 with a school, also outside the region: who lives nearer to those is sent nowhere.
        at: km east and north by PC4; a PC4 that is not in it takes no part.
    """
    where = [np.array(sorted({code for code in of if code in at.index})) for of in (homes, places)]
    if not all(map(len, where)):
        return pd.DataFrame({"pc4": [], "plek": [], "km": []})
    x, y = (at.loc[codes].to_numpy(float) for codes in where)
    away = np.hypot(*(x[:, None] - y[None]).transpose(2, 0, 1))
    home, place = np.nonzero(away <= away.min(axis=1, keepdims=True) + 1e-9)
    return pd.DataFrame({"pc4": where[0][home], "plek": where[1][place], "km": away[home, place]})


def moved(rows: pd.DataFrame, goal: pd.DataFrame) -> tuple[pd.DataFrame, float]:
    """Pupils if everybody went to a school in the place that is theirs, and how many then change.

    Who goes to a school in such a place already stays. The others are divided over the schools of that place
    by their size (over places in a tie equally), whether these have room or not. Who has no such place in the
    region stays.

    Args:
        rows: of :func:`with_home`.
        goal: home ``pc4`` and ``plek``, one row or more a home.
    """
    sizes = rows.groupby(["plek", "vestiging"], as_index=False)["aantal"].sum()
    sizes["deel"] = sizes["aantal"] / sizes.groupby("plek")["aantal"].transform("sum")
    to = goal[["pc4", "plek"]].merge(sizes[["plek", "vestiging", "deel"]], on="plek")
    to["deel"] /= to.groupby("pc4")["plek"].transform("nunique")
    there = pd.MultiIndex.from_frame(rows[["pc4", "plek"]]).isin(
        pd.MultiIndex.from_frame(to[["pc4", "plek"]])
    )
    goes = rows["pc4"].isin(to["pc4"]) & ~there
    movers = rows[goes].groupby("pc4", as_index=False)["aantal"].sum()
    placed = movers.merge(to, on="pc4")
    placed["aantal"] *= placed.pop("deel")
    columns = ["vestiging", "plek", "pc4", "aantal"]
    after = pd.concat([rows.loc[~goes, columns], placed[columns]], ignore_index=True)
    return after, float(movers["aantal"].sum())


# --- how far the schools differ themselves --------------------------------------------------------------


def scored(rows: pd.DataFrame, backlog: pd.DataFrame) -> pd.DataFrame:
    """The pupils of schools with a reliable achterstandsscore, in ``score``.

    Args:
        rows: as :func:`flows` gives them.
        backlog: as :func:`kansen_lib.benchmark.buurten.backlog` gives it.
    """
    known = backlog.loc[backlog["betrouwbaar"], "score"]
    return rows.assign(score=rows["vestiging"].map(known)).dropna(subset=["score", "pc4"])


def pairs(rows: pd.DataFrame) -> dict[str, float]:
    """Mean difference in score between the schools of two pupils: of one PC4, and of the whole region.

    The first is over pupils: each with another one of the same PC4. No number where nobody has another.
    """
    (home, codes), (place, schools) = (pd.factorize(rows[name]) for name in ("pc4", "vestiging"))
    homes, score = np.zeros((len(codes), len(schools))), np.zeros(len(schools))
    np.add.at(homes, (home, place), rows["aantal"].to_numpy(float))
    score[place] = rows["score"]
    away = np.abs(score[:, None] - score[None])
    own, size = _apart_a_home(homes, away)
    whole, everyone = _apart_a_home(homes.sum(axis=0, keepdims=True), away)
    if not own.size or not whole.size:
        return {}
    return {SAME_PC4: float(own @ size / size.sum()), ANYWHERE: float(whole @ everyone / everyone.sum())}


def _apart_a_home(homes: Counts, away: Counts) -> tuple[Counts, Counts]:
    """Mean over pairs of two pupils of each home with at least two, and how many pupils it has."""
    size = homes.sum(axis=1)
    homes, size = homes[size >= PAIR], size[size >= PAIR]
    return ((homes @ away) * homes).sum(axis=1) / (size * (size - 1)), size


def neighbourhoods(rows: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """A row a school of :func:`scored`: its score, pupils, and the mean features of where they live."""
    part = shares.reindex(rows["pc4"]).set_axis(rows.index)
    pupils = rows["aantal"].where(part.notna().all(axis=1))
    means = part.mul(pupils, axis=0).groupby(rows["vestiging"]).sum()
    n = pupils.groupby(rows["vestiging"]).sum()
    found = means.div(n.where(n > 0), axis=0)
    return found.assign(score=rows.groupby("vestiging")["score"].first(), leerlingen=n).dropna()


def as_expected(rows: pd.DataFrame, shares: pd.DataFrame, model: pd.Series) -> pd.DataFrame:
    """The pupils of :func:`scored` with the score that their neighbourhoods lead to expect of their school.

    But for a constant, which no difference between schools holds.

    Args:
        rows: of :func:`scored`.
        shares: features by PC4.
        model: coefficients by feature; without any there is nothing to expect, and nobody.
    """
    if model.empty:
        return rows.iloc[:0]
    schools = neighbourhoods(rows, shares)
    score = schools[model.index].mul(model).sum(axis=1)
    return rows.assign(score=rows["vestiging"].map(score)).dropna(subset=["score"])


def scores_apart(rows: pd.DataFrame, expected: pd.DataFrame) -> dict[str, float]:
    """The two numbers of :func:`pairs`, and that of the whole region as its neighbourhoods lead to expect.

    Args:
        rows: of :func:`scored`.
        expected: of :func:`as_expected`.
    """
    if rows["vestiging"].nunique() < FEWEST_SCHOOLS:
        return {}
    ahead = pairs(expected)
    return pairs(rows) | ({EXPECTED: ahead[ANYWHERE]} if ahead else {})


# --- all gemeenten --------------------------------------------------------------------------------------


def rows(network: Network) -> Iterator[Row]:
    """The middle of gemeenten of each size, and how the achterstandsscore goes with where pupils live."""
    store = network.store
    if not {"herkomst_postcode", "kenmerken"} <= set(store.tables):
        return
    everyone, shares = flows(store), features(store)
    known = scored(everyone, buurten.backlog(store))
    model = _model(neighbourhoods(known, shares), list(shares))
    yield from (("", item, None) for item in model)
    expected = as_expected(known, shares, slopes(model))
    by, ahead = (dict(iter(of.groupby("gemeente"))) for of in (known, expected))
    found: dict[str, list[dict[str, float]]] = {}
    for gemeente, part in with_home(everyone).groupby("gemeente"):
        schools = part["vestiging"].nunique()
        if schools >= FEWEST_SCHOOLS:
            scores = by.get(gemeente, known.iloc[:0]), ahead.get(gemeente, expected.iloc[:0])
            numbers = _of_gemeente(part, shares) | scores_apart(*scores)
            found.setdefault(like(schools), []).append(numbers)
    for label, numbers_of in found.items():
        if len(numbers_of) > 1:  # a gemeente beside itself is no reference
            yield from (("", item, None) for item in _middle(pd.DataFrame(numbers_of), label))


def _middle(found: pd.DataFrame, label: str) -> Iterator[Estimate]:
    """Median and quartiles over gemeenten of each column."""
    one = pd.Series(1, found.index)
    for name in found:
        yield gaps.quartiles(found[name], one, name=str(name), group=label, unit=Unit.INDEX)


def _model(schools: pd.DataFrame, names: list[str]) -> list[Estimate]:
    """Coefficients of the achterstandsscore on the neighbourhoods of the pupils; none where there are few."""
    if len(schools) <= 10 * len(names) or not names:
        return []
    found = coefficients(
        schools, outcome="score", regressors=names, weight="leerlingen", kind="classical", name=MODEL
    )
    slopes = [item for item in found.estimates if item.group in names]
    return slopes if all(item.value is not None for item in slopes) else []


def slopes(model: Sequence[Estimate | None]) -> pd.Series:
    """The coefficients by feature, of the rows that the benchmark keeps."""
    return pd.Series({item.group: item.value for item in model if item is not None}, dtype=float)


def _of_gemeente(part: pd.DataFrame, shares: pd.DataFrame) -> dict[str, float]:
    """How apart neighbourhoods are over homes and schools, and how close children go to school."""
    found = {
        name_of(feature, over): value
        for over in (HOME, SCHOOL)
        for feature, value in apart(part, over, shares)["value"].items()
    }
    found |= {name: count / n for name, (count, n) in local(part).items()}
    return found | {SCHOOLS: schools_of_home(part)}
