"""Small invented files through the whole road: bounds, coverage, editions, vestigingen, the store."""

from pathlib import Path

import pandas as pd
import pytest
from duo_files import exam_header, exam_row, leerlingen, leerlingen_row, put, text

from kansen_lib import store
from kansen_lib.sources import duo, layouts
from kansen_lib.sources.reading import Reading

SCHOOL = {
    "INSTELLINGSCODE": "99YY",
    "VESTIGINGSCODE": "00",
    "INSTELLINGSNAAM VESTIGING": "De Fictie",
    "POSTCODE VESTIGING": "1234 AB",
    "PLAATSNAAM": "NERGENS",
    "GEMEENTENUMMER": " 37",
    "GEMEENTENAAM": "Nergens",
    "PROVINCIE": "Fryslân",
    "SOORT PO": "Bo",
    "DENOMINATIE VESTIGING": "Openbaar",
    "BEVOEGD GEZAG NUMMER": "00007",
}
DATES = {"PEILDATUM": "20241001", "PEILDATUM LEERLINGEN": "20241001", "PRIKDATUM": "20250904"}


def made(
    folder: Path, layout: str, *rows: dict[str, str], name: str = "x.csv", drop: tuple[str, ...] = ()
) -> Path:
    """A file of a layout: what a row does not say is 0, or what SCHOOL and DATES say."""
    known = layouts.LAYOUTS[layout]
    header = [column for column in (*known.columns, *known.optional) if column not in drop]
    cells = [[(SCHOOL | DATES | row).get(column, "0") for column in header] for row in rows]
    return put(folder, name, text(header, cells))


def kenmerken(reading: Reading) -> dict[str, tuple[float, float]]:
    frame = reading.tables["kenmerken"]
    ends = zip(frame["waarde_lower"], frame["waarde_upper"], strict=True)
    return dict(zip(frame["jaar"] + " " + frame["kenmerk"], ends, strict=True))


# --- exams ------------------------------------------------------------------------------------------


def test_masked_exam_cells_keep_their_bounds_and_the_pass_rate_narrows_nothing(tmp_path: Path) -> None:
    cells = ["<5", "<5", "66.7", "9", "<5", "33.3", "12", "<5", "41.7"]
    path = put(tmp_path, "e.csv", text(exam_header("2022-2023"), [exam_row("HAVO - E&M", *cells)]))
    found = duo.read([path]).tables["examens"].set_index("geslacht")
    columns = ["kandidaten_lower", "kandidaten_upper", "geslaagden_lower", "geslaagden_upper"]
    assert found.loc["man", columns].tolist() == [1, 4, 1, 4]
    assert found.loc["vrouw", columns].tolist() == [9, 9, 1, 4]
    assert found.loc["totaal", columns].tolist() == [12, 12, 1, 4]


def test_a_programme_that_nobody_took_has_no_row(tmp_path: Path) -> None:
    cells = ["0", "0", "0", "5", "0", "0", "5", "0", "0"]
    path = put(tmp_path, "e.csv", text(exam_header("2022-2023"), [exam_row("VWO - C&M", *cells)]))
    assert duo.read([path]).tables["examens"]["geslacht"].tolist() == ["totaal", "vrouw"]


def test_more_passes_than_candidates_is_refused(tmp_path: Path) -> None:
    cells = ["3", "7", "0", "0", "0", "0", "3", "7", "0"]
    path = put(tmp_path, "e.csv", text(exam_header("2022-2023"), [exam_row("VWO - C&M", *cells)]))
    with pytest.raises(ValueError, match="'7' is not possible with at most 3 candidates"):
        duo.read([path])


def results(folder: Path, year: str, passed: str = "<5") -> Path:
    row = {
        "VESTIGINGSCODE": "99YY00",
        "ONDERWIJSTYPE VO": "VMBO",
        "LEERWEG VMBO": "TL",
        "VMBO SECTOR": "Techniek",
        "AFDELING": "",
        "EXAMENKANDIDATEN": "<5",
        "GESLAAGDEN": passed,
        "GEMIDDELD CIJFER SCHOOLEXAMEN": "6,5",
        "GEMIDDELD CIJFER CENTRAAL EXAMEN": ",0",
        "GEMIDDELD CIJFER CIJFERLIJST": "NA",
    }
    return made(folder, "examenresultaten", row, name=f"resultaten-{year}.csv")


def test_results_stand_in_where_no_wide_exam_file_covers_the_year(tmp_path: Path) -> None:
    wide = text(
        exam_header("2022-2023"), [exam_row("HAVO - E&M", "0", "0", "0", "6", "5", "83", "6", "5", "83")]
    )
    exams = put(tmp_path, "e.csv", wide)
    reading = duo.read([exams, results(tmp_path, "2022-2023", "0"), results(tmp_path, "2024-2025")])
    found = reading.tables["examens"]
    assert found.groupby("schooljaar")["onderwijstype"].unique().map(list).to_dict() == {
        "2022-2023": ["havo"],
        "2024-2025": ["vmbo-t"],
    }
    assert found.loc[found["schooljaar"] == "2024-2025", "geslacht"].tolist() == ["totaal"]
    assert any("1 of 1 rows left out of 'examens'" in finding.message for finding in reading.findings)


def test_zero_and_na_are_no_mark(tmp_path: Path) -> None:
    found = duo.read([results(tmp_path, "2024-2025")]).tables["cijfers"]
    assert found[["onderdeel", "aantal_lower", "aantal_upper", "cijfer"]].to_numpy().tolist() == [
        ["schoolexamen", 1, 4, 6.5]
    ]
    assert found["opleiding"].tolist() == ["VMBO - TL - Techniek"]


def test_of_two_editions_the_newest_is_kept_and_told(tmp_path: Path) -> None:
    old = text(exam_header("2021-2022"), [exam_row("HAVO - E&M", *["7", "7", "100"] * 3)])
    new = text(
        exam_header("2021-2022", "2022-2023"),
        [exam_row("HAVO - E&M", *["8", "8", "100"] * 3, *["9", "9", "100"] * 3)],
    )
    for order in ("ab", "ba"):
        paths = [put(tmp_path, f"{order[0]}.csv", old), put(tmp_path, f"{order[1]}.csv", new)]
        reading = duo.read(paths)
        found = reading.tables["examens"].set_index(["schooljaar", "geslacht"])["kandidaten_lower"]
        assert found["2021-2022"].tolist() == [8, 8, 8]
        assert any(
            "3 keys come twice with different values" in finding.message for finding in reading.findings
        )


# --- primair onderwijs ------------------------------------------------------------------------------


def test_a_two_of_the_derived_file_is_a_mask_from_2022_on(tmp_path: Path) -> None:
    rows = [
        {"SCHOOLJAAR": year, "HAVO": "2", "VWO": "7", "GEMEENTENAAM": "DE BILT"}
        for year in ("2021-2022", "2022-2023")
    ]
    found = duo.read([made(tmp_path, "schooladviezen_afgeleid", *rows)]).tables["adviezen_po"]
    bounds = found.set_index(["schooljaar", "advies"])[["aantal_lower", "aantal_upper"]]
    assert bounds.loc[("2021-2022", "havo")].tolist() == [2, 2]
    assert bounds.loc[("2022-2023", "havo")].tolist() == [1, 4]
    assert bounds.loc[("2022-2023", "vwo")].tolist() == [7, 7]
    assert found["vestiging"].isna().all()
    assert set(found["gemeente"]) == {"De Bilt"}


def test_adviezen_per_vestiging_replace_the_derived_ones_of_the_same_school_and_year(tmp_path: Path) -> None:
    derived = made(
        tmp_path,
        "schooladviezen_afgeleid",
        *({"SCHOOLJAAR": year, "HAVO": "9"} for year in ("2023-2024", "2024-2025")),
        {"SCHOOLJAAR": "2024-2025", "HAVO": "8", "INSTELLINGSCODE": "99XX"},
        name="a.csv",
    )
    official = made(
        tmp_path,
        "schooladviezen",
        {"HAVO": "6", "VMBO GT HAVO": "-1"},
        {"HAVO": "5", "VESTIGINGSCODE": "01"},
        name="b.csv",
    )
    found = duo.read([derived, official]).tables["adviezen_po"]
    keys = (
        found["brin"]
        + " "
        + found["vestiging"].fillna("-")
        + " "
        + found["schooljaar"]
        + " "
        + found["advies"]
    )
    assert dict(zip(keys, found["aantal_upper"], strict=True)) == {
        "99YY 99YY00 2024-2025 havo": 6,
        "99YY 99YY00 2024-2025 vmbo-gt/havo": 4,
        "99YY 99YY01 2024-2025 havo": 5,
        "99XX - 2024-2025 havo": 8,
        "99YY - 2023-2024 havo": 9,
    }


@pytest.mark.parametrize("none", [" ", "", "0", "0,0000000000000", "NA", ",0"])
def test_every_way_to_write_no_mean_gives_no_row(tmp_path: Path, none: str) -> None:
    row = {"IEP AANTAL": "0", "IEP GEM": none, "DIA AANTAL": "<5", "DIA GEM": none}
    found = kenmerken(duo.read([made(tmp_path, "eindscores", row)]))
    assert found == {
        "2024-2025 doorstroomtoets_dia_aantal": (1, 4),
        "2024-2025 ontheffing_reden_nd": (0, 0),
        "2024-2025 leerlingen_leerjaar_8": (0, 0),
    }


def test_suppliers_and_regimes_never_mix(tmp_path: Path) -> None:
    old = {
        "PEILDATUM LEERLINGEN": "20221001",
        "CET AANTAL": "12",
        "CET GEM": "533,5",
        "DIA AANTAL": "3",
        "DIA GEM": "350",
    }
    new = {"LIB AANTAL": "9", "LIB GEM": "174,25", "IEP AANTAL": "11", "IEP GEM": "80"}
    first = made(
        tmp_path, "eindscores", old, name="a.csv", drop=("LIB AANTAL", "LIB GEM", "DOE AANTAL", "DOE GEM")
    )
    second = made(tmp_path, "eindscores", new, name="b.csv", drop=("CET AANTAL", "CET GEM", "LEERJAAR 8"))
    both = kenmerken(duo.read([first, second]))
    assert {name: ends[0] for name, ends in both.items() if name.endswith("gemiddelde")} == {
        "2022-2023 eindtoets_cet_gemiddelde": 533.5,
        "2022-2023 eindtoets_dia_gemiddelde": 350,
        "2024-2025 doorstroomtoets_lib_gemiddelde": 174.25,
        "2024-2025 doorstroomtoets_iep_gemiddelde": 80,
    }
    assert both == kenmerken(duo.read([first])) | kenmerken(duo.read([second]))


def postcodes(folder: Path, name: str, *rows: dict[str, str]) -> Path:
    return made(
        folder, "leerlingen_po_postcode", *({"PEILDATUM": "20171001"} | row for row in rows), name=name
    )


def test_home_postcodes_of_several_files_are_one_table(tmp_path: Path) -> None:
    first = postcodes(
        tmp_path, "a.csv", {"POSTCODE LEERLING": "1234", "LEEFTIJD 4": "3", "LEEFTIJD OUDER": "1"}
    )
    abroad = [{"POSTCODE LEERLING": code, "LEEFTIJD JONGER": "<5"} for code in ("  10", "  30")]
    second = postcodes(tmp_path, "b.csv", *abroad)
    found = duo.read([first, second]).tables["herkomst_postcode"]
    ages = found.set_index(["pc4", "leeftijd"])[["aantal_lower", "aantal_upper"]]
    assert ages.loc[("1234", "4")].tolist() == [3, 3]
    assert ages.loc[("1234", ">24")].tolist() == [1, 1]
    assert found.loc[
        found["pc4"].isna(), ["leeftijd", "aantal_lower", "aantal_upper"]
    ].to_numpy().tolist() == [["<4", 2, 8]]


def test_two_files_that_count_the_same_pupils_otherwise_are_refused(tmp_path: Path) -> None:
    first = postcodes(tmp_path, "a.csv", {"POSTCODE LEERLING": "1234", "LEEFTIJD 4": "3"})
    second = postcodes(tmp_path, "b.csv", {"POSTCODE LEERLING": "1234", "LEEFTIJD 4": "4"})
    with pytest.raises(ValueError, match=r"b\.csv: row 2, column 'POSTCODE LEERLING'"):
        duo.read([first, second])


# --- vestigingen and the store ----------------------------------------------------------------------


def test_an_address_file_goes_before_what_other_files_say(tmp_path: Path) -> None:
    address = {
        "VESTIGINGSCODE": "99YY00",
        "VESTIGINGSNAAM": "Obs De Fictie",
        "POSTCODE": "4321 ZZ",
        "GEMEENTENAAM": "S GRAVENHAGE",
        "GEMEENTENUMMER": "0518",
        "DENOMINATIE": "   ",
    }
    adviezen = made(
        tmp_path, "schooladviezen", {"HAVO": "6"}, {"HAVO": "6", "VESTIGINGSCODE": "03"}, name="b.csv"
    )
    reading = duo.read([made(tmp_path, "adressen_po", address, name="a.csv"), adviezen])
    found = reading.tables["vestigingen"].set_index("vestiging")
    assert found.loc["99YY00", ["naam", "postcode", "pc4", "gemeente_code", "gemeente"]].tolist() == [
        "Obs De Fictie",
        "4321ZZ",
        "4321",
        "0518",
        "'s-Gravenhage",
    ]
    assert pd.isna(found.loc["99YY00", "denominatie"])
    assert found.loc["99YY03", ["naam", "pc4", "gemeente_code"]].tolist() == ["De Fictie", "1234", "0037"]
    assert any(
        "1 of 2 po vestigingen are in no address file" in finding.message for finding in reading.findings
    )


def test_of_two_address_files_the_newest_names_a_vestiging(tmp_path: Path) -> None:
    old, new = {"VESTIGINGSNAAM": "De Oude"}, {"VESTIGINGSNAAM": "De Nieuwe", "VAKANTIEREGIO": "Noord"}
    gone = {"VESTIGINGSNAAM": "De Gesloten", "VESTIGINGSCODE": "99YY01"}
    for order in (1, -1):
        paths = [
            made(
                tmp_path, "adressen_vo", old, gone, name="alle-vestigingen.2020.csv", drop=("VAKANTIEREGIO",)
            ),
            made(tmp_path, "adressen_vo", new, name="alle-vestigingen.2026.csv"),
        ]
        found = duo.read(paths[::order]).tables["vestigingen"]
        assert found["naam"].tolist() == ["De Nieuwe", "De Gesloten"]


def test_pc4_gives_a_gemeente_that_no_other_file_gives(tmp_path: Path) -> None:
    row = {"HAVO": "6", "GEMEENTENAAM": ""}
    pc4 = put(tmp_path, "pc4.csv", "PC4;GEMEENTENAAM_2017\n1234;Nergens aan Zee\n4321; \n")
    found = duo.read([made(tmp_path, "schooladviezen", row), pc4]).tables["vestigingen"]
    assert found["gemeente"].tolist() == ["Nergens aan Zee"]


def test_identifiers_stay_text_into_the_store(tmp_path: Path) -> None:
    counts = leerlingen([leerlingen_row("Brugjaar 1-2", "HAVO", {1: ("1", "2")}, brin="0012", nummer="01")])
    paths = [put(tmp_path, "leerlingen-2019.csv", counts), made(tmp_path, "schooladviezen", {"HAVO": "6"})]
    found = store.write(tmp_path / "store", duo.read(paths).tables.items()).read("vestigingen")
    assert found["vestiging"].tolist() == ["001201", "99YY00"]
    assert found["bestuur"].tolist()[1] == "00007"


def test_two_readings_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        results(tmp_path / name, "2024-2025")
        made(tmp_path / name, "schooladviezen", {"HAVO": "6"}, {"VWO": "<5", "VESTIGINGSCODE": "02"})
    stores = [
        store.write(tmp_path / f"store-{name}", duo.read(paths).tables.items())
        for name, paths in (("a", [tmp_path / "a"]), ("b", sorted((tmp_path / "b").iterdir(), reverse=True)))
    ]
    assert stores[0].fingerprint == stores[1].fingerprint


def test_leerjaar_3_and_lwoo(tmp_path: Path) -> None:
    rows = [
        leerlingen_row("HAVO/VWO lj 3", "HAVO", {3: ("3", "<5")}),
        leerlingen_row("Brugjaar 1-2", "Lj LWOO vb op Bbg/Kbg Lw", {2: ("0", "6")}),
        leerlingen_row("Brugjaar 1-2", "VMBO Maritiem en techniek Algemeen Leerjaar", {1: ("5", "2")}),
    ]
    reading = duo.read([put(tmp_path, "leerlingen-2019.csv", leerlingen(rows))])
    found = reading.tables["aantallen"]
    columns = [
        "onderwijstype",
        "brugklastype",
        "lwoo",
        "leerjaar",
        "geslacht",
        "aantal_lower",
        "aantal_upper",
    ]
    assert found.loc[found["brugklastype"].notna(), columns].to_numpy().tolist() == [
        ["brugjaar", "vmbo-b/k", True, 2, "vrouw", 6, 6],
        ["havo", "havo", False, 3, "man", 3, 3],
        ["havo", "havo", False, 3, "vrouw", 1, 4],
    ]
    assert any("does not say who sit together: 7 pupils" in finding.message for finding in reading.findings)
