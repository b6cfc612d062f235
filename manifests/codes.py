"""The codes of everything that checking a manifest can say; `CODES.md` explains each."""

from enum import StrEnum


class Code(StrEnum):
    """One kind of mistake or warning, by a name that does not change, for programs to look for."""

    # The files.
    NO_MANIFEST = "no-manifest"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too-large"
    TOO_DEEP = "too-deep"
    YAML = "yaml"
    TAB = "tab"
    SEVERAL_DOCUMENTS = "several-documents"
    ALIAS = "alias"
    TAG = "tag"
    AMBIGUOUS_WORD = "ambiguous-word"
    ODD_NUMBER = "odd-number"
    SEXAGESIMAL = "sexagesimal"

    # Keys and names.
    UNKNOWN_KEY = "unknown-key"
    MISSING_KEY = "missing-key"
    MISSING_SECTION = "missing-section"
    DUPLICATE_KEY = "duplicate-key"
    BAD_KEY = "bad-key"
    BAD_NAME = "bad-name"
    RESERVED_NAME = "reserved-name"

    # Values.
    WRONG_TYPE = "wrong-type"
    BAD_CHOICE = "bad-choice"
    BAD_VALUE = "bad-value"
    BAD_WORD = "bad-word"
    BAD_DURATION = "bad-duration"
    BAD_TIME = "bad-time"
    BAD_DATE = "bad-date"
    BAD_TIMEZONE = "bad-timezone"
    BAD_AMOUNT = "bad-amount"
    BAD_CURRENCY = "bad-currency"
    BAD_CONFIDENCE = "bad-confidence"
    BAD_LIMIT = "bad-limit"
    BAD_PATTERN = "bad-pattern"
    BAD_TEMPLATE = "bad-template"
    BAD_EXPRESSION = "bad-expression"
    NO_CEL = "no-cel"

    # People, roles and calendars.
    UNKNOWN_ROLE = "unknown-role"
    UNDEFINED_ROLE = "undefined-role"
    UNUSED_ROLE = "unused-role"
    EMPTY_ROLE = "empty-role"
    NOT_A_MEMBER = "not-a-member"
    SHARED_ACCOUNT = "shared-account"
    SHORT_TURN = "short-turn"
    UNFILLABLE_SEATS = "unfillable-seats"
    LATE_QUORUM = "late-quorum"
    NEEDS_ONE_PERSON = "needs-one-person"
    UNKNOWN_CALENDAR = "unknown-calendar"
    UNUSED_CALENDAR = "unused-calendar"
    UNKNOWN_HOLIDAYS = "unknown-holidays"
    NEVER_OPEN = "never-open"

    # Parameters, money and limits.
    UNKNOWN_PARAMETER = "unknown-parameter"
    CROSSED_BOUNDS = "crossed-bounds"
    NO_CURRENCY = "no-currency"
    OTHER_CURRENCY = "other-currency"
    OPTIONAL_CURRENCY = "optional-currency"
    ASSUMED_CAP = "assumed-cap"
    SAME_TIER = "same-tier"
    NO_TARGET = "no-target"

    # What would not do what it seems to.
    EMPTY_RULE = "empty-rule"
    IDLE_RUNG = "idle-rung"
    IDLE_SIGNALS = "idle-signals"
    MISFIT = "misfit"
    CONTRADICTION = "contradiction"
    CIRCULAR_PATH = "circular-path"
    TOO_LONG = "too-long"
    OUTLIVED = "outlived"
    HELD_FOR_GOOD = "held-for-good"

    # What would not be safe.
    AUDIT_REQUIRED = "audit-required"
    UNSAFE_OVERSIGHT = "unsafe-oversight"
    UNSAFE_GRANT = "unsafe-grant"
    UNSAFE_HOLD = "unsafe-hold"

    # What the workspace says, with --online.
    NO_CHANNEL = "no-channel"
    ARCHIVED_CHANNEL = "archived-channel"
    BOT_NOT_IN_CHANNEL = "bot-not-in-channel"
    SHARED_CHANNEL = "shared-channel"
    NO_MEMBER = "no-member"
    DEACTIVATED_MEMBER = "deactivated-member"
    BOT_MEMBER = "bot-member"
    EXTERNAL_MEMBER = "external-member"
    GUEST_MEMBER = "guest-member"
    NO_GROUP = "no-group"
    EMPTY_GROUP = "empty-group"
    NOT_TOLD = "not-told"

    # A file of cases, for `keyturn manifest test`.
    DUPLICATE_NAME = "duplicate-name"
    BAD_MOMENT = "bad-moment"
    NO_MOMENT = "no-moment"
    BAD_PROPOSAL = "bad-proposal"
