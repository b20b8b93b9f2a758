"""A run from plan to folder, with real kernels: what goes well, and that a fault costs one report."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import making
import pandas as pd
import psutil
import pytest

from kansen_lib.reports.build import build
from kansen_lib.running.errors import OutputError
from kansen_lib.running.folder import OutputFolder
from kansen_lib.running.job import Outcome

#: What happens in the notebook of each school.
FAULTS = {
    "ZZ0100": "",
    "ZZ0200": "raise ValueError(f\"kapot bij '{'Geer' + 'truida'}', 12 jaar\")",
    "ZZ0300": "import os; os._exit(9)",
    "ZZ0400": "import sys; sys.exit()",
    "ZZ0500": "import os, signal; os.kill(os.getppid(), signal.SIGKILL)\nimport time; time.sleep(60)",
    "ZZ0600": "",
}
CELLS = (
    making.card(title='f"Rapport van {school}"', rows=f"[dict({making.ROW!r}, group=school, n=len(store))]"),
    "md uitleg: Zo lees je het.",
    f"exec({FAULTS!r}[school])",
    making.card(
        "tweede", rows=repr([making.ROW, making.ROW | {"name": "kloof", "value": None, "reason": "te klein"}])
    ),
)


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Outcome]]:
    """A folder with an earlier run of all schools, then run again with faults in four of them."""
    root = tmp_path_factory.mktemp("fouten")
    schools = {code: (f"School {code[2:4]}", "Voorbeeldstad") for code in FAULTS}
    store = making.make_store(root / "winkel", schools)
    making.make_notebook(root / "notebooks", "1 + 1")
    build(making.planning.make(store, "ZZ0100,ZZ0200", folder=root / "notebooks"), root / "uit", workers=2)
    assert (root / "uit/ZZ0200/01_proef.html").is_file()
    making.make_notebook(root / "notebooks", *CELLS)
    outcomes = build(making.planning.make(store, folder=root / "notebooks"), root / "uit", workers=2, seed=7)
    return root / "uit", {outcome.job.vestiging: outcome for outcome in outcomes}


@pytest.mark.parametrize(
    ("school", "cause"),
    [
        ("ZZ0100", ""),
        ("ZZ0200", "cell 3: ValueError: kapot bij '…', … jaar"),
        ("ZZ0300", "cell 3: the kernel died (was it killed, or out of memory?)"),
        ("ZZ0400", "SystemExit: the notebook stopped before its last cell"),
        ("ZZ0500", "the worker process died (was it killed, or out of memory?)"),
        ("ZZ0600", ""),
    ],
)
def test_each_fault_is_named_and_stays_alone(
    faulty: tuple[Path, dict[str, Outcome]], school: str, cause: str
) -> None:
    assert faulty[1][school].cause == cause


def test_only_whole_reports_of_this_run_are_shown(faulty: tuple[Path, dict[str, Outcome]]) -> None:
    out, _ = faulty
    files = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    reports = [f"{code}/01_proef.{kind}" for code in ("ZZ0100", "ZZ0600") for kind in ("html", "ipynb")]
    assert files == sorted([*reports, "index.html", "manifest.json", "results.parquet"])
    index = (out / "index.html").read_text()
    links = [part.split('"')[0] for part in index.split('href="')[1:]]
    assert links == ["#inhoud", "ZZ0100/01_proef.html", "ZZ0600/01_proef.html"]
    assert index.count("niet gelukt") == 4 + 1


def test_the_manifest_tells_how_each_report_went(faulty: tuple[Path, dict[str, Outcome]]) -> None:
    out, outcomes = faulty
    manifest = json.loads((out / "manifest.json").read_text())
    assert {name: entry["outcome"] for name, entry in manifest["reports"].items()} == {
        f"{code}/01_proef": "succeeded" if code in ("ZZ0100", "ZZ0600") else "failed" for code in FAULTS
    }
    assert manifest["reports"]["ZZ0300/01_proef"]["cause"] == outcomes["ZZ0300"].cause
    assert manifest["seed"] == 7
    for kind in ("ipynb", "html"):
        content = (out / f"ZZ0600/01_proef.{kind}").read_bytes()
        assert manifest["reports"]["ZZ0600/01_proef"]["sha256"][kind] == hashlib.sha256(content).hexdigest()


def test_results_are_the_released_rows_of_the_reports(faulty: tuple[Path, dict[str, Outcome]]) -> None:
    frame = pd.read_parquet(faulty[0] / "results.parquet")
    assert list(frame.columns[:3]) == ["vestiging", "notebook", "card"]
    assert list(frame["vestiging"]) == ["ZZ0100"] * 3 + ["ZZ0600"] * 3
    assert list(frame["card"]) == ["kaart", "tweede", "tweede"] * 2
    assert list(frame["name"]) == ["aandeel", "aandeel", "kloof"] * 2
    assert list(frame["group"]) == ["ZZ0100", "", "", "ZZ0600", "", ""]
    assert list(frame["n"]) == [len("winkel"), 20, 20] * 2
    assert frame.loc[2, ["value", "reason"]].isna().tolist() == [True, False]


def test_two_reports_differ_and_neither_names_the_other(faulty: tuple[Path, dict[str, Outcome]]) -> None:
    for kind in ("ipynb", "html"):
        one, other = ((faulty[0] / f"{code}/01_proef.{kind}").read_text() for code in ("ZZ0100", "ZZ0600"))
        assert one != other
        assert "Rapport van ZZ0100" in one
        assert "ZZ0600" not in one.replace(repr(FAULTS), "").replace("'ZZ0600': ''", "")
        assert "Rapport van ZZ0600" in other
        assert "Rapport van ZZ0100" not in other


NOISY = """import os, random, sys, warnings
warnings.warn("iets")
print("op stdout"); print("op stderr", os.getpid(), os.getcwd(), file=sys.stderr); print("nog eens")
{"a", "b", "c", school, store}"""
NOISY_CELLS = (NOISY, making.card(rows=repr([making.ROW])))


def test_two_runs_give_the_same_bytes_and_no_trace_of_the_machine(tmp_path: Path) -> None:
    plan = making.make_plan(tmp_path / "hier", *NOISY_CELLS)
    build(plan, tmp_path / "een", workers=2)
    build(plan, tmp_path / "een", workers=1)
    first = _contents(tmp_path / "een")
    build(making.make_plan(tmp_path / "elders", *NOISY_CELLS), tmp_path / "twee", workers=2)
    second = _contents(tmp_path / "twee")
    assert len(first) == 2 * 2 + 3
    assert first == second
    for name, content in first.items():
        for trace in (str(tmp_path), sys.prefix, str(Path.home()) + "/", "/tmp/", str(os.getpid())):
            assert trace.encode() not in content, (name, trace)


def _contents(out: Path) -> dict[str, bytes]:
    """Every file of a run; of the manifest all but the durations."""
    files = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    manifest = json.loads(files["manifest.json"])
    for entry in manifest["reports"].values():
        assert entry.pop("seconds") > 0
    del manifest["code"]  # of the checkout, which may be worked on while this test runs
    return files | {"manifest.json": json.dumps(manifest).encode()}


def test_a_run_that_is_killed_leaves_nothing_half_and_the_next_cleans_up(tmp_path: Path) -> None:
    script = [sys.executable, str(Path(__file__).with_name("killed_run.py")), str(tmp_path)]
    run = subprocess.Popen(script, stdout=subprocess.DEVNULL)
    out = tmp_path / "uit"
    _wait(lambda: (out / "ZZ0100/01_proef.html").is_file() and (tmp_path / "begonnen").is_file())
    children = psutil.Process(run.pid).children(recursive=True)
    runtime = next(out.glob(".partial-*/runtime")).resolve()
    assert runtime.is_dir()
    run.send_signal(signal.SIGKILL)
    run.wait()

    assert not (out / "index.html").exists()
    outcomes = {name: entry["outcome"] for name, entry in _manifest(out)["reports"].items()}
    assert outcomes == {"ZZ0100/01_proef": "pending", "ZZ0200/01_proef": "pending"}
    assert (out / "ZZ0100/01_proef.html").read_text().endswith("</html>\n")
    json.loads((out / "ZZ0100/01_proef.ipynb").read_text())
    assert not (out / "ZZ0200").exists()
    gone, alive = psutil.wait_procs(children, timeout=15)
    assert not alive, "a worker or a kernel outlived its run"
    assert len(gone) >= 2

    build(making.make_plan(tmp_path, "1 + 1", schools="ZZ0200"), out)
    assert sorted(path.name for path in out.iterdir()) == [
        "ZZ0200",
        "index.html",
        "manifest.json",
        "results.parquet",
    ]
    assert not runtime.exists()


def _manifest(out: Path) -> dict:
    return json.loads((out / "manifest.json").read_text())


def _wait(condition: object, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


def test_two_runs_do_not_share_a_folder(tmp_path: Path) -> None:
    with OutputFolder(tmp_path / "uit"):
        with pytest.raises(OutputError, match="another run is writing"):
            with OutputFolder(tmp_path / "uit"):
                pass
    with OutputFolder(tmp_path / "uit") as folder:
        assert folder.stage.is_dir()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("index.html", "<p>van een ander</p>"),
        ("manifest.json", "[1]"),
        ("manifest.json", '{"reports": {"../../x": {}}}'),
    ],
)
def test_files_of_others_are_left_alone(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    (tmp_path / "aantekening.txt").write_text("blijft")
    with OutputFolder(tmp_path) as folder, pytest.raises(OutputError, match="kansen did not make"):
        folder.clear()
    assert (tmp_path / name).read_text() == content
    assert sorted(path.name for path in tmp_path.iterdir()) == ["aantekening.txt", name]
