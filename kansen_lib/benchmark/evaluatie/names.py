"""What the numbers of an evaluation are called, whatever its design; the words that a report shows."""

from __future__ import annotations

#: The estimand of the design, in sd: of everybody, of each group, and on the gap between them.
EFFECT = "effect"
#: The same of everybody, in points of the outcome.
POINTS = "effect in punten"
#: The effect of taking part, where not all who were assigned did, or others did too.
TAKEN = "effect van meedoen"
#: Level of the outcome of each group with and without, in points.
WITH, WITHOUT = "niveau met", "niveau zonder"
#: Correlation between the estimates of the effect on the mean and on the gap.
JOINT = "samenhang van gemiddelde en verschil"
#: Group of what is about everybody, and what stands between the two groups of a gap.
ALL, MINUS = "alle", " minus "
#: Fewest schools over which a number may be told to one of them: of two, one would know the other.
FEWEST_SCHOOLS = 3


def unit(interventie: str, ontwerp: str, uitkomst: str, vestiging: str = "") -> str:
    """Under which unit the benchmark keeps the numbers of an evaluation, or those of one school in it."""
    return "; ".join(part for part in (interventie, ontwerp, uitkomst, vestiging) if part)
