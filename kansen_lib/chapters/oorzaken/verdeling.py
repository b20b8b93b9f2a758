"""Where differences between pupils lie: between schools, classes or pupils; association, no cause."""

from __future__ import annotations

from dataclasses import replace

from kansen_lib.benchmark import Benchmark
from kansen_lib.chapters.needs import needs
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School


@needs(toetsen=("score",), loopbaan=("klas",))
def variance_by_level(school: School, benchmark: Benchmark) -> Result:
    """Which part of the differences in score in leerjaar 3 lies between schools, classes and pupils.

    A number of the whole network: one school alone has no variance between schools.
    """
    names = {"vestiging": "tussen scholen", "klas": "tussen klassen", "persons": "tussen leerlingen"}
    estimates = []
    for key, label in names.items():
        found = benchmark.find("variantie", key)
        if found is None:
            found = Estimate.not_computable(
                "variantie", "geen klassen of scores van genoeg scholen", unit=Unit.VARIANCE_SHARE
            )
        estimates.append(replace(found, name="verschillen", group=label))
    return Result("", tuple(estimates))
