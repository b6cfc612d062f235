"""The manifest in force reaches open proposals: at every click, and in a sweep after a change."""

from dataclasses import replace
from functools import partial

import structlog

from bot.judging.circumstances import circumstances
from bot.judging.live_manifest import LiveManifest
from manifests.plan import ReviewPlan
from manifests.policy import plan_for
from store import door
from store.checkpoint import OPEN, Checkpoint, is_open
from store.lifecycle.tightening import tightened
from store.people import KEYTURN_ITSELF
from store.ports import Listing, Reading, Store, Transaction
from store.proposal import ProposalId
from store.sql import StoreUnavailable

PAGE = 200

log = structlog.get_logger()


class Tightening:
    """Asks the manifest in force what it says of proposals that came in under another."""

    def __init__(self, store: Store, manifest: LiveManifest) -> None:
        self._store = store
        self._manifest = manifest

    def judge(self, look: Reading, checkpoint: Checkpoint) -> ReviewPlan | None:
        """Route an open proposal anew; None where its plan comes from this very manifest."""
        manifest = self._manifest.current
        if checkpoint.plan.manifest_digest == manifest.digest:
            return None
        if checkpoint.parties.agent == KEYTURN_ITSELF:
            return None  # its plan is made in code, and no manifest knows its actions
        as_it_stands = checkpoint.proposal.model_copy(
            update={"parameters": checkpoint.revision.parameters, "missing": checkpoint.missing}
        )
        told = circumstances(look, manifest, checkpoint.parties.agent, as_it_stands)
        return plan_for(manifest, as_it_stands, told)

    async def sweep(self) -> int:
        """Tighten everything open that the manifest in force asks more of, and count it.

        Each is one transaction, so that clicks go between; what breaks is logged and passed over,
        because the next click on it asks the manifest again.
        """
        count = 0
        listing: Listing | None = Listing(statuses=OPEN, limit=PAGE)
        while listing is not None:
            listing, found = await self._store.read(partial(self._page, listing))
            for proposal in found:
                count += await self._tighten(proposal)
        if count:
            log.info("tightened", count=count, manifest=self._manifest.current.digest)
        return count

    def _page(
        self, listing: Listing, look: Reading
    ) -> tuple[Listing | None, tuple[ProposalId, ...]]:
        page = look.checkpoints.page(listing)
        found = tuple(each.id for each in page if self._asks_more(look, each))
        full = len(page) == listing.limit
        return (replace(listing, before=page[-1].id) if full else None), found

    def _asks_more(self, look: Reading, checkpoint: Checkpoint) -> bool:
        fresh = self.judge(look, checkpoint)
        return fresh is not None and tightened(checkpoint.plan, fresh) is not None

    async def _tighten(self, proposal: ProposalId) -> bool:
        try:
            return await self._store.write(partial(self._tightened, proposal))
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("not_tightened", proposal=proposal)
            return False

    def _tightened(self, proposal: ProposalId, tx: Transaction) -> bool:
        before = door.settled(tx, proposal)
        if before is None or not is_open(before.state):
            return False
        return door.tightened(tx, before, self.judge).version > before.version
