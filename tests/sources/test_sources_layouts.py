"""Layouts are recognised from the header; what is unknown or damaged is refused with its cause."""

from pathlib import Path

import pytest
from duo_files import LEERLINGEN, exam_header, exam_row, leerlingen, leerlingen_row, put, text

from kansen_lib import store
from kansen_lib.sources import duo, headers, layouts
from kansen_lib.sources.reading import SourceError

ROW = leerlingen_row("Brugjaar 1-2", "HAVO", {1: ("12", "9")})


def cause(*paths: Path) -> str:
    with pytest.raises(SourceError) as caught:
        duo.read(paths)
    return str(caught.value)


def example(layout: layouts.Layout) -> list[str]:
    yearly = [name.format("2030-2031") for name in layout.yearly]
    return [*layout.columns, *yearly]


@pytest.mark.parametrize("layout", layouts.CATALOGUE, ids=lambda layout: layout.name)
def test_every_layout_is_recognised_from_its_columns_in_any_order(layout: layouts.Layout) -> None:
    for header in (example(layout), example(layout)[::-1], [*example(layout), *layout.optional]):
        assert headers.match(header).layout is layout


@pytest.mark.parametrize("layout", layouts.CATALOGUE, ids=lambda layout: layout.name)
def test_every_layout_has_a_reader(layout: layouts.Layout) -> None:
    assert callable(duo.READERS[layout.name])
    assert len(duo.READERS) == len(layouts.CATALOGUE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("BRIN NUMMER", "INSTELLINGSCODE"),
        ("BRIN_NUMMER", "INSTELLINGSCODE"),
        ("BRINNUMMER", "Instellingscode"),
        ("brin_nummer", "INSTELLINGSCODE"),
        ("VESTIGINGSNUMMER", "VESTIGINGSCODE"),
        ("vestigings_nummer", "VESTIGINGSCODE"),
        ("ELEMENTCODE", "ERKENDE OPLEIDINGSCODE"),
        ("PRIKDATUM_SCORES", "PRIKDATUM"),
        ("VMBO_KL_GT", "VMBO_K_GT"),
        ("OpleidingsniveauLaag_64", "OpleidingsniveauLaag_71"),
    ],
)
def test_renamed_columns_are_one_name(old: str, new: str) -> None:
    assert headers.normal_name(old) == headers.normal_name(new)


def test_the_name_of_a_file_does_not_decide(tmp_path: Path) -> None:
    path = put(tmp_path, "examenkandidaten-2019.txt", leerlingen([ROW]))
    assert set(duo.read([path]).tables) == {"vestigingen", "aantallen"}


def test_an_unknown_layout_names_the_nearest_and_every_column_that_differs(tmp_path: Path) -> None:
    header = ["LWOO INDICATIE", *LEERLINGEN[:6], "SECTOR", *LEERLINGEN[7:-1]]
    message = cause(put(tmp_path, "leerlingen-2012.csv", text(header, [["x"] * len(header)])))
    assert "leerlingen-2012.csv: unknown layout" in message
    assert "the nearest known one is 'leerlingen_vo'" in message
    assert "this file lacks: 'VMBO SECTOR', 'LEER- OF VERBLIJFSJAAR 6 - VROUW'." in message
    assert "this file has and it lacks: 'LWOO INDICATIE', 'SECTOR'." in message


def test_an_exam_file_with_half_a_year_is_refused(tmp_path: Path) -> None:
    header = exam_header("2030-2031", "2031-2032")[:-2]
    message = cause(put(tmp_path, "examens.csv", text(header, [exam_row("HAVO - E&M", *["0"] * 16)])))
    assert "the nearest known one is 'examens'" in message
    assert "'GESLAAGDEN SCHOOLJAAR 2031-2032 - TOTAAL', 'SLAAGPERC SCHOOLJAAR 2031-2032 - TOTAAL'" in message


def test_a_column_that_comes_twice_is_refused(tmp_path: Path) -> None:
    header = [*LEERLINGEN, LEERLINGEN[-1]]
    message = cause(put(tmp_path, "leerlingen-2019.csv", text(header, [[*ROW, "0"]])))
    assert "this file has and it lacks: 'LEER- OF VERBLIJFSJAAR 6 - VROUW'." in message


# --- the year that only a name says -----------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["leerlingen-2019.csv", "20191001 leerlingen.csv", "leerlingen-2019-2020.csv", "2019/leerlingen.csv"],
)
def test_a_year_that_is_in_no_column_comes_from_the_name_and_is_told(tmp_path: Path, name: str) -> None:
    put(tmp_path / "in", name, leerlingen([ROW]))
    reading = duo.read([tmp_path / "in"])
    assert set(reading.tables["aantallen"]["schooljaar"]) == {"2019-2020"}
    assert [finding.source for finding in reading.findings if "2019 is taken from" in finding.message] == [
        f"in/{name}"
    ]


def test_a_year_that_is_nowhere_is_an_error(tmp_path: Path) -> None:
    message = cause(put(tmp_path, "leerlingen.csv", leerlingen([ROW])))
    assert "its columns do not say the year and neither does its name" in message
    assert "leerlingen_vo-2019.csv" in message


# --- cells that cannot be read ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "place"),
    [
        (
            leerlingen_row("Brugjaar 1-2", "HAVO", {1: ("12", "veel")}),
            "JAAR 1 - VROUW': 'veel' is not a count",
        ),
        (leerlingen_row("Brugjaar 1-2", "HAVO", {1: ("1,5", "0")}), "JAAR 1 - MAN': '1,5' is not a count"),
        (leerlingen_row("Brugklas", "HAVO", {}), "'Brugklas' is not an onderwijstype that is known"),
        (
            leerlingen_row("Brugjaar 1-2", "HAVO", {}, nummer="0"),
            "column 'VESTIGINGSCODE': '0' is not two digits",
        ),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_by_file_row_and_column(
    tmp_path: Path, row: list[str], place: str
) -> None:
    message = cause(put(tmp_path, "leerlingen-2019.csv", leerlingen([ROW, row])))
    assert "leerlingen-2019.csv: row 3, column" in message
    assert place in message


# --- a refusal leaves the store as it was -----------------------------------------------------------


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_a_refusal_leaves_the_store_byte_for_byte(tmp_path: Path) -> None:
    good = put(tmp_path / "in", "leerlingen-2019.csv", leerlingen([ROW]))
    store.write(tmp_path / "store", duo.read([good]).tables.items())
    before = content(tmp_path / "store")
    put(tmp_path / "in", "vreemd.csv", "a;b\n1;2\n")
    with pytest.raises(SourceError):
        store.write(tmp_path / "store", duo.read([tmp_path / "in"]).tables.items())
    assert content(tmp_path / "store") == before


def test_the_corrupt_sample_is_refused_with_its_cause(shared: Path, tmp_path: Path) -> None:
    corrupt = shared / "data" / "samples" / "geslaagden-gezakten-en-cijfers-2018-2019_corrupt.csv"
    message = cause(corrupt)
    assert "has the columns of 'examenresultaten'" in message
    assert "5 more without a name" in message
    assert "decimal commas split columns" in message


def test_decimal_commas_split_without_extra_columns_are_refused_too(tmp_path: Path) -> None:
    layout = layouts.LAYOUTS["examenresultaten"]
    rows = [["99ZZ", "99ZZ00", "X", "Y", "Z", "HAVO", "", "", "", "7", "6", "1", "6,4", "6,6", "6,6"]]
    path = put(tmp_path, "cijfers-2018-2019.csv", text(list(layout.columns), rows, delimiter=","))
    assert "row 2 has 18; decimal commas split columns" in cause(path)
