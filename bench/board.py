"""`rexian bench board`: the live board of a centre with 1,000 agents at work, from the fact to the pixel.

The whole of `serve` runs with agents who take calls (`bench.seats`). Measured are the server's milliseconds and bytes
for each patch; how old a change is when it arrives over the socket; and in a real Chromium that shows the board, how
long the page works for each update and how long it takes from the message to the picture.
"""

import argparse
import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
from playwright.async_api import Page, async_playwright
from rich.console import Console

from bench.seats import PASSWORD, SLUG
from rexian.infra.migrate import migrate
from rexian.infra.postgres import EmbeddedPostgres
from rexian.main import settings as reading
from rexian.main import web

MOST_MS = 100.0
"""What an update may take in the browser, and"""
MOST_AGE_S = 1.0
"""how old what is shown may be."""
SETTLE_S = 25.0
WATCH = """(() => {
  window.seen = []
  const Real = window.WebSocket
  window.WebSocket = class extends Real {
    set onmessage(handler) {
      super.onmessage = (event) => {
        const began = performance.now()
        handler(event)
        if (event.data.includes('"type":"patch"'))
          requestAnimationFrame(() => setTimeout(() => window.seen.push(performance.now() - began)))
      }
    }
  }
  window.frames = []
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.frames.push(entry.duration)
  }).observe({ type: 'long-animation-frame' })
})()"""


def measure(agents: int, seconds: float) -> dict[str, Any]:
    web.build_if_changed(Console(stderr=True))
    with tempfile.TemporaryDirectory(prefix="rexian-board-") as folder:
        Path(folder).chmod(0o755)
        port = _free_port()
        settings = reading.load(data=Path(folder), web__port=port)
        postgres = EmbeddedPostgres(settings.data / "postgres")
        postgres.start()
        try:
            migrate(postgres.url())
            environment = {**os.environ, **reading.environment(settings)}
            seats = subprocess.Popen(
                [sys.executable, "-m", "bench.seats", "--agents", str(agents)], stdout=subprocess.PIPE, env=environment
            )
            try:
                return _measured(seats, f"http://127.0.0.1:{port}", agents, seconds)
            finally:
                seats.kill()
                seats.wait()
        finally:
            postgres.stop()


def _measured(seats: "subprocess.Popen[bytes]", url: str, agents: int, seconds: float) -> dict[str, Any]:
    assert seats.stdout is not None
    if seats.stdout.readline().strip() != b"ready":
        raise RuntimeError("The centre did not start.")
    time.sleep(SETTLE_S)
    seats.send_signal(signal.SIGUSR1)
    seen = asyncio.run(_watch(url, seconds))
    seats.send_signal(signal.SIGTERM)
    server = json.loads(seats.stdout.readline())
    return {
        "agents": agents,
        "seconds": seconds,
        "server": {
            "patches_per_s": round(len(server["ms"]) / seconds, 1),
            "ms": _quantiles(server["ms"]),
            "bytes": _quantiles(server["sizes"]),
            "busy_share": round(server["busy"], 3),
        },
        **seen,
    }


async def _watch(url: str, seconds: float) -> dict[str, Any]:
    """A program on the socket and a browser on the board, side by side."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        pages = {name: await _board(chromium, url, path) for name, path in VIEWS.items()}
        browsers, ages = {}, []
        for name, page in pages.items():
            await page.bring_to_front()
            ages_now, browsers[name] = await asyncio.gather(_listen(url, seconds), _browser(page, seconds))
            ages += ages_now
        await chromium.close()
    return {"age_s": {**_quantiles(ages), "changes": len(ages)}, "browser": browsers}


VIEWS = {"board": "/supervise"}


async def _board(chromium: Any, url: str, path: str) -> Page:
    context = await chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    await context.add_init_script(WATCH)
    page: Page = await context.new_page()
    page.set_default_timeout(120_000)
    await page.goto(f"{url}/sign-in")
    for name, value in (("tenant", SLUG), ("username", "chief"), ("password", PASSWORD)):
        await page.fill(f"[name={name}]", value)
    await page.keyboard.press("Enter")
    await page.wait_for_url(lambda at: "/sign-in" not in at)
    await page.goto(f"{url}{path}")
    await page.locator("[data-state=busy]").first.wait_for(timeout=60_000)
    return page


async def _browser(page: Page, seconds: float) -> dict[str, Any]:
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable")
    await page.wait_for_timeout(3000)
    await page.evaluate("window.seen = []; window.frames = []")
    before = await _work(session)
    await page.wait_for_timeout(seconds * 1000)
    after = await _work(session)
    seen = await page.evaluate("window.seen")
    frames = await page.evaluate("window.frames")
    spent = {name: (after[name] - before[name]) * 1000 for name in before}
    return {
        "updates": len(seen),
        "work_ms_per_update": round(spent["TaskDuration"] / len(seen), 2),
        "script_ms_per_update": round(spent["ScriptDuration"] / len(seen), 2),
        "busy_share": round(spent["TaskDuration"] / seconds / 1000, 3),
        "message_to_picture_ms": _quantiles(seen),
        "frames_over_50_ms": len(frames),
        "longest_frame_ms": round(max(frames, default=0.0), 1),
    }


async def _work(session: Any) -> dict[str, float]:
    """Seconds of the page's own thread since it began."""
    metrics = (await session.send("Performance.getMetrics"))["metrics"]
    wanted = ("TaskDuration", "ScriptDuration")
    return {metric["name"]: metric["value"] for metric in metrics if metric["name"] in wanted}


async def _listen(url: str, seconds: float) -> list[float]:
    """How old each change of an agent's state is when it arrives."""
    ages: list[float] = []
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        body = {"tenant": SLUG, "username": "chief", "password": PASSWORD}
        (await http.post(f"{url}/api/v1/session", json=body)).raise_for_status()
        since: dict[str, str] = {}
        ends = time.monotonic() + seconds
        options: dict[str, Any] = {"origin": url, "max_msg_size": 0}
        async with http.ws_connect(f"{url.replace('http', 'ws', 1)}/api/v1/live?topics=board", **options) as live:
            while time.monotonic() < ends:
                said = json.loads(await live.receive_str())
                fresh = said.get("agents", {})
                if said["type"] == "patch":
                    now = datetime.now(UTC)
                    ages += [
                        (now - datetime.fromisoformat(row["since"])).total_seconds()
                        for id, row in fresh.items()
                        if row and row["since"] and since.get(id) != row["since"]
                    ]
                since |= {id: row["since"] for id, row in fresh.items() if row}
    return ages


def _quantiles(values: list[float]) -> dict[str, float]:
    if not values:
        return {}
    p50, p95, p99 = np.quantile(values, [0.5, 0.95, 0.99])
    return {
        "p50": round(float(p50), 3),
        "p95": round(float(p95), 3),
        "p99": round(float(p99), 3),
        "max": round(float(max(values)), 3),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def passes(figures: dict[str, Any]) -> bool:
    """Under 100 ms per update, on the server and in every browser, and at most one second old (99 of 100)."""
    browsers = figures["browser"].values()
    slowest = max([figures["server"]["ms"]["p99"], *(each["message_to_picture_ms"]["p99"] for each in browsers)])
    return bool(slowest <= MOST_MS and figures["age_s"]["p99"] <= MOST_AGE_S)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./rexian bench board", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures there")
    parser.add_argument("--agents", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long each view is watched")
    chosen = parser.parse_args(arguments)
    figures = measure(chosen.agents, chosen.seconds)
    figures["passes"] = passes(figures)
    print(json.dumps(figures, indent=2))
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n")
    return 0 if figures["passes"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
