"""The agents' HTTP API: proposals in, decisions out, refusals as problem+json (RFC 9457)."""
