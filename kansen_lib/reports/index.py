"""The index of a run: which reports there are, by gemeente and name. It compares nothing."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from kansen_lib.reports.html import TEMPLATE, Page, title
from kansen_lib.running.job import Outcome


def render(outcomes: Iterable[Outcome], tier: str, simulated: bool) -> str:
    """The HTML of ``index.html``; a report that failed is named without a link.

    Args:
        outcomes: how each report of the run went.
        tier: data tier of the store.
        simulated: whether the data are made up.
    """
    from jinja2 import Environment, FileSystemLoader

    outcomes = sorted(outcomes, key=_place)
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    heading = "Rapporten over gelijke kansen"
    places = [
        (gemeente, [_school(list(of_school)) for _, of_school in groupby(of_place, key=_school_key)])
        for gemeente, of_place in groupby(outcomes, key=lambda outcome: outcome.job.gemeente)
    ]
    return environment.get_template("overview.html.j2").render(
        page=Page(heading, heading, tier, simulated),
        places=places,
        schools=sum(len(items) for _, items in places),
        failed=sum(not outcome.succeeded for outcome in outcomes),
    )


def _place(outcome: Outcome) -> tuple[str, str, str, str]:
    job = outcome.job
    return (job.gemeente, job.naam, job.vestiging, job.notebook.stem)


def _school_key(outcome: Outcome) -> str:
    return outcome.job.vestiging


def _school(outcomes: list[Outcome]) -> dict[str, Any]:
    job = outcomes[0].job
    reports = [
        {
            "title": title(outcome.job.notebook.stem),
            "link": f"{outcome.job.name}.html" if outcome.succeeded else "",
        }
        for outcome in outcomes
    ]
    return {"naam": job.naam, "vestiging": job.vestiging, "reports": reports}
