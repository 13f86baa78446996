"""`app` for a WSGI server, and what `flask` commands find."""

from matchmaker import create_app

app = create_app()
