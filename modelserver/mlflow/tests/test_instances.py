"""Bodies become what the signature of a model asks for, or are refused with what was expected."""

import unittest

import numpy as np
import pandas as pd
from kserve.errors import InvalidInput
from mlflow.types import ColSpec, DataType, Schema, TensorSpec

from modelway_mlflow.instances import instances_of, to_input

TABLE = Schema([ColSpec(DataType.double, "a"), ColSpec(DataType.long, "b"), ColSpec(DataType.string, "c", required=False)])
ONE = Schema([ColSpec(DataType.float, "a")])
TENSOR = Schema([TensorSpec(np.dtype("float32"), (-1, 2))])
BYTES = Schema([TensorSpec(np.dtype("uint8"), (-1, 2))])
LONGS = Schema([TensorSpec(np.dtype("int64"), (-1, 2))])
FLAGS = Schema([TensorSpec(np.dtype("bool"), (-1, 2))])
TEXTS = Schema([TensorSpec(np.dtype("str"), (-1, 2))])
OPTIONAL = Schema([ColSpec(DataType.double, "a"), ColSpec(DataType.boolean, "b", required=False), ColSpec(DataType.long, "c", required=False),
                   ColSpec(DataType.binary, "d", required=False)])
NAMED = Schema([TensorSpec(np.dtype("float32"), (-1, 2), "x"), TensorSpec(np.dtype("int64"), (-1,), "n")])


class TestInstances(unittest.TestCase):
    """Each body as a client sends it."""

    def test_table(self):
        """Rows as lists and as objects, in the types of the signature; keys that it does not name are left out."""
        want = pd.DataFrame({"a": [1.0, 2.5], "b": [3, 4], "c": ["x", None]})
        for rows in ([[1, 3, "x"], [2.5, 4.0, None]], [{"c": "x", "b": 3, "a": 1, "more": 1}, {"a": 2.5, "b": 4}]):
            pd.testing.assert_frame_equal(want, to_input("instances", rows, TABLE), check_dtype=False)
        got = to_input("instances", [1, 3, "x"], TABLE)
        self.assertEqual((1, ["float64", "int64"]), (len(got), [str(t) for t in got.dtypes][:2]), "one instance without its own brackets")
        self.assertEqual(["float32"], [str(t) for t in to_input("instances", [1, 2, None], ONE).dtypes])
        self.assertEqual(3, len(to_input("instances", [1, 2, None], ONE)), "many instances of one value")

    def test_optional_columns(self):
        """A column that no instance has, and whose type has no missing value, is none of the table; as MLflow takes it."""
        got = to_input("instances", [{"a": 1}, {"a": 2}], OPTIONAL)
        self.assertEqual((["a"], 2), (list(got.columns), len(got)))
        got = to_input("instances", [{"a": 1, "b": True}, {"a": 2, "b": False}], OPTIONAL)
        self.assertEqual(["a", "b"], list(got.columns))

    def test_tensors(self):
        """Lists as one array, objects as named ones, in the types of the signature."""
        self.assertEqual(("float32", (2, 2)), _shape(to_input("instances", [[1, 2], [3, 4]], TENSOR)))
        self.assertEqual(("float32", (1, 2)), _shape(to_input("instances", [1, 2], TENSOR)))
        got = to_input("inputs", [{"x": [1, 2], "n": 1}, {"x": [3, 4], "n": 2.0}], NAMED)
        self.assertEqual({"x": ("float32", (2, 2)), "n": ("int64", (2,))}, {name: _shape(array) for name, array in got.items()})

    def test_limits_of_tensors(self):
        """The ends of a type's range fit, and so do flags and texts."""
        self.assertEqual([[0, 255]], to_input("instances", [[0, 255]], BYTES).tolist())
        self.assertEqual([[-2**63, 2**63 - 1]], to_input("instances", [[-2**63, 2**63 - 1]], LONGS).tolist())
        self.assertEqual([[True, False]], to_input("instances", [[True, False]], FLAGS).tolist())
        self.assertEqual([["", "long text"]], to_input("instances", [["", "long text"]], TEXTS).tolist())

    def test_without_signature(self):
        """What a client sends goes on as it is."""
        self.assertEqual((2, 3), to_input("instances", [[1, 2, 3], [4, 5, 6]], None).shape)
        self.assertEqual((1, 3), to_input("instances", [1, 2, 3], None).shape)
        self.assertEqual(["good", "bad"], to_input("instances", ["good", "bad"], None))
        self.assertEqual(["a"], list(to_input("instances", [{"a": 1}], None).columns))

    def test_refused(self):
        """Every fault says where it is and what was expected."""
        for rows, schema, text in (
            ([[1, 2]], TABLE, "instances[0] has 2 values: expected 3 values (a, b, c)"),
            ([[1, 2, "x"], 3], TABLE, "instances[1] is a number: expected a list or an object with a, b, c"),
            ([["1", 2, "x"]], TABLE, "instances[0] has a string for 'a': expected a number"),
            ([[1, 2.5, "x"]], TABLE, "instances[0] has 2.5 for 'b': expected a whole number"),
            ([[1, 2**63, "x"]], TABLE, f"instances[0] has {2**63} for 'b': expected a whole number from {-2**63} to {2**63 - 1}"),
            ([[1, 1e19, "x"]], TABLE, f"instances[0] has 1e+19 for 'b': expected a whole number from {-2**63} to {2**63 - 1}"),
            ([1e300], ONE, "instances[0] has 1e+300 for 'a': expected a number that float32 holds"),
            ([[1, None, "x"]], TABLE, "instances[0] has null for 'b': expected a long"),
            ([[True, 2, "x"]], TABLE, "instances[0] has a boolean for 'a': expected a number"),
            ([[1, 2, 3]], TABLE, "instances[0] has a number for 'c': expected a string"),
            ([{"a": 1}], TABLE, "instances[0] has no 'b': expected a, b, c"),
            ([[1, 2], [3]], TENSOR, "the lists in instances differ in length: expected equal ones"),
            ([[1, "x"]], TENSOR, "instances has values that are not numbers: expected numbers alone (float32)"),
            ([[300, 1]], BYTES, "instances has 300: expected whole numbers from 0 to 255 (uint8)"),
            ([[1, -1]], BYTES, "instances has -1: expected whole numbers from 0 to 255 (uint8)"),
            ([[2**63, 1]], LONGS, f"instances has {2**63}: expected whole numbers from {-2**63} to {2**63 - 1} (int64)"),
            ([[1e300, 1]], TENSOR, "instances has 1e+300: expected numbers that float32 holds"),
            ([["false", "true"]], FLAGS, "instances has values that are not true or false: expected these alone (bool)"),
            ([[1, True]], FLAGS, "instances has values that are not true or false: expected these alone (bool)"),
            ([["a", 1]], TEXTS, "instances has values that are not strings: expected strings alone (str)"),
            ([["a", None]], TEXTS, "instances has values that are not strings: expected strings alone (str)"),
            ([{"a": 1, "b": True}, {"a": 1}], OPTIONAL, "instances[1] has null for 'b': expected a boolean"),
            ([{"a": 1, "b": None}], OPTIONAL, "instances[0] has null for 'b': expected a boolean"),
            ([{"x": [1, 2]}], NAMED, "instances[0] has no 'n': expected an object with x, n"),
            ([{"x": [1, 2], "n": 1.5}], NAMED, "instances[].n has fractions: expected whole numbers (int64)"),
            ([[1, 2], [3]], None, "the lists in instances differ in length: expected equal ones"),
        ):
            with self.assertRaises(InvalidInput, msg=text) as caught:
                to_input("instances", rows, schema)
            self.assertEqual(text, str(caught.exception))

    def test_bodies(self):
        """The list stands under instances or inputs."""
        self.assertEqual(("inputs", [1]), instances_of({"inputs": [1], "parameters": {}}))
        for body, text in (
            ([], 'the body is a list: expected an object, {"instances": [[...], ...]}'),
            ({}, 'the body has neither "instances" nor "inputs": expected one of them'),
            ({"instances": [1], "inputs": [1]}, 'the body has both "instances" and "inputs": expected one of them'),
            ({"inputs": {"a": [1]}}, "inputs is an object: expected a list"),
            ({"instances": []}, "instances is empty: expected at least one instance"),
        ):
            with self.assertRaises(InvalidInput, msg=text) as caught:
                instances_of(body)
            self.assertEqual(text, str(caught.exception))


def _shape(array: np.ndarray) -> tuple:
    return str(array.dtype), array.shape
