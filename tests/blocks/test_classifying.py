"""Classifying an action: what is asked, the entry that comes of it, and the file it belongs in."""

import shutil
from dataclasses import replace
from pathlib import Path

from blocks.forms import modals
from blocks.forms.classifying import Destination
from blocks.forms.reading import FieldErrors, read_classification
from blocks.meaning import Classification
from manifests.loading import SHIPPED, load
from manifests.vocabulary import ActionName, RoleName, Severity
from tests.blocks.filling import filled, untouched
from tests.blocks.scenes import SCENES
from tests.blocks.test_whatever_is_sent import context_for
from tests.blocks.walking import all_text
from tests.store.making import CFO, FINANCE


def test_classifying_gives_an_entry_for_the_manifest(tmp_path: Path) -> None:
    checkpoint = SCENES["blocked_unknown_action"]().checkpoint
    view = modals.classify(checkpoint, context_for(checkpoint), (FINANCE, CFO))
    said = read_classification(untouched(view))
    assert isinstance(said, FieldErrors)
    assert said.errors == {
        "severity": "Choose one of low, medium, high or critical.",
        "reversible": "Say whether somebody can undo it: Yes or No.",
        "role": "Choose the role whose people approve it.",
    }
    state = filled(
        view,
        **{
            "How bad is the worst outcome?": "High",
            "Can it be undone?": "No",
            "Must a person approve it?": "Yes",
            "Which role approves it?": "Cfo",
        },
    )
    read = read_classification(state)
    assert read == Classification(Severity.HIGH, False, RoleName("cfo"), True)
    assert isinstance(read, Classification)
    gone = read_classification(state, {RoleName("sre")})
    assert isinstance(gone, FieldErrors)
    assert gone.errors.keys() == {"role"}
    text = modals.snippet(ActionName("wipe_disk"), read)
    assert text == (
        "actions:\n  wipe_disk:\n    severity: high\n    reversible: false\n"
        "    approval_required: true\n    seats: [cfo]\n"
    )
    assert loads(text, tmp_path)
    for into, told in (
        (Destination("rules/actions/wipe_disk.yaml"), "Save this as rules/actions/wipe_disk.yaml"),
        (Destination("rules.yaml", holds_all=True), "Add this to rules.yaml"),
    ):
        shown = all_text(modals.classified(checkpoint, context_for(checkpoint), text, into))
        assert text in shown
        assert told in shown.replace("\n", "")
    free = modals.snippet(ActionName("peek"), replace(read, approval_required=False))
    assert "seats" not in free
    assert loads(free, tmp_path)


def loads(entry: str, folder: Path) -> bool:
    """Put an entry beside the shipped roles, and load the folder as the bot would."""
    shutil.copy(SHIPPED / "roles.yaml", folder)
    (folder / "actions").mkdir(exist_ok=True)
    (folder / "actions" / "new.yaml").write_text(entry, encoding="utf-8")
    return ActionName(entry.split()[1].removesuffix(":")) in load(folder).manifest.actions
