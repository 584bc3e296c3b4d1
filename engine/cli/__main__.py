"""`python -m engine.cli …`, for processes that this program starts."""

import sys

from engine.cli.main import main

sys.exit(main())
