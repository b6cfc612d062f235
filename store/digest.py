"""One canonical form and one digest for what was shown, signed and run (RFC 8785, SHA-256)."""

import hashlib
import hmac

import rfc8785
from pydantic import JsonValue

from manifests.vocabulary import ActionName, Digest, Parameters
from store.proposal import Proposal, ProposalId


class NotCanonical(ValueError):
    """A value has no canonical form, such as NaN, an integer past 2^53 - 1, half a surrogate."""


def digest_of(value: JsonValue) -> Digest:
    """Digest any JSON value: `sha256:` and 64 hexadecimal digits."""
    try:
        canonical = rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise NotCanonical(str(error)) from error
    return Digest("sha256:" + hashlib.sha256(canonical).hexdigest())


def revision_digest(action: ActionName, parameters: Parameters) -> Digest:
    """Digest what would run."""
    return digest_of({"action": action, "parameters": parameters})


def request_digest(proposal: Proposal) -> Digest:
    """Digest the whole proposal without its key, to tell a retry from a conflict."""
    return digest_of(proposal.model_dump(mode="json", exclude={"idempotency_key"}))


def execution_token(key: bytes, proposal: ProposalId, digest: Digest) -> str:
    """Derive the token that consuming needs; it can be given again and is stored nowhere."""
    return hmac.new(key, f"{proposal}\n{digest}".encode(), hashlib.sha256).hexdigest()
