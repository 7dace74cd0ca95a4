"""The people who answer: agents, teams, skills with levels, pause reasons, dispositions.

Publishes `AgentChanged` and the like, so that the floor and the switch follow. Keeps the secrets of agents' phones.
"""
