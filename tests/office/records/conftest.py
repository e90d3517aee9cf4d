"""What is collected only where it is asked for."""

from __future__ import annotations

import os

collect_ignore = [] if os.environ.get("PANEL_TESTS_LIBREOFFICE") == "1" else ["test_libreoffice.py"]
"""LibreOffice takes 500 MB of disk and ten seconds to open a file: too much for each run."""
