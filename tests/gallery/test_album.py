"""The album is complete: every picture is taken, shown, described, and small."""

import re
from collections import Counter
from pathlib import Path

from tests.gallery.album import FOLDER, WRITING
from tests.gallery.pictures import CHAPTERS, PICTURES

MOST_BYTES = 3_000_000
_HEAD = """# What people see

Pictures of real runs in the sandbox's page, taken by `tests/gallery`. To take them anew, read the
difference, and keep it: `KEYTURN_WRITE_GALLERY=1 make test PYTEST_ARGS="tests/gallery"`.
"""


def the_readme() -> str:
    """Lay the pictures out, two in a row."""
    parts = [_HEAD]
    for title, chapter in CHAPTERS.items():
        parts.append(f"\n## {title}\n\n| | |\n|---|---|\n")
        cells = [f"![{words}]({name}.png)<br>{words}" for name, words in chapter.items()]
        rows = [cells[at : at + 2] for at in range(0, len(cells), 2)]
        parts += [f"| {' | '.join([*row, ''][:2])} |\n" for row in rows]
    return "".join(parts)


def test_the_gallery_shows_every_picture() -> None:
    readme = FOLDER / "README.md"
    if WRITING:
        readme.write_text(the_readme())
    assert readme.read_text() == the_readme()


def test_every_picture_is_taken_by_one_story() -> None:
    stories = "".join(one.read_text() for one in Path(__file__).parent.glob("test_*.py"))
    taken = Counter({name: stories.count(f'"{name}"') for name in PICTURES})
    assert {name: times for name, times in taken.items() if times != 1} == {}


def test_the_readme_shows_pictures_of_the_gallery_and_leads_to_it() -> None:
    readme = (FOLDER.parents[1] / "README.md").read_text()
    shown = re.findall(r"!\[([^]]+)\]\(([^)]+)\)", readme)
    assert len(shown) > 1
    assert {where for _, where in shown} <= {f"docs/gallery/{name}.png" for name in PICTURES}
    assert all(words for words, _ in shown)
    assert "(docs/gallery/README.md)" in readme


def test_nothing_else_lies_in_the_gallery() -> None:
    assert {one.stem for one in FOLDER.glob("*.png")} == set(PICTURES)


def test_the_gallery_is_small() -> None:
    assert sum(one.stat().st_size for one in FOLDER.glob("*.png")) < MOST_BYTES


def test_every_picture_is_described_in_a_sentence() -> None:
    assert [words for words in PICTURES.values() if not words.endswith(".")] == []
