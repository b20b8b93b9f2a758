"""The links inside a report: a table of contents, and from a difficult word to its explanation."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import unquote

from kansen_lib.present import woorden

#: Where the template wants the table of contents.
PLACE = "<!-- inhoudsopgave -->"
#: A link in the prose to another place of the page.
_WITHIN = re.compile(r'<a href="#([^"]*)">(.*?)</a>', flags=re.DOTALL)
_VOID = {"br", "hr", "img", "input", "wbr"}
#: Prose that a word may be linked in, and what inside it is no prose.
_PROSE = {"tekst", "zie", "geteld"}
_NO_PROSE = {"h1", "h2", "h3", "h4", "h5", "h6", "a", "code", "pre", "table", "summary", "dt", "figure"}


@dataclass
class _Heading:
    """A heading of a section (2) or a question (3)."""

    level: int
    anchor: str
    words: str = ""


class _Weaver(HTMLParser):
    """Writes HTML again as it was, with ids on its headings and links on the words of the glossary.

    A word is linked once under every heading of a section or a question: a reader may begin anywhere.
    """

    def __init__(self, links_words: bool) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self.headings: list[_Heading] = []
        self._links_words = links_words
        self._linked: set[str] = set()
        self._open: list[tuple[str, set[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Copy the tag; a heading in the prose gets an id."""
        source = self.get_starttag_text() or ""
        if tag in ("h2", "h3") and self._within({"tekst"}):
            kind = "deel" if tag == "h2" else "vraag"
            number = 1 + sum(heading.level == int(tag[1]) for heading in self.headings)
            self.headings.append(_Heading(int(tag[1]), f"{kind}-{number}"))
            self._linked.clear()
            source = f'<{tag} id="{kind}-{number}">'
        self.out.append(source)
        if tag not in _VOID:
            self._open.append((tag, set((dict(attrs).get("class") or "").split())))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Copy a tag that closes itself."""
        self.out.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        """Copy the end of a tag."""
        self.out.append(f"</{tag}>")
        if any(name == tag for name, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Copy text, with links in prose."""
        self._in_heading(data)
        names = {name for name, _ in self._open}
        is_prose = self._links_words and self._within(_PROSE) and not names & _NO_PROSE
        self.out.append(self._with_links(data) if is_prose else data)

    def handle_entityref(self, name: str) -> None:
        """Copy a named character."""
        self._in_heading(html.unescape(f"&{name};"))
        self.out.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Copy a numbered character."""
        self._in_heading(html.unescape(f"&#{name};"))
        self.out.append(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        """Copy a comment."""
        self.out.append(f"<!--{data}-->")

    def _within(self, classes: set[str]) -> bool:
        return any(classes & own for _, own in self._open)

    def _in_heading(self, words: str) -> None:
        if self.headings and any(name in ("h2", "h3") for name, _ in self._open) and self._within({"tekst"}):
            self.headings[-1].words += words

    def _with_links(self, data: str) -> str:
        parts, done = [], 0
        for begin, end, word in woorden.gebruikt(data):
            if word not in self._linked:
                self._linked.add(word)
                meaning = html.escape(woorden.WOORDEN[word])
                link = (
                    f'<a class="woord" href="#{woorden.anker(word)}" title="{meaning}">{data[begin:end]}</a>'
                )
                parts += [data[done:begin], link]
                done = end
        return "".join([*parts, data[done:]])


def weave(page: str) -> str:
    """The page with a table of contents, and with links to the glossary where the page has one."""
    head, main, rest = page.partition("<main")
    weaver = _Weaver(links_words='class="woordenlijst"' in rest)
    weaver.feed(main + rest)
    weaver.close()
    return head.replace(PLACE, _contents(weaver.headings)) + _landed("".join(weaver.out), weaver.headings)


def _landed(body: str, headings: list[_Heading]) -> str:
    """The body with links to a heading by its words, as JupyterLab has them, landing on that heading.

    A question that the data cannot answer has no heading of its own: its link is left as words.
    """
    anchors = {heading.words.replace(" ", "-"): heading.anchor for heading in headings}
    known = set(re.findall(r' id="([^"]*)"', body))

    def land(link: re.Match[str]) -> str:
        aim = html.unescape(unquote(link[1]))
        if aim in known:
            return link[0]
        return f'<a href="#{anchors[aim]}">{link[2]}</a>' if aim in anchors else link[2]

    return _WITHIN.sub(land, body)


def _contents(headings: list[_Heading]) -> str:
    """Sections, each with its questions folded under it; nothing for a page without headings."""
    if not headings:
        return ""
    sections: list[tuple[str, list[str]]] = []
    for heading in headings:
        link = f'<a href="#{heading.anchor}">{html.escape(heading.words)}</a>'
        if heading.level == 2 or not sections:
            sections.append((link, []))
        else:
            sections[-1][1].append(f"<li>{link}</li>")
    items = "".join(f"<li>{_section(link, questions)}</li>" for link, questions in sections)
    return (
        '<nav class="inhoudsopgave" aria-label="Inhoud van dit rapport"><details><summary>Inhoud</summary>'
        f"<ol>{items}</ol></details></nav>"
    )


def _section(link: str, questions: list[str]) -> str:
    """A section in the contents; a chapter may hold seventy questions, so they are folded."""
    if not questions:
        return link
    number = f"{len(questions)} {'vraag' if len(questions) == 1 else 'vragen'}"
    return f"{link}<details><summary>{number}</summary><ol>{''.join(questions)}</ol></details>"
