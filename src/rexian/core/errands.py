"""Errands: what a flow has done beside its call, as it is handed to who does it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from rexian.core.ids import CallId, TenantId


class Wanted(msgspec.Struct, frozen=True):
    """One errand. `parameters` are never written down: they may hold a PIN."""

    tenant: TenantId
    call: CallId
    parameters: Mapping[str, Any]
    within_s: float


Doer = Callable[[Wanted], Awaitable[Any]]
"""Does one kind of errand; gives its value as plain data, or raises one of `core.errors`."""
