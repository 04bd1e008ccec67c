"""Serves a folder that MLflow saved in the KServe V1 protocol."""

VERSION = "0.1.0"
