"""Small invented files in the layouts of DUO, for the tests of this folder."""

from __future__ import annotations

from pathlib import Path

from kansen_lib.sources import layouts

LEERJAREN = [f"LEER- OF VERBLIJFSJAAR {year} - {sex}" for year in range(1, 7) for sex in ("MAN", "VROUW")]
LEERLINGEN = [
    "BRIN NUMMER",
    "VESTIGINGSNUMMER",
    "INSTELLINGSNAAM VESTIGING",
    "PLAATSNAAM VESTIGING",
    "PROVINCIE VESTIGING",
    "ONDERWIJSTYPE VO EN LEER- OF VERBLIJFSJAAR",
    "VMBO SECTOR",
    "AFDELING",
    "ELEMENTCODE",
    "OPLEIDINGSNAAM",
    *LEERJAREN,
]
EXAMENS = [
    "INSTELLINGSCODE",
    "VESTIGINGSCODE",
    "INSTELLINGSNAAM VESTIGING",
    "GEMEENTENAAM",
    "ONDERWIJSTYPE VO",
    "INSPECTIECODE",
    "OPLEIDINGSNAAM",
]


def text(header: list[str], rows: list[list[str]], delimiter: str = ";", end: str = "\n") -> str:
    """The text of a delimited file."""
    return end.join(delimiter.join(cells) for cells in [header, *rows]) + end


def leerlingen_row(
    telling: str, opleiding: str, counts: dict[int, tuple[str, str]], **change: str
) -> list[str]:
    """A row of the 1 October file: counts of men and women by leerjaar, nobody elsewhere."""
    school = {"brin": "99ZZ", "nummer": "00", "naam": "Fictief Lyceum Één", "plaats": "NERGENS"} | change
    cells = [end for year in range(1, 7) for end in counts.get(year, ("0", "0"))]
    return [*school.values(), "Fryslân", telling, "N.v.t.", "N.v.t.", "0024", opleiding, *cells]


def leerlingen(rows: list[list[str]], **kwargs: str) -> str:
    """A 1 October file."""
    return text(LEERLINGEN, rows, **kwargs)


def exam_header(*years: str) -> list[str]:
    """The header of the wide exam file."""
    return EXAMENS + [name.format(year) for year in years for name in layouts.LAYOUTS["examens"].yearly]


def exam_row(opleiding: str, *cells: str, vestiging: str = "99ZZ00") -> list[str]:
    """A row of the wide exam file."""
    soort = opleiding.split(" ")[0]
    return [vestiging[:4], vestiging, "Fictief Lyceum", "S GRAVENHAGE", soort, "40", opleiding, *cells]


def put(folder: Path, name: str, content: str, encoding: str = "utf-8") -> Path:
    """Write a file, bytes as given: no line end is translated."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode(encoding))
    return path
