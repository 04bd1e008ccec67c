"""Counts inputs and predictions by the bins of the data that a model was trained and tested with (docs/monitoring.md)."""

import json
import logging
import math
import os
from dataclasses import dataclass
from typing import Any, Iterator

import numpy as np
import pandas as pd

from . import metrics

STATISTICS = os.path.join("extra_files", "statistics.json")
"""The file of a model's folder that has the bins: for inputs and predictions, of each column the edges and the part that each bin had."""

PREDICTION = "prediction"
"""The name of predictions that have none."""

# Bounds of the series of a pod; internal/metrics has the same.
MAX_COLUMNS, MAX_BINS = 20, 20

_MISSING = "missing"
_FIX = "train again, or leave the file out of the model's folder"

log = logging.getLogger("modelway")


class Damaged(ValueError):
    """Says what of a column is not as it has to be."""


@dataclass(frozen=True)
class Column:
    """A value of each instance, or of each answer.

    There is a share more than edges: bin i has what is at edges[i-1] or above, and below edges[i].
    """

    name: str
    edges: np.ndarray
    shares: tuple[float, ...]
    missing: float


def read(folder: str) -> tuple[list[Column], list[Column]]:
    """Returns the columns of inputs and of predictions, none where the folder has no statistics.

    Raises ValueError for a file that is damaged.
    """
    path = os.path.join(folder, STATISTICS)
    if not os.path.isfile(path):
        return [], []
    with open(path, encoding="utf-8") as file:
        try:
            content = json.load(file)
            sides = [content["inputs"], content["predictions"]]
            return tuple([_column(name, said) for name, said in side.items()] for side in sides)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise ValueError(f"{STATISTICS}: {error if isinstance(error, Damaged) else repr(error)}; fix: {_FIX}") from error


def _column(name: str, said: Any) -> Column:
    edges, shares, missing = np.asarray(said["edges"], float), tuple(map(float, said["shares"])), float(said["missing"])
    if not np.isfinite(edges).all() or (np.diff(edges) <= 0).any():
        raise Damaged(f"the edges of {name} are {edges.tolist()}; allowed: finite numbers, each above the one before")
    if len(shares) != len(edges) + 1 or len(shares) > MAX_BINS:
        raise Damaged(f"{name} has {len(edges)} edges and {len(shares)} shares; allowed: a share more than edges, at most {MAX_BINS}")
    if not all(0 <= share <= 1 for share in (*shares, missing)) or not math.isclose(sum(shares) + missing, 1, abs_tol=1e-3):
        raise Damaged(f"the shares of {name} and of what is missing add up to {sum(shares) + missing:.4f}; "
                      "allowed: 0 to 1 each, 1 together")
    return Column(name, edges, shares, missing)


class Watch:
    """Counts what is answered of a model, by any thread."""

    def __init__(self, folder: str, model: str, version: str):
        inputs, predictions = read(folder)
        labels = {"model": model, "version": version}
        self._inputs = _counted(inputs, metrics.INPUT_VALUES, metrics.INPUT_TRAINING, labels, "feature")
        self._predictions = _counted(predictions, metrics.PREDICTION_VALUES, metrics.PREDICTION_TRAINING, labels, "output")

    def count(self, data: Any, result: Any) -> None:
        """Counts instances and the answers to them. It raises nothing: a count that fails is no reason not to answer."""
        try:
            if self._inputs:
                _count(self._inputs, data)
            if self._predictions:
                _count(self._predictions, result)
        except Exception:
            log.warning("counting for drift failed, and is given up", exc_info=True)
            self._inputs, self._predictions = [], []


# A column with the counters of its bins, the last one that of missing values.
_Counters = list[tuple[Column, list[Any]]]


def _counted(columns: list[Column], values: Any, training: Any, labels: dict, label: str) -> _Counters:
    """Shows the columns, at 0, with the shares of training."""
    if len(columns) > MAX_COLUMNS:
        log.warning("statistics have %d columns; %d are counted, without %s and what follows", len(columns), MAX_COLUMNS,
                    columns[MAX_COLUMNS].name)
    counted = []
    for column in columns[:MAX_COLUMNS]:
        counters = []
        for bin_, share in [*((str(i), share) for i, share in enumerate(column.shares)), (_MISSING, column.missing)]:
            of = labels | {label: column.name, "bin": bin_}
            training.labels(**of).set(share)
            counters.append(values.labels(**of))
        counted.append((column, counters))
    return counted


def _count(counted: _Counters, data: Any) -> None:
    columns, rows = _columns(data)
    for column, counters in counted:
        values = columns.get(column.name)
        if values is None:
            counters[-1].inc(rows)
            continue
        for bin_, count in _bins(column, values):
            counters[bin_].inc(count)


def _columns(data: Any) -> tuple[Any, int]:
    """Returns a mapping of names to values, and the number of rows. A column that is no number is as one that is not there."""
    if isinstance(data, pd.DataFrame) and list(data.columns) != [0]:
        return {str(name): data[name] for name in data.columns}, len(data)
    if isinstance(data, dict):
        return {str(name): np.asarray(value) for name, value in data.items()}, len(next(iter(data.values()), ()))
    values = np.asarray(data)
    if values.ndim == 2 and values.shape[1] > 1:
        return {str(i): values[:, i] for i in range(values.shape[1])}, len(values)
    return {PREDICTION: values, "0": values}, values.size


def _bins(column: Column, values: Any) -> Iterator[tuple[int, int]]:
    """Yields bins that have values, and how many."""
    numbers = (values.to_numpy(float, na_value=np.nan) if isinstance(values, pd.Series) else np.asarray(values, float)).ravel()
    if numbers.size == 1:  # most requests
        number = float(numbers[0])
        yield (len(column.shares) if math.isnan(number) else int(column.edges.searchsorted(number, "right"))), 1
        return
    bins = np.where(np.isnan(numbers), len(column.shares), column.edges.searchsorted(numbers, "right"))
    for bin_, count in enumerate(np.bincount(bins).tolist()):
        if count:
            yield bin_, count
