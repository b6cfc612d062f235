"""Proposals that come without HTTP: one port, one adapter for each kind of broker."""
