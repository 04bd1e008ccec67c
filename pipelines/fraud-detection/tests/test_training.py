"""A training run by kfp.local with the real MLflow on a database and a folder, and what it leaves in the registry."""

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest
import unittest.mock

import mlflow
import numpy as np
import pandas as pd
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_DOES_NOT_EXIST

from fraud_detection import NAME, __main__ as program, lineage
from fraud_detection.data import FEATURES, make
from fraud_detection.registry import CHALLENGER, CHAMPION, EXAMPLE, register, train
from fraud_detection.training import Parameters


class TestTraining(unittest.TestCase):
    """One run of the whole pipeline, looked at from several sides."""

    @classmethod
    def setUpClass(cls):
        """Trains once for all tests."""
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        uri = "sqlite:///" + os.path.join(cls.folder.name, "mlflow.db")
        mlflow.set_tracking_uri(uri)
        mlflow.create_experiment(NAME, artifact_location=os.path.join(cls.folder.name, "artifacts"))
        result = os.path.join(cls.folder.name, "result.json")
        ran = subprocess.run(
            [sys.executable, "-m", "fraud_detection", "train", "--work", os.path.join(cls.folder.name, "steps"), "--result", result],
            cwd=program.ROOT, env=os.environ | {"MLFLOW_TRACKING_URI": uri}, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        with open(result, encoding="utf-8") as file:
            cls.outcome = json.load(file)
        cls.client = MlflowClient()
        cls.run_ = cls.client.get_run(cls.outcome["run"])

    def artifacts(self, path: str) -> set[str]:
        """Returns the names of artifacts of the run."""
        return {a.path for a in self.client.list_artifacts(self.run_.info.run_id, path)}

    def test_answers_probabilities(self):
        """The payment of the documents is fraudulent with about 0.92, and other answers lie between 0 and 1, too."""
        model = mlflow.pyfunc.load_model(f"models:/{NAME}@{CHAMPION}")
        self.assertAlmostEqual(0.92, float(model.predict(pd.DataFrame([EXAMPLE], columns=FEATURES))[0]), delta=0.03)
        answers = model.predict(make(2000, 99)[FEATURES])
        self.assertEqual((2000,), answers.shape)
        self.assertGreater(len(np.unique(answers)), 100, "labels in place of probabilities")
        self.assertTrue(((answers > 0) & (answers < 1)).all())

    def test_a_riskier_payment_is_never_safer(self):
        """A larger amount, a younger account or a riskier merchant does not lower the answer."""
        model, payments = mlflow.pyfunc.load_model(f"models:/{NAME}@{CHAMPION}"), make(1000, 5)[FEATURES]
        for name, change in {"amount_usd": 250.0, "account_age_days": -100.0, "merchant_risk": 0.2}.items():
            riskier = payments.assign(**{name: payments[name] + change})
            self.assertTrue((model.predict(riskier) >= model.predict(payments)).all(), name)

    def test_the_run_tells_everything(self):
        """Parameters, metrics, plots, data and code of the run."""
        self.assertEqual({"depth": "3", "learning_rate": "0.1", "rounds": "400", "seed": "15", "rows": "40000", "data": self.outcome["digest"]},
                         self.run_.data.params)
        self.assertGreater(self.run_.data.metrics["auc"], 0.85)
        self.assertLess(self.run_.data.metrics["log_loss"], 0.3)
        self.assertEqual({"plots/roc.png", "plots/precision-recall.png", "plots/calibration.png"}, self.artifacts("plots"))
        self.assertEqual(self.outcome["digest"], self.run_.data.tags[lineage.DATA])
        self.assertEqual(program.commit(), self.run_.data.tags[lineage.COMMIT])
        self.assertEqual(self.outcome["digest"].removeprefix("sha256:")[:36], self.run_.inputs.dataset_inputs[0].dataset.digest)

    def test_the_version_tells_its_run(self):
        """Alias, tags and run of the version, and what the model's folder has for those who serve it."""
        version = self.client.get_model_version_by_alias(NAME, CHAMPION)
        self.assertEqual(("1", "champion"), (self.outcome["version"], self.outcome["alias"]))
        self.assertEqual((self.outcome["version"], self.outcome["run"]), (str(version.version), version.run_id))
        self.assertEqual(self.run_.data.tags[lineage.COMMIT], version.tags[lineage.COMMIT])
        folder = mlflow.artifacts.download_artifacts(version.source)
        model = mlflow.models.Model.load(folder)
        self.assertEqual(FEATURES, model.get_input_schema().input_names())
        self.assertIsNotNone(model.saved_input_example_info)
        with open(os.path.join(folder, "extra_files", "golden.json"), encoding="utf-8") as file:
            golden = json.load(file)
        answers = mlflow.pyfunc.load_model(folder).predict(pd.DataFrame(golden["instances"], columns=FEATURES))
        np.testing.assert_allclose(answers, golden["predictions"], rtol=1e-6)
        self.assertEqual(EXAMPLE, golden["instances"][0])

    def test_statistics_travel_with_the_model(self):
        """The model's files have the bins of the training data's features and of predictions, each with a tenth of the values."""
        folder = mlflow.artifacts.download_artifacts(self.client.get_model_version_by_alias(NAME, CHAMPION).source)
        with open(os.path.join(folder, "extra_files", "statistics.json"), encoding="utf-8") as file:
            statistics = json.load(file)
        self.assertEqual((FEATURES, ["prediction"]), (list(statistics["inputs"]), list(statistics["predictions"])))
        for name, column in {**statistics["inputs"], **statistics["predictions"]}.items():
            with self.subTest(name):
                self.assertEqual(10, len(column["shares"]))
                np.testing.assert_allclose(column["shares"], 0.1, atol=0.01)
                self.assertEqual(0, column["missing"])
        self.assertTrue(all(0 < edge < 1 for edge in statistics["predictions"]["prediction"]["edges"]))

    def test_a_step_of_kubeflow_has_a_run_of_its_own(self):
        """The plugin of Kubeflow Pipelines gives a step a run in another experiment, which becomes the parent. The image says its commit."""
        other = self.client.create_experiment("KFP-Default", artifact_location=os.path.join(self.folder.name, "steps-of-kubeflow"))
        step = self.client.create_run(other).info.run_id
        given = {"MLFLOW_RUN_ID": step, "MLFLOW_EXPERIMENT_ID": other, "TRAINING_COMMIT": "ab" * 20}
        with contextlib.redirect_stdout(io.StringIO()), unittest.mock.patch.dict(os.environ, given):
            run = self.client.get_run(train(make(2000, 15), "sha256:" + "0" * 64, "cd" * 20, Parameters(depth=1, rounds=1)))
        self.assertEqual((NAME, step, "ab" * 20), (self.client.get_experiment(run.info.experiment_id).name,
                                                   run.data.tags["mlflow.parentRunId"], run.data.tags[lineage.COMMIT]))

    def test_a_champion_whose_run_is_gone(self):
        """The next version is the champion: nothing is left to compare it with."""
        with contextlib.redirect_stdout(io.StringIO()):
            gone = train(make(2000, 15), "sha256:" + "0" * 64, "unknown", Parameters(depth=1, rounds=1))
            self.client.set_registered_model_alias(NAME, CHAMPION, register(gone)[0])
            with unittest.mock.patch.object(MlflowClient, "get_run", autospec=True, side_effect=self._without(gone)):
                self.assertEqual(CHAMPION, register(self.outcome["run"])[1])
            self.client.set_registered_model_alias(NAME, CHAMPION, self.outcome["version"])  # as the other tests find it

    @staticmethod
    def _without(gone: str):
        """Returns MlflowClient.get_run for a server that has lost a run."""
        asked = MlflowClient.get_run

        def get_run(client: MlflowClient, run: str):
            if run == gone:
                raise MlflowException(f"Run with id={run} not found", error_code=RESOURCE_DOES_NOT_EXIST)
            return asked(client, run)
        return get_run

    def test_the_better_one_is_champion(self):
        """A version that is worse becomes the challenger, and one that is as good takes over."""
        payments = make(5000, 15)
        with contextlib.redirect_stdout(io.StringIO()):
            worse = register(train(payments, "sha256:" + "0" * 64, "unknown", Parameters(depth=1, rounds=1)))
            self.assertEqual(CHALLENGER, worse[1])
            self.assertEqual(self.outcome["version"], str(self.client.get_model_version_by_alias(NAME, CHAMPION).version))
            again = register(self.outcome["run"])
            self.assertEqual(CHAMPION, again[1])
            self.client.set_registered_model_alias(NAME, CHAMPION, self.outcome["version"])  # as the other tests find it

    def test_without_a_server(self):
        """What is missing is named, with what helps."""
        ran = subprocess.run([sys.executable, "-m", "fraud_detection", "train", "--work", self.folder.name], cwd=program.ROOT,
                             env={k: v for k, v in os.environ.items() if k != "MLFLOW_TRACKING_URI"}, capture_output=True, text=True)
        self.assertEqual(2, ran.returncode)
        self.assertIn("MLFLOW_TRACKING_URI is not set", ran.stderr)
        self.assertIn("make train MODEL=fraud-detection", ran.stderr)

    def test_a_step_that_fails(self):
        """The program fails with it, and the step's message is seen."""
        ran = subprocess.run(
            [sys.executable, "-m", "fraud_detection", "train", "--rows", "10", "--work", os.path.join(self.folder.name, "few")],
            cwd=program.ROOT, env=os.environ | {"MLFLOW_TRACKING_URI": "sqlite:///" + os.path.join(self.folder.name, "few.db")},
            capture_output=True, text=True)
        self.assertEqual(1, ran.returncode, ran.stdout + ran.stderr)
        self.assertIn("rows is 10; allowed: 1000 or more", ran.stdout)
