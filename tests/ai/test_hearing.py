"""Understanding what callers said: cut out of the recording, in `work`, and thrown away."""

import asyncio
import importlib.util
import io
import os
import time
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import soundfile as sf

from rexian.adapters.speech.beeps import Beeps
from rexian.adapters.speech.tones import Tones
from rexian.ai.hearing import Hearer
from rexian.ai.likeness import sounds_like
from rexian.ai.ports import SpeechToText
from rexian.ai.recognisers import Recognisers
from rexian.ai.utterance import LONGEST_S, utterance
from rexian.core.ids import TenantId
from rexian.infra.database import Database
from rexian.infra.jobs import Jobs

RATE = 8000


def quiet(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * RATE), np.int16)


def raw(left: np.ndarray, right: np.ndarray | None = None) -> bytes:
    """As the switch records: two tracks."""
    other = np.full_like(left, 9000) if right is None else right
    return np.column_stack((left, other)).astype("<i2").tobytes()


async def said(text: str) -> np.ndarray:
    samples, rate = sf.read(io.BytesIO(await Tones().speak(text, "zh")), dtype="int16")
    return np.asarray(samples[:: rate // RATE])


def seconds(wav: bytes | None) -> float:
    assert wav is not None
    samples, rate = sf.read(io.BytesIO(wav))
    return len(samples) / rate


async def test_the_callers_words_are_cut_out_of_his_own_track() -> None:
    words = await said("好的谢谢您呀")
    cut = utterance(raw(np.concatenate((quiet(20), words, quiet(5)))), RATE)
    assert len(words) / RATE <= seconds(cut) <= len(words) / RATE + 0.6, "With a little around them, and no prompt."
    assert (await Beeps(["好的谢谢您呀"]).hear(cut or b"", "zh")).text == "好的谢谢您呀"


def test_silence_noise_and_a_click_are_no_words() -> None:
    click = quiet(3)
    click[8000:8400] = 12_000
    hiss = np.random.default_rng(1).integers(-200, 200, 3 * RATE).astype(np.int16)
    for left in (quiet(3), click, hiss, quiet(0)):
        assert utterance(raw(left), RATE) is None
    assert utterance(b"abc", RATE) is None, "Not even one whole sample of both tracks."
    assert seconds(utterance(raw(np.full(40 * RATE, 5000, np.int16)), RATE)) == LONGEST_S


@pytest.mark.skipif(importlib.util.find_spec("pypinyin") is None, reason="pypinyin is not there")
def test_homophones_and_near_sounds_are_taken_for_the_phrase_that_stands_out() -> None:
    choices = {"order": ["订单", "查订单"], "agent": ["人工客服"], "refund": ["退款"]}
    assert sounds_like("我要查定单", choices) == "order"
    assert sounds_like("请转员工客服", choices) == "agent", "Three of its four syllables."
    assert sounds_like("腿款", choices) == "refund"
    assert sounds_like("今天天气不错", choices) == ""
    assert sounds_like("定单退宽", choices) == "", "Both can be heard."
    assert sounds_like("款", {"refund": ["款"]}) == "", "One syllable is too little."
    assert sounds_like("", {}) == ""


class Asked(msgspec.Struct):
    """An errand as the floor hands it over."""

    tenant: TenantId
    parameters: dict[str, Any]
    within_s: float = 30.0


def hearer(database: Database, jobs: Jobs, folder: Path, *recognisers: SpeechToText) -> Hearer:
    made = Hearer(database, Recognisers(recognisers), folder)
    made.register(jobs)
    return made


async def recorded(folder: Path, text: str) -> Path:
    path = folder / "call.h2.raw"
    path.write_bytes(raw(np.concatenate((quiet(1), await said(text), quiet(1)))))
    return path


def asked(tenant: TenantId, path: Path, **more: Any) -> Asked:
    choices = {"agent": ["人工服务"]}
    within_s = more.pop("within_s", 30.0)
    told = {"path": str(path), "rate": RATE, "language": "zh", "hint": "人工服务", "choices": choices, "keep": False}
    return Asked(tenant, {**told, **more}, within_s)


async def understood(one: Hearer, jobs: Jobs, wanted: Asked) -> dict[str, Any]:
    """Asked in one task, done in another, as by two programs."""
    waiting = asyncio.create_task(one.hear(wanted))
    async with asyncio.timeout(60):
        while not waiting.done():
            await jobs.run_all()
            await asyncio.sleep(0.01)
    return await waiting


@pytest.mark.postgres
async def test_it_is_understood_by_a_job_and_nothing_of_it_stays(
    database: Database, jobs: Jobs, tenant: TenantId, tmp_path: Path
) -> None:
    one = hearer(database, jobs, tmp_path, Beeps())
    await one.prepare(asked(tenant, tmp_path / "none"))
    told = await understood(one, jobs, asked(tenant, await recorded(tmp_path, "人工服务")))
    assert (told["text"], told["confidence"]) == ("人工服务", 1.0)
    assert list(tmp_path.iterdir()) == []
    path = await recorded(tmp_path, "人工服务")
    assert (await understood(one, jobs, asked(tenant, path, keep=True)))["text"] == "人工服务"
    assert list(tmp_path.iterdir()) == [path]
    await one.forget(asked(tenant, path))
    assert list(tmp_path.iterdir()) == []
    await one.forget(asked(tenant, path))


@pytest.mark.postgres
async def test_whatever_goes_wrong_the_flow_is_told_and_nothing_stays(
    database: Database, jobs: Jobs, tenant: TenantId, tmp_path: Path
) -> None:
    nobody = hearer(database, jobs, tmp_path)
    path = await recorded(tmp_path, "人工服务")
    assert await understood(nobody, jobs, asked(tenant, path)) == {"unavailable": "speech.no_recogniser"}
    path = await recorded(tmp_path, "人工服务")
    assert await nobody.hear(asked(tenant, path, within_s=0.05)) == {"unavailable": "speech.late"}
    await jobs.run_all()
    assert list(tmp_path.iterdir()) == [], "The job that comes too late leaves nothing."
    path = await recorded(tmp_path, "人工服务")
    gone = asyncio.create_task(nobody.hear(asked(tenant, path)))
    await asyncio.sleep(0.1)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    await jobs.run_all()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.postgres
async def test_what_a_program_left_behind_is_swept_away(database: Database, jobs: Jobs, tmp_path: Path) -> None:
    one = hearer(database, jobs, tmp_path, Beeps())
    names = ("c.h2.raw", "c.h2.raw.heard", "d.h4.raw", "c.r1.raw", "c.m3.raw")
    for name in names:
        (tmp_path / name).touch()
        if not name.startswith("d"):
            os.utime(tmp_path / name, (time.time() - 3600,) * 2)
    await one._sweep(int(time.time()))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.m3.raw", "c.r1.raw", "d.h4.raw"]
