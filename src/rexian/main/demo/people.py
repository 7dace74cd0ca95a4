"""Who works in the demonstration's centre."""

from collections.abc import Mapping
from dataclasses import dataclass, field

TENANT = "demo"
NAME = "热线演示中心"
PASSWORD = "rexian-demo"
NUMBER = "4008001234"


@dataclass(frozen=True, slots=True)
class Person:
    username: str
    name: str
    role: str
    locale: str = "zh"
    extension: str = ""  # none: no agent, and no phone
    skills: dict[str, int] = field(default_factory=dict)
    queues: tuple[str, ...] = ()


ADMINISTRATOR = Person("admin", "管理员", "administrator")
STAFF = (
    Person("supervisor1", "周敏", "supervisor", extension="2001"),
    Person("supervisor2", "David Chen", "supervisor", locale="en", extension="2002"),
    Person("quality1", "孙倩", "quality"),
    Person("analyst1", "马超", "analyst"),
)
_SALES, _SERVICE, _COMPLAINTS = "销售咨询", "售后服务", "投诉建议"
QUEUES: Mapping[str, Mapping[str, object]] = {
    _SALES: {"wrap_up_s": 20, "max_wait_s": 300, "sl_threshold_s": 20},
    _SERVICE: {"wrap_up_s": 30, "max_wait_s": 300, "sl_threshold_s": 30},
    _COMPLAINTS: {"wrap_up_s": 60, "max_wait_s": 300, "sl_threshold_s": 15, "priority": 3},
}
AGENTS = (
    Person("agent1", "王芳", "agent", "zh", "1001", {"chinese": 10, "sales": 8, "service": 5}, (_SALES, _SERVICE)),
    Person("agent2", "李娜", "agent", "zh", "1002", {"chinese": 10, "sales": 7}, (_SALES,)),
    Person(
        "agent3", "张伟", "agent", "zh", "1003", {"chinese": 10, "service": 8, "complaints": 6}, (_SERVICE, _COMPLAINTS)
    ),
    Person(
        "agent4",
        "Emma Liu",
        "agent",
        "en",
        "1004",
        {"english": 10, "chinese": 6, "sales": 6, "service": 6},
        (_SALES, _SERVICE, _COMPLAINTS),
    ),
    Person("agent5", "陈静", "agent", "zh", "1005", {"chinese": 10, "complaints": 9}, (_COMPLAINTS,)),
    Person("agent6", "刘洋", "agent", "zh", "1006", {"chinese": 10, "sales": 6, "service": 6}, (_SALES, _SERVICE)),
    Person("agent7", "杨丽", "agent", "zh", "1007", {"chinese": 10, "service": 9}, (_SERVICE,)),
    Person("agent8", "黄强", "agent", "zh", "1008", {"chinese": 10, "english": 6, "sales": 7}, (_SALES,)),
    Person(
        "agent9", "赵磊", "agent", "zh", "1009", {"chinese": 10, "service": 7, "complaints": 5}, (_SERVICE, _COMPLAINTS)
    ),
    Person(
        "agent10",
        "吴婷",
        "agent",
        "zh",
        "1010",
        {"chinese": 10, "english": 7, "sales": 5, "service": 5, "complaints": 5},
        (_SALES, _SERVICE, _COMPLAINTS),
    ),
)
