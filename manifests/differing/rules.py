"""What changes between two actions' conditions: rules, limits, required evidence and checks."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from manifests.conditions import (
    Affects,
    ByAgents,
    Checked,
    Condition,
    Deed,
    Evidenced,
    Expression,
    FewerEvidence,
    Flagged,
    Mentions,
    MoreThan,
    OfParameter,
    OfUrgency,
    OnFail,
    Rule,
    SignalBelow,
    WindowLimit,
)
from manifests.differing.changes import (
    NEUTRAL,
    STRICTER,
    WEAKER,
    Effect,
    Told,
    apart,
    limited,
    moved,
    raised,
    turned,
)
from manifests.durations import spoken

_FAILURES = (OnFail.REVIEW, OnFail.REVISE, OnFail.ESCALATE, OnFail.BLOCK)


def rule_changes(old: Sequence[Rule], new: Sequence[Rule]) -> Iterator[Told]:
    """Tell which rules came, went or changed; their order means nothing."""
    before, after = _by_name(old), _by_name(new)
    came = [after[key] for key in apart(before, after)[1]]
    for key, rule in before.items():
        if key in after:
            yield from _rule_changes(rule, after[key])
            continue
        again = next((each for each in came if _same_deed(rule, each)), None)
        if again is None:
            yield WEAKER, f"rule {rule.name} is removed"
        else:
            came.remove(again)
            yield NEUTRAL, f"rule {rule.name} is called {again.name}"
    yield from ((STRICTER, f"rule {rule.name} is added: {rule.because}") for rule in came)


def limit_changes(old: Iterable[WindowLimit], new: Iterable[WindowLimit]) -> Iterator[Told]:
    """Tell which windowed limits came, went or moved; one that counts otherwise starts at zero."""
    before, after = _numbered(old), _numbered(new)
    kept, came, gone = apart(before, after)
    for key in kept:
        mine, theirs = before[key], after[key]
        name = f"limit per {', '.join(mine.per)}"
        yield from limited(f"{name}, count", mine.count, theirs.count, WEAKER)
        if mine.sum is not None and theirs.sum is not None:
            yield from moved(
                f"{name}, sum in {mine.sum.currency}", mine.sum.amount, theirs.sum.amount, WEAKER
            )
        yield from moved(f"{name}, within", mine.length, theirs.length, STRICTER, spoken)
    for key in came:
        yield _added(after[key], before.values()), f"limit is added: {_limit(after[key])}"
    for key in gone:
        yield WEAKER, f"limit is removed: {_limit(before[key])}"


def _added(limit: WindowLimit, old: Iterable[WindowLimit]) -> Effect:
    """Judge a new limit: the first in a currency lets pass what no other limit could add up."""
    currencies = {each.sum.currency for each in old if each.sum is not None}
    opens = limit.sum is not None and currencies and limit.sum.currency not in currencies
    return WEAKER if opens else STRICTER


def evidence_changes(old: Iterable[Evidenced], new: Iterable[Evidenced]) -> Iterator[Told]:
    """Tell which evidence must be there."""
    before, after = _least(old), _least(new)
    for kind in before | after:
        name = f"required evidence {kind}"
        yield from limited(name, before.get(kind), after.get(kind), STRICTER)


def check_changes(old: Iterable[Checked], new: Iterable[Checked]) -> Iterator[Told]:
    """Tell which checks must have passed."""
    before, after = ({(c.name, c.source): c for c in checks} for checks in (old, new))
    kept, came, gone = apart(before, after)
    for key in kept:
        name = f"required check {key[0]}"
        scores = before[key].at_least, after[key].at_least
        yield from limited(f"{name}, at_least", *scores, STRICTER)
        yield from raised(f"{name}, on_fail", before[key].on_fail, after[key].on_fail, _FAILURES)
    for key in came:
        yield STRICTER, f"required check is added: {_check(after[key])}"
    for key in gone:
        yield WEAKER, f"required check is removed: {_check(before[key])}"


def _by_name(rules: Iterable[Rule]) -> dict[tuple[str, int], Rule]:
    """Key rules by name; the manifest's and the action's may share one, so they are numbered."""
    seen: Counter[str] = Counter()
    named = {}
    for rule in rules:
        named[rule.name, seen[rule.name]] = rule
        seen[rule.name] += 1
    return named


def _same_deed(one: Rule, other: Rule) -> bool:
    return _effect(one, other) is NEUTRAL


def _worded(rule: Rule) -> str:
    return f"“{rule.because}”" + (f" “{rule.ask}”" if rule.ask else "")


def _rule_changes(old: Rule, new: Rule) -> Iterator[Told]:
    effect = _effect(old, new)
    if effect is not NEUTRAL:
        yield effect, f"rule {new.name} changes: {'; '.join(_aspects(old, new))}"
    elif (old.because, old.ask) != (new.because, new.ask):
        yield NEUTRAL, turned(f"rule {new.name}, worded", _worded(old), _worded(new))


def _effect(old: Rule, new: Rule) -> Effect:
    """Call a rule stricter when it holds whenever it held, and does and asks no less."""
    deeds = list(Deed)
    seats = Counter(role.name for role in old.seats), Counter(role.name for role in new.seats)
    as_often = _holds_whenever(old.conditions, new.conditions)
    if not (as_often and deeds.index(new.then) >= deeds.index(old.then) and seats[0] <= seats[1]):
        return WEAKER
    same = _holds_whenever(new.conditions, old.conditions)
    return NEUTRAL if same and new.then == old.then and seats[0] == seats[1] else STRICTER


def _aspects(old: Rule, new: Rule) -> Iterator[str]:
    if not _holds_whenever(old.conditions, new.conditions):
        yield "it may hold less often"
    elif not _holds_whenever(new.conditions, old.conditions):
        yield "it holds more often"
    if old.then != new.then:
        yield turned("then", old.then, new.then)
    before, after = (" and ".join(role.title for role in rule.seats) for rule in (old, new))
    if before != after:
        yield turned("seats", before or "none", after or "none")


def _holds_whenever(old: Iterable[Condition], new: Iterable[Condition]) -> bool:
    """Say whether each new condition follows from an old one, so that no case is lost."""
    known = list(old)
    return all(any(_follows(theirs, mine) for mine in known) for theirs in new)


def _follows(new: Condition, old: Condition) -> bool:
    """Say whether one condition certainly holds wherever another does."""
    match old, new:
        case OfParameter(), OfParameter():
            return _parameter_follows(new, old)
        case Mentions(), Mentions():
            return set(old.words) <= set(new.words) and set(old.within) <= set(new.within)
        case Flagged(), Flagged():
            return old.flags <= new.flags
        case ByAgents(), ByAgents():
            return old.agents <= new.agents
        case OfUrgency(), OfUrgency():
            return old.urgencies <= new.urgencies
        case Affects(), Affects():
            return set(old.patterns) <= set(new.patterns)
        case MoreThan(), MoreThan():
            return old.what == new.what and new.limit <= old.limit
        case FewerEvidence(), FewerEvidence():
            return old.limit <= new.limit
        case SignalBelow(), SignalBelow():
            return old.name == new.name and old.limit <= new.limit
        case Expression(), Expression():
            return old.text == new.text
        case _:
            return old == new


def _parameter_follows(new: OfParameter, old: OfParameter) -> bool:
    if _kind(old) != _kind(new):
        return False
    return (
        (new.one_of is None or (old.one_of is not None and old.one_of <= new.one_of))
        and (new.none_of is None or (old.none_of is not None and new.none_of <= old.none_of))
        and (new.matches is None or new.matches == old.matches)
        and (new.above is None or (old.above is not None and new.above <= old.above))
        and (new.below is None or (old.below is not None and old.below <= new.below))
        and (new.is_ is None or new.is_ == old.is_)
        and _amount_follows(new, old)
    )


def _amount_follows(new: OfParameter, old: OfParameter) -> bool:
    mine, theirs = old.above_amount, new.above_amount
    if theirs is None or mine is None:
        return theirs is None
    return mine.currency == theirs.currency and theirs.amount <= mine.amount


def _kind(looked_at: OfParameter) -> tuple[object, ...]:
    """Say how a value is read, leaving out what is only for people."""
    declared = looked_at.declared and replace(looked_at.declared, title="", description="")
    return looked_at.name, declared


def _numbered(limits: Iterable[WindowLimit]) -> dict[tuple[object, ...], WindowLimit]:
    """Key limits by what they count, several of one kind by their length."""
    seen: Counter[tuple[object, ...]] = Counter()
    keyed: dict[tuple[object, ...], WindowLimit] = {}
    for limit in sorted(limits, key=lambda each: each.length):
        kind = frozenset(limit.per), limit.sum.currency if limit.sum else None
        keyed[*kind, seen[kind]] = limit
        seen[kind] += 1
    return keyed


def _limit(limit: WindowLimit) -> str:
    most = f"{limit.count} times" if limit.sum is None else str(limit.sum)
    return f"at most {most} within {spoken(limit.length)} per {', '.join(limit.per)}"


def _least(evidence: Iterable[Evidenced]) -> dict[str, int]:
    most: dict[str, int] = {}
    for each in evidence:
        most[each.kind] = max(each.at_least, most.get(each.kind, 0))
    return most


def _check(check: Checked) -> str:
    by = f" by {check.source}" if check.source else ""
    return f"{check.name}{by}"
