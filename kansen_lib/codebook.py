"""The codebook: ``data/README.md`` and ``data/datapackage.json``, written from the schema and the code lists.

``python -m kansen_lib.codebook`` writes both; a test holds the committed files to what this module says.
"""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

from kansen_lib import codes, schema

FOLDER = Path(__file__).resolve().parents[1] / "data"

#: What a reader sees of a pandas type, which is also the Frictionless name of it.
_TYPES = {"string": "string", "int": "integer", "float": "number", "bool": "boolean"}

_INTRODUCTION = """\
# Codebook

*Written by `make codebook` from `kansen_lib/schema.py` and `kansen_lib/codes.py`: change those, not this.*

This folder holds no data. A **store** is made by `kansen example` (a simulated region), `kansen ingest duo`
(files of DUO and CBS) or `kansen ingest star` (a real experiment from Tennessee) and stands in `data/store/`,
outside version control. It is a folder with `store.json` and one Parquet file for each table that it has.
`datapackage.json` beside this file says the same of the tables as a Frictionless Data Package.

Column names and labels are Dutch, as DUO and CBS write them; everything else here is English.

## Data tiers

Real schools never have everything. Every report says on its first page on which tier it rests.

| tier | data | who has it |
| --- | --- | --- |
| `openbaar` | open files of DUO and CBS only: counts per vestiging | everybody |
| `school` | also a row a pupil, from the school's administration | one school |
| `onderzoek` | also the education of the parents, from linked microdata or an intake form | researchers |
| `experiment` | a published experiment from elsewhere, as Project STAR: `kansen ingest star` | everybody |
| `voorbeeld` | the simulated region, whose truth is known | teaching and tests |

## Counts that are masked

A publisher hides small counts behind `<5`, `-1` or a stand-in number. What is known of such a cell is that it
lies between 1 and 4. So a count is two columns, `…_lower` and `…_upper`: both the number itself where it is
known, 1 and 4 where it is masked. Bounds are carried through sums and shares. A masked cell is never filled
in with one number, and never worked out from other published figures.

## Sensitivity

`openbaar` is published or could be. `persoonsgegeven` is personal data under the AVG, and
`bijzonder persoonsgegeven` a special category of it (article 9). Some tables have a row a person:
{pupil_tables}.
They stay where they may be held and none of it is committed. What is computed
from them passes the disclosure gate before anybody sees it; that holds for all their columns, those marked
`openbaar` included.

## Where to get the files

- **DUO, Open onderwijsdata** (duo.nl), licence CC0: addresses, pupils, exams, marks, schooladviezen, test
  means, transitions of BRIN numbers.
- **CBS** (cbs.nl and StatLine), licence CC BY 4.0, so name CBS as the source: key figures per PC4, SES-WOA,
  education of residents, achterstandsscores.
- **GeoNames** (download.geonames.org/export/zip, `NL.zip`), licence CC BY 4.0, so name GeoNames where a
  map or a distance is shown: the place of each PC4. Without it there are no maps and no distances.

Download what you need, leave the files as they are, and pass the folders to `kansen ingest duo`. A file is
recognised by its header, not by its name. Publish with "Bron: DUO en CBS, bewerkt met kansen".
"""


_QUESTIONS = """\
## Questions of the survey

The table `enquete` has a row an answer. The items of a scale (a code of [schaal](#schaal), or for
teachers `werkzaamheid_team`) are called `<schaal>_1`, `<schaal>_2` and so on, and their
answers are `1` (not at all) to `5` (fully). A question of one item has its own name as `schaal` and as
`item`. To `verwacht_niveau` a teacher answers about the pupil in `leerling`; in all other rows `leerling`
is the pupil who answers.
"""


def datapackage() -> dict[str, Any]:
    """The tables as a Frictionless Data Package descriptor (version 1).

    The profile is the general one, each resource with a Table Schema: the tabular profile is for CSV
    and JSON only, and these are Parquet files.
    """
    return {
        "profile": "data-package",
        "name": "kansen",
        "title": "Canonical tables of kansen",
        "description": f"Schema version {schema.SCHEMA_VERSION} of the tables in a kansen store.",
        "version": f"{schema.SCHEMA_VERSION}.0.0",
        "sources": [{"title": "DUO, Open onderwijsdata (CC0 1.0)"}, {"title": "CBS (CC BY 4.0)"}],
        "resources": [_resource(name) for name in schema.TABLES],
    }


def _resource(table: str) -> dict[str, Any]:
    table_schema: dict[str, Any] = {"fields": [_field(table, column) for column in schema.columns(table)]}
    if table in schema.KEYS:
        table_schema["primaryKey"] = schema.KEYS[table]
    return {
        "profile": "data-resource",
        "name": table,
        "path": f"{table}.parquet",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "description": _purpose(table),
        "schema": table_schema,
    }


def _field(table: str, column: str) -> dict[str, Any]:
    spec = schema.columns(table)[column]
    limits = _limits(spec)
    constraints: dict[str, Any] = {"required": not spec.nullable}
    if "isin" in limits:
        constraints["enum"] = list(limits["isin"]["allowed_values"])
    if "str_matches" in limits:
        constraints["pattern"] = limits["str_matches"]["pattern"]
    if "greater_than_or_equal_to" in limits:
        constraints["minimum"] = limits["greater_than_or_equal_to"]["min_value"]
    notes = {name: spec.metadata[name] for name in ("unit", "codelist", "sensitivity") if spec.metadata[name]}
    return {
        "name": column,
        "type": _type(spec),
        "description": spec.description,
        "constraints": constraints,
        "source": schema.source(table, column),
        **notes,
    }


def _limits(spec: Any) -> dict[str, dict[str, Any]]:
    """The checks of a column, by name, with what they compare with."""
    return {check.name: check.statistics for check in spec.checks}


def _type(spec: Any) -> str:
    name = str(spec.dtype)
    return next(shown for prefix, shown in _TYPES.items() if name.startswith(prefix))


def _purpose(table: str) -> str:
    return inspect.getdoc(schema.TABLES[table]) or ""


def codebook() -> str:
    """The codebook as Markdown: how the data are kept, every table and column, every code list."""
    pupil_tables = ", ".join(f"`{name}`" for name in schema.TABLES if name in schema.PUPIL_TABLES)
    parts = [
        _INTRODUCTION.format(pupil_tables=pupil_tables),
        f"## Tables (schema version {schema.SCHEMA_VERSION})\n",
        *(_table_section(name) for name in schema.TABLES),
        _QUESTIONS,
        _markdown([("schaal and item", "answers"), *_question_rows()]) + "\n",
        "## Code lists\n",
        "Order is meaning. A step is a place on the ladder of levels: a double advies lies halfway.\n",
        *(_codelist_section(item) for item in codes.CODE_LISTS.values()),
    ]
    return "\n".join(parts)


def _table_section(table: str) -> str:
    key = ", ".join(f"`{name}`" for name in schema.KEYS.get(table, ()))
    header = ("column", "type", "unit", "meaning", "values", "may be empty", "source", "sensitivity")
    rows = [_column_row(table, column) for column in schema.columns(table)]
    lines = [f"### {table}\n", f"{_purpose(table)}\n", *([f"One row for each {key}.\n"] if key else [])]
    return "\n".join([*lines, _markdown([header, *rows]), ""])


def _column_row(table: str, column: str) -> tuple[str, ...]:
    spec = schema.columns(table)[column]
    return (
        f"`{column}`",
        _type(spec),
        spec.metadata["unit"],
        spec.description,
        _values(table, column),
        "yes" if spec.nullable else "no",
        schema.source(table, column),
        spec.metadata["sensitivity"],
    )


def _values(table: str, column: str) -> str:
    """Which values may stand in a column: a code list, a pattern, a minimum, or anything."""
    codelist = schema.codelist(table, column)
    if codelist:
        return f"[{codelist.name}](#{codelist.name})"
    limits = _limits(schema.columns(table)[column])
    if "str_matches" in limits:
        return f"`{limits['str_matches']['pattern']}`"
    if "greater_than_or_equal_to" in limits:
        return f"{limits['greater_than_or_equal_to']['min_value']} or more"
    return ""


def _question_rows() -> list[tuple[str, str]]:
    return [(f"`{name}`", f"[{answers.name}](#{answers.name})") for name, answers in codes.VRAGEN.items()]


def _codelist_section(codelist: codes.CodeList) -> str:
    places = [f"{codes.step(code):g}" for code in codelist.codes]
    on_ladder = any(place != "nan" for place in places)
    rows = [("", "code", "step") if on_ladder else ("", "code")]
    for order, (code, place) in enumerate(zip(codelist.codes, places, strict=True), start=1):
        row = (str(order), f"`{code}`")
        rows.append((*row, place.replace("nan", "none")) if on_ladder else row)
    return "\n".join([f"### {codelist.name}\n", f"{codelist.meaning}\n", _markdown(rows), ""])


def _markdown(rows: list[tuple[str, ...]]) -> str:
    """A Markdown table; the first row is the header."""
    header, *body = rows
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *body))


def write(folder: Path = FOLDER) -> None:
    """Write ``README.md`` and ``datapackage.json`` in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.md").write_text(codebook(), encoding="utf-8")
    text = json.dumps(datapackage(), indent=2, ensure_ascii=False)
    (folder / "datapackage.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
