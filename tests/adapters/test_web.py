"""What flows ask of other systems, against real servers that behave badly in every way there is."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict
from structlog.testing import capture_logs

from rexian.adapters.web import Guard, Queries, Requests
from rexian.adapters.web.breaker import FAILURES, OPEN_S, Breaker
from rexian.core.errands import Wanted
from rexian.core.errors import NotFound, RexianError
from rexian.core.ids import CallId, TenantId
from rexian.flows.queries import Query
from rexian.flows.secrets import Secret

HERE = Guard(["127.0.0.0/8"])
TENANT = TenantId("t")


class Service:
    """A web service: what a path does is written here; what came is kept."""

    def __init__(self) -> None:
        self.port = 0
        self.came: list[tuple[str, dict[str, str], bytes]] = []
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            first, *lines = head.split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines if line)}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            self.came.append((first, headers, body))
            await self._answer(first.split()[1].partition("?")[0].rpartition("/")[2], writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, what: str, writer: asyncio.StreamWriter) -> None:
        if what == "big":
            writer.write(head_of(200, length=10_000_000))
            for _ in range(1000):
                writer.write(b"[" * 10_000)
                await writer.drain()
        elif what == "drip":
            writer.write(head_of(200, length=100))
            while True:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.05)
        elif what == "reset":
            writer.write(head_of(200, length=100) + b'{"half')
            await writer.drain()
            writer.transport.abort()
        elif what == "silent":
            await asyncio.sleep(60)
        elif what == "flaky":
            failing = len([1 for first, _, _ in self.came if "flaky" in first]) < 3
            writer.write(head_of(503) if failing else answer({"ok": True}))
        elif what.startswith("to-"):
            where = {"to-itself": "/to-itself", "to-ok": "/ok", "to-cloud": "http://169.254.169.254/latest"}[what]
            writer.write(head_of(302, f"Location: {where}\r\n"))
        elif what == "gzip":
            writer.write(head_of(200, "Content-Encoding: gzip\r\n", length=3) + b"xyz")
        else:
            writer.write(RAW.get(what) or answer({"order": {"state": "sent", "items": [1, 2]}, "nul": "a\x00b"}))
        await writer.drain()


def head_of(status: int, more: str = "", *, length: int = 0) -> bytes:
    return f"HTTP/1.1 {status} X\r\n{more}Content-Length: {length}\r\nConnection: close\r\n\r\n".encode()


def answer(value: Any, status: int = 200) -> bytes:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return head_of(status, length=len(body)) + body


RAW = {
    "1205": answer({"state": "sent", "day": "2026-01-07"}),
    "balance": answer({"balance": 12.5}),
    "wrong": answer(b"<html>"),
    "deep": answer(b"[" * 100_000 + b"]" * 100_000),
    "utf": answer(b'{"a": "\xff\xfe"}'),
    "empty": answer(b""),
    "list": answer([1, 2]),
    "missing": answer({"error": "none"}, 404),
    "refusing": answer(b"no", 403),
    "failing": answer(b"", 500),
    "garbage": b"\x00\x01\x02 not http at all\r\n\r\n",
}


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    service = Service()
    await service.start()
    yield service
    await service.stop()


class Keeper:
    """Secrets by name."""

    def __init__(self, *hosts: str) -> None:
        self._secret = Secret(header="Authorization", value="Bearer s3cr3t", hosts=frozenset(hosts))

    async def open(self, tenant: TenantId, name: str) -> Secret:
        if name != "shop":
            raise NotFound("flow_secret.not_found", "There is none.")
        return self._secret


@pytest.fixture
async def requests() -> AsyncIterator[Requests]:
    requests = Requests(HERE, Keeper("127.0.0.1"))
    yield requests
    await requests.close()


def wanted(service: Service, path: str, *, within_s: float = 5.0, **given: Any) -> Wanted:
    parameters = {
        **{"method": "GET", "url": f"http://127.0.0.1:{service.port}/{path}", "query": {}, "headers": {}},
        **{"body": None, "secret": "", "keep": {}, "retries": 0},
        **given,
    }
    return Wanted(TENANT, CallId("c"), parameters, within_s)


async def refusal(requests: Requests, asked: Wanted) -> str:
    try:
        await requests.ask(asked)
    except RexianError as refused:
        return refused.code
    except TimeoutError:
        return "timeout"
    return ""


async def test_a_request_is_sent_and_parts_of_its_answer_are_kept(service: Service, requests: Requests) -> None:
    keep = {"state": "answer.order.state", "count": "length(answer.order.items)", "code": "status", "none": "answer.x"}
    asked = wanted(
        service,
        "ok",
        method="POST",
        query={"q": "a b&c"},
        headers={"X-Call": "7"},
        body={"pin": "4711", "n": 2},
        secret="shop",
        keep=keep,
    )
    found = await requests.ask(asked)
    assert found == {"status": 200, "values": {"state": "sent", "count": 2, "code": 200, "none": None}}
    first, headers, body = service.came[0]
    assert first == "POST /ok?q=a+b%26c HTTP/1.1"
    assert (headers["x-call"], headers["authorization"]) == ("7", "Bearer s3cr3t")
    assert json.loads(body) == {"pin": "4711", "n": 2}


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("big", "web.too_large"),
        ("drip", "timeout"),
        ("silent", "timeout"),
        ("reset", "web.broken"),
        ("garbage", "web.broken"),
        ("wrong", "web.no_json"),
        ("deep", "web.no_json"),
        ("utf", "web.no_json"),
        ("gzip", "web.encoded"),
        ("to-itself", "web.redirects"),
        ("to-cloud", "web.address_forbidden"),
        ("ok", ""),
        ("empty", ""),
        ("to-ok", ""),
    ],
)
async def test_hostile_answers_are_contained(service: Service, requests: Requests, path: str, code: str) -> None:
    asked = wanted(service, path, within_s=0.5 if code == "timeout" else 5.0, keep={"state": "answer.order.state"})
    assert await refusal(requests, asked) == code


async def test_other_answers_than_success_are_told_by_their_status(service: Service, requests: Requests) -> None:
    keep = {"why": "answer.error"}
    assert await requests.ask(wanted(service, "missing", keep=keep)) == {"status": 404, "values": {"why": "none"}}
    assert await requests.ask(wanted(service, "refusing", keep=keep)) == {"status": 403, "values": {"why": None}}


async def test_what_cannot_be_computed_of_the_answer_is_an_error(service: Service, requests: Requests) -> None:
    assert await refusal(requests, wanted(service, "list", keep={"x": "answer * 2"})) == "expression.not_a_number"


async def test_only_what_can_do_no_harm_is_tried_again(service: Service, requests: Requests) -> None:
    assert (await requests.ask(wanted(service, "flaky", retries=3)))["status"] == 200
    assert len(service.came) == 3
    service.came.clear()
    assert (await requests.ask(wanted(service, "failing", method="POST", retries=3)))["status"] == 500
    assert len(service.came) == 1


async def test_nobody_listening_is_unreachable(service: Service, requests: Requests) -> None:
    await service.stop()
    assert await refusal(requests, wanted(service, "ok", method="POST", retries=1)) == "web.unreachable"


async def test_a_host_that_fails_is_left_alone(service: Service, requests: Requests) -> None:
    for _ in range(FAILURES):
        await requests.ask(wanted(service, "failing"))
    assert await refusal(requests, wanted(service, "ok")) == "web.left_alone"
    assert len(service.came) == FAILURES


def test_after_a_pause_one_alone_may_try() -> None:
    breaker = Breaker()
    for _ in range(FAILURES):
        assert breaker.lets_through("h", 0.0)
        breaker.failed("h", 0.0)
    assert not breaker.lets_through("h", OPEN_S - 1)
    assert breaker.lets_through("other", 1.0)
    assert breaker.lets_through("h", OPEN_S)
    assert not breaker.lets_through("h", OPEN_S)
    breaker.failed("h", OPEN_S)
    assert not breaker.lets_through("h", OPEN_S + 1)
    assert breaker.lets_through("h", 3 * OPEN_S)
    breaker.succeeded("h")
    assert breaker.lets_through("h", 3 * OPEN_S)


async def test_a_secret_goes_to_its_own_hosts_only(service: Service) -> None:
    requests = Requests(HERE, Keeper("api.example.com"))
    assert await refusal(requests, wanted(service, "ok", secret="shop")) == "web.secret_elsewhere"
    assert await refusal(requests, wanted(service, "ok", secret="other")) == "flow_secret.not_found"
    assert not service.came
    await requests.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/ok",
        "http://localhost:{port}/ok",
        "http://2130706433:{port}/ok",
        "http://0.0.0.0:{port}/ok",
        "http://[::1]:{port}/ok",
        "http://[::ffff:127.0.0.1]:{port}/ok",
        "http://169.254.169.254/latest/meta-data",
        "http://100.100.100.200/latest/meta-data",
        "http://[fd00:ec2::254]/latest",
        "http://[64:ff9b::a9fe:a9fe]/latest",
    ],
)
async def test_this_machine_and_metadata_services_are_not_asked(service: Service, url: str) -> None:
    requests = Requests(Guard(), Keeper())
    code = await refusal(requests, wanted(service, "", url=url.format(port=service.port)))
    assert code in ("web.address_forbidden", "web.unknown_host")
    assert not service.came
    await requests.close()


@pytest.mark.parametrize("url", ["ftp://x/y", "http://", "https:///x", "http://exa mple/", "file:///etc/passwd"])
async def test_other_addresses_than_of_the_web_are_refused(service: Service, requests: Requests, url: str) -> None:
    assert await refusal(requests, wanted(service, "", url=url)) in ("web.url", "web.unknown_host")


async def test_nothing_of_it_is_logged(service: Service, requests: Requests, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        for path in ("ok", "reset", "wrong", "silent"):
            asked = wanted(service, path, within_s=0.3, secret="shop", body={"pin": "471147"}, keep={"a": "answer"})
            await refusal(requests, asked)
    assert "471147" not in str(logs) + caplog.text
    assert "s3cr3t" not in str(logs) + caplog.text + repr(await Keeper().open(TENANT, "shop"))


# --- databases --------------------------------------------------------------------------------------------------------


class OneQuery:
    def __init__(self, sql: str, dsn: str, parameters: tuple[str, ...] = (), **limits: Any) -> None:
        self.query = Query(sql=sql, parameters=parameters, dsn=dsn, **{"timeout_s": 2.0, "most_rows": 5, **limits})

    async def open(self, tenant: TenantId, name: str) -> Query:
        return self.query


async def asked_of(guard: Guard, query: OneQuery, within_s: float = 5.0, **given: Any) -> Any:
    errand = Wanted(TENANT, CallId("c"), {"query": "q", "parameters": given}, within_s)
    try:
        return await Queries(guard, query).ask(errand)
    except RexianError as refused:
        return refused.code


@pytest.mark.postgres
async def test_a_query_reads_and_cannot_do_more(database_url: str) -> None:
    guard = Guard([str(conninfo_to_dict(database_url)["host"])])
    sql = "select %(order)s::text as id, 12.50::numeric as price, date '2026-01-05' as day, null as nothing"
    found = await asked_of(guard, OneQuery(sql, database_url, ("order",)), order="A' or 1=1 --")
    assert found == [{"id": "A' or 1=1 --", "price": "12.50", "day": "2026-01-05", "nothing": None}]
    many = await asked_of(guard, OneQuery("select n from generate_series(1, 9999) n", database_url))
    assert [row["n"] for row in many] == [1, 2, 3, 4, 5]
    for sql, code in (
        ("delete from tenants", "query.failed"),
        ("select 1; commit; delete from tenants", "query.failed"),
        ("selct 1", "query.failed"),
    ):
        assert await asked_of(guard, OneQuery(sql, database_url)) == code
    assert await asked_of(guard, OneQuery("select pg_sleep(9)", database_url, timeout_s=0.2)) == "query.slow"
    assert await asked_of(guard, OneQuery("select %(a)s", database_url, ("a",))) == "query.parameters"
    assert await asked_of(guard, OneQuery("select %(a)s", database_url, ("a",)), a=[1]) == "query.parameter_kind"


@pytest.mark.postgres
async def test_a_query_goes_only_where_flows_may_go(database_url: str) -> None:
    assert await asked_of(Guard(), OneQuery("select 1", database_url)) == "web.address_forbidden"
    for dsn, code in (
        ("postgresql://u@127.0.0.1/x", "web.address_forbidden"),
        ("postgresql://u@localhost/x", "web.address_forbidden"),
        ("postgresql:///x", "query.dsn"),
        ("host=a hostaddr=127.0.0.1", "query.dsn"),
        ("host=a service=x", "query.dsn"),
        ("host=a,b", "query.dsn"),
        ("nonsense", "query.dsn"),
    ):
        assert await asked_of(Guard(), OneQuery("select 1", dsn)) == code
    assert await asked_of(HERE, OneQuery("select 1", "postgresql://u@127.0.0.1:1/x")) == "query.unreachable"
