"""The relay: makes Slack and the agents agree with the checkpoint, one lane at a time."""

from bot.relay.lanes import Relay
from bot.relay.verdicts import DONE, Carrier, Halt, Later, Verdict

__all__ = ["DONE", "Carrier", "Halt", "Later", "Relay", "Verdict"]
