"""A recording is taken into the blob store after the call, each party on its own track."""

import asyncio
import hashlib
import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import msgspec
import numpy as np
import pytest
import soundfile as sf
from numpy.typing import NDArray

from rexian.core.clock import VirtualClock
from rexian.core.errands import Wanted
from rexian.core.errors import NotFound
from rexian.core.ids import CallId, PromptId, TenantId, uuid7
from rexian.floor import conversations
from rexian.infra.blobs import Blobs
from rexian.infra.database import Database
from rexian.infra.jobs import Jobs
from rexian.infra.journal import Journal
from rexian.infra.rows import Listing
from rexian.infra.subscribers import Reader, replay
from rexian.interactions import store
from rexian.interactions.audio import to_flac, trimmed
from rexian.interactions.heard import RecordedSound
from rexian.interactions.jobs import RecordingKeeper, peaks_of
from rexian.interactions.subscribers import InteractionRecorder
from rexian.telephony.audio import level
from rexian.telephony.prompts import Prompts
from rexian.tenants import audit
from rexian.tenants.passwords import Passwords
from rexian.tenants.service import Tenants, Users
from tests.calls import NINE, Story
from tests.records.journals import AGENTS, QUEUES, in_order, write

RATE = 8000


def tone(hertz: float, seconds: float, loud: float = 0.5) -> NDArray[np.int16]:
    time = np.arange(int(RATE * seconds)) / RATE
    return (loud * 32767 * np.sin(2 * np.pi * hertz * time)).astype(np.int16)


def raw_file(folder: Path, left: NDArray[np.int16], right: NDArray[np.int16]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "call.raw"
    path.write_bytes(np.stack([left, right], axis=1).astype("<i2").tobytes())
    return path


def recorded(path: Path) -> Story:
    story = Story().arrive().queue(QUEUES[0]).after(2).offer(AGENTS[0], QUEUES[0]).connect(AGENTS[0], QUEUES[0])
    name = f"{story.call}.r1"
    story.say(conversations.RecordingStarted, leg=story.leg("customer"), recording=name).after(3).agent_left(
        AGENTS[0]
    ).end()
    return story.say(conversations.RecordingClosed, recording=name, path=str(path), rate=RATE)


class Centre:
    """The parts of `work` that keep recordings."""

    def __init__(self, database: Database, journal: Journal, tenant: TenantId, jobs: Jobs, folder: Path) -> None:
        self.database, self.journal, self.tenant, self.jobs = database, journal, tenant, jobs
        self.blobs = Blobs(folder / "blobs")
        self.keeper = RecordingKeeper(database, self.blobs, VirtualClock(NINE))
        self.keeper.register(jobs)
        self.reader = Reader(database, InteractionRecorder())

    async def hears(self, story: Story) -> dict[str, object]:
        await write(self.journal, self.tenant, in_order([story]))
        await self.reader.catch_up(self.tenant)
        await self.jobs.run_all()
        await self.reader.catch_up(self.tenant)
        async with self.database.work(self.tenant) as work:
            row = await store.recording(work, f"{story.call}.r1")
        assert row is not None
        return row


@pytest.fixture
def centre(database: Database, journal: Journal, tenant: TenantId, jobs: Jobs, tmp_path: Path) -> Centre:
    return Centre(database, journal, tenant, jobs, tmp_path)


@pytest.mark.postgres
async def test_a_closed_recording_becomes_flac_with_the_customer_on_the_left(centre: Centre, tmp_path: Path) -> None:
    customer, agent = tone(440, 3), tone(1000, 3, loud=0.1)
    raw = raw_file(tmp_path / "raw", customer, agent)

    row = await centre.hears(recorded(raw))

    assert (row["state"], row["channels"], row["duration"]) == ("stored", 2, timedelta(seconds=3))
    audio = await centre.blobs.get(str(row["key"]))
    assert (len(audio), hashlib.sha256(audio).hexdigest()) == (row["size"], row["sha256"])
    frames, rate = sf.read(BytesIO(audio), dtype="int16")
    assert rate == RATE
    assert np.array_equal(frames, np.stack([customer, agent], axis=1)), "FLAC loses nothing."
    assert not raw.exists(), "The raw file goes once the blob is safe."
    peaks = await peaks_of(centre.blobs, str(row["key"]))
    assert (peaks.per_s, len(peaks.left), len(peaks.right)) == (10, 30, 30)
    assert peaks.left[5] == pytest.approx(0.5, abs=0.01)
    assert peaks.right[5] == pytest.approx(0.1, abs=0.01)


@pytest.mark.postgres
@pytest.mark.parametrize(("content", "reason"), [(None, "no_file"), (b"", "too_short"), (b"\0" * 800, "too_short")])
async def test_a_file_of_no_use_is_said_to_be_missing(
    centre: Centre, tmp_path: Path, content: bytes | None, reason: str
) -> None:
    raw = tmp_path / "call.raw"
    if content is not None:
        raw.write_bytes(content)

    row = await centre.hears(recorded(raw))

    assert (row["state"], row["reason"], row["key"]) == ("missing", reason, "")


@pytest.mark.postgres
async def test_taking_over_twice_and_replaying_changes_nothing(centre: Centre, tmp_path: Path) -> None:
    story = recorded(raw_file(tmp_path / "raw", tone(440, 1), tone(500, 1)))
    row = await centre.hears(story)
    said = await centre.journal.head(centre.tenant)

    await centre.keeper.keep(tenant=centre.tenant, recording=f"{story.call}.r1")
    async with centre.database.work(centre.tenant) as work:
        await store.forget(work)
        await replay(work, "interactions")
    await centre.reader.catch_up(centre.tenant)
    await centre.jobs.run_all()

    async with centre.database.work(centre.tenant) as work:
        assert await store.recording(work, f"{story.call}.r1") == row
    assert await centre.journal.head(centre.tenant) == said


@pytest.mark.postgres
@pytest.mark.parametrize("survived", [True, False])
async def test_a_recording_that_nobody_closed_is_looked_for_where_the_switch_leaves_them(
    centre: Centre, tmp_path: Path, survived: bool
) -> None:
    story = recorded(Path("unknown"))
    story.facts.pop()
    if survived:
        raw_file(tmp_path / "left", tone(440, 2), tone(500, 2)).rename(tmp_path / "left" / f"{story.call}.r1.raw")
    keeper = RecordingKeeper(centre.database, centre.blobs, VirtualClock(NINE.replace(hour=10)), left=tmp_path / "left")
    centre.keeper = keeper
    row = await centre.hears(story)
    assert row["state"] == "open"
    async with centre.database.work(centre.tenant) as work:
        assert await store.open_recordings(work, NINE.replace(hour=10)) == [f"{story.call}.r1"]

    await keeper.keep(tenant=centre.tenant, recording=f"{story.call}.r1", orphan=True)
    await centre.reader.catch_up(centre.tenant)

    async with centre.database.work(centre.tenant) as work:
        row = await store.recording(work, f"{story.call}.r1") or {}
    assert (row["state"], row["reason"]) == (("stored", "") if survived else ("missing", "no_file"))
    assert not (tmp_path / "left" / f"{story.call}.r1.raw").exists()


def test_a_cut_off_frame_at_the_end_is_left_out(tmp_path: Path) -> None:
    raw = raw_file(tmp_path, tone(440, 0.25), tone(440, 0.25))
    raw.write_bytes(raw.read_bytes() + b"\1\2\3")

    peaks = to_flac(raw, tmp_path / "a.flac", RATE)

    assert sf.info(tmp_path / "a.flac").frames == 2000
    assert len(peaks.left) == 3


# --- what flows make of them


def wanted(centre: Centre, story: Story, **parameters: str) -> Wanted:
    given = {"recording": f"{story.call}.r1", "language": "zh", "caller": "+8613800138000", **parameters}
    return Wanted(centre.tenant, story.call, given, 5.0)


def strength(wav: bytes, hertz: int) -> float:
    samples, rate = sf.read(BytesIO(wav))
    return float(np.abs(np.fft.rfft(samples))[round(hertz * len(samples) / rate)] / len(samples))


@pytest.mark.postgres
@pytest.mark.parametrize("stored", [False, True])
async def test_a_caller_hears_his_own_track_before_and_after_it_is_stored(
    centre: Centre, tmp_path: Path, stored: bool
) -> None:
    prompts = Prompts(tmp_path / "prompts", Tenants(centre.database, Users(Passwords())))
    story = recorded(raw_file(tmp_path, tone(440, 2), tone(1000, 2)))
    await centre.hears(story)
    if stored:
        await centre.jobs.run_all()
        await centre.reader.catch_up(centre.tenant)
    sound = RecordedSound(centre.database, centre.blobs, prompts)

    medium = await sound.hear(wanted(centre, story))

    async with centre.database.work(centre.tenant) as work:
        place = await prompts.said_place(work, medium.removeprefix("prompt:"), "zh")
    played = place.read_bytes()
    assert strength(played, 440) > 100 * strength(played, 1000)
    os.utime(place, (1, 1))
    assert await prompts.sweep_said(30) == 1


@pytest.mark.postgres
async def test_it_is_heard_in_another_call_of_the_tenant_and_by_no_other_tenant(centre: Centre, tmp_path: Path) -> None:
    """As where words are delivered: the recording's name was handed to the call in which they are heard."""
    prompts = Prompts(tmp_path / "prompts", Tenants(centre.database, Users(Passwords())))
    story = recorded(raw_file(tmp_path, tone(440, 2), tone(1000, 2)))
    await centre.hears(story)
    sound = RecordedSound(centre.database, centre.blobs, prompts)
    there = msgspec.structs.replace(wanted(centre, story), call=CallId(uuid7()))
    medium = await sound.hear(there)
    async with centre.database.work(centre.tenant) as work:
        place = await prompts.said_place(work, medium.removeprefix("prompt:"), "zh")
    await centre.jobs.run_all()
    await centre.reader.catch_up(centre.tenant)
    place.unlink()
    assert await sound.hear(there) == medium, "the copy was thrown away, the recording was not"
    assert place.is_file()
    stranger = await Tenants(centre.database, Users(Passwords())).bootstrap(
        f"s{uuid7()[-12:]}", "Stranger", administrator="root", password="correct horse"
    )
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await sound.hear(msgspec.structs.replace(there, tenant=stranger))


@pytest.mark.postgres
async def test_what_was_recorded_by_phone_is_a_prompt_and_the_trail_says_by_whom(
    centre: Centre, tmp_path: Path
) -> None:
    prompts = Prompts(tmp_path / "prompts", Tenants(centre.database, Users(Passwords())))
    silence = np.zeros(RATE, np.int16)
    spoken = np.concatenate([silence, tone(440, 2, loud=0.1), silence])
    story = recorded(raw_file(tmp_path, spoken, tone(1000, 4)))
    await centre.hears(story)
    async with centre.database.work(centre.tenant) as work:
        made = await prompts.add(work, None, {"key": "hours", "name": "Hours", "texts": {}})
    sound = RecordedSound(centre.database, centre.blobs, prompts)

    kept = await sound.keep_prompt(wanted(centre, story, prompt="hours"))

    assert kept["duration_s"] == pytest.approx(2.4, abs=0.05)
    async with centre.database.work(centre.tenant) as work:
        place = await prompts.audio_file(work, PromptId(made["id"]), "zh")
        [row] = (await audit.entries(work, Listing(9, 0, "", ""), action="prompt.recorded")).items
    samples, _ = sf.read(place)
    assert level(samples) == pytest.approx(0.11, abs=0.002), "as loud as the others"
    assert row["after"] == {"call": story.call, "caller": "+8613800138000", "language": "zh"}
    with pytest.raises(NotFound):
        await sound.keep_prompt(wanted(centre, story, prompt="hello"))


@pytest.mark.postgres
async def test_a_recording_that_is_not_there_is_not_waited_for_for_ever(centre: Centre, tmp_path: Path) -> None:
    prompts = Prompts(tmp_path / "prompts", Tenants(centre.database, Users(Passwords())))
    sound = RecordedSound(centre.database, centre.blobs, prompts)
    story = recorded(tmp_path / "never.raw")
    await centre.hears(story)
    await centre.jobs.run_all()
    await centre.reader.catch_up(centre.tenant)
    with pytest.raises(NotFound):
        await sound.hear(wanted(centre, story))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await sound.hear(wanted(centre, story, recording="another"))


def test_silence_is_trimmed_at_the_ends_alone() -> None:
    def wav(*parts: NDArray[np.int16]) -> bytes:
        out = BytesIO()
        sf.write(out, np.concatenate(parts), RATE, format="WAV")
        return out.getvalue()

    pause = np.zeros(RATE, np.int16)
    words = tone(440, 1)
    assert sf.info(BytesIO(trimmed(wav(pause, words, pause, words, pause)))).duration == pytest.approx(3.4, abs=0.03)
    assert trimmed(wav(pause)) == wav(pause)
    assert sf.info(BytesIO(trimmed(wav(words)))).duration == 1
