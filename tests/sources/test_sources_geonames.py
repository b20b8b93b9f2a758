"""The postal code file of GeoNames: recognised without a header, and every PC4 where it lies."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
from duo_files import put

from kansen_lib.sources import duo, geonames
from kansen_lib.sources.reading import SourceError

#: Points with which a transformation to the Rijksdriehoek is tried (NSGI, RDNAPTRANS2018): degrees and km.
POINTS = {
    "Texel": (53.160753042, 4.824761912, 117.380120, 575.040340),
    "Noord-Groningen": (53.419482050, 6.776726674, 247.380560, 604.580780),
    "Amersfoort": (52.155172897, 5.387203657, 155.0, 463.0),
    "Zeeuws-Vlaanderen": (51.368607152, 3.397588595, 16.460910, 377.380230),
    "Zuid-Limburg": (50.792584916, 5.773795548, 182.260450, 311.480670),
    "Maasvlakte": (51.947393898, 4.072887101, 64.640890, 440.700010),
}


def line(code: str, latitude: object, longitude: object, place: str = "Nergens") -> str:
    """A row of the file, with a place that does not exist."""
    return f"NL\t{code}\t{place}\tFictie\t99\t\t\t\t\t{latitude}\t{longitude}\t6\n"


def places(*paths: Path) -> dict[tuple[str, str], float]:
    rows = duo.read(paths).tables["kenmerken"]
    assert set(rows["soort"]) == {"pc4"}
    assert set(rows["bron"]) == {"GeoNames postal codes"}
    assert (rows["waarde_lower"] == rows["waarde_upper"]).all()
    return {(row.eenheid, row.kenmerk): row.waarde_lower for row in rows.itertuples()}


@pytest.mark.parametrize("name", POINTS)
def test_a_place_lies_within_two_metres_of_its_published_point(name: str) -> None:
    latitude, longitude, east, north = POINTS[name]
    x, y = geonames.rijksdriehoek(np.array([latitude]), np.array([longitude]))
    assert np.hypot(x[0] - east, y[0] - north) < 0.002


def test_a_file_without_header_gives_a_place_for_each_of_its_lines(tmp_path: Path) -> None:
    amersfoort, limburg = POINTS["Amersfoort"], POINTS["Zuid-Limburg"]
    path = put(tmp_path, "NL.txt", line("9901", *amersfoort[:2]) + line("9902", *limburg[:2]))
    found = places(path)
    assert set(found) == {(code, axis) for code in ("9901", "9902") for axis in ("x_km", "y_km")}
    assert found["9901", "x_km"] == pytest.approx(155, abs=0.002)
    assert found["9902", "y_km"] == pytest.approx(limburg[3], abs=0.002)


def test_a_pc4_with_two_places_lies_between_them(tmp_path: Path) -> None:
    text = line("9901", "52.10", "5.30") + line("9901", "52.20", "5.30", "Elders")
    found = places(put(tmp_path, "NL.txt", text))
    x, y = geonames.rijksdriehoek(np.array([52.10, 52.20]), np.array([5.30, 5.30]))
    assert found["9901", "x_km"] == pytest.approx(x.mean(), abs=1e-3)
    assert found["9901", "y_km"] == pytest.approx(y.mean(), abs=1e-3)


def test_the_zip_is_read_as_it_is_published(tmp_path: Path) -> None:
    path = tmp_path / "NL.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "What stands in the columns\n")
        archive.writestr("NL.txt", line("9901", "52.10", "5.30"))
    assert len(places(path)) == 2
    told = [finding for finding in duo.read([path]).findings if "readme.txt" in finding.source]
    assert len(told) == 1


def test_a_cell_that_is_no_place_names_its_row(tmp_path: Path) -> None:
    path = put(tmp_path, "NL.txt", line("9901", "52.10", "5.30") + line("9902", "noord", "5.30"))
    with pytest.raises(SourceError, match="row 2, column 'LATITUDE': 'noord' is not a number"):
        duo.read([path])


def test_postcodes_of_another_country_are_refused(tmp_path: Path) -> None:
    text = line("1000", "50.85", "4.35") + line("1020", "50.88", "4.35")
    path = put(tmp_path, "BE.txt", text.replace("NL", "BE"))
    with pytest.raises(SourceError, match="unknown layout"):
        duo.read([path])
