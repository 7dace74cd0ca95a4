"""The life of an alert: one table."""

from enum import StrEnum

from rexian.alerts.events import AlertAcknowledged, AlertCleared, AlertFact, AlertRaised
from rexian.core.machine import Machine


class AlertState(StrEnum):
    CALM = "calm"
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLEARED = "cleared"


ALERT: Machine[AlertState, type[AlertFact]] = Machine(
    "alert",
    {
        AlertState.CALM: {AlertRaised: AlertState.OPEN},
        AlertState.OPEN: {AlertAcknowledged: AlertState.ACKNOWLEDGED, AlertCleared: AlertState.CLEARED},
        AlertState.ACKNOWLEDGED: {AlertCleared: AlertState.CLEARED},
        AlertState.CLEARED: {},
    },
)
