"""``python -m app``: the same as ``pleinair``."""

import sys

from app.cli import main

sys.exit(main())
