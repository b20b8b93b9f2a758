"""What the network phase reads: the tables of all schools, each read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from kansen_lib import indicators
from kansen_lib.benchmark import area, scores
from kansen_lib.store import Store

SEED = 20260101
#: Most pupils in a pooled model: a seeded sample beyond it, so that a country fits in a laptop.
MODEL_PUPILS = 40_000


@dataclass(frozen=True)
class Network:
    """All schools of a store together."""

    store: Store

    @cached_property
    def loopbaan(self) -> pd.DataFrame:
        """Careers of all pupils."""
        columns = ["leerling", "vestiging", "schooljaar", "leerjaar", "niveau", "klas", "afloop"]
        return self.store.read("loopbaan", columns)

    @cached_property
    def pupils(self) -> pd.DataFrame:
        """One row a pupil; see :func:`kansen_lib.indicators.pupils`."""
        tables = self.store.read("leerlingen"), self.loopbaan, self.toetsen
        return indicators.pupils(*tables, self.store.last_schooljaar, self.store.test_kind)

    @cached_property
    def toetsen(self) -> pd.DataFrame:
        """Test scores of all pupils."""
        return self.store.read("toetsen")

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """Scores by pupil and by domain and moment ("rekenen leerjaar 1"), and the level in steps."""
        tests = self.toetsen
        label = tests["domein"] + " " + tests["moment"]
        first = tests.assign(toets=label).sort_values("schooljaar", kind="stable")
        first = first.drop_duplicates(["leerling", "toets"])
        wide = first.pivot(index="leerling", columns="toets", values="score")
        level = self.pupils.set_index("leerling")["niveau3"].rename("niveau leerjaar 3")
        return wide.join(level, how="outer")

    @cached_property
    def learners(self) -> pd.DataFrame:
        """The pupils with their classes; see :func:`kansen_lib.benchmark.scores.learners`."""
        return scores.learners(self.pupils, self.loopbaan)

    @cached_property
    def counts(self) -> dict[str, pd.DataFrame]:
        """Counts that a region is put together from; see :func:`kansen_lib.benchmark.area.tables`."""
        return area.tables(self)

    @cached_property
    def enquete(self) -> pd.DataFrame:
        """Survey answers of all respondents."""
        return self.store.read("enquete")


def several_schools(rows: pd.DataFrame) -> bool:
    """Whether there is anything to compare with: a school beside itself is no reference.

    Pupils must be of three schools: all of two less the own would be those of the other.
    """
    return rows["vestiging"].nunique() >= (3 if "leerling" in rows else 2)


def sample(pupils: pd.DataFrame) -> pd.DataFrame:
    """The rows that a pooled model is fitted on: all, or a seeded sample of them."""
    return pupils if len(pupils) <= MODEL_PUPILS else pupils.sample(MODEL_PUPILS, random_state=SEED)
