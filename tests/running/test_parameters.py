"""The parameters cell: types follow the defaults, text stays text, comments stay where they are."""

import pytest

from kansen_lib.running import parameters
from kansen_lib.running.errors import PlanError

CELL = """store = "winkel"  # waar de gegevens staan
school: str = "ZZ0100"
gemeente = "0001"
years = 3
share = 0.5
strict = True
cohorts = None
soort: str | None = None
routes = ["havo"]
"""


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("gemeente", "0363", "0363"),
        ("gemeente", "12", "12"),
        ("gemeente", "None", "None"),
        ("years", "5", 5),
        ("share", "1", 1.0),
        ("strict", "false", False),
        ("strict", "True", True),
        ("cohorts", "2019-2020, 2020-2021", ["2019-2020", "2020-2021"]),
        ("cohorts", "0363", ["0363"]),
        ("cohorts", "None", None),
        ("soort", "0363", "0363"),
        ("soort", "None", None),
        ("routes", "havo,vwo", ["havo", "vwo"]),
    ],
)
def test_a_value_has_the_type_of_its_default(name: str, text: str, value: object) -> None:
    parsed = parameters.read(CELL, "n.ipynb")[name].parse(text)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    ("name", "text"), [("years", "drie"), ("years", "1.5"), ("strict", "misschien"), ("share", "x")]
)
def test_a_value_of_another_type_is_refused(name: str, text: str) -> None:
    with pytest.raises(PlanError, match=f"'{name}'.*'{text}' is not"):
        parameters.read(CELL, "n.ipynb")[name].parse(text)


def test_a_computed_default_is_refused() -> None:
    with pytest.raises(PlanError, match="n.ipynb: the default of parameter 'years' is max"):
        parameters.read("years = max(1, 2)", "n.ipynb")


def test_filling_replaces_the_values_and_nothing_else() -> None:
    filled = parameters.fill(CELL, {"school": "ZZ0200", "years": 10, "routes": ["vwo", "é"], "cohorts": None})
    expected = CELL.replace("ZZ0100", "ZZ0200").replace('"ZZ0200"', "'ZZ0200'").replace("= 3", "= 10")
    assert filled == expected.replace('["havo"]', "['vwo', 'é']")


def test_filling_counts_bytes_and_spans_lines() -> None:
    source = 'naam = "é"; school = (\n    "ZZ0100"\n)\nstore = "s"  # ë'
    assert (
        parameters.fill(source, {"school": "B", "store": "t"})
        == "naam = \"é\"; school = (\n    'B'\n)\nstore = 't'  # ë"
    )
