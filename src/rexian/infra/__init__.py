"""Database, journal, jobs, settings, blobs, plugins."""
