"""Made-up results for the figures of a region: long names, small and large schools, what is withheld."""

from __future__ import annotations

from kansen_lib.present import roles
from kansen_lib.stats.result import Estimate

LEVELS = ("pro", "vmbo-b", "vmbo-k", "vmbo-gt", "havo", "vwo")
#: Shares of the levels by kind of school.
KINDS = (
    (0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
    (0.0, 0.12, 0.16, 0.32, 0.25, 0.15),
    (0.3, 0.4, 0.3, 0.0, 0.0, 0.0),
    (0.0, 0.0, 0.0, 0.2, 0.45, 0.35),
)
NAMES = ("Prins Willem-Alexander College", "De Wegwijzer", "Sint Jozef Scholengemeenschap", "Het Kompas")


def mosaic(schools: int = 12) -> list[Estimate]:
    """Schools in alphabetical order, of 60 to 1,500 pupils; one has a level of three pupils."""
    made = []
    for place in range(schools):
        own = f"{roles.OWN_SCHOOL}: " if place == 2 else ""
        name, n = f"{own}{chr(65 + place)} {NAMES[place % 4]}", 60 + (place * 617) % 1441
        for level, share in zip(LEVELS, KINDS[place % 4], strict=True):
            made.append(Estimate(name, level, share, "share", n=n, count=round(share * n)))
    n, shares = 9000, (0.05, 0.13, 0.15, 0.2, 0.25, 0.22)
    made += [
        Estimate(roles.WHOLE_AREA, level, share, "share", n=n, count=round(share * n))
        for level, share in zip(LEVELS, shares, strict=True)
    ]
    return made


def parts() -> list[Estimate]:
    """Three wholes, of which one has a part below zero."""
    names = ("tussen gemeenten", "tussen besturen", "tussen scholen van een bestuur", "tussen klassen")
    wholes = {
        "opleiding van de ouders": (0.01, 0.03, 0.06, 0.02),
        "herkomst": (0.04, 0.02, 0.05, -0.01),
        "jongens en meisjes": (0.002, 0.004, 0.01, 0.0),
    }
    made = []
    for whole, values in wholes.items():
        for part, value in zip(names, values, strict=True):
            ends = {"lower": value - 0.01, "upper": value + 0.012, "interval": "95%"}
            made.append(Estimate(whole, part, value, "index", **ends, n=2000))
        total = sum(values)
        ends = {"lower": total - 0.02, "upper": total + 0.02, "interval": "95%"}
        made.append(Estimate(whole, roles.TOTAL, total, "index", **ends, n=2000))
    return made


def scenarios() -> list[Estimate]:
    """Three measures in units of their own, four scenarios beside today."""
    names = (roles.NOW, "loting over alle scholen", "loting bij hetzelfde advies", "dichtste school", "ruil")
    measures = {
        "verdeling naar opleiding van de ouders": ("index", (0.34, 0.03, 0.22, 0.31, 0.17), 0.02),
        "leerlingen op deze school": ("persons", (840, 840, 840, 1130, 840), 0),
        "afstand naar school": ("km", (4.2, 9.8, 7.1, 2.2, 4.6), 0.3),
    }
    made = []
    for measure, (unit, values, half) in measures.items():
        for name, value in zip(names, values, strict=True):
            ends = {"lower": value - half, "upper": value + half, "interval": "95%"} if half else {}
            made.append(Estimate(measure, name, value, unit, n=5000, **ends))
    return made


def points(count: int = 40) -> list[Estimate]:
    """PC4 of 4 to 400 pupils around four schools; one PC4 lies nowhere."""
    made = []
    for i in range(count):
        group, n = str(7000 + 3 * i), 4 + (i * 97) % 397
        value = (0.05 + 0.013 * ((i * 37) % 60)) if n > 4 else 0.2
        made.append(Estimate("laagopgeleide ouders", group, value, "share", n=n, count=round(value * n)))
        if i != 1:
            made += place(group, 200 + (i * 7) % 23 + 0.3 * (i % 3), 440 + (i * 11) % 17)
    for i, name in enumerate(NAMES):
        kind = roles.OWN_SCHOOL if i == 1 else roles.SCHOOL
        made += place(f"{kind}: {name}", 205 + 4.3 * i, 445 + 3.1 * (i % 3))
    return made


def place(group: str, east: float, north: float) -> list[Estimate]:
    """Where a group lies."""
    return [Estimate(roles.EAST, group, east, "km"), Estimate(roles.NORTH, group, north, "km")]


EXAMPLES = {"mozaiek": mosaic(), "delen": parts(), "voor_na": scenarios(), "kaart": points()}
