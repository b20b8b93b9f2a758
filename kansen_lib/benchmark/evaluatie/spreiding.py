"""How far an outcome lies apart, for a calculation beforehand: between schools, their cohorts, and pupils.

What the test of groep 8 explains of each part makes a study more precise. Of pupils who got nothing that was
to change the outcome: an effect would count as spread.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kansen_lib.benchmark.data import SEED, Network, several_schools
from kansen_lib.benchmark.evaluatie.people import BEFORE
from kansen_lib.benchmark.evaluatie.register import LEVEL, registry
from kansen_lib.benchmark.modellen import some_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.stats import multilevel
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Method, Reason, Unit

#: Share of the variance of the outcome between schools, and between the cohorts of one school.
ICC, SHOCKS = "spreiding tussen scholen", "spreiding tussen cohorten van een school"
#: Share that the score of groep 8 explains: of what lies between schools, cohorts of a school, and pupils.
R2_SCHOOLS, R2_SHOCKS = "verklaard van de spreiding tussen scholen", "verklaard van die tussen cohorten"
R2 = "verklaard van de spreiding tussen leerlingen"
NAMES = (ICC, SHOCKS, R2_SCHOOLS, R2_SHOCKS, R2)
#: Most pupils of a school and in all in these models: the spread between schools hangs on how many there are.
OF_SCHOOL, IN_ALL = 250, 20_000
#: Fewest pupils of a school, on average: of a few no model can tell what is of the school and what of them.
FEWEST_OF_SCHOOL = 10
_PUPILS = "residual variance"
_PARTS = {"vestiging": (ICC, R2_SCHOOLS), "jaar": (SHOCKS, R2_SHOCKS), _PUPILS: ("", R2)}


def rows(network: Network) -> Iterator[Row]:
    """The numbers of :func:`spread` for every outcome of the register; the unit is the outcome."""
    outcomes = {aanpak.uitkomst: None for aanpak in registry(network.store).values() if aanpak.uitkomst}
    for uitkomst in outcomes:
        yield from ((uitkomst, item, None) for item in spread(network, uitkomst))


def spread(network: Network, uitkomst: str) -> list[Estimate]:
    """The numbers of :data:`NAMES` for an outcome, or the reason why they are not there.

    Two random-intercept models of the same pupils, without and with the score of groep 8 in the domain of
    the outcome; a part of which it explains less than nothing counts as 0 (Snijders and Bosker 2012, 7.1).

    Args:
        network: all schools.
        uitkomst: a domain and a moment of the tests, or the level of leerjaar 3.
    """
    data = _some(_untreated(network, uitkomst))
    if not several_schools(data):
        return _nothing(Reason.FEW_GROUPS)
    if len(data) < FEWEST_OF_SCHOOL * data["vestiging"].nunique():
        return _nothing(Reason.TOO_FEW)
    random = {"vestiging": ()} | ({"jaar": ()} if _years(data) else {})
    models = [
        multilevel.mixed_model(data, outcome="uitkomst", fixed=fixed, random=random)
        for fixed in ((), ("voor",))
    ]
    reasons = [item.reason for model in models for item in model.estimates if item.reason]
    if reasons:
        return _nothing(reasons[0])
    plain, with_score = (_variances(model) for model in models)
    total, found = sum(plain.values()), []
    for part, (share, explained) in _PARTS.items():
        known = part in plain and plain[part] > 0
        found += [_share(share, plain.get(part, 0.0) / total, len(data))] if share else []
        left = with_score[part] / plain[part] if known else 1.0
        found.append(_share(explained, max(0.0, 1 - left), len(data)))
    return sorted(found, key=lambda item: NAMES.index(item.name))


def _untreated(network: Network, uitkomst: str) -> pd.DataFrame:
    """Pupils with the outcome and the score before it, who took part in nothing that was to change it."""
    domain = "totaal" if uitkomst == LEVEL else uitkomst.partition(" ")[0]
    columns = {f"{domain} {BEFORE}": "voor", uitkomst: "uitkomst"}
    scores = network.outcomes.reindex(columns=list(columns)).rename(columns=columns)
    about = [name for name, aanpak in registry(network.store).items() if aanpak.uitkomst == uitkomst]
    took = network.store.read("deelname", ["leerling", "deelgenomen"], {"interventie": about})
    treated = took.loc[took["deelgenomen"].astype(bool), "leerling"]
    known = network.pupils[["leerling", "vestiging", "cohort"]].join(scores, on="leerling").dropna()
    known = known.assign(jaar=known["vestiging"] + " " + known["cohort"])
    return known[~known["leerling"].isin(treated)]


def _some(data: pd.DataFrame) -> pd.DataFrame:
    """A seeded sample: some pupils of each school, of as many whole schools as the models can carry."""
    own = data.sample(frac=1, random_state=SEED).groupby("vestiging").head(OF_SCHOOL)
    return some_schools(own, IN_ALL)


def _years(data: pd.DataFrame) -> bool:
    """Whether schools are seen in more than one cohort."""
    return data["jaar"].nunique() > data["vestiging"].nunique()


def _variances(model: Result) -> dict[str, float]:
    """Variance by part of a mixed model."""
    parts = {item.group if item.name == "variance" else item.name: item.value for item in model.estimates}
    return {part: float(value) for part, value in parts.items() if part in _PARTS and value is not None}


def _share(name: str, value: float, n: int) -> Estimate:
    return Estimate(name, value=value, unit=Unit.VARIANCE_SHARE, n=n, method=Method.MIXED_REML)


def _nothing(reason: str) -> list[Estimate]:
    return [Estimate.not_computable(name, reason, unit=Unit.VARIANCE_SHARE) for name in NAMES]
