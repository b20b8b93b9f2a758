"""Plans: checked against register and data, locked with a hash, and every later change is seen."""

from __future__ import annotations

import copy
import datetime
import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

import frames
import pytest

from kansen_lib import plannen, store
from kansen_lib.notebook import Report
from kansen_lib.plannen import PlanFileError, Version
from kansen_lib.plannen.velden import FIELDS
from kansen_lib.planning import sjabloon
from kansen_lib.running import manifest, plan
from kansen_lib.store import Store

SCHOOLS = ["ZZ0100", "ZZ0200", "ZZ0300"]


def tables() -> list:
    """A register of two interventions in three schools, and one pupil with one test."""
    rules = {"tutoring": "loting leerlingen", "brede_brugklas": "gespreide start"}
    register = {
        "interventie": [name for name in rules for _ in SCHOOLS],
        "toewijzing": [rule for rule in rules.values() for _ in SCHOOLS],
        "vestiging": SCHOOLS * 2,
        "start": ["2021-2022", "2021-2022", None] * 2,
    }
    return [
        ("vestigingen", frames.frame("vestigingen", vestiging=[*SCHOOLS, "ZZ0400"])),
        ("interventies", frames.frame("interventies", **register).sort_values("vestiging")),
        ("toetsen", frames.frame("toetsen", moment=["kindergarten"], domein=["rekenen"])),
    ]


@pytest.fixture
def winkel(tmp_path: Path) -> Store:
    return store.write(tmp_path / "winkel", tables())


@pytest.fixture
def filled(winkel: Store) -> dict[str, Any]:
    """A plan as its writers would have filled it in."""
    content = sjabloon.of_intervention(winkel, "tutoring")
    content["datum"] = datetime.date(2021, 6, 15)
    content["steekproef"]["leerlingen"] = 120
    content["kracht"] |= {"kleinste_effect": 0.3, "standaardfout": 0.1}
    content["ondertekening"] = {"school": "A", "onderzoek": "B"}
    content["verwachting"]["jaar"], content["vraag"]["theorie"] = 2019, "Oefenen helpt."
    return content


def path_of(winkel: Store, name: str = "tutoring") -> Path:
    return winkel.path / plannen.FOLDER / f"{name}.json"


def tamper(winkel: Store, *path: str, value: object) -> None:
    """Change the stored content of the first version by hand."""
    record = json.loads(path_of(winkel).read_text())
    target = record["versies"][0]["inhoud"]
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    path_of(winkel).write_text(json.dumps(record))


# --- locking -------------------------------------------------------------------------------------------


def test_what_is_locked_is_the_plan_with_the_hash_of_its_canonical_text(winkel: Store, filled) -> None:
    done = plannen.lock(winkel, filled)
    text = json.dumps(done.version.content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert done.version.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert (done.version.number, done.is_new, dict(done.changed)) == (1, True, {})
    assert done.version.content["steekproef"]["scholen"] == SCHOOLS
    locked = plannen.plan_of(winkel, "tutoring")
    assert locked.latest == done.version and locked.intact and not locked.changed


def test_the_same_content_again_changes_no_byte(winkel: Store, filled) -> None:
    first = plannen.lock(winkel, filled)
    before = path_of(winkel).read_bytes()
    again = copy.deepcopy(filled)
    again["kosten"]["per_leerling"] = int(filled["kosten"]["per_leerling"])  # 450 and 450.0 are one amount
    again["vraag"]["theorie"] = f"{filled['vraag']['theorie']} "
    done = plannen.lock(winkel, dict(reversed(again.items())))
    assert not done.is_new and done.version.sha256 == first.version.sha256
    assert path_of(winkel).read_bytes() == before


def test_changed_content_is_a_next_version_that_says_what_changed(winkel: Store, filled) -> None:
    plannen.lock(winkel, filled)
    filled["analyse"]["kenmerken"] = ["voor", "geslacht"]
    filled["datum"] = datetime.date(2021, 9, 1)
    done = plannen.lock(winkel, filled)
    assert (done.version.number, done.is_new) == (2, True)
    assert done.changed == {
        "analyse.kenmerken": (["voor"], ["voor", "geslacht"]),
        "datum": ("2021-06-15", "2021-09-01"),
    }
    locked = plannen.plan_of(winkel, "tutoring")
    assert locked.changed and locked.intact and [one.number for one in locked.versions] == [1, 2]
    assert locked.versions[0].content["analyse"]["kenmerken"] == ["voor"]


def test_a_decision_in_the_log_is_a_new_version(winkel: Store, filled) -> None:
    plannen.lock(winkel, filled)
    day = datetime.date(2021, 9, 1)
    filled["besluiten"] = [{"datum": day, "besluit": "Een school stopt.", "door": "A"}]
    assert set(plannen.lock(winkel, filled).changed) == {"besluiten"}


def test_a_version_is_not_dated_before_the_one_it_follows(winkel: Store, filled) -> None:
    plannen.lock(winkel, filled)
    filled["datum"] = datetime.date(2021, 6, 1)
    with pytest.raises(PlanFileError, match="2021-06-01 is before 2021-06-15"):
        plannen.lock(winkel, filled)


def test_a_new_version_of_the_store_leaves_the_plans(winkel: Store, filled) -> None:
    done = plannen.lock(winkel, filled)
    before = path_of(winkel).read_bytes()
    renewed = store.write(winkel.path, [*tables(), ("examens", frames.frame("examens"))])
    assert renewed.fingerprint != winkel.fingerprint
    assert path_of(renewed).read_bytes() == before
    assert plannen.plans(renewed)["tutoring"].latest == done.version


def test_the_version_that_counts_is_the_last_one_from_before_the_year_of_the_outcome(winkel, filled) -> None:
    for day in ("2021-06-15", "2021-07-20", "2021-10-01"):
        filled["datum"] = datetime.date.fromisoformat(day)
        plannen.lock(winkel, filled)
    locked = plannen.plan_of(winkel, "tutoring")
    assert locked.before("2021-2022").number == 2
    assert locked.before("2022-2023").number == 3
    assert locked.before("2020-2021").number == 1  # all are late: the first is what there is


def test_a_name_that_is_no_file_name_stays_in_the_folder(winkel: Store, filled) -> None:
    frame = frames.frame("interventies", interventie=["../uit/huis: 100%"], vestiging=["ZZ0100"])
    made = store.write(winkel.path, [*tables()[:1], ("interventies", frame)])
    filled["interventie"], filled["steekproef"]["scholen"] = "../uit/huis: 100%", ["ZZ0100"]
    plannen.lock(made, filled)
    assert [path.parent for path in made.path.rglob("*.json") if path.name != "store.json"] == [
        made.path / plannen.FOLDER
    ]
    assert list(plannen.plans(made)) == ["../uit/huis: 100%"]


# --- tampering -----------------------------------------------------------------------------------------


def test_a_changed_text_does_not_fit_its_hash(winkel: Store, filled) -> None:
    plannen.lock(winkel, filled)
    tamper(winkel, "uitkomst", "hoofd", value="taal leerjaar 1")
    locked = plannen.plan_of(winkel, "tutoring")
    assert not locked.intact and locked.changed
    assert locked.in_words.endswith("gewijzigd na vastleggen")
    with pytest.raises(PlanFileError, match="does not fit its hash"):
        plannen.lock(winkel, filled)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"versies": []}', '{"versies": [1]}', '{"versies": 3}'])
def test_a_damaged_file_is_a_changed_plan(winkel: Store, filled, text: str) -> None:
    plannen.lock(winkel, filled)
    path_of(winkel).write_text(text)
    locked = plannen.plans(winkel)["tutoring"]
    assert (locked.versions, locked.latest, locked.intact, locked.changed) == ((), None, False, True)
    assert "niet meer te lezen, gewijzigd na vastleggen" in repr(Report(winkel.school("ZZ0100"), None, "cbs"))


@pytest.mark.parametrize(
    "path", [("datum",), ("ondertekening",), ("steekproef", "scholen"), ("kracht", "kleinste_effect")]
)
def test_no_change_of_any_kind_is_an_exception(winkel: Store, filled, path: tuple[str, ...]) -> None:
    plannen.lock(winkel, filled)
    tamper(winkel, *path, value=None)
    locked = plannen.plan_of(winkel, "tutoring")
    assert not locked.intact and isinstance(locked.latest.date, str) and locked.before("2021-2022")


def test_a_file_held_to_the_lock_says_where_it_differs(winkel: Store, filled) -> None:
    assert plannen.difference(None, filled) == "no plan of this intervention is locked"
    plannen.lock(winkel, filled)
    locked = plannen.plan_of(winkel, "tutoring")
    assert plannen.difference(locked, filled) == ""
    filled["uitkomst"]["hoofd"] = "rekenen leerjaar 2"
    assert plannen.difference(locked, filled) == "DIFFERS from version 1: uitkomst.hoofd"


# --- where a plan is seen ------------------------------------------------------------------------------


def test_report_and_manifest_name_version_and_hash_and_whether_it_changed(winkel: Store, filled) -> None:
    report = Report(winkel.school("ZZ0100"), None, "cbs")
    assert "Plan" not in repr(report)
    first = plannen.lock(winkel, filled).version
    assert f"Plan: tutoring: versie 1, {first.sha256[:12]}" in repr(report).splitlines()
    made = plan.Plan(winkel, (), {}, "cbs")
    assert manifest.record(made, [], 1)["plans"] == {
        "tutoring": {"version": 1, "sha256": first.sha256, "changed": False}
    }
    filled["uitkomst"]["verder"] = []
    second = plannen.lock(winkel, filled).version
    line = f"Plan: tutoring: versie 2, {second.sha256[:12]}, gewijzigd na vastleggen"
    assert line in repr(report).splitlines()
    assert manifest.record(made, [], 1)["plans"]["tutoring"]["changed"] is True
    path_of(winkel).write_text("x")
    assert manifest.record(made, [], 1)["plans"] == {"tutoring": {"changed": True}}


# --- checking ------------------------------------------------------------------------------------------


def faults(winkel: Store, filled: dict[str, Any], **changes: object) -> list[str]:
    """What is wrong after these changes, written as ``section__key``."""
    changed = copy.deepcopy(filled)
    for path, value in changes.items():
        section, _, key = path.rpartition("__")
        (changed[section] if section else changed)[key] = value
    return plannen.faults(changed, winkel)


def test_a_filled_plan_has_no_fault_and_an_empty_field_is_always_seen(winkel: Store, filled) -> None:
    assert plannen.faults(filled, winkel) == []
    for field in FIELDS:
        section, _, key = field.path.rpartition(".")
        lacking = copy.deepcopy(filled)
        del (lacking[section] if section else lacking)[key]
        found = plannen.faults(lacking, winkel)
        assert len(found) == 1 and found[0].startswith(f"{field.where}: is missing; it must be "), field.path
        for wrong in ("", 3.5, [1], {}):
            if not field.kind.fits(wrong):
                path = field.path.replace(".", "__")
                assert any(line.startswith(field.where) for line in faults(winkel, filled, **{path: wrong}))


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"interventie": "tutorin"}, "not in the table 'interventies' of the store; add a row for each"),
        ({"interventie": "tutorin"}, "Did you mean 'tutoring'?"),
        (
            {"ontwerp__ontwerp": "grens"},
            "[ontwerp] ontwerp: is 'grens'; the rule 'loting leerlingen' carries",
        ),
        ({"ontwerp__toewijzing": "drempel"}, "the register of the store says 'loting leerlingen'"),
        (
            {"uitkomst__hoofd": "rekenen leerjaar 9"},
            "is no domain and moment of a test. Did you mean 'rekenen",
        ),
        ({"uitkomst__verder": ["rekenen leerjaar 1"]}, "is the main outcome already"),
        ({"steekproef__scholen": ["ZZ0400"]}, "ZZ0400 not in the register of 'tutoring'"),
        ({"steekproef__scholen": ["ZZ0101"]}, "ZZ0101 not in the store. Did you mean 'ZZ0100'?"),
        ({"steekproef__scholen": ["ZZ0100", "ZZ0100"]}, "each once"),
        ({"steekproef__cohorten": ["2021-2023"]}, "a list of one or more school years"),
        ({"steekproef__cohorten": ["2022-2023", "2021-2022"]}, "write them from early to late"),
        ({"steekproef__leerlingen": True}, "a whole number above 0"),
        ({"analyse__kenmerken": ["score"]}, "words out of voor, eerste"),
        ({"kracht__kans": float("nan")}, "of 0.5 or more and at most 0.99"),
        ({"kracht__kleinste_effect": 0}, "a number above 0"),
        ({"verwachting__jaar": 2023}, "2023 is later than the plan, 2021-06-15"),
        ({"datum": "2021-06-15"}, "a date without quotes"),
        ({"besluiten": [{"datum": "gisteren"}]}, "[[besluiten]] 1 besluit: is missing"),
        ({"besluiten": "geen"}, "write each decision under [[besluiten]]"),
        ({"uitkomts": {}}, "uitkomts: no plan has this; take it out. Did you mean 'uitkomst'?"),
        ({"uitkomst__hoofdd": ""}, "[uitkomst] hoofdd: no plan has this; take it out. Did you mean 'hoofd'?"),
    ],
)
def test_a_fault_says_what_and_where_and_what_is_expected(winkel, filled, changes, line: str) -> None:
    assert any(line in found for found in faults(winkel, filled, **changes)), faults(
        winkel, filled, **changes
    )


def test_an_outcome_that_only_this_store_has_is_known(winkel: Store, filled) -> None:
    assert faults(winkel, filled, uitkomst__hoofd="rekenen kindergarten") == []
    assert faults(winkel, filled, uitkomst__hoofd="niveau leerjaar 3") == []


def test_schools_that_start_are_counted_by_school(winkel: Store, filled) -> None:
    changes = {"interventie": "brede_brugklas", "ontwerp__toewijzing": "gespreide start"}
    changes |= {"ontwerp__ontwerp": "gespreide start"}
    (line,) = faults(winkel, filled, **changes)
    assert line.startswith("[analyse] cluster: is 'leerling'") and "take 'vestiging'" in line


def test_all_that_is_wrong_stands_in_one_message(winkel: Store, filled) -> None:
    filled["datum"], filled["uitkomst"]["hoofd"], filled["ondertekening"] = "", "rekenen", {}
    with pytest.raises(PlanFileError) as caught:
        plannen.lock(winkel, filled, "mijn.toml")
    lines = str(caught.value).splitlines()
    assert lines[0] == "mijn.toml cannot be locked:"
    assert [line.split(":")[0].strip() for line in lines[1:-1]] == [
        "datum",
        "[ondertekening] school",
        "[ondertekening] onderzoek",
        "[uitkomst] hoofd",
    ]
    assert not path_of(winkel).exists()


# --- the template --------------------------------------------------------------------------------------


def test_the_template_is_toml_that_asks_for_what_only_its_writers_know(winkel: Store) -> None:
    content = sjabloon.of_intervention(winkel, "tutoring")
    read = tomllib.loads(sjabloon.toml(content))
    empty = {field.path for field in FIELDS if plannen.value(read, field.path) == sjabloon.TO_FILL_IN}
    assert {"datum", "ondertekening.school", "ondertekening.onderzoek"} <= empty
    assert {path for path, (old, new) in plannen.changes(content, read).items() if old != new} == set()
    comments = [line for line in sjabloon.toml(content).splitlines() if line.startswith("#")]
    assert all(f"# {field.uitleg}" in comments for field in FIELDS)


def test_a_version_without_a_date_is_no_exception() -> None:
    assert Version(1, "x", {}).date == "" and not Version(1, "x", {}).intact
