"""Scenarios are read, and what is wrong with them is said with its place."""

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest
from typer.testing import CliRunner

from rexian.core.errors import Invalid
from rexian.main.place import CHECKOUT
from rexian.main.twin import app
from rexian.twin import scenario as scenarios
from rexian.twin.distributions import Empirical, Exponential, Fixed, Gamma, Lognormal, Mixture, Part
from rexian.twin.house import house
from rexian.twin.scenario import Crew, Shift, read_file
from rexian.twin.what_if import AgentChange, Changes, ShiftChange, changed, read, scaled
from tests.twin import make

YAML = """
name: A quiet morning
streams:
  - begins: "08:00"
    interval_s: 1800
    calls: [10, 12.5, 9]
    busyness_cv: 0.1
    callers:
      - queue: service
        patience: {kind: lognormal, mean_s: 120, cv: 1.2}
        handling: {kind: gamma, mean_s: 90, cv: 0.5}
      - {name: rich, share: 0.2, queue: service, priority: 5, handling: {kind: fixed, value_s: 300}}
crews:
  - {name: early, agents: 4, queues: [service], shifts: [{begins: "07:30", ends: "12:00"}]}
queues:
  - {name: service, sl_threshold_s: 30}
"""


def test_yaml_and_json_say_the_same() -> None:
    from_yaml = scenarios.read(YAML)

    assert scenarios.read(msgspec.json.encode(from_yaml)) == from_yaml
    assert from_yaml.streams[0].callers[0].patience == Lognormal(mean_s=120, cv=1.2)
    assert from_yaml.streams[0].callers[1].patience is None
    assert scenarios.rules(from_yaml)["service"].sl_threshold_s == 30


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("- queue: service", "- queue: sales", "streams[0].callers[0].queue: There is no queue 'sales'"),
        ("queues: [service]", "queues: [sales]", "crews[0].queues: There is no queue 'sales'"),
        ('ends: "12:00"', 'ends: "07:00"', "crews[0].shifts[0]: The shift ends before it begins"),
        ("sl_threshold_s: 30", "sl_threshold_s: soon", "queues[0]: Expected `int`"),
        ("mean_s: 120", "mean_s: -1", "$.streams[0].callers[0].patience.mean_s"),
        ("agents: 4", "agentz: 4", "agentz"),
        ("calls: [10, 12.5, 9]", "calls: [1000000000]", "streams: At most"),
        ('begins: "08:00"', 'begins: "8 o clock"', "$.streams[0].begins"),
        ("kind: fixed", "kind: weibull", "$.streams[0].callers[1].handling"),
    ],
)
def test_a_mistake_is_told_with_its_place(before: str, after: str, said: str) -> None:
    assert before in YAML
    with pytest.raises(Invalid) as refused:
        scenarios.read(YAML.replace(before, after))

    assert said in refused.value.message


def test_a_flow_that_cannot_be_read_is_told_with_its_place() -> None:
    flow = scenarios.Flow(number="4008001234", document={"start": "a", "nodes": {"a": {"type": "fly"}}})
    with pytest.raises(Invalid, match=r"flows\[0\].document: /nodes/a/type: There is no node type 'fly'"):
        house(make.scenario(flows=(flow,)))


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"nowhere.yaml cannot be read"):
        read_file(tmp_path / "nowhere.yaml")


def test_the_schema_knows_every_kind_of_distribution() -> None:
    schema = json.dumps(scenarios.schema())

    for kind in ("fixed", "exponential", "lognormal", "gamma", "empirical", "mixture"):
        assert f'"{kind}"' in schema


# --- changes ----------------------------------------------------------------------------------------------------------


def test_agents_come_and_those_of_the_shortest_presence_go() -> None:
    short = make.crew(agents=2, shifts=(Shift(begins="08:00", ends="10:00"),))
    long = make.crew(agents=2, shifts=(Shift(begins="08:00", ends="18:00"),))
    before = make.scenario(crews=(long, short))

    more = changed(before, Changes(agents=(AgentChange(crew="all", by=3, begins="09:00", ends="11:00"),)))
    fewer = changed(before, Changes(agents=(AgentChange(crew="all", by=-3),)))

    assert more.crews[2] == make.crew(agents=3, shifts=(Shift(begins="09:00", ends="11:00"),))
    assert fewer.crews == (make.crew(agents=1, shifts=long.shifts),)


def test_shifts_move_rules_are_set_and_times_are_scaled() -> None:
    before = make.scenario(crews=(make.crew(shifts=(Shift(begins="08:00", ends="18:00"),)),))

    after = changed(
        before,
        Changes(
            calls=2.0,
            handling=1.5,
            patience=0.5,
            shifts=(ShiftChange(crew="all", minutes=-30),),
            queues={"service": {"max_wait_s": 45.0}},
        ),
    )

    assert after.crews[0].shifts == (Shift(begins="07:30:00", ends="17:30:00"),)
    assert scenarios.rules(after)["service"].max_wait_s == 45.0
    assert after.streams[0].calls == (120.0, 120.0)
    callers = after.streams[0].callers[0]
    assert (callers.handling, callers.patience) == (Exponential(mean_s=180.0), Exponential(mean_s=30.0))


@pytest.mark.parametrize(
    "raw",
    [
        {"agents": [{"crew": "nobody", "by": 1}]},
        {"shifts": [{"crew": "nobody", "minutes": 5}]},
        {"queues": {"sales": {"priority": 1}}},
        {"queues": {"service": {"priority": "high"}}},
        {"calls": 0},
        {"agents": [{"crew": "all", "by": -3}]},
        {"weather": "good"},
    ],
)
def test_a_change_that_cannot_be_is_refused(raw: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        changed(make.scenario(), read(raw))


@pytest.mark.parametrize(
    "distribution",
    [
        Fixed(value_s=3),
        Exponential(mean_s=3),
        Lognormal(mean_s=3, cv=2),
        Gamma(mean_s=3, cv=0.4),
        Empirical(values_s=(1, 2, 9), beyond=0.25, beyond_mean_s=4),
        Mixture(parts=(Part(share=1, of=Fixed(value_s=0)), Part(share=3, of=Exponential(mean_s=4)))),
    ],
    ids=lambda each: type(each).__name__,
)
def test_scaling_makes_every_time_so_many_times_as_long(distribution: object) -> None:
    chances = np.linspace(0.001, 0.999, 101)
    assert np.allclose(scaled(distribution, 2.5).quantile(chances), 2.5 * distribution.quantile(chances))  # type: ignore[attr-defined,arg-type]


def test_a_crew_that_is_sent_home_leaves_the_others() -> None:
    before = make.scenario(crews=(make.crew(agents=1), Crew(name="other", queues=("service",))))

    after = changed(before, Changes(agents=(AgentChange(crew="all", by=-5),)))

    assert [crew.name for crew in after.crews] == ["other"]


# --- the command line -------------------------------------------------------------------------------------------------

GUIDE = (CHECKOUT / "docs" / "twin.md").read_text(encoding="utf-8")


def test_the_guides_scenario_runs_and_compares(tmp_path: Path) -> None:
    before, after, told = tmp_path / "before.yaml", tmp_path / "after.yaml", tmp_path / "told.json"
    text = GUIDE.split("```yaml\n")[1].split("```")[0]
    before.write_text(text, encoding="utf-8")
    after.write_text(text.replace("agents: 9", "agents: 12"), encoding="utf-8")

    ran = CliRunner().invoke(app, ["run", str(before), "--days", "3"])
    compared = CliRunner().invoke(app, ["compare", str(before), str(after), "--days", "3", "--json", str(told)])

    assert (ran.exit_code, compared.exit_code) == (0, 0), (ran.output, compared.output)
    assert "service_level" in ran.output
    change = json.loads(told.read_text())["change"]
    assert change["total"]["present_h"]["value"] == pytest.approx(3 * (2 + 5 / 60), abs=0.2)
    assert change["total"]["wait_s"]["value"] < 0
