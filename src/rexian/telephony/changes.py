"""What was changed of numbers, trunks and prompts (`events` are the switch's). Subjects: `number:<id>` …"""

import msgspec

from rexian.core.ids import NumberId, PromptId, TrunkId


class NumberChanged(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    number: NumberId


class TrunkChanged(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    trunk: TrunkId


class PromptChanged(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    prompt: PromptId
