"""`cupola status` and `cupola watch`: stands on the engine, runs where Qt cannot load."""
