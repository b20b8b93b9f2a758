"""Made-up results for the figures of an evaluation: effects on mean and gap, specifications, years, costs."""

from __future__ import annotations

import itertools
import math

from kansen_lib.present import roles
from kansen_lib.stats.result import Estimate

GAP = "hoog minus laag"


def _sd(name: str, group: str, value: float, half: float, **facts) -> Estimate:
    known = {"n": 400, "interval": "95%", **facts}
    return Estimate(name, group, value, "sd", value - half, value + half, **known)


def point(label: str, mean: float, gap: float, size: float, angle: float = 70.0) -> list[Estimate]:
    """Effect on mean and gap of one measure, with its region; a label of ``""`` stands alone."""
    region = {roles.LONG: (2.2 * size, "sd"), roles.SHORT: (size, "sd"), roles.ANGLE: (angle, "")}
    return [
        _sd(roles.EFFECT_ON_LEVEL, label, mean, size),
        _sd(roles.EFFECT_ON_GAP, label or GAP, gap, 2 * size),
        *(Estimate(name, label, value, unit, n=400) for name, (value, unit) in region.items()),
    ]


def quadrant(points: int = 8) -> list[Estimate]:
    """Eight measures, two nearly on one place, the first one chosen."""
    known = [
        ("gekozen: hoge_verwachtingen", 0.22, -0.19, 0.06),
        ("brede_brugklas", 0.1, 0.16, 0.05),
        ("tutoring", 0.28, 0.01, 0.05),
        ("mentor", 0.26, 0.02, 0.08),
        ("oudergesprekken", 0.11, 0.02, 0.09),
        ("huiswerkbegeleiding", 0.09, 0.05, 0.03),
        ("zomerschool", 0.02, -0.04, 0.1),
        ("taalklas", -0.06, 0.0, 0.04),
    ]
    return [number for known_point in known[:points] for number in point(*known_point)]


def specifications(questions: int = 4) -> list[Estimate]:
    """Two answers to most questions, three to one: up to 24 ways to count; the third one is the main one."""
    asked = {
        "voortoets": ("nee", "ja", "ja, en achtergrond"),
        "leerlingen": ("alle", "zonder late starters"),
        "ontbrekende scores": ("weggelaten", "ingevuld"),
        "schaal": ("in sd", "in sd binnen de school"),
    }
    made = []
    for i, given in enumerate(itertools.product(*list(asked.values())[:questions])):
        group = roles.CHOICES.join(f"{q}: {a}" for q, a in zip(asked, given, strict=False))
        value = 0.16 + 0.09 * math.sin(3.7 * i) + 0.002 * len(given[0])
        made.append(_sd("effect", f"{roles.MAIN}: {group}" if i == 2 else group, value, 0.1 + 0.01 * (i % 5)))
    return made


def event_study() -> list[Estimate]:
    """Two estimators, three years before and three from the start on; the year before it is 0 by choice."""
    made = []
    for name, shift in (("per startjaar geschat", 0.0), ("met imputatie", 0.015)):
        for year, value in ((-3, 0.02), (-2, -0.03), (-1, 0.0), (0, 0.06), (1, 0.13), (2, 0.2)):
            if year == -1:
                made.append(Estimate(name, str(year), 0.0, "sd", n=400))
            else:
                made.append(_sd(name, str(year), value + shift, 0.07 + 0.01 * abs(year)))
    return [*made, _sd("gemiddeld vanaf de start", "", 0.13, 0.05)]


def plane() -> list[Estimate]:
    """Six own measures and two published ones, of which one costs little and one does harm."""
    known = {
        "gekozen: tutoring": (0.28, 0.06, 1200.0),
        "hoge_verwachtingen": (0.22, 0.1, 240.0),
        "mentor": (0.25, 0.12, 900.0),
        "huiswerkbegeleiding": (0.09, 0.05, 350.0),
        "oudergesprekken": (0.1, 0.15, 60.0),
        "taalklas": (-0.06, 0.1, 400.0),
        "elders: tutoring (De Ree)": (0.28, 0.1, 1000.0),
        "elders: kleinere klassen": (0.2, 0.05, 2600.0),
    }
    made = []
    for label, (effect, half, cost) in known.items():
        made.append(_sd(roles.EFFECT, label, effect, half))
        made.append(Estimate(roles.COST, label, cost, "money"))
    return made


def measures() -> list[Estimate]:
    """Five themes by three levels: eight measures with the names of the region, most cells empty."""
    there = {
        ("hoge verwachtingen", "micro"): ["Training hoge verwachtingen voor leraren"],
        ("hoge verwachtingen", "meso"): ["Brede brugklas van twee jaar"],
        ("taal", "meso"): ["Elke dag een uur taal"],
        ("partners en extra tijd", "micro"): [
            "Bijles in kleine groepen (rekenen)",
            "Vaste mentor buiten de klas",
            "Gratis huiswerkbegeleiding op school",
        ],
        ("partners en extra tijd", "meso"): ["Zomerschool na leerjaar 1"],
        ("ouders", "micro"): ["Gesprekken met ouders over leren thuis"],
    }
    themes = ("hoge verwachtingen", "professionalisering", "taal", "partners en extra tijd", "ouders")
    made = []
    for theme, level in itertools.product(themes, ("macro", "meso", "micro")):
        names = there.get((theme, level), [])
        made += [Estimate(f"thema: {theme}", f"{level}: {name}", 1.0, "aanpakken") for name in names]
        made += [] if names else [Estimate(f"thema: {theme}", level, 0.0, "aanpakken")]
    return made


def agreements() -> list[Estimate]:
    """A plan of which two agreements were not kept, with a number that stands beside that of the plan."""
    kept = {
        "uitkomst": "rekenen leerjaar 1",
        "ontbrekende scores": "leerlingen zonder score tellen niet mee, en dat staat erbij",
    }
    otherwise = {
        "achtergrond in het model": "gepland: score in groep 8 en taal; gedaan: score in groep 8",
        "scholen": "gepland: alle 12 scholen; gedaan: 11 scholen",
    }
    made = [Estimate(name, group, 1.0, "zoals gepland") for name, group in kept.items()]
    made += [Estimate(name, group, 0.0, "zoals gepland") for name, group in otherwise.items()]
    return [*made, Estimate("leerlingen", "", 1180.0, "persons", n=1180, reference=1250.0)]


EXAMPLES = {
    "plan": agreements(),
    "specificaties": specifications(),
    "gebeurtenis": event_study(),
    "vlak": plane(),
    "kruistabel": measures(),
}
