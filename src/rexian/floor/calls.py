"""The life of a call and of its legs, as tables."""

from enum import StrEnum

from rexian.core.machine import Machine
from rexian.floor.conversations import (
    AgentLeft,
    Conferenced,
    Connected,
    ConsultConnected,
    ConsultEnded,
    ConsultStarted,
    Held,
    Resumed,
    Transferred,
)
from rexian.floor.events import CallEnded, Fact, LeftQueue, LegDown, LegRang, LegUp, Offered, OfferEnded, Queued
from rexian.floor.gatherings import (
    CameBack,
    GivenBack,
    Parked,
    PartyRemoved,
    PutThrough,
    SentToFlow,
    SurveyStarted,
)
from rexian.floor.interventions import TakenOver


class CallState(StrEnum):
    IVR = "ivr"
    WAITING = "waiting"
    OFFERING = "offering"
    RINGING_OUT = "ringing_out"
    TALKING = "talking"
    HELD = "held"
    CONSULTING = "consulting"
    CONFERENCE = "conference"
    PARKED = "parked"
    ENDED = "ended"


class LegState(StrEnum):
    PLACED = "placed"
    RINGING = "ringing"
    UP = "up"
    DOWN = "down"


S = CallState

# Calls come in as IVR, calls that agents begin as RINGING_OUT. In a consultation the queue and the offers are about the
# one consulted, and the customer's call stays where it is. `OfferEnded` is the last offer's; those that
# still ring after somebody has answered end while he talks. A flow in the middle of a call, and the survey after it,
# are IVR again. For whom a flow calls somebody it is RINGING_OUT, and when he is alone again IVR. A parked call that is
# being picked up is OFFERING; when nobody answers it is parked once more.
CALL: Machine[CallState, type[Fact]] = Machine(
    "call",
    {
        S.IVR: {
            Queued: S.WAITING,
            Offered: S.OFFERING,
            Transferred: S.RINGING_OUT,
            PutThrough: S.RINGING_OUT,
            GivenBack: S.IVR,
            CameBack: S.TALKING,
            CallEnded: S.ENDED,
        },
        S.WAITING: {
            Queued: S.WAITING,
            Offered: S.OFFERING,
            LeftQueue: S.IVR,
            GivenBack: S.IVR,
            Parked: S.PARKED,
            CallEnded: S.ENDED,
        },
        S.OFFERING: {Offered: S.OFFERING, OfferEnded: S.WAITING, Connected: S.TALKING, CallEnded: S.ENDED},
        S.RINGING_OUT: {
            Connected: S.TALKING,
            LegUp: S.TALKING,
            Offered: S.OFFERING,
            Queued: S.WAITING,
            GivenBack: S.IVR,
            CallEnded: S.ENDED,
        },
        S.TALKING: {
            Connected: S.TALKING,
            OfferEnded: S.TALKING,
            TakenOver: S.TALKING,
            Conferenced: S.CONFERENCE,
            Held: S.HELD,
            ConsultStarted: S.CONSULTING,
            Transferred: S.RINGING_OUT,
            Parked: S.PARKED,
            SentToFlow: S.IVR,
            SurveyStarted: S.IVR,
            GivenBack: S.IVR,
            Queued: S.WAITING,
            CallEnded: S.ENDED,
        },
        S.HELD: {
            Resumed: S.TALKING,
            TakenOver: S.TALKING,
            ConsultStarted: S.CONSULTING,
            Transferred: S.RINGING_OUT,
            Parked: S.PARKED,
            SentToFlow: S.IVR,
            SurveyStarted: S.IVR,
            GivenBack: S.IVR,
            Queued: S.WAITING,
            CallEnded: S.ENDED,
        },
        S.CONSULTING: {
            Queued: S.CONSULTING,
            LeftQueue: S.CONSULTING,
            Offered: S.CONSULTING,
            OfferEnded: S.CONSULTING,
            ConsultConnected: S.CONSULTING,
            Connected: S.CONSULTING,
            Transferred: S.CONSULTING,
            ConsultEnded: S.TALKING,
            CallEnded: S.ENDED,
        },
        S.CONFERENCE: {
            Conferenced: S.CONFERENCE,
            TakenOver: S.CONFERENCE,
            Connected: S.CONFERENCE,
            AgentLeft: S.TALKING,
            PartyRemoved: S.TALKING,
            LegDown: S.TALKING,
            GivenBack: S.IVR,
            CallEnded: S.ENDED,
        },
        S.PARKED: {
            Parked: S.PARKED,
            Offered: S.OFFERING,
            Queued: S.WAITING,
            GivenBack: S.IVR,
            CallEnded: S.ENDED,
        },
        S.ENDED: {},
    },
)

LEG: Machine[LegState, type[Fact]] = Machine(
    "leg",
    {
        LegState.PLACED: {LegRang: LegState.RINGING, LegUp: LegState.UP, LegDown: LegState.DOWN},
        LegState.RINGING: {LegRang: LegState.RINGING, LegUp: LegState.UP, LegDown: LegState.DOWN},
        LegState.UP: {LegDown: LegState.DOWN},
        LegState.DOWN: {},
    },
)
