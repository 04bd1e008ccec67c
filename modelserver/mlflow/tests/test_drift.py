"""What is asked and answered is counted by the bins of the training data, and nothing of a model without statistics."""

import json
import os
import re
import tempfile
import unittest

import mlflow.sklearn
import numpy as np
import pandas as pd
from mlflow.models import infer_signature
from prometheus_client import REGISTRY
from sklearn.linear_model import LinearRegression

from modelway_mlflow import drift
from tests.test_server import ROOT, Server

COLUMN = {"edges": [0.0, 10.0], "shares": [0.5, 0.25, 0.25], "missing": 0.0}
STATISTICS = {"inputs": {"a": COLUMN, "b": {"edges": [], "shares": [0.9], "missing": 0.1}}, "predictions": {"prediction": COLUMN}}


def saved(folder: str, statistics) -> str:
    """Writes the file of statistics into a model's folder, and returns the folder."""
    os.makedirs(os.path.join(folder, "extra_files"), exist_ok=True)
    with open(os.path.join(folder, drift.STATISTICS), "w", encoding="utf-8") as file:
        file.write(statistics if isinstance(statistics, str) else json.dumps(statistics))
    return folder


class TestWatch(unittest.TestCase):
    """Counting, without a server."""

    def watch(self, statistics) -> drift.Watch:
        """Returns what counts, under a model's name of the test's own."""
        with tempfile.TemporaryDirectory() as folder:
            return drift.Watch(saved(folder, statistics), self.id(), "7")

    def counted(self, metric: str, **labels: str) -> dict[str, float]:
        """Returns the bins of a column that have values."""
        return {s.labels["bin"]: s.value for m in REGISTRY.collect() for s in m.samples
                if s.name == metric and s.value and labels.items() <= s.labels.items() and s.labels["model"] == self.id()}

    def test_every_form_of_instances(self):
        """A table, arrays by name, one instance, missing values and a column that a request leaves out."""
        watch = self.watch(STATISTICS)
        table = pd.DataFrame({"a": [-1.0, 0.0, 9.9, 10.0, np.nan, np.inf], "b": [1, 2, 3, 4, 5, 6], "c": list("abcdef")})
        watch.count(table, np.array([0.5]))
        self.assertEqual({"0": 1, "1": 2, "2": 2, "missing": 1}, self.counted("model_input_values_total", feature="a"))
        self.assertEqual({"0": 6}, self.counted("model_input_values_total", feature="b"))
        self.assertEqual({"1": 1}, self.counted("model_prediction_values_total", output="prediction"))
        watch.count({"a": np.array([-1.0, -2.0]), "b": np.array([[1.0], [2.0]])}, pd.Series([-1.0, 20.0]))
        watch.count(pd.DataFrame({"a": pd.array([None], dtype="Int64")}), pd.DataFrame({0: [20.0]}))
        self.assertEqual({"0": 3, "1": 2, "2": 2, "missing": 2}, self.counted("model_input_values_total", feature="a"))
        self.assertEqual({"0": 8, "missing": 1}, self.counted("model_input_values_total", feature="b"))
        self.assertEqual({"0": 1, "1": 1, "2": 2}, self.counted("model_prediction_values_total", output="prediction"))

    def test_columns_without_names(self):
        """Arrays of several columns have their numbers for names."""
        watch = self.watch({"inputs": {"1": COLUMN}, "predictions": {"0": COLUMN}})
        watch.count(np.array([[5.0, -1.0], [5.0, 20.0]]), np.array([[5.0], [20.0]]))
        self.assertEqual({"0": 1, "2": 1}, self.counted("model_input_values_total", feature="1"))
        self.assertEqual({"1": 1, "2": 1}, self.counted("model_prediction_values_total", output="0"))

    def test_a_count_that_fails_stops_no_answer(self):
        """What cannot be counted is told once, and nothing is raised."""
        watch = self.watch(STATISTICS)
        with self.assertLogs("modelway", "WARNING") as logged:
            watch.count(pd.DataFrame({"a": ["x"], "b": [1]}), np.array([1.0]))
            watch.count(pd.DataFrame({"a": ["x"], "b": [1]}), np.array([1.0]))
        self.assertEqual(1, len(logged.records))

    def test_cardinality_is_bounded(self):
        """Columns above the bound are named and not counted, and a client's names make no series."""
        with self.assertLogs("modelway", "WARNING") as logged:
            watch = self.watch({"inputs": {f"c{i}": COLUMN for i in range(drift.MAX_COLUMNS + 5)}, "predictions": {}})
        self.assertIn("statistics have 25 columns; 20 are counted, without c20 and what follows", logged.output[0])
        watch.count(pd.DataFrame({f"c{i}": [1.0] for i in range(100)}), np.array([1.0]))
        series = [s for m in REGISTRY.collect() for s in m.samples if s.labels.get("model") == self.id()]
        self.assertEqual(2 * drift.MAX_COLUMNS * 4, len(series))

    def test_damaged_statistics(self):
        """Each fault is told with the file, and a folder without the file has no columns."""
        for column, text in (
            (COLUMN | {"edges": [10.0, 0.0]}, "the edges of a are [10.0, 0.0]; allowed: finite numbers"),
            (COLUMN | {"edges": [1.0]}, "a has 1 edges and 3 shares; allowed: a share more than edges, at most 20"),
            (COLUMN | {"missing": 0.5}, "add up to 1.5000; allowed: 0 to 1 each"),
            (COLUMN | {"shares": [1.5, -0.25, -0.25]}, "allowed: 0 to 1 each"),
            ({"edges": list(range(20)), "shares": [1 / 21] * 21, "missing": 0}, "at most 20"),
            ({"edges": []}, "KeyError('shares')"), (7, "TypeError"),
        ):
            with self.subTest(text), self.assertRaises(ValueError) as caught:
                self.watch({"inputs": {"a": column}, "predictions": {}})
            self.assertIn(text, str(caught.exception))
            self.assertTrue(str(caught.exception).startswith(drift.STATISTICS))
            self.assertIn("fix: train again", str(caught.exception))
        for text in ("{", "[]", "{}", '{"inputs": [], "predictions": {}}'):
            with self.subTest(text), self.assertRaisesRegex(ValueError, "fix: train again"):
                self.watch(text)
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(([], []), drift.read(folder))


class TestServed(unittest.TestCase):
    """The program, with a model that has statistics."""

    @classmethod
    def setUpClass(cls):
        """Saves a model that adds 1."""
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        features = pd.DataFrame({"a": [0.0, 1.0, 2.0], "b": [0.0, 0.0, 0.0]})
        cls.model = os.path.join(cls.folder.name, "model")
        mlflow.sklearn.save_model(LinearRegression().fit(features, features.a + 1), cls.model,
                                  signature=infer_signature(features, np.array([1.0])))

    def test_metrics(self):
        """Answered instances are counted, refused ones are not; names and labels are those of the platform's documents."""
        saved(self.model, STATISTICS)
        server = Server(self.model)
        self.assertEqual(200, server.predict({"instances": [[-5.0, 1.0], [100.0, 1.0]]})[0])
        self.assertEqual(400, server.predict({"instances": [[-5.0, "x"]]})[0])
        text = server.ask("GET", "/metrics")[2]
        self.assertEqual(0, server.end(), server.log)
        for line in ('model_input_values_total{bin="0",feature="a",model="churn",version="v7"} 1.0',
                     'model_input_values_total{bin="1",feature="a",model="churn",version="v7"} 0.0',
                     'model_input_values_total{bin="2",feature="a",model="churn",version="v7"} 1.0',
                     'model_input_values_total{bin="missing",feature="b",model="churn",version="v7"} 0.0',
                     'model_input_training_ratio{bin="1",feature="a",model="churn",version="v7"} 0.25',
                     'model_input_training_ratio{bin="missing",feature="b",model="churn",version="v7"} 0.1',
                     'model_prediction_values_total{bin="2",model="churn",output="prediction",version="v7"} 1.0',
                     'model_prediction_training_ratio{bin="0",model="churn",output="prediction",version="v7"} 0.5'):
            self.assertIn(line + "\n", text)
        with open(os.path.join(ROOT, "..", "..", "docs", "monitoring.md"), encoding="utf-8") as file:
            rows = re.findall(r"^\| `(model_(?:input|prediction)_\w+)` \| (\w+) \| [^|]* \| ([^|]*) \|", file.read(), re.MULTILINE)
        self.assertEqual(4, len(rows))
        for name, kind, labels in rows:
            self.assertIn(f"# TYPE {name} {kind}\n", text)
            self.assertEqual(sorted(labels.split(", ")), re.findall(r"(\w+)=", re.search(rf"^{name}{{(.*)}} ", text, re.MULTILINE)[1]))

    def test_without_statistics(self):
        """A model without the file has no series of it, and one whose file is damaged does not start."""
        path = os.path.join(self.model, drift.STATISTICS)
        if os.path.exists(path):
            os.remove(path)
        server = Server(self.model)
        self.assertEqual(200, server.predict({"instances": [[1.0, 1.0]]})[0])
        self.assertNotIn("model_input_values_total{", server.ask("GET", "/metrics")[2])
        server.end()
        server = Server(saved(self.model, "{"))
        self.assertEqual(1, server.wait())
        self.assertIn("ValueError: extra_files/statistics.json: ", server.log)
