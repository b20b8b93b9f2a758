"""The survey as one row a respondent, and its reference values over all schools."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

import pandas as pd

from kansen_lib import codes
from kansen_lib.benchmark.data import SEED, Network, several_schools
from kansen_lib.benchmark.numbers import Row
from kansen_lib.benchmark.vergelijken import (
    HERKOMST,
    INKOMEN,
    OPLEIDING,
    RELIABLE,
    RICHTING,
    SCALE_POINTS,
    background,
    is_one_of,
    means_and_gap,
    richting,
    shares_and_gap,
)
from kansen_lib.stats import decomposition, gaps, inference, scales
from kansen_lib.stats.result import Estimate
from kansen_lib.stats.terms import Reason, Unit

#: What a scale is called in a report, where its code is not plain enough.
LABELS = {
    "veiligheid_sociaal": "sociale veiligheid",
    "veiligheid_onderwijskundig": "veiligheid in de les",
    "veiligheid_emotioneel": "emotionele veiligheid",
    "kapitaal_economisch": "economisch kapitaal",
    "kapitaal_cultureel": "cultureel kapitaal",
    "kapitaal_sociaal": "sociaal kapitaal",
    "kapitaal_persoonlijk": "persoonlijk kapitaal",
    "stress_thuis": "stress thuis",
}
RELIABILITY = "betrouwbaarheid"
#: Number of draws for the interval of a reliability.
DRAWS = 199


def label(schaal: str) -> str:
    """What a scale is called in a report."""
    return LABELS.get(schaal, schaal)


def respondents(enquete: pd.DataFrame, rol: str) -> pd.DataFrame:
    """One row a respondent of a role: all answers, and the score on each scale.

    Of a scale or question that was asked in several school years the latest answers of a vestiging
    count. A score is the mean of the answers 1-5; it is missing for who answered half of the items or
    fewer. What a teacher expects of a pupil is left out: see :func:`expectations`.

    Returns:
        Columns ``respondent``, ``leerling``, ``vestiging``, ``schooljaar``, a column an item, a column a
        scale. A scale that nobody was asked is all missing.
    """
    rows = _latest(enquete[(enquete["rol"] == rol) & (enquete["schaal"] != "verwacht_niveau")])
    who = rows.drop_duplicates("respondent")[["respondent", "leerling", "vestiging", "schooljaar"]]
    once = rows.drop_duplicates(["respondent", "item"])
    answers = once.pivot(index="respondent", columns="item", values="antwoord").reset_index()
    return _scored(who.merge(answers, on="respondent"))


def _latest(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["schooljaar"] == rows.groupby(["vestiging", "schaal"])["schooljaar"].transform("max")]


def _scored(wide: pd.DataFrame) -> pd.DataFrame:
    found = wide.reindex(columns=list(dict.fromkeys([*wide.columns, *codes.VRAGEN])))
    for schaal in codes.SCHAAL.codes:
        names = items(wide, schaal)
        found[names] = wide[names].apply(pd.to_numeric, errors="coerce")
        enough = len(names) // 2 + 1
        asked = len(names) > 1
        found[schaal] = scales.scale_scores(found, items=names, at_least=enough) if asked else float("nan")
    return found.copy()  # one block again, after a column a scale


def items(wide: pd.DataFrame, schaal: str) -> list[str]:
    """The columns that hold the items of a scale."""
    return sorted(name for name in wide.columns if name.startswith(f"{schaal}_"))


def of_pupils(enquete: pd.DataFrame, pupils: pd.DataFrame, loopbaan: pd.DataFrame) -> pd.DataFrame:
    """One row a pupil who answered, with background and, of the school year of the survey, the class.

    Background is missing of a pupil who entered at another vestiging: a school knows it no better.

    Returns:
        The columns of :func:`respondents`, those of the pupils, ``leerjaar``, ``klas`` (unique within the
        vestiging) and ``richting``.
    """
    answered = respondents(enquete, "leerling").drop(columns="respondent").dropna(subset=["leerling"])
    year = loopbaan[["leerling", "vestiging", "schooljaar", "leerjaar", "niveau", "klas"]]
    here = answered.merge(year, on=["leerling", "vestiging", "schooljaar"], how="left")
    known = background(pupils)
    new = [name for name in known.columns if name not in here.columns]
    return here.merge(
        known[["leerling", "vestiging", *new]], on=["leerling", "vestiging"], how="left"
    ).assign(richting=lambda found: richting(found["niveau"]))


def expectations(enquete: pd.DataFrame, pupils: pd.DataFrame) -> pd.DataFrame:
    """One row a pupil of whom a teacher said which level is expected.

    Returns:
        The pupils with ``leraar`` (the respondent) and ``verwacht`` (the level in steps).
    """
    rows = _latest(enquete[(enquete["schaal"] == "verwacht_niveau") & enquete["leerling"].notna()])
    told = rows.assign(verwacht=rows["antwoord"].map(codes.step))[
        ["leerling", "vestiging", "respondent", "verwacht"]
    ].rename(columns={"respondent": "leraar"})
    return told.merge(background(pupils), on=["leerling", "vestiging"], how="left")


def reliability(data: pd.DataFrame, schaal: str) -> Estimate:
    """Omega of a scale: the part of the differences in score that is no measurement error."""
    names = items(data, schaal)
    if len(names) < 3:
        return Estimate.not_computable(
            RELIABILITY,
            "deze schaal is niet of te kort gevraagd",
            group=label(schaal),
            unit=RELIABLE,
        )
    cluster = "vestiging" if several_schools(data) else None
    found = scales.reliability(data, items=names, cluster=cluster, draws=DRAWS, seed=SEED)["omega"]
    return replace(found, name=RELIABILITY, group=label(schaal), unit=RELIABLE)


#: The scales of which it is shown how far classes differ.
OF_CLASSES = ("verbondenheid", "veiligheid_sociaal", "veiligheid_onderwijskundig", "veiligheid_emotioneel")
#: What the two intraclass correlations of a scale over classes are called.
BETWEEN_CLASSES = {
    "ICC1": ("verschil tussen klassen", Unit.VARIANCE_SHARE),
    "ICC2": ("betrouwbaarheid van een klas", RELIABLE),
}


def between_classes(pupils: pd.DataFrame, schaal: str) -> list[Estimate]:
    """Part of the differences in a scale between classes of one school, and of class means that is no chance.

    Args:
        pupils: rows of :func:`of_pupils` of one vestiging.
        schaal: one of ``codes.SCHAAL``.
    """
    klas = pupils["schooljaar"] + " " + pupils["klas"].astype("str")  # a column without a class is no text
    rows = pd.DataFrame({"score": pupils[schaal], "klas": klas})
    found = []
    for item in scales.aggregation(rows, value="score", unit="klas").estimates:
        name, unit = BETWEEN_CLASSES[item.name]
        found.append(replace(item, name=name, group=label(schaal), unit=unit))
    return found


def _mean_school(pupils: pd.DataFrame, schaal: str) -> Iterator[Estimate]:
    """The mean over schools of :func:`between_classes`: classes of several schools differ more."""
    each = [item for _, own in pupils.groupby("vestiging") for item in between_classes(own, schaal)]
    for name, unit in BETWEEN_CLASSES.values():
        known = pd.Series([item.value for item in each if item.name == name], dtype=float)
        yield replace(gaps.mean(known, name=name, group=label(schaal), unit=unit), n=None)


def rows(network: Network) -> Iterator[Row]:
    """Levels and gaps of every scale and question over all schools; nothing without a survey of several."""
    if "enquete" not in network.store.tables or not several_schools(network.enquete):
        return
    pupils = of_pupils(network.enquete, network.pupils, network.loopbaan)
    parts = (
        _scales(pupils),
        _questions(pupils),
        with_trouble(pupils),
        help_and_score(pupils),
        correlations(pupils),
        blocks(pupils),
    )
    for item in (*chain.from_iterable(parts), _parents(network.enquete)):
        yield "", item, None


def _scales(pupils: pd.DataFrame) -> Iterator[Estimate]:
    for schaal in codes.SCHAAL.codes:
        if pupils[schaal].notna().any():
            yield reliability(pupils, schaal)
            yield from _mean_school(pupils, schaal) if schaal in OF_CLASSES else ()
            whole = gaps.mean(pupils[schaal], name=label(schaal), unit=SCALE_POINTS)
            yield replace(whole, group="alle leerlingen")
            for between in (OPLEIDING, HERKOMST, RICHTING):
                own = (pupils[schaal], pupils[between.column], between)
                yield from means_and_gap(label(schaal), *own, school=pupils["vestiging"])


def _questions(pupils: pd.DataFrame) -> Iterator[Estimate]:
    for name, outcome in yes_no(pupils).items():
        known = outcome.dropna()
        yield gaps.share(int(known.sum()), len(known), name=name, group="alle leerlingen")
        for between in (OPLEIDING, INKOMEN, HERKOMST):
            yield from shares_and_gap(name, outcome, pupils[between.column], between)


def yes_no(pupils: pd.DataFrame) -> dict[str, pd.Series]:
    """Questions as True and False by the name of what is counted; missing for who did not answer."""
    return {
        "moeite met rondkomen": is_one_of(pupils["rondkomen"], ["moeite"]),
        "bijles": is_one_of(pupils["bijles"], ["gratis", "betaald"]),
        "betaalde bijles": is_one_of(pupils["bijles"], ["betaald"]),
        "hoger advies gevraagd": is_one_of(pupils["hoger_advies_gevraagd"], ["ja"]),
        "stage via netwerk": is_one_of(pupils["stage"].where(pupils["stage"] != "geen"), ["via netwerk"]),
    }


#: Scales of which a low score is counted beside trouble making ends meet, and what that is called.
LOW = {
    "verbondenheid": "weinig verbonden",
    "veiligheid_sociaal": "weinig veilig met anderen",
    "huiswerkhulp": "weinig hulp bij huiswerk",
}
#: A mean answer below the middle of 1 to 5 is low.
MIDDLE = 3
TROUBLE = ("geen moeite", "moeite")


def with_trouble(pupils: pd.DataFrame) -> list[Estimate]:
    """Share with a low score, without and with trouble making ends meet, and the ratio of both.

    The same call for one school and for all of them.

    Returns:
        For each scale of :data:`LOW` the two shares (the answer as group) and the ratio (group
        ``"keer zo vaak bij moeite"``); a reason where nobody answered.
    """
    found: list[Estimate] = []
    for schaal, name in LOW.items():
        low = (pupils[schaal] < MIDDLE).where(pupils[schaal].notna() & pupils["rondkomen"].notna())
        counts = [low[pupils["rondkomen"] == answer].dropna() for answer in TROUBLE]
        count, n = [int(part.sum()) for part in counts], [len(part) for part in counts]
        found += [
            gaps.share(*of, name=name, group=answer) for *of, answer in zip(count, n, TROUBLE, strict=True)
        ]
        found.append(gaps.risk_ratio(count, n, name=name, group="keer zo vaak bij moeite"))
    return found


#: What the involvement that parents report themselves is called.
PARENTS = "ouderbetrokkenheid volgens ouders"


def _parents(enquete: pd.DataFrame) -> Estimate:
    score = respondents(enquete, "ouder")["ouderbetrokkenheid"]
    return gaps.mean(score, name=PARENTS, group="ouders zelf", unit=SCALE_POINTS)


HELP = "samenhang met hulp"


def help_and_score(pupils: pd.DataFrame) -> list[Estimate]:
    """How much higher the score of leerjaar 1 is with one scale point more help, in each group; no effect.

    The same call for one school and for all of them.

    Returns:
        A slope in points of the score for each class of parental education, and that of hoog minus laag.
    """
    known = pupils.dropna(subset=["huiswerkhulp", "score_leerjaar1", "opleiding"])
    found = []
    for label_of in ("laag", "midden", "hoog"):
        rows = known[known["opleiding"] == label_of]
        model = inference.coefficients(rows, outcome="score_leerjaar1", regressors=["huiswerkhulp"])
        found.append(
            replace(model["coefficient", "huiswerkhulp"], name=HELP, group=label_of, unit=Unit.SCORE)
        )
    return [*found, _difference_of_slopes(known)]


def _difference_of_slopes(known: pd.DataFrame) -> Estimate:
    """The slope of hoog minus that of laag: the product term of a model of both."""
    ends = known[known["opleiding"].isin([OPLEIDING.low, OPLEIDING.high])]
    high = ends["opleiding"] == OPLEIDING.high
    sizes = high.value_counts()
    if len(sizes) < 2:
        return Estimate.not_computable(HELP, Reason.EMPTY_GROUP, group=OPLEIDING.gap, unit=Unit.SCORE)
    data = ends[["score_leerjaar1", "huiswerkhulp"]].assign(high=high, both=ends["huiswerkhulp"] * high)
    model = inference.coefficients(
        data, outcome="score_leerjaar1", regressors=["huiswerkhulp", "high", "both"]
    )
    found = replace(model["coefficient", "both"], name=HELP, group=OPLEIDING.gap, unit=Unit.SCORE)
    return found if found.value is None else replace(found, smallest=int(sizes.min()))


#: Pairs whose correlation is shown: what each is called, and the columns.
PAIRS = {
    "opleiding en score": ("opleiding_stap", "score_leerjaar1"),
    "inkomen en score": ("inkomen_stap", "score_leerjaar1"),
    "stress thuis en score": ("stress_thuis", "score_leerjaar1"),
    "inkomen en stress thuis": ("inkomen_stap", "stress_thuis"),
    "opleiding en inkomen": ("opleiding_stap", "inkomen_stap"),
}
TOGETHER, PART = "samenhang", "deel van de verschillen"
#: Blocks of what goes with the score of leerjaar 1.
BLOCKS = {
    "score in groep 8": ["score_groep8"],
    "inkomen": ["inkomen_stap"],
    "opleiding van de ouders": ["opleiding_stap"],
    "thuis: cultuur, hulp, stress en betrokkenheid": [
        "kapitaal_cultureel",
        "huiswerkhulp",
        "stress_thuis",
        "ouderbetrokkenheid",
    ],
}


def correlations(pupils: pd.DataFrame) -> list[Estimate]:
    """Correlations of :data:`PAIRS`: association, no effect.

    Over several schools intervals allow for pupils of one school being alike; within one they cannot.
    """
    data = pupils.assign(**places(pupils))
    cluster = "vestiging" if several_schools(data) else None
    return [
        gaps.correlation(data, first=first, second=second, cluster=cluster, name=TOGETHER, group=pair)
        for pair, (first, second) in PAIRS.items()
    ]


def blocks(pupils: pd.DataFrame) -> list[Estimate]:
    """Shapley shares of R2 of :data:`BLOCKS`, and of all of them together: association, no effect."""
    data = pupils.assign(**places(pupils))
    cluster = "vestiging" if several_schools(data) else None
    found = decomposition.shapley_r2(
        data, outcome="score_leerjaar1", blocks=BLOCKS, cluster=cluster, draws=DRAWS, seed=SEED
    )
    return [
        replace(item, name=PART, group=item.group or "alles samen", unit=Unit.VARIANCE_SHARE)
        for item in found.estimates
    ]


def places(pupils: pd.DataFrame) -> dict[str, pd.Series]:
    """Parental education and household income as places 1 to 5."""
    order = {code: place for place, code in enumerate(codes.OPLEIDING_OUDERS.codes, start=1)}
    return {
        "opleiding_stap": pupils["opleiding_ouders"].map(order).astype(float),
        "inkomen_stap": pd.to_numeric(pupils["inkomenskwintiel"], errors="coerce").astype(float),
    }
