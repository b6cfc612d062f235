"""Whether whoever asks is an administrator under the manifest in force."""

from datetime import timedelta

from bot.governing.asking import Asker
from bot.judging.live_manifest import LiveManifest
from bot.people.directory import Directory, Inquiry
from manifests.vocabulary import Standing, UserId
from store.ports import Store

UNKNOWN = "Slack could not confirm who you are just now. Please type it again."


class Administrators:
    """Looks people up, live: what they may do governs every proposal."""

    def __init__(self, store: Store, directory: Directory, manifest: LiveManifest) -> None:
        self._store = store
        self._directory = directory
        self._manifest = manifest

    async def asker(self, user: UserId) -> Asker | str:
        """Give the administrator who asks, or say in a sentence who may."""
        role = self._manifest.current.administrators
        now = await self._store.read(lambda look: look.now())
        inquiry = Inquiry(at=now, within=timedelta(0), roles=frozenset({role.name}))
        people = await self._directory.people([user], inquiry)
        if not people:
            return UNKNOWN
        person = people[0]
        if person.standing is not Standing.MEMBER or role.name not in person.roles:
            return (
                f"Only people with the role {role.title} may do that, and you are not listed for "
                "it."
            )
        return Asker(user=person.user, person=person.id, name=person.name)
