"""The data is the same for the same seed, and what it is said to be."""

import os
import tempfile
import unittest

import numpy as np

from fraud_detection import data


PINNED = "sha256:e82306d6e64f36fa5c99a21f81dd15971777d493536db2b2cde4df5cce42de93"


class TestData(unittest.TestCase):
    """Payments, made and written."""

    def digest(self, rows: int, seed: int) -> str:
        """Returns the digest of payments."""
        with tempfile.TemporaryDirectory() as folder:
            return data.write(data.make(rows, seed), os.path.join(folder, "payments.csv"))

    def test_same_seed_same_bytes(self):
        """A seed names the data, also of another run of the program: the digest is pinned."""
        self.assertEqual(self.digest(1000, 15), self.digest(1000, 15))
        self.assertNotEqual(self.digest(1000, 15), self.digest(1000, 16))
        self.assertNotEqual(self.digest(1000, 15), self.digest(1001, 15))
        self.assertEqual(PINNED, self.digest(1000, 15))

    def test_reads_what_it_wrote(self):
        """No type and no digit is lost on the way from one step to the next."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "payments.csv")
            made = data.make(2000, 7)
            data.write(made, path)
            self.assertTrue(data.read(path).equals(made))

    def test_labels_follow_the_probability(self):
        """Of payments of like probability, about that part is fraudulent."""
        made = data.make(100_000, 3)
        probability = data.probability(made)
        for low in np.arange(0, 1, 0.1):
            inside = (probability >= low) & (probability < low + 0.1)
            self.assertAlmostEqual(made[data.LABEL][inside].mean(), probability[inside].mean(), delta=0.05)

    def test_split_shares_nothing(self):
        """The parts are the whole, and none has what another has."""
        made = data.make(1234, 1)
        parts = data.split(made)
        self.assertEqual(list(made.index), [i for part in parts for i in part.index])
        self.assertEqual([740, 247, 247], [len(part) for part in parts])

    def test_too_few_rows(self):
        """What is wrong, allowed and to do stands in the message."""
        with self.assertRaisesRegex(ValueError, "rows is 999; allowed: 1000 or more; fix: --rows 40000"):
            data.make(999, 1)
