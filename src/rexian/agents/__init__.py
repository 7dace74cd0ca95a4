"""Agents, teams, skills with levels, pause reasons and dispositions."""
