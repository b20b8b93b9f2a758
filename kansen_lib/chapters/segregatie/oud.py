"""Chapter 4: who meets whom, between schools and within this one."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kansen_lib import indicators
from kansen_lib.benchmark import SEED, Benchmark
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import dropped, pupils_of
from kansen_lib.stats import gaps, segregation
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Method, Unit
from kansen_lib.store import School

#: Of the estimates of an index: the index itself and what chance would give.
SHOWN = ("", "by chance")


@about(
    "meso",
    definitie="Hoe gescheiden leerlingen van havo/vwo en vmbo over de vestigingen van de gemeente zitten "
    "(D).",
    teller="leerlingen vanaf leerjaar 3 per vestiging en richting",
    noemer="alle leerlingen vanaf leerjaar 3 in de gemeente met een bekend niveau",
    buiten="leerlingen in leerjaar 1 en 2, en wie geen bekend niveau heeft",
)
@needs(aantallen=("aantal_lower",))
def tracks_over_schools(school: School, benchmark: Benchmark) -> Result:
    """How apart havo/vwo and vmbo pupils sit over the vestigingen of the gemeente (D), and by chance."""
    return Result("", _from_benchmark(school, benchmark, "D richting"))


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
    definitie="Over hoeveel niveaus de leerlingen verdeeld zijn (1 is één niveau).",
    teller="leerlingen vanaf leerjaar 3 per niveau",
    noemer="alle leerlingen vanaf leerjaar 3 met een bekend niveau",
    buiten="leerlingen in leerjaar 1 en 2",
)
@needs(aantallen=("aantal_lower",))
def breadth_of_school(school: School) -> Result:
    """Effective number of levels from leerjaar 3 on: 1 for a categorale school, more when broad.

    Beside it the same number for the gemeente as a whole.
    """
    everyone = indicators.tracks(school.store.read("aantallen", where={"vestiging": school.neighbours}))
    everyone = everyone.dropna(subset=["niveau"])
    own = _effective("deze school", everyone[everyone["vestiging"] == school.vestiging])
    if pd.isna(school.record["gemeente"]):
        reason = "de gemeente van deze school is niet bekend"
        whole = Estimate.not_computable("breedte", reason, group="hele gemeente", unit="niveaus")
    else:
        whole = _effective("hele gemeente", everyone)
    return Result("", (own, whole))


def _effective(label: str, rows: pd.DataFrame) -> Estimate:
    counts = rows.groupby("niveau", observed=True)["aantal"].sum().to_numpy(float)
    n = int(counts.sum())
    if n == 0:
        reason = "geen leerlingen vanaf leerjaar 3 met een bekend niveau"
        return Estimate.not_computable("breedte", reason, group=label, unit="levels", n=0)
    value = segregation.breadth(counts)["breadth"].value
    return Estimate("breedte", label, value, "levels", n=n, method=Method.EFFECTIVE_NUMBER)


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


@about(
    "micro",
    definitie="Hoe gescheiden leerlingen met laag- en hoogopgeleide ouders over de klassen van leerjaar 1 "
    "zitten (D).",
    teller="leerlingen met laag- en met hoogopgeleide ouders per klas",
    noemer="leerlingen van leerjaar 1 in een van deze twee groepen",
    buiten="de middengroep, en wie geen bekende klas of opleiding van de ouders heeft",
)
@needs(leerlingen=("opleiding_ouders",), loopbaan=("klas",))
def background_over_classes(school: School) -> Result:
    """D between the same groups over the classes of leerjaar 1, and what chance would give."""
    pupils = pupils_of(school)
    first = school.table("loopbaan").query("leerjaar == 1").drop_duplicates("leerling")
    data = first.merge(pupils[["leerling", "opleiding"]], on="leerling").dropna(subset=["klas", "opleiding"])
    ends = data[data["opleiding"] != "midden"].assign(
        opleiding=lambda rows: rows["opleiding"].astype(str),
        klas=lambda rows: rows["schooljaar"] + " " + rows["klas"],
    )
    found = segregation.with_chance(ends, "opleiding", "klas", index="dissimilarity", seed=SEED).estimates
    shown = tuple(_named(item, "klassen") for item in found if item.group in SHOWN)
    return Result("", shown, dropped=dropped(pupils["opleiding"]))
