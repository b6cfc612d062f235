"""The manifest in force. A new one takes its place whole, or not at all."""

from manifests.manifest import Manifest


class LiveManifest:
    """Holds the one manifest that everybody reads at this moment."""

    def __init__(self, manifest: Manifest) -> None:
        self._current = manifest

    @property
    def current(self) -> Manifest:
        """Give the manifest in force; read it once per decision, so that one decision sees one."""
        return self._current

    def replace(self, manifest: Manifest) -> None:
        """Put another manifest in force, after it was loaded without a mistake."""
        self._current = manifest
