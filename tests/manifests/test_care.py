"""How much care approving takes: what is usual, what may be written, and what is refused."""

from datetime import time, timedelta
from pathlib import Path

import pytest

from manifests.hours import Quiet
from manifests.loading import ManifestBroken
from manifests.tightening import stricter
from manifests.vocabulary import Friction
from tests.manifests.making import PAY, ROLES, Asked, loaded
from tests.manifests.test_difference import between
from tests.manifests.test_outlines import outline, pay

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
PARAMETERS = (
    "parameters:",
    "  amount: {type: money, currency: USD, required: true}",
    "  note: {type: text}",
    "  to: {type: string, required: true}",
    "  pin: {type: string, required: true, sensitive: hide}",
)


EVERYWHERE = """
defaults:
  release_delay: 20s
  hold_above: 7
  takeover_within: 10m
  quiet_hours: {from: "22:00", to: "07:00", timezone: Europe/Berlin}
  digest: {at: "07:15", timezone: Asia/Tokyo}
  information: {roles: [boss], systems: [crm]}
"""


@pytest.mark.parametrize(
    ("severity", "reversible", "usual"),
    [
        ("low", "true", Friction.ONE_CLICK),
        ("low", "false", Friction.CONFIRM),
        ("medium", "true", Friction.ONE_CLICK),
        ("medium", "false", Friction.CONFIRM),
        ("high", "true", Friction.CONFIRM),
        ("high", "false", Friction.REVIEW_MODAL),
        ("critical", "true", Friction.REVIEW_MODAL),
        ("critical", "false", Friction.TYPED),
    ],
)
def test_the_worse_and_the_more_final_the_more_care(
    tmp_path: Path, severity: str, reversible: str, usual: Friction
) -> None:
    assert pay(tmp_path, severity=severity, reversible=reversible).plan.friction is usual


@pytest.mark.parametrize(
    ("severity", "seats", "seconds"),
    [
        ("medium", "[reviewer]", 0),
        ("high", "[reviewer]", 5),
        ("critical", "[reviewer]", 5),
        ("high", "[reviewer, boss]", 0),
    ],
)
def test_one_persons_approval_of_something_severe_can_be_undone_for_a_moment(
    tmp_path: Path, severity: str, seats: str, seconds: int
) -> None:
    action = pay(tmp_path, f"seats: {seats}", severity=severity)
    assert action.plan.release_after == seconds * SECOND


def test_how_long_can_be_written_for_any_seats_or_be_none(tmp_path: Path) -> None:
    longer = pay(tmp_path, "seats: [reviewer, boss]", "release_delay: 1m", severity="high")
    assert longer.plan.release_after == MINUTE
    at_once = pay(tmp_path, "release_delay: none", severity="critical")
    assert at_once.plan.release_after == timedelta(0)


def test_larger_amounts_with_more_seats_reach_the_agent_at_once(tmp_path: Path) -> None:
    action = pay(
        tmp_path,
        *PARAMETERS,
        "tiers:",
        "  - above: {amount: 1000, currency: USD}",
        "    seats: [reviewer, boss]",
        severity="high",
    )
    small, large = (outline(action, Asked(), dollars) for dollars in (10, 5_000))
    assert (small.release_after, large.release_after) == (5 * SECOND, timedelta(0))


@pytest.mark.parametrize(
    ("lines", "retyped"),
    [
        (PARAMETERS, "amount"),
        (("retype: to", *PARAMETERS), "to"),
        ((PARAMETERS[0], *PARAMETERS[2:]), "to"),
        ((PARAMETERS[0], *PARAMETERS[2:], "alternatives: {target: [note]}"), "note"),
        (("parameters:", PARAMETERS[4]), ""),
        ((), ""),
    ],
)
def test_the_amount_or_the_target_is_typed_once_more(
    tmp_path: Path, lines: tuple[str, ...], retyped: str
) -> None:
    action = pay(tmp_path, "friction: typed", *lines, severity="critical", reversible="false")
    assert action.plan.retype == retyped


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("retype: amuont", "unknown-parameter", "is no parameter of this action"),
        ("retype: pin", "contradiction", "is sensitive"),
        ("release_delay: 1h", "too-long", "release_delay"),
        ("takeover_within: 9d", "too-long", "takeover_within"),
        ("hold_above: 3", "unsafe-hold", "is never held"),
        ("hold_above: 0", "bad-value", "hold_above"),
        ("release_delay: soon", "bad-duration", "no length of time"),
    ],
)
def test_what_could_not_be_meant_is_refused_where_it_stands(
    tmp_path: Path, line: str, code: str, words: str
) -> None:
    with pytest.raises(ManifestBroken) as broken:
        pay(tmp_path, line, *PARAMETERS, severity="high")
    (mistake,) = broken.value.mistakes
    assert mistake.code == code
    assert words in mistake.message


def test_what_holds_everywhere_is_written_in_the_defaults(tmp_path: Path) -> None:
    roles = ROLES.replace("defaults:", EVERYWHERE.strip(), 1)
    text = "actions:\n  pay: {severity: low, reversible: true, approval_required: true}\n"
    manifest = loaded(tmp_path, text, roles).manifest
    plan = manifest.actions[PAY].plan
    assert (plan.release_after, plan.hold_above) == (20 * SECOND, 7)
    assert plan.takeover_within == 10 * MINUTE
    assert plan.quiet == Quiet(starts=time(22), ends=time(7), timezone="Europe/Berlin")
    assert [role.name for role in plan.information.roles] == ["boss"]
    assert plan.information.systems == ("crm",)
    assert (manifest.digest_at.at, manifest.digest_at.timezone) == (time(7, 15), "Asia/Tokyo")


STAYS = (
    "actions:\n  pay: {severity: low, reversible: true, approval_required: true, "
    "when_silent: stay_blocked}\n"
)


@pytest.mark.parametrize(
    ("held", "action", "codes"),
    [
        ("", STAYS.replace("when", "hold_above: 1, when"), ["held-for-good"]),
        ("\n  hold_above: 7", STAYS, ["held-for-good"]),
        ("\n  hold_above: 7", STAYS.replace("stay_blocked", "expire"), []),
        ("", STAYS, []),
        ("\n  hold_above: 7", STAYS.replace("low", "high"), []),
    ],
)
def test_an_administrator_is_told_that_what_never_ends_makes_no_room(
    tmp_path: Path, held: str, action: str, codes: list[str]
) -> None:
    roles = ROLES.replace("defaults:", f"defaults:{held}", 1)
    told = [each for each in loaded(tmp_path, action, roles).warnings if "held" in each.code]
    assert [each.code for each in told] == codes
    for each in told:
        assert each.source[each.column - 1 :].startswith("stay_blocked")
        assert "may never be shown" in each.message
        assert "when_silent: expire" in each.hint


def test_nothing_severe_is_held_by_the_defaults_either(tmp_path: Path) -> None:
    roles = ROLES.replace("defaults:", "defaults:\n  hold_above: 7", 1)
    text = "actions:\n  pay: {severity: high, reversible: true}\n"
    assert loaded(tmp_path, text, roles).manifest.actions[PAY].plan.hold_above is None


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("release_delay: 5s", "release_delay: 9s", "STRICTER pay: release_delay: 5 seconds → 9"),
        ("release_delay: 5s", "release_delay: none", "WEAKER   pay: release_delay: 5 seconds → 0"),
        ("friction: typed", "friction: confirm", "WEAKER   pay: friction: typed → confirm"),
        ("retype: to", "retype: amount", "WEAKER   pay: retype: to → amount"),
        ("takeover_within: 5m", "takeover_within: 9m", "WEAKER   pay: takeover_within: 5"),
        ("rounds: 3", "systems: [crm]", "WEAKER   pay: information.systems: adds crm"),
        ("rounds: 3", "roles: [boss]", "WEAKER   pay: information.roles: adds Boss"),
    ],
)
def test_an_administrator_is_told_what_becomes_of_it(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    lines = [
        "severity: critical", "reversible: false", "friction: typed", "retype: to",
        "release_delay: 5s", "takeover_within: 5m", "information: {rounds: 3}", *PARAMETERS,
    ]  # fmt: skip
    text = ROLES + "actions:\n  pay:\n" + "".join(f"    {line}\n" for line in lines)
    changes = between(tmp_path, text, text.replace(old, new))
    assert any(each.startswith(told) for each in changes), changes


def test_of_two_plans_the_more_careful_one_is_kept(tmp_path: Path) -> None:
    careful = pay(tmp_path, "friction: typed", "retype: to", "release_delay: 1m", *PARAMETERS).plan
    quick = pay(tmp_path, "friction: one_click", "release_delay: none", *PARAMETERS).plan
    for pinned, fresh in ((careful, quick), (quick, careful)):
        plan = stricter(pinned, fresh)
        assert (plan.friction, plan.release_after) == (Friction.TYPED, MINUTE)
        assert plan.retype == "to"
