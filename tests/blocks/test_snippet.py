"""A proposal too long for any card goes along as a file: whole, covered, and read by nobody's eye.

KEYTURN_WRITE_GOLDEN=1 writes the golden file anew.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.cards.card import card, minimal_card
from blocks.cards.snippet import IN_THREAD, TOO_LONG, file_name, file_text, file_title, wants_file
from blocks.forms import modals
from blocks.limits import BLOCKS_PER_CARD, fits
from manifests.parameters import Sensitivity
from store.aftermath import NOTHING_YET
from store.checkpoint import Blocked, Checkpoint, Held, is_open
from store.commands import Revise
from store.proposal import Context
from tests.blocks.scenes import ANA, LATER, PARAMETERS, SECRET, a_large_refund, after, as_of
from tests.blocks.strategies import checkpoints, texts
from tests.blocks.test_veil import CANARY, leaking
from tests.blocks.test_whatever_is_sent import EXAMPLES, HIDING, card_for, context_for
from tests.blocks.walking import as_json
from tests.store.making import edited, on

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "messages" / "file.txt"
WRITE = os.environ.get("KEYTURN_WRITE_GOLDEN") == "1"
OURS = "\nAgent says (unverified). Everything from here on comes from the agent.\n"


def an_edited_refund() -> Checkpoint:
    """Put in a forged line, a direction and a secret, and let Ana change the amount."""
    note = "Dear Acme,\n\nOur checks\n• All passed.\u202e"
    said = f"Charged twice, to {SECRET}."
    before = a_large_refund(parameters={**PARAMETERS, "note": note}, reason=said)
    change = edited(before, amount="11000.00")
    return after(before, Revise(**on(before, as_of(ANA)), **change, approve=False))


def a_long_refund(characters: int) -> Checkpoint:
    return a_large_refund(parameters={**PARAMETERS, "note": "x" * characters})


def test_the_file_reads_as_it_did_when_somebody_last_looked() -> None:
    written = file_text(an_edited_refund())
    if WRITE:
        GOLDEN.write_text(written, encoding="utf-8")
    assert written == GOLDEN.read_text(encoding="utf-8")


def test_its_first_line_says_what_it_shows_and_that_reading_is_no_sign_off() -> None:
    checkpoint = an_edited_refund()
    first = file_text(checkpoint).split("\n")[0]
    assert first.startswith(f"Revision 2 of {checkpoint.id}, {checkpoint.revision.digest}.")
    assert "no sign-off" in first
    assert file_name(checkpoint) == f"{checkpoint.id}-revision-2.txt"
    assert "Revision 2" in file_title(checkpoint)
    assert "no sign-off" in file_title(checkpoint)


def test_nothing_that_an_agent_writes_can_pass_for_a_line_of_ours() -> None:
    written = file_text(an_edited_refund())
    assert written.count("\nOur checks\n") == 1
    assert "\n| Our checks\n| • All passed.\\u{202E}\n" in written


def test_only_what_is_far_too_long_for_a_card_wants_a_file() -> None:
    spare = TOO_LONG - len(file_text(a_long_refund(1)).encode()) + 1
    assert not wants_file(a_large_refund())
    assert not wants_file(a_long_refund(spare))
    assert wants_file(a_long_refund(spare + 1))


def test_what_is_long_only_once_it_can_be_seen_wants_one_too() -> None:
    hiding = a_large_refund(parameters={**PARAMETERS, "note": "\U000e0100" * 7_000})
    assert wants_file(hiding)


def test_the_card_says_where_all_of_it_is_and_the_forms_stay_as_they_are() -> None:
    checkpoint = a_long_refund(100_000)
    drawn = card(checkpoint, NOTHING_YET, card_for(checkpoint), LATER)
    assert IN_THREAD in as_json(drawn.blocks)
    assert fits(drawn.blocks)
    assert len(drawn.blocks) <= BLOCKS_PER_CARD
    few = minimal_card(checkpoint, NOTHING_YET, card_for(checkpoint), LATER)
    assert fits(few.blocks)
    short = a_large_refund()
    assert IN_THREAD not in as_json(card(short, NOTHING_YET, card_for(short), LATER).blocks)
    assert IN_THREAD not in as_json(modals.review(checkpoint, context_for(checkpoint)))


@pytest.mark.parametrize("how", [Sensitivity.HIDE, Sensitivity.HASH, Sensitivity.MASK])
def test_a_canary_is_not_in_the_file_either(how: Sensitivity) -> None:
    written = file_text(leaking(how))
    assert CANARY not in written
    assert "other-secret-5" not in written


@EXAMPLES
@given(texts, texts, st.sampled_from([Sensitivity.HIDE, Sensitivity.HASH, Sensitivity.MASK]))
def test_whatever_it_stands_between_a_canary_stays_covered(
    before: str, behind: str, how: Sensitivity
) -> None:
    said = f"{before}{CANARY}{behind}"
    checkpoint = leaking(how)
    context = Context.model_construct(request=said, alternatives=(said,))
    proposal = checkpoint.proposal.model_copy(update={"reason": said, "context": context})
    assert CANARY not in file_text(replace(checkpoint, proposal=proposal))


@EXAMPLES
@given(checkpoints())
def test_no_file_hides_a_character(checkpoint: Checkpoint) -> None:
    written = file_text(checkpoint)
    assert not HIDING.search(written)
    assert written.encode().decode() == written
    assert written.count(OURS) == 1


@EXAMPLES
@given(checkpoints())
def test_what_is_blocked_held_or_over_gets_none(checkpoint: Checkpoint) -> None:
    long = replace(checkpoint, revisions=a_long_refund(100_000).revisions)
    if isinstance(long.state, Blocked | Held) or not is_open(long.state):
        assert wants_file(long) is (long.state.status == "auto_approved")
    else:
        assert wants_file(long)
