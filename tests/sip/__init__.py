"""A small telephone for tests: SIP over UDP (RFC 3261) with G.711 tones, Goertzel hearing and RFC 4733 keys."""

from tests.sip.phone import Line, SipPhone

__all__ = ["Line", "SipPhone"]
