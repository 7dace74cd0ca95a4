"""Numbers, trunks, prompts and recordings, and the port to the switch that carries the voice.

Owns the words spoken with a switch: `commands` go to it, `events` come from it, `ports.Switch` carries both.
"""
