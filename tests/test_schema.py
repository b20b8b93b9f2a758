"""The contract of the canonical tables, and what it says when a table breaks it."""

import pandas as pd
import pytest
from frames import ROWS, frame

from kansen_lib import codes, schema

COLUMNS = {(table, column): spec for table in schema.TABLES for column, spec in schema.columns(table).items()}


def fault(table: str, data: pd.DataFrame) -> str:
    with pytest.raises(schema.SchemaError) as caught:
        schema.validate(table, data)
    return str(caught.value)


def test_the_tables_of_the_issue_are_there():
    wanted = "vestigingen aantallen examens adviezen_po herkomst_postcode leerlingen loopbaan toetsen"
    assert set(wanted.split()) | {"deelname", "interventies", "enquete"} <= set(schema.TABLES)


@pytest.mark.parametrize("table", schema.TABLES)
def test_a_valid_row_passes_unchanged(table):
    data = frame(table)
    pd.testing.assert_frame_equal(schema.validate(table, data), data)


@pytest.mark.parametrize("table", schema.TABLES)
def test_no_rows_are_valid_rows(table):
    assert schema.validate(table, frame(table).iloc[:0]).empty


@pytest.mark.parametrize("table", schema.TABLES)
def test_columns_come_back_in_the_order_of_the_model(table):
    turned = frame(table).iloc[:, ::-1]
    assert list(schema.validate(table, turned).columns) == list(ROWS[table])


def test_every_column_says_what_it_is_where_it_comes_from_and_how_careful_to_be():
    for (table, column), spec in COLUMNS.items():
        assert len(spec.description) > 2, (table, column)
        assert schema.source(table, column), (table, column)
        assert spec.metadata["sensitivity"] in list(schema.Sensitivity), (table, column)


def test_every_code_list_of_a_column_exists():
    assert {spec.metadata["codelist"] for spec in COLUMNS.values()} - {""} <= set(codes.CODE_LISTS)


def test_every_number_has_a_unit():
    numbers = {pair: spec for pair, spec in COLUMNS.items() if str(spec.dtype).startswith(("int", "float"))}
    without = [pair for pair, spec in numbers.items() if not spec.metadata["unit"]]
    # Each feature of kenmerken has a unit of its own, which its publication names.
    assert without == [("kenmerken", "waarde_lower"), ("kenmerken", "waarde_upper")]


def test_bounds_come_in_pairs():
    lower, upper = (
        {(table, column.removesuffix(end)) for table, column in COLUMNS if column.endswith(end)}
        for end in ("_lower", "_upper")
    )
    assert lower == upper
    masked = {"aantallen", "examens", "cijfers", "adviezen_po", "herkomst_postcode", "kenmerken"}
    assert {table for table, _ in lower} == masked


@pytest.mark.parametrize("table", sorted(schema.PUPIL_TABLES))
def test_a_table_of_persons_has_a_personal_pseudonym_and_a_vestiging(table):
    first, second = list(schema.columns(table))[0], schema.columns(table)["vestiging"]
    assert schema.columns(table)[first].metadata["sensitivity"] == schema.Sensitivity.PERSONAL
    assert not second.nullable


@pytest.mark.parametrize(
    ("column", "sensitivity"),
    [
        ("herkomst", "bijzonder persoonsgegeven"),
        ("thuistaal", "bijzonder persoonsgegeven"),
        ("verblijfsduur_moeder", "bijzonder persoonsgegeven"),
        ("schuldsanering", "persoonsgegeven"),
        ("nieuwkomer", "persoonsgegeven"),
        ("opleiding_ouders", "persoonsgegeven"),
        ("pc4", "persoonsgegeven"),
    ],
)
def test_the_sensitivity_of_what_is_known_of_a_pupil(column, sensitivity):
    assert schema.columns("leerlingen")[column].metadata["sensitivity"] == sensitivity


# --- violations ------------------------------------------------------------------------------------


def test_missing_and_unknown_columns_are_named_together():
    message = fault("loopbaan", frame("loopbaan").drop(columns=["klas", "afloop"]).assign(kleur="rood"))
    for expected in ("loopbaan", "klas", "afloop", "kleur", "data/README.md"):
        assert expected in message


def test_every_fault_of_a_table_stands_in_one_message():
    data = frame(
        "aantallen",
        vestiging=["ZZ0100", "zz0100", "ZZ01", "ZZ0100"],
        geslacht=["man", "jongen", "man", "vrouw"],
        leerjaar=[1, 0, 1, 1],
        aantal_lower=[4, 1, 1, 1],
        aantal_upper=[1, 4, 4, 4],
    )
    message = fault("aantallen", data)
    assert message.splitlines()[0] == "table 'aantallen' does not keep its contract:"
    assert "'zz0100', 'ZZ01'" in message
    assert "'jongen'" in message
    assert "column leerjaar: greater_than_or_equal_to(1): 1 rows" in message
    assert "aantal_lower above aantal_upper: 1 rows, e.g. 4 > 1" in message
    assert len(message.splitlines()) == 5


def test_an_empty_cell_where_none_may_be():
    assert "column brin: not_nullable: 1 rows" in fault("vestigingen", frame("vestigingen", brin=[None]))


def test_an_identifier_that_became_a_number_is_refused_without_noise():
    data = frame("leerlingen").assign(pc4=[363])
    message = fault("leerlingen", data)
    assert "column pc4" in message and "363" in message
    assert "Error" not in message.replace("SchemaError", "")


def test_a_number_where_a_count_is_meant_must_be_whole():
    data = frame("aantallen").astype({"aantal_lower": float})
    assert "column aantal_lower: dtype('int64')" in fault("aantallen", data)


def test_bounds_of_numbers_that_are_no_counts_may_not_cross_either():
    data = frame("kenmerken", waarde_lower=[0.5], waarde_upper=[0.25])
    assert "waarde_lower above waarde_upper: 1 rows, e.g. 0.5 > 0.25" in fault("kenmerken", data)


@pytest.mark.parametrize("table", schema.KEYS)
def test_a_row_of_a_keyed_table_stands_once(table):
    twice = pd.concat([frame(table), frame(table)])
    assert f"key {' + '.join(schema.KEYS[table])}: 1 rows repeat an earlier row" in fault(table, twice)


@pytest.mark.parametrize(
    ("table", "column", "good", "bad"),
    [
        ("vestigingen", "pc4", "0363", "363"),
        ("vestigingen", "brin", "07AB", "7AB"),
        ("aantallen", "schooljaar", "2019-2020", "2019/2020"),
        ("overgangen", "datum", "2005-08-01", "1-8-2005"),
        ("leerlingen", "advies_eerste", "vmbo-k/gt", "vmbo k/gt"),
        ("leerlingen", "toetsadvies", "vmbo-gt/havo", "havo"),
        ("leerlingen", "schuldsanering", "nee", "Nee"),
        ("toetsen", "referentieniveau", "1S of 2F", "2F"),
        ("loopbaan", "niveau", "vmbo-b/k/gt/havo/vwo", "brugklas"),
    ],
)
def test_what_a_column_takes(table, column, good, bad):
    assert len(schema.validate(table, frame(table, **{column: [good]}))) == 1
    assert repr(bad) in fault(table, frame(table, **{column: [bad]}))


def test_every_code_of_a_list_is_taken_by_its_column():
    for table, column in COLUMNS:
        codelist = schema.codelist(table, column)
        for code in codelist.codes if codelist else ():
            assert len(schema.validate(table, frame(table, **{column: [code]}))) == 1
