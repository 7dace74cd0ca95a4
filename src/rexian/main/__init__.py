"""Compose and run: the only place that knows everybody."""
