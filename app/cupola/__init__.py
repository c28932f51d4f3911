"""Cupola: a desktop window onto autonomous builds."""

__version__ = "0.1.0"
"""The one place that holds the version: the build reads this line, so no start pays for a metadata lookup."""
