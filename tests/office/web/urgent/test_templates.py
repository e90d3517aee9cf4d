"""Templates of urgent messages: kept in a file that people edit, too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from player.office.web.urgent.templates import (
    FILE_NAME,
    MOST,
    TemplateFault,
    UrgentTemplate,
    first_templates,
    read_templates,
    remove_template,
    save_template,
)

FLOOD = UrgentTemplate("Sungai", "AIR NAIK\nJauhi bantaran", "merah", 180)
WRITTEN = """# for whoever is on duty

[[template]]
name = "Pasar"   # Mondays
text = "PASAR MURAH"
colour = "hijau"
minutes = 360
phone = "0812"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / FILE_NAME


def test_an_office_begins_with_four(file: Path) -> None:
    """Flood, road closed, power, event; in the reader's language; no file is made by looking."""
    assert [each.name for each in read_templates(file, "en").templates] == ["Flood", "Road closed", "Power", "Event"]
    assert [each.name for each in read_templates(file, "id").templates] == [
        "Banjir",
        "Jalan ditutup",
        "Listrik",
        "Acara",
    ]
    assert not file.exists()


def test_what_is_kept_is_found_again(file: Path) -> None:
    """Beside the first ones, which are in the file from then on."""
    save_template(file, FLOOD, "", "id")
    assert read_templates(file, "en").templates == (*first_templates("id"), FLOOD)


def test_a_changed_template_stays_in_its_place(file: Path) -> None:
    """Also under another name."""
    save_template(file, replace(FLOOD, name="Kali"), "Banjir", "id")
    assert [each.name for each in read_templates(file, "id").templates][:2] == ["Kali", "Jalan ditutup"]


def test_what_a_person_wrote_into_the_file_survives(file: Path) -> None:
    """Comments and keys that are not known here stay where they are."""
    file.write_text(WRITTEN)
    save_template(file, FLOOD, "", "id")
    save_template(file, replace(read_templates(file, "id").templates[0], minutes=60), "Pasar", "id")
    remove_template(file, "Sungai", "id")
    assert file.read_text() == WRITTEN.replace("360", "60")


def test_a_removed_template_is_gone_for_good(file: Path) -> None:
    """An office that wants none of the first ones has none."""
    for each in first_templates("id"):
        assert remove_template(file, each.name, "id") == each
    assert read_templates(file, "id").templates == ()
    assert remove_template(file, "Banjir", "id") is None


@pytest.mark.parametrize("raw", [b"[[template]\nname = 1", b"\xff\xfe", b"x" * (2 << 20), b"template = [" * 3000])
def test_a_file_that_cannot_be_read_is_never_written(file: Path, raw: bytes) -> None:
    """The page says so, and what somebody half wrote is not lost."""
    file.write_bytes(raw)
    assert FILE_NAME in read_templates(file, "en").fault
    with pytest.raises(TemplateFault):
        save_template(file, FLOOD, "", "en")
    with pytest.raises(TemplateFault):
        remove_template(file, "Banjir", "en")
    assert file.read_bytes() == raw


def test_what_is_no_template_is_passed_over(file: Path) -> None:
    """The others count; what is out of range becomes what is nearest to it."""
    file.write_text(
        '[[template]]\nname = 3\ntext = "a"\n[[template]]\nname = "b"\ntext = "c"\ncolour = "pink"\nminutes = 7\n'
    )
    assert read_templates(file, "en").templates == (UrgentTemplate("b", "c"),)


@pytest.mark.parametrize(
    ("template", "field"),
    [
        (replace(FLOOD, name=" "), "name"), (replace(FLOOD, name="a\nb"), "name"), (replace(FLOOD, name="x" * 41), "name"),
        (replace(FLOOD, name="BANJIR"), "name"), (replace(FLOOD, text=" "), "text"), (replace(FLOOD, text="x" * 2001), "text"),
        (replace(FLOOD, colour="pink"), "colour"), (replace(FLOOD, minutes=7), "ends"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_template_is_said_beside_its_field(
    file: Path, template: UrgentTemplate, field: str
) -> None:
    """A name that is taken is one of them, in any case."""
    with pytest.raises(TemplateFault) as caught:
        save_template(file, template, "", "id")
    assert caught.value.field == field


def test_there_is_an_end_to_templates(file: Path) -> None:
    """A page with hundreds of them helps nobody."""
    for number in range(MOST - len(first_templates("id"))):
        save_template(file, replace(FLOOD, name=f"t {number}"), "", "id")
    with pytest.raises(TemplateFault):
        save_template(file, FLOOD, "", "id")
