"""Robots on the telephone, so that a newcomer sees a living centre: customers who call, agents who answer."""
