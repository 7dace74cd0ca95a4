"""A switch in memory, on a clock that is given: for tests and for the twin, a whole day in seconds."""
