"""The figures: per queue, agent and hour, live and for any window, each with the formula it is computed by.

Owns the formulas and agents' time; reads the records of `interactions`. Needs the journal for what is live.
"""
