"""Database, journal, jobs, secrets, blobs, plugins: what every package stands on.

Owns the unit of work (`database`), the journal of facts (`journal`), its readers (`subscribers`), the embedded
PostgreSQL (`postgres`) and the migrations. Needs nothing but `core`.
"""
