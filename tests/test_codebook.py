"""The codebook says what the schema says, and the data package is one by the Frictionless specification."""

import json
import re

import pytest
from frames import ROWS, frame

from kansen_lib import codebook, codes, schema, store


@pytest.fixture(scope="module")
def package(root):
    return json.loads((root / "data/datapackage.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def text(root):
    return (root / "data/README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["README.md", "datapackage.json"])
def test_the_committed_files_are_what_the_schema_gives(root, tmp_path, name):
    codebook.write(tmp_path)
    assert (root / "data" / name).read_bytes() == (tmp_path / name).read_bytes(), "run 'make codebook'"


# --- the codebook ----------------------------------------------------------------------------------


def sections(text: str) -> dict[str, str]:
    """The text below each third-level heading."""
    return dict(re.findall(r"^### (\S+)\n(.*?)(?=^##|\Z)", text, flags=re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("table", schema.TABLES)
def test_every_column_has_a_row_with_all_that_is_known_of_it(text, table):
    rows = [line.split(" | ") for line in sections(text)[table].splitlines() if line.startswith("| `")]
    assert [row[0].strip("| `") for row in rows] == list(ROWS[table])
    for row, spec in zip(rows, schema.columns(table).values(), strict=True):
        assert len(row) == 8
        assert row[2:4] == [spec.metadata["unit"], spec.description]
        assert row[7].strip(" |") == spec.metadata["sensitivity"]


@pytest.mark.parametrize("name", codes.CODE_LISTS)
def test_every_code_list_stands_in_order_with_its_meaning(text, name):
    section, codelist = sections(text)[name], codes.CODE_LISTS[name]
    assert tuple(re.findall(r"^\| \d+ \| `(.*?)` \|", section, flags=re.MULTILINE)) == codelist.codes
    assert codelist.meaning in section


def test_every_question_of_the_survey_stands_with_its_answers(text):
    section = text.split("## Questions of the survey")[1].split("\n## ")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| \[(\w+)\]", section, flags=re.MULTILINE))
    assert rows == {name: answers.name for name, answers in codes.VRAGEN.items()}


def test_double_adviezen_show_their_half_steps(text):
    assert "| `vmbo-gt/havo` | 3.5 |" in sections(text)["advies"]
    assert "| `niet mogelijk` | none |" in sections(text)["advies"]


def test_every_link_goes_to_a_section_that_exists(text):
    targets = set(re.findall(r"\]\(#(\S+?)\)", text))
    assert targets and targets <= set(sections(text))


def test_no_two_sections_share_a_heading(text):
    headings = re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)
    assert len(set(headings)) == len(headings)


@pytest.mark.parametrize("expected", ["CC0", "CC BY 4.0", "Bron: DUO en CBS", "`<5`", "duo.nl", "cbs.nl"])
def test_it_says_where_files_come_from_and_what_masked_means(text, expected):
    assert expected in text


def test_it_names_every_tier(text):
    assert all(f"| `{tier}` |" in text for tier in store.TIERS)


# --- the data package (specs.frictionlessdata.io, version 1) ------------------------------------------


def test_the_package_has_what_the_specification_requires(package):
    assert re.fullmatch(r"[-a-z0-9._/]+", package["name"])
    assert re.fullmatch(r"\d+\.\d+\.\d+", package["version"])
    assert [resource["name"] for resource in package["resources"]] == list(schema.TABLES)


def test_each_resource_has_a_name_and_one_relative_path(package):
    for resource in package["resources"]:
        assert re.fullmatch(r"[-a-z0-9._/]+", resource["name"])
        assert resource["path"] == f"{resource['name']}.parquet"
        assert "data" not in resource
        assert resource["description"]


def test_paths_are_those_that_a_store_writes(package, tmp_path):
    made = store.write(tmp_path, [(table, frame(table)) for table in schema.TABLES])
    assert {item.name for item in made.folder.iterdir()} == {item["path"] for item in package["resources"]}


#: Which constraints a field of each type may carry.
CONSTRAINTS = {
    "string": {"required", "enum", "pattern"},
    "integer": {"required", "enum", "minimum"},
    "number": {"required", "enum", "minimum"},
    "boolean": {"required", "enum"},
}


def fields(package):
    return [(item["name"], field) for item in package["resources"] for field in item["schema"]["fields"]]


def test_each_field_has_a_known_type_and_constraints_of_that_type(package):
    for table, field in fields(package):
        assert set(field["constraints"]) <= CONSTRAINTS[field["type"]], (table, field["name"])
        assert isinstance(field["constraints"]["required"], bool)
        assert field["description"] and field["source"] and field["sensitivity"]


def test_field_names_are_unique_within_a_table_and_keys_name_fields(package):
    for resource in package["resources"]:
        names = [field["name"] for field in resource["schema"]["fields"]]
        assert len(set(names)) == len(names)
        assert set(resource["schema"].get("primaryKey", [])) <= set(names)


def test_keys_are_those_of_the_contract(package):
    schemas = {item["name"]: item["schema"] for item in package["resources"]}
    keys = {name: item["primaryKey"] for name, item in schemas.items() if "primaryKey" in item}
    assert keys == schema.KEYS


def test_invented_valid_rows_keep_the_constraints_of_the_package(package):
    """The package and the pandera models agree on what is valid: read here without pandera."""
    types = {"string": str, "integer": int, "number": (int, float), "boolean": bool}
    for table, field in fields(package):
        value, limits = ROWS[table][field["name"]], field["constraints"]
        if value is None:
            assert not limits["required"], (table, field["name"])
            continue
        assert isinstance(value, types[field["type"]])
        assert value in limits.get("enum", [value])
        assert re.fullmatch(limits.get("pattern", ".*"), str(value))
        assert "minimum" not in limits or value >= limits["minimum"]


@pytest.mark.parametrize(
    ("table", "column", "limits"),
    [
        ("vestigingen", "vestiging", {"required": True, "pattern": "^[0-9A-Z]{6}$"}),
        ("aantallen", "leerjaar", {"required": True, "minimum": 1}),
        ("aantallen", "aantal_lower", {"required": True, "minimum": 0}),
        ("leerlingen", "inkomenskwintiel", {"required": False, "enum": ["1", "2", "3", "4", "5"]}),
        ("loopbaan", "klas", {"required": False}),
    ],
)
def test_constraints_of_some_fields_by_hand(package, table, column, limits):
    found = [field for name, field in fields(package) if (name, field["name"]) == (table, column)]
    assert [field["constraints"] for field in found] == [limits]
