"""Which values are missing, of whom, and whether the answer changes when they are filled in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from kansen_lib import codes
from kansen_lib.benchmark import SEED, Benchmark
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import pupils_of, with_reference
from kansen_lib.stats import gaps, inference
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

#: What a report asks of a pupil, and how it is called.
ASKED = {
    "opleiding_ouders": "opleiding van de ouders",
    "inkomenskwintiel": "inkomen",
    "herkomst": "herkomst",
    "thuistaal": "taal thuis",
    "basisschool": "basisschool",
    "advies_eerste": "eerste advies",
    "toetsscore": "toetsscore",
    "pc4": "postcode",
}
#: A few suffice where a few in a hundred are missing (Rubin, 1987, section 4.3).
IMPUTATIONS = 5
#: Points by which scores are moved apart: far more than rounding, far less than matters.
APART = 1e-6


@about(
    "meso",
    definitie="Van welk deel van de leerlingen een gegeven ontbreekt.",
    teller="leerlingen zonder het gegeven",
    noemer="alle leerlingen van de school in deze gegevens",
    buiten="niemand; een gegeven dat de school van niemand heeft, staat er als 100%",
)
@needs(leerlingen=("leerling",))
def missing_values(school: School) -> Result:
    """Share of the pupils of whom each value is missing."""
    pupils = school.table("leerlingen")
    found = [
        gaps.share(int(pupils[column].isna().sum()), len(pupils), name="ontbreekt", group=label)
        for column, label in ASKED.items()
    ]
    return Result("", tuple(replace(item, name=f"ontbreekt: {item.group}") for item in found))


@about(
    "micro",
    "kwalificatie",
    definitie="Of leerlingen van wie de opleiding van de ouders onbekend is, op de anderen lijken.",
    teller="leerlingen met een eerste advies havo of hoger",
    noemer="leerlingen met een eerste advies, apart voor wie de opleiding van de ouders bekend en "
    "onbekend is",
    buiten="leerlingen zonder eerste advies op de ladder",
)
@needs(leerlingen=("opleiding_ouders", "advies_eerste"))
def who_is_missing(school: School, benchmark: Benchmark) -> Result:
    """Share with an advice of havo or higher among pupils whose group is known and is not: level and gap."""
    pupils = pupils_of(school)
    return Result(
        "",
        tuple(
            with_reference(item, benchmark.value("ontbreekt", item.group))
            for item in gaps.shares(*_advice_and_known(pupils), name="advies havo of hoger").estimates
        )
        + (_difference(pupils),),
    )


def _advice_and_known(pupils: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    higher = pupils["eerste"].ge(codes.step("havo")).astype("boolean").where(pupils["eerste"].notna())
    known = pupils["opleiding"].notna().map({True: "bekend", False: "onbekend"})
    return higher, known


def _difference(pupils: pd.DataFrame) -> Estimate:
    higher, known = _advice_and_known(pupils)
    parts = [higher[known == label].dropna() for label in ("bekend", "onbekend")]
    return gaps.share_difference(
        [int(part.sum()) for part in parts],
        [len(part) for part in parts],
        name="advies havo of hoger",
        group="onbekend minus bekend",
    )


@about(
    "micro",
    "kwalificatie",
    definitie="Het verschil in score bij de start: met alleen de volledige gegevens, en nadat de "
    "ontbrekende opleiding van ouders is aangevuld met wat de andere gegevens voorspellen.",
    teller="toetsscore van groep 8",
    noemer="leerlingen met een toetsscore en hoog- of laagopgeleide ouders",
    buiten="leerlingen zonder toetsscore; bij de eerste schatting ook wie geen bekende opleiding heeft",
)
@needs(leerlingen=("opleiding_ouders", "toetsscore", "advies_eerste", "inkomenskwintiel"))
def gap_with_imputation(school: School) -> Result:
    """The gap in the entry score from complete cases, and pooled over imputed frames (Rubin's rules)."""
    pupils = pupils_of(school).dropna(subset=["toetsscore"])
    complete = _gap(pupils["toetsscore"], pupils["opleiding"])
    filled = _imputed(pupils)
    pooled = inference.rubin(filled, name="score bij de start").estimates[0]
    smallest = min((item.smallest or 0 for item in filled), default=0)
    found = (
        replace(complete, group="alleen volledige gegevens"),
        replace(pooled, group="ontbrekende gegevens aangevuld", smallest=smallest),
    )
    unknown = int(pupils["opleiding"].isna().sum())
    return Result("", found, dropped=(unknown, len(pupils)))


def _gap(score: pd.Series, opleiding: pd.Series) -> Estimate:
    ends = [score[opleiding == label] for label in ("laag", "hoog")]
    return gaps.hedges_g(*ends, name="score bij de start", group="hoog minus laag")


def _imputed(pupils: pd.DataFrame) -> list[Estimate]:
    """The same gap in each completed frame; the class is drawn from the score, the advice and the income.

    For the draws no two scores are alike to the last digit: pupils who are alike would have predictions
    that differ by rounding, and who is nearest would differ from machine to machine.
    """
    apart = APART * np.random.default_rng(SEED).standard_normal(len(pupils))
    places = {label: float(place) for place, label in enumerate(codes.OPLEIDING_OUDERS.codes)}
    data = pd.DataFrame(
        {
            "opleiding": pupils["opleiding_ouders"].map(places),
            "score": pupils["toetsscore"] + apart,
            "advies": pupils["eerste"],
            "inkomen": pd.to_numeric(pupils["inkomenskwintiel"]),
        }
    )
    classes = [codes.three_classes(label) for label in codes.OPLEIDING_OUDERS.codes]
    frames = inference.impute(data, list(data), imputations=IMPUTATIONS, seed=SEED)
    return [
        _gap(
            pupils["toetsscore"],
            frame["opleiding"].dropna().round().astype(int).map(dict(enumerate(classes))),
        )
        for frame in frames
    ]
