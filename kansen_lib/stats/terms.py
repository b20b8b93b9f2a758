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
    COEFFICIENT = "units of the outcome per unit of the regressor"
    STATISTIC = "test statistic"
    COUNT = "count"
    MONEY = "money"
    MONTHS = "months of progress"


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
    MIXED_CLUSTERS = "the treatment differs within clusters"
    UNSTABLE = "too many draws without a value"
    FEW_IMPUTATIONS = "fewer than two imputations"
    # trials, power, matching
    NO_EFFECT = "the effect may be zero"
    BEYOND_TABLE = "beyond the table of the source"
    NO_OVERLAP = "no overlap between the groups"
    NO_BALANCE = "no weights make the groups alike"
    NO_MATCH = "nobody has a match"
    UNBOUNDED = "the data put no bounds on it"
    NO_FIRST_STAGE = "the offer does not shift the treatment"


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
    OLS = "least squares"
    WLS = "weighted least squares"
    HTZ = "approximate Hotelling T-squared test (HTZ)"
    WILD_BOOTSTRAP = "restricted wild cluster bootstrap of the t statistic (CR1)"
    CLUSTER_BOOTSTRAP = "cluster bootstrap"
    RANDOMISATION = "randomisation test of the sharp null"
    RUBIN = "multiple imputation, Rubin's rules"
    # trials, power, matching
    POWER = "power of a lottery"
    SAMPLE_SIZE = "sample size of a lottery"
    CLUSTER_TRIAL = "lottery of clusters, random intercepts (REML)"
    MULTISITE_TRIAL = "lottery within sites, random effects (REML)"
    ITT = "lottery, intention to treat"
    FIRST_STAGE = "lottery, share who took part"
    CACE = "lottery with non-compliance, two-stage least squares"
    DOSE = "dose, descriptive unless drawn"
    BY_GROUP = "lottery, effect by group"
    COST = "cost-effectiveness ratio"
    MONTHS = "translation to months of progress (EEF)"
    BALANCE = "balance of covariates"
    PROPENSITY = "propensity score (logit)"
    MATCHING = "nearest-neighbour matching on the propensity score, no lottery"
    ENTROPY = "entropy balancing, no lottery"
    DOUBLY_ROBUST = "doubly robust (AIPW), no lottery"


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
    T_HC0 = "95% t, HC0"
    T_HC1 = "95% t, HC1"
    T_HC2 = "95% t, HC2"
    T_CR0 = "95% t, CR0 Satterthwaite"
    T_CR1 = "95% t, CR1 Satterthwaite"
    T_CR1S = "95% t, CR1S Satterthwaite"
    T_CR2 = "95% t, CR2 Satterthwaite"
    T_CR3 = "95% t, CR3 Satterthwaite"
    WILD = "95% by inversion of the wild cluster bootstrap test"
    PERCENTILE = "95% bootstrap percentile"
    INVERSION = "95% by inversion of the randomisation test, constant effect"
    FALSE_COVERAGE = "95% false coverage rate (Benjamini-Yekutieli)"
    SIMULTANEOUS = "95% simultaneous (Bonferroni)"
    T_RUBIN = "95% t, Barnard-Rubin"
    # trials, power, matching
    T_PAIRS = "95% t, clustered by matched pair (CR1S)"
    ANDERSON_RUBIN = "95% Anderson-Rubin"
    FIELLER = "95% Fieller"
    T_CLUSTERED_IV = "95% t, clustered (CR1)"
    NORMAL_INFLUENCE = "95% normal, influence function"
    T_INFLUENCE = "95% t, influence function, clustered"
    TRANSLATED = "translated 95% interval"
