"""Alerts: rules with thresholds, judged each second from the floor's state and figures.

Owns: alert rules, the alerts that were raised. Publishes: `AlertRaised`, `AlertAcknowledged`, `AlertCleared`.
Needs: the floors, the figures of the day, webhooks.
"""
