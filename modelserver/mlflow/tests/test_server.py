"""The program as a pod runs it: a model that MLflow saved, over HTTP."""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import mlflow.pyfunc
import mlflow.sklearn
import numpy as np
import pandas as pd
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROWS = [[1.0, 2.0, 3.0], [0.5, -1.0, 1.0]]
DEADLINE = 60


class Slow(mlflow.pyfunc.PythonModel):
    """Answers after a while, or fails."""

    def predict(self, context, model_input, params=None):
        """Waits as long as the first value says; below 0 it fails."""
        if model_input[0][0] < 0:
            raise RuntimeError("out of order")
        time.sleep(model_input[0][0])
        return model_input


class Server:
    """The program, with a model's folder and variables."""

    def __init__(self, folder: str, **variables: str):
        own = {"PYTHONPATH": ROOT, "BIND_ADDRESS": "127.0.0.1", "MODEL_VERSION": "v7", "HOME": tempfile.gettempdir()}
        arguments = ["--model_name=churn-canary", "--model_dir=" + folder, "--http_port=0", "--model_name=churn"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "modelway_mlflow", *arguments], env=os.environ | own | variables,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.log, self.port = "", 0
        for line in self.process.stdout:
            self.log += line
            if found := re.search(r"listening on 127\.0\.0\.1:(\d+)", line):
                self.port = int(found[1])
                break
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.log += line

    def ask(self, method: str, path: str, body=None, **headers: str):
        """Returns status, headers and body of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)
        try:
            connection.request(method, path, body if body is None or isinstance(body, str) else json.dumps(body), headers)
            response = connection.getresponse()
            return response.status, response.headers, response.read().decode()
        finally:
            connection.close()

    def predict(self, body):
        """Returns status and JSON of a prediction."""
        status, _, text = self.ask("POST", "/v1/models/churn:predict", body)
        return status, json.loads(text)

    def end(self, by: int = signal.SIGTERM) -> int:
        """Ends the program and returns its exit code."""
        self.process.send_signal(by)
        return self.wait()

    def wait(self) -> int:
        """Waits for the end of the program."""
        code = self.process.wait(DEADLINE)
        self.reader.join()
        self.process.stdout.close()
        return code


class TestServer(unittest.TestCase):
    """One folder for each kind of model."""

    @classmethod
    def setUpClass(cls):
        """Saves a classifier and a model of Python code."""
        cls.folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        features = pd.DataFrame(np.random.default_rng(7).normal(size=(200, 3)), columns=["a", "b", "c"])
        cls.model = LogisticRegression().fit(features, features.a - 2 * features.b > 0)
        cls.churn, cls.slow = os.path.join(cls.folder, "churn"), os.path.join(cls.folder, "slow")
        mlflow.sklearn.save_model(cls.model, cls.churn, pyfunc_predict_fn="predict_proba",
                                  signature=infer_signature(features, cls.model.predict_proba(features)))
        mlflow.pyfunc.save_model(cls.slow, python_model=Slow(), pip_requirements=["mlflow"])

    def start(self, folder: str, **variables: str) -> Server:
        """Runs the program until the end of the test."""
        server = Server(folder, **variables)

        def stop() -> None:
            if server.process.poll() is None:
                server.end(signal.SIGKILL)

        self.addCleanup(stop)
        return server

    def test_answers(self):
        """The same numbers as in this process, in both spellings, the version, and where it comes from; faults of a body are 400; all of it is counted."""
        lineage = "name=churn&registry=https%3A%2F%2Fmlflow&version=7"
        server = self.start(self.churn, MAX_BODY_BYTES="1000", MODEL_LINEAGE=lineage)
        status, headers, body = server.ask("GET", "/v1/models/churn")
        self.assertEqual((200, "v7", lineage, {"name": "churn", "ready": True}),
                         (status, headers["X-Model-Version"], headers["X-Model-Lineage"], json.loads(body)))
        headers = server.ask("POST", "/v1/models/churn:predict", {"instances": ROWS})[1]
        self.assertEqual(("v7", lineage), (headers["X-Model-Version"], headers["X-Model-Lineage"]))
        want = self.model.predict_proba(pd.DataFrame(ROWS, columns=["a", "b", "c"])).tolist()
        self.assertEqual((200, {"predictions": want}), server.predict({"instances": ROWS}))
        self.assertEqual((200, {"predictions": want}), server.predict({"inputs": [dict(zip("abc", row)) for row in ROWS]}))
        for body, status, text in (
            ("{", 400, "Unrecognized request format"), ("", 400, "Unrecognized request format"), ([1], 400, "the body is a list"),
            ({"instances": [[1, 2]]}, 400, "instances[0] has 2 values: expected 3 values (a, b, c)"),
            ({"instances": [[1, 2, None]]}, 400, "the model does not take these instances: Input X contains NaN"),
            ({"instances": [[0.0] * 3] * 100}, 413, "the body is larger than 1000 bytes"),
        ):
            got, answer = server.predict(body)
            self.assertEqual(status, got, answer)
            self.assertIn(text, answer["error"])
        for method, path, status in (
            ("GET", "/v1/models/churn:predict", 405), ("POST", "/v1/models/churn", 405), ("POST", "/v1/models/other:predict", 404),
            ("POST", "/v1/models/churn:explain", 404), ("GET", "/v2/models/churn", 404), ("GET", "/healthz", 200), ("GET", "/", 200),
        ):
            self.assertEqual(status, server.ask(method, path)[0], path)
        metrics = server.ask("GET", "/metrics")[2]
        for line in ('model_requests_total{code="200",model="churn",version="v7"} 3.0',
                     'model_requests_total{code="400",model="churn",version="v7"} 5.0',
                     'model_requests_total{code="413",model="churn",version="v7"} 1.0',
                     'model_requests_total{code="503",model="churn",version="v7"} 0.0',
                     'model_request_duration_seconds_bucket{le="600.0",model="churn",version="v7"}',
                     'model_requests_total{code="404",model="_unknown",version=""} 1.0',
                     'model_requests_in_flight{model="churn",version="v7"} 0.0',
                     'model_ready{model="churn",version="v7"} 1.0', 'model_load_duration_seconds{model="churn",version="v7"}',
                     'model_info{model="churn",registered_model="churn",registered_version="7",registry="https://mlflow",'
                     'server="modelway_mlflow",server_version='):
            self.assertIn(line, metrics)
        self.assertNotIn("request_predict_seconds", metrics, "the library's histogram would count each request again")
        self.assertEqual(0, server.end(), server.log)
        self.assertNotIn("Traceback", server.log, "a fault of a client is no fault of the server")

    def test_drains(self):
        """After SIGTERM the model is not ready, what is asked before and meanwhile is answered, and the program ends with 0."""
        server = self.start(self.slow, SHUTDOWN_DELAY="3s")
        answers = []
        asking = threading.Thread(target=lambda: answers.append(server.predict({"instances": [[2.0]]})))
        asking.start()
        while 'in_flight{model="churn",version="v7"} 1.0' not in server.ask("GET", "/metrics")[2]:
            time.sleep(0.01)
        self.assertEqual(200, server.ask("GET", "/v1/models/churn")[0], "a prediction that is under way leaves the model ready")
        server.process.send_signal(signal.SIGTERM)
        while server.ask("GET", "/v1/models/churn")[0] != 503:
            time.sleep(0.01)
        self.assertEqual((200, {"predictions": [[0.0]]}), server.predict({"instances": [[0.0]]}))
        asking.join()
        self.assertEqual([(200, {"predictions": [[2.0]]})], answers)
        self.assertEqual(0, server.wait(), server.log)

    def test_model_that_fails(self):
        """A fault of the model is 500, with its stack in the log, and the next request is answered."""
        server = self.start(self.slow)
        self.assertEqual((500, {"error": "the model failed: RuntimeError: out of order"}), server.predict({"instances": [[-1.0]]}))
        self.assertEqual(200, server.predict({"instances": [[0.0]]})[0])
        server.end()
        self.assertIn("Traceback", server.log)

    def test_model_that_does_not_fit(self):
        """A missing library ends the program at its start, with what is missing, and so does a file that cannot be read."""
        broken = os.path.join(self.folder, "broken")
        shutil.copytree(self.churn, broken)
        with open(os.path.join(broken, "requirements.txt"), "a") as file:
            file.write("\ncatboost==1.2.8\n")
        server = self.start(broken)
        self.assertEqual(3, server.wait())
        self.assertIn("catboost==1.2.8, which is not installed", server.log)
        os.remove(os.path.join(broken, "requirements.txt"))
        with open(os.path.join(broken, "model.skops"), "w") as file:
            file.write("no model")
        server = self.start(broken)
        self.assertEqual(1, server.wait())
        self.assertIn("modelway_mlflow: loading the model in", server.log)
