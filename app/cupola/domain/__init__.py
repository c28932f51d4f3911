"""Facts, rules and models of builds: no Qt, no I/O, and `now` is always an argument."""
