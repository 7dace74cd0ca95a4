"""Uploads become pages of a fax: the width of its line, its resolution, black and white; or it is said why not."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from rexian.core.errors import Invalid
from rexian.library.fax_documents import rendered_from
from rexian.library.rendering import ACROSS, DOWN, HEIGHT, WIDTH, Refused, as_page, render
from tests.sip.pages import pages_of


def pages(tmp_path: Path, upload: bytes) -> list[Image.Image]:
    (tmp_path / "upload").write_bytes(upload)
    count = render(tmp_path / "upload", tmp_path / "pages.tiff", most=9)
    found = pages_of(tmp_path / "pages.tiff")
    assert count == len(found)
    assert {(page.mode, page.width) for page in found} == {("1", WIDTH)}
    return found


def saved(picture: Image.Image, kind: str, **how: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def square(size: tuple[int, int], side: int, mode: str = "L", ink: Any = 0, paper: Any = 255) -> Image.Image:
    """A square in the upper left quarter of a sheet."""
    sheet = Image.new(mode, size, paper)
    ImageDraw.Draw(sheet).rectangle((0, 0, side - 1, side - 1), fill=ink)
    return sheet


def ink(page: Image.Image) -> tuple[float, float]:
    """How far from the left and the top ink reaches, in inches, counted from where it begins."""
    dark = ~np.asarray(page)
    across, down = np.flatnonzero(dark.any(axis=0)), np.flatnonzero(dark.any(axis=1))
    return (across[-1] - across[0] + 1) / ACROSS, (down[-1] - down[0] + 1) / DOWN


def test_a_page_of_a_pdf_keeps_its_size(tmp_path: Path) -> None:
    sheet = square((1190, 1684), 288)  # A4 at 144 dots an inch, with a square of two inches
    [page] = pages(tmp_path, saved(sheet, "PDF", resolution=144))
    assert (page.width, abs(page.height - HEIGHT) < 5) == (WIDTH, True)
    assert ink(page) == pytest.approx((2, 2), abs=0.03)


@pytest.mark.parametrize(("inches", "shrunk"), [((16.5, 23.4), 0.5), ((11.7, 8.3), 1.0)])
def test_what_is_larger_shrinks_and_what_lies_across_is_turned(
    tmp_path: Path, inches: tuple[float, float], shrunk: float
) -> None:
    sheet = square((round(inches[0] * 100), round(inches[1] * 100)), 200)
    [page] = pages(tmp_path, saved(sheet, "PDF", resolution=100))
    assert page.height <= HEIGHT
    assert ink(page) == pytest.approx((2 * shrunk, 2 * shrunk), abs=0.06)


@pytest.mark.parametrize(
    "upload",
    [
        saved(square((300, 420), 100, "RGB", "black", "white"), "PNG"),
        saved(square((300, 420), 100, "RGBA", (0, 0, 0, 255), (255, 255, 255, 0)), "PNG"),
        saved(square((300, 420), 100, "RGB", "black", "white"), "JPEG", quality=95),
        saved(square((300, 420), 100), "BMP"),
        saved(square((300, 420), 100, "I;16", 0, 65535), "TIFF"),
        saved(square((300, 420), 100, "CMYK", (0, 0, 0, 255), (0, 0, 0, 0)), "TIFF"),
        saved(square((300, 420), 100, "RGB", "black", "white"), "WEBP", lossless=True),
    ],
    ids=["png", "transparent", "jpeg", "bmp", "16 bits", "cmyk", "webp"],
)
def test_a_picture_of_any_kind_fills_the_page(tmp_path: Path, upload: bytes) -> None:
    [page] = pages(tmp_path, upload)
    third = WIDTH / 3 / ACROSS
    assert ink(page) == pytest.approx((third, third), abs=0.06)


def test_an_old_fax_of_half_the_lines_is_as_high_as_it_was(tmp_path: Path) -> None:
    upload = saved(square((WIDTH, 1000), 400, "1", 0, 1), "TIFF", dpi=(204, 98))
    [page] = pages(tmp_path, upload)
    assert page.height == pytest.approx(2000, abs=3)


def test_pages_of_one_file_come_in_their_order(tmp_path: Path) -> None:
    sheets = [square((300, 420), side) for side in (50, 100, 150)]
    widths = [
        ink(page)[0] for page in pages(tmp_path, saved(sheets[0], "TIFF", save_all=True, append_images=sheets[1:]))
    ]
    assert widths == sorted(widths)
    assert len(widths) == 3


def test_print_stays_sharp_and_greys_become_dots() -> None:
    shades = Image.new("L", (WIDTH, 40), 230)
    ImageDraw.Draw(shades).rectangle((0, 0, 575, 40), fill=30)
    ImageDraw.Draw(shades).rectangle((576, 0, 1151, 40), fill=136)
    page = ~np.asarray(as_page(shades.transpose(Image.Transpose.ROTATE_270), 1.0))
    dark = sorted(float(part.mean()) for part in np.array_split(page[:, WIDTH // 2 - 10 : WIDTH // 2 + 10], 3))
    assert dark[0] < 0.01
    assert dark[1] == pytest.approx(0.5, abs=0.05)
    assert dark[2] > 0.99


@pytest.mark.parametrize("size", [(1, 1), (1, 9000), (9000, 1)])
def test_whatever_its_shape_it_fits(size: tuple[int, int]) -> None:
    page = as_page(Image.new("L", size, 0), 1.0)
    assert page.width == WIDTH
    assert 1 <= page.height <= HEIGHT


LOCKED = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj 4 0 obj<</Filter/Standard/V 1/R 2/P -4"
    b"/O<" + b"00" * 32 + b">/U<" + b"00" * 32 + b">>>endobj\n"
    b"trailer<</Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]>>\n%%EOF"
)
"""A PDF whose password is not the empty one."""


@pytest.mark.parametrize(
    ("upload", "reason"),
    [
        (b"", "kind"),
        (b"MZ no picture", "kind"),
        (saved(Image.new("L", (9, 9)), "GIF"), "kind"),
        (b"%PDF-1.7 and no more", "unreadable"),
        (saved(Image.new("L", (99, 99), 7), "PNG")[:60], "unreadable"),
        (LOCKED, "encrypted"),
        (saved(Image.new("L", (9, 9)), "PDF", save_all=True, append_images=[Image.new("L", (9, 9))] * 9), "pages"),
        (saved(Image.new("1", (9, 9)), "TIFF", save_all=True, append_images=[Image.new("1", (9, 9))] * 9), "pages"),
    ],
)
def test_what_cannot_be_faxed_is_refused(tmp_path: Path, upload: bytes, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        pages(tmp_path, upload)


def noise() -> bytes:
    """What no coding makes smaller."""
    sheets = [Image.effect_noise((WIDTH, HEIGHT), 255).convert("1") for _ in range(3)]
    return saved(sheets[0], "TIFF", save_all=True, append_images=sheets[1:], dpi=(ACROSS, DOWN))


@pytest.mark.parametrize(
    ("upload", "code"),
    [
        (b"MZ", "kind"),
        (LOCKED, "encrypted"),
        (saved(Image.new("1", (16_000, 9_000), 1), "PNG"), "unreadable"),
        (noise(), "too_long"),
    ],
    ids=["kind", "encrypted", "a bomb", "too long"],
)
async def test_uploads_are_read_in_a_process_of_their_own(upload: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        await rendered_from(upload)
    assert refused.value.code == f"fax_document.{code}"


async def test_an_upload_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rexian.library.fax_documents.WITHIN_S", 0.0)
    with pytest.raises(Invalid) as refused:
        await rendered_from(b"MZ")
    assert refused.value.code == "fax_document.too_hard"
