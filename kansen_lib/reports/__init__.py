"""Executed notebooks in; HTML reports, their index and the collected results out."""
