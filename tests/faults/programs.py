"""Programs under the names of the real ones that hang, crash, eat memory, fail, or return rubbish."""

import shutil
import sys
from pathlib import Path

from tests.faults.scenario import Harm

DRAWING = ("pdftoppm", "gs")
TESSERACT = ("tesseract",)
_VERSIONS = ("--version", "-v")
_HARMS = {
    Harm.HANG: "time.sleep(3600)",
    Harm.CRASH: "os.kill(os.getpid(), signal.SIGSEGV)",
    Harm.MEMORY: "held = []\nwhile len(held) < 600:\n    held.append(bytearray(b'x' * 1_000_000))\nos.abort()",
    Harm.RUBBISH: (
        "sys.stdout.buffer.write(os.urandom(5000))\n"
        "for argument in sys.argv[1:]:\n"
        "    if argument.startswith('-sOutputFile='):\n"
        "        open(argument.partition('=')[2], 'wb').write(os.urandom(5000))"
    ),
    Harm.FAIL: "sys.stderr.write('broken\\n')\nsys.exit(3)",
}


def write_programs(folder: Path, names: tuple[str, ...], harm: Harm, share: float) -> Path:
    """Write programs that do harm in a share of their calls, and are the real ones in the others and when asked who.

    Which call is hit follows from its place in the file of calls beside them.
    """
    folder.mkdir()
    for name in names:
        real = shutil.which(name)
        path = folder / name
        path.write_text(
            f"#!{sys.executable}\n"
            "import os, signal, sys, time\n"
            f"calls = {str(folder / (name + '.calls'))!r}\n"
            f"is_asked = any(one in {_VERSIONS!r} for one in sys.argv[1:])\n"
            "with open(calls, 'a') as noted:\n"
            "    noted.write('' if is_asked else '.')\n"
            f"every = {max(1, round(1 / share))}\n"
            f"if is_asked or os.path.getsize(calls) % every:\n"
            f"    os.execv({real!r}, [{name!r}, *sys.argv[1:]])\n"
            f"{_HARMS[harm]}\n",
            "utf-8",
        )
        path.chmod(0o755)
    return folder
