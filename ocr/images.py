"""The image type that travels between the modules of this folder."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""Grey (height x width) or colour (height x width x 3, BGR); 255 is white."""


def image_of(pixels: NDArray[Any]) -> Image:
    """Give what OpenCV returned as an image; its type information does not say that bytes stay bytes."""
    return np.asarray(pixels, dtype=np.uint8)
