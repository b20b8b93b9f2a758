"""A simulated region whose truth is known: fictional schools and pupils for teaching and for tests.

The recipe is that of INVENTORY B-19. Nothing here is about a real school: BRIN codes begin with a
letter, PC4 codes with a zero, gemeente codes with an F, and every school name holds "Fictie".
"""

from kansen_lib.example.region import Region

__all__ = ["Region"]
