"""Policy, asked: the manifest in force and what it must be told about each proposal."""
