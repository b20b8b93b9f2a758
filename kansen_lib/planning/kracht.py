"""What a study could see at all: power of every design, from a few numbers about schools and pupils."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from kansen_lib.stats import power
from kansen_lib.stats.power import Design, Plan
from kansen_lib.stats.result import Estimate

#: Shares of the variance between schools and between cohorts of a school, and what an earlier score explains,
#: where nobody knows better.
ICC, SHOCKS, R2, R2_SCHOOLS = 0.20, 0.02, 0.50, 0.80
POWER = 0.8


class PowerError(ValueError):
    """Numbers with which nothing can be calculated; the message says which and what to do."""


class NotCarried(PowerError):
    """A design that so few schools cannot carry; another design may."""


@dataclass(frozen=True)
class Assumptions:
    """What a calculation of power rests on. Shares of variance are of all pupils of all schools.

    Attributes:
        pupils: in scope in each school and cohort.
        schools: that take part or are compared with.
        cohorts: of each school; with a start, those before it and as many after it.
        icc: share of the variance between schools.
        shocks: share between the cohorts of one school.
        r2, r2_schools, r2_shocks: what an earlier score explains of the variance between pupils, between
            schools, and between the cohorts of one school.
        share: drawn, or with the approach.
        take_up: difference in taking part that an invitation, or a cut-off, makes.
        because: attribute to where its number comes from, in English.
    """

    pupils: float
    schools: int = 1
    cohorts: int = 1
    icc: float = ICC
    shocks: float = SHOCKS
    r2: float = R2
    r2_schools: float = R2_SCHOOLS
    r2_shocks: float = 0.0
    share: float = 0.5
    take_up: float = 1.0
    because: Mapping[str, str] = field(default_factory=dict)

    @property
    def within(self) -> float:
        """Share of the variance that schools, their cohorts and an earlier score leave."""
        return (1 - self.icc - self.shocks) * (1 - self.r2)


def plan(ontwerp: str, given: Assumptions) -> Plan:
    """A design of ``codes.ONTWERP`` as a plan of :mod:`kansen_lib.stats.power`, in sd of all pupils.

    Raises:
        NotCarried: so few schools cannot carry the design.
        PowerError: numbers out of range.
    """
    if given.icc + given.shocks >= 1:
        raise PowerError(
            f"shares of variance: {given.icc:g} between schools and {given.shocks:g} between cohorts leave "
            "nothing between pupils; give a lower --icc"
        )
    try:
        return _PLANS[ontwerp](given)
    except NotCarried:
        raise
    except ValueError as error:
        raise PowerError(f"design '{ontwerp}': {error}") from None


def _pupils(given: Assumptions, take_up: float = 1.0) -> Plan:
    """Pupils drawn within schools; each school is a block with a mean of its own."""
    facts = {"r2": 1 - given.within, "covariates": 1, "share_treated": given.share, "take_up": take_up}
    if given.schools == 1:
        return Plan(Design.INDIVIDUAL, n=given.pupils * given.cohorts, **facts)
    return Plan(Design.BLOCKS_FIXED, n=given.pupils * given.cohorts, units=given.schools, **facts)


def _schools(given: Assumptions) -> Plan:
    """Schools drawn; what makes one cohort of a school differ from the next counts with the schools."""
    shocks = given.shocks / given.cohorts
    between = given.icc + shocks
    left = given.icc * (1 - given.r2_schools) + shocks * (1 - given.r2_shocks)
    return Plan(
        Design.CLUSTER,
        n=given.pupils * given.cohorts,
        units=_several(given, 4),
        icc=between,
        r2_units=1 - left / between if between > 0 else 0.0,
        r2=1 - given.within / (1 - between),
        covariates=1,
        share_treated=given.share,
    )


def _threshold(given: Assumptions) -> Plan:
    return Plan(
        Design.THRESHOLD,
        n=given.pupils * given.cohorts * given.schools,
        r2=1 - given.within,
        covariates=1,
        share_treated=given.share,
        take_up=given.take_up,
    )


def _started(given: Assumptions, share: float) -> Plan:
    """Schools before and after a start, beside schools that do not start, at an equal earlier score."""
    shocks = given.shocks * (1 - given.r2_shocks)
    return Plan(
        Design.STAGGERED,
        n=given.pupils,
        units=_several(given, 3),
        icc=given.icc,
        shocks=shocks,
        r2=1 - given.within / (1 - given.icc - shocks),
        before=given.cohorts,
        after=given.cohorts,
        share_treated=share,
    )


def _several(given: Assumptions, fewest: int) -> int:
    if given.schools < fewest:
        raise NotCarried(f"needs {fewest} schools or more, there are {given.schools}")
    return given.schools


_PLANS: Mapping[str, Callable[[Assumptions], Plan]] = {
    "loting": _pupils,
    "loting van scholen": _schools,
    "geloote uitnodiging": lambda given: _pupils(given, given.take_up),
    "grens": _threshold,
    "gespreide start": lambda given: _started(given, given.share),
    "een school": lambda given: _started(given, 1 / given.schools),
    "vergelijking": _pupils,
}
#: What a design takes for granted beside the numbers.
RESTS_ON = {
    "loting": "pupils are drawn within their school; effect of being drawn",
    "loting van scholen": "schools are drawn; few schools: few degrees of freedom",
    "geloote uitnodiging": "pupils are drawn for an invitation; effect of taking part because of it",
    "grens": "a normal score decides; effect at the cut-off only",
    "gespreide start": "as many cohorts before as after the start, and schools would have moved alike",
    "een school": "one school starts; one change of its own in that year cannot be told from the effect",
    "vergelijking": "participants are as comparable as if drawn within their school, once corrected",
}


@dataclass(frozen=True)
class Seen:
    """What one design could see.

    Attributes:
        ontwerp: one of ``codes.ONTWERP``.
        detectable: minimum detectable effect with its standard error, in sd, or a reason.
        power: probability to find the asked effect; None when none was asked.
        needed: number of pupils (one school, a cut-off) or of schools that it takes, in its unit; None for
            one school that starts: more schools beside it do not help.
    """

    ontwerp: str
    detectable: Estimate
    power: Estimate | None = None
    needed: Estimate | None = None


def seen(ontwerp: str, given: Assumptions, effect: float | None = None, chance: float = POWER) -> Seen:
    """The minimum detectable effect of a design; with an ``effect`` (sd) also its power and what it needs.

    Raises:
        PowerError: as :func:`plan`, or a power that is no probability.
    """
    planned = plan(ontwerp, given)
    try:
        found = power.minimum_detectable_effect(planned, power=chance)
        if effect is None:
            return Seen(ontwerp, found)
        likely = power.power_of(planned, effect)
        if ontwerp == "een school":
            return Seen(ontwerp, found, likely)
        needed = power.sample_size(planned, effect, power=chance)
        of = "pupils" if planned.design in (Design.INDIVIDUAL, Design.THRESHOLD) else "schools"
        return Seen(ontwerp, found, likely, replace(needed, unit=of))
    except ValueError as error:
        raise PowerError(str(error)) from None
