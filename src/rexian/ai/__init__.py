"""What machines can hear, say and understand: ports only; every engine is an adapter, none is needed to run.

Owns the ports `TextToSpeech` and `SpeechToText`, the choice among the engines that are there, the jobs that speak
prompts, and the errand by which flows understand their callers.
"""
