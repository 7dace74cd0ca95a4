"""What callers choose by keys: libraries of spoken pieces in categories, and the documents that can be faxed to them.

Owns: libraries, bookmarks, fax documents, the flow steps about them. Needs: flows, prompts, faxing. Publishes:
`LibraryChanged`, `FaxDocumentChanged`.
"""
