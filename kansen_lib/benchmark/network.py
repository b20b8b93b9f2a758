"""The network phase: what needs more than one school, computed once a store and kept in it.

Reference values, between-school variation and pooled models are one tidy table beside the data,
with the fingerprint of what they were computed from. Every school reads the same numbers.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from kansen_lib import codes, indicators, rules, stats
from kansen_lib.benchmark import (
    achtergrond,
    advies_toets,
    basisscholen,
    bijstelling,
    breedte,
    buurten,
    context,
    definities,
    delen,
    doorstroom,
    drempel,
    eerlijkheid,
    enquete,
    evaluatie,
    exam_years,
    examens,
    gelijke_score,
    geslacht,
    kerncijfers,
    leerwinst,
    leraren,
    loopbanen,
    modellen,
    na_bijstelling,
    ontbreekt,
    open_data,
    openbaar_selectie,
    overlap,
    passend,
    plaats,
    plaatsing,
    profielen,
    pupils,
    regels,
    regio,
    schoolkeuze,
    scorebanden,
    stapelen,
    taal,
    thuis,
    trechter,
    verwachtingen,
    woonplaats,
)
from kansen_lib.benchmark.data import SEED, Network
from kansen_lib.benchmark.numbers import Benchmark, Row, as_table
from kansen_lib.store import Store, write_json

FOLDER = "benchmark"
#: Modules with a function ``rows(network)``; each yields the numbers of one theme.
THEMES = (
    achtergrond,
    advies_toets,
    basisscholen,
    bijstelling,
    breedte,
    buurten,
    context,
    definities,
    delen,
    doorstroom,
    drempel,
    eerlijkheid,
    enquete,
    evaluatie,
    examens,
    exam_years,
    gelijke_score,
    geslacht,
    kerncijfers,
    leerwinst,
    leraren,
    loopbanen,
    modellen,
    na_bijstelling,
    ontbreekt,
    open_data,
    openbaar_selectie,
    overlap,
    passend,
    plaats,
    plaatsing,
    profielen,
    pupils,
    regels,
    regio,
    schoolkeuze,
    scorebanden,
    stapelen,
    taal,
    thuis,
    trechter,
    verwachtingen,
    woonplaats,
)


def current(store: Store) -> bool:
    """Whether the benchmark in the store was computed from these data by this code."""
    return (_folder(store) / "numbers.parquet").is_file()


def load(store: Store) -> Benchmark:
    """The benchmark of a store, computed first when it is not there yet."""
    if not current(store):
        prepare(store)
    folder = _folder(store)
    return Benchmark(pd.read_parquet(folder / "numbers.parquet"), folder)


def prepare(store: Store) -> Benchmark:
    """Compute the network phase and keep it in the store; replaces what an older one left."""
    network = Network(store)
    table = as_table(_rows(network))
    target = _folder(store)
    partial = Path(tempfile.mkdtemp(prefix=".benchmark-", dir=store.path))
    try:
        table.to_parquet(partial / "numbers.parquet", index=False)
        for name, counts in network.counts.items():
            counts.to_parquet(partial / f"{name}.parquet", index=False)
        write_json(partial / "source.json", {"store": store.fingerprint, "code": _code_hash(), "seed": SEED})
        if not target.exists():
            target.parent.mkdir(exist_ok=True)
            os.replace(partial, target)  # noqa: PTH105
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    for other in target.parent.iterdir():
        if other != target:
            shutil.rmtree(other, ignore_errors=True)
    return Benchmark(table, target)


def _folder(store: Store) -> Path:
    key = hashlib.sha256(f"{store.fingerprint} {_code_hash()}".encode()).hexdigest()[:16]
    return store.path / FOLDER / key


@functools.cache
def _code_hash() -> str:
    """Hash of the code that the numbers depend on: a change of it makes them again."""
    folders = [Path(__file__).parent, Path(stats.__file__).parent]
    files = [Path(codes.__file__), Path(indicators.__file__), Path(rules.__file__)]
    files += [path for folder in folders for path in folder.rglob("*.py")]
    text = "".join(path.read_text("utf-8") for path in sorted(files))
    return hashlib.sha256(text.encode()).hexdigest()


def _rows(network: Network) -> Iterator[Row]:
    for theme in THEMES:
        yield from theme.rows(network)
