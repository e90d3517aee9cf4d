"""Accounts, passwords, codes, the two logs and the second yes: the parts below the pages."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError

from player.office.signing import OfficeError
from player.office.web.faults import PageFault
from player.office.web.people.database import FILE_NAME, PeopleDatabase
from player.office.web.people.passwords import Passwords, check_new_password
from player.office.web.people.people import People, people_of
from player.office.web.people.roles import Role
from player.office.web.people.second_factor import (
    address_of,
    code_of,
    counter_of,
    new_recovery_codes,
    new_secret,
    recovery_hash,
)
from player.office.web.people.throttle import LIMITS, Limit, network_of, wait_s

BEGIN = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""RFC 6238, appendix B: "12345678901234567890"."""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def office(data: Path) -> Iterator[People]:
    with PeopleDatabase(data / FILE_NAME) as database:
        made = people_of(database, lambda: BEGIN, "en")
        for name, role in (("ada", Role.ADMIN), ("vera", Role.VIEWER)):
            made.accounts.add(name, name.title(), role, "a hash")
        yield made


def test_nobody_else_on_this_computer_reads_the_data(office: People, data: Path) -> None:
    """The folder and every file in it are closed to others; a folder that was open is closed."""
    office.audit.note("ada", "did something", "x", "done")
    assert stat.S_IMODE(data.stat().st_mode) & 0o007 == 0
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in data.iterdir()} == {
        path.name: 0o600 for path in data.iterdir()
    }


def test_a_folder_that_was_open_to_others_is_closed(data: Path) -> None:
    """Made by hand before the first start."""
    data.mkdir(mode=0o755)
    with PeopleDatabase(data / FILE_NAME):
        assert stat.S_IMODE(data.stat().st_mode) == 0o750


def test_a_database_of_a_newer_version_is_left_alone(data: Path) -> None:
    """It is refused in a sentence, and not changed."""
    with PeopleDatabase(data / FILE_NAME) as database:
        database.write("PRAGMA user_version = 99")
    with pytest.raises(OfficeError, match="newer panel-office"):
        PeopleDatabase(data / FILE_NAME).__enter__()


@pytest.mark.parametrize("name", ["", "a", "Ada Lovelace", "ada/../x", "-ada", "a" * 33, "ädä", "ada\n", "<script>"])
def test_what_cannot_be_an_accounts_name_is_refused(name: str, office: People) -> None:
    """Names stand in addresses, logs and commands."""
    if name.strip() == "ada":
        with pytest.raises(PageFault, match="already"):
            office.accounts.add(name, "", Role.VIEWER, "a hash")
        return
    with pytest.raises(PageFault, match="An account's name has"):
        office.accounts.add(name, "Somebody", Role.VIEWER, "a hash")


@pytest.mark.parametrize("name", ["\u202eadA", "a\u200bb", "x" * 61, "a\x00b"])
def test_a_shown_name_can_be_seen(name: str, office: People) -> None:
    """No signs that turn the writing around or hide in it: it stands in the panels' logs."""
    with pytest.raises(PageFault):
        office.accounts.set_shown_name("ada", name)


def test_the_last_admin_stays(office: People) -> None:
    """Neither closed nor given another role, until there is a second."""
    with pytest.raises(PageFault, match="last admin"):
        office.accounts.disable("ada")
    with pytest.raises(PageFault, match="last admin"):
        office.accounts.set_role("ada", Role.VIEWER)
    office.accounts.set_role("vera", Role.ADMIN)
    office.accounts.disable("ada")
    with pytest.raises(PageFault, match="last admin"):
        office.accounts.disable("vera")


def test_a_guess_costs_as_much_for_an_account_that_is_not_there() -> None:
    """A hash is argon2id at OWASP's smallest cost; that of nobody costs the same to compare with, and no password is right."""
    passwords = Passwords()
    kept = passwords.hash("tujuh panel")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.is_right("tujuh panel", kept)
    assert extract_parameters(passwords.of_nobody) == extract_parameters(kept)
    with pytest.raises(VerifyMismatchError):  # all of it is computed before it is compared
        PasswordHasher().verify(passwords.of_nobody, "tujuh panel")
    assert not passwords.is_right("tujuh panel", "")


@pytest.mark.parametrize(
    ("password", "good"),
    [("short", False), ("a" * 30, False), ("vera vera vera", False), ("abcabcabcabc", False), ("x" * 201, False),
     ("tujuh panel di alun-alun", True), ("correct horse battery", True), ("пароль из слов", True)],
)  # fmt: skip
def test_a_password_is_long_and_not_the_name(password: str, good: bool) -> None:
    """A length, and nothing about kinds of characters."""
    if good:
        check_new_password(password, "vera", "Vera")
    else:
        with pytest.raises(PageFault):
            check_new_password(password, "vera", "Vera")


@pytest.mark.parametrize(
    ("unix_s", "code"), [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"),
                         (2000000000, "279037"), (20000000000, "353130")],
)  # fmt: skip
def test_codes_are_those_of_the_standard(unix_s: int, code: str) -> None:
    """RFC 6238, appendix B, with six digits of its eight."""
    assert code_of(RFC_SECRET, unix_s // 30) == code


def test_a_code_is_good_for_a_step_before_and_after() -> None:
    """Clocks of telephones differ; two steps away it is not."""
    now = 1_234_567_890
    here = now // 30
    assert [counter_of(RFC_SECRET, code_of(RFC_SECRET, here + step), now) for step in (-2, -1, 0, 1, 2)] == [
        None, here - 1, here, here + 1, None,
    ]  # fmt: skip
    for typed in ("", "12345", "abcdef", "١٢٣٤٥٦", "0" * 60):
        assert counter_of(RFC_SECRET, typed, now) is None


def test_what_the_qr_code_says() -> None:
    """As authenticator apps read it."""
    secret = new_secret()
    assert address_of(secret, "vera", "Panel console") == (
        f"otpauth://totp/Panel%20console:vera?secret={secret}&issuer=Panel%20console&algorithm=SHA1&digits=6&period=30"
    )
    assert len(secret) == 32


def test_a_recovery_code_is_good_once(office: People) -> None:
    """However it is typed."""
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    office.accounts.set_second_factor("vera", new_secret(), 0, [recovery_hash(code) for code in codes])
    typed = codes[3].replace("-", " ").upper()
    assert office.accounts.use_recovery("vera", recovery_hash(typed))
    assert not office.accounts.use_recovery("vera", recovery_hash(typed))
    assert not office.accounts.use_recovery("ada", recovery_hash(codes[4]))
    assert office.accounts.recovery_left("vera") == 9


def test_how_long_one_waits() -> None:
    """Nothing up to the free ones; then doubled with each, up to the longest, and less as time passes."""
    limit, now = Limit(free=3, first_s=10, longest_s=60), BEGIN
    waits = [wait_s(limit, [now] * wrong, now) for wrong in range(8)]
    assert waits == [0, 0, 0, 10, 20, 40, 60, 60]
    assert wait_s(limit, [now - timedelta(seconds=8)] * 3, now) == 2
    assert wait_s(limit, [now - timedelta(hours=1)] * 100, now) == 0
    assert {name for name, each in LIMITS.items() if each.longest_s > 900} == set()


@pytest.mark.parametrize(
    ("address", "network"),
    [("203.0.113.9", "203.0.113.9"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("::ffff:203.0.113.9", "203.0.113.9"),
     ("", ""), ("unix", "unix")],
)  # fmt: skip
def test_one_line_is_one_address(address: str, network: str) -> None:
    """Of IPv6 a line has 2^64 addresses."""
    assert network_of(address) == network


def fill(office: People, count: int) -> None:
    for n in range(1, count + 1):
        office.audit.note("ada", "published", f"kota {n}", "done", before=f"a\nb\n{n}", after=f"a\nc\n{n}")


def test_the_log_is_whole_and_says_so(office: People) -> None:
    """Numbers without a gap, each tied to the one before; the head is what the last line says."""
    fill(office, 1200)
    state = office.audit.verify()
    assert (state.count, state.broken) == (1200, 0)
    assert office.audit.head() == (1200, state.chain)
    assert [line.n for line in office.audit.newest(3, below=1000)] == [999, 998, 997]
    found = office.audit.newest(5, words="kota 119")
    assert [line.n for line in found] == [1199, 1198, 1197, 1196, 1195]
    assert office.audit.newest(5, words="100%") == []


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit SET result = 'denied' WHERE n = 2", "DELETE FROM audit WHERE n = 3", "DELETE FROM audit"],
)
def test_no_statement_changes_the_log(statement: str, office: People, data: Path) -> None:
    """The database itself refuses, whoever asks."""
    fill(office, 3)
    with sqlite3.connect(data / FILE_NAME) as other, pytest.raises(sqlite3.IntegrityError, match="only added to"):
        other.execute(statement)
    assert office.audit.verify().count == 3


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit SET result = 'denied' WHERE n = 2", "UPDATE audit SET at_ms = at_ms - 1 WHERE n = 2",
     "UPDATE audit SET after = '' WHERE n = 2", "DELETE FROM audit WHERE n = 2",
     "INSERT INTO audit SELECT 9, at_ms, who, what, target, result, before, after, chain FROM audit WHERE n = 5"],
)  # fmt: skip
def test_who_goes_behind_the_database_is_seen(statement: str, office: People, data: Path) -> None:
    """Somebody who may write the file takes the guard away first: the chain names the first line that is not as it was."""
    fill(office, 5)
    with sqlite3.connect(data / FILE_NAME) as other:
        for guard in ("audit_stays", "audit_is_so"):
            other.execute(f"DROP TRIGGER {guard}")
        other.execute(statement)
    assert office.audit.verify().broken in (2, 6)


def test_a_long_file_is_kept_by_its_hash(office: People) -> None:
    """The log does not grow without end by one line."""
    line = office.audit.note("ada", "published", "x", "done", after="y" * 1_000_000)
    assert len(line.after) < 201_000
    assert "SHA-256" in line.after
    assert office.audit.verify().broken == 0


def test_a_second_person_says_yes(office: People) -> None:
    """Not the one who asked, not for something else, and only once."""
    asked = office.second_yes.ask("publish", "publish kota", "vera", path="/content/kota/yes/{id}", digest="abc")
    assert asked.path.endswith(asked.id)
    assert [each.id for each in office.second_yes.waiting()] == [asked.id]
    with pytest.raises(PageFault, match="another person"):
        office.second_yes.decide(asked.id, "vera", digest="abc")
    with pytest.raises(PageFault, match="has changed"):
        office.second_yes.decide(asked.id, "ada", digest="abd")
    done = office.second_yes.decide(asked.id, "ada", digest="abc")
    assert (done.decision, done.decided_by) == ("yes", "ada")
    assert office.second_yes.waiting() == []
    with pytest.raises(PageFault, match="already"):
        office.second_yes.decide(asked.id, "ada", digest="abc")


def test_who_asked_may_take_it_back(office: People) -> None:
    """A no needs no second person."""
    asked = office.second_yes.ask("urgent", "show BANJIR", "vera")
    assert office.second_yes.decide(asked.id, "vera", yes=False).decision == "no"


def test_what_nobody_answered_is_over(data: Path) -> None:
    """After a day nobody can say yes to it any more."""
    now = BEGIN
    with PeopleDatabase(data / FILE_NAME) as database:
        office = people_of(database, lambda: now, "en")
        asked = office.second_yes.ask("publish", "publish kota", "vera", digest="abc")
        now = BEGIN + timedelta(hours=24)
        assert office.second_yes.waiting() == []
        with pytest.raises(PageFault, match="already"):
            office.second_yes.decide(asked.id, "ada", digest="abc")
