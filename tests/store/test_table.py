"""All states and all commands, by brute force. KEYTURN_WRITE_GOLDEN=1 writes the table anew."""

import os
from datetime import datetime
from pathlib import Path
from typing import get_args

import pytest

from store.checkpoint import Checkpoint, Closed, Status, is_open
from store.commands import Command, NoticeDeadline
from store.lifecycle import Transition, deadline_of, decide
from store.refusals import Reason, Refusal
from tests.store.making import on
from tests.store.scenes import COMMANDS, STATES, ana, ben, cora, dan

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "lifecycle.txt"
WRITE = os.environ.get("KEYTURN_WRITE_GOLDEN") == "1"
ACTORS = {"finance": ana, "also finance": ben, "the CFO": cora, "the deputy": dan}
TITLE = "what stands | who | does | what follows: state, version, events; or why not"


def test_the_table_is_as_it_was_agreed() -> None:
    table = "\n".join([TITLE, *map(" | ".join, rows())]) + "\n"
    if WRITE:
        GOLDEN.write_text(table, "utf-8")
    assert table == GOLDEN.read_text("utf-8"), (
        "KEYTURN_WRITE_GOLDEN=1 writes it anew; read the diff"
    )


def rows() -> list[tuple[str, ...]]:
    """Put together who gets the same answer, and pass over states where everybody does."""
    found: list[tuple[str, ...]] = []
    for name, (checkpoint, now) in STATES.items():
        answers = {
            (command, actor): _outcome(checkpoint, _command(command, actor, name), now)
            for command in COMMANDS
            for actor in _actors(command)
        }
        if len(set(answers.values())) == 1:
            found.append((name, "anybody", "anything", *set(answers.values())))
            continue
        grouped: dict[tuple[str, str], list[str]] = {}
        for (command, actor), answer in answers.items():
            grouped.setdefault((command, answer), []).append(actor)
        found += [(name, ", ".join(who), does, answer) for (does, answer), who in grouped.items()]
        due = deadline_of(checkpoint)
        if due is not None:
            found.append(
                (name, "the clock", "in time", _outcome(checkpoint, NoticeDeadline(), due))
            )
    return found


def _actors(command: str) -> tuple[str, ...]:
    if command == "notice deadline":
        return ("the clock",)
    if command.startswith("tighten") or command == "notice room":
        return ("Keyturn",)
    by_agent = command.startswith("provide") or command == "withdraw"
    return ("the agent",) if by_agent else tuple(ACTORS)


def _command(command: str, actor: str, state: str) -> Command:
    checkpoint, now = STATES[state]
    person = ACTORS.get(actor, ana)(now)
    signers = [each(now) for each in ACTORS.values()]
    return COMMANDS[command](checkpoint, on(checkpoint, person, *signers))


def _outcome(checkpoint: Checkpoint, command: Command, now: datetime) -> str:
    verdict = decide(checkpoint, command, now)
    if isinstance(verdict, Refusal):
        return f"no: {verdict.reason}"
    events = ", ".join(event.happening for event in verdict.events)
    return f"{verdict.after.state.status} v{verdict.after.version}: {events}"


def test_every_status_has_a_row() -> None:
    assert {checkpoint.state.status for checkpoint, _ in STATES.values()} == set(Status)


def test_every_command_has_a_row() -> None:
    sent = {type(make(*_any_card())) for make in COMMANDS.values()}
    assert sent == set(get_args(Command))


def _any_card() -> tuple[Checkpoint, dict[str, object]]:
    checkpoint, now = STATES["pending_review"]
    return checkpoint, on(checkpoint, ana(now))


@pytest.mark.parametrize("name", STATES)
def test_what_is_closed_stays_closed(name: str) -> None:
    checkpoint, now = STATES[name]
    if isinstance(checkpoint.state, Closed):
        assert not is_open(checkpoint.state)
        for command in COMMANDS:
            verdict = decide(checkpoint, _command(command, "finance", name), now)
            assert isinstance(verdict, Refusal)
            assert verdict.reason is Reason.ALREADY_CLOSED


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_step_is_one_version_and_says_what_happened(name: str, command: str) -> None:
    checkpoint, now = STATES[name]
    verdict = decide(checkpoint, _command(command, "finance", name), now)
    if isinstance(verdict, Transition):
        assert verdict.before == checkpoint
        assert verdict.after.version == checkpoint.version + 1
        assert verdict.after.updated_at == now
        assert verdict.events
        assert all(event.at == now for event in verdict.events)
        assert verdict.after.proposal == checkpoint.proposal
        assert verdict.after.created_at == checkpoint.created_at
        assert verdict.after.revisions[: len(checkpoint.revisions)] == checkpoint.revisions


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize("command", sorted(COMMANDS.keys() - {"notice deadline"}))
def test_nobody_decides_after_the_deadline(name: str, command: str) -> None:
    """At the very moment of the deadline it is too late for everybody, alerts apart."""
    checkpoint, _ = STATES[name]
    due = deadline_of(checkpoint)
    if due is None or name == "escalated, stuck":
        return
    verdict = decide(checkpoint, _command(command, "finance", name), due)
    assert isinstance(verdict, Refusal)
    assert verdict.reason is Reason.TOO_LATE
