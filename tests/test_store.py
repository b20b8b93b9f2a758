"""The store: whole or not at all, the same bytes for the same content, one school without the rest."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from frames import frame

from kansen_lib import schema, store

SCHOOLS = ("ZZ0100", "ZZ0200", "ZZ0300")


def schools() -> pd.DataFrame:
    return frame(
        "vestigingen",
        vestiging=[*SCHOOLS, "ZZ7700"],
        naam=["A", "B", "C", "De Fictie"],
        sector=["vo", "vo", "vo", "po"],
        gemeente=["Fictiedorp", "Fictiestad", "Fictiedorp", "Fictiedorp"],
    )


def pupils() -> pd.DataFrame:
    """Two pupils a school, of two cohorts, schools not in order."""
    return frame(
        "leerlingen",
        leerling=["p1", "p2", "p3", "p4", "p5", "p6"],
        vestiging=["ZZ0300", "ZZ0100", "ZZ0200", "ZZ0100", "ZZ0200", "ZZ0300"],
        cohort=["2020-2021", "2020-2021", "2020-2021", "2021-2022", "2021-2022", "2021-2022"],
    )


def tables() -> list[tuple[str, pd.DataFrame]]:
    return [("vestigingen", schools()), ("leerlingen", pupils()), ("kenmerken", frame("kenmerken"))]


def snapshot(path: Path) -> dict[str, bytes]:
    return {str(file.relative_to(path)): file.read_bytes() for file in path.rglob("*") if file.is_file()}


@pytest.fixture
def made(tmp_path: Path) -> store.Store:
    return store.write(tmp_path / "store", tables())


# --- round trip and fingerprint --------------------------------------------------------------------


@pytest.mark.parametrize("table", schema.TABLES)
def test_what_goes_in_comes_out(tmp_path, table):
    made = store.write(tmp_path, [(table, frame(table))])
    pd.testing.assert_frame_equal(made.read(table), frame(table))
    assert made.tables == {table: 1}


def test_a_store_opens_from_its_folder_alone(made):
    opened = store.Store(made.path)
    assert opened.fingerprint == made.fingerprint
    assert opened.tables == {"vestigingen": 4, "leerlingen": 6, "kenmerken": 1}


def test_the_same_content_gives_the_same_bytes(made, tmp_path):
    again = store.write(tmp_path / "again", reversed(tables()))
    assert snapshot(again.path) == snapshot(made.path)


def test_how_rows_came_in_parts_leaves_no_trace(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "ROW_GROUP", 4)
    whole = store.write(tmp_path / "whole", [("leerlingen", pupils())])
    parts = [("leerlingen", part) for _, part in pupils().groupby("vestiging")]
    cut = store.write(tmp_path / "cut", [("leerlingen", pupils().iloc[:0]), *parts])
    assert cut.fingerprint == whole.fingerprint
    assert pq.ParquetFile(cut.folder / "leerlingen.parquet").num_row_groups == 2  # 4 + 2


@pytest.mark.parametrize("change", ["value", "order of rows", "table", "simulated", "experiment"])
def test_other_content_gives_another_fingerprint(made, tmp_path, change):
    content, simulated = dict(tables()), change == "simulated"
    if change == "value":
        content["leerlingen"].loc[0, "geslacht"] = "vrouw"
    elif change == "order of rows":
        content["leerlingen"] = content["leerlingen"].iloc[[5, 1, 2, 3, 4, 0]]
    elif change == "table":
        del content["kenmerken"]
    experiment = "Project" if change == "experiment" else ""
    other = store.write(tmp_path / "other", content.items(), simulated=simulated, experiment=experiment)
    assert other.fingerprint != made.fingerprint


def test_another_schema_version_gives_another_fingerprint(made, tmp_path, monkeypatch):
    monkeypatch.setattr(schema, "SCHEMA_VERSION", schema.SCHEMA_VERSION + 1)
    assert store.write(tmp_path / "other", tables()).fingerprint != made.fingerprint


def test_no_path_or_time_stands_in_the_store(made, tmp_path):
    record = json.loads((made.path / store.MANIFEST).read_text(encoding="utf-8"))
    assert set(record) == {"schema_version", "fingerprint", "simulated", "experiment", "folder", "tables"}
    assert str(tmp_path).encode() not in b"".join(snapshot(made.path).values())


# --- a crash in the middle -------------------------------------------------------------------------


def failing_tables():
    yield "vestigingen", schools().iloc[:1]
    raise RuntimeError("power cut")


def test_an_error_between_two_parts_leaves_the_store_as_it_was(made):
    before = snapshot(made.path)
    with pytest.raises(RuntimeError, match="power cut"):
        store.write(made.path, failing_tables())
    assert snapshot(made.path) == before


def test_rows_that_break_the_contract_leave_the_store_as_it_was(made):
    before = snapshot(made.path)
    with pytest.raises(schema.SchemaError, match="geslacht"):
        store.write(made.path, [*tables(), ("enquete", frame("enquete")), ("leerlingen", bad_pupils())])
    assert snapshot(made.path) == before


def bad_pupils() -> pd.DataFrame:
    return frame("leerlingen", leerling=["p9"], vestiging=["ZZ0900"], geslacht=["jongen"])


def test_a_crash_just_before_the_new_version_is_put_in_use(made, monkeypatch):
    before = pd.DataFrame(made.read("vestigingen"))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(store, "write_json", interrupt)
        store.write(made.path, [("vestigingen", schools().iloc[:1])])
    opened = store.Store(made.path)
    assert opened.fingerprint == made.fingerprint
    pd.testing.assert_frame_equal(opened.read("vestigingen"), before)
    renewed = store.write(made.path, [("vestigingen", schools().iloc[:1])])
    assert [item.name for item in made.path.glob("data-*")] == [renewed.folder.name]


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


KILLED_WRITER = """
import sys, time
from frames import frame
from kansen_lib import store

def tables():
    yield "vestigingen", frame("vestigingen")
    print("halfway", flush=True)
    time.sleep(60)

store.write(sys.argv[1], tables())
"""


def test_a_killed_write_leaves_the_store_whole_and_the_next_write_clears_up(made, root):
    before = snapshot(made.path)
    writer = subprocess.Popen(
        [sys.executable, "-c", KILLED_WRITER, str(made.path)],
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": f"{root}:{root / 'tests'}"},
        text=True,
    )
    assert writer.stdout.readline() == "halfway\n"
    writer.send_signal(signal.SIGKILL)
    assert writer.wait() == -signal.SIGKILL
    writer.stdout.close()

    left = snapshot(made.path)
    assert {name: left[name] for name in before} == before
    assert list(made.path.glob(".partial-*")), "the killed write should have left something to clear up"
    assert store.Store(made.path).fingerprint == made.fingerprint

    store.write(made.path, tables())
    assert snapshot(made.path) == before


def test_a_killed_write_of_the_manifest_is_cleared_up_too(made):
    (made.path / ".store.json.4242").write_text("{", encoding="utf-8")
    store.write(made.path, tables())
    assert {item.name for item in made.path.iterdir()} == {"store.json", made.folder.name}


def test_a_new_version_replaces_the_old_one(made):
    renewed = store.write(made.path, [("vestigingen", schools().iloc[:2])])
    assert renewed.tables == {"vestigingen": 2}
    assert not made.folder.exists()


def test_other_things_in_the_folder_are_left_alone(made):
    (made.path / "truth.json").write_text("{}", encoding="utf-8")
    (made.path / "benchmark").mkdir()
    store.write(made.path, [("vestigingen", schools().iloc[:2])])
    assert (made.path / "truth.json").exists() and (made.path / "benchmark").exists()


def test_writing_again_mends_a_file_that_was_damaged(made):
    file = made.folder / "leerlingen.parquet"
    whole = file.read_bytes()
    file.write_bytes(whole[:-10])
    store.write(made.path, tables())
    assert file.read_bytes() == whole


# --- what is refused -------------------------------------------------------------------------------


def test_parts_out_of_order_are_refused(tmp_path):
    parts = [("vestigingen", schools().iloc[[1]]), ("vestigingen", schools().iloc[[0]])]
    with pytest.raises(store.StoreError, match="'vestigingen': part of ZZ0100 comes after ZZ0200"):
        store.write(tmp_path, parts)


def test_a_store_of_nothing_is_refused(tmp_path):
    with pytest.raises(store.StoreError, match="nothing to store"):
        store.write(tmp_path, [])
    with pytest.raises(store.StoreError, match="no store at"):
        store.Store(tmp_path)


def test_an_unknown_table_is_an_error_with_the_nearest_name(made):
    with pytest.raises(store.StoreError, match="unknown table: 'leerling'. Did you mean 'leerlingen'?"):
        made.read("leerling")
    with pytest.raises(store.StoreError, match="Did you mean 'leerlingen'?"):
        store.write(made.path, [("leeringen", pupils())])


def test_an_unknown_column_is_an_error_and_not_dropped(made):
    with pytest.raises(store.StoreError, match="column of 'leerlingen': 'cohorte'. Did you mean 'cohort'?"):
        made.read("leerlingen", ["leerling", "cohorte"])
    with pytest.raises(store.StoreError, match="'schoolplaats'"):
        made.read("aantallen", where={"schoolplaats": "Fictiedorp"})


def test_an_unknown_school_is_an_error_with_the_nearest_one(made):
    with pytest.raises(store.StoreError, match="'ZZ010O' is not in store .* Did you mean 'ZZ0100'?"):
        made.school("ZZ010O")


def test_a_basisschool_has_no_report(made):
    with pytest.raises(store.StoreError, match="'ZZ7700' is not in store"):
        made.school("ZZ7700")


def test_another_schema_version_is_refused_with_what_to_do(made, monkeypatch):
    written = schema.SCHEMA_VERSION
    monkeypatch.setattr(schema, "SCHEMA_VERSION", 99)
    with pytest.raises(store.StoreError, match=f"version {written}, .* reads 99: make the store again"):
        store.Store(made.path)


# --- reading ---------------------------------------------------------------------------------------


def test_an_absent_table_has_its_columns_and_no_rows(made):
    absent = made.read("loopbaan")
    assert absent.empty
    pd.testing.assert_series_equal(absent.dtypes, frame("loopbaan").dtypes)
    assert list(made.read("toetsen", ["score"]).columns) == ["score"]


@pytest.mark.parametrize("wanted", ["ZZ0100", ["ZZ0100"], ["ZZ0300", "ZZ0100"], [], ["ZZ9999"]])
def test_a_condition_is_a_filter(made, wanted):
    rows = made.read("leerlingen", ["leerling"], where={"vestiging": wanted})
    asked = [wanted] if isinstance(wanted, str) else wanted
    assert set(rows["leerling"]) == set(pupils()[pupils()["vestiging"].isin(asked)]["leerling"])


def test_conditions_hold_together(made):
    rows = made.read("leerlingen", where={"vestiging": "ZZ0100", "cohort": "2021-2022"})
    assert list(rows["leerling"]) == ["p4"]


@pytest.mark.parametrize("vestiging", SCHOOLS)
def test_a_slice_is_the_whole_filtered(made, vestiging):
    whole = made.read("leerlingen").query("vestiging == @vestiging").reset_index(drop=True)
    assert len(whole) == 2
    pd.testing.assert_frame_equal(made.school(vestiging).table("leerlingen"), whole)


def test_a_slice_is_read_without_the_rest(tmp_path):
    """Every row group but that of the school is overwritten; the school does not notice."""
    each = store.ROW_GROUP
    rows = frame("aantallen", vestiging=[code for code in SCHOOLS for _ in range(each)])
    made = store.write(tmp_path, [("vestigingen", schools()), ("aantallen", rows)])
    file = made.folder / "aantallen.parquet"
    groups = pq.ParquetFile(file).metadata
    damaged = bytearray(file.read_bytes())
    for group in map(groups.row_group, range(groups.num_row_groups)):
        if group.column(0).statistics.min != "ZZ0200":
            damage(damaged, group)
    file.write_bytes(damaged)

    assert len(made.school("ZZ0200").table("aantallen")) == each
    with pytest.raises((OSError, pa.ArrowException)):
        made.read("aantallen")


def damage(content: bytearray, group: pq.RowGroupMetaData) -> None:
    for number in range(group.num_columns):
        column = group.column(number)
        start = column.dictionary_page_offset or column.data_page_offset
        content[start : start + column.total_compressed_size] = b"\xff" * column.total_compressed_size


def test_only_the_asked_cohorts(made):
    school = made.school("ZZ0100", cohorts=["2020-2021"])
    assert list(school.table("leerlingen")["leerling"]) == ["p2"]


def test_cohorts_choose_the_rows_of_their_pupils_and_keep_respondents_who_are_none(tmp_path):
    survey = frame(
        "enquete",
        respondent=["r1", "r2", "r3"],
        rol=["leerling", "leerling", "leraar"],
        leerling=["p2", "p4", None],
    )
    career = frame("loopbaan", leerling=["p2", "p4"])
    made = store.write(tmp_path, [*tables(), ("enquete", survey), ("loopbaan", career)])
    school = made.school("ZZ0100", cohorts=["2020-2021"])
    assert list(school.table("enquete")["respondent"]) == ["r1", "r3"]
    assert list(school.table("loopbaan")["leerling"]) == ["p2"]
    assert len(made.school("ZZ0100").table("enquete")) == 3


def test_neighbours_are_the_vo_vestigingen_of_the_gemeente(made):
    assert made.school("ZZ0100").neighbours == ("ZZ0100", "ZZ0300")
    assert made.school("ZZ0200").neighbours == ("ZZ0200",)


def test_what_is_missing_is_named(made):
    school = made.school("ZZ0100")
    needs = {"leerlingen": ["advies_eerste", "opleiding_ouders"], "loopbaan": ["niveau"]}
    assert school.missing(needs) == ("loopbaan.niveau",)


# --- tiers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "simulated", "tier"),
    [
        ([("vestigingen", schools())], False, "openbaar"),
        ([("vestigingen", schools()), ("leerlingen", pupils())], False, "onderzoek"),
        ([("leerlingen", frame("leerlingen", opleiding_ouders=[None]))], False, "school"),
        ([("leerlingen", pupils())], True, "voorbeeld"),
        ([("vestigingen", schools())], True, "voorbeeld"),
    ],
)
def test_the_tier_of_a_store(tmp_path, content, simulated, tier):
    made = store.write(tmp_path, content, simulated=simulated)
    assert made.tier == tier
    assert tier in store.TIERS


@pytest.mark.parametrize("content", [[("vestigingen", schools())], [("leerlingen", pupils())]])
def test_the_tier_of_an_experiment_from_elsewhere(tmp_path, content):
    made = store.write(tmp_path, content, experiment="Project STAR")
    assert (made.tier, made.experiment, made.simulated) == ("experiment", "Project STAR", False)
    assert made.tier in store.TIERS


def test_an_experiment_is_not_made_up(tmp_path):
    with pytest.raises(store.StoreError, match="simulated or the experiment 'Project STAR', not both"):
        store.write(tmp_path / "winkel", tables(), simulated=True, experiment="Project STAR")
    assert not (tmp_path / "winkel").exists()


def test_a_copied_store_is_the_same_store(made, tmp_path):
    copy = Path(shutil.copytree(made.path, tmp_path / "copy"))
    assert store.Store(copy).fingerprint == made.fingerprint
    pd.testing.assert_frame_equal(store.Store(copy).read("leerlingen"), made.read("leerlingen"))


# --- the simulated region, as the demo makes it ------------------------------------------------------------


def test_a_school_of_the_region_is_the_region_filtered(voorbeeld):
    region = store.Store(voorbeeld)
    vestiging = region.vestigingen.index[0]
    school = region.school(vestiging)
    for table in ("leerlingen", "loopbaan", "aantallen", "examens"):
        whole = region.read(table)
        own = whole[whole["vestiging"] == vestiging].reset_index(drop=True)
        assert len(own) > 0
        pd.testing.assert_frame_equal(school.table(table), own)


@pytest.mark.parametrize("table", schema.KEYS)
def test_keys_of_the_region_hold_over_all_its_parts(voorbeeld, table):
    rows = store.Store(voorbeeld).read(table, schema.KEYS[table])
    assert len(rows) > 0
    assert not rows.duplicated().any()


def test_the_region_says_that_it_is_simulated(voorbeeld):
    assert store.Store(voorbeeld).tier == "voorbeeld"
