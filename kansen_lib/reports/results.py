"""Every released number of a run in one tidy table, read back from the reports themselves."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd

from kansen_lib.disclosure import Number
from kansen_lib.present.card import RELEASE_TYPE
from kansen_lib.running.plan import Job

KEYS = ("vestiging", "notebook", "card")
#: Of the indicator on the card: empty where it is not described.
ABOUT = ("niveau", "domein")
COLUMNS = (*KEYS, *ABOUT, *(item.name for item in fields(Number)))
_DTYPES = dict.fromkeys(("value", "lower", "upper", "reference"), "float64") | {"n": "Int64"}


def collect(folder: Path, jobs: Iterable[Job]) -> pd.DataFrame:
    """One row a released number, sorted by vestiging, notebook, card and reading order.

    Args:
        folder: where the reports are.
        jobs: those whose report succeeded.

    Returns:
        The columns ``COLUMNS``: text as text, values as float, counts as nullable integers.
    """
    parts = [_rows(folder / f"{job.name}.ipynb", job) for job in jobs]
    frame = pd.DataFrame([row for part in parts for row in part], columns=list(COLUMNS))
    frame = frame.astype({name: _DTYPES.get(name, "string") for name in COLUMNS})
    return frame.sort_values(list(KEYS), kind="stable", ignore_index=True)


def _rows(path: Path, job: Job) -> list[dict[str, Any]]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    released = [
        output["data"][RELEASE_TYPE]
        for cell in cells
        for output in cell.get("outputs", [])
        if RELEASE_TYPE in output.get("data", {})
    ]
    of_job = {"vestiging": job.vestiging, "notebook": job.notebook.stem}
    return [
        of_job | {name: card[name] for name in ("card", *ABOUT)} | row
        for card in released
        for row in card["rows"]
    ]


def write(path: Path, frame: pd.DataFrame) -> None:
    """Write the table as Parquet: the same rows, the same bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(table, path, compression="zstd")
