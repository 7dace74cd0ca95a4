"""Random nodes of any type, made from the fields of the types themselves: a stranger's nodes are fuzzed like ours."""

import random
import re
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from rexian.flows.nodes import Node, Registry

VALUES: list[Any] = [0, 7, "7", "", "abc", None, True, [1, "x"], {"deep": {"er": 1}}, 1e300, "١٢"]
TEXTS = [
    *("", "a", "b", "number", "caller", "sales", "nowhere", "office", "blocked", "zh", "en", "1", "7", "#", "GET"),
    *("1 / 0", "a + 1", "customer.level >= 3", "number * number", "now()", "answer.x", "{a} {number}", "{1 / 0}"),
    *("text(a) + text(b)", "luhn(digits)", "if(a, b, number)", "a[0].b", "join([a, b, number])", "length(a) > 2"),
    *("prompt:welcome", "tone:ring", "silence:200", "money:a", "digits:number", "date:today()", "number:a"),
    *("https://shop.example/{a}", "default", "next", "error", "*", "phone", "mail", "+8613800138000"),
]
MOST_TRIES = 200


def random_node(kind: str, registry: Registry, chance: random.Random) -> dict[str, Any]:
    """The parameters of a node that can be read, with its type; its exits are for others to connect."""
    for _ in range(MOST_TRIES):
        raw = {"type": kind, **_parameters(registry[kind], chance)}
        try:
            msgspec.convert(raw, registry[kind])
        except msgspec.ValidationError:
            continue
        return raw
    raise AssertionError(f"no random node of type {kind} can be read")


def _parameters(node: type[Node], chance: random.Random) -> dict[str, Any]:
    return {
        field.encode_name: _value(field.type, chance)
        for field in _fields(node)
        if field.required or chance.random() < 0.5
    }


@cache
def _fields(node: type[Node]) -> tuple[inspect.Field, ...]:
    described = inspect.type_info(node)
    assert isinstance(described, inspect.StructType)
    return tuple(field for field in described.fields if field.name not in Node.__struct_fields__)


def _value(kind: inspect.Type, chance: random.Random) -> Any:
    match kind:
        case inspect.StrType():
            fitting = [text for text in TEXTS if kind.pattern is None or re.search(kind.pattern, text)]
            return chance.choice(fitting or ["x"])
        case inspect.IntType():
            return chance.randint(int(kind.ge or 0), int(kind.le if kind.le is not None else (kind.ge or 0) + 9))
        case inspect.FloatType():
            least = kind.ge if kind.ge is not None else (kind.gt or 0) + 0.5
            return chance.uniform(least, kind.le if kind.le is not None else least + 20)
        case inspect.BoolType():
            return chance.random() < 0.5
        case inspect.LiteralType() | inspect.EnumType():
            values = kind.values if isinstance(kind, inspect.LiteralType) else [each.value for each in kind.cls]
            return chance.choice(list(values))
        case inspect.VarTupleType() | inspect.ListType():
            least = kind.min_length or 0
            return [_value(kind.item_type, chance) for _ in range(chance.randint(least, least + 2))]
        case inspect.DictType():
            return {
                str(_value(kind.key_type, chance)): _value(kind.value_type, chance) for _ in range(chance.randint(0, 3))
            }
        case inspect.Metadata():
            return _value(kind.type, chance)
        case inspect.UnionType():
            return _value(chance.choice(list(kind.types)), chance)
        case inspect.NoneType():
            return None
        case inspect.StructType():
            given = [field for field in kind.fields if field.required or chance.random() < 0.5]
            return {field.encode_name: _value(field.type, chance) for field in given}
        case _:
            return chance.choice(VALUES)
