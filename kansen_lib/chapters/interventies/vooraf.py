"""What could be seen at all: the smallest effect that a study of this size would show, before any effect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kansen_lib import indicators
from kansen_lib.benchmark import Benchmark
from kansen_lib.benchmark.evaluatie import spreiding
from kansen_lib.chapters.about import about
from kansen_lib.chapters.interventies.keuze import Keuze
from kansen_lib.chapters.needs import needs
from kansen_lib.stats import power
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

#: Effect of intensive tutoring on three Dutch primary schools (De Ree and others, 2023), sd.
PUBLISHED, TUTORING = 0.28, "gevonden bij bijles op drie basisscholen (2023)"
#: Outcome where none is registered.
OUTCOME = "rekenen leerjaar 1"
#: Assumed where the store cannot tell: share between schools, what an earlier test explains of it, and of
#: the rest; share between cohorts of a school, and what the test explains of that. Dutch schools differ much
#: in scores, since pupils are placed by level.
ICC, R2_SCHOOLS, R2, SHOCKS, R2_SHOCKS = 0.4, 0.8, 0.5, 0.02, 0.5
#: Schools that could work together, each as large as this one.
TOGETHER = (2, 5, 10)
PUPILS, SCHOOLS = "loting van leerlingen", "loting van scholen"
CUTOFF, STAGGERED = "grens op een score", "gespreide start"
#: Of a staggered start: cohorts before the first start and with all starts, starts, and schools that start.
BEFORE, AFTER, WAVES, EVER = 2, 2, 2, 2 / 3
FEWEST = 10
_FEW_SCHOOLS = "te weinig scholen voor deze opzet"
_TOO_FEW = "te weinig leerlingen in leerjaar 1"


@dataclass(frozen=True)
class Spread:
    """Where an outcome differs, for a calculation beforehand; shares of the variance.

    Attributes:
        icc: between schools.
        r2_schools, r2: what an earlier test explains between schools, and between pupils of a school.
        shocks, r2_shocks: between cohorts of a school, and what the test explains of that.
        measured: whether the store told them.
    """

    icc: float = ICC
    r2_schools: float = R2_SCHOOLS
    r2: float = R2
    shocks: float = SHOCKS
    r2_shocks: float = R2_SHOCKS
    measured: bool = False

    @classmethod
    def of(cls, benchmark: Benchmark, uitkomst: str) -> Spread:
        """As measured over all schools, or as assumed where one of the numbers is not there."""
        names = (spreiding.ICC, spreiding.R2_SCHOOLS, spreiding.R2)
        found = [benchmark.value(name, "", uitkomst) for name in names]
        known = [value for value in found if value is not None]
        if len(known) < len(names):
            return cls()
        shocks = (benchmark.value(name, "", uitkomst) for name in (spreiding.SHOCKS, spreiding.R2_SHOCKS))
        return cls(*known, *(value or 0.0 for value in shocks), measured=True)

    @property
    def explained(self) -> float:
        """Share of all variance that leaves a lottery within schools: between schools, and by the test."""
        return 1 - (1 - self.icc) * (1 - self.r2)

    @property
    def words(self) -> str:
        """What was used, for the line under a card."""
        source = "uit de gegevens van alle scholen" if self.measured else "aangenomen"
        return (
            f"kleinst aantoonbare effect ({source}: {self.icc:.0%} van de verschillen ligt tussen scholen, "
            f"een eerdere toets verklaart daarvan {self.r2_schools:.0%} en van de rest {self.r2:.0%})"
        )


def first_years(school: School) -> int:
    """Pupils of leerjaar 1 in the latest counts of DUO; masked counts at their lower bound."""
    counts = indicators.latest(school.table("aantallen"))
    return int(counts.loc[counts["leerjaar"] == 1, "aantal_lower"].sum())


def lottery_of_pupils(n: float, schools: int, spread: Spread) -> power.Plan:
    """Half of ``n`` pupils of each school drawn, with an earlier test."""
    design = power.Design.BLOCKS_FIXED if schools > 1 else power.Design.INDIVIDUAL
    return power.Plan(design, n=n, units=schools, r2=spread.explained, covariates=1)


def lottery_of_schools(n: float, schools: int, spread: Spread) -> power.Plan:
    """Half of the schools drawn, with an earlier test of their pupils."""
    return power.Plan(
        power.Design.CLUSTER,
        n=n,
        units=schools,
        icc=spread.icc,
        r2=spread.r2,
        r2_units=spread.r2_schools,
        covariates=1,
    )


def cutoff_of_pupils(n: float, schools: int, spread: Spread, share: float = 0.5) -> power.Plan:
    """Who scores below a cut-off gets a place: ``share`` of all pupils, and the score is the earlier test."""
    return power.Plan(
        power.Design.THRESHOLD, n=n * schools, r2=spread.explained, covariates=1, share_treated=share
    )


def staggered_schools(n: float, schools: int, spread: Spread) -> power.Plan:
    """Two in three schools start, in two turns; cohorts with an earlier test."""
    return power.Plan(
        power.Design.STAGGERED,
        n=n,
        units=schools,
        icc=spread.icc,
        shocks=min(spread.shocks, 1 - spread.icc),
        r2=spread.r2,
        r2_units=spread.r2_shocks,
        share_treated=EVER,
        before=BEFORE,
        after=AFTER,
        waves=WAVES,
    )


#: Design of the card to its plan; the last two draw or start whole schools.
PLANS = {
    PUPILS: lottery_of_pupils,
    CUTOFF: cutoff_of_pupils,
    SCHOOLS: lottery_of_schools,
    STAGGERED: staggered_schools,
}
_WHOLE = (SCHOOLS, STAGGERED)


def detectable(plan: power.Plan, name: str, group: str, spread: Spread) -> Estimate:
    """The smallest effect that a plan would show, as a number of a card."""
    found = power.minimum_detectable_effect(plan, name=name)
    if found.value is None:
        few = _FEW_SCHOOLS if name in _WHOLE else found.reason
        return replace(found, group=group, reason=few)
    return replace(found, group=group, standard_error=None, df=None, method=spread.words)


@about(
    "meso",
    definitie="Het kleinste effect dat een onderzoek in leerjaar 1 zou laten zien, alleen of samen met even "
    "grote scholen.",
    teller="Een berekening vooraf, geen meting: kans van 80% om zo'n effect te zien, met een beginmeting.",
    noemer="Leerlingen in leerjaar 1 op 1 oktober. De helft krijgt een plek. Bij een gespreide start begint "
    "twee derde van de scholen, in twee rondes.",
    buiten="Niets. Wie uitvalt of niet meedoet, maakt het kleinste aantoonbare effect groter.",
)
@needs(aantallen=("aantal_lower",))
def detectable_effect(school: School, benchmark: Benchmark, keuze: Keuze) -> Result:
    """The smallest effect that four designs would show, by the number of schools.

    Args:
        school: the school; its open counts are enough.
        benchmark: where the outcome differs over all schools; assumed where it does not say.
        keuze: its outcome is the one that is planned for.
    """
    n = first_years(school)
    if n < FEWEST:
        return Result("", (Estimate.not_computable(PUPILS, _TOO_FEW, unit=Unit.SD, n=n),))
    spread = Spread.of(benchmark, keuze.uitkomst or OUTCOME)
    sizes = _sizes(school)
    return Result("", tuple(_curve(n, sizes, spread)), sources=("aantallen",))


def _curve(n: int, sizes: dict[str, int], spread: Spread) -> Iterator[Estimate]:
    for name, plan in PLANS.items():
        for label, schools in sizes.items():
            if name not in _WHOLE or schools > 1:
                yield detectable(plan(n, schools, spread), name, label, spread)
    yield from (Estimate(TUTORING, label, PUBLISHED, Unit.SD) for label in sizes)


def _sizes(school: School) -> dict[str, int]:
    """Label to number of schools: this one, some together, and all of the store."""
    known = school.store.vestigingen
    every = int((known["sector"] == "vo").sum())
    some = {f"{number} scholen": number for number in TOGETHER if number < every}
    whole = {f"alle {every} scholen": every} if every > 1 else {}
    return {"deze school": 1, **some, **whole}
