"""Home, risks and language: what the chapter on causes reads of all schools together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from kansen_lib import codes
from kansen_lib.benchmark.data import Network, sample, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.benchmark.scores import learners
from kansen_lib.benchmark.vergelijken import OPLEIDING, is_one_of
from kansen_lib.stats import decomposition, gaps
from kansen_lib.stats.result import Estimate, quantile
from kansen_lib.stats.shrinkage import FEWEST_UNITS, prior_of_means
from kansen_lib.stats.terms import Method, Unit

#: Schools with fewer pupils say little about the spread between schools.
FEWEST_PUPILS = 20
#: The outcome beside the number of risks.
OUTCOME = "score_in_leerjaar_3"
#: More risks than this are counted together: few pupils have so many.
MOST_RISKS = 3
COUNTS = [*(str(k) for k in range(MOST_RISKS)), f"{MOST_RISKS} of meer"]


def rows(network: Network) -> Iterator[Row]:
    """Indicators of achterstand and the risk count over all schools; nothing without several schools."""
    if "leerlingen" not in network.store.tables or not several_schools(network.pupils):
        return
    pupils = learners(network.pupils, network.loopbaan)
    yield from _achterstand(pupils)
    for item in (*by_risks(pupils), *risk_models(sample(pupils))):
        yield "", item, None


# --- achterstand and risks ----------------------------------------------------------------------------


def achterstand(pupils: pd.DataFrame) -> dict[str, pd.Series]:
    """The indicators of achterstand of CBS as True and False; missing where they are not known."""
    return {
        "ouders met een lage opleiding": is_one_of(pupils["opleiding"], [OPLEIDING.low]),
        "herkomst buiten Nederland": is_one_of(pupils["herkomst"], codes.HERKOMST.codes[1:]),
        "moeder korter dan 10 jaar in Nederland": is_one_of(
            pupils["verblijfsduur_moeder"], codes.VERBLIJFSDUUR.codes[:2]
        ),
        "gezin in schuldsanering": is_one_of(pupils["schuldsanering"], ["ja"]),
    }


def risks(pupils: pd.DataFrame) -> dict[str, pd.Series]:
    """Five circumstances that research counts together, as True and False; herkomst is not one of them."""
    indicator = achterstand(pupils)
    return {
        "lage opleiding": indicator["ouders met een lage opleiding"],
        "laag inkomen": is_one_of(pupils["inkomenskwintiel"], codes.INKOMENSKWINTIEL.codes[:1]),
        "schuldsanering": indicator["gezin in schuldsanering"],
        "moeder kort in Nederland": indicator["moeder korter dan 10 jaar in Nederland"],
        "andere taal thuis": is_one_of(pupils["thuistaal"], codes.THUISTAAL.codes[:1]),
    }


def _achterstand(pupils: pd.DataFrame) -> Iterator[Row]:
    """Share of all pupils with each indicator, and the band in which 95% of schools lie."""
    for name, flag in achterstand(pupils).items():
        known = flag.dropna()
        if known.empty:
            continue
        yield "", gaps.share(int(known.sum()), len(known), name=name), None
        band = over_schools(known.astype(float), pupils.loc[known.index, "vestiging"])
        if band is not None:
            yield "", replace(band, name=f"{name}, band"), None


def over_schools(value: pd.Series, vestiging: pd.Series) -> Estimate | None:
    """Mean over schools of a share, and the ends between which 95% of true shares of schools lie."""
    table = value.groupby(vestiging).agg(["mean", "size"])
    table = table[table["size"] >= FEWEST_PUPILS]
    overall = float(value.mean())
    if len(table) < FEWEST_UNITS or not 0 < overall < 1:
        return None
    prior = prior_of_means(table["mean"], np.sqrt(overall * (1 - overall) / table["size"]))
    low, high = (min(1.0, max(0.0, prior.mean + side * quantile() * prior.sd)) for side in (-1, 1))
    facts = {"unit": Unit.SHARE, "method": Method.EMPIRICAL_BAYES}
    return Estimate("tussen scholen", value=float(prior.mean), lower=low, upper=high, **facts)


def by_risks(pupils: pd.DataFrame) -> list[Estimate]:
    """Mean score of leerjaar 3 by number of risks (of pupils of whom all five are known)."""
    count = pd.DataFrame(risks(pupils)).sum(axis=1, skipna=False)
    label = count.clip(upper=MOST_RISKS).map({float(k): name for k, name in enumerate(COUNTS)})
    grouped = label.astype(pd.CategoricalDtype(COUNTS, ordered=True))
    return list(gaps.means(pupils[OUTCOME], grouped, name="score bij risico's").estimates)


#: The two models whose fit is compared: background alone, and with the other risks.
SES, ALL = "alleen opleiding en inkomen", "met alle vijf kenmerken"
#: What the parts of :func:`risk_models` are called.
SLOPE, FIT, GAIN = "punten per kenmerk erbij", "deel dat samengaat", "voorsprong met alle kenmerken"
#: Unit of the gain in fit (Akaike): a number with a meaning only beside 0.
AHEAD = "boven 0 = beschrijft de scores beter"


def risk_models(pupils: pd.DataFrame) -> list[Estimate]:
    """Points of score for each further risk, and how well all risks describe it beside SES alone.

    The same pupils take part in all three: those of whom score, education, income and the three other
    risks are known.
    """
    flags = {name: flag.astype(float) for name, flag in risks(pupils).items()}
    score = pupils[OUTCOME]
    data = pd.DataFrame(flags).assign(
        score=score, opleiding=pupils["opleiding_stap"], inkomen=pupils["inkomen_stap"]
    )
    counted = decomposition.risk_count(data.dropna(), outcome="score", risks=list(flags))
    slopes = [
        replace(item, name=SLOPE, unit=Unit.SCORE) for item in counted.estimates if item.name == "slope"
    ]
    ses, more = ["opleiding", "inkomen"], ["schuldsanering", "moeder kort in Nederland", "andere taal thuis"]
    fits = decomposition.compare_fits(data, outcome="score", models={SES: ses, ALL: [*ses, *more]}).estimates
    levels = [replace(item, name=FIT) for item in fits if item.unit == Unit.VARIANCE_SHARE]
    gains = [replace(item, name=GAIN, group="", unit=AHEAD) for item in fits if item.unit == Unit.STATISTIC]
    return [*slopes, *levels, *gains]
