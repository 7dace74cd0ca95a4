"""Routes of numbers, trunks and prompts."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, UploadFile
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field, SecretStr

from rexian.core.errors import Invalid, Unavailable
from rexian.core.ids import NumberId, PromptId, TrunkId
from rexian.telephony.prompts import Prompts
from rexian.telephony.service import Numbers, Trunks
from rexian.tenants.access import Door, Listed, Many, Ref, Working, access, given, service
from rexian.tenants.model import Principal

router = APIRouter(prefix="/api/v1", tags=["telephony"])

NumbersOf = Annotated[Numbers, Depends(service("numbers"))]
TrunksOf = Annotated[Trunks, Depends(service("trunks"))]
PromptsOf = Annotated[Prompts, Depends(service("prompts"))]
NumberManager = Annotated[Principal, Depends(access("numbers.manage"))]
NumberReader = Annotated[Principal, Depends(access("numbers.manage", "floor.view", "contacts.view", "flows.manage"))]
TrunkManager = Annotated[Principal, Depends(access("trunks.manage"))]
PromptManager = Annotated[Principal, Depends(access("prompts.manage"))]
PromptReader = Annotated[
    Principal, Depends(access("prompts.manage", "flows.manage", "queues.manage", "libraries.manage"))
]
Name = Annotated[str, Field(max_length=100)]
Host = Annotated[str, Field(max_length=255)]
Codec = Annotated[str, Field(max_length=16)]
Language = Literal["zh", "en"]
Text = Annotated[str, Field(max_length=2000)]
Voice = Annotated[str, Field(max_length=64)]
LARGEST_UPLOAD = 20 * 1024 * 1024


class NewNumber(Door):
    number: str = Field(min_length=1, max_length=32, examples=["4008001234"])
    name: Name = ""
    flow_id: Ref | None = None
    caller_name: Name = ""
    runs_draft: bool = Field(False, description="for trying: calls run the flow's draft, where there is one")


class NumberChange(Door):
    number: str | None = Field(None, min_length=1, max_length=32, examples=["4008001234"])
    name: Name | None = None
    flow_id: Ref | None = None
    caller_name: Name | None = None
    runs_draft: bool | None = None


class Number(BaseModel):
    id: str
    number: str
    name: str
    flow_id: str | None
    caller_name: str
    runs_draft: bool


class NewTrunk(Door):
    name: str = Field(min_length=1, max_length=100)
    host: Host = ""
    hosts: list[Host] = Field([], max_length=50)
    register_: bool = Field(False, alias="register")
    username: str = Field("", max_length=128)
    secret: SecretStr | None = Field(None, max_length=128)
    codecs: list[Codec] = Field(["alaw", "ulaw"], min_length=1, max_length=5)
    default: bool = False


class TrunkChange(Door):
    name: str | None = Field(None, min_length=1, max_length=100)
    host: Host | None = None
    hosts: list[Host] | None = Field(None, max_length=50)
    register_: bool | None = Field(None, alias="register")
    username: str | None = Field(None, max_length=128)
    secret: SecretStr | None = Field(None, max_length=128)
    codecs: list[Codec] | None = Field(None, min_length=1, max_length=5)
    default: bool | None = None


class Trunk(BaseModel):
    id: str
    name: str
    host: str
    hosts: list[str]
    register_: bool = Field(alias="register")
    username: str
    has_secret: bool
    codecs: list[str]
    default: bool


class NewPrompt(Door):
    key: str = Field(max_length=64)
    name: str = Field(min_length=1, max_length=100)
    texts: dict[Language, Text] = Field({}, max_length=2)
    voices: dict[Language, Voice] = Field({}, max_length=2, description="who speaks it; none: the best voice there is")


class PromptChange(Door):
    name: str | None = Field(None, min_length=1, max_length=100)
    texts: dict[Language, Text] | None = None
    voices: dict[Language, Voice] | None = None


class Rendering(BaseModel):
    duration_s: float
    source: str
    stale: bool = Field(description="the text has changed since: it is not what is said")


class Making(BaseModel):
    since: datetime
    error: str = Field(description="why the voice could not; empty: it is being made")


class Prompt(BaseModel):
    id: str
    key: str
    name: str
    texts: dict[str, str]
    voices: dict[str, str]
    files: dict[str, Rendering]
    making: dict[str, Making]


class Spoken(BaseModel):
    accepted: bool = True


@router.get("/numbers")
async def list_numbers(by: NumberReader, work: Working, numbers: NumbersOf, listing: Listed) -> Many[Number]:
    return Many[Number].model_validate(await numbers.list(work, listing), from_attributes=True)


@router.post("/numbers", status_code=201)
async def add_number(body: NewNumber, by: NumberManager, work: Working, numbers: NumbersOf) -> Number:
    return Number(**await numbers.add(work, by, body.model_dump()))


@router.get("/numbers/{id}")
async def get_number(id: Ref, by: NumberReader, work: Working, numbers: NumbersOf) -> Number:
    return Number(**await numbers.get(work, NumberId(id)))


@router.patch("/numbers/{id}")
async def change_number(id: Ref, body: NumberChange, by: NumberManager, work: Working, numbers: NumbersOf) -> Number:
    return Number(**await numbers.change(work, by, NumberId(id), given(body, "flow_id")))


@router.delete("/numbers/{id}", status_code=204)
async def remove_number(id: Ref, by: NumberManager, work: Working, numbers: NumbersOf) -> None:
    await numbers.remove(work, by, NumberId(id))


@router.get("/trunks")
async def list_trunks(by: TrunkManager, work: Working, trunks: TrunksOf, listing: Listed) -> Many[Trunk]:
    return Many[Trunk].model_validate((await trunks.list(work, listing))._asdict())


@router.post("/trunks", status_code=201)
async def add_trunk(body: NewTrunk, by: TrunkManager, work: Working, trunks: TrunksOf) -> Trunk:
    values = body.model_dump(by_alias=True)
    values["secret"] = body.secret.get_secret_value() if body.secret else None
    return Trunk(**await trunks.add(work, by, values))


@router.get("/trunks/{id}")
async def get_trunk(id: Ref, by: TrunkManager, work: Working, trunks: TrunksOf) -> Trunk:
    return Trunk(**await trunks.get(work, TrunkId(id)))


@router.patch("/trunks/{id}")
async def change_trunk(id: Ref, body: TrunkChange, by: TrunkManager, work: Working, trunks: TrunksOf) -> Trunk:
    return Trunk(**await trunks.change(work, by, TrunkId(id), given(body, "secret")))


@router.delete("/trunks/{id}", status_code=204)
async def remove_trunk(id: Ref, by: TrunkManager, work: Working, trunks: TrunksOf) -> None:
    await trunks.remove(work, by, TrunkId(id))


@router.get("/prompts")
async def list_prompts(by: PromptReader, work: Working, prompts: PromptsOf, listing: Listed) -> Many[Prompt]:
    found = await prompts.list(work, listing)
    return Many[Prompt](items=[Prompt(**prompts.shown(row)) for row in found.items], total=found.total)


@router.post("/prompts", status_code=201)
async def add_prompt(body: NewPrompt, by: PromptManager, work: Working, prompts: PromptsOf) -> Prompt:
    return Prompt(**prompts.shown(await prompts.add(work, by, body.model_dump())))


@router.get("/prompts/voices")
async def list_voices(by: PromptReader, prompts: PromptsOf) -> dict[str, list[str]]:
    """The voices that are installed, by the language that they speak, the best first."""
    return {language: list(names) for language, names in prompts.voices.items()}


@router.get("/prompts/{id}")
async def get_prompt(id: Ref, by: PromptReader, work: Working, prompts: PromptsOf) -> Prompt:
    return Prompt(**prompts.shown(await prompts.get(work, PromptId(id))))


@router.patch("/prompts/{id}")
async def change_prompt(id: Ref, body: PromptChange, by: PromptManager, work: Working, prompts: PromptsOf) -> Prompt:
    return Prompt(**prompts.shown(await prompts.change(work, by, PromptId(id), given(body))))


@router.delete("/prompts/{id}", status_code=204)
async def remove_prompt(id: Ref, by: PromptManager, work: Working, prompts: PromptsOf) -> None:
    await prompts.remove(work, by, PromptId(id))


@router.post("/prompts/{id}/audio", max_body_size=LARGEST_UPLOAD + 64 * 1024)
async def upload_prompt_audio(
    id: Ref, language: Language, file: UploadFile, by: PromptManager, work: Working, prompts: PromptsOf
) -> Prompt:
    """A WAV, MP3, FLAC or Ogg file, at most 20 MB and ten minutes."""
    sound = await file.read(LARGEST_UPLOAD + 1)
    if len(sound) > LARGEST_UPLOAD:
        raise Invalid("prompt.too_large", "The file is larger than 20 MB.", largest=LARGEST_UPLOAD)
    return Prompt(**prompts.shown(await prompts.keep_audio(work, by, PromptId(id), language, sound)))


@router.get("/prompts/{id}/audio", response_class=FileResponse)
async def play_prompt_audio(id: Ref, language: Language, by: PromptReader, work: Working, prompts: PromptsOf) -> Path:
    return await prompts.audio_file(work, PromptId(id), language)


@router.post("/prompts/{id}/speak", status_code=202)
async def speak_prompt(
    id: Ref, by: PromptManager, work: Working, prompts: PromptsOf, language: Language = "zh"
) -> Spoken:
    """Make the sound from the text; it is there a little later."""
    if not prompts.can_speak:
        raise Unavailable("prompt.no_voice", "No voice is installed here; upload a sound file instead.")
    await prompts.speak(work, PromptId(id), language)
    return Spoken()
