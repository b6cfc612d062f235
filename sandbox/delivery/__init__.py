"""Carrying interactions, commands and events to the app, over a socket or as signed HTTP."""
