"""`python -m ecluse` is `ecluse`."""

import sys

from ecluse.cli import main

sys.exit(main())
