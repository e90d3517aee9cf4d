"""The office's commands for bundles: keygen, sign, verify, stick, receipt.

Knows: how they are asked for and what they say. Touches: the terminal; the work is in office/signing.py and sticks.py.
Must not: run on a panel, or print what came from a stick without taking control characters out.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from player.base.clocks import ClockTrust
from player.base.disk import replace_file
from player.base.text import for_terminal
from player.bundle import minisign
from player.bundle.manifest import (
    BUNDLE_NAME,
    MANIFEST_LIMIT_BYTES,
    MANIFEST_NAME,
    PANEL_NAME,
    SIGNATURE_NAME,
    Manifest,
    Trust,
    parse_manifest,
    read_manifest,
    read_regular,
    write_manifest,
)
from player.bundle.receipt import Receipt, read_receipts
from player.bundle.refusals import REFUSALS
from player.bundle.stick_records import list_batches
from player.office import signing, signing_keys, sticks
from player.office.drives import top_of
from player.office.receipt_lines import lines_of
from player.office.records.extra import WITHOUT_RECORDS_PART, records_part_is_here
from player.office.signing import EVERYWHERE, OfficeError
from player.office.terminal import err, out, plain_errors
from player.settings.models import PanelSection, Settings

app = typer.Typer(no_args_is_help=True, help="Sign content, put it on sticks, read what the sticks bring back.")

KEY_HOME = Path("~/.config/panel-office/office.key")

KeyFile = Annotated[Path, typer.Option("--key", "-k", envvar="PANEL_OFFICE_KEY", help="The office's secret key file.")]
PublicKeys = Annotated[
    list[str] | None, typer.Option("--key", "-k", help="A public key: its file, or the line that begins with RW.")
]
Folder = Annotated[Path, typer.Argument(help="The folder with playlists and media.")]
Stick = Annotated[Path, typer.Argument(help="Where the stick is: a folder like /media/dina/STICK, or a drive like E:")]


def main() -> None:
    """For a terminal of its own; `panel-office` adds these commands to its own."""
    app()


@app.command()
def keygen(
    key: KeyFile = KEY_HOME,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="Anyone who gets the file can sign. For tests.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a key that is there. Panels will refuse what the old one signed.")
    ] = False,
) -> None:
    """Make the office's key: a secret file, protected by a password, and the public line for the panels.

    The files are minisign's: `minisign -S -s office.key -m manifest.json` signs as well.
    """
    with plain_errors():
        key = key.expanduser()
        public_file = key.with_suffix(".pub")
        if (key.exists() or public_file.exists()) and not force:
            raise OfficeError(
                f"{key} is there already; a new one would lock the panels out (--force, or another --key)"
            )
        key.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = signing_keys.generate_key()
        password = None if no_password else _new_password()
        with out.status("protecting the key with the password (needs 1 GiB of memory for a few seconds)"):
            text = signing_keys.write_secret_key(fresh, password)
        replace_file(key, text.encode(), mode=0o600)
        replace_file(public_file, signing_keys.write_public_key(fresh.public).encode())
        out.print(f"secret key: {escape(str(key))}  (keep a copy in a safe; whoever has it and the password can sign)")
        out.print(f"public key: {escape(str(public_file))}")
        out.print("\nOn every panel, in /etc/panel-player/config.toml:\n")
        out.print(f'[trust]\nkeys = ["{fresh.public}"]', markup=False, soft_wrap=True)


@app.command()
def sign(
    context: typer.Context,
    folder: Folder,
    panel: Annotated[
        list[str], typer.Option("--panel", "-p", help='The panel it is for; again for more, "*" for all.')
    ],
    until: Annotated[str, typer.Option(help="Last day (2026-12-31), or a moment (2026-12-31T18:00).")] = "",
    from_: Annotated[str, typer.Option("--from", help="First day or moment.")] = "",
    serial: Annotated[int, typer.Option(help="Only when this computer does not know the last one.")] = 0,
    key: KeyFile = KEY_HOME,
    force: Annotated[
        bool, typer.Option("--force", help="Sign although something in the folder cannot be played.")
    ] = False,
) -> None:
    """Check a folder, list every file with its hash, raise the serial and sign the list."""
    with plain_errors():
        _expect_folder(folder)
        key = key.expanduser()
        text = key.read_text() if key.exists() else ""
        if not text:
            raise OfficeError(f"{key} is not there; make a key with `panel-office keygen`, or give --key")
        for name in panel:
            if name != EVERYWHERE and not _is_panel_name(name):
                raise OfficeError(
                    f"{name!r} is not a panel's name (3 to 32 of a-z, 0-9 and -); for all of them: --panel '*'"
                )
        begins = signing.parse_moment(from_, end=False) if from_ else None
        ends = signing.parse_moment(until, end=True) if until else None
        now = datetime.now(UTC).replace(microsecond=0)
        if ends is not None and ends <= now:
            raise OfficeError(f"--until {until} is over already; panels would refuse the bundle")
        if ends is not None and begins is not None and ends <= begins:
            raise OfficeError("--until lies before --from; panels would refuse the bundle")
        if records_part_is_here():
            from player.office.records.stick_commands import put_acknowledgements

            put_acknowledgements(context, folder)
        found = signing.list_bundle(folder)
        _check_content(folder, panel[0], force)
        secret = signing_keys.parse_secret_key(text, _ask_password)
        number = serial or signing.next_serial(folder, key)
        with _progress("reading", sum(file.size_bytes for file in found)) as advance:
            files = signing.hash_files(folder, found, advance)
        manifest = Manifest(number, tuple(dict.fromkeys(panel)), now, begins, ends, files, secret.public.name, "")
        parse_manifest(write_manifest(manifest))  # what a panel would refuse must not be signed
        signing.write_signed(folder, manifest, secret)
        signing.remember_serial(key, number)
        out.print(f"signed: {_describe(manifest)}")


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="A signed folder, or a stick's panel folder.")],
    key: PublicKeys = None,
    panel: Annotated[str, typer.Option(help="Also ask whether this panel would take it.")] = "",
) -> None:
    """Say whether a folder is what was signed: signature, dates, and every file's hash."""
    with plain_errors():
        folder = top_of(folder)
        _expect_folder(folder)
        if (folder / BUNDLE_NAME / MANIFEST_NAME).exists():
            folder = folder / BUNDLE_NAME
        manifest = _verified(folder, _public_keys(key), panel)
        with _progress("comparing", manifest.size_bytes) as advance:
            faults = signing.compare_files(folder, manifest, advance)
        for why, path in faults:
            err.print(
                f"[red]{int(why)} {escape(for_terminal(path))}: {REFUSALS[why].reason}; {REFUSALS[why].remedy}[/red]"
            )
        if faults:
            raise typer.Exit(1)
        out.print(f"good: {_describe(manifest)}")


@app.command()
def stick(
    folder: Folder,
    target: Stick,
    key: PublicKeys = None,
    plain_folder: Annotated[
        bool, typer.Option("--plain-folder", help="The target is an ordinary folder, no mounted stick.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask before removing what lies in the stick's panel folder.")
    ] = False,
) -> None:
    """Copy a signed folder onto a stick, read it back, and say when it may be pulled."""
    with plain_errors():
        _expect_folder(folder)
        manifest = _verified(folder, _public_keys(key), "")
        place = sticks.look_at(target)
        if place.bundle.resolve() == folder.resolve():
            raise OfficeError("the folder to copy and the stick's panel folder are the same")
        sticks.check_target(place, manifest, plain_folder=plain_folder)
        plan = sticks.plan_copy(place, manifest)
        if plan.remove and not yes:
            out.print(
                f"{len(plan.remove)} files in {escape(str(place.bundle))} do not belong to this bundle, the first: "
            )
            out.print(escape(for_terminal(plan.remove[0])))
            typer.confirm("Remove them from the stick?", abort=True)
        with _progress("writing and reading back", plan.size_bytes * 2) as advance:
            sticks.write_stick(folder, manifest, place, plan, advance)
        out.print(f"on the stick: {_describe(manifest)}")
        if place.file_system:
            out.print("Everything is written and was read back. Eject the stick (or `umount`), then pull it.")
            if sys.platform != "linux":
                out.print(
                    "This computer may have read it from its own memory: for a check of the stick itself plug it in again, "
                    "then panel-office verify."
                )


@app.command()
def receipt(
    context: typer.Context,
    target: Stick,
    full: Annotated[bool, typer.Option("--full", help="Also how each panel was at that moment.")] = False,
) -> None:
    """Show what the panels wrote on the stick: who took what, or why not; and take their records in."""
    with plain_errors():
        target = top_of(target)
        _expect_folder(target)
        bundle = target / BUNDLE_NAME if (target / BUNDLE_NAME).is_dir() else target
        receipts, strange = read_receipts(bundle)
        if not receipts:
            out.print("no receipts: no panel has had this stick, or the stick was locked when it had")
        for one in receipts:
            _print_receipt(one, full)
        for name in strange:
            err.print(f"[yellow]{escape(for_terminal(name))} is not a receipt[/yellow]")
        if list_batches(bundle):
            if not records_part_is_here():
                raise OfficeError(f"the stick has records of panels, too; {WITHOUT_RECORDS_PART}")
            from player.office.records.stick_commands import take_records

            take_records(context, bundle)


def _expect_folder(folder: Path) -> None:
    """What is not there at all is no unsigned folder and no stick without receipts."""
    if not folder.exists():
        raise OfficeError(f"{folder} is not there; look at how it is written, and whether the stick is mounted")
    if not folder.is_dir():
        raise OfficeError(f"{folder} is a file; name the folder in which it lies")


def _print_receipt(one: Receipt, full: bool) -> None:
    colour = {"adopted": "green", "unchanged": "green"}.get(one.result, "red")
    table = Table(show_header=False, box=None, pad_edge=False)
    result = 2  # panel and time come before it
    for number, (name, value) in enumerate(lines_of(one, full=full)):
        table.add_row(name, f"[{colour}]" * (number == result) + escape(for_terminal(value)))
    out.print(table)
    out.print()


def _check_content(folder: Path, panel: str, force: bool) -> None:
    """What a panel would say of the folder, said here where somebody can put it right."""
    name = panel if panel != EVERYWHERE else "office"
    settings = Settings(panel=PanelSection(name=name))
    with err.status("looking into every film and picture"):
        # Only signing vets: the other commands start sooner.
        from player.library.vetting.folder_check import check_folder

        problems = check_folder(folder, settings, datetime.now(UTC))
    # The manifest that lies there is the last signing's: of course it does not fit any more.
    problems = [problem for problem in problems if problem.where != MANIFEST_NAME]
    for problem in problems:
        err.print(f"[yellow]{escape(for_terminal(str(problem)))}[/yellow]", soft_wrap=True)
    if not force and any(not problem.remark for problem in problems):
        raise OfficeError("not signed; put that right, or sign with --force (panels skip what they cannot use)")


def _verified(folder: Path, keys: tuple[minisign.PublicKey, ...], panel: str) -> Manifest:
    """The manifest in `folder`, its signature checked when there are keys to check it with."""
    raw = read_regular(folder, MANIFEST_NAME, MANIFEST_LIMIT_BYTES)
    signature = read_regular(folder, SIGNATURE_NAME, minisign.SIGNATURE_LIMIT_BYTES)
    if raw is None or signature is None:
        raise OfficeError(f"{folder} is not signed; sign it with `panel-office sign {folder} --panel NAME`")
    if not keys:
        raise OfficeError(
            f"no public key to check the signature with: {_own_public_file()} is not there; "
            "give --key (the .pub file, or the line with RW...)"
        )
    # The dates are judged here and not by the refusals: a bundle for next week is copied and carried today.
    manifest = read_manifest(folder, Trust(panel=panel, signed=True, keys=keys), datetime.now(UTC), ClockTrust.BAD)
    assert manifest is not None  # with signed=True it refuses instead
    now = datetime.now(UTC)
    if manifest.not_after is not None and manifest.not_after <= now:
        raise OfficeError(
            f"valid only until {manifest.not_after:%Y-%m-%d %H:%M UTC}; sign it again with a later --until"
        )
    if manifest.not_before is not None and manifest.not_before > now:
        err.print(f"[yellow]panels will refuse it before {manifest.not_before:%Y-%m-%d %H:%M UTC}[/yellow]")
    return manifest


def _public_keys(given: list[str] | None) -> tuple[minisign.PublicKey, ...]:
    """The keys given as files or lines; none given: the office's own, which keygen puts beside the secret one."""
    own = _own_public_file()
    texts = given or ([str(own)] if own.exists() else [])
    return tuple(minisign.parse_public_key(_text_of_key(text)) for text in texts)


def _own_public_file() -> Path:
    return Path(os.environ.get("PANEL_OFFICE_KEY") or KEY_HOME).expanduser().with_suffix(".pub")


def _text_of_key(given: str) -> str:
    """Of a secret key's file, which is what `sign` was given, the public one beside it."""
    path = Path(given).expanduser()
    if path.is_file():
        text, beside = path.read_text(errors="replace"), path.with_suffix(".pub")
        is_secret = signing_keys.SECRET_KEY_COMMENT in text.partition("\n")[0]
        return beside.read_text(errors="replace") if is_secret and beside.is_file() else text
    if not given.startswith("RW") and ("/" in given or path.suffix):  # base64 knows the slash, too
        raise OfficeError(f"{given} is not there; give the .pub file, or the line with RW...")
    return given


def _new_password() -> str:
    if not sys.stdin.isatty():
        return _ask_password()
    return str(typer.prompt("Password for the key", hide_input=True, confirmation_prompt=True))


def _ask_password() -> str:
    """From the terminal, or the first line of standard input, as minisign does."""
    if not sys.stdin.isatty():
        line = sys.stdin.readline()
        if not line:
            raise OfficeError("the key has a password; type it, or pipe it in")
        return line.rstrip("\r\n")
    return str(typer.prompt("Password of the key", hide_input=True))


def _is_panel_name(name: str) -> bool:
    return PANEL_NAME.fullmatch(name) is not None


def _describe(manifest: Manifest) -> str:
    panels = "all panels" if EVERYWHERE in manifest.panels else ", ".join(manifest.panels)
    end = f", until {_end_of(manifest.not_after.astimezone())}" if manifest.not_after else ""
    begin = f", from {manifest.not_before.astimezone():%Y-%m-%d %H:%M}" if manifest.not_before else ""
    size = f"{len(manifest.files)} files, {manifest.size_bytes / 1e6:.1f} MB"
    return escape(f"serial {manifest.serial} for {panels}: {size}{begin}{end}, key {manifest.key}")


def _end_of(moment: datetime) -> str:
    """A midnight is the end of the day that was asked for."""
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return f"{moment - timedelta(days=1):%Y-%m-%d} (the whole day)"
    return f"{moment:%Y-%m-%d %H:%M}"


@contextmanager
def _progress(what: str, total_bytes: int) -> Iterator[Callable[[int], None]]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True) as shown:
        task = shown.add_task(what, total=max(total_bytes, 1))
        yield lambda done: shown.advance(task, done)
