"""The built web: files as they are, and the one page for every other address."""

from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_MISSING = "The web pages are not built yet: run `npm ci && npm run build` in web/.\n"
_NOT_PAGES = ("api/", "sip", "assets/")


def mount(app: FastAPI, folder: Path) -> None:
    """Serve `folder`. Hashed assets are kept by browsers for ever; the page itself is always asked for anew."""
    app.mount("/assets", _Files(folder / "assets", "public, max-age=31536000, immutable"), name="assets")
    pages = _Files(folder, "no-cache")

    @app.api_route("/{path:path}", methods=["GET", "HEAD"], include_in_schema=False)
    async def page(path: str, request: Request) -> Response:
        if path.startswith(_NOT_PAGES):
            raise HTTPException(404)
        wanted = _found(folder, path) or folder / "index.html"
        return pages.give(wanted, request.scope) if wanted.is_file() else PlainTextResponse(_MISSING, 503)


class _Files(StaticFiles):
    """Answers 304 to who has the file already."""

    def __init__(self, folder: Path, caching: str) -> None:
        super().__init__(directory=folder, check_dir=False)
        self._caching = caching

    def give(self, file: Path, scope: Scope) -> Response:
        return self.file_response(file, file.stat(), scope)

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = self._caching
        return response


def _found(folder: Path, path: str) -> Path | None:
    """A file of the folder itself; nothing above it and nothing hidden, however the path is spelt."""
    root = folder.resolve()
    wanted = (root / path).resolve()
    if not path or not wanted.is_relative_to(root) or not wanted.is_file() or wanted.name.startswith("."):
        return None
    return wanted
