"""The one entry for the open data of DUO and CBS: files in, canonical tables out, or one error.

Every file is recognised from its header (``headers``, ``layouts``), read as text (``files``) and turned into
canonical tables by the reader of its layout. One refused file refuses all, so that a store never
holds half of what was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa

from kansen_lib import schema
from kansen_lib.sources import cbs, duo_po, duo_vo, files, geonames, headers, layouts, overgangen, vestigingen
from kansen_lib.sources.part import Part, joined, part_of
from kansen_lib.sources.reading import Finding, Reading, Refused, Rows, SourceError

READERS: dict[str, Callable[[Part], Rows]] = {
    "leerlingen_vo": duo_vo.leerlingen_vo,
    "leerlingen_vo_totaal": duo_vo.leerlingen_vo_totaal,
    "examens": duo_vo.examens,
    "examenresultaten": duo_vo.examenresultaten,
    "examencijfers": duo_vo.examencijfers,
    "adressen_vo": lambda part: Rows({}),
    "adressen_po": lambda part: Rows({}),
    "vsv": duo_vo.vsv,
    "schooladviezen": duo_po.schooladviezen,
    "schooladviezen_afgeleid": duo_po.schooladviezen_afgeleid,
    "eindscores": duo_po.eindscores,
    "referentieniveaus": duo_po.referentieniveaus,
    "leerlingen_po_postcode": duo_po.leerlingen_po_postcode,
    "overgangen": overgangen.overgangen,
    "achterstandsscores": cbs.achterstandsscores,
    "achterstandsscores_zonder_drempel": cbs.achterstandsscores_zonder_drempel,
    "pc4": cbs.pc4,
    "opleidingsniveau": cbs.opleidingsniveau,
    "ses_woa": cbs.ses_woa,
    "pc4_gemeente": cbs.pc4_gemeente,
    "postcodes": geonames.postcodes,
}
#: What identifies a row; a table is also sorted by it.
KEYS: dict[str, tuple[str, ...]] = {
    "vestigingen": ("vestiging",),
    "aantallen": (
        "vestiging",
        "schooljaar",
        "onderwijstype",
        "opleiding",
        "brugklastype",
        "lwoo",
        "leerjaar",
        "geslacht",
    ),
    "examens": ("vestiging", "schooljaar", "onderwijstype", "opleiding", "geslacht"),
    "cijfers": ("vestiging", "schooljaar", "onderwijstype", "opleiding", "vak", "onderdeel"),
    "adviezen_po": ("vestiging", "brin", "schooljaar", "advies"),
    "herkomst_postcode": ("vestiging", "schooljaar", "soort", "pc4", "leeftijd"),
    "kenmerken": ("soort", "eenheid", "jaar", "kenmerk", "bron"),
    "overgangen": ("van", "naar", "datum", "soort", "overgang", "volledig"),
}
#: Where a preferred publication has rows for these columns, the other's rows would count pupils twice.
COVERED_BY: dict[str, tuple[str, ...]] = {"examens": ("schooljaar",), "adviezen_po": ("brin", "schooljaar")}
#: A header of a worksheet stands in one of its first rows.
_HEADER_ROWS = 20


def read(paths: Iterable[Path | str]) -> Reading:
    """Read every DUO and CBS file at ``paths`` (files, folders, zips) into canonical tables.

    Returns:
        Tables that ``store.write`` takes as they are, and the findings.

    Raises:
        SourceError: every file that is refused, with its cause: an unknown layout with the nearest
            known one and every column that differs, a damaged file, a cell that cannot be read, a
            year that is nowhere. Nothing is returned then.
    """
    paths = list(paths)
    parts, findings, refused = _recognised(paths)
    rows: list[tuple[Part, Rows]] = []
    for part in _grouped(parts):
        part, double = part.without_doubles()
        findings += double
        try:
            rows.append((part, READERS[part.layout.name](part)))
        except Refused as error:
            refused.append((error.file or part.name, str(error)))
    if refused:
        raise SourceError(refused)
    if not rows:
        raise SourceError([(", ".join(map(str, paths)) or "nothing", "no file was found there")])
    findings += [finding for _, made in rows for finding in made.findings]
    tables, more = _combined(rows)
    return Reading(tables, tuple(findings + more))


# --- files to parts ---------------------------------------------------------------------------------


def _recognised(paths: Iterable[Path | str]) -> tuple[list[Part], list[Finding], list[tuple[str, str]]]:
    parts: list[Part] = []
    findings: list[Finding] = []
    refused: list[tuple[str, str]] = []
    seen: dict[str, str] = {}
    for raw in files.walk(paths):
        if raw.hidden:
            findings.append(Finding(raw.name, "passed over: a hidden file of an operating system"))
        elif raw.is_readme:
            findings.append(Finding(raw.name, "passed over: it says what is in the files beside it"))
        elif raw.data is None:
            refused.append((raw.name, raw.fault))
        elif raw.digest in seen:
            findings.append(Finding(raw.name, f"passed over: the same file as {seen[raw.digest]}"))
        else:
            seen[raw.digest] = raw.name
            try:
                found, more = _parts(raw)
            except Refused as error:
                refused.append((raw.name, str(error)))
                continue
            parts += found
            findings += more
    return parts, findings, refused


def _parts(raw: files.RawFile) -> tuple[list[Part], list[Finding]]:
    """The parts in one file: one of a text file, one a table of a workbook."""
    if files.is_workbook(raw.data or b""):
        return _workbook(raw)
    table = files.parse(raw)
    match = headers.match(table.header)
    if match is None:
        raise headers.refuse(table.header, table.delimiter)
    part = part_of(table, match)
    return [part], _read_as(part, table)


def _read_as(part: Part, table: files.TextTable) -> list[Finding]:
    """What was assumed in reading: the year of a name, an encoding that is not of this age."""
    messages = []
    if part.year:
        where = "is taken from the name of the file: no column says it"
        messages.append(f"the year {part.year} {where}")
    if table.encoding == "mac_roman":
        messages.append("read as Mac Roman: that gives the likeliest accented letters")
    return [Finding(table.name, message) for message in messages]


def _workbook(raw: files.RawFile) -> tuple[list[Part], list[Finding]]:
    parts, others = [], []
    sheets = files.sheets(raw)
    for sheet in sheets:
        found = (
            (row, match)
            for row, cells in enumerate(sheet.rows[:_HEADER_ROWS])
            if (match := headers.match(cells)) is not None
        )
        row, match = next(found, (0, None))
        if match:
            parts.append(part_of(files.below(sheet, row), match))
        else:
            others.append(sheet)
    if not parts:
        raise headers.refuse(_likely_header(others))
    names = ", ".join(sheet.name.rsplit("[")[-1].rstrip("]") for sheet in others)
    return parts, [Finding(raw.name, f"worksheets without a table passed over: {names}")] if others else []


def _likely_header(sheets: Sequence[files.Sheet]) -> list[str]:
    """The fullest of the first rows of all worksheets."""
    rows = [row for sheet in sheets for row in sheet.rows[:_HEADER_ROWS]]
    return max(rows, key=lambda row: sum(map(bool, row)), default=[""])


def _grouped(parts: Sequence[Part]) -> list[Part]:
    """The parts in the order of the catalogue; pieces of one publication as one part."""
    groups: dict[tuple[int, str], list[Part]] = {}
    order = list(layouts.LAYOUTS)
    for part in parts:
        name = "" if part.layout.pieces else part.name
        groups.setdefault((order.index(part.layout.name), name), []).append(part)
    return [joined(groups[key]) for key in sorted(groups)]


# --- parts to tables --------------------------------------------------------------------------------


def _combined(rows: Sequence[tuple[Part, Rows]]) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    tables: dict[str, pd.DataFrame] = {}
    findings: list[Finding] = []
    for name in KEYS:
        if name == "vestigingen":
            frame, more = _places([part for part, _ in rows])
        else:
            made = [(part, these.tables[name]) for part, these in rows if name in these.tables]
            frame, more = _one_table(name, made)
        findings += more
        if frame is not None and len(frame):
            tables[name] = _sorted(name, frame)
    return tables, findings


def _places(parts: Sequence[Part]) -> tuple[pd.DataFrame | None, list[Finding]]:
    named = [part for part in parts if part.layout.sector]
    if not named:
        return None, []
    frame, findings = vestigingen.combined(named)
    for part in parts:
        if part.layout.name == "pc4_gemeente":
            by_pc4 = frame["pc4"].map(cbs.gemeente_of_pc4(part)).astype("str")
            filled = int((frame["gemeente"].isna() & by_pc4.notna()).sum())
            frame["gemeente"] = frame["gemeente"].fillna(by_pc4)
            message = f"gave the gemeente of {filled} vestigingen that no other file gives"
            findings.append(Finding(part.name, message))
    return frame, findings


def _one_table(
    name: str, made: Sequence[tuple[Part, pd.DataFrame]]
) -> tuple[pd.DataFrame | None, list[Finding]]:
    """All rows of a table: covered rows dropped, and of a key that comes twice the newest edition."""
    made = sorted(made, key=lambda pair: (pair[0].layout.rank, -_as_number(pair[0].edition)))
    findings: list[Finding] = []
    frames: list[pd.DataFrame] = []
    for part, frame in made:
        if frames and part.layout.rank and name in COVERED_BY:
            covered = _covered(frame, pd.concat(frames), COVERED_BY[name])
            if covered.any():
                findings.append(Finding(part.name, _covered_message(name, int(covered.sum()), len(covered))))
            frame = frame[~covered]
        frames.append(frame)
    if not frames:
        return None, findings
    whole = pd.concat(frames, ignore_index=True)
    double = whole.duplicated(list(KEYS[name]))
    conflicts = int(double.sum() - whole.duplicated().sum())
    if conflicts:
        kept = "the newest edition is kept, or the first file"
        message = f"{conflicts} keys come twice with different values; {kept}"
        findings.append(Finding(name, message))
    return whole[~double], findings


def _as_number(edition: str) -> int:
    return int(edition[:4]) if edition else 0


def _covered(frame: pd.DataFrame, preferred: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    known = pd.MultiIndex.from_frame(preferred[list(columns)].drop_duplicates())
    return pd.Series(pd.MultiIndex.from_frame(frame[list(columns)]).isin(known), index=frame.index)


def _covered_message(name: str, covered: int, total: int) -> str:
    why = "another publication counts the same pupils more finely"
    return f"{covered} of {total} rows left out of '{name}': {why}"


def _sorted(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows in the order of the key, the columns in that of the schema."""
    frame = frame[list(schema.columns(name))]
    table = pa.Table.from_pandas(frame, preserve_index=False)
    order = pa.compute.sort_indices(table, sort_keys=[(key, "ascending") for key in KEYS[name]])
    return frame.take(order.to_numpy()).reset_index(drop=True)
