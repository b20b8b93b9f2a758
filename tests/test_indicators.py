"""What is counted of a pupil: diplomas, scores on one scale."""

from __future__ import annotations

import pandas as pd

from kansen_lib import indicators


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
    found = indicators.pupils(
        leerlingen.astype({"toetsscore": float}), loopbaan, toetsen, "2025-2026", "eindtoets"
    )
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
    """An eindtoets of 535 and a doorstroomtoets of 170 are not on one scale; asked is the eindtoets."""
    found = career(
        {
            "old": {"toetsscore": 535.0},
            "none": {"regime": "geen toets"},
            "new": {"toetsscore": 170.0, "regime": "doorstroomtoets"},
        },
        [],
    )
    assert found.loc["old", "toetsscore"] == 535.0 and found.loc[["new", "none"], "toetsscore"].isna().all()
    assert found["zelfde_toets"].to_dict() == {"old": True, "none": False, "new": False}
    assert found.loc["new", "toetsscore_eigen_schaal"] == 170.0


def test_the_last_diploma_counts_of_who_goes_on_after_one() -> None:
    found = career(
        {"stacks": {}},
        [
            ("stacks", "ZZ0100", "2022-2023", 4, "vmbo-gt", "diploma"),
            ("stacks", "ZZ0100", "2023-2024", 4, "havo", "bevorderd"),
            ("stacks", "ZZ0100", "2024-2025", 5, "havo", "diploma"),
        ],
    )
    assert found.loc["stacks", "diploma"] and found.loc["stacks", "diploma_niveau"] == "havo"
