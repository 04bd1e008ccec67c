"""The contract of metric names that model servers keep (docs/monitoring.md)."""

from urllib.parse import parse_qsl

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

from . import VERSION

# Stands for every model that does not exist, so that clients cannot add time series at will.
UNKNOWN_MODEL = "_unknown"

# The contract's bounds, which have every latency objective that a model can have.
BUCKETS = (.005, .01, .025, .05, .1, .2, .25, .3, .5, .75, 1, 2, 2.5, 5, 10, 20, 30, 60, 120, 300, 600)

disable_created_metrics()  # a series more for each

REQUESTS = Counter("model_requests_total", "Predictions answered, by HTTP status code.", ["model", "version", "code"])
LATENCY = Histogram("model_request_duration_seconds", "Time from the start of a prediction's request to the end of its answer.",
                    ["model", "version"], buckets=BUCKETS)
IN_FLIGHT = Gauge("model_requests_in_flight", "Predictions being worked on.", ["model", "version"])
READY = Gauge("model_ready", "1 when the model is loaded and the server is not shutting down, else 0.", ["model", "version"])
LOAD = Gauge("model_load_duration_seconds", "Time that the model took to load.", ["model", "version"])

# Labels of model_info for what a lineage says.
LINEAGE = {
    "registry": "registry", "name": "registered_model", "version": "registered_version", "run": "run", "commit": "commit",
    "digest": "artifact_digest",
}

_INPUT, _PREDICTION = ["model", "version", "feature", "bin"], ["model", "version", "output", "bin"]
INPUT_VALUES = Counter("model_input_values_total", "Values of inputs that were answered, by the bin of the training data.", _INPUT)
INPUT_TRAINING = Gauge("model_input_training_ratio", "Part of the training data in a bin.", _INPUT)
PREDICTION_VALUES = Counter("model_prediction_values_total", "Values that were answered, by the bin of the predictions on test data.",
                            _PREDICTION)
PREDICTION_TRAINING = Gauge("model_prediction_training_ratio", "Part of the predictions on test data in a bin.", _PREDICTION)


def loaded(model: str, version: str, lineage: str, took: float) -> None:
    """Shows a model that can predict.

    Its counters begin at 0 with a code of success and one of failure, so that the first failure is an increase.
    """
    LOAD.labels(model, version).set(took)
    info = {"model": model, "version": version, "server": "modelway_mlflow", "server_version": VERSION}
    info |= {LINEAGE[name]: value for name, value in parse_qsl(lineage) if name in LINEAGE}
    Gauge("model_info", "Always 1; the labels say what serves.", list(info)).labels(**info).set(1)
    READY.labels(model, version).set(1)
    IN_FLIGHT.labels(model, version)
    LATENCY.labels(model, version)
    for code in ("200", "503"):
        REQUESTS.labels(model, version, code)
