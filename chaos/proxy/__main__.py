"""`python -m chaos.proxy`: the embedded proxy alone."""

import sys

from chaos.proxy.main import main

sys.exit(main(sys.argv[1:]))
