"""espeak-ng as a process of its own (it is GPL-3). English is plain but clear; Mandarin is hard to understand."""

import asyncio
import shutil

from rexian.core.errors import Unavailable

VOICE = {"zh": "cmn", "en": "en-us"}
WORDS_PER_MINUTE = 160
WITHIN_S = 60.0


def program() -> str | None:
    """Where espeak-ng is, if it is on the PATH."""
    return shutil.which("espeak-ng")


class Espeak:
    name = "espeak-ng"
    languages = frozenset(VOICE)

    def __init__(self, program: str) -> None:
        self._program = program

    async def speak(self, text: str, language: str) -> bytes:
        """The text goes in by standard input: it can neither be an option nor show in the process list."""
        process = await asyncio.create_subprocess_exec(
            *(self._program, "-v", VOICE[language], "-s", str(WORDS_PER_MINUTE), "-b", "1", "--stdin", "--stdout"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(WITHIN_S):
                sound, said = await process.communicate(text.encode())
        except TimeoutError as error:
            raise Unavailable("speech.slow", "The voice took too long; try a shorter text.") from error
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode or len(sound) < 44:
            reason = said.decode(errors="replace").strip().splitlines()
            raise Unavailable("speech.failed", f"espeak-ng failed: {reason[-1] if reason else 'no sound'}")
        return _with_lengths(sound)


def _with_lengths(wav: bytes) -> bytes:
    """A WAV written to a pipe cannot know its length in the header: put it in."""
    data = wav.find(b"data")
    size = len(wav) - data - 8
    return b"".join(
        (wav[:4], (len(wav) - 8).to_bytes(4, "little"), wav[8 : data + 4], size.to_bytes(4, "little"), wav[data + 8 :])
    )
