"""The collected results: tidy, typed, and the same bytes for the same rows."""

import json
from pathlib import Path

import pandas as pd

from kansen_lib.present.card import RELEASE_TYPE
from kansen_lib.reports import results
from kansen_lib.running.plan import Job

ABOUT = {"niveau": "meso", "domein": ""}
JOB = Job("000100", "Naam", "Plaats", Path("01_proef.ipynb"), Path(), {})


def _write(folder: Path, *cards: dict) -> None:
    outputs = [
        {"output_type": "display_data", "data": {RELEASE_TYPE: card, "text/html": "x"}} for card in cards
    ]
    cells = [{"cell_type": "markdown"}, {"cell_type": "code", "outputs": outputs}]
    (folder / "000100").mkdir()
    (folder / "000100/01_proef.ipynb").write_text(json.dumps({"cells": cells}))


def test_identifiers_are_text_and_counts_whole(tmp_path: Path) -> None:
    _write(
        tmp_path,
        {
            "card": "k",
            **ABOUT,
            "rows": [{"name": "a", "group": "0363", "value": 1, "n": 12}, {"name": "b", "n": None}],
        },
    )
    frame = results.collect(tmp_path, [JOB])
    assert frame.loc[0, ["vestiging", "group"]].tolist() == ["000100", "0363"]
    assert frame["niveau"].tolist() == ["meso", "meso"] and frame["domein"].tolist() == ["", ""]
    assert frame["value"].dtype == float
    assert frame["n"].dtype == "Int64"
    assert frame["n"].isna().tolist() == [False, True]


def test_rows_are_sorted_by_card_and_keep_their_order_within(tmp_path: Path) -> None:
    _write(
        tmp_path,
        {"card": "z", **ABOUT, "rows": [{"name": "2"}, {"name": "1"}]},
        {"card": "a", **ABOUT, "rows": [{"name": "3"}]},
    )
    assert results.collect(tmp_path, [JOB])["name"].tolist() == ["3", "2", "1"]


def test_a_run_without_numbers_has_an_empty_table_with_all_columns(tmp_path: Path) -> None:
    frame = results.collect(tmp_path, [])
    assert tuple(frame.columns) == results.COLUMNS
    results.write(tmp_path / "r.parquet", frame)
    assert len(pd.read_parquet(tmp_path / "r.parquet")) == 0
