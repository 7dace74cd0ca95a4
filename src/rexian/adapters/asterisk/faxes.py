"""What Asterisk says of faxes, in our words."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from rexian.adapters.asterisk.ari import Channel
from rexian.core.ids import CallId, LegId
from rexian.telephony.events import Faxed

RECEIVE, SEND = "receive-fax", "send-fax"
"""The dialplan's contexts (`templates.EXTENSIONS`); the extension is the fax's own name."""
RETURNED = "faxed"
"""With this a leg comes back into our app."""
RESULTS = ("FAXSTATUS", "FAXPAGES", "FAXMODE", "FAXERROR", "REMOTESTATIONID")
MOST_SIGNS = 20
"""A station's name has no more (ITU-T T.30, CSI and TSI); machines fill it up with blanks."""
APP = "Stasis"
NOBODY = ("waiting for initial communication", "waiting for the first message")
"""What spandsp says where no machine was heard until its timers T0 and T1 were over (T.30 §5.4)."""


class Fax(NamedTuple):
    """A fax under way. `path` is where its pages come to lie; empty when it is sent."""

    name: str
    path: str


def fax_of(channel: Channel) -> str:
    """The fax that a channel was sent away for last."""
    return channel.dialplan.exten if channel.dialplan.context in (RECEIVE, SEND) else ""


def is_back(channel: Channel) -> bool:
    """Whether the channel that was sent away for a fax is in our app again."""
    return bool(fax_of(channel)) and channel.dialplan.app_name == APP


def told(fax: Fax, call: CallId, leg: LegId, results: Mapping[str, str], at: datetime) -> Faxed:
    """What came of a fax by its `RESULTS`; there are none when the line went before it had begun."""
    complete = results.get("FAXSTATUS") == "SUCCESS"
    pages = results.get("FAXPAGES", "")
    error = results.get("FAXERROR") or results.get("FAXSTATUS") or "hung_up"
    alone = not pages.strip("0") and any(words in error.lower() for words in NOBODY)
    return Faxed(
        at=at,
        call=call,
        leg=leg,
        fax=fax.name,
        complete=complete,
        pages=int(pages) if pages.isdigit() else 0,
        station=station(results.get("REMOTESTATIONID", "")),
        t38=results.get("FAXMODE", "").lower() == "t38",
        error="" if complete else error.lower(),
        path=fax.path,
        machine=complete or not alone,
    )


def station(text: str) -> str:
    """What a machine may be called by."""
    return "".join(sign for sign in text if sign.isprintable()).strip()[:MOST_SIGNS]
