"""What is counted of a pupil: outcomes and groups derived from the canonical tables.

Benchmark and chapters use the same definitions, so that a school is compared with exactly the same
numbers as every other. Pure functions on frames; a missing value stays missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kansen_lib import codes
from kansen_lib.rules import MAATSTAVEN, MOST_LEVELS, above, position

#: A cohort counts for the diploma once this many school years could be seen: the length of vwo, and one more
#: year: who is late there is no pupil without a diploma. All its pupils count at once: to add early
#: diplomas of younger cohorts would favour short routes.
YEARS_TO_DIPLOMA = 7
#: School years of each route without delay, from leerjaar 1 to the diploma.
NOMINAL_YEARS = {"pro": 5, "vmbo-b": 4, "vmbo-k": 4, "vmbo-gt": 4, "havo": 5, "vwo": 6}
#: What stands for a diploma where there is none in time.
NO_DIPLOMA = "geen"

#: Whether a class holds havo or vwo, of every class on the ladder; broad ones by the levels in them.
_HAVO_OR_VWO = {
    label: bool(codes.levels(label) & {"havo", "vwo"})
    for label in codes.BRUGKLASTYPE.codes
    if codes.levels(label)
}

_STEPS = {label: codes.step(label) for code in (codes.ADVIES, codes.BRUGKLASTYPE) for label in code.codes}


def steps(labels: pd.Series) -> pd.Series:
    """Place of each label on the half-step scale; missing where it has none."""
    return labels.map(_STEPS).astype(float)


def steps_of_class(niveau: pd.Series) -> pd.Series:
    """Place of a class of one or two levels; a broader one says nothing of the level of one pupil."""
    narrow = {label for label in codes.BRUGKLASTYPE.codes if len(codes.levels(label)) <= MOST_LEVELS}
    return steps(niveau.where(niveau.isin(narrow)))


def classes(opleiding_ouders: pd.Series) -> pd.Series:
    """Parental education in three classes, as an ordered categorical."""
    names = {label: codes.three_classes(label) for label in codes.OPLEIDING_OUDERS.codes}
    return opleiding_ouders.map(names).astype(codes.OPLEIDING_OUDERS_3.dtype())


def pupils(
    leerlingen: pd.DataFrame,
    loopbaan: pd.DataFrame,
    toetsen: pd.DataFrame,
    last: str | None,
    kind: str | None,
) -> pd.DataFrame:
    """One row a pupil: group, advies, scores, and where the career went as far as it was seen.

    A career is followed at the vestiging of entry, because a school knows no more: who left got no
    diploma there. The network follows pupils in the same way, so that both can be compared.

    Args:
        leerlingen, loopbaan, toetsen: rows of the canonical tables.
        last: last school year in the data of all schools: a school whose pupils move on after leerjaar
            3 has no later rows of its own.
        kind: regime of the test that scores are compared on, the same one for all schools.

    ``toetsscore`` is kept on one scale: of the asked kind of test only, of which ``zelfde_toets`` is True;
    ``toetsscore_eigen_schaal`` is that of every pupil. Added columns: ``opleiding`` (three classes),
    ``eerste``, ``definitief``, ``toets`` (places in steps), ``leerjaar3`` (label),
    ``niveau3`` (its place in steps, missing in a class of three levels or more),
    ``havo_of_vwo_in_leerjaar_3`` (whether its class holds havo or vwo), ``derde_jaar`` (leerjaar in the
    third school year; 0 for who left education before, missing for who left the school or could not be seen
    yet), ``seen`` (school years that could be seen), ``diploma`` (True/False; missing in a young cohort,
    for who is still there, and where nobody got one: pupils of a school without exams get theirs
    elsewhere), ``diploma_niveau`` (of the last one, which is the highest), ``diploma_in_tijd`` and
    ``diploma_jaar_extra`` (level of the highest one within the years of its route, and one more;
    :data:`NO_DIPLOMA` without one, missing while the longest route could not be seen to its end); per
    moment ``score_groep8``, ``score_leerjaar1``, ``score_in_leerjaar_3`` (mean of taal and rekenen);
    ``niveau_taal`` and ``niveau_rekenen`` (referentieniveau of groep 8).
    """
    known = leerlingen.assign(
        opleiding=classes(leerlingen["opleiding_ouders"]),
        eerste=steps(leerlingen["advies_eerste"]),
        definitief=steps(leerlingen["advies_definitief"]),
        toets=steps(leerlingen["toetsadvies"]),
        zelfde_toets=leerlingen["regime"] == kind,
        toetsscore=leerlingen["toetsscore"].where(leerlingen["regime"] == kind),
        toetsscore_eigen_schaal=leerlingen["toetsscore"],
    ).set_index("leerling", drop=False)
    here = loopbaan.merge(leerlingen[["leerling", "vestiging"]], on=["leerling", "vestiging"])
    third = _first_row(here[here["leerjaar"] == 3])["niveau"]
    passed = here[here["afloop"] == "diploma"].sort_values("schooljaar", kind="stable")
    diploma = passed.drop_duplicates("leerling", keep="last").set_index("leerling")["niveau"]
    known["leerjaar3"] = third.reindex(known.index)
    known["niveau3"] = steps_of_class(known["leerjaar3"])
    known["havo_of_vwo_in_leerjaar_3"] = known["leerjaar3"].map(_HAVO_OR_VWO).astype("boolean")
    known["diploma_niveau"] = diploma.reindex(known.index)
    known["seen"] = _years_seen(known["cohort"], last)
    last_row = here.sort_values("schooljaar", kind="stable").drop_duplicates("leerling", keep="last")
    still_there = known.index.isin(last_row.loc[last_row["afloop"] == "onbekend", "leerling"])
    has_exams = known["vestiging"].isin(known.loc[known["diploma_niveau"].notna(), "vestiging"])
    told = (known["seen"] >= YEARS_TO_DIPLOMA) & ~still_there & has_exams
    known["diploma"] = known["diploma_niveau"].notna().astype("boolean").where(told)
    known["diploma_in_tijd"] = _diploma_in_time(known, here, last, extra=0)
    known["diploma_jaar_extra"] = _diploma_in_time(known, here, last, extra=1)
    known["derde_jaar"] = _third_year(known, here, last_row)
    return known.join(_scores(known, toetsen)).reset_index(drop=True)


def _diploma_in_time(known: pd.DataFrame, here: pd.DataFrame, last: str | None, extra: int) -> pd.Series:
    """Highest diploma of each pupil within the years of its route and ``extra`` more.

    Every route gets as many years of delay, and all pupils of a cohort count at once: who is still at
    school then has none. The results of the last school year count once the school has any of them.
    """
    passed = here[here["afloop"] == "diploma"]
    start = known["cohort"].str[:4].astype(int)
    taken = passed["schooljaar"].str[:4].astype(int) - start.reindex(passed["leerling"]).to_numpy() + 1
    in_time = passed[taken <= passed["niveau"].map(NOMINAL_YEARS).astype(float) + extra]
    order = in_time.assign(place=steps(in_time["niveau"])).sort_values("place", kind="stable")
    highest = order.drop_duplicates("leerling", keep="last").set_index("leerling")["niveau"]
    ahead = start + max(NOMINAL_YEARS.values()) - 1 + extra - int((last or "0000")[:4])
    with_results = passed.loc[passed["schooljaar"] == last, "vestiging"]
    ended = (ahead < 0) | ((ahead == 0) & known["vestiging"].isin(with_results))
    told = ended & known["vestiging"].isin(passed["vestiging"])
    return highest.reindex(known.index).fillna(NO_DIPLOMA).where(told)


def _third_year(known: pd.DataFrame, here: pd.DataFrame, last_row: pd.DataFrame) -> pd.Series:
    """Leerjaar of each pupil in the third school year after entry; 0 for who left education before."""
    third = known["cohort"].map({cohort: _later(cohort, 2) for cohort in known["cohort"].unique()})
    rows = here[here["schooljaar"] == here["leerling"].map(third)].drop_duplicates("leerling")
    leerjaar = rows.set_index("leerling")["leerjaar"].reindex(known.index).astype(float)
    left = last_row.loc[last_row["afloop"] == "uit het onderwijs", "leerling"]
    return leerjaar.where(leerjaar.notna() | ~known.index.isin(left) | (known["seen"] < 3), 0.0)


def _later(schooljaar: str, years: int) -> str:
    """The school year so many years later."""
    first = int(schooljaar[:4]) + years
    return f"{first}-{first + 1}"


#: Moment of a test to the column of its score.
_MOMENTS = {"groep 8": "score_groep8", "leerjaar 1": "score_leerjaar1", "leerjaar 3": "score_in_leerjaar_3"}


def _scores(known: pd.DataFrame, toetsen: pd.DataFrame) -> pd.DataFrame:
    """Score per moment, and referentieniveau per domain of groep 8, of each pupil where they entered."""
    entry = toetsen["leerling"].map(known["vestiging"])
    rows = toetsen[(toetsen["domein"] != "totaal") & (toetsen["vestiging"] == entry)]
    mean = rows.groupby(["leerling", "moment"])["score"].mean().unstack()
    found = {column: mean.get(moment, pd.Series(dtype=float)) for moment, column in _MOMENTS.items()}
    start = rows[rows["moment"] == "groep 8"]
    for domain in ("taal", "rekenen"):
        one = start[start["domein"] == domain].drop_duplicates("leerling").set_index("leerling")
        found[f"niveau_{domain}"] = one["referentieniveau"]
    return pd.DataFrame({name: values.reindex(known.index) for name, values in found.items()})


def comparable_at_score(pupils: pd.DataFrame) -> pd.DataFrame:
    """The pupils whose first advies can be compared at an equal score; see :func:`pupils`.

    Levels, gap and reference values are about these same pupils: a cohort without a test has none.
    """
    return pupils.dropna(subset=["opleiding", "eerste", "toetsscore", "basisschool"])


def _first_row(rows: pd.DataFrame) -> pd.DataFrame:
    """The earliest row of each pupil, indexed by pupil."""
    return rows.sort_values("schooljaar", kind="stable").drop_duplicates("leerling").set_index("leerling")


def _years_seen(cohort: pd.Series, last: str | None) -> pd.Series:
    """School years from entry up to and including the last one in the data."""
    if last is None:
        return pd.Series(0, index=cohort.index)
    return int(last[:4]) - cohort.str[:4].astype(int) + 1


def exam_yield(examens: pd.DataFrame) -> pd.DataFrame:
    """Passes and failures per onderwijstype (low to high) and schooljaar, both sexes, with bounds.

    The total rows are used, never the sum over sexes: masked cells would widen the bounds twice.
    Failures are bounded within each row, where passes cannot exceed candidates.
    """
    totals = examens[examens["geslacht"] == "totaal"]
    totals = totals.assign(
        gezakten_lower=(totals["kandidaten_lower"] - totals["geslaagden_upper"]).clip(lower=0),
        gezakten_upper=totals["kandidaten_upper"] - totals["geslaagden_lower"],
        geslaagden_upper=totals[["geslaagden_upper", "kandidaten_upper"]].min(axis=1),
    )
    bounds = ["geslaagden_lower", "geslaagden_upper", "gezakten_lower", "gezakten_upper"]
    table = totals.groupby(["onderwijstype", "schooljaar"], as_index=False)[bounds].sum()
    order = {label: place for place, label in enumerate(codes.ONDERWIJSTYPE.codes)}
    return table.sort_values("onderwijstype", key=lambda labels: labels.map(order), kind="stable")


def latest(aantallen: pd.DataFrame) -> pd.DataFrame:
    """The rows of the latest school year."""
    return aantallen[aantallen["schooljaar"] == aantallen["schooljaar"].max()]


def breadth(aantallen: pd.DataFrame) -> pd.DataFrame:
    """Pupils of leerjaar 1 by how many levels sit together in their brugklas.

    Returns columns ``niveaus`` (1, 2, 3, … levels), ``aantal_lower``, ``aantal_upper``, and the bounds
    of all others ``rest_lower``, ``rest_upper``, of the latest school year; classes without a known
    brugklastype take no part.
    """
    counts = latest(aantallen)
    first = counts[(counts["leerjaar"] == 1) & counts["brugklastype"].notna()]
    number = {label: len(codes.levels(label)) for label in codes.BRUGKLASTYPE.codes}
    counted = first.assign(niveaus=first["brugklastype"].map(number))
    counted = counted[counted["niveaus"] > 0]
    table = counted.groupby("niveaus", as_index=False)[["aantal_lower", "aantal_upper"]].sum()
    for end in ("lower", "upper"):
        table[f"rest_{end}"] = table[f"aantal_{end}"].sum() - table[f"aantal_{end}"]
    return table


def bounds(row: pd.Series, name: str) -> tuple[int, int]:
    """The pair ``name_lower``, ``name_upper`` of a row as whole numbers."""
    return int(row[f"{name}_lower"]), int(row[f"{name}_upper"])


def tracks(aantallen: pd.DataFrame) -> pd.DataFrame:
    """Pupils from leerjaar 3 on, by vestiging and level of the ladder, in the latest school year.

    Counts are whole pupils: the middle of the bounds, rounded down.
    """
    counts = latest(aantallen)
    upper = counts[counts["leerjaar"] >= 3]
    level = upper["onderwijstype"].replace(codes.ONE_LEVEL)
    known = upper.assign(niveau=level.where(level.isin(codes.NIVEAU.codes)))
    known["aantal"] = (known["aantal_lower"] + known["aantal_upper"]) // 2
    table = known.groupby(["vestiging", "niveau"], as_index=False, observed=True)["aantal"].sum()
    return table.assign(
        niveau=table["niveau"].astype(codes.NIVEAU.dtype()),
        richting=np.where(table["niveau"].isin(["havo", "vwo"]), "havo/vwo", "pro en vmbo"),
    )


@dataclass(frozen=True)
class Indicator:
    """What is counted of pupils, the same way for one school and for all.

    Attributes:
        name: how the number is called, in Dutch or snake_case.
        outcome: from the rows of :func:`pupils` to a value a pupil, missing where it is not known.
        unit: ``"share"`` of True and False, or ``"score"``.
    """

    name: str
    outcome: Callable[[pd.DataFrame], pd.Series]
    unit: str = "share"


def _havo_advies(pupils: pd.DataFrame) -> pd.Series:
    """First advies havo or higher, of who can be compared at an equal score."""
    return comparable_at_score(pupils)["eerste"].ge(codes.step("havo")).reindex(pupils.index)


def _toets_hoger(maatstaf: str) -> Callable[[pd.DataFrame], pd.Series]:
    """Toetsadvies above the first advies by a yardstick; of one kind of test, with its own norms."""

    def outcome(pupils: pd.DataFrame) -> pd.Series:
        higher = above(pupils["toetsadvies"], pupils["advies_eerste"], maatstaf)
        return (higher > 0).where(higher.notna() & pupils["zelfde_toets"])

    return outcome


def _below_toets(pupils: pd.DataFrame) -> pd.Series:
    """In leerjaar 3 a step or more below the toetsadvies; of the pupils of ``benchmark.passend``."""
    known = pupils["toets"].notna() & pupils["niveau3"].notna() & pupils["eerste"].notna()
    return (pupils["niveau3"] <= pupils["toets"] - 1).where(known & pupils["zelfde_toets"])


def _havo_vwo_diploma(pupils: pd.DataFrame) -> pd.Series:
    """Diploma of havo or vwo: a startkwalificatie; one of mbo-2 and higher is not seen by a school."""
    return pupils["diploma_niveau"].isin(["havo", "vwo"]).where(pupils["diploma"].notna())


def _diploma_among(column: str, *levels: str) -> Callable[[pd.DataFrame], pd.Series]:
    """Whether the highest diploma in time is one of these levels; any diploma when none is named."""

    def outcome(pupils: pd.DataFrame) -> pd.Series:
        label = pupils[column]
        return (label.isin(levels) if levels else label.ne(NO_DIPLOMA)).where(label.notna())

    return outcome


def _op_koers(pupils: pd.DataFrame) -> pd.Series:
    """In leerjaar 3 in the third school year, on no lower a level than the definitive advies.

    Compared as the Inspectie does, but for a class of several levels: it is no lower than an advice
    for one of them. Who left education is not on course, who left the school is unknown.
    """
    place = position(pupils["advies_definitief"], pupils["leerjaar3"], "inspectie")
    broad = pupils["leerjaar3"].notna() & ~pupils["leerjaar3"].isin(codes.NIVEAU.codes)
    shared = position(pupils["advies_definitief"], pupils["leerjaar3"], "ocw")
    place = place.where(~broad, shared)
    reached = pupils["derde_jaar"] >= 3
    known = pupils["definitief"].notna() & pupils["derde_jaar"].notna() & (place.notna() | ~reached)
    return (reached & (place != "onder")).where(known)


def _zonder_vertraging(pupils: pd.DataFrame) -> pd.Series:
    """In leerjaar 3 in the third school year, on whatever level."""
    return (pupils["derde_jaar"] >= 3).where(pupils["derde_jaar"].notna())


def _reached(domain: str, lowest: str) -> Callable[[pd.DataFrame], pd.Series]:
    """Whether the referentieniveau of a domain in groep 8 is ``lowest`` or higher."""
    enough = codes.REFERENTIENIVEAU.codes[codes.REFERENTIENIVEAU.codes.index(lowest) :]

    def outcome(pupils: pd.DataFrame) -> pd.Series:
        level = pupils[f"niveau_{domain}"]
        return level.isin(enough).where(level.notna())

    return outcome


#: Everything that is shown in context: raw, with less chance, beside all schools and beside what is
#: expected (``chapters.context``); benchmark and chapters count it by the same function.
INDICATORS = {
    item.name: item
    for item in (
        Indicator("havo_advies", _havo_advies),
        Indicator("toets_hoger", _toets_hoger(MAATSTAVEN[0])),
        Indicator("toets_hoger_zonder_overlap", _toets_hoger(MAATSTAVEN[1])),
        Indicator("leerjaar_3_lager_dan_de_toets", _below_toets),
        Indicator("havo_of_vwo_in_leerjaar_3", lambda pupils: pupils["havo_of_vwo_in_leerjaar_3"]),
        Indicator("op_koers", _op_koers),
        Indicator("zonder_vertraging", _zonder_vertraging),
        Indicator("diploma", lambda pupils: pupils["diploma"]),
        Indicator("havo_vwo_diploma", _havo_vwo_diploma),
        Indicator("diploma_op_tijd", _diploma_among("diploma_in_tijd")),
        Indicator("diploma_met_een_jaar_extra", _diploma_among("diploma_jaar_extra")),
        Indicator("havo_vwo_met_een_jaar_extra", _diploma_among("diploma_jaar_extra", "havo", "vwo")),
        Indicator("taal_1F", _reached("taal", "1F")),
        Indicator("rekenen_1F", _reached("rekenen", "1F")),
        Indicator("taal_streefniveau", _reached("taal", "1S of 2F")),
        Indicator("rekenen_streefniveau", _reached("rekenen", "1S of 2F")),
        Indicator("score_in_leerjaar_3", lambda pupils: pupils["score_in_leerjaar_3"], "score"),
        Indicator("groei", lambda pupils: pupils["score_in_leerjaar_3"] - pupils["score_groep8"], "score"),
    )
}


def outcome(name: str, pupils: pd.DataFrame) -> pd.Series:
    """The outcome of an indicator a pupil: numbers, with True and False as 1 and 0."""
    return INDICATORS[name].outcome(pupils).astype(float)
