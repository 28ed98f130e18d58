"""PAdES levels (ETSI EN 319 142-1): how long and against what a signature can be proven."""

from enum import StrEnum


class Level(StrEnum):
    """A level holds all that those before it hold."""

    B_B = "B-B"
    """The signature alone."""
    B_T = "B-T"
    """And a timestamp that proves when it stood."""
    B_LT = "B-LT"
    """And certificates and revocation data, so that no authority need be asked later."""
    B_LTA = "B-LTA"
    """And an archive timestamp over all of it, to be followed by another before its certificate runs out."""

    def has(self, other: "Level") -> bool:
        """Say whether this level holds what another holds."""
        order = list(Level)
        return order.index(self) >= order.index(other)
