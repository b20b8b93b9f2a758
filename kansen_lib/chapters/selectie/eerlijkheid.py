"""Whether the advies predicts well, and as well for every group; and why not every demand can hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from kansen_lib import codes
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark import eerlijkheid as numbers
from kansen_lib.benchmark.vergelijken import OPLEIDING, Groups
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.oorzaken.leerlingen import FEW_SCHOOLS
from kansen_lib.chapters.pupils import beside, pupils_of
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

SEEN = "leerlingen met beide adviezen, een toets van dezelfde soort en een niveau in leerjaar 3"
LOST = (
    "Wie leerjaar 3 hier niet haalde. Wie daar in een klas met drie niveaus of meer zit. Cohorten zonder "
    "toets of met een andere soort toets."
)
EVERYWHERE = f"{SEEN}, van alle scholen samen"
_ADVICE = ("opleiding_ouders", "advies_eerste", "advies_definitief")


def _decided(school: School) -> pd.DataFrame:
    return school.once("decided", lambda: numbers.decided(pupils_of(school)))


def _lost(school: School) -> tuple[int, int]:
    everyone = pupils_of(school)
    return len(everyone) - len(_decided(school)), len(everyone)


def _of_all(benchmark: Benchmark, wanted: Iterable[tuple[str, str]]) -> Iterator[Estimate]:
    """Numbers of all schools by name and group, or why there is none."""
    for name, group in wanted:
        found = benchmark.find(name, group, numbers.UNIT)
        yield found or Estimate.not_computable(name, FEW_SCHOOLS, group=group)


def _levels_and_gap(names: Iterable[str], pair: Groups) -> Iterator[tuple[str, str]]:
    return ((name, group) for name in names for group in (pair.low, pair.high, pair.gap))


@about(
    "meso",
    "kwalificatie",
    definitie="Welk deel van de verschillen in niveau later samengaat met het advies, en met de toets.",
    teller="verklaarde spreiding van de plaats op de ladder, in leerjaar 3 en bij het diploma",
    noemer="alle spreiding in die plaats; steeds dezelfde leerlingen, met een advies en een score",
    buiten=LOST,
)
@needs(leerlingen=("advies_eerste", "advies_definitief", "toetsscore"), loopbaan=("niveau",))
def advies_and_toets_predict(school: School, benchmark: Benchmark) -> Result:
    """R2 of the level in leerjaar 3 and of the diploma on advies, on toets and on both."""
    own = numbers.predicted(_decided(school))
    return Result("", beside(own, benchmark, numbers.UNIT), dropped=_lost(school))


@about(
    "macro",
    "kwalificatie",
    definitie="Hoe goed advies en toets het niveau in leerjaar 3 voorspellen, naar opleiding van de ouders.",
    teller="verklaarde spreiding van de plaats in leerjaar 3",
    noemer=f"alle spreiding binnen de groep; {EVERYWHERE}",
    buiten=LOST,
)
@needs(leerlingen=(*_ADVICE, "toetsscore"), loopbaan=("niveau",))
def prediction_by_group(school: School, benchmark: Benchmark) -> Result:
    """R2 of the level in leerjaar 3 within each group, on advies and on toets, over all schools."""
    wanted = ((name, group) for name in numbers.ONE_BY_ONE for group in codes.OPLEIDING_OUDERS_3.codes)
    return Result("", tuple(_of_all(benchmark, wanted)))


@about(
    "meso",
    "kwalificatie",
    definitie="Hoe vaak een advies van havo of hoger samenviel met havo of vwo in leerjaar 3.",
    teller="Herkend en voordeel van de twijfel: leerlingen met een havo-advies. Uitgekomen en toch gehaald: "
    "leerlingen op havo of vwo in leerjaar 3.",
    noemer=f"{SEEN}. Herkend: wie later op havo of vwo zit. Voordeel: wie later lager zit. Uitgekomen: wie "
    "een havo-advies kreeg. Toch gehaald: wie een lager advies kreeg.",
    buiten=LOST,
)
@needs(leerlingen=("advies_eerste", "advies_definitief"), loopbaan=("niveau",))
def advies_right_and_wrong(school: School, benchmark: Benchmark) -> Result:
    """The four rates of the first advies, all pupils of the school together, beside all schools."""
    own = numbers.rates_of_all(_decided(school))
    return Result("", beside(own, benchmark, numbers.UNIT), dropped=_lost(school))


@about(
    "macro",
    "kwalificatie",
    definitie="Welk deel na hetzelfde eerste advies in leerjaar 3 op havo of vwo zit, naar opleiding van de "
    "ouders.",
    teller="leerlingen in een klas met havo of vwo in leerjaar 3",
    noemer=f"leerlingen met dat advies; {EVERYWHERE}",
    buiten=f"{LOST} Adviezen waarna bijna iedereen of bijna niemand op havo of vwo komt.",
)
@needs(leerlingen=_ADVICE, loopbaan=("niveau",))
def same_advies_same_chance(school: School, benchmark: Benchmark) -> Result:
    """Share in havo or vwo by first advies, a line a group, over all schools."""
    wanted = (
        (f"opleiding {group}", advies)
        for group in codes.OPLEIDING_OUDERS_3.codes
        for advies in numbers.BETWEEN
    )
    return Result("", tuple(_of_all(benchmark, wanted)))


@about(
    "meso",
    "kwalificatie",
    definitie="Hoe vaak een groep later op havo of vwo zit, min wat bij hun adviezen te verwachten is.",
    teller="leerlingen op havo of vwo, min de kans die bij hun eerste advies hoort",
    noemer=f"{SEEN}, naar opleiding van de ouders",
    buiten=f"{LOST} De kans bij een advies is die van alle scholen samen.",
)
@needs(leerlingen=_ADVICE, loopbaan=("niveau",))
def seen_against_expected(school: School, benchmark: Benchmark) -> Result:
    """Observed minus expected by parental education, at the chance of each advies in the network."""
    data = _decided(school)
    labels = data["advies_eerste"].dropna().unique()
    known = numbers.against_chance(
        data, {label: benchmark.value(numbers.CHANCE, label, numbers.UNIT) for label in labels}
    )
    if known.empty:
        return Result("", (Estimate.not_computable(numbers.AGAINST, FEW_SCHOOLS),))
    own = numbers.calibrated(known, OPLEIDING)
    return Result("", beside(own, benchmark, numbers.UNIT), dropped=_lost(school))


@about(
    "macro",
    "kwalificatie",
    definitie="Hoe vaak het advies goed en fout uitkwam, naar opleiding van de ouders.",
    teller="Herkend en voordeel van de twijfel: leerlingen met een havo-advies. Uitgekomen en toch gehaald: "
    "leerlingen op havo of vwo in leerjaar 3.",
    noemer=f"{EVERYWHERE}. Herkend: wie later op havo of vwo zit. Voordeel: wie later lager zit. Uitgekomen: "
    "wie een havo-advies kreeg. Toch gehaald: wie een lager advies kreeg.",
    buiten=LOST,
)
@needs(leerlingen=_ADVICE, loopbaan=("niveau",))
def right_and_wrong_by_group(school: School, benchmark: Benchmark) -> Result:
    """The four rates of the first advies by parental education: level and gap, over all schools."""
    return Result("", tuple(_of_all(benchmark, _levels_and_gap(numbers.RATES.values(), OPLEIDING))))


@about(
    "macro",
    "kwalificatie",
    definitie="Hoe vaak leerlingen die het hogere van twee adviezen kregen, dat niveau later haalden.",
    teller="leerlingen die in leerjaar 3 op het hogere niveau zitten",
    noemer=f"leerlingen met dat dubbele advies; {EVERYWHERE}",
    buiten=LOST,
)
@needs(leerlingen=_ADVICE, loopbaan=("niveau",))
def at_the_border(school: School, benchmark: Benchmark) -> Result:
    """The outcome test at the margin: who got the higher of two neighbouring adviezen, by group."""
    names = [numbers.border(advies) for advies in numbers.BORDERS]
    return Result("", tuple(_of_all(benchmark, _levels_and_gap(names, OPLEIDING))))


@about(
    "macro",
    "kwalificatie",
    definitie="Hoe ver de groepen uit elkaar liggen bij elke eis aan een eerlijk advies.",
    teller="het verschil tussen hoog en laag, per eis",
    noemer=EVERYWHERE,
    buiten=LOST,
)
@needs(leerlingen=(*_ADVICE, "toetsscore"), loopbaan=("niveau",))
def demands_side_by_side(school: School, benchmark: Benchmark) -> Result:
    """Every criterion of fairness on the first advies: who stands higher under each."""
    names = (numbers.SHARE, numbers.AT_SCORE, *numbers.RATES.values(), numbers.AGAINST)
    wanted = [(name, OPLEIDING.gap) for name in (*names, numbers.border("vmbo-gt/havo"))]
    return Result("", tuple(_of_all(benchmark, wanted)))


@about(
    "macro",
    "kwalificatie",
    definitie="Hoe vaak een groep ten onrechte een havo-advies zou krijgen, als twee andere eisen voor beide "
    "groepen gelijk waren.",
    teller="een rekensom met drie aandelen van alle scholen samen",
    noemer=EVERYWHERE,
    buiten=LOST,
)
@needs(leerlingen=_ADVICE, loopbaan=("niveau",))
def not_all_at_once(school: School, benchmark: Benchmark) -> Result:
    """The false positive rates that follow from other base rates, at equal predictive value and reach."""
    reach, wrong, right, _ = numbers.RATES.values()
    groups = (OPLEIDING.low, OPLEIDING.high)
    wanted = [(numbers.BASE, group) for group in groups]
    wanted += [(right, numbers.BOTH), (reach, numbers.BOTH)]
    wanted += [(name, group) for name in (numbers.IMPLIED, wrong) for group in groups]
    return Result("", tuple(_of_all(benchmark, wanted)))
