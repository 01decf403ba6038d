"""``python -m app``: the same as ``pleinair``."""

import sys

from pleinair.app.cli import main

sys.exit(main())
