"""Files as text and back: what is stored of a manifest loads as what was on the disk."""

from pathlib import Path

import pytest

from manifests.loading import SHIPPED, ManifestBroken, files_of, load, load_files, snapshot_of


def test_the_texts_of_a_folder_load_as_the_folder_does() -> None:
    from_disk, from_texts = load(SHIPPED), load_files(files_of(SHIPPED))

    assert from_texts.manifest.digest == from_disk.manifest.digest
    assert from_texts.files == from_disk.files == files_of(SHIPPED)
    assert "roles.yaml" in from_texts.files
    assert "slack_app.yaml" not in from_texts.files


def test_every_key_has_its_place(tmp_path: Path) -> None:
    for name, text in files_of(SHIPPED).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    loaded = load(tmp_path)
    action = next(iter(loaded.manifest.actions))

    place = loaded.places["actions", action, "severity"]

    line = loaded.files[place.file].splitlines()[place.line - 1]
    assert line[place.column - 1 :].startswith("severity:")


def test_a_file_that_cannot_be_read_leaves_no_texts(tmp_path: Path) -> None:
    (tmp_path / "roles.yaml").write_bytes(b"roles: \xff")

    with pytest.raises(ManifestBroken, match="UTF-8"):
        files_of(tmp_path)


def test_a_file_of_long_characters_is_too_large_rather_than_garbled(tmp_path: Path) -> None:
    (tmp_path / "roles.yaml").write_text("# " + "é" * 600_000)

    with pytest.raises(ManifestBroken, match="larger than a megabyte"):
        files_of(tmp_path)


def test_texts_are_read_as_strictly_as_files() -> None:
    with pytest.raises(ManifestBroken, match="not a section"):
        load_files({"roles.yaml": "ruels: {}\n"})


def test_the_same_content_has_the_same_fingerprint_and_any_other_another(tmp_path: Path) -> None:
    roles = tmp_path / "roles.yaml"
    roles.write_text("roles: {}\n")
    first = snapshot_of(tmp_path)
    roles.write_text("roles: {} # broken: \n")
    second = snapshot_of(tmp_path)
    roles.write_text("roles: {}\n")

    assert first.fingerprint == snapshot_of(tmp_path).fingerprint != second.fingerprint
    with pytest.raises(ManifestBroken):
        first.loaded()


def test_a_folder_that_is_gone_is_a_snapshot_too(tmp_path: Path) -> None:
    gone = snapshot_of(tmp_path / "nowhere")

    assert gone.fingerprint
    with pytest.raises(ManifestBroken, match="There is no such file or folder") as told:
        gone.loaded()
    assert len(told.value.mistakes) == 1
