"""Templates: compiled once, shown in each language."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from player.office.web.page import CompiledTemplates, Templates

NOON = datetime(2026, 11, 26, 5, tzinfo=UTC)


class CountedTemplates(CompiledTemplates):
    """Counts what was compiled."""

    compiled = 0

    def dump_bytecode(self, bucket):  # type: ignore[no-untyped-def]  # jinja2's
        self.compiled += 1
        super().dump_bytecode(bucket)


def test_what_is_compiled_once_speaks_every_language(tmp_path: Path) -> None:
    """Constants, too, which a compiler could do away with; another console compiles nothing anew, and sees a change."""
    (tmp_path / "a.html").write_text('{{ 600|span }} {{ t("Size") }}')
    compiled = CountedTemplates()
    for _ in range(2):
        templates = Templates(UTC, lambda: NOON, compiled, tmp_path)
        assert [templates.text(each, "a.html", {}) for each in ("en", "id", "en")] == [
            "10 min Size", "10 mnt Ukuran", "10 min Size",
        ]  # fmt: skip
    assert compiled.compiled == 1
    (tmp_path / "a.html").write_text("new")
    assert Templates(UTC, lambda: NOON, compiled, tmp_path).text("id", "a.html", {}) == "new"
