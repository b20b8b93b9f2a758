"""What a pupil brings from home beside parental education and income: stay, debts, language, arrival."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kansen_lib.example import parameters as par
from kansen_lib.example.geography import Block

#: Columns of the table leerlingen that are drawn here, also of the pupils of a block.
COLUMNS = ("verblijfsduur_moeder", "schuldsanering", "thuistaal", "nieuwkomer")


def with_newcomers(usual: tuple[tuple[float, ...], ...], newcomer: tuple[float, ...]) -> np.ndarray:
    """Shares by herkomst (row), newcomers included."""
    share = np.array(par.NEWCOMER)[:, None]
    return (1 - share) * np.array(usual) + share * np.array(newcomer)


def pick(shares: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """The class of each pupil: ``shares`` a row a pupil, ``uniform`` one number a pupil."""
    return (uniform[:, None] >= np.cumsum(shares, axis=1)[:, :-1]).sum(axis=1)


def thuistaal(herkomst: np.ndarray, newcomer: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """Place in THUISTAAL of each pupil."""
    return _by_arrival(par.THUISTAAL, par.THUISTAAL_NEWCOMER, herkomst, newcomer, uniform)


def _by_arrival(
    usual: tuple[tuple[float, ...], ...],
    of_newcomers: tuple[float, ...],
    herkomst: np.ndarray,
    newcomer: np.ndarray,
    uniform: np.ndarray,
) -> np.ndarray:
    shares = np.where(newcomer[:, None], np.array(of_newcomers), np.array(usual)[herkomst])
    return pick(shares, uniform)


def add(block: Block, pupils: pd.DataFrame) -> pd.DataFrame:
    """``pupils`` with a column for each of ``COLUMNS``, as places in their code lists."""
    uniform = block.rng(11).random((4, len(pupils)))
    herkomst, inkomen = pupils["herkomst"].to_numpy(), pupils["inkomen"].to_numpy()
    newcomer = uniform[0] < np.array(par.NEWCOMER)[herkomst]
    stay = _by_arrival(par.VERBLIJFSDUUR, par.VERBLIJFSDUUR_NEWCOMER, herkomst, newcomer, uniform[1])
    return pupils.assign(
        verblijfsduur_moeder=stay,
        schuldsanering=(uniform[2] < np.array(par.SCHULDSANERING)[inkomen]).astype(int),
        thuistaal=thuistaal(herkomst, newcomer, uniform[3]),
        nieuwkomer=newcomer.astype(int),
    )


def known(block: Block, pupils: pd.DataFrame) -> dict[str, np.ndarray]:
    """The values of ``COLUMNS`` with -1 where they are missing, as in life."""
    rng = block.rng(41)
    return {name: np.where(rng.random(len(pupils)) < par.MISSING[name], -1, pupils[name]) for name in COLUMNS}
