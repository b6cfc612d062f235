"""A sensitive value appears nowhere, and cannot be used to hide anything else."""

from typing import Any

import pytest

from blocks.cards.card import card
from blocks.controls.steps import Place
from blocks.forms import modals, reading
from blocks.ids import ModalContext
from blocks.meaning import Edit, StepEdit
from blocks.telling.notices import alert, thread_line
from blocks.wording.veil import COVER, obscured, veil_of
from manifests.parameters import Parameter, ParameterSchema, ParameterType, Sensitivity
from store.aftermath import NOTHING_YET
from store.checkpoint import Checkpoint
from store.effects import Actor, ActorKind, Event, Happening
from store.ports import AuditLine
from tests.blocks import scenes
from tests.blocks.filling import filled, untouched
from tests.blocks.scenes import LATER, Scene, a_careful_plan
from tests.blocks.test_whatever_is_sent import context_for
from tests.blocks.walking import as_json
from tests.store.making import a_checkpoint, a_proposal

CANARY = "canary-7f3a91"


def leaking(sensitivity: Sensitivity) -> Checkpoint:
    """Repeat the sensitive value wherever an agent could."""
    schema = ParameterSchema(
        parameters=(
            Parameter(
                name="token", type=ParameterType.STRING, title="Token", sensitive=sensitivity
            ),
        )
    )
    said = f"The token is {CANARY}, use it"
    context: dict[str, Any] = {
        "request": said,
        "steps": (
            {"title": said, "tool": "login", "arguments": {"token": CANARY}, "result": [said]},
        ),
        "evidence": ({"title": said, "url": f"https://x.example/?t={CANARY}", "excerpt": said},),
        "alternatives": (said,),
        "checks": ({"name": said, "passed": False, "detail": said},),
        "workflow": {"id": said},
    }
    proposal = scenes.a_refund(
        parameters={"token": CANARY, "settings": {"Token": "other-secret-5", "size": 3}},
        reason=said,
        confidence_basis=said,
        uncertainty_factors=(said,),
        on_behalf_of=CANARY,
        question=said,
        choices=(CANARY,),
        context=context,
    )
    return a_checkpoint(proposal, a_careful_plan(schema=schema, because=said, signals=(said,)))


@pytest.mark.parametrize("how", [Sensitivity.HIDE, Sensitivity.HASH, Sensitivity.MASK])
def test_a_canary_appears_nowhere(how: Sensitivity) -> None:
    checkpoint = leaking(how)
    context = context_for(checkpoint)
    detail: Any = {
        "reason": CANARY,
        "note": CANARY,
        "guidance": CANARY,
        "choice": CANARY,
        "changes": {"token": [CANARY, None]},
    }
    events = [
        Event(happening=each, actor=Actor(ActorKind.AGENT, "a"), at=LATER, detail=detail)
        for each in Happening
    ]
    audit = [
        AuditLine(seq=1, proposal=checkpoint.id, version=1, event=each, hash="") for each in events
    ]
    drawn: list[Any] = [
        card(checkpoint, NOTHING_YET, Scene(checkpoint).card, LATER),
        *(thread_line(checkpoint, event) for event in events),
        *(alert(checkpoint, event) for event in events),
    ]
    payloads: list[Any] = [[each.blocks, each.text] for each in drawn if each is not None]
    payloads += [
        modals.review(checkpoint, context),
        modals.view_only(checkpoint, NOTHING_YET, context),
        modals.edit(checkpoint, context),
        modals.fill_in(checkpoint, context),
        modals.answer(checkpoint, context),
        modals.classify(checkpoint, context, ()),
        modals.history(checkpoint, audit, context),
    ]
    for payload in payloads:
        assert CANARY not in as_json(payload)
        assert "other-secret-5" not in as_json(payload)


def test_a_mask_shows_the_end_of_a_long_value_only() -> None:
    assert obscured("DE89370400440532013000", Sensitivity.MASK) == "••••3000"
    assert obscured("4242", Sensitivity.MASK) == "••••"
    assert obscured(123456789012345, Sensitivity.MASK) == "••••"


def test_a_hash_can_be_compared_and_a_hidden_value_cannot() -> None:
    assert obscured("a", Sensitivity.HASH) == "sha256:ca978112ca1b"
    assert obscured("a", Sensitivity.HIDE) == "(hidden)"


def test_an_agent_cannot_cover_a_plain_parameter_with_a_sensitive_one() -> None:
    parameters = {**scenes.PARAMETERS, "iban": "12,000", "customer": "12,000 Ltd"}
    checkpoint = scenes.a_large_refund(parameters=parameters)
    assert veil_of(checkpoint).over("Refund $12,000.00") == "Refund $12,000.00"


def test_as_many_secrets_as_may_come_in_are_all_covered() -> None:
    checkpoint = of_many_texts(secrets=100)
    veil = veil_of(checkpoint)
    assert len(veil.secrets) == 100
    assert not [each for each in veil.secrets if each in veil.over(f"It said {each}.")]


def of_many_texts(secrets: int) -> Checkpoint:
    notes: list[Any] = [f"note {number} secret-0000 " for number in range(8_000)]
    hidden: dict[str, Any] = {str(one): f"secret-{one:06d}" * 3 for one in range(secrets)}
    schema = ParameterSchema(
        parameters=(
            Parameter(
                name="hidden", type=ParameterType.OBJECT, title="H", sensitive=Sensitivity.HIDE
            ),
            Parameter(name="notes", type=ParameterType.LIST, title="N"),
        )
    )
    proposal = scenes.a_refund(parameters={"hidden": hidden, "notes": notes})
    return a_checkpoint(proposal, a_careful_plan(schema=schema))


def test_short_values_tear_no_holes() -> None:
    checkpoint = scenes.a_large_refund(parameters={**scenes.PARAMETERS, "iban": "no"})
    assert veil_of(checkpoint).over("nothing known") == "nothing known"
    longer = scenes.a_large_refund(parameters={**scenes.PARAMETERS, "iban": "known"})
    assert veil_of(longer).over("nothing known") == f"nothing {COVER}"


def nested() -> Checkpoint:
    """Hold a sensitive value under its own key, inside parameters that reviewers may change."""
    schema = ParameterSchema(
        parameters=(
            Parameter(
                name="token",
                type=ParameterType.STRING,
                title="Token",
                sensitive=Sensitivity.HIDE,
            ),
            Parameter(name="login", type=ParameterType.OBJECT, title="Login", editable=True),
            Parameter(name="steps", type=ParameterType.LIST, title="Steps", editable=True),
        )
    )
    login: dict[str, Any] = {"user": "ana", "Token": CANARY}
    parameters = {"login": login, "steps": [{"do": "log in", "with": [login]}, "log out"]}
    return a_checkpoint(a_proposal(parameters=parameters), a_careful_plan(schema=schema))


def test_no_form_shows_what_stands_inside_of_a_value_it_asks_for() -> None:
    checkpoint = nested()
    context = context_for(checkpoint)
    form = modals.edit(checkpoint, context)
    step = modals.step(checkpoint, context, Place("steps", 0))
    new = modals.step(checkpoint, context, Place("steps", None))
    for view in (form, step, new, modals.fill_in(checkpoint, context)):
        assert CANARY not in as_json(view)
    assert "Leave it empty to keep" in as_json(form)
    # Left empty, it stays exactly as it was.
    kept = reading.read_edit(checkpoint, context, untouched(form))
    assert isinstance(kept, Edit)
    assert kept.parameters == checkpoint.revision.parameters
    at = ModalContext.decode(str(step["private_metadata"]))
    assert isinstance(at, ModalContext)
    same = reading.read_step(checkpoint, at, untouched(step))
    assert isinstance(same, StepEdit)
    assert same.edit.parameters == checkpoint.revision.parameters


def test_what_holds_something_sensitive_is_written_anew_as_a_whole() -> None:
    checkpoint = nested()
    form = modals.edit(checkpoint, context_for(checkpoint))
    state = filled(form, login='{"user": "ben", "token": "another-one"}')
    read = reading.read_edit(checkpoint, context_for(checkpoint), state)
    assert isinstance(read, Edit)
    assert read.parameters["login"] == {"user": "ben", "token": "another-one"}
