"""What happened to libraries and fax documents. Subjects: `library:<id>`, `fax_document:<id>`."""

import msgspec

from rexian.core.ids import FaxDocumentId, LibraryId


class LibraryChanged(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Added, changed or removed."""

    library: LibraryId


class FaxDocumentChanged(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Added, changed or removed, or given other pages."""

    document: FaxDocumentId
