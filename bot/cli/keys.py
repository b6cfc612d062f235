"""`keyturn keys`: who may propose."""

from typing import Annotated

import typer

from bot.agents.keys import KeyRing, create_key, read_file, revoke_keys
from bot.agents.webhooks import secrets_of
from bot.cli.database import look
from bot.cli.spoken import Wrong
from bot.settings import read_settings
from manifests.loading_keys import AgentEntry
from manifests.mistakes import ManifestBroken
from manifests.vocabulary import AgentName

app = typer.Typer(help="Make, list and revoke the agents' keys.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The agent's name.")]


@app.command()
def create(
    name: Name,
    *,
    action: Annotated[
        list[str] | None, typer.Option(help="What it may propose; may be given again.")
    ] = None,
    all_actions: Annotated[
        bool, typer.Option("--all-actions", help="It may propose everything.")
    ] = False,
    owner: Annotated[
        str | None, typer.Option(help="Who answers for it and may not approve its proposals.")
    ] = None,
    callback_host: Annotated[
        list[str] | None, typer.Option(help="Where its decisions may be sent.")
    ] = None,
    engine: Annotated[
        bool, typer.Option("--engine", help="It is a policy engine: it reports what it denied.")
    ] = False,
) -> None:
    """Make a key for an agent, new or known, and print it, this once. Only its hash is kept."""
    path = read_settings().agent_keys_file
    known = read_file(path).get(AgentName(name)) if path.exists() else None
    _check_the_kind(name, known, engine=engine, proposes=bool(action or all_actions))
    said: dict[str, object] = {
        "kind": "engine" if engine else None,
        "actions": "*" if all_actions else tuple(action or ()) or None,
        "owner": owner,
        "callback_hosts": tuple(callback_host or ()) or None,
    }
    try:
        wanted = AgentEntry.model_validate({k: v for k, v in said.items() if v is not None})
        key = create_key(path, AgentName(name), wanted)
    except (ValueError, ManifestBroken) as error:
        raise Wrong(f"The key file cannot hold this: {_first_line(error)}.") from error
    typer.echo(f"This is the key of {name}. It is not kept anywhere; store it now.", err=True)
    typer.echo(key)


def _check_the_kind(name: str, known: AgentEntry | None, *, engine: bool, proposes: bool) -> None:
    """Keep apart who proposes and who denies: one name is never both."""
    is_engine = known.kind == "engine" if known else engine
    if engine and not is_engine:
        raise Wrong(f"{name} is an agent already; give the policy engine a name of its own.")
    if is_engine and proposes:
        raise Wrong(f"{name} is a policy engine and proposes nothing; leave the actions out.")
    if not (known or engine or proposes):
        raise Wrong(f"Say what {name} may propose: --action NAME, or --all-actions.")


@app.command("list")
def list_agents() -> None:
    """List the agents and what they may propose."""
    path = read_settings().agent_keys_file
    agents = read_file(path) if path.exists() else {}
    if not agents:
        typer.echo(f"{path} names no agent; make one with keyturn keys create NAME.")
    for name, entry in agents.items():
        hashes = ", ".join(each[:12] for each in entry.key_sha256) or "no keys"
        owner = f", owned by {entry.owner}" if entry.owner else ""
        typer.echo(f"{name}: {_may(entry)}{owner}; keys {hashes}")


def _may(entry: AgentEntry) -> str:
    if entry.kind == "engine":
        return "policy engine, reports what it denied"
    actions = "everything" if entry.actions == "*" else ", ".join(entry.actions) or "nothing"
    return f"may propose {actions}"


@app.command()
def revoke(
    name: Name,
    hash_prefix: Annotated[
        str, typer.Option("--hash", help="Only the key whose hash begins so; none means all.")
    ] = "",
) -> None:
    """Revoke an agent's keys; a running bot notices at the next request."""
    gone = revoke_keys(read_settings().agent_keys_file, AgentName(name), hash_prefix)
    if not gone:
        raise Wrong(f"{name} has no such key; see keyturn keys list.")
    typer.echo(f"{gone} {'key' if gone == 1 else 'keys'} of {name} revoked.")


@app.command("webhook-secret")
def webhook_secret(name: Name) -> None:
    """Print the secrets an agent checks signed callbacks with, one a line, newest last."""
    path = read_settings().agent_keys_file
    agent = KeyRing(path).agent_named(AgentName(name)) if path.exists() else None
    if agent is None:
        raise Wrong(f"{path} names no agent {name}; see keyturn keys list.")
    for each in look(lambda tx: secrets_of(tx, agent)):
        typer.echo(each)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".")
