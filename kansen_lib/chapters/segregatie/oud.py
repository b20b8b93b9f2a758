"""Chapter 4: who meets whom, between schools and within this one."""

from __future__ import annotations

from dataclasses import replace

from kansen_lib.benchmark import Benchmark
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import dropped, pupils_of
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

#: Of the estimates of an index: the index itself and what chance would give.
SHOWN = ("", "by chance")


def _from_benchmark(school: School, benchmark: Benchmark, name: str) -> tuple[Estimate, ...]:
    """The gemeente's index and what chance would give, as the network phase computed them."""
    gemeente = str(school.record["gemeente"])
    found = [benchmark.find(name, group, gemeente) for group in SHOWN]
    known = [item for item in found if item is not None]
    if not known:
        reason = "geen gegevens van deze gemeente"
        return (Estimate.not_computable("D", reason, group="gemeente", unit=Unit.INDEX),)
    return tuple(_named(item, "gemeente") for item in known)


def _named(item: Estimate, label: str) -> Estimate:
    """D under the label of what it is over, or 'bij toeval'."""
    return replace(item, name="D", group="bij toeval" if item.group else label)


@about(
    "meso",
    definitie="Welk deel van de leerlingen ouders met een lage, middelbare of hoge opleiding heeft.",
    teller="leerlingen per groep",
    noemer="leerlingen met een bekende opleiding van de ouders",
    buiten="leerlingen van wie de opleiding van de ouders ontbreekt",
)
@needs(leerlingen=("opleiding_ouders",))
def composition(school: School, benchmark: Benchmark) -> Result:
    """Parental education of this school's pupils beside all pupils of the gemeente."""
    pupils = pupils_of(school)
    known = pupils["opleiding"].dropna()
    gemeente = str(school.record["gemeente"])
    estimates = [
        gaps.share(
            int((known == label).sum()),
            len(known),
            name="samenstelling",
            group=label,
            reference=benchmark.value("samenstelling", label, gemeente),
        )
        for label in known.cat.categories
    ]
    lost = dropped(pupils["opleiding"])
    return Result("", tuple(estimates), dropped=lost, reference_name="alle scholen in de gemeente")


@about(
    "meso",
    definitie="Hoe gescheiden leerlingen met laag- en hoogopgeleide ouders over de scholen van de gemeente "
    "zitten (D).",
    teller="leerlingen met laag- en met hoogopgeleide ouders per school",
    noemer="alle leerlingen in de gemeente in een van deze twee groepen",
    buiten="de middengroep, en wie geen bekende opleiding van de ouders heeft",
)
@needs(leerlingen=("opleiding_ouders",))
def background_over_schools(school: School, benchmark: Benchmark) -> Result:
    """D between pupils with parents of low and high education over the schools of the gemeente."""
    return Result("", _from_benchmark(school, benchmark, "D opleiding"))
