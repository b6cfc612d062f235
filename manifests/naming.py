"""Whom a text means: agents and key files name people in more than one spelling."""

import re
import unicodedata

from manifests.manifest import Manifest
from manifests.vocabulary import PersonId, UserId

FORMS = (
    "Name a person of this workspace: a Slack user id (U0…), a mention (<@U0…>), or the id or the "
    "name of somebody under people in the manifest."
)
_MENTION = re.compile(r"<@([UW][A-Z0-9]{2,20})(?:\|[^<>]*)?>")
# Every id has a digit; a name in capitals must not pass for an account that nobody has.
_ACCOUNT = re.compile(r"(?=[A-Z]*[0-9])[UW][A-Z0-9]{2,20}")


def person_named(manifest: Manifest, text: str) -> PersonId | None:
    """Find the one person a text means; nobody where it means no one, or more than one."""
    mention = _MENTION.fullmatch(text.strip())
    if mention is not None:
        return manifest.person_of(UserId(mention[1]))
    wanted = _folded(text)
    meant = {id_ for id_, name in manifest.names.items() if wanted in (_folded(id_), _folded(name))}
    meant |= {manifest.person_of(user) for user in _accounts(manifest) if _folded(user) == wanted}
    if meant:
        return meant.pop() if len(meant) == 1 else None
    account = text.strip()
    return manifest.person_of(UserId(account)) if _ACCOUNT.fullmatch(account) else None


def _accounts(manifest: Manifest) -> frozenset[UserId]:
    """List every account the manifest speaks of, also of people it does not name."""
    staffed = (user for role in manifest.roles.values() for user in role.members)
    return frozenset({*manifest.people, *staffed})


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
