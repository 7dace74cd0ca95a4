"""The metric dictionary: every published number names its formula, in both languages.

Letters: O offered, A answered, B abandoned, F flow-outs; a suffix T: within the service-level threshold, S: within the
short-abandon time, both as they stood when the call was queued. Cohort: visits enqueued in the window; a visit is one
stay in one queue (coming back counts again, a consult does not). The wait runs from enqueueing to the agent's answer,
ringing included, the menus before excluded.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Formula:
    """`id` is stable; a changed meaning gets a new id."""

    id: str
    expression: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Counts:
    """What a service level is computed from."""

    answered: int = 0
    answered_in_sl: int = 0
    abandoned: int = 0
    abandoned_in_sl: int = 0
    short_abandoned: int = 0
    flow_out: int = 0


SERVICE_LEVELS: dict[str, tuple[Formula, Callable[[Counts], tuple[int, int]]]] = {
    "SL1": (
        Formula(
            "SL1", "(A_T + B_T) / (A + B)",
            "Answered or given up within the threshold, of all answered or abandoned.",
            "时限内接听或放弃的来电，占接听与放弃总数的比例。",
        ),
        lambda c: (c.answered_in_sl + c.abandoned_in_sl, c.answered + c.abandoned),
    ),
    "SL2": (
        Formula(
            "SL2", "A_T / A",
            "Answered within the threshold, of all answered.",
            "时限内接听数占接听总数的比例。",
        ),
        lambda c: (c.answered_in_sl, c.answered),
    ),
    "SL3": (
        Formula(
            "SL3", "A_T / (A + B)",
            "Answered within the threshold, of all answered or abandoned (short abandons included).",
            "时限内接听数，占接听与放弃总数（含短时放弃）的比例。",
        ),
        lambda c: (c.answered_in_sl, c.answered + c.abandoned),
    ),
    "SL4": (
        Formula(
            "SL4", "A_T / (A + B_>T)",
            "Answered within the threshold, of all answered or abandoned after the threshold.",
            "时限内接听数，占接听数与超时放弃数之和的比例。",
        ),
        lambda c: (c.answered_in_sl, c.answered + c.abandoned - c.abandoned_in_sl),
    ),
    "SL5": (
        Formula(
            "SL5", "(A_T + B_S) / (A + B)",
            "Answered within the threshold or abandoned at once, of all answered or abandoned.",
            "时限内接听数加短时放弃数，占接听与放弃总数的比例。",
        ),
        lambda c: (c.answered_in_sl + c.short_abandoned, c.answered + c.abandoned),
    ),
    "SL6": (
        Formula(
            "SL6", "A_T / (A + B − B_S)",
            "Answered within the threshold, of all answered or abandoned without the short abandons.",
            "时限内接听数，占接听与放弃总数（不含短时放弃）的比例。",
        ),
        lambda c: (c.answered_in_sl, c.answered + c.abandoned - c.short_abandoned),
    ),
    "SL7": (
        Formula(
            "SL7", "A_T / (A + B + F)",
            "Answered within the threshold, of all that left the queue in any way.",
            "时限内接听数，占所有离开队列（接听、放弃、溢出）总数的比例。",
        ),
        lambda c: (c.answered_in_sl, c.answered + c.abandoned + c.flow_out),
    ),
}  # fmt: skip

DEFAULT_SERVICE_LEVEL = "SL3"
"""The strictest of the usual ones: nobody who gave up is left out of what was promised."""

FORMULAS: dict[str, Formula] = {
    formula.id: formula
    for formula in (
        Formula("O1", "O = A + B + F + waiting", "Visits enqueued in the window.", "时段内进入队列的次数。"),
        Formula("A1", "A", "Visits that an agent answered.", "由座席接听的次数。"),
        Formula(
            "B1", "B", "Visits whose caller hung up while waiting or ringing, short abandons included.",
            "排队或振铃中客户挂断的次数，含短时放弃。",
        ),
        Formula(
            "BS1", "B_S: wait ≤ S", "Abandons within the queue's short-abandon time.", "在短时放弃时限内的放弃次数。"
        ),
        Formula(
            "F1", "F", "Visits that left by the queue's own rules (time-out, nobody there).",
            "因超时、无人等规则离开队列的次数。",
        ),
        Formula("AR1", "B / O", "Abandoned, of all offered.", "放弃数占进入队列数的比例。"),
        Formula("AR2", "(B − B_S) / (O − B_S)", "The same without short abandons.", "不含短时放弃的放弃率。"),
        Formula(
            "ASA1", "Σ wait(A) / A", "Mean wait of the answered, ringing included.", "已接听来电的平均等待（含振铃）。"
        ),
        Formula("ATA1", "Σ wait(B) / B", "Mean wait of those who gave up.", "放弃来电的平均等待。"),
        Formula(
            "AHT1", "Σ (talk + hold + consult + wrap-up) / A",
            "Handling by the agent who answered, per answered visit: totals divided, never averages added.",
            "接听座席的通话、保持、咨询与话后处理总时长除以接听数（以总量相除，不以均值相加）。",
        ),
        Formula(
            "EW1", "A_E", "Answered after a wait that had been foretold: nobody was ready when they came.",
            "进入队列时无人就绪、已作出预计等待且后来接听的次数。",
        ),
        Formula(
            "EW2", "Σ (wait − foretold) / A_E",
            "Bias of the expected wait: above 0 people wait for longer than foretold. Who gave up tells nothing of it.",
            "预计等待的平均偏差：大于 0 表示实际比预计久。放弃者无从比较，不计入。",
        ),
        Formula(
            "EW3", "Σ |wait − foretold| / A_E", "Mean absolute error of the expected wait.", "预计等待的平均绝对误差。"
        ),
        Formula("LW1", "max(wait)", "Longest wait of a visit that has ended.", "已结束排队中的最长等待。"),
        Formula(
            "H1", "contacts", "Contacts with customers the agent spoke in (calls among colleagues apart).",
            "座席与客户通话的联络数（不含同事间通话）。",
        ),
        Formula(
            "AHT2", "Σ (talk + hold + consult + wrap-up in the window) / H",
            "Handling time inside the window per contact handled.", "时段内处理总时长除以处理联络数。",
        ),
        Formula(
            "OCC1", "|handling| / |handling ∪ ready|",
            "Share of handling (talk, hold, consult, conference, wrap-up) in the time handling or ready; split at the "
            "window's edges, ringing counts as ready.",
            "处理（通话、保持、咨询、会议、话后）时间占处理与就绪时间之并的比例；按时段边界切分，振铃计为就绪。",
        ),
        *(formula for formula, _ in SERVICE_LEVELS.values()),
    )
}  # fmt: skip


def service_level(counts: Counts, id: str = DEFAULT_SERVICE_LEVEL) -> float | None:
    """The share between 0 and 1 by the formula `id`; none when there is nothing to divide by."""
    part, whole = SERVICE_LEVELS[id][1](counts)
    return part / whole if whole else None
