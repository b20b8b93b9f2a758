"""A number of a school in context: raw, with less chance, and beside two values to compare with."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kansen_lib import indicators
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.context import average_school, expected, levels_and_gap
from kansen_lib.chapters.pupils import beside
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.shrinkage import shrink
from kansen_lib.stats.terms import Reason
from kansen_lib.store import School

#: What follows the name of a number that is pulled towards the average school.
LESS_CHANCE = ", met minder toeval"
#: What follows the name of a number that these pupils lead to expect.
EXPECTED = ", verwacht bij deze leerlingen"

#: What each of the numbers is for: a notebook quotes it as it stands.
UITLEG = (
    "Bij elk getal van de school staan drie andere. "
    "Het getal van **alle scholen samen** helpt bij de eerste vraag. "
    "Is dit genoeg voor deze leerlingen? "
    "Het getal **met minder toeval** ligt dichter bij de gemiddelde school. "
    "Hoe minder leerlingen, hoe dichterbij, want bij weinig leerlingen telt toeval zwaar. "
    "Het getal **verwacht bij deze leerlingen** helpt bij een andere vraag. "
    "Komt deze school hoger of lager uit dan scholen met zulke leerlingen? "
    "Soms ligt de verwachting lager dan het getal van alle scholen. Die lagere lat is nooit het doel. "
    "Het verschil tussen groepen is bij alle scholen samen vaak groter dan op een school. "
    "De groepen zitten namelijk ook op verschillende scholen."
)

FEW_SCHOOLS = "te weinig andere scholen met genoeg van deze leerlingen"
OTHER_PUPILS = "de verwachting is berekend over alle leerlingen van de school, en hier telt een deel mee"


def in_context(
    name: str,
    outcome: pd.Series,
    group: pd.Series,
    school: School,
    benchmark: Benchmark,
) -> tuple[Estimate, ...]:
    """Level of each group and the gap: raw beside all schools, with less chance, and expected.

    Args:
        name: one of :data:`kansen_lib.indicators.INDICATORS`.
        outcome: a value a pupil, see :func:`kansen_lib.indicators.outcome`.
        group: the group of each pupil, as the benchmark knows it (``opleiding``).
        school: whose pupils these are.
        benchmark: values of all schools, spread between schools, expectation of each school.

    Returns:
        Three families of the same groups, under ``name``, ``name`` + :data:`LESS_CHANCE` and ``name`` +
        :data:`EXPECTED`. All rest on the same persons and cells, also where there is no value: the gate
        withholds the same groups in each, for a shrunken number gives the raw one back.
    """
    raw = levels_and_gap(indicators.INDICATORS[name], outcome, group)
    shown = beside(raw, benchmark)
    calm = [with_less_chance(item, name, benchmark) for item in raw]
    ahead = [_ahead(item, name, school.vestiging, benchmark) for item in raw]
    return (*shown, *calm, *ahead)


def with_less_chance(raw: Estimate, name: str, benchmark: Benchmark) -> Estimate:
    """The number pulled towards the average school, as far as few pupils ask for it.

    Its interval takes mean and spread of schools as known: from some 40 schools it holds the truth 93
    times in a hundred rather than 95, and 90 times in groups of about twenty pupils.
    """
    renamed = replace(raw, name=name + LESS_CHANCE)
    prior = benchmark.prior(average_school(name), raw.group)
    if raw.value is None:
        return renamed
    if prior is None or prior.sd == 0:
        return _without(renamed, FEW_SCHOOLS if prior is None else Reason.NO_VARIATION)
    return shrink(renamed, prior)


def _ahead(raw: Estimate, name: str, vestiging: str, benchmark: Benchmark) -> Estimate:
    """What is expected of these pupils, as the pupils of all other schools fare."""
    renamed = replace(raw, name=name + EXPECTED)
    found = benchmark.find(expected(name), raw.group, vestiging)
    if raw.value is None:
        return renamed
    if found is None or found.value is None:
        return _without(renamed, found.reason if found else FEW_SCHOOLS)
    if found.n != raw.n:
        return _without(renamed, OTHER_PUPILS)
    cells = {"n": raw.n, "smallest": raw.smallest, "count": raw.count}
    return replace(found, name=renamed.name, **cells)


def _without(item: Estimate, reason: str) -> Estimate:
    """The estimate with a reason in the place of its value, and the same persons: the gate counts them."""
    empty = dict.fromkeys(("value", "lower", "upper", "standard_error", "df", "p_value", "reference"))
    return replace(item, **empty, interval="", method="", reason=reason)
