"""Measures a model on payments that it was not trained with."""

from typing import Iterator

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from sklearn import metrics
from sklearn.calibration import calibration_curve

matplotlib.use("agg")

THRESHOLD = 0.5
"""From which probability on a payment counts as fraudulent in precision and recall."""


def measure(labels: np.ndarray, predictions: np.ndarray) -> dict[str, float]:
    """Returns the metrics of predictions, by name."""
    alarms = predictions >= THRESHOLD
    return {
        "auc": float(metrics.roc_auc_score(labels, predictions)),
        "average_precision": float(metrics.average_precision_score(labels, predictions)),
        "log_loss": float(metrics.log_loss(labels, predictions)),
        "brier": float(metrics.brier_score_loss(labels, predictions)),
        "precision": float(metrics.precision_score(labels, alarms, zero_division=0)),
        "recall": float(metrics.recall_score(labels, alarms)),
    }


def plots(labels: np.ndarray, predictions: np.ndarray) -> Iterator[tuple[str, Figure]]:
    """Yields figures with the names of their files."""
    wrong, right, _ = metrics.roc_curve(labels, predictions)
    yield "plots/roc.png", _line(wrong, right, "false alarms", "fraud that is found", "Receiver operating characteristic")
    precision, recall, _ = metrics.precision_recall_curve(labels, predictions)
    yield "plots/precision-recall.png", _line(recall, precision, "recall", "precision", "Precision and recall")
    seen, said = calibration_curve(labels, predictions, n_bins=10)
    yield "plots/calibration.png", _line(said, seen, "predicted", "seen", "Calibration")


def _line(x: np.ndarray, y: np.ndarray, x_name: str, y_name: str, title: str) -> Figure:
    figure = Figure(figsize=(5, 4), layout="tight")
    axes = figure.subplots()
    axes.plot(x, y)
    axes.set(xlabel=x_name, ylabel=y_name, title=title, xlim=(0, 1), ylim=(0, 1.02))
    return figure
