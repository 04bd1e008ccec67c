"""Metrics of requests and of the model, with the names of the sample model server and one more label: the model's version."""

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

from . import VERSION

# Stands for every model that does not exist, so that clients cannot add time series at will.
UNKNOWN_MODEL = "_unknown"

_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

disable_created_metrics()  # a series more for each

REQUESTS = Counter("modelserver_predict_requests_total", "Prediction requests answered, by model, its version and HTTP status code.",
                   ["model", "model_version", "code"])
LATENCY = Histogram("modelserver_predict_duration_seconds",
                    "Time from the start of a prediction request to the end of its answer, by model, its version and HTTP status code.",
                    ["model", "model_version", "code"], buckets=_BUCKETS)
IN_FLIGHT = Gauge("modelserver_predict_in_flight", "Prediction requests being worked on, by model and its version.",
                  ["model", "model_version"])
READY = Gauge("modelserver_model_ready", "1 when the model is loaded and the server is not shutting down.", ["model", "model_version"])
LOAD = Gauge("modelserver_model_load_seconds", "How long the model took to load.", ["model", "model_version"])
BUILD = Gauge("modelserver_build_info", "Always 1; the label has the version of the server.", ["version"])
BUILD.labels(VERSION).set(1)
