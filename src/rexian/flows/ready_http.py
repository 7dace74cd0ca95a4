"""Routes of the flows that come with the product."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from rexian.flows.http import Flow
from rexian.flows.ready_made import install, ready_flows
from rexian.flows.service import Flows
from rexian.tenants.access import Working, access, service
from rexian.tenants.model import Principal

router = APIRouter(prefix="/api/v1/ready-flows", tags=["flows"])

FlowsOf = Annotated[Flows, Depends(service("flows"))]
Manager = Annotated[Principal, Depends(access("flows.manage"))]
Text = Annotated[str, Field(min_length=1, max_length=500)]


class Installation(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100)
    values: dict[str, Text] = Field(default_factory=dict, description="what the flow asks for: `{queue: sales}`")
    language: Literal["zh", "en"] = Field("zh", description="in which the steps are titled")


class ReadyFlow(BaseModel):
    """Names, descriptions and what is asked for, each in Chinese and English."""

    key: str
    name: dict[str, str]
    about: dict[str, str]
    asks: dict[str, dict[str, str]]
    document: dict[str, Any]


class ReadyFlows(BaseModel):
    items: list[ReadyFlow]


@router.get("")
async def list_ready_flows(by: Manager) -> ReadyFlows:
    return ReadyFlows(items=[ReadyFlow.model_validate(flow, from_attributes=True) for flow in ready_flows().values()])


@router.post("/{key}", status_code=201)
async def install_ready_flow(key: str, body: Installation, by: Manager, work: Working, flows: FlowsOf) -> Flow:
    """Make a flow of it, with a first version that can be changed, and published."""
    return Flow(**await install(flows, work, by, key, name=body.name, values=body.values, language=body.language))
