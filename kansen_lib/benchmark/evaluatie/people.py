"""The pupils of an evaluation: one row each, with what was before, what they got, and what came out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kansen_lib.benchmark import vergelijken
from kansen_lib.benchmark.data import Network
from kansen_lib.benchmark.evaluatie.register import DOMAINS, LEVEL, Aanpak
from kansen_lib.benchmark.vergelijken import INKOMEN, MINIMA, OPLEIDING, Groups

#: Moment of the test that comes before every intervention.
BEFORE = "groep 8"
#: What may tell groups, the best one first; the last where no education or income is known.
BACKGROUNDS = (OPLEIDING, INKOMEN, MINIMA)
#: Lessons in a domain, where those tell the class.
_SUBJECT = {"rekenen": "rekenen of wiskunde"}
_FACTS = ("geslacht", "herkomst", "inkomenskwintiel", "inkomen", "minimaregeling", "opleiding", "eerste")


def people(network: Network, aanpak: Aanpak, uitkomst: str) -> pd.DataFrame:
    """The pupils in scope of an intervention, one row each.

    Columns: ``leerling``; ``vestiging`` and ``cohort`` in which they came in scope; ``klas`` at the moment
    of the outcome (unique over schools; missing where unknown); ``opleiding``, ``inkomen``,
    ``inkomenskwintiel``, ``minimaregeling``, ``geslacht``, ``herkomst``; ``eerste`` (first advies, steps);
    ``voor`` (score of groep 8 in the domain of the outcome, points) and ``voor_ander`` (in the other domain,
    missing for an outcome of no domain); ``toegewezen`` and ``deelgenomen``
    (True/False); ``dosis``; ``afstand`` (score minus the cut-off, rule "drempel"); ``gestart`` (first cohort
    of the own school, missing for never); ``uitkomst`` (points), ``uitkomst_sd`` (over :func:`scale`).

    Args:
        network: all schools.
        aanpak: the intervention.
        uitkomst: a domain and a moment of the tests ("rekenen leerjaar 1"), or :data:`LEVEL`.
    """
    rows = _in_scope(network, aanpak)
    known = vergelijken.background(network.pupils).set_index("leerling")
    scores = network.outcomes
    frame = rows.join(known[[name for name in _FACTS if name in known]], on="leerling")
    frame = frame.join(_before(scores, uitkomst).rename("voor"), on="leerling")
    frame = frame.join(_before(scores, _other(uitkomst)).rename("voor_ander"), on="leerling")
    frame = frame.join(_column(scores, uitkomst).rename("uitkomst"), on="leerling")
    frame["uitkomst_sd"] = frame["uitkomst"] / scale(network, aanpak, uitkomst)
    frame["klas"] = frame["leerling"].map(_classes(network, uitkomst))
    decides = _column(scores, aanpak.grens_op).reindex(frame["leerling"]).to_numpy()
    frame["afstand"] = decides - aanpak.grens
    frame["gestart"] = frame["vestiging"].map(aanpak.start)
    return frame


def scale(network: Network, aanpak: Aanpak, uitkomst: str) -> float:
    """Standard deviation of the outcome of all pupils of all schools who did not take part; NaN without."""
    took = network.store.read("deelname", ["leerling", "interventie", "deelgenomen"])
    took = took[(took["interventie"] == aanpak.interventie) & took["deelgenomen"]]
    scores = _column(network.outcomes, uitkomst)
    found = float(scores[~scores.index.isin(took["leerling"])].std())
    return found if found > 0 else np.nan


def background(people: pd.DataFrame) -> Groups:
    """Which column tells groups: education of the parents where known, else income, else the scheme."""
    for groups in BACKGROUNDS:
        if people[groups.column].isin([groups.low, groups.high]).any():
            return groups
    return OPLEIDING


def covariates(people: pd.DataFrame) -> tuple[str, ...]:
    """What was measured before and can be corrected for: ``("voor",)``, or nothing where nobody has it."""
    return ("voor",) if people["voor"].notna().any() else ()


def _in_scope(network: Network, aanpak: Aanpak) -> pd.DataFrame:
    """One row a pupil in scope: where and when first, whether ever assigned and taking part, total dose."""
    rows = network.store.read("deelname")
    rows = rows[rows["interventie"] == aanpak.interventie].sort_values(["leerling", "schooljaar"])
    found = rows.groupby("leerling", as_index=False).agg(
        vestiging=("vestiging", "first"),
        cohort=("schooljaar", "first"),
        toegewezen=("toegewezen", "any"),
        deelgenomen=("deelgenomen", "any"),
        dosis=("dosis", "sum"),
    )
    return found.sort_values(["vestiging", "leerling"], ignore_index=True)


def _column(scores: pd.DataFrame, name: str) -> pd.Series:
    return scores[name] if name in scores else pd.Series(np.nan, index=scores.index, name=name)


def _other(uitkomst: str) -> str:
    """The same moment in the other domain: who chooses an approach may go by that score."""
    domain, _, moment = uitkomst.partition(" ")
    others = [other for other in DOMAINS if other != domain and domain in DOMAINS]
    return f"{others[0]} {moment}" if others else ""


def _before(scores: pd.DataFrame, uitkomst: str) -> pd.Series:
    domain = "totaal" if uitkomst == LEVEL else uitkomst.partition(" ")[0]
    return _column(scores, f"{domain} {BEFORE}")


def _classes(network: Network, uitkomst: str) -> pd.Series:
    """Class of each pupil in the year of the outcome, unique over schools and years."""
    domain, _, moment = uitkomst.partition(" ")
    if uitkomst == LEVEL:
        rows = network.loopbaan[network.loopbaan["leerjaar"] == 3]
    else:
        tests = network.toetsen[(network.toetsen["moment"] == moment) & (network.toetsen["domein"] == domain)]
        rows = _seated(network, domain).merge(tests[["leerling", "schooljaar"]])
    rows = rows.dropna(subset=["klas"]).drop_duplicates("leerling").set_index("leerling")
    return rows["vestiging"] + " " + rows["schooljaar"] + " " + rows["klas"]


def _seated(network: Network, domain: str) -> pd.DataFrame:
    """Class of each pupil in each year; without careers, where they had lessons in the domain."""
    if len(network.loopbaan):
        return network.loopbaan
    lessons = {"soort": "les", "onderdeel": _SUBJECT.get(domain, "taal")}
    rows = network.store.read("groepen", ["leerling", "vestiging", "schooljaar", "groep"], where=lessons)
    return rows.rename(columns={"groep": "klas"})
