"""Reference values from pupils: scores by parental education, the gap in advies at an equal score."""

from __future__ import annotations

from collections.abc import Iterator

from kansen_lib.benchmark.data import Network, sample, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.benchmark.views import at_equal_score
from kansen_lib.stats import gaps

#: How many steps higher the first advies is, at an equal score, for parents of high education.
ADVIES_GAP = "advies_bij_gelijke_score"


def rows(network: Network) -> Iterator[Row]:
    """Scores and gap over all schools; nothing without pupils."""
    if "leerlingen" not in network.store.tables or not several_schools(network.pupils):
        return
    pupils = network.pupils
    for item in gaps.means(pupils["toetsscore"], pupils["opleiding"], name="toetsscore").estimates:
        yield "", item, None
    yield "", at_equal_score(sample(pupils), "eerste", ADVIES_GAP), None
