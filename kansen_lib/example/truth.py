"""The truth of the simulated region: every parameter that an analysis may try to recover."""

from __future__ import annotations

from typing import Any

import numpy as np

from kansen_lib import codes
from kansen_lib.example import calibration as cal
from kansen_lib.example import parameters as par
from kansen_lib.example.geography import Block
from kansen_lib.example.scores import score_sd

OPLEIDING = codes.OPLEIDING_OUDERS.codes
#: Share of each five-class group within its class of three.
_WEIGHTS = {
    name: [
        share if codes.three_classes(label) == name else 0.0
        for label, share in zip(OPLEIDING, par.OPLEIDING_SHARES, strict=True)
    ]
    for name in codes.OPLEIDING_OUDERS_3.codes
}


def truth(blocks: list[Block]) -> dict[str, Any]:
    """True parameters of the region of these blocks."""
    return {
        "gesimuleerd": True,
        "eenheden": "sd: standaarddeviatie van ware vaardigheid; score_sd: 15 punten op de toetsschaal",
        "achtergrond": _background(),
        "toets": _test(),
        "advies": _advice(),
        "doorstroom": _transitions(),
        "groei": _growth(),
        "interventies": _interventions(),
        "enquete": _survey(),
        "ontbreekt": _missing(),
        "basisschool": {"sd_vaardigheid": _skill(par.SD_BASISSCHOOL), "sd_advies": par.SD_BASISSCHOOL_ADVICE},
        "scholen": {code: facts for block in blocks for code, facts in _schools(block).items()},
    }


def _round(value: float) -> float:
    return round(float(value), 4)


def _skill(value: float) -> float:
    """A parameter of skill before standardising, in sd of true skill."""
    return _round(value / cal.calibrate().skill_sd)


def _by(names: tuple[str, ...], values: Any) -> dict[str, float]:
    return {name: _round(value) for name, value in zip(names, values, strict=True)}


def _three(values: Any) -> dict[str, float]:
    """Means over the three classes of parental education, weighted by their true shares."""
    return {name: _round(np.average(values, weights=weights)) for name, weights in _WEIGHTS.items()}


def _gap(values: Any) -> float:
    by_class = _three(values)
    return _round(by_class["hoog"] - by_class["laag"])


def _background() -> dict[str, Any]:
    return {
        "opleiding_ouders": _by(OPLEIDING, par.OPLEIDING_SHARES),
        "herkomst": _by(codes.HERKOMST.codes, par.HERKOMST_SHARES),
        "lading_opleiding_op_ses": par.OPLEIDING_LOADING,
        "lading_inkomen_op_ses": par.INKOMEN_LOADING,
        "vaardigheid_op_ses_sd": _skill(par.SKILL_ON_SES),
        "vaardigheid_op_herkomst_sd": {
            name: _skill(value)
            for name, value in zip(codes.HERKOMST.codes, par.SKILL_ON_HERKOMST, strict=True)
        },
    }


def _test() -> dict[str, Any]:
    cuts = cal.calibrate().test
    return {
        "betrouwbaarheid_totaal": par.RELIABILITY,
        "betrouwbaarheid_domein": _round((1 + par.SD_DOMAIN**2) / score_sd() ** 2),
        "gemiddelde": par.CITO_MEAN,
        "sd": par.CITO_SD,
        "laagste_score_van_toetsadvies": _by(codes.TOETSADVIES.codes[1:], cuts),
        "toetsschaal_vo": {"gemiddelde": par.SCORE_MEAN, "sd": par.SCORE_SD},
    }


def _advice() -> dict[str, Any]:
    solved = cal.calibrate()
    return {
        "voorwaardelijke_kloof_stappen": _by(OPLEIDING, solved.advice_gap),
        "voorwaardelijke_kloof_stappen_3": _three(solved.advice_gap),
        "voorwaardelijke_kloof_laag_min_hoog_stappen": -_gap(solved.advice_gap),
        "voorwaardelijke_kloof_sd": _by(OPLEIDING, solved.advice_bias),
        "voorwaardelijke_kloof_laag_min_hoog_sd": -_gap(solved.advice_bias),
        "kloof_geslacht_sd": _by(codes.GESLACHT.codes, par.ADVICE_BIAS_SEX),
        "kloof_stedelijkheid_sd": _by(codes.STEDELIJKHEID.codes, par.ADVICE_BIAS_STEDELIJKHEID),
        "stappen_per_sd": _round(solved.steps_per_sd),
        "ruis_sd": par.SD_JUDGEMENT,
        "aandelen_eerste_advies": _by(par.LADDER, par.ADVICE_SHARES),
        "herzien_van_wie_hoger_toetste": _by(par.LADDER, solved.revised),
        "herzien_relatief_stedelijkheid": _by(codes.STEDELIJKHEID.codes, par.REVISED_STEDELIJKHEID),
        "herzien_relatief_opleiding": _by(OPLEIDING, par.REVISED_OPLEIDING),
    }


def _transitions() -> dict[str, Any]:
    years = [str(year) for year in range(1, 7)]
    return {
        "doubleren": {
            level: _by(tuple(years), shares) for level, shares in zip(par.LEVELS, par.REPEAT, strict=True)
        },
        "afstroom_leerjaar_3": _by(par.LEVELS, par.DOWN_LJ3),
        "afstroom_bovenbouw": _by(par.LEVELS, par.DOWN_UPPER),
        "opstroom_leerjaar_3": _by(par.LEVELS, par.UP_LJ3),
        "uit_het_onderwijs": {"leerjaar 1-2": par.DROPOUT_LOWER, "vanaf leerjaar 3": par.DROPOUT_UPPER},
        "andere_school": par.MOVES_SCHOOL,
        "diploma": _by(par.LEVELS, par.PASS),
        "diploma_op_herkomst_probit": _by(codes.HERKOMST.codes, par.PASS_ON_HERKOMST),
        "op_vaardigheid_probit": par.TRANSITION_ON_SKILL,
        "niveau_leerjaar_3_op_opleiding_stappen": _by(OPLEIDING, par.LEVEL_ON_OPLEIDING),
        "niveau_leerjaar_3_op_vaardigheid_stappen": par.LEVEL_ON_SKILL,
        "niveau_leerjaar_3_ruis_stappen": _round(cal.calibrate().level_sd),
        "boven_eerste_advies_in_leerjaar_3": par.ABOVE_ADVICE,
    }


def _growth() -> dict[str, Any]:
    return {
        "leerjaar_1_score_sd": par.GROWTH_LJ1,
        "leerjaar_3_score_sd": par.GROWTH_LJ3,
        "leerjaar_1_opleiding_score_sd": _by(OPLEIDING, par.GROWTH_OPLEIDING_LJ1),
        "leerjaar_3_opleiding_score_sd": _by(OPLEIDING, par.GROWTH_OPLEIDING_LJ3),
        "kloof_groei_leerjaar_1_hoog_min_laag": _gap(par.GROWTH_OPLEIDING_LJ1),
        "kloof_groei_leerjaar_3_hoog_min_laag": _gap(par.GROWTH_OPLEIDING_LJ3),
        "cohort_leerjaar_1": _by(par.COHORTS, par.COHORT_LJ1),
        "cohort_leerjaar_3": _by(par.COHORTS, par.COHORT_LJ3),
        "sd_school_leerjaar_1": par.SD_SCHOOL_LJ1,
        "sd_school_leerjaar_3": par.SD_SCHOOL_LJ3,
        "sd_school_cohort": par.SD_SCHOOL_COHORT,
        "sd_klas": par.SD_CLASS,
        "sd_leerling": par.SD_GROWTH,
    }


def _interventions() -> dict[str, Any]:
    equal = [1.0] * len(OPLEIDING)
    breed = np.array(par.BREED_EFFECT)
    return {
        "tutoring": {
            "uitkomst": "rekenen leerjaar 1 (score_sd)",
            "cohort": par.COHORTS[par.TUTORING_COHORT],
            "toelating_rekenen_groep_8_onder": par.TUTORING_BELOW,
            "deelname_van_toegewezenen": par.TUTORING_TAKE_UP,
            **_effect(par.TUTORING_EFFECT * np.array(equal)),
            "effect_van_toewijzing": _round(par.TUTORING_EFFECT * par.TUTORING_TAKE_UP),
            "effect_op_rekenen_leerjaar_3": _round(par.TUTORING_EFFECT * par.TUTORING_LEFT),
        },
        "brede_brugklas": {
            "uitkomst": "taal en rekenen leerjaar 3 (score_sd)",
            "start": "per vestiging, in de tabel interventies",
            **_effect(breed),
            "effect_op_niveau_leerjaar_3_stappen": _three(breed * par.LEVEL_ON_EFFECT),
        },
        "zomerschool": {
            "uitkomst": "taal en rekenen leerjaar 3 (score_sd)",
            "cohort": par.COHORTS[par.ZOMER_COHORT],
            "drempel_rekenen_leerjaar_1_onder": par.ZOMER_BELOW,
            "deelname_onder_drempel": par.ZOMER_TAKE_UP,
            "deelname_boven_drempel": par.ZOMER_OTHERS,
            **_effect(par.ZOMER_EFFECT * np.array(equal)),
        },
    }


def _effect(by_class: np.ndarray) -> dict[str, Any]:
    """Effect on who takes part, for all, by parental education, and on the gap (hoog minus laag)."""
    return {
        "effect_van_deelname": _round(np.average(by_class, weights=par.OPLEIDING_SHARES)),
        "effect_van_deelname_naar_opleiding": _three(by_class),
        "effect_op_kloof_hoog_min_laag": _gap(by_class),
    }


def _survey() -> dict[str, Any]:
    return {
        "lading_items": par.SURVEY_LOADING,
        "sd_school": par.SURVEY_SD_SCHOOL,
        "verwachtingen_op_opleiding_sd": _by(OPLEIDING, par.SURVEY_ON_OPLEIDING),
        "definitie": {
            role: _by(codes.DEFINITIE.codes, shares) for role, shares in par.SURVEY_DEFINITIE.items()
        },
    }


def _missing() -> dict[str, Any]:
    return {
        **par.MISSING,
        "opleiding_ouders": _by(OPLEIDING, par.MISSING_OPLEIDING),
        "advies": par.MISSING_ADVICE,
        "toets_groep_8": par.MISSING_TEST,
        "toets_vo": par.MISSING_VO_TEST,
    }


def _schools(block: Block) -> dict[str, dict[str, Any]]:
    first, third = block.school_effects
    return {
        code: {
            "soort": kind.name,
            "effect_groei_leerjaar_1": _round(first[place]),
            "effect_groei_leerjaar_3": _round(third[place]),
        }
        for place, (code, kind) in enumerate(zip(block.vestigingen, block.kinds, strict=True))
    }
