"""What each fact does to the state, by noun. Nothing here decides, reads a clock or fails on a legal fact."""
