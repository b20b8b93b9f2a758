"""Figures, tables and Dutch sentences, all views of one released result."""
