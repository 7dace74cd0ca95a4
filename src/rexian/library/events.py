"""What happened to libraries. Subject: `library:<id>`."""

import msgspec

from rexian.core.ids import LibraryId


class LibraryChanged(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Added, changed or removed."""

    library: LibraryId
