"""The lasting record of every contact: segments, legs, queue visits, recordings, disposition, notes.

Owns what is folded from the floor's facts, and the recordings. Publishes `InteractionClosed`, `ContactEdited`,
`RecordingStored`, `RecordingMissing`. Needs the journal (through `infra`) and customers (`crm`) for names.
"""
