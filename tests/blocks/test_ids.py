"""What Slack sends back is read without trust."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.ids import Button, ButtonValue, Field, Menu, MenuValue, Modal, ModalContext, Unreadable
from blocks.limits import OPTION_VALUE, PRIVATE_METADATA
from store.proposal import ProposalId
from tests.blocks.scenes import LATER
from tests.blocks.test_whatever_is_sent import context_for
from tests.store.making import a_checkpoint

junk = st.text() | st.from_regex(r"\[.{0,20}\]") | st.just("[" * 100_000)


@given(st.text(), st.integers(1, 10**6), st.text())
def test_a_buttons_value_comes_back(proposal: str, revision: int, nonce: str) -> None:
    value = ButtonValue(proposal=ProposalId(proposal), revision=revision, nonce=nonce)
    assert ButtonValue.decode(value.encode()) == value
    for menu in Menu:
        option = MenuValue(menu=menu, button=value)
        assert MenuValue.decode(option.encode()) == option


def test_an_ordinary_id_and_nonce_fit_an_option() -> None:
    value = ButtonValue(proposal=ProposalId("0" * 64), revision=999, nonce="n" * 43)
    assert all(len(MenuValue(menu=menu, button=value).encode()) <= OPTION_VALUE for menu in Menu)


@given(junk)
def test_junk_is_unreadable_and_never_an_error(text: str) -> None:
    assert isinstance(ButtonValue.decode(text), Unreadable)
    assert isinstance(MenuValue.decode(text), Unreadable)
    assert isinstance(ModalContext.decode(text), Unreadable)


@pytest.mark.parametrize(
    "text", ['["p",true,"n"]', '["p",1]', '["p",1,"n",2]', '{"p":1}', '["p","1","n"]', "null"]
)
def test_a_value_of_another_shape_is_unreadable(text: str) -> None:
    assert isinstance(ButtonValue.decode(text), Unreadable)


def test_a_modal_remembers_what_it_was_drawn_from() -> None:
    context = context_for(a_checkpoint(proposal_id="0" * 64))
    assert ModalContext.decode(context.encode()) == context
    assert context.opened_at == LATER
    assert len(context.encode()) < PRIVATE_METADATA
    extra = json.dumps({**json.loads(context.encode()), "admin": True})
    assert isinstance(ModalContext.decode(extra), Unreadable)


def test_no_two_names_are_the_same() -> None:
    for names in (Button, Menu, Modal, Field):
        assert len({each.value for each in names}) == len(names.__members__)
