"""The fictional places and schools: codes, names, kinds and what each school offers.

A region is one block of up to 24 vestigingen in up to six gemeenten, or several of them side by
side: pupils go to school within their block. A block needs no pupils to exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kansen_lib import codes
from kansen_lib.example import parameters as par

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BLOCK = 24
GEMEENTEN = 6
PC4_PER_GEMEENTE = 6
#: 27 blocks: their PC4 codes are all that begin with a zero.
MAX_VESTIGINGEN = BLOCK * (999 // (GEMEENTEN * PC4_PER_GEMEENTE))
PUPILS_PER_BASISSCHOOL = 25
#: Km between the middles of two gemeenten, and from there to a PC4, by stedelijkheid (very urban to rural).
GEMEENTEN_APART, RING = 14.0, (1.5, 1.8, 2.2, 3.0, 4.0)
#: Pupils of the vestiging that is too small to report on, over the six cohorts.
TOO_SMALL = 48

_VMBO = ("vmbo-b", "vmbo-k", "vmbo-gt")
_ALL = (*_VMBO, "havo", "vwo")


@dataclass(frozen=True)
class Kind:
    """A recognisable kind of vo school (INVENTORY A6).

    Attributes:
        name: name of the kind.
        levels: the levels that it offers from leerjaar 3.
        brugklassen: the brugklastypen of leerjaar 1.
        broad_years: in how many leerjaren pupils sit by brugklastype.
        broad: its brugklastypen from vmbo-gt up under the intervention brede_brugklas.
        ses: how strongly parents of higher SES prefer it.
        herkomst: how strongly families with a migration background prefer it over others.
        gymnasium: share of its vwo pupils in the gymnasium.
    """

    name: str
    levels: tuple[str, ...]
    brugklassen: tuple[str, ...]
    broad_years: int = 1
    broad: tuple[str, ...] = ()
    ses: float = 0.0
    herkomst: float = 0.0
    gymnasium: float = 0.0

    @property
    def structuur(self) -> str:
        """The offer in the old letters of DUO."""
        if self.levels == ("pro",):
            return "PRO"
        letters = {"vmbo-b": "VBO", "vmbo-k": "VBO", "vmbo-gt": "MAVO", "havo": "HAVO", "vwo": "VWO"}
        return "/".join(dict.fromkeys(letters[level] for level in self.levels))


_BREED = ("vmbo-b/k", "vmbo-gt/havo/vwo")
KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "brede scholengemeenschap",
            _ALL,
            ("vmbo-b/k", "vmbo-gt/havo", "havo/vwo"),
            2,
            _BREED,
            gymnasium=0.1,
        ),
        Kind("gesegregeerde brede school", _ALL, ("vmbo-b/k", "vmbo-gt", "havo/vwo"), 1, _BREED, -0.2, 8.5),
        Kind("middenschool", _ALL, ("vmbo-b/k/gt/havo/vwo",), 3, ses=0.3),
        Kind(
            "mavo/havo/vwo",
            ("vmbo-gt", "havo", "vwo"),
            ("vmbo-gt/havo", "havo", "vwo"),
            1,
            ("vmbo-gt/havo/vwo",),
            0.1,
        ),
        Kind("mavo/havo", ("vmbo-gt", "havo"), ("vmbo-gt", "havo"), 1, ("vmbo-gt/havo",), 0.1),
        Kind("lyceum", ("havo", "vwo"), ("havo", "havo/vwo", "vwo"), 1, ("havo/vwo",), 0.45, gymnasium=0.3),
        Kind("categoraal gymnasium", ("vwo",), ("vwo",), 1, ses=0.9, gymnasium=1.0),
        Kind("categorale mavo", ("vmbo-gt",), ("vmbo-gt",), 1, ses=0.1),
        Kind("vmbo", _VMBO, ("vmbo-b", "vmbo-k", "vmbo-gt"), 1, ses=-0.3),
        Kind("vakschool", ("vmbo-b", "vmbo-k"), ("vmbo-b/k",), 2, ses=-0.4),
        Kind("klein vmbo", _VMBO, ("vmbo-b/k/gt",), 2, ses=-0.2),
        Kind("praktijkonderwijs", ("pro",), ("pro",), 1, ses=-0.3),
        Kind("te klein", ("vmbo-k", "vmbo-gt"), ("vmbo-k/gt",), 2),
    )
}


@dataclass(frozen=True)
class Plan:
    """One vestiging of the template: kind, name, intake of a cohort, and what it takes part in.

    ``breed`` is the place in ``COHORTS`` from which the brugklas is broad, -1 for never (a comparison
    school), None for a school outside that trial.
    """

    kind: str
    name: str
    intake: int
    neven: bool = False
    tutoring: bool = False
    breed: int | None = None
    zomer: bool = False


#: Four vestigingen a gemeente. The first one is the school of the committed notebooks.
TEMPLATE = (
    Plan(
        "brede scholengemeenschap", "Fictieve Scholengemeenschap {}", 285, tutoring=True, breed=2, zomer=True
    ),
    Plan("categorale mavo", "Fictieve Mavo {}", 90, neven=True),
    Plan("categoraal gymnasium", "Fictief Gymnasium {}", 120),
    Plan("vakschool", "Fictieve Vakschool {}", 110),
    Plan("gesegregeerde brede school", "Fictief Havencollege {}", 190, tutoring=True, breed=-1),
    Plan("lyceum", "Fictief Lyceum {}", 200, breed=-1, zomer=True),
    Plan("brede scholengemeenschap", "Fictief Stadscollege {}", 260, tutoring=True, breed=1, zomer=True),
    Plan("praktijkonderwijs", "Fictieve Praktijkschool {}", 40, neven=True),
    Plan("middenschool", "Fictieve Middenschool {}", 90),
    Plan("lyceum", "Fictief Parklyceum {}", 190, breed=2, zomer=True),
    Plan("vmbo", "Fictief Vmbo {}", 170, tutoring=True, zomer=True),
    Plan("praktijkonderwijs", "Fictief Praktijkcollege {}", 30),
    Plan("brede scholengemeenschap", "Fictief Streekcollege {}", 230, tutoring=True, breed=3, zomer=True),
    Plan("klein vmbo", "Fictieve Dorpsschool {}", 35),
    Plan("categorale mavo", "Fictieve Nieuwe Mavo {}", 90),
    Plan("vakschool", "Fictief Vakcollege {}", 80),
    Plan("mavo/havo/vwo", "Fictief Veldcollege {}", 190, breed=1),
    Plan("vmbo", "Fictieve Vmbo-school {}", 110, zomer=True),
    Plan("te klein", "Fictieve Nevenvestiging {}", 0, neven=True),
    Plan("klein vmbo", "Fictieve Plattelandsschool {}", 40),
    Plan("lyceum", "Fictief Duinlyceum {}", 220, breed=-1, zomer=True),
    Plan("categoraal gymnasium", "Fictief Stedelijk Gymnasium {}", 110),
    Plan("brede scholengemeenschap", "Fictief Beekcollege {}", 240, tutoring=True, breed=3, zomer=True),
    Plan("mavo/havo", "Fictieve Mavo-havo {}", 120, breed=-1),
)


@dataclass(frozen=True)
class Gemeente:
    """A gemeente of the template: stedelijkheid by its place in the list, mean SES and herkomst (latent)."""

    name: str
    stedelijkheid: int
    ses: float
    herkomst: float


GEMEENTE_TEMPLATE = (
    Gemeente("Denkwolde", 1, 0.00, 0.10),
    Gemeente("Verzonnen aan Zee", 0, -0.20, 0.75),
    Gemeente("Bedachtmond", 2, 0.00, 0.00),
    Gemeente("Fabelrade", 3, -0.10, -0.35),
    Gemeente("Droomkerke", 4, -0.05, -0.70),
    Gemeente("Sprookveen", 1, 0.40, -0.10),
)


def _base36(number: int, width: int) -> str:
    text = ""
    for _ in range(width):
        number, rest = divmod(number, len(DIGITS))
        text = DIGITS[rest] + text
    return text


@dataclass(frozen=True)
class Block:
    """Up to 24 vestigingen and their gemeenten, PC4 areas and basisscholen.

    Attributes:
        number: place of the block in the region, from 0.
        size: number of vestigingen.
        pupils: number of pupils over the six cohorts.
        first_brin, first_basisschool: number of the first BRIN of each kind.
        seed: seed of the region.
    """

    number: int
    size: int
    pupils: int
    first_brin: int
    first_basisschool: int
    seed: int

    def rng(self, stage: int) -> np.random.Generator:
        """The random numbers of one stage: the same whatever other stages draw."""
        return np.random.default_rng([self.seed, self.number, stage])

    @cached_property
    def plans(self) -> tuple[Plan, ...]:
        """The vestigingen, in order of their codes."""
        return TEMPLATE[: self.size]

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """The kind of each vestiging."""
        return tuple(KINDS[plan.kind] for plan in self.plans)

    @cached_property
    def gemeenten(self) -> tuple[Gemeente, ...]:
        """The gemeenten: one for every four vestigingen."""
        return GEMEENTE_TEMPLATE[: max(1, round(self.size / (BLOCK / GEMEENTEN)))]

    @cached_property
    def gemeente(self) -> np.ndarray:
        """Place of the gemeente of each vestiging."""
        return np.arange(self.size) * len(self.gemeenten) // self.size

    @cached_property
    def gemeente_names(self) -> tuple[str, ...]:
        """Names of the gemeenten: numbered from the second block on."""
        suffix = f" {self.number + 1}" if self.number else ""
        return tuple(item.name + suffix for item in self.gemeenten)

    @cached_property
    def gemeente_codes(self) -> tuple[str, ...]:
        """Codes of the gemeenten: an F and three digits, never a gemeentenummer."""
        first = self.number * GEMEENTEN + 1
        return tuple(f"F{first + place:03d}" for place in range(len(self.gemeenten)))

    @cached_property
    def vestigingen(self) -> tuple[str, ...]:
        """Codes of the vo vestigingen, ascending."""
        brin, neven, found = self.first_brin - 1, 0, []
        for plan in self.plans:
            brin, neven = (brin, neven + 1) if plan.neven else (brin + 1, 0)
            found.append(f"ZZ{_base36(brin, 2)}{neven:02d}")
        return tuple(found)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the vo vestigingen."""
        return tuple(
            plan.name.format(self.gemeente_names[place])
            for plan, place in zip(self.plans, self.gemeente, strict=True)
        )

    @cached_property
    def pc4(self) -> tuple[str, ...]:
        """PC4 codes, six a gemeente; all begin with a zero, as no real one does."""
        first = self.number * GEMEENTEN * PC4_PER_GEMEENTE + 1
        return tuple(f"{first + place:04d}" for place in range(len(self.gemeenten) * PC4_PER_GEMEENTE))

    @cached_property
    def pc4_gemeente(self) -> np.ndarray:
        """Place of the gemeente of each PC4."""
        return np.repeat(np.arange(len(self.gemeenten)), PC4_PER_GEMEENTE)

    @cached_property
    def pc4_ses(self) -> np.ndarray:
        """Mean latent SES of each PC4: the same spread in every gemeente, in random order."""
        return self._spread("ses", stage=1)

    @cached_property
    def pc4_herkomst(self) -> np.ndarray:
        """Mean latent herkomst of each PC4."""
        return self._spread("herkomst", stage=2)

    def _spread(self, name: str, stage: int) -> np.ndarray:
        grid = np.linspace(-1.46, 1.46, PC4_PER_GEMEENTE) * par.SES_BETWEEN_PC4  # sd 1 before scaling
        rng = self.rng(stage)
        return np.concatenate([getattr(item, name) + rng.permutation(grid) for item in self.gemeenten])

    @cached_property
    def pc4_km(self) -> np.ndarray:
        """Place of each PC4, km east and north, shape (PC4, 2): a ring around the middle of its gemeente.

        Gemeenten lie on a grid, three a row, and blocks one above the other. The wider the ring, the
        more rural the gemeente.
        """
        number = self.pc4_gemeente
        middle = np.column_stack([number % 3, number // 3 + 3 * self.number]) * GEMEENTEN_APART
        angle = 2 * np.pi * np.arange(len(self.pc4)) / PC4_PER_GEMEENTE
        ring = np.array(RING)[[item.stedelijkheid for item in self.gemeenten]][number]
        return middle + ring[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])

    @cached_property
    def basisscholen(self) -> tuple[str, ...]:
        """Codes of the basisscholen, ascending."""
        return tuple(
            f"Y{_base36(self.first_basisschool + place, 3)}00" for place in range(self.n_basisscholen)
        )

    @cached_property
    def n_basisscholen(self) -> int:
        """Number of basisscholen: one for every 25 pupils of a cohort, at least one a PC4."""
        return max(len(self.pc4), round(self.pupils / len(par.COHORTS) / PUPILS_PER_BASISSCHOOL))

    @cached_property
    def basisschool_pc4(self) -> np.ndarray:
        """Place of the PC4 of each basisschool, ascending."""
        return np.arange(self.n_basisscholen) * len(self.pc4) // self.n_basisscholen

    @cached_property
    def basisschool_effects(self) -> tuple[np.ndarray, np.ndarray]:
        """True effect of each basisschool on skill, and on the advice at equal skill."""
        draw = self.rng(3).standard_normal((2, self.n_basisscholen))
        return par.SD_BASISSCHOOL * draw[0], par.SD_BASISSCHOOL_ADVICE * draw[1]

    @cached_property
    def school_effects(self) -> tuple[np.ndarray, np.ndarray]:
        """True effect of each vestiging on growth to leerjaar 1 and to leerjaar 3."""
        draw = self.rng(4).standard_normal((2, self.size))
        return par.SD_SCHOOL_LJ1 * draw[0], par.SD_SCHOOL_LJ3 * draw[1]

    @cached_property
    def intake(self) -> np.ndarray:
        """Intended share of each vestiging in the pupils of the block."""
        weights = np.array([float(plan.intake) for plan in self.plans])
        small = weights == 0
        total = min(TOO_SMALL / self.pupils, 0.02) if small.any() else 0.0
        return np.where(small, total, (1 - total) * weights / weights.sum())

    @cached_property
    def offers(self) -> np.ndarray:
        """Whether each vestiging (row) offers each level (column)."""
        return np.array([[level in kind.levels for level in par.LEVELS] for kind in self.kinds])

    @cached_property
    def brugklas(self) -> np.ndarray:
        """Brugklastype (place in BRUGKLASTYPE) by broad or not, vestiging and first place on the ladder."""
        usual = [[best_brugklas(kind.brugklassen, label) for label in par.LADDER] for kind in self.kinds]
        broad = [
            [best_brugklas(kind.broad or kind.brugklassen, label) for label in par.LADDER]
            for kind in self.kinds
        ]
        return np.array([usual, broad])

    @cached_property
    def broad_years(self) -> np.ndarray:
        """Number of leerjaren with brugklassen of each vestiging."""
        return np.array([kind.broad_years for kind in self.kinds])

    @cached_property
    def breed_start(self) -> np.ndarray:
        """Place of the first cohort with a broad brugklas; -1 never, -2 outside the trial."""
        return np.array([-2 if plan.breed is None else plan.breed for plan in self.plans])

    @cached_property
    def trained(self) -> np.ndarray:
        """Lottery of the training for high expectations: 1 drawn, 0 not drawn, -1 outside it.

        Half is drawn of the vestigingen above pro that are large enough.
        """
        scope = np.array(["pro" not in kind.levels and kind.name != "te klein" for kind in self.kinds])
        rank = np.full(self.size, np.inf)
        rank[scope] = self.rng(5).permutation(int(scope.sum()))
        return np.where(scope, (rank < scope.sum() // 2).astype(int), -1)


def best_brugklas(types: tuple[str, ...], advice: str) -> int:
    """Place in BRUGKLASTYPE of the brugklas that fits an advice best: by levels, nearness, then height."""
    wanted, place = codes.levels(advice), codes.step(advice)

    def misfit(label: str) -> tuple[int, float, float]:
        return len(wanted - codes.levels(label)), abs(codes.step(label) - place), -codes.step(label)

    return codes.BRUGKLASTYPE.codes.index(min(types, key=misfit))


def blocks(vestigingen: int, leerlingen: int, seed: int) -> list[Block]:
    """Divide a region into blocks of at most 24 vestigingen, and its pupils over them by size."""
    count = -(-vestigingen // BLOCK)
    ends = [vestigingen * place // count for place in range(count + 1)]
    found: list[Block] = []
    brin, basisschool = 1, 0
    for place, (start, end) in enumerate(zip(ends, ends[1:], strict=False)):
        pupils = leerlingen * end // vestigingen - leerlingen * start // vestigingen
        block = Block(place, end - start, pupils, brin, basisschool, seed)
        found.append(block)
        brin += sum(not plan.neven for plan in block.plans)
        basisschool += block.n_basisscholen
    return found
