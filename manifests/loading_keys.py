"""The agents' key file: YAML text to typed entries and back. Only hashes of keys stand in it."""

from collections.abc import Mapping
from typing import Annotated, Literal

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from manifests.codes import Code
from manifests.loading_yaml import Path, Written, read_yaml
from manifests.mistakes import ManifestBroken, Mistake, Place, mistake_at
from manifests.vocabulary import AgentName

RESERVED = AgentName("keyturn")
"""Keyturn's own name, under which it puts questions of its own before people."""
_CODES = {
    "extra_forbidden": Code.UNKNOWN_KEY,
    "literal_error": Code.BAD_CHOICE,
    "string_pattern_mismatch": Code.BAD_WORD,
    Code.RESERVED_NAME.value: Code.RESERVED_NAME,
}
_HEADER = "# Who may propose. Made by `keyturn keys`; only hashes of keys stand here.\n"


def _several(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _not_ours(name: str) -> str:
    if name.casefold() == RESERVED:
        raise PydanticCustomError(
            Code.RESERVED_NAME, "keyturn is Keyturn's own name; give the agent another"
        )
    return name


Name = Annotated[AgentName, Field(pattern=r"^[A-Za-z][\w.-]{0,63}$"), AfterValidator(_not_ours)]
KeyHash = Annotated[StrictStr, Field(pattern=r"^[0-9a-f]{64}$")]
Host = Annotated[
    StrictStr, Field(pattern=r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[1-9][0-9]{0,4})?$")
]
SecretNumber = Annotated[StrictInt, Field(ge=1, le=9_999)]


class AgentEntry(BaseModel):
    """One agent: the hashes of its keys, who owns it, what it may propose.

    A policy engine proposes nothing: its keys only report what it denied to agents.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key_sha256: Annotated[tuple[KeyHash, ...], BeforeValidator(_several)] = ()
    kind: Literal["agent", "engine"] = "agent"
    owner: Annotated[StrictStr, Field(min_length=1, max_length=200)] | None = None
    actions: Literal["*"] | tuple[StrictStr, ...] = ()
    callback_hosts: tuple[Host, ...] = ()
    webhook_secrets: Annotated[tuple[SecretNumber, ...], Field(min_length=1, max_length=4)] = (1,)


class KeyFileText(BaseModel):
    """The whole file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agents: dict[Name, AgentEntry] = {}


def read_agents(text: str, file: str) -> Mapping[AgentName, AgentEntry]:
    """Read the key file, or raise `ManifestBroken` with every mistake and its place."""
    written = read_yaml(text, file)
    if written.mistakes:
        raise ManifestBroken(tuple(written.mistakes))
    try:
        return KeyFileText.model_validate(written.value or {}).agents
    except ValidationError as error:
        raise ManifestBroken(tuple(_mistakes(written, error))) from None


def write_agents(agents: Mapping[AgentName, AgentEntry]) -> str:
    """Write the key file."""
    entries = {name: entry.model_dump(mode="json") for name, entry in sorted(agents.items())}
    return _HEADER + str(yaml.safe_dump({"agents": entries}, sort_keys=False, allow_unicode=True))


def _mistakes(written: Written, error: ValidationError) -> list[Mistake]:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [
        mistake_at(_place(written, tuple(each["loc"])), _code_of(each["type"]), each["msg"])
        for each in found
    ]


def _code_of(objection: str) -> Code:
    """Give what pydantic objects to one of our own names."""
    return Code.WRONG_TYPE if objection.endswith("_type") else _CODES.get(objection, Code.BAD_VALUE)


def _place(written: Written, path: Path) -> Place:
    """Find the nearest written place: pydantic's paths go on past what stands in the file."""
    while path and path not in written.values:
        path = path[:-1]
    return written.keys.get(path) or written.values.get(path) or Place(file=written.file)
