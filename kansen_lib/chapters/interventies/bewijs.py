"""The evidence shelf: what others found, as it was published."""

from __future__ import annotations

from kansen_lib import gepubliceerd
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.gepubliceerd import Cijfer
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

#: Unit of a published figure to what it is here, and by what it is divided.
_UNITS = {"sd": (Unit.SD, 1), "maanden": (Unit.MONTHS, 1), "%": (Unit.SHARE, 100), "keer": (Unit.RATIO, 1)}


@about(
    "macro",
    "kwalificatie",
    definitie="Welk effect onderzoek elders vond, zoals het gepubliceerd is.",
    teller="het gepubliceerde getal, in standaarddeviaties of in maanden",
    noemer="wie in dat onderzoek zat; plaats en jaar staan erbij",
    buiten="uitkomsten waarvan de grootte niet te lezen was: die staan er in woorden bij",
)
@needs()
def evidence_shelf(school: School) -> Result:
    """Published effects with place and year; the source and how sure we are of it as method."""
    return _published(gepubliceerd.GELOOT, gepubliceerd.MAANDEN)


def _published(*kinds: str) -> Result:
    found = [_estimate(kind, cijfer) for kind in kinds for cijfer in gepubliceerd.PLANK[kind]]
    return Result("", tuple(found), sources=(gepubliceerd.BRON,))


def _estimate(kind: str, cijfer: Cijfer) -> Estimate:
    unit, divisor = _UNITS[cijfer.eenheid]
    label = ", ".join(filter(None, (cijfer.onderwerp, cijfer.populatie, cijfer.groep, cijfer.jaar)))
    source = f"{cijfer.bron} (zekerheid {cijfer.zekerheid})"
    return Estimate(kind, label, cijfer.waarde / divisor, unit, method=source)
