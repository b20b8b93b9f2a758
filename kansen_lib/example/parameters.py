"""The true parameters of the simulated region, once.

Published targets come from INVENTORY B (named at each value); what is marked "assumed" has no
published value and is a choice of this simulation. Latent quantities are in standard deviations
(sd) of true skill at the end of groep 8 unless a comment says otherwise. Vectors over
``opleiding_ouders`` run from basisonderwijs to wo; vectors over ``stedelijkheid`` from very urban to
rural; vectors over levels run pro, vmbo-b, vmbo-k, vmbo-gt, havo, vwo.
"""

from __future__ import annotations

from kansen_lib import codes

LEVELS = codes.NIVEAU.codes
#: The eleven advices from pro to vwo; the place in this tuple is twice the place on the step scale.
LADDER = tuple(label for label in codes.ADVIES.codes if codes.levels(label))
#: Place of each toetsadvies on ``LADDER``.
TEST_LADDER = tuple(LADDER.index(label) for label in codes.TOETSADVIES.codes)

FIRST_YEAR, LAST_YEAR = 2019, 2025
COHORTS = ("2019-2020", "2020-2021", "2021-2022", "2022-2023", "2023-2024", "2024-2025")
SCHOOLJAREN = tuple(f"{year}-{year + 1}" for year in range(FIRST_YEAR, LAST_YEAR + 1))
GROEP8 = ("2018-2019", "2019-2020", "2020-2021", "2021-2022", "2022-2023", "2023-2024")

# --- who the pupils are ------------------------------------------------------------------------------

#: Shares of opleiding_ouders: assumed, within the recalled ranges of B-17.
OPLEIDING_SHARES = (0.05, 0.17, 0.34, 0.27, 0.17)
#: Shares of herkomst: 27.1% with a migration background (B-16); the split abroad is assumed.
HERKOMST_SHARES = (0.729, 0.075, 0.196)
#: Loading of opleiding_ouders and income on latent SES (a Gaussian copula): assumed.
OPLEIDING_LOADING, INKOMEN_LOADING = 0.80, 0.65
#: How latent SES lowers the propensity to be of a herkomst outside the Netherlands: assumed.
HERKOMST_ON_SES = -0.35
SES_BETWEEN_PC4 = 0.40
#: Share that came by way of an ISK, by herkomst: assumed, about 1.5% of all.
NEWCOMER = (0.0, 0.03, 0.065)
#: Length of stay of the mother (place in VERBLIJFSDUUR) by herkomst, and of newcomers: assumed.
VERBLIJFSDUUR = ((0.002, 0.005, 0.013, 0.98), (0.13, 0.18, 0.34, 0.35), (0.06, 0.10, 0.44, 0.40))
VERBLIJFSDUUR_NEWCOMER = (0.85, 0.15, 0.0, 0.0)
#: Language at home (place in THUISTAAL) by herkomst, and of newcomers: assumed.
THUISTAAL = ((0.005, 0.025, 0.97), (0.28, 0.40, 0.32), (0.28, 0.42, 0.30))
THUISTAAL_NEWCOMER = (0.85, 0.15, 0.0)
#: Share in debt restructuring by inkomenskwintiel: assumed, about 3% of all.
SCHULDSANERING = (0.085, 0.035, 0.015, 0.008, 0.004)

# --- true skill and its measurement ------------------------------------------------------------------

#: Effect of latent SES and of herkomst on skill before standardising: assumed.
SKILL_ON_SES = 0.45
SKILL_ON_HERKOMST = (0.0, -0.05, -0.12)
SD_BASISSCHOOL = 0.20
#: Taal and rekenen lie this far to either side of the common skill for a pupil of one sd: assumed.
SD_DOMAIN = 0.35
#: Share of the variance of the test score of groep 8 that is true skill: assumed, METHODS default.
RELIABILITY = 0.90
#: Cito scale (B-4): mean about 535; the sd puts 18% at 545 and higher.
CITO_MEAN, CITO_SD, CITO_MIN, CITO_MAX = 535.0, 10.4, 501.0, 550.0
#: Scale of the doorstroomtoets of Cito since 2024 runs from 150 to 200 (B-4); mean and sd are assumed.
DOORSTROOM_MEAN, DOORSTROOM_SD, DOORSTROOM_MIN, DOORSTROOM_MAX = 176.0, 9.6, 150.0, 200.0
#: Scale of the tests in the vo: groep 8 has mean 100 and sd 15.
SCORE_MEAN, SCORE_SD = 100.0, 15.0
#: How far taal in groep 8 lies from that of equal skill, by thuistaal, in sd of that score: assumed.
#: The totaal, and the advice, are of the common skill: they do not hold it.
LANGUAGE_GAP = (-0.35, -0.15, 0.0)
#: Share of it that is left in leerjaar 1 and in leerjaar 3: assumed.
LANGUAGE_LEFT_LJ1, LANGUAGE_LEFT_LJ3 = 0.70, 0.45
#: Share that reaches 1F, and 2F (taal) or 1S (rekenen), of who sits the test of groep 8: assumed.
REFERENCE_SHARES = {"taal": (0.98, 0.70), "rekenen": (0.98, 0.55)}

# --- advice ------------------------------------------------------------------------------------------

#: Shares of the first advice 2019-20 (B-1); vso/pro/b of 7.6% is split over its three labels (assumed).
ADVICE_SHARES = (0.020, 0.004, 0.052, 0.041, 0.101, 0.049, 0.182, 0.097, 0.171, 0.102, 0.181)
#: Noise of the teacher's judgement: with 0.40 the targets of B-2 for single and double advices fit together.
SD_JUDGEMENT = 0.40
SD_BASISSCHOOL_ADVICE = 0.10
#: Bias of the first advice at equal true skill, in steps of the advice scale, against wo: assumed.
ADVICE_BIAS_STEPS = (-0.30, -0.27, -0.12, -0.04, 0.0)
#: Bias by sex (man, vrouw) and by stedelijkheid, in sd (direction from B-2, size assumed).
ADVICE_BIAS_SEX = (0.02, -0.02)
ADVICE_BIAS_STEDELIJKHEID = (0.06, 0.03, 0.0, -0.05, -0.10)
#: Share of first advices below the test, by first advice up to and including these (B-2).
TEST_ABOVE = {"pro/vmbo-b": 0.778, "vmbo-b/k": 0.341, "vmbo-k": 0.589, "vmbo-k/gt": 0.252, "vmbo-gt": 0.479}
TEST_ABOVE_ALL = 0.337
#: The doorstroomtoets: one in six could be raised in 2024, and 12% has a vwo-toetsadvies (B-2).
TEST_ABOVE_DOORSTROOM, VWO_DOORSTROOM = 1 / 6, 0.12
#: Share revised of those with a higher test, by first advice on ``LADDER`` (B-2; above vmbo-gt assumed).
REVISED = (0.208, 0.208, 0.208, 0.482, 0.265, 0.532, 0.256, 0.45, 0.24, 0.42, 0.0)
REVISED_ALL = 0.289
#: Since 2023-24 the advice is raised "in principe"; in the interest of the pupil it may stay (B-3). No
#: published share was found: assumed.
REVISED_DOORSTROOM = 0.80
#: Relative chance of revision (direction from B-2; sizes assumed).
REVISED_STEDELIJKHEID = (1.25, 1.10, 1.0, 0.85, 0.65)
REVISED_OPLEIDING = (0.94, 0.96, 1.0, 1.03, 1.05)

# --- from leerjaar 1 to leerjaar 3 -------------------------------------------------------------------

#: Growth since groep 8 in sd of the groep 8 score, for all, and extra by opleiding_ouders: assumed.
GROWTH_LJ1, GROWTH_LJ3 = 0.30, 0.80
GROWTH_OPLEIDING_LJ1 = (-0.03, -0.03, 0.0, 0.01, 0.02)
GROWTH_OPLEIDING_LJ3 = (-0.09, -0.08, 0.0, 0.03, 0.05)
SD_GROWTH = 0.25
#: Leerjaar 2 lies between leerjaar 1 and 3 in all of these: this far.
BETWEEN_LJ2 = 0.5
#: The Mattheus effect: extra growth to leerjaar 3, in sd of the score, for one sd of true skill: assumed.
GROWTH_ON_SKILL_LJ3 = 0.04
SD_SCHOOL_LJ1, SD_SCHOOL_LJ3, SD_SCHOOL_COHORT, SD_CLASS = 0.08, 0.12, 0.03, 0.08
#: Common shock of each cohort (corona years lower): assumed.
COHORT_LJ1 = (0.0, -0.03, -0.05, -0.02, -0.01, 0.0)
COHORT_LJ2 = (-0.02, -0.04, -0.03, -0.01, 0.0, 0.0)
COHORT_LJ3 = (-0.04, -0.04, -0.02, 0.0, 0.0, 0.0)
#: Level of leerjaar 3, in steps: pull of skill beyond the advice, and of opleiding_ouders: assumed.
LEVEL_ON_SKILL = 0.35
LEVEL_ON_OPLEIDING = (-0.09, -0.08, -0.01, 0.04, 0.06)
#: Relative noise of the level: with less educated parents leerjaar 3 departs more from the advice (B-5).
LEVEL_NOISE_OPLEIDING = (1.14, 1.14, 1.02, 0.91, 0.89)
#: Steps of level for one sd that an intervention adds to skill: assumed.
LEVEL_ON_EFFECT = 0.90
#: Share in leerjaar 3 above the first advice (B-5); the noise of the level is solved from it.
ABOVE_ADVICE = 0.13

# --- careers -----------------------------------------------------------------------------------------

#: Last leerjaar of each level.
EXAM_LEERJAAR = (5, 4, 4, 4, 5, 6)
#: Share that doubles, by level and leerjaar 1 to 6 (B-8: 6% of all, havo upper 11%, vwo upper 7%).
REPEAT = (
    (0.01, 0.01, 0.01, 0.01, 0.0, 0.0),
    (0.02, 0.03, 0.04, 0.0, 0.0, 0.0),
    (0.02, 0.03, 0.045, 0.0, 0.0, 0.0),
    (0.025, 0.04, 0.065, 0.0, 0.0, 0.0),
    (0.03, 0.055, 0.09, 0.115, 0.0, 0.0),
    (0.02, 0.035, 0.055, 0.075, 0.075, 0.0),
)
#: Share that goes one level down or up, by level and leerjaar (CBS counts from leerjaar 3): assumed.
DOWN_LJ3 = (0.0, 0.0, 0.025, 0.035, 0.045, 0.05)
DOWN_UPPER = (0.0, 0.0, 0.0, 0.0, 0.035, 0.035)
UP_LJ3 = (0.0, 0.03, 0.025, 0.02, 0.02, 0.0)
DROPOUT_LOWER, DROPOUT_UPPER = 0.001, 0.006
MOVES_SCHOOL = 0.010
#: Share of pupils that changes school when their level is not on offer there; the others stay: assumed.
LEAVES_FOR_LEVEL = 0.6
#: Pass rates 2023 (B-8; gt between g and t; pro has no exam, it is the share with a diploma: assumed).
PASS = (0.90, 0.961, 0.941, 0.911, 0.842, 0.886)
#: Shift of the pass probit by herkomst (B-8 has gaps of 10 to 15 points at havo and vwo): assumed.
PASS_ON_HERKOMST = (0.0, -0.10, -0.30)
#: How strongly ability within the level tells in a transition (probit scale): assumed.
TRANSITION_ON_SKILL = 0.6
FAILED_REPEATS = 0.75
#: Stapelen: share that goes on one level higher after a diploma of vmbo-gt (to havo 4) and of havo (to vwo
#: 5), and relative chance by opleiding_ouders: assumed.
STACKS = (0.0, 0.0, 0.0, 0.16, 0.05, 0.0)
STACKS_OPLEIDING = (0.75, 0.80, 1.0, 1.15, 1.20)

# --- what is missing ---------------------------------------------------------------------------------

MISSING = {
    "basisschool": 0.01,
    "inkomenskwintiel": 0.02,
    "herkomst": 0.005,
    "pc4": 0.003,
    "verblijfsduur_moeder": 0.03,
    "schuldsanering": 0.02,
    "thuistaal": 0.04,
    "nieuwkomer": 0.005,
}
#: Missing opleiding_ouders, by the class itself: not missing at random, as in life. Assumed.
MISSING_OPLEIDING = (0.08, 0.06, 0.045, 0.035, 0.03)
MISSING_ADVICE, MISSING_TEST, MISSING_VO_TEST = 0.008, 0.015, 0.035

# --- interventions: true effects, in sd of the groep 8 score -----------------------------------------

TUTORING_COHORT, TUTORING_BELOW, TUTORING_TAKE_UP = 2, 95.0, 0.90
#: High-dosage tutoring (B-10): 0.28 on rekenen in leerjaar 1 for who takes part; half is left in leerjaar 3.
TUTORING_EFFECT, TUTORING_LEFT = 0.28, 0.5
#: Broad brugklas: raises the mean and widens the gap, by opleiding_ouders (direction B-10, size assumed).
BREED_EFFECT = (0.04, 0.04, 0.10, 0.18, 0.18)
ZOMER_COHORT, ZOMER_BELOW, ZOMER_EFFECT = 3, 98.0, 0.10
ZOMER_TAKE_UP, ZOMER_OTHERS = 0.75, 0.08

# --- interventions that act on leerjaar 2 alone, in sd of the groep 8 score: all assumed -----------------

#: What is left of tutoring in leerjaar 2.
TUTORING_LEFT_LJ2 = 0.75
#: Training for high expectations, drawn over schools: helps all, and children of less educated parents more.
TRAINING_COHORT, TRAINING_EFFECT = 3, (0.22, 0.20, 0.13, 0.08, 0.06)
#: A mentor for who applies (share by opleiding); places are drawn, most who are drawn take part.
MENTOR_COHORT, MENTOR_EFFECT, MENTOR_TAKE_UP = 2, 0.15, 0.85
MENTOR_APPLIES = (0.34, 0.32, 0.28, 0.24, 0.22)
#: Talks with parents: half is invited by lot; who comes when invited, by opleiding, and who comes anyway.
TALKS_COHORT, TALKS_EFFECT, TALKS_OTHERS = 4, 0.15, 0.08
TALKS_TAKE_UP = (0.35, 0.40, 0.50, 0.60, 0.65)
#: Homework support of the school: who comes goes by the score of groep 8 and by opleiding; sd per hour.
HOMEWORK_COHORT, HOMEWORK_PER_HOUR = 5, 0.004
HOMEWORK_HOURS, HOMEWORK_ON_SCORE, HOMEWORK_LOGIT = (15, 45), -0.7, (-0.4, -0.5, -0.8, -1.1, -1.2)
#: An hour of language a day at one school: more taal, a little less rekenen.
LANGUAGE_CLASS_START, LANGUAGE_CLASS_TAAL, LANGUAGE_CLASS_REKENEN = 4, 0.25, -0.12

# --- teachers ----------------------------------------------------------------------------------------

#: Share of lessons by a qualified teacher, by level; of lessons that fell out; of teachers who left: assumed.
QUALIFIED = (0.80, 0.88, 0.89, 0.91, 0.93, 0.95)
LESSONS_LOST, TEACHERS_LEFT = 0.055, 0.11
#: What one sd more of mean latent SES of the intake goes with, and the sd of what is left: assumed.
TEACHERS_ON_SES = {"lessen_bevoegd": 0.04, "lessen_uitgevallen": -0.015, "leraren_vertrokken": -0.03}
TEACHERS_SD = {"lessen_bevoegd": 0.015, "lessen_uitgevallen": 0.008, "leraren_vertrokken": 0.02}

# --- survey ------------------------------------------------------------------------------------------

SURVEY_YEAR, SURVEY_ITEMS, SURVEY_LOADING = "2022-2023", 4, 0.75
SURVEY_SD_SCHOOL = 0.20
#: Mean of a scale by background of the pupil, in sd of the scale between alike pupils: assumed. The
#: levels (pro to vwo) are those of the pupil; scales that are not named are the same for all.
SURVEY_ON: dict[str, dict[str, tuple[float, ...]]] = {
    "verbondenheid": {"herkomst": (0.0, 0.0, -0.15)},
    "verwachtingen": {"opleiding": (-0.20, -0.15, 0.0, 0.10, 0.15)},
    "burgerschap": {"level": (-0.10, -0.10, -0.10, -0.10, 0.15, 0.20)},
    "kapitaal_economisch": {
        "inkomen": (-0.35, -0.18, 0.0, 0.18, 0.35),
        "opleiding": (-0.10, -0.08, 0.0, 0.05, 0.10),
    },
    "kapitaal_cultureel": {"opleiding": (-0.45, -0.35, -0.05, 0.25, 0.45)},
    "kapitaal_sociaal": {"opleiding": (-0.30, -0.25, 0.0, 0.18, 0.28)},
    "kapitaal_persoonlijk": {"opleiding": (-0.15, -0.12, 0.0, 0.08, 0.12)},
    "huiswerkhulp": {"opleiding": (-0.35, -0.28, 0.0, 0.20, 0.32)},
    "stress_thuis": {"inkomen": (0.40, 0.20, 0.0, -0.15, -0.25)},
}
#: Sd between classes of one school: assumed; none on scales that are not named.
SURVEY_SD_CLASS = {
    "veiligheid_sociaal": 0.30,
    "veiligheid_onderwijskundig": 0.25,
    "veiligheid_emotioneel": 0.30,
}
#: What a team believes it can do together, asked of teachers before and after the training for high
#: expectations: sd between schools, of a school between years and of a teacher who stays the same, and
#: what the training adds, all in sd of the scale: assumed.
TEAM_YEARS, TEAM_SD_SCHOOL, TEAM_SD_YEAR = ("2021-2022", "2023-2024"), 0.45, 0.10
TEAM_SD_STAYS, TEAM_EFFECT = 0.75, 0.40
#: Share that holds each of the three definitions, by role: assumed.
SURVEY_DEFINITIE = {
    "leerling": (0.30, 0.45, 0.25),
    "ouder": (0.40, 0.40, 0.20),
    "leraar": (0.25, 0.40, 0.35),
    "schoolleiding": (0.15, 0.35, 0.50),
}
#: Share with trouble making ends meet, by income: 1 in 20 of all (S2); the slope is assumed.
SURVEY_MOEITE = (0.13, 0.06, 0.03, 0.02, 0.01)
#: Share with extra lessons for nothing and paid, by income: 29% and 18% of all (B-9); slopes assumed.
SURVEY_BIJLES = {"gratis": (0.17, 0.13, 0.11, 0.08, 0.06), "betaald": (0.09, 0.14, 0.18, 0.22, 0.27)}
#: Share without a stage, and with one through their own network by opleiding_ouders: assumed.
SURVEY_GEEN_STAGE, SURVEY_STAGE_NETWERK = 0.30, (0.10, 0.13, 0.20, 0.27, 0.33)
#: Share whose parents asked for a higher advice: assumed.
SURVEY_HOGER_ADVIES = (0.05, 0.06, 0.09, 0.13, 0.17)
#: How far the wanted level lies above the definitive advice, in steps, and its noise: assumed.
AMBITION_STEPS, AMBITION_SD = (0.20, 0.22, 0.32, 0.45, 0.55), 0.50

# --- groups and friends, in the last school year and leerjaar 1 to 3 ------------------------------------

GROUP_YEARS = (1, 2, 3)
#: Most pupils in a group for gym and for kunst, and in one of each activity: assumed.
GYM_LARGEST, ART_LARGEST = 28, 26
ACTIVITY_LARGEST = {"sport": 20, "muziek en toneel": 25, "huiswerkbegeleiding": 15}
#: Share that chooses muziek (the others beeldend), by opleiding_ouders: assumed.
CHOOSES_MUSIC = (0.35, 0.38, 0.48, 0.58, 0.62)
#: Share that takes part in an activity, by opleiding_ouders (huiswerkbegeleiding is paid): assumed.
TAKES_PART = {
    "sport": (0.30, 0.30, 0.33, 0.36, 0.36),
    "muziek en toneel": (0.05, 0.06, 0.10, 0.18, 0.22),
    "huiswerkbegeleiding": (0.04, 0.05, 0.10, 0.16, 0.18),
}
#: Weight of SES, beside chance, in who goes to which group of an activity: assumed.
GROUP_ON_SES = 0.5
#: Most pupils of a vestiging who are asked for their friends; share who answer, by opleiding_ouders.
FRIENDS_ASKED, FRIENDS_ANSWER = 600, (0.62, 0.66, 0.74, 0.80, 0.82)
#: Shares who name 0 to 5 friends in the same leerjaar: assumed.
FRIENDS_NAMED = (0.02, 0.06, 0.12, 0.25, 0.25, 0.30)
#: How many times likelier a pupil of the same class, level of class, sex or opleiding (three classes) is
#: named than another one: assumed.
FRIENDS_ODDS = {"klas": 6.0, "niveau": 1.5, "geslacht": 5.0, "opleiding": 1.6}

# --- what teachers expect ----------------------------------------------------------------------------

#: Bias of the expected level at equal true skill and score, in steps, against wo: assumed.
EXPECTED_BIAS_STEPS = (-0.17, -0.15, -0.07, -0.01, 0.0)
#: Weight of the error of the test beside true skill, and noise of the judgement, in sd of skill: assumed.
EXPECTED_ON_ERROR, EXPECTED_SD = 0.5, 0.35
#: Sd between teachers, in steps: of the expected level, and of its gap between laag and hoog: assumed.
EXPECTED_SD_TEACHER, EXPECTED_SD_TEACHER_GAP = 0.10, 0.25
#: Shares of the expected level of all pupils, and pupils a mentor is asked about: assumed.
EXPECTED_SHARES, MENTOR_PUPILS = (0.02, 0.10, 0.13, 0.25, 0.26, 0.24), 12
