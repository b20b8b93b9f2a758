"""A plan is checked whole before anything starts, and says what was meant."""

from pathlib import Path

import making
import pytest

from kansen_lib.running import plan as planning
from kansen_lib.running.errors import PlanError
from kansen_lib.running.plan import Plan
from kansen_lib.store import Store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    making.make_notebook(tmp_path / "notebooks", name="01_proef")
    return making.make_notebook(
        tmp_path / "notebooks",
        name="03_selectie",
        parameters=making.PARAMETERS + '\ngemeente = "0001"\nyears = 3',
    ).parent


@pytest.fixture
def winkel(tmp_path: Path) -> Store:
    return making.make_store(tmp_path / "winkel")


def test_all_is_every_school_with_every_notebook_in_order(winkel: Store, folder: Path) -> None:
    names = [job.name for job in planning.make(winkel, folder=folder).jobs]
    assert names == [
        f"{code}/{book}" for code in ("ZZ0100", "ZZ0200") for book in ("01_proef", "03_selectie")
    ]


def test_notebooks_go_by_number_or_name_and_keep_their_order(winkel: Store, folder: Path) -> None:
    plan = planning.make(winkel, "ZZ0200", "03_selectie,01", folder=folder)
    assert [job.name for job in plan.jobs] == ["ZZ0200/01_proef", "ZZ0200/03_selectie"]


def test_a_school_asked_twice_runs_once(winkel: Store, folder: Path) -> None:
    assert len(planning.make(winkel, "ZZ0200, ZZ0200", "01", folder=folder).jobs) == 1


def test_identifiers_stay_text_and_go_where_they_belong(winkel: Store, folder: Path) -> None:
    plan = planning.make(winkel, "ZZ0100", params=["gemeente=0363", "rule=a=b", "years=2"], folder=folder)
    first, second = plan.jobs
    assert first.parameters == {"store": "winkel", "school": "ZZ0100", "rule": "a=b"}
    assert second.parameters == first.parameters | {"gemeente": "0363", "years": 2}
    assert plan.parameters == {"gemeente": "0363", "rule": "a=b", "years": 2}


def test_the_kernel_finds_the_store_without_a_path(winkel: Store, folder: Path) -> None:
    job = planning.make(winkel, folder=folder).jobs[0]
    assert (job.folder / job.parameters["store"]).resolve() == winkel.path.resolve()
    assert "/" not in job.parameters["store"]


@pytest.mark.parametrize(("asked", "used"), [(None, "cbs"), ("nco", "nco")])
def test_the_plan_knows_the_profile_in_use(winkel: Store, folder: Path, asked: str | None, used: str) -> None:
    plan = planning.make(winkel, profile=asked, folder=folder)
    assert plan.profile == used
    assert ("profile" in plan.jobs[0].parameters) == (asked is not None)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"schools": "ZZ0101"}, "unknown school 'ZZ0101'. Did you mean 'ZZ0100'?"),
        ({"schools": "ZZ0101,QQQQQQ"}, "unknown school 'QQQQQQ'."),
        ({"schools": ","}, "names nothing"),
        ({"notebooks": "03_selektie"}, "unknown notebook '03_selektie'. Did you mean '03_selectie'?"),
        ({"notebooks": "07"}, "there are 01_proef, 03_selectie"),
        ({"params": ["rul=x"]}, "unknown parameter 'rul'. Did you mean 'rule'?"),
        ({"params": ["gemeente=0363"], "notebooks": "01"}, "unknown parameter 'gemeente'"),
        ({"params": ["rule"]}, "expected name=value"),
        ({"params": ["=x"]}, "expected name=value"),
        ({"params": ["school=ZZ0100"]}, "give it with --schools"),
        ({"params": ["profile=nco"]}, "give it with --profile"),
        ({"params": ["store=x"]}, "give it with the argument STORE"),
        ({"params": ["years=veel"]}, "'veel' is not"),
    ],
)
def test_what_is_unknown_is_an_error_that_helps(
    winkel: Store, folder: Path, asked: dict, message: str
) -> None:
    with pytest.raises(PlanError) as caught:
        planning.make(winkel, folder=folder, **asked)
    assert message in str(caught.value)


def test_all_unknown_schools_are_named_at_once(winkel: Store, folder: Path) -> None:
    with pytest.raises(PlanError, match="'ZZ0101'.*'ZZ0201'"):
        planning.make(winkel, "ZZ0101,ZZ0201", folder=folder)


def test_a_notebook_without_the_standard_parameters_is_refused(winkel: Store, tmp_path: Path) -> None:
    folder = making.make_notebook(tmp_path / "anders", parameters='store = "x"').parent
    with pytest.raises(PlanError, match=r"01_proef.ipynb: .* lacks profile, school"):
        planning.make(winkel, folder=folder)


def test_an_absent_folder_of_notebooks_is_explained(winkel: Store, tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="run kansen from a checkout"):
        planning.make(winkel, folder=tmp_path / "nergens")


def test_the_hash_of_a_notebook_is_of_its_sources_alone(tmp_path: Path) -> None:
    path = making.make_notebook(tmp_path, "x = 1")
    before = planning.read_notebook(path).code_hash
    path.write_text(path.read_text().replace('"execution_count": null', '"execution_count": 7'))
    assert planning.read_notebook(path).code_hash == before
    path.write_text(path.read_text().replace("x = 1", "x = 2"))
    assert planning.read_notebook(path).code_hash != before


def test_a_vestiging_without_gemeente_has_a_place_in_the_index(tmp_path: Path, folder: Path) -> None:
    store = making.make_store(tmp_path / "s", {"ZZ0100": ("Zonder Plaats", None)})
    plan: Plan = planning.make(store, folder=folder)
    assert plan.jobs[0].gemeente == "onbekende gemeente"
