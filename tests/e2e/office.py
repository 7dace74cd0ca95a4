"""The demonstration's administrator, by the API."""

import time
from types import TracebackType
from typing import Any, Self

from httpx2 import Client, Response

from rexian.main.demo.people import ADMINISTRATOR, PASSWORD, TENANT


class Office:
    """Signed in for as long as the block lasts."""

    def __init__(self, address: str) -> None:
        self._http = Client(base_url=f"{address}/api/v1", timeout=30)

    def __enter__(self) -> Self:
        body = {"tenant": TENANT, "username": ADMINISTRATOR.username, "password": PASSWORD}
        self._http.headers["X-CSRF-Token"] = self.post("/session", **body)["csrf"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def post(self, path: str, **body: Any) -> Any:
        return self.send("POST", path, body)

    def get(self, path: str) -> Any:
        return self.send("GET", path)

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """The answer's JSON, None when it is empty."""
        reply = self._good(self._http.request(method, path, json=body))
        return reply.json() if reply.content else None

    def file(self, path: str, **headers: str) -> Response:
        return self._good(self._http.get(path, headers=headers))

    def _good(self, reply: Response) -> Response:
        assert reply.is_success, reply.text
        return reply

    def open_number(self, number: str, name: str, document: dict[str, Any]) -> str:
        """A number with a flow of its own, whose id this is."""
        flow: str = self.post("/flows", name=name)["id"]
        version = self.post(f"/flows/{flow}/versions", document=document)["version"]
        self.post(f"/flows/{flow}/versions/{version}/publish")
        self.post("/numbers", number=number, name=name, flow_id=flow)
        return flow

    def contacts(self, number: str) -> list[dict[str, Any]]:
        """Those of the newest who called this number."""
        return [row for row in self.get("/contacts?limit=5")["items"] if row["called"].endswith(number)]

    def recorded(self, number: str, within_s: float = 30) -> dict[str, Any]:
        """The newest contact by this number, once its recording can be played."""
        ends = time.monotonic() + within_s
        while time.monotonic() < ends:
            for row in self.contacts(number):
                contact: dict[str, Any] = self.get(f"/contacts/{row['id']}")
                if any(one["duration_s"] for one in contact["recordings"]):
                    return contact
            time.sleep(0.5)
        raise AssertionError("no recording in time")


def straight_to(queue: str) -> dict[str, Any]:
    """A flow's document: it answers and leads to that queue."""
    return {
        "start": "answer",
        "nodes": {
            "answer": {"type": "answer", "exits": {"next": "wait"}},
            "wait": {"type": "queue", "queue": queue, "exits": {"timeout": "bye", "no_agents": "bye"}},
            "bye": {"type": "hang_up"},
        },
    }
