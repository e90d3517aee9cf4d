"""The manuals: links, tables and pictures are true, and nobody has to look for a page."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from PIL import Image, ImageChops, ImageStat

from player.base.disk import set_aside
from player.bundle.receipt import OUT_TRAY
from player.bundle.serials import NAMES
from player.contract.reports import REFUSALS, STAGES
from player.daemon import GOOD_CONFIG
from player.journal.reading import ACKNOWLEDGED_NAME, KEY_NAME, RUNNING_NAME
from player.machine.clock import GOOD_TIME_FILE
from player.machine.power import REBOOTS_FILE
from player.machine.saved_state import RUNNING_FILE, SAVED_FILE
from player.machine.status_file import STATUS_FILE
from player.settings.kept import KEPT_SETTINGS
from tests.console_pictures import IN_INDONESIAN, SHOTS
from tests.console_pictures import PICTURES as CONSOLE
from tests.docs_tables import DOCS, MARKED, ROOT, TABLES, example_words, fill
from tests.pictures import PICTURES, draw_all

README = ROOT / "README.md"
MANUALS = sorted(DOCS.glob("*.md"))
PAGES = [README, *MANUALS]
LINK = re.compile(r"\]\(([^()\s]+)\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.DOTALL | re.MULTILINE)
README_LINES = 150
PICTURES_BYTES = 1 << 20
ALIKE = 6.0
"""Mean difference of a channel, of 255: another version of a font or of Pillow moves edges by less than this."""


def links_of(page: Path) -> Iterator[str]:
    """Every link of the page that does not leave the repository."""
    for target in LINK.findall(FENCE.sub("", page.read_text())):
        if not re.match(r"[a-z]+:", target):
            yield target


def anchors_of(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    anchors: set[str] = set()
    for heading in re.findall(r"^#+ (.*)$", FENCE.sub("", page.read_text()), re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        same = sum(1 for other in anchors if re.fullmatch(re.escape(slug) + r"(-\d+)?", other))
        anchors.add(f"{slug}-{same}" if same else slug)
    return anchors


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    """The file of each relative link is there, and its heading too."""
    for target in links_of(page):
        name, _, anchor = target.partition("#")
        path = (page.parent / unquote(name)).resolve() if name else page
        assert path.exists(), f"{page.name}: {target} is not there"
        if anchor:
            assert anchor in anchors_of(path), f"{page.name}: {target}: no such heading"


def test_every_manual_is_reached_from_the_readme() -> None:
    """By following links from README.md a reader comes to every manual and every picture."""
    seen: set[Path] = set()
    todo = [README]
    while todo:
        page = todo.pop()
        seen.add(page)
        if page.suffix == ".md":
            near = {(page.parent / target.partition("#")[0]).resolve() for target in links_of(page)}
            todo += [path for path in near - seen if path.is_file()]
    assert {*MANUALS, *PICTURES.iterdir(), *CONSOLE.iterdir()} <= seen


def test_the_readme_is_short() -> None:
    """At most 150 lines."""
    assert len(README.read_text().splitlines()) <= README_LINES


@pytest.mark.parametrize("page", MANUALS, ids=lambda page: page.name)
def test_the_tables_say_what_the_program_says(page: Path) -> None:
    """Each table between markers is as `python -m tests.docs_tables --write` makes it now."""
    assert fill(page.read_text()) == page.read_text(), "out of date: python -m tests.docs_tables --write"


def test_every_table_stands_in_some_manual() -> None:
    """No table of the program is left out, and none stands twice."""
    found = [name for page in MANUALS for _, name, _ in MARKED.findall(page.read_text())]
    assert sorted(found) == sorted(TABLES)


def test_every_file_of_attacks_has_its_attacker() -> None:
    """security.md says for each file of the attackers' suite, in the table, who would do that."""
    table = (DOCS / "security.md").read_text().partition("<!-- table: attacks -->")[0]
    files = [*(ROOT / "tests" / "attacks").glob("test_*.py"), ROOT / "tests" / "vm" / "attack_stories.py"]
    assert [path.name for path in files if f"(../../{path.relative_to(ROOT)})" not in table] == []


def test_every_code_of_a_reply_is_explained() -> None:
    """mqtt.md names every stage, and why a command is rejected."""
    text = (DOCS / "mqtt.md").read_text()
    assert [code for code in (*STAGES, *REFUSALS) if f"| `{code}` |" not in text] == []


def test_every_setting_has_its_words() -> None:
    """config.example.toml says of every setting what it is."""
    assert [name for name, words in example_words().items() if not words] == []


def test_every_state_file_is_explained(tmp_path: Path) -> None:
    """state-files.md has a line for each file whose name the program knows."""
    text = (DOCS / "state-files.md").read_text()
    damaged = tmp_path / SAVED_FILE
    damaged.touch()
    aside = set_aside(damaged)
    assert aside is not None
    names = (
        *NAMES, OUT_TRAY, GOOD_CONFIG, KEPT_SETTINGS, GOOD_TIME_FILE, REBOOTS_FILE, SAVED_FILE, RUNNING_FILE, STATUS_FILE,
        aside.name, ACKNOWLEDGED_NAME, KEY_NAME, RUNNING_NAME, "library/current.json",
        "library/ledger.json", "office/commands.jsonl",
    )  # fmt: skip
    assert [name for name in names if f"`{name}" not in text and f"/{name}`" not in text] == []


@pytest.mark.parametrize(("page", "name", "least"), [("install.md", "install.sh", 10), ("office.md", "office.sh", 6)])
def test_every_installed_file_is_listed(page: str, name: str, least: int) -> None:
    """The manual names every file that the script puts on the machine, or its folder."""
    listed = (DOCS / page).read_text()
    script = (ROOT / "systemd" / name).read_text()
    body = script[script.index("files() {") :].partition("END\n}")[0]
    units, library = "/etc/systemd/system", "/usr/local/lib/panel-player"
    targets = re.findall(r"^\S+ (\S+) \d+$", body.replace("$units", units).replace("$library", library), re.MULTILINE)
    assert len(targets) > least
    assert [
        path for path in targets if path.rsplit("/", 1)[1] not in listed and path.rsplit("/", 1)[0] not in listed
    ] == []


@pytest.mark.slow
def test_the_pictures_show_what_the_program_draws(tmp_path: Path) -> None:
    """Drawn anew, every picture is the one in the manuals; `python -m tests.pictures` makes them."""
    drawn = {path.name: path for path in draw_all(tmp_path)}
    assert set(drawn) == {path.name for path in PICTURES.iterdir()}
    for name, path in drawn.items():
        with Image.open(path) as now, Image.open(PICTURES / name) as then:
            assert now.size == then.size, name
            apart = ImageStat.Stat(ImageChops.difference(now.convert("RGB"), then.convert("RGB"))).mean
            assert max(apart) < ALIKE, f"{name} is out of date: python -m tests.pictures"


def test_the_pictures_are_small() -> None:
    """One megabyte together, at most; the console's too."""
    for folder in (PICTURES, CONSOLE):
        assert sum(path.stat().st_size for path in folder.iterdir()) < PICTURES_BYTES


def test_every_page_of_the_console_has_its_picture() -> None:
    """`python -m tests.pictures --console` makes them; none was made by hand, and none is left over."""
    assert {path.name for path in CONSOLE.iterdir()} == {f"{name}.webp" for name in (*SHOTS, *IN_INDONESIAN)}


def test_the_manuals_are_not_installed_as_a_package() -> None:
    """setuptools takes a folder for a package only with an __init__.py, and the manuals have none."""
    find = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]["find"]
    assert find["namespaces"] is False
    assert list(DOCS.rglob("__init__.py")) == []


def test_nothing_cites_a_page_that_is_not_there() -> None:
    """Every NAME.md that a file of the program or of its tests names is a manual."""
    there = {page.name for page in PAGES} | {"summary.md"}  # the soak writes one
    cited = {
        f"{path.relative_to(ROOT)}: {word}"
        for folder in ("player", "systemd", "tests")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".sh", ".md", ".service", ".conf"}
        for word in re.findall(r"\b[a-z][a-z-]*\.md\b", path.read_text())
        if word not in there
    }
    assert cited == set()


def test_the_developers_page_names_files_that_are_there() -> None:
    """Every file and folder that developer.md names is in the repository, or in the package."""
    text = FENCE.sub("", (DOCS / "developer.md").read_text())
    named = re.findall(r"`([\w-]+(?:/[\w.-]+)*(?:\.py|\.sh|\.toml|/))`", text)
    paths = [f"/{path.relative_to(ROOT)}" for top in ("player", "systemd", "tests") for path in (ROOT / top).rglob("*")]
    paths += [f"/{path.name}" for path in ROOT.glob("*.toml")]
    known = {name for name in named if any(path.endswith(f"/{name.rstrip('/')}") for path in paths)}
    assert len(named) > 50
    assert sorted(set(named) - known) == []


def test_the_developers_page_names_every_thread() -> None:
    """Every name that the daemon gives to a thread is explained; a decoder's own are in its process."""
    text = (DOCS / "developer.md").read_text()
    code = "".join(
        path.read_text()
        for path in (ROOT / "player").rglob("*.py")
        if path.name not in ("vlc.py", "still.py", "gate.py")
    )
    names = {
        name.replace("{self.layer}", "0")
        for name in re.findall(r'(?:Thread\([^)]*?name=|Worker\()f?"([^"]+)"', code, re.DOTALL)
    }
    assert len(names) > 8
    assert sorted(name for name in names if f"`{name}`" not in text) == []
