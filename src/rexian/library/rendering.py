"""Turns an upload into the pages of a fax, in a process of its own: what a file is made to break, it breaks there.

    python -m rexian.library.rendering <upload> <tiff> <most pages>

Prints `{"pages": n}`, or `{"refused": reason}`: `kind`, `encrypted`, `pages` (too many) or `unreadable`. A page is as
wide as a line of a fax and has its fine resolution (ITU-T T.4 §2), so that the switch sends it as it is; colours and
greys become dots.
"""

import json
import resource
import sys
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError
from pypdfium2 import raw as pdfium

from rexian.telephony.fax_pages import UNREADABLE

WIDTH, HEIGHT = 1728, 2292
"""Dots of a line of 215 mm (T.4 §2.2), and lines of a page of 297 mm (A4) at 7.7 lines/mm."""
ACROSS, DOWN = 204, 196
"""Dots of an inch, as TIFF says it of T.4's fine resolution (TIFF/F, RFC 2306 §4)."""
MOST_PIXELS = 60_000_000
"""Of a picture: a page of A3 at 600 dots an inch."""
MEMORY = 2 * 1024**3
CPU_S = 60
PICTURES = ("PNG", "JPEG", "TIFF", "WEBP", "BMP")
BLACK, WHITE = 64, 208
"""Greys up to and from which on a dot is plainly black or white: print stays sharp, what lies between is dotted."""
_SHARPER = [round(255 * min(max((grey - BLACK) / (WHITE - BLACK), 0), 1)) for grey in range(256)]
STRANGE = 4.0
"""No machine's dots are so much longer than wide: what a picture says of them is then not believed."""


class Refused(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def render(upload: Path, tiff: Path, *, most: int) -> int:
    """Write the pages of `upload` to `tiff`; how many there are. Raises `Refused`."""
    try:
        pages = list(_pdf(upload, most) if _is_pdf(upload) else _pictures(upload, most))
    except (*UNREADABLE, pypdfium2.PdfiumError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("unreadable") from error
    if not pages:
        raise Refused("unreadable")
    first, *more = pages
    first.save(tiff, "TIFF", save_all=True, append_images=more, compression="group4", dpi=(ACROSS, DOWN))
    return len(pages)


def _is_pdf(upload: Path) -> bool:
    """The mark may stand a little later (ISO 32000-1, annex H.3)."""
    with upload.open("rb") as file:
        return b"%PDF-" in file.read(1024)


def _pdf(upload: Path, most: int) -> Iterator[Image.Image]:
    try:
        document = pypdfium2.PdfDocument(upload)
    except pypdfium2.PdfiumError as error:
        raise Refused("encrypted" if error.err_code == pdfium.FPDF_ERR_PASSWORD else "unreadable") from error
    document.init_forms()
    if len(document) > most:
        raise Refused("pages")
    for page in document:
        wide, high = (inches / 72 for inches in page.get_size())
        across, down = sorted((wide, high))
        if across <= 0:
            raise Refused("unreadable")
        fitting = min(1.0, WIDTH / ACROSS / across, HEIGHT / DOWN / down)
        drawn = page.render(scale=ACROSS / 72 * fitting, grayscale=True).to_pil()
        yield as_page(drawn, 1.0, largest=1.0 / ACROSS)


def _pictures(upload: Path, most: int) -> Iterator[Image.Image]:
    try:
        picture = Image.open(upload, formats=PICTURES)
    except UnidentifiedImageError as error:
        raise Refused("kind") from error
    with picture:
        count = getattr(picture, "n_frames", 1)
        if count > most:
            raise Refused("pages")
        for place in range(count):
            picture.seek(place)
            yield _as_it_is(picture) or as_page(_greys(ImageOps.exif_transpose(picture)), _stretch(picture))


def _as_it_is(picture: Image.Image) -> Image.Image | None:
    """A page that has been made for faxes is not touched."""
    fine = 0.9 < _stretch(picture) * DOWN / ACROSS < 1.1
    return picture.copy() if picture.mode == "1" and picture.width == WIDTH and fine else None


def _stretch(picture: Image.Image) -> float:
    """How much higher than wide a picture's dots are, by what it says of itself."""
    try:
        across, down = (float(dots) for dots in picture.info.get("dpi", (1, 1)))
        stretch = across / down
    except (TypeError, ValueError, ArithmeticError):
        return 1.0
    return stretch if 1 / STRANGE < stretch < STRANGE else 1.0


def _greys(picture: Image.Image) -> Image.Image:
    """On white paper."""
    if picture.mode.startswith("I"):  # 16 bits
        return picture.point(lambda grey: grey * (1 / 256)).convert("L")
    if "transparency" in picture.info or picture.mode in ("RGBA", "LA", "PA"):
        paper = Image.new("RGBA", picture.size, "white")
        paper.alpha_composite(picture.convert("RGBA"))
        return paper.convert("L")
    return picture.convert("L")


def as_page(picture: Image.Image, stretch: float, *, largest: float = float("inf")) -> Image.Image:
    """A picture in greys as a page in black and white: upright, as large as fits, in the middle of the line.

    `stretch`: height of its dots by their width. `largest`: so many inches a dot is wide at most.
    """
    wide, high = float(picture.width), picture.height * stretch
    if wide > high:
        picture, wide, high = picture.transpose(Image.Transpose.ROTATE_90), high, wide
    inch = min(WIDTH / ACROSS / wide, HEIGHT / DOWN / high, largest)
    size = max(1, min(WIDTH, round(wide * inch * ACROSS))), max(1, min(HEIGHT, round(high * inch * DOWN)))
    page = Image.new("L", (WIDTH, size[1]), 255)
    page.paste(picture.resize(size, Image.Resampling.LANCZOS), ((WIDTH - size[0]) // 2, 0))
    return page.point(_SHARPER).convert("1")


def main(upload: str, tiff: str, most: str) -> None:
    for kind, limit in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU_S)):
        with suppress(OSError, ValueError):  # some systems know no such limit
            resource.setrlimit(kind, (limit, limit))
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        print(json.dumps({"pages": render(Path(upload), Path(tiff), most=int(most))}))  # noqa: T201
    except Refused as refused:
        print(json.dumps({"refused": refused.reason}))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
