"""Flow documents, their versions and validation, and the pure engine that walks them.

Owns nothing but the walk: nodes come from the packages whose subject they are, through the entry points of group
`rexian.flow_nodes`. `interpreter.begin` and `interpreter.resume` are pure: they return a new run and what to do.
"""
