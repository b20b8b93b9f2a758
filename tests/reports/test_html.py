"""The page of a report: what a reader sees, what not, and that it asks nothing of another host."""

from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from kansen_lib.present.card import RELEASE_TYPE
from kansen_lib.reports import html
from kansen_lib.running.plan import Job

JOB = Job("ZZ0200", "Het <Bedachte> Veld", "Aanneemdorp", Path("03_selectie-analyse.ipynb"), Path(), {})


def _card(status: str, body: str) -> nbformat.NotebookNode:
    data = {
        "text/html": body,
        "text/plain": "platte tekst",
        RELEASE_TYPE: {"card": "k", "status": status, "rows": []},
    }
    return new_code_cell("geheime_code()", outputs=[new_output("display_data", data)])


def _tagged(text: str, tag: str) -> nbformat.NotebookNode:
    return new_markdown_cell(text, metadata={"tags": [tag]})


def _notebook() -> nbformat.NotebookNode:
    streams = [
        new_output("stream", name="stderr", text="waarschuwing"),
        new_output("stream", name="stdout", text="afdruk"),
        new_output("execute_result", {"text/plain": "<Axes>"}),
        new_output("display_data", {"image/png": "iVBORw0KGgo=", "text/plain": "<Figure>"}),
        new_output("display_data", {"text/markdown": "een **vette** zin"}),
    ]
    return new_notebook(
        cells=[
            new_markdown_cell("# De selectie\n\nDe inleiding."),
            new_code_cell("store = 1", metadata={"tags": ["parameters"]}),
            new_code_cell("school = 2", metadata={"tags": ["injected-parameters"]}),
            new_code_cell(
                "import x",
                metadata={"tags": ["werkbank"]},
                outputs=[new_output("display_data", {"text/html": "gereedschap"})],
            ),
            new_markdown_cell("## Deel een"),
            new_markdown_cell("### Vraag een?"),
            _card("released", "<p>antwoord een</p>"),
            _tagged("uitleg bij een", "uitleg"),
            _tagged("nog meer bij een", "uitleg"),
            new_markdown_cell("### Vraag twee?\n\nEen toelichting.\n\n**Nodig:** een toets & een advies."),
            _card("missing", "<section class='kaart grijs'>ontbreekt</section>"),
            _tagged("uitleg bij twee", "uitleg"),
            new_markdown_cell("### Vraag drie?"),
            _card("withheld", "<p>te weinig</p>"),
            _tagged("uitleg bij drie", "uitleg"),
            new_code_cell("x", outputs=streams),
        ]
    )


class _Page(HTMLParser):
    """Tags and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def of(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


@pytest.fixture(scope="module")
def text() -> str:
    return html.render(_notebook(), JOB, "voorbeeld", True)


@pytest.mark.parametrize(
    "shown",
    [
        "De inleiding.",
        "antwoord een",
        "uitleg bij een",
        "nog meer bij een",
        "<strong>Vraag twee?</strong>",
        "Nodig: een toets &amp; een advies.",
        "te weinig",
        "uitleg bij drie",
    ],
)
def test_a_reader_sees(text: str, shown: str) -> None:
    assert text.count(shown) == 1


@pytest.mark.parametrize(
    "hidden",
    [
        "ontbreekt",
        "Een toelichting.",
        "uitleg bij twee",
        "geheime_code",
        "store = 1",
        "school = 2",
        "gereedschap",
        "import x",
        "waarschuwing",
        "afdruk",
    ]
    + ["platte tekst", "Axes", "iVBOR", "Figure", "In [", "Out[", "No description has been provided"],
)
def test_a_reader_does_not_see(text: str, hidden: str) -> None:
    assert hidden not in text


def test_markdown_output_is_rendered(text: str) -> None:
    assert "een <strong>vette</strong> zin" in text


def test_the_page_has_one_heading_a_title_and_landmarks(text: str) -> None:
    page = _Page(text)
    assert [tag for tag, _ in page.tags if tag in ("h1", "header", "main", "footer", "nav")] == [
        "header",
        "nav",
        "h1",
        "nav",
        "main",
        "footer",
    ]
    assert "<h1>De selectie</h1>" in text
    assert "<title>De selectie – Het &lt;Bedachte&gt; Veld (ZZ0200)</title>" in text
    assert page.of("html") == [{"lang": "nl"}]
    assert page.of("a")[0] == {"class": "overslaan", "href": "#inhoud"}
    assert page.of("main")[0]["id"] == "inhoud"
    assert "Gesimuleerd." in text


def test_the_page_asks_nothing_of_another_host(text: str) -> None:
    page = _Page(text)
    assert not page.of("script", "link", "iframe", "object", "embed")
    targets = [attributes["href"] for attributes in page.of("a")]
    assert targets[:2] == ["#inhoud", "../index.html"]
    assert all(target.startswith("#") for target in targets[2:])
    assert not [attributes for _, attributes in page.tags if "src" in attributes or "srcset" in attributes]
    assert "http" not in text
    assert "url(" not in text
    assert "@import" not in text


def test_a_notebook_without_a_heading_gets_its_name() -> None:
    notebook = new_notebook(cells=[new_markdown_cell("Alleen tekst.")])
    text = html.render(notebook, JOB, "openbaar", False)
    assert "<h1>3. Selectie-analyse</h1>" in text
    assert "gesimuleerd" not in text.partition("<body>")[2].casefold()


def test_rendering_does_not_change_the_notebook() -> None:
    notebook = _notebook()
    before = nbformat.writes(notebook)
    html.render(notebook, JOB, "voorbeeld", True)
    assert nbformat.writes(notebook) == before


@pytest.mark.parametrize(
    ("stem", "title"), [("01_definities", "1. Definities"), ("06_aan-de-slag", "6. Aan de slag")]
)
def test_a_title_is_readable(stem: str, title: str) -> None:
    assert html.title(stem) == title


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("ground", ["#ffffff", "#f4f6f8", "#eceff2", "#fdf3e7"])
@pytest.mark.parametrize("name", ["tekst", "zacht", "kleur", "let-op"])
def test_text_has_contrast_of_wcag_aa(name: str, ground: str) -> None:
    css = (html.TEMPLATE / "kansen.css").read_text()
    colour = css.split(f"--{name}: ")[1][:7]
    light, dark = _luminance(ground), _luminance(colour)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_questions_that_cannot_be_answered_stand_in_one_list_at_the_end_of_their_section() -> None:
    asked = [
        part
        for name in ("vier", "vijf")
        for part in (
            new_markdown_cell(f"### Vraag {name}?\n\n**Nodig:** gegevens van {name}."),
            _card("missing", "<section class='kaart grijs'>ontbreekt</section>"),
            _tagged(f"uitleg bij {name}", "uitleg"),
        )
    ]
    notebook = _notebook()
    notebook.cells += [
        new_markdown_cell("## Deel twee"),
        *asked,
        new_markdown_cell("## Deel drie\n\nHet slot."),
    ]
    text = html.render(notebook, JOB, "voorbeeld", True)
    assert text.count("Nog niet te beantwoorden") == 2
    order = [
        "Vraag drie?",
        "Vraag twee?",
        "Deel twee",
        "Vraag vier?",
        "Vraag vijf?",
        "Deel drie",
        "Het slot.",
    ]
    body = text[text.index("De inleiding.") :]
    places = [body.index(words) for words in order]
    assert places == sorted(places)
