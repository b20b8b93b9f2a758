"""The six committed notebooks: run under nbval, read like a chapter, and hold to the house rules."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from kansen_lib.chapters.context import UITLEG
from kansen_lib.present.roles import EXPECTED
from kansen_lib.present.woorden import anker, gebruikt
from kansen_lib.running import parameters

NAMES = (
    "01_definities",
    "02_oorzaken",
    "03_selectie-analyse",
    "04_segregatie",
    "05_interventie-effecten",
    "06_aan-de-slag",
)
RELEASE = "application/vnd.kansen.release+json"


@pytest.fixture(params=NAMES)
def notebook(request, root: Path) -> nbformat.NotebookNode:
    """One of the committed notebooks."""
    return nbformat.read(root / "notebooks" / f"{request.param}.ipynb", as_version=4)


@pytest.fixture(scope="module")
def folder(root: Path, voorbeeld: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the notebooks with the simulated region where they expect it."""
    top = tmp_path_factory.mktemp("checkout")
    shutil.copytree(root / "notebooks", top / "notebooks")
    (top / "data/store").mkdir(parents=True)
    (top / "data/store/voorbeeld").symlink_to(voorbeeld)
    return top / "notebooks"


def nbval(path: Path) -> subprocess.CompletedProcess[str]:
    """Run a notebook again and hold every output to the stored one; figures are tested elsewhere."""
    rules = path.parent / "sanitize.cfg"
    rules.write_text('[figures]\nregex: base64,[^"]*\nreplace: FIGURE\n')
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval",
        f"--nbval-sanitize-with={rules}",
        "-q",
        "-p",
        "no:cacheprovider",
    ]
    return subprocess.run(
        [*command, "--override-ini=addopts=", str(path)],
        capture_output=True,
        text=True,
        cwd=path.parent,
        check=False,
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_gives_its_stored_output_again(name: str, folder: Path) -> None:
    done = nbval(folder / f"{name}.ipynb")
    assert done.returncode == 0, done.stdout[-3000:]


def test_nbval_would_see_another_number(folder: Path) -> None:
    path = folder / "changed.ipynb"
    changed = nbformat.read(folder / "05_interventie-effecten.ipynb", as_version=4)
    cards = (out["data"] for out in outputs(changed) if RELEASE in out.get("data", {}))
    bundle = next(data for data in cards if "0," in data["text/plain"])
    bundle["text/plain"] = bundle["text/plain"].replace("0,", "9,", 1)
    nbformat.write(changed, path)
    assert nbval(path).returncode == 1


def outputs(notebook: nbformat.NotebookNode) -> Iterator[nbformat.NotebookNode]:
    """All outputs of a notebook."""
    for cell in notebook.cells:
        yield from cell.get("outputs", [])


def test_there_are_six_in_the_order_of_the_katern(root: Path) -> None:
    assert tuple(sorted(path.stem for path in (root / "notebooks").glob("*.ipynb"))) == NAMES


def test_every_code_cell_but_the_first_two_has_a_stored_output(notebook) -> None:
    """nbval passes a cell without stored output, whatever it prints."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [bool(cell.outputs) for cell in code] == [False, False] + [True] * (len(code) - 2)
    assert not [out for out in outputs(notebook) if out.output_type in ("stream", "error")]


def test_parameters_are_tagged_and_name_the_fictional_school(notebook) -> None:
    (cell,) = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    for line in (
        'store = "../data/store/voorbeeld"',
        'school = "ZZ0100"',
        "cohorts = None",
        'profile = "cbs"',
    ):
        assert line in cell.source


def test_an_amount_given_to_a_run_reaches_the_card_as_a_number(root: Path) -> None:
    """A bare None would stand for a list, and ``--param kosten_per_leerjaar=9000`` would break the card."""
    notebook = nbformat.read(root / "notebooks/03_selectie-analyse.ipynb", as_version=4)
    (cell,) = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    assert parameters.read(cell.source, "03")["kosten_per_leerjaar"].parse("9000") == 9000.0


def test_the_first_screen_says_school_tier_years_and_profile(notebook) -> None:
    first = next(outputs(notebook))["data"]["text/html"]
    for words in ("ZZ0100", "Gesimuleerd", "2019-2020 tot en met 2025-2026", "profiel cbs"):
        assert words in first


def test_a_cell_is_a_handful_of_lines_without_arithmetic(notebook) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= 8
            assert not re.search(
                r"[^*]\*[^*]|[^=]==[^=]|\+|/(?![a-z.])", re.sub(r'"[^"]*"', '""', cell.source)
            )


def test_every_card_has_its_six_parts(notebook) -> None:
    """Vraag and Nodig before the numbers, Wat je ziet in them, the other three after."""
    cells = notebook.cells
    cards = [i for i, cell in enumerate(cells) if re.search(r"report\.(show|play)\(", cell.source)]
    assert len(cards) >= 3
    for i in cards:
        before, after = cells[i - 1].source, cells[i + 1]
        assert before.startswith("### ") and "?" in before.splitlines()[0] and "**Nodig:**" in before
        output = cells[i].outputs[0]["data"]
        head = "Nog niet te beantwoorden" if output[RELEASE]["status"] == "missing" else "Wat je ziet"
        assert f"<h4>{head}</h4>" in output["text/html"]
        assert after.metadata["tags"] == ["uitleg"]
        heads = [line for line in after.source.splitlines() if line.startswith("#")]
        assert heads == ["#### Zo lees je het", "#### Wat het niet zegt", "#### Om over te praten"]


def headings(notebook: nbformat.NotebookNode) -> list[tuple[int, str]]:
    """Level and words of every heading in the prose."""
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return [(len(marks), words) for marks, words in re.findall(r"^(#+) +(.+)$", prose, flags=re.MULTILINE)]


def test_a_chapter_has_one_title_then_sections_then_questions(notebook) -> None:
    levels = [level for level, _ in headings(notebook)]
    assert levels[:3] == [1, 2, 3] and levels.count(1) == 1 and max(levels) == 4
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


def test_every_section_begins_with_a_sentence_of_its_own(notebook) -> None:
    sections = [cell.source for cell in notebook.cells if cell.source.startswith("## ")]
    assert sections
    for source in sections:
        heading, _, rest = source.partition("\n")
        assert len(rest.split()) >= 5, heading


def test_the_last_cell_is_the_glossary_with_every_word_of_the_prose(notebook) -> None:
    last = notebook.cells[-1]
    assert last.source == "report.woordenlijst()"
    shown = last.outputs[0]["data"]["text/html"]
    used = {word for _, _, word in gebruikt(prose_of(notebook))}
    assert used and all(f'id="{anker(word)}"' in shown for word in used)


def test_who_shows_a_number_in_context_says_what_each_number_is_for(notebook) -> None:
    cards = [out["data"][RELEASE] for out in outputs(notebook) if RELEASE in out.get("data", {})]
    shows = any(EXPECTED in row["name"] for card in cards for row in card["rows"])
    explained = [cell for cell in notebook.cells if UITLEG in cell.source]
    assert bool(explained) == shows


#: What only who studied statistics can read: it may stand in the source line and in what is closed.
JARGON = (
    r"regressie|logit|spline|covaria|multilevel|intercept|p-waarde|co[eë]ffici|residu|bootstrap|varian[tc]|"
    r"schatter|estimator|marginaal|likelihood|vrijheidsgra|standaardfout|odds|empiric?i?s?c?h? bayes|"
    r"hypothese|steekproef|decompositie|shrinkage|benchmark|populatie|betrouwbaarheidsinterval|percentiel"
)


def test_no_jargon_stands_in_the_prose(notebook) -> None:
    assert not re.findall(rf"\w*(?:{JARGON})\w*", prose_of(notebook), flags=re.IGNORECASE)


def prose_of(notebook: nbformat.NotebookNode) -> str:
    """What a reader reads without opening anything: prose, and of each card all but its source."""
    markdown = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    cards = [out["data"]["text/html"] for out in outputs(notebook) if RELEASE in out.get("data", {})]
    closed = r'<details>.*?</details>|<p class="bron">.*?</p>|<[^>]*>'
    return "\n".join([*markdown, *(re.sub(closed, " ", card, flags=re.DOTALL) for card in cards)])


def test_at_least_two_questions_are_answered_with_pupils_and_one_with_duo_alone(notebook) -> None:
    shown = [out["data"][RELEASE] for out in outputs(notebook) if RELEASE in out.get("data", {})]
    html = [out["data"]["text/html"] for out in outputs(notebook) if RELEASE in out.get("data", {})]
    answered = [text for card, text in zip(shown, html, strict=True) if card["status"] == "released"]
    sources = [re.search(r"Bron: ([^(]*) \(", text)[1].split(", ") for text in answered]
    pupils = {"leerlingen", "loopbaan", "toetsen", "deelname", "enquete"}
    assert sum(bool(set(names) & pupils) for names in sources) >= 2
    assert sum(not set(names) & pupils for names in sources) >= 1


def test_a_link_in_the_prose_goes_to_a_question_of_the_chapter(notebook) -> None:
    """Every chapter that opens with "Heb je tien minuten?" names questions that are there."""
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    asked = {words.replace(" ", "-") for level, words in headings(notebook) if level == 3}
    linked = re.findall(r"\]\(#([^)]*)\)", prose)
    assert set(linked) <= asked and (len(linked) >= 3) == ("Heb je tien minuten?" in prose)


def test_a_section_of_another_chapter_that_is_named_is_there(notebook, root: Path) -> None:
    """``Hoofdstuk 3, ‘Elk jaar opnieuw: de monitor’`` names a section, which may have been renamed."""
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    for number, section in re.findall(r"[Hh]oofdstuk (\d), ‘([^’]+)’", prose):
        (name,) = [name for name in NAMES if name.startswith(f"0{number}_")]
        other = nbformat.read(root / "notebooks" / f"{name}.ipynb", as_version=4)
        assert (2, section) in headings(other), (number, section)


FORBIDDEN = r"signific|veroorza(?!akt)|bewijs|ranglijst|beste school|slechtste"


def test_no_word_claims_more_than_the_numbers(notebook) -> None:
    text = " ".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    text += " ".join(out["data"]["text/html"] for out in outputs(notebook))
    text = re.sub(r"base64,[^\"]*", "", text)
    assert not re.findall(FORBIDDEN, text, flags=re.IGNORECASE)


def test_sentences_are_short(notebook) -> None:
    """B1: on average at most 14 words a sentence in the prose, and none of more than 32."""
    prose = " ".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    prose = re.sub(r"[#*]|^- ", "", prose, flags=re.MULTILINE)
    lengths = [len(part.split()) for part in re.split(r"[.?!:\n]+\s*", prose) if part.strip()]
    assert sum(lengths) / len(lengths) <= 14 and max(lengths) <= 32


def test_no_pupil_code_and_no_path_is_in_a_notebook(notebook, voorbeeld: Path) -> None:
    from kansen_lib.store import Store

    text = json.dumps(notebook)
    pupils = Store(voorbeeld).read("leerlingen", ["leerling"], where={"vestiging": "ZZ0100"})["leerling"]
    assert not [code for code in pupils if code in text]
    assert not re.search(r"/(home|root|work|tmp|Users)/", text)


#: Cards of published numbers alone.
PUBLISHED = {"toets_by_income_nationally", "direction_nationally", "evidence_shelf"}


def test_every_figure_is_marked_as_simulated(notebook) -> None:
    """But for those of figures that others published: they are about the country."""
    cards = [out["data"] for out in outputs(notebook) if RELEASE in out.get("data", {})]
    figures = {card[RELEASE]["card"]: card["text/html"] for card in cards if "<figure>" in card["text/html"]}
    marked = {name for name, html in figures.items() if "(gesimuleerd)</figcaption>" in html}
    assert marked and set(figures) - marked <= PUBLISHED
