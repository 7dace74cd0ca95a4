"""Webhooks: other systems are told what happens, by signed HTTP requests that are tried again until they are taken.

Owns: webhooks and their deliveries. Needs: jobs, secrets.
"""
