"""Qt adapters of the feed: models, gates, one ticker. QtCore only; all of it lives in the GUI thread."""
