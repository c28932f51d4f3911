"""What changed on disk: events, coalescing, reading lanes, search, health."""
