"""The built web: files as they are, and the one page for every other address."""

from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, PlainTextResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

_MISSING = "The web pages are not built yet: run `npm ci && npm run build` in web/.\n"
_NOT_PAGES = ("api/", "sip", "assets/")


def mount(app: FastAPI, folder: Path) -> None:
    """Serve `folder`. Hashed assets are kept by browsers for ever; the page itself is always asked for anew."""
    app.mount("/assets", _Assets(directory=folder / "assets", check_dir=False), name="assets")

    @app.get("/{path:path}", include_in_schema=False)
    async def page(path: str, request: Request) -> Response:
        if path.startswith(_NOT_PAGES):
            raise HTTPException(404)
        return _file(folder, path) or _page(folder)


class _Assets(StaticFiles):
    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def _file(folder: Path, path: str) -> Response | None:
    """A file of the folder itself; nothing above it and nothing hidden, however the path is spelt."""
    root = folder.resolve()
    wanted = (root / path).resolve()
    if not path or not wanted.is_relative_to(root) or not wanted.is_file() or wanted.name.startswith("."):
        return None
    return FileResponse(wanted, headers={"Cache-Control": "no-cache"})


def _page(folder: Path) -> Response:
    index = folder / "index.html"
    if not index.is_file():
        return PlainTextResponse(_MISSING, 503)
    return FileResponse(index, headers={"Cache-Control": "no-cache"})
