"""What is counted of a pupil: positions under three rules, diplomas, scores on one scale."""

from __future__ import annotations

import pandas as pd
import pytest

from kansen_lib import indicators


@pytest.mark.parametrize(
    ("advies", "niveau", "inspectie", "vensters", "ocw"),
    [
        ("havo", "havo/vwo", "boven", "boven", "op"),  # +0.5; boven; shares havo
        ("havo/vwo", "havo", "onder", "op", "op"),  # −0.5; on its lower end
        ("havo/vwo", "vwo", "boven", "boven", "op"),
        ("vwo", "havo/vwo", "op", "onder", "op"),  # no step down under the Inspectie
        ("havo/vwo", "havo/vwo", "op", "boven", "op"),
        ("vmbo-gt", "havo", "boven", "boven", "boven"),
        ("vmbo-gt/havo", "vmbo-k", "onder", "onder", "onder"),
        ("vso", "havo", None, None, None),
    ],
)
def test_the_three_rules_of_the_publications(advies, niveau, inspectie, vensters, ocw) -> None:
    """INVENTORY B-5, stated combinations first."""
    for rule, expected in zip(indicators.RULES, (inspectie, vensters, ocw), strict=True):
        found = indicators.position(pd.Series([advies]), pd.Series([niveau]), rule).iloc[0]
        assert (None if pd.isna(found) else found) == expected


def test_an_unknown_rule_is_an_error() -> None:
    with pytest.raises(indicators.RuleError, match="unknown rule 'inspektie'.*Did you mean 'inspectie'"):
        indicators.position(pd.Series(["havo"]), pd.Series(["havo"]), "inspektie")


def career(pupils: dict[str, dict], rows: list[tuple]) -> pd.DataFrame:
    """Indicators of invented pupils, from what is known of each and (leerling, vestiging, year, …) rows."""
    bare = {
        "vestiging": "ZZ0100",
        "cohort": "2019-2020",
        "regime": "eindtoets",
        "toetsscore": None,
        **dict.fromkeys(("opleiding_ouders", "advies_eerste", "advies_definitief", "toetsadvies")),
    }
    leerlingen = pd.DataFrame([{"leerling": code, **bare, **facts} for code, facts in pupils.items()])
    names = ["leerling", "vestiging", "schooljaar", "leerjaar", "niveau", "afloop"]
    loopbaan = pd.DataFrame(rows, columns=names)
    toetsen = pd.DataFrame(columns=["leerling", "vestiging", "moment", "domein", "score", "referentieniveau"])
    found = indicators.pupils(leerlingen.astype({"toetsscore": float}), loopbaan, toetsen, "2025-2026")
    return found.set_index("leerling")


def test_it_is_too_early_to_tell_for_a_young_cohort_and_who_is_still_there() -> None:
    found = career(
        {"early": {"cohort": "2024-2025"}, "left": {}, "done": {}, "there": {}},
        [
            ("early", "ZZ0100", "2024-2025", 1, "havo", "onbekend"),
            ("left", "ZZ0100", "2019-2020", 1, "havo", "andere school"),
            ("done", "ZZ0100", "2022-2023", 4, "vmbo-gt", "diploma"),
            ("there", "ZZ0100", "2025-2026", 6, "vwo", "onbekend"),
        ],
    )["diploma"]
    assert pd.isna(found["early"]) and pd.isna(found["there"])
    assert not found["left"] and found["done"]


def test_a_diploma_of_another_school_is_none_of_this_one() -> None:
    found = career(
        {"a": {}, "b": {}},
        [
            ("a", "ZZ0100", "2019-2020", 1, "vwo", "andere school"),
            ("a", "ZZ0200", "2024-2025", 6, "vwo", "diploma"),
            ("b", "ZZ0100", "2024-2025", 6, "vwo", "diploma"),
        ],
    )
    assert not found.loc["a", "diploma"] and found.loc["b", "diploma"]


def test_a_school_where_nobody_gets_a_diploma_has_no_share_of_them() -> None:
    """A middenschool without exams: its pupils get theirs elsewhere, which is not 0%."""
    found = career({"a": {}}, [("a", "ZZ0100", "2021-2022", 3, "havo", "andere school")])
    assert found["diploma"].isna().all()


def test_scores_of_two_kinds_of_test_are_never_pooled() -> None:
    """An eindtoets of 535 and a doorstroomtoets of 170 are not on one scale."""
    found = career(
        {
            "old": {"toetsscore": 535.0},
            "none": {"regime": "geen toets"},
            "new": {"toetsscore": 170.0, "regime": "doorstroomtoets"},
        },
        [],
    )["toetsscore"]
    assert found["new"] == 170.0 and found[["old", "none"]].isna().all()
    assert career({"old": {"toetsscore": 535.0}}, []).loc["old", "toetsscore"] == 535.0
