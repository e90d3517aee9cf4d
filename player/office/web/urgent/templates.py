"""Templates of urgent messages, kept by the office in one TOML file that an editor may change, too.

Knows: the file's keys and limits, the templates that an office begins with. Touches: that file.
Must not: lose a comment, a key that it does not know, or a file that it cannot read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from player.base.disk import replace_file
from player.office.web.urgent.typed import COLOURS, LENGTHS, TEXT_MOST
from player.office.web.words import t

FILE_NAME = "urgent_templates.toml"
FILE_BYTES = 1 << 20
MOST = 50
NAME_MOST = 40
KEY = "template"
_PLAIN_NAME = re.compile(r"[^\x00-\x1f\x7f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class UrgentTemplate:
    """minutes: how long such a message is shown, unless something else is chosen."""

    name: str
    text: str
    colour: str = COLOURS[0]
    minutes: int = 60


@dataclass(frozen=True, slots=True)
class TemplateBook:
    """fault: why the file cannot be read, in the reader's language; then it is not written either."""

    templates: tuple[UrgentTemplate, ...]
    fault: str = ""

    def called(self, name: str) -> UrgentTemplate | None:
        return next((each for each in self.templates if each.name.casefold() == name.casefold()), None)


class TemplateFault(Exception):
    """What is wrong, in the reader's language. field: of the form."""

    def __init__(self, sentence: str, field: str) -> None:
        super().__init__(sentence)
        self.field = field


def first_templates(language: str) -> tuple[UrgentTemplate, ...]:
    """What an office begins with; ___ stands where a word must be typed."""
    return (
        UrgentTemplate(t(language, "Flood"), t(language, "FLOOD at ___\nAvoid the area\nHelp: 112"), "biru", 180),
        UrgentTemplate(t(language, "Road closed"), t(language, "ROAD CLOSED\n___\nTurn off at ___"), "merah", 180),
        UrgentTemplate(t(language, "Power"), t(language, "POWER IS OFF at ___\nuntil ___"), "jingga", 180),
        UrgentTemplate(t(language, "Event"), t(language, "TODAY at ___\n___"), "hijau", 360),
    )


def read_templates(path: Path, language: str) -> TemplateBook:
    """Without a file: the first templates. What is no template in the file is passed over, and stays there."""
    try:
        document = _read(path)
    except (OSError, ValueError, TOMLKitError, RecursionError) as error:
        return TemplateBook((), t(language, "{file} cannot be read ({why}); put it right in an editor, or rename it.",
                                  file=path.name, why=_short(error)))  # fmt: skip
    if document is None:
        return TemplateBook(first_templates(language))
    return TemplateBook(tuple(found for each in _tables(document) if (found := _template(each)) is not None))


def save_template(path: Path, template: UrgentTemplate, instead: str, language: str) -> None:
    """Adds the template, or puts it in the place of the one called `instead`. Raises TemplateFault."""
    _check(template, language)
    book = read_templates(path, language)
    if book.fault:
        raise TemplateFault(book.fault, "name")
    same = book.called(template.name)
    if same is not None and same.name.casefold() != instead.casefold():
        raise TemplateFault(t(language, "A template is called so already; choose another name."), "name")
    document = _to_write(path, language)
    tables = _tables(document)
    target = next((each for each in tables if _is_called(each, instead)), None) if instead else None
    if target is None:
        if len(book.templates) >= MOST:
            raise TemplateFault(t(language, "There are {n} templates already; delete one first.", n=MOST), "name")
        tables.append(_filled(tomlkit.table(), template))
    else:
        _filled(target, template)
    replace_file(path, tomlkit.dumps(document).encode())


def remove_template(path: Path, name: str, language: str) -> UrgentTemplate | None:
    """The template that was removed; None: there was none. Raises TemplateFault."""
    book = read_templates(path, language)
    if book.fault:
        raise TemplateFault(book.fault, "name")
    removed = book.called(name)
    if removed is None:
        return None
    document = _to_write(path, language)
    tables = _tables(document)
    for number in reversed(range(len(tables))):
        if _is_called(tables[number], name):
            del tables[number]
    if not len(tables):
        del document[KEY]
    replace_file(path, tomlkit.dumps(document).encode())
    return removed


def _check(template: UrgentTemplate, language: str) -> None:
    if not template.name.strip() or not _PLAIN_NAME.fullmatch(template.name):
        raise TemplateFault(t(language, "Give the template a name, like Flood."), "name")
    if len(template.name) > NAME_MOST:
        raise TemplateFault(t(language, "A template's name has at most {most} letters.", most=NAME_MOST), "name")
    if not template.text.strip():
        raise TemplateFault(t(language, "Write what the panels shall show."), "text")
    if len(template.text) > TEXT_MOST:
        raise TemplateFault(t(language, "A template has at most {most} letters.", most=TEXT_MOST), "text")
    if template.colour not in COLOURS:
        raise TemplateFault(t(language, "Choose one of the colours."), "colour")
    if template.minutes not in LENGTHS:
        raise TemplateFault(t(language, "Choose how long it is shown: a message always has an end."), "ends")


def _read(path: Path) -> tomlkit.TOMLDocument | None:
    """None: there is no file. Raises OSError, ValueError, TOMLKitError."""
    try:
        with path.open("rb") as file:
            raw = file.read(FILE_BYTES + 1)
    except FileNotFoundError:
        return None
    if len(raw) > FILE_BYTES:
        raise ValueError("too large")
    return tomlkit.parse(raw.removeprefix(b"\xef\xbb\xbf").decode())


def _to_write(path: Path, language: str) -> tomlkit.TOMLDocument:
    """The file as it is; where there is none, one with the first templates."""
    document = _read(path)
    if document is None:
        document = tomlkit.document()
        document.add(
            tomlkit.comment(
                t(language, "Templates of urgent messages: the page Urgent writes this file, an editor may.")
            )
        )
        tables = _tables(document)
        for template in first_templates(language):
            tables.append(_filled(tomlkit.table(), template))
    return document


def _filled(table: Table, template: UrgentTemplate) -> Table:
    """The table with the template's values; what else stands in it stays."""
    table["name"], table["colour"], table["minutes"] = template.name, template.colour, template.minutes
    table["text"] = tomlkit.string(template.text)
    return table


def _tables(document: tomlkit.TOMLDocument) -> AoT:
    """The [[template]] tables, made where there are none."""
    found = document.get(KEY)
    if not isinstance(found, AoT):
        found = tomlkit.aot()
        document[KEY] = found
    return found


def _is_called(table: Table, name: str) -> bool:
    return str(table.get("name", "")).casefold() == name.casefold()


def _template(table: Table) -> UrgentTemplate | None:
    name, text = table.get("name"), table.get("text")
    if not isinstance(name, str) or not isinstance(text, str) or not name.strip() or not text.strip():
        return None
    colour, minutes = str(table.get("colour", COLOURS[0])), table.get("minutes", LENGTHS[1])
    return UrgentTemplate(
        str(name)[:NAME_MOST], str(text)[:TEXT_MOST], colour if colour in COLOURS else COLOURS[0],
        int(minutes) if minutes in LENGTHS else LENGTHS[1],
    )  # fmt: skip


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
