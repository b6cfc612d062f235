from tests.architecture.source import files

FOLDERS = {
    ".ci": "what must hold before a change lands",
    "blocks": "what does a person see?",
    "bot": "who asked for what, and when?",
    "client": "what an agent imports",
    "docs": "decisions and how to run it",
    "manifests": "what may happen?",
    "sandbox": "a workspace in a box",
    "store": "what has happened, and what may happen next?",
    "tests": "mirrors the packages",
}
FILES = {
    ".editorconfig",
    ".env.example",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "pyproject.toml",
    "requirements-dev.lock",
    "requirements.lock",
}


def test_nothing_stands_at_the_top_that_has_no_place_there() -> None:
    unknown = {name.split("/")[0] for name in files()} - FOLDERS.keys() - FILES
    assert not unknown, f"give these a room, or a line in this test with its reason: {unknown}"


def test_no_python_file_stands_outside_the_rooms() -> None:
    assert not [name for name in files() if "/" not in name and name.endswith(".py")]
