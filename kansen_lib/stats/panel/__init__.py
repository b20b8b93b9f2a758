"""Difference-in-differences over staggered starts, and synthetic control."""
