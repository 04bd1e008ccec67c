"""Bins say where values are, and of nothing else."""

import unittest

import numpy as np

from fraud_detection.statistics import describe


class TestStatistics(unittest.TestCase):
    """Columns of many kinds."""

    def test_shares_are_those_of_the_bins(self):
        """Whatever the values, the parts of bins and of what is missing are 1 together, and are what the edges say."""
        random = np.random.default_rng(3)
        for name, values in {
            "many": random.lognormal(size=5000), "one": np.full(100, 7.0), "two": random.integers(0, 2, 500).astype(float),
            "often zero": np.where(random.random(1000) < 0.45, 0.0, random.random(1000)),
            "whole": random.integers(-3, 40, 999).astype(float),
            "some missing": np.where(random.random(1000) < 0.1, np.nan, random.random(1000)),
            "all missing": np.full(10, np.nan), "none": np.array([]),
        }.items():
            with self.subTest(name):
                said = describe(values)
                edges = np.array([-np.inf, *said["edges"], np.inf])
                self.assertTrue((np.diff(edges) > 0).all())
                self.assertEqual(len(said["edges"]) + 1, len(said["shares"]))
                self.assertLessEqual(len(said["shares"]), 10)
                self.assertAlmostEqual(1, sum(said["shares"]) + said["missing"])
                for share, low, high in zip(said["shares"], edges, edges[1:]):
                    self.assertAlmostEqual(share, np.mean((values >= low) & (values < high)) if len(values) else 0)
                if len(values) and not np.isnan(values).all():
                    self.assertTrue(all(said["shares"]), "no bin is empty from the start")

    def test_few_values_have_a_bin_each(self):
        """A flag has two bins, a constant one."""
        self.assertEqual({"edges": [1.0], "shares": [0.75, 0.25], "missing": 0.0}, describe(np.array([0.0, 1.0, 0.0, 0.0])))
        self.assertEqual({"edges": [], "shares": [1.0], "missing": 0.0}, describe(np.full(9, 4.0)))
