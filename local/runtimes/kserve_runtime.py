"""Stands in for the images of KServe's Python runtimes on the local stack.

    python -m kserve_runtime sklearn --model_name=NAME --model_dir=FOLDER --http_port=PORT

kserve/sklearnserver, xgbserver and lgbserver are images whose programs no package registry has. This one is built on the same library,
takes their flags, finds their files and answers as they do
(https://github.com/kserve/kserve/tree/v0.20.0/python/sklearnserver, and xgbserver and lgbserver beside it). What differs: the libraries of
models are those of modelserver/mlflow/requirements.lock, and it listens on BIND_ADDRESS over HTTP alone, since pods of the local stack
share the machine's ports.
"""

import asyncio
import os
import sys
from typing import Any, Callable

# Which files a runtime takes, of which its folder holds one.
FILES = {"sklearn": (".joblib", ".pkl", ".pickle"), "xgboost": (".bst", ".json", ".ubj"), "lightgbm": (".bst",)}


def model_file(folder: str, endings: tuple) -> str:
    """Returns the one file of a folder that has one of the endings. Raises ValueError where there is none, or more than one."""
    found = sorted(name for name in os.listdir(folder) if name.endswith(endings) and os.path.isfile(os.path.join(folder, name)))
    if len(found) != 1:
        raise ValueError(f"{folder} has {', '.join(found) or 'no such file'}; allowed: one file that ends in {', '.join(endings)}")
    return os.path.join(folder, found[0])


def _sklearn(file: str) -> tuple[Callable, None]:
    import joblib

    model = joblib.load(file)
    if os.environ.get("PREDICT_PROBA", "false").lower() == "true" and hasattr(model, "predict_proba"):
        return model.predict_proba, None
    return model.predict, None


def _xgboost(file: str) -> tuple[Callable, None]:
    import xgboost

    with open(file, "rb") as opened:
        booster = xgboost.Booster(params={"nthread": 1}, model_file=bytearray(opened.read()))
    return lambda instances: booster.predict(xgboost.DMatrix(instances, nthread=1)), None


def _lightgbm(file: str) -> tuple[Callable, list]:
    import lightgbm

    booster = lightgbm.Booster(params={"nthread": 1}, model_file=file)
    return booster.predict, booster.feature_name()


LOADERS = {"sklearn": _sklearn, "xgboost": _xgboost, "lightgbm": _lightgbm}


def main() -> None:
    """Serves until a signal comes."""
    runtime = sys.argv.pop(1) if len(sys.argv) > 1 else ""
    if runtime not in LOADERS:
        sys.exit(f"kserve_runtime: {runtime!r} is not a runtime; allowed: {', '.join(LOADERS)}")
    import argparse

    import kserve
    from kserve.errors import InferenceError
    from kserve.utils.utils import get_predict_input, get_predict_response

    parser = argparse.ArgumentParser(parents=[kserve.model_server.parser])
    parser.add_argument("--model_dir", required=True)
    args, _ = parser.parse_known_args()
    try:
        predict, columns = LOADERS[runtime](model_file(args.model_dir, FILES[runtime]))
    except Exception as error:
        sys.exit(f"kserve_runtime: loading the model in {args.model_dir}: {error}")

    class RuntimeModel(kserve.Model):
        """A model of one of the runtimes."""

        def predict(self, payload: Any, headers: Any = None, response_headers: Any = None) -> Any:
            """Answers a request. What a library raises is answered with 500, as by KServe's own servers."""
            try:
                return get_predict_response(payload, predict(get_predict_input(payload, columns=columns)), self.name)
            except Exception as error:
                raise InferenceError(str(error)) from error

    model = RuntimeModel(args.model_name)
    model.ready = True
    _serve(model, args.http_port)


def _serve(model: Any, port: int) -> None:
    from kserve import ModelRepository, logging
    from kserve.protocol.dataplane import DataPlane
    from kserve.protocol.model_repository_extension import ModelRepositoryExtension
    from kserve.protocol.rest.server import RESTServer

    logging.configure_logging()
    repository = ModelRepository()
    repository.update(model)
    server = RESTServer("kserve.model_server:app", DataPlane(repository), ModelRepositoryExtension(repository), port)
    server.config.host = os.environ.get("BIND_ADDRESS") or server.config.host
    asyncio.run(server.start())


if __name__ == "__main__":
    main()
