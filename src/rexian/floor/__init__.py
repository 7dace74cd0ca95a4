"""The live contact centre of one tenant: who is on, who waits, who talks. The single writer of that state.

Owns the floor's state and its journal facts (`events`); needs `telephony.ports.Switch`, the journal and a directory.
`decide(state, input, now)` is pure; `actor` runs it.
"""
