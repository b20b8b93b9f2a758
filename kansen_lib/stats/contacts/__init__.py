"""Who meets whom within a place: the others in a unit, and the friends that persons name."""

from kansen_lib.stats.contacts.companions import companions
from kansen_lib.stats.contacts.friends import FEWEST, friends

__all__ = ["FEWEST", "companions", "friends"]
