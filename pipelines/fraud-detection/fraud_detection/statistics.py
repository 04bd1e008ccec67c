"""Describes data in bins, with which the serving image compares what it is asked and what it answers (docs/monitoring.md, Drift)."""

from typing import Any

import numpy as np
import pandas as pd

BINS = 10
"""How many bins a column has where its values are many: each has a tenth of them."""


def of(inputs: pd.DataFrame, predictions: np.ndarray) -> dict[str, Any]:
    """Returns the content of a model's extra_files/statistics.json: inputs of the training data, and predictions on data that is not of it.

    Predictions on training data would be too sure of themselves.
    """
    return {"inputs": {name: describe(inputs[name].to_numpy(float)) for name in inputs.columns},
            "predictions": {"prediction": describe(np.asarray(predictions, float))}}


def describe(values: np.ndarray) -> dict[str, Any]:
    """Returns the edges of bins, the part of values in each, and the part that is missing.

    Bin i has what is at edges[i-1] or above, and below edges[i]. Edges are values that are there, the deciles: where many are the same there
    are fewer.
    """
    there = values[~np.isnan(values)]
    edges = np.unique(np.quantile(there, np.arange(1, BINS) / BINS, method="higher")) if len(there) else np.array([])
    edges = edges[edges > there.min()] if len(there) else edges  # nothing is below the least
    counts = np.bincount(edges.searchsorted(there, "right"), minlength=len(edges) + 1)
    return {"edges": edges.tolist(), "shares": (counts / max(1, len(values))).tolist(),
            "missing": float(np.mean(np.isnan(values))) if len(values) else 1.0}
