"""Who sits together in the classes of this school: by level, within a level, and beside drawing lots."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pandas as pd

from kansen_lib import codes
from kansen_lib.benchmark import SEED
from kansen_lib.benchmark import delen as parts
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import dropped, pupils_of
from kansen_lib.stats import segregation
from kansen_lib.stats.result import ROUNDING, Estimate, Result
from kansen_lib.stats.terms import Unit
from kansen_lib.store import School

FIRST, THIRD = 1, 3
#: Groups of which is looked how they sit over classes: name, column, and the labels of the two groups.
HERKOMST = ("Nederland", "elders")
GROUPS = (
    ("opleiding van de ouders", "opleiding", ("laag", "hoog")),
    ("herkomst", "afkomst", HERKOMST),
    ("jongens en meisjes", "geslacht", codes.GESLACHT.codes),
)
#: Layers of one school, and what their parts are called.
LAYERS = {
    "schooljaar": "tussen schooljaren",
    "niveau": "tussen niveaus",
    "klas": "tussen klassen van één niveau",
}
NOW = "nu"
BY_LEVEL, BY_ALL = "geloot binnen het niveau", "geloot over alle klassen"
#: Of fewer, the numbers of the groups over all classes and one index give those of each class.
FEWEST_CLASSES = 5
FEW_CLASSES = "met zo weinig klassen zou het getal zeggen wie er in één klas zit"
NO_CLASSES = "van dit leerjaar zijn geen twee klassen bekend met beide groepen"
NOTHING_TO_DRAW = "elk niveau heeft hier één klas: er valt niets te loten"
WHOM = "leerlingen van dit leerjaar in een van de twee groepen, alle schooljaren samen"
OUT = (
    "De middengroep. Wie geen bekende klas of achtergrond heeft. Wie het leerjaar overdoet, telt alleen de "
    "eerste keer mee."
)


def _seats(school: School, leerjaar: int) -> pd.DataFrame:
    """A row a pupil with the first class in a leerjaar, and the background; made once."""
    return school.once(f"seats {leerjaar}", lambda: _read(school, leerjaar))


def _read(school: School, leerjaar: int) -> pd.DataFrame:
    rows = school.table("loopbaan")
    rows = rows[rows["leerjaar"] == leerjaar].sort_values("schooljaar", kind="stable")
    first = rows.drop_duplicates("leerling").dropna(subset=["klas", "niveau"])
    pupils = pupils_of(school)[["leerling", "opleiding", "herkomst", "geslacht"]]
    seats = first[["leerling", "schooljaar", "niveau", "klas"]].merge(pupils, on="leerling").astype(object)
    abroad = (seats["herkomst"] == HERKOMST[0]).map({True: HERKOMST[0], False: HERKOMST[1]})
    return seats.assign(
        afkomst=abroad.where(seats["herkomst"].notna()),
        plek=seats["schooljaar"] + " " + seats["niveau"],
        zaal=seats["schooljaar"] + " " + seats["niveau"] + " " + seats["klas"],
        aantal=1,
    )


def _split(seats: pd.DataFrame) -> Iterator[Estimate]:
    """The parts of H between years, levels and classes, of each pair of groups."""
    for whole in GROUPS:
        yield from parts.split(seats, whole, LAYERS)


def _lots(seats: pd.DataFrame) -> Iterator[Estimate]:
    """D over classes now, and when lots are drawn within a level or over all classes of a school year."""
    for name, column, labels in GROUPS:
        rows = seats[seats[column].isin(labels)]
        within, over = (
            segregation.lottery(rows, column, "zaal", index="dissimilarity", within=stratum, seed=SEED)
            for stratum in ("plek", "schooljaar")
        )
        if len(within.estimates) < 2 or len(over.estimates) < 2:
            yield Estimate.not_computable(name, NO_CLASSES, group=NOW, unit=Unit.INDEX, n=len(rows))
            continue
        named = {
            NOW: within[("D", "")],
            BY_LEVEL: within[("D", "by lottery")],
            BY_ALL: over[("D", "by lottery")],
        }
        yield from (_drawn(replace(item, name=name, group=label)) for label, item in named.items())


def _drawn(item: Estimate) -> Estimate:
    """The number, or a reason where every lottery gives the same: each level has one class."""
    if item.lower is None or item.upper - item.lower > ROUNDING:
        return item
    facts = {"group": item.group, "unit": item.unit, "n": item.n}
    return Estimate.not_computable(item.name, NOTHING_TO_DRAW, **facts)


def _told(school: School, leerjaar: int, made: Callable[[pd.DataFrame], Iterator[Estimate]]) -> Result:
    seats = _seats(school, leerjaar)
    if 1 < seats["zaal"].nunique() < FEWEST_CLASSES:
        return Result("", (Estimate.not_computable("deze vraag", FEW_CLASSES),))
    return Result("", tuple(made(seats)), dropped=dropped(seats["opleiding"]))


_SPLIT = {
    "definitie": "Hoe apart groepen leerlingen over de klassen zitten (H), en welk deel daarvan tussen "
    "niveaus zit en welk deel tussen klassen van één niveau.",
    "teller": "het deel van H dat op elke laag ontstaat, zonder de vertekening van kleine klassen",
    "noemer": WHOM,
    "buiten": OUT,
}
_LOTS = {
    "definitie": "Hoe apart groepen leerlingen over de klassen zitten (D), nu en als de plaatsen geloot "
    "werden.",
    "teller": "D over klassen nu, en gemiddeld over 500 lotingen",
    "noemer": WHOM,
    "buiten": OUT,
}


@about("micro", **_SPLIT)
@needs(leerlingen=("opleiding_ouders",), loopbaan=("klas",))
def background_over_classes(school: School) -> Result:
    """H over the classes of leerjaar 1: between school years, levels, and classes of one level."""
    return _told(school, FIRST, _split)


@about("micro", **_SPLIT)
@needs(leerlingen=("opleiding_ouders",), loopbaan=("klas",))
def background_over_third_classes(school: School) -> Result:
    """The same over the classes of leerjaar 3."""
    return _told(school, THIRD, _split)


@about("micro", **_LOTS)
@needs(leerlingen=("opleiding_ouders",), loopbaan=("klas",))
def classes_beside_lots(school: School) -> Result:
    """D over the classes of leerjaar 1 now, drawn by lot within a level, and over all classes."""
    return _told(school, FIRST, _lots)
