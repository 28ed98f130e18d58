"""The `sohoa` command: chooses the language before anything is said, then hands over to the application."""

import sys

from scripts.language import chosen_language, speak
from scripts.loading import loaded_for_good


def main() -> None:
    """Run the command and exit with its documented code."""
    speak(chosen_language(sys.argv[1:]))
    with loaded_for_good():
        from scripts.application import run  # noqa: PLC0415 - help texts are translated while modules load

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
