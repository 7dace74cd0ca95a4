"""HTTP assembly: every package's routes, the error table, logs and metrics of requests, the static web."""
