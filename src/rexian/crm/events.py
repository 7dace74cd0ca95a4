"""What happened to customers; subject `customer:<id>`. And to the lists of numbers; subject `listed_number:<id>`."""

import msgspec

from rexian.core.ids import CustomerId


class CustomerFact(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    customer: CustomerId
    by: str


class CustomerAdded(CustomerFact, frozen=True):
    pass


class CustomerChanged(CustomerFact, frozen=True):
    fields: tuple[str, ...]


class CustomerRemoved(CustomerFact, frozen=True):
    pass


class ListedNumberChanged(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Put on a list, changed, or taken off it."""

    id: str
