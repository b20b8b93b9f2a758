"""Is a plan complete, and does it fit the register and the data? All that is wrong, in one go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kansen_lib import codes
from kansen_lib.plannen.inhoud import value
from kansen_lib.plannen.velden import (
    BY_PATH,
    DECISION_FIELDS,
    DECISIONS,
    FIELDS,
    Field,
    is_schooljaar,
)
from kansen_lib.store import Store, did_you_mean

#: An outcome that is no test.
LEVEL = "niveau leerjaar 3"
_DOMAINS = ("taal", "rekenen", "totaal")
_MOMENTS = ("groep 8", "leerjaar 1", "leerjaar 2", "leerjaar 3")
#: Designs in which schools, not pupils, have the approach or not: the uncertainty is between schools.
OF_SCHOOLS = ("loting van scholen", "gespreide start", "een school")


def faults(content: Mapping[str, Any], store: Store) -> list[str]:
    """What is wrong with a plan, a line a fault: what, where, what is expected and what to do."""
    wrong = [*_shape(content), *_unknown(content), *_decisions(content)]
    broken = {line.split(":")[0] for line in wrong}
    found = [*_register(content, store), *_outcomes(content, store), *_sample(content, store)]
    found += [*_design(content), *_dates(content)]
    return [*wrong, *(line for line in found if line.split(":")[0] not in broken)]


def _shape(content: Mapping[str, Any]) -> Iterator[str]:
    for field in FIELDS:
        yield from _fault(field, value(content, field.path))


def _fault(field: Field, found: Any, where: str = "") -> Iterator[str]:
    if not field.kind.fits(found):
        is_what = "is missing" if found is None else f"is {_told(found)}"
        yield f"{where or field.where}: {is_what}; it must be {field.kind.expected}"


def _told(found: Any) -> str:
    text = repr(found) if isinstance(found, str) else str(found)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _unknown(content: Mapping[str, Any]) -> Iterator[str]:
    """Sections and keys that no plan has: a misspelt one would be left out without a word."""
    sections = {path.partition(".")[0] for path in BY_PATH if "." in path}
    for key, item in content.items():
        if key in sections and isinstance(item, Mapping):
            known = [path.partition(".")[2] for path in BY_PATH if path.startswith(f"{key}.")]
            yield from (_not_known(f"[{key}] {name}", name, known) for name in item if name not in known)
        elif key not in BY_PATH and key not in (DECISIONS, *sections):
            yield _not_known(key, key, [*sections, *BY_PATH, DECISIONS])


def _not_known(where: str, name: str, known: Sequence[str]) -> str:
    return f"{where}: no plan has this; take it out.{did_you_mean(name, known)}"


def _decisions(content: Mapping[str, Any]) -> Iterator[str]:
    log = content.get(DECISIONS, [])
    if not isinstance(log, list):
        yield f"{DECISIONS}: write each decision under [[{DECISIONS}]]"
        return
    for place, entry in enumerate(log, start=1):
        for field in DECISION_FIELDS:
            found = entry.get(field.path) if isinstance(entry, Mapping) else None
            yield from _fault(field, found, f"[[{DECISIONS}]] {place} {field.path}")


# --- against the register and the data ----------------------------------------------------------------


def _register(content: Mapping[str, Any], store: Store) -> Iterator[str]:
    rows = store.read("interventies", ["interventie", "vestiging", "toewijzing"])
    name, known = value(content, "interventie"), list(rows["interventie"].unique())
    if name not in known:
        yield (
            f"interventie: {_told(name)} is not in the table 'interventies' of the store; add a row for each "
            f"school that takes part or is compared with.{did_you_mean(str(name), known)}"
        )
        return
    own = rows[rows["interventie"] == name]
    rule, planned = own["toewijzing"].iloc[0], value(content, "ontwerp.toewijzing")
    if planned != rule:
        yield f"[ontwerp] toewijzing: is {_told(planned)}; the register of the store says {rule!r}"
    inside = {*own["vestiging"], *_strangers(content, store)}
    outside = [code for code in _texts(content, "steekproef.scholen") if code not in inside]
    if outside:
        yield (
            f"[steekproef] scholen: {', '.join(outside)} not in the register of '{name}'; take out, or add "
            "a row to the table 'interventies'"
        )


def _outcomes(content: Mapping[str, Any], store: Store) -> Iterator[str]:
    main, others = value(content, "uitkomst.hoofd"), _texts(content, "uitkomst.verder")
    known = [LEVEL, *(f"{domain} {moment}" for moment in _MOMENTS for domain in _DOMAINS)]
    if any(word not in known for word in (main, *others)):  # an experiment has moments of its own
        tests = store.read("toetsen", ["domein", "moment"]).drop_duplicates()
        known += list(tests["domein"] + " " + tests["moment"])
    for where, word in (("hoofd", main), *(("verder", other) for other in others)):
        if word not in known:
            hint = did_you_mean(str(word), known)
            yield f"[uitkomst] {where}: {_told(word)} is no domain and moment of a test.{hint}"
    if main in others:
        yield f"[uitkomst] verder: '{main}' is the main outcome already; take it out here"


def _sample(content: Mapping[str, Any], store: Store) -> Iterator[str]:
    unknown = _strangers(content, store)
    if unknown:
        hints = " ".join(did_you_mean(code, store.vestigingen.index).strip() for code in unknown)
        yield f"[steekproef] scholen: {', '.join(unknown)} not in the store. {hints}".rstrip()


def _strangers(content: Mapping[str, Any], store: Store) -> list[str]:
    """Planned schools that the store does not have."""
    return [code for code in _texts(content, "steekproef.scholen") if code not in store.vestigingen.index]


def _design(content: Mapping[str, Any]) -> Iterator[str]:
    rule, design = value(content, "ontwerp.toewijzing"), value(content, "ontwerp.ontwerp")
    if rule in codes.TOEWIJZING and design != codes.ontwerp(rule):
        yield (
            f"[ontwerp] ontwerp: is {_told(design)}; the rule '{rule}' carries '{codes.ontwerp(rule)}'. "
            "Another design can be chosen when the report is made, and the report then says so"
        )
    cluster = value(content, "analyse.cluster")
    if design in OF_SCHOOLS and cluster != "vestiging":
        yield f"[analyse] cluster: is {_told(cluster)}; design '{design}' compares schools: take 'vestiging'"


def _dates(content: Mapping[str, Any]) -> Iterator[str]:
    planned, prior = value(content, "datum"), value(content, "verwachting.jaar")
    if BY_PATH["datum"].kind.fits(planned) and prior is not None and str(prior) > str(planned):
        yield f"[verwachting] jaar: {prior} is later than the plan, {planned}; take what was known by then"
    years = [year for year in _texts(content, "steekproef.cohorten") if is_schooljaar(year)]
    if years != sorted(years):
        yield "[steekproef] cohorten: write them from early to late"


def _texts(content: Mapping[str, Any], path: str) -> list[str]:
    found = value(content, path)
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
