"""users.*, usergroups.*, bots.info and team.info: who is who."""

from sandbox.api.arguments import flag, text
from sandbox.api.paging import page
from sandbox.live.box import Box
from sandbox.live.people import Person, UserGroup
from sandbox.shapes import Json, SlackError

_SIZES = (24, 32, 48, 72, 192, 512)


def one_person(box: Box, arguments: Json) -> Json:
    """Describe one person."""
    return {"user": describe(box, box.roster.person(text(arguments, "user")))}


def listing(box: Box, arguments: Json) -> Json:
    """List everybody, the deactivated too."""
    found = [describe(box, one) for one in box.roster.people.values() if not one.is_stranger]
    some, cursor = page(found, arguments, 1000)
    return {
        "members": some,
        "cache_ts": int(box.now()),
        "response_metadata": {"next_cursor": cursor},
    }


def lookup_by_email(box: Box, arguments: Json) -> Json:
    """Find the active member with an address."""
    wanted = text(arguments, "email").lower()
    for person in box.roster.people.values():
        if wanted and person.email.lower() == wanted and not person.deleted:
            return {"user": describe(box, person)}
    raise SlackError("users_not_found")


def groups(box: Box, arguments: Json) -> Json:
    """List the user groups."""
    _paid(box)
    found = [
        describe_group(box, one, users=flag(arguments, "include_users"))
        for one in box.roster.groups.values()
        if not one.disabled or flag(arguments, "include_disabled")
    ]
    return {"usergroups": found}


def group_users(box: Box, arguments: Json) -> Json:
    """List the members of a user group."""
    _paid(box)
    group = box.roster.groups.get(text(arguments, "usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    if group.disabled and not flag(arguments, "include_disabled"):
        return {"users": []}
    return {"users": list(group.members)}


def bot_info(box: Box, arguments: Json) -> Json:
    """Describe the app's bot."""
    wanted = text(arguments, "bot", box.app.bot_id)
    if wanted != box.app.bot_id:
        raise SlackError("bot_not_found")
    return {
        "bot": {
            "id": box.app.bot_id,
            "app_id": box.app.id,
            "user_id": box.app.user,
            "name": box.app.name,
            "deleted": False,
            "updated": 1_700_000_000,
            "icons": {f"image_{size}": f"{box.url}/page/bot.svg" for size in (36, 48, 72)},
        }
    }


def team_info(box: Box, arguments: Json) -> Json:
    """Describe the workspace."""
    if text(arguments, "team", box.team) != box.team:
        raise SlackError("team_not_found")
    workspace = box.roster.workspace
    return {
        "team": {
            "id": box.team,
            "name": workspace.name,
            "domain": workspace.domain,
            "url": f"{box.url}/",
            "email_domain": "",
            "icon": {"image_default": True},
        }
    }


def describe(box: Box, person: Person) -> Json:
    """Return a person as Slack describes them."""
    described: Json = {
        "id": person.id,
        "team_id": person.team,
        "name": person.handle,
        "deleted": person.deleted,
        "color": person.colour,
        "real_name": person.name,
        "profile": _profile(box, person),
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": 1_700_000_000,
        "is_email_confirmed": not person.is_bot,
        "who_can_share_contact_card": "EVERYONE",
    }
    if person.is_stranger:
        return {**described, "is_stranger": True, **_standing(person)}
    return {**described, **_standing(person)}


def _standing(person: Person) -> Json:
    if person.deleted:
        return {}
    return {
        "tz": person.tz,
        "tz_label": "Central European Time",
        "tz_offset": 3600,
        "is_admin": person.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": person.is_ultra_restricted,
    }


def _profile(box: Box, person: Person) -> Json:
    first, _, last = person.name.partition(" ")
    profile: Json = {
        "title": person.title,
        "phone": "",
        "skype": "",
        "real_name": person.name,
        "real_name_normalized": person.name,
        "display_name": person.handle,
        "display_name_normalized": person.handle,
        "fields": {},
        "status_text": "",
        "status_emoji": "",
        "status_emoji_display_info": [],
        "status_expiration": 0,
        "avatar_hash": f"g{person.id.lower()}",
        "first_name": first,
        "last_name": last,
        "status_text_canonical": "",
        "team": person.team,
        **{f"image_{size}": f"{box.url}/page/face.svg" for size in _SIZES},
    }
    if person.is_bot:
        return {**profile, "api_app_id": box.app.id, "bot_id": box.app.bot_id}
    return {**profile, "email": person.email}


def describe_group(box: Box, group: UserGroup, *, users: bool) -> Json:
    """Return a user group as Slack describes it."""
    described: Json = {
        "id": group.id,
        "team_id": box.team,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_create": 1_700_000_000,
        "date_update": int(box.now()),
        "date_delete": 1_700_000_000 if group.disabled else 0,
        "auto_type": None,
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "created_by": "U0ELIF",
        "updated_by": "U0ELIF",
        "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
        "user_count": len(group.members),
    }
    return {**described, "users": list(group.members)} if users else described


def _paid(box: Box) -> None:
    if not box.paid_plan:
        raise SlackError("plan_upgrade_required")
