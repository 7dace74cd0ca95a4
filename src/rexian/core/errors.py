"""The six kinds of error. Each carries a stable public code and says what was wrong and what to do."""

from typing import Any


class RexianError(Exception):
    """The root of the tree; never raised itself.

    `code` is stable and public (`queue.not_found`); `params` fill the translated message of that code on the screen.
    """

    kind = "error"

    def __init__(self, code: str, message: str, **params: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.params = params


class Invalid(RexianError):
    """The input cannot be understood or breaks a rule of form."""

    kind = "invalid"


class Forbidden(RexianError):
    """The one who asks may not do this."""

    kind = "forbidden"


class NotFound(RexianError):
    """What is asked for is not there (or not visible to the one who asks)."""

    kind = "not_found"


class Conflict(RexianError):
    """It clashes with what is there already."""

    kind = "conflict"


class Unavailable(RexianError):
    """Something outside cannot be reached now; trying again later may help."""

    kind = "unavailable"


class IllegalMove(RexianError):
    """A life cycle does not allow this move from the state it is in."""

    kind = "illegal_move"
