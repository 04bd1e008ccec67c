"""Trains one small model for each format into a folder, and prints what each predicts for one row, as the V1 protocol answers it."""

import json
import os
import sys

import joblib
import lightgbm
import mlflow.onnx
import mlflow.sklearn
import numpy as np
import onnx
import onnxruntime
import pandas as pd
import xgboost
from mlflow.models import infer_signature
from onnx import TensorProto, helper, numpy_helper
from sklearn.linear_model import LogisticRegression

FEATURES = ["tenure_months", "monthly_charge_usd", "support_tickets_90d"]
ROW = np.array([[12, 79.5, 3]])


def data():
    """Returns features and whether a subscriber left, the same ones each time."""
    random = np.random.default_rng(7)
    rows = np.column_stack([random.integers(1, 72, 400), random.uniform(20, 120, 400), random.integers(0, 6, 400)]).astype(float)
    left = -1.6 - 0.06 * rows[:, 0] + 0.025 * rows[:, 1] + 0.55 * rows[:, 2] + random.normal(size=400) > 0
    return rows, left.astype(int)


def graph():
    """Returns a logistic regression as a graph of ONNX."""
    weights = numpy_helper.from_array(np.array([[-0.06], [0.025], [0.55]], dtype=np.float32), "weights")
    bias = numpy_helper.from_array(np.array([-1.6], dtype=np.float32), "bias")
    nodes = [helper.make_node("MatMul", ["x", "weights"], ["product"]), helper.make_node("Add", ["product", "bias"], ["sum"]),
             helper.make_node("Sigmoid", ["sum"], ["churn"])]
    made = helper.make_graph(nodes, "churn", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 3])],
                             [helper.make_tensor_value_info("churn", TensorProto.FLOAT, [None, 1])], [weights, bias])
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def main(folder: str) -> None:
    """Fills a folder for each model."""
    for name in ("sklearn", "xgboost", "lightgbm"):
        os.makedirs(os.path.join(folder, name))
    rows, left = data()
    table = pd.DataFrame(rows, columns=FEATURES)

    trees = xgboost.train({"objective": "binary:logistic", "max_depth": 3, "seed": 7, "nthread": 1}, xgboost.DMatrix(rows, left), 10)
    trees.save_model(os.path.join(folder, "xgboost", "model.ubj"))
    leaves = lightgbm.train({"objective": "binary", "num_leaves": 7, "seed": 7, "num_threads": 1, "verbose": -1}, lightgbm.Dataset(rows, left), 10)
    leaves.save_model(os.path.join(folder, "lightgbm", "model.bst"))
    regression = LogisticRegression().fit(rows, left)
    joblib.dump(regression, os.path.join(folder, "sklearn", "model.joblib"))
    named = LogisticRegression().fit(table, left)
    probabilities = named.predict_proba(table)
    mlflow.sklearn.save_model(named, os.path.join(folder, "mlflow-sklearn"), pyfunc_predict_fn="predict_proba",
                              signature=infer_signature(table, probabilities))
    model = graph()
    mlflow.onnx.save_model(model, os.path.join(folder, "mlflow-onnx"),
                           signature=infer_signature(rows.astype(np.float32), np.zeros((400, 1), dtype=np.float32)))

    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    onnx.checker.check_model(model)
    print(json.dumps({
        "sklearn": {"predictions": regression.predict(ROW).tolist()},
        "xgboost": {"predictions": trees.predict(xgboost.DMatrix(ROW)).tolist()},
        "lightgbm": {"predictions": leaves.predict(ROW).tolist()},
        "mlflow-sklearn": {"predictions": named.predict_proba(pd.DataFrame(ROW, columns=FEATURES)).tolist()},
        "mlflow-onnx": {"predictions": {"churn": session.run(None, {"x": ROW.astype(np.float32)})[0].tolist()}},
    }))


main(sys.argv[1])
