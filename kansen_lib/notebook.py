"""What a notebook calls: open the report of one school, show a result.

>>> from kansen_lib.notebook import open_report           # doctest: +SKIP
>>> report = open_report("data/store/voorbeeld", "ZZ0100")  # doctest: +SKIP
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from kansen_lib import benchmark as network
from kansen_lib import disclosure, plannen
from kansen_lib.chapters.about import ABOUT
from kansen_lib.present import sliders as slides
from kansen_lib.present.card import Card, Indicator
from kansen_lib.present.woorden import Woordenlijst
from kansen_lib.stats.result import Result
from kansen_lib.store import School, Store

_TIER = {
    "openbaar": "Alleen open gegevens van DUO en CBS: aantallen per vestiging, geen gegevens van leerlingen.",
    "school": "De eigen leerlingadministratie van de school, zonder opleiding of inkomen van ouders.",
    "onderzoek": "Gekoppelde onderzoeksgegevens van leerlingen, met achtergrond van de ouders.",
    "experiment": "Een gepubliceerd experiment van elders: deze scholen en leerlingen zijn niet Nederlands.",
    "voorbeeld": "Gesimuleerd: deze school, deze regio en alle leerlingen zijn verzonnen.",
}


class Report:
    """The report of one school: its data, its reference values and the gate that all results pass.

    Attributes:
        school: the school's slice of the store.
        benchmark: what was computed once over all schools.
        profile: the disclosure profile in force.
    """

    def __init__(self, school: School, benchmark: network.Benchmark, profile: str) -> None:
        self.school = school
        self.benchmark = benchmark
        self.profile = disclosure.profile(profile).name

    def show(
        self,
        result: Result,
        title: str,
        phrase: str,
        *,
        figure: str = "dots",
        breaks: Sequence[str] = (),
    ) -> Card:
        """Release ``result`` and show it as a card.

        Args:
            result: what a function of ``chapters`` gave.
            title: what the figure shows, in Dutch.
            phrase: the words before the list of levels, in Dutch.
            figure: kind of figure, one of :data:`kansen_lib.present.figures.KINDS`.
            breaks: school years in which other rules began: no line is drawn into them.
        """
        released = disclosure.release(result, self.profile)
        store = self.school.store
        about = ABOUT.get(result.name)
        indicator = Indicator(**asdict(about)) if about else None
        published = released.sources == (disclosure.PUBLISHED,)  # real, also beside made up pupils
        tier, simulated = ("openbaar", False) if published else (store.tier, store.simulated)
        return Card(released, title, phrase, figure, tier, simulated, tuple(breaks), indicator)

    def play(
        self,
        function: Callable[..., Result],
        *,
        title: str,
        phrase: str,
        figure: str,
        **sliders: Sequence[Any],
    ) -> Card | None:
        """Show what ``function`` gives, with a slider for each of its values where somebody looks on.

        In JupyterLab the card is drawn again at every setting, through the gate each time. Everywhere else (a
        report, a test, a run) it is the card at the first setting: the function's own default, or the first
        value of a slider. Only for sums over a region of the kind "what if": a slider may not choose pupils.

        Args:
            function: gives a result, called with a value of each slider by name.
            title, phrase, figure: as of :meth:`show`.
            sliders: of each argument the few values it may take, in order; its name is the label.

        Returns:
            The card; None where it stands under its sliders already.

        Raises:
            ValueError: too many sliders or values, or a default that is not among them.
        """

        def card(setting: dict[str, Any]) -> Card:
            made = self.show(function(**setting), title, phrase, figure=figure)
            return replace(made, setting=slides.told(setting))

        first = slides.start(function, sliders)
        opening = card(first)
        if opening.released.missing or not slides.is_live():
            return opening
        return slides.show(card, sliders, first, opening)

    def woordenlijst(self) -> Woordenlijst:
        """The glossary, as the last cell of a notebook."""
        return Woordenlijst()

    def _years(self) -> str:
        """The school years that the data of this school cover, per kind."""
        parts = []
        for label, table, column in (
            ("leerlingen per 1 oktober", "aantallen", "schooljaar"),
            ("examens", "examens", "schooljaar"),
            ("cohorten van leerlingen", "leerlingen", "cohort"),
        ):
            years = sorted(self.school.table(table)[column].dropna().unique())
            if years:
                span = years[0] if len(years) == 1 else f"{years[0]} tot en met {years[-1]}"
                parts.append(f"{label}: {span}")
        if self.school.cohorts:
            parts.append(
                f"gekozen: alleen cohort {', '.join(self.school.cohorts)} (alle scholen samen: alle cohorten)"
            )
        return "; ".join(parts) or "geen"

    def _facts(self) -> dict[str, str]:
        store, school = self.school.store, self.school
        known = school.record["gemeente"]
        gemeente = known if isinstance(known, str) else "gemeente onbekend"
        experiment = f" Het is {store.experiment}." if store.experiment else ""
        return {
            "School": f"{school.naam} ({school.vestiging}), {gemeente}",
            "Gegevens": f"{store.tier}. {_TIER[store.tier]}{experiment}",
            "Jaren": self._years(),
            "Afscherming": f"profiel {self.profile}: geen getal over minder dan "
            f"{disclosure.profile(self.profile).minimum} leerlingen; bij open gegevens: minder dan "
            f"{disclosure.profile('duo').minimum}",
            **({"Plan": "; ".join(plans)} if (plans := _plans(store)) else {}),
        }

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<div><dt>{name}</dt><dd>{html.escape(value)}</dd></div>"
            for name, value in self._facts().items()
        )
        return f'<section class="rapport" aria-label="Over dit rapport"><dl>{rows}</dl></section>'

    def __repr__(self) -> str:
        return "\n".join(f"{name}: {value}" for name, value in self._facts().items())


def _plans(store: Store) -> list[str]:
    """Each locked plan of the store with its hash and version, and whether it was changed afterwards."""
    return [f"{plan.interventie}: {plan.in_words}" for plan in plannen.plans(store).values()]


def open_report(
    store: str | Path,
    school: str,
    *,
    cohorts: Sequence[str] | str | None = None,
    profile: str = disclosure.DEFAULT,
) -> Report:
    """Open the report of one school.

    Args:
        store: folder of the store.
        school: code of the vestiging, e.g. ``"00RZ00"``.
        cohorts: school years of entry to keep, as a list or as text with commas; all when None.
        profile: disclosure profile.

    Raises:
        StoreError: no store there, or no such school or cohort in it.
        DisclosureError: no such profile.
    """
    opened = Store(Path(store))
    return Report(opened.school(school, cohorts), network.load(opened), profile)
