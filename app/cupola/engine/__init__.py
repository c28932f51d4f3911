"""Wires sources, store and watch into one feed of frozen changes."""
