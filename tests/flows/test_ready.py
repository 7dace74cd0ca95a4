"""The flows that come with the product: each is sound, each is walked to its end, each is installed over HTTP."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from rexian.core.errors import Invalid, NotFound
from rexian.flows.actions import (
    Answered,
    Ask,
    Digit,
    EnterQueue,
    Failed,
    FaxOver,
    HangUp,
    Input,
    OrderCall,
    Play,
    Played,
    Recorded,
    SendFax,
    Speaking,
    TimeUp,
)
from rexian.flows.documents import validate
from rexian.flows.ready_made import filled_in, ready_flow, ready_flows
from rexian.flows.visit import QueueFigures
from rexian.infra.database import Database
from rexian.main.sounds import built_in_keys
from tests.centre import Browser, Centre, face
from tests.flows.make import REGISTRY, Surroundings, Walk

VALUES = {
    "queue": "sales",
    "queue_1": "orders",
    "queue_2": "sales",
    "calendar": "office",
    "orders_url": "https://shop.example/orders",
    "balance_url": "https://bank.example/balance",
    "prompt": "hello",
    "pin": "735182",
    "library": "news",
    **{f"prompt_{place}": prompt for place, prompt in enumerate(("hello", "connecting", "goodbye"), 1)},
}
KNOWN = {"queue": ["sales", "orders"], "calendar": ["office"], "prompt": built_in_keys(), "library": ["news"]}


def document(key: str) -> dict[str, Any]:
    flow = ready_flow(key)
    return filled_in(flow, {name: VALUES[name] for name in flow.asks})


@pytest.mark.parametrize("key", ready_flows())
def test_a_ready_flow_has_no_problems_and_words_in_both_languages(key: str) -> None:
    assert validate(document(key), REGISTRY, KNOWN) == []
    flow = ready_flow(key)
    for words in (flow.name, flow.about, *flow.asks.values(), *flow.titles.values()):
        assert words.keys() == {"zh", "en"}


def test_the_steps_of_a_ready_flow_are_titled_in_the_language_of_who_installs_it() -> None:
    menu = ready_flow("greeting-menu")
    assert filled_in(menu, {name: VALUES[name] for name in menu.asks}, "en")["nodes"]["menu"]["title"] == "Main menu"
    assert document("greeting-menu")["nodes"]["menu"]["title"] == "主菜单"
    assert "title" not in ready_flow("greeting-menu").document["nodes"]["menu"]


class Caller:
    """Walks a ready flow: prompts are heard to their end, unless a key is pressed."""

    def __init__(self, key: str, **surroundings: Any) -> None:
        raw = document(key)
        self.walk = Walk(raw["nodes"], start=raw["start"], ctx=Surroundings(**surroundings))
        self.heard: list[str] = []
        self.asked: list[Ask] = []
        self.orders: list[OrderCall] = []
        self.end: EnterQueue | HangUp | None = None
        self._take()

    def says(self, *inputs: Input) -> "Caller":
        for input in inputs:
            self.walk.tell(input)
            self._take()
        return self

    def presses(self, keys: str) -> "Caller":
        return self.says(*(Digit(key) for key in keys))

    def listens(self) -> "Caller":
        """To all that is playing, and what follows it."""
        while self.end is None and self.walk.run.playing:
            self.says(Played(self.walk.run.playing[0]))
        return self

    def is_silent(self) -> "Caller":
        for _ in range(20):
            self.listens()
            if self.end is not None:
                break
            self.walk.pass_time(700)
            self.says(TimeUp())
        return self

    def is_told(self, status: int, **values: Any) -> "Caller":
        return self.says(Answered(self.asked[-1].errand, {"status": status, "values": values}))

    def _take(self) -> None:
        for action in self.walk.step.actions:
            if isinstance(action, Play):
                self.heard += [one.removeprefix("prompt:") for one in action.media]
            elif isinstance(action, Ask):
                self.asked.append(action)
            elif isinstance(action, OrderCall):
                self.orders.append(action)
            elif isinstance(action, EnterQueue | HangUp):
                self.end = action


def test_greeting_and_menu() -> None:
    assert Caller("greeting-menu").listens().presses("1").end == EnterQueue("sales")
    assert Caller("greeting-menu").is_silent().end == EnterQueue("sales")


def test_after_hours() -> None:
    assert Caller("after-hours").listens().end == EnterQueue("sales")
    closed = Caller("after-hours", calendars={"office": False}).listens()
    assert (closed.heard, closed.end) == (["leave-after-hours"], HangUp("normal"))


def test_outage() -> None:
    assert Caller("outage").presses("1").end == EnterQueue("sales")
    assert Caller("outage").is_silent().heard[-1] == "goodbye"


def test_suggestion_box() -> None:
    caller = Caller("suggestion-box", facts={"call": "c"}).listens().says(Speaking(True))
    caller.walk.pass_time(5)
    caller.says(Speaking(False)).listens()
    assert (caller.heard[-1], caller.end) == ("voicemail-thanks", HangUp("normal"))
    silent = Caller("suggestion-box", facts={"call": "c"}).is_silent()
    assert (silent.heard.count("beep"), silent.heard[-1], silent.end) == (2, "goodbye", HangUp("normal"))


def spoken_to(key: str) -> Caller:
    """A caller who has chosen the second piece, and recorded his words."""
    caller = Caller(key, facts={"call": "c", "caller": "13800138000"}).listens().presses("2").listens().presses("1")
    caller.listens().says(Speaking(True))
    caller.walk.pass_time(5)
    return caller.says(Speaking(False)).listens()


@pytest.mark.parametrize(("key", "greeting"), [("dedication", "dedication-for-you"), ("voice-card", "card-for-you")])
def test_words_and_a_piece_are_delivered_to_another_who_passes_his_thanks_back(key: str, greeting: str) -> None:
    sender = spoken_to(key).presses("2").listens().presses("13911112222#").listens().presses("1").listens()
    sender.presses("2").listens().presses("2030").listens()
    (order,) = sender.orders
    assert (sender.heard[-1], sender.end) == ("outcall-ordered", HangUp("normal"))
    assert (order.number, order.due) == ("13911112222", "2026-01-05T20:30:00+00:00")
    assert order.variables == {"from": "13800138000", "recording": "c.m5", "piece": "2"}

    called = Caller(key, facts={**order.variables, "outcall": True}).listens()
    assert called.heard[:2] == [greeting, "outcall-from"]
    assert (called.asked[-1].kind, called.asked[-1].parameters["recording"]) == ("recordings.hear", "c.m5")
    called.says(Answered(called.asked[-1].errand, "prompt:heard-words")).listens()
    assert called.heard[-3:] == ["heard-words", "connecting", "outcall-again"]
    called.presses("1").says(Answered(called.asked[-1].errand, "prompt:heard-words")).listens().presses("2").listens()
    assert (called.heard[-1], called.end) == ("outcall-passed-on", HangUp("normal"))
    (thanks,) = called.orders
    assert (thanks.number, thanks.variables) == ("13800138000", {"thanks": True})
    thanked = Caller(key, facts={**thanks.variables, "outcall": True}).listens()
    assert (thanked.heard, thanked.end) == (["outcall-thanks"], HangUp("normal"))


def test_who_types_a_number_that_may_not_be_called_is_asked_for_another() -> None:
    sender = spoken_to("dedication").presses("2").listens()
    for number, hindrance in (("110", "outcall.number_barred"), ("13911112222", "outcall.caller_limit")):
        sender.walk.ctx.hindrances[number] = hindrance
        sender.presses(f"{number}#").listens().presses("1").listens().presses("1").listens()
    assert "outcall-not-callable" in sender.heard
    assert (sender.heard[-1], sender.end, sender.orders) == ("outcall-limit", HangUp("normal"), [])


def test_words_that_have_been_lost_do_not_keep_the_piece_from_being_heard() -> None:
    called = Caller("dedication", facts={"outcall": True, "from": "13800138000", "piece": "3"}).listens()
    assert called.heard[-2:] == ["goodbye", "outcall-again"]
    assert Caller("voice-card", facts={"call": "c"}).is_silent().end == HangUp("normal")


def test_callback() -> None:
    free = {"sales": QueueFigures(1, 0.0, ready=2, staffed=2)}
    assert Caller("callback", queues=free).listens().end == EnterQueue("sales")
    caller = Caller("callback", facts={"caller": "13800138000"}).listens().presses("11").listens()
    assert (caller.heard[-1], caller.end) == ("callback-thanks", HangUp("normal"))
    assert Caller("callback", facts={"caller": "13800138000"}).listens().presses("2").end == EnterQueue("sales")


def test_vip() -> None:
    known = {"customer": {"id": "c", "name": "Li"}}
    vip = Caller("vip", facts={**known, "vip": True}).listens()
    assert (vip.heard, vip.end) == (["vip-welcome"], EnterQueue("sales", 10))
    assert Caller("vip", facts=known).listens().end == EnterQueue("sales")
    assert Caller("vip", facts={"lists": ("vip",)}).is_silent().end == EnterQueue("sales", 10)
    assert Caller("vip", facts={**known, "lists": ("blocked",)}).end == HangUp("normal")


def test_language() -> None:
    caller = Caller("language").presses("2").listens().presses("0")
    assert caller.walk.run.language == "en"
    assert caller.end == EnterQueue("sales")


def test_survey() -> None:
    answered = Caller("survey").presses("5").presses("92").listens()
    assert answered.walk.run.variables["survey"] == {"satisfaction": 5, "solved": "no"}
    assert answered.heard[-1] == "thank-you-rating"
    assert Caller("survey").is_silent().end == HangUp("normal")


def test_order_query() -> None:
    caller = Caller("order-query").presses("1205#")
    assert caller.asked[-1].parameters["url"] == "https://shop.example/orders/1205"
    caller.is_told(200, state="sent", day="2026-01-07").listens()
    words = ["order-state", "order-sent", "order-date", "number-1", "date-month", "number-7", "date-day"]
    assert caller.heard[-8:] == [*words, "more-or-agent"]
    assert caller.presses("1").presses("9#").is_told(404, state=None, day=None).listens().heard[-2] == "order-unknown"
    assert caller.presses("0").end == EnterQueue("sales")


def test_an_unreachable_service_leads_to_an_agent() -> None:
    for key in ("order-query", "balance-query"):
        caller = Caller(key).presses("1205#").presses("735182")
        caller.walk.pass_time(5)
        assert caller.says(TimeUp()).listens().end == EnterQueue("sales")
        assert "service-unreachable" in caller.heard


def test_balance_query_and_its_pin() -> None:
    caller = Caller("balance-query").presses("88#").presses("735182")
    assert caller.asked[-1].parameters["body"] == {"account": "88", "pin": "735182"}
    caller.is_told(200, balance=12.5).listens()
    words = ["number-10", "number-2", "money-cny", "number-5", "money-cny-tenth", "more-or-agent"]
    assert caller.heard[-6:] == words
    assert "735182" not in repr(caller.walk.run.open())
    wrong = Caller("balance-query").presses("88#")
    for _ in range(3):
        wrong.presses("735182").is_told(403, balance=None).listens()
    assert wrong.end == EnterQueue("sales"), "after three wrong tries an agent takes over"


def test_direct() -> None:
    assert Caller("direct").end == EnterQueue("sales")


def test_voice_magazine() -> None:
    caller = Caller("voice-magazine", facts={"caller": "+8613800138000"}).listens()
    categories = [{"id": each, "prompt": each, "language": "zh"} for each in ("finance", "sport")]
    caller.says(Answered(caller.asked[-1].errand, {"categories": categories, "bookmark": None})).presses("2")
    piece = {"prompt": "match", "language": "zh", "duration_s": 60.0, "at": 0, "of": 1, "offset_s": 0.0}
    caller.says(Answered(caller.asked[-1].errand, piece)).listens()
    caller.says(Answered(caller.asked[-1].errand, {"over": True})).presses("*").listens()
    named = ["library-choose", "finance", "callback-press", "number-1", "silence:300", "sport", "callback-press"]
    assert caller.heard[1:8] == named
    assert "match" in caller.heard
    assert (caller.heard[-1], caller.end) == ("goodbye", HangUp("normal"))
    nothing = Caller("voice-magazine").listens()
    nothing.says(Answered(nothing.asked[-1].errand, {"categories": [], "bookmark": None})).listens()
    assert (nothing.heard[-1], nothing.end) == ("library-empty", HangUp("normal"))
    failing = Caller("voice-magazine").listens()
    failing.says(Failed("library.not_found", errand=failing.asked[-1].errand)).listens()
    assert (failing.heard[-1], failing.end) == ("service-unreachable", HangUp("normal"))


def understood(caller: Caller, text: str) -> Caller:
    """He speaks, and this is what the recogniser makes of it."""
    caller.says(Speaking(True), Speaking(False))
    caller.says(Recorded(caller.walk.run.memory["utterance"], "/left/u.raw"))
    return caller.says(Answered(caller.asked[-1].errand, {"text": text, "confidence": 0.9, "choice": ""}))


def asked_what_he_needs(language: str = "1", **facts: Any) -> Caller:
    queues = dict.fromkeys(("orders", "sales"), QueueFigures(0, 0.0, 1))
    return Caller("say-what-you-need", facts={"call": "c", **facts}, queues=queues).presses(language).listens()


@pytest.mark.parametrize(
    ("language", "text", "end"),
    [
        ("1", "我想查一下我的订单", EnterQueue("orders")),
        ("1", "给我转人工客服", EnterQueue("sales")),
        ("2", "Where is my parcel?", EnterQueue("orders")),
        ("2", "I want to talk to a person.", EnterQueue("sales")),
    ],
)
def test_who_says_what_he_needs_comes_to_those_who_do_it(language: str, text: str, end: EnterQueue) -> None:
    assert understood(asked_what_he_needs(language), text).end == end


def test_saying_what_one_needs_by_keys_by_information_and_in_vain() -> None:
    assert asked_what_he_needs().presses("1").end == EnterQueue("orders")
    told = understood(asked_what_he_needs(), "你们几点开门").listens()
    assert told.heard[-2:] == ["hello", "need-more"], "The blank for information is filled with `hello` here."
    assert understood(told, "没有了").listens().presses("0").end == EnterQueue("sales")
    silent = asked_what_he_needs().is_silent()
    asked = ["need-ask", "need-not-heard", "need-ask", "need-keys", "need-ask"]
    assert (silent.heard[-5:], silent.end) == (asked, EnterQueue("sales"))
    vague = asked_what_he_needs()
    for text in ("天气真好", "天气不错", "天气很好"):
        vague = understood(vague.listens(), text)
    assert (vague.heard[-4:], vague.end) == (["need-again", "need-ask", "need-keys", "need-ask"], EnterQueue("sales"))
    satisfied = asked_what_he_needs().presses("2").listens().is_silent()
    assert (satisfied.heard[-1], satisfied.end) == ("goodbye", HangUp("normal"))


def test_where_nobody_understands_speech_keys_serve_and_the_designer_says_so() -> None:
    deaf = asked_what_he_needs(hears=())
    assert deaf.heard[-1] == "need-keys"
    told = deaf.presses("2").listens()
    assert told.heard[-2:] == ["hello", "more-or-agent"]
    assert told.presses("1").listens().presses("1").end == EnterQueue("orders")
    problems = validate(document("say-what-you-need"), REGISTRY, {**KNOWN, "recogniser": ["en"]})
    assert [(each.node, each.code, each.params) for each in problems] == [
        (node, "flow.not_understood", {"language": "zh"}) for node in ("ask", "more")
    ]


def test_blanks_must_be_filled() -> None:
    flow = ready_flow("after-hours")
    for values in ({}, {"queue": "x"}, {"queue": "x", "calendar": "y", "more": "z"}):
        with pytest.raises(Invalid):
            filled_in(flow, values)
    with pytest.raises(NotFound):
        ready_flow("magic")


@pytest.fixture
async def root(database: Database) -> AsyncIterator[Browser]:
    centre = Centre(database)
    browser = Browser(face(centre))
    _, slug = await centre.tenant()
    assert (await browser.sign_in(slug)).status_code == 200
    yield browser
    await browser.http.aclose()


@pytest.mark.postgres
async def test_a_ready_flow_is_installed_and_published(root: Browser) -> None:
    listed = (await root.get("/ready-flows")).json()["items"]
    assert {flow["key"] for flow in listed} == set(ready_flows())
    await root.post("/queues", {"name": "sales"})
    made = await root.post("/ready-flows/direct", {"name": "12345", "values": {"queue": "sales"}})
    assert made.status_code == 201, made.text
    flow = made.json()
    assert (await root.post(f"/flows/{flow['id']}/versions/1/publish")).json()["published_version"] == 1
    assert (await root.post("/ready-flows/direct", {"name": "x"})).json()["error"]["code"] == "ready_flow.values"
    assert (await root.post("/ready-flows/none", {"name": "x"})).status_code == 404


def test_receiving_faxes() -> None:
    assert Caller("fax-receive", facts={"call": "c"}).says(FaxOver(True, 2)).end == HangUp("normal")
    nobody = Caller("fax-receive", facts={"call": "c"}).says(FaxOver(False)).listens()
    assert (nobody.heard, nobody.end) == (["sorry-goodbye"], HangUp("normal"))


def asking_for(number: str) -> Caller:
    """A caller who has keyed a document's number, up to the answer of who looks it up."""
    return Caller("fax-back", facts={"call": "c"}).listens().presses(f"{number}#")


def test_fax_back() -> None:
    price_list = {"id": "d", "number": "12", "name": "Price list", "pages": 2}
    caller = asking_for("12")
    assert (caller.asked[-1].kind, caller.asked[-1].parameters) == ("fax_document.find", {"number": "12"})
    caller.says(Answered(caller.asked[-1].errand, price_list)).listens()
    assert caller.heard[-5:] == ["fax-document", "number-1", "number-2", "silence:300", "fax-confirm"]
    caller.presses("1").listens()
    assert caller.heard[-1] == "fax-start"
    caller.says(Answered(caller.asked[-1].errand, price_list))
    [sent] = [action for action in caller.walk.step.actions if isinstance(action, SendFax)]
    assert (sent.document, sent.document_name) == ("d", "12 Price list")
    assert caller.says(FaxOver(False, machine=False)).listens().heard[-1] == "fax-not-sent"
    caller.presses("1").listens().says(Answered(caller.asked[-1].errand, price_list))
    assert caller.says(FaxOver(True, 2)).end == HangUp("normal")


def test_who_does_not_know_the_number_hears_the_list_and_who_errs_is_asked_again() -> None:
    caller = asking_for("0")
    caller.says(Answered(caller.asked[-1].errand, [{"number": "7", "prompt": "prices", "language": "zh"}])).listens()
    assert caller.heard[-5:] == ["fax-document", "number-7", "prices", "silence:400", "fax-ask-number"]
    caller.presses("9#").says(Answered(caller.asked[-1].errand, None)).listens()
    assert caller.heard[-2:] == ["fax-unknown", "fax-ask-number"]
    nothing = asking_for("0")
    nothing.says(Answered(nothing.asked[-1].errand, [])).listens()
    assert (nothing.heard[-1], nothing.end) == ("fax-none", EnterQueue("sales"))
    assert asking_for("5").is_silent().end == EnterQueue("sales")
