"""What becomes of errors at an entry of the program: a sentence, its remedy, an exit code. The other broad `except`."""

import traceback
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from config.errors import SohoaError
from config.i18n import gettext as _
from scripts.invocation import told
from scripts.stopping import INTERRUPTED, stopped_sentence


def guarded(work: Callable[[], int], *, is_verbose: bool = False) -> int:
    """Do what an entry is for and give its exit code; errors are told on standard error with their remedy."""
    try:
        code = work()
    except SohoaError as err:
        return tell(err, told(), is_verbose=is_verbose)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception as err:  # noqa: BLE001 - a fault of ours ends in a sentence, an exit code and a remedy
        return tell(_fault(err), told(), is_verbose=is_verbose, origin=err)
    if code == INTERRUPTED:
        told().print(stopped_sentence())
    return code


def tell(err: SohoaError, console: Console, *, is_verbose: bool = False, origin: Exception | None = None) -> int:
    """Tell an error and its remedy; give its exit code. Where it came from is told only when asked for."""
    if is_verbose:
        trace = traceback.format_exception(origin or err)
        console.print("".join(trace), markup=False, soft_wrap=True)
    for style, heading, text in (("bold red", _("Error"), str(err)), ("bold", _("What to do"), err.remedy_text())):
        console.print(f"[{style}]{heading}:[/] ", end="")
        console.print(text, markup=False)
    return int(err.exit_code)


def _fault(err: Exception) -> SohoaError:
    """Name a fault of ours by kind and place; its own message may hold what is read on a page, so it is left out."""
    frames = traceback.extract_tb(err.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return SohoaError(cause=f"{type(err).__name__}{place}")
