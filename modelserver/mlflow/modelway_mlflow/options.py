"""Options of the program: flags as KServe's runtimes give them, and the environment variables of the sample model server."""

import argparse
import os
import re
from dataclasses import dataclass
from typing import Mapping, NoReturn, Sequence

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_VERSION = re.compile(r"[!-~]*")


@dataclass(frozen=True)
class Options:
    """What the program was told. Times are in seconds."""

    model_name: str
    model_dir: str
    bind_address: str
    port: int
    model_version: str
    model_lineage: str
    max_body_bytes: int
    max_in_flight: int
    threads: int
    request_timeout: float
    keep_alive: float
    shutdown_delay: float
    shutdown_timeout: float


def duration(text: str) -> float:
    """Reads a time such as 500ms, 30s or 1m, in seconds. Raises ValueError with what is allowed."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|h)", text)
    if match is None:
        raise ValueError(f"{text!r} is not a time; allowed: a number with a unit, such as 5s or 500ms")
    return float(match[1]) * _UNITS[match[2]]


def _whole(low: int, high: int):
    def read(text: str) -> int:
        if not re.fullmatch(r"\d{1,12}", text) or not low <= int(text) <= high:
            raise ValueError(f"{text!r} is not allowed; allowed: a whole number from {low} to {high}")
        return int(text)

    return read


def _version(text: str) -> str:
    if not _VERSION.fullmatch(text):
        raise ValueError(f"{text!r} does not fit into a header; allowed: printable ASCII characters without blanks, such as v7")
    return text


def _name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", text):
        raise ValueError(f"{text!r} is not a model's name; allowed: letters, digits, dots, hyphens and underscores, such as churn")
    return text


def _lineage(text: str) -> str:
    if text and (not _VERSION.fullmatch(text) or "=" not in text):
        raise ValueError(f"{text!r} does not fit into a header; allowed: pairs such as name=churn&version=3")
    return text


# Each option: field, flag (None for one that has a variable only), variable, default, how it is read, meaning.
_TABLE = (
    ("model_name", "--model_name", "MODEL_NAME", "model", _name, "name under which the model answers"),
    ("model_dir", "--model_dir", "MODEL_DIR", "/mnt/models", str, "folder with the MLmodel"),
    ("port", "--http_port", "PORT", "8080", _whole(0, 65535), "TCP port to listen on"),
    ("bind_address", None, "BIND_ADDRESS", "0.0.0.0", str, "IP address to listen on"),
    ("model_version", None, "MODEL_VERSION", "", _version, "value of the header X-Model-Version; empty for no such header"),
    ("model_lineage", None, "MODEL_LINEAGE", "", _lineage, "value of the header X-Model-Lineage; empty for no such header"),
    ("max_body_bytes", None, "MAX_BODY_BYTES", "1048576", _whole(1, 1 << 31), "largest body of a prediction"),
    ("max_in_flight", None, "MAX_IN_FLIGHT", "256", _whole(1, 1 << 16), "predictions in work at a time; more get 503"),
    ("threads", None, "PREDICT_THREADS", "1", _whole(1, 256), "threads that predict; more than one for models that allow it"),
    ("request_timeout", None, "REQUEST_TIMEOUT", "30s", duration, "longest time that a body takes to come"),
    ("keep_alive", None, "KEEP_ALIVE", "75s", duration, "how long an idle connection is kept"),
    ("shutdown_delay", None, "SHUTDOWN_DELAY", "0s", duration, "after SIGTERM: not ready, but still answering"),
    ("shutdown_timeout", None, "SHUTDOWN_TIMEOUT", "20s", duration, "after that: time for requests in flight"),
)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ValueError(f"{message}; see --help")


def parse(args: Sequence[str], environ: Mapping[str, str] = os.environ) -> Options:
    """Reads flags and environment; a flag wins, and of two equal flags the last. Raises ValueError with every fault."""
    parser = _Parser(
        prog="modelway_mlflow", allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Serves a folder that MLflow saved in the KServe V1 protocol. Each flag has an environment variable; the flag wins.",
        epilog="variables:\n" + "\n".join(f"  {variable:17} {meaning} (default {default or 'none'})"
                                          for _, _, variable, default, _, meaning in _TABLE),
    )
    for field, flag, variable, _, _, meaning in _TABLE:
        if flag:
            parser.add_argument(flag, dest=field, help=f"{meaning} [{variable}]")
    given = vars(parser.parse_args(args))
    values, faults = {}, []
    for field, flag, variable, default, read, _ in _TABLE:
        text, source = given.get(field), flag
        if text is None:
            text, source = environ.get(variable) or default, variable
        try:
            values[field] = read(text)
        except ValueError as error:
            faults.append(f"{source}: {error}")
    if faults:
        raise ValueError("\n".join(faults))
    return Options(**values)
