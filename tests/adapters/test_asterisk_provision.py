"""What the switch is told of phones."""

import pytest

from rexian.adapters.asterisk.provision import of_phone
from rexian.telephony.ports import Phone
from rexian.telephony.service import CODECS


@pytest.mark.parametrize("web", [True, False])
def test_phones_speak_at_the_one_rate_that_recordings_have(web: bool) -> None:
    objects = of_phone(Phone(id="demo-1001", secret="s", web=web))
    endpoints = [fields for fields in objects.values() if "allow" in fields]
    assert [set(fields["allow"].split(",")) for fields in endpoints] == [set(CODECS)]
