"""The process `serve`: the API, the pages, and the floors of all tenants."""

import uvicorn
from fastapi import FastAPI

from rexian.main import settings as reading
from rexian.main.settings import Settings


def app(settings: Settings) -> FastAPI:
    app = FastAPI(title="Rexian", openapi_url="/api/v1/openapi.json", docs_url="/api/v1/docs")

    @app.get("/api/v1/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    return app


def main() -> None:
    settings = reading.load()
    uvicorn.run(
        app(settings), host=settings.web.bind, port=settings.web.port, log_level="warning", timeout_graceful_shutdown=3
    )


if __name__ == "__main__":
    main()
