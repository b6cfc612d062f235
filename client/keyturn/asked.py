"""Questions that reviewers put to this program about what others propose."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import quote

from keyturn.decision import Question
from keyturn.errors import UnexpectedReply
from keyturn.flow import Flow, Pause, Request, Tempo, exchange
from keyturn.problems import accepted
from keyturn.reading import read_moment, read_question

QUESTIONS = "/v1/questions"
LONGEST_HOLD = 25
GRACE_OF_A_HOLD = 15.0
SPIN_GUARD = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionPut:
    """An open question to this program, and what it is about: no decision comes with it."""

    question: Question
    proposal: str
    action: str
    parameters: Mapping[str, Any]
    """Those in force, without what is sensitive."""
    withheld: tuple[str, ...]
    """Names of the sensitive ones."""
    deadline: datetime | None

    @property
    def id(self) -> str:
        """Give the question's id."""
        return self.question.id


def asked(
    known: Iterable[str], timeout: float | None, tempo: Tempo
) -> Flow[tuple[QuestionPut, ...]]:
    """Wait for a question that is not known; give all that are open, or none within the time."""
    until = None if timeout is None else tempo.clock() + timeout
    heard = frozenset(known)
    while True:
        began = tempo.clock()
        left = float(LONGEST_HOLD) if until is None else max(0.0, until - began)
        found = yield from _held(heard, int(min(LONGEST_HOLD, left)), tempo)
        if any(each.id not in heard for each in found):
            return found
        spent = tempo.clock() - began
        if until is not None and tempo.clock() + SPIN_GUARD >= until:
            return ()
        if spent < SPIN_GUARD:
            yield Pause(SPIN_GUARD)  # the gateway did not wait, so we must


def inform(question: QuestionPut, text: str, tempo: Tempo) -> Flow[None]:
    """Answer a question; the same answer may be sent again."""
    body = {"question_id": question.id, "answer": text}
    path = f"/v1/proposals/{quote(question.proposal, safe='')}/information"
    accepted((yield from exchange(Request("POST", path, body=body), tempo)).reply)


def _held(known: frozenset[str], seconds: int, tempo: Tempo) -> Flow[tuple[QuestionPut, ...]]:
    query = {"wait": str(seconds), **({"known": ",".join(sorted(known))} if known else {})}
    request = Request("GET", QUESTIONS, query, timeout=seconds + GRACE_OF_A_HOLD)
    body = accepted((yield from exchange(request, tempo)).reply)
    try:
        return tuple(map(_put, cast("Mapping[str, Any]", body)["questions"]))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnexpectedReply(f"these are no questions ({error!r}): {str(body)[:200]}") from error


def _put(body: Mapping[str, Any]) -> QuestionPut:
    return QuestionPut(
        question=read_question(body),
        proposal=str(body["proposal"]),
        action=str(body["action"]),
        parameters=dict(body["parameters"]),
        withheld=tuple(map(str, body["withheld"])),
        deadline=read_moment(body.get("deadline")),
    )
