"""``kansen plan`` and ``kansen power``: a template from the store, and what a study of its size could see."""

from __future__ import annotations

import math
import re
import shutil
import tomllib
from dataclasses import replace
from pathlib import Path

import frames
import pytest
from scipy import stats

from kansen_lib import cli, codes, plannen, store
from kansen_lib.benchmark import Benchmark, evaluatie
from kansen_lib.benchmark.evaluatie import spreiding
from kansen_lib.planning import kracht, sjabloon, winkel
from kansen_lib.planning.kracht import Assumptions, NotCarried, PowerError
from kansen_lib.planning.voorbeeld import SIGNED
from kansen_lib.planning.vragen import VRAGEN
from kansen_lib.stats.result import Estimate
from kansen_lib.store import Store

GIVEN = Assumptions(pupils=30, schools=8, icc=0.3, shocks=0.02, r2=0.5, r2_schools=0.8)


@pytest.fixture
def region(voorbeeld: Path, tmp_path: Path) -> Path:
    """A copy of the simulated region, for tests that lock something."""
    return shutil.copytree(voorbeeld, tmp_path / "regio", ignore=shutil.ignore_patterns("benchmark"))


@pytest.fixture
def only_duo(tmp_path: Path) -> Store:
    """Open data: 20, 40 and 60 pupils in leerjaar 1; another year and leerjaar beside them."""
    counts = {"vestiging": ["ZZ0100", "ZZ0100", "ZZ0100", "ZZ0200", "ZZ0300"]}
    counts |= {"schooljaar": ["2021-2022", "2020-2021", *["2021-2022"] * 3], "leerjaar": [1, 1, 2, 1, 1]}
    counts |= {"aantal_lower": [20, 99, 99, 40, 60], "aantal_upper": [20, 99, 99, 40, 60]}
    schools = frames.frame("vestigingen", vestiging=["ZZ0100", "ZZ0200", "ZZ0300"])
    return store.write(
        tmp_path / "duo", [("vestigingen", schools), ("aantallen", frames.frame("aantallen", **counts))]
    )


# --- power ---------------------------------------------------------------------------------------------


def detectable(error: float, df: float, chance: float = 0.8) -> float:
    return (stats.t.ppf(0.975, df) + stats.t.ppf(chance, df)) * error


def test_pupils_drawn_within_schools_by_hand() -> None:
    """What schools and the earlier score leave, over a quarter of all pupils: half of them are drawn."""
    error = math.sqrt((1 - 0.3 - 0.02) * (1 - 0.5) / (0.25 * 30 * 8))
    found = kracht.seen("loting", GIVEN).detectable
    assert found.standard_error == pytest.approx(error)
    assert found.value == pytest.approx(detectable(error, 8 * (30 - 2) - 1))


def test_one_school_is_a_lottery_without_blocks() -> None:
    error = math.sqrt(0.68 * 0.5 / (0.25 * 30))
    found = kracht.seen("loting", replace(GIVEN, schools=1)).detectable
    assert found.value == pytest.approx(detectable(error, 30 - 1 - 2))


@pytest.mark.parametrize("cohorts", [1, 4])
def test_schools_drawn_by_hand(cohorts: int) -> None:
    """Schools keep what their earlier score leaves; a cohort's own shock is shared by its pupils only."""
    between = 0.3 * (1 - 0.8) + 0.02 / cohorts
    error = math.sqrt(between / (0.25 * 8) + 0.68 * 0.5 / (0.25 * 30 * cohorts * 8))
    found = kracht.seen("loting van scholen", replace(GIVEN, cohorts=cohorts)).detectable
    assert found.standard_error == pytest.approx(error)
    assert found.value == pytest.approx(detectable(error, 8 - 1 - 2))


def test_an_invitation_is_divided_by_what_it_changes() -> None:
    invited = kracht.seen("geloote uitnodiging", replace(GIVEN, take_up=0.4)).detectable
    assert invited.value == pytest.approx(kracht.seen("loting", GIVEN).detectable.value / 0.4)


def test_a_cut_off_sees_less_than_a_lottery_and_schools_less_than_pupils() -> None:
    seen = {one: kracht.seen(one, GIVEN).detectable.value for one in codes.ONTWERP.codes}
    assert seen["loting"] < seen["grens"]
    assert seen["loting"] < seen["gespreide start"] < seen["een school"]
    assert seen["loting"] < seen["loting van scholen"]
    assert set(kracht.RESTS_ON) == set(seen) == set(codes.ONTWERP.codes)


def test_what_the_earlier_score_explains_of_cohorts_helps_a_staggered_start() -> None:
    plain, helped = (
        kracht.seen("gespreide start", replace(GIVEN, r2_shocks=share)).detectable.value for share in (0, 0.9)
    )
    assert helped < plain


@pytest.mark.parametrize("ontwerp", [one for one in codes.ONTWERP.codes if one != "een school"])
def test_the_numbers_needed_find_the_effect(ontwerp: str) -> None:
    needed = kracht.seen(ontwerp, GIVEN, effect=0.25).needed
    size = {"schools": round(needed.value)} if needed.unit == "schools" else {"pupils": needed.value / 8}
    reached = kracht.seen(ontwerp, replace(GIVEN, **size), effect=0.25)
    assert reached.detectable.value == pytest.approx(0.25, rel=0.06)
    assert reached.power.value == pytest.approx(0.8, abs=0.04)


def test_more_schools_beside_one_that_starts_are_not_said_to_help() -> None:
    assert kracht.seen("een school", GIVEN, effect=0.25).needed is None


def test_few_schools_cannot_carry_a_design_and_no_variance_is_an_error() -> None:
    with pytest.raises(NotCarried, match="needs 4 schools or more, there are 3"):
        kracht.plan("loting van scholen", replace(GIVEN, schools=3))
    with pytest.raises(PowerError, match="leave nothing between pupils"):
        kracht.plan("loting", replace(GIVEN, icc=0.99))


# --- the numbers of a store ----------------------------------------------------------------------------


def test_open_data_give_pupils_and_the_rest_is_assumed(only_duo: Store) -> None:
    found = winkel.of_schools(only_duo, None)
    assert (found.pupils, found.schools, found.icc, found.r2) == (40, 3, kracht.ICC, kracht.R2)
    assert winkel.of_schools(only_duo, ["ZZ0300"]).pupils == 60
    assert "icc" not in found.because
    with pytest.raises(PowerError, match="no pupils in leerjaar 1 are known of ZZ0400"):
        winkel.of_schools(only_duo, ["ZZ0400"])


def test_an_intervention_tells_who_is_in_scope_and_what_an_offer_changes(
    voorbeeld: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted again from the raw rows; the spread has a test of its own."""
    nothing = [Estimate.not_computable(name, "not asked") for name in spreiding.NAMES]
    monkeypatch.setattr(spreiding, "spread", lambda *_: nothing)
    region = Store(voorbeeld)
    register = evaluatie.registry(region)
    rows = region.read("deelname").query("interventie == 'oudergesprekken'")
    came = rows.groupby("toegewezen")["deelgenomen"].mean()
    found = winkel.of_intervention(region, register["oudergesprekken"])
    assert found.pupils == pytest.approx(len(rows) / rows["vestiging"].nunique())
    assert found.schools == rows["vestiging"].nunique() == len(register["oudergesprekken"].begun)
    assert found.share == pytest.approx(rows["toegewezen"].mean())
    assert found.take_up == pytest.approx(came[True] - came[False])
    schools = winkel.of_intervention(region, register["hoge_verwachtingen"])
    assert schools.schools == len(register["hoge_verwachtingen"].start)
    assert winkel.of_intervention(region, register["tutoring"]).take_up == 1


def test_the_spread_of_the_store_is_that_of_an_analysis_of_variance(voorbeeld: Path) -> None:
    """By hand, from moments: the shares between schools and explained by the score before."""
    region = Store(voorbeeld)
    tests = region.read("toetsen").query("domein == 'rekenen'")
    wide = tests.pivot_table(index=["leerling", "vestiging"], columns="moment", values="score").dropna(
        subset=["groep 8", "leerjaar 1"]
    )
    took = region.read("deelname").query("interventie == 'tutoring' and deelgenomen")["leerling"]
    wide = wide[~wide.index.get_level_values("leerling").isin(took)]
    by = wide.groupby(level="vestiging")
    within = wide - by.transform("mean")
    slope = (within["groep 8"] * within["leerjaar 1"]).sum() / (within["groep 8"] ** 2).sum()
    pupils = (within["leerjaar 1"] ** 2).sum() / (len(wide) - by.ngroups)
    left = ((within["leerjaar 1"] - slope * within["groep 8"]) ** 2).sum() / (len(wide) - by.ngroups)
    schools = by["leerjaar 1"].mean().var() - (pupils / by.size()).mean()
    found = winkel.of_schools(region, None)
    assert found.icc == pytest.approx(schools / (schools + pupils), abs=0.04)
    assert found.r2 == pytest.approx(1 - left / pupils, abs=0.05)
    assert 0.85 < found.r2_schools < 1 and 0 <= found.shocks < 0.02


def test_few_pupils_or_few_schools_leave_the_spread_to_be_assumed(voorbeeld: Path, tmp_path: Path) -> None:
    """Two pupils of each school, and three schools: what is assumed is said to be."""
    region = Store(voorbeeld)
    few = {"weinig": lambda rows: rows.groupby("vestiging").head(2)}
    few["drie"] = lambda rows: rows[rows["vestiging"].isin(["ZZ0100", "ZZ0200", "ZZ0300"])]
    for name, edit in few.items():
        kept = [(table, region.read(table)) for table in ("vestigingen", "toetsen", "loopbaan")]
        made = store.write(tmp_path / name, [*kept, ("leerlingen", edit(region.read("leerlingen")))])
        found = winkel.of_schools(made, None)
        assert (found.icc, found.r2) == (kracht.ICC, kracht.R2) and "icc" not in found.because


def test_the_benchmark_keeps_the_spread_of_every_outcome_of_the_register(
    voorbeeld: Path, network: Benchmark
) -> None:
    """The power card of a report and the command line rest on one number."""
    region = Store(voorbeeld)
    outcomes = {aanpak.uitkomst for aanpak in evaluatie.registry(region).values()}
    for uitkomst in outcomes:
        assert 0 < network.value(spreiding.ICC, "", uitkomst) < 1
    told = winkel.of_schools(region, None, "rekenen leerjaar 1")
    assert told.icc == network.value(spreiding.ICC, "", "rekenen leerjaar 1")
    assert told.r2 == network.value(spreiding.R2, "", "rekenen leerjaar 1")


# --- the command ---------------------------------------------------------------------------------------


def test_power_says_every_number_that_it_rests_on(kansen, only_duo: Store) -> None:
    code, out, _ = kansen("power", only_duo.path, "--icc", 0.25, "--effect", 0.28)
    assert code == 0
    for line in (
        "40 (first-year pupils of the latest year",
        "variance between schools: 25% (given)",
        "50% (assumed)",
    ):
        assert line in out
    assert all(f"  {one}: {kracht.RESTS_ON[one]}" in out for one in codes.ONTWERP.codes)
    given = replace(winkel.of_schools(only_duo, None), icc=0.25)
    row = next(line for line in out.splitlines() if line.startswith("│ loting "))
    seen = kracht.seen("loting", given, 0.28)
    numbers = [f"{seen.detectable.value:.2f}", f"{seen.power.value:.0%}", f"{seen.needed.value:.0f} schools"]
    assert all(number in row for number in numbers)
    assert "needs 4 schools or more, there are 3" in out


def test_power_of_one_school_counts_its_own_pupils(kansen, voorbeeld: Path) -> None:
    rows = Store(voorbeeld).read("deelname", where={"interventie": "tutoring", "vestiging": "ZZ0100"})
    words = ["--school", "ZZ0100", "--interventie", "tutoring", "--ontwerp", "loting"]
    code, out, _ = kansen("power", voorbeeld, *words)
    assert code == 0
    assert f"pupils of a school and cohort: {len(rows)} (in scope of 'tutoring'" in out
    assert "schools: 1 (the register)" in out


def test_an_outcome_that_the_store_lacks_is_an_error(kansen, voorbeeld: Path) -> None:
    code, _, error = kansen("power", voorbeeld, "--uitkomst", "rekenen leerjaar 9")
    assert code == 2 and "no outcome 'rekenen leerjaar 9'" in error and "rekenen leerjaar 1" in error


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["power"], "Give --pupils"),
        (["power", "--pupils", "30", "--school", "ZZ0100"], "give STORE as well"),
        (["power", "--pupils", "30", "--icc", "1.2"], "--icc 1.2: give a share between 0 and 1"),
        (["power", "--pupils", "-3"], "--pupils -3: give a number above 0"),
        (["power", "--pupils", "30", "--ontwerp", "lotting"], "Did you mean 'loting'?"),
        (["power", "--pupils", "30", "--power", "1.2"], "the power is 1.2"),
        (["power", "--pupils", "30", "--ontwerp", "een school"], "needs 3 schools or more, there are 1"),
        (["power", "{store}", "--school", "ZZ0101"], "'ZZ0101' is not in store"),
        (["power", "{store}", "--interventie", "tutoring"], "no intervention 'tutoring'"),
        (["plan", "new", "{store}", "--interventie", "tutoring"], "it has no table 'interventies'"),
        (["plan", "new", "{store}", "--vraag", "mentr"], "Did you mean 'mentor'?"),
        (["plan", "new", "{store}"], "give one of --interventie and --vraag"),
        (["plan", "new", "{store}", "--vraag", "mentor", "--out", "{store}/store.json"], "is there already"),
        (["plan", "lock", "{store}/store.json", "{store}"], "cannot be read as TOML"),
        (["plan", "lock", "{store}/nergens.toml", "{store}"], "nergens.toml"),
        (["plan", "show", "{store}x"], "no store at"),
    ],
)
def test_an_error_is_one_message_and_exit_code_2(
    kansen, only_duo: Store, words: list[str], message: str
) -> None:
    code, out, err = kansen(*[word.format(store=only_duo.path) for word in words])
    assert code == 2
    assert message in re.sub(r"[\s│]+", " ", err)
    assert "Traceback" not in err + out


def test_a_plan_from_template_to_lock_to_change(kansen, region: Path, tmp_path: Path) -> None:
    file = tmp_path / "mentor.toml"
    assert kansen("plan", "new", region, "--interventie", "mentor", "--out", file)[0] == 0
    code, _, err = kansen("plan", "lock", file, region)
    assert code == 2 and "[ondertekening] school: is ''" in err and "Mend this in the file" in err
    text = file.read_text().replace('datum = ""', "datum = 2021-05-01")
    text = text.replace('school = ""', 'school = "A"').replace('onderzoek = ""', 'onderzoek = "B"')
    file.write_text(text)
    code, out, _ = kansen("plan", "lock", file, region)
    assert code == 0 and re.match(r"version 1 locked: [0-9a-f]{64}$", out.strip())
    assert "nothing changed" in kansen("plan", "lock", file, region)[1]
    assert kansen("plan", "show", region, file)[:2] == (
        0,
        kansen("plan", "show", region)[1] + f"{file}: as locked\n",
    )
    file.write_text(text.replace('hoofd = "rekenen', 'hoofd = "totaal'))
    code, out, _ = kansen("plan", "show", region, file)
    assert code == 1 and "DIFFERS from version 1: uitkomst.hoofd" in out
    code, out, _ = kansen("plan", "lock", file, region)
    assert code == 0 and "version 2 locked" in out
    assert "uitkomst.hoofd: 'rekenen leerjaar 2' -> 'totaal leerjaar 2'" in out
    assert kansen("check", region)[0] == 0


def test_show_and_check_see_a_plan_that_was_changed_by_hand(kansen, region: Path) -> None:
    path = region / plannen.FOLDER / "tutoring.json"
    assert "as locked" in kansen("plan", "show", region)[1]
    path.write_text(path.read_text().replace("taal leerjaar 1", "taal leerjaar 2"))
    code, out, _ = kansen("plan", "show", region)
    assert code == 1 and "CHANGED after it was locked" in out
    code, _, err = kansen("check", region)
    assert code == 1 and "plan 'tutoring': its content does not fit its hash" in err
    path.write_text("")
    assert "cannot be read" in kansen("plan", "show", region)[1]


def test_a_store_without_plans_says_so(kansen, only_duo: Store) -> None:
    assert kansen("plan", "show", only_duo.path)[:2] == (0, f"{only_duo.path}: no plan is locked\n")


# --- templates -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("vraag", VRAGEN)
def test_a_question_of_the_field_has_its_estimand_design_and_power(
    voorbeeld: Path, only_duo: Store, vraag: str
) -> None:
    for opened in (Store(voorbeeld), only_duo):
        read = tomllib.loads(sjabloon.toml(sjabloon.of_question(opened, vraag)))
        rule = read["ontwerp"]["toewijzing"]
        assert read["ontwerp"]["ontwerp"] == codes.ontwerp(rule) and read["vraag"]["schatting"]
        assert read["steekproef"]["leerlingen"] > 0 and len(read["steekproef"]["scholen"]) >= 3
        known = read["kracht"]["kleinste_effect"]
        assert known == "" if "Niet te berekenen" in read["kracht"]["aannames"] else known > 0
    assert known == "" or vraag != "toets"  # three schools cannot be drawn over


def test_the_template_of_every_intervention_lacks_only_what_its_writers_know(
    voorbeeld: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    region = Store(voorbeeld)
    spread = winkel.of_schools(region, None)  # told once: it takes a second
    monkeypatch.setattr(winkel, "of_intervention", lambda *_: spread)
    for name in evaluatie.registry(region):
        read = tomllib.loads(sjabloon.toml(sjabloon.of_intervention(region, name)))
        found = {line.split(":")[0] for line in plannen.faults(read, region)}
        assert found == {"datum", "[ondertekening] school", "[ondertekening] onderzoek"}, name


def test_the_plan_of_the_example_is_made_again_and_that_of_another_is_left(tmp_path: Path) -> None:
    made = cli.make_example(tmp_path / "een", 4, 200, 5)
    first = plannen.plan_of(made, "tutoring")
    assert first.latest.content["ondertekening"] == SIGNED and first.intact
    path = made.path / plannen.FOLDER / "tutoring.json"
    before = path.read_bytes()
    assert cli.make_example(tmp_path / "een", 4, 200, 5).fingerprint == made.fingerprint
    assert path.read_bytes() == before
    changed = {**first.latest.content, "datum": None}
    changed = tomllib.loads(sjabloon.toml(changed | {"datum": "X"}).replace('"X"', "2021-07-01"))
    for section, key in (("steekproef", "leerlingen"), ("verwachting", "jaar")):
        changed[section][key] = int(changed[section][key])
    plannen.lock(made, changed)
    cli.make_example(tmp_path / "een", 4, 200, 6)
    assert plannen.plan_of(Store(tmp_path / "een"), "tutoring").latest.number == 2


def test_no_plan_holds_a_path_of_this_machine(region: Path, kansen) -> None:
    assert kansen("plan", "new", region, "--vraag", "mentor", "--out", region / "mentor.toml")[0] == 0
    text = (region / "mentor.toml").read_text() + (region / plannen.FOLDER / "tutoring.json").read_text()
    assert not re.search(r"/(home|root|work|tmp|Users)/", text)
