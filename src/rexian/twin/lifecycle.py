"""A run's life, as one table of legal moves."""

from enum import StrEnum

from rexian.core.machine import Machine


class RunState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Move(StrEnum):
    START = "start"
    FINISH = "finish"
    FAIL = "fail"
    CANCEL = "cancel"


RUN: Machine[RunState, Move] = Machine(
    "twin_run",
    {
        RunState.WAITING: {Move.START: RunState.RUNNING, Move.FAIL: RunState.FAILED, Move.CANCEL: RunState.CANCELLED},
        RunState.RUNNING: {
            Move.START: RunState.RUNNING,  # the process fell, and another begins anew
            Move.FINISH: RunState.DONE,
            Move.FAIL: RunState.FAILED,
            Move.CANCEL: RunState.CANCELLED,
        },
        RunState.DONE: {},
        RunState.FAILED: {},
        RunState.CANCELLED: {},
    },
)
