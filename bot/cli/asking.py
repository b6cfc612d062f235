"""What an agent would ask, asked from a shell, over HTTP through the client."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from bot.cli.showing import as_json, decision_in_lines, page_in_lines
from bot.cli.spoken import Wrong
from bot.settings import needed, read_settings
from keyturn import Decision, Details, Keyturn, StillWaiting

DENIED = 1
UNDECIDED = 3
PATIENCE = 5.0
"""Seconds to go on trying while nobody answers; somebody sits in front of it."""

Id = Annotated[str, typer.Argument(help="The proposal's id, such as p_01jd….")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Timeout = Annotated[float | None, typer.Option(min=0, help="Seconds; none waits for ever.")]


def propose(
    file: Annotated[str, typer.Argument(help="A file with a proposal as JSON; - reads it here.")],
    *,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until people have decided.")] = False,
    timeout: Timeout = None,
    json_out: Json = False,
) -> None:
    """Put a proposal before people.

    The JSON is what POST /v1/proposals takes: {"action": …, "parameters": {…}, "reason": …}.
    Without an idempotency_key one is made from the content, so the same file is the same proposal.
    """
    body = _proposal_in(file)
    action, parameters = body.pop("action", None), body.pop("parameters", None)
    if not isinstance(action, str) or not isinstance(parameters, dict | None):
        raise Wrong(f"{file} needs an action (text) and parameters (an object).")
    with _gateway() as gateway:
        pending = gateway.propose(action, parameters, **cast("Details", body))
        if not wait:
            _print(pending.decision or gateway.read(pending.id), json_out=json_out)
            return
        _wait(gateway, pending.id, timeout, json_out=json_out)


def list_proposals(
    *,
    status: Annotated[
        str | None,
        typer.Option(help="Such as pending_review,escalated; or as this list prints them."),
    ] = None,
    action: Annotated[str | None, typer.Option(help="Only this action.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 20,
    cursor: Annotated[str | None, typer.Option(help="Where the page before ended.")] = None,
    json_out: Json = False,
) -> None:
    """List this agent's proposals, newest first."""
    asked = {
        "status": status and _as_on_the_wire(status),
        "action": action,
        "cursor": cursor,
        "limit": str(limit),
    }
    with _gateway() as gateway:
        page = gateway.page(**{name: value for name, value in asked.items() if value})
    if json_out:
        decisions = [as_json(each) for each in page.proposals]
        typer.echo(json.dumps({"proposals": decisions, "next_cursor": page.next_cursor}, indent=2))
        return
    for line in page_in_lines(page):
        typer.echo(line)


def show(proposal: Id, *, json_out: Json = False) -> None:
    """Show how a proposal stands."""
    with _gateway() as gateway:
        _print(gateway.read(proposal), json_out=json_out)


def wait(proposal: Id, *, timeout: Timeout = None, json_out: Json = False) -> None:
    """Wait until people have decided.

    Exit code 0: approved or answered. 1: decided otherwise. 3: nobody has decided yet, which is
    never an approval.
    """
    with _gateway() as gateway:
        _wait(gateway, proposal, timeout, json_out=json_out)


def withdraw(
    proposal: Id, reason: Annotated[str, typer.Option(help="Why; reviewers see it.")]
) -> None:
    """Take a proposal back."""
    with _gateway() as gateway:
        _print(gateway.pending(proposal).withdraw(reason), json_out=False)


def _as_on_the_wire(statuses: str) -> str:
    """Take a status the way the list prints it, too: `pending review` is `pending_review`."""
    return ",".join("_".join(each.split()) for each in statuses.split(","))


def _wait(gateway: Keyturn, proposal: str, timeout: float | None, *, json_out: bool) -> None:
    typer.echo(f"Waiting for a decision on {proposal}{_patience(timeout)}…", err=True)
    try:
        decision = gateway.pending(proposal).wait(timeout)
    except StillWaiting as waiting:
        typer.echo(str(waiting), err=True)
        raise typer.Exit(UNDECIDED) from None
    _print(decision, json_out=json_out)
    if not decision.approved and decision.status != "answered":
        raise typer.Exit(DENIED)


def _patience(timeout: float | None) -> str:
    return ", until Ctrl-C" if timeout is None else f", for at most {timeout:g} seconds"


def _print(decision: Decision, *, json_out: bool) -> None:
    if json_out:
        typer.echo(json.dumps(as_json(decision), indent=2))
        return
    for line in decision_in_lines(decision):
        typer.echo(line)


def _proposal_in(file: str) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        body = json.loads(text)
    except OSError as error:
        raise Wrong(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Wrong(f"{file} is not UTF-8.") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Wrong(f"{file} is not JSON at {where}: {error.msg}.") from error
    if not isinstance(body, dict):
        raise Wrong(f"{file} holds no JSON object: write {{…}}.")
    return body


@contextmanager
def _gateway() -> Iterator[Keyturn]:
    settings = read_settings()
    needed(settings, "KEYTURN_API_KEY")
    key = settings.api_key
    with Keyturn(settings.url, key.get_secret_value() if key else "", patience=PATIENCE) as gateway:
        yield gateway
