"""Outside files in, canonical tables and findings out: one module a kind of file.

The entry for the open data of DUO and CBS is :func:`kansen_lib.sources.duo.read`.
"""
