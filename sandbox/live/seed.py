"""The workspace that everybody starts with."""

from sandbox.live.people import Channel, Person, UserGroup, Workspace

_STAFF = ["U0ANA", "U0BEN", "U0CORA", "U0DEV", "U0ELIF", "U0FINN"]
_EXPERTS = ["U0JUN", "U0KOFI", "U0LENA", "U0MIRA"]
_BOT = "U0KEYTURN"


def seed_workspace() -> Workspace:
    """Return a fresh copy of the seeded workspace."""
    return Workspace(people=_people(), channels=_channels(), groups=_groups())


def _people() -> list[Person]:
    return [
        _member("U0ANA", "ana", "Ana Ruiz", "Finance manager", "c9366d"),
        _member("U0BEN", "ben", "Ben Okafor", "Support lead", "2f7d4f"),
        _member("U0CORA", "cora", "Cora Lindqvist", "CFO", "7a3ea8"),
        _member("U0DEV", "dev", "Dev Patel", "Site reliability engineer", "1d6fa5"),
        _member("U0ELIF", "elif", "Elif Kaya", "Administrator", "b3541e", is_admin=True),
        _member("U0FINN", "finn", "Finn Maguire", "Support reviewer", "3d5a99"),
        _member("U0JUN", "jun", "Jun Arai", "HR director", "0b7285"),
        _member("U0KOFI", "kofi", "Kofi Mensah", "Counsel", "8f3f71"),
        _member("U0LENA", "lena", "Lena Voss", "Software engineer", "51712d"),
        _member("U0MIRA", "mira", "Mira Solano", "Software engineer and HR partner", "a14a4a"),
        _member("U0GUS", "gus", "Gus", "Single-channel guest", "6b6b6b", is_ultra=True),
        Person(
            id="U0HANA",
            handle="hana",
            name="Hana",
            title="Works at a partner company (Slack Connect)",
            colour="8a6d00",
            email="hana@partner.example",
            team="T0PARTNER",
            is_stranger=True,
        ),
        Person(
            id="U0IVO",
            handle="ivo",
            name="Ivo",
            title="Left the company",
            colour="999999",
            email="ivo@example.com",
            deleted=True,
        ),
        Person(id=_BOT, handle="keyturn", name="Keyturn", colour="4a154b", is_bot=True),
    ]


def _member(
    identifier: str,
    handle: str,
    name: str,
    title: str,
    colour: str,
    *,
    is_admin: bool = False,
    is_ultra: bool = False,
) -> Person:
    return Person(
        id=identifier,
        handle=handle,
        name=name,
        title=title,
        colour=colour,
        email=f"{handle}@example.com",
        is_admin=is_admin,
        is_restricted=is_ultra,
        is_ultra_restricted=is_ultra,
    )


def _channels() -> list[Channel]:
    return [
        Channel("C0GENERAL", "general", "Everybody, about everything", [*_STAFF, *_EXPERTS]),
        Channel(
            "C0SUPPORT", "support-review", "Support's cards", [*_STAFF, "U0GUS", "U0HANA", _BOT]
        ),
        Channel("C0FINANCE", "finance-approvals", "Finance's cards", [*_STAFF, _BOT]),
        Channel(
            "C0EXEC",
            "executive-approvals",
            "For the largest amounts",
            ["U0CORA", "U0ELIF", "U0ANA", _BOT],
        ),
        Channel("C0SRE", "sre-review", "Changes to running systems", [*_STAFF, *_EXPERTS, _BOT]),
        Channel("C0HR", "hr-review", "HR's cards", ["U0JUN", "U0MIRA", "U0CORA", _BOT]),
        Channel("C0LEGAL", "legal-review", "Counsel's and compliance's cards", [*_EXPERTS, _BOT]),
        Channel("C0ENG", "engineering-review", "Coding agents' cards", [*_EXPERTS, "U0DEV", _BOT]),
        Channel("C0FALLBACK", "fallback-review", "When nobody answered in time", [*_STAFF, _BOT]),
        Channel("C0OPS", "ops-alerts", "What operations must know", [*_STAFF, _BOT]),
        Channel(
            "C0ADMINS", "keyturn-admins", "Rules and their changes", ["U0ELIF", "U0CORA", _BOT]
        ),
    ]


def _groups() -> list[UserGroup]:
    return [
        UserGroup("S0FINANCE", "finance", "Finance", ["U0ANA", "U0CORA"]),
        UserGroup("S0SUPPORT", "support", "Support", ["U0BEN", "U0FINN"]),
        UserGroup("S0SRE", "sre", "Site reliability", ["U0DEV"]),
        UserGroup("S0ENG", "engineers", "Engineers", ["U0LENA", "U0MIRA"]),
    ]
