"""Boards as people arrange them: each supervisor's own layouts, and screens on the wall with a link of their own.

Owns: board layouts, wall screens. Needs: API keys (a wall's link is one that may only look).
"""
