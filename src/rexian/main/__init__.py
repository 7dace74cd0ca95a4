"""Compose and run: the command line, the settings, the wiring, the processes. Knows everybody; nobody knows it."""
