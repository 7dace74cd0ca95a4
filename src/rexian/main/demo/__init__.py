"""The demonstration: a small centre with people, queues, a greeting and customers with a past."""
