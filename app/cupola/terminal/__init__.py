"""`cupola status` and `cupola watch`: consumers of the engine that run where Qt cannot even load."""
