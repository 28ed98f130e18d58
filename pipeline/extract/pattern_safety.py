"""Whether a regular expression of a site's own may take for ever on some text: matching cannot be stopped half-way."""

import re

_SINGLE = re.compile(r"\\.|\[(?:\\.|[^]\\])(?:\\.|[^]\\])*]", re.DOTALL)
"""An escaped character or a class of characters."""
_GROUP = re.compile(r"\(([^()]*)\)")
_REPEAT = re.compile(r"[*+]|\{\d*,\d*\}")


def may_run_on(pattern: str) -> bool:
    """Tell whether a repeated group holds a repetition or a choice, as in `(a+)+` and `(a|aa)*`.

    There are harmless patterns of that kind; each can be written without.
    """
    rest = _SINGLE.sub("x", pattern)
    while (group := _GROUP.search(rest)) is not None:
        is_open = _REPEAT.search(group[1]) is not None or "|" in group[1]
        if is_open and _REPEAT.match(rest, group.end()):
            return True
        rest = f"{rest[: group.start()]}{'x+' if is_open else 'x'}{rest[group.end() :]}"
    return False
