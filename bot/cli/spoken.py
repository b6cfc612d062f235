"""Which errors a person can do something about, and how they are said."""

from bot.agents.keys import NoKeyFile, NoSuchAgent
from bot.api.serving import PortTaken
from bot.demo.alone import NotAlone
from bot.governing.origin import LiveManifestLost, NothingLost
from bot.governing.pausing import NoSuchScope
from bot.settings import WrongSetting
from bot.slack.connection import TokenRefused
from keyturn import InvalidRequest, KeyturnError
from manifests.mistakes import ManifestBroken
from manifests.parameters import Complaint
from sandbox import PortBusyError
from store.sql import BadDatabaseUrl, StoreUnavailable, WrongSchema


class Wrong(Exception):
    """Something on the command line is wrong; the message is one sentence that says what to do."""


SPOKEN = (
    BadDatabaseUrl,
    KeyturnError,
    LiveManifestLost,
    ManifestBroken,
    NoKeyFile,
    NoSuchAgent,
    NoSuchScope,
    NotAlone,
    NothingLost,
    PortBusyError,
    PortTaken,
    StoreUnavailable,
    TokenRefused,
    Wrong,
    WrongSchema,
    WrongSetting,
)


def sentence_for(error: BaseException) -> str | None:
    """Say an error in words, unless it is a fault of ours that needs its traceback."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    if isinstance(error, InvalidRequest):
        wrong = [Complaint(one.where, one.problem, one.hint or "") for one in error.errors]
        lines = [f"  {each.where}: {each.words}" for each in wrong]
        return "\n".join([f"{error.title}. {error.detail}".strip(), *lines])
    return str(error) if isinstance(error, SPOKEN) else None
