"""Widgets that render a model and nothing else."""
