"""The four panels of a build as models, each from the facts of its run alone: no clock, no ages, no I/O."""
