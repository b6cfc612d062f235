"""The manifest in force. A new one takes its place whole, or not at all."""

from manifests.manifest import Manifest
from manifests.vocabulary import Digest


class LiveManifest:
    """Holds the one manifest that everybody reads at this moment."""

    def __init__(self, manifest: Manifest) -> None:
        self._followed = (manifest, manifest.digest)

    @property
    def current(self) -> Manifest:
        """Give the manifest in force; read it once per decision, so that one decision sees one."""
        return self._followed[0]

    @property
    def followed(self) -> tuple[Manifest, Digest]:
        """Give the manifest with the name the database has for it.

        That is another than its own digest where a newer program reads more from the same files.
        """
        return self._followed

    def replace(self, manifest: Manifest, known_as: Digest | None = None) -> None:
        """Put another manifest in force, after it was loaded without a mistake."""
        self._followed = (manifest, known_as or manifest.digest)
