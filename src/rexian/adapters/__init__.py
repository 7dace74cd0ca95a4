"""The outer faces: one folder per vendor of a port, plus `simulated`."""
