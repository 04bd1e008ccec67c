"""Keeps runs and versions in MLflow, at the address in MLFLOW_TRACKING_URI."""

import json
import os
import tempfile
from dataclasses import asdict
from importlib import metadata
from typing import Optional

import mlflow
import mlflow.xgboost
import numpy as np
import pandas as pd
import xgboost
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID

from . import NAME, evaluation, lineage, statistics
from .data import FEATURES, LABEL, split
from .training import Parameters, fit, matrix

SERVED = ["numpy", "pandas", "scipy", "xgboost-cpu"]
"""What the model needs where it is served, beside MLflow. The serving image has the same versions."""

EXAMPLE = [1000.0, 45.0, 0.67]
"""The payment of the documents: 1000 dollars, from an account of 45 days, to a merchant of risk 0.67."""

CHAMPION, CHALLENGER = "champion", "challenger"
"""Aliases: the best version so far, and a newer one that is not better."""


def train(payments: pd.DataFrame, digest: str, commit: str, parameters: Parameters) -> str:
    """Fits a model, measures it, logs everything as a run, and returns the run's id."""
    # The plugin of Kubeflow Pipelines gives each step a run in an experiment of its own, which is this run's parent.
    step = os.environ.pop("MLFLOW_RUN_ID", None)
    parent = {MLFLOW_PARENT_RUN_ID: step} if step else {}
    os.environ.pop("MLFLOW_EXPERIMENT_ID", None)
    # The code that runs is the image's, whatever checkout started the training.
    tags = {lineage.COMMIT: lineage.commit_of_image() or commit, lineage.DATA: digest, lineage.PIPELINE: NAME}
    mlflow.set_experiment(NAME)
    with mlflow.start_run(tags=tags | parent) as run:
        training, validation, test = split(payments)
        mlflow.log_params(asdict(parameters) | {"rows": len(payments), "data": digest})
        # MLflow takes 36 characters of a digest; the tag has all.
        given = mlflow.data.from_pandas(training.astype(float), targets=LABEL, name="payments", digest=digest.removeprefix("sha256:")[:36])
        mlflow.log_input(given, "training")
        booster = fit(training, validation, parameters)
        predictions = booster.predict(matrix(test))
        mlflow.log_metrics(evaluation.measure(test[LABEL].to_numpy(), predictions) | {"trees": booster.num_boosted_rounds()})
        for file, figure in evaluation.plots(test[LABEL].to_numpy(), predictions):
            mlflow.log_figure(figure, file)
        _log(booster, training, test)
        return run.info.run_id


def _log(booster: xgboost.Booster, training: pd.DataFrame, test: pd.DataFrame) -> None:
    """Logs the trees as a model whose answers are probabilities: those of a Booster are, those of a classifier would be labels."""
    example = pd.DataFrame([EXAMPLE], columns=FEATURES)
    golden = pd.concat([example, test[FEATURES][:20]], ignore_index=True)
    answers = booster.predict(xgboost.DMatrix(golden))
    with tempfile.TemporaryDirectory() as folder:
        contents = {"golden.json": {"instances": golden.to_numpy().tolist(), "predictions": [float(a) for a in answers]},
                    "statistics.json": statistics.of(training[FEATURES], booster.predict(xgboost.DMatrix(test[FEATURES])))}
        for name, content in contents.items():
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                json.dump(content, file, indent=1)
        mlflow.xgboost.log_model(
            booster, name="model", signature=infer_signature(golden, np.asarray(answers, dtype=float)), input_example=example,
            extra_files=[os.path.join(folder, name) for name in contents], model_format="ubj",
            pip_requirements=[f"{name}=={metadata.version(name)}" for name in ["mlflow-skinny", *SERVED]])


def register(run: str) -> tuple[str, str]:
    """Makes a version of a run's model, and returns its number and the alias that it got.

    It is the champion where it is not worse than the one so far on the area under the curve, and the challenger otherwise. What is
    served is not touched: `modelway promote` does that, and a person decides.
    """
    client = MlflowClient()
    source = client.get_run(run)
    before = _champion(client)
    tags = {key: value for key, value in source.data.tags.items() if key.startswith("modelway.dev/")}
    better = source.data.metrics["auc"] >= _area(client, before)
    version = mlflow.register_model(f"models:/{source.outputs.model_outputs[0].model_id}", NAME, tags=tags).version
    alias = CHAMPION if better else CHALLENGER
    client.set_registered_model_alias(NAME, alias, str(version))
    return str(version), alias


def _area(client: MlflowClient, run: Optional[str]) -> float:
    """Returns the area under the curve of a run; 0 for none, for one that is gone, and for one that has not measured it."""
    try:
        return client.get_run(run).data.metrics.get("auc", 0.0) if run else 0.0
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return 0.0
        raise


def _champion(client: MlflowClient) -> Optional[str]:
    """Returns the run of the champion; None where there is none yet."""
    try:
        return client.get_model_version_by_alias(NAME, CHAMPION).run_id
    except MlflowException as error:
        if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            return None
        raise
