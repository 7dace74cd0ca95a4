"""Tenants, and the people in them: users, roles, permissions, sessions, API keys, audit trail.

Publishes `UserChanged`, `UserDisabled`, `SettingsChanged`. `access` guards every route; `audit` keeps who changed what.
"""
