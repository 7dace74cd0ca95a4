"""Pages that are faxed in tests, and the look of what has come of them."""

from pathlib import Path

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageSequence

WIDTH, DOTS = 1728, (204, 196)
"""A line of a fax, and how many dots an inch has across and down (ITU-T T.4)."""
GRID = 36

Look = NDArray[np.float64]


def a_page(turn: int = 0, *, height: int = 900) -> Image.Image:
    """A page with a disc, a ring and a bar, in another place for each `turn`."""
    page = Image.new("1", (WIDTH, height), 1)
    draw = ImageDraw.Draw(page)
    draw.ellipse((200 + 300 * turn, 150, 700 + 300 * turn, 650), fill=0)
    draw.ellipse((1100 - 200 * turn, 350, 1600 - 200 * turn, 750), outline=0, width=40)
    draw.rectangle((100, 780, 1200 + 100 * turn, 840), fill=0)
    return page


def write_tiff(path: Path, *pages: Image.Image) -> Path:
    """Lay pages into a machine."""
    path.parent.mkdir(parents=True, exist_ok=True)
    first, *more = pages
    first.save(path, "TIFF", save_all=True, append_images=more, compression="group4", dpi=DOTS)
    return path


def pages_of(tiff: Path) -> list[Image.Image]:
    """What has come out of a machine."""
    with Image.open(tiff) as fax:
        return [frame.copy() for frame in ImageSequence.Iterator(fax)]


def look(picture: Image.Image) -> Look:
    """How dark each field of a coarse grid over a picture is: 0 (white) to 1 (black)."""
    small = picture.convert("L").resize((GRID, GRID), Image.Resampling.BOX)
    return 1 - np.asarray(small, dtype=np.float64) / 255


def looks_of_pdf(pdf: bytes) -> list[Look]:
    """How each page of a PDF looks when it is drawn."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [look(page.render(scale=1).to_pil()) for page in document]
    finally:
        document.close()


def alike(one: Look, other: Look) -> bool:
    """Whether two pages show the same: a line more or less, as machines add one, makes no difference."""
    return float(np.abs(one - other).mean()) < 0.02
