"""Ports to speech: text to speech, recognition; adapters do the work."""
