"""What every adapter of the port `Switch` must do. One suite, run over the simulation and over a real Asterisk."""

import wave
from pathlib import Path

import numpy as np
import pytest

from rexian.core.errors import RexianError
from rexian.core.ids import CallId, LegId, uuid7
from rexian.telephony import commands as c
from rexian.telephony.commands import Cause
from rexian.telephony.events import (
    Arrived,
    Bridged,
    DigitPressed,
    LegAnswered,
    LegEnded,
    LegRinging,
    PhoneReachable,
    Played,
    Recorded,
    SwitchBack,
    SwitchLost,
    Talking,
)
from tests.contract.worlds import PHONE, TRUNK, Party, World, arrival, event, until
from tests.sip.media import RATE, strength, tone

CUSTOMER_HZ, AGENT_HZ, BOSS_HZ, FRIEND_HZ = 440, 1000, 1600, 2300


async def answered(world: World) -> tuple[Party, CallId, LegId]:
    """A customer who has been answered."""
    customer, call, leg = await arrival(world)
    await world.switch.perform(c.Answer(call=call, leg=leg))
    await event(world, LegAnswered, leg=leg)
    customer.say(CUSTOMER_HZ)
    return customer, call, leg


async def called(world: World, call: CallId, number: int = 1, *, pitch: float = AGENT_HZ) -> tuple[Party, LegId]:
    """A far party that we have called and that has answered."""
    leg = LegId(f"{call}.{number}")
    address = await world.far_address()
    await world.switch.perform(c.Originate(call=call, leg=leg, address=address, caller_number="4008001234"))
    party = await world.rung()
    await party.answer()
    await event(world, LegAnswered, leg=leg)
    party.say(pitch)
    return party, leg


async def talking(world: World) -> tuple[Party, Party, CallId, LegId, LegId]:
    customer, call, leg = await answered(world)
    agent, agent_leg = await called(world, call)
    await world.switch.perform(c.Bridge(call=call, bridge=f"{call}.b", legs=(leg, agent_leg)))
    await event(world, Bridged, bridge=f"{call}.b")
    return customer, agent, call, leg, agent_leg


def make_prompt(folder: Path, key: str, pitch: float, seconds: float = 0.6) -> None:
    path = folder / "demo/zh" / f"{key}.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(tone(pitch, seconds).tobytes())


async def test_a_call_arrives_with_its_numbers(world: World) -> None:
    await world.call_in("95588", "+8613912345678")
    arrived = await event(world, Arrived)
    assert (arrived.called, arrived.caller, arrived.trunk, arrived.phone) == ("95588", "+8613912345678", TRUNK.id, "")


async def test_a_one_digit_number_is_a_number(world: World) -> None:
    await world.call_in("9")
    assert (await event(world, Arrived)).called == "9"


async def test_it_is_answered(world: World) -> None:
    _, call, leg = await arrival(world)
    await world.switch.perform(c.Ring(call=call, leg=leg))
    await world.switch.perform(c.Answer(call=call, leg=leg))
    assert (await event(world, LegAnswered)).call == call


async def test_the_caller_hangs_up_before_the_answer(world: World) -> None:
    customer, call, leg = await arrival(world)
    await customer.hang_up()
    ended = await event(world, LegEnded)
    assert (ended.call, ended.leg) == (call, leg)


async def test_the_caller_hangs_up_in_the_call(world: World) -> None:
    customer, _, leg = await answered(world)
    await customer.hang_up()
    assert (await event(world, LegEnded, leg=leg)).cause is Cause.NORMAL


async def test_we_hang_up(world: World) -> None:
    customer, call, leg = await answered(world)
    await world.switch.perform(c.HangUp(call=call, leg=leg))
    assert (await event(world, LegEnded, leg=leg)).cause is Cause.NORMAL
    await until(world, lambda: customer.ended, "the far end's hearing of it")


async def test_a_hang_up_carries_our_cause(world: World) -> None:
    _, call, leg = await arrival(world)
    await world.switch.perform(c.HangUp(call=call, leg=leg, cause=Cause.BUSY))
    assert (await event(world, LegEnded, leg=leg)).cause is Cause.BUSY


async def test_hanging_up_what_is_gone_is_no_error(world: World) -> None:
    call = CallId(uuid7())
    await world.switch.perform(c.HangUp(call=call, leg=LegId(f"{call}.1")))


async def test_a_leg_we_place_rings_and_is_answered(world: World) -> None:
    call = CallId(uuid7())
    leg = LegId(f"{call}.1")
    address = await world.far_address()
    await world.switch.perform(c.Originate(call=call, leg=leg, address=address, caller_number="95588"))
    party = await world.rung()
    await party.ring()
    assert (await event(world, LegRinging)).leg == leg
    await party.answer()
    assert (await event(world, LegAnswered)).call == call


@pytest.mark.parametrize("cause", [Cause.BUSY, Cause.REJECTED, Cause.UNALLOCATED, Cause.CONGESTION])
async def test_a_refusal_of_the_far_end_is_told(world: World, cause: Cause) -> None:
    call = CallId(uuid7())
    leg = LegId(f"{call}.1")
    address = await world.far_address()
    await world.switch.perform(c.Originate(call=call, leg=leg, address=address, caller_number="95588"))
    await (await world.rung()).reject(cause)
    assert (await event(world, LegEnded, leg=leg)).cause is cause


async def test_a_leg_that_nobody_answers_ends_by_itself(world: World) -> None:
    call = CallId(uuid7())
    leg = LegId(f"{call}.1")
    address = await world.far_address()
    await world.switch.perform(
        c.Originate(call=call, leg=leg, address=address, caller_number="95588", ring_timeout_s=1)
    )
    party = await world.rung()
    await party.ring()
    assert (await event(world, LegEnded, leg=leg)).cause is Cause.NO_ANSWER
    await until(world, lambda: party.ended)


async def test_a_ringing_leg_is_taken_back(world: World) -> None:
    call = CallId(uuid7())
    leg = LegId(f"{call}.1")
    address = await world.far_address()
    await world.switch.perform(c.Originate(call=call, leg=leg, address=address, caller_number="95588"))
    party = await world.rung()
    await party.ring()
    await event(world, LegRinging)
    await world.switch.perform(c.HangUp(call=call, leg=leg, cause=Cause.ELSEWHERE))
    assert (await event(world, LegEnded, leg=leg)).cause is Cause.ELSEWHERE
    await until(world, lambda: party.ended)


async def test_a_prompt_is_heard_to_its_end(world: World) -> None:
    make_prompt(world.prompts, "hello", 700)
    customer, call, leg = await answered(world)
    await world.switch.perform(
        c.Play(call=call, leg=leg, playback=f"{call}.p1", media=("silence:100", "prompt:hello"), tenant="demo")
    )
    await until(world, lambda: customer.hears(700), "the prompt")
    assert (await event(world, Played, playback=f"{call}.p1")).finished


async def test_a_prompt_is_cut_short(world: World) -> None:
    make_prompt(world.prompts, "long", 700, seconds=20)
    customer, call, leg = await answered(world)
    await world.switch.perform(c.Play(call=call, leg=leg, playback=f"{call}.p1", media=("prompt:long",), tenant="demo"))
    await until(world, lambda: customer.hears(700))
    await world.switch.perform(c.StopPlaying(call=call, playback=f"{call}.p1"))
    assert not (await event(world, Played)).finished
    await until(world, lambda: not customer.hears(700), "silence")
    await world.switch.perform(c.StopPlaying(call=call, playback=f"{call}.p1"))


async def test_a_prompt_that_is_not_there_is_refused(world: World) -> None:
    _, call, leg = await answered(world)
    with pytest.raises(RexianError):
        await world.switch.perform(c.Play(call=call, leg=leg, playback=f"{call}.p1", media=("prompt:none",)))


async def test_keys_are_heard_from_the_caller(world: World) -> None:
    customer, _, leg = await answered(world)
    customer.press("1#")
    assert (await event(world, DigitPressed, leg=leg)).digit == "1"
    assert (await event(world, DigitPressed, leg=leg)).digit == "#"


async def test_keys_are_sent_to_the_far_end(world: World) -> None:
    customer, call, leg = await answered(world)
    await world.switch.perform(c.SendDigits(call=call, leg=leg, digits="42"))
    await until(world, lambda: customer.pressed == "42", "the keys")


async def test_music_plays_until_it_is_stopped(world: World) -> None:
    customer, call, leg = await answered(world)
    await world.switch.perform(c.StartMusic(call=call, leg=leg))
    await until(world, customer.hears_anything, "music")
    await world.switch.perform(c.StopMusic(call=call, leg=leg))
    await until(world, lambda: not customer.hears_anything(), "silence")


async def test_two_in_a_bridge_hear_each_other(world: World) -> None:
    customer, agent, *_ = await talking(world)
    await until(world, lambda: customer.hears(AGENT_HZ) and agent.hears(CUSTOMER_HZ), "both")
    assert not customer.hears(CUSTOMER_HZ)


async def test_a_bridge_cuts_short_what_its_legs_hear(world: World) -> None:
    make_prompt(world.prompts, "long", 700, seconds=20)
    customer, call, leg = await answered(world)
    await world.switch.perform(c.Answer(call=call, leg=leg))
    await world.switch.perform(c.Play(call=call, leg=leg, playback=f"{call}.p1", media=("prompt:long",), tenant="demo"))
    await world.switch.perform(c.Answer(call=call, leg=leg))
    await world.switch.perform(c.StartMusic(call=call, leg=leg))
    _, agent_leg = await called(world, call)
    await world.switch.perform(c.Bridge(call=call, bridge=f"{call}.b", legs=(leg, agent_leg)))
    await event(world, Bridged)
    assert not (await event(world, Played)).finished
    await until(world, lambda: customer.hears(AGENT_HZ) and not customer.hears(700))


async def test_three_in_a_bridge_hear_each_other(world: World) -> None:
    customer, agent, call, leg, agent_leg = await talking(world)
    boss, boss_leg = await called(world, call, 2, pitch=BOSS_HZ)
    await world.switch.perform(c.Bridge(call=call, bridge=f"{call}.b", legs=(leg, agent_leg, boss_leg)))
    assert (await event(world, Bridged)).legs == (leg, agent_leg, boss_leg)
    await until(world, lambda: customer.hears(BOSS_HZ) and customer.hears(AGENT_HZ) and agent.hears(BOSS_HZ))
    await until(world, lambda: boss.hears(CUSTOMER_HZ))


async def test_hold_is_leaving_the_bridge_for_music_and_coming_back(world: World) -> None:
    customer, agent, call, leg, agent_leg = await talking(world)
    await until(world, lambda: customer.hears(AGENT_HZ))
    await world.switch.perform(c.Unbridge(call=call, bridge=f"{call}.b", legs=(leg,)))
    await world.switch.perform(c.StartMusic(call=call, leg=leg))
    await until(world, lambda: not customer.hears(AGENT_HZ) and customer.hears_anything(), "music")
    assert not agent.hears(CUSTOMER_HZ)
    await world.switch.perform(c.Bridge(call=call, bridge=f"{call}.b", legs=(leg, agent_leg)))
    await event(world, Bridged)
    await until(world, lambda: customer.hears(AGENT_HZ) and agent.hears(CUSTOMER_HZ))


async def test_the_muted_are_not_heard(world: World) -> None:
    customer, agent, call, _, agent_leg = await talking(world)
    await until(world, lambda: customer.hears(AGENT_HZ))
    await world.switch.perform(c.Mute(call=call, leg=agent_leg, on=True))
    await until(world, lambda: not customer.hears(AGENT_HZ) and agent.hears(CUSTOMER_HZ), "mute")
    await world.switch.perform(c.Mute(call=call, leg=agent_leg, on=False))
    await until(world, lambda: customer.hears(AGENT_HZ))


async def test_a_closed_bridge_leaves_the_legs_up(world: World) -> None:
    customer, agent, call, leg, _ = await talking(world)
    await until(world, lambda: customer.hears(AGENT_HZ))
    await world.switch.perform(c.CloseBridge(call=call, bridge=f"{call}.b"))
    await until(world, lambda: not customer.hears(AGENT_HZ) and not agent.hears(CUSTOMER_HZ))
    await world.switch.perform(c.CloseBridge(call=call, bridge=f"{call}.b"))
    await world.switch.perform(c.StartMusic(call=call, leg=leg))


async def test_a_recording_has_each_party_on_its_own_track(world: World) -> None:
    customer, _, call, leg, _ = await talking(world)
    await until(world, lambda: customer.hears(AGENT_HZ))
    name = f"{call}.r1"
    await world.switch.perform(c.StartRecording(call=call, leg=leg, recording=name))
    await passed(world, 1.0)
    await world.switch.perform(c.StopRecording(call=call, leg=leg, recording=name))
    recorded = await event(world, Recorded, recording=name)
    said, heard = tracks(recorded)
    assert 0.7 < len(said) / recorded.rate < 1.6
    assert strength(said, CUSTOMER_HZ) > 1000 > 100 > strength(said, AGENT_HZ)
    assert strength(heard, AGENT_HZ) > 1000 > 100 > strength(heard, CUSTOMER_HZ)


async def test_a_pause_leaves_silence_in_the_recording(world: World) -> None:
    customer, agent, call, leg, _ = await talking(world)
    await until(world, lambda: customer.hears(AGENT_HZ) and agent.hears(CUSTOMER_HZ))
    name = f"{call}.r1"
    await world.switch.perform(c.StartRecording(call=call, leg=leg, recording=name))
    await passed(world, 0.6)
    await world.switch.perform(c.PauseRecording(call=call, leg=leg, recording=name, on=True))
    await passed(world, 1.0)
    await world.switch.perform(c.PauseRecording(call=call, leg=leg, recording=name, on=False))
    await passed(world, 0.6)
    await world.switch.perform(c.StopRecording(call=call, leg=leg, recording=name))
    recorded = await event(world, Recorded, recording=name)
    for track, pitch in zip(tracks(recorded), (CUSTOMER_HZ, AGENT_HZ), strict=True):
        middle, last = track[int(0.9 * RATE) : int(1.3 * RATE)], track[-int(0.4 * RATE) :]
        assert strength(middle, pitch) < 100
        assert strength(last, pitch) > 1000


async def test_a_recording_ends_with_its_leg(world: World) -> None:
    customer, _, call, leg, _ = await talking(world)
    await until(world, lambda: customer.hears(AGENT_HZ))
    await world.switch.perform(c.StartRecording(call=call, leg=leg, recording=f"{call}.r1"))
    await passed(world, 0.5)
    await customer.hang_up()
    said, _ = tracks(await event(world, Recorded, recording=f"{call}.r1", leg=leg))
    assert strength(said, CUSTOMER_HZ) > 1000


async def test_who_is_recorded_is_told_to_speak_and_to_have_fallen_silent(world: World) -> None:
    customer, call, leg = await arrival(world)
    await world.switch.perform(c.Answer(call=call, leg=leg))
    customer.say(0)
    await passed(world, 0.3)
    name = f"{call}.m1"
    await world.switch.perform(c.StartRecording(call=call, leg=leg, recording=name, silence_s=0.8))
    customer.say(CUSTOMER_HZ)
    await event(world, Talking, call=call, leg=leg, on=True)
    await passed(world, 0.6)
    customer.say(0)
    await event(world, Talking, call=call, leg=leg, on=False)
    await world.switch.perform(c.StopRecording(call=call, leg=leg, recording=name))
    said, _ = tracks(await event(world, Recorded, recording=name))
    assert len(said) / RATE > 1.2
    assert strength(said[: int(0.5 * RATE)], CUSTOMER_HZ) > 1000


@pytest.mark.parametrize("mode", list(c.ListenMode))
async def test_a_supervisor_attends(world: World, mode: c.ListenMode) -> None:
    customer, agent, call, _, agent_leg = await talking(world)
    boss, boss_leg = await called(world, call, 2, pitch=BOSS_HZ)
    await world.switch.perform(c.Listen(call=call, leg=boss_leg, target=agent_leg, mode=mode))
    await until(world, lambda: boss.hears(CUSTOMER_HZ) and boss.hears(AGENT_HZ), "both parties")
    await passed(world, 0.4)
    assert agent.hears(BOSS_HZ) is (mode is not c.ListenMode.LISTEN)
    assert customer.hears(BOSS_HZ) is (mode is c.ListenMode.BARGE)


async def test_a_supervisor_changes_the_mode_and_leaves(world: World) -> None:
    customer, agent, call, _, agent_leg = await talking(world)
    boss, boss_leg = await called(world, call, 2, pitch=BOSS_HZ)
    await world.switch.perform(c.Listen(call=call, leg=boss_leg, target=agent_leg))
    await until(world, lambda: boss.hears(CUSTOMER_HZ))
    await world.switch.perform(c.Listen(call=call, leg=boss_leg, target=agent_leg, mode=c.ListenMode.WHISPER))
    await until(world, lambda: agent.hears(BOSS_HZ) and boss.hears(CUSTOMER_HZ), "the whisper")
    await boss.hang_up()
    await until(world, lambda: not agent.hears(BOSS_HZ) and agent.hears(CUSTOMER_HZ) and customer.hears(AGENT_HZ))


async def test_a_supervisor_takes_the_customer_over(world: World) -> None:
    customer, agent, call, leg, agent_leg = await talking(world)
    boss, boss_leg = await called(world, call, 2, pitch=BOSS_HZ)
    await world.switch.perform(c.Listen(call=call, leg=boss_leg, target=agent_leg, mode=c.ListenMode.WHISPER))
    await until(world, lambda: boss.hears(CUSTOMER_HZ) and agent.hears(BOSS_HZ))
    await world.switch.perform(c.StopListening(call=call, leg=boss_leg))
    await world.switch.perform(c.Bridge(call=call, bridge=f"{call}.b", legs=(leg, boss_leg)))
    await event(world, Bridged, legs=(leg, boss_leg))
    await world.switch.perform(c.HangUp(call=call, leg=agent_leg))
    await event(world, LegEnded, leg=agent_leg)
    await until(world, lambda: customer.hears(BOSS_HZ) and boss.hears(CUSTOMER_HZ), "each other")
    await until(world, lambda: not customer.hears(AGENT_HZ))
    await world.switch.perform(c.StopListening(call=call, leg=boss_leg))  # attends nobody: no error
    await passed(world, 0.3)
    assert customer.hears(BOSS_HZ)


async def test_four_talk_and_one_is_muted(world: World) -> None:
    customer, agent, call, _, agent_leg = await talking(world)
    expert, expert_leg = await called(world, call, 2, pitch=BOSS_HZ)
    friend, friend_leg = await called(world, call, 3, pitch=FRIEND_HZ)
    for joins in (expert_leg, friend_leg):
        await world.switch.perform(c.Bridge(call=call, bridge=f"{call}.b", legs=(joins,)))
        await event(world, Bridged, legs=(joins,))
    pitches = {customer: CUSTOMER_HZ, agent: AGENT_HZ, expert: BOSS_HZ, friend: FRIEND_HZ}
    for party in pitches:
        others = [pitch for other, pitch in pitches.items() if other is not party]
        await until(world, lambda party=party, others=others: all(party.hears(pitch) for pitch in others), "all others")
    await world.switch.perform(c.Mute(call=call, leg=friend_leg, on=True))
    await until(world, lambda: not customer.hears(FRIEND_HZ) and not agent.hears(FRIEND_HZ), "silence of one")
    assert friend.hears(CUSTOMER_HZ)
    assert customer.hears(AGENT_HZ)
    await world.switch.perform(c.HangUp(call=call, leg=agent_leg))
    await until(world, lambda: not customer.hears(AGENT_HZ) and customer.hears(BOSS_HZ), "the others going on")


async def test_what_cannot_be_done_is_refused(world: World) -> None:
    call = CallId(uuid7())
    gone = LegId(f"{call}.1")
    for command in (
        c.Answer(call=call, leg=gone),
        c.Play(call=call, leg=gone, playback=f"{call}.p1", media=("silence:100",)),
        c.Bridge(call=call, bridge=f"{call}.b", legs=(gone,)),
        c.StartRecording(call=call, leg=gone, recording=f"{call}.r1"),
        c.Originate(call=call, leg=gone, address="phone:nobody", caller_number="1"),
        c.Originate(call=call, leg=gone, address="gopher:x", caller_number="1"),
    ):
        with pytest.raises(RexianError):
            await world.switch.perform(command)


async def test_a_phone_registers_is_called_and_goes(world: World) -> None:
    await world.register(True)
    assert (await event(world, PhoneReachable)).reachable
    call = CallId(uuid7())
    leg = LegId(f"{call}.1")
    await world.switch.perform(
        c.Originate(call=call, leg=leg, address=f"phone:{PHONE.id}", caller_number="1", auto_answer=True)
    )
    party = await world.rung()
    assert party.auto_answer
    await party.answer()
    await event(world, LegAnswered, leg=leg)
    await party.hang_up()
    await event(world, LegEnded, leg=leg)
    await world.register(False)
    gone = await event(world, PhoneReachable)
    assert (gone.phone, gone.reachable) == (PHONE.id, False)


async def test_a_phone_calls_in_under_its_name(world: World) -> None:
    await world.register(True)
    await world.call_from_phone("1002")
    arrived = await event(world, Arrived)
    assert (arrived.phone, arrived.trunk, arrived.called) == (PHONE.id, "", "1002")
    await world.register(False)


async def test_providing_again_changes_nothing(world: World) -> None:
    await world.register(True)
    await event(world, PhoneReachable, reachable=True)
    await world.switch.provide([PHONE], [TRUNK])
    await world.call_in()
    await event(world, Arrived)
    assert not [told for told in world.told if isinstance(told, PhoneReachable)]
    await world.register(False)


async def test_a_survey_tells_who_is_there_and_disturbs_nothing(world: World) -> None:
    customer, agent, call, leg, agent_leg = await talking(world)
    _, arrived_call, arrived_leg = await arrival(world)
    seen = {each.leg: each for each in (await world.switch.survey()).legs}
    assert seen.keys() == {leg, agent_leg, arrived_leg}
    assert (seen[leg].call, seen[leg].up, seen[leg].bridge) == (call, True, f"{call}.b")
    assert (seen[arrived_leg].call, seen[arrived_leg].up, seen[arrived_leg].bridge) == (arrived_call, False, None)
    await until(world, lambda: customer.hears(AGENT_HZ))
    await agent.hang_up()
    await event(world, LegEnded, leg=agent_leg)


async def test_after_a_loss_the_survey_tells_what_is_left(world: World) -> None:
    customer, agent, call, leg, agent_leg = await talking(world)
    leaver, _, left_leg = await answered(world)
    await until(world, lambda: customer.hears(AGENT_HZ))
    await world.lose()
    await event(world, SwitchLost)
    with pytest.raises(RexianError):
        await world.switch.perform(c.StartMusic(call=call, leg=leg))
    await leaver.hang_up()
    await passed(world, 0.4)
    assert customer.hears(AGENT_HZ)
    assert agent.hears(CUSTOMER_HZ)
    await world.restore()
    back = await event(world, SwitchBack)
    seen = {each.leg: each for each in back.legs}
    assert left_leg not in seen
    assert all(seen[each].call == call and seen[each].up for each in (leg, agent_leg))
    assert all(seen[each].bridge == f"{call}.b" for each in (leg, agent_leg))


async def test_after_a_loss_the_legs_are_heard_of_again(world: World) -> None:
    customer, agent, call, leg, agent_leg = await talking(world)
    waiting, _, waiting_leg = await answered(world)
    await world.lose()
    await event(world, SwitchLost)
    await world.restore()
    await event(world, SwitchBack)
    waiting.press("7")
    assert (await event(world, DigitPressed, leg=waiting_leg)).digit == "7"
    await customer.hang_up()
    await event(world, LegEnded, leg=leg)
    await world.switch.perform(c.HangUp(call=call, leg=agent_leg))
    await event(world, LegEnded, leg=agent_leg)
    await until(world, lambda: agent.ended)


async def test_after_a_loss_the_phones_are_known(world: World) -> None:
    await world.register(True)
    await event(world, PhoneReachable, reachable=True)
    await world.lose()
    await event(world, SwitchLost)
    await world.restore()
    assert (await event(world, SwitchBack)).reachable == {PHONE.id}
    await world.register(False)
    await event(world, PhoneReachable, reachable=False)


def tracks(recorded: Recorded) -> tuple[np.ndarray, np.ndarray]:
    both = np.frombuffer(Path(recorded.path).read_bytes(), dtype="<i2").reshape(-1, 2)
    return both[:, 0], both[:, 1]


async def passed(world: World, seconds: float) -> None:
    """Let so much time pass in the world."""
    left = seconds
    while left > 0:
        left -= await world.pause()
