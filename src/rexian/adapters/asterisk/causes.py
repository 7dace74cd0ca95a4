"""Why a leg ended: our words to and from ITU-T Q.850, which Asterisk speaks."""

from rexian.telephony.commands import Cause

TO_Q850 = {
    Cause.NORMAL: 16,
    Cause.BUSY: 17,
    Cause.NO_ANSWER: 19,
    Cause.REJECTED: 21,
    Cause.UNALLOCATED: 1,
    Cause.UNREACHABLE: 20,
    Cause.CONGESTION: 34,
    Cause.ELSEWHERE: 26,
    Cause.LOST: 41,
    Cause.SWITCH_LOST: 41,
    Cause.FAILED: 41,
}

_FROM_Q850 = {
    **{1: Cause.UNALLOCATED, 2: Cause.UNALLOCATED, 3: Cause.UNALLOCATED, 22: Cause.UNALLOCATED, 28: Cause.UNALLOCATED},
    **{16: Cause.NORMAL, 31: Cause.NORMAL, 17: Cause.BUSY, 19: Cause.NO_ANSWER, 21: Cause.REJECTED},
    **{18: Cause.UNREACHABLE, 20: Cause.UNREACHABLE, 27: Cause.UNREACHABLE, 26: Cause.ELSEWHERE},
    **{34: Cause.CONGESTION, 38: Cause.CONGESTION, 42: Cause.CONGESTION, 44: Cause.CONGESTION},
}

_FROM_SIP = {
    **{403: Cause.REJECTED, 603: Cause.REJECTED, 607: Cause.REJECTED, 608: Cause.REJECTED},
    **{404: Cause.UNALLOCATED, 410: Cause.UNALLOCATED, 484: Cause.UNALLOCATED, 604: Cause.UNALLOCATED},
    **{408: Cause.NO_ANSWER, 480: Cause.UNREACHABLE, 486: Cause.BUSY, 600: Cause.BUSY, 503: Cause.CONGESTION},
}

REQUESTED_CHANNEL_UNAVAILABLE = 44


BY_DEVICE = 1
"""AST_SOFTHANGUP_DEV: what a "soft" hang-up carries where others carry a Q.850 cause; of ours, RTP that stopped."""


def asked_to_hang_up(cause: int, *, soft: bool) -> int:
    """The Q.850 cause in a request to hang up; 0 when it tells none."""
    if soft:
        return REQUESTED_CHANNEL_UNAVAILABLE if cause == BY_DEVICE else 0
    return cause


def ended_unanswered(q850: int, sip: int, *, rang: bool) -> Cause:
    """The cause of a placed leg that was not answered. The SIP status says more than the Q.850 made from it.

    Asterisk's own ring time-out is told as 19 with SIP 480: when it rang, nobody answered; when not, nobody was there.
    """
    if sip == 480:
        return Cause.NO_ANSWER if rang else Cause.UNREACHABLE
    if sip in _FROM_SIP:
        return _FROM_SIP[sip]
    return _FROM_Q850.get(q850, Cause.FAILED) if q850 else Cause.NO_ANSWER


def ended_talking(q850: int) -> Cause:
    """The cause of a leg that was up. Asterisk ends one whose RTP stopped with 44 (res_pjsip_session)."""
    if q850 == REQUESTED_CHANNEL_UNAVAILABLE:
        return Cause.LOST
    return _FROM_Q850.get(q850, Cause.NORMAL)
