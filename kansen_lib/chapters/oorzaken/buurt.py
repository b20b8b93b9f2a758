"""Where a school stands and where its pupils could come from: features of places, no features of pupils."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kansen_lib.benchmark import Benchmark, buurten
from kansen_lib.chapters.about import about
from kansen_lib.chapters.needs import needs
from kansen_lib.chapters.pupils import with_reference
from kansen_lib.stats import gaps
from kansen_lib.stats.result import Estimate, Result
from kansen_lib.stats.terms import Method, Unit
from kansen_lib.store import School

HERE, GEMEENTE, AREA, OWN = "deze buurt", "deze gemeente", "het voedingsgebied", "eigen leerlingen"
SECRET = "niet gepubliceerd: er wonen te weinig mensen, of het is geheim"
NO_POSTCODE = "de postcode van deze school is niet bekend"
NO_GEMEENTE = "de gemeente van deze school is niet bekend, of er staan geen basisscholen"
#: Fewer basisscholen or wijken than this would be a list of them.
FEWEST = 5
EDUCATION = ("laag", "middelbaar", "hoog")
SES = "score (0 is gemiddeld)"
#: Decimals of a mean over the own pupils, by unit; none of any other.
DECIMALS = {Unit.SHARE: 2, SES: 2}
#: What is missing when nobody fetched the features of places.
KENMERKEN, HERKOMST = "kenmerken.waarde_lower", "herkomst_postcode.aantal_lower"


def _gemeente(school: School) -> str | None:
    """The gemeente of the school, None when it is not known."""
    known = school.record["gemeente"]
    return known if isinstance(known, str) else None


def _known(benchmark: Benchmark, group: str) -> dict[str, Estimate]:
    """The features that somebody published, with how they lie everywhere."""
    found = {item.name: benchmark.find(item.name, group) for item in buurten.FEATURES}
    return {name: item for name, item in found.items() if item is not None and item.value is not None}


def _published(name: str, group: str, unit: str, value: float) -> Estimate:
    """One published number, or that it was not published."""
    if pd.isna(value):
        return Estimate.not_computable(name, SECRET, group=group, unit=unit)
    return Estimate(name, group, float(value), unit, method=Method.PUBLISHED)


@about(
    "meso",
    definitie="Hoe de buurt rond de school eruitziet, naast de gemeente en alle gebieden samen.",
    teller="het cijfer van het CBS over het postcodegebied van de school",
    noemer="inwoners, huishoudens of woningen in dat gebied (de eerste vier cijfers van de postcode)",
    buiten="cijfers die het CBS geheim houdt; van de gemeente ook gebieden zonder school",
)
@needs()
def own_neighbourhood(school: School, benchmark: Benchmark) -> Result:
    """Features of the PC4 of the school; beside it the median of its gemeente, and that of all PC4s.

    Medians are over inhabitants; of all PC4s together the middle half too. A PC4 belongs to the gemeente
    of the schools (po or vo) that stand in it.
    """
    sources, everywhere = ("kenmerken", "vestigingen"), _known(benchmark, buurten.EVERYWHERE)
    if not everywhere:
        return Result("", sources=sources, missing=(KENMERKEN,))
    pc4, gemeente = school.record["pc4"], _gemeente(school)
    near = buurten.schools_of(school.store, gemeente)["pc4"].dropna().unique() if gemeente else []
    places = buurten.areas(school.store, sorted({*near, *([pc4] if isinstance(pc4, str) else [])}))
    around = places.reindex(near)
    estimates: list[Estimate] = []
    for item in buurten.FEATURES:
        if item.name not in everywhere:
            continue
        own = item.of(places).get(pc4) if isinstance(pc4, str) else None
        here = _published(item.name, HERE, item.unit, own)
        there = gaps.quartiles(item.of(around), around[buurten.INHABITANTS], unit=item.unit).value
        estimates += [with_reference(here, there), everywhere[item.name]]
    return Result("", tuple(estimates), sources=sources, reference_name="de gemeente")


@about(
    "meso",
    definitie="Hoe de buurten eruitzien waar de basisschoolleerlingen van de gemeente wonen.",
    teller="het cijfer van het CBS over het postcodegebied waar een leerling woont",
    noemer="leerlingen van basisscholen in de gemeente, in het laatste schooljaar dat bekend is",
    buiten="leerlingen met een onbekende postcode; speciaal onderwijs; cijfers die geheim zijn",
)
@needs()
def feeding_area(school: School, benchmark: Benchmark) -> Result:
    """Features of the home PC4s of the pupils of basisscholen in the gemeente, beside those of all.

    The median pupil and the middle half of the pupils, each with the value of the home PC4.
    """
    sources, everywhere = ("kenmerken", "herkomst_postcode"), _known(benchmark, buurten.EVERY_PUPIL)
    if not everywhere:
        return Result("", sources=sources, missing=(KENMERKEN, HERKOMST))
    pupils = _homes(school)
    if pupils is None:
        return Result("", (_none(NO_GEMEENTE),), sources=sources)
    known = pupils[pupils.index.notna()]
    places = buurten.areas(school.store, list(known.index)).reindex(known.index)
    estimates: list[Estimate] = []
    for item in buurten.FEATURES:
        if item.name in everywhere:
            own = gaps.quartiles(item.of(places), known, name=item.name, group=AREA, unit=item.unit)
            estimates += [_or_secret(own), everywhere[item.name]]
    lost = (int(pupils.sum() - known.sum()), int(pupils.sum()))
    return Result("", tuple(estimates), dropped=lost, sources=sources)


def _or_secret(item: Estimate) -> Estimate:
    """The estimate; where no area of the place has the number, that it was not published."""
    return item if item.value is not None else replace(item, reason=SECRET)


def _none(reason: str) -> Estimate:
    return Estimate.not_computable("de omgeving", reason)


def _basisscholen(school: School) -> list[str]:
    """The basisscholen of the gemeente; none when it is not known."""
    gemeente = _gemeente(school)
    if gemeente is None:
        return []
    near = buurten.schools_of(school.store, gemeente)
    return sorted(near.loc[near["sector"] == "po", "vestiging"])


def _homes(school: School) -> pd.Series | None:
    """Pupils of the basisscholen of the gemeente by home PC4; None when there are none."""
    found = buurten.homes(school.store, _basisscholen(school))
    return found if len(found) and found.sum() > 0 else None


@about(
    "meso",
    definitie="Of de eigen leerlingen uit andere buurten komen dan de basisschoolleerlingen in de gemeente.",
    teller="het cijfer van het CBS over het postcodegebied waar een leerling woont, gemiddeld",
    noemer="leerlingen van de school met een bekende postcode",
    buiten="leerlingen zonder postcode, en met een postcode waarvan het cijfer geheim is",
)
@needs(leerlingen=("pc4",))
def intake_and_area(school: School, benchmark: Benchmark) -> Result:
    """Mean feature of the home PC4s of the own pupils, beside that of the feeding area.

    Not about the pupils themselves: a pupil in a street of owners may rent.
    """
    sources, everywhere = (
        ("leerlingen", "kenmerken", "herkomst_postcode"),
        _known(benchmark, buurten.EVERYWHERE),
    )
    if not everywhere:
        return Result("", sources=sources, missing=(KENMERKEN,))
    homes, around = school.table("leerlingen")["pc4"], _homes(school)
    codes = set(homes.dropna()) | (set() if around is None else set(around.index.dropna()))
    places = buurten.areas(school.store, sorted(codes))
    estimates = []
    for item in buurten.FEATURES:
        if item.name in everywhere:
            value = item.of(places)
            own = _coarse(gaps.mean(homes.map(value), name=item.name, group=OWN, unit=item.unit))
            estimates.append(with_reference(own, None if around is None else _weighted_mean(value, around)))
    lost = (int((~homes.isin(places.index)).sum()), len(homes))
    name = "leerlingen van basisscholen in de gemeente"
    return Result("", tuple(estimates), dropped=lost, sources=sources, reference_name=name)


def _coarse(item: Estimate) -> Estimate:
    """The mean as it is shown: with all its digits, the means of several features of a few pupils
    together would tell how many of them live in each PC4."""
    places = DECIMALS.get(item.unit, 0)
    ends = {name: getattr(item, name) for name in ("value", "lower", "upper")}
    return replace(item, **{name: round(x, places) for name, x in ends.items() if x is not None})


def _weighted_mean(value: pd.Series, pupils: pd.Series) -> float | None:
    """Mean over the pupils of the value of their home PC4; None without any."""
    known = pupils[pupils.index.notna()]
    return gaps.mean(value.reindex(known.index), weight=known).value


@about(
    "meso",
    definitie="Hoeveel achterstand het CBS verwacht op de basisscholen in de gemeente, per leerling.",
    teller="de achterstandsscore zonder drempel van een basisschool, gedeeld door haar leerlingen",
    noemer="leerlingen van basisscholen in de gemeente met een betrouwbare score",
    buiten="scholen met hoogstens 40 leerlingen: hun score is onbetrouwbaar, zij zijn apart geteld",
)
@needs()
def achterstand_of_basisscholen(school: School, benchmark: Benchmark) -> Result:
    """The achterstandsscore a pupil of the basisscholen in the gemeente: quartiles over pupils.

    Beside them the share of pupils at a school above the upper quartile of the country, and the share
    at schools of which the score is unreliable. Never a list of schools.
    """
    sources, everywhere = ("kenmerken", "vestigingen"), benchmark.find(buurten.BACKLOG)
    if everywhere is None or everywhere.value is None:
        return Result("", sources=sources, missing=(KENMERKEN,))
    schools = buurten.backlog(school.store, _basisscholen(school))
    facts = {"group": GEMEENTE, "unit": everywhere.unit}
    name, reliable = "score per leerling", schools[schools["betrouwbaar"]]
    if len(reliable) < FEWEST:
        reason = f"minder dan {FEWEST} basisscholen met een betrouwbare score in de gemeente"
        own = (Estimate.not_computable(name, reason, **facts),)
    else:
        own = (gaps.quartiles(reliable["score"], reliable["leerlingen"], name=name, **facts),)
        own += (_share(reliable, reliable["score"] > everywhere.upper, "hoge score", 0.25),)
    country = replace(everywhere, name=name, group="alle basisscholen samen")
    parts = (own[0], country, *own[1:])
    if len(schools):
        parts += (_share(schools, ~schools["betrouwbaar"], "onbetrouwbare score", None),)
    return Result("", parts, sources=sources, reference_name="alle basisscholen samen")


def _share(schools: pd.DataFrame, chosen: pd.Series, name: str, reference: float | None) -> Estimate:
    """The share of pupils at the chosen schools: of all of them, so without an interval of chance."""
    count, n = (int(schools.loc[rows, "leerlingen"].sum()) for rows in (chosen, chosen.notna()))
    found = gaps.share(count, n, name=name, group=GEMEENTE, reference=reference)
    return replace(found, lower=None, upper=None, interval="")


@about(
    "macro",
    definitie="Hoe hoog inwoners van de gemeente zijn opgeleid, en de SES-WOA van gemeente en wijken.",
    teller="inwoners per opleidingsniveau; de score van het CBS voor welvaart, opleiding en werk",
    noemer="inwoners van 15 tot 75 jaar; particuliere huishoudens",
    buiten="gemeenten waarvan het cijfer niet is gepubliceerd; de score is er niet per postcode",
)
@needs()
def ses_of_place(school: School, benchmark: Benchmark) -> Result:
    """Education of the inhabitants of the gemeente beside the country, and SES-WOA where there is one.

    SES-WOA is published for gemeente, wijk and buurt, never for a PC4: of the wijken the median over
    households and the middle half.
    """
    code, sources = school.record["gemeente_code"], ("kenmerken",)
    estimates = _education(school, code) + _ses(school, code) if isinstance(code, str) else ()
    if not estimates:
        return Result("", sources=sources, missing=(KENMERKEN,))
    return Result("", estimates, sources=sources, reference_name="heel Nederland")


def _education(school: School, code: str) -> tuple[Estimate, ...]:
    """Share of inhabitants of each level of education; none where the gemeente is not published."""
    columns = [f"inwoners_opleiding_{level}" for level in EDUCATION]
    parts = [
        buurten.wide(school.store, *of)
        for of in (("gemeente", columns, [code]), ("land", columns, [buurten.COUNTRY]))
    ]
    here, country = (part.div(part.sum(axis=1, skipna=False), axis=0) for part in parts)
    if here.dropna().empty:
        return ()
    known = dict(country.iloc[0]) if len(country.dropna()) else {}
    return tuple(
        replace(
            _published(f"{level} opgeleid", GEMEENTE, Unit.SHARE, here[column].iloc[0]),
            reference=known.get(column),
        )
        for level, column in zip(EDUCATION, columns, strict=True)
    )


def _ses(school: School, code: str) -> tuple[Estimate, ...]:
    """SES-WOA of the gemeente, and of its wijken."""
    columns = ["ses_woa", "particuliere_huishoudens"]
    whole = buurten.wide(school.store, "gemeente", columns, [code])["ses_woa"].dropna()
    every = buurten.wide(school.store, "wijk", columns)
    wijken = every[every.index.str.startswith(code)]
    facts = {"name": "SES-WOA", "unit": SES}
    own = tuple(_published(group=GEMEENTE, value=value, **facts) for value in whole)
    if wijken["ses_woa"].count() < FEWEST:
        return own
    weight = wijken["particuliere_huishoudens"]
    return (*own, gaps.quartiles(wijken["ses_woa"], weight, group="de wijken van deze gemeente", **facts))


@about(
    "meso",
    definitie="Hoe hoog de onderwijskansenscore van de school is, per leerling.",
    teller="de onderwijskansenscore die het CBS voor de vestiging uitrekende",
    noemer="leerlingen van de vestiging op 1 oktober van dat schooljaar",
    buiten="niets: de score is overgenomen, dit rapport rekent hem niet na",
)
@needs()
def onderwijskansenscore(school: School, benchmark: Benchmark) -> Result:
    """The published onderwijskansenscore of the vestiging a pupil, beside all vestigingen.

    The median and middle half of all vestigingen are weighted by pupils.
    """
    sources = ("kenmerken", "aantallen")
    own = buurten.chances(school.store, [school.vestiging])
    if own.empty:
        return Result("", sources=sources, missing=(KENMERKEN,))
    row = own.loc[school.vestiging]
    unit, name = buurten.PER_PUPIL, "score per leerling"
    here = Estimate(name, "deze school", row["score"] / row["leerlingen"], unit, method=Method.PUBLISHED)
    everywhere = benchmark.find(buurten.CHANCES)
    others = () if everywhere is None else (replace(everywhere, name=name, group="alle scholen samen"),)
    return Result("", (replace(here, n=int(row["leerlingen"])), *others), sources=sources)
