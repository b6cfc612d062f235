"""The conversations by themselves: no socket, no clock, every answer from a list."""

from collections.abc import Sequence
from typing import Any

import pytest

from keyturn import GatewayUnreachable, StillWaiting, protocol
from keyturn.flow import (
    Ask,
    Done,
    Flow,
    Lost,
    Move,
    Pause,
    Reply,
    Request,
    Response,
    Tempo,
    advance,
)
from keyturn.proposal import proposal
from keyturn.reading import read_decision
from tests.client.gateway import a_decision

AWAY = Lost("ConnectError")


class Clockwork:
    """A clock that only the conversation's own pauses move, and every hold of the gateway's."""

    def __init__(self, *answers: Response, patience: float = 30.0) -> None:
        self.answers = list(answers)
        self.moves: list[Move] = []
        self.now = 1_000.0
        self.held = 0.0
        self.tempo = Tempo(clock=lambda: self.now, chance=lambda: 0.5, patience=patience)

    def run(self, flow: Flow[Any]) -> Any:
        move = advance(flow, None)
        while not isinstance(move, Done):
            self.moves.append(move)
            move = advance(flow, self._answer(move))
        return move.value

    def _answer(self, move: Move) -> Response:
        match move:
            case Pause(seconds=seconds):
                self.now += seconds
                return None
            case Request(query=query):
                self.now += self.held if "wait" in query else 0.0
            case Ask():
                return None
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def pauses(self) -> Sequence[float]:
        return [move.seconds for move in self.moves if isinstance(move, Pause)]

    def waits(self) -> Sequence[str]:
        requests = [move for move in self.moves if isinstance(move, Request)]
        return [request.query["wait"] for request in requests if "wait" in request.query]


def told(version: int = 1, status: str = "pending_review") -> Reply:
    return Reply(200, a_decision(version=version, status=status))


def test_tries_come_further_apart_up_to_a_limit() -> None:
    clockwork = Clockwork(AWAY)
    with pytest.raises(GatewayUnreachable, match="ConnectError"):
        clockwork.run(protocol.read("p1", clockwork.tempo))
    assert clockwork.pauses() == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 5, 5, 5, 5])
    assert clockwork.now <= 1_030


def test_a_gateway_that_says_when_is_asked_then() -> None:
    clockwork = Clockwork(Reply(429, None, retry_after=7), told())
    clockwork.run(protocol.read("p1", clockwork.tempo))
    assert clockwork.pauses() == [7]


def test_a_retry_says_exactly_the_same() -> None:
    clockwork = Clockwork(AWAY, AWAY, told())
    sent = proposal("process_refund", {"amount": "480.00"}, {})
    clockwork.run(protocol.propose(sent, clockwork.tempo))
    requests = [move for move in clockwork.moves if isinstance(move, Request)]
    assert len(requests) == 3
    assert len({str(request.body) for request in requests}) == 1


def test_each_hold_fits_into_the_time_left() -> None:
    clockwork = Clockwork(told())
    clockwork.held = 25.0
    with pytest.raises(StillWaiting):
        clockwork.run(protocol.wait("p1", None, 60.0, clockwork.tempo))
    assert clockwork.waits() == ["25", "25", "10"]


def test_the_last_part_of_a_second_is_waited_out() -> None:
    clockwork = Clockwork(told())
    with pytest.raises(StillWaiting):
        clockwork.run(protocol.wait("p1", None, 0.5, clockwork.tempo))
    assert clockwork.pauses() == [0.5]
    assert clockwork.waits() == ["0"]


def test_a_gateway_that_does_not_hold_is_not_hurried() -> None:
    clockwork = Clockwork(*[told()] * 5, told(2, "approved"))
    decision = clockwork.run(protocol.wait("p1", None, None, clockwork.tempo))
    assert decision.approved
    assert clockwork.pauses() == [1.0] * 4


def test_a_gateway_lost_while_waiting_is_waited_for_until_the_end() -> None:
    clockwork = Clockwork(AWAY, patience=0.0)
    with pytest.raises(GatewayUnreachable):
        clockwork.run(protocol.wait("p1", None, 60.0, clockwork.tempo))
    assert 1_050 < clockwork.now <= 1_060


def test_a_request_never_outlives_the_time_given_by_much() -> None:
    clockwork = Clockwork(told())
    clockwork.held = 3.0
    with pytest.raises(StillWaiting):
        clockwork.run(protocol.wait("p1", read_decision(a_decision()), 3.0, clockwork.tempo))
    [request] = [move for move in clockwork.moves if isinstance(move, Request)]
    assert request.timeout == 5.0


def test_a_key_made_from_the_content_does_not_depend_on_the_order_it_was_said_in() -> None:
    one = proposal("a", {"x": 1, "y": [1, 2]}, {"reason": "r", "confidence": 0.5})
    same = proposal("a", {"y": [1, 2], "x": 1}, {"confidence": 0.5, "reason": "r"})
    other = proposal("a", {"x": 1, "y": [2, 1]}, {"reason": "r", "confidence": 0.5})
    assert one.idempotency_key == same.idempotency_key != other.idempotency_key


def test_an_id_cannot_lead_anywhere_else() -> None:
    clockwork = Clockwork(told())
    clockwork.run(protocol.read("../p1?wait=60", clockwork.tempo))
    [request] = [move for move in clockwork.moves if isinstance(move, Request)]
    assert request.path == "/v1/proposals/..%2Fp1%3Fwait%3D60"


def test_what_is_no_json_is_refused_before_it_is_sent() -> None:
    with pytest.raises(ValueError, match="Out of range float"):
        proposal("a", {"x": float("nan")}, {})
