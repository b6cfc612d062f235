"""Whatever stands in a file: it is read or refused in words, soon, and nothing is run."""

import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifests.loading import ManifestBroken, load, load_files
from manifests.loading_yaml import read_yaml
from tests.manifests.making import ROLES

_BOMB = "\n".join(
    [
        "k0: &k0 [x]",
        *(f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9)}]" for n in range(1, 30)),
    ]
)
HOSTILE = {
    "a thousand brackets": ("actions: " + "[" * 1_000 + "]" * 1_000, "too-deep"),
    "brackets that never close": ("actions: " + "[" * 500_000, "too-deep"),
    "a thousand dashes": ("- " * 1_000, "too-deep"),
    "nested keys": ("".join(f"{' ' * n}k:\n" for n in range(1_000)), "too-deep"),
    "nested braces": ("actions: " + "{a: " * 1_000 + "}" * 1_000, "too-deep"),
    "just deeper than anything means": ("a: " + "[" * 40 + "]" * 40, "too-deep"),
    "aliases that multiply": (_BOMB, "alias"),
    "an alias within itself": ("actions: &a [*a]", "alias"),
    "ten megabytes": ("actions: {}\n#" + "x" * 10_000_000, "too-large"),
    "half a million words": ("actions: [" + "x," * 450_000 + "]", "too-large"),
    "a number of a hundred thousand digits": (f"actions: {{pay: {'9' * 100_000}}}", "odd-number"),
    "a key of a hundred thousand letters": (f'actions: {{"{"a" * 100_000}": 1}}', "yaml"),
    "an object": ("actions: {pay: !!python/object/apply:os.system [ls]}", "wrong-type"),
    "a name": ("actions: {pay: {title: !!python/name:os.system x}}", "tag"),
    "binary": ("actions: {pay: {title: !!binary aGk=}}", "tag"),
    "a tag of one's own": ("actions: {pay: {title: !secret x}}", "tag"),
    "an unknown anchor": ("actions: *nothing", "yaml"),
    "a merge": ("actions: {pay: {<<: {severity: low}}}", "bad-key"),
    "a key that is a list": ("actions: {? [a] : b}", "bad-key"),
    "a key that is nothing": ("actions: {~: b}", "bad-key"),
    "an unclosed quote": ('actions: {pay: {title: "x}}', "yaml"),
    "a control character": ("actions: {pay: {title: a\x07b}}", "yaml"),
    "half a pair": ("actions: {pay: {title: \udc80}}", "yaml"),
    "a tab": ("actions:\n\tpay: {}", "tab"),
    "a tab after spaces": ("actions:\n  pay:\n  \tseverity: low", "tab"),
    "twice": ("actions:\n  pay: {}\n  pay: {}", "duplicate-key"),
    "twice, once in quotes": ('actions:\n  pay: {}\n  "pay": {}', "duplicate-key"),
    "a bare no": ("actions: {pay: {title: no}}", "ambiguous-word"),
    "a bare on as a key": ("actions: {on: {}}", "ambiguous-word"),
    "a time": ("actions: {pay: {title: 12:30}}", "sexagesimal"),
    "an octal number": ("actions: {pay: {title: 0777}}", "odd-number"),
    "infinity": ("actions: {pay: {title: .inf}}", "odd-number"),
    "two documents": ("actions: {}\n---\nactions: {}", "several-documents"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_words_and_soon(name: str) -> None:
    text, code = HOSTILE[name]
    begun = time.process_time()
    with pytest.raises(ManifestBroken) as broken:
        load_files({"roles.yaml": ROLES, "actions.yaml": text})
    assert time.process_time() - begun < 20  # seconds of work, on whatever runs the tests
    told = [mistake for mistake in broken.value.mistakes if mistake.file == "actions.yaml"]
    assert code in [mistake.code for mistake in told]
    assert all(mistake.message.endswith((".", "?")) for mistake in told)


def test_what_is_deep_is_told_at_its_place() -> None:
    (mistake,) = read_yaml("a:\n  " + "[" * 1_000, "deep.yaml").mistakes
    assert (mistake.line, mistake.column) == (2, 3 + 99)


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "all.yaml"
    text = ROLES + "actions:\n  pay: {severity: low, reversible: true}\n"
    file.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert load(file).manifest.digest == load_files({"all.yaml": text}).manifest.digest


words = st.text(st.characters(codec="utf-8"), max_size=20)
yamlish = st.lists(
    st.sampled_from(
        ["- ", ": ", "\n", "  ", "{", "}", "[", "]", "&a ", "*a", "!t ", '"', "'", "#", "|", ">",
         "? ", "a", "actions", "on", "1", "0x1", "12:30", "---", "%", "\t", "<<", ",", "~"]
    )
    | words,
    max_size=40,
).map("".join)  # fmt: skip


@given(yamlish)
def test_any_text_is_read_or_refused(text: str) -> None:
    written = read_yaml(text, "any.yaml")
    for mistake in written.mistakes:
        assert mistake.message
        assert mistake.line >= 1
    with suppress(ManifestBroken):
        load_files({"roles.yaml": ROLES, "any.yaml": text})
