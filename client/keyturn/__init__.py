"""Propose an action, wait until a person has decided, run exactly what was approved."""
