"""Driving the sandbox over HTTP: the same doors for the page, for tests and for demos."""
