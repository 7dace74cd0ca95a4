"""Figures read from the journal, each with its formula."""
