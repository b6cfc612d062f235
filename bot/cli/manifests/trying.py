"""`keyturn manifest test`: golden cases, so that a change of rules shows what else it changes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.manifests.cases import Case, ExpectPart, SpentPart, read_cases
from bot.cli.manifests.drafting import first_rung, imagined, objections, scrutiny_in_words
from bot.cli.manifests.reading import ManifestPath, loaded_from
from bot.cli.showing import visible
from manifests.calendars import deadline_after
from manifests.durations import spoken
from manifests.manifest import Manifest, Spent
from manifests.parameters import Complaint
from manifests.plan import ReviewPlan
from manifests.policy import plan_for
from manifests.vocabulary import AgentName


def try_cases(
    cases: Annotated[Path, typer.Argument(help="A YAML file with cases.")],
    *,
    manifest: ManifestPath = None,
) -> None:
    """Try golden cases: proposals with what the rules must answer.

    Exit code 0: every answer is as expected. 1: some are not. 2: the cases or the manifest cannot
    be used.
    """
    tried = read_cases(cases)
    rules = loaded_from(manifest).manifest
    failed = 0
    for case in tried:
        shortfalls = list(_shortfalls(case, rules))
        failed += bool(shortfalls)
        typer.echo(visible(f"{'FAIL' if shortfalls else 'ok  '}  {case.written.name}"))
        for each in shortfalls:
            typer.echo(visible(f"      {each}"))
        if shortfalls:
            typer.echo(f"      {case.place.file}:{case.place.line}")
    count = f"{len(tried)} {'case' if len(tried) == 1 else 'cases'}"
    typer.echo(f"{count}: {failed} failed." if failed else f"{count}: all as expected.")
    if failed:
        raise typer.Exit(1)


def _shortfalls(case: Case, manifest: Manifest) -> Iterator[str]:
    expected = case.written.expect
    refused = objections(manifest, case.proposal)
    if refused or expected.refused is not None:
        yield from _refusal(expected, refused)
        return
    told = imagined(
        manifest,
        case.proposal,
        AgentName(case.written.agent),
        spent=_spent(case.written.spent),
        paused=case.written.paused,
        repeat=case.written.repeat.told if case.written.repeat else None,
        signals=case.written.signals,
    )
    plan = plan_for(manifest, case.proposal, told)
    differing = [*_answer(expected, plan), *_times(case, plan)]
    yield from differing
    if differing and not any(each.startswith("because: ") for each in differing):
        yield f"because: {plan.because}"


def _spent(part: SpentPart) -> Spent:
    return Spent(count=part.count) if part.amount is None else Spent(part.amount, part.count)


def _refusal(expected: ExpectPart, refused: tuple[Complaint, ...]) -> Iterator[str]:
    if expected.refused is None:
        said = "; ".join(f"{each.where} {each.problem}" for each in refused)
        yield f"it would be refused: {said}"
    elif expected.refused not in {each.where for each in refused}:
        where = ", ".join(each.where for each in refused) or "nothing"
        yield _differs("refused", expected.refused, where)


def _answer(expected: ExpectPart, plan: ReviewPlan) -> Iterator[str]:
    if expected.scrutiny not in {None, scrutiny_in_words(plan.scrutiny)}:
        yield _differs("scrutiny", expected.scrutiny, scrutiny_in_words(plan.scrutiny))
    if expected.rule not in {None, plan.rule}:
        yield _differs("rule", expected.rule, plan.rule)
    if expected.because is not None and expected.because not in plan.because:
        yield _differs("because", expected.because, plan.because)
    if expected.asks is not None and not _says(plan.ask_first, expected.asks):
        yield _differs("asks", expected.asks or "nothing", plan.ask_first or "nothing")
    seats = sorted(role.name for role in plan.seats)
    if expected.seats is not None and sorted(expected.seats) != seats:
        yield _differs("seats", ", ".join(sorted(expected.seats)), ", ".join(seats))
    channels = plan.channels(first_rung(plan))
    if expected.channels is not None and set(expected.channels) != set(channels):
        yield _differs("channels", ", ".join(expected.channels), ", ".join(channels))
    for name in ("when_silent", "oversight"):
        wanted, got = getattr(expected, name), getattr(plan, name)
        if wanted not in {None, got}:
            yield _differs(name, wanted, got)


def _says(asked: str, wanted: str) -> bool:
    return wanted in asked if wanted else not asked


def _times(case: Case, plan: ReviewPlan) -> Iterator[str]:
    expected = case.written.expect
    length = plan.ladder[first_rung(plan)].sla
    if expected.within not in {None, length}:
        yield _differs("within", spoken(expected.within or length), spoken(length))
    if expected.veto_within not in {None, plan.veto_within}:
        got = "none" if plan.veto_within is None else spoken(plan.veto_within)
        yield _differs("veto_within", spoken(expected.veto_within or length), got)
    if expected.deadline is not None and case.at is not None:
        deadline = deadline_after(plan.hours, case.at, length)
        wanted = case.at.fromisoformat(expected.deadline)
        if deadline != wanted:
            got = deadline.astimezone(wanted.tzinfo).isoformat()
            yield _differs("deadline", expected.deadline, got)


def _differs(name: str, expected: object, got: object) -> str:
    return f"{name}: expected {expected}, got {got}"
