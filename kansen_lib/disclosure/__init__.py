"""The one gate: every number passes here before anyone sees it.

:func:`release` takes a result of ``stats`` and gives back a :class:`Released`: the only kind of
result that ``present`` accepts. A number that rests on too few persons, or that lets a small group
be counted, is withheld with a reason in its place. When groups of a table are withheld, the smallest
other groups go with them until what is hidden together is no small group, because a total would give
it back; and with a level go the differences that would give it back beside the other level. The cells of a
cross table are protected both ways, see :mod:`kansen_lib.disclosure.crossed`.

The profiles follow three regimes in use (INVENTORY B-12, B-13): CBS (cells of at least ten), the
NCO school reports (groups of five and fewer hidden, shares between 5 and 95 percent) and the open
files of DUO (counts below five hidden).
"""

from __future__ import annotations

import difflib
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

from kansen_lib.disclosure import crossed


@dataclass(frozen=True)
class Profile:
    """A disclosure regime.

    Attributes:
        name: how it is asked for.
        minimum: fewest persons that a number may rest on, or that a share may single out.
        clip: shares below the first are shown as the first, above the second as the second;
            where shares are clipped, small numerators need not be withheld.
    """

    name: str
    minimum: int
    clip: tuple[float, float] | None = None

    @property
    def base(self) -> int:
        """Numbers of persons leave the gate as multiples of this."""
        return 10 if self.minimum >= 10 else 5


PROFILES = {
    profile.name: profile
    for profile in (Profile("cbs", 10), Profile("nco", 6, (0.05, 0.95)), Profile("duo", 5))
}
DEFAULT = "cbs"

#: Tables that anybody can fetch; their publisher has masked them already, and masks below five.
OPEN_TABLES = frozenset(
    {
        "vestigingen",
        "aantallen",
        "examens",
        "cijfers",
        "adviezen_po",
        "herkomst_postcode",
        "kenmerken",
        "overgangen",
    }
)
#: What a result names when it shows figures from a publication as they stand there: nobody's own data.
PUBLISHED = "gepubliceerd"


#: Between the two groups of a difference: ``"hoog minus laag"``.
MINUS = " minus "
_RECOVERABLE = "niet getoond: een kleine groep is anders uit te rekenen"


class DisclosureError(ValueError):
    """A profile that does not exist: nothing is released."""


class _Estimate(Protocol):
    name: str
    group: str
    value: float | None
    unit: str
    lower: float | None
    upper: float | None
    interval: str
    n: int | None
    smallest: int | None
    count: int | None
    method: str
    reference: float | None
    reason: str


class _Result(Protocol):
    name: str
    estimates: tuple[Any, ...]
    dropped: tuple[int, int] | None
    sources: tuple[str, ...]
    missing: tuple[str, ...]
    reference_name: str
    crossed: bool


@dataclass(frozen=True)
class Number:
    """A released number, or the reason why it is not. Holds nothing that the gate did not let through."""

    name: str
    group: str
    value: float | None
    unit: str
    lower: float | None
    upper: float | None
    interval: str
    n: int | None
    method: str
    reference: float | None
    reason: str
    clipped: str = ""


@dataclass(frozen=True)
class Released:
    """A result that passed the gate.

    Attributes:
        name: name of the analysis.
        numbers: the numbers, in reading order, withheld ones in place.
        profile: the regime that it was held to.
        dropped: how many persons fell out, as text that gives no small count away.
        sources: canonical tables that the numbers come from.
        missing: columns without which nothing could be computed.
        reference_name: whose values the references are; empty for all schools together.
        base: numbers of persons are multiples of this.
        crossed: whether names and groups are the rows and columns of cross tables.
    """

    name: str
    numbers: tuple[Number, ...]
    profile: str
    dropped: str
    sources: tuple[str, ...]
    missing: tuple[str, ...]
    reference_name: str
    base: int
    crossed: bool = False

    @property
    def status(self) -> str:
        """``"missing"`` (no data), ``"withheld"`` (no number may be shown) or ``"released"``."""
        if self.missing:
            return "missing"
        return "released" if any(number.value is not None for number in self.numbers) else "withheld"

    def rows(self) -> list[dict[str, Any]]:
        """The numbers as plain records, values rounded to six significant digits."""
        return [{key: _rounded(value) for key, value in asdict(number).items()} for number in self.numbers]


def _rounded(value: Any) -> Any:
    return float(f"{value:.6g}") if isinstance(value, float) else value


def profile(name: str) -> Profile:
    """The profile with this name.

    Raises:
        DisclosureError: there is none; nothing is released under a guessed one.
    """
    if name not in PROFILES:
        near = difflib.get_close_matches(name, PROFILES, n=1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        raise DisclosureError(f"unknown disclosure profile '{name}'; there are {', '.join(PROFILES)}.{hint}")
    return PROFILES[name]


def release(result: _Result, profile_name: str = DEFAULT) -> Released:
    """Let ``result`` through the gate under a profile.

    A result from open tables alone holds what its publisher gave to everybody: its numbers must rest
    on five persons, the publisher's own threshold, and their numerators are public already. Anything
    that touches a table of pupils, or a table the gate does not know, is held to the asked profile.
    """
    asked = profile(profile_name)
    is_open = bool(result.sources) and set(result.sources) <= OPEN_TABLES | {PUBLISHED}
    used = PROFILES["duo"] if is_open else asked
    people = _people(result.sources)
    both_ways = result.crossed and not is_open
    items = crossed.complete(result.estimates) if both_ways else result.estimates
    if both_ways:
        reasons = _both_ways(items, used, people)
    else:
        reasons = [_withheld(item, used, people, singles_out=not is_open) for item in items]
        reasons = reasons if is_open else _complementary(items, reasons, used)
    numbers = [_number(item, used, why) for item, why in zip(items, reasons, strict=True)]
    if both_ways:
        numbers = [crossed.coarse(n, item, used) for n, item in zip(numbers, items, strict=True)]
    if not is_open:
        numbers = [_coarse(number, used) for number in numbers]
    return Released(
        name=result.name,
        numbers=tuple(numbers),
        profile=used.name,
        dropped=_dropped(result.dropped, used, people),
        sources=result.sources,
        missing=result.missing,
        reference_name=result.reference_name,
        base=1 if is_open else used.base,
        crossed=result.crossed,
    )


def _people(sources: Sequence[str]) -> str:
    """Whom the numbers rest on: those who answer a questionnaire need not be pupils."""
    return "mensen" if "enquete" in sources else "leerlingen"


def _withheld(item: _Estimate, used: Profile, people: str, singles_out: bool) -> str:
    """Why the number may not be shown: it rests on, or singles out, too few persons; else nothing.

    Also of what has no value, but for nobody at all: its persons are a small group all the same.
    """
    if item.value is None and not item.n:
        return ""
    basis = item.n if item.smallest is None else item.smallest
    if basis is not None and basis < used.minimum:
        cell = " of met een van de uitkomsten" if _levels_of(item) else ""  # held to its smallest cell
        return f"te weinig {people} (minder dan {used.minimum} in een groep{cell})"
    if not singles_out or item.count is None or item.n is None or used.clip:
        return ""
    if min(item.count, item.n - item.count) < used.minimum:
        return f"te weinig {people} (minder dan {used.minimum} met een van de uitkomsten)"
    return ""


def _both_ways(items: Sequence[_Estimate], used: Profile, people: str) -> list[str]:
    """Why each cell of a cross table may not be shown: few persons, or it would give such a cell back.

    All have one reason: which of them is the small one is what may not be told.
    """
    small = {i for i, item in enumerate(items) if _is_small(item, used)}
    limited = {i for i, item in enumerate(items) if i not in small and _beyond_limits(item, used)}
    gone = crossed.hidden(items, small | limited, used.minimum, used.base) - limited
    why = f"niet getoond: te weinig {people} (minder dan {used.minimum}), hier of ernaast"
    return [why if i in gone else "" for i in range(len(items))]


def _is_small(item: _Estimate, used: Profile) -> bool:
    """Whether a cell holds, or rests on, too few persons; nobody is as few as somebody."""
    return (item.n or 0) < used.minimum or (not used.clip and (item.count or 0) < used.minimum)


def _complementary(items: Sequence[_Estimate], reasons: list[str], used: Profile) -> list[str]:
    """Withhold the smallest other levels of a family too, and the differences that they are in.

    A level without a value takes part: families of the same persons then hide the same groups, whatever
    could be computed in each. A share shown as a limit gives no difference either, which would tell it;
    and where the shares of a family add up to one, the others would.
    """
    families: dict[str, list[int]] = defaultdict(list)
    for i, item in enumerate(items):
        if item.n and not _levels_of(item):
            families[item.name].append(i)
    found = list(reasons)
    for members in families.values():
        whole = _adds_up([items[i] for i in members])
        hidden = [i for i in members if found[i] or (whole and _beyond_limits(items[i], used))]
        shown = sorted(set(members) - set(hidden), key=lambda i: (items[i].n, items[i].count or 0, i))
        while hidden and shown and _recoverable([items[i] for i in hidden], used):
            hidden.append(shown.pop(0))
            found[hidden[-1]] = _RECOVERABLE
    gone = {
        (item.name, item.group)
        for item, why in zip(items, found, strict=True)
        if why or _beyond_limits(item, used)
    }
    for i, item in enumerate(items):
        if not found[i] and _levels_of(item) & gone:
            found[i] = _RECOVERABLE
    return found


def _levels_of(item: _Estimate) -> set[tuple[str, str]]:
    """Name and group of the two levels that a difference lies between; nothing for a level.

    Levels with one name have groups ("hoog minus laag" is a group then); lines over an order of groups
    have a name each ("hoog minus laag" is a name then, and its group is a school year, say); what
    follows a comma there ("hoog minus laag, in sd") says in what.
    """
    if MINUS in item.group:
        return {(item.name, group) for group in item.group.split(MINUS)}
    names = item.name.partition(", ")[0].split(MINUS) if MINUS in item.name else []
    return {(name, item.group) for name in names}


def _adds_up(items: Sequence[_Estimate]) -> bool:
    """Whether the shares are parts of the same persons, who are all in one of them."""
    sizes = {item.n for item in items}
    return len(sizes) == 1 and sum(item.count or 0 for item in items) in sizes


def _recoverable(hidden: Sequence[_Estimate], used: Profile) -> bool:
    """Whether a total of the family would give a small group back: one level, or few persons together."""
    if len(hidden) == 1 or sum(item.n or 0 for item in hidden) < used.minimum:
        return True
    counts = [(item.count, item.n) for item in hidden if item.count is not None and item.n is not None]
    if used.clip or len(counts) < len(hidden):
        return False
    return min(sum(k for k, _ in counts), sum(n - k for k, n in counts)) < used.minimum


def _number(item: _Estimate, used: Profile, withheld: str) -> Number:
    number = Number(
        name=item.name,
        group=item.group,
        value=item.value,
        unit=item.unit,
        lower=item.lower,
        upper=item.upper,
        interval=item.interval,
        n=item.n,
        method=item.method,
        reference=item.reference,
        reason=item.reason or withheld,
    )
    if item.value is None:  # a count below the threshold tells as much as the number would
        small = withheld or (item.n is not None and item.n < used.minimum)
        told = withheld if withheld and withheld != _RECOVERABLE else item.reason
        return replace(number, n=None, reason=told) if small else number
    if not withheld and _beyond_limits(item, used):
        if abs(_own_share(item) - item.value) < _SAME:
            return _clip(number, used)
        withheld = "niet getoond, omdat het aandeel zelf te dicht bij 0% of 100% ligt"
    if withheld:
        empty = dict.fromkeys(("value", "lower", "upper", "n", "reference"))
        return replace(number, **empty, interval="", reason=withheld)
    return number


#: Shares that differ by less are one share.
_SAME = 1e-9


def _own_share(item: _Estimate) -> float:
    """The share of the persons, which is not the value of one that is pulled to a mean, or expected."""
    return item.count / item.n if item.count is not None and item.n else item.value  # type: ignore


def _beyond_limits(item: _Estimate, used: Profile) -> bool:
    """Whether the share of the persons lies where the profile shows a limit only."""
    if not used.clip or item.unit != "share" or item.value is None:
        return False
    return not used.clip[0] <= _own_share(item) <= used.clip[1]


#: Decimals by unit, as a report shows them: a share in six decimals with its interval is one count of one
#: number of persons, and two cards, or all schools less the other schools, would then give a small group.
_SCORE_DECIMALS = {"score": 1}
_DECIMALS = 2
#: Below so many persons both ends of an interval in whole percents are those of one count alone in most
#: cases: there they leave as multiples of this, the lower one down and the upper one up.
_FEW, _WIDE_STEP = 100, 0.05
#: Units in which a value is itself a number of persons, or of rows of persons.
_COUNTS = frozenset({"persons", "rows"})


def _rounded_to(n: int, base: int) -> int:
    """The nearest multiple of ``base``, halves up: two numbers that differ by a few look alike."""
    return base * ((2 * n + base) // (2 * base))


def _coarse(number: Number, used: Profile) -> Number:
    """The number as coarse as it is shown: the difference of two tables is no small group then.

    A count is as coarse as the numbers of persons: two runs around one transfer give the same one.
    """
    places = _SCORE_DECIMALS.get(number.unit, _DECIMALS)
    ends = {name: getattr(number, name) for name in ("value", "lower", "upper", "reference")}
    known = {name: x for name, x in ends.items() if x is not None}
    if number.unit in _COUNTS:
        rounded = {name: float(_rounded_to(round(x), used.base)) for name, x in known.items()}
    else:
        rounded = {name: round(x, places) for name, x in known.items()} | _wide_ends(number)
    return replace(number, n=None if number.n is None else _rounded_to(number.n, used.base), **rounded)


def _wide_ends(number: Number) -> dict[str, float]:
    """The ends of the interval of a share, or of a difference of shares, of few persons."""
    of_shares = number.unit in ("share", "percentage points")
    if not of_shares or number.n is None or number.n >= _FEW or number.lower is None or number.upper is None:
        return {}
    down, up = (number.lower / _WIDE_STEP, number.upper / _WIDE_STEP)
    ends = math.floor(round(down, 6)) * _WIDE_STEP, math.ceil(round(up, 6)) * _WIDE_STEP
    return {"lower": round(ends[0], 2), "upper": round(ends[1], 2)}


def _clip(number: Number, used: Profile) -> Number:
    """Show a share outside the profile's limits as the limit, without interval."""
    low, high = used.clip or (0.0, 1.0)
    if low <= number.value <= high:  # type: ignore[operator]
        return number
    below = number.value < low  # type: ignore[operator]
    return replace(
        number,
        value=low if below else high,
        lower=None,
        upper=None,
        interval="",
        clipped="of minder" if below else "of meer",
    )


def _dropped(dropped: tuple[int, int] | None, used: Profile, people: str) -> str:
    """How many persons fell out, as Dutch text."""
    if dropped is None or dropped[0] == 0:
        return ""
    out, of = dropped
    if of < used.minimum:
        return ""
    total = _rounded_to(of, used.base)
    if min(out, of - out) < used.minimum:
        few = f"Van een klein deel van de ongeveer {total} {people} ontbreekt een gegeven"
        return f"{few}; zij tellen niet mee."
    part = _rounded_to(out, used.base)
    return f"Van ongeveer {part} van de {total} {people} ontbreekt een gegeven; zij tellen niet mee."
