"""The store: a folder of Parquet files, written whole or not at all, read one school at a time.

``store.json`` is the only door: it names the data folder in use, the tables in it with their row
counts and content hashes, and the fingerprint over all of them. A new version is written to a new
data folder; replacing ``store.json`` (one atomic step) puts it in use. A crash before that step
leaves the store as it was.

Tables with a ``vestiging`` column are sorted by it and cut into row groups, so that one school's
rows are read without the rest.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import and_
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kansen_lib import schema

MANIFEST = "store.json"
ROW_GROUP = 16_384
TIERS = ("openbaar", "school", "onderzoek", "experiment", "voorbeeld")


class StoreError(ValueError):
    """A store that cannot be written or read as asked; the message says what to do."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``" Did you mean 'X'?"``, or nothing when no known word is near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f" Did you mean '{near[0]}'?" if near else ""


def _require(kind: str, name: str, known: Iterable[str]) -> None:
    if name not in known:
        raise StoreError(f"unknown {kind}: '{name}'.{did_you_mean(name, known)}")


# --- writing ---------------------------------------------------------------------------------------


def write(
    path: Path | str,
    tables: Iterable[tuple[str, pd.DataFrame]],
    *,
    simulated: bool = False,
    experiment: str = "",
) -> Store:
    """Write a new version of the store at ``path`` and put it in use.

    Args:
        path: the store's folder; made when it does not exist.
        tables: pairs of a canonical table name and rows. A table may come in several parts, in
            ascending order of vestiging, so that a large region need not fit in memory.
        simulated: whether the rows are made up; every figure from the store will say so.
        experiment: name of the published experiment from elsewhere that the rows are; empty when they
            are of schools themselves.

    Raises:
        schema.SchemaError: rows that do not keep the contract. The store stays as it was.
        StoreError: parts out of order, no rows at all, or an experiment that is said to be made up.
    """
    if simulated and experiment:
        raise StoreError(f"a store is simulated or the experiment '{experiment}', not both")
    path = Path(path)
    path.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=path))
    try:
        entries = _write_tables(partial, tables)
        if not entries:
            raise StoreError(f"nothing to store at {path}: no table was given")
        fingerprint = _fingerprint(entries, simulated, experiment)
        folder = f"data-{fingerprint[:16]}"
        _move(partial, path / folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    record = {
        "schema_version": schema.SCHEMA_VERSION,
        "fingerprint": fingerprint,
        "simulated": simulated,
        "experiment": experiment,
        "folder": folder,
        "tables": entries,
    }
    write_json(path / MANIFEST, record)
    _remove_unused(path, keep=folder)
    return Store(path)


def _move(partial: Path, folder: Path) -> None:
    """Put the written tables in ``folder``; where it exists, its files are renewed one by one.

    The name of the folder follows from the content, so a reader never sees anything else than that
    content, and writing again mends a file that was damaged on disk.
    """
    if not folder.exists():
        partial.replace(folder)
        return
    for file in partial.iterdir():
        file.replace(folder / file.name)


def _write_tables(folder: Path, tables: Iterable[tuple[str, pd.DataFrame]]) -> dict[str, dict[str, Any]]:
    writers: dict[str, _TableWriter] = {}
    try:
        for name, frame in tables:
            _require("table", name, schema.TABLES)
            writer = writers.setdefault(name, _TableWriter(name, folder / f"{name}.parquet"))
            writer.append(frame)
    finally:
        for writer in writers.values():
            writer.close()
    return {name: writers[name].entry() for name in schema.TABLES if name in writers}


class _TableWriter:
    """One Parquet file that grows part by part, sorted by vestiging over all parts.

    Rows wait until a row group is full, so that how the rows came in parts leaves no trace in the file.
    """

    def __init__(self, name: str, path: Path) -> None:
        self.name, self.path, self.rows = name, path, 0
        self.last: str | None = None
        self.writer: pq.ParquetWriter | None = None
        self.waiting: pa.Table | None = None

    def append(self, frame: pd.DataFrame) -> None:
        frame = schema.validate(self.name, frame)
        if "vestiging" in frame.columns and len(frame):
            frame = frame.sort_values("vestiging", kind="stable", na_position="first")
            self._keep_order(frame["vestiging"])
        table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
        if self.writer is None:
            self.writer = pq.ParquetWriter(self.path, table.schema, compression="zstd")
            self.waiting = table.slice(0, 0)
        self.rows += len(frame)
        self.waiting = pa.concat_tables([self.waiting, table.cast(self.writer.schema)])
        self._flush(len(self.waiting) - len(self.waiting) % ROW_GROUP)

    def _flush(self, rows: int) -> None:
        """Write the first ``rows`` rows that wait."""
        if rows:
            self.writer.write_table(self.waiting.slice(0, rows).combine_chunks(), row_group_size=ROW_GROUP)
            self.waiting = self.waiting.slice(rows).combine_chunks()

    def _keep_order(self, vestiging: pd.Series) -> None:
        known = vestiging.dropna()
        if known.empty:
            return
        if self.last is not None and known.iloc[0] < self.last:
            raise StoreError(
                f"table '{self.name}': part of {known.iloc[0]} comes after {self.last}; sort the parts"
            )
        self.last = known.iloc[-1]

    def close(self) -> None:
        if self.writer is not None:
            self._flush(len(self.waiting))
            self.writer.close()

    def entry(self) -> dict[str, Any]:
        """Row count and content hash, once the file is closed and on disk."""
        with self.path.open("rb+") as file:
            os.fsync(file.fileno())
            return {"rows": self.rows, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def _fingerprint(entries: Mapping[str, Any], simulated: bool, experiment: str) -> str:
    text = json.dumps([schema.SCHEMA_VERSION, simulated, experiment, entries], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def write_json(path: Path, content: Any) -> None:
    """Write JSON to ``path`` in one atomic step, with sorted keys: the same content, the same bytes."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_text(
        json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    partial.replace(path)


def _remove_unused(path: Path, keep: str) -> None:
    """Remove older versions, and what a killed write left behind."""
    for folder in (*path.glob("data-*"), *path.glob(".partial-*")):
        if folder.name != keep:
            shutil.rmtree(folder, ignore_errors=True)
    for file in path.glob(f".{MANIFEST}.*"):
        file.unlink(missing_ok=True)


# --- reading ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Store:
    """A store that exists; every read goes through :meth:`read` or :meth:`school`."""

    path: Path
    record: dict[str, Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", Path(self.path))
        object.__setattr__(self, "record", self._load())

    def _load(self) -> dict[str, Any]:
        manifest = self.path / MANIFEST
        if not manifest.is_file():
            raise StoreError(
                f"no store at {self.path}: {MANIFEST} is not there."
                " Make one with 'kansen example' or 'kansen ingest duo'."
            )
        try:
            record = json.loads(manifest.read_text(encoding="utf-8"))
            record["schema_version"], record["fingerprint"], record["folder"], record["tables"]
        except (ValueError, KeyError, TypeError):
            raise StoreError(f"store {self.path}: {MANIFEST} is damaged; make the store again.") from None
        if record["schema_version"] != schema.SCHEMA_VERSION:
            raise StoreError(
                f"store {self.path} has schema version {record['schema_version']}, this kansen reads "
                f"{schema.SCHEMA_VERSION}: make the store again."
            )
        return record

    @property
    def fingerprint(self) -> str:
        """Hash over schema version and the content of every table."""
        return self.record["fingerprint"]

    @property
    def simulated(self) -> bool:
        """Whether the rows are made up."""
        return self.record["simulated"]

    @property
    def experiment(self) -> str:
        """Name of the published experiment from elsewhere that the rows are; empty for schools themselves."""
        return self.record.get("experiment", "")

    @property
    def folder(self) -> Path:
        """The data folder in use."""
        return self.path / self.record["folder"]

    @property
    def tables(self) -> dict[str, int]:
        """Row count of each table that is present."""
        return {name: entry["rows"] for name, entry in self.record["tables"].items()}

    @cached_property
    def tier(self) -> str:
        """Data tier (one of ``TIERS``): what kind of data everything here rests on."""
        if self.simulated:
            return "voorbeeld"
        if self.experiment:
            return "experiment"
        if "leerlingen" not in self.tables:
            return "openbaar"
        known = self.read("leerlingen", ["opleiding_ouders"])["opleiding_ouders"].notna()
        return "onderzoek" if known.any() else "school"

    def read(
        self,
        table: str,
        columns: Sequence[str] | None = None,
        where: Mapping[str, str | Sequence[str]] | None = None,
    ) -> pd.DataFrame:
        """Rows of a table; an absent table gives no rows.

        Args:
            table: canonical name.
            columns: which columns; all when None.
            where: column to the value or values it must have. On ``vestiging`` only the row groups
                of those vestigingen are read.

        Raises:
            StoreError: a table or column that the schema does not know, with the nearest known one.
        """
        _require("table", table, schema.TABLES)
        known = schema.columns(table)
        wanted = list(known) if columns is None else list(columns)
        for name in (*wanted, *(where or {})):
            _require(f"column of '{table}'", name, known)
        if table not in self.tables:
            return pd.DataFrame({name: pd.Series(dtype=known[name].dtype.type) for name in wanted})
        source = self.folder / f"{table}.parquet"
        rows = pq.read_table(source, columns=wanted, filters=_filter(where or {}))
        return rows.to_pandas(ignore_metadata=True)

    @cached_property
    def cohorts(self) -> tuple[str, ...]:
        """The school years in which the pupils of the store entered the vo."""
        return tuple(sorted(self.read("leerlingen", ["cohort"])["cohort"].dropna().unique()))

    @cached_property
    def last_schooljaar(self) -> str | None:
        """The last school year in which careers of pupils were seen, None without careers."""
        years = self.read("loopbaan", ["schooljaar"])["schooljaar"]
        return str(years.max()) if len(years) else None

    @cached_property
    def test_kind(self) -> str | None:
        """The regime under which most pupils have a test score, of as many the latest; None without one.

        An eindtoets and a doorstroomtoets have other scales and norms: scores of one kind are compared.
        """
        pupils = self.read("leerlingen", ["regime", "toetsscore", "cohort"]).dropna()
        kinds = pupils.groupby("regime")["cohort"].agg(["size", "max"])
        return None if kinds.empty else str(kinds.sort_values(["size", "max"]).index[-1])

    @cached_property
    def vestigingen(self) -> pd.DataFrame:
        """The vestigingen of the vo, indexed by code."""
        return self.read("vestigingen", where={"sector": "vo"}).set_index("vestiging", drop=False)

    def school(self, vestiging: str, cohorts: Sequence[str] | str | None = None) -> School:
        """The slice of one school.

        Args:
            vestiging: code of the school.
            cohorts: school years of entry to keep, as a list or as text with commas; all when None.

        Raises:
            StoreError: unknown vestiging or cohort, with the nearest known one.
        """
        if vestiging not in self.vestigingen.index:
            near = did_you_mean(vestiging, self.vestigingen.index)
            raise StoreError(
                f"school '{vestiging}' is not in store {self.path}.{near} 'kansen list' shows all of them."
            )
        return School(self, vestiging, self._known_cohorts(cohorts) if cohorts else None)

    def _known_cohorts(self, cohorts: Sequence[str] | str) -> tuple[str, ...]:
        if isinstance(cohorts, str):  # papermill gives text
            cohorts = [part.strip() for part in cohorts.split(",") if part.strip()]
        unknown = [
            f"unknown cohort '{cohort}'.{did_you_mean(cohort, self.cohorts)}"
            for cohort in cohorts
            if cohort not in self.cohorts
        ]
        if unknown:
            known = f"there are {', '.join(self.cohorts)}" if self.cohorts else "it has no pupils"
            raise StoreError(f"store {self.path.name}: {' '.join(unknown)} ({known})")
        return tuple(cohorts)


def _filter(where: Mapping[str, str | Sequence[str]]) -> pc.Expression | None:
    """All conditions at once; no values to choose from means no rows."""
    conditions = [
        pc.field(name).isin(pa.array([values] if isinstance(values, str) else values, pa.large_string()))
        for name, values in where.items()
    ]
    return reduce(and_, conditions) if conditions else None


@dataclass(frozen=True)
class School:
    """One school's slice of a store, read table by table when asked."""

    store: Store
    vestiging: str
    cohorts: tuple[str, ...] | None = None
    _read: dict[str, pd.DataFrame] = field(default_factory=dict, init=False, repr=False, compare=False)
    _kept: dict[str, pd.DataFrame] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def record(self) -> pd.Series:
        """The school's row of ``vestigingen``."""
        return self.store.vestigingen.loc[self.vestiging]

    @property
    def naam(self) -> str:
        """Name of the vestiging."""
        return str(self.record["naam"])

    def table(self, name: str) -> pd.DataFrame:
        """This school's rows of a table; pupils of the asked cohorts only."""
        if name not in self._read:
            rows = self.store.read(name, where={"vestiging": self.vestiging})
            self._read[name] = self._of_cohorts(rows)
        return self._read[name]

    def once(self, name: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """A frame that several cards derive from this slice, made the first time; nobody may change it."""
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]

    def _of_cohorts(self, rows: pd.DataFrame) -> pd.DataFrame:
        if self.cohorts is None:
            return rows
        if "cohort" in rows:
            return rows[rows["cohort"].isin(self.cohorts)]
        if "leerling" in rows:  # a survey also has respondents who are no pupil: they stay
            return rows[rows["leerling"].isna() | rows["leerling"].isin(self.table("leerlingen")["leerling"])]
        return rows

    @cached_property
    def neighbours(self) -> tuple[str, ...]:
        """The vo vestigingen of the same gemeente, this one included."""
        known = self.store.vestigingen
        near = tuple(known.index[known["gemeente"] == self.record["gemeente"]])
        return near or (self.vestiging,)  # the gemeente of a few is not known

    def missing(self, needs: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
        """Which needed columns have no value at all for this school, as ``table.column``."""
        return tuple(
            f"{table}.{column}"
            for table, wanted in needs.items()
            for column in wanted
            if not self.table(table)[column].notna().any()
        )
