"""How fast the records follow the journal: `python -m bench.records [--calls 10000] [--json FILE]`.

Generated calls of a busy day are written to a journal in an embedded PostgreSQL; then the recorder folds them into rows
from nothing, and the figures of the day are asked for.
"""

import argparse
import asyncio
import json
import shutil
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from tests.calls import NINE
from tests.conftest import make_tenant
from tests.records.journals import a_day, in_order, write

from rexian.infra.database import Database, connection_options
from rexian.infra.jobs import Jobs
from rexian.infra.journal import Journal
from rexian.infra.migrate import migrate
from rexian.infra.postgres import EmbeddedPostgres
from rexian.infra.subscribers import Reader
from rexian.insight import store
from rexian.interactions.folding import fold
from rexian.interactions.subscribers import InteractionRecorder


async def measure(url: str, calls: int) -> dict[str, float]:
    jobs = Jobs.at(url, connection_options())
    await jobs.open()
    database, journal = Database(url, jobs=jobs), Journal(url, connection_options())
    await journal.open()
    try:
        return await _measured(database, journal, calls)
    finally:
        await journal.close()
        await database.close()
        await jobs.close()


async def _measured(database: Database, journal: Journal, calls: int) -> dict[str, float]:
    tenant, stories = await make_tenant(database), a_day(calls)
    entries = in_order(stories)
    started = time.perf_counter()
    for story in stories:
        fold(story.facts)
    folded = time.perf_counter()
    await write(journal, tenant, entries)
    written, cpu = time.perf_counter(), time.process_time()
    await Reader(database, InteractionRecorder()).catch_up(tenant)
    kept, cpu = time.perf_counter(), time.process_time() - cpu
    async with database.work(tenant) as work:
        await store.by_queue(work, NINE, NINE + timedelta(days=1))
    return {
        "calls": calls,
        "facts": len(entries),
        "fold_calls_per_s": round(calls / (folded - started)),
        "journal_facts_per_s": round(len(entries) / (written - folded)),
        "records_calls_per_s": round(calls / (kept - written)),
        "python_cpu_ms_per_call": round(1000 * cpu / calls, 2),
        "figures_of_the_day_ms": round(1000 * (time.perf_counter() - kept), 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="rexian-bench-"))
    server = EmbeddedPostgres(folder / "pg")
    server.start()
    try:
        migrate(server.url())
        result = asyncio.run(measure(server.url(), options.calls))
    finally:
        server.stop()
        shutil.rmtree(folder)
    text = json.dumps(result, indent=2)
    print(text)
    if options.json:
        options.json.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
