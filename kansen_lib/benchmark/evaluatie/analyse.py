"""How the numbers of a design are made, in the words of a plan: so that a plan is compared with the run."""

from __future__ import annotations

from dataclasses import dataclass

from kansen_lib.plannen.velden import CLUSTERS, ONTBREKEND


@dataclass(frozen=True)
class Analyse:
    """What the main effect of a design is estimated with; covariates are those that its data have.

    Attributes:
        cluster: one of :data:`kansen_lib.plannen.velden.CLUSTERS`.
        ontbrekend: one of :data:`kansen_lib.plannen.velden.ONTBREKEND`.
    """

    cluster: str
    ontbrekend: str = "weglaten"

    def __post_init__(self) -> None:
        known = {self.cluster: CLUSTERS, self.ontbrekend: ONTBREKEND}
        wrong = [word for word, words in known.items() if word not in words]
        if wrong:
            raise ValueError(f"no such way to analyse: {wrong}")
