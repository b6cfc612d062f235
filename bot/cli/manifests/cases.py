"""Golden cases as they are written in YAML: a proposal, and what the rules must answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt, StrictStr

from bot.cli.manifests.drafting import draft_of
from bot.cli.spoken import Wrong
from manifests.codes import Code
from manifests.document_values import AGENT_NAME, Amount, Duration, Line, Part, Sentence, Share
from manifests.loading_yaml import Path as Key
from manifests.loading_yaml import Written, read_yaml
from manifests.mistakes import ManifestBroken, Place
from manifests.proposed import Repeat
from manifests.resolving.findings import Findings, in_order
from manifests.resolving.parts import part
from manifests.vocabulary import Oversight, WhenSilent
from store.proposal import Proposal

_LARGEST = 1_000_000
_SCRUTINY = Literal["auto_approve", "review", "escalate", "block"]


class SpentPart(Part):
    """What is taken to have passed already within every window."""

    amount: Amount | None = None
    count: Annotated[StrictInt, Field(ge=0)] = 0


class RepeatPart(Part):
    """That the same was rejected before."""

    number: Annotated[StrictInt, Field(ge=1)] = 1
    named: StrictBool = False

    @property
    def told(self) -> Repeat:
        """Give it the way policy is told."""
        return Repeat(proposal="p_before", number=self.number, named=self.named)


class ExpectPart(Part):
    """What policy must answer; what is left out may be anything."""

    refused: Line | None = None
    """The JSON pointer of something that intake refuses, such as /parameters/amount."""
    scrutiny: _SCRUTINY | None = None
    rule: Line | None = None
    because: Sentence | None = None
    """Words that the reason must hold."""
    seats: tuple[Line, ...] | None = None
    channels: tuple[Line, ...] | None = None
    asks: Annotated[StrictStr, Field(max_length=500)] | None = None
    """Words that the question to the agent must hold; "" when it must be asked nothing."""
    within: Duration | None = None
    """How long the first review lasts."""
    deadline: Line | None = None
    """When it ends, if it comes in at the case's `at`."""
    when_silent: WhenSilent | None = None
    oversight: Oversight | None = None
    veto_within: Duration | None = None


class CasePart(Part):
    """One case."""

    name: Line
    agent: Annotated[StrictStr, Field(pattern=AGENT_NAME)] = "tester"
    proposal: dict[str, object]
    """As agents send it."""
    spent: SpentPart = SpentPart()
    paused: Sentence | None = None
    repeat: RepeatPart | None = None
    signals: dict[str, Share] = Field(default_factory=dict)
    """Keyturn's own signals."""
    at: Line | None = None
    """When it comes in, with its offset: "2026-11-21T09:00:00+01:00"."""
    expect: ExpectPart


class CasesPart(Part):
    """The whole file."""

    cases: Annotated[tuple[CasePart, ...], Field(min_length=1, max_length=1_000)]


@dataclass(frozen=True, slots=True)
class Case:
    """One case that can be tried, and where it stands."""

    written: CasePart
    proposal: Proposal
    at: datetime | None
    place: Place


def read_cases(path: Path) -> tuple[Case, ...]:
    """Read a file of cases, or raise `ManifestBroken` with every mistake and its place."""
    written = read_yaml(_text(path), str(path))
    findings = Findings(values=written.values, keys=written.keys, unreadable=written.unreadable)
    findings.mistakes += written.mistakes
    whole = part(CasesPart, written.value or {}, (), findings)
    cases = [] if whole is None else list(_cases(whole, written, findings))
    if findings.mistakes:
        raise ManifestBroken(in_order(findings.mistakes))
    return tuple(cases)


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise Wrong(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Wrong(f"{path} is not UTF-8.") from error
    if len(content) > _LARGEST:
        raise Wrong(f"{path} is larger than a megabyte; split it.")
    return text


def _cases(whole: CasesPart, written: Written, findings: Findings) -> Iterator[Case]:
    names: set[str] = set()
    for index, case in enumerate(whole.cases):
        here: Key = ("cases", index)
        if case.name in names:
            message = f"“{case.name}” names another case already."
            findings.mistake(
                (*here, "name"), Code.DUPLICATE_NAME, message, "Give each its own name."
            )
        names.add(case.name)
        at = _moment(case.at, (*here, "at"), findings)
        if case.expect.deadline is not None:
            _moment(case.expect.deadline, (*here, "expect", "deadline"), findings)
            if case.at is None:
                message = "A deadline needs the moment at which the proposal comes in."
                findings.mistake(
                    (*here, "expect", "deadline"), Code.NO_MOMENT, message, "Write at."
                )
        proposal = _proposal(case, here, findings)
        if proposal is not None:
            yield Case(case, proposal, at, written.values[here])


def _moment(text: str | None, here: Key, findings: Findings) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        hint = 'Write it in quotes with its offset, as "2026-11-21T09:00:00+01:00".'
        findings.mistake(here, Code.BAD_MOMENT, f"“{text}” is no moment.", hint)
        return None
    return moment


def _proposal(case: CasePart, here: Key, findings: Findings) -> Proposal | None:
    proposal, wrong = draft_of(case.proposal)
    for each in wrong:
        path = (*here, "proposal", *_steps(each.where, case.proposal))
        message = f"The proposal's {each.where or 'JSON'} {each.problem}."
        findings.mistake(path, Code.BAD_PROPOSAL, message.replace("..", "."), each.hint)
    return proposal


def _steps(pointer: str, value: object) -> Iterator[str | int]:
    """Follow a JSON pointer as far as something is written."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, Sequence) and not isinstance(value, str) and name.isdecimal():
            yield int(name)
            value = value[int(name)] if int(name) < len(value) else None
        elif isinstance(value, Mapping) and name in value:
            yield name
            value = value[name]
        else:
            return
