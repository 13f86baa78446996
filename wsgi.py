"""`app` for a WSGI server, and what `flask` commands find."""

import sys

from matchmaker import create_app
from matchmaker.settings import BadSetting

try:
    app = create_app()
except BadSetting as error:
    sys.exit(str(error))
