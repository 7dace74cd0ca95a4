"""The peer: plain Asterisk with its own `app_queue`, no Rexian anywhere, under the same load."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rexian.adapters.asterisk.install import provided

QUEUE = """[general]
persistentmembers=no
[bench]
strategy=leastrecent
ringinuse=no
timeout=15
retry=1
wrapuptime=0
autofill=yes
announce-frequency=0
joinempty=yes
{members}
"""

PJSIP = """[global]
type=global
endpoint_identifier_order=ip,username,anonymous
[udp]
type=transport
protocol=udp
bind=127.0.0.1:{sip_port}
[customers]
type=endpoint
context=bench
disallow=all
allow=alaw
direct_media=no
[customers]
type=identify
endpoint=customers
match=127.0.0.1
{phones}
"""

PHONE = """[a{n}]
type=aor
contact=sip:a{n}@127.0.0.1:{agent_port}
[a{n}]
type=endpoint
aors=a{n}
context=none
disallow=all
allow=alaw
direct_media=no
"""

RECORDED = "same => n,MixMonitor(${UNIQUEID}.raw,D)\n"

DIALPLAN = """[none]
[bench]
exten => _X.,1,Answer(0,i)
{record}same => n,Queue(bench)
same => n,Hangup()
"""

ASTERISK = """[directories](!)
astetcdir => {home}
astmoddir => {modules}
astvarlibdir => {home}/lib
astdbdir => {home}/lib
astkeydir => {home}/lib
astdatadir => {data}
astagidir => {home}/lib
astspooldir => {home}/spool
astrundir => {home}/run
astlogdir => {home}/log
[options]
verbose=0
debug=0
"""

MODULES = """[modules]
autoload=yes
noload=res_prometheus.so
noload=chan_iax2.so
noload=pbx_ael.so
noload=res_phoneprov.so
noload=app_voicemail.so
noload=chan_unistim.so
noload=chan_mobile.so
"""


@contextmanager
def running(home: Path, *, sip_port: int, agent_port: int, members: int, recorded: bool = False) -> Iterator[int]:
    """Asterisk with `members` free agents in one queue on UDP `sip_port`; yields its process id."""
    runtime = provided()
    for name in ("lib", "spool/monitor", "run", "log"):
        (home / name).mkdir(parents=True, exist_ok=True)
    _write(home, str(runtime.modules), str(runtime.data), sip_port, agent_port, members, recorded)
    command = [*runtime.command, "-C", str(home / "asterisk.conf"), "-f"]
    with (home / "log/console").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        _await_ready([*runtime.command, "-C", str(home / "asterisk.conf")], process)
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


def _write(home: Path, modules: str, data: str, sip_port: int, agent_port: int, members: int, recorded: bool) -> None:
    files = {
        "asterisk.conf": ASTERISK.format(home=home, modules=modules, data=data).replace("](!)", "]"),
        "modules.conf": MODULES,
        "pjsip.conf": PJSIP.format(
            sip_port=sip_port, phones="".join(PHONE.format(n=n, agent_port=agent_port) for n in range(members))
        ),
        "queues.conf": QUEUE.format(members="\n".join(f"member => PJSIP/a{n}" for n in range(members))),
        "extensions.conf": DIALPLAN.format(record=RECORDED if recorded else ""),
        "rtp.conf": "[general]\nrtpstart=12000\nrtpend=19998\n",
        "logger.conf": "[general]\n[logfiles]\nconsole => error\n",
        "cdr.conf": "[general]\nenable=no\n",
        "cel.conf": "[general]\nenable=no\n",
    }
    for name, text in files.items():
        (home / name).write_text(text)


def _await_ready(asterisk: list[str], process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError("The Asterisk of the comparison did not start.")
        told = subprocess.run([*asterisk, "-rx", "core waitfullybooted"], capture_output=True, text=True, check=False)
        if "fully booted" in told.stdout.lower():
            return
        time.sleep(0.3)
    raise RuntimeError("The Asterisk of the comparison was not ready within a minute.")
