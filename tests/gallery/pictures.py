"""What each picture of the gallery shows: its name, and the words for whoever does not see it."""

from collections.abc import Mapping
from typing import Final

WAITING: Final[Mapping[str, str]] = {
    "page": "A card in #finance-approvals: a refund of $12,000 that waits for two roles.",
    "card-review": "A refund of $480 waits: what will run, the checks, and what the agent says.",
    "card-one-click": "A low-risk card with Approve as one click.",
    "dialog-confirm": "Approve asks once more, and repeats the amount and whom it goes to.",
    "modal-review": "Review & approve: everything in full; submitting it is the sign-off.",
    "modal-typed": "What cannot be undone is typed once more, exactly.",
    "card-releasing": "Approved, and for a moment whoever approved can undo it.",
    "card-one-of-two": "Two must agree: one has signed, and the card says for whom it waits.",
    "card-escalated": "An unsure agent: the card went straight up, and says why.",
    "card-fill-in": "The agent did not know the address; a reviewer fills it in.",
    "card-question": "An agent asks what a complaint means.",
    "modal-answer": "A reviewer answers the agent.",
    "card-phone": "The same refund on a phone.",
}
CHANGING: Final[Mapping[str, str]] = {
    "modal-edit": "The form to edit, made from the action's schema.",
    "modal-edit-error": "A value that breaks a rule is named at its field, and nothing is lost.",
    "modal-diff": "What the edit changes, before it is saved.",
    "card-edited": "Approved with edits: what was changed, and by whom.",
    "modal-reject": "Rejecting asks for a category and a reason.",
    "card-rejected": "Rejected: by whom, and why.",
    "thread-rejected": "The thread is the log of what happened.",
}
REFINING: Final[Mapping[str, str]] = {
    "modal-steps": "A plan of 14 steps, each with its own buttons.",
    "modal-step": "One step is edited.",
    "modal-step-diff": "Only that step changes.",
    "modal-regenerate": "The agent is asked to make step 12 anew.",
    "card-refined": "The card tells what both of them changed.",
}
ASKING: Final[Mapping[str, str]] = {
    "modal-request-info": "A reviewer asks back.",
    "card-needs-information": "A question is open, and the clock stands still.",
    "thread-answer": "The agent's answer in the thread.",
    "modal-ask-whom": "The agent, the person behind it, a role, or a system.",
    "card-asked-role": "A role is asked in its own channel, and decides nothing.",
    "modal-answer-question": "Somebody of the role answers.",
    "card-answered-by-role": "The answer stands on the card, as unverified.",
    "direct-question": "A person is asked face to face.",
    "card-asked-system": "A system is asked over its own key.",
}
TAKING_OVER: Final[Mapping[str, str]] = {
    "card-taken-over": "A reviewer has control of the agent's browser.",
    "modal-return-control": "Control is given back with the state to go on from.",
    "card-returned": "The review goes on.",
    "modal-escalate": "Handing a decision on asks for a category.",
    "modal-reassign": "It becomes somebody else's turn.",
}
OWN: Final[Mapping[str, str]] = {
    "home": "The App Home: what waits for one person.",
    "home-agent": "What the agent, or whoever was asked, owes an answer to.",
    "home-team": "What others of the same roles are about to decide.",
    "home-held": "What is held back until there is room.",
    "home-decided": "What was decided today, and by whom.",
    "home-away": "Away, and who stands in.",
    "modal-several": "Several small ones alike are approved at once, each by itself.",
    "modal-out-of-office": "Away until a day, with somebody who stands in.",
    "modal-found": "Found by its words.",
    "modal-what-waits": "The same list from Slack's own menu, wherever somebody is.",
    "menu-message": "A card's message has an entry of ours in Slack's own menu.",
    "modal-in-full": "It opens everything, read-only.",
}
TOLD: Final[Mapping[str, str]] = {
    "direct-your-turn": "Whose turn it is hears of it, and gets to the card.",
    "thread-reminder": "A reminder in the thread calls those who can still act.",
    "digest": "Once a day: what of low severity still waits, and what is held back.",
    "thread-comment": "What people write is kept as a comment, and decides nothing.",
    "direct-outcome": "Whoever asked for it hears what came of it.",
}
STOPPED: Final[Mapping[str, str]] = {
    "notice-paused": "One word stops an agent, an action or everything.",
    "card-paused": "What was approved does not run while it is paused.",
    "card-resume": "Two administrators let it go on.",
}
AFTERWARDS: Final[Mapping[str, str]] = {
    "card-approved": "Approved: by whom, and how long it took.",
    "modal-recall": "An approval is taken back before it is used.",
    "card-recalled": "Recalled before it was used.",
    "card-executed": "Approved and executed.",
    "card-failed": "Approved, but executing failed.",
    "card-rolled-back": "Undone on request.",
    "card-expired": "Nobody decided in time; nothing was done.",
    "card-withdrawn": "The agent took its proposal back.",
    "card-blocked": "An action nobody has classified is blocked.",
    "modal-classify": "An administrator says how bad it could be.",
    "card-auto-approved": "A rule approved it; the channel is shown that it happened.",
    "card-on-the-loop": "It runs at once, and may be vetoed for a while.",
    "card-vetoed": "Vetoed and rolled back.",
    "card-suggestion": "Only suggested: a person carries it out and says how it went.",
    "card-carried-out": "A person carried it out.",
    "card-denied": "A policy engine denied it; the operators see what was tried.",
    "card-override": "People may override a denial once.",
}
LOOKING: Final[Mapping[str, str]] = {
    "modal-everything": "View everything: nothing is cut.",
    "modal-history": "The history of one proposal.",
    "whisper-refused": "A refusal says what was wrong, to one person only.",
}
CHAPTERS: Final[Mapping[str, Mapping[str, str]]] = {
    "Waiting for people": WAITING,
    "Changing and refusing": CHANGING,
    "Refining a plan": REFINING,
    "Asking": ASKING,
    "Taking over and handing on": TAKING_OVER,
    "One's own lists": OWN,
    "Being told": TOLD,
    "The kill switch": STOPPED,
    "What becomes of it": AFTERWARDS,
    "Looking closer": LOOKING,
}
PICTURES: Final[Mapping[str, str]] = {
    name: words for chapter in CHAPTERS.values() for name, words in chapter.items()
}
