"""What callers browse by keys: libraries of spoken pieces in categories, and where each caller has stopped listening.

Owns: libraries, bookmarks, the flow step `library`. Needs: flows, prompts. Publishes: `LibraryChanged`.
"""
