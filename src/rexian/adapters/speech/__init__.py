"""Voices: Kokoro (natural; optional), espeak-ng (a process; plain), and tones for tests.

Recognisers: Whisper (optional), a server that is asked over HTTP or by WebSocket, and one for tests that understands
tones.
"""

from pathlib import Path

from rexian.adapters.speech import espeak, kokoro, whisper
from rexian.adapters.speech.beeps import Beeps
from rexian.adapters.speech.funasr import FunAsr
from rexian.adapters.speech.remote import Remote
from rexian.ai.ports import SpeechToText, TextToSpeech


def found(kokoro_voices: Path | None = None) -> list[TextToSpeech]:
    """The voices this machine has, the best first. `kokoro_voices`: the folder of Kokoro's voice files, if any."""
    voices: list[TextToSpeech] = []
    if kokoro_voices is not None and kokoro.available(kokoro_voices):
        voices += kokoro.found(kokoro_voices)
    if (program := espeak.program()) is not None:
        voices.append(espeak.Espeak(program))
    return voices


def recognisers(
    which: str, *, url: str = "", model: str = "", key: str = "", certificate: str = "", folder: str = ""
) -> list[SpeechToText]:
    """Those that `which` allows (`auto`, `local`, `remote`, `beeps`, `off`) and this machine has, the best first.

    `url`, `model`, `key`, `certificate`: of a server. `folder`: of another model for Whisper.
    """
    if which == "beeps":
        return [Beeps()]
    found: list[SpeechToText] = []
    if which in ("auto", "remote") and url:
        if url.startswith(("ws://", "wss://")):
            found.append(FunAsr(url, key=key, certificate=certificate))
        else:
            found.append(Remote(url, model=model or "whisper-1", key=key, certificate=certificate))
    own = Path(folder) if folder else None
    if which in ("auto", "local") and whisper.available(own):
        found.append(whisper.Whisper(own))
    return found
