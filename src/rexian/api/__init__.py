"""HTTP assembly: every package's routes, the error table, the static web."""
