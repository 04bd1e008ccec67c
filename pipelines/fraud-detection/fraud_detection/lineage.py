"""The tags of a run, a logged model and a version, by which a served model is traced to what it was made of.

internal/lineage has the same keys, and a test of it compares them.
"""

import os
from typing import Optional

COMMIT = "modelway.dev/commit"
"""The Git commit of the code that trained, with -dirty where files of that folder differed from it."""

DATA = "modelway.dev/data-digest"
"""The digest of the data."""

PIPELINE = "modelway.dev/pipeline"
"""The folder below pipelines/ with the code."""


def commit_of_image() -> Optional[str]:
    """Returns what the image was built of, which TRAINING_COMMIT says in it, since it has no Git; None elsewhere."""
    return os.environ.get("TRAINING_COMMIT") or None
