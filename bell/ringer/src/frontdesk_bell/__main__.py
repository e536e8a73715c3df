"""`python -m frontdesk_bell` is `frontdesk-bell`."""

import sys

from frontdesk_bell.cli import main

sys.exit(main())
