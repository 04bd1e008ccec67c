"""The program: python -m modelway_mlflow --model_name=NAME --model_dir=FOLDER --http_port=PORT."""

import logging
import os
import signal
import sys
import warnings

from . import options, requirements


def main() -> int:
    """Returns the exit code: 2 for wrong options, 3 for a model that does not fit into this image, 1 for one that does not load."""
    logging.basicConfig(stream=sys.stdout, level=os.environ.get("LOG_LEVEL", "info").upper(),
                        format="%(asctime)s %(levelname)s %(name)s %(message)s")
    log = logging.getLogger("modelway")
    # The first process of a container ignores a signal that it does not handle, also while it loads.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(128 + signal.SIGTERM))
    try:
        chosen = options.parse(sys.argv[1:])
    except ValueError as error:
        print(f"modelway_mlflow: {error}", file=sys.stderr)
        return 2
    try:
        for warning in requirements.check(chosen.model_dir):
            log.warning("%s", warning)
    except requirements.Unfit as error:
        print(f"modelway_mlflow: {error}", file=sys.stderr)
        return 3
    _quiet()
    from . import server  # what it imports reads the environment

    try:
        model = server.load(chosen)
    except Exception as error:
        log.error("the model in %s does not load", chosen.model_dir, exc_info=True)
        print(f"modelway_mlflow: loading the model in {chosen.model_dir}: {type(error).__name__}: {error}; "
              "fix: load it with mlflow.pyfunc.load_model in this image, and add what it imports to its requirements.txt", file=sys.stderr)
        return 1
    server.serve(model, chosen)
    return 0


def _quiet() -> None:
    """Sends nothing to anybody, looks for no program of git, and leaves the log of requests to the contract.

    KServe's library logs a stack for each 400.
    """
    for name, value in {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "GIT_PYTHON_REFRESH": "quiet"}.items():
        os.environ.setdefault(name, value)
    logging.getLogger("kserve").setLevel(logging.CRITICAL)
    logging.getLogger("kserve.trace").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", message="ORJSONResponse is deprecated")


if __name__ == "__main__":
    sys.exit(main())
