"""What a cell means."""

import pytest

from kansen_lib import codes
from kansen_lib.sources import opleidingen, values


@pytest.mark.parametrize(
    ("cell", "bounds"),
    [
        ("0", (0, 0)),
        ("17", (17, 17)),
        (" 17 ", (17, 17)),
        ("<5", (1, 4)),
        ("< 5", (1, 4)),
        ("-1", (1, 4)),
        ("1-4", (1, 4)),
        ("<10", (1, 9)),
        ("", None),
        ("<1", None),
        ("5,0", None),
        ("-2", None),
        ("²", None),
    ],
)
def test_count_bounds(cell: str, bounds: tuple[int, int] | None) -> None:
    assert values.count_bounds(cell) == bounds


@pytest.mark.parametrize(
    ("cell", "number"),
    [("538,636", 538.636), (",0", 0), ("90.9", 90.9), ("0,0000000000000", 0), ("-0.100", -0.1)],
)
def test_number(cell: str, number: float) -> None:
    assert values.number(cell) == number


@pytest.mark.parametrize("cell", ["", " ", "NA", "       .", "-99997"])
def test_no_number(cell: str) -> None:
    assert values.number(cell) != values.number(cell)  # NaN


@pytest.mark.parametrize("cell", ["zes", "1.000.000", "<5", "6,4,1"])
def test_text_is_no_number(cell: str) -> None:
    assert values.number(cell) is None


@pytest.mark.parametrize(
    ("published", "cbs"),
    [
        ("S GRAVENHAGE", "'s-Gravenhage"),
        ("'S-HERTOGENBOSCH", "'s-Hertogenbosch"),
        ("BERGEN NH", "Bergen (NH.)"),
        ("BERGEN (NH.)", "Bergen (NH.)"),
        ("BERGEN LB", "Bergen (L.)"),
        ("BERGEN OP ZOOM", "Bergen op Zoom"),
        ("CAPELLE AAN DEN IJSSEL", "Capelle aan den IJssel"),
        ("IJSSELSTEIN", "IJsselstein"),
        ("DEN HELDER", "Den Helder"),
        ("DE FRYSKE MARREN", "De Fryske Marren"),
        ("REUSEL-DE MIERDEN", "Reusel-De Mierden"),
        ("HENDRIK-IDO-AMBACHT", "Hendrik-Ido-Ambacht"),
        ("HOF VAN TWENTE", "Hof van Twente"),
        ("HET BILDT", "het Bildt"),
        ("HET HOGELAND", "Het Hogeland"),
        ("NUENEN CA", "Nuenen, Gerwen en Nederwetten"),
        ("Nuenen c.a.", "Nuenen, Gerwen en Nederwetten"),
        ("SUDWEST-FRYSLAN", "Súdwest-Fryslân"),
        ("S·dwest-FryslÔn", "Súdwest-Fryslân"),
        ("SÂ·dwest-FryslÃ\x94n", "Súdwest-Fryslân"),
        ("NOARDEAST-FRYSLÂN", "Noardeast-Fryslân"),
        ("Aa en Hunze", "Aa en Hunze"),
        ("ZWOLLE   ", "Zwolle"),
        (" ", None),
    ],
)
def test_gemeente_in_one_spelling(published: str, cbs: str | None) -> None:
    assert values.gemeente(published) == cbs


@pytest.mark.parametrize(("cell", "code"), [("0363", "0363"), ("285", "0285"), (" 637", "0637"), ("", None)])
def test_gemeente_code_has_four_characters(cell: str, code: str | None) -> None:
    assert values.gemeente_code(cell) == code


@pytest.mark.parametrize(
    ("brin", "nummer", "code"),
    [
        ("18BR", "00", "18BR00"),
        ("18BR", "18BR01", "18BR01"),
        ("07AB", "07", "07AB07"),
        ("00AH", "0", None),
        ("00AH", "1.0", None),
    ],
)
def test_vestiging(brin: str, nummer: str, code: str | None) -> None:
    assert values.vestiging(brin, nummer) == code


@pytest.mark.parametrize(
    ("date", "schooljaar"),
    [
        ("20190417", "2018-2019"),
        ("20171001", "2017-2018"),
        ("20240801", "2024-2025"),
        ("20240731", "2023-2024"),
    ],
)
def test_schooljaar_of_a_date(date: str, schooljaar: str) -> None:
    assert values.schooljaar_of_date(date) == schooljaar


@pytest.mark.parametrize(
    ("cell", "schooljaar"), [("2018", "2018-2019"), ("2018/2019", "2018-2019"), ("2018-2020", None)]
)
def test_schooljaar(cell: str, schooljaar: str | None) -> None:
    assert values.schooljaar(cell) == schooljaar


def test_dates_are_iso() -> None:
    assert values.iso_date("1-8-2005") == "2005-08-01"
    assert values.iso_date("2005-08-01") is None


@pytest.mark.parametrize(("cell", "pc4"), [("1011", "1011"), ("  30", None), ("10", None), ("0999", None)])
def test_pc4(cell: str, pc4: str | None) -> None:
    assert values.pc4(cell) == pc4


# --- onderwijstype and brugklas ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("telling", "opleiding", "brugklas"),
    [
        ("Brugjaar 1-2", "Ljvb op VWO/HAVO/VMBO-Alle Lw", "vmbo-b/k/gt/havo/vwo"),
        ("Brugjaar 1-2", "Ljvb op VWO/HAVO/VMBO-Th/Gm Lw", "vmbo-gt/havo/vwo"),
        ("Brugjaar 1-2", "Ljvb op HAVO/VMBO-Alle Lw", "vmbo-b/k/gt/havo"),
        ("Brugjaar 1-2", "Ljvb op HAVO/VMBO-Th/Gm Lw", "vmbo-gt/havo"),
        ("Brugjaar 1-2", "Ljvb op VWO/HAVO", "havo/vwo"),
        ("Brugjaar 1-2", "Ljvb op VWO", "vwo"),
        ("Brugjaar 1-2", "HAVO", "havo"),
        ("Brugjaar 1-2", "VWO-GYMNASIUMSTROOM", "vwo"),
        ("Brugjaar 1-2", "VWO-ATHENEUMSTROOM", "vwo"),
        ("Brugjaar 1-2", "Ljvb op VMBO-Alle Lw", "vmbo-b/k/gt"),
        ("Brugjaar 1-2", "Ljvb op VMBO-Bbg/Kbg Lw", "vmbo-b/k"),
        ("Brugjaar 1-2", "Ljvb op VMBO-BBg Lw", "vmbo-b"),
        ("Brugjaar 1-2", "Ljvb op VMBO-Kbg Lw", "vmbo-k"),
        ("Brugjaar 1-2", "Ljvb op VMBO-Gm Lw", "vmbo-gt"),
        ("Brugjaar 1-2", "Lj LWOO vb op Alle Lw", "vmbo-b/k/gt"),
        ("Brugjaar 1-2", "Lj LWOO vb op Bbg/Kbg Lw", "vmbo-b/k"),
        ("Brugjaar 1-2", "MAVO/Theor Lw-VMBO", "vmbo-gt"),
        ("Brugjaar 1-2", "LWOO MAVO/Theor Lw", "vmbo-gt"),
        ("Brugjaar 1-2", "VMBO Maritiem en techniek Algemeen Leerjaar", None),
        ("HAVO/VWO lj 3", "Ljvb op VWO/HAVO", "havo/vwo"),
        ("HAVO/VWO lj 3", "VWO-ATHENEUMSTROOM", "vwo"),
        ("HAVO lj 4-5", "HAVO Prf Ec/Maat", "havo"),
        ("VMBO GL lj 3-4", "VMBO GL Groen", "vmbo-gt"),
        ("VMBO BL lj 3-4", "LWOO BB Groen", "vmbo-b"),
        ("Praktijkonderwijs alle vj", "Praktijkonderwijs", "pro"),
        ("Int. Baccelaureaat", "International Baccalaureate diplom programme", "internationaal"),
        ("HAVO uitbest. aan VAVO", "HAVO NW naar VAVO", None),
    ],
)
def test_brugklastype(telling: str, opleiding: str, brugklas: str | None) -> None:
    found = opleidingen.brugklastype(telling, opleiding)
    assert found == brugklas
    assert found is None or found in codes.BRUGKLASTYPE


@pytest.mark.parametrize(
    ("telling", "opleiding", "onderwijstype"),
    [
        ("Brugjaar 1-2", "HAVO", "brugjaar"),
        ("HAVO/VWO lj 3", "HAVO", "havo"),
        ("HAVO/VWO lj 3", "Ljvb op VWO", "vwo"),
        ("HAVO/VWO lj 3", "VWO-GYMNASIUMSTROOM", "vwo"),
        ("HAVO/VWO lj 3", "Ljvb op VWO/HAVO", "havo/vwo"),
        ("VMBO TL lj 3-4", "MAVO/Theor Lw-Profiel Economie", "vmbo-t"),
        ("VMBO-MBO2 lj 3-6", "VMBO BB Groen", "vmbo"),
        ("VWO uitbest. aan VAVO", "VWO-ATH NW naar VAVO", "vavo"),
        ("Engelse Stroom", "International Baccalaureate middle years programme", "internationaal"),
        ("Brugklas", "HAVO", None),
    ],
)
def test_onderwijstype_of_the_count(telling: str, opleiding: str, onderwijstype: str | None) -> None:
    assert opleidingen.onderwijstype_telling(telling, opleiding) == onderwijstype


def test_every_onderwijstype_is_a_code() -> None:
    assert set(opleidingen.ONDERWIJSTYPE_TELLING.values()) <= set(codes.ONDERWIJSTYPE.codes)


@pytest.mark.parametrize(
    ("opleiding", "onderwijstype"),
    [
        ("VMBO T - economie", "vmbo-t"),
        ("VMBO T", "vmbo-t"),
        ("VMBO LWT - zorg & welzijn", "vmbo-b"),
        ("VMBO K - intersectoraal", "vmbo-k"),
        ("HAVO - N&T / N&G", "havo"),
        ("VWO - E&M", "vwo"),
        ("MBO - E&M", None),
    ],
)
def test_onderwijstype_of_an_exam(opleiding: str, onderwijstype: str | None) -> None:
    assert opleidingen.onderwijstype_examen(opleiding) == onderwijstype


@pytest.mark.parametrize(
    ("soort", "leerweg", "onderwijstype"),
    [
        ("VMBO", "GL", "vmbo-g"),
        ("VMBO", " ", "vmbo"),
        ("HAVO", " ", "havo"),
        ("VMBO", "XL", None),
        ("ISK", "", None),
    ],
)
def test_onderwijstype_of_a_leerweg(soort: str, leerweg: str, onderwijstype: str | None) -> None:
    assert opleidingen.onderwijstype_leerweg(soort, leerweg) == onderwijstype
