"""Specimens: plainly fictional administrative papers, as they come from a scanner, with the truth beside them.

Every paper says MẪU and every name in it is invented. The same seed gives the same bytes.
The demonstration and the benchmark have other people, layouts and wordings, so that what is tuned on one
is measured on the other.
"""

from scripts.specimen.model import Colour, SpecimenDocument
from scripts.specimen.studio import render_specimens

__all__ = ["Colour", "SpecimenDocument", "render_specimens"]
