"""What Cupola keeps for itself: settings, places, runs and journal; no Qt, nothing of a build's own files."""
