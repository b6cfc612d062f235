import json
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.aftermath import Aftermath
from store.checkpoint import Checkpoint, State, Status
from store.sql.codec import (
    aftermath_from,
    aftermath_json,
    body_json,
    checkpoint_from,
    micros,
    moment,
    state_from,
    state_json,
)
from tests.store.making import a_checkpoint
from tests.store.strategies import STATES, aftermaths, checkpoints, moments


def row_of(checkpoint: Checkpoint) -> tuple[Any, ...]:
    return (
        checkpoint.workspace,
        checkpoint.id,
        checkpoint.version,
        checkpoint.state.status.value,
        state_json(checkpoint.state),
        body_json(checkpoint),
        micros(checkpoint.created_at),
        micros(checkpoint.updated_at),
    )


def test_every_state_has_its_strategy() -> None:
    """A new state cannot be forgotten here, nor by any test that draws states from here."""
    assert set(get_args(State)) == set(STATES)
    assert {_status_of(state) for state in STATES} == set(Status)


def _status_of(state: type[Any]) -> Status:
    status: Status = state.__dataclass_fields__["status"].default
    return status


@pytest.mark.parametrize("kind", STATES, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_every_state_is_read_as_it_was_written(kind: type[Any], data: st.DataObject) -> None:
    state = data.draw(STATES[kind])
    found = state_from(state.status.value, state_json(state))
    assert type(found) is kind
    assert found == state


@given(checkpoint=checkpoints())
def test_any_checkpoint_is_read_as_it_was_written(checkpoint: Checkpoint) -> None:
    found = checkpoint_from(row_of(checkpoint))
    assert found == checkpoint
    # Equal is not enough: True == 1 == 1.0, and an agent must get back what it sent.
    assert repr(found.revision.parameters) == repr(checkpoint.revision.parameters)
    assert list(found.revision.parameters) == list(checkpoint.revision.parameters)


def test_a_row_from_before_the_requester_was_named_is_read() -> None:
    *before, body, opened_at, updated_at = row_of(a_checkpoint())
    kept = json.loads(body)
    del kept["parties"]["requester_name"]
    found = checkpoint_from((*before, json.dumps(kept), opened_at, updated_at))
    assert found == a_checkpoint()


@given(aftermath=aftermaths)
def test_any_aftermath_is_read_as_it_was_written(aftermath: Aftermath) -> None:
    assert aftermath_from(aftermath_json(aftermath)) == aftermath


@given(at=moments)
def test_a_moment_is_exact(at: datetime) -> None:
    assert moment(micros(at)) == at


def test_a_moment_of_another_zone_is_the_same_moment() -> None:
    abroad = datetime.fromisoformat("2026-11-02T07:30:00.000001-04:30")
    assert moment(micros(abroad)) == abroad
    assert moment(micros(abroad)).utcoffset() == timedelta(0)
    assert micros(datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)) == -1_000_000
