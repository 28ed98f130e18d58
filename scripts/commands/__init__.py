"""One module for each verb of the `sohoa` command; each registers itself on the application."""
