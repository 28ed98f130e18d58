"""The page in a browser: what auditors read, drawn on the server."""
