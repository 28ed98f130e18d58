"""A page image in, words with boxes and confidences out; searchable PDF/A from them.

The runtime of the small networks reports its use to its maker unless told not to when it is first imported; so that is
laid down here, before any module of the package. Nothing about a province's papers goes anywhere.
"""

import os

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
