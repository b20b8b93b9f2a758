"""How far an outcome of a school moves from cohort to cohort while nothing changes: the noise to beat.

A school that compares this cohort with the one before sees every cause of movement at once. Two of them are
there without any intervention: other pupils by chance, and whatever made the whole cohort better or worse.
Both are found from the changes of all schools.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from kansen_lib.benchmark import vergelijken
from kansen_lib.benchmark.data import Network
from kansen_lib.benchmark.evaluatie.names import ALL, FEWEST_SCHOOLS
from kansen_lib.benchmark.evaluatie.people import BEFORE, background
from kansen_lib.benchmark.evaluatie.register import registry
from kansen_lib.benchmark.numbers import Row
from kansen_lib.benchmark.vergelijken import Groups
from kansen_lib.stats.result import Estimate, quantile
from kansen_lib.stats.terms import Unit

#: Spread of whole cohorts of a school around each other, beyond chance in pupils; sd.
OF_COHORTS = "beweging van hele cohorten"
#: Standard deviation of all pupils with the outcome, in its own points.
SCALE = "standaarddeviatie van de uitkomst"
#: Fewest pupils of a group in a cohort of a school whose mean takes part.
FEWEST = 10


def rows(network: Network) -> Iterator[Row]:
    """Spread of cohorts by outcome and group, and the scale; the outcome is the unit of the rows."""
    outcomes = [name for name in network.outcomes if not name.endswith(BEFORE)]
    pupils = vergelijken.background(network.pupils)
    treated = _treated(network)
    for uitkomst in outcomes:
        frame = pupils.join(network.outcomes[uitkomst].rename("uitkomst"), on="leerling")
        moment = uitkomst.partition(" ")[2]
        known = frame.dropna(subset=["uitkomst"]).merge(treated.get(moment, _NOBODY), how="left")
        known = known[known["meegedaan"].isna()]
        if known["vestiging"].nunique() >= FEWEST_SCHOOLS and known["uitkomst"].std() > 0:
            yield from ((uitkomst, item, None) for item in _spreads(known))


_NOBODY = pd.DataFrame({"vestiging": [], "cohort": [], "meegedaan": []}, dtype=str)


def _treated(network: Network) -> dict[str, pd.DataFrame]:
    """By moment of the outcome, the cohorts of schools in which somebody took part in what acts on it."""
    if not network.store.tables.get("deelname"):
        return {}
    rows = network.store.read("deelname", ["leerling", "interventie", "deelgenomen"])
    moments = {name: entry.uitkomst.partition(" ")[2] for name, entry in registry(network.store).items()}
    rows = rows[rows["deelgenomen"]].assign(moment=lambda x: x["interventie"].map(moments))
    cells = rows.merge(network.pupils[["leerling", "vestiging", "cohort"]], on="leerling")
    cells = cells[["moment", "vestiging", "cohort"]].drop_duplicates().assign(meegedaan="ja")
    return {str(moment): part.drop(columns="moment") for moment, part in cells.groupby("moment")}


def _spreads(known: pd.DataFrame) -> Iterator[Estimate]:
    scale = float(known["uitkomst"].std())
    yield Estimate(SCALE, value=scale, unit=Unit.OUTCOME, n=len(known))
    data = known.assign(uitkomst=known["uitkomst"] / scale)
    between = background(data)
    for group in (ALL, between.low, between.high, between.gap):
        yield _of_cohorts(data, between, group)


def _of(data: pd.DataFrame, between: Groups, group: str) -> pd.DataFrame:
    return data if group == ALL else data[data[between.column] == group]


def _within(part: pd.DataFrame) -> float:
    """Spread of pupils around the mean of their cohort of their school."""
    cell = part.groupby(["vestiging", "cohort"])["uitkomst"]
    rest, cells = part["uitkomst"] - cell.transform("mean"), cell.ngroups
    return float(np.sqrt((rest**2).sum() / max(1, len(part) - cells)))


def _of_cohorts(data: pd.DataFrame, between: Groups, group: str) -> Estimate:
    """Of the squared changes what chance in pupils does not explain, halved: two cohorts move."""
    found = changes(data, between, group)
    if found["vestiging"].nunique() < FEWEST_SCHOOLS:
        return Estimate.not_computable(OF_COHORTS, "te weinig scholen", group=group, unit=Unit.SD)
    beyond = float((found["verandering"] ** 2 - found["toeval"] ** 2).mean()) / 2
    return Estimate(OF_COHORTS, group, math.sqrt(max(0.0, beyond)), Unit.SD, n=int(found["n"].sum()))


def changes(data: pd.DataFrame, between: Groups, group: str) -> pd.DataFrame:
    """Change of the mean (or of the gap) of each school from a cohort to the next one.

    Args:
        data: a row a pupil, with ``uitkomst`` in sd.
        between: which groups the gap lies between.
        group: all pupils, one group, or the gap.

    Returns:
        Columns ``vestiging``, ``cohort`` (the later one), ``verandering``, ``toeval`` (standard error of it
        by the draw of pupils), ``n`` (pupils in both), ``kleinste`` (the smallest group of them).
    """
    parts = {between.high: 1, between.low: -1} if group == between.gap else {group: 1}
    cells = [_cells(_of(data, between, part), sign) for part, sign in parts.items()]
    joined = cells[0] if len(cells) == 1 else _difference(*cells)
    before = joined.assign(cohort=joined["cohort"].map(_next))
    both = joined.merge(before, on=["vestiging", "cohort"], suffixes=("", "_voor"))
    return pd.DataFrame(
        {
            "vestiging": both["vestiging"],
            "cohort": both["cohort"],
            "verandering": both["mean"] - both["mean_voor"],
            "toeval": np.sqrt(both["variance"] + both["variance_voor"]),
            "n": both["size"] + both["size_voor"],
            "kleinste": both[["least", "least_voor"]].min(axis=1),
        }
    )


def _cells(part: pd.DataFrame, sign: int) -> pd.DataFrame:
    cells = part.groupby(["vestiging", "cohort"], as_index=False)["uitkomst"].agg(["mean", "size"])
    cells = cells[cells["size"] >= FEWEST]
    variance = _within(part) ** 2 / cells["size"]
    return cells.assign(mean=sign * cells["mean"], variance=variance, least=cells["size"])


def _difference(high: pd.DataFrame, low: pd.DataFrame) -> pd.DataFrame:
    both = high.merge(low, on=["vestiging", "cohort"], suffixes=("", "_laag"))
    summed = {name: both[name] + both[f"{name}_laag"] for name in ("mean", "variance", "size")}
    return both.assign(**summed, least=both[["least", "least_laag"]].min(axis=1))


def _next(cohort: str) -> str:
    first = int(cohort[:4]) + 1
    return f"{first}-{first + 1}"


def by_itself(of_cohorts: float, chance: float) -> float:
    """Within how far of no change 95 of 100 changes of a school lie, while nothing changes; sd.

    Args:
        of_cohorts: spread of whole cohorts.
        chance: standard error of a change by the draw of pupils, as in :func:`changes`.
    """
    return quantile() * math.hypot(math.sqrt(2) * of_cohorts, chance)
