"""What is missing, of whom, and whether filling it in repairs what was lost on purpose."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from counting import DEMO, records

from kansen_lib import codes
from kansen_lib.chapters import definities
from kansen_lib.chapters.definities import ontbreekt
from kansen_lib.chapters.pupils import pupils_of


def test_missing_values_are_those_counted_by_hand(store, school) -> None:
    rows = records(store, "leerlingen", vestiging=DEMO)
    missing = Counter(
        label for row in rows for column, label in ontbreekt.ASKED.items() if pd.isna(row[column])
    )
    found = {item.group: item for item in definities.missing_values(school).estimates}
    assert set(found) == set(ontbreekt.ASKED.values())
    for label, item in found.items():
        assert (item.count, item.n) == (missing[label], len(rows))
    assert missing["opleiding van de ouders"] > 0


def test_known_and_unknown_are_counted_by_hand(store, school, network) -> None:
    high, n = Counter(), Counter()
    for row in records(store, "leerlingen", vestiging=DEMO):
        if not isinstance(row["advies_eerste"], str) or np.isnan(codes.step(row["advies_eerste"])):
            continue
        group = "bekend" if isinstance(row["opleiding_ouders"], str) else "onbekend"
        n[group] += 1
        high[group] += codes.step(row["advies_eerste"]) >= 4
    found = {item.group: item for item in definities.who_is_missing(school, network).estimates}
    for group in ("bekend", "onbekend"):
        assert found[group].value == pytest.approx(high[group] / n[group])
        assert found[group].reference is not None
    gap = high["onbekend"] / n["onbekend"] - high["bekend"] / n["bekend"]
    assert found["onbekend minus bekend"].value == pytest.approx(gap)


def test_imputation_repairs_a_gap_that_went_missing_by_score(store) -> None:
    """Of low scores nine in ten lose their parental education: complete cases are then too much alike."""
    parts = [pupils_of(store.school(code)) for code in store.vestigingen.index]
    everyone = (
        pd.concat(parts).dropna(subset=["toetsscore", "opleiding", "eerste"]).sample(4000, random_state=2)
    )
    full = ontbreekt._gap(everyone["toetsscore"], everyone["opleiding"]).value
    lost = (everyone["toetsscore"] < 530) & (np.random.default_rng(1).random(len(everyone)) < 0.9)
    holes = everyone.assign(
        opleiding=everyone["opleiding"].mask(lost), opleiding_ouders=everyone["opleiding_ouders"].mask(lost)
    )
    complete = ontbreekt._gap(holes["toetsscore"], holes["opleiding"]).value
    filled = np.mean([item.value for item in ontbreekt._imputed(holes)])
    assert abs(complete - full) > 0.1
    assert abs(filled - full) < 0.5 * abs(complete - full)


def test_nothing_missing_leaves_the_gap_as_it_was(store) -> None:
    pupils = pupils_of(store.school(DEMO)).dropna(
        subset=["toetsscore", "opleiding", "eerste", "inkomenskwintiel"]
    )
    complete = ontbreekt._gap(pupils["toetsscore"], pupils["opleiding"]).value
    assert {item.value for item in ontbreekt._imputed(pupils)} == {complete}


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="kernels of OpenBLAS for x86")
def test_another_processor_gives_the_same_imputations(store) -> None:
    """Who is nearest may not hang on the last digit, which differs with the instructions of a processor."""
    code = (
        "import sys; from kansen_lib.store import Store; from kansen_lib.chapters import definities; "
        "school = Store(sys.argv[1]).school(sys.argv[2]); "
        "print([round(item.value, 9) for item in definities.gap_with_imputation(school).estimates])"
    )
    told = set()
    for kernel in ("Haswell", "Sandybridge", "Prescott"):
        told.add(
            subprocess.run(
                [sys.executable, "-c", code, str(store.path), DEMO],
                env=os.environ | {"OPENBLAS_CORETYPE": kernel},
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )
    assert len(told) == 1
