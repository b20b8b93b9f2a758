"""Reference cases of :mod:`kansen_lib.stats.power`."""

from __future__ import annotations

from cases import Case, stored

from kansen_lib.stats import power
from kansen_lib.stats.power import Design, Plan

#: The cross-checks of the manual of PowerUpR 1.1.0: arguments of the manual, by its design.
PLANS = {
    "ira1r1": Plan(Design.INDIVIDUAL, n=250),
    "bira2c1": Plan(Design.BLOCKS_CONSTANT, n=15, units=20),
    "bira2f1": Plan(Design.BLOCKS_FIXED, n=15, units=20),
    "bira2r1": Plan(Design.BLOCKS_RANDOM, n=15, units=20, icc=0.17, heterogeneity=0.5),
    "cra2r2": Plan(Design.CLUSTER, n=15, units=20, icc=0.17),
    "cra3r3": Plan(Design.CLUSTER_THREE_LEVELS, n=15, units=3, tops=60, icc=0.17, icc_top=0.06),
    "bcra3f2": Plan(Design.CLUSTER_BLOCKS_FIXED, n=20, units=44, tops=5, icc=0.1),
    "bcra3r2": Plan(
        Design.CLUSTER_BLOCKS_RANDOM, n=10, units=6, tops=24, icc=0.1, icc_top=0.13, heterogeneity=0.4
    ),
}

#: Printed by ``mdes.*``: effect, standardised error, degrees of freedom; by ``power.*`` at that effect.
PRINTED = {
    "ira1r1": (0.356, 0.126, 248, 0.801),
    "bira2c1": (0.325, 0.115, 279, 0.801),
    "bira2f1": (0.325, 0.115, 260, 0.801),
    "bira2r1": (0.366, 0.124, 19, 0.801),
    "cra2r2": (0.629, 0.212, 18, 0.800),
    "cra3r3": (0.269, 0.094, 58, 0.800),
    "bcra3f2": (0.145, 0.051, 210, 0.803),
    "bcra3r2": (0.246, 0.084, 23, 0.799),
}

#: Printed by ``mrss.*`` at the effect above: the number of persons, blocks, clusters or sites.
NUMBERS = {
    "ira1r1": 250,
    "bira2c1": 20,
    "bira2f1": 20,
    "bira2r1": 20,
    "cra2r2": 20,
    "cra3r3": 60,
    "bcra3f2": 44,
    "bcra3r2": 24,
}

MANUAL = "PowerUpR 1.1.0, cross-checks of its manual"
STORED = stored("power")


def _effects() -> dict[str, float]:
    found = {name: power.minimum_detectable_effect(plan) for name, plan in PLANS.items()}
    return {
        f"{name} {part}": getattr(item, field)
        for name, item in found.items()
        for part, field in (("effect", "value"), ("error", "standard_error"))
    }


def _numbers(names: tuple[str, ...]) -> dict[str, float]:
    return {name: power.sample_size(PLANS[name], PRINTED[name][0]).value for name in names}


TWO_LEVELS = ("ira1r1", "bira2c1", "bira2f1", "bira2r1", "cra2r2")
THREE_LEVELS = ("cra3r3", "bcra3f2", "bcra3r2")

CASES = [
    Case(
        "power.minimum_detectable_effect",
        f"{MANUAL}: mdes.ira1r1, bira2c1, bira2f1, bira2r1, cra2r2, cra3r3, bcra3f2, bcra3r2",
        _effects,
        {
            f"{name} {part}": value
            for name, row in PRINTED.items()
            for part, value in (("effect", row[0]), ("error", row[1]))
        },
        5e-4,
        "printed to 3 digits",
    ),
    Case(
        "power.minimum_detectable_effect",
        f"{MANUAL}: degrees of freedom of the same designs",
        lambda: {name: power.minimum_detectable_effect(plan).df for name, plan in PLANS.items()},
        {name: row[2] for name, row in PRINTED.items()},
        0.0,
        "whole numbers",
    ),
    Case(
        "power.power_of",
        f"{MANUAL}: power.* of the same designs",
        lambda: {name: power.power_of(plan, PRINTED[name][0]).value for name, plan in PLANS.items()},
        {name: row[3] for name, row in PRINTED.items()},
        5e-4,
        "printed to 3 digits",
    ),
    Case(
        "power.power_of",
        "R stats::power.t.test(strict = TRUE), persons drawn in equal arms",
        lambda: {
            f"{n} {effect}": power.power_of(Plan(Design.INDIVIDUAL, n=n), effect).value
            for n, effect in ((20, 0.5), (60, 0.3), (400, 0.2), (128, 0.5))
        },
        STORED["power.t.test"],
        1e-9,
        "two implementations of the noncentral t",
    ),
    Case(
        "power.sample_size",
        f"{MANUAL}: mrss.ira1r1, bira2c1, bira2f1, bira2r1, cra2r2",
        lambda: _numbers(TWO_LEVELS),
        {name: NUMBERS[name] for name in TWO_LEVELS},
        0.0,
        "whole numbers",
    ),
    Case(
        "power.sample_size",
        f"{MANUAL}: mrss.cra3r3, bcra3f2, bcra3r2",
        lambda: _numbers(THREE_LEVELS),
        {name: NUMBERS[name] for name in THREE_LEVELS},
        0.0,
        "whole numbers",
    ),
]
