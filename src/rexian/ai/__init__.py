"""What machines can hear, say and understand: ports only; every engine is an adapter, none is needed to run.

Owns the port `TextToSpeech`, the choice among the voices that are there, and the job that speaks prompts.
"""
