"""Names of programmes as DUO writes them, for the pupils that a count sees.

A programme is one number: place of the niveau in BRUGKLASTYPE, profile, leerweg and so on, packed by
:func:`programmes`; :func:`meaning` turns the few different numbers back into the names.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kansen_lib import codes
from kansen_lib.example import parameters as par
from kansen_lib.example.careers import SINGLE
from kansen_lib.example.population import Population
from kansen_lib.example.text import labels

#: Names of a brugjaar by brugklastype, as in OPLEIDINGSNAAM.
BRUGJAAR = {
    "vmbo-b": "Ljvb op VMBO-BBg Lw",
    "vmbo-b/k": "Ljvb op VMBO-Bbg/Kbg Lw",
    "vmbo-k": "Ljvb op VMBO-Kbg Lw",
    "vmbo-b/k/gt": "Ljvb op VMBO-Alle Lw",
    "vmbo-k/gt": "Ljvb op VMBO-Kbg/Th/Gm Lw",
    "vmbo-gt": "Ljvb op VMBO-Th/Gm Lw",
    "vmbo-b/k/gt/havo": "Ljvb op HAVO/VMBO-Alle Lw",
    "vmbo-gt/havo": "Ljvb op HAVO/VMBO-Th/Gm Lw",
    "vmbo-b/k/gt/havo/vwo": "Ljvb op VWO/HAVO/VMBO-Alle Lw",
    "vmbo-gt/havo/vwo": "Ljvb op VWO/HAVO/VMBO-Th/Gm Lw",
    "havo": "HAVO",
    "havo/vwo": "Ljvb op VWO/HAVO",
    "vwo": "VWO-ATHENEUMSTROOM",
}
LWOO_BRUGJAAR = {
    "vmbo-b": "Lj LWOO vb op Bbg Lw",
    "vmbo-b/k": "Lj LWOO vb op Bbg/Kbg Lw",
    "vmbo-k": "Lj LWOO vb op Kbg Lw",
}
VMBO_PROFILES = ("Economie en ondernemen", "Zorg en welzijn", "Produceren, installeren en energie", "Groen")
MAVO_PROFILES = ("Economie", "Zorg en Welzijn", "Techniek", "Landbouw")
PROFILES = ("Ec/Maat", "Nat/Gezond", "Nat/Tech", "Cul/Maat")
EXAM_SECTORS = ("economie", "zorg en welzijn", "techniek", "landbouw")
EXAM_PROFILES = ("E&M", "N&G", "N&T", "C&M")
#: Chance of each profile for boys and girls: assumed, after the sizes in the DUO files.
PROFILE_SHARES = ((0.42, 0.12, 0.38, 0.08), (0.38, 0.42, 0.06, 0.14))
SHARE_GL, SHARE_LWOO = 0.27, 0.40
BRUGKLAS = codes.BRUGKLASTYPE.codes
LETTER = {"vmbo-b": "B", "vmbo-k": "K", "vmbo-g": "G", "vmbo-t": "T"}


def choices(population: Population, row: np.ndarray) -> pd.DataFrame:
    """Profile, leerweg, gymnasium and lwoo of the pupils in ``row``: fixed for each pupil."""
    pupils, block = population.pupils, population.block
    uniform = block.rng(61).random((4, len(pupils)))
    edges = np.cumsum(PROFILE_SHARES, axis=1)[pupils["geslacht"], :-1]
    share = np.array([kind.gymnasium for kind in block.kinds])[pupils["vestiging"]]
    low = pupils["definitive"].to_numpy() <= par.LADDER.index("vmbo-b/k")
    found = {
        "profile": (uniform[0][:, None] >= edges).sum(axis=1),
        "gl": uniform[1] < SHARE_GL,
        "gymnasium": uniform[2] < share,
        "lwoo": low & (uniform[3] < SHARE_LWOO),
    }
    return pd.DataFrame({name: values[row] for name, values in found.items()})


def programmes(rows: pd.DataFrame) -> np.ndarray:
    """One number for each programme; what does not tell in a niveau or leerjaar is left out of it."""
    niveau = rows["niveau"].to_numpy()
    single = np.isin(niveau, SINGLE[1:])
    upper = single & (rows["leerjaar"].to_numpy() >= 3)
    label = np.array(BRUGKLAS)[niveau]
    # Havo and vwo have no profile yet in leerjaar 3.
    profiled = upper & ((rows["leerjaar"].to_numpy() > 3) | np.char.startswith(label.astype(str), "vmbo"))
    parts = (
        (niveau, len(BRUGKLAS)),
        (np.where(profiled, rows["profile"] + 1, 0), 5),
        (upper, 2),
        (upper & (label == "vmbo-gt") & rows["gl"].to_numpy(), 2),
        (np.isin(label, ["vwo"]) & rows["gymnasium"].to_numpy(), 2),
        (np.isin(label, list(LWOO_BRUGJAAR)) & rows["lwoo"].to_numpy(), 2),
    )
    return _pack(parts)


def _pack(parts: tuple[tuple[np.ndarray, int], ...]) -> np.ndarray:
    number = np.zeros(len(parts[0][0]), dtype=np.int64)
    for values, size in parts:
        number = number * size + np.asarray(values, dtype=np.int64)
    return number


def meaning(programme: pd.Series) -> dict[str, pd.Series | np.ndarray]:
    """Columns onderwijstype, opleiding, brugklastype and lwoo of programmes."""
    known, place = np.unique(programme.to_numpy(), return_inverse=True)
    found = [_programme(int(number)) for number in known]
    types, names, brugklas, lwoo = (list(values) for values in zip(*found, strict=True))
    return {
        "onderwijstype": labels(types, place),
        "opleiding": labels(names, place),
        "brugklastype": labels(brugklas, place),
        "lwoo": np.array(lwoo)[place],
    }


def _programme(number: int) -> tuple[str, str, str, bool]:
    """Onderwijstype, opleiding, brugklastype and lwoo of one number."""
    number, lwoo = divmod(number, 2)
    number, gymnasium = divmod(number, 2)
    number, gl = divmod(number, 2)
    number, upper = divmod(number, 2)
    niveau, profile = divmod(number, 5)
    label = BRUGKLAS[niveau]
    if label == "pro":
        return "pro", "Praktijkonderwijs", "pro", False
    if not upper:
        name = LWOO_BRUGJAAR[label] if lwoo else BRUGJAAR[label]
        return "brugjaar", "VWO-GYMNASIUMSTROOM" if gymnasium else name, label, bool(lwoo)
    onderwijstype = ("vmbo-g" if gl else "vmbo-t") if label == "vmbo-gt" else label
    return onderwijstype, _upper_name(onderwijstype, profile - 1, gymnasium, lwoo), label, bool(lwoo)


def _upper_name(onderwijstype: str, profile: int, gymnasium: int, lwoo: int) -> str:
    if onderwijstype in ("havo", "vwo") and profile < 0:
        stream = "VWO-GYMNASIUMSTROOM" if gymnasium else "VWO-ATHENEUMSTROOM"
        return "HAVO" if onderwijstype == "havo" else stream
    if onderwijstype == "havo":
        return f"HAVO Prf {PROFILES[profile]}"
    if onderwijstype == "vwo":
        return f"VWO-{'GYM' if gymnasium else 'ATH'} Prf {PROFILES[profile]}"
    if onderwijstype == "vmbo-t":
        return f"MAVO/Theor Lw-Profiel {MAVO_PROFILES[profile]}"
    leerweg = {"vmbo-b": "BB", "vmbo-k": "KB", "vmbo-g": "GL"}[onderwijstype]
    return f"{'LWOO' if lwoo else 'VMBO'} {leerweg} {VMBO_PROFILES[profile]}"


def exam_programmes(rows: pd.DataFrame) -> np.ndarray:
    """One number for each exam programme."""
    gl = (rows["level"] == par.LEVELS.index("vmbo-gt")) & rows["gl"]
    return _pack(
        ((rows["level"].to_numpy(), len(par.LEVELS)), (rows["profile"].to_numpy(), 4), (gl.to_numpy(), 2))
    )


def exam_meaning(programme: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Onderwijstype and opleiding of exam programmes, as in ``"VMBO T - economie"``."""
    known, place = np.unique(programme.to_numpy(), return_inverse=True)
    types, names = [], []
    for number in known:
        rest, gl = divmod(int(number), 2)
        level, profile = divmod(rest, 4)
        label = par.LEVELS[level]
        label = ("vmbo-g" if gl else "vmbo-t") if label == "vmbo-gt" else label
        vmbo = label in LETTER
        types.append(label)
        names.append(
            f"VMBO {LETTER[label]} - {EXAM_SECTORS[profile]}"
            if vmbo
            else f"{label.upper()} - {EXAM_PROFILES[profile]}"
        )
    return labels(types, place), labels(names, place)
