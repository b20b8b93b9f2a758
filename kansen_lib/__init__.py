"""kansen: how equal the chances of pupils in a Dutch secondary school are, and whether what is tried helps."""

__version__ = "0.1.0"
