"""Features of places and schools, as CBS and DUO publish them: the table kenmerken.

Those of a PC4 carry the names of CBS. No number of them comes from CBS: they follow from the
stedelijkheid of the gemeente and the mean SES of the PC4, with noise.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kansen_lib.example import parameters as par
from kansen_lib.example.geography import Block
from kansen_lib.example.population import Population
from kansen_lib.example.text import labels

DEMO = "demoformule van de gesimuleerde regio, niet die van CBS"
BENEFITS = "sociale_zekerheid_personen_met_ww_bijstand_en_of_ao_uitkering_beneden_aow_leeftijd"
#: By stedelijkheid, very urban to rural: addresses a km2 (middle and bounds), inhabitants, persons a
#: household, percentage of homes that are let, price of a home (1000 euro), km to a vo school: assumed.
DENSITY = (4200.0, 1900.0, 1200.0, 720.0, 220.0)
DENSITY_BOUNDS = ((2500, 9000), (1500, 2499), (1000, 1499), (500, 999), (20, 499))
INHABITANTS, PERSONS = (9500.0, 8000.0, 6000.0, 3500.0, 1600.0), (1.85, 2.0, 2.15, 2.3, 2.4)
RENTED, PRICE = (58.0, 46.0, 38.0, 31.0, 26.0), (335.0, 330.0, 335.0, 345.0, 355.0)
NEAREST_VO = (0.9, 1.2, 1.8, 3.5, 6.0)
#: Share of the schools in other gemeenten of the block that lie within 10 km: assumed.
WITHIN_10_KM = (0.7, 0.6, 0.45, 0.3, 0.2)
SUPPLY = {
    "voortgezet_onderwijs": par.LEVELS,
    "vmbo": ("vmbo-b", "vmbo-k", "vmbo-gt"),
    "havo_vwo": ("havo", "vwo"),
}


def kenmerken(population: Population) -> pd.DataFrame:
    """Features of PC4 areas, the achterstandsscore of basisscholen, and features of vo vestigingen."""
    return pd.concat(
        [*_composition(population), *_areas(population.block), *_schools(population)], ignore_index=True
    )


def _feature(
    soort: str, names: tuple[str, ...], kenmerk: str, values: pd.Series, decimals: int, jaar: str = "2021"
) -> pd.DataFrame:
    value = values.round(decimals).to_numpy(dtype=float)
    frame = pd.DataFrame({"soort": soort, "eenheid": labels(names, values.index.to_numpy()), "jaar": jaar})
    frame["kenmerk"] = kenmerk
    frame["waarde_lower"] = frame["waarde_upper"] = value
    frame["noot"] = pd.Series(pd.array([None] * len(frame), dtype="str"))
    frame["bron"] = "gesimuleerd"
    return frame


def _composition(population: Population) -> list[pd.DataFrame]:
    """What the pupils of the region say of their PC4 areas and basisscholen."""
    pupils = population.pupils
    by_pc4 = pupils.groupby("pc4")
    features = {
        "aandeel_opleiding_laag": pupils["opleiding"].le(1).groupby(pupils["pc4"]).mean(),
        "aandeel_opleiding_hoog": pupils["opleiding"].ge(3).groupby(pupils["pc4"]).mean(),
        "aandeel_herkomst_buiten_nederland": pupils["herkomst"].gt(0).groupby(pupils["pc4"]).mean(),
        "inkomenskwintiel_gemiddeld": by_pc4["inkomen"].mean() + 1,
        "ses_score": by_pc4["ses"].mean(),
    }
    parts = [_feature("pc4", population.block.pc4, name, values, 3) for name, values in features.items()]
    score = _behind(pupils).groupby(pupils["basisschool"]).sum()
    counted = pupils.groupby("basisschool").size()
    for name, values in (
        ("achterstandsscore", score),
        ("achterstandsscore_zonder_drempel", score),  # the demo formula has no threshold
        ("bekostigde_leerlingen", counted),
    ):
        parts.append(_feature("vestiging", population.block.basisscholen, name, values, 1))
    return parts + _education(population)


def _education(population: Population) -> list[pd.DataFrame]:
    """Inhabitants of each gemeente by education: ten for each pupil, educated as the parents are."""
    pupils, block = population.pupils, population.block
    gemeente = pd.Series(block.pc4_gemeente[pupils["pc4"].to_numpy()], index=pupils.index)
    level = pd.cut(pupils["opleiding"], [-1, 1, 2, 4], labels=["laag", "middelbaar", "hoog"])
    counts = 10.0 * pd.crosstab(gemeente, level)
    return [
        _feature("gemeente", block.gemeente_codes, f"inwoners_opleiding_{name}", counts[name], 0)
        for name in counts
    ]


def _behind(pupils: pd.DataFrame) -> pd.Series:
    """A demo formula, not CBS's: how far a pupil lies under the lowest 15% of latent SES."""
    return (-1.04 - pupils["ses"]).clip(lower=0) * 25


# --- PC4 areas, by the names of CBS ------------------------------------------------------------------


def _areas(block: Block) -> list[pd.DataFrame]:
    place = np.array([gemeente.stedelijkheid for gemeente in block.gemeenten])[block.pc4_gemeente]
    noise = block.rng(70).standard_normal((8, len(block.pc4)))
    features = _people(place, block.pc4_ses, noise[:4]) | _homes(place, block.pc4_ses, noise[4:7])
    features |= _supply(block, place, noise[7])
    features |= {name: (values, 3) for name, values in zip(("x_km", "y_km"), block.pc4_km.T, strict=True)}
    return [
        _feature("pc4", block.pc4, name, pd.Series(values), decimals, "2023")
        for name, (values, decimals) in features.items()
    ]


def _fives(values: np.ndarray) -> tuple[np.ndarray, int]:
    """Counts in fives, at least five, as CBS rounds them."""
    return np.maximum(5 * np.round(values / 5), 5), 0


def _people(place: np.ndarray, ses: np.ndarray, noise: np.ndarray) -> dict[str, tuple[np.ndarray, int]]:
    inhabitants = np.array(INHABITANTS)[place] * np.exp(0.25 * noise[0])
    households = inhabitants / (np.array(PERSONS)[place] * np.exp(0.03 * noise[1]))
    single = np.clip(0.075 - 0.03 * ses + 0.01 * noise[2], 0.02, 0.25)
    benefits = np.clip(0.08 - 0.05 * ses + 0.01 * noise[3], 0.015, 0.30)
    return {
        "inwoners_totaal": _fives(inhabitants),
        "huishouden_totaal": _fives(households),
        "huishouden_eenouder": _fives(single * households),
        BENEFITS: _fives(benefits * inhabitants),
    }


def _homes(place: np.ndarray, ses: np.ndarray, noise: np.ndarray) -> dict[str, tuple[np.ndarray, int]]:
    lowest, highest = np.array(DENSITY_BOUNDS)[place].T
    density = np.clip(np.array(DENSITY)[place] * np.exp(0.12 * noise[0]), lowest, highest)
    rented = np.clip(np.array(RENTED)[place] - 20 * ses + 5 * noise[1], 5, 95)
    return {
        "stedelijkheid": (place + 1.0, 0),
        "omgevingsadressendichtheid": (density, 0),
        "woning_huurwoning_pct": (10 * np.round(rented / 10), 0),
        "woning_woz_waarde_woning": (np.array(PRICE)[place] * np.exp(0.25 * ses + 0.05 * noise[2]), 0),
    }


def _supply(block: Block, place: np.ndarray, noise: np.ndarray) -> dict[str, tuple[np.ndarray, int]]:
    """Vo schools within 10 km, all and by offer, and how far the nearest is."""
    found = {}
    for name, levels in SUPPLY.items():
        offers = block.offers[:, [par.LEVELS.index(level) for level in levels]].any(axis=1)
        near = np.bincount(block.gemeente, offers, len(block.gemeenten))[block.pc4_gemeente]
        within = near + np.array(WITHIN_10_KM)[place] * (offers.sum() - near)
        found[f"{name}_aantal_binnen_10_km"] = (within, 1)
        nearest = np.array(NEAREST_VO)[place] * np.exp(0.3 * noise) * np.sqrt(4 / np.maximum(near, 1))
        found[f"{name}_dichtstbijzijnde_km"] = (nearest, 1)
    return found


# --- vo vestigingen ----------------------------------------------------------------------------------


def _schools(population: Population) -> list[pd.DataFrame]:
    """Onderwijskansenscore of the intake, and what its lessons and teachers are like."""
    block, pupils = population.block, population.pupils
    score = _behind(pupils).groupby(pupils["vestiging"]).sum()
    scores = _feature("vestiging", block.vestigingen, "onderwijskansenscore", score, 1, par.SURVEY_YEAR)
    scores["noot"] = pd.Series(pd.array([DEMO] * len(scores), dtype="str"))
    ses = pupils["ses"].groupby(pupils["vestiging"]).mean()
    noise = block.rng(71).standard_normal((len(par.LEVELS) + 2, block.size))[:, ses.index]
    parts = [scores]
    for level, base in enumerate(par.QUALIFIED):
        share = _share("lessen_bevoegd", base, ses, noise[level])[block.offers[ses.index, level]]
        parts.append(_of_school(block, f"lessen_bevoegd_{par.LEVELS[level]}", share))
    for row, (name, base) in enumerate(
        (("lessen_uitgevallen", par.LESSONS_LOST), ("leraren_vertrokken", par.TEACHERS_LEFT))
    ):
        parts.append(_of_school(block, name, _share(name, base, ses, noise[len(par.LEVELS) + row])))
    return [part for part in parts if len(part)]


def _of_school(block: Block, name: str, share: pd.Series) -> pd.DataFrame:
    return _feature("vestiging", block.vestigingen, name, share, 3, par.SURVEY_YEAR)


def _share(name: str, base: float, ses: pd.Series, noise: np.ndarray) -> pd.Series:
    """A share that goes with the mean SES of the intake."""
    return (base + par.TEACHERS_ON_SES[name] * ses + par.TEACHERS_SD[name] * noise).clip(0.0, 1.0)
