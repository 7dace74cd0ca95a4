"""What flows ask of other systems: web services by HTTP, databases by safe queries; guarded, bounded, never waited for.

`Guard` decides which addresses may be asked, `Breaker` when one is left alone for a while.
"""

from rexian.adapters.web.guard import Guard
from rexian.adapters.web.queries import Queries
from rexian.adapters.web.requests import Requests

__all__ = ["Guard", "Queries", "Requests"]
