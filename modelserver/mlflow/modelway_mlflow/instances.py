"""Turns instances of a request into what a model's signature asks for."""

from typing import Any, Optional, Sequence

import numpy as np
import pandas as pd
from kserve.errors import InvalidInput
from mlflow.types import DataType, Schema
from mlflow.utils.proto_json_utils import cast_df_types_according_to_schema

_WHOLE = (DataType.integer, DataType.long)
_NUMBER = (DataType.float, DataType.double)


def instances_of(body: Any) -> tuple[str, list]:
    """Returns the key and the list of instances of a body. Raises InvalidInput where it has none."""
    if not isinstance(body, dict):
        raise InvalidInput(f'the body is {kind_of(body)}: expected an object, {{"instances": [[...], ...]}}')
    keys = [key for key in ("instances", "inputs") if key in body]
    if len(keys) != 1:
        which = 'both "instances" and "inputs"' if keys else 'neither "instances" nor "inputs"'
        raise InvalidInput(f"the body has {which}: expected one of them")
    key, values = keys[0], body[keys[0]]
    if not isinstance(values, list):
        raise InvalidInput(f"{key} is {kind_of(values)}: expected a list")
    if not values:
        raise InvalidInput(f"{key} is empty: expected at least one instance")
    return key, values


def to_input(key: str, values: list, schema: Optional[Schema]) -> Any:
    """Returns instances as a table or as arrays, by a model's schema; without one, objects as a table and lists as an array."""
    if schema is None:
        return _unsigned(key, values)
    if schema.is_tensor_spec():
        return _tensors(key, values, schema)
    return _table(key, values, schema)


def kind_of(value: Any) -> str:
    """Names the kind of a JSON value."""
    kinds = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", int: "a number", float: "a number", type(None): "null"}
    return kinds.get(type(value), "a value of another kind")


def _unsigned(key: str, values: list) -> Any:
    if all(isinstance(v, dict) for v in values):
        return pd.DataFrame(values)
    if all(type(v) in (int, float) for v in values):
        return np.array([values])
    return _array(key, values) if all(isinstance(v, list) for v in values) else values


def _array(where: str, values: list, dtype: Any = None) -> np.ndarray:
    try:
        made = np.array(values)
    except ValueError as error:
        raise InvalidInput(f"the lists in {where} differ in length: expected equal ones") from error
    if dtype is None or made.dtype == dtype and made.dtype.kind != "U":
        return made
    _check_kind(where, np.array(values, dtype=object), dtype)
    return _converted(where, made, dtype)


def _check_kind(where: str, values: np.ndarray, dtype: np.dtype) -> None:
    """Refuses what a type of arrays would take in another meaning, such as the string "false" for true."""
    kinds = {"b": (bool, "true or false", "these"), "U": (str, "strings", "strings")}
    if dtype.kind in kinds:
        kind, name, those = kinds[dtype.kind]
        if not all(isinstance(value, kind) for value in values.flat):
            raise InvalidInput(f"{where} has values that are not {name}: expected {those} alone ({dtype.type.__name__.removesuffix('_')})")


def _converted(where: str, made: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Returns an array of another type with the same values. Raises InvalidInput where that type does not have them."""
    if np.issubdtype(dtype, np.number) and made.dtype.kind not in "iuf":
        raise InvalidInput(f"{where} has values that are not numbers: expected numbers alone ({dtype})")
    if np.issubdtype(dtype, np.integer):
        if made.dtype.kind == "f" and not np.array_equal(made, np.trunc(made)):
            raise InvalidInput(f"{where} has fractions: expected whole numbers ({dtype})")
        low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
        for end in (int(made.min()), int(made.max())) if made.size else ():
            if not low <= end <= high:
                raise InvalidInput(f"{where} has {end}: expected whole numbers from {low} to {high} ({dtype})")
    with np.errstate(over="ignore"):
        converted = made.astype(dtype)
    if np.issubdtype(dtype, np.floating) and not np.isfinite(converted).all():
        raise InvalidInput(f"{where} has {made[~np.isfinite(converted)][0]}: expected numbers that {dtype} holds")
    return converted


def _tensors(key: str, values: list, schema: Schema) -> Any:
    specs = schema.inputs
    if not schema.has_input_names():
        spec = specs[0]
        if len(spec.shape) > 1 and not any(isinstance(v, list) for v in values):
            values = [values]
        return _array(key, values, spec.type)
    rows = [v if isinstance(v, dict) else {specs[0].name: v} if len(specs) == 1 else v for v in values]
    made = {}
    for spec in specs:
        for i, row in enumerate(rows):
            if not isinstance(row, dict) or spec.name not in row:
                raise InvalidInput(f"{key}[{i}] has no {spec.name!r}: expected an object with {_listed(s.name for s in specs)}")
        made[spec.name] = _array(f"{key}[].{spec.name}", [row[spec.name] for row in rows], spec.type)
    return made


def _table(key: str, values: list, schema: Schema) -> pd.DataFrame:
    specs = schema.inputs
    if schema.has_input_names():
        names: Sequence = schema.input_names()
    else:
        names = range(len(specs))
    if not any(isinstance(v, (dict, list)) for v in values):  # one instance, or many of one value
        rows = [values] if len(specs) > 1 else [[v] for v in values]
    else:
        rows = values
    used = [(name, spec) for name, spec in zip(names, specs) if not _left_out(name, spec, rows)]
    names, specs = [name for name, _ in used], [spec for _, spec in used]
    columns: dict = {name: [] for name in names}
    for i, row in enumerate(rows):
        where = f"{key}[{i}]" if rows is values or len(specs) == 1 else key
        for name, spec, value in zip(names, specs, _cells(where, row, names, specs)):
            columns[name].append(_checked(where, name, spec.type, value))
    return cast_df_types_according_to_schema(pd.DataFrame(columns), schema)


def _left_out(name: Any, spec: Any, rows: list) -> bool:
    """Says whether no row has an optional column whose type has no missing value, so that the table is without it."""
    optional = not spec.required and spec.type in (*_WHOLE, DataType.boolean, DataType.binary)
    return optional and all(isinstance(row, dict) and name not in row for row in rows)


def _cells(where: str, row: Any, names: Sequence, specs: list) -> list:
    if isinstance(row, list):
        if len(row) != len(names):
            raise InvalidInput(f"{where} has {_values(len(row))}: expected {_values(len(names))} ({_listed(names)})")
        return row
    if not isinstance(row, dict):
        raise InvalidInput(f"{where} is {kind_of(row)}: expected a list or an object with {_listed(names)}")
    for name, spec in zip(names, specs):
        if spec.required and name not in row:
            raise InvalidInput(f"{where} has no {name!r}: expected {_listed(names)}")
    return [row.get(name) for name in names]


def _checked(where: str, name: Any, kind: Any, value: Any) -> Any:
    """Returns a cell, or raises InvalidInput where it is of another kind than its column. null is a missing value."""
    if value is None:
        if kind in _NUMBER:
            return np.nan
        if kind in (*_WHOLE, DataType.boolean):
            raise InvalidInput(f"{where} has null for {name!r}: expected a {kind.name}")
        return value
    number = type(value) in (int, float)
    if kind in _NUMBER and not number:
        raise InvalidInput(f"{where} has {kind_of(value)} for {name!r}: expected a number")
    if kind in _WHOLE and not (number and float(value).is_integer()):
        raise InvalidInput(f"{where} has {value!r} for {name!r}: expected a whole number")
    _check_range(where, name, kind, value)
    if kind == DataType.boolean and not isinstance(value, bool):
        raise InvalidInput(f"{where} has {kind_of(value)} for {name!r}: expected true or false")
    if kind == DataType.string and not isinstance(value, str):
        raise InvalidInput(f"{where} has {kind_of(value)} for {name!r}: expected a string")
    return value


def _check_range(where: str, name: Any, kind: Any, value: Any) -> None:
    """Refuses a number that the type of its column would take as another one."""
    if kind in _WHOLE:
        limits = np.iinfo(kind.to_numpy())
        if not limits.min <= int(value) <= limits.max:
            raise InvalidInput(f"{where} has {value!r} for {name!r}: expected a whole number from {limits.min} to {limits.max}")
    if kind == DataType.float and abs(value) > np.finfo(np.float32).max:
        raise InvalidInput(f"{where} has {value!r} for {name!r}: expected a number that float32 holds")


def _listed(names) -> str:
    return ", ".join(str(name) for name in names)


def _values(count: int) -> str:
    return "1 value" if count == 1 else f"{count} values"
