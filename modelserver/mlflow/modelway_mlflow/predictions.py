"""Turns what a model returns into values that JSON has."""

import base64
import datetime
from typing import Any

import numpy as np
import pandas as pd


def plain(result: Any) -> Any:
    """Returns a result as numbers, texts, lists and objects.

    A table becomes a list of its rows, or of its values where it has one unnamed column.
    """
    if isinstance(result, pd.DataFrame):
        if list(result.columns) == [0]:
            return plain(result[0])
        return [{str(name): plain(value) for name, value in row.items()} for row in result.to_dict(orient="records")]
    if isinstance(result, pd.Series):
        return [plain(value) for value in result.tolist()]
    if isinstance(result, np.ndarray):
        return plain(result.tolist())
    if hasattr(result, "toarray"):  # a sparse matrix
        return plain(result.toarray())
    if isinstance(result, np.generic):
        return plain(result.item())
    if isinstance(result, dict):
        return {str(name): plain(value) for name, value in result.items()}
    if isinstance(result, (list, tuple, set)):
        return [plain(value) for value in result]
    if isinstance(result, (bytes, bytearray)):
        return base64.b64encode(result).decode("ascii")
    if result is pd.NaT or result is pd.NA:
        return None
    if isinstance(result, (datetime.date, datetime.time)):
        return result.isoformat()
    if isinstance(result, float) and result not in (float("inf"), float("-inf")) and result == result:
        return result
    if isinstance(result, float):
        return None  # JSON has no such numbers
    if hasattr(result, "model_dump"):  # pydantic
        return plain(result.model_dump())
    return result
