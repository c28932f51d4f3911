"""Builds to look at for whoever has none yet: a program that writes real files as real builds do."""
