"""The application as a whole in one process, for tests: wired services over a real database, and a browser to it."""

import tempfile
from copy import copy
from functools import cache
from pathlib import Path
from typing import Any, cast

from argon2 import PasswordHasher
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient, Response
from starlette.datastructures import State

from rexian.agents.service import Agents
from rexian.api.app import build
from rexian.core.clock import Clock, SystemClock
from rexian.core.ids import TenantId, uuid7
from rexian.crm.lists import ListedNumbers
from rexian.flows.drafts import Drafts
from rexian.flows.nodes import load_registry
from rexian.flows.queries import SafeQueries
from rexian.flows.secrets import FlowSecrets
from rexian.flows.service import Flows
from rexian.hours import service as hours
from rexian.infra.database import Database
from rexian.infra.secrets import Secrets
from rexian.library import fax_documents
from rexian.library import service as library
from rexian.routing import service as routing
from rexian.telephony.prompts import Prompts
from rexian.telephony.service import Numbers, Trunks
from rexian.tenants.passwords import Passwords
from rexian.tenants.service import ApiKeys, Tenants, Users
from rexian.tenants.sessions import Sessions

PASSWORD = "correct horse"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Centre:
    """Services of `app.state.rexian`; other areas' services are added as attributes."""

    def __init__(self, database: Database, *, clock: Clock | None = None, folder: Path | None = None) -> None:
        self.database = database
        self.clock = clock or SystemClock()
        passwords = Passwords(CHEAP)
        self.users = Users(passwords)
        self.tenants = Tenants(database, self.users)
        self.sessions = Sessions(database, self.clock, passwords, refusal_s=0)
        self.api_keys = ApiKeys()
        self.flows = Flows(
            load_registry(),
            {
                **{"queue": routing.names, "calendar": hours.names, "library": library.names},
                "fax_document": fax_documents.names,
                "filled_fax_document": fax_documents.filled_names,
                "prompt": lambda work: self.prompts.keys(work),
            },
            offers={"queue": routing.choices, "calendar": hours.choices},
            calendars=lambda work: self.calendars.every(work),
        )
        self.drafts = Drafts(self.flows)
        self.calendars = hours.Calendars(self.flows)
        self.queues = routing.Queues(self.flows)
        self.folder = folder or Path(tempfile.gettempdir(), "rexian-no-such-folder")
        self.secrets = Secrets(bytes(32))
        self.flow_secrets = FlowSecrets(database, self.secrets)
        self.safe_queries = SafeQueries(database, self.secrets)
        self.agents = Agents(self.secrets, self.users, skill_unused=self.queues.require_skill_unused)
        self.numbers = Numbers(self.tenants)
        self.trunks = Trunks(self.secrets)
        self.listed_numbers = ListedNumbers(self.tenants)
        self.prompts = Prompts(
            self.folder / "prompts", self.tenants, voices={"zh": ["tones", "other"], "en": ["tones"]}
        )
        self.libraries = library.Libraries(self.flows, self.prompts)
        self.fax_documents = fax_documents.FaxDocuments(self.folder / "prompts", self.tenants, self.flows, self.prompts)

    async def tenant(self, slug: str = "") -> tuple[TenantId, str]:
        """A new tenant with an administrator `root`; gives its id and slug."""
        slug = slug or f"t{uuid7()[-12:]}"
        return await self.tenants.bootstrap(slug, "Acme", administrator="root", password=PASSWORD), slug


def face(services: object) -> FastAPI:
    """The whole API over these services. Its routes are made once for all: that takes longer than most tests."""
    made = copy(_routes())
    made.state = State({"rexian": services})
    return made


@cache
def _routes() -> FastAPI:
    routes = build(cast(Any, None))
    routes.middleware_stack = routes.build_middleware_stack()
    return routes


class Browser:
    """A browser with a cookie jar that sends the CSRF token as our pages do."""

    def __init__(self, app: object) -> None:
        transport = ASGITransport(app=app, raise_app_exceptions=False)  # type: ignore[arg-type]
        self.http = AsyncClient(transport=transport, base_url="http://centre.test")
        self.csrf = ""

    async def sign_in(self, slug: str, username: str = "root", password: str = PASSWORD) -> Response:
        body = {"tenant": slug, "username": username, "password": password}
        answer = await self.http.post("/api/v1/session", json=body)
        if answer.status_code == 200:
            self.csrf = answer.json()["csrf"]
        return answer

    async def get(self, path: str, **kwargs: object) -> Response:
        return await self.http.get(f"/api/v1{path}", **kwargs)  # type: ignore[arg-type]

    async def send(self, method: str, path: str, json: object = None, **kwargs: object) -> Response:
        headers = {"X-CSRF-Token": self.csrf}
        return await self.http.request(method, f"/api/v1{path}", json=json, headers=headers, **kwargs)  # type: ignore[arg-type]

    async def post(self, path: str, json: object = None) -> Response:
        return await self.send("POST", path, json)

    async def patch(self, path: str, json: object = None) -> Response:
        return await self.send("PATCH", path, json)

    async def delete(self, path: str) -> Response:
        return await self.send("DELETE", path)

    async def upload(self, path: str, content: bytes) -> Response:
        headers = {"X-CSRF-Token": self.csrf}
        return await self.http.post(f"/api/v1{path}", files={"file": ("sound", content)}, headers=headers)
