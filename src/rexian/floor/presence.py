"""The life of an agent on the floor, as one table."""

from enum import StrEnum

from rexian.core.machine import Machine
from rexian.floor.conversations import Connected, ConsultConnected
from rexian.floor.events import (
    CallArrived,
    Fact,
    Offered,
    OfferEnded,
    Paused,
    Readied,
    SignedIn,
    SignedOut,
    WrapUpStarted,
)
from rexian.floor.gatherings import InvitationEnded, PartyInvited
from rexian.floor.interventions import TakenOver


class Presence(StrEnum):
    OFF = "off"
    PAUSED = "paused"
    READY = "ready"
    OFFERED = "offered"
    BUSY = "busy"
    WRAP_UP = "wrap_up"


# `Offered`, `CallArrived` and `TakenOver` also take a paused agent: a colleague calls him, he dials, or he is a
# supervisor who takes a customer over. When he has left the call
# (`AgentLeft`) or the offer has ended, the same turn makes him ready or paused again.
PRESENCE: Machine[Presence, type[Fact]] = Machine(
    "presence",
    {
        Presence.OFF: {SignedIn: Presence.PAUSED},
        Presence.PAUSED: {
            Readied: Presence.READY,
            Paused: Presence.PAUSED,
            SignedOut: Presence.OFF,
            Offered: Presence.OFFERED,
            PartyInvited: Presence.OFFERED,
            CallArrived: Presence.BUSY,
            TakenOver: Presence.BUSY,
        },
        Presence.READY: {
            Paused: Presence.PAUSED,
            SignedOut: Presence.OFF,
            Offered: Presence.OFFERED,
            PartyInvited: Presence.OFFERED,
            CallArrived: Presence.BUSY,
            TakenOver: Presence.BUSY,
        },
        Presence.OFFERED: {
            Connected: Presence.BUSY,
            ConsultConnected: Presence.BUSY,
            OfferEnded: Presence.READY,
            InvitationEnded: Presence.READY,
        },
        Presence.BUSY: {
            WrapUpStarted: Presence.WRAP_UP,
            Readied: Presence.READY,
            Paused: Presence.PAUSED,
        },
        Presence.WRAP_UP: {
            Readied: Presence.READY,
            Paused: Presence.PAUSED,
            SignedOut: Presence.OFF,
        },
    },
)
