"""Tenants, users, roles, permissions, API keys, audit trail."""
