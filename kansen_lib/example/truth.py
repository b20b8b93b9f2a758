"""The truth of the simulated region: every parameter that an analysis may try to recover."""

from __future__ import annotations

from typing import Any

import numpy as np

from kansen_lib import codes
from kansen_lib.example import answers, background, expectations, selection
from kansen_lib.example import calibration as cal
from kansen_lib.example import parameters as par
from kansen_lib.example.geography import Block

OPLEIDING = codes.OPLEIDING_OUDERS.codes
REACHED = codes.REFERENTIENIVEAU.codes[1:]
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
        "simulated": True,
        "units": "sd: of true skill at the end of groep 8; score_sd: 15 points on the scale of the tests",
        "background": _background(),
        "test": _test(),
        "advice": _advice(),
        "selection": selection.truth(),
        "transitions": _transitions(),
        "growth": _growth(),
        "interventions": _interventions(),
        "language": _language(),
        "survey": _survey(),
        "expectations": _expectations(),
        "contacts": _contacts(),
        "teachers": _teachers(),
        "missing": _missing(),
        "basisscholen": {"sd_skill": _skill(par.SD_BASISSCHOOL), "sd_advice": par.SD_BASISSCHOOL_ADVICE},
        "schools": {code: facts for block in blocks for code, facts in _schools(block).items()},
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
        "loading_opleiding_on_ses": par.OPLEIDING_LOADING,
        "loading_inkomen_on_ses": par.INKOMEN_LOADING,
        "skill_on_ses_sd": _skill(par.SKILL_ON_SES),
        "skill_on_herkomst_sd": {
            name: _skill(value)
            for name, value in zip(codes.HERKOMST.codes, par.SKILL_ON_HERKOMST, strict=True)
        },
        "verblijfsduur_moeder": _by_herkomst(
            codes.VERBLIJFSDUUR, background.with_newcomers(par.VERBLIJFSDUUR, par.VERBLIJFSDUUR_NEWCOMER)
        ),
        "thuistaal": _by_herkomst(codes.THUISTAAL, _thuistaal()),
        "nieuwkomer": _by(codes.HERKOMST.codes, par.NEWCOMER),
        "schuldsanering": _by(codes.INKOMENSKWINTIEL.codes, par.SCHULDSANERING),
    }


def _thuistaal() -> np.ndarray:
    """Shares of thuistaal (column) by herkomst (row)."""
    return background.with_newcomers(par.THUISTAAL, par.THUISTAAL_NEWCOMER)


def _by_herkomst(of: codes.CodeList, shares: np.ndarray) -> dict[str, dict[str, float]]:
    return {name: _by(of.codes, row) for name, row in zip(codes.HERKOMST.codes, shares, strict=True)}


def _test() -> dict[str, Any]:
    solved = cal.calibrate()
    return {
        "reliability": par.RELIABILITY,
        "reliability_domain": _round((1 + par.SD_DOMAIN**2) / cal.score_sd() ** 2),
        "mean": par.CITO_MEAN,
        "sd": par.CITO_SD,
        "lowest_score_of_toetsadvies": _by(codes.TOETSADVIES.codes[1:], solved.test),
        "doorstroomtoets": {
            "mean": par.DOORSTROOM_MEAN,
            "sd": par.DOORSTROOM_SD,
            "lowest_score_of_toetsadvies": _by(codes.TOETSADVIES.codes[1:], solved.doorstroom),
        },
        "referentieniveau": {
            domain: {"shares_at_least": _by(REACHED, shares), "lowest_score": _by(REACHED, cuts)}
            for (domain, shares), cuts in zip(par.REFERENCE_SHARES.items(), solved.reference, strict=True)
        },
        "scale_vo": {"mean": par.SCORE_MEAN, "sd": par.SCORE_SD},
    }


def _advice() -> dict[str, Any]:
    solved = cal.calibrate()
    return {
        "conditional_gap_steps": _by(OPLEIDING, solved.advice_gap),
        "conditional_gap_steps_three_classes": _three(solved.advice_gap),
        "conditional_gap_steps_laag_minus_hoog": -_gap(solved.advice_gap),
        "conditional_gap_sd": _by(OPLEIDING, solved.advice_bias),
        "conditional_gap_sd_laag_minus_hoog": -_gap(solved.advice_bias),
        "bias_geslacht_sd": _by(codes.GESLACHT.codes, par.ADVICE_BIAS_SEX),
        "bias_stedelijkheid_sd": _by(codes.STEDELIJKHEID.codes, par.ADVICE_BIAS_STEDELIJKHEID),
        "steps_per_sd": _round(solved.steps_per_sd),
        "noise_sd": par.SD_JUDGEMENT,
        "shares_first_advice": _by(par.LADDER, par.ADVICE_SHARES),
        "revised_of_eligible": _by(par.LADDER, solved.revised),
        "revised_of_eligible_doorstroomtoets": _round(solved.revised_doorstroom),
        "revised_relative_stedelijkheid": _by(codes.STEDELIJKHEID.codes, par.REVISED_STEDELIJKHEID),
        "revised_relative_opleiding": _by(OPLEIDING, par.REVISED_OPLEIDING),
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
        "uit het onderwijs": {"leerjaar 1-2": par.DROPOUT_LOWER, "from leerjaar 3": par.DROPOUT_UPPER},
        "andere school": par.MOVES_SCHOOL,
        "diploma": _by(par.LEVELS, par.PASS),
        "stapelen": _by(par.LEVELS, par.STACKS),
        "stapelen_relative_opleiding": _by(OPLEIDING, par.STACKS_OPLEIDING),
        "diploma_on_herkomst_probit": _by(codes.HERKOMST.codes, par.PASS_ON_HERKOMST),
        "on_skill_probit": par.TRANSITION_ON_SKILL,
        "level_leerjaar_3_on_opleiding_steps": _by(OPLEIDING, par.LEVEL_ON_OPLEIDING),
        "level_leerjaar_3_on_skill_steps": par.LEVEL_ON_SKILL,
        "level_leerjaar_3_noise_relative_opleiding": _by(OPLEIDING, par.LEVEL_NOISE_OPLEIDING),
        "level_leerjaar_3_noise_steps": _round(cal.calibrate().level_sd),
        "above_first_advice_in_leerjaar_3": par.ABOVE_ADVICE,
    }


def _growth() -> dict[str, Any]:
    return {
        "leerjaar_1_score_sd": par.GROWTH_LJ1,
        "leerjaar_3_score_sd": par.GROWTH_LJ3,
        "leerjaar_1_by_opleiding_score_sd": _by(OPLEIDING, par.GROWTH_OPLEIDING_LJ1),
        "leerjaar_3_by_opleiding_score_sd": _by(OPLEIDING, par.GROWTH_OPLEIDING_LJ3),
        "on_true_skill_leerjaar_3": par.GROWTH_ON_SKILL_LJ3,
        "gap_growth_leerjaar_1_hoog_minus_laag": _gap(par.GROWTH_OPLEIDING_LJ1),
        "gap_growth_leerjaar_3_hoog_minus_laag": _gap(par.GROWTH_OPLEIDING_LJ3),
        "gap_growth_of_all_hoog_minus_laag": _growth_of_all(),
        "cohort_leerjaar_1": _by(par.COHORTS, par.COHORT_LJ1),
        "cohort_leerjaar_2": _by(par.COHORTS, par.COHORT_LJ2),
        "cohort_leerjaar_3": _by(par.COHORTS, par.COHORT_LJ3),
        "sd_school_leerjaar_1": par.SD_SCHOOL_LJ1,
        "sd_school_leerjaar_3": par.SD_SCHOOL_LJ3,
        "sd_school_cohort": par.SD_SCHOOL_COHORT,
        "sd_class": par.SD_CLASS,
        "sd_pupil": par.SD_GROWTH,
    }


def _growth_of_all() -> dict[str, dict[str, float]]:
    """Gap in growth from all that a pupil brings: opleiding_ouders itself, true skill, thuistaal.

    By moment and domain, without what schools, classes and interventions add.
    """
    solved = cal.calibrate()
    behind = solved.herkomst_by_opleiding @ _thuistaal() @ np.array(par.LANGUAGE_GAP)
    moments = {
        "leerjaar 1": (np.array(par.GROWTH_OPLEIDING_LJ1), par.LANGUAGE_LEFT_LJ1),
        "leerjaar 3": (
            np.array(par.GROWTH_OPLEIDING_LJ3) + par.GROWTH_ON_SKILL_LJ3 * solved.skill_by_opleiding,
            par.LANGUAGE_LEFT_LJ3,
        ),
    }
    return {
        moment: {"taal": _gap(growth - (1 - left) * behind), "rekenen": _gap(growth)}
        for moment, (growth, left) in moments.items()
    }


def _language() -> dict[str, Any]:
    """The gap in taal by thuistaal at equal skill; not in rekenen, the total of groep 8 or the advice."""
    return {
        "gap_groep8_score_sd": _by(codes.THUISTAAL.codes, par.LANGUAGE_GAP),
        "left_leerjaar_1": par.LANGUAGE_LEFT_LJ1,
        "left_leerjaar_3": par.LANGUAGE_LEFT_LJ3,
    }


def _interventions() -> dict[str, Any]:
    equal = [1.0] * len(OPLEIDING)
    breed = np.array(par.BREED_EFFECT)
    return {
        "tutoring": {
            "outcome": "rekenen leerjaar 1 (score_sd)",
            "cohort": par.COHORTS[par.TUTORING_COHORT],
            "eligible_rekenen_groep_8_below": par.TUTORING_BELOW,
            "take_up_of_assigned": par.TUTORING_TAKE_UP,
            **_effect(par.TUTORING_EFFECT * np.array(equal)),
            "effect_of_assignment": _round(par.TUTORING_EFFECT * par.TUTORING_TAKE_UP),
            "effect_on_rekenen_leerjaar_2": _round(par.TUTORING_EFFECT * par.TUTORING_LEFT_LJ2),
            "effect_on_rekenen_leerjaar_3": _round(par.TUTORING_EFFECT * par.TUTORING_LEFT),
        },
        "brede_brugklas": {
            "outcome": "taal and rekenen leerjaar 3 (score_sd)",
            "start": "by vestiging, in the table interventies",
            **_effect(breed),
            "effect_on_level_leerjaar_3_steps": _three(breed * par.LEVEL_ON_EFFECT),
        },
        "zomerschool": {
            "outcome": "taal and rekenen leerjaar 3 (score_sd)",
            "cohort": par.COHORTS[par.ZOMER_COHORT],
            "cutoff_rekenen_leerjaar_1_below": par.ZOMER_BELOW,
            "take_up_below_cutoff": par.ZOMER_TAKE_UP,
            "take_up_above_cutoff": par.ZOMER_OTHERS,
            **_effect(par.ZOMER_EFFECT * np.array(equal)),
        },
        **_leerjaar_2(np.array(equal)),
    }


def _leerjaar_2(equal: np.ndarray) -> dict[str, Any]:
    """Interventions that act on leerjaar 2 alone."""
    outcome = {"outcome": "rekenen leerjaar 2 (score_sd)"}
    talks = {"take_up_of_invited": _by(OPLEIDING, par.TALKS_TAKE_UP), "take_up_of_others": par.TALKS_OTHERS}
    return {
        "hoge_verwachtingen": {
            **outcome,
            "cohort": par.COHORTS[par.TRAINING_COHORT],
            **_effect(np.array(par.TRAINING_EFFECT)),
        },
        "mentor": {
            **outcome,
            "cohort": par.COHORTS[par.MENTOR_COHORT],
            "take_up_of_assigned": par.MENTOR_TAKE_UP,
            **_effect(par.MENTOR_EFFECT * equal),
            "effect_of_assignment": _round(par.MENTOR_EFFECT * par.MENTOR_TAKE_UP),
        },
        "oudergesprekken": {
            **outcome,
            "cohort": par.COHORTS[par.TALKS_COHORT],
            **talks,
            **_effect(par.TALKS_EFFECT * equal),
            "effect_of_invitation": _three(
                par.TALKS_EFFECT * (np.array(par.TALKS_TAKE_UP) - par.TALKS_OTHERS)
            ),
        },
        "huiswerkbegeleiding": {
            **outcome,
            "cohort": par.COHORTS[par.HOMEWORK_COHORT],
            "effect_of_an_hour": par.HOMEWORK_PER_HOUR,
            "effect_of_participation": _round(par.HOMEWORK_PER_HOUR * np.mean(par.HOMEWORK_HOURS)),
        },
        "taalklas": {
            "outcome": "taal leerjaar 2 and rekenen leerjaar 2 (score_sd)",
            "cohort": par.COHORTS[par.LANGUAGE_CLASS_START],
            "effect_on_taal": par.LANGUAGE_CLASS_TAAL,
            "effect_on_rekenen": par.LANGUAGE_CLASS_REKENEN,
        },
    }


def _effect(by_class: np.ndarray) -> dict[str, Any]:
    """Effect on who takes part, for all, by parental education, and on the gap (hoog minus laag)."""
    return {
        "effect_of_participation": _round(np.average(by_class, weights=par.OPLEIDING_SHARES)),
        "effect_of_participation_by_opleiding": _three(by_class),
        "effect_on_gap_hoog_minus_laag": _gap(by_class),
    }


def _survey() -> dict[str, Any]:
    return {
        "loading_items": par.SURVEY_LOADING,
        "omega_before_rounding": _round(_omega()),
        "points_per_sd": _round(answers.POINTS_PER_SD),
        "sd_school": par.SURVEY_SD_SCHOOL,
        "scales": {scale: _scale(scale) for scale in codes.SCHAAL.codes},
        "questions": _questions(),
        "team": {
            "sd_school": par.TEAM_SD_SCHOOL,
            "sd_school_year": par.TEAM_SD_YEAR,
            "effect_of_hoge_verwachtingen": par.TEAM_EFFECT,
        },
        "definitie": {
            role: _by(codes.DEFINITIE.codes, shares) for role, shares in par.SURVEY_DEFINITIE.items()
        },
    }


def _omega() -> float:
    """Reliability of the sum of the items of a scale between alike pupils, were answers not rounded."""
    common = (par.SURVEY_ITEMS * par.SURVEY_LOADING) ** 2
    return common / (common + par.SURVEY_ITEMS * (1 - par.SURVEY_LOADING**2))


#: What a scale can depend on, and the names of its classes.
_SURVEY_CLASSES = {
    "opleiding": OPLEIDING,
    "inkomen": codes.INKOMENSKWINTIEL.codes,
    "herkomst": codes.HERKOMST.codes,
    "level": par.LEVELS,
}


def _scale(scale: str) -> dict[str, Any]:
    """Means by background in sd of the scale between alike pupils; zero where it is the same for all."""
    effects = par.SURVEY_ON.get(scale, {})
    found: dict[str, Any] = {
        f"on_{name}_sd": _by(labels, effects.get(name, [0.0] * len(labels)))
        for name, labels in _SURVEY_CLASSES.items()
    }
    return found | {"sd_school": par.SURVEY_SD_SCHOOL, "sd_class": par.SURVEY_SD_CLASS.get(scale, 0.0)}


def _questions() -> dict[str, Any]:
    """Shares of answers; of stage among pupils of leerjaar 3 and up."""
    inkomen = codes.INKOMENSKWINTIEL.codes
    return {
        "rondkomen_moeite": _by(inkomen, par.SURVEY_MOEITE),
        "bijles": {name: _by(inkomen, shares) for name, shares in par.SURVEY_BIJLES.items()},
        "stage_geen": par.SURVEY_GEEN_STAGE,
        "stage_via_netwerk": _by(OPLEIDING, par.SURVEY_STAGE_NETWERK),
        "hoger_advies_gevraagd": _by(OPLEIDING, par.SURVEY_HOGER_ADVIES),
        "ambitie_above_advies_steps": _by(OPLEIDING, par.AMBITION_STEPS),
        "ambitie_noise_steps": par.AMBITION_SD,
    }


def _expectations() -> dict[str, Any]:
    """What mentors expect at equal true skill and score, in whole steps of the level."""
    bias = expectations.gap_steps()
    return {
        "bias_steps": _by(OPLEIDING, bias),
        "bias_steps_three_classes": _three(bias),
        "bias_steps_laag_minus_hoog": -_gap(bias),
        "steps_per_sd": _round(expectations.steps_per_sd()),
        "weight_of_error_of_test": par.EXPECTED_ON_ERROR,
        "noise_sd": par.EXPECTED_SD,
        "sd_teacher_steps": par.EXPECTED_SD_TEACHER,
        "sd_teacher_gap_laag_minus_hoog_steps": par.EXPECTED_SD_TEACHER_GAP,
    }


def _contacts() -> dict[str, Any]:
    """Who chooses what, and whom pupils name as a friend; gym is divided at random over each leerjaar."""
    return {
        "schooljaar": par.SCHOOLJAREN[-1],
        "leerjaren": list(par.GROUP_YEARS),
        "chooses_music": _by(OPLEIDING, par.CHOOSES_MUSIC),
        "takes_part": {name: _by(OPLEIDING, shares) for name, shares in par.TAKES_PART.items()},
        "group_on_ses": par.GROUP_ON_SES,
        "friends_answer": _by(OPLEIDING, par.FRIENDS_ANSWER),
        "friends_named": _by(tuple(map(str, range(len(par.FRIENDS_NAMED)))), par.FRIENDS_NAMED),
        "friends_odds": par.FRIENDS_ODDS,
    }


def _teachers() -> dict[str, Any]:
    """Shares at a vestiging of mean SES, and what one sd of mean latent SES of the intake goes with."""
    return {
        "lessen_bevoegd": _by(par.LEVELS, par.QUALIFIED),
        "lessen_uitgevallen": par.LESSONS_LOST,
        "leraren_vertrokken": par.TEACHERS_LEFT,
        "on_mean_ses_of_intake": par.TEACHERS_ON_SES,
        "sd_left": par.TEACHERS_SD,
    }


def _missing() -> dict[str, Any]:
    return {
        **par.MISSING,
        "opleiding_ouders": _by(OPLEIDING, par.MISSING_OPLEIDING),
        "advice": par.MISSING_ADVICE,
        "test_groep_8": par.MISSING_TEST,
        "tests_vo": par.MISSING_VO_TEST,
    }


def _schools(block: Block) -> dict[str, dict[str, Any]]:
    first, third = block.school_effects
    return {
        code: {
            "kind": kind.name,
            "effect_growth_leerjaar_1": _round(first[place]),
            "effect_growth_leerjaar_3": _round(third[place]),
        }
        for place, (code, kind) in enumerate(zip(block.vestigingen, block.kinds, strict=True))
    }
