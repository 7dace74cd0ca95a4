"""Writes the complete configuration of one Asterisk for one data folder; nothing of the machine's own is read.

Phones and trunks are not here: they are pushed at run time (`provision.py`) into sorcery's memory.
"""

import hashlib
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec

from rexian.adapters.asterisk.music import ensure_music
from rexian.adapters.asterisk.runtime import Runtime

APP = "rexian"


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """How to speak with one Asterisk. `prompts` and `recordings` are folders that it and we both see."""

    ari_url: str
    ari_user: str
    ari_password: str
    ami_host: str
    ami_port: int
    ami_user: str
    ami_password: str
    prompts: str
    recordings: str
    app: str = APP
    node: str = "local"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the owner of a data folder decides; the ports are free ones."""

    folder: Path
    http_port: int
    ami_port: int
    sip_port: int = 5060
    sip_address: str = "0.0.0.0"
    rtp_ports: tuple[int, int] = (20000, 29999)
    public_address: str = ""
    prompts: Path | None = None
    recordings: Path | None = None
    extra_modules: tuple[str, ...] = ()

    @property
    def etc(self) -> Path:
        return self.folder / "etc"


def write(settings: Settings, runtime: Runtime) -> Access:
    """Write `etc` and the folders it names; the secrets are made once and kept in `access.json`."""
    access = _access(settings)
    for name in ("etc", "var", "spool", "log", "music", "var/keys"):
        (settings.folder / name).mkdir(parents=True, exist_ok=True)
    for folder in (access.prompts, access.recordings):
        Path(folder).mkdir(parents=True, exist_ok=True)
    ensure_music(settings.folder / "music")
    for name, text in _files(settings, runtime, access).items():
        _write_private(settings.etc / name, text)
    _write_private(settings.folder / "access.json", msgspec.json.encode(access).decode())
    return access


def read_access(folder: Path) -> Access:
    """The access that `write` left in `folder`."""
    return msgspec.json.decode((folder / "access.json").read_bytes(), type=Access)


def _access(settings: Settings) -> Access:
    try:
        known = read_access(settings.folder)
        ari_password, ami_password = known.ari_password, known.ami_password
    except (OSError, msgspec.DecodeError):
        ari_password, ami_password = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    return Access(
        ari_url=f"http://127.0.0.1:{settings.http_port}",
        ari_user=APP,
        ari_password=ari_password,
        ami_host="127.0.0.1",
        ami_port=settings.ami_port,
        ami_user=APP,
        ami_password=ami_password,
        prompts=str((settings.prompts or settings.folder / "prompts").absolute()),
        recordings=str((settings.recordings or settings.folder / "recordings").absolute()),
    )


def _write_private(path: Path, text: str) -> None:
    """Only the owner reads it: it may hold secrets."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def _run_folder(folder: Path) -> Path:
    """Where the control socket lies. A socket's path may have 107 bytes (unix(7)), so a long one moves to /tmp."""
    wanted = folder.absolute() / "run"
    if len(str(wanted)) > 90:
        wanted = Path(tempfile.gettempdir()) / f"rexian-{hashlib.sha256(str(wanted).encode()).hexdigest()[:16]}"
    wanted.mkdir(parents=True, exist_ok=True, mode=0o700)
    return wanted


def _files(settings: Settings, runtime: Runtime, access: Access) -> dict[str, str]:
    return {
        "asterisk.conf": _asterisk(settings, runtime),
        "modules.conf": _modules(runtime.modules, settings.extra_modules),
        "logger.conf": "[general]\ndateformat=%F %T.%3q\n[logfiles]\nmessages.log => warning,error\n",
        "http.conf": _HTTP.format(port=settings.http_port),
        "ari.conf": _ARI.format(user=access.ari_user, password=access.ari_password),
        "manager.conf": _MANAGER.format(port=access.ami_port, user=access.ami_user, password=access.ami_password),
        "extensions.conf": _EXTENSIONS.format(app=access.app),
        "sorcery.conf": _SORCERY,
        "pjsip.conf": _pjsip(settings),
        "rtp.conf": _RTP.format(first=settings.rtp_ports[0], last=settings.rtp_ports[1]),
        "musiconhold.conf": f"[default]\nmode=files\ndirectory={settings.folder.absolute() / 'music'}\n",
        "indications.conf": _INDICATIONS,
        "cdr.conf": "[general]\nenable=no\n",
        "cel.conf": "[general]\nenable=no\n",
        "pjproject.conf": "[log_mappings]\ntype=log_mappings\nasterisk_error=0,1\nasterisk_warning=2\n",
        "stasis.conf": "",
        "websocket_client.conf": "",
        "acl.conf": "",
        **dict.fromkeys(_EMPTY, "[general]\n"),
    }


def _asterisk(settings: Settings, runtime: Runtime) -> str:
    folder = settings.folder.absolute()
    return _ASTERISK.format(
        etc=folder / "etc",
        modules=runtime.modules,
        var=folder / "var",
        data=runtime.data,
        spool=folder / "spool",
        run=_run_folder(settings.folder),
        log=folder / "log",
    )


def _pjsip(settings: Settings) -> str:
    public = ""
    if settings.public_address:
        address = settings.public_address
        public = f"external_media_address={address}\nexternal_signaling_address={address}\n" + _LOCAL_NETS
    return _PJSIP.format(address=settings.sip_address, port=settings.sip_port, public=public)


def _modules(folder: Path, extra: tuple[str, ...]) -> str:
    there = [name for name in (*MODULES, *extra) if (folder / f"{name}.so").exists()]
    loads = "".join(f"load={name}.so\n" for name in there)
    return f"[modules]\nautoload=no\n{loads}"


MODULES = (
    *("res_timing_timerfd", "res_crypto", "res_sorcery_config", "res_sorcery_memory", "res_sorcery_astdb"),
    *(
        "res_http_websocket",
        "res_websocket_client",
        "res_pjproject",
        "res_srtp",
        "res_rtp_asterisk",
        "res_musiconhold",
        "res_mutestream",
    ),
    *("codec_alaw", "codec_ulaw", "codec_a_mu", "codec_g722", "codec_resample", "codec_opus_open_source"),
    *(
        "res_format_attr_opus",
        "format_pcm",
        "format_wav",
        "format_sln",
        "func_channel",
        "func_callerid",
        "func_hangupcause",
    ),
    *("bridge_simple", "bridge_native_rtp", "bridge_softmix", "bridge_holding", "chan_bridge_media", "pbx_config"),
    *("res_stasis", "res_stasis_answer", "res_stasis_playback", "res_stasis_recording", "res_stasis_snoop"),
    *("app_stasis", "app_mixmonitor"),
    *("res_ari", "res_ari_model", "res_ari_applications", "res_ari_asterisk", "res_ari_bridges", "res_ari_channels"),
    *("res_ari_endpoints", "res_ari_events", "res_ari_playbacks"),
    *("res_pjsip", "res_pjsip_session", "res_pjsip_pubsub", "res_pjsip_sdp_rtp", "res_pjsip_transport_websocket"),
    *("res_pjsip_authenticator_digest", "res_pjsip_outbound_authenticator_digest", "res_pjsip_registrar"),
    *("res_pjsip_outbound_registration", "res_pjsip_endpoint_identifier_user", "res_pjsip_endpoint_identifier_ip"),
    *("res_pjsip_nat", "res_pjsip_caller_id", "res_pjsip_dtmf_info", "res_pjsip_rfc3326", "res_pjsip_header_funcs"),
    *("res_pjsip_acl", "res_pjsip_path", "res_pjsip_diversion", "chan_pjsip"),
)
"""Named one by one: autoloading starts slower and complains of every module that has no configuration.

`res_websocket_client` is asked for by the newest only; what a build lacks is left out.
"""

_EMPTY = ("features.conf", "ccss.conf", "udptl.conf", "cli.conf", "cli_aliases.conf")

_ASTERISK = """\
[directories]
astetcdir => {etc}
astmoddir => {modules}
astvarlibdir => {var}
astdbdir => {var}
astkeydir => {var}
astdatadir => {data}
astagidir => {var}
astspooldir => {spool}
astrundir => {run}
astlogdir => {log}
[options]
systemname=rexian
documentation_language=en_US
defaultlanguage=en
transmit_silence=yes
"""

_HTTP = """\
[general]
enabled=yes
bindaddr=127.0.0.1
bindport={port}
sessionlimit=1000
session_inactivity=60000
session_keep_alive=60000
"""

_ARI = """\
[general]
enabled=yes
pretty=no
channelvars=REXIAN_CALL,MIXMONITOR_FILENAME
websocket_write_timeout=2000
[{user}]
type=user
read_only=no
password={password}
"""

_MANAGER = """\
[general]
enabled=yes
bindaddr=127.0.0.1
port={port}
[{user}]
secret={password}
deny=0.0.0.0/0.0.0.0
permit=127.0.0.1/255.255.255.255
read=call,system
write=call,system,reporting
writetimeout=2000
eventfilter(name(MixMonitorStop))=
eventfilter(name(ContactStatus))=
"""

_EXTENSIONS = """\
; At least two characters, or one key of a telephone: a single letter would catch Asterisk's own `h`, `i`, `s`, `t`.
[general]
static=yes
writeprotect=yes
[from-trunk]
exten => _[+*#0-9a-zA-Z].,1,Stasis({app},trunk)
 same => n,Hangup(38)
exten => _[*#0-9],1,Stasis({app},trunk)
 same => n,Hangup(38)
[from-phone]
exten => _[+*#0-9a-zA-Z].,1,Stasis({app},phone)
 same => n,Hangup(38)
exten => _[*#0-9],1,Stasis({app},phone)
 same => n,Hangup(38)
"""

_SORCERY = """\
[res_pjsip]
endpoint=memory
auth=memory
aor=memory
[res_pjsip_endpoint_identifier_ip]
identify=memory
[res_pjsip_outbound_registration]
registration=memory
"""

_PJSIP = """\
[global]
type=global
user_agent=Rexian
endpoint_identifier_order=username,auth_username,ip,anonymous
keep_alive_interval=30
[system]
type=system
disable_tcp_switch=yes
threadpool_initial_size=8
threadpool_max_size=50
[transport-udp]
type=transport
protocol=udp
bind={address}:{port}
{public}
[transport-ws]
type=transport
protocol=ws
bind=127.0.0.1
{public}
"""

_LOCAL_NETS = "local_net=10.0.0.0/8\nlocal_net=172.16.0.0/12\nlocal_net=192.168.0.0/16\nlocal_net=127.0.0.0/8\n"

_RTP = """\
[general]
rtpstart={first}
rtpend={last}
icesupport=yes
strictrtp=seqno
"""

_INDICATIONS = """\
; Tones of China: 450 Hz (GB/T 3378).
[general]
country=cn
[cn]
description=China
ringcadence=1000,4000
dial=450
busy=450/350,0/350
ring=450/1000,0/4000
congestion=450/700,0/700
callwaiting=450/400,0/4000
dialrecall=450
record=950/400,0/10000
info=450/100,0/100,450/100,0/100,450/100,0/100,450/400,0/400
stutter=450+425
"""
