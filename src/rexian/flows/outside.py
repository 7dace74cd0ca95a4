"""The nodes that ask other systems: web services, and databases by safe named queries."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import quote

import msgspec

from rexian.flows.errands import Errand
from rexian.flows.expressions import Expression, read, read_template, text_of
from rexian.flows.look import ExpressionText, Look, Template, VariableName, refers, unit
from rexian.flows.nodes import Doubt, Leave, Outcome, Reference, Stay, Visit, Way, Written

EXAMPLE = "https://example.com/"
"""Where a new web request leads: nowhere that answers it."""
HIDDEN = "masked"
"""What stands in a variable whose value is concealed."""
SHORTEST_SECRET = 3
"""Signs from which on a concealed value is searched for in answers."""


class HttpRequest(Errand, frozen=True, kw_only=True, tag="http"):
    """Ask a web service, and keep parts of its JSON answer in variables.

    `url`, `headers`, `query` and the texts in `body` are templates; numbers typed in secret (`masked`) may stand in
    them. `keep` maps variables to expressions over `answer` (the JSON) and `status`: `{"state": "answer.order.state"}`.
    `secret` names a stored secret, which is added only for its own hosts. Other answers than 2xx take `refused`.
    """

    look: ClassVar[Look] = Look(
        category="do",
        icon="cloud",
        order=30,
        fresh={"url": EXAMPLE},
        advanced=("query", "headers", "body", "secret", "retries", "timeout_s"),
    )

    url: Annotated[str, msgspec.Meta(pattern="^https?://.+$", max_length=2000)]
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    query: dict[str, Template] = msgspec.field(default_factory=dict)
    headers: dict[str, Template] = msgspec.field(default_factory=dict)
    body: dict[str, Any] | list[Any] | None = None
    secret: Annotated[str, refers("secret")] = ""
    keep: dict[str, ExpressionText] = msgspec.field(default_factory=dict)
    retries: Annotated[int, msgspec.Meta(ge=0, le=3)] = 1

    def ways(self) -> tuple[Way, ...]:
        return (Way("next", needed=True), Way("refused"), Way("timeout"), Way("error"), Way("default"))

    def refers(self) -> tuple[Reference, ...]:
        return (Reference("secret", self.secret, "secret"),) if self.secret else ()

    def written(self) -> tuple[Written, ...]:
        templates = [("url", self.url)]
        templates += [(f"query/{name}", text) for name, text in self.query.items()]
        templates += [(f"headers/{name}", text) for name, text in self.headers.items()]
        templates += [("body", text) for text in texts_in(self.body)]
        return (
            *(Written(path, text, template=True) for path, text in templates),
            *(Written(f"keep/{name}", text) for name, text in self.keep.items()),
        )

    def doubts(self) -> tuple[Doubt, ...]:
        if self.url.rstrip("/") != EXAMPLE.rstrip("/"):
            return ()
        message = "The address is still the example; enter that of your own web service."
        return (Doubt("url", "flow.example", message, {"field": "url"}),)

    def begin(self, visit: Visit) -> Stay:
        names = Revealing(visit)
        wanted = {
            "method": self.method,
            "url": read_template(self.url).fill(names, _in_url),
            "query": {name: read_template(text).fill(names) for name, text in self.query.items()},
            "headers": {name: read_template(text).fill(names, _in_header) for name, text in self.headers.items()},
            "body": filled(self.body, names),
            "secret": self.secret,
            "keep": self.keep,
            "retries": self.retries,
        }
        return visit.ask("http", wanted, within_s=self.timeout_s)

    def answered(self, visit: Visit, value: Any) -> Outcome:
        status = int(value["status"])
        for name, found in without_secrets(visit, value["values"]).items():
            visit.set(name, found)
        return Leave("next") if 200 <= status < 300 else Leave("refused", f"http.status_{status}")


class SafeQuery(Errand, frozen=True, kw_only=True, tag="query"):
    """Ask a database by a query that an administrator has written and named; `parameters` are expressions.

    `variable` gets the rows as a list of maps (with `single`: the first row, or none). No row takes `none`.
    """

    look: ClassVar[Look] = Look(category="do", icon="database", order=32, advanced=("single", "timeout_s"))

    query: Annotated[str, refers("safe_query")]
    parameters: dict[str, ExpressionText] = msgspec.field(default_factory=dict)
    variable: VariableName = "rows"
    single: bool = True
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=60), unit("s")] = 3.0

    def ways(self) -> tuple[Way, ...]:
        return (Way("next", needed=True), Way("none"), Way("timeout"), Way("error"), Way("default"))

    def refers(self) -> tuple[Reference, ...]:
        return (Reference("safe_query", self.query, "query"),)

    def written(self) -> tuple[Written, ...]:
        return tuple(Written(f"parameters/{name}", text) for name, text in self.parameters.items())

    def begin(self, visit: Visit) -> Stay:
        names = Revealing(visit)
        given = {name: read(text).evaluate(names) for name, text in self.parameters.items()}
        return visit.ask("query", {"query": self.query, "parameters": given}, within_s=self.timeout_s)

    def answered(self, visit: Visit, value: Any) -> Outcome:
        rows = [without_secrets(visit, row) for row in value]
        visit.set(self.variable, (rows[0] if rows else None) if self.single else rows)
        return Leave("next") if rows or "none" not in self.exits else Leave("none")


class Revealing:
    """Names of a visit, where what was typed in secret is what was typed: for what leaves the house unwritten."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self.now: datetime = visit.now

    def value(self, path: str) -> Any:
        found = self._visit.value(path)
        return (self._visit.reveal(path) or found) if found == HIDDEN else found


def filled(body: Any, names: Revealing) -> Any:
    """A JSON body with its templates filled; a text that is one single brace keeps its value's kind."""
    if body is None:
        return None
    if isinstance(body, str):
        template = read_template(body)
        if len(template.parts) == 1 and isinstance(template.parts[0], Expression):
            return template.parts[0].evaluate(names)
        return template.fill(names)
    if isinstance(body, Mapping):
        return {name: filled(value, names) for name, value in body.items()}
    if isinstance(body, list | tuple):
        return [filled(value, names) for value in body]
    return body


def texts_in(body: Any) -> list[str]:
    if isinstance(body, str):
        return [body]
    inner = body.values() if isinstance(body, Mapping) else body if isinstance(body, list | tuple) else ()
    return [text for value in inner for text in texts_in(value)]


def without_secrets(visit: Visit, value: Any) -> Any:
    """An answer that repeats what was typed in secret is not to bring it into the journal."""
    secrets = [secret for secret in visit.secrets() if len(secret) >= SHORTEST_SECRET]
    return _hiding(secrets, value) if secrets else value


def _hiding(secrets: Collection[str], value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _hiding(secrets, each) for name, each in value.items()}
    if isinstance(value, list):
        return [_hiding(secrets, each) for each in value]
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        text = value if isinstance(value, str) else str(value)
        hidden = [secret for secret in secrets if secret in text]
        for secret in hidden:
            text = text.replace(secret, "*" * len(secret))
        return text if hidden else value
    return value


def _in_url(value: Any) -> str:
    text = text_of(value)
    return text if text.isascii() and text.isalnum() else quote(text, safe="")


def _in_header(value: Any) -> str:
    """A line break would begin a header of the value's choosing."""
    return " ".join(text_of(value).split())


NODES = (HttpRequest, SafeQuery)
