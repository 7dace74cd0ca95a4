"""Which phones can be reached, as the manager tells and as surveys find."""

from datetime import UTC, datetime, timedelta

from rexian.adapters.asterisk.contacts import FRESH, Contacts

AT = datetime(2026, 1, 5, tzinfo=UTC)
SOON, LATER = AT + FRESH / 2, AT + 2 * FRESH


def told(contacts: Contacts, status: str, at: datetime = AT) -> list[bool]:
    message = {"EndpointName": "demo-1001", "URI": "sip:1001@127.0.0.1", "ContactStatus": status}
    return [event.reachable for event in contacts.read(message, at)]


def surveyed(contacts: Contacts, online: set[str], at: datetime) -> list[tuple[str, bool]]:
    return [(event.phone, event.reachable) for event in contacts.survey(online, at)]


def test_a_list_that_is_older_than_the_news_takes_no_phone_away_and_brings_none_back() -> None:
    contacts = Contacts()
    assert told(contacts, "Created") == [True]
    assert surveyed(contacts, set(), SOON) == []
    assert told(contacts, "Removed", LATER) == [False]
    assert surveyed(contacts, {"demo-1001"}, LATER + timedelta(seconds=1)) == []


def test_a_later_list_is_believed() -> None:
    contacts = Contacts()
    told(contacts, "Created")
    assert surveyed(contacts, {"demo-1002"}, LATER) == [("demo-1001", False), ("demo-1002", True)]


def test_nothing_is_fresh_after_the_managers_connection_broke() -> None:
    contacts = Contacts()
    told(contacts, "Created")
    contacts.unheard()
    assert surveyed(contacts, set(), SOON) == [("demo-1001", False)]
