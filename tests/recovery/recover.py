"""Do the 95% intervals hold the truth of the simulated region in 95 of 100 draws? ``make recovery``.

Each draw is a new region of fictional schools and pupils. The analyses see its tables only, as a
researcher would, and the truth is looked up afterwards. ``docs/recovery.md`` is the table; a sample of
the draws runs in ``make test``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from kansen_lib import indicators
from kansen_lib.benchmark import bijstelling, drempel, evaluatie
from kansen_lib.benchmark.evaluatie import een_school, geloot, vergelijking
from kansen_lib.benchmark.evaluatie.names import ALL, EFFECT
from kansen_lib.example import Region
from kansen_lib.stats import multilevel, ordinal, panel, rd, trials
from kansen_lib.stats.result import Estimate

DRAWS, FIRST_SEED = 200, 1000
VESTIGINGEN, LEERLINGEN = 24, 15_000
PAGE = Path(__file__).resolve().parents[2] / "docs/recovery.md"

#: Schools and pupils of the region in which the broad brugklas is looked at: in the region of 24 schools
#: only ten are in scope, too few for the cluster jackknife to be exact: it held the truth in 60 of 60 draws.
VESTIGINGEN_BREED, LEERLINGEN_BREED = 72, 36_000

#: Points of the tests in the vo in one standard deviation of groep 8: the unit of the truth.
SCORE_SD = 15.0
#: Lowest and highest score of the test of groep 8.
CITO_SCALE = (501.0, 550.0)


#: Quantities that show what goes wrong; their intervals should not hold the truth.
NOT_CORRECTED = "not corrected: "

INTRODUCTION = f"""# Recovery of the simulated truth

Written by `make recovery`: {DRAWS} regions of {VESTIGINGEN} fictional schools and {LEERLINGEN} pupils,
seeds {FIRST_SEED} to {FIRST_SEED + DRAWS - 1}. Coverage is the share of 95% intervals that hold the truth;
by chance alone it lies between 92% and 98% over 200 draws. Bias is the mean of estimate minus truth,
spread its standard deviation. The rows *not corrected* show what happens when the noise in a test score
is ignored: they are there as a warning. The broad brugklas, which schools begin, is looked at in regions
of {VESTIGINGEN_BREED} schools and {LEERLINGEN_BREED} pupils: with the ten schools in scope of the smaller
region the cluster jackknife is too careful (60 of 60 intervals held the truth). One school alone has
intervals that are too careful: with one school that began, its own movement must be guessed from the others.

| quantity | intervals | coverage | truth (mean) | bias | spread | mean width |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |"""


class Row(NamedTuple):
    """One interval of one draw."""

    quantity: str
    value: float
    lower: float
    upper: float
    true: float


class Draw:
    """The tables of one region and its truth."""

    def __init__(self, seed: int, vestigingen: int = VESTIGINGEN, leerlingen: int = LEERLINGEN) -> None:
        region = Region(vestigingen, leerlingen, seed)
        parts: dict[str, list[pd.DataFrame]] = {}
        for name, frame in region.tables():
            parts.setdefault(name, []).append(frame)
        self.tables = {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()}
        self.truth: dict[str, Any] = region.truth()

    @cached_property
    def pupils(self) -> pd.DataFrame:
        """One row a pupil: background, advies and scores in standard deviations of groep 8."""
        tests = self.tables["toetsen"].query("domein != 'totaal'")
        tests = tests.assign(score=tests["score"] / SCORE_SD)
        wide = tests.pivot(index="leerling", columns=["moment", "domein"], values="score")
        mean = wide.T.groupby(level="moment").mean().T
        wide.columns = [" ".join(label) for label in wide.columns]
        leerlingen = self.tables["leerlingen"]
        facts = leerlingen.assign(
            klasse=indicators.classes(leerlingen["opleiding_ouders"]).astype(object),
            advies=indicators.steps(leerlingen["advies_eerste"]),
        )
        return facts.set_index("leerling").join(wide).join(mean).reset_index()

    def klas(self, leerjaar: int) -> pd.Series:
        """Label of the class of each pupil in the year in which a leerjaar was reached first."""
        loopbaan = self.tables["loopbaan"]
        first = loopbaan[loopbaan["leerjaar"] == leerjaar].drop_duplicates("leerling").set_index("leerling")
        label = first["vestiging"] + " " + first["schooljaar"] + " " + first["klas"]
        return self.pupils["leerling"].map(label)

    def read(self, name: str) -> pd.DataFrame:
        """A table, as a store reads it."""
        return self.tables[name]

    def scope(self, intervention: str) -> pd.DataFrame:
        """The pupils whom an intervention could reach, with who was assigned and took part."""
        chosen = self.tables["deelname"].query("interventie == @intervention").drop(columns="vestiging")
        return chosen.merge(self.pupils, on="leerling")

    def took_part(self, intervention: str) -> pd.Series:
        """Of each pupil, whether they took part."""
        chosen = self.scope(intervention)
        return self.pupils["leerling"].isin(chosen.loc[chosen["deelgenomen"].astype(bool), "leerling"])


def rows_of(seed: int) -> list[Row]:
    """Every interval of one draw, with its truth."""
    draw = Draw(seed)
    lotteries = (tutoring, mentor, schools_drawn, invited)
    quantities = (advice, raised_advies, value_added, *lotteries, zomerschool, own_choice, one_school)
    rows = [row for quantity in quantities for row in quantity(draw)]
    return [*rows, *broad_brugklas(Draw(seed, VESTIGINGEN_BREED, LEERLINGEN_BREED))]


def _row(quantity: str, item: Estimate, true: float, unit: float = 1.0) -> Iterator[Row]:
    if item.value is not None:
        yield Row(quantity, item.value / unit, item.lower / unit, item.upper / unit, true)


def advice(draw: Draw) -> Iterator[Row]:
    """The gap in first advies between laag and hoog at an equal true score, of one kind of test."""
    truth = draw.truth["advice"]["conditional_gap_steps_laag_minus_hoog"]
    columns = {"place": "advies", "score": "toetsscore", "group": "klasse", "cluster": "basisschool"}
    shared = {**columns, "low": "hoog", "high": "laag"}
    data = draw.pupils[draw.pupils["regime"] == "eindtoets"]
    reliability = draw.truth["test"]["reliability"]
    corrected = ordinal.corrected_gap(data, reliability=reliability, bounds=CITO_SCALE, **shared)
    yield from _row("advice gap at an equal true score", corrected, truth)
    observed = ordinal.gap_at_equal_score(data, **shared)
    yield from _row(NOT_CORRECTED + "advice gap at an equal observed score", observed, truth)


def raised_advies(draw: Draw) -> Iterator[Row]:
    """Raising an advies: its effect around the cut-off of the toetsadvies, and what it does to the gap."""
    truth, tables = draw.truth["selection"], draw.tables
    last = tables["loopbaan"]["schooljaar"].max()
    pupils = indicators.pupils(tables["leerlingen"], tables["loopbaan"], tables["toetsen"], last, "eindtoets")
    near = drempel.near_cutoffs(pupils, tables["loopbaan"])
    found = {item.name: item for item in drempel.effects(near)}
    cutoff = truth["cutoff"]
    effect = cutoff["effect_of_raised_advies_on_level_leerjaar_3_steps"]
    yield from _row("raised advies, effect at the cut-off", found[drempel.EFFECT], effect)
    above = cutoff["effect_of_being_above_on_level_leerjaar_3_steps"]
    yield from _row("raised advies, being just above the cut-off", found[drempel.LEVEL], above)
    for kind in bijstelling.KINDS:
        *_, added = bijstelling.before_and_after(bijstelling.tested(pupils, kind), kind)
        true = truth[kind]["gap_added_steps_hoog_minus_laag"]
        yield from _row(f"raised advies, what it adds to the gap, {kind}", added, true)
    *_, extra = bijstelling.designs(pupils)
    without = -truth["eindtoets"]["gap_added_of_all_steps_hoog_minus_laag"]
    yield from _row("extra gap in the year without a test", extra, without)


def value_added(draw: Draw) -> Iterator[Row]:
    """The effect of each school on growth to leerjaar 1 and 3, against the mean school."""
    data = draw.pupils.assign(
        tutoring=draw.took_part("tutoring"),
        breed=draw.took_part("brede_brugklas"),
        zomer=draw.took_part("zomerschool"),
    )
    reliability = draw.truth["test"]["reliability"]
    parts = {"leerjaar 1": ["tutoring"], "leerjaar 3": ["tutoring", "breed", "zomer"]}
    for moment, interventions in parts.items():
        data = data.assign(klas=draw.klas(int(moment[-1])))
        shared = {
            "random": ["klas"],
            "outcome": moment,
            "prior": "groep 8",
            "unit": "vestiging",
            "fixed": ["opleiding_ouders", "cohort", *interventions],
        }
        names = {f"value added, {moment}": reliability}
        if moment == "leerjaar 1":
            names[NOT_CORRECTED + "value added, leerjaar 1"] = 1.0
        for quantity, assumed in names.items():
            found = multilevel.value_added(data, reliability=assumed, **shared)
            yield from _school_rows(quantity, found.estimates, draw, moment)


def _school_rows(quantity: str, estimates: tuple[Estimate, ...], draw: Draw, moment: str) -> Iterator[Row]:
    key = f"effect_growth_{moment.replace(' ', '_')}"
    true = {school: facts[key] for school, facts in draw.truth["schools"].items()}
    effects = [item for item in estimates if item.name == "type A" and item.group in true]
    middle = sum(true[item.group] for item in effects) / max(len(effects), 1)
    for item in effects:
        yield from _row(quantity, item, true[item.group] - middle)


def tutoring(draw: Draw) -> Iterator[Row]:
    """The lottery of the tutoring: effect of the offer, and of taking part."""
    truth = draw.truth["interventions"]["tutoring"]
    data = draw.scope("tutoring")
    shared = {
        "outcome": "leerjaar 1 rekenen",
        "covariates": ["groep 8 rekenen", "groep 8 taal"],
        "block": "vestiging",
    }
    offer = trials.individual_trial(data, treated="toegewezen", **shared).estimates[0]
    yield from _row("tutoring, effect of the offer", offer, truth["effect_of_assignment"])
    part = trials.complier_effect(data, treated="deelgenomen", offered="toegewezen", **shared).estimates[0]
    yield from _row("tutoring, effect of taking part", part, truth["effect_of_participation"])


def in_lottery(draw: Draw, intervention: str, outcome: str) -> pd.DataFrame:
    """The pupils of a lottery as the evaluations read them, with the outcome in the unit of the truth."""
    data = draw.scope(intervention)
    classes = pd.CategoricalDtype(["laag", "midden", "hoog"], ordered=True)
    return data.assign(
        cohort=data["schooljaar"],
        opleiding=data["klasse"].astype(classes),
        voor=data[f"groep 8 {outcome.rpartition(' ')[2]}"],
        uitkomst=data[outcome],
        uitkomst_sd=data[outcome],
        klas=pd.NA,
    ).astype({"toegewezen": bool, "deelgenomen": bool})


def mentor(draw: Draw) -> Iterator[Row]:
    """A waiting list of which places were drawn: effect of a place, on the gap, and of taking part."""
    truth = draw.truth["interventions"]["mentor"]
    loting = geloot.among_pupils(in_lottery(draw, "mentor", "leerjaar 2 rekenen"))
    found = {(item.name, item.group): item for item in geloot.effects_on(loting)}
    yield from _row("mentor, effect of a place", found[EFFECT, ALL], truth["effect_of_assignment"])
    gap = found[EFFECT, "hoog minus laag"]
    yield from _row("mentor, effect on the gap", gap, truth["effect_on_gap_hoog_minus_laag"])
    taken = geloot.taken(loting)["effect, Anderson-Rubin"]
    yield from _row("mentor, effect of taking part", taken, truth["effect_of_participation"])


def schools_drawn(draw: Draw) -> Iterator[Row]:
    """High expectations, for which schools were drawn: for all, for the group it helps most, on the gap."""
    truth = draw.truth["interventions"]["hoge_verwachtingen"]
    by_class = truth["effect_of_participation_by_opleiding"]
    loting = geloot.among_schools(in_lottery(draw, "hoge_verwachtingen", "leerjaar 2 rekenen"))
    found = {(item.name, item.group): item for item in geloot.effects_on(loting)}
    mean = loting.known["klasse"].map(by_class).mean()
    yield from _row("high expectations, schools drawn, effect", found[EFFECT, ALL], mean)
    yield from _row("high expectations, effect on laag", found[EFFECT, "laag"], by_class["laag"])
    gap = truth["effect_on_gap_hoog_minus_laag"]
    yield from _row("high expectations, effect on the gap", found[EFFECT, "hoog minus laag"], gap)


def invited(draw: Draw) -> Iterator[Row]:
    """An invitation by lot: what inviting does, also to the gap, and what taking part does."""
    truth = draw.truth["interventions"]["oudergesprekken"]
    by_class = truth["effect_of_invitation"]
    loting = geloot.among_pupils(in_lottery(draw, "oudergesprekken", "leerjaar 2 rekenen"))
    found = {(item.name, item.group): item for item in geloot.effects_on(loting)}
    mean = loting.known["klasse"].map(by_class).mean()
    yield from _row("invitation, effect of inviting", found[EFFECT, ALL], mean)
    gap = by_class["hoog"] - by_class["laag"]
    yield from _row("invitation, effect on the gap", found[EFFECT, "hoog minus laag"], gap)
    taken = geloot.taken(loting)["effect, Anderson-Rubin"]
    yield from _row("invitation, effect of taking part", taken, truth["effect_of_participation"])


def own_choice(draw: Draw) -> Iterator[Row]:
    """Help with homework, which pupils chose themselves: the difference at an equal start, and without."""
    true = draw.truth["interventions"]["huiswerkbegeleiding"]["effect_of_participation"]
    data = in_lottery(draw, "huiswerkbegeleiding", "leerjaar 2 rekenen")
    seats = pd.Series(draw.klas(2).to_numpy(), index=draw.pupils["leerling"])
    data = data.assign(
        voor_ander=data["groep 8 taal"], eerste=data["advies"], klas=data["leerling"].map(seats)
    )
    register = evaluatie.registry(draw)
    found = vergelijking.effects(data, register["huiswerkbegeleiding"])
    by_name = {(item.name, item.group): item for item in found}
    yield from _row("help with homework, difference at an equal start", by_name[EFFECT, ALL], true)
    raw = by_name[vergelijking.BY_METHOD, vergelijking.NAIVE]
    yield from _row(NOT_CORRECTED + "help with homework, raw difference", raw, true)


def one_school(draw: Draw) -> Iterator[Row]:
    """A school that began alone: its effect on taal, and what it costs in rekenen."""
    truth, aanpak = draw.truth["interventions"]["taalklas"], evaluatie.registry(draw)["taalklas"]
    seats = pd.Series(draw.klas(2).to_numpy(), index=draw.pupils["leerling"])
    for domain in ("taal", "rekenen"):
        data = in_lottery(draw, "taalklas", f"leerjaar 2 {domain}").assign(
            gestart=lambda rows: rows["vestiging"].map(aanpak.start),
            eerste=lambda rows: rows["advies"],
            klas=lambda rows: rows["leerling"].map(seats),
        )
        found = next(item for item in een_school.effects(data, aanpak) if item.group == ALL)
        yield from _row(f"one school, effect on {domain}", found, truth[f"effect_on_{domain}"])


def zomerschool(draw: Draw) -> Iterator[Row]:
    """The zomerschool below a norm: fuzzy regression discontinuity."""
    truth = draw.truth["interventions"]["zomerschool"]
    found = rd.regression_discontinuity(
        draw.scope("zomerschool"),
        outcome="leerjaar 3 rekenen",
        running="leerjaar 1 rekenen",
        cutoff=truth["cutoff_rekenen_leerjaar_1_below"] / SCORE_SD,
        treated="deelgenomen",
    )
    robust = next(item for item in found.estimates if item.group == "robust")
    yield from _row("zomerschool, effect at the norm", robust, truth["effect_of_participation"])


def broad_brugklas(draw: Draw) -> Iterator[Row]:
    """The broad brugklas, which schools began in different years: effect on who took part."""
    start = (
        draw.tables["interventies"].query("interventie == 'brede_brugklas'").set_index("vestiging")["start"]
    )
    data = draw.scope("brede_brugklas").dropna(subset=["klasse"])
    place = {year: number for number, year in enumerate(sorted(data["cohort"].unique()), start=1)}
    data = data.assign(
        time=data["cohort"].map(place), first=data["vestiging"].map(start).map(place).fillna(0).astype(int)
    )
    data = data[data["first"] != 1].dropna(subset=["leerjaar 3", "advies"])
    found = panel.imputation(
        data,
        outcome="leerjaar 3",
        unit="vestiging",
        time="time",
        first="first",
        covariates=["klasse", "advies"],
    )
    treated = data[(data["first"] > 0) & (data["time"] >= data["first"])]
    by_class = draw.truth["interventions"]["brede_brugklas"]["effect_of_participation_by_opleiding"]
    yield from _row(
        "broad brugklas, effect on who took part", found.estimates[0], treated["klasse"].map(by_class).mean()
    )


def table(rows: list[Row]) -> pd.DataFrame:
    """Coverage of each quantity over the draws, with bias and width."""
    data = pd.DataFrame(rows, columns=Row._fields)
    data["holds"] = (data["lower"] <= data["true"]) & (data["true"] <= data["upper"])
    data["error"], data["width"] = data["value"] - data["true"], data["upper"] - data["lower"]
    return data.groupby("quantity", sort=False).agg(
        intervals=("holds", "size"),
        coverage=("holds", "mean"),
        truth=("true", "mean"),
        bias=("error", "mean"),
        spread=("error", "std"),
        width=("width", "mean"),
    )


def page(found: pd.DataFrame) -> str:
    """The table as a page."""
    lines = [INTRODUCTION]
    for quantity, row in found.iterrows():
        numbers = " | ".join(f"{row[name]:.3f}" for name in ("truth", "bias", "spread", "width"))
        lines.append(f"| {quantity} | {row['intervals']:.0f} | {row['coverage']:.1%} | {numbers} |")
    return "\n".join(lines) + "\n"


def main(draws: int = DRAWS) -> None:
    """Draw, and write the page."""
    with ProcessPoolExecutor() as pool:
        rows = [row for part in pool.map(rows_of, range(FIRST_SEED, FIRST_SEED + draws)) for row in part]
    text = page(table(rows))
    sys.stdout.write(text)
    if draws == DRAWS:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*(int(text) for text in sys.argv[1:]))
