"""Every analysis declares the columns it needs; without them it gives a result that says so."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Concatenate, ParamSpec

from kansen_lib.chapters.dutch import in_dutch
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.store import School

P = ParamSpec("P")
Analysis = Callable[Concatenate[School, P], Result]

#: What stands for an analysis that found nobody to tell about.
NOTHING = Estimate.not_computable("deze vraag", "de gegevens zijn er, maar niet van wie het hier gaat")


def needs(**tables: tuple[str, ...]) -> Callable[[Analysis[P]], Analysis[P]]:
    """Declare the columns (per table) without which an analysis cannot be done.

    The decorated function gets the school as first argument. When a needed column has no value for
    that school, the result names it under ``missing`` and the function is not called. A result without
    any number gets a reason in its place. The result is named after the function, its sources are the
    declared tables (or the ones it names itself), and its words are Dutch.
    """

    return _checked(tables, lambda school: school.missing(tables))


def needs_of_all(**tables: tuple[str, ...]) -> Callable[[Analysis[P]], Analysis[P]]:
    """As :func:`needs`, for what was found over all schools: missing only where no school has the table.

    A school that takes no part in an intervention still reads what the others found.
    """

    def missing(school: School) -> tuple[str, ...]:
        absent = [table for table in tables if not school.store.tables.get(table)]
        return tuple(f"{table}.{column}" for table in absent for column in tables[table])

    return _checked(tables, missing)


def _checked(
    tables: dict[str, tuple[str, ...]], lacks: Callable[[School], tuple[str, ...]]
) -> Callable[[Analysis[P]], Analysis[P]]:
    def decorate(function: Analysis[P]) -> Analysis[P]:
        @functools.wraps(function)
        def analysis(school: School, *args: P.args, **kwargs: P.kwargs) -> Result:
            missing = lacks(school)
            found = Result("", missing=missing) if missing else function(school, *args, **kwargs)
            if not found.missing and not found.estimates:
                found = replace(found, estimates=(NOTHING,))
            named = replace(found, name=function.__name__, sources=found.sources or tuple(tables))
            return in_dutch(named)

        return analysis

    return decorate
