"""What a desk needs to start."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from rexian.agents.service import Agents
from rexian.core.errors import Forbidden
from rexian.floor.service import Floors
from rexian.flows.service import Flows
from rexian.infra.rows import Listing
from rexian.telephony.ports import Phone
from rexian.tenants.access import Working, access, service
from rexian.tenants.model import Principal

router = APIRouter(prefix="/api/v1/desk", tags=["desk"])

ALL = Listing(limit=500, offset=0, q="", sort="")


@router.get("/setup")
async def setup(
    request: Request,
    by: Annotated[Principal, Depends(access("desk.use"))],
    work: Working,
    agents: Annotated[Agents, Depends(service("agents"))],
    floors: Annotated[Floors, Depends(service("floors"))],
    flows: Annotated[Flows, Depends(service("flows"))],
) -> dict[str, Any]:
    """The agent, how his phone registers, and what he chooses from: queues, reasons, results, colleagues, flows."""
    if by.agent is None:
        raise Forbidden("desk.no_agent", "You are not set up as an agent. Ask an administrator to make you one.")
    directory = floors.directory(by.tenant)
    line = await agents.line(work, by.agent)
    phone = None if line is None else Phone(id=line.phone_id, secret=line.secret, web=line.web, name=line.name)
    return {
        "agent": await agents.get(work, by.agent),
        "phone": None if phone is None else _registration(phone, request.url.hostname or "localhost"),
        "queues": [{"id": queue.id, "name": queue.name} for queue in directory.queues.values()],
        "pause_reasons": (await agents.pause_reasons.list(work, ALL)).items,
        "dispositions": (await agents.dispositions.list(work, ALL)).items,
        "colleagues": [
            {"id": entry.id, "name": entry.name, "extension": entry.extension}
            for entry in directory.agents.values()
            if entry.id != by.agent
        ],
        "flows": [
            {"id": row["id"], "name": row["name"]}
            for row in (await flows.list(work, ALL)).items
            if row["id"] in directory.published
        ],
    }


def _registration(phone: Phone, host: str) -> dict[str, Any]:
    """For a browser: which name to register, and where; for a desk phone it is set up by hand."""
    return {
        "uri": f"sip:{phone.id}@{host}",
        "password": phone.secret,
        "ws_path": "/sip",
        "ice": [],
        "web": phone.web,
    }
