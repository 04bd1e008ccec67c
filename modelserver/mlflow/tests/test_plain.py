"""Results and options that need no server."""

import datetime
import unittest

import numpy as np
import pandas as pd

from modelway_mlflow.options import duration, parse
from modelway_mlflow.predictions import plain


class TestPlain(unittest.TestCase):
    """Results of models as JSON."""

    def test_results(self):
        """Arrays, tables and values of libraries become those of JSON."""
        day = datetime.date(2026, 11, 29)
        for result, want in (
            (np.array([[1, 2]], dtype="float32"), [[1.0, 2.0]]),
            (np.float64(0.5), 0.5),
            (pd.Series([1, 2]), [1, 2]),
            (pd.DataFrame({"a": [1, 2], "b": ["x", None]}), [{"a": 1, "b": "x"}, {"a": 2, "b": None}]),
            (pd.DataFrame([[1.5], [2.5]]), [1.5, 2.5]),
            ({"y": np.array([1])}, {"y": [1]}),
            ([np.nan, float("inf"), pd.NaT, pd.NA, None], [None] * 5),
            ((b"ab", day, True), ["YWI=", "2026-11-29", True]),
        ):
            self.assertEqual(want, plain(result))


class TestOptions(unittest.TestCase):
    """Flags of KServe's runtimes, and variables of the platform."""

    def test_parse(self):
        """A flag wins over its variable, and the last of two flags: so a canary answers under the model's name."""
        got = parse(["--model_name=churn-canary", "--model_dir=/mnt/models", "--http_port=8080", "--model_name=churn"],
                    {"MODEL_NAME": "x", "MODEL_VERSION": "3f0c", "MODEL_LINEAGE": "name=churn", "KEEP_ALIVE": "1m", "SHUTDOWN_DELAY": "500ms"})
        self.assertEqual(("churn", "/mnt/models", 8080, "3f0c", "name=churn", 60.0, 0.5), (
            got.model_name, got.model_dir, got.port, got.model_version, got.model_lineage, got.keep_alive, got.shutdown_delay))
        self.assertEqual(9000, parse([], {"PORT": "9000"}).port)

    def test_faults(self):
        """All of them at once, each with what is allowed."""
        with self.assertRaises(ValueError) as caught:
            parse(["--http_port=70000", "--model_name=a b"], {"KEEP_ALIVE": "75", "MODEL_VERSION": "a b", "MODEL_LINEAGE": "name=a b"})
        for part in ("--http_port: '70000' is not allowed; allowed: a whole number from 0 to 65535",
                     "--model_name: 'a b' is not a model's name",
                     "KEEP_ALIVE: '75' is not a time; allowed: a number with a unit", "MODEL_VERSION: 'a b' does not fit into a header",
                     "MODEL_LINEAGE: 'name=a b' does not fit into a header"):
            self.assertIn(part, str(caught.exception))
        with self.assertRaisesRegex(ValueError, "unrecognized arguments: --workers=2"):
            parse(["--workers=2"], {})
        self.assertEqual(0.25, duration("250ms"))
