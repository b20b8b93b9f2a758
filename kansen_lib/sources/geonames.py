"""The postal code file of GeoNames: where each PC4 lies, in km of the Rijksdriehoek."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kansen_lib.sources import values
from kansen_lib.sources.part import Part
from kansen_lib.sources.reading import Rows
from kansen_lib.sources.tables import exact, features

Floats = NDArray[np.float64]
#: A place has no year.
_ALWAYS = "altijd"
#: The tower of Amersfoort: latitude and longitude (degrees), and east and north (km).
_ORIGIN, _TOWER = (52.15517440, 5.38720621), (155.0, 463.0)
#: Metres by power of 0.36 degree north and east of the tower; terms of less than a metre are left out.
_EAST = {(0, 1): 190_094.945, (1, 1): -11_832.228, (2, 1): -114.221, (0, 3): -32.391}
_NORTH = {(1, 0): 309_056.544, (0, 2): 3_638.893, (2, 0): 73.077, (1, 2): -157.984, (3, 0): 59.788}


def postcodes(part: Part) -> Rows:
    """Place of a PC4, ``x_km`` and ``y_km``: table ``kenmerken``; the mean where it has several places."""
    code = part.required("POSTAL CODE", values.pc4, "four digits")
    x, y = rijksdriehoek(part.numbers("LATITUDE"), part.numbers("LONGITUDE"))
    places = part.frame[[]].assign(x_km=x, y_km=y).groupby(code).mean().round(3)
    bounds = {name: exact(places[name].to_numpy()) for name in places}
    return Rows({"kenmerken": features(part, "pc4", places.index.to_series(), _ALWAYS, bounds)})


def rijksdriehoek(latitude: Floats, longitude: Floats) -> tuple[Floats, Floats]:
    """Km east and north of degrees (WGS 84), within two metres in the Netherlands.

    The polynomial of Schreutelkamp and Strang van Hees (2001), Benaderingsformules voor de transformatie
    tussen RD- en WGS84-kaartcoordinaten.
    """
    up, right = (0.36 * (degrees - at) for degrees, at in zip((latitude, longitude), _ORIGIN, strict=True))
    terms = (sum(c * up**p * right**q for (p, q), c in part.items()) for part in (_EAST, _NORTH))
    x, y = (tower + metres / 1000 for tower, metres in zip(_TOWER, terms, strict=True))
    return x, y
