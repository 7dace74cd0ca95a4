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

from rexian.adapters.asterisk import templates
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
    fax_ports: tuple[int, int] = (4500, 4999)
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
        "http.conf": templates.HTTP.format(port=settings.http_port),
        "ari.conf": templates.ARI.format(user=access.ari_user, password=access.ari_password),
        "manager.conf": templates.MANAGER.format(
            port=access.ami_port, user=access.ami_user, password=access.ami_password
        ),
        "extensions.conf": templates.EXTENSIONS.format(app=access.app, fax=templates.FAX),
        "sorcery.conf": templates.SORCERY,
        "pjsip.conf": _pjsip(settings),
        "udptl.conf": templates.UDPTL.format(first=settings.fax_ports[0], last=settings.fax_ports[1]),
        "rtp.conf": templates.RTP.format(first=settings.rtp_ports[0], last=settings.rtp_ports[1]),
        "musiconhold.conf": templates.MUSIC.format(
            directory=settings.folder.absolute() / "music", classes=Path(access.prompts) / templates.CLASSES
        ),
        "indications.conf": templates.INDICATIONS,
        "cdr.conf": "[general]\nenable=no\n",
        "cel.conf": "[general]\nenable=no\n",
        "pjproject.conf": "[log_mappings]\ntype=log_mappings\nasterisk_error=0,1\nasterisk_warning=2\n",
        "stasis.conf": "",
        "websocket_client.conf": "",
        "acl.conf": "",
        **dict.fromkeys(templates.EMPTY, "[general]\n"),
    }


def _asterisk(settings: Settings, runtime: Runtime) -> str:
    folder = settings.folder.absolute()
    return templates.ASTERISK.format(
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
        public = f"external_media_address={address}\nexternal_signaling_address={address}\n" + templates.LOCAL_NETS
    return templates.PJSIP.format(address=settings.sip_address, port=settings.sip_port, public=public)


def _modules(folder: Path, extra: tuple[str, ...]) -> str:
    there = [name for name in (*templates.MODULES, *extra) if (folder / f"{name}.so").exists()]
    loads = "".join(f"load={name}.so\n" for name in there)
    return f"[modules]\nautoload=no\n{loads}"
