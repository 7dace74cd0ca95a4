"""The lasting record of every contact: segments, legs, recordings, timeline."""
