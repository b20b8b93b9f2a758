"""Which notebooks run for which schools with which parameters: checked before anything starts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import kansen_lib
from kansen_lib.running import parameters
from kansen_lib.running.errors import PlanError
from kansen_lib.running.parameters import Parameter
from kansen_lib.store import Store, did_you_mean

#: The notebooks of a checkout, beside the library.
NOTEBOOKS = Path(kansen_lib.__file__).parents[1] / "notebooks"
#: Parameters that every notebook has, and that the run fills in itself.
STORE, SCHOOL, PROFILE = "store", "school", "profile"


@dataclass(frozen=True)
class Notebook:
    """A notebook as it stands on disk."""

    path: Path
    parameters: Mapping[str, Parameter]
    code_hash: str

    @property
    def name(self) -> str:
        """File name without extension, e.g. ``"03_selectie-analyse"``."""
        return self.path.stem


@dataclass(frozen=True)
class Job:
    """One notebook for one school: what a worker gets.

    Attributes:
        vestiging: code of the school.
        naam: its name.
        gemeente: its gemeente.
        notebook: the notebook's file.
        folder: where the kernel works; relative paths in ``parameters`` start here.
        parameters: plain values that replace the notebook's own defaults.
    """

    vestiging: str
    naam: str
    gemeente: str
    notebook: Path
    folder: Path
    parameters: dict[str, Any]

    @property
    def name(self) -> str:
        """Place of the report within the output folder, without extension."""
        return f"{self.vestiging}/{self.notebook.stem}"


@dataclass(frozen=True)
class Plan:
    """Everything that a run will do."""

    store: Store
    jobs: tuple[Job, ...]
    notebooks: Mapping[str, Notebook]
    profile: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


# --- the notebooks ---------------------------------------------------------------------------------


def find_notebooks(folder: Path = NOTEBOOKS) -> dict[str, Notebook]:
    """The numbered notebooks in ``folder`` by name, in order.

    Raises:
        PlanError: there are none.
    """
    paths = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    if not paths:
        raise PlanError(f"no notebooks in {folder}: run kansen from a checkout, where notebooks/ holds them")
    return {path.stem: read_notebook(path) for path in paths}


def read_notebook(path: Path) -> Notebook:
    """The parameters of a notebook and a hash over its sources; its outputs do not count."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sources = [(cell["cell_type"], "".join(cell["source"]), _tags(cell)) for cell in cells]
    tagged = [source for _, source, tags in sources if parameters.TAG in tags]
    digest = hashlib.sha256(json.dumps(sources).encode()).hexdigest()
    found = parameters.read(tagged[0], path.name) if tagged else {}
    return Notebook(path.resolve(), found, digest)


def _tags(cell: Mapping[str, Any]) -> list[str]:
    return cell.get("metadata", {}).get("tags", [])


# --- the plan --------------------------------------------------------------------------------------


def make(
    store: Store,
    schools: str = "all",
    notebooks: str = "all",
    profile: str | None = None,
    params: Iterable[str] = (),
    folder: Path = NOTEBOOKS,
) -> Plan:
    """Plan a run.

    Args:
        store: where the data are.
        schools: codes of vestigingen, comma-separated, or ``"all"``.
        notebooks: names or numbers of notebooks, comma-separated, or ``"all"``.
        profile: disclosure profile; None for the default of the notebooks.
        params: further parameters as ``"name=value"``; each goes to every notebook that has it.
        folder: where the notebooks are.

    Raises:
        PlanError: an unknown school, notebook or parameter, or a value of the wrong type; the
            message names all of them.
    """
    chosen = _choose_notebooks(notebooks, find_notebooks(folder))
    codes = _choose_schools(schools, store)
    texts = _split(params)
    _check_names(texts, chosen)
    texts |= {PROFILE: profile} if profile is not None else {}
    jobs = [_job(store, code, book, texts) for code in codes for book in chosen.values()]
    default = next(iter(chosen.values())).parameters[PROFILE].default
    given = {name: value for job in jobs for name, value in job.parameters.items() if name in texts}
    return Plan(store, tuple(jobs), chosen, profile or default, given)


def _job(store: Store, code: str, book: Notebook, texts: Mapping[str, str]) -> Job:
    """The job of one report. The kernel works in the folder that holds the store: no path gets in."""
    record = store.vestigingen.loc[code]
    home = store.path.resolve()
    values = {STORE: home.name, SCHOOL: code}
    values |= {name: item.parse(texts[name]) for name, item in book.parameters.items() if name in texts}
    gemeente = record["gemeente"] if isinstance(record["gemeente"], str) else "onbekende gemeente"
    return Job(code, str(record["naam"]), gemeente, book.path, home.parent, values)


def _choose_notebooks(asked: str, known: Mapping[str, Notebook]) -> dict[str, Notebook]:
    if asked == "all":
        return dict(known)
    by_word = {word: name for name in known for word in (name, name.split("_")[0])}
    words = _words(asked)
    _refuse("notebook", words, by_word, f"there are {', '.join(known)}")
    wanted = {by_word[word] for word in words}
    return {name: book for name, book in known.items() if name in wanted}


def _choose_schools(asked: str, store: Store) -> list[str]:
    known = sorted(store.vestigingen.index)
    if not known:
        raise PlanError(f"store {store.path} has no schools: it lacks a table 'vestigingen' with sector vo")
    if asked == "all":
        return known
    words = list(dict.fromkeys(_words(asked)))
    _refuse("school", words, known, f"'kansen list {store.path}' shows those in the store")
    return words


def _words(text: str) -> list[str]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not words:
        raise PlanError(f"'{text}' names nothing: give names separated by commas, or all")
    return words


def _refuse(kind: str, words: Iterable[str], known: Iterable[str], help_: str) -> None:
    """Raise for every word that is not known, all in one message."""
    known = list(known)
    unknown = [f"unknown {kind} '{word}'.{did_you_mean(word, known)}" for word in words if word not in known]
    if unknown:
        raise PlanError(f"{' '.join(unknown)} ({help_})")


def _split(params: Iterable[str]) -> dict[str, str]:
    pairs = {}
    for param in params:
        name, equals, text = param.partition("=")
        if not equals or not name:
            raise PlanError(f"--param {param}: expected name=value")
        pairs[name] = text
    return pairs


def _check_names(texts: Mapping[str, str], chosen: Mapping[str, Notebook]) -> None:
    for book in chosen.values():
        if lacks := {STORE, SCHOOL, PROFILE} - set(book.parameters):
            names = ", ".join(sorted(lacks))
            raise PlanError(f"{book.path.name}: its cell tagged 'parameters' lacks {names}")
    for name, option in ((STORE, "the argument STORE"), (SCHOOL, "--schools"), (PROFILE, "--profile")):
        if name in texts:
            raise PlanError(f"--param {name}: give it with {option}")
    known = sorted({name for book in chosen.values() for name in book.parameters} - {STORE, SCHOOL, PROFILE})
    _refuse("parameter", texts, known, f"there are {', '.join(known)}")
