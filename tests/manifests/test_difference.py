"""What an administrator is told of a change: stricter, weaker or neutral, and never too kindly."""

from dataclasses import fields
from pathlib import Path

import pytest

from manifests.difference import Change, Effect, differences
from manifests.differing import actions, parameters, plans
from manifests.manifest import Action, Manifest, StaffedRole
from manifests.parameters import Parameter
from manifests.plan import ReviewPlan, Role
from tests.manifests.making import ROLES, SHIPPED_MANIFEST, loaded

ACTIONS = """
actions:
  pay:
    title: Pay somebody
    severity: medium
    reversible: false
    seats: [reviewer]
    conditions:
      auto_approve_below: {amount: 20, currency: USD}
      always_approve_above: {amount: 100, currency: USD}
      window_cap: 200
    tiers:
      - above: {amount: 1000, currency: USD}
        seats: [reviewer, boss]
    ladder:
      - within: 1h
      - within: 2h
        roles: [backup]
    execute_within: 1h
    parameters:
      amount: {type: money, currency: USD, required: true}
      to: {type: string, required: true, editable: false, choices: [bank, till]}
      note: {type: text, max_length: 100}
    wording:
      headline: "Pay {amount} to the {to}?"
  look:
    severity: low
    reversible: true
    approval_required: false
    parameters: {}
"""


def changed(folder: Path, old: str, new: str) -> list[str]:
    """Edit the text of the manifest in one place and say what changes."""
    whole = ROLES + ACTIONS
    assert whole.count(old) == 1, old
    return between(folder, whole, whole.replace(old, new))


def between(folder: Path, old: str, new: str) -> list[str]:
    manifests = [manifest(folder, text) for text in (old, new)]
    return [str(each) for each in differences(*manifests)]


def manifest(folder: Path, text: str) -> Manifest:
    roles, _, rest = text.partition("\nactions:")
    return loaded(folder, f"actions:{rest}", roles).manifest


def test_a_manifest_does_not_differ_from_itself() -> None:
    assert differences(SHIPPED_MANIFEST, SHIPPED_MANIFEST) == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{amount: 20, currency", "{amount: 50, currency",
         "WEAKER   pay: auto_approve_below: $20.00 → $50.00"),
        ("{amount: 20, currency", "{amount: 10, currency",
         "STRICTER pay: auto_approve_below: $20.00 → $10.00"),
        ("window_cap: 200", "window_cap: 250", "WEAKER   pay: window_cap: $200.00 → $250.00"),
        ("severity: medium", "severity: high", "STRICTER pay: severity: medium → high"),
        ("severity: medium", "severity: low", "WEAKER   pay: severity: medium → low"),
        ("editable: false", "editable: true",
         "WEAKER   pay: parameter to, editable: false → true"),
        ("[bank, till]", "[bank]", "STRICTER pay: parameter to, choices: bank, till → bank"),
        ("max_length: 100", "max_length: 200",
         "WEAKER   pay: parameter note, max_length: 100 → 200"),
        ("execute_within: 1h", "execute_within: 2h",
         "WEAKER   pay: execute_within: 1 hour → 2 hours"),
        ("title: Pay somebody", "title: Pay people",
         "NEUTRAL  pay: title: Pay somebody → Pay people"),
        ("Pay {amount} to the {to}?", "Pay the {to}?",
         "WEAKER   pay: wording.headline: Pay {amount} to the {to}? → Pay the {to}?"),
        ("seats: [reviewer]", "seats: [reviewer, boss]",
         "STRICTER pay: seats: Reviewer → Reviewer and Boss"),
        ("seats: [reviewer]", "seats: [boss]", "WEAKER   pay: seats: Reviewer → Boss"),
        ("[reviewer, boss]", "[boss]",
         "WEAKER   pay: above $1,000.00: seats: Reviewer and Boss → Boss"),
        ("{amount: 1000,", "{amount: 2000,",
         "WEAKER   pay: above $1,000.00, up to $2,000.00: no tier asks for a person any more"),
        ("reversible: true", "reversible: true\n    confidence: {auto_approve_above: 0.9}",
         "WEAKER   look: confidence.auto_approve_above: none → 0.9"),
        ("reversible: true", "reversible: true\n    confidence: {escalate_below: 0.5}",
         "WEAKER   look: confidence.escalate_below: 0.6 → 0.5"),
        ("reversible: false", "reversible: true", "WEAKER   pay: reversible: false → true"),
        ("execute_within: 1h", "rules: {vip: {flags: [vip]}}\n    execute_within: 1h",
         "STRICTER pay: rule vip is added: The agent flagged vip."),
        ("execute_within: 1h",
         "limits: [{count: 3, within: 1h}]\n    execute_within: 1h",
         "STRICTER pay: limit is added: at most 3 times within 1 hour per agent, action"),
        ("members: [U0ANA]", "members: [U0ANA, U0BEN]", "WEAKER   role reviewer: U0BEN may sign"),
        ("channel: C0BOSS", "channel: C0SIDE", "WEAKER   role boss: channel: C0BOSS → C0SIDE"),
        ("title: Boss", "title: Head", "NEUTRAL  role boss: title: Boss → Head"),
        ("operations: operations", "operations: boss",
         "WEAKER   the manifest: operations: operations → boss"),
    ],
)  # fmt: skip
def test_one_edit_is_told_in_one_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in changed(tmp_path, old, new)


def test_an_action_more_is_weaker_and_one_less_stricter(tmp_path: Path) -> None:
    more = ROLES + ACTIONS + "  refund: {severity: high, reversible: false}\n"
    added = between(tmp_path, ROLES + ACTIONS, more)
    removed = between(tmp_path, more, ROLES + ACTIONS)
    assert added == [
        "WEAKER   refund: is added: people review it, where an unknown action is blocked"
    ]
    assert removed == ["STRICTER refund: is removed, and blocked like every unknown action"]


def test_a_changed_default_is_told_once(tmp_path: Path) -> None:
    default = "defaults:\n  execute_within: 1h\n"
    new = f"{ROLES}{ACTIONS}".replace("    execute_within: 1h\n", "")
    longer = new.replace("defaults:\n", default.replace("1h", "30h"), 1)
    assert between(tmp_path, new.replace("defaults:\n", default, 1), longer) == [
        "WEAKER   every action: execute_within: 1 hour → 30 hours"
    ]


def test_the_weaker_changes_come_first(tmp_path: Path) -> None:
    text = ROLES + ACTIONS
    new = text.replace("severity: medium", "severity: high").replace("cap: 200", "cap: 900")
    manifests = [manifest(tmp_path, each) for each in (text, new)]
    effects = [each.effect for each in differences(*manifests)]
    assert effects[0] is Effect.WEAKER
    assert effects == sorted(effects, key=[Effect.WEAKER, Effect.STRICTER, Effect.NEUTRAL].index)


def test_two_accounts_of_one_person_count_once_and_that_is_stricter(tmp_path: Path) -> None:
    apart = ROLES.replace("[U0BEN]", "[U0BEN, U0BEN2]") + ACTIONS
    people = "people:\n  ben: {name: Ben, slack: [U0BEN, U0BEN2]}\n"
    joined = apart.replace("roles:\n  reviewer", f"{people}roles:\n  reviewer")
    assert "STRICTER people: U0BEN and U0BEN2 are one person now and count once" in between(
        tmp_path, apart, joined
    )
    assert "WEAKER   people: U0BEN and U0BEN2 are two people now and count twice" in between(
        tmp_path, joined, apart
    )


def test_an_account_that_comes_to_a_person_brings_their_roles(tmp_path: Path) -> None:
    one = "people:\n  ben: {name: Ben, slack: [U0BEN]}\n"
    two = one.replace("[U0BEN]", "[U0BEN, U0NEW]")
    told = [
        f"{ROLES}{ACTIONS}".replace("roles:\n  reviewer", f"{people}roles:\n  reviewer")
        for people in (one, two)
    ]
    assert between(tmp_path, *told) == [
        "WEAKER   people: U0NEW counts as ben now, no longer as U0NEW",
        "WEAKER   role backup: Ben (U0NEW) may sign",
        "STRICTER people: U0BEN and U0NEW are one person now and count once",
    ]


def with_people(people: str, roles: str = ROLES) -> str:
    return f"{roles}{ACTIONS}".replace("roles:\n  reviewer", f"{people}roles:\n  reviewer")


def test_whoever_an_account_belongs_to_is_never_changed_in_silence(tmp_path: Path) -> None:
    """Who may not sign was pinned by person, so a person renamed or swapped could sign."""
    swapped = "people:\n  ben: {name: Ben, slack: [%s]}\n  lena: {name: Lena, slack: [%s]}\n"
    told = between(
        tmp_path,
        with_people(swapped % ("U0BEN", "U0LENA")),
        with_people(swapped % ("U0LENA", "U0BEN")),
    )
    assert "WEAKER   people: U0BEN counts as lena now, no longer as ben" in told
    assert "WEAKER   people: U0LENA counts as ben now, no longer as lena" in told
    listed = between(
        tmp_path, ROLES + ACTIONS, with_people("people:\n  ben: {name: Ben, slack: [U0BEN]}\n")
    )
    assert "WEAKER   people: U0BEN counts as ben now, no longer as U0BEN" in listed


def test_a_role_that_comes_back_with_other_people_is_weaker(tmp_path: Path) -> None:
    role = "  board: {title: Board, channel: C0BOARD, members: [U0GUS]}\n"
    told = between(tmp_path, ROLES + ACTIONS, ROLES + role + ACTIONS)
    assert told == ["WEAKER   role board: is added, held by U0GUS"]


def test_one_administrator_cannot_remove_all_the_others(tmp_path: Path) -> None:
    two = ROLES.replace("members: [U0ELIF]", "members: [U0ELIF, U0CORA]")
    told = between(tmp_path, two + ACTIONS, ROLES + ACTIONS)
    assert "STRICTER role administrator: U0CORA may no longer sign" in told
    assert (
        "WEAKER   role administrator: fewer than two are left, so nobody could agree to anything "
        "any more"
    ) in told


def test_other_working_hours_are_told_though_they_take_no_right(tmp_path: Path) -> None:
    day = 'calendars:\n  day: {timezone: UTC, opens: "09:00", closes: "17:00"}\n'
    person = "people:\n  ben: {name: Ben, slack: [U0BEN]%s}\n"
    told = between(
        tmp_path, with_people(day + person % ""), with_people(day + person % ", working_hours: day")
    )
    assert told == ["NEUTRAL  people: ben works other hours: always → day"]


def test_what_is_hidden_by_being_declared_is_weaker(tmp_path: Path) -> None:
    probe = "  probe: {severity: high, reversible: false, seats: [boss]%s}\n"
    closed = ", parameters: {note: {type: string, editable: false, sensitive: hide}}"
    told = between(tmp_path, ROLES + ACTIONS + probe % "", ROLES + ACTIONS + probe % closed)
    assert "WEAKER   probe: parameter note, sensitive: plain → hide" in told


def test_whoever_is_handed_the_pen_is_asked_about(tmp_path: Path) -> None:
    told = changed(
        tmp_path, "    execute_within: 1h\n", "    execute_within: 1h\n    executed_by: evil\n"
    )
    assert "WEAKER   pay: executed_by: the agent that proposes → evil" in told


def test_every_part_of_a_manifest_is_looked_at() -> None:
    told = {"actions", "roles", "people", "names", "operations", "administrators", "unclassified"}
    told |= {"calendars", "working_hours", "human_words", "digest_at"}
    assert {each.name for each in fields(Manifest)} - told == {"digest"}
    assert {each.name for each in fields(StaffedRole)} == {"role", "members", "user_group", "rota"}
    assert {each.name for each in fields(Role)} == {"name", "title", "channel"}


def test_every_part_of_a_plan_and_an_action_is_looked_at() -> None:
    told = plans._LOOKS.keys() | plans.ELSEWHERE | plans.IN_FEW
    left = {each.name for each in fields(ReviewPlan)} - told
    assert left == {"when_silent", "retype"}, "what is left counts as weaker whatever becomes of it"
    actions_left = {each.name for each in fields(Action)} - actions._LOOKS.keys()
    assert actions_left == actions._BY_THEMSELVES
    assert not parameters._TOLD - {each.name for each in fields(Parameter)}


def test_a_change_reads_as_one_line() -> None:
    change = Change(effect=Effect.NEUTRAL, where="pay", words="title: A → B")
    assert str(change) == "NEUTRAL  pay: title: A → B"
