"""kansen: how equal the chances of pupils in Dutch secondary schools are, and whether what is tried helps."""

__version__ = "0.1.0"
