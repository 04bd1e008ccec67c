"""Fits the model."""

from dataclasses import dataclass

import pandas as pd
import xgboost

from .data import FEATURES, LABEL


@dataclass(frozen=True)
class Parameters:
    """What is tried out from run to run."""

    depth: int = 3
    learning_rate: float = 0.1
    rounds: int = 400
    """The most trees; training stops where more of them do not help."""
    seed: int = 15


def matrix(payments: pd.DataFrame) -> xgboost.DMatrix:
    """Returns payments as XGBoost reads them."""
    return xgboost.DMatrix(payments[FEATURES], payments[LABEL])


def fit(train: pd.DataFrame, validation: pd.DataFrame, parameters: Parameters) -> xgboost.Booster:
    """Returns trees that answer probabilities of fraud.

    A larger amount, a younger account and a riskier merchant never make fraud less likely, whatever the noise of the data says.
    One thread makes the result the same on every machine.
    """
    booster = xgboost.train(
        {"objective": "binary:logistic", "max_depth": parameters.depth, "eta": parameters.learning_rate, "min_child_weight": 20,
         "monotone_constraints": "(1,-1,1)", "seed": parameters.seed, "nthread": 1},
        matrix(train), parameters.rounds, evals=[(matrix(validation), "validation")], early_stopping_rounds=20, verbose_eval=False)
    return booster[:booster.best_iteration + 1]
