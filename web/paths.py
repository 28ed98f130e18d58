"""Where one goes on to after signing in or changing the language: never out of this page."""

from urllib.parse import quote, urlsplit

HOME = "/"
MOST_CHARACTERS = 500


def safe_path(wanted: str | None) -> str:
    """Give a path of this page that was asked for, else the overview: a link from elsewhere may name another site."""
    if not wanted or len(wanted) > MOST_CHARACTERS or not wanted.isprintable() or "\\" in wanted:
        return HOME
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return HOME
    is_ours = not parts.scheme and not parts.netloc and wanted.startswith("/") and not wanted.startswith("//")
    return wanted if is_ours else HOME


def sign_in_path(wanted: str) -> str:
    """Give the path of signing in that leads on to a path."""
    path = safe_path(wanted)
    return "/sign-in" if path == HOME else f"/sign-in?next={quote(path, safe='')}"
