"""A life cycle as one table of legal moves."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Generic, TypeVar

from rexian.core.errors import IllegalMove

S = TypeVar("S", bound=str)
M = TypeVar("M", bound=Hashable)


class Machine(Generic[S, M]):
    """State, move, next state. An illegal move raises and changes nothing."""

    def __init__(self, name: str, table: Mapping[S, Mapping[M, S]]) -> None:
        self.name = name
        self.table = table
        known = set(table)
        for state, moves in table.items():
            for move, target in moves.items():
                if target not in known:
                    raise ValueError(f"{name}: {state} --{move}--> {target}, but {target} is not a state of the table.")

    @property
    def states(self) -> tuple[S, ...]:
        return tuple(self.table)

    def allows(self, state: S, move: M) -> bool:
        return move in self.table[state]

    def after(self, state: S, move: M) -> S:
        """The state after `move`; raises `IllegalMove` when the table has no such move."""
        target = self.table[state].get(move)
        if target is None:
            raise IllegalMove(
                f"{self.name}.illegal_move",
                f"{self.name}: {_word(move)} is not possible while {state}.",
                state=str(state),
                move=_word(move),
            )
        return target

    def edges(self) -> Iterator[tuple[S, M, S]]:
        for state, moves in self.table.items():
            for move, target in moves.items():
                yield state, move, target

    def diagram(self) -> str:
        """The table as a Mermaid state diagram, for the docs."""
        lines = [f"    {state} --> {target}: {_word(move)}" for state, move, target in self.edges()]
        return "\n".join(["stateDiagram-v2", f"    [*] --> {self.states[0]}", *lines])


def _word(move: object) -> str:
    return move.__name__ if isinstance(move, type) else str(move)
