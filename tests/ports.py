"""Free ports; tests never fix one.

They lie below those that the operating system gives to outgoing connections (from 32768) and to RTP (20000 to 29999),
so that nothing takes one between its being found free and its being used; and none is given twice.
"""

import random
import socket

_untried = random.Random().sample(range(10_000, 20_000), 10_000)


def free_tcp_port() -> int:
    return _free(socket.SOCK_STREAM)


def free_udp_port() -> int:
    return _free(socket.SOCK_DGRAM)


def _free(kind: socket.SocketKind) -> int:
    while True:
        port = _untried.pop()
        with socket.socket(socket.AF_INET, kind) as trial:
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
