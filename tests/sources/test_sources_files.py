"""Encodings, line ends, folders and zips: the same table however it comes."""

import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from duo_files import leerlingen, leerlingen_row, put

from kansen_lib.sources import duo, files
from kansen_lib.sources.reading import Refused, SourceError

NAME = "leerlingen-2019.csv"
ROWS = [
    leerlingen_row("Brugjaar 1-2", "Ljvb op VWO/HAVO", {1: ("12", "9"), 2: ("8", "0")}),
    leerlingen_row("HAVO lj 4-5", "HAVO Prf Ec/Maat", {4: ("<5", "7")}, naam="Mariëndael"),
]


def tables(*paths: Path) -> dict[str, pd.DataFrame]:
    return duo.read(paths).tables


@pytest.fixture
def expected(tmp_path: Path) -> dict[str, pd.DataFrame]:
    return tables(put(tmp_path / "expected", NAME, leerlingen(ROWS)))


def assert_same(found: dict[str, pd.DataFrame], expected: dict[str, pd.DataFrame]) -> None:
    assert found.keys() == expected.keys() == {"vestigingen", "aantallen"}
    for name, frame in expected.items():
        pd.testing.assert_frame_equal(found[name], frame)


def test_the_table_is_what_was_written(expected: dict[str, pd.DataFrame]) -> None:
    assert expected["vestigingen"]["naam"].tolist() == ["Fictief Lyceum Één"]
    assert expected["vestigingen"]["provincie"].tolist() == ["Fryslân"]
    assert expected["aantallen"]["aantal_upper"].sum() == 12 + 9 + 8 + 4 + 7


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_encoding_line_end_and_delimiter_do_not_matter(
    tmp_path: Path, expected: dict[str, pd.DataFrame], encoding: str, end: str, delimiter: str
) -> None:
    path = put(tmp_path, NAME, leerlingen(ROWS, end=end, delimiter=delimiter), encoding)
    assert_same(tables(path), expected)


@pytest.mark.parametrize(
    ("encoding", "word"),
    [
        ("cp1252", "Wrâldwizer"),
        ("cp1252", "Dalton Kindcentrum ’t Kompas"),
        ("cp1252", "‘tussen haakjes’"),
        ("mac_roman", "Mariëndael"),
        ("mac_roman", "Bahûrim"),
        ("mac_roman", "Súdwest-Fryslân"),
        ("mac_roman", "Één"),
    ],
)
def test_one_byte_codecs_are_told_apart(encoding: str, word: str) -> None:
    assert files.decode(word.encode(encoding)) == (word, encoding)


def test_quoted_cells_may_hold_delimiters_quotes_and_line_ends(tmp_path: Path) -> None:
    row = leerlingen_row("Brugjaar 1-2", "HAVO", {1: ("1", "0")}, naam='"De ""Oude""; school\nnaast de kerk"')
    found = tables(put(tmp_path, NAME, leerlingen([row])))["vestigingen"]
    assert found["naam"].tolist() == ['De "Oude"; school\nnaast de kerk']


def test_a_quote_within_a_cell_is_a_character(tmp_path: Path) -> None:
    row = leerlingen_row("Brugjaar 1-2", "HAVO", {1: ("1", "0")}, naam='BS "De Maas" en "Schelde"')
    found = tables(put(tmp_path, NAME, leerlingen([row])))["vestigingen"]
    assert found["naam"].tolist() == ['BS "De Maas" en "Schelde"']


def zipped(members: dict[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return whole.getvalue()


@pytest.mark.parametrize("place", ["folder", "folder in folder", "zip", "folder in zip", "zip in zip"])
def test_where_the_file_lies_does_not_matter(
    tmp_path: Path, expected: dict[str, pd.DataFrame], place: str
) -> None:
    data = leerlingen(ROWS).encode("cp1252")
    folder = tmp_path / "in"
    folder.mkdir()
    if "zip" not in place:
        inner = folder / "diep" / "er" if "in" in place else folder
        inner.mkdir(parents=True, exist_ok=True)
        (inner / NAME).write_bytes(data)
    else:
        members = {f"map/{NAME}" if place == "folder in zip" else NAME: data}
        whole = zipped(members)
        (folder / "pak.zip").write_bytes(zipped({"binnen.zip": whole}) if place == "zip in zip" else whole)
    assert_same(tables(folder), expected)


def test_the_same_file_twice_counts_once(tmp_path: Path, expected: dict[str, pd.DataFrame]) -> None:
    first = put(tmp_path / "a", NAME, leerlingen(ROWS))
    second = put(tmp_path / "b", NAME, leerlingen(ROWS))
    reading = duo.read([first, second])
    assert_same(reading.tables, expected)
    assert any("the same file as" in finding.message for finding in reading.findings)


def test_the_same_rows_in_another_encoding_count_once(
    tmp_path: Path, expected: dict[str, pd.DataFrame]
) -> None:
    first = put(tmp_path / "a", NAME, leerlingen(ROWS))
    second = put(tmp_path / "b", NAME, leerlingen(ROWS), "cp1252")
    assert_same(tables(first, second), expected)


def test_a_row_that_comes_twice_counts_once_and_is_told(
    tmp_path: Path, expected: dict[str, pd.DataFrame]
) -> None:
    reading = duo.read([put(tmp_path, NAME, leerlingen([*ROWS, ROWS[0]]))])
    assert_same(reading.tables, expected)
    assert any("1 rows come twice" in finding.message for finding in reading.findings)


def test_what_an_operating_system_leaves_behind_is_passed_over(
    tmp_path: Path, expected: dict[str, pd.DataFrame]
) -> None:
    put(tmp_path / ".in", NAME, leerlingen(ROWS))
    put(tmp_path / ".in", ".DS_Store", "\0\0")
    (tmp_path / ".in" / "pak.zip").write_bytes(zipped({f"__MACOSX/{NAME}": b"\0"}))
    reading = duo.read([tmp_path / ".in"])
    assert_same(reading.tables, expected)
    hidden = [finding.source for finding in reading.findings if "hidden" in finding.message]
    assert hidden == [".in/.DS_Store", f".in/pak.zip/__MACOSX/{NAME}"]


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"een regel zonder scheiding\nnog een\n", "it is no table"),
        (b"a;b\n", "a header but no rows"),
        (b"\x89PNG\0\0\0;", "no text table"),
        (b"a;b;c\n1;2;3\n4;5\n", "1 rows have another number of fields than the header (3): row 3 has 2"),
        (b"a,b\n7,1,5\n", "decimal commas split columns"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_its_cause(content: bytes, cause: str) -> None:
    with pytest.raises(Refused) as caught:
        files.parse(files.RawFile("x.csv", content))
    assert cause in str(caught.value)


def test_a_damaged_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pak.zip"
    path.write_bytes(zipped({NAME: leerlingen(ROWS).encode()})[:-30])
    with pytest.raises(SourceError, match=r"pak\.zip: zip that cannot be opened"):
        duo.read([path])


def test_every_refused_file_is_named_at_once(tmp_path: Path) -> None:
    put(tmp_path / "in", NAME, leerlingen(ROWS))
    put(tmp_path / "in", "leeg.csv", "")
    put(tmp_path / "in", "brief.txt", "geachte ouders\n")
    with pytest.raises(SourceError) as caught:
        duo.read([tmp_path / "in", tmp_path / "weg.csv"])
    assert [name for name, _ in caught.value.refused] == ["in/brief.txt", "in/leeg.csv", "weg.csv"]
    assert "no such file or folder" in str(caught.value)


def test_nothing_to_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no file was found"):
        duo.read([tmp_path])
