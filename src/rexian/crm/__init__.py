"""People and organisations, many identities each."""
