"""The twin: the real floor with a simulated switch on a virtual clock, driven by a scenario.

Owns scenarios, how they are fitted from what has happened, runs of them and their results. Needs the floor, routing,
flows, the records and their figures, and the simulated switch.
"""
