"""What Asterisk says of faxes, in our words."""

import pytest

from rexian.adapters.asterisk.faxes import Fax, told
from rexian.core.ids import CallId, LegId
from tests.flows.make import NOON

FAILED = {"FAXSTATUS": "FAILED", "FAXPAGES": "0", "FAXMODE": "audio"}
T0, T1 = "Timed out waiting for initial communication", "Timed out waiting for the first message"


@pytest.mark.parametrize(
    ("results", "machine"),
    [
        ({"FAXSTATUS": "SUCCESS", "FAXPAGES": "2", "FAXMODE": "T38"}, True),
        ({**FAILED, "FAXERROR": T0}, False),
        ({**FAILED, "FAXERROR": T1}, False),
        ({**FAILED, "FAXERROR": "The call dropped prematurely"}, True),
        ({**FAILED, "FAXPAGES": "1", "FAXERROR": T1}, True),
        ({}, True),
    ],
)
def test_where_nobody_answered_there_was_no_machine(results: dict[str, str], machine: bool) -> None:
    assert told(Fax("c.f1", ""), CallId("c"), LegId("in-1"), results, NOON).machine is machine
