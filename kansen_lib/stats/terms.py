"""The words in which a result says its unit, method, kind of interval, or why there is no number.

Written once and in English, so that whoever shows a result in another language can be held to
having a word for each.
"""

from __future__ import annotations

from enum import StrEnum


class Unit(StrEnum):
    """Unit of an estimate."""

    SHARE = "share"
    POINTS = "percentage points"
    STEPS = "steps"
    SD = "sd"
    SCORE = "score"
    INDEX = "index"


class Reason(StrEnum):
    """Why an estimate has no value."""

    NO_PERSONS = "no persons"
    TOO_FEW = "too few persons"
    EMPTY_GROUP = "a group is empty"
    NO_SPREAD = "no spread in the scores"
    LITTLE_SPREAD = "too little spread in outcome or score"
    MASKED = "counts are masked"
    FEW_GROUPS = "too few groups"
    FEW_CLUSTERS = "too few clusters"
    FEW_UNITS = "fewer than two units"
    FEW_TREATED = "too few persons with or without the treatment"
    NO_VARIATION = "no variation between units was found"
    NO_OPTIMUM = "the model found no optimum"
    NOT_IDENTIFIED = "the model is not identified"


class Method(StrEnum):
    """Estimator, in the field's standard term."""

    SHARE = "share"
    BOUNDED_SHARE = "share within bounds"
    SHARE_DIFFERENCE = "difference of shares"
    MEAN = "mean"
    HEDGES_G = "Hedges g"
    ORDINAL_LOGIT = "ordinal logit on a spline of the score, average marginal effect"
    RANDOM_INTERCEPT = "random-intercept model (REML)"
    ANCOVA = "ANCOVA with baseline and blocks"
    EMPIRICAL_BAYES = "empirical Bayes"
    DISSIMILARITY = "dissimilarity index D"
    DISSIMILARITY_BY_CHANCE = "dissimilarity index D of random divisions"
    EFFECTIVE_NUMBER = "effective number (exponential of the entropy)"
    DETECTABLE = "minimum detectable effect of a lottery"


class Interval(StrEnum):
    """What the lower and upper end of an estimate are."""

    WILSON = "95% Wilson"
    WILSON_MASKED = "95% Wilson, wider by masked counts"
    NEWCOMBE = "95% Newcombe"
    T = "95% t"
    T_HC3 = "95% t, HC3"
    NORMAL = "95% normal"
    DELTA = "95% delta method, clustered"
    EMPIRICAL_BAYES = "95% empirical Bayes"
    BY_CHANCE = "95% of random divisions"
