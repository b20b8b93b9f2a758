"""How the numbers of a design are made, in the words of a plan: so that a plan is compared with the run."""

from __future__ import annotations

from dataclasses import dataclass

#: At which level standard errors are counted; the label of a pupil, a class or a school.
CLUSTERS = ("leerling", "klas", "vestiging")
#: What is done with pupils of whom a value is missing.
ONTBREKEND = ("weglaten", "aanvullen")
#: How intervals of several outcomes or groups are held together.
MEERVOUDIG = ("geen", "Bonferroni", "Benjamini-Hochberg", "Romano-Wolf")


@dataclass(frozen=True)
class Analyse:
    """What the main effect of a design is estimated with; covariates are those that its data have.

    Attributes:
        cluster: one of :data:`CLUSTERS`.
        ontbrekend: one of :data:`ONTBREKEND`.
        meervoudig: one of :data:`MEERVOUDIG`.
    """

    cluster: str
    ontbrekend: str = "weglaten"
    meervoudig: str = "geen"

    def __post_init__(self) -> None:
        known = {self.cluster: CLUSTERS, self.ontbrekend: ONTBREKEND, self.meervoudig: MEERVOUDIG}
        wrong = [word for word, words in known.items() if word not in words]
        if wrong:
            raise ValueError(f"no such way to analyse: {wrong}")
