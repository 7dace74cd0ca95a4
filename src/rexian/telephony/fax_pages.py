"""The pages of faxes: where those lie that can be sent, and how any are shown as a PDF, in the resolution of each."""

import struct
from pathlib import Path

from PIL import Image, ImageSequence

DOCUMENTS = "_faxes"
"""In the folder of a tenant's prompts, which the switch sees: the documents that can be faxed, as `<key>.tiff`."""
STANDARD = (204.0, 98.0)
"""Pixels for an inch of a page that does not say (ITU-T T.4 §2.2, the coarser of the two that all machines have)."""
MOST_PAGES = 500
UNREADABLE = (OSError, SyntaxError, TypeError, ValueError, LookupError, EOFError, struct.error)
"""What the reader of pictures raises of files that are broken in one place or another."""


def to_pdf(tiff: Path, pdf: Path) -> int:
    """Write the pages of `tiff` to `pdf`, at most `MOST_PAGES`; how many there are.

    Raises `ValueError` when not one page can be read. Pages before one that is broken are kept.
    """
    pages = 0
    try:
        with Image.open(tiff) as fax:
            for frame in ImageSequence.Iterator(fax):
                dpi = frame.info.get("dpi", STANDARD)
                # A copy: what the TIFF says of its own coding is not to be carried over.
                frame.copy().save(pdf, "PDF", dpi=dpi, append=pages > 0)
                pages += 1
                if pages == MOST_PAGES:
                    break
    except UNREADABLE as error:
        if not pages:
            raise ValueError(f"The fax cannot be read: {error}.") from error
    return pages
