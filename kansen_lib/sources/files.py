"""From bytes to text: every table in files, folders and zips, whatever the encoding and line ends.

Nothing here knows what a file is about. Every cell is text; what a cell means is for the readers.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pandas as pd
import pyarrow as pa
import pyarrow.csv

from kansen_lib.sources import layouts
from kansen_lib.sources.reading import Refused

DELIMITERS = ";,\t"
#: Byte order marks and the codec that they announce.
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ACCENTED = "áàâäçéèêëíìîïñóòôöúùûü"


@dataclass(frozen=True)
class RawFile:
    """The bytes of one file.

    Attributes:
        name: how messages call it: the path below what was asked for, through folders and zips.
        data: its content; None when ``fault`` says why it cannot be had.
        fault: why there is no content; empty when there is.
        hidden: whether an operating system left it in the folder or zip.
    """

    name: str
    data: bytes | None
    fault: str = ""
    hidden: bool = False

    @property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return hashlib.sha256(self.data or b"").hexdigest()

    @property
    def is_readme(self) -> bool:
        """Whether it only says what is in the files beside it, as in the zip of GeoNames."""
        return PurePosixPath(self.name).name.lower() == "readme.txt"


@dataclass(frozen=True)
class TextTable:
    """A table of text, before anything is known of its meaning.

    Attributes:
        name: how messages call it.
        header: column names as published.
        frame: all cells as text, columns numbered from 0, index the row number in the file (header 1).
        delimiter: what parted the columns; empty for a worksheet.
        encoding: codec of the bytes; empty for a worksheet.
        above: rows over the header of a worksheet, top first.
    """

    name: str
    header: tuple[str, ...]
    frame: pd.DataFrame
    delimiter: str = ""
    encoding: str = ""
    above: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A worksheet: rows of text, of which one may be a header."""

    name: str
    rows: list[list[str]]


# --- which files ------------------------------------------------------------------------------------


def walk(paths: Iterable[Path | str]) -> Iterator[RawFile]:
    """Every file at ``paths``: files themselves, folders to the bottom, zips and zips within zips.

    The order is that of ``paths``, and by name within each. What cannot be opened comes as a
    :class:`RawFile` with a fault, so that the caller can report all faults at once.
    """
    for path in map(Path, paths):
        if not path.exists():
            yield RawFile(path.name, None, "no such file or folder")
        elif path.is_dir():
            for file in sorted(item for item in path.rglob("*") if item.is_file()):
                below = file.relative_to(path).as_posix()
                yield from _open(f"{path.name}/{below}", file.read_bytes(), _is_hidden(below))
        else:
            yield from _open(path.name, path.read_bytes())


def _open(name: str, data: bytes, hidden: bool = False) -> Iterator[RawFile]:
    if hidden or data[:2] != b"PK" or is_workbook(data):
        yield RawFile(name, data, hidden=hidden)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in sorted(item.filename for item in archive.infolist() if not item.is_dir()):
                yield from _open(f"{name}/{member}", archive.read(member), _is_hidden(member))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        yield RawFile(name, None, f"zip that cannot be opened ({error}); unpack it and give the folder")


def _is_hidden(below: str) -> bool:
    """Whether a file is one that an operating system leaves behind, such as ``.DS_Store``."""
    return any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(below).parts)


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are an Excel workbook (which is a zip as well)."""
    if data[:2] != b"PK":
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except zipfile.BadZipFile:
        return False


# --- delimited text ---------------------------------------------------------------------------------


def decode(data: bytes) -> tuple[str, str]:
    """The text of ``data`` and the codec that it was in; every line ends in ``\\n``.

    UTF-8 is recognised by being valid, UTF-16 by its mark. Of the one-byte codecs, cp1252 is taken
    unless Mac Roman gives more accented letters in places where Dutch has them.

    Raises:
        Refused: bytes that are no text.
    """
    codec = next((codec for mark, codec in _MARKS if data.startswith(mark)), "")
    if not codec and b"\0" in data:
        raise Refused("holds zero bytes: it is no text table; give a csv or xlsx file")
    for candidate in (codec,) if codec else ("utf-8", *_one_byte_codecs(data)):
        try:
            text = data.decode(candidate)
        except UnicodeDecodeError:
            continue
        return text.replace("\r\n", "\n").replace("\r", "\n"), candidate
    raise Refused(f"is not valid {codec}, which its first bytes announce")


def _one_byte_codecs(data: bytes) -> tuple[str, ...]:
    """cp1252 and Mac Roman, the likelier one first."""
    words = b"\n".join(re.findall(rb"[A-Za-z]?[\x80-\xff]+[A-Za-z]?", data))
    likely = {codec: _plausible(words.decode(codec, "replace")) for codec in ("cp1252", "mac_roman")}
    return tuple(sorted(likely, key=lambda codec: -likely[codec]))


def _plausible(text: str) -> int:
    """How many special characters stand where Dutch has them: accents at letters, quotes at word ends."""
    accents = rf"(?<![A-Z])[{_ACCENTED}](?=[a-z\n])|(?<=[a-z])[{_ACCENTED}]"
    quotes = r"(?<![A-Za-z])[‘“](?=[A-Za-z])|(?<=[A-Za-z])[”]|’"
    return len(re.findall(accents, text)) + len(re.findall(quotes, text))


def delimiter_of(line: str) -> str:
    """The delimiter that a header line uses most.

    Raises:
        Refused: a line without any.
    """
    bare = re.sub(r'"[^"]*"', "", line)
    best = max(DELIMITERS, key=bare.count)
    if not bare.count(best):
        raise Refused(f"has no ';', ',' or tab in its first line ({line[:60]!r}): it is no table")
    return best


def parse(raw: RawFile) -> TextTable:
    """The table in a delimited text file.

    Raises:
        Refused: no text, no table, no rows, or rows with another number of fields than the header.
    """
    text, encoding = decode(raw.data or b"")
    text = text.lstrip("\n")
    first, _, body = text.partition("\n")
    if not first.strip():
        raise Refused("is empty")
    delimiter = delimiter_of(first)
    bare = layouts.without_header(first)
    header = bare or tuple(next(csv.reader([first], delimiter=delimiter)))
    if not bare and not body.strip():
        raise Refused("has a header but no rows")
    frame = _cells(text if bare else body, len(header), delimiter, 1 if bare else 2)
    return TextTable(raw.name, header, frame, delimiter, encoding)


def _cells(body: str, width: int, delimiter: str, first: int) -> pd.DataFrame:
    """All cells as text; the first of the rows is row ``first`` of the file."""
    wrong: list[pa.csv.InvalidRow] = []

    def note(row: pa.csv.InvalidRow) -> str:
        wrong.append(row)
        return "skip"

    names = [str(number) for number in range(width)]
    table = pa.csv.read_csv(
        io.BytesIO(body.encode()),
        read_options=pa.csv.ReadOptions(column_names=names, use_threads=False),
        parse_options=pa.csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, invalid_row_handler=note
        ),
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )
    if wrong:
        raise Refused(_uneven(wrong, width, delimiter))
    frame = table.to_pandas()
    frame.columns = range(width)
    frame.index = pd.RangeIndex(first, len(frame) + first)
    return frame


def _uneven(wrong: Sequence[pa.csv.InvalidRow], width: int, delimiter: str) -> str:
    first = wrong[0]
    where = f"row {first.number + 1}" if first.number is not None else "a row"
    cause = f"{len(wrong)} rows have another number of fields than the header ({width}): "
    cause += f"{where} has {first.actual_columns}"
    if delimiter == "," and re.search(r"\d,\d", first.text):
        cause += "; decimal commas split columns, for the delimiter is a comma too"
    return cause + "; take the file as published"


# --- workbooks --------------------------------------------------------------------------------------


def sheets(raw: RawFile) -> list[Sheet]:
    """The worksheets of a workbook, as text: ``12.0`` is ``"12"``, an empty cell ``""``.

    Raises:
        Refused: a workbook that cannot be opened.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw.data or b""))
        found = [(name, book.get_sheet_by_name(name).to_python()) for name in book.sheet_names]
    except CalamineError as error:
        raise Refused(f"is a workbook that cannot be opened ({error})") from None
    return [
        Sheet(f"{raw.name}[{name}]", [[_cell(value) for value in row] for row in rows])
        for name, rows in found
    ]


def _cell(value: object) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def below(sheet: Sheet, row: int) -> TextTable:
    """The table in a worksheet whose header is at ``row`` (from 0)."""
    frame = pd.DataFrame(sheet.rows[row + 1 :], dtype="str")
    frame.index = pd.RangeIndex(row + 2, row + 2 + len(frame))
    above = tuple(tuple(cells) for cells in sheet.rows[:row])
    return TextTable(sheet.name, tuple(sheet.rows[row]), frame, above=above)
