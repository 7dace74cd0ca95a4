"""An agent who asks something of his floor, by a route of his desk."""

from typing import Annotated

from fastapi import Depends, Response
from pydantic import Field, StringConstraints

from rexian.core.errors import Forbidden
from rexian.core.ids import AgentId, CallId
from rexian.floor.actor import Floor
from rexian.floor.inputs import Input
from rexian.floor.service import Floors
from rexian.tenants.access import access, service
from rexian.tenants.model import Principal

TheFloors = Annotated[Floors, Depends(service("floors"))]
AtDesk = Annotated[Principal, Depends(access("desk.use"))]


class Ordered:
    """The floor of the one who asks, and as which agent he asks."""

    def __init__(self, floor: Floor, agent: AgentId) -> None:
        self._floor = floor
        self.agent = agent

    async def tell(self, said: Input) -> Response:
        await self._floor.ask(said)
        return Response(status_code=204)

    def has(self, call: CallId) -> bool:
        live = self._floor.state.agents.get(self.agent)
        return live is not None and live.call == call


async def _ordered(by: AtDesk, floors: TheFloors) -> Ordered:
    if by.agent is None:
        raise Forbidden("desk.no_agent", "You are not set up as an agent. Ask an administrator to make you one.")
    return Ordered(floors.floor(by.tenant), by.agent)


Desk = Annotated[Ordered, Depends(_ordered)]
Target = Annotated[
    str,
    StringConstraints(pattern=r"^(agent:[0-9a-fA-F-]{36}|queue:[0-9a-fA-F-]{36}|number:[0-9+*#]{1,32})$"),
    Field(examples=["number:13800138000", "agent:019a3c5e-0000-7000-8000-000000000001"]),
]
Text = Annotated[str, StringConstraints(max_length=20_000)]
Word = Annotated[str, StringConstraints(max_length=120)]
