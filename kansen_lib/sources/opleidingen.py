"""What DUO's names of onderwijstypen and opleidingen mean: the level, and how broad a brugklas is."""

from __future__ import annotations

import re

from kansen_lib import codes

#: ONDERWIJSTYPE VO EN LEER- OF VERBLIJFSJAAR of the 1 October file. HAVO/VWO lj 3 goes by opleiding.
ONDERWIJSTYPE_TELLING: dict[str, str] = {
    "Brugjaar 1-2": "brugjaar",
    "Praktijkonderwijs alle vj": "pro",
    "VMBO BL lj 3-4": "vmbo-b",
    "VMBO KL lj 3-4": "vmbo-k",
    "VMBO GL lj 3-4": "vmbo-g",
    "VMBO TL lj 3-4": "vmbo-t",
    "VMBO-MBO2 lj 3-6": "vmbo",
    "HAVO/VWO lj 3": "havo/vwo",
    "HAVO lj 4-5": "havo",
    "VWO lj 4-6": "vwo",
    "VMBO uitbest. aan VAVO": "vavo",
    "HAVO uitbest. aan VAVO": "vavo",
    "VWO uitbest. aan VAVO": "vavo",
    "Engelse Stroom": "internationaal",
    "Int. Baccelaureaat": "internationaal",
    "European Secondary School": "internationaal",
}
_VMBO = {
    "alle": "vmbo-b/k/gt",
    "th/gm": "vmbo-gt",
    "gm": "vmbo-gt",
    "bbg/kbg": "vmbo-b/k",
    "bbg": "vmbo-b",
    "kbg": "vmbo-k",
}
_LEERWEG = {"BL": "vmbo-b", "KL": "vmbo-k", "GL": "vmbo-g", "TL": "vmbo-t", "": "vmbo"}
#: A leerwerktraject (LWT) exists in the basisberoepsgerichte leerweg only.
_EXAMEN = {
    "VMBO B": "vmbo-b",
    "VMBO LWT": "vmbo-b",
    "VMBO K": "vmbo-k",
    "VMBO G": "vmbo-g",
    "VMBO T": "vmbo-t",
    "HAVO": "havo",
    "VWO": "vwo",
}


def brugklastype(telling: str, opleiding: str) -> str | None:
    """The levels that sit together, from the onderwijstype as counted and OPLEIDINGSNAAM.

    None where the name does not say it, and at a vavo, where nobody sits by level.

    >>> brugklastype("Brugjaar 1-2", "Ljvb op VWO/HAVO/VMBO-Alle Lw")
    'vmbo-b/k/gt/havo/vwo'
    >>> brugklastype("Brugjaar 1-2", "LWOO MAVO/Theor Lw")
    'vmbo-gt'
    """
    level = ONDERWIJSTYPE_TELLING[telling]
    if level in ("vmbo-g", "vmbo-t"):
        return "vmbo-gt"
    if level not in ("brugjaar", "havo/vwo"):
        return level if level in codes.BRUGKLASTYPE else None
    label = "/".join(_named_levels(opleiding))
    return label if label in codes.BRUGKLASTYPE else None


def _named_levels(opleiding: str) -> list[str]:
    """Labels of the levels in a name, low to high: one for all leerwegen, then havo, then vwo."""
    leerweg = re.search(r"\b(alle|th/gm|bbg/kbg|gm|bbg|kbg) lw", opleiding.lower())
    mavo = "MAVO" in opleiding
    vmbo = [_VMBO[leerweg[1]]] if leerweg else ["vmbo-gt"] if mavo else []
    return vmbo + [level for level in ("havo", "vwo") if re.search(rf"\b{level}\b", opleiding.lower())]


def onderwijstype_telling(telling: str, opleiding: str) -> str | None:
    """The onderwijstype of a row of the 1 October file; None for a name that is not known.

    Leerjaar 3 of havo and vwo is counted together; the opleiding says which of them, or both.
    """
    if telling not in ONDERWIJSTYPE_TELLING:
        return None
    if ONDERWIJSTYPE_TELLING[telling] == "havo/vwo":
        return brugklastype(telling, opleiding) or "havo/vwo"
    return ONDERWIJSTYPE_TELLING[telling]


def onderwijstype_examen(opleiding: str) -> str | None:
    """The onderwijstype of an exam programme: ``"VMBO T - economie"`` is vmbo-t."""
    return _EXAMEN.get(opleiding.split(" - ")[0].strip())


def onderwijstype_leerweg(onderwijstype: str, leerweg: str) -> str | None:
    """The onderwijstype from ONDERWIJSTYPE VO and LEERWEG VMBO."""
    onderwijstype, leerweg = onderwijstype.strip(), leerweg.strip()
    if onderwijstype in ("HAVO", "VWO"):
        return onderwijstype.lower()
    return _LEERWEG.get(leerweg) if onderwijstype == "VMBO" else None
