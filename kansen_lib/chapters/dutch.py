"""The words of ``stats`` in Dutch: what a school leader reads of a method, an interval or a reason."""

from __future__ import annotations

from dataclasses import replace

from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Interval, Method, Reason

DUTCH: dict[str, str] = {
    Reason.NO_PERSONS: "geen leerlingen",
    Reason.TOO_FEW: "te weinig leerlingen",
    Reason.EMPTY_GROUP: "een van de groepen is leeg",
    Reason.NO_SPREAD: "geen spreiding in de scores",
    Reason.LITTLE_SPREAD: "te weinig spreiding in niveau of score",
    Reason.MASKED: "de aantallen zijn afgeschermd",
    Reason.FEW_GROUPS: "te weinig scholen in deze gegevens",
    Reason.FEW_CLUSTERS: "te weinig scholen of klassen",
    Reason.FEW_UNITS: "minder dan twee scholen of klassen",
    Reason.FEW_TREATED: "te weinig leerlingen met of zonder de aanpak",
    Reason.NO_VARIATION: "tussen scholen is geen verschil gevonden dat groter is dan toeval",
    Reason.NO_OPTIMUM: "het model kwam niet tot een uitkomst",
    Reason.NOT_IDENTIFIED: "het model is niet te schatten met deze gegevens",
    Method.SHARE: "aandeel",
    Method.BOUNDED_SHARE: "aandeel binnen grenzen",
    Method.SHARE_DIFFERENCE: "verschil in aandeel",
    Method.MEAN: "gemiddelde",
    Method.HEDGES_G: "Hedges g",
    Method.ORDINAL_LOGIT: "ordinale logit op een spline van de score, gemiddeld marginaal effect",
    Method.RANDOM_INTERCEPT: "random-interceptmodel (REML)",
    Method.ANCOVA: "ANCOVA met voormeting en blokken",
    Method.EMPIRICAL_BAYES: "empirical Bayes",
    Method.DISSIMILARITY: "dissimilariteit D",
    Method.DISSIMILARITY_BY_CHANCE: "dissimilariteit D bij loten, 500 keer",
    Method.EFFECTIVE_NUMBER: "effectief aantal (exponent van de entropie)",
    Method.DETECTABLE: "kleinst aantoonbare effect, loting van leerlingen",
    Interval.WILSON: "95% Wilson",
    Interval.WILSON_MASKED: "95% Wilson, ruimer door afgeschermde aantallen",
    Interval.NEWCOMBE: "95% Newcombe",
    Interval.T: "95% t",
    Interval.T_HC3: "95% t, HC3",
    Interval.NORMAL: "95% normaal",
    Interval.DELTA: "95% deltamethode, geclusterd naar basisschool",
    Interval.EMPIRICAL_BAYES: "95% empirical Bayes",
    Interval.BY_CHANCE: "95% van de verdelingen bij toeval",
}


def in_dutch(result: Result) -> Result:
    """The same result with method, interval and reason in Dutch; words of a chapter's own stay."""
    return replace(result, estimates=tuple(_estimate(item) for item in result.estimates))


def _estimate(item: Estimate) -> Estimate:
    words = {name: getattr(item, name) for name in ("method", "interval", "reason")}
    return replace(item, **{name: DUTCH.get(word, word) for name, word in words.items()})
