"""One row a pupil with the classes and places that the models of chapter 2 need: for network and school."""

from __future__ import annotations

import pandas as pd

from kansen_lib import codes, indicators

#: The moments at which both domains are tested, on one scale, and the column of the score.
MOMENTS = {"groep 8": "score_groep8", "leerjaar 1": "score_leerjaar1", "leerjaar 3": "score_in_leerjaar_3"}
START, FIRST, END = MOMENTS.values()
#: Share of the variance of a test score that is true, where nobody says otherwise (METHODS).
RELIABILITY = 0.90
#: Unit of a difference on the scale of the tests: beside scores themselves it has an axis of its own.
POINTS = "punten"
_EDUCATION = {label: float(place) for place, label in enumerate(codes.OPLEIDING_OUDERS.codes, start=1)}


def learners(pupils: pd.DataFrame, loopbaan: pd.DataFrame) -> pd.DataFrame:
    """The pupils with the classes in which they sat at the vestiging that they entered.

    Args:
        pupils: as :func:`kansen_lib.indicators.pupils` gives them.
        loopbaan: rows of the canonical table.

    Added columns: ``klas_1``, ``klas_2`` and ``klas_3`` (class in each leerjaar, with vestiging and school
    year in the label), ``niveau_1`` to ``niveau_3`` (places of these classes in steps), ``brugklas`` (label
    of the one in leerjaar 1), ``opleiding_stap`` and ``inkomen_stap`` (1 to 5: parental education and fifth
    of household income, as numbers).
    """
    found = pupils.set_index("leerling", drop=False)
    here = loopbaan.merge(pupils[["leerling", "vestiging"]], on=["leerling", "vestiging"])
    here = here.sort_values("schooljaar", kind="stable")
    for leerjaar in (1, 2, 3):
        rows = here[here["leerjaar"] == leerjaar].drop_duplicates("leerling").set_index("leerling")
        label = rows["vestiging"] + " " + rows["schooljaar"] + " " + rows["klas"].astype("str")
        found[f"klas_{leerjaar}"] = label.reindex(found.index)
        found[f"niveau_{leerjaar}"] = indicators.steps(rows["niveau"]).reindex(found.index)
        if leerjaar == 1:
            found["brugklas"] = rows["niveau"].reindex(found.index)
    found["opleiding_stap"] = found["opleiding_ouders"].map(_EDUCATION).astype(float)
    found["inkomen_stap"] = pd.to_numeric(found["inkomenskwintiel"], errors="coerce").astype(float)
    return found.reset_index(drop=True)


def followed(data: pd.DataFrame) -> pd.DataFrame:
    """The same pupils at every moment: with a score at each, and a known parental education."""
    return data.dropna(subset=[*MOMENTS.values(), "opleiding"])


def ends(data: pd.DataFrame) -> pd.DataFrame:
    """Pupils with parents of low or high education, with ``hoog`` as True and False."""
    chosen = data[data["opleiding"].isin(["laag", "hoog"])]
    return chosen.assign(hoog=chosen["opleiding"] == "hoog")
