"""What only the workspace can tell of channels, people and groups."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import httpx

from bot.cli.spoken import Wrong
from bot.cli.workspace import ask, connected
from bot.settings import Settings
from bot.slack.gateway import standing_of
from manifests.codes import Code
from manifests.loading import Loaded
from manifests.manifest import Manifest
from manifests.mistakes import Mistake, Place, mistake_at
from manifests.vocabulary import Standing

Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What the workspace objects to, and what it could not tell."""

    mistakes: tuple[Mistake, ...]
    warnings: tuple[Mistake, ...]


@dataclass(frozen=True, slots=True)
class Objection:
    """One thing that is not as the manifest takes it, at the key that says so."""

    key: Key
    code: Code
    message: str
    hint: str = ""
    certain: bool = True
    """False where the workspace did not tell."""


_WHY_NOT = {
    Standing.DEACTIVATED: (Code.DEACTIVATED_MEMBER, "is deactivated"),
    Standing.BOT: (Code.BOT_MEMBER, "is a bot"),
    Standing.EXTERNAL: (Code.EXTERNAL_MEMBER, "belongs to another organisation"),
    Standing.GUEST: (Code.GUEST_MEMBER, "is a guest"),
}


async def what_slack_says(settings: Settings, loaded: Loaded) -> Found:
    """Look everything up that the manifest names; raise `Wrong` when Slack cannot be asked."""
    assert settings.slack_bot_token is not None  # asked for before
    async with connected(settings, settings.slack_bot_token) as slack:
        home = await ask(slack, "auth.test")
        if not home.get("ok"):
            why = home.get("error")
            refused = f"Slack refuses SLACK_BOT_TOKEN ({why})." if why else None
            raise Wrong(refused or f"{settings.slack_api_url} does not answer; try again later.")
        team = str(home.get("team_id"))
        objections = [each async for each in _objections(slack, loaded.manifest, team)]
    told = {each: _mistake(each, loaded.places) for each in dict.fromkeys(objections)}
    return Found(
        mistakes=tuple(told[each] for each in told if each.certain),
        warnings=tuple(told[each] for each in told if not each.certain),
    )


def _mistake(objection: Objection, places: Mapping[Key, Place]) -> Mistake:
    key = objection.key
    while key not in places and key:
        key = key[:-1]
    place = places.get(key, Place(file="manifest"))
    return mistake_at(place, objection.code, objection.message, objection.hint)


async def _objections(
    slack: httpx.AsyncClient, manifest: Manifest, team: str
) -> AsyncIterator[Objection]:
    for channel, key in _channels(manifest).items():
        async for each in _of_channel(slack, channel, key):
            yield each
    for user, key in _users(manifest).items():
        async for each in _of_user(slack, user, key, team):
            yield each
    for group, key in _groups(manifest).items():
        async for each in _of_group(slack, group, key):
            yield each


def _channels(manifest: Manifest) -> dict[str, Key]:
    return {
        staffed.role.channel: ("roles", name, "channel") for name, staffed in manifest.roles.items()
    }


def _users(manifest: Manifest) -> dict[str, Key]:
    """List every account, the ones that may sign at the place that lets them."""
    known: dict[str, Key] = {}
    for user, person in manifest.people.items():
        known[user] = ("people", person, "slack")
    for name, staffed in manifest.roles.items():
        for index, user in enumerate(staffed.members):
            known[user] = ("roles", name, "members", index)
    return known


def _groups(manifest: Manifest) -> dict[str, Key]:
    return {
        staffed.user_group: ("roles", name, "user_group")
        for name, staffed in manifest.roles.items()
        if staffed.user_group is not None
    }


async def _of_channel(slack: httpx.AsyncClient, channel: str, key: Key) -> AsyncIterator[Objection]:
    body = await ask(slack, "conversations.info", channel=channel)
    found = body.get("channel")
    if not isinstance(found, dict):
        if body.get("error") != "channel_not_found":
            yield _untold(key, channel, body)
            return
        message = f"There is no channel {channel}, or it is private and the bot is not in it."
        yield Objection(
            key, Code.NO_CHANNEL, message, "Copy its id from its “About” tab; invite the bot."
        )
        return
    name = f"#{found.get('name')}"
    if found.get("is_archived"):
        yield Objection(
            key, Code.ARCHIVED_CHANNEL, f"{name} is archived.", "Choose another channel."
        )
    elif not found.get("is_member"):
        hint = f"Type /invite @Keyturn in {name}."
        yield Objection(key, Code.BOT_NOT_IN_CHANNEL, f"The bot is not in {name}.", hint)
    if found.get("is_ext_shared") or found.get("is_pending_ext_shared"):
        message = f"{name} is shared with another organisation, which would read every card."
        yield Objection(key, Code.SHARED_CHANNEL, message, "Choose a channel of your own.")


async def _of_user(
    slack: httpx.AsyncClient, user: str, key: Key, team: str
) -> AsyncIterator[Objection]:
    body = await ask(slack, "users.info", user=user)
    found = body.get("user")
    if not isinstance(found, dict):
        if body.get("error") not in {"user_not_found", "user_not_visible"}:
            yield _untold(key, user, body)
            return
        hint = "Copy the member ID from their profile."
        yield Objection(key, Code.NO_MEMBER, f"Nobody has the id {user}.", hint)
        return
    standing = standing_of(found, team)
    if standing is Standing.MEMBER:
        return
    code, words = _WHY_NOT[standing]
    name = found.get("real_name") or found.get("name") or user
    message = f"{name} ({user}) {words}, so their sign-off will not count."
    yield Objection(key, code, message, "Only members of this workspace may review.")


async def _of_group(slack: httpx.AsyncClient, group: str, key: Key) -> AsyncIterator[Objection]:
    body = await ask(slack, "usergroups.users.list", usergroup=group)
    users = body.get("users")
    if isinstance(users, list):
        if not users:
            message = f"The user group {group} has no members, or is switched off."
            yield Objection(key, Code.EMPTY_GROUP, message, "Nobody could sign; add members to it.")
    elif body.get("error") in {"no_such_subteam", "subteam_not_found"}:
        yield Objection(
            key, Code.NO_GROUP, f"There is no user group {group}.", "Copy its id again."
        )
    else:
        yield _untold(key, group, body)


def _untold(key: Key, what: str, body: Mapping[str, object]) -> Objection:
    why = body.get("error") or "no answer"
    message = f"Slack does not say what {what} is ({why})."
    return Objection(
        key, Code.NOT_TOLD, message, "Check again, or ask for the scope.", certain=False
    )
