"""The vocabulary everyone shares: ids, clock, errors, state tables, phone numbers."""
