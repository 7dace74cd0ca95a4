"""Queues and the pure matching of what waits with who is free."""
