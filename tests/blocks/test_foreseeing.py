"""Before an edit is saved it says what follows: more people, another level, who may approve."""

from dataclasses import replace
from typing import Any

from blocks.forms.foreseeing import barring, foreseen, save_button
from manifests.vocabulary import Friction, Scrutiny, Severity
from store.checkpoint import Checkpoint
from store.commands import Approve
from tests.blocks.scenes import ANA, a_small_refund, after, as_of
from tests.store.making import CFO, FINANCE, TWO_RUNGS, on


def told(checkpoint: Checkpoint, **fresh: Any) -> list[str]:
    return list(foreseen(checkpoint, replace(checkpoint.plan, **fresh)))


def of(**plan: Any) -> Checkpoint:
    checkpoint = a_small_refund()
    return replace(checkpoint, plan=replace(checkpoint.plan, **plan))


def test_an_edit_that_asks_for_nothing_more_is_also_an_approval() -> None:
    assert told(of(editor_may_sign=True, friction=Friction.CONFIRM)) == [
        "Saving is your approval, too."
    ]


def test_the_button_that_saves_says_when_it_approves_too() -> None:
    signs = of(editor_may_sign=True, friction=Friction.CONFIRM)
    assert save_button(signs, signs.plan) == "Save & approve"
    assert save_button(signs, replace(signs.plan, scrutiny=Scrutiny.BLOCK)) == "Save"
    assert save_button(signs, replace(signs.plan, friction=Friction.TYPED)) == "Save"
    assert save_button(of(editor_may_sign=False), signs.plan) == "Save"


def test_whom_an_edit_bars_is_told_before_anything_is_typed() -> None:
    barred = next(barring(of(editor_may_sign=False)))
    assert "whoever edits it may not approve it" in barred
    assert [*barring(of(editor_may_sign=True))] == []


def test_more_seats_are_named_with_the_rule_that_asks_for_them() -> None:
    why = "Above $10,000 the CFO must sign too."
    first, last = told(of(), seats=(FINANCE, CFO), because=why)
    assert first == f"With these values it takes more people: Cfo must sign too. {why}"
    assert "approv" in last


def test_the_same_role_twice_is_one_more_person() -> None:
    assert "Finance must sign too." in told(of(seats=(FINANCE,)), seats=(FINANCE, FINANCE))[0]


def test_fewer_seats_change_nothing() -> None:
    assert len(told(of(seats=(FINANCE, CFO)), seats=(FINANCE,))) == 1


def test_values_that_policy_blocks_close_the_proposal() -> None:
    assert told(of(), scrutiny=Scrutiny.BLOCK, because="Nobody may pay that.") == [
        "Policy blocks these values, so saving them closes the proposal: Nobody may pay that."
    ]


def test_values_that_go_straight_up_name_who_is_called() -> None:
    first = told(of(ladder=TWO_RUNGS), scrutiny=Scrutiny.ESCALATE, because="It is a lot.")[0]
    assert first == "With these values it goes straight up to Deputy: It is a lot."


def test_a_higher_severity_is_told() -> None:
    first = told(of(severity=Severity.MEDIUM), severity=Severity.CRITICAL)[0]
    assert first == "With these values its severity is critical, not medium."


def test_whoever_approved_before_is_named() -> None:
    checkpoint = of(seats=(FINANCE, CFO), friction=Friction.ONE_CLICK)
    signed = after(checkpoint, Approve(**on(checkpoint, as_of(ANA))))
    assert "Whoever approved the old values must look again: U_ana." in told(signed)


def test_an_editor_who_may_not_approve_learns_who_may() -> None:
    (sentence,) = told(of(editor_may_sign=False, seats=(FINANCE,), ladder=TWO_RUNGS[:1]))
    assert "whoever edits it may not approve it" in sentence
    assert "Finance" in sentence
    (typed,) = told(of(editor_may_sign=True, friction=Friction.TYPED))
    assert "Saving does not approve it yet" in typed
