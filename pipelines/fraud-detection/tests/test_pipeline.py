"""The pipeline as Kubeflow Pipelines takes it, and what its steps run with."""

import os
import re
import tempfile
import unittest
import unittest.mock

from fraud_detection import __main__ as program
from fraud_detection.registry import SERVED

SERVING = os.path.join(program.ROOT, "..", "..", "modelserver", "mlflow", "requirements.lock")


def read(*path: str) -> str:
    """Returns a file's text."""
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def pins(lock: str, package: str) -> list[str]:
    """Returns the lines of a lock file that name a package's versions."""
    return re.findall(rf"^{re.escape(package)}==[^\\\n]*", lock, re.MULTILINE)


class TestPipeline(unittest.TestCase):
    """What is committed beside the code."""

    def test_compiled_pipeline_is_current(self):
        """pipeline.yaml is what the code says."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "pipeline.yaml")
            program.write(path)
            self.assertEqual(read(path), read(program.COMPILED), "run: python -m fraud_detection compile")

    def test_image_says_what_it_was_built_of(self):
        """In the image there is no Git; what it was built with says the commit."""
        with unittest.mock.patch.dict(os.environ, TRAINING_COMMIT="ab" * 20):
            self.assertEqual(program.commit(), "ab" * 20)
        with unittest.mock.patch.dict(os.environ, TRAINING_COMMIT="", PATH=""):
            self.assertEqual(program.commit(), "unknown")

    def test_serving_image_has_the_same_versions(self):
        """A model runs where it is served on the very libraries that it was tried on."""
        own, serving = read(program.ROOT, "requirements.lock"), read(SERVING)
        for package in ["mlflow-skinny", *SERVED]:
            with self.subTest(package):
                self.assertTrue(pins(own, package))
                self.assertEqual(pins(serving, package), pins(own, package), "make the lock file again, as README.md says")
