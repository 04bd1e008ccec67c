"""A model that MLflow saved, as one of KServe's."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Optional

import mlflow.pyfunc
from kserve import Model
from kserve.errors import InferenceError, InvalidInput
from mlflow.exceptions import MlflowException

from .drift import Watch
from .instances import instances_of, to_input
from .predictions import plain

log = logging.getLogger("modelway")

# What libraries raise for input that does not fit, beside Python's own.
_REFUSALS = {"InvalidArgument", "LightGBMError", "XGBoostError"}


class MlflowModel(Model):
    """Loads a folder with an MLmodel, and predicts with its flavor python_function in threads of its own."""

    def __init__(self, name: str, version: str, folder: str, threads: int):
        super().__init__(name)
        self._folder, self._version = folder, version
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="predict")
        self._model: Optional[mlflow.pyfunc.PyFuncModel] = None
        self._watch: Optional[Watch] = None

    def load(self) -> bool:
        """Loads the model; what it raises is that of the model's library."""
        self._model = mlflow.pyfunc.load_model(self._folder)
        self._watch = Watch(self._folder, self.name, self._version)
        self.ready = True
        return self.ready

    async def predict(self, payload: Any, headers: Any = None, response_headers: Any = None) -> dict:
        """Answers a body of the V1 protocol. Raises InvalidInput, which is answered with 400, where the model does not take it."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._answer, payload)

    def _answer(self, body: Any) -> dict:
        assert self._model is not None and self._watch is not None
        key, values = instances_of(body)
        schema = self._model.metadata.get_input_schema()
        parameters = {"params": body["params"]} if "params" in body else {}
        try:
            data = to_input(key, values, schema)
            result = self._model.predict(data, **parameters)
            answer = {"predictions": plain(result)}
        except InvalidInput:
            raise
        except (MlflowException, ValueError, TypeError, LookupError) as error:
            raise InvalidInput(f"the model does not take these {key}: {error}") from error
        except Exception as error:
            if type(error).__name__ in _REFUSALS:
                raise InvalidInput(f"the model does not take these {key}: {error}") from error
            log.exception("the model failed")
            raise InferenceError(f"the model failed: {type(error).__name__}: {error}") from error
        self._watch.count(data, result)
        return answer
