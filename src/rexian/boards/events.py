"""What happened to wall screens. Subject: `wall_screen:<id>`."""

import msgspec


class WallScreenChanged(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Added, changed or removed."""

    screen: str
