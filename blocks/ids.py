"""Every name that Slack sends back: buttons, menus, modals, fields, and what they carry."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, ValidationError

from manifests.vocabulary import ChannelId, Digest
from store.proposal import ProposalId


class Button(StrEnum):
    """The action_id of every button and menu."""

    APPROVE = "approve"
    REVIEW = "review"
    REJECT = "reject"
    EDIT = "edit"
    REFINE = "refine"
    FILL_IN = "fill_in"
    APPROVE_WITH_NOTE = "approve_with_note"
    WITHDRAW_SIGN_OFF = "withdraw_sign_off"
    REQUEST_INFORMATION = "request_information"
    STOP_WAITING = "stop_waiting"
    TAKE_OVER = "take_over"
    RETURN_CONTROL = "return_control"
    ANSWER = "answer"
    ANSWER_QUESTION = "answer_question"
    RECALL = "recall"
    REQUEST_ROLLBACK = "request_rollback"
    VETO = "veto"
    UNDO = "undo"
    RELEASE = "release"
    RECORD_DONE = "record_done"
    RECORD_FAILED = "record_failed"
    CLASSIFY = "classify"
    MORE = "more"
    PAGE_BACK = "page_back"
    PAGE_NEXT = "page_next"
    EDIT_STEP = "edit_step"
    REGENERATE_STEP = "regenerate_step"
    ADD_STEP = "add_step"


class Menu(StrEnum):
    """What the overflow menu offers; a card has one menu, and Slack's limit is five options."""

    VIEW = "view"
    HISTORY = "history"
    CLAIM = "claim"
    REASSIGN = "reassign"
    ESCALATE = "escalate"


class Modal(StrEnum):
    """The callback_id of every modal."""

    REVIEW = "review"
    APPROVE_WITH_NOTE = "approve_with_note"
    REJECT = "reject"
    EDIT = "edit"
    EDIT_DIFF = "edit_diff"
    FILL_IN = "fill_in"
    STEPS = "steps"
    STEP = "step"
    STEP_DIFF = "step_diff"
    REGENERATE = "regenerate"
    REQUEST_INFORMATION = "request_information"
    ANSWER = "answer"
    ANSWER_QUESTION = "answer_question"
    ESCALATE = "escalate"
    REASSIGN = "reassign"
    RECALL = "recall"
    ROLLBACK = "rollback"
    VETO = "veto"
    RECORD_DONE = "record_done"
    RECORD_FAILED = "record_failed"
    RETURN_CONTROL = "return_control"
    CLASSIFY = "classify"
    VIEW_ONLY = "view_only"


class Field(StrEnum):
    """The block_id of every input that is not a parameter; its element's action_id is the same."""

    NOTE = "note"
    RETYPED = "retyped"
    REASON = "reason"
    CATEGORY = "category"
    ANOTHER_DRAFT = "another_draft"
    QUESTION = "question"
    ASKED = "asked"
    REPLY = "reply"
    CONTINUE_FROM = "continue_from"
    CHOICE = "choice"
    GUIDANCE = "guidance"
    SEVERITY = "severity"
    REVERSIBLE = "reversible"
    ROLE = "role"
    PERSON = "person"
    APPROVAL_REQUIRED = "approval_required"
    REMOVE_STEP = "remove_step"
    WANTED = "wanted"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What came back from Slack is not something we drew."""

    why: str


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ButtonValue(_Strict):
    """All that a button carries; everything else is read again from the store."""

    proposal: ProposalId
    revision: int
    nonce: str

    def encode(self) -> str:
        """Write the value down for a button."""
        parts = [self.proposal, self.revision, self.nonce]
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def decode(cls, text: str) -> "ButtonValue | Unreadable":
        """Read a button's value back."""
        match _parsed(text):
            case [str(proposal), int(revision), str(nonce)] if not isinstance(revision, bool):
                return cls(proposal=ProposalId(proposal), revision=revision, nonce=nonce)
            case _:
                return Unreadable("The button's value is not one of ours.")


class MenuValue(_Strict):
    """What an option of the overflow menu carries."""

    menu: Menu
    button: ButtonValue

    def encode(self) -> str:
        """Write the value down for an option."""
        return f"{self.menu}:{self.button.encode()}"

    @classmethod
    def decode(cls, text: str) -> "MenuValue | Unreadable":
        """Read an option's value back."""
        word, _, rest = text.partition(":")
        button = ButtonValue.decode(rest)
        if word not in set(Menu) or isinstance(button, Unreadable):
            return Unreadable("The menu option's value is not one of ours.")
        return cls(menu=Menu(word), button=button)


class ModalContext(_Strict):
    """What a modal remembers of the card it was opened from and the revision it was drawn from."""

    proposal: ProposalId
    revision: int
    digest: Digest
    channel: ChannelId
    message_ts: str | None
    nonce: str
    opened_at: datetime
    draft: Digest | None = None
    """Digest of the edited parameters that a diff shows; saving something else needs a new diff."""
    question_id: str = ""
    """The question that an answer is given to."""
    page: int = 1
    history: bool = False
    about: str = ""
    """JSON pointer of the one step that the modal is about, such as /steps/11."""
    card_url: str = ""
    """Where the clicked card can be replaced at once, for half an hour after the click."""

    def encode(self) -> str:
        """Write the context down as private_metadata."""
        return self.model_dump_json(exclude_defaults=True)

    @classmethod
    def decode(cls, text: str) -> "ModalContext | Unreadable":
        """Read private_metadata back."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            places = ", ".join(sorted({str(each["loc"] or "all") for each in error.errors()}))
            return Unreadable(f"The modal's metadata is not one of ours: {places}.")


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
